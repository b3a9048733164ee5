/* SPDX-License-Identifier: Apache-2.0 */
#include "store/casefile.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "forms/sound.h"
#include "forms/value.h"
#include "store/casefile_int.h"
#include "store/clash_int.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/fulltext.h"
#include "store/intern_int.h"
#include "store/setting.h"
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

/* Which of the names a path is of: names may stand inside groups of the form,
 * so its last part counts. ARR_NR(name_paths): none. */
static size_t name_at(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t i = 0;
    while (i < ARR_NR(name_paths) &&
           !str_equal(name_paths[i], slash != NULL ? slash + 1 : path))
        i++;
    return i;
}

/* Of clashing values the newest is shown, the mark tells the rest. */
static bool full_name(struct store *s, int64_t record_id,
                      char out[CASEFILE_NAME_BYTES], struct err *e)
{
    char parts[ARR_NR(name_paths) + 1][CASEFILE_NAME_BYTES] = {""};
    struct rows *q = db_query(
        store_db(s),
        "SELECT f.path, c.value FROM cell l"
        " JOIN field f ON f.field_id = l.field_id AND f.path LIKE '%_name'"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE l.record_id = ? ORDER BY c.at_ms, p.epoch DESC, c.seq DESC",
        DB_BIND(db_int(record_id)));
    while (rows_next(q)) {
        char *part = parts[name_at(rows_text(q, 0))];
        struct value v;
        part[0] = '\0';
        if (column_text(q, 1, &v))
            fit_name(&v, part, CASEFILE_NAME_BYTES);
    }
    struct buf b = BUF_INIT(CASEFILE_NAME_BYTES - 1);
    for (size_t i = 0; i < ARR_NR(name_paths); i++)
        if (parts[i][0] != '\0')
            buf_printf(&b, "%s%s", b.size > 0 ? " " : "", parts[i]);
    str_copy(out, CASEFILE_NAME_BYTES, buf_text(&b));
    buf_release(&b);
    return rows_end(q, e);
}

struct summary {
    int64_t record_id, opened_ms, updated_ms, visited, last_change, clashes;
    char place[PLACE_CODE_BYTES];
    char name[CASEFILE_NAME_BYTES], number[ID_NUMBER_BYTES];
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

/* The day of the last visit, whatever came of it. */
static bool load_visited(struct store *s, int64_t stream_id, int64_t *day,
                         struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.value FROM record r"
                 " JOIN field f ON f.form = r.form AND f.path = 'visit_date'"
                 " JOIN cell l ON l.record_id = r.record_id"
                 "  AND l.field_id = f.field_id"
                 " JOIN change c ON c.change_id = l.change_id"
                 " WHERE r.stream_id = ? AND r.form = 'visit'",
                 DB_BIND(db_int(stream_id)));
    struct value v;
    for (*day = 0; rows_next(q);)
        if (value_decode(rows_blob(q, 0), rows_size(q, 0), NULL, 0, &v) &&
            v.type == VALUE_DATE && v.number > *day)
            *day = v.number;
    return rows_end(q, e);
}

/* Most changes leave a case where it stands in most lists: name, place and the
 * day it was opened are as they were. The words of the search follow from the
 * name alone. */
struct standing {
    bool named, placed;
};

static bool load_standing(struct store *s, int64_t row, const struct summary *m,
                          struct standing *out, struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT name = ?1, name = ?1 AND place = ?2 AND opened_ms = ?3"
                 " FROM casefile WHERE stream_id = ?4",
                 DB_BIND(db_text(m->name), db_text(m->place),
                         db_int(m->opened_ms), db_int(row)));
    *out = (struct standing){false, false};
    if (rows_next(q))
        *out = (struct standing){rows_int(q, 0) != 0, rows_int(q, 1) != 0};
    return rows_end(q, e);
}

/* A key for each order of a list (enum casefile_sort). The stream tells apart
 * what is else alike; what stands newest first counts down. */
struct keys {
    char of[CASEFILE_SORTS][CASEFILE_KEY_BYTES];
};

static void print_newest(char *out, int64_t at_ms, int64_t stream_id)
{
    snprintf(out, CASEFILE_KEY_BYTES, "%019lld/%lld",
             (long long)(INT64_MAX - (at_ms > 0 ? at_ms : 0)),
             (long long)stream_id);
}

static void print_keys(struct keys *k, int64_t stream_id,
                       const struct summary *m)
{
    char folded[NAME_KEY_BYTES];
    name_key_fold(m->name, folded, sizeof folded);
    snprintf(k->of[CASEFILE_BY_NAME], CASEFILE_KEY_BYTES, "%s %s/%lld", folded,
             m->number, (long long)stream_id);
    snprintf(k->of[CASEFILE_BY_NUMBER], CASEFILE_KEY_BYTES, "%s/%lld",
             m->number, (long long)stream_id);
    print_newest(k->of[CASEFILE_BY_CHANGE], m->updated_ms, stream_id);
    print_newest(k->of[CASEFILE_BY_OPENED], m->opened_ms, stream_id);
}

