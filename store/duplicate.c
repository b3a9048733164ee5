/* SPDX-License-Identifier: Apache-2.0 */
#include "store/duplicate.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/change.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/duplicate_int.h"
#include "store/entity.h"
#include "store/fact_int.h"
#include "store/intern_int.h"
#include "store/right.h"
#include "store/store.h"

static const char kind[] = DUPLICATE_KIND;
static const char kept_path[] = DUPLICATE_KEPT;

/* ---- looking ---- */

/* A case that looks alike, before its row is read. */
struct likely {
    struct id id;
    struct alike_match match;
};

struct likely_list {
    struct likely *items;
    size_t nr, alloc;
};

static int likest_first(const void *a, const void *b)
{
    const struct likely *x = a, *y = b;
    if (x->match.score != y->match.score)
        return x->match.score > y->match.score ? -1 : 1;
    return memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
}

/* A key that is not asked for binds NULL, which nothing equals. */
static struct db_value pair_at(const struct duplicate_pairs *p, size_t i)
{
    return i < p->nr ? db_text(p->of[i]) : db_null();
}

static struct rows *query_likely(struct store *s,
                                 const struct duplicate_pairs *p)
{
    _Static_assert(DUPLICATE_PAIRS == 5, "the statement names each");
    return db_query(store_db(s),
                    "SELECT s.key, " DUPLICATE_PERSON " FROM"
                    " (SELECT DISTINCT stream_id FROM person_pair"
                    "  WHERE pair IN (?, ?, ?, ?, ?)) w"
                    " JOIN person p ON p.stream_id = w.stream_id"
                    " JOIN casefile c ON c.stream_id = w.stream_id"
                    " JOIN stream s ON s.stream_id = w.stream_id"
                    " WHERE c.kept IS NULL",
                    DB_BIND(pair_at(p, 0), pair_at(p, 1), pair_at(p, 2),
                            pair_at(p, 3), pair_at(p, 4)));
}

static bool collect(struct store *s, const struct alike_person *who,
                    const struct id *except, struct likely_list *out,
                    struct err *e)
{
    struct duplicate_pairs pairs;
    duplicate_pairs_of(who, true, &pairs);
    if (pairs.nr == 0)
        return true;
    struct rows *q = query_likely(s, &pairs);
    while (rows_next(q)) {
        struct likely x = {.id = column_id(q, 0)};
        struct alike_person other;
        duplicate_read_person(q, 1, &other);
        if ((except == NULL || !id_equal(&x.id, except)) &&
            alike_compare(who, &other, &x.match))
            ARR_PUSH(out) = x;
    }
    return rows_end(q, e);
}

bool duplicate_list_load(struct store *s, const struct alike_person *who,
                         const struct id *except, struct pool *pool,
                         struct duplicate_list *out, struct err *e)
{
    struct likely_list found = {0};
    bool good = collect(s, who, except, &found, e);
    if (found.nr > 1)
        qsort(found.items, found.nr, sizeof *found.items, likest_first);
    if (found.nr > DUPLICATE_SHOWN_MAX)
        found.nr = DUPLICATE_SHOWN_MAX;
    out->items = pool_alloc(pool, found.nr * sizeof *out->items);
    for (out->nr = 0; good && out->nr < found.nr; out->nr++) {
        struct duplicate *d = &out->items[out->nr];
        d->match = found.items[out->nr].match;
        good = casefile_load(s, &found.items[out->nr].id, &d->file, e);
        if (d->file.masked)
            d->match.reasons_nr = 0;
    }
    ARR_RELEASE(&found);
    return good;
}

bool duplicate_person_load(struct store *s, const struct id *case_id,
                           struct alike_person *who, struct err *e)
{
    struct stream stream = stream_of_id(STREAM_CASE, case_id);
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", &stream};
    if (!right_may(s, &ask, e))
        return false;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT " DUPLICATE_PERSON " FROM stream s"
                 " JOIN person p ON p.stream_id = s.stream_id"
                 " JOIN casefile c ON c.stream_id = s.stream_id"
                 " WHERE s.kind = ? AND s.key = ?",
                 DB_BIND(db_int(STREAM_CASE),
                         db_blob(case_id->bytes, sizeof case_id->bytes)));
    bool found = rows_next(q);
    if (found)
        duplicate_read_person(q, 0, who);
    if (!rows_end(q, e))
        return false;
    return found ||
           err_set(e, ERR_NOT_FOUND, _("This office holds no such case"));
}

/* ---- a whole office ---- */

/* Each pair once: from the case that stands first in order of id, or from the
 * one that is more than a number. */
