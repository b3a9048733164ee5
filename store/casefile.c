/* SPDX-License-Identifier: Apache-2.0 */
#include "store/casefile.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "forms/value.h"
#include "store/casefile_int.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/intern_int.h"
#include "store/store.h"
#include "store/worker.h"

static const char *const name_paths[] = {"given_name", "father_name",
                                         "grandfather_name"};

/* Marks take no column, so what fits into the columns may still be too long. */
static void fit_name(const struct value *v, char *out, size_t out_bytes)
{
    char fit[CASEFILE_NAME_BYTES + 4];
    snprintf(fit, sizeof fit, "%.*s", (int)utf8_fit(v->text, v->text_bytes, 40),
             v->text);
    str_copy(out, out_bytes, fit);
}

/* Names may stand inside groups of the form: the last part of the path
 * counts. Of clashing values the newest is shown, the mark tells the rest. */
static bool load_name(struct store *s, int64_t record_id, const char *last,
                      char *out, size_t out_bytes, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value FROM cell l"
        " JOIN field f ON f.field_id = l.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE l.record_id = ?1 AND (f.path = ?2 OR f.path LIKE '%/' || ?2)"
        " ORDER BY c.at_ms DESC, p.epoch, c.seq LIMIT 1",
        DB_BIND(db_int(record_id), db_text(last)));
    struct value v;
    out[0] = '\0';
    if (rows_next(q) && rows_size(q, 0) > 0 &&
        value_decode(rows_blob(q, 0), rows_size(q, 0), NULL, 0, &v) &&
        v.type == VALUE_TEXT)
        fit_name(&v, out, out_bytes);
    return rows_end(q, e);
}

static bool full_name(struct store *s, int64_t record_id,
                      char out[CASEFILE_NAME_BYTES], struct err *e)
{
    struct buf b = BUF_INIT(CASEFILE_NAME_BYTES - 1);
    bool good = true;
    for (size_t i = 0; good && i < ARR_NR(name_paths); i++) {
        char part[CASEFILE_NAME_BYTES];
        good = load_name(s, record_id, name_paths[i], part, sizeof part, e);
        if (good && part[0] != '\0')
            buf_printf(&b, "%s%s", b.size > 0 ? " " : "", part);
    }
    str_copy(out, CASEFILE_NAME_BYTES, buf_text(&b));
    buf_release(&b);
    return good;
}

struct summary {
    int64_t record_id, opened_ms, updated_ms, last_change, clashes;
    char place[PLACE_CODE_BYTES];
};

static bool load_summary(struct store *s, int64_t stream_id,
                         const struct id *id, struct summary *m, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT r.record_id, r.created_ms, t.place,"
        " (SELECT MAX(c.at_ms) FROM record o"
        "   JOIN change c ON c.record_id = o.record_id"
        "   WHERE o.stream_id = t.stream_id),"
        " (SELECT MAX(c.change_id) FROM record o"
        "   JOIN change c ON c.record_id = o.record_id"
        "   JOIN chain h ON h.chain_id = c.chain_id"
        "   JOIN epoch p ON p.epoch_id = h.epoch_id AND p.own = 1"
        "   WHERE o.stream_id = t.stream_id),"
        " (SELECT COUNT(*) FROM " CLASH_FROM
        "   record o JOIN cell l ON l.record_id = o.record_id"
        "   WHERE o.stream_id = ?1" CLASH_WHERE ")"
        " FROM stream t LEFT JOIN record r ON r.uuid = ?2"
        " WHERE t.stream_id = ?1",
        DB_BIND(db_int(stream_id), db_blob(id->bytes, sizeof id->bytes)));
    *m = (struct summary){0};
    if (rows_next(q)) {
        m->record_id = rows_int(q, 0);
        m->opened_ms = rows_int(q, 1);
        str_copy(m->place, sizeof m->place, rows_text(q, 2));
        m->updated_ms = rows_int(q, 3);
        m->last_change = rows_int(q, 4);
        m->clashes = rows_int(q, 5);
    }
    return rows_end(q, e);
}

/* The words of the search follow from the name alone, and most changes leave it
 * as it is. */
static bool is_named(struct store *s, int64_t stream_id, const char *name,
                     bool *named, struct err *e)
{
    int64_t nr = 0;
    if (!db_get_int(store_db(s),
                    "SELECT COUNT(*) FROM casefile WHERE stream_id = ?"
                    " AND name = ?",
                    DB_BIND(db_int(stream_id), db_text(name)), 0, &nr, e))
        return false;
    *named = nr > 0;
    return true;
}

static bool refresh_stream(struct store *s, int64_t stream_id,
                           const struct id *id, struct err *e)
{
    struct summary m;
    char name[CASEFILE_NAME_BYTES], number[ID_NUMBER_BYTES];
    char folded[NAME_KEY_BYTES], sort_key[CASEFILE_KEY_BYTES];
    bool named = false;
    if (!load_summary(s, stream_id, id, &m, e))
        return false;
    if (m.record_id == INTERN_NONE) /* the case's own record is not here yet */
        return true;
    if (!worker_refresh(s, stream_id, e) ||
        !full_name(s, m.record_id, name, e) ||
        !is_named(s, stream_id, name, &named, e))
        return false;
    id_print_number(id, number);
    name_key_fold(name, folded, sizeof folded);
    snprintf(sort_key, sizeof sort_key, "%s %s/%lld", folded, number,
             (long long)stream_id);
    return db_run(
               store_db(s),
               "INSERT INTO casefile(stream_id, record_id, number, name,"
               " sort_key, place, opened_ms, updated_ms, last_change, clashes)"
               " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
               " ON CONFLICT(stream_id) DO UPDATE SET name = excluded.name,"
               " sort_key = excluded.sort_key, place = excluded.place,"
               " opened_ms = excluded.opened_ms,"
               " updated_ms = excluded.updated_ms,"
               " last_change = excluded.last_change,"
               " clashes = excluded.clashes",
               DB_BIND(db_int(stream_id), db_int(m.record_id), db_text(number),
                       db_text(name), db_text(sort_key), db_text(m.place),
                       db_int(m.opened_ms), db_int(m.updated_ms),
                       db_int(m.last_change), db_int(m.clashes)),
               e) &&
           (named || casefile_term_write(s, stream_id, name, number, e));
}

bool casefile_refresh(struct store *s, const struct stream *stream,
                      struct err *e)
{
    struct id id = stream_id(stream);
    int64_t number = 0;
    if (stream->kind != STREAM_CASE)
        return true;
    return intern_stream_find(store_db(s), stream, &number, e) &&
           (number == INTERN_NONE || refresh_stream(s, number, &id, e));
}

bool casefile_refresh_all(struct store *s, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT stream_id, key FROM stream"
                              " WHERE kind = ? ORDER BY stream_id",
                              DB_BIND(db_int(STREAM_CASE)));
    bool good = true;
    while (good && rows_next(q)) {
        struct id id = {{0}};
        if (rows_size(q, 1) == sizeof id.bytes)
            memcpy(id.bytes, rows_blob(q, 1), sizeof id.bytes);
        good = refresh_stream(s, rows_int(q, 0), &id, e);
    }
    return good ? rows_end(q, e) : (rows_end(q, &(struct err)ERR_INIT), false);
}
