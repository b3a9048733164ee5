/* SPDX-License-Identifier: Apache-2.0 */
#include "store/intake.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/append_int.h"
#include "store/aside.h"
#include "store/casefile.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/feed.h"
#include "store/intake_int.h"
#include "store/intern_int.h"
#include "store/peer.h"
#include "store/purge.h"
#include "store/right_gate_int.h"
#include "store/saved_int.h"
#include "store/setting.h"
#include "store/store.h"

struct intake {
    struct store *store;
    struct intake_from from;
    uint8_t sign_public[STORE_SIGN_BYTES];
    struct peer_site site; /* at a hub */
    struct frame_chain_list chains;
    struct {
        struct stream *items;
        size_t nr, alloc;
    } touched;   /* whose casefile row is to be computed at the end */
    bool purged; /* a case's end was among them */
    bool people; /* what the sender says of its people was among them */
    struct intake_count count;
};

static void intake_free(struct intake *in)
{
    frame_chain_list_release(&in->chains);
    ARR_RELEASE(&in->touched);
    mem_free(in);
}

struct intake *intake_begin(struct store *s, const struct intake_from *from,
                            struct err *e)
{
    struct intake *in = mem_alloc(sizeof *in);
    in->store = s;
    in->from = *from;
    memcpy(in->sign_public, from->sign_public, sizeof in->sign_public);
    if (!db_begin(store_db(s), e)) {
        intake_free(in);
        return NULL;
    }
    if (from->site_no == 0 || peer_site_load(s, from->site_no, &in->site, e))
        return in;
    intake_abandon(in);
    return NULL;
}

void intake_abandon(struct intake *in)
{
    struct err ignored = ERR_INIT;
    if (in == NULL)
        return;
    db_end(store_db(in->store), false, &ignored);
    intake_free(in);
}

/* ---- setting aside ---- */

/* Keeps the save and the state of its chain behind it. */
static bool set_aside(struct intake *in, const struct append_chain *behind,
                      const struct save *save, const char *reason,
                      struct err *e)
{
    struct buf bytes = BUF_INIT(2 * CHANGE_SAVE_BYTES_MAX);
    struct buf stream = BUF_INIT(64);
    bool purged = false;
    if (!purge_is_done(in->store, &save->stream, &purged, e))
        return false;
    if (purged) /* the place in the chain stays, not what was said */
        buf_add(&bytes, behind->head, sizeof behind->head);
    else
        saved_encode(&bytes, save);
    stream_encode(&stream, &save->stream);
    in->count.set_aside++;
    bool good = db_run(
        store_db(in->store),
        "INSERT INTO quarantine(site_no, reason, epoch, stream, seq, save,"
        " last_seq, next_seed, head, at_ms)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        DB_BIND(db_int(in->from.site_no), db_text(reason),
                db_int((int64_t)save->epoch), db_blob(stream.data, stream.size),
                db_int((int64_t)save->first_seq),
                db_blob(bytes.data, bytes.size),
                db_int((int64_t)(save->first_seq + save->edits_nr - 1)),
                db_blob(behind->next_seed, sizeof behind->next_seed),
                db_blob(behind->head, sizeof behind->head),
                db_int(store_now_ms(in->store))),
        e);
    buf_release(&stream);
    buf_release(&bytes);
    return good;
}

/* When earlier saves of this chain were set aside, the chain as it stands
 * behind them: what follows is kept beside them, in order. */
static bool load_aside(struct intake *in, const struct save *save,
                       struct append_chain *c, bool *aside, struct err *e)
{
    struct buf stream = BUF_INIT(64);
    stream_encode(&stream, &save->stream);
    struct rows *q =
        db_query(store_db(in->store),
                 "SELECT last_seq, next_seed, head FROM quarantine"
                 " WHERE epoch = ? AND stream = ? AND reason <> 'fork'"
                 " ORDER BY quarantine_id DESC LIMIT 1",
                 DB_BIND(db_int((int64_t)save->epoch),
                         db_blob(stream.data, stream.size)));
    bool whole = true;
    *aside = rows_next(q);
    if (*aside) {
        c->last_seq = (uint64_t)rows_int(q, 0);
        whole = column_bytes(q, 1, c->next_seed, sizeof c->next_seed) &&
                column_bytes(q, 2, c->head, sizeof c->head);
        c->seed_seq = c->last_seq + 1; /* a seed that comes is taken */
    }
    buf_release(&stream);
    return rows_end(q, e) && (whole || append_chain_broken(e));
}

/* ---- what a sender may write (at a hub) ---- */