static bool is_first(const struct casefile *c, const struct duplicate *d)
{
    return d->file.masked ||
           memcmp(c->id.bytes, d->file.id.bytes, sizeof c->id.bytes) < 0;
}

static bool walk_case(struct store *s, const struct id *id,
                      duplicate_found_fn *found, void *arg, struct err *e)
{
    struct alike_person who;
    struct casefile c;
    struct duplicate_list list = {NULL, 0};
    struct pool *pool = pool_new();
    bool good =
        casefile_load(s, id, &c, e) &&
        (c.masked || (duplicate_person_load(s, id, &who, e) &&
                      duplicate_list_load(s, &who, id, pool, &list, e)));
    for (size_t i = 0; good && i < list.nr; i++)
        if (is_first(&c, &list.items[i]))
            good = found(arg, &c, &list.items[i], e);
    pool_free(pool);
    return good;
}

bool duplicate_walk(struct store *s, duplicate_found_fn *found, void *arg,
                    struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT s.key FROM casefile c JOIN stream s"
                              " ON s.stream_id = c.stream_id"
                              " WHERE c.kept IS NULL ORDER BY c.sort_key",
                              DB_NOTHING);
    bool good = true;
    while (good && rows_next(q)) {
        struct id id = column_id(q, 0);
        good = walk_case(s, &id, found, arg, e);
    }
    return rows_leave(q, good, e);
}

/* ---- taking two for one ---- */

/* kept NULL: under none. The request says whose word it is. */
static bool write_kept(struct store *s, const struct id *case_id,
                       const char *kept, const struct id *request,
                       struct err *e)
{
    char approval[ID_TEXT_BYTES];
    struct save save = {.stream = stream_of_id(STREAM_CASE, case_id),
                        .kind = kind};
    const struct fact facts[] = {
        {.path = kept_path, .text = kept},
        {.path = DUPLICATE_APPROVAL, .text = approval}};
    save.record = entity_once_id(&save.stream, kind);
    id_print(request, approval);
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

bool duplicate_may_merge(struct store *s, const struct id *case_id,
                         const struct id *kept, struct err *e)
{
    struct casefile c, other;
    if (!casefile_load(s, case_id, &c, e) || !casefile_load(s, kept, &other, e))
        return false;
    if (id_equal(case_id, kept))
        return err_set(e, ERR_INPUT,
                       _("That is the same case: name two different ones"));
    if (!id_is_zero(&c.kept))
        return err_set(e, ERR_INPUT,
                       _("Case %s is kept under another one already: part them "
                         "first"),
                       c.number);
    if (!id_is_zero(&other.kept))
        return err_set(e, ERR_INPUT,
                       _("Case %s is itself kept under another one: name that "
                         "one"),
                       other.number);
    return true;
}

bool duplicate_merge(struct store *s, const struct id *case_id,
                     const struct id *kept, const struct id *request,
                     struct err *e)
{
    char text[ID_TEXT_BYTES];
    id_print(kept, text);
    return duplicate_may_merge(s, case_id, kept, e) &&
           write_kept(s, case_id, text, request, e);
}

bool duplicate_may_part(struct store *s, const struct id *case_id,
                        struct err *e)
{
    struct casefile c;
    if (!casefile_load(s, case_id, &c, e))
        return false;
    return !id_is_zero(&c.kept) ||
           err_set(e, ERR_INPUT, _("Case %s is not kept under another one"),
                   c.number);
}

bool duplicate_part(struct store *s, const struct id *case_id,
                    const struct id *request, struct err *e)
{
    return duplicate_may_part(s, case_id, e) &&
           write_kept(s, case_id, NULL, request, e);
}

bool duplicate_group(struct store *s, const struct id *case_id,
                     struct pool *pool, struct id_list *out, struct err *e)
{
    struct id kept = *case_id;
    struct id_list under;
    /* from the row: to who asks the case may be no more than a number */
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.kept FROM casefile c JOIN stream s"
                 " ON s.stream_id = c.stream_id WHERE s.kind = ?"
                 " AND s.key = ? AND c.kept IS NOT NULL",
                 DB_BIND(db_int(STREAM_CASE),
                         db_blob(case_id->bytes, sizeof case_id->bytes)));
    if (rows_next(q))
        kept = column_id(q, 0);
    if (!rows_end(q, e) || !duplicate_under(s, &kept, pool, &under, e))
        return false;
    out->nr = under.nr + 1;
    out->items = pool_alloc(pool, out->nr * sizeof *out->items);
    out->items[0] = kept;
    for (size_t i = 0; i < under.nr; i++)
        out->items[i + 1] = under.items[i];
    return true;
}

