/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What two cases taken for one say differently. Records of which a case has
 * one (registration, checklist) are laid beside each other: a value of the case
 * below clashes when the kept one answers the same question otherwise, and
 * until a person has weighed that very value. That it was weighed is noted in
 * the "duplicate" record of the case below, so nothing that either case says
 * is rewritten, and parted they say what they said.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/kind.h"
#include "forms/value.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/duplicate_int.h"
#include "store/entity.h"
#include "store/fact_int.h"
#include "store/intern_int.h"
#include "store/store.h"

enum { DOT_TEXT_BYTES = 40 };

/* One value of a case below that is told otherwise above. */
struct otherwise {
    const char *path;
    int64_t change_id;
    bool clashes_above; /* there, too, two values stand: counted already */
};

/* Two records that are laid beside each other. */
struct pair {
    const struct kind *kind;
    const struct id *kept, *below; /* their cases */
};

struct otherwise_list {
    struct otherwise *items;
    size_t nr, alloc;
};

static bool is_compared(const struct kind *k)
{
    return k != NULL && k->once && k->home == KIND_OF_CASE &&
           k->form[0] != '\0';
}

static struct id record_of(const struct id *case_id, const struct kind *k)
{
    const struct stream stream = stream_of_id(STREAM_CASE, case_id);
    return k->opens_case ? *case_id : entity_once_id(&stream, k->name);
}

static void print_dot(const struct dot *dot, char out[DOT_TEXT_BYTES])
{
    snprintf(out, DOT_TEXT_BYTES, "%016" PRIx64 "-%" PRIu64, dot->epoch,
             dot->seq);
}

static void print_note(const char *path, char out[CHANGE_PATH_BYTES_MAX + 1])
{
    snprintf(out, CHANGE_PATH_BYTES_MAX + 1, DUPLICATE_SETTLED "%s", path);
}

/* Somebody has chosen knowing this value. */
static bool is_weighed(struct store *s, const struct id *below,
                       const char *path, const struct dot *dot, bool *weighed,
                       struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, below);
    const struct id record = entity_once_id(&stream, DUPLICATE_KIND);
    char note[CHANGE_PATH_BYTES_MAX + 1], name[DOT_TEXT_BYTES];
    const char *noted = "";
    struct pool *pool = pool_new();
    print_note(path, note);
    print_dot(dot, name);
    bool good = fact_load(s, &(struct fact_at){&record, DUPLICATE_KIND, note},
                          pool, &noted, e);
    *weighed = str_equal(noted, name);
    pool_free(pool);
    return good;
}

/* ?1 the record above, ?2 the one below, ?3 how the bytes of choices begin:
 * those are indexes, and mean the same in one version of a form alone. Another
 * text, date or number is another answer in any version. */
#define ABOVE                                                                  \
    " FROM cell m JOIN change d ON d.change_id = m.change_id"                  \
    " WHERE m.record_id = a.record_id AND m.field_id = l.field_id"
static const char otherwise_sql[] =
    "SELECT f.path, l.change_id, p.epoch, c.seq,"
    " (SELECT COUNT(DISTINCT d.value) > 1"
    "  OR COUNT(DISTINCT COALESCE(d.form_id, 0)) > 1"
    "  OR COUNT(d.value) < COUNT(*)" ABOVE ") FROM record b"
    " JOIN record a ON a.uuid = ?1"
    " JOIN cell l ON l.record_id = b.record_id"
    " JOIN field f ON f.field_id = l.field_id AND f.computed = 0"
    " JOIN change c ON c.change_id = l.change_id"
    " JOIN chain h ON h.chain_id = c.chain_id"
    " JOIN epoch p ON p.epoch_id = h.epoch_id"
    " WHERE b.uuid = ?2 AND c.op NOT IN (5, 6) AND c.value IS NOT NULL"
    " AND EXISTS(SELECT 1" ABOVE " AND d.value IS NOT NULL)"
    " AND NOT EXISTS(SELECT 1" ABOVE " AND d.value = c.value"
    "  AND (COALESCE(d.form_id, 0) = COALESCE(c.form_id, 0)"
    "   OR substr(c.value, 1, 1) <> ?3))"
    " ORDER BY f.path, c.at_ms DESC, p.epoch, c.seq";