/* Cases by need to know; facts of a place by anybody admitted, for they are not
 * about a child and say who wrote them; a site only its own; the shared stream
 * only the hub. */
static bool sender_in_scope(struct store *s, const struct peer_site *site,
                            const struct save *save, bool *allowed,
                            struct err *e)
{
    struct id id = stream_id(&save->stream);
    *allowed = site == NULL || save->stream.kind == STREAM_PLACE ||
               ((save->stream.kind == STREAM_SITE ||
                 save->stream.kind == STREAM_READS) &&
                id_equal(&id, &site->id));
    if (*allowed || save->stream.kind != STREAM_CASE)
        return true;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT t.place, o.site_no FROM stream t"
                 " LEFT JOIN epoch o ON o.epoch = t.opener"
                 " WHERE t.kind = ? AND t.key = ?",
                 DB_BIND(db_int(STREAM_CASE),
                         db_blob(save->stream.key, save->stream.size)));
    *allowed = true; /* opening a case is free */
    if (rows_next(q))
        *allowed = feed_in_scope(STREAM_CASE, rows_text(q, 0), site->place,
                                 rows_int(q, 1) == site->no, false);
    return rows_end(q, e);
}

bool intake_reason_against(struct store *s, const struct peer_site *site,
                           const struct save *save, const char **reason,
                           struct err *e)
{
    bool allowed = true;
    *reason = NULL;
    if (!sender_in_scope(s, site, save, &allowed, e))
        return false;
    if (!allowed)
        *reason = "out-of-scope";
    else if (site != NULL && !right_gate_received(s, site, save, &allowed, e))
        return false;
    else if (!allowed)
        *reason = "not-allowed";
    return true;
}

bool intake_is_approved(struct store *s, const struct save *save,
                        bool *approved, struct err *e)
{
    *approved = true;
    if (purge_is_one(save) && !purge_is_approved(s, save, approved, e))
        return false;
    return !*approved || !duplicate_is_one(save) ||
           duplicate_is_approved(s, save, approved, e);
}

/* At a hub a site writes under the epoch that is bound to its key, and brings
 * what it wrote under those it had before a restore; a site takes any epoch
 * from its hub (but see take_new). */
static bool check_epoch(struct intake *in, const struct save *save,
                        struct err *e)
{
    int64_t site_no = 0;
    if (in->from.site_no == 0 || save->epoch == in->site.epoch)
        return true;
    if (!db_get_int(store_db(in->store),
                    "SELECT site_no FROM epoch WHERE epoch = ?",
                    DB_BIND(db_int((int64_t)save->epoch)), 0, &site_no, e))
        return false;
    return site_no == in->from.site_no ||
           err_set(e, ERR_PROTOCOL,
                   _("The office writes under an epoch that is not bound to "
                     "its key"));
}

/* ---- a save that is already here, in whole or as a fork ---- */

/* Moves a chain over a save without writing anything. */
static void pass_over(const struct save *save, struct append_chain *c)
{
    append_take_seed(c, save);
    for (size_t i = 0; i < save->edits_nr; i++)
        change_step(c->head, c->next_seed, save, i);
    c->last_seq = save->first_seq + save->edits_nr - 1;
}

/* Turns the chain back to where it stood before seq: the head from the log,
 * the salt ratchet from its beginning. */
static bool rewind_chain(struct intake *in, struct append_chain *c,
                         const struct save *save, struct err *e)
{
    memcpy(c->next_seed, c->first_seed, sizeof c->next_seed);
    for (uint64_t n = c->seed_seq; n < save->first_seq; n++)
        change_seed_next(c->next_seed);
    change_head_start(c->head, save->epoch, &save->stream);
    struct rows *q = db_query(
        store_db(in->store),
        "SELECT head FROM change WHERE chain_id = ? AND seq = ?",
        DB_BIND(db_int(c->chain_id), db_int((int64_t)save->first_seq - 1)));
    if (rows_next(q))
        column_bytes(q, 0, c->head, HASH_BYTES);
    return rows_end(q, e);
}

/* Whether the content of a save that came can be compared with the one here:
 * not when the salt went with what was erased, or stands by itself. */
static bool is_comparable(const struct append_chain *c, const struct save *save)
{
    return save->erased || save->edits[0].salt != NULL ||
           save->first_seq >= c->seed_seq;
}