bool duplicate_under(struct store *s, const struct id *kept, struct pool *pool,
                     struct id_list *out, struct err *e)
{
    struct {
        struct id *items;
        size_t nr, alloc;
    } l = {0};
    /* few cases are kept under another: their streams are all in one table */
    struct rows *q =
        db_query(store_db(s),
                 "SELECT s.key FROM duplicate d JOIN casefile c"
                 " ON c.stream_id = d.stream_id JOIN stream s"
                 " ON s.stream_id = d.stream_id WHERE c.kept = ?"
                 " ORDER BY c.opened_ms, s.key",
                 DB_BIND(db_blob(kept->bytes, sizeof kept->bytes)));
    while (rows_next(q))
        ARR_PUSH(&l) = column_id(q, 0);
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return rows_end(q, e);
}

/* ---- which case is kept ---- */

/* One case that says it is the same as another. */
struct saying {
    int64_t stream_id;
    struct id id, says;
    bool says_here; /* this office holds the other one */
    struct id was;  /* under which it was kept; or zero */
};

struct sayings {
    struct saying *items;
    size_t nr, alloc;
};

static bool load_sayings(struct store *s, struct sayings *l, struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT d.stream_id, s.key, d.says,"
                 " c.stream_id IS NOT NULL, o.kept FROM duplicate d"
                 " JOIN stream s ON s.stream_id = d.stream_id"
                 " LEFT JOIN stream t ON t.kind = ?"
                 "  AND t.key = d.says"
                 " LEFT JOIN casefile c"
                 "  ON c.stream_id = t.stream_id"
                 " LEFT JOIN casefile o"
                 "  ON o.stream_id = d.stream_id"
                 " ORDER BY d.stream_id",
                 DB_BIND(db_int(STREAM_CASE)));
    while (rows_next(q)) {
        struct id id = column_id(q, 1), says = column_id(q, 2);
        ARR_PUSH(l) = (struct saying){rows_int(q, 0), id, says,
                                      rows_int(q, 3) != 0, column_id(q, 4)};
    }
    return rows_end(q, e);
}

/* What a case says, if this office can follow it. */
static const struct id *said_by(const struct sayings *l, const struct id *id)
{
    for (size_t i = 0; i < l->nr; i++)
        if (id_equal(&l->items[i].id, id))
            return l->items[i].says_here ? &l->items[i].says : NULL;
    return NULL;
}

/* From a case along what each says to the one that says nothing, or round a
 * ring to the smallest id in it. */
static struct id kept_of(const struct sayings *l, struct id id)
{
    const struct id *next;
    size_t steps = 0;
    for (; steps <= l->nr && (next = said_by(l, &id)) != NULL; steps++)
        id = *next;
    if (steps <= l->nr)
        return id;
    struct id least = id, at = id;
    do {
        at = *said_by(l, &at);
        if (memcmp(at.bytes, least.bytes, sizeof at.bytes) < 0)
            least = at;
    } while (!id_equal(&at, &id));
    return least;
}

static bool write_kept_row(struct store *s, int64_t stream_id,
                           const struct id *kept, struct err *e)
{
    return db_run(
        store_db(s), "UPDATE casefile SET kept = ? WHERE stream_id = ?",
        DB_BIND(id_is_zero(kept) ? db_null()
                                 : db_blob(kept->bytes, sizeof kept->bytes),
                db_int(stream_id)),
        e);
}

/* The clashes of a case count what those under it say. */
static bool recount_both(struct store *s, const struct id *was,
                         const struct id *now, struct err *e)
{
    return (id_is_zero(was) || duplicate_recount(s, was, e)) &&
           (id_is_zero(now) || duplicate_recount(s, now, e));
}

static bool settle_kept(struct store *s, struct err *e)
{
    struct sayings l = {0};
    bool good = load_sayings(s, &l, e);
    for (size_t i = 0; good && i < l.nr; i++) {
        const struct saying *x = &l.items[i];
        struct id kept = kept_of(&l, x->id);
        if (id_equal(&kept, &x->id))
            kept = (struct id){{0}};
        good = id_equal(&kept, &x->was) ||
               (write_kept_row(s, x->stream_id, &kept, e) &&
                recount_both(s, &x->was, &kept, e));
    }
    ARR_RELEASE(&l);
    return good;
}

