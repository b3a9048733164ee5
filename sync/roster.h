/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_ROSTER_H
#define SYNC_ROSTER_H
/*
 * What both ends of a line have met in one direction: each thing (a stream, a
 * login, a record ...) is introduced once in full and called by its number
 * from then on. Sender and receiver keep a roster each and add in the same
 * order, so the numbers agree without being sent. A roster that is full takes
 * no more: both ends see that alike, and the thing is written in full again.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct roster;

enum { ROSTER_ITEMS_MAX = 65536 };

struct roster *roster_new(void);
void roster_free(struct roster *r); /* NULL is fine */

/* True and the number when these bytes are known. */
bool roster_find(const struct roster *r, const void *bytes, size_t n,
                 size_t *number);

/* Gives the bytes the next number; does nothing when the roster is full. */
void roster_add(struct roster *r, const void *bytes, size_t n);

/* The bytes of a number, with a NUL behind them, for the roster's life; NULL
 * when nothing has that number. */
const char *roster_get(const struct roster *r, uint64_t number, size_t *n);

size_t roster_nr(const struct roster *r);

#endif
