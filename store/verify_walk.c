/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/office.h"
#include "store/saved_int.h"
#include "store/store.h"
#include "store/verify_int.h"

enum { CHAIN_TEXT_BYTES = 160 };

/* "case 4F7K-2M9Q", "place ET0411", as a sentence needs it. */
static void print_stream(const struct stream *t, char out[CHAIN_TEXT_BYTES])
{
    char number[ID_NUMBER_BYTES], code[STREAM_KEY_BYTES + 1];
    struct id id = stream_id(t);
    id_print_number(&id, number);
    switch ((enum stream_kind)t->kind) {
    case STREAM_CASE:
        snprintf(out, CHAIN_TEXT_BYTES, _("case %s"), number);
        return;
    case STREAM_PLACE:
        snprintf(out, CHAIN_TEXT_BYTES, _("place %s"), stream_place(t, code));
        return;
    case STREAM_SITE:
        snprintf(out, CHAIN_TEXT_BYTES, _("users of office %s"), number);
        return;
    case STREAM_READS:
        snprintf(out, CHAIN_TEXT_BYTES, _("traces of office %s"), number);
        return;
    case STREAM_SHARED:
    case STREAM_NONE:
        break;
    }
    snprintf(out, CHAIN_TEXT_BYTES, _("what the hub tells all offices"));
}

static void print_chain(struct store *s, int64_t chain_id,
                        char out[CHAIN_TEXT_BYTES],
                        char office[STORE_NAME_BYTES])
{
    struct err ignored = ERR_INIT;
    struct stream t = {0};
    uint64_t epoch = 0;
    struct rows *q = db_query(store_db(s),
                              "SELECT t.kind, t.key, p.epoch FROM chain h"
                              " JOIN stream t ON t.stream_id = h.stream_id"
                              " JOIN epoch p ON p.epoch_id = h.epoch_id"
                              " WHERE h.chain_id = ?",
                              DB_BIND(db_int(chain_id)));
    if (rows_next(q)) {
        t = column_stream(q, 0);
        epoch = (uint64_t)rows_int(q, 2);
    }
    rows_end(q, &ignored);
    print_stream(&t, out);
    if (!office_name_of_epoch(s, epoch, office, &ignored) || office[0] == '\0')
        str_copy(office, STORE_NAME_BYTES, _("an unknown office"));
}

bool verify_walk_broken(struct store *s, const struct verify_walk *w,
                        struct err *e)
{
    char chain[CHAIN_TEXT_BYTES], office[STORE_NAME_BYTES] = "";
    print_chain(s, w->chain_id, chain, office);
    return err_set(e, ERR_CORRUPT,
                   _("What stands in the log is not what was written: %s, "
                     "change %llu written at %s. Somebody changed it from "
                     "outside or the disk is failing. Keep this file and "
                     "restore the last backup (homeward restore)"),
                   chain, (unsigned long long)w->seq + 1, office);
}

/* The ratchet moves from where the chain's begins; before that, salts stand by
 * themselves or are destroyed. */
static uint8_t *seed_at(struct verify_walk *w, uint64_t seq)
{
    return seq < w->seed_seq ? w->unused : w->seed;
}

bool verify_walk_save(struct store *s, struct verify_walk *w, struct err *e)
{
    struct pool *pool = pool_new();
    struct save save;
    struct err why = ERR_INIT;
    int64_t position = 0;
    bool good =
        saved_load(s, (struct saved_at){w->chain_id, (int64_t)w->seq + 1}, pool,
                   &save, &position, &why);
    if (good && w->seq == 0)
        change_head_start(w->head, save.epoch, &save.stream);
    for (size_t i = 0; good && i < save.edits_nr; i++) {
        change_step(w->head, seed_at(w, w->seq + 1 + i), &save, i);
    }
    bool whole = good && memcmp(w->head, save.head, HASH_BYTES) == 0;
    if (whole)
        w->seq += save.edits_nr;
    pool_free(pool);
    if (!good && why.code != ERR_CORRUPT) {
        *e = why;
        return false;
    }
    return whole || verify_walk_broken(s, w, e);
}

bool verify_walk_end(struct store *s, const struct verify_walk *w,
                     struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT last_seq, head, next_seed FROM chain"
                              " WHERE chain_id = ?",
                              DB_BIND(db_int(w->chain_id)));
    bool same = rows_next(q) && (uint64_t)rows_int(q, 0) == w->seq &&
                column_is(q, 1, w->head, HASH_BYTES) &&
                column_is(q, 2, w->seed, CHANGE_SALT_BYTES);
    return rows_end(q, e) && (same || verify_walk_broken(s, w, e));
}
