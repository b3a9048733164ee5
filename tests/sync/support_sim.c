/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sync/support_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "store/office.h"
#include "store/peer.h"
#include "store/purge.h"
#include "store/right.h"
#include "store/verdict.h"

/* Codes that begin alike, so that a place taken for another shows. */
static const char *const places[] = {"ET041114/03", "ET041114/0", "ET041114",
                                     "ET0411",      "ET04",       "ET041115/03",
                                     "ET041115",    "ET0412",     "ET14"};
static const char *const paths[] = {"given_name", "father_name", "nickname",
                                    "note"};

static void must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

size_t sim_pick(struct sim *m, size_t below)
{
    struct entropy_source s = entropy_seeded(&m->chance);
    return (size_t)(entropy_u64(&s) % below);
}

struct store *sim_store(struct sim *m, size_t writer)
{
    return writer == SIM_HUB ? m->pair.hub : m->pair.offices[writer].store;
}

size_t sim_writer(struct sim *m)
{
    size_t n = sim_pick(m, m->pair.nr + 1);
    return n == m->pair.nr ? SIM_HUB : n;
}

/* ---- life ---- */

static struct store_env env_of(struct sim *m, size_t writer)
{
    return (struct store_env){stamp_fixed(&m->clocks[writer]),
                              entropy_seeded(&m->noises[writer])};
}

static void dir_of(const struct sim *m, size_t writer, char *out, size_t n)
{
    snprintf(out, n, "%s/%zu", m->dir, writer);
}

static struct store *make_store(struct sim *m, size_t writer,
                                const struct store_new *n)
{
    struct err e = ERR_INIT;
    char dir[SIM_DIR_BYTES + 32];
    struct store *s = NULL;
    if (m->dir[0] == '\0') {
        s = store_open_memory(n, env_of(m, writer), &e);
    } else {
        dir_of(m, writer, dir, sizeof dir);
        if (store_create(dir, n, "a passphrase", env_of(m, writer), &e))
            s = store_open(dir, "a passphrase", env_of(m, writer), &e);
    }
    must(s != NULL, &e);
    return s;
}

void sim_reopen(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    char dir[SIM_DIR_BYTES + 32];
    uint8_t key[32];
    struct store *s = sim_store(m, writer);
    if (m->dir[0] == '\0')
        return;
    dir_of(m, writer, dir, sizeof dir);
    store_copy_key(s, key);
    store_close(s);
    s = store_open_key(dir, key, writer == SIM_HUB ? "hub" : "almaz",
                       env_of(m, writer), &e);
    must(s != NULL, &e);
    if (writer == SIM_HUB)
        m->pair.hub = s;
    else
        m->pair.offices[writer].store = s;
}

void sim_open(struct sim *m, uint64_t seed, const char *dir)
{
    struct store_new n = {.site_name = "Hub",
                          .place = "ET",
                          .login = "hub",
                          .role = "administrator",
                          .is_hub = true};
    struct err e = ERR_INIT;
    *m = (struct sim){.chance = seed};
    str_copy(m->dir, sizeof m->dir, dir != NULL ? dir : "");
    for (size_t i = 0; i < SIM_WRITERS; i++) {
        m->clocks[i] = INT64_C(1790000000000);
        m->noises[i] = seed * SIM_WRITERS + i;
    }
    m->pair.hub = make_store(m, SIM_HUB, &n);
    size_t nr = 2 + sim_pick(m, PAIR_OFFICES_MAX - 1);
    for (size_t i = 0; i < nr; i++) {
        char name[32];
        snprintf(name, sizeof name, "Office %zu", i);
        n = (struct store_new){.site_name = name,
                               .place = places[sim_pick(m, ARR_NR(places))],
                               .login = "almaz",
                               .role = "case-manager"};
        m->pair.offices[i].store = make_store(m, i, &n);
        m->pair.nr = i + 1;
        pair_join(&m->pair, &m->pair.offices[i]);
    }
    /* from now on it writes as the offices do */
    must(office_write_user(m->pair.hub, "hub", "case-manager", &e) &&
             store_renew_role(m->pair.hub, &e),
         &e);
}

