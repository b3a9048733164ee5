/* SPDX-License-Identifier: Apache-2.0 */
#include "store/worker.h"

#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/value.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/store.h"

/* ---- the computed table ---- */

/* Who opened the case: of this office when one of its epochs did. */
static bool write_opener(struct store *s, int64_t stream_id, struct err *e)
{
    return db_run(store_db(s),
                  "INSERT INTO worker(stream_id, login, here, named, works)"
                  " SELECT t.stream_id, a.text, COALESCE(p.own, 0), 0, 1"
                  " FROM stream t JOIN record r ON r.uuid = t.key"
                  " JOIN word a ON a.word_id = r.author_id"
                  " LEFT JOIN epoch p ON p.epoch = t.opener"
                  " WHERE t.stream_id = ?",
                  DB_BIND(db_int(stream_id)), e);
}

/* What one record of kind "worker" says. */
struct naming {
    int64_t record;
    char login[STORE_LOGIN_BYTES];
    bool here, works;
};

static bool write_naming(struct store *s, int64_t stream_id,
                         const struct naming *n, struct err *e)
{
    return n->login[0] == '\0' ||
           db_run(store_db(s),
                  "INSERT INTO worker(stream_id, login, here, named, works)"
                  " VALUES(?, ?, ?, 1, ?) ON CONFLICT(stream_id, login, here)"
                  " DO UPDATE SET named = 1, works = excluded.works",
                  DB_BIND(db_int(stream_id), db_text(n->login), db_int(n->here),
                          db_int(n->works)),
                  e);
}

static void read_fact(const struct store *s, struct rows *q, struct naming *n)
{
    const char *path = rows_text(q, 1);
    char text[ID_TEXT_BYTES + STORE_LOGIN_BYTES], site[ID_TEXT_BYTES];
    struct value v;
    if (!column_text(q, 2, &v) || v.text_bytes >= sizeof text)
        return;
    memcpy(text, v.text, v.text_bytes);
    text[v.text_bytes] = '\0';
    id_print(store_site_id(s), site);
    if (str_equal(path, "login"))
        str_copy(n->login, sizeof n->login, text);
    else if (str_equal(path, "office"))
        n->here = str_equal(text, site);
    else if (str_equal(path, "works"))
        n->works = str_equal(text, "yes");
}

/* Of two that clash the newest counts: it stands last. */
static bool write_named(struct store *s, int64_t stream_id, struct err *e)
{
    struct naming n = {.record = 0};
    bool good = true;
    struct rows *q = db_query(store_db(s),
                              "SELECT r.record_id, f.path, c.value"
                              " FROM record r"
                              " JOIN word k ON k.word_id = r.kind_id"
                              "  AND k.text = 'worker'"
                              " JOIN cell l ON l.record_id = r.record_id"
                              " JOIN field f ON f.field_id = l.field_id"
                              " JOIN change c ON c.change_id = l.change_id"
                              " WHERE r.stream_id = ? AND f.path <> ''"
                              " ORDER BY r.record_id, c.at_ms, c.change_id",
                              DB_BIND(db_int(stream_id)));
    while (good && rows_next(q)) {
        if (rows_int(q, 0) != n.record) {
            good = write_naming(s, stream_id, &n, e);
            n = (struct naming){.record = rows_int(q, 0)};
        }
        read_fact(s, q, &n);
    }
    return rows_leave(q, good, e) && write_naming(s, stream_id, &n, e);
}

/* Most cases have one worker, who opened it, and the row is right already: a
 * save costs a look then, no writing. */
static bool stands(struct store *s, int64_t stream_id, bool *yes, struct err *e)
{
    int64_t n = 0;
    bool good = db_get_int(
        store_db(s),
        "SELECT (SELECT COUNT(*) FROM worker WHERE stream_id = ?1) = 1"
        " AND EXISTS(SELECT 1 FROM stream t JOIN record r ON r.uuid = t.key"
        "  JOIN word a ON a.word_id = r.author_id"
        "  LEFT JOIN epoch p ON p.epoch = t.opener"
        "  JOIN worker w ON w.stream_id = t.stream_id AND w.login = a.text"
        "   AND w.here = COALESCE(p.own, 0) AND w.named = 0 AND w.works = 1"
        "  WHERE t.stream_id = ?1)"
        " AND NOT EXISTS(SELECT 1 FROM record r WHERE r.stream_id = ?1"
        "  AND r.kind_id = (SELECT word_id FROM word WHERE text = 'worker'))",
        DB_BIND(db_int(stream_id)), 0, &n, e);
    *yes = n != 0;
    return good;
}

bool worker_refresh(struct store *s, int64_t stream_id, struct err *e)
{
    bool yes = false;
    if (!stands(s, stream_id, &yes, e))
        return false;
    return yes ||
           (db_run(store_db(s), "DELETE FROM worker WHERE stream_id = ?",
                   DB_BIND(db_int(stream_id)), e) &&
            write_opener(s, stream_id, e) && write_named(s, stream_id, e));
}

/* ---- asking ---- */

bool worker_list_load(struct store *s, const struct stream *stream,
                      struct pool *pool, struct worker_list *out, struct err *e)
{
    struct {
        struct worker *items;
        size_t nr, alloc;
    } l = {0};
    struct rows *q = db_query(
        store_db(s),
        "SELECT w.login, w.here, w.named, w.works FROM worker w"
        " JOIN stream t ON t.stream_id = w.stream_id"
        " WHERE t.kind = ? AND t.key = ?"
        " ORDER BY w.login, w.here DESC",
        DB_BIND(db_int(stream->kind), db_blob(stream->key, stream->size)));
    while (rows_next(q))
        ARR_PUSH(&l) = (struct worker){.login = pool_str(pool, rows_text(q, 0)),
                                       .here = rows_int(q, 1) != 0,
                                       .named = rows_int(q, 2) != 0,
                                       .works = rows_int(q, 3) != 0};
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return rows_end(q, e);
}