static bool take_repeat(struct intake *in, struct append_chain *c,
                        const struct save *save, struct err *e)
{
    bool same = false;
    bool compare = is_comparable(c, save);
    if (!rewind_chain(in, c, save, e))
        return false;
    if (compare)
        pass_over(save, c);
    struct rows *q = db_query(
        store_db(in->store),
        "SELECT head FROM change WHERE chain_id = ? AND seq = ?",
        DB_BIND(db_int(c->chain_id),
                db_int((int64_t)(save->first_seq + save->edits_nr - 1))));
    if (rows_next(q)) {
        if (!compare) /* the signature tells whether the other side agrees */
            column_bytes(q, 0, c->head, HASH_BYTES);
        same = column_is(q, 0, c->head, HASH_BYTES);
    }
    if (!rows_end(q, e))
        return false;
    if (same) {
        in->count.repeated++;
        return true;
    }
    return set_aside(in, c, save, "fork", e);
}

static bool set_aside_over(struct intake *in, struct append_chain *c,
                           const struct save *save, const char *reason,
                           struct err *e)
{
    pass_over(save, c);
    return set_aside(in, c, save, reason, e);
}

/* ---- the gate for received saves ---- */

static bool note_chain(struct intake *in, const struct save *save,
                       const uint8_t head[HASH_BYTES], struct err *e)
{
    struct frame_chain *c =
        frame_chain_get(&in->chains, save->epoch, &save->stream);
    if (in->chains.nr > FRAME_CHAINS_MAX)
        return err_set(e, ERR_PROTOCOL,
                       _("A received frame moves more chains than may be"));
    c->seq = save->first_seq + save->edits_nr - 1;
    memcpy(c->head, head, HASH_BYTES);
    return true;
}

static void note_touched(struct intake *in, const struct stream *stream)
{
    for (size_t i = in->touched.nr; i-- > 0;)
        if (stream_equal(&in->touched.items[i], stream))
            return;
    ARR_PUSH(&in->touched) = *stream;
}

/* A record that is already here under another case or kind, a case nobody
 * opened: the save fits nowhere, but it is somebody's work, and what stands
 * behind it in the frame is fine. Under this office's own epoch nobody but this
 * file writes: it would sign and send on as its own what a hub put into its
 * mouth. */
static bool take_new(struct intake *in, struct append_chain *c,
                     const struct save *save, struct err *e)
{
    struct err why = ERR_INIT;
    bool approved = true, purged = false;
    if (save->epoch == store_epoch(in->store))
        return err_set(e, ERR_PROTOCOL,
                       _("The other side sent a change in this office's own "
                         "name: telephone the administrator"));
    if (!purge_is_done(in->store, &save->stream, &purged, e))
        return false;
    /* late work in a purged case has no record left to fit */
    if (!save->erased && !purged &&
        !append_check_record(in->store, save, &why)) {
        if (why.code == ERR_PROTOCOL)
            return set_aside_over(in, c, save, "misfit", e);
        *e = why;
        return false;
    }
    /* a site was told by its hub, which has asked */
    if (in->from.site_no != 0 &&
        !intake_is_approved(in->store, save, &approved, e))
        return false;
    if (!approved)
        return set_aside_over(in, c, save, "not-approved", e);
    if (!append_save(in->store, c, save, e))
        return false;
    in->purged = in->purged || purge_is_one(save);
    in->count.saves++;
    in->count.changes += (int64_t)save->edits_nr;
    note_touched(in, &save->stream);
    return true;
}

static const char follows[] = "follows-set-aside";

/* The heart of the gate: a save is a repeat, is set aside, or moves its chain
 * by exactly the next change. */
static bool take(struct intake *in, struct append_chain *c,
                 const struct save *save, const char *against, struct err *e)
{
    bool aside = str_equal(against, follows);
    if (!aside && save->first_seq > 0 && save->first_seq <= c->last_seq)
        return take_repeat(in, c, save, e);
    if (save->first_seq != c->last_seq + 1)
        return err_set(e, ERR_PROTOCOL,
                       _("A chain has a gap: change %llu came after %llu"),
                       (unsigned long long)save->first_seq,
                       (unsigned long long)c->last_seq);
    if (save->first_seq == 1 && save->seed == NULL && !save->erased &&
        save->edits[0].salt == NULL)
        return err_set(e, ERR_PROTOCOL, _("A chain came without its seed"));
    return against == NULL ? take_new(in, c, save, e)
                           : set_aside_over(in, c, save, against, e);
}

