/* SPDX-License-Identifier: Apache-2.0 */
#include "store/erase_int.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/fulltext.h"
#include "store/intern_int.h"
#include "store/saved_int.h"
#include "store/store.h"

/* ---- beside the rows of the log ---- */

bool erase_keep_salt(struct store *s, int64_t chain_id, uint64_t seq,
                     const uint8_t salt[CHANGE_SALT_BYTES], struct err *e)
{
    return db_run(store_db(s),
                  "INSERT INTO kept_salt(chain_id, seq, salt)"
                  " VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
                  DB_BIND(db_int(chain_id), db_int((int64_t)seq),
                          db_blob(salt, CHANGE_SALT_BYTES)),
                  e);
}

static bool keep_commit(struct store *s, int64_t chain_id, uint64_t seq,
                        const uint8_t commit[HASH_BYTES], struct err *e)
{
    return db_run(store_db(s),
                  "INSERT INTO erased(chain_id, seq, commitment)"
                  " VALUES(?, ?, ?)",
                  DB_BIND(db_int(chain_id), db_int((int64_t)seq),
                          db_blob(commit, HASH_BYTES)),
                  e);
}

bool erase_note(struct store *s, int64_t chain_id, uint64_t seq,
                const struct edit *edit, struct err *e)
{
    if (edit->commit != NULL)
        return keep_commit(s, chain_id, seq, edit->commit, e);
    return edit->salt == NULL ||
           erase_keep_salt(s, chain_id, seq, edit->salt, e);
}

/* ---- one chain ---- */

static bool broken(struct err *e)
{
    return err_set(e, ERR_CORRUPT,
                   _("The log is damaged where it is to be erased: restore "
                     "the last backup (homeward restore) and erase again"));
}

/* A save of the chain and what is to become of it. */
struct span {
    uint64_t first_seq, last_seq;
    enum { SPAN_ERASED, SPAN_KEPT, SPAN_TO_ERASE } fate;
};

struct chain {
    int64_t chain_id;
    uint64_t seed_seq;
    uint8_t seed[CHANGE_SALT_BYTES]; /* the ratchet at seed_seq */
    uint64_t top;                    /* the last change to erase; 0: none */
    struct {
        struct span *items;
        size_t nr, alloc;
    } spans;
};

static bool is_kept(const struct erase_keep *keep, int64_t record_id)
{
    for (size_t i = 0; i < keep->nr; i++)
        if (keep->records[i] == record_id)
            return true;
    return false;
}

static bool load_spans(struct store *s, struct chain *c,
                       const struct erase_keep *keep, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT save_seq, MAX(seq), MAX(op),"
                              " MAX(record_id), COUNT(*) FROM change"
                              " WHERE chain_id = ?"
                              " GROUP BY save_seq ORDER BY save_seq",
                              DB_BIND(db_int(c->chain_id)));
    bool dense = true;
    uint64_t next = 1;
    c->top = 0;
    c->spans.nr = 0;
    while (rows_next(q)) {
        struct span *x = &ARR_PUSH(&c->spans);
        *x = (struct span){.first_seq = (uint64_t)rows_int(q, 0),
                           .last_seq = (uint64_t)rows_int(q, 1),
                           .fate = SPAN_TO_ERASE};
        if (rows_int(q, 2) == CHANGE_ERASED)
            x->fate = SPAN_ERASED;
        else if (is_kept(keep, rows_int(q, 3)))
            x->fate = SPAN_KEPT;
        else
            c->top = x->last_seq;
        dense = dense && x->first_seq == next;
        next += (uint64_t)rows_int(q, 4);
        dense = dense && x->last_seq + 1 == next;
    }
    return rows_end(q, e) && (dense || broken(e));
}