void sim_close(struct sim *m)
{
    pair_close(&m->pair);
    for (size_t i = 0; i < m->values.nr; i++) {
        mem_free(m->values.items[i].text);
        mem_free(m->values.items[i].cited);
    }
    ARR_RELEASE(&m->values);
    ARR_RELEASE(&m->streams);
}

/* ---- writing, here and in the list ---- */

struct writing {
    size_t writer, stream;
    struct id record;
    const char *kind;
    bool creates;
    const char *path; /* NULL: only creates */
    const char *text;
    const struct dot *cited;
    size_t cited_nr;
};

static struct dot last_dot(struct store *s)
{
    struct err e = ERR_INIT;
    struct dot dot = {0};
    struct rows *q = db_query(store_db(s),
                              "SELECT p.epoch, c.seq FROM change c"
                              " JOIN chain h ON h.chain_id = c.chain_id"
                              " JOIN epoch p ON p.epoch_id = h.epoch_id"
                              " ORDER BY c.change_id DESC LIMIT 1",
                              DB_NOTHING);
    if (rows_next(q))
        dot = (struct dot){(uint64_t)rows_int(q, 0), (uint64_t)rows_int(q, 1)};
    must(rows_end(q, &e), &e);
    return dot;
}

/* The newest change of the store is this value: into the list with it. */
static void note_value(struct sim *m, const struct writing *w)
{
    struct sim_value v = {.stream = w->stream,
                          .record = w->record,
                          .text = mem_copy_str(w->text),
                          .writer = w->writer,
                          .dot = last_dot(sim_store(m, w->writer)),
                          .cited_nr = w->cited_nr};
    str_copy(v.path, sizeof v.path, w->path);
    v.cited = mem_alloc(w->cited_nr * sizeof *v.cited);
    if (w->cited_nr > 0)
        memcpy(v.cited, w->cited, w->cited_nr * sizeof *v.cited);
    ARR_PUSH(&m->values) = v;
}

static void encode(struct buf *b, const char *text)
{
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    value_encode(b, &v);
}

static void write_down(struct sim *m, const struct writing *w)
{
    struct err e = ERR_INIT;
    struct store *s = sim_store(m, w->writer);
    const struct sim_stream *t = &m->streams.items[w->stream];
    const struct formdef *d = formdef_current(s, "registration", &e);
    struct buf place = BUF_INIT(100), text = BUF_INIT(CHANGE_VALUE_BYTES_MAX);
    struct edit edits[2] = {{.op = CHANGE_CREATE, .path = ""}};
    bool is_case = str_equal(w->kind, "case");
    size_t nr = w->creates ? 1 : 0;
    if (w->creates && is_case) {
        encode(&place, t->place);
        edits[0].value = place.data;
        edits[0].value_bytes = place.size;
    }
    if (w->path != NULL) {
        encode(&text, w->text);
        edits[nr++] = (struct edit){.op = CHANGE_SET,
                                    .path = w->path,
                                    .value = text.data,
                                    .value_bytes = text.size,
                                    .replaces = w->cited,
                                    .replaces_nr = w->cited_nr};
    }
    m->clocks[w->writer] += 61001;
    const struct save save = {.stream = t->stream,
                              .record = w->record,
                              .kind = w->kind,
                              .form = is_case ? d->hash : NULL,
                              .form_id = is_case ? "registration" : NULL,
                              .author = store_login(s),
                              .at_ms = store_now_ms(s),
                              .edits = edits,
                              .edits_nr = nr};
    must(change_append(s, &save, &e), &e);
    m->changes += (int64_t)nr;
    if (w->path != NULL)
        note_value(m, w);
    buf_release(&place);
    buf_release(&text);
}

/* ---- choosing ---- */

