/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever an admitted office sends under its right signature, an honest
 * one goes on: what the hub has taken every office takes, what the honest one
 * has saved the hub takes, and all files verify. The input is a script: steps,
 * each a few bytes that choose among the streams, records and fields there are.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/reader.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/intake.h"
#include "store/peer.h"
#include "store/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { STEPS_MAX = 24, EDITS_MAX = 4 };

struct end {
    struct store *store;
    int64_t now_ms;
    uint64_t noise;
    int64_t site_no, sent, cursor;
    uint64_t frame;
    uint8_t prev[HASH_BYTES];
};

struct scene {
    struct end hub, bad, good;
    struct stream streams[7];
    struct id records[6];
    struct reader script;
};

/* One save and what it borrows. */
struct made {
    struct save save;
    struct edit edits[EDITS_MAX];
    struct dot dots[EDITS_MAX][2];
};

static const uint8_t seed[CHANGE_SALT_BYTES] = {1, 2, 3};

static void must(bool good, const struct err *e)
{
    if (!good) {
        fprintf(stderr, "%s\n", e->text);
        abort();
    }
}

static void open_end(struct end *x, const char *name, bool is_hub,
                     uint64_t noise)
{
    const struct store_new n = {.site_name = name,
                                .place = is_hub ? "ET" : "ET041114",
                                .login = "almaz",
                                .role = "administrator",
                                .is_hub = is_hub};
    struct err e = ERR_INIT;
    *x = (struct end){.now_ms = INT64_C(1790000000000), .noise = noise};
    struct store_env env = {stamp_fixed(&x->now_ms), entropy_seeded(&x->noise)};
    x->store = store_open_memory(&n, env, &e);
    must(x->store != NULL, &e);
}

static void admit(struct end *hub, struct end *x, const char *name)
{
    struct err e = ERR_INIT;
    struct peer_site site = {.place = "ET041114",
                             .roles = "case-manager",
                             .state = PEER_ACTIVE,
                             .id = *store_site_id(x->store),
                             .epoch = store_epoch(x->store)};
    snprintf(site.name, sizeof site.name, "%s", name);
    snprintf(site.ssh_key, sizeof site.ssh_key, "ssh-ed25519 %s", name);
    memcpy(site.sign_public, store_sign_public(x->store), STORE_SIGN_BYTES);
    must(peer_site_add(hub->store, &site, &e), &e);
    x->site_no = site.no;
}

static void open_scene(struct scene *t)
{
    open_end(&t->hub, "Hub", true, 1);
    open_end(&t->bad, "Bad", false, 2);
    open_end(&t->good, "Good", false, 3);
    admit(&t->hub, &t->bad, "Bad");
    admit(&t->hub, &t->good, "Good");
    for (uint8_t i = 0; i < 5; i++)
        t->records[i] = (struct id){{7, i}};
    for (size_t i = 0; i < 3; i++)
        t->streams[i] = stream_of_id(STREAM_CASE, &t->records[i]);
    t->records[5] = entity_once_id(&t->streams[0], "plan");
    t->streams[3] = stream_of_place("ET041114");
    t->streams[4] = stream_of_id(STREAM_SITE, store_site_id(t->bad.store));
    t->streams[5] = stream_of_id(STREAM_SITE, store_site_id(t->good.store));
    t->streams[6] = stream_of_id(STREAM_SHARED, store_site_id(t->hub.store));
}

/* ---- making a save from the script ---- */

static size_t choose(struct scene *t, size_t nr)
{
    return reader_byte(&t->script) % nr;
}

static uint64_t choose_epoch(struct scene *t)
{
    const uint64_t epochs[] = {store_epoch(t->bad.store),
                               store_epoch(t->good.store),
                               store_epoch(t->hub.store), 42};
    return epochs[choose(t, ARR_NR(epochs))];
}

static void make_edit(struct scene *t, struct made *m, size_t i)
{
    static const char *const paths[] = {"", "name", "given_name", "a/b"};
    /* nothing, the text "ET041114", the number 1, bytes of no value */
    static const uint8_t text[] = {4, 'E', 'T', '0', '4', '1', '1', '1', '4'};
    static const uint8_t one[] = {1, 2}, none[] = {99};
    static const struct {
        const uint8_t *bytes;
        size_t n;
    } values[] = {
        {text, sizeof text}, {NULL, 0}, {one, sizeof one}, {none, sizeof none}};
    uint8_t how = reader_byte(&t->script);
    struct edit *edit = &m->edits[i];
    *edit = (struct edit){.op = (enum change_op)(how % 14),
                          .path = paths[choose(t, ARR_NR(paths))],
                          .replaces = m->dots[i],
                          .replaces_nr = choose(t, 3)};
    if (i == 0 && how >= 128) /* often enough what begins a record */
        *edit = (struct edit){.op = CHANGE_CREATE, .path = ""};
    size_t value = choose(t, ARR_NR(values));
    edit->value = values[value].bytes;
    edit->value_bytes = values[value].n;
    for (size_t k = 0; k < edit->replaces_nr; k++)
        m->dots[i][k] = (struct dot){choose_epoch(t), choose(t, 8)};
}

