/* SPDX-License-Identifier: Apache-2.0 */
#include "store/retain.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/calendar.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/store.h"

/* Of values that clash the newest counts, as on the screens. */
static const char *answer_in(void *arg, const char *field)
{
    const struct entity_list *l = *(const struct entity_list **)arg;
    const struct entity_value *newest = NULL;
    for (size_t i = 0; i < l->nr; i++) {
        const struct entity_value *v = entity_value_named(&l->items[i], field);
        if (v != NULL && (newest == NULL || v->at_ms > newest->at_ms))
            newest = v;
    }
    /* the clock runs for those too who may not read what started it */
    return newest != NULL ? newest->kept : "";
}

bool retain_of_records(struct store *s, const struct casefile *c,
                       const struct entity_list *records, struct pool *pool,
                       struct retain *out, struct err *e)
{
    struct stream stream = stream_of_id(STREAM_CASE, &c->id);
    *out = (struct retain){.case_id = c->id,
                           .number = pool_str(pool, c->number),
                           .name = pool_str(pool, c->name),
                           .rule = retention_pick(answer_in, &records)};
    out->started = calendar_parse(CALENDAR_GREGORIAN,
                                  answer_in(&records, out->rule->clock),
                                  &out->started_day, &(struct err)ERR_INIT);
    if (out->started) {
        out->due_day = retention_due_day(out->rule, out->started_day);
        out->is_due = out->due_day <= stamp_local_day(store_now_ms(s));
    }
    return hold_load(s, &stream, pool, &out->hold, e);
}

bool retain_load(struct store *s, const struct id *case_id, struct pool *pool,
                 struct retain *out, struct err *e)
{
    struct casefile c;
    struct entity_list l;
    struct stream stream = stream_of_id(STREAM_CASE, case_id);
    return casefile_load(s, case_id, &c, e) &&
           entity_list_load(s, &stream, pool, &l, e) &&
           retain_of_records(s, &c, &l, pool, out, e);
}

struct id_list {
    struct id *items;
    size_t nr, alloc;
};

/* The cases in which some answer starts a clock: few, next to all. */
static bool load_started(struct store *s, const char *clock, struct id_list *l,
                         struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT DISTINCT t.key FROM field f"
                 " JOIN record r ON r.form = f.form"
                 " JOIN cell l ON l.record_id = r.record_id"
                 "  AND l.field_id = f.field_id"
                 " JOIN stream t ON t.stream_id = r.stream_id AND t.kind = ?2"
                 " WHERE f.path = ?1 OR f.path LIKE '%/' || ?1",
                 DB_BIND(db_text(clock), db_int(STREAM_CASE)));
    size_t before = l->nr; /* of the clocks tried until now */
    while (rows_next(q)) {
        struct id id;
        bool known = rows_size(q, 0) != sizeof id.bytes;
        if (!known)
            memcpy(id.bytes, rows_blob(q, 0), sizeof id.bytes);
        for (size_t i = 0; !known && i < before; i++)
            known = id_equal(&l->items[i], &id);
        if (!known)
            ARR_PUSH(l) = id;
    }
    return rows_end(q, e);
}

static int by_due(const void *a, const void *b)
{
    const struct retain *x = a, *y = b;
    if (x->due_day != y->due_day)
        return x->due_day < y->due_day ? -1 : 1;
    return strcmp(x->number, y->number);
}

static bool load_ids(struct store *s, struct id_list *l, struct err *e)
{
    size_t nr = 0;
    const struct retention *rules = retention_list(&nr);
    for (size_t i = 0; i < nr; i++) {
        bool seen = false; /* classes share their clocks */
        for (size_t k = 0; k < i; k++)
            seen = seen || str_equal(rules[k].clock, rules[i].clock);
        if (!seen && !load_started(s, rules[i].clock, l, e))
            return false;
    }
    return true;
}

bool retain_due_load(struct store *s, struct pool *pool,
                     struct retain_list *out, struct err *e)
{
    struct id_list ids = {0};
    bool good = load_ids(s, &ids, e);
    out->items = pool_alloc(pool, ids.nr * sizeof *out->items);
    out->nr = 0;
    for (size_t i = 0; good && i < ids.nr; i++) {
        struct retain *r = &out->items[out->nr];
        good = retain_load(s, &ids.items[i], pool, r, e);
        out->nr += good && r->is_due;
    }
    qsort(out->items, out->nr, sizeof *out->items, by_due);
    ARR_RELEASE(&ids);
    return good;
}
