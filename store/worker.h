/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_WORKER_H
#define STORE_WORKER_H
/*
 * Whose case it is. The person who opened a case works on it; a case manager
 * names others, also of another office, and ends it (assign.h). Each naming is
 * a record of kind "worker" in the case, one a person, with the fields login,
 * office and works; so it travels as far as the case does. What lists and
 * rights ask is a table computed from them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/stream.h"

struct store;

struct worker {
    const char *login;
    bool here;  /* a person of this office */
    bool named; /* by a case manager; else: opened the case */
    bool works; /* false: it was ended */
};

struct worker_list {
    struct worker *items;
    size_t nr;
};

/* Who works or worked on a case, in order of login; in the pool. */
bool worker_list_load(struct store *s, const struct stream *stream,
                      struct pool *pool, struct worker_list *out,
                      struct err *e);

/* Computes the table anew for one case; the row of its list calls it. */
bool worker_refresh(struct store *s, int64_t stream_id, struct err *e);

#endif
