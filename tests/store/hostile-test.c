/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: an office that was admitted and turns hostile, or a hub that does,
 * can neither speak in another's name nor stop others from working: what does
 * not fit is set aside or refused, and everybody else goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/utf8.h"
#include "store/append_int.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

/* A hub, an office that works and one that is up to something; the case is the
 * good one's, and both hold it. */
struct scene {
    struct office hub, good, bad;
    struct id id;
};

static void scene_open(struct scene *t)
{
    office_open_hub(&t->hub);
    office_open(&t->good, "Gasera", "ET041114", 1);
    office_open(&t->bad, "Somebody", "ET0411", 2);
    office_admit(&t->hub, &t->good);
    office_admit(&t->hub, &t->bad);
    t->id = office_open_case(&t->good, "ET041114/03", "Selam");
    MUST(office_send(&t->good, &t->hub, NULL, e));
    MUST(office_fetch(&t->good, &t->hub, NULL, e));
    MUST(office_fetch(&t->bad, &t->hub, NULL, e));
}

static void scene_close(struct scene *t)
{
    struct office *all[] = {&t->hub, &t->good, &t->bad};
    for (size_t i = 0; i < ARR_NR(all); i++) {
        struct verify_count count;
        MUST(verify_all(all[i]->store, &count, e));
        office_close(all[i]);
    }
}

static void text_value(struct buf *b, const char *text)
{
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    b->max = CHANGE_VALUE_BYTES_MAX;
    value_encode(b, &v);
}

/* A record with text fields, in pairs of path and text up to NULL, written by
 * that office under any stream, id and kind: its own gate has no say in what a
 * changed program sends. */
static void write_record(struct office *o, struct stream stream, struct id id,
                         const char *kind, const char *const *facts)
{
    struct edit edits[8] = {{.op = CHANGE_CREATE, .path = ""}};
    struct buf values[8] = {{0}};
    size_t n = 1;
    for (; facts[0] != NULL; facts += 2, n++) {
        text_value(&values[n], facts[1]);
        edits[n] = (struct edit){.op = CHANGE_SET,
                                 .path = facts[0],
                                 .value = values[n].data,
                                 .value_bytes = values[n].size};
    }
    struct append_chain chain;
    static const uint8_t seed[CHANGE_SALT_BYTES] = {9};
    struct save save = {.stream = stream,
                        .record = id,
                        .kind = kind,
                        .author = "worker",
                        .at_ms = store_now_ms(o->store),
                        .epoch = store_epoch(o->store),
                        .edits = edits,
                        .edits_nr = n};
    MUST(db_begin(store_db(o->store), e));
    MUST(append_chain_load(o->store, save.epoch, &stream, seed, &chain, e));
    save.first_seq = chain.last_seq + 1;
    MUST(append_save(o->store, &chain, &save, e));
    MUST(casefile_refresh(o->store, &stream, e));
    MUST(db_end(store_db(o->store), true, e));
    for (size_t i = 0; i < n; i++)
        buf_release(&values[i]);
}

static int64_t number(struct office *o, const char *sql)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(o->store), sql, DB_NOTHING, 0, &n, e));
    return n;
}

static void an_office_does_not_give_another_its_name(void **state)
{
    struct scene t;
    char name[STORE_NAME_BYTES];
    (void)state;
    scene_open(&t);
    const char *const card[] = {"name", "Ministry", "epoch/000000000000002a",
                                "1", NULL};
    write_record(&t.bad, stream_of_place("ET041114"),
                 id_new(store_entropy(t.bad.store)), "site", card);
    MUST(office_send(&t.bad, &t.hub, NULL, e));
    MUST(office_fetch(&t.good, &t.hub, NULL, e));
    MUST(peer_name_of_epoch(t.good.store, 0x2a, name, e));
    assert_string_equal(name, "");
    scene_close(&t);
}

/* The id of a record of which there is one can be known beforehand. */
static void a_record_taken_elsewhere_does_not_stop_the_office(void **state)
{
    static const char *const facts[] = {"note", "taken", NULL};
    struct scene t;
    struct intake_count count = {0};
    char text[32];
    (void)state;
    scene_open(&t);
    struct stream stream = stream_of_id(STREAM_CASE, &t.id);
    struct id once = entity_once_id(&stream, "plan");
    write_record(&t.bad, stream_of_place("ET041114"), once, "plan", facts);
    MUST(office_send(&t.bad, &t.hub, NULL, e));
    write_record(&t.good, stream, once, "plan", facts);
    MUST(office_send(&t.good, &t.hub, &count, e));
    assert_true(count.set_aside > 0);
    MUST(office_fetch(&t.good, &t.hub, &count, e));
    assert_true(count.set_aside > 0);
    struct id next = office_open_case(&t.good, "ET041114", "Hana");
    MUST(office_send(&t.good, &t.hub, &count, e));
    assert_int_equal(office_values(&t.hub, &next, "given_name", text, 32), 1);
    scene_close(&t);
}