static bool write_row(struct store *s, int64_t stream_id,
                      const struct summary *m, struct err *e)
{
    struct keys k;
    print_keys(&k, stream_id, m);
    return db_run(
        store_db(s),
        "INSERT INTO casefile(stream_id, record_id, number, name,"
        " sort_key, number_key, change_key, opened_key, place, opened_ms,"
        " updated_ms, visited, last_change, clashes)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(stream_id) DO UPDATE SET name = excluded.name,"
        " sort_key = excluded.sort_key, number_key = excluded.number_key,"
        " change_key = excluded.change_key, opened_key = excluded.opened_key,"
        " place = excluded.place, opened_ms = excluded.opened_ms,"
        " updated_ms = excluded.updated_ms, visited = excluded.visited,"
        " last_change = excluded.last_change, clashes = excluded.clashes",
        DB_BIND(db_int(stream_id), db_int(m->record_id), db_text(m->number),
                db_text(m->name), db_text(k.of[CASEFILE_BY_NAME]),
                db_text(k.of[CASEFILE_BY_NUMBER]),
                db_text(k.of[CASEFILE_BY_CHANGE]),
                db_text(k.of[CASEFILE_BY_OPENED]), db_text(m->place),
                db_int(m->opened_ms), db_int(m->updated_ms), db_int(m->visited),
                db_int(m->last_change), db_int(m->clashes)),
        e);
}

/* The short way of write_row: an index that is named is written. */
static bool touch_row(struct store *s, int64_t row, const struct summary *m,
                      struct err *e)
{
    char key[CASEFILE_KEY_BYTES];
    print_newest(key, m->updated_ms, row);
    return db_run(store_db(s),
                  "UPDATE casefile SET change_key = ?, updated_ms = ?,"
                  " visited = ?, last_change = ?, clashes = ?"
                  " WHERE stream_id = ?",
                  DB_BIND(db_text(key), db_int(m->updated_ms),
                          db_int(m->visited), db_int(m->last_change),
                          db_int(m->clashes), db_int(row)),
                  e);
}

static bool refresh_stream(struct store *s, int64_t row,
                           const struct stream *stream, struct err *e)
{
    const struct id id = stream_id(stream);
    struct summary m;
    struct standing was;
    if (!load_summary(s, row, &id, &m, e))
        return false;
    if (m.record_id == INTERN_NONE) /* the case's own record is not here yet */
        return true;
    id_print_number(&id, m.number);
    if (!worker_refresh(s, row, e) || !load_visited(s, row, &m.visited, e) ||
        !full_name(s, m.record_id, m.name, e) ||
        !load_standing(s, row, &m, &was, e))
        return false;
    return (was.placed ? touch_row(s, row, &m, e) : write_row(s, row, &m, e)) &&
           (was.named || casefile_term_write(s, row, m.name, m.number, e)) &&
           duplicate_refresh(s, stream, row, !was.named, e);
}

bool casefile_refresh(struct store *s, const struct stream *stream,
                      struct err *e)
{
    int64_t number = 0;
    if (stream->kind != STREAM_CASE)
        return true;
    return intern_stream_find(store_db(s), stream, &number, e) &&
           (number == INTERN_NONE || refresh_stream(s, number, stream, e));
}

bool casefile_refresh_all(struct store *s, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT stream_id, key FROM stream"
                              " WHERE kind = ? ORDER BY stream_id",
                              DB_BIND(db_int(STREAM_CASE)));
    bool good = true;
    while (good && rows_next(q)) {
        const struct id id = column_id(q, 1);
        const struct stream stream = stream_of_id(STREAM_CASE, &id);
        good = refresh_stream(s, rows_int(q, 0), &stream, e);
    }
    return rows_leave(q, good, e);
}

/* ---- rows of another program ---- */

/* Raise it when what is computed of a case changes. */
enum { ROWS_VERSION = 1000 * 2 + SOUND_VERSION };

static bool make_rows(struct store *s, struct err *e)
{
    return duplicate_clear(s, e) && casefile_refresh_all(s, e) &&
           fulltext_renew(s, e);
}

static const struct {
    const char *setting;
    int64_t version;
    bool (*make)(struct store *s, struct err *e);
} made[] = {
    {"casefile.version", ROWS_VERSION, make_rows},
    {"term.version", SOUND_VERSION, casefile_term_renew},
};

static bool is_ours(struct store *s, size_t i, bool *ours, struct err *e)
{
    int64_t version = 0;
    if (!setting_get_int(s, made[i].setting, &version, e))
        return false;
    *ours = version == made[i].version;
    return true;
}

/* Asked again under the lock: another process may have been quicker. */
static bool renew(struct store *s, size_t i, struct err *e)
{
    bool ours = false;
    if (!db_begin(store_db(s), e))
        return false;
    bool good =
        is_ours(s, i, &ours, e) &&
        (ours || (made[i].make(s, e) &&
                  setting_set_int(s, made[i].setting, made[i].version, e)));
    return db_end(store_db(s), good, e);
}

bool casefile_renew(struct store *s, struct err *e)
{
    for (size_t i = 0; i < ARR_NR(made); i++) {
        bool ours = false;
        if (!is_ours(s, i, &ours, e) || (!ours && !renew(s, i, e)))
            return err_wrap(e, _("Making the lists of this office anew"));
    }
    return true;
}