static bool load_otherwise(struct store *s, const struct pair *p,
                           struct pool *pool, struct otherwise_list *out,
                           struct err *e)
{
    const struct id a = record_of(p->kept, p->kind);
    const struct id b = record_of(p->below, p->kind);
    const uint8_t choices = VALUE_CHOICES;
    bool good = true, weighed = false;
    struct rows *q = db_query(store_db(s), otherwise_sql,
                              DB_BIND(db_blob(a.bytes, sizeof a.bytes),
                                      db_blob(b.bytes, sizeof b.bytes),
                                      db_blob(&choices, 1)));
    while (good && rows_next(q)) {
        const struct otherwise x = {pool_str(pool, rows_text(q, 0)),
                                    rows_int(q, 1), rows_int(q, 4) != 0};
        const struct dot dot = {(uint64_t)rows_int(q, 2),
                                (uint64_t)rows_int(q, 3)};
        good = is_weighed(s, p->below, x.path, &dot, &weighed, e);
        if (good && !weighed)
            ARR_PUSH(out) = x;
    }
    return rows_leave(q, good, e);
}

/* ---- beside the record above ---- */

struct woven {
    struct entity_value *items;
    size_t nr, alloc;
};

static void take_values(const struct entity *below,
                        const struct otherwise_list *l, struct pool *pool,
                        struct woven *out)
{
    const struct stream *from =
        pool_copy(pool, &below->stream, sizeof below->stream);
    for (size_t i = 0; i < l->nr; i++)
        for (size_t k = 0; k < below->values_nr; k++)
            if (below->values[k].change_id == l->items[i].change_id) {
                struct entity_value *v = &ARR_PUSH(out);
                *v = below->values[k];
                v->clashes = true;
                v->from = from;
            }
}

/* What one case below says otherwise in its record of that kind. */
static bool gather(struct store *s, const struct entity *x,
                   const struct id *below, struct pool *pool, struct woven *out,
                   struct err *e)
{
    const struct kind *k = kind_find(x->kind);
    const struct id kept = stream_id(&x->stream), id = record_of(below, k);
    struct otherwise_list l = {0};
    struct entity other;
    bool good =
        load_otherwise(s, &(struct pair){k, &kept, below}, pool, &l, e) &&
        (l.nr == 0 || entity_load(s, &id, pool, &other, e));
    if (good && l.nr > 0)
        take_values(&other, &l, pool, out);
    ARR_RELEASE(&l);
    return good;
}

/* A record's own values first, so that it is filled with them alone. */
static void weave(struct entity *x, const struct woven *w, struct pool *pool)
{
    struct entity_value *all =
        pool_alloc(pool, (x->values_nr + w->nr) * sizeof *all);
    size_t nr = 0;
    for (size_t i = 0, first; i < x->values_nr;) {
        const char *path = x->values[i].path;
        bool clashed = x->values[i].clashes, more = false;
        for (first = nr; i < x->values_nr && str_equal(x->values[i].path, path);
             i++)
            all[nr++] = x->values[i];
        for (size_t k = 0; k < w->nr; k++)
            if (str_equal(w->items[k].path, path)) {
                all[nr++] = w->items[k];
                more = true;
            }
        for (size_t k = first; more && k < nr; k++)
            all[k].clashes = true;
        x->clashes_nr += more && !clashed;
    }
    x->values = all;
    x->values_nr = nr;
}

bool duplicate_weave(struct store *s, struct entity *x, struct pool *pool,
                     struct err *e)
{
    struct id_list under = {NULL, 0};
    struct woven w = {0};
    if (x->stream.kind != STREAM_CASE || !is_compared(kind_find(x->kind)))
        return true;
    const struct id kept = stream_id(&x->stream);
    bool good = duplicate_under(s, &kept, pool, &under, e);
    for (size_t i = 0; good && i < under.nr; i++)
        good = gather(s, x, &under.items[i], pool, &w, e);
    if (good && w.nr > 0)
        weave(x, &w, pool);
    ARR_RELEASE(&w);
    return good;
}

