/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CONFLICT_H
#define STORE_CONFLICT_H
/*
 * Two edits of one field that did not know of each other. Both values stay and
 * are shown, with who and when, until a person settles it: by choosing one of
 * them. Settling is a change like any other, citing all values it replaces.
 * Two that gave the same answer agree: there is nothing to settle, and the next
 * edit replaces both.
 *
 * What two cases of one child say differently (duplicate.h) stands here, too,
 * as a clash of the kept case: to choose leaves what the other one says where
 * it is, and notes that it was weighed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/entity.h"

struct store;

struct conflict {
    struct id case_id; /* zero when the record belongs to a place */
    const char *case_number;
    const char *case_name; /* or the place's name */
    struct entity entity;  /* the whole record, values sorted by path */
    size_t first, nr;      /* entity.values[first .. first + nr - 1] */
};

struct conflict_list {
    struct conflict *items;
    size_t nr;
};

/* All of them, or those of one case; in the pool. At most 500. */
bool conflict_list_load(struct store *s, const struct id *case_id,
                        struct pool *pool, struct conflict_list *out,
                        struct err *e);

bool conflict_count(struct store *s, int64_t *count, struct err *e);

/* The value at index (0 is the newest) stands from now on. ERR_DENIED when one
 * of them is masked: nobody chooses between what he does not see. */
bool conflict_settle(struct store *s, const struct conflict *c, size_t index,
                     struct err *e);

/* Takes back what the unlocked person settled last and what still stands: the
 * values it replaced stand again and clash, as new changes in that person's
 * name. Of one case, or (NULL) among the newest changes of the office.
 * ERR_NOT_FOUND: there is no such settling. */
bool conflict_undo(struct store *s, const struct id *case_id, struct err *e);

#endif
