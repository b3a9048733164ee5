/* SPDX-License-Identifier: Apache-2.0 */
#include "store/conflict.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/casefile.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/duplicate_int.h"
#include "store/right.h"
#include "store/store.h"

enum { CONFLICT_MAX = 500 };

bool conflict_count(struct store *s, int64_t *count, struct err *e)
{
    struct casefile_tally t;
    if (!casefile_tally_load(s, &t, e))
        return false;
    *count = t.clashes;
    return true;
}

/* Whose record it is: a case by number and name, or a place. */
static bool name_owner(struct store *s, struct conflict *c, struct pool *pool,
                       bool *masked, struct err *e)
{
    struct casefile file;
    char code[STREAM_KEY_BYTES + 1], place[200];
    c->case_number = c->case_name = "";
    if (c->entity.stream.kind == STREAM_PLACE) {
        place_print(stream_place(&c->entity.stream, code), place, sizeof place);
        c->case_name = pool_str(pool, place);
        return true;
    }
    if (c->entity.stream.kind != STREAM_CASE)
        return true;
    c->case_id = stream_id(&c->entity.stream);
    if (!casefile_load(s, &c->case_id, &file, e))
        return false;
    *masked = file.masked;
    c->case_number = pool_str(pool, file.number);
    c->case_name = pool_str(pool, file.name);
    return true;
}

struct list {
    struct conflict *items;
    size_t nr, alloc;
};

static bool add_paths(const struct conflict *of, struct list *l)
{
    struct conflict c = *of;
    const struct entity *x = &c.entity;
    for (size_t i = 0; i < x->values_nr && l->nr < CONFLICT_MAX; i += c.nr) {
        for (c.nr = 1; i + c.nr < x->values_nr &&
                       str_equal(x->values[i].path, x->values[i + c.nr].path);)
            c.nr++;
        c.first = i;
        if (x->values[i].clashes)
            ARR_PUSH(l) = c;
    }
    return true;
}

static bool is_listed(const struct list *l, const struct id *record)
{
    for (size_t i = 0; i < l->nr; i++)
        if (id_equal(&l->items[i].entity.id, record))
            return true;
    return false;
}

static bool add_record(struct store *s, const struct id *record,
                       struct pool *pool, struct list *l, struct err *e)
{
    struct conflict c = {.nr = 0};
    bool masked = false;
    return is_listed(l, record) ||
           (entity_load(s, record, pool, &c.entity, e) &&
            duplicate_weave(s, &c.entity, pool, e) &&
            name_owner(s, &c, pool, &masked, e) &&
            /* of a masked case it is not told that something clashes */
            (masked || add_paths(&c, l)));
}

/* [of one case]: only what can clash is looked at, not every value there is. */
#define LIST_OF                                                                \
    "SELECT DISTINCT r.uuid FROM (SELECT g.record_id FROM " CLASH_FROM
#define RECORDS_OF                                                             \
    " JOIN record o ON o.stream_id = t.stream_id"                              \
    " JOIN cell l ON l.record_id = o.record_id"
#define LIST_END                                                               \
    CLASH_WHERE ") x JOIN record r ON r.record_id = x.record_id"               \
                " ORDER BY r.record_id LIMIT 500"

static const char *const list_sql[2] = {
    LIST_OF
    "(SELECT stream_id FROM casefile WHERE clashes > 0 UNION ALL"
    " SELECT stream_id FROM stream WHERE kind > 1) t" RECORDS_OF LIST_END,
    LIST_OF "stream t" RECORDS_OF " WHERE t.kind = 1 AND t.key = ?" LIST_END,
};

static bool add_found(struct store *s, struct rows *q, struct pool *pool,
                      struct list *l, struct err *e)
{
    bool good = true;
    while (good && rows_next(q)) {
        struct id record = {{0}};
        if (rows_size(q, 0) == sizeof record.bytes)
            memcpy(record.bytes, rows_blob(q, 0), sizeof record.bytes);
        good = add_record(s, &record, pool, l, e);
    }
    return rows_leave(q, good, e);
}

/* Records of cases that others are kept under: what those say otherwise clashes
 * with them (duplicate.h). */
