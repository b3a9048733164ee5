/* SPDX-License-Identifier: Apache-2.0 */
#include "store/verify.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/change.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/saved_int.h"
#include "store/store.h"

/* One chain on its way from its seed to its head. */
struct walk {
    int64_t chain_id;
    uint64_t seq;
    uint8_t head[HASH_BYTES];
    uint8_t seed[CHANGE_SALT_BYTES]; /* from seed_seq on */
    uint64_t seed_seq;
    uint8_t unused[CHANGE_SALT_BYTES]; /* what moves in vain before it */
};

static bool broken(const struct walk *w, struct err *e)
{
    return err_set(e, ERR_CORRUPT,
                   _("Chain %lld is broken at change %llu: what stands there "
                     "is not what was written. Keep this file, and restore "
                     "the last backup beside it"),
                   (long long)w->chain_id, (unsigned long long)w->seq + 1);
}

/* The ratchet moves from where the chain's begins; before that, salts stand by
 * themselves or are destroyed. */
static uint8_t *seed_at(struct walk *w, uint64_t seq)
{
    return seq < w->seed_seq ? w->unused : w->seed;
}

static bool walk_save(struct store *s, struct walk *w, struct err *e)
{
    struct pool *pool = pool_new();
    struct save save;
    int64_t position = 0;
    bool good =
        saved_load(s, (struct saved_at){w->chain_id, (int64_t)w->seq + 1}, pool,
                   &save, &position, e);
    if (good && w->seq == 0)
        change_head_start(w->head, save.epoch, &save.stream);
    for (size_t i = 0; good && i < save.edits_nr; i++) {
        change_step(w->head, seed_at(w, w->seq + 1 + i), &save, i);
    }
    if (good && memcmp(w->head, save.head, HASH_BYTES) != 0)
        good = broken(w, e);
    if (good)
        w->seq += save.edits_nr;
    pool_free(pool);
    return good;
}

static bool walk_chain(struct store *s, struct rows *q,
                       struct verify_count *count, struct err *e)
{
    struct walk w = {.chain_id = rows_int(q, 0),
                     .seed_seq = (uint64_t)rows_int(q, 5)};
    uint64_t last = (uint64_t)rows_int(q, 1);
    uint8_t head[HASH_BYTES], next_seed[CHANGE_SALT_BYTES];
    memcpy(w.seed, rows_blob(q, 2), sizeof w.seed);
    memcpy(next_seed, rows_blob(q, 3), sizeof next_seed);
    memcpy(head, rows_blob(q, 4), sizeof head);
    while (w.seq < last)
        if (!walk_save(s, &w, e))
            return false;
    count->chains++;
    count->changes += (int64_t)w.seq;
    return (w.seq == last && memcmp(w.head, head, sizeof head) == 0 &&
            memcmp(w.seed, next_seed, sizeof next_seed) == 0) ||
           broken(&w, e);
}

static bool verify_chains(struct store *s, struct verify_count *count,
                          struct err *e)
{
    int64_t changes = 0;
    bool good = true;
    struct rows *q = db_query(store_db(s),
                              "SELECT chain_id, last_seq, first_seed,"
                              " next_seed, head, seed_seq FROM chain"
                              " ORDER BY chain_id",
                              DB_NOTHING);
    while (good && rows_next(q))
        good = walk_chain(s, q, count, e);
    if (!good) {
        rows_end(q, &(struct err)ERR_INIT);
        return false;
    }
    if (!rows_end(q, e) ||
        !db_get_int(store_db(s), "SELECT COUNT(*) FROM change", DB_NOTHING, 0,
                    &changes, e) ||
        !db_get_int(store_db(s), "SELECT COUNT(*) FROM quarantine", DB_NOTHING,
                    0, &count->set_aside, e))
        return false;
    return changes == count->changes ||
           err_set(e, ERR_CORRUPT,
                   _("The log holds %lld changes, its chains tell of %lld"),
                   (long long)changes, (long long)count->changes);
}

/* ---- computed tables: hash, compute anew, hash again, take it back ---- */

static const char *const computed[] = {
    "SELECT record_id, field_id, change_id FROM cell ORDER BY 1, 2, 3",
    "SELECT stream_id, epoch, seq, record_id, field_id FROM cited"
    " ORDER BY 1, 2, 3, 4, 5",
    "SELECT stream_id, record_id, number || '/' || name || '/' || sort_key"
    " || '/' || place, opened_ms, updated_ms, last_change, clashes"
    " FROM casefile ORDER BY 1",
    "SELECT stream_id, term, sound FROM term ORDER BY 1, 2",
    "SELECT record_id, stream_id, asked_ms, undecided FROM approval"
    " ORDER BY 1",
};

static bool hash_rows(struct store *s, const char *sql, int columns,
                      uint8_t out[HASH_BYTES], struct err *e)
{
    struct rows *q = db_query(store_db(s), sql, DB_NOTHING);
    struct buf b = BUF_INIT(4096);
    while (rows_next(q)) {
        buf_clear(&b);
        buf_add(&b, out, HASH_BYTES);
        for (int i = 0; i < columns; i++)
            buf_add_block(&b, rows_text(q, i), rows_size(q, i));
        hash_buf(out, "computed", &b);
    }
    buf_release(&b);
    return rows_end(q, e);
}

static bool hash_computed(struct store *s, uint8_t out[HASH_BYTES],
                          struct err *e)
{
    static const int columns[] = {3, 5, 7, 3, 4};
    memset(out, 0, HASH_BYTES);
    for (size_t i = 0; i < ARR_NR(computed); i++)
        if (!hash_rows(s, computed[i], columns[i], out, e))
            return false;
    return true;
}

static bool verify_computed(struct store *s, struct err *e)
{
    struct err ignored = ERR_INIT;
    uint8_t stands[HASH_BYTES], comes_out[HASH_BYTES];
    if (!db_begin(store_db(s), e))
        return false;
    bool good = hash_computed(s, stands, e) && fold_rebuild(s, e) &&
                hash_computed(s, comes_out, e);
    db_end(store_db(s), false, &ignored); /* only a look: nothing is kept */
    if (!good)
        return false;
    return memcmp(stands, comes_out, HASH_BYTES) == 0 ||
           err_set(e, ERR_CORRUPT,
                   _("The tables do not come out of the log as they stand: "
                     "run homeward rebuild"));
}

bool verify_all(struct store *s, struct verify_count *count, struct err *e)
{
    *count = (struct verify_count){0};
    return db_check(store_db(s), e) && verify_chains(s, count, e) &&
           verify_computed(s, e);
}
