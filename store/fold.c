/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fold.h"

#include "base/i18n.h"
#include "base/reader.h"
#include "store/approval.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/fulltext.h"
#include "store/schema.h"
#include "store/store.h"

void fold_pack_dots(struct buf *b, const struct dot *dots, size_t nr)
{
    for (size_t i = 0; i < nr; i++) {
        buf_add_be64(b, dots[i].epoch);
        buf_add_varint(b, dots[i].seq);
    }
}

bool fold_unpack_dots(const void *bytes, size_t n, struct dot *room,
                      size_t room_nr, size_t *nr)
{
    struct reader r = reader_of(bytes, n);
    for (*nr = 0; r.left > 0 && !reader_failed(&r); (*nr)++) {
        if (*nr == room_nr)
            return false;
        room[*nr].epoch = reader_be64(&r);
        room[*nr].seq = reader_varint(&r);
    }
    return reader_done(&r);
}

/* Takes the value of a cited dot out of the state; remembers the citation when
 * the dot is not here yet. A dot of another field cites nothing. */
static bool replace_dot(struct store *s, const struct fold_change *c,
                        const struct dot *cited, struct err *e)
{
    struct db *db = store_db(s);
    int64_t change_id = 0;
    if (!db_get_int(db,
                    "SELECT c.change_id FROM change c"
                    " JOIN chain h ON h.chain_id = c.chain_id"
                    " JOIN epoch p ON p.epoch_id = h.epoch_id"
                    " WHERE h.stream_id = ? AND p.epoch = ? AND c.seq = ?"
                    " AND c.change_id <= ?",
                    DB_BIND(db_int(c->stream_id), db_int((int64_t)cited->epoch),
                            db_int((int64_t)cited->seq), db_int(c->change_id)),
                    0, &change_id, e))
        return false;
    if (change_id != 0)
        return db_run(db,
                      "DELETE FROM cell WHERE record_id = ? AND field_id = ?"
                      " AND change_id = ?",
                      DB_BIND(db_int(c->record_id), db_int(c->field_id),
                              db_int(change_id)),
                      e);
    return db_run(db,
                  "INSERT INTO cited(stream_id, epoch, seq, record_id,"
                  " field_id) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                  DB_BIND(db_int(c->stream_id), db_int((int64_t)cited->epoch),
                          db_int((int64_t)cited->seq), db_int(c->record_id),
                          db_int(c->field_id)),
                  e);
}

/* Whether somebody cited this change before it arrived. */
static bool born_replaced(struct store *s, const struct fold_change *c,
                          bool *replaced, struct err *e)
{
    if (!db_run(store_db(s),
                "DELETE FROM cited WHERE stream_id = ? AND epoch = ?"
                " AND seq = ? AND record_id = ? AND field_id = ?",
                DB_BIND(db_int(c->stream_id), db_int((int64_t)c->dot.epoch),
                        db_int((int64_t)c->dot.seq), db_int(c->record_id),
                        db_int(c->field_id)),
                e))
        return false;
    *replaced = db_changed(store_db(s)) > 0;
    return true;
}

/* A row that was added or dropped stands like a value: what replaces it must
 * have seen it. */
static bool op_stands(enum change_op op)
{
    return op == CHANGE_SET || op == CHANGE_CLEAR || op == CHANGE_SETTLE ||
           op == CHANGE_ADD_ROW || op == CHANGE_DROP_ROW;
}

bool fold_change(struct store *s, const struct fold_change *c, struct err *e)
{
    struct dot dots[CHANGE_REPLACES_MAX];
    size_t nr = 0;
    bool replaced = false;
    /* Operations this version does not know are kept and passed on, and leave
     * the state alone. */
    if (!op_stands(c->op))
        return true;
    if (!fold_unpack_dots(c->replaces, c->replaces_bytes, dots,
                          CHANGE_REPLACES_MAX, &nr))
        return err_set(e, ERR_CORRUPT,
                       _("Change %lld of the log is damaged: its citations "
                         "cannot be read"),
                       (long long)c->change_id);
    for (size_t i = 0; i < nr; i++)
        if (!replace_dot(s, c, &dots[i], e))
            return false;
    if (!born_replaced(s, c, &replaced, e))
        return false;
    if (replaced)
        return true;
    return db_run(store_db(s),
                  "INSERT INTO cell(record_id, field_id, change_id)"
                  " VALUES(?, ?, ?)",
                  DB_BIND(db_int(c->record_id), db_int(c->field_id),
                          db_int(c->change_id)),
                  e);
}

static bool fold_all(struct store *s, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.change_id, c.record_id, c.field_id, h.stream_id, p.epoch,"
        " c.seq, c.op, c.replaces FROM change c"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id ORDER BY c.change_id",
        DB_NOTHING);
    bool good = true;
    while (good && rows_next(q)) {
        struct fold_change c = {
            .change_id = rows_int(q, 0),
            .record_id = rows_int(q, 1),
            .field_id = rows_int(q, 2),
            .stream_id = rows_int(q, 3),
            .dot = {(uint64_t)rows_int(q, 4), (uint64_t)rows_int(q, 5)},
            .op = (enum change_op)rows_int(q, 6),
            .replaces = rows_blob(q, 7),
            .replaces_bytes = rows_size(q, 7),
        };
        good = fold_change(s, &c, e);
    }
    return rows_leave(q, good, e);
}

bool fold_rebuild(struct store *s, struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool good = schema_clear_computed(store_db(s), e) && fold_all(s, e) &&
                casefile_refresh_all(s, e) && approval_refresh_all(s, e) &&
                fulltext_renew(s, e);
    return db_end(store_db(s), good, e) ||
           err_wrap(e, _("Computing the tables again"));
}
