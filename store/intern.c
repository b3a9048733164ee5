/* SPDX-License-Identifier: Apache-2.0 */
#include "store/intern_int.h"

#include "store/db.h"
#include "store/hash.h"

/* Looks, and when there is nothing inserts: most calls find. */
struct interned {
    const char *select, *insert;
    const struct db_value *key, *row;
};

static bool find_or_insert(struct db *db, const struct interned *x, int64_t *id,
                           struct err *e)
{
    if (!db_get_int(db, x->select, x->key, INTERN_NONE, id, e))
        return false;
    if (*id != INTERN_NONE)
        return true;
    if (!db_run(db, x->insert, x->row, e))
        return false;
    *id = db_last_id(db);
    return true;
}

bool intern_word(struct db *db, const char *text, int64_t *id, struct err *e)
{
    const struct db_value *row = DB_BIND(db_text(text));
    const struct interned x = {"SELECT word_id FROM word WHERE text = ?",
                               "INSERT INTO word(text) VALUES(?)", row, row};
    return find_or_insert(db, &x, id, e);
}

bool intern_form(struct db *db, const uint8_t *hash, const char *name,
                 int64_t *id, struct err *e)
{
    const struct interned x = {
        "SELECT form_id FROM form WHERE hash = ?",
        "INSERT INTO form(hash, name) VALUES(?, ?)",
        DB_BIND(db_blob(hash, HASH_BYTES)),
        DB_BIND(db_blob(hash, HASH_BYTES), db_text(name))};
    return find_or_insert(db, &x, id, e);
}

bool intern_field_find(struct db *db, const char *form, const char *path,
                       int64_t *id, struct err *e)
{
    return db_get_int(
        db, "SELECT field_id FROM field WHERE form = ? AND path = ?",
        DB_BIND(db_text(form), db_text(path)), INTERN_NONE, id, e);
}

bool intern_field(struct db *db, const struct intern_path *p, int64_t *id,
                  struct err *e)
{
    const struct interned x = {
        "SELECT field_id FROM field WHERE form = ? AND path = ?",
        "INSERT INTO field(form, path, computed) VALUES(?, ?, ?)",
        DB_BIND(db_text(p->form), db_text(p->path)),
        DB_BIND(db_text(p->form), db_text(p->path), db_int(p->computed))};
    return find_or_insert(db, &x, id, e);
}

bool intern_epoch(struct db *db, uint64_t epoch, int64_t site_no, bool own,
                  int64_t *id, struct err *e)
{
    const struct interned x = {
        "SELECT epoch_id FROM epoch WHERE epoch = ?",
        "INSERT INTO epoch(epoch, site_no, own) VALUES(?, ?, ?)",
        DB_BIND(db_int((int64_t)epoch)),
        DB_BIND(db_int((int64_t)epoch), db_int(site_no), db_int(own))};
    return find_or_insert(db, &x, id, e);
}

bool intern_stream_find(struct db *db, const struct stream *stream, int64_t *id,
                        struct err *e)
{
    return db_get_int(
        db, "SELECT stream_id FROM stream WHERE kind = ? AND key = ?",
        DB_BIND(db_int(stream->kind), db_blob(stream->key, stream->size)),
        INTERN_NONE, id, e);
}

bool intern_stream_add(struct db *db, const struct stream *stream,
                       const char *place, uint64_t opener, int64_t *id,
                       struct err *e)
{
    if (!db_run(db,
                "INSERT INTO stream(kind, key, place, opener)"
                " VALUES(?, ?, ?, ?)",
                DB_BIND(db_int(stream->kind),
                        db_blob(stream->key, stream->size), db_text(place),
                        db_int((int64_t)opener)),
                e))
        return false;
    *id = db_last_id(db);
    return true;
}

bool intern_record_find(struct db *db, const struct id *uuid,
                        struct intern_record *r, struct err *e)
{
    struct rows *q = db_query(
        db, "SELECT record_id, stream_id, kind_id FROM record WHERE uuid = ?",
        DB_BIND(db_blob(uuid->bytes, sizeof uuid->bytes)));
    *r = (struct intern_record){INTERN_NONE, INTERN_NONE, INTERN_NONE};
    if (rows_next(q))
        *r = (struct intern_record){rows_int(q, 0), rows_int(q, 1),
                                    rows_int(q, 2)};
    return rows_end(q, e);
}