static const char *pick_text(struct sim *m, char *room, size_t n)
{
    static const char *const few[] = {"Selam", "Hirut", "ሰላም", "unknown", "x"};
    if (sim_pick(m, 8) > 0)
        return few[sim_pick(m, ARR_NR(few))];
    n = 1 + sim_pick(m, n - 1);
    for (size_t i = 0; i + 1 < n; i++)
        room[i] = (char)('a' + sim_pick(m, 26));
    room[n - 1] = '\0';
    return room;
}

/* Not what the program writes for itself. */
#define OF_PEOPLE "k.text IN ('case', 'visit', 'community')"

/* A record of a stream this writer holds: *stream and *record; false when it
 * holds none. */
static bool pick_record(struct sim *m, size_t writer, struct writing *w)
{
    struct err e = ERR_INIT;
    int64_t nr = pair_number(sim_store(m, writer),
                             "SELECT COUNT(*) FROM record r JOIN stream t"
                             " ON t.stream_id = r.stream_id JOIN word k"
                             " ON k.word_id = r.kind_id WHERE t.kind < 3"
                             " AND " OF_PEOPLE);
    struct stream stream = {0};
    if (nr == 0)
        return false;
    struct rows *q =
        db_query(store_db(sim_store(m, writer)),
                 "SELECT t.kind, t.key, r.uuid, k.text FROM record r"
                 " JOIN stream t ON t.stream_id = r.stream_id"
                 " JOIN word k ON k.word_id = r.kind_id WHERE t.kind < 3"
                 " AND " OF_PEOPLE " ORDER BY r.uuid LIMIT 1 OFFSET ?",
                 DB_BIND(db_int((int64_t)sim_pick(m, (size_t)nr))));
    assert_true(rows_next(q));
    stream.kind = (uint8_t)rows_int(q, 0);
    stream.size = (uint8_t)rows_size(q, 1);
    memcpy(stream.key, rows_blob(q, 1), stream.size);
    memcpy(w->record.bytes, rows_blob(q, 2), sizeof w->record.bytes);
    w->kind = str_equal(rows_text(q, 3), "case")    ? "case"
              : str_equal(rows_text(q, 3), "visit") ? "visit"
                                                    : "community";
    must(rows_end(q, &e), &e);
    for (w->stream = 0; w->stream < m->streams.nr; w->stream++)
        if (stream_equal(&m->streams.items[w->stream].stream, &stream))
            return true;
    fail_msg("A store holds a stream that nobody opened");
    return false;
}

static const char *form_of(const char *kind)
{
    return str_equal(kind, "case") ? "registration" : kind;
}

/* As far as this writer knows. */
static bool is_purged(struct sim *m, size_t writer, size_t stream)
{
    struct err e = ERR_INIT;
    bool purged = false;
    must(purge_is_done(sim_store(m, writer), &m->streams.items[stream].stream,
                       &purged, &e),
         &e);
    return purged;
}

/* ---- what people do ---- */

void sim_new_case(struct sim *m, size_t writer)
{
    struct sim_stream t = {.opener = writer};
    struct id id = id_new(store_entropy(sim_store(m, writer)));
    t.stream = stream_of_id(STREAM_CASE, &id);
    str_copy(t.place, sizeof t.place, places[sim_pick(m, ARR_NR(places))]);
    ARR_PUSH(&m->streams) = t;
    write_down(m, &(struct writing){.writer = writer,
                                    .stream = m->streams.nr - 1,
                                    .record = id,
                                    .kind = "case",
                                    .creates = true,
                                    .path = paths[0],
                                    .text = "Selam"});
}

void sim_edit(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    struct dot_set seen;
    char room[3000];
    struct writing w = {.writer = writer};
    if (!pick_record(m, writer, &w))
        return;
    w.path = paths[sim_pick(m, ARR_NR(paths))];
    w.text = pick_text(m, room, sizeof room);
    must(change_seen(sim_store(m, writer), &w.record, form_of(w.kind), w.path,
                     &seen, &e),
         &e);
    w.cited = seen.items;
    w.cited_nr = sim_pick(m, 9) > 0 ? seen.nr : 0;
    write_down(m, &w);
}