/* The commitment is taken before anything it covers goes. */
static bool erase_edit(struct store *s, struct chain *c,
                       const struct save *save, size_t i, struct err *e)
{
    uint8_t salt[CHANGE_SALT_BYTES], commit[HASH_BYTES];
    uint64_t seq = save->first_seq + i;
    const struct db_value *at =
        DB_BIND(db_int(c->chain_id), db_int((int64_t)seq));
    if (save->edits[i].salt != NULL)
        memcpy(salt, save->edits[i].salt, sizeof salt);
    else
        change_salt(c->seed, salt);
    change_commit(commit, save, i, salt);
    mem_wipe(salt, sizeof salt);
    return keep_commit(s, c->chain_id, seq, commit, e) &&
           db_run(store_db(s),
                  "DELETE FROM kept_salt WHERE chain_id = ? AND seq = ?", at,
                  e) &&
           db_run(store_db(s),
                  "UPDATE change SET record_id = 0, form_id = NULL,"
                  " field_id = 0, op = 0, value = NULL"
                  " WHERE chain_id = ? AND seq = ?",
                  at, e);
}

static bool keep_edit(struct store *s, struct chain *c, uint64_t seq,
                      struct err *e)
{
    uint8_t salt[CHANGE_SALT_BYTES];
    if (seq < c->seed_seq)
        return true; /* kept singly already */
    change_salt(c->seed, salt);
    return erase_keep_salt(s, c->chain_id, seq, salt, e);
}

static bool erase_span(struct store *s, struct chain *c, const struct span *x,
                       struct err *e)
{
    struct pool *pool = pool_new();
    struct save save = {0};
    int64_t position = 0;
    bool good =
        x->fate != SPAN_TO_ERASE ||
        saved_load(s, (struct saved_at){c->chain_id, (int64_t)x->first_seq},
                   pool, &save, &position, e);
    for (uint64_t seq = x->first_seq; good && seq <= x->last_seq; seq++) {
        if (x->fate == SPAN_TO_ERASE)
            good = erase_edit(s, c, &save, (size_t)(seq - x->first_seq), e);
        else if (x->fate == SPAN_KEPT)
            good = keep_edit(s, c, seq, e);
        if (seq >= c->seed_seq)
            change_seed_next(c->seed);
    }
    pool_free(pool);
    return good;
}

/* Up to the last change to erase the ratchet goes with them. */
static bool erase_chain(struct store *s, struct chain *c, struct err *e)
{
    bool good = true;
    for (size_t i = 0; good && i < c->spans.nr; i++)
        if (c->spans.items[i].last_seq <= c->top)
            good = erase_span(s, c, &c->spans.items[i], e);
    if (c->seed_seq <= c->top)
        c->seed_seq = c->top + 1;
    return good &&
           db_run(store_db(s),
                  "UPDATE chain SET first_seed = ?, seed_seq = ?"
                  " WHERE chain_id = ?",
                  DB_BIND(db_blob(c->seed, sizeof c->seed),
                          db_int((int64_t)c->seed_seq), db_int(c->chain_id)),
                  e);
}

struct chain_list {
    struct chain *items;
    size_t nr, alloc;
};

static bool load_chains(struct store *s, int64_t stream_id,
                        struct chain_list *l, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT chain_id, seed_seq, first_seed FROM chain"
                              " WHERE stream_id = ? ORDER BY chain_id",
                              DB_BIND(db_int(stream_id)));
    bool whole = true;
    while (rows_next(q)) {
        struct chain *c = &ARR_PUSH(l);
        *c = (struct chain){.chain_id = rows_int(q, 0),
                            .seed_seq = (uint64_t)rows_int(q, 1)};
        whole = column_bytes(q, 2, c->seed, sizeof c->seed) && whole;
    }
    return rows_end(q, e) && (whole || broken(e));
}