/* ---- frames made by hand ---- */

/* Saves that each begin a chain, as one frame signed with the key of *from. */
static bool deliver(struct office *from, struct office *to, struct save *saves,
                    size_t nr, struct err *e)
{
    uint8_t seed[CHANGE_SALT_BYTES] = {7}, digest[HASH_BYTES];
    uint8_t sig[FRAME_SIG_BYTES];
    struct intake_from how = {.number = from->frame + 1,
                              .site_no = from->site_no,
                              .position = 1000,
                              .sign_public = store_sign_public(from->store)};
    struct frame_chain_list chains = {0};
    struct intake_count count;
    bool good = true;
    memcpy(how.prev, from->prev, sizeof how.prev);
    struct intake *in = intake_begin(to->store, &how, e);
    assert_non_null(in);
    for (size_t i = 0; good && i < nr; i++) {
        uint8_t salt[CHANGE_SALT_BYTES];
        saves[i].seed = seed;
        struct frame_chain *c =
            frame_chain_get(&chains, saves[i].epoch, &saves[i].stream);
        c->seq = saves[i].first_seq;
        change_head_start(c->head, saves[i].epoch, &saves[i].stream);
        change_salt(seed, salt);
        change_head_next(c->head, &saves[i], 0, salt);
        good = intake_save(in, &saves[i], e);
    }
    if (good) {
        frame_digest(digest, how.number, how.prev, &chains);
        store_sign(from->store, digest, sizeof digest, sig);
        good = intake_end(in, sig, &count, e);
    } else {
        intake_abandon(in);
    }
    frame_chain_list_release(&chains);
    return good;
}

static struct save opening(struct office *under, const struct id *id,
                           const struct buf *place, struct edit *edit)
{
    *edit = (struct edit){.op = CHANGE_CREATE,
                          .path = "",
                          .value = place->data,
                          .value_bytes = place->size};
    return (struct save){.stream = stream_of_id(STREAM_CASE, id),
                         .record = *id,
                         .kind = "case",
                         .author = "worker",
                         .at_ms = 5,
                         .edits = edit,
                         .edits_nr = 1,
                         .epoch = store_epoch(under->store),
                         .first_seq = 1};
}

static void a_case_begins_with_its_own_record(void **state)
{
    struct scene t;
    struct intake_count count = {0};
    struct edit edit;
    char text[32];
    (void)state;
    scene_open(&t);
    /* the bad one knows the id of a case before the hub does */
    struct id id = office_open_case(&t.good, "ET041114", "Robel");
    struct id visit = id_new(store_entropy(t.bad.store));
    struct save early = opening(&t.bad, &id, &(struct buf){0}, &edit);
    early.record = visit;
    early.kind = "visit";
    MUST(deliver(&t.bad, &t.hub, &early, 1, e));
    assert_int_equal(number(&t.hub, "SELECT COUNT(*) FROM quarantine"), 1);
    MUST(office_send(&t.good, &t.hub, &count, e));
    assert_int_equal(count.set_aside, 0);
    assert_int_equal(office_values(&t.hub, &id, "given_name", text, 32), 1);
    scene_close(&t);
}