void sim_visit(struct sim *m, size_t writer)
{
    char room[400];
    struct writing w = {.writer = writer};
    if (!pick_record(m, writer, &w) ||
        m->streams.items[w.stream].stream.kind != STREAM_CASE)
        return;
    w.record = id_new(store_entropy(sim_store(m, writer)));
    w.kind = "visit";
    w.creates = true;
    w.path = "note";
    w.text = pick_text(m, room, sizeof room);
    write_down(m, &w);
}

void sim_place_facts(struct sim *m, size_t writer)
{
    char room[400];
    struct sim_stream t = {.opener = writer};
    struct writing w = {.writer = writer, .kind = "community", .path = "note"};
    str_copy(t.place, sizeof t.place, places[sim_pick(m, ARR_NR(places))]);
    t.stream = stream_of_place(t.place);
    for (w.stream = 0; w.stream < m->streams.nr; w.stream++)
        if (stream_equal(&m->streams.items[w.stream].stream, &t.stream))
            break;
    if (w.stream == m->streams.nr)
        ARR_PUSH(&m->streams) = t;
    w.record = entity_once_id(&t.stream, w.kind);
    w.creates = true; /* also where it stands already: as a second office */
    w.text = pick_text(m, room, sizeof room);
    write_down(m, &w);
}

void sim_sit_down(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    struct writing w = {.writer = writer};
    struct sim_sitting *s = &m->sittings[writer];
    if (!pick_record(m, writer, &w))
        return;
    *s = (struct sim_sitting){.open = true,
                              .stream = w.stream,
                              .record = w.record,
                              .kind = w.kind,
                              .path = paths[sim_pick(m, ARR_NR(paths))]};
    must(change_seen(sim_store(m, writer), &s->record, form_of(s->kind),
                     s->path, &s->seen, &e),
         &e);
}

void sim_save_sitting(struct sim *m, size_t writer)
{
    char room[400];
    struct sim_sitting *s = &m->sittings[writer];
    if (!s->open || is_purged(m, writer, s->stream))
        return;
    write_down(m, &(struct writing){.writer = writer,
                                    .stream = s->stream,
                                    .record = s->record,
                                    .kind = s->kind,
                                    .path = s->path,
                                    .text = pick_text(m, room, sizeof room),
                                    .cited = s->seen.items,
                                    .cited_nr = s->seen.nr});
    s->open = false;
}

void sim_settle(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    struct pool *pool = pool_new();
    struct conflict_list l;
    struct dot cited[CHANGE_REPLACES_MAX];
    /* who settles sees what clashes: these fields are in no form, so they
     * count as sealed */
    for (size_t i = 0; i < m->streams.nr; i++)
        must(right_unseal(sim_store(m, writer), &m->streams.items[i].stream,
                          "two answers", &e),
             &e);
    must(conflict_list_load(sim_store(m, writer), NULL, pool, &l, &e), &e);
    if (l.nr > 0) {
        const struct conflict *c = &l.items[sim_pick(m, l.nr)];
        const struct entity_value *v = &c->entity.values[c->first];
        size_t choice = sim_pick(m, c->nr);
        struct writing w = {.writer = writer,
                            .record = c->entity.id,
                            .path = v->path,
                            .text = v[choice].answer,
                            .cited = cited,
                            .cited_nr = c->nr};
        for (size_t i = 0; i < c->nr; i++)
            cited[i] = v[i].dot;
        while (!stream_equal(&m->streams.items[w.stream].stream,
                             &c->entity.stream))
            w.stream++;
        m->clocks[writer] += 61001;
        must(conflict_settle(sim_store(m, writer), c, choice, &e), &e);
        m->changes++;
        note_value(m, &w);
    }
    pool_free(pool);
}