static bool erase_chains(struct store *s, int64_t stream_id,
                         const struct erase_keep *keep, bool *any,
                         struct err *e)
{
    struct chain_list l = {0};
    bool good = load_chains(s, stream_id, &l, e);
    for (size_t i = 0; i < l.nr; i++) {
        struct chain *c = &l.items[i];
        good = good && load_spans(s, c, keep, e) &&
               (c->top == 0 || erase_chain(s, c, e));
        *any = *any || c->top > 0;
        mem_wipe(c->seed, sizeof c->seed);
        ARR_RELEASE(&c->spans);
    }
    ARR_RELEASE(&l);
    return good;
}

/* ---- what was made of the changes ---- */

struct record_list {
    int64_t *items;
    size_t nr, alloc;
};

static bool load_records(struct store *s, int64_t stream_id,
                         const struct erase_keep *keep, struct record_list *l,
                         struct err *e)
{
    struct rows *q = db_query(
        store_db(s), "SELECT record_id FROM record WHERE stream_id = ?",
        DB_BIND(db_int(stream_id)));
    while (rows_next(q))
        if (!is_kept(keep, rows_int(q, 0)))
            ARR_PUSH(l) = rows_int(q, 0);
    return rows_end(q, e);
}

static bool drop_records(struct store *s, int64_t stream_id,
                         const struct erase_keep *keep, struct err *e)
{
    static const char *const sql[] = {
        "DELETE FROM cell WHERE record_id = ?",
        "DELETE FROM approval WHERE record_id = ?",
        "DELETE FROM record WHERE record_id = ?",
    };
    struct record_list l = {0};
    bool good = load_records(s, stream_id, keep, &l, e);
    for (size_t i = 0; i < l.nr; i++)
        for (size_t k = 0; good && k < ARR_NR(sql); k++)
            good = db_run(store_db(s), sql[k], DB_BIND(db_int(l.items[i])), e);
    ARR_RELEASE(&l);
    return good;
}

/* Of what was set aside the place in its chain stays, so that what follows can
 * still be checked; the head tells two that are alike apart. */
static bool drop_by_stream(struct store *s, const struct stream *stream,
                           int64_t stream_id, struct err *e)
{
    struct db *db = store_db(s);
    struct buf key = BUF_INIT(64);
    stream_encode(&key, stream);
    const struct db_value *number = DB_BIND(db_int(stream_id));
    const struct db_value *name = DB_BIND(db_blob(key.data, key.size));
    bool good =
        db_run(db, "DELETE FROM cited WHERE stream_id = ?", number, e) &&
        db_run(db, "DELETE FROM term WHERE stream_id = ?", number, e) &&
        db_run(db, "DELETE FROM worker WHERE stream_id = ?", number, e) &&
        db_run(db, "DELETE FROM person WHERE stream_id = ?", number, e) &&
        db_run(db, "DELETE FROM person_pair WHERE stream_id = ?", number, e) &&
        duplicate_forget(s, stream_id, e) && fulltext_renew(s, e) &&
        db_run(db, "DELETE FROM draft WHERE stream = ?", name, e) &&
        db_run(db, "UPDATE quarantine SET save = head WHERE stream = ?", name,
               e);
    buf_release(&key);
    return good;
}

/* A row of a repeat has a name of its own, which stands in paths. */
static bool drop_row_paths(struct store *s, struct err *e)
{
    return db_run(store_db(s),
                  "DELETE FROM field WHERE path LIKE '%[%'"
                  " AND field_id NOT IN (SELECT field_id FROM change)"
                  " AND field_id NOT IN (SELECT field_id FROM cited)",
                  DB_NOTHING, e);
}

bool erase_stream(struct store *s, const struct stream *stream,
                  const struct erase_keep *keep, struct err *e)
{
    int64_t stream_id = 0;
    bool any = false;
    if (!intern_stream_find(store_db(s), stream, &stream_id, e))
        return false;
    if (stream_id == INTERN_NONE)
        return true;
    return erase_chains(s, stream_id, keep, &any, e) &&
           drop_records(s, stream_id, keep, e) &&
           drop_by_stream(s, stream, stream_id, e) &&
           (!any || drop_row_paths(s, e));
}
