/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "store/append_int.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/frame.h"
#include "store/intern_int.h"
#include "store/office.h"

static void must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

static void open_memory(struct office *o, const struct store_new *n,
                        uint64_t seed)
{
    struct err e = ERR_INIT;
    *o = (struct office){.now_ms = 1790000000000, .seed = seed};
    struct store_env env = {stamp_fixed(&o->now_ms), entropy_seeded(&o->seed)};
    o->store = store_open_memory(n, env, &e);
    must(o->store != NULL, &e);
}

void office_open(struct office *o, const char *name, const char *place,
                 uint64_t seed)
{
    const struct store_new n = {.site_name = name,
                                .place = place,
                                .login = "worker",
                                .role = "social-worker"};
    open_memory(o, &n, seed);
}

void office_open_hub(struct office *hub)
{
    const struct store_new n = {.site_name = "Hub",
                                .place = "ET",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    open_memory(hub, &n, 7);
}

void office_become(struct office *o, const char *role)
{
    struct err e = ERR_INIT;
    must(office_write_user(o->store, store_login(o->store), role, &e) &&
             store_renew_role(o->store, &e),
         &e);
}

void office_close(struct office *o)
{
    store_close(o->store);
    o->store = NULL;
}

void office_admit(struct office *hub, struct office *o)
{
    struct err e = ERR_INIT;
    struct peer_site site = {.id = *store_site_id(o->store),
                             .epoch = store_epoch(o->store)};
    snprintf(site.name, sizeof site.name, "%s", store_site_name(o->store));
    snprintf(site.roles, sizeof site.roles, "%s", store_role(o->store));
    snprintf(site.place, sizeof site.place, "%s", store_place(o->store));
    snprintf(site.ssh_key, sizeof site.ssh_key, "ssh-ed25519 %s",
             store_site_name(o->store));
    memcpy(site.sign_public, store_sign_public(o->store), STORE_SIGN_BYTES);
    must(peer_site_add(hub->store, &site, &e), &e);
    o->site_no = site.no;
}

/* Moves everything the feed has, as one frame, signed by the sender. */
static bool move_frame(struct store *from, struct store *to, struct feed *f,
                       struct intake_from *how, struct intake_count *count,
                       struct err *e)
{
    struct frame_chain_list chains = {0};
    struct intake_count ignored;
    uint8_t digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    struct save save;
    bool more = true, good = true;
    int64_t position = 0;
    how->sign_public = store_sign_public(from);
    struct intake *in = intake_begin(to, how, e);
    while (in != NULL && good &&
           (good = feed_next(f, &save, &position, &more, e)) && more) {
        struct frame_chain *c =
            frame_chain_get(&chains, save.epoch, &save.stream);
        c->seq = save.first_seq + save.edits_nr - 1;
        memcpy(c->head, save.head, HASH_BYTES);
        good = intake_save(in, &save, e);
    }
    how->position = position;
    frame_digest(digest, how->number, how->prev, &chains);
    store_sign(from, digest, sizeof digest, sig);
    if (in != NULL && good)
        good = intake_end(in, sig, count != NULL ? count : &ignored, e);
    else
        intake_abandon(in);
    frame_sig_hash(how->prev, sig);
    frame_chain_list_release(&chains);
    feed_free(f);
    return in != NULL && good;
}

bool office_send(struct office *o, struct office *hub,
                 struct intake_count *count, struct err *e)
{
    struct intake_from how = {.site_no = o->site_no, .number = o->frame + 1};
    memcpy(how.prev, o->prev, sizeof how.prev);
    if (!move_frame(o->store, hub->store, feed_own(o->store, o->sent), &how,
                    count, e))
        return false;
    o->frame++;
    o->sent = how.position;
    memcpy(o->prev, how.prev, sizeof o->prev);
    return true;
}

bool office_fetch(struct office *o, struct office *hub,
                  struct intake_count *count, struct err *e)
{
    struct intake_from how = {.number = 1};
    if (!move_frame(hub->store, o->store,
                    feed_for_site(hub->store, o->site_no, o->cursor), &how,
                    count, e))
        return false;
    o->cursor = how.position;
    return true;
}

static void append(struct office *o, struct save *save)
{
    struct err e = ERR_INIT;
    save->author = store_login(o->store);
    save->at_ms = store_now_ms(o->store);
    save->kind = "case";
    must(change_append(o->store, save, &e), &e);
}

static void text_value(struct buf *b, const char *text)
{
    struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    value_encode(b, &v);
}

struct id office_open_case(struct office *o, const char *place,
                           const char *given_name)
{
    struct buf where = BUF_INIT(100), name = BUF_INIT(1000);
    struct id id = id_new(store_entropy(o->store));
    text_value(&where, place);
    text_value(&name, given_name);
    struct edit edits[] = {{.op = CHANGE_CREATE,
                            .path = "",
                            .value = where.data,
                            .value_bytes = where.size},
                           {.op = CHANGE_SET,
                            .path = "given_name",
                            .value = name.data,
                            .value_bytes = name.size}};
    struct save save = {.stream = stream_of_id(STREAM_CASE, &id),
                        .record = id,
                        .edits = edits,
                        .edits_nr = ARR_NR(edits)};
    append(o, &save);
    buf_release(&where);
    buf_release(&name);
    return id;
}

void office_set(struct office *o, const struct id *record, const char *path,
                const char *text, bool cites)
{
    struct err e = ERR_INIT;
    struct dot_set dots = {.nr = 0};
    struct buf b = BUF_INIT(100000);
    text_value(&b, text);
    struct edit edit = {.op = CHANGE_SET,
                        .path = path,
                        .value = b.data,
                        .value_bytes = b.size,
                        .replaces = dots.items};
    if (cites)
        must(change_seen(o->store, record, "case", path, &dots, &e), &e);
    edit.replaces_nr = dots.nr;
    struct save save = {.stream = stream_of_id(STREAM_CASE, record),
                        .record = *record,
                        .edits = &edit,
                        .edits_nr = 1};
    append(o, &save);
    buf_release(&b);
}

static void append_forced(struct office *o, struct save *save)
{
    static const uint8_t seed[CHANGE_SALT_BYTES] = {9};
    struct err e = ERR_INIT;
    struct append_chain chain;
    save->epoch = store_epoch(o->store);
    save->at_ms = store_now_ms(o->store);
    must(db_begin(store_db(o->store), &e) &&
             append_chain_load(o->store, save->epoch, &save->stream, seed,
                               &chain, &e),
         &e);
    save->first_seq = chain.last_seq + 1;
    must(db_end(store_db(o->store),
                append_save(o->store, &chain, save, &e) &&
                    casefile_refresh(o->store, &save->stream, &e),
                &e),
         &e);
}

void office_force(struct office *o, const struct office_forced *x)
{
    struct err e = ERR_INIT;
    struct intern_record known;
    struct buf b = BUF_INIT(1000);
    text_value(&b, x->text);
    must(intern_record_find(store_db(o->store), &x->record, &known, &e), &e);
    struct edit edits[] = {{.op = CHANGE_CREATE, .path = ""},
                           {.op = CHANGE_SET,
                            .path = x->path,
                            .value = b.data,
                            .value_bytes = b.size}};
    size_t skip = known.record_id != INTERN_NONE;
    struct save save = {.stream = x->stream,
                        .record = x->record,
                        .kind = x->kind,
                        .author = x->author,
                        .edits = edits + skip,
                        .edits_nr = ARR_NR(edits) - skip};
    append_forced(o, &save);
    buf_release(&b);
}

/* What stands, whoever may see it. */
static const char *kept_answer(const struct entity_value *v)
{
    if (v == NULL)
        return "";
    return v->masked ? v->kept : v->answer;
}

size_t office_values(struct office *o, const struct id *record,
                     const char *path, char *out, size_t out_bytes)
{
    struct err e = ERR_INIT;
    struct pool *pool = pool_new();
    struct entity x;
    size_t nr = 0;
    must(entity_load(o->store, record, pool, &x, &e), &e);
    const struct entity_value *v = entity_value(&x, path);
    snprintf(out, out_bytes, "%s", kept_answer(v));
    for (size_t i = 0; i < x.values_nr; i++)
        nr += strcmp(x.values[i].path, path) == 0;
    pool_free(pool);
    return nr;
}

void office_digest(struct office *o, uint8_t out[HASH_BYTES])
{
    struct err e = ERR_INIT;
    struct buf b = BUF_INIT(4096);
    struct rows *q = db_query(
        store_db(o->store),
        "SELECT r.uuid, f.form, f.path, p.epoch, c.seq, c.value FROM cell l"
        " JOIN record r ON r.record_id = l.record_id"
        " JOIN stream t ON t.stream_id = r.stream_id AND t.kind <> 3"
        " JOIN field f ON f.field_id = l.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " ORDER BY 1, 2, 3, 4, 5",
        DB_NOTHING);
    memset(out, 0, HASH_BYTES);
    while (rows_next(q)) {
        buf_clear(&b);
        buf_add(&b, out, HASH_BYTES);
        for (int i = 0; i < 6; i++)
            buf_add_block(&b, rows_blob(q, i), rows_size(q, i));
        hash_buf(out, "digest", &b);
    }
    must(rows_end(q, &e), &e);
    buf_release(&b);
}

void office_age(struct store *s)
{
    static const char *const sql[] = {
        "ALTER TABLE chain DROP COLUMN seed_seq",
        "DROP TABLE erased",
        "DROP TABLE kept_salt",
        "DROP TABLE purge",
        "DROP TABLE approval",
        "DROP TABLE worker",
        "ALTER TABLE epoch DROP COLUMN ended",
        "DROP INDEX change_of_read",
        "ALTER TABLE frame_out DROP COLUMN last_read",
        "DROP TABLE person",
        "DROP TABLE person_pair",
        "DROP TABLE duplicate",
        "DROP TABLE text_word",
        "DELETE FROM setting WHERE name = 'casefile.version'",
        "UPDATE setting SET value = 4 WHERE name = 'schema'"};
    struct err e = ERR_INIT;
    for (size_t i = 0; i < ARR_NR(sql); i++)
        must(db_run(store_db(s), sql[i], DB_NOTHING, &e), &e);
}