void sim_purge(struct sim *m, size_t writer)
{
    /* traces of who decided go to the hub in their own time */
    static const char all[] = "SELECT COUNT(*) FROM change c JOIN chain h"
                              " ON h.chain_id = c.chain_id JOIN stream t"
                              " ON t.stream_id = h.stream_id WHERE t.kind < 3";
    struct err e = ERR_INIT;
    struct writing w = {.writer = writer};
    struct store *s = sim_store(m, writer);
    if (sim_pick(m, 4) > 0 || !pick_record(m, writer, &w) ||
        m->streams.items[w.stream].stream.kind != STREAM_CASE)
        return;
    struct pool *pool = pool_new();
    struct approval a;
    struct id request, id = stream_id(&m->streams.items[w.stream].stream);
    int64_t before = pair_number(s, all);
    must(purge_request(s, &id, "mistake", &request, &e) &&
             approval_load(s, &request, pool, &a, &e) &&
             verdict_give(s, &a, APPROVAL_APPROVED, NULL, &e),
         &e);
    m->changes += pair_number(s, all) - before;
    m->streams.items[w.stream].purged = true;
    pool_free(pool);
}

/* ---- judging ---- */

static bool is_below(const char *inner, const char *outer)
{
    return strchr(outer, '/') != NULL
               ? strcmp(inner, outer) == 0
               : strncmp(inner, outer, strlen(outer)) == 0;
}

static bool may_see(struct sim *m, size_t writer, const struct sim_stream *t)
{
    const char *here = store_place(sim_store(m, writer));
    if (writer == SIM_HUB || is_below(t->place, here))
        return true;
    return t->stream.kind == STREAM_CASE ? t->opener == writer
                                         : is_below(here, t->place);
}

void sim_check_scope(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    struct store *s = sim_store(m, writer);
    const struct id *site = store_site_id(s);
    struct rows *q =
        db_query(store_db(s), "SELECT kind, key FROM stream", DB_NOTHING);
    while (rows_next(q)) {
        struct stream stream = {.kind = (uint8_t)rows_int(q, 0),
                                .size = (uint8_t)rows_size(q, 1)};
        memcpy(stream.key, rows_blob(q, 1), stream.size);
        if (stream.kind == STREAM_SITE && writer != SIM_HUB)
            assert_memory_equal(stream.key, site->bytes, sizeof site->bytes);
        for (size_t i = 0; i < m->streams.nr && stream.kind == STREAM_CASE; i++)
            if (stream_equal(&m->streams.items[i].stream, &stream) &&
                !may_see(m, writer, &m->streams.items[i]))
                fail_msg("An office at %s holds a case of %s", store_place(s),
                         m->streams.items[i].place);
    }
    must(rows_end(q, &e), &e);
    assert_int_equal(pair_number(s, "SELECT COUNT(*) FROM quarantine"), 0);
}

/* Whether the writer's office gets to know a value. */
static bool is_known(struct sim *m, size_t writer, const struct sim_value *v)
{
    return v->writer == writer ||
           may_see(m, writer, &m->streams.items[v->stream]);
}

static bool is_cited(struct sim *m, size_t writer, const struct sim_value *v)
{
    for (size_t i = 0; i < m->values.nr; i++) {
        const struct sim_value *by = &m->values.items[i];
        if (by->stream != v->stream || !id_equal(&by->record, &v->record) ||
            !str_equal(by->path, v->path) || !is_known(m, writer, by))
            continue;
        for (size_t k = 0; k < by->cited_nr; k++)
            if (by->cited[k].epoch == v->dot.epoch &&
                by->cited[k].seq == v->dot.seq)
                return true;
    }
    return false;
}

static void check_stands(struct store *s, const struct sim_value *v)
{
    struct err e = ERR_INIT;
    struct value value = {0};
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.value FROM record r"
                 " JOIN cell l ON l.record_id = r.record_id"
                 " JOIN field f ON f.field_id = l.field_id AND f.path = ?2"
                 " JOIN change c ON c.change_id = l.change_id AND c.seq = ?4"
                 " JOIN chain h ON h.chain_id = c.chain_id"
                 " JOIN epoch p ON p.epoch_id = h.epoch_id AND p.epoch = ?3"
                 " WHERE r.uuid = ?1",
                 DB_BIND(db_blob(v->record.bytes, sizeof v->record.bytes),
                         db_text(v->path), db_int((int64_t)v->dot.epoch),
                         db_int((int64_t)v->dot.seq)));
    if (!rows_next(q))
        fail_msg("\"%.40s\" (%s) was lost at %s", v->text, v->path,
                 store_site_name(s));
    assert_true(
        value_decode(rows_blob(q, 0), rows_size(q, 0), NULL, 0, &value));
    assert_int_equal(value.text_bytes, strlen(v->text));
    assert_memory_equal(value.text, v->text, value.text_bytes);
    must(rows_end(q, &e), &e);
}

