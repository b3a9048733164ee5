/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RETAIN_H
#define STORE_RETAIN_H
/*
 * How long each case of this office is to be kept: its class, when its clock
 * started, when it is due (forms/retention.h), and whether it is held
 * (hold.h). A case without an answer that starts the clock is never due.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "forms/retention.h"
#include "store/hold.h"

struct store;

struct retain {
    struct id case_id;
    const char *number, *name;
    const struct retention *rule;
    bool started;        /* else the days are not known */
    int64_t started_day; /* calendar.h */
    int64_t due_day;
    bool is_due; /* today or earlier */
    struct hold hold;
};

/* Of one case; in the pool. ERR_NOT_FOUND. */
bool retain_load(struct store *s, const struct id *case_id, struct pool *pool,
                 struct retain *out, struct err *e);

/* The same of a case whose row and records (entity_list_load) are at hand, as
 * they are on its page. */
struct casefile;
struct entity_list;
bool retain_of_records(struct store *s, const struct casefile *c,
                       const struct entity_list *records, struct pool *pool,
                       struct retain *out, struct err *e);

/* All that are due, the longest overdue first, held ones too. */
struct retain_list {
    struct retain *items;
    size_t nr;
};
bool retain_due_load(struct store *s, struct pool *pool,
                     struct retain_list *out, struct err *e);

#endif
