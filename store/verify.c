/* SPDX-License-Identifier: Apache-2.0 */
#include "store/verify.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/audit.h"
#include "store/change.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/formdef.h"
#include "store/store.h"
#include "store/verify_int.h"

static bool walk_chain(struct store *s, struct rows *q,
                       struct verify_count *count, struct err *e)
{
    struct verify_walk w = {.chain_id = rows_int(q, 0),
                            .seed_seq = (uint64_t)rows_int(q, 3)};
    uint64_t last = (uint64_t)rows_int(q, 1);
    if (!column_bytes(q, 2, w.seed, sizeof w.seed))
        return verify_walk_broken(s, &w, e);
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
    if (!rows_leave(q, good, e) ||
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

/* A version is known by its hash; of some that is all there is. */
static bool verify_forms(struct store *s, struct err *e)
{
    bool good = true;
    struct rows *q = db_query(store_db(s),
                              "SELECT hash, csv, name FROM form"
                              " WHERE csv IS NOT NULL ORDER BY form_id",
                              DB_NOTHING);
    while (good && rows_next(q)) {
        uint8_t hash[HASH_BYTES];
        good = (column_bytes(q, 0, hash, sizeof hash) &&
                formdef_is_text_of(hash, rows_blob(q, 1), rows_size(q, 1))) ||
               err_set(e, ERR_CORRUPT,
                       _("A version of the form \"%.64s\" is not what was "
                         "published: keep this file and restore the last "
                         "backup (homeward restore)"),
                       rows_text(q, 2));
    }
    return rows_leave(q, good, e);
}

/* ---- computed tables: hash, compute anew, hash again, take it back ---- */

static const struct {
    const char *name, *sql; /* name: for people, and for who mends it */
    int columns;
} computed[] = {
    {"cell", "SELECT record_id, field_id, change_id FROM cell ORDER BY 1, 2, 3",
     3},
    {"cited",
     "SELECT stream_id, epoch, seq, record_id, field_id FROM cited"
     " ORDER BY 1, 2, 3, 4, 5",
     5},
    {"casefile",
     "SELECT stream_id, record_id, number, name, sort_key, number_key,"
     " change_key, opened_key, place, opened_ms, updated_ms, visited,"
     " last_change, clashes, kept FROM casefile ORDER BY 1",
     15},
    {"term", "SELECT stream_id, term, sound FROM term ORDER BY 1, 2", 3},
    {"worker",
     "SELECT stream_id, login, here, named, works FROM worker"
     " ORDER BY 1, 2, 3",
     5},
    {"person",
     "SELECT stream_id, last_change, sounds, written, sex, is_born, born_from,"
     " born_to FROM person ORDER BY 1",
     8},
    {"person_pair", "SELECT stream_id, pair FROM person_pair ORDER BY 1, 2", 2},
    {"duplicate", "SELECT stream_id, says FROM duplicate ORDER BY 1", 2},
    {"approval",
     "SELECT record_id, stream_id, asked_ms, undecided FROM approval"
     " ORDER BY 1",
     4},
    {"text", DB_TEXT_WORDS, 2},
    {"search", DB_TEXT_FOUND, 2},
};
enum { COMPUTED_NR = ARR_NR(computed) };

typedef uint8_t table_hashes[COMPUTED_NR][HASH_BYTES];

static bool hash_rows(struct store *s, size_t i, uint8_t out[HASH_BYTES],
                      struct err *e)
{
    struct rows *q = db_query(store_db(s), computed[i].sql, DB_NOTHING);
    struct buf b = BUF_INIT((size_t)1 << 30); /* a row is never larger */
    memset(out, 0, HASH_BYTES);
    while (rows_next(q)) {
        buf_clear(&b);
        buf_add(&b, out, HASH_BYTES);
        for (int k = 0; k < computed[i].columns; k++)
            buf_add_block(&b, rows_text(q, k), rows_size(q, k));
        hash_buf(out, "computed", &b);
    }
    buf_release(&b);
    return rows_end(q, e);
}

static bool hash_computed(struct store *s, table_hashes out, struct err *e)
{
    for (size_t i = 0; i < COMPUTED_NR; i++)
        if (!hash_rows(s, i, out[i], e))
            return false;
    return true;
}

static bool verify_computed(struct store *s, struct err *e)
{
    struct err ignored = ERR_INIT;
    table_hashes stands, comes_out;
    if (!db_script(store_db(s), DB_TEXT_WORDS_TABLE, e) ||
        !db_begin(store_db(s), e))
        return false;
    bool good = hash_computed(s, stands, e) && fold_rebuild(s, e) &&
                hash_computed(s, comes_out, e);
    db_end(store_db(s), false, &ignored); /* only a look: nothing is kept */
    if (!good)
        return false;
    for (size_t i = 0; i < COMPUTED_NR; i++)
        if (memcmp(stands[i], comes_out[i], HASH_BYTES) != 0)
            return err_set(e, ERR_CORRUPT,
                           _("The table %s does not come out of the log as it "
                             "stands: run homeward rebuild"),
                           computed[i].name);
    return true;
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
        !verify_forms(s, e) || !verify_computed(s, e))
        return false;
    note_proof(s, head);
    return true;
}