static void make_save(struct scene *t, struct made *m)
{
    static const char *const kinds[] = {"case", "plan", "site", "user"};
    *m = (struct made){.save = {.author = "almaz"}};
    size_t stream = choose(t, ARR_NR(t->streams));
    m->save.stream = t->streams[stream];
    /* half of the time the record and kind that belong to a case */
    size_t record = choose(t, 2 * ARR_NR(t->records));
    size_t kind = choose(t, ARR_NR(kinds));
    bool fits = record >= ARR_NR(t->records) && stream < 3;
    m->save.record = t->records[fits ? stream : record % ARR_NR(t->records)];
    m->save.kind = kinds[fits ? 0 : kind];
    m->save.at_ms = (int64_t)reader_byte(&t->script) << 40;
    m->save.edits_nr = 1 + choose(t, EDITS_MAX);
    for (size_t i = 0; i < m->save.edits_nr; i++)
        make_edit(t, m, i);
    m->save.edits = m->edits;
}

/* ---- frames ---- */

static int64_t number(struct store *s, const char *sql)
{
    struct err e = ERR_INIT;
    int64_t n = 0;
    must(db_get_int(store_db(s), sql, DB_NOTHING, 0, &n, &e), &e);
    return n;
}

/* Where the receiver has the chain: its last seq, aside or not. */
static uint64_t last_seq(struct store *s, const struct save *save)
{
    struct buf key = BUF_INIT(64);
    struct err e = ERR_INIT;
    int64_t last = 0, aside = 0;
    stream_encode(&key, &save->stream);
    must(db_get_int(store_db(s),
                    "SELECT h.last_seq FROM chain h"
                    " JOIN epoch p ON p.epoch_id = h.epoch_id AND p.epoch = ?"
                    " JOIN stream t ON t.stream_id = h.stream_id"
                    "  AND t.kind = ? AND t.key = ?",
                    DB_BIND(db_int((int64_t)save->epoch),
                            db_int(save->stream.kind),
                            db_blob(save->stream.key, save->stream.size)),
                    0, &last, &e),
         &e);
    must(db_get_int(
             store_db(s),
             "SELECT last_seq FROM quarantine WHERE epoch = ?"
             " AND stream = ? AND reason <> 'fork'"
             " ORDER BY quarantine_id DESC LIMIT 1",
             DB_BIND(db_int((int64_t)save->epoch), db_blob(key.data, key.size)),
             0, &aside, &e),
         &e);
    buf_release(&key);
    return (uint64_t)(aside > last ? aside : last);
}

/* The head that the receiver came to: of what it set aside, or in its log. */
static void head_after(struct store *s, const struct save *save, bool aside,
                       uint8_t head[HASH_BYTES])
{
    struct err e = ERR_INIT;
    struct rows *q =
        aside ? db_query(store_db(s),
                         "SELECT head FROM quarantine"
                         " ORDER BY quarantine_id DESC LIMIT 1",
                         DB_NOTHING)
              : db_query(store_db(s),
                         "SELECT c.head FROM change c"
                         " JOIN chain h ON h.chain_id = c.chain_id"
                         " JOIN epoch p ON p.epoch_id = h.epoch_id"
                         "  AND p.epoch = ?"
                         " JOIN stream t ON t.stream_id = h.stream_id"
                         "  AND t.kind = ? AND t.key = ? AND c.seq = ?",
                         DB_BIND(db_int((int64_t)save->epoch),
                                 db_int(save->stream.kind),
                                 db_blob(save->stream.key, save->stream.size),
                                 db_int((int64_t)(save->first_seq +
                                                  save->edits_nr - 1))));
    if (rows_next(q))
        memcpy(head, rows_blob(q, 0), HASH_BYTES);
    must(rows_end(q, &e), &e);
}