bool intake_save(struct intake *in, const struct save *save, struct err *e)
{
    const struct peer_site *site = in->from.site_no != 0 ? &in->site : NULL;
    struct append_chain c;
    const char *against = NULL;
    bool aside = false;
    in->people = in->people || save->stream.kind == STREAM_SITE;
    if (!change_check(save, e) || !check_epoch(in, save, e) ||
        !intake_reason_against(in->store, site, save, &against, e) ||
        !append_chain_load(in->store, save->epoch, &save->stream, save->seed,
                           &c, e) ||
        !load_aside(in, save, &c, &aside, e) ||
        !take(in, &c, save, aside ? follows : against, e) ||
        !note_chain(in, save, c.head, e))
        return err_wrap(e, _("Receiving a change"));
    return true;
}

/* ---- the end of the frame ---- */

static bool check_signature(struct intake *in,
                            const uint8_t sig[FRAME_SIG_BYTES], struct err *e)
{
    uint8_t digest[HASH_BYTES];
    frame_digest(digest, in->from.number, in->from.prev, &in->chains);
    return store_check_sign(in->sign_public, digest, sizeof digest, sig) ||
           err_set(e, ERR_PROTOCOL,
                   _("The signature of what was received does not fit its "
                     "contents: nothing of it was kept"));
}

static bool keep_evidence(struct intake *in, const uint8_t sig[FRAME_SIG_BYTES],
                          struct err *e)
{
    struct buf leaves = BUF_INIT((size_t)FRAME_CHAINS_MAX * HASH_BYTES);
    frame_leaves(&leaves, &in->chains);
    bool good = db_run(
        store_db(in->store),
        "INSERT INTO evidence(site_no, number, leaves, signature,"
        " at_ms) VALUES(?, ?, ?, ?, ?)",
        DB_BIND(db_int(in->from.site_no), db_int((int64_t)in->from.number),
                db_blob(leaves.data, leaves.size),
                db_blob(sig, FRAME_SIG_BYTES), db_int(store_now_ms(in->store))),
        e);
    buf_release(&leaves);
    return good;
}

/* At a hub: the number and signature up to which the site's frames are held.
 * At an office: the cursor. */
static bool note_progress(struct intake *in, const uint8_t sig[FRAME_SIG_BYTES],
                          struct err *e)
{
    struct store *s = in->store;
    uint8_t sig_hash[HASH_BYTES];
    frame_sig_hash(sig_hash, sig);
    if (in->from.site_no != 0)
        return db_run(store_db(s),
                      "UPDATE peer_site SET frame_number = ?, frame_prev = ?"
                      " WHERE site_no = ?",
                      DB_BIND(db_int((int64_t)in->from.number),
                              db_blob(sig_hash, sizeof sig_hash),
                              db_int(in->from.site_no)),
                      e);
    return setting_set_int(s, "sync.cursor", in->from.position, e) &&
           setting_set(s, "sync.mark", in->from.mark, HASH_SHORT_BYTES, e) &&
           setting_set_int(s, "sync.hub_epoch", (int64_t)in->from.hub_epoch, e);
}

static bool count_clashes(struct intake *in, const struct stream *t, int sign,
                          struct err *e)
{
    int64_t n = 0;
    bool good = db_get_int(store_db(in->store),
                           "SELECT c.clashes FROM stream t JOIN casefile c"
                           " ON c.stream_id = t.stream_id"
                           " WHERE t.kind = ? AND t.key = ?",
                           DB_BIND(db_int(t->kind), db_blob(t->key, t->size)),
                           0, &n, e);
    in->count.clashes += sign * n;
    return good;
}

/* Who has another role now may have had work set aside for want of it. */
static bool judge_again(struct intake *in, struct err *e)
{
    int64_t nr = 0;
    return !in->people || in->from.site_no == 0 ||
           aside_judge(in->store, in->from.site_no, &nr, e);
}

static bool refresh_touched(struct intake *in, struct err *e)
{
    for (size_t i = 0; i < in->touched.nr; i++) {
        const struct stream *t = &in->touched.items[i];
        if (!count_clashes(in, t, -1, e) || !purge_obey(in->store, t, e) ||
            !casefile_refresh(in->store, t, e) || !count_clashes(in, t, 1, e))
            return false;
    }
    return true;
}

bool intake_end(struct intake *in, const uint8_t sig[FRAME_SIG_BYTES],
                struct intake_count *count, struct err *e)
{
    bool good = check_signature(in, sig, e) && refresh_touched(in, e) &&
                judge_again(in, e) && keep_evidence(in, sig, e) &&
                note_progress(in, sig, e);
    good = db_end(store_db(in->store), good, e) &&
           (!in->purged || purge_list_keep(in->store, e));
    *count = in->count;
    intake_free(in);
    return good;
}
