/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DUPLICATE_INT_H
#define STORE_DUPLICATE_INT_H
/*
 * What is compared of each case (tables person and person_pair), for the search
 * and for keeping it right.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "forms/alike.h"

struct entity_value;
struct id;
struct store;
struct rows;

/* Makes the person of a case anew when its registration has changed since. */
bool duplicate_person_refresh(struct store *s, int64_t stream_id,
                              struct err *e);

/* Columns of a row, from the first given on: for duplicate_read_person. */
#define DUPLICATE_PERSON                                                       \
    "p.sounds, p.written, p.sex, p.is_born, p.born_from, p.born_to, c.place"
void duplicate_read_person(struct rows *q, int first, struct alike_person *p);

/* The keys under which likely cases stand: pairs of names by sound. With
 * turned, also the first two names the other way round. */
enum { DUPLICATE_PAIRS = 5, DUPLICATE_PAIR_BYTES = 2 * ALIKE_SOUND_BYTES + 8 };
struct duplicate_pairs {
    char of[DUPLICATE_PAIRS][DUPLICATE_PAIR_BYTES];
    size_t nr;
};
void duplicate_pairs_of(const struct alike_person *p, bool turned,
                        struct duplicate_pairs *out);

/* The record in the stream of a case that says which one is kept for it, and
 * what was weighed of it: a field each, named after the question. */
#define DUPLICATE_KIND     "duplicate"
#define DUPLICATE_KEPT     "kept"
#define DUPLICATE_APPROVAL "approval" /* the request that was carried out */
#define DUPLICATE_SETTLED  "settled/"

/* Counts the clashes of a case anew, with what those kept under it say
 * otherwise. */
bool duplicate_recount(struct store *s, const struct id *kept, struct err *e);

/* Notes that a person has chosen knowing this value of a case below (its from
 * is set). */
bool duplicate_note_weighed(struct store *s, const struct entity_value *v,
                            int64_t at_ms, struct err *e);

#endif