static bool hostile_save(struct scene *t, struct intake *in,
                         struct frame_chain_list *chains)
{
    static const char quarantined[] = "SELECT COUNT(*) FROM quarantine";
    struct made m;
    struct err e = ERR_INIT;
    make_save(t, &m);
    uint8_t off = reader_byte(&t->script);
    m.save.epoch = off < 240 ? store_epoch(t->bad.store) : choose_epoch(t);
    m.save.first_seq = last_seq(t->hub.store, &m.save) + 1;
    if (off % 8 == 7)
        m.save.first_seq = off / 8;
    m.save.seed = m.save.first_seq == 1 ? seed : NULL;
    int64_t before = number(t->hub.store, quarantined);
    if (!intake_save(in, &m.save, &e))
        return false;
    struct frame_chain *c =
        frame_chain_get(chains, m.save.epoch, &m.save.stream);
    c->seq = m.save.first_seq + m.save.edits_nr - 1;
    head_after(t->hub.store, &m.save,
               number(t->hub.store, quarantined) > before, c->head);
    return true;
}

static void hostile_frame(struct scene *t)
{
    struct frame_chain_list chains = {0};
    struct intake_from how = {.number = t->bad.frame + 1,
                              .site_no = t->bad.site_no,
                              .sign_public = store_sign_public(t->bad.store)};
    struct intake_count count;
    struct err e = ERR_INIT;
    uint8_t digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    bool good = true;
    memcpy(how.prev, t->bad.prev, sizeof how.prev);
    struct intake *in = intake_begin(t->hub.store, &how, &e);
    must(in != NULL, &e);
    for (size_t i = 1 + choose(t, 3); good && i > 0; i--)
        good = hostile_save(t, in, &chains);
    if (good) {
        frame_digest(digest, how.number, how.prev, &chains);
        store_sign(t->bad.store, digest, sizeof digest, sig);
        /* not taken: the same save set aside twice, whose head is elsewhere */
        if (intake_end(in, sig, &count, &e)) {
            t->bad.frame++;
            frame_sig_hash(t->bad.prev, sig);
        }
    } else {
        intake_abandon(in);
    }
    frame_chain_list_release(&chains);
}

/* ---- the honest office ---- */

static void honest_edit(struct scene *t)
{
    struct made m;
    struct err e = ERR_INIT;
    make_save(t, &m);
    if (!change_append(t->good.store, &m.save, &e) && e.code == ERR_BUG)
        abort();
}

/* All that the feed has, as one frame: it must be taken. */
static void move(struct end *from, struct end *to, struct feed *f,
                 struct intake_from *how)
{
    struct frame_chain_list chains = {0};
    struct intake_count count;
    struct err e = ERR_INIT;
    uint8_t digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    struct save save;
    bool more = true;
    how->sign_public = store_sign_public(from->store);
    struct intake *in = intake_begin(to->store, how, &e);
    must(in != NULL, &e);
    while (more) {
        must(feed_next(f, &save, &how->position, &more, &e), &e);
        if (!more)
            break;
        struct frame_chain *c =
            frame_chain_get(&chains, save.epoch, &save.stream);
        c->seq = save.first_seq + save.edits_nr - 1;
        memcpy(c->head, save.head, HASH_BYTES);
        must(intake_save(in, &save, &e), &e);
    }
    frame_digest(digest, how->number, how->prev, &chains);
    store_sign(from->store, digest, sizeof digest, sig);
    must(intake_end(in, sig, &count, &e), &e);
    frame_sig_hash(how->prev, sig);
    frame_chain_list_release(&chains);
    feed_free(f);
}

static void honest_sync(struct scene *t)
{
    struct end *x = &t->good;
    struct intake_from up = {.site_no = x->site_no, .number = x->frame + 1};
    struct intake_from down = {.number = 1};
    memcpy(up.prev, x->prev, sizeof up.prev);
    move(x, &t->hub, feed_own(x->store, x->sent), &up);
    x->frame++;
    x->sent = up.position;
    memcpy(x->prev, up.prev, sizeof x->prev);
    move(&t->hub, x, feed_for_site(t->hub.store, x->site_no, x->cursor), &down);
    x->cursor = down.position;
}

static void close_end(struct end *x)
{
    struct verify_count count;
    struct err e = ERR_INIT;
    must(verify_all(x->store, &count, &e), &e);
    store_close(x->store);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct scene t;
    open_scene(&t);
    t.script = reader_of(bytes, n);
    for (int i = 0; i < STEPS_MAX && t.script.left > 0; i++) {
        size_t step = choose(&t, 4);
        if (step == 2)
            honest_edit(&t);
        else if (step == 3)
            honest_sync(&t);
        else
            hostile_frame(&t);
    }
    honest_sync(&t);
    close_end(&t.bad);
    close_end(&t.good);
    close_end(&t.hub);
    return 0;
}