/* What the case's record says: of several answers the smallest id. */
static bool load_said(struct store *s, const struct stream *stream,
                      struct id *out, struct err *e)
{
    struct id record = entity_once_id(stream, kind);
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value FROM record r"
        " JOIN field f ON f.form = ?1 AND f.path = ?2"
        " JOIN cell l ON l.record_id = r.record_id"
        "  AND l.field_id = f.field_id"
        " JOIN change c ON c.change_id = l.change_id WHERE r.uuid = ?3",
        DB_BIND(db_text(kind), db_text(kept_path),
                db_blob(record.bytes, sizeof record.bytes)));
    *out = (struct id){{0}};
    while (rows_next(q)) {
        char text[ID_TEXT_BYTES] = "";
        struct value v;
        struct id id;
        if (column_text(q, 0, &v) && v.text_bytes == sizeof text - 1)
            memcpy(text, v.text, v.text_bytes);
        if (id_parse(text, &id) &&
            (id_is_zero(out) ||
             memcmp(id.bytes, out->bytes, sizeof id.bytes) < 0))
            *out = id;
    }
    return rows_end(q, e);
}

/* Writes what the case says now; *moved: it said something else. */
static bool note_said(struct store *s, int64_t stream_id, const struct id *says,
                      bool *moved, struct err *e)
{
    struct db *db = store_db(s);
    bool none = id_is_zero(says);
    bool good =
        none ? db_run(db, "DELETE FROM duplicate WHERE stream_id = ?",
                      DB_BIND(db_int(stream_id)), e)
             : db_run(db,
                      "INSERT INTO duplicate(stream_id, says) VALUES(?1, ?2)"
                      " ON CONFLICT(stream_id) DO UPDATE SET"
                      " says = excluded.says WHERE says <> excluded.says",
                      DB_BIND(db_int(stream_id),
                              db_blob(says->bytes, sizeof says->bytes)),
                      e);
    *moved = good && db_changed(db) > 0;
    return good && (!none || !*moved ||
                    db_run(db,
                           "UPDATE casefile SET kept = NULL"
                           " WHERE stream_id = ?",
                           DB_BIND(db_int(stream_id)), e));
}

static bool is_said(struct store *s, const struct stream *stream, bool *said,
                    struct err *e)
{
    int64_t nr = 0;
    bool good =
        db_get_int(store_db(s), "SELECT COUNT(*) FROM duplicate WHERE says = ?",
                   DB_BIND(db_blob(stream->key, stream->size)), 0, &nr, e);
    *said = nr > 0;
    return good;
}

/* Where a number of the stream bears the name of the function. */
static struct id id_of(const struct stream *stream)
{
    return stream_id(stream);
}

static bool load_kept(struct store *s, int64_t stream_id, struct id *kept,
                      struct err *e)
{
    struct rows *q =
        db_query(store_db(s), "SELECT kept FROM casefile WHERE stream_id = ?",
                 DB_BIND(db_int(stream_id)));
    *kept = (struct id){{0}};
    if (rows_next(q))
        *kept = column_id(q, 0);
    return rows_end(q, e);
}

/* A row written anew counts its own clashes alone; and what a case below says
 * counts above. */
static bool recount_around(struct store *s, const struct stream *stream,
                           int64_t stream_id, const struct id *was,
                           struct err *e)
{
    static const struct id none;
    const struct id id = id_of(stream);
    struct id now;
    bool said = false;
    if (!load_kept(s, stream_id, &now, e) || !is_said(s, stream, &said, e))
        return false;
    return recount_both(s, id_equal(was, &now) ? &none : was, &now, e) &&
           (!said || !id_is_zero(&now) || duplicate_recount(s, &id, e));
}

bool duplicate_refresh(struct store *s, const struct stream *stream,
                       int64_t stream_id, bool fresh, struct err *e)
{
    struct id says, was;
    bool moved = false, said = false;
    if (!duplicate_person_refresh(s, stream_id, e) ||
        !load_said(s, stream, &says, e) || !load_kept(s, stream_id, &was, e) ||
        !note_said(s, stream_id, &says, &moved, e))
        return false;
    if (fresh && !is_said(s, stream, &said, e))
        return false;
    return ((!moved && !said) || settle_kept(s, e)) &&
           recount_around(s, stream, stream_id, &was, e);
}

bool duplicate_forget(struct store *s, int64_t stream_id, struct err *e)
{
    struct id was;
    return load_kept(s, stream_id, &was, e) &&
           db_run(store_db(s), "DELETE FROM duplicate WHERE stream_id = ?",
                  DB_BIND(db_int(stream_id)), e) &&
           db_run(store_db(s), "DELETE FROM casefile WHERE stream_id = ?",
                  DB_BIND(db_int(stream_id)), e) &&
           settle_kept(s, e) && recount_both(s, &was, &(struct id){{0}}, e);
}

bool duplicate_clear(struct store *s, struct err *e)
{
    return db_script(store_db(s),
                     "DELETE FROM person; DELETE FROM person_pair;"
                     "DELETE FROM duplicate;"
                     "UPDATE casefile SET kept = NULL;",
                     e);
}