#define KEPT_RECORDS                                                           \
    "SELECT r.uuid FROM record r WHERE r.stream_id IN (SELECT t.stream_id"     \
    " FROM duplicate d JOIN casefile c ON c.stream_id = d.stream_id"           \
    " JOIN stream t ON t.kind = 1 AND t.key = c.kept"
static const char *const kept_sql[2] = {
    KEPT_RECORDS ") ORDER BY r.record_id",
    KEPT_RECORDS " WHERE t.key = ?) ORDER BY r.record_id"};

bool conflict_list_load(struct store *s, const struct id *case_id,
                        struct pool *pool, struct conflict_list *out,
                        struct err *e)
{
    struct list l = {0};
    bool one = case_id != NULL;
    const struct db_value *which =
        one ? DB_BIND(db_blob(case_id->bytes, sizeof case_id->bytes))
            : DB_NOTHING;
    bool good =
        add_found(s, db_query(store_db(s), list_sql[one], which), pool, &l,
                  e) &&
        add_found(s, db_query(store_db(s), kept_sql[one], which), pool, &l, e);
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return good;
}

/* The canonical bytes and form version behind a value, written over what stands
 * in the record itself. */
static bool settle_value(struct store *s, const struct conflict *c,
                         const struct entity_value *v, struct save *save,
                         struct err *e)
{
    struct edit edit = {.op = CHANGE_SETTLE, .path = v->path};
    struct dot dots[CHANGE_REPLACES_MAX];
    uint8_t form[HASH_BYTES];
    bool good = true;
    for (size_t i = 0; i < c->nr && edit.replaces_nr < CHANGE_REPLACES_MAX; i++)
        if (c->entity.values[c->first + i].from == NULL)
            dots[edit.replaces_nr++] = c->entity.values[c->first + i].dot;
    if (edit.replaces_nr == 1 && v->from == NULL) /* it stands already */
        return true;
    edit.replaces = dots;
    struct rows *q = db_query(store_db(s),
                              "SELECT c.value, f.hash FROM change c"
                              " LEFT JOIN form f ON f.form_id = c.form_id"
                              " WHERE c.change_id = ?",
                              DB_BIND(db_int(v->change_id)));
    struct buf value = BUF_INIT(CHANGE_VALUE_BYTES_MAX);
    if (rows_next(q)) {
        buf_add(&value, rows_blob(q, 0), rows_size(q, 0));
        if (rows_size(q, 1) == HASH_BYTES) {
            memcpy(form, rows_blob(q, 1), HASH_BYTES);
            save->form = form;
            save->form_id = c->entity.form_id;
        }
    }
    good = rows_end(q, e);
    edit.value = value.data;
    edit.value_bytes = value.size;
    save->edits = &edit;
    save->edits_nr = 1;
    good = good && change_append(s, save, e);
    buf_release(&value);
    return good;
}

/* What the other cases of the child say is weighed, and stays in them. */
static bool note_weighed(struct store *s, const struct conflict *c,
                         int64_t at_ms, struct err *e)
{
    for (size_t i = 0; i < c->nr; i++) {
        const struct entity_value *v = &c->entity.values[c->first + i];
        if (v->from != NULL && !duplicate_note_weighed(s, v, at_ms, e))
            return false;
    }
    return true;
}

bool conflict_settle(struct store *s, const struct conflict *c, size_t index,
                     struct err *e)
{
    struct save save = {.stream = c->entity.stream,
                        .record = c->entity.id,
                        .kind = c->entity.kind,
                        .author = store_login(s),
                        .at_ms = store_now_ms(s)};
    for (size_t i = 0; i < c->nr; i++) {
        const struct entity_value *v = &c->entity.values[c->first + i];
        if (v->masked)
            return right_refuse_sealed(
                s, v->from != NULL ? v->from : &c->entity.stream, e);
    }
    if (index >= c->nr)
        return err_set(e, ERR_INPUT, _("There is no such value to choose"));
    bool good = db_begin(store_db(s), e) &&
                db_end(store_db(s),
                       settle_value(s, c, &c->entity.values[c->first + index],
                                    &save, e) &&
                           note_weighed(s, c, save.at_ms, e),
                       e);
    return good || err_wrap(e, _("Settling"));
}
