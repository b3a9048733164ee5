/* SPDX-License-Identifier: Apache-2.0 */
#include "store/verify.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/audit.h"
#include "store/change.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/store.h"
#include "store/verify_int.h"

static bool walk_chain(struct store *s, struct rows *q,
                       struct verify_count *count, struct err *e)
{
    struct verify_walk w = {.chain_id = rows_int(q, 0),
                            .seed_seq = (uint64_t)rows_int(q, 3)};
    uint64_t last = (uint64_t)rows_int(q, 1);
    if (rows_size(q, 2) != sizeof w.seed)
        return verify_walk_broken(s, &w, e);
    memcpy(w.seed, rows_blob(q, 2), sizeof w.seed);
    while (w.seq < last)
        if (!verify_walk_save(s, &w, e))
            return false;
    count->chains++;
    count->changes += (int64_t)w.seq;
    return verify_walk_end(s, &w, e);
}

static bool verify_chains(struct store *s, struct verify_count *count,
                          struct err *e)
{
    int64_t changes = 0;
    bool good = true;
    struct rows *q = db_query(store_db(s),
                              "SELECT chain_id, last_seq, first_seed, seed_seq"
                              " FROM chain ORDER BY chain_id",
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

/* What was proved is what the trace says, so the head was taken first. A proof
 * that cannot be written down is a proof all the same. */
static void note_proof(struct store *s, const char *head)
{
    struct err ignored = ERR_INIT;
    audit_note(s, &(struct audit_event){.kind = AUDIT_VERIFY, .reason = head},
               &ignored);
}

bool verify_all(struct store *s, struct verify_count *count, struct err *e)
{
    char head[VERIFY_HEAD_BYTES];
    *count = (struct verify_count){0};
    if (!db_check(store_db(s), e) || !verify_head(s, head, e) ||
        !verify_chains(s, count, e) || !verify_frames(s, &count->frames, e) ||
        !verify_computed(s, e))
        return false;
    note_proof(s, head);
    return true;
}