/* What is counted, listed and marked as a clash is the same. */
static void check_clashes(struct store *s)
{
    struct err e = ERR_INIT;
    struct pool *pool = pool_new();
    struct conflict_list l;
    int64_t counted = 0;
    must(conflict_list_load(s, NULL, pool, &l, &e), &e);
    must(conflict_count(s, &counted, &e), &e);
    assert_int_equal(l.nr, counted);
    for (size_t i = 0; i < l.nr; i++)
        assert_true(l.items[i].entity.values[l.items[i].first].clashes);
    pool_free(pool);
}

/* What ended before its office ever sent it nobody else hears of. */
static bool holds(struct store *s, const struct stream *stream)
{
    struct err e = ERR_INIT;
    int64_t nr = 0;
    must(db_get_int(
             store_db(s),
             "SELECT COUNT(*) FROM stream WHERE kind = ? AND key = ?",
             DB_BIND(db_int(stream->kind), db_blob(stream->key, stream->size)),
             0, &nr, &e),
         &e);
    return nr > 0;
}

/* Of a purged case the request and the purge are left wherever it was held,
 * and nothing else says anything. */
static void check_purged(struct sim *m, size_t writer)
{
    struct store *s = sim_store(m, writer);
    for (size_t i = 0; i < m->streams.nr; i++)
        if (m->streams.items[i].purged && holds(s, &m->streams.items[i].stream))
            assert_true(is_purged(m, writer, i));
    assert_int_equal(
        pair_number(s,
                    "SELECT COUNT(*) FROM purge p JOIN chain h"
                    " ON h.stream_id = p.stream_id JOIN change c"
                    " ON c.chain_id = h.chain_id LEFT JOIN record r"
                    " ON r.record_id = c.record_id LEFT JOIN word k"
                    " ON k.word_id = r.kind_id WHERE c.op <> 0"
                    " AND COALESCE(k.text, '') NOT IN ('approval', 'purge')"),
        0);
    assert_int_equal(pair_number(s, "SELECT COUNT(*) FROM change"
                                    " WHERE op = 0 AND value IS NOT NULL"),
                     0);
}

void sim_check_state(struct sim *m, size_t writer)
{
    struct store *s = sim_store(m, writer);
    int64_t stand = 0;
    check_clashes(s);
    for (size_t i = 0; i < m->values.nr; i++) {
        const struct sim_value *v = &m->values.items[i];
        if (m->streams.items[v->stream].purged || !is_known(m, writer, v) ||
            is_cited(m, writer, v))
            continue;
        check_stands(s, v);
        stand++;
    }
    assert_int_equal(
        pair_number(s, "SELECT COUNT(*) FROM cell l JOIN record r"
                       " ON r.record_id = l.record_id JOIN stream t"
                       " ON t.stream_id = r.stream_id WHERE t.kind < 3"
                       " AND t.stream_id NOT IN (SELECT stream_id FROM purge)"),
        stand);
    check_purged(m, writer);
    assert_int_equal(
        pair_number(s, "SELECT COUNT(*) FROM stream WHERE kind = 1"
                       " AND stream_id NOT IN (SELECT stream_id FROM purge)"),
        pair_number(s, "SELECT COUNT(*) FROM casefile"));
    if (writer == SIM_HUB)
        assert_int_equal(
            pair_number(s, "SELECT COUNT(*) FROM change c JOIN chain h"
                           " ON h.chain_id = c.chain_id JOIN stream t"
                           " ON t.stream_id = h.stream_id WHERE t.kind < 3"),
            m->changes);
}