/* ---- how many ---- */

/* Each question once, also when several cases answer it otherwise. */
static size_t count_paths(const struct otherwise_list *l)
{
    size_t nr = 0;
    for (size_t i = 0; i < l->nr; i++) {
        bool again = l->items[i].clashes_above;
        for (size_t k = 0; k < i && !again; k++)
            again = str_equal(l->items[k].path, l->items[i].path);
        nr += !again;
    }
    return nr;
}

static bool count_kind(struct store *s, const struct kind *k,
                       const struct id *kept, const struct id_list *under,
                       int64_t *nr, struct err *e)
{
    struct otherwise_list l = {0};
    struct pool *pool = pool_new();
    bool good = true;
    for (size_t i = 0; good && i < under->nr; i++)
        good = load_otherwise(s, &(struct pair){k, kept, &under->items[i]},
                              pool, &l, e);
    *nr += (int64_t)count_paths(&l);
    ARR_RELEASE(&l);
    pool_free(pool);
    return good;
}

static bool own_clashes(struct store *s, const struct id *id,
                        int64_t *stream_id, int64_t *nr, struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, id);
    return intern_stream_find(store_db(s), &stream, stream_id, e) &&
           db_get_int(store_db(s),
                      "SELECT COUNT(*) FROM " CLASH_FROM
                      " record o JOIN cell l ON l.record_id = o.record_id"
                      " WHERE o.stream_id = ?" CLASH_WHERE,
                      DB_BIND(db_int(*stream_id)), 0, nr, e);
}

bool duplicate_recount(struct store *s, const struct id *kept, struct err *e)
{
    struct id_list under = {NULL, 0};
    int64_t stream_id = 0, nr = 0;
    size_t kinds_nr;
    const struct kind *kinds = kind_list(&kinds_nr);
    struct pool *pool = pool_new();
    bool good = duplicate_under(s, kept, pool, &under, e) &&
                own_clashes(s, kept, &stream_id, &nr, e);
    for (size_t i = 0; good && i < kinds_nr; i++)
        good = !is_compared(&kinds[i]) ||
               count_kind(s, &kinds[i], kept, &under, &nr, e);
    pool_free(pool);
    return good && db_run(store_db(s),
                          "UPDATE casefile SET clashes = ?1"
                          " WHERE stream_id = ?2 AND clashes <> ?1",
                          DB_BIND(db_int(nr), db_int(stream_id)), e);
}

/* ---- weighed ---- */

bool duplicate_note_weighed(struct store *s, const struct entity_value *v,
                            int64_t at_ms, struct err *e)
{
    char note[CHANGE_PATH_BYTES_MAX + 1], name[DOT_TEXT_BYTES];
    struct save save = {.stream = *v->from,
                        .kind = DUPLICATE_KIND,
                        .author = store_login(s),
                        .at_ms = at_ms};
    struct dot_set seen;
    struct buf b = BUF_INIT(128);
    save.record = entity_once_id(&save.stream, DUPLICATE_KIND);
    print_note(v->path, note);
    print_dot(&v->dot, name);
    if (!change_seen(s, &save.record, DUPLICATE_KIND, note, &seen, e))
        return false;
    const struct value text = {
        .type = VALUE_TEXT, .text = name, .text_bytes = strlen(name)};
    value_encode(&b, &text);
    const struct edit edit = {.op = CHANGE_SETTLE,
                              .path = note,
                              .value = b.data,
                              .value_bytes = b.size,
                              .replaces = seen.items,
                              .replaces_nr = seen.nr};
    save.edits = &edit;
    save.edits_nr = 1;
    bool good = change_append(s, &save, e);
    buf_release(&b);
    return good;
}
