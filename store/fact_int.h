/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FACT_INT_H
#define STORE_FACT_INT_H
/*
 * Records the program writes itself (an office's card, a user, a request for
 * approval): a handful of texts by path, under no form. The kind stands in the
 * place of the form's id.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/change.h"

struct store;

enum { FACT_NR_MAX = 11 }; /* in one save, beside create */

struct fact {
    const char *path, *text; /* text NULL: clears it, whatever op says */
    enum change_op op;       /* 0: CHANGE_SET */
};

/* Writes a record of facts as one save by the unlocked person, now; one that is
 * known gets the facts anew, replacing what stands. Of *save stream, record and
 * kind are read. */
bool fact_write(struct store *s, struct save *save, const struct fact *facts,
                size_t nr, struct err *e);

/* The text that stands for a path, the newest first by the times told; "" when
 * there is none. In the pool. */
struct fact_at {
    const struct id *record;
    const char *kind, *path;
};
bool fact_load(struct store *s, const struct fact_at *at, struct pool *pool,
               const char **out, struct err *e);

/* The text a save sets a path to, in the pool; "" when it does not. */
const char *fact_text_in(const struct save *save, const char *path,
                         struct pool *pool);

#endif