/* What stands under an office's own epoch it signs and sends on as its own. */
static void a_hub_does_not_write_in_the_offices_own_name(void **state)
{
    struct scene t;
    struct err err = ERR_INIT;
    struct buf place = BUF_INIT(64);
    struct edit edit;
    (void)state;
    scene_open(&t);
    struct id id = id_new(store_entropy(t.hub.store));
    int64_t before = number(&t.good, "SELECT COUNT(*) FROM change");
    text_value(&place, "ET041114");
    struct save forged = opening(&t.good, &id, &place, &edit);
    assert_false(deliver(&t.hub, &t.good, &forged, 1, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    assert_int_equal(number(&t.good, "SELECT COUNT(*) FROM change"), before);
    buf_release(&place);
    scene_close(&t);
}

static void a_frame_moves_no_more_chains_than_can_be_proved(void **state)
{
    enum { MANY = FRAME_CHAINS_MAX + 1 };
    static struct save saves[MANY];
    static struct edit edits[MANY];
    struct scene t;
    struct err err = ERR_INIT;
    struct buf place = BUF_INIT(64);
    (void)state;
    scene_open(&t);
    text_value(&place, "ET0411");
    for (size_t i = 0; i < MANY; i++) {
        struct id id = id_new(store_entropy(t.bad.store));
        saves[i] = opening(&t.bad, &id, &place, &edits[i]);
    }
    assert_false(deliver(&t.bad, &t.hub, saves, MANY, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    assert_int_equal(number(&t.hub, "SELECT COUNT(*) FROM casefile"), 1);
    buf_release(&place);
    scene_close(&t);
}

static void numbers_out_of_line_leave_nothing_and_work_goes_on(void **state)
{
    static const uint64_t firsts[] = {0, 2, 1000, UINT64_MAX / 2, UINT64_MAX};
    struct scene t;
    struct buf place = BUF_INIT(64);
    struct edit edit;
    (void)state;
    scene_open(&t);
    text_value(&place, "ET0411");
    struct id id = id_new(store_entropy(t.bad.store));
    struct save save = opening(&t.bad, &id, &place, &edit);
    for (size_t i = 0; i < ARR_NR(firsts); i++) {
        struct err err = ERR_INIT;
        save.first_seq = firsts[i];
        if (deliver(&t.bad, &t.hub, &save, 1, &err))
            fail_msg("seq %llu was taken", (unsigned long long)firsts[i]);
        assert_true(err.text[0] != '\0');
    }
    assert_int_equal(number(&t.hub, "SELECT COUNT(*) FROM casefile"), 1);
    save.first_seq = 1;
    MUST(deliver(&t.bad, &t.hub, &save, 1, e));
    assert_int_equal(number(&t.hub, "SELECT COUNT(*) FROM casefile"), 2);
    buf_release(&place);
    scene_close(&t);
}

static void an_office_is_not_admitted_under_the_hubs_identity(void **state)
{
    struct scene t;
    struct err err = ERR_INIT;
    (void)state;
    scene_open(&t);
    struct peer_site site = {.name = "Third",
                             .place = "ET",
                             .roles = "expert",
                             .ssh_key = "ssh-ed25519 third",
                             .epoch = store_epoch(t.hub.store),
                             .id = id_new(store_entropy(t.bad.store))};
    memset(site.sign_public, 3, sizeof site.sign_public);
    assert_false(peer_site_add(t.hub.store, &site, &err));
    site.epoch = 77;
    site.id = *store_site_id(t.hub.store);
    assert_false(peer_site_add(t.hub.store, &site, &err));
    site.id = id_new(store_entropy(t.bad.store));
    MUST(peer_site_add(t.hub.store, &site, e));
    scene_close(&t);
}

/* ---- contents that are allowed and odd ---- */

/* Times far from ours are kept as they came and shown as they can be. */
static void times_at_the_edge_of_numbers_are_only_odd(void **state)
{
    static const int64_t times[] = {INT64_MIN, -1, 0, INT64_MAX};
    struct scene t;
    struct buf place = BUF_INIT(64);
    struct edit edit;
    (void)state;
    scene_open(&t);
    text_value(&place, "ET041114");
    for (size_t i = 0; i < ARR_NR(times); i++) {
        struct id id = id_new(store_entropy(t.bad.store));
        struct save save = opening(&t.bad, &id, &place, &edit);
        save.at_ms = times[i];
        MUST(change_append(t.bad.store, &save, e));
    }
    MUST(office_send(&t.bad, &t.hub, NULL, e));
    MUST(office_fetch(&t.good, &t.hub, NULL, e));
    assert_int_equal(number(&t.good, "SELECT COUNT(*) FROM casefile"), 5);
    buf_release(&place);
    scene_close(&t);
}

/* Writes every type of value into every field of the case's form that takes it,
 * whatever the field's own; how many there were. */
static size_t write_odd_values(struct scene *t, const struct formdef *def)
{
    static const uint32_t choices[] = {0, 4000000000u};
    static const struct value values[] = {
        {.type = VALUE_INTEGER, .number = INT64_MIN},
        {.type = VALUE_DECIMAL, .number = INT64_MAX, .scale = 18},
        {.type = VALUE_DATE, .number = INT64_MAX},
        {.type = VALUE_DATE, .number = INT64_MIN},
        {.type = VALUE_TEXT, .text = "\n%s\t", .text_bytes = 4},
        {.type = VALUE_CHOICES, .choices = choices, .choices_nr = 2},
        {.type = VALUE_TOKENS, .text = "no such choice", .text_bytes = 14},
        {.type = VALUE_TIME, .number = INT64_MAX},
        {.type = VALUE_MOMENT,
         .number = INT64_MIN,
         .text = "nowhere",
         .text_bytes = 7},
    };
    const struct form *f = def->form;
    struct err err = ERR_INIT;
    size_t taken = 0;
    for (size_t i = 0; i < f->fields_nr * ARR_NR(values); i++) {
        const struct field *d = &f->fields[i / ARR_NR(values)];
        struct buf b = BUF_INIT(256);
        value_encode(&b, &values[i % ARR_NR(values)]);
        struct edit edit = {.op = CHANGE_SET,
                            .path = d->path,
                            .value = b.data,
                            .value_bytes = b.size};
        const struct save save = {.stream = stream_of_id(STREAM_CASE, &t->id),
                                  .record = t->id,
                                  .kind = "case",
                                  .form = def->hash,
                                  .form_id = "registration",
                                  .author = "worker",
                                  .at_ms = 5,
                                  .edits = &edit,
                                  .edits_nr = 1};
        taken +=
            field_holds_value(d) && change_append(t->bad.store, &save, &err);
        buf_release(&b);
    }
    return taken;
}

static void values_of_another_type_do_no_harm(void **state)
{
    struct scene t;
    struct err err = ERR_INIT;
    (void)state;
    scene_open(&t);
    const struct formdef *def =
        formdef_current(t.bad.store, "registration", &err);
    assert_non_null(def);
    const struct form *f = def->form;
    assert_true(write_odd_values(&t, def) > f->fields_nr);
    MUST(office_send(&t.bad, &t.hub, NULL, e));
    MUST(office_fetch(&t.good, &t.hub, NULL, e));
    struct pool *pool = pool_new();
    struct entity x;
    MUST(entity_load(t.good.store, &t.id, pool, &x, e));
    struct record *r = record_new(f, (struct record_moment){.today = 20000});
    entity_fill(&x, r);
    for (size_t i = 0; i < f->fields_nr; i++)
        record_problem(r, i, 0, true, &err);
    record_free(r);
    pool_free(pool);
    scene_close(&t);
}

/* Cites itself, what comes after it, one dot many times, and strangers. */
static void citations_that_make_no_sense_come_out_alike_everywhere(void **state)
{
    struct scene t;
    struct buf b = BUF_INIT(64);
    struct dot dots[CHANGE_REPLACES_MAX];
    uint8_t here[HASH_BYTES], there[HASH_BYTES];
    (void)state;
    scene_open(&t);
    text_value(&b, "X");
    for (size_t i = 0; i < ARR_NR(dots); i++)
        dots[i] = (struct dot){i % 3 ? store_epoch(t.bad.store) : i,
                               i % 5 ? i / 8 : UINT64_MAX};
    struct edit edits[4];
    for (size_t i = 0; i < ARR_NR(edits); i++)
        edits[i] = (struct edit){.op = CHANGE_SET,
                                 .path = i % 2 ? "given_name" : "nickname",
                                 .value = b.data,
                                 .value_bytes = b.size,
                                 .replaces = dots,
                                 .replaces_nr = ARR_NR(dots)};
    for (int i = 0; i < 3; i++) {
        const struct save save = {.stream = stream_of_id(STREAM_CASE, &t.id),
                                  .record = t.id,
                                  .kind = "case",
                                  .author = "worker",
                                  .at_ms = 5,
                                  .edits = edits,
                                  .edits_nr = ARR_NR(edits)};
        MUST(change_append(t.bad.store, &save, e));
    }
    MUST(office_send(&t.bad, &t.hub, NULL, e));
    MUST(office_fetch(&t.good, &t.hub, NULL, e));
    office_digest(&t.hub, here);
    office_digest(&t.good, there);
    assert_memory_equal(here, there, sizeof here);
    buf_release(&b);
    scene_close(&t);
}

static void a_name_of_marks_is_cut_between_letters(void **state)
{
    enum { MARKS = 300 };
    struct scene t;
    struct casefile c;
    char name[3 + 2 * MARKS] = "ab";
    (void)state;
    scene_open(&t);
    for (size_t i = 0; i < MARKS; i++)
        memcpy(name + 2 + 2 * i, "\xcc\x81", 3);
    struct id id = office_open_case(&t.good, "ET041114", name);
    MUST(casefile_load(t.good.store, &id, &c, e));
    assert_true(utf8_is_valid(c.name, strlen(c.name)));
    assert_true(strlen(c.name) > 100);
    scene_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_office_does_not_give_another_its_name),
        cmocka_unit_test(a_record_taken_elsewhere_does_not_stop_the_office),
        cmocka_unit_test(a_case_begins_with_its_own_record),
        cmocka_unit_test(a_hub_does_not_write_in_the_offices_own_name),
        cmocka_unit_test(a_frame_moves_no_more_chains_than_can_be_proved),
        cmocka_unit_test(numbers_out_of_line_leave_nothing_and_work_goes_on),
        cmocka_unit_test(an_office_is_not_admitted_under_the_hubs_identity),
        cmocka_unit_test(times_at_the_edge_of_numbers_are_only_odd),
        cmocka_unit_test(values_of_another_type_do_no_harm),
        cmocka_unit_test(
            citations_that_make_no_sense_come_out_alike_everywhere),
        cmocka_unit_test(a_name_of_marks_is_cut_between_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
