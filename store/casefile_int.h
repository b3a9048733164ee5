/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CASEFILE_INT_H
#define STORE_CASEFILE_INT_H
/*
 * What the files of casefile share: the words by which a case is found (each
 * word of the name and of the number as written, folded, with its sound), and
 * how a row is read.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct casefile;
struct rows;
struct store;

/* Writes the words of one case in place of those that stand; of all cases. */
bool casefile_term_write(struct store *s, int64_t stream_id, const char *name,
                         const char *number, struct err *e);
bool casefile_term_renew(struct store *s, struct err *e);

/* Behind "SELECT s.key, c.number, c.name, " and a key: for casefile_read_row.
 */
#define CASEFILE_COLUMNS                                                       \
    ", c.place, c.opened_ms, c.updated_ms, c.visited, c.clashes,"              \
    " c.last_change, c.kept FROM casefile c"                                   \
    " JOIN stream s ON s.stream_id = c.stream_id"
void casefile_read_row(struct rows *q, int64_t sent, struct casefile *c);

/* How far the hub has this office's log; a hub has nobody to send to. */
bool casefile_sent(struct store *s, int64_t *sent, struct err *e);

#endif
