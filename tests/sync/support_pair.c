/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sync/support_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "forms/value.h"
#include "store/change.h"
#include "store/db.h"
#include "store/formdef.h"
#include "store/peer.h"
#include "store/verify.h"

#ifdef HOMEWARD_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* Fails with the sentence, which is what one wants to read then. */
static void must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

static struct store_env env_of(struct pair *p)
{
    return (struct store_env){.stamp = stamp_fixed(&p->now_ms),
                              .entropy = entropy_seeded(&p->noise)};
}

void pair_open(struct pair *p, uint64_t seed)
{
    const struct store_new n = {.site_name = "Hub of the test",
                                .place = "ET",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    struct err e = ERR_INIT;
    *p = (struct pair){.now_ms = INT64_C(1790000000000), .noise = seed};
    p->hub = store_open_memory(&n, env_of(p), &e);
    must(p->hub != NULL, &e);
}

void pair_close(struct pair *p)
{
    for (size_t i = 0; i < p->nr; i++)
        store_close(p->offices[i].store);
    store_close(p->hub);
}

struct pair_office *pair_add(struct pair *p, const char *name,
                             const char *place)
{
    const struct store_new n = {.site_name = name,
                                .place = place,
                                .login = "almaz",
                                .role = "case-manager"};
    struct pair_office *o = &p->offices[p->nr++];
    struct err e = ERR_INIT;
    o->store = store_open_memory(&n, env_of(p), &e);
    must(o->store != NULL, &e);
    pair_join(p, o);
    return o;
}

void pair_join(struct pair *p, struct pair_office *o)
{
    struct err e = ERR_INIT;
    struct peer_site site = {.state = PEER_ACTIVE};
    struct peer_hub hub = {.address = "ssh://hub@hub.example:22"};
    char id[ID_TEXT_BYTES];
    site.id = *store_site_id(o->store);
    id_print(&site.id, id);
    snprintf(site.name, sizeof site.name, "%s", store_site_name(o->store));
    snprintf(site.place, sizeof site.place, "%s", store_place(o->store));
    snprintf(site.roles, sizeof site.roles, "case-manager");
    snprintf(site.ssh_key, sizeof site.ssh_key, "ssh-ed25519 %s", id);
    memcpy(site.sign_public, store_sign_public(o->store),
           sizeof site.sign_public);
    site.epoch = store_epoch(o->store);
    must(peer_site_add(p->hub, &site, &e), &e);
    o->site_no = site.no;
    memcpy(hub.sign_public, store_sign_public(p->hub), sizeof hub.sign_public);
    hub.sign_known = true;
    must(peer_hub_save(o->store, &hub, &e), &e);
}

/* ---- edits ---- */

static void append(struct pair *p, struct store *s, const struct id *case_id,
                   const struct edit *edit)
{
    struct err e = ERR_INIT;
    const struct formdef *d = formdef_current(s, "registration", &e);
    must(d != NULL, &e);
    const struct save save = {.stream = stream_of_id(STREAM_CASE, case_id),
                              .record = *case_id,
                              .kind = "case",
                              .form = d->hash,
                              .form_id = "registration",
                              .author = store_login(s),
                              .at_ms = p->now_ms,
                              .edits = edit,
                              .edits_nr = 1};
    p->now_ms += 7001;
    must(change_append(s, &save, &e), &e);
}

static void encode_text(struct buf *b, const char *text)
{
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    b->max = CHANGE_VALUE_BYTES_MAX;
    value_encode(b, &v);
}

struct id pair_new_case(struct pair *p, struct store *s, const char *place)
{
    struct buf b = BUF_INIT(0);
    struct id id = id_new(store_entropy(s));
    encode_text(&b, place);
    append(p, s, &id,
           &(struct edit){.op = CHANGE_CREATE,
                          .path = "",
                          .value = b.data,
                          .value_bytes = b.size});
    buf_release(&b);
    return id;
}

void pair_set(struct pair *p, struct store *s, const struct id *case_id,
              const char *path, const char *text)
{
    struct buf b = BUF_INIT(0);
    struct dot_set seen = {.nr = 0};
    struct err e = ERR_INIT;
    encode_text(&b, text);
    must(change_seen(s, case_id, "registration", path, &seen, &e), &e);
    append(p, s, case_id,
           &(struct edit){.op = CHANGE_SET,
                          .path = path,
                          .value = b.data,
                          .value_bytes = b.size,
                          .replaces = seen.items,
                          .replaces_nr = seen.nr});
    buf_release(&b);
}

size_t pair_cases(struct store *s, struct id *room, size_t room_nr)
{
    struct err e = ERR_INIT;
    size_t nr = 0;
    struct rows *q = db_query(
        store_db(s), "SELECT key FROM stream WHERE kind = 1 ORDER BY key",
        DB_NOTHING);
    while (nr < room_nr && rows_next(q))
        memcpy(room[nr++].bytes, rows_blob(q, 0), sizeof room->bytes);
    must(rows_end(q, &e), &e);
    return nr;
}

/* ---- a line of two buffers ---- */

/* One direction of the line. */
struct way {
    size_t left;  /* bytes until the cut */
    size_t moved; /* bytes so far */
    size_t change_at;
    uint8_t change;
};

/* Moves up to piece bytes, as far as the cut lets them. */
static bool carry(struct session *to, struct buf *from, size_t piece,
                  struct way *w, struct err *e)
{
    size_t n = from->size < piece ? from->size : piece;
    n = n < w->left ? n : w->left;
    if (w->left != SIZE_MAX)
        w->left -= n;
    if (w->change_at >= w->moved && w->change_at - w->moved < n)
        from->data[w->change_at - w->moved] ^= (char)w->change;
    w->moved += n;
    bool good = session_take(to, from->data, n, e);
    buf_drop(from, n);
    return good;
}

static void run(const struct pair *p, struct session *office,
                struct session *hub, struct pair_cut cut, size_t piece,
                struct pair_result *r)
{
    struct buf up = BUF_INIT(1 << 24), down = BUF_INIT(1 << 24);
    struct way to_hub = {cut.to_hub, 0, cut.change_to_hub, cut.change};
    struct way to_office = {cut.to_office, 0, cut.change_to_office, cut.change};
    bool quiet = false, good = true;
    while (good && !quiet && to_hub.left > 0 && to_office.left > 0) {
        size_t before = up.size + down.size;
        if (p->meanwhile != NULL)
            p->meanwhile(p->arg);
        good = session_give(hub, &down, &r->error) &&
               session_give(office, &up, &r->error);
        quiet = up.size + down.size == 0 && before == 0;
        good = good && carry(hub, &up, piece, &to_hub, &r->error) &&
               carry(office, &down, piece, &to_office, &r->error);
    }
    /* a last word, such as a refusal */
    struct err ignored = ERR_INIT;
    if (!good && session_give(hub, &down, &ignored) && down.size > 0 &&
        cut.to_office == SIZE_MAX)
        session_take(office, down.data, down.size, &r->error);
    r->failed = !good;
    r->to_hub = to_hub.moved;
    r->to_office = to_office.moved;
    buf_release(&up);
    buf_release(&down);
}

static struct pair_result sync_with(struct pair *p, struct pair_office *o,
                                    struct pair_cut cut, size_t piece,
                                    const char *hello)
{
    struct pair_result r = {0};
    struct session *office = session_new_office(o->store, &r.error);
    must(office != NULL, &r.error);
    struct session *hub = session_new_hub(
        p->hub, o->site_no, hello != NULL ? hello : session_hello(office));
    run(p, office, hub, cut, piece, &r);
    r.done = session_is_done(office);
    if (r.done) {
        struct err e = ERR_INIT;
        must(peer_note_sync(o->store, p->now_ms, session_sent_to(office), &e),
             &e);
    }
    r.office = *session_count(office);
    r.hub = *session_count(hub);
    session_free(office);
    session_free(hub);
    return r;
}

struct pair_result pair_sync(struct pair *p, struct pair_office *o,
                             struct pair_cut cut, size_t piece)
{
    return sync_with(p, o, cut, piece, NULL);
}

struct pair_result pair_sync_as(struct pair *p, struct pair_office *o,
                                const char *hello)
{
    return sync_with(p, o, PAIR_NO_CUT, 1 << 20, hello);
}

/* ---- what a store shows ---- */

void pair_state(struct store *s, const struct id *case_id, uint8_t out[32])
{
    struct err e = ERR_INIT;
    struct buf b = BUF_INIT(1 << 24);
    struct rows *q = db_query(
        store_db(s),
        "SELECT f.path, p.epoch, c.seq, c.value, c.at_ms, w.text, c.head"
        " FROM stream t JOIN record r ON r.stream_id = t.stream_id"
        " JOIN cell l ON l.record_id = r.record_id"
        " JOIN field f ON f.field_id = l.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " JOIN word w ON w.word_id = c.author_id"
        " WHERE t.kind = 1 AND t.key = ? ORDER BY f.path, p.epoch, c.seq",
        DB_BIND(db_blob(case_id->bytes, sizeof case_id->bytes)));
    while (rows_next(q)) {
        buf_add_str(&b, rows_text(q, 0));
        buf_add_be64(&b, (uint64_t)rows_int(q, 1));
        buf_add_be64(&b, (uint64_t)rows_int(q, 2));
        buf_add_block(&b, rows_blob(q, 3), rows_size(q, 3));
        buf_add_be64(&b, (uint64_t)rows_int(q, 4));
        buf_add_str(&b, rows_text(q, 5));
        buf_add_block(&b, rows_blob(q, 6), rows_size(q, 6));
    }
    must(rows_end(q, &e), &e);
    hash_buf(out, "state", &b);
    buf_release(&b);
}

int64_t pair_number(struct store *s, const char *sql)
{
    struct err e = ERR_INIT;
    int64_t n = 0;
    must(db_get_int(store_db(s), sql, DB_NOTHING, 0, &n, &e), &e);
    return n;
}

void pair_verify(struct store *s)
{
    struct err e = ERR_INIT;
    struct verify_count count;
    must(verify_all(s, &count, &e), &e);
}

void pair_run(struct store *s, const char *sql)
{
    struct err e = ERR_INIT;
    must(db_run(store_db(s), sql, DB_NOTHING, &e), &e);
}

bool pair_is_slow(void)
{
    return getenv("VALGRIND") != NULL || (SANITIZED && getenv("LONG") == NULL);
}
