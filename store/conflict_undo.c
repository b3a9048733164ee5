/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking back a settling. Nothing is rewritten: what the settling replaced is
 * written once more, each value in a save of its own that cites the settling
 * alone, so they stand beside each other again and clash. What it noted of
 * another case of the child is cleared.
 */
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/duplicate_int.h"
#include "store/fold.h"
#include "store/store.h"

/* So far back a settling is looked for: nobody takes back by one key what was
 * decided ten thousand changes ago, and old disks are slow. */
enum { LOOK_BACK = 10000 };

/* One change of the settling that still stands. */
struct settled {
    struct stream stream;
    int64_t stream_id, at_ms;
    struct id record;
    const char *kind, *form, *path;
    struct dot dot;
    struct dot cites[CHANGE_REPLACES_MAX];
    size_t cites_nr;
};

struct settled_list {
    struct settled *items;
    size_t nr, alloc;
};

static bool is_note(const struct settled *x)
{
    return str_equal(x->kind, DUPLICATE_KIND);
}

/* The question it was about, whichever record the change stands in. */
static const char *question_of(const struct settled *x)
{
    size_t n = strlen(DUPLICATE_SETTLED);
    return is_note(x) && str_starts(x->path, DUPLICATE_SETTLED) ? x->path + n
                                                                : x->path;
}

static bool read_settled(struct rows *q, struct pool *pool, struct settled *x)
{
    *x = (struct settled){
        .record = column_id(q, 3),
        .stream = column_stream(q, 4),
        .at_ms = rows_int(q, 0),
        .path = pool_str(pool, rows_text(q, 1)),
        .form = pool_str(pool, rows_text(q, 2)),
        .kind = pool_str(pool, rows_text(q, 6)),
        .dot = {(uint64_t)rows_int(q, 8), (uint64_t)rows_int(q, 9)},
        .stream_id = rows_int(q, 10)};
    return x->stream.kind != STREAM_NONE &&
           fold_unpack_dots(rows_blob(q, 7), rows_size(q, 7), x->cites,
                            CHANGE_REPLACES_MAX, &x->cites_nr);
}

/* Newest first: settlings by this login at this office that nobody has written
 * over since. */
static struct rows *query_settled(struct store *s)
{
    _Static_assert(CHANGE_SETTLE == 4, "the statement names it");
    return db_query(
        store_db(s),
        "SELECT c.at_ms, f.path, f.form, r.uuid, t.kind, t.key, k.text,"
        " COALESCE(c.replaces, ?3), p.epoch, c.seq, t.stream_id FROM change c"
        " CROSS JOIN cell l ON l.change_id = c.change_id"
        " JOIN field f ON f.field_id = c.field_id"
        " JOIN record r ON r.record_id = c.record_id"
        " JOIN stream t ON t.stream_id = r.stream_id"
        " JOIN word k ON k.word_id = r.kind_id"
        " JOIN word a ON a.word_id = c.author_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE c.change_id > (SELECT MAX(change_id) FROM change) - ?1"
        " AND c.op = 4 AND a.text = ?2 AND p.own = 1"
        " ORDER BY c.change_id DESC",
        DB_BIND(db_int(LOOK_BACK), db_text(store_login(s)), db_blob("", 0)));
}

static bool is_among(const struct id_list *l, const struct stream *stream)
{
    for (size_t i = 0; i < l->nr; i++) {
        const struct stream of = stream_of_id(STREAM_CASE, &l->items[i]);
        if (stream_equal(&of, stream))
            return true;
    }
    return false;
}

/* All changes of the last settling: of one moment, about one question. */
static bool load_last(struct store *s, const struct id_list *only,
                      struct pool *pool, struct settled_list *out,
                      struct err *e)
{
    struct rows *q = query_settled(s);
    struct settled x;
    while (rows_next(q)) {
        if (!read_settled(q, pool, &x) ||
            (only->nr > 0 && !is_among(only, &x.stream)))
            continue;
        if (out->nr > 0 &&
            (x.at_ms != out->items[0].at_ms ||
             !str_equal(question_of(&x), question_of(&out->items[0]))))
            break;
        ARR_PUSH(out) = x;
    }
    return rows_end(q, e);
}

/* ---- writing ---- */

static bool write_edit(struct store *s, const struct settled *x,
                       struct edit *edit, const uint8_t *form, struct err *e)
{
    edit->path = x->path;
    edit->replaces = &x->dot;
    edit->replaces_nr = 1;
    const struct save save = {.stream = x->stream,
                              .record = x->record,
                              .kind = x->kind,
                              .form = form,
                              .form_id = form != NULL ? x->form : NULL,
                              .author = store_login(s),
                              .at_ms = store_now_ms(s),
                              .edits = edit,
                              .edits_nr = 1};
    return change_append(s, &save, e);
}

/* What a change said that the settling replaced. */
static bool write_again(struct store *s, const struct settled *x,
                        const struct dot *dot, struct err *e)
{
    uint8_t form[HASH_BYTES];
    bool known = false, has_form = false;
    struct buf value = BUF_INIT(CHANGE_VALUE_BYTES_MAX);
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value, v.hash FROM change c"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " LEFT JOIN form v ON v.form_id = c.form_id"
        " WHERE h.stream_id = ? AND p.epoch = ? AND c.seq = ? AND c.op <> 0",
        DB_BIND(db_int(x->stream_id), db_int((int64_t)dot->epoch),
                db_int((int64_t)dot->seq)));
    if (rows_next(q)) {
        known = true;
        buf_add(&value, rows_blob(q, 0), rows_size(q, 0));
        has_form = column_bytes(q, 1, form, sizeof form);
    }
    struct edit edit = {.op = value.size > 0 ? CHANGE_SET : CHANGE_CLEAR,
                        .value = value.data,
                        .value_bytes = value.size};
    bool good =
        rows_end(q, e) &&
        (known ||
         err_set(e, ERR_NOT_FOUND,
                 _("What was settled there is not in this office any more"))) &&
        write_edit(s, x, &edit, has_form ? form : NULL, e);
    buf_release(&value);
    return good;
}

static bool take_back(struct store *s, const struct settled *x, struct err *e)
{
    struct edit clear = {.op = CHANGE_CLEAR};
    if (is_note(x))
        return write_edit(s, x, &clear, NULL, e);
    for (size_t i = 0; i < x->cites_nr; i++)
        if (!write_again(s, x, &x->cites[i], e))
            return false;
    return true;
}

static bool take_all_back(struct store *s, const struct settled_list *l,
                          struct err *e)
{
    for (size_t i = 0; i < l->nr; i++)
        if (!take_back(s, &l->items[i], e))
            return false;
    return true;
}

bool conflict_undo(struct store *s, const struct id *case_id, struct err *e)
{
    struct id_list only = {NULL, 0};
    struct settled_list l = {0};
    struct pool *pool = pool_new();
    bool good =
        (case_id == NULL || duplicate_group(s, case_id, pool, &only, e)) &&
        load_last(s, &only, pool, &l, e);
    good = good &&
           (l.nr > 0 ||
            err_set(e, ERR_NOT_FOUND,
                    _("You settled nothing of late that still stands"))) &&
           db_begin(store_db(s), e) &&
           db_end(store_db(s), take_all_back(s, &l, e), e);
    ARR_RELEASE(&l);
    pool_free(pool);
    return good;
}
