/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what is entered stands until a change that cites it; two edits that
 * did not know of each other both stand, on every office, until one is chosen;
 * the result does not depend on the order in which changes arrive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/fold.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

static void an_edit_replaces_what_the_person_saw(void **state)
{
    struct office o;
    char text[64];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    assert_int_equal(office_values(&o, &id, "given_name", text, sizeof text),
                     1);
    assert_string_equal(text, "Selam");
    office_set(&o, &id, "given_name", "Selamawit", true);
    assert_int_equal(office_values(&o, &id, "given_name", text, sizeof text),
                     1);
    assert_string_equal(text, "Selamawit");
    office_close(&o);
}

static void an_edit_that_cites_nothing_clashes(void **state)
{
    struct office o;
    char text[64];
    struct casefile c;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    o.now_ms += 1000;
    office_set(&o, &id, "given_name", "Hirut", false);
    assert_int_equal(office_values(&o, &id, "given_name", text, sizeof text),
                     2);
    assert_string_equal(text, "Hirut"); /* the newest is shown first */
    MUST(casefile_load(o.store, &id, &c, e));
    assert_int_equal(c.clashes, 1);
    office_close(&o);
}

/* Two offices that share a case through a hub. */
struct trio {
    struct office hub, transit, kebele;
    struct id id;
};

static void trio_open(struct trio *t)
{
    office_open_hub(&t->hub);
    office_open(&t->transit, "Transit centre", "ET1401", 11);
    office_open(&t->kebele, "Kebele 03", "ET041114/03", 12);
    office_admit(&t->hub, &t->transit);
    office_admit(&t->hub, &t->kebele);
    t->id = office_open_case(&t->transit, "ET041114/03", "Selam");
    MUST(office_send(&t->transit, &t->hub, NULL, e));
    MUST(office_fetch(&t->kebele, &t->hub, NULL, e));
}

static void trio_close(struct trio *t)
{
    office_close(&t->kebele);
    office_close(&t->transit);
    office_close(&t->hub);
}

static void trio_sync(struct trio *t)
{
    MUST(office_send(&t->transit, &t->hub, NULL, e));
    MUST(office_send(&t->kebele, &t->hub, NULL, e));
    MUST(office_fetch(&t->transit, &t->hub, NULL, e));
    MUST(office_fetch(&t->kebele, &t->hub, NULL, e));
}

static void the_kebele_sees_the_child_and_both_offline_edits_stand(void **state)
{
    struct trio t;
    char text[64];
    struct verify_count count;
    uint8_t a[HASH_BYTES], b[HASH_BYTES];
    (void)state;
    trio_open(&t);
    assert_int_equal(
        office_values(&t.kebele, &t.id, "given_name", text, sizeof text), 1);
    assert_string_equal(text, "Selam");
    office_set(&t.transit, &t.id, "given_name", "Selamawit", true);
    office_set(&t.kebele, &t.id, "given_name", "Selamnesh", true);
    trio_sync(&t);
    assert_int_equal(
        office_values(&t.transit, &t.id, "given_name", text, sizeof text), 2);
    assert_int_equal(
        office_values(&t.kebele, &t.id, "given_name", text, sizeof text), 2);
    office_digest(&t.transit, a);
    office_digest(&t.kebele, b);
    assert_memory_equal(a, b, HASH_BYTES);
    MUST(verify_all(t.transit.store, &count, e));
    MUST(verify_all(t.kebele.store, &count, e));
    MUST(verify_all(t.hub.store, &count, e));
    trio_close(&t);
}

static void settling_is_one_choice_and_reaches_everyone(void **state)
{
    struct trio t;
    char text[64];
    struct pool *pool = pool_new();
    struct conflict_list l;
    (void)state;
    trio_open(&t);
    office_set(&t.transit, &t.id, "given_name", "Selamawit", true);
    t.kebele.now_ms += 5;
    office_set(&t.kebele, &t.id, "given_name", "Selamnesh", true);
    trio_sync(&t);
    MUST(conflict_list_load(t.kebele.store, NULL, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_int_equal(l.items[0].nr, 2);
    MUST(conflict_settle(t.kebele.store, &l.items[0], 1, e));
    trio_sync(&t);
    assert_int_equal(
        office_values(&t.transit, &t.id, "given_name", text, sizeof text), 1);
    assert_string_equal(text, "Selamawit");
    MUST(conflict_list_load(t.transit.store, NULL, pool, &l, e));
    assert_int_equal(l.nr, 0);
    pool_free(pool);
    trio_close(&t);
}

/* Nobody should have to choose between "Selam" and "Selam". */
static void the_same_answer_from_two_offices_is_no_clash(void **state)
{
    struct trio t;
    char text[64];
    struct casefile c;
    struct pool *pool = pool_new();
    struct conflict_list l;
    struct entity x;
    struct verify_count count;
    int64_t nr = 0;
    (void)state;
    trio_open(&t);
    office_set(&t.transit, &t.id, "given_name", "Selamawit", true);
    office_set(&t.kebele, &t.id, "given_name", "Selamawit", true);
    trio_sync(&t);
    assert_int_equal(/* who said so stays known */
                     office_values(&t.kebele, &t.id, "given_name", text,
                                   sizeof text),
                     2);
    MUST(casefile_load(t.kebele.store, &t.id, &c, e));
    assert_int_equal(c.clashes, 0);
    MUST(conflict_count(t.kebele.store, &nr, e));
    assert_int_equal(nr, 0);
    MUST(conflict_list_load(t.kebele.store, NULL, pool, &l, e));
    assert_int_equal(l.nr, 0);
    MUST(entity_load(t.kebele.store, &t.id, pool, &x, e));
    assert_int_equal(x.clashes_nr, 0);
    assert_false(entity_value(&x, "given_name")->clashes);
    /* a third that differs clashes with both */
    office_set(&t.transit, &t.id, "given_name", "Hirut", false);
    trio_sync(&t);
    MUST(conflict_list_load(t.kebele.store, NULL, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_int_equal(l.items[0].nr, 3);
    MUST(conflict_settle(t.kebele.store, &l.items[0], 0, e));
    trio_sync(&t);
    assert_int_equal(
        office_values(&t.transit, &t.id, "given_name", text, sizeof text), 1);
    MUST(verify_all(t.kebele.store, &count, e));
    MUST(verify_all(t.hub.store, &count, e));
    pool_free(pool);
    trio_close(&t);
}

/* A save of another epoch's chain arrives, signed by the hub, which here is the
 * office's own key. */
static void arrives(struct office *o, struct save *save,
                    uint8_t seed[CHANGE_SALT_BYTES])
{
    struct intake_from how = {.number = 1,
                              .sign_public = store_sign_public(o->store)};
    struct frame_chain_list chains = {0};
    uint8_t digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    struct intake_count count;
    struct err err = ERR_INIT;
    save->seed = seed;
    struct intake *in = intake_begin(o->store, &how, &err);
    assert_non_null(in);
    MUST(intake_save(in, save, e));
    struct frame_chain *c =
        frame_chain_get(&chains, save->epoch, &save->stream);
    c->seq = save->edits_nr;
    change_head_start(c->head, save->epoch, &save->stream);
    for (size_t i = 0; i < save->edits_nr; i++) {
        uint8_t salt[CHANGE_SALT_BYTES];
        change_salt(seed, salt);
        change_head_next(c->head, save, i, salt);
        change_seed_next(seed);
    }
    frame_digest(digest, 1, how.prev, &chains);
    store_sign(o->store, digest, sizeof digest, sig);
    MUST(intake_end(in, sig, &count, e));
    frame_chain_list_release(&chains);
}

static void a_cited_dot_may_arrive_after_its_citer(void **state)
{
    struct office o;
    char text[64];
    struct verify_count counted;
    struct dot future = {.epoch = 0xABCDEF, .seq = 2};
    struct buf b = BUF_INIT(100);
    struct value v = {.type = VALUE_TEXT, .text = "kept", .text_bytes = 4};
    uint8_t seed[CHANGE_SALT_BYTES] = {1};
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    value_encode(&b, &v);
    struct edit set = {.op = CHANGE_SET,
                       .path = "note",
                       .value = b.data,
                       .value_bytes = b.size};
    struct edit late[] = {set, set}, citer = set;
    late[0].path = "other";
    citer.replaces = &future;
    citer.replaces_nr = 1;
    struct save save = {.stream = stream_of_id(STREAM_CASE, &id),
                        .record = id,
                        .kind = "case",
                        .author = "worker",
                        .at_ms = 5,
                        .edits = &citer,
                        .edits_nr = 1};
    MUST(change_append(o.store, &save, e));
    save.epoch = future.epoch;
    save.first_seq = 1;
    save.edits = late;
    save.edits_nr = 2;
    arrives(&o, &save, seed);
    assert_int_equal(office_values(&o, &id, "note", text, sizeof text), 1);
    assert_int_equal(office_values(&o, &id, "other", text, sizeof text), 1);
    MUST(verify_all(o.store, &counted, e));
    buf_release(&b);
    office_close(&o);
}

static void an_edit_of_another_scope_is_set_aside_not_lost(void **state)
{
    struct trio t;
    struct intake_count count;
    struct office stranger;
    int64_t aside = 0;
    (void)state;
    trio_open(&t);
    office_open(&stranger, "Elsewhere", "ET010101", 99);
    office_admit(&t.hub, &stranger);
    /* it somehow holds the case: opened under the same id */
    struct buf b = BUF_INIT(100);
    struct value v = {.type = VALUE_TEXT, .text = "ET010101", .text_bytes = 8};
    value_encode(&b, &v);
    struct edit create = {.op = CHANGE_CREATE,
                          .path = "",
                          .value = b.data,
                          .value_bytes = b.size};
    struct save save = {.stream = stream_of_id(STREAM_CASE, &t.id),
                        .record = t.id,
                        .kind = "case",
                        .author = "worker",
                        .at_ms = 5,
                        .edits = &create,
                        .edits_nr = 1};
    MUST(change_append(stranger.store, &save, e));
    office_set(&stranger, &t.id, "given_name", "Forged", false);
    MUST(office_send(&stranger, &t.hub, &count, e));
    assert_int_equal(count.set_aside, 2);
    office_set(&stranger, &t.id, "given_name", "Forged again", true);
    MUST(office_send(&stranger, &t.hub, &count, e));
    assert_int_equal(count.set_aside, 1);
    MUST(db_get_int(store_db(t.hub.store), "SELECT COUNT(*) FROM quarantine",
                    DB_NOTHING, 0, &aside, e));
    assert_int_equal(aside, 3);
    MUST(office_fetch(&t.kebele, &t.hub, &count, e));
    char text[64];
    office_values(&t.kebele, &t.id, "given_name", text, sizeof text);
    assert_string_equal(text, "Selam");
    buf_release(&b);
    office_close(&stranger);
    trio_close(&t);
}

static void facts_of_a_place_come_from_any_office_into_one_record(void **state)
{
    struct trio t;
    struct stream place = stream_of_place("ET041114/03");
    struct id id = entity_once_id(&place, "community");
    struct buf b = BUF_INIT(100);
    struct value v = {.type = VALUE_TEXT, .text = "Quiet", .text_bytes = 5};
    struct pool *pool = pool_new();
    struct entity_list list;
    (void)state;
    trio_open(&t);
    value_encode(&b, &v);
    struct office *writers[] = {&t.transit, &t.kebele};
    for (size_t i = 0; i < ARR_NR(writers); i++) {
        struct edit edits[] = {{.op = CHANGE_CREATE, .path = ""},
                               {.op = CHANGE_SET,
                                .path = "C_SE_1_text",
                                .value = b.data,
                                .value_bytes = b.size}};
        struct save save = {.stream = place,
                            .record = id,
                            .kind = "community",
                            .author = "worker",
                            .at_ms = 5,
                            .edits = edits,
                            .edits_nr = ARR_NR(edits)};
        MUST(change_append(writers[i]->store, &save, e));
    }
    trio_sync(&t);
    MUST(entity_list_load(t.kebele.store, &place, pool, &list, e));
    assert_int_equal(list.nr, 1);
    assert_int_equal(list.items[0].values_nr, 2); /* both stand */
    pool_free(pool);
    buf_release(&b);
    trio_close(&t);
}

static void a_frame_with_a_wrong_signature_leaves_nothing(void **state)
{
    struct trio t;
    struct err err = ERR_INIT;
    (void)state;
    trio_open(&t);
    int64_t before = 0, after = 0;
    MUST(db_get_int(store_db(t.hub.store), "SELECT COUNT(*) FROM change",
                    DB_NOTHING, 0, &before, e));
    office_set(&t.transit, &t.id, "given_name", "X", true);
    t.transit.prev[0] ^= 1; /* cites another previous frame than was sent */
    struct intake_from how = {.site_no = t.transit.site_no,
                              .sign_public = store_sign_public(t.kebele.store),
                              .number = 2};
    struct intake *in = intake_begin(t.hub.store, &how, &err);
    uint8_t sig[FRAME_SIG_BYTES] = {0};
    struct intake_count count;
    assert_non_null(in);
    assert_false(intake_end(in, sig, &count, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    MUST(db_get_int(store_db(t.hub.store), "SELECT COUNT(*) FROM change",
                    DB_NOTHING, 0, &after, e));
    assert_int_equal(before, after);
    trio_close(&t);
}

static void the_gate_refuses_what_no_one_may_write(void **state)
{
    struct office o;
    struct err err = ERR_INIT;
    struct buf b = BUF_INIT(100000);
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    struct edit edit = {.op = CHANGE_SET, .path = "note"};
    struct save save = {.stream = stream_of_id(STREAM_CASE, &id),
                        .record = id,
                        .kind = "case",
                        .author = "worker",
                        .edits = &edit,
                        .edits_nr = 1};
    static char big[VALUE_TEXT_BYTES_MAX + 100];
    memset(big, 'a', sizeof big);
    const struct {
        const char *text;
        size_t n;
    } bad[] = {{"\x1b[2J", 4}, {"\xff\xfe", 2}, {big, sizeof big}};
    for (size_t i = 0; i < ARR_NR(bad); i++) {
        struct value v = {
            .type = VALUE_TEXT, .text = bad[i].text, .text_bytes = bad[i].n};
        buf_clear(&b);
        value_encode(&b, &v);
        edit.value = b.data;
        edit.value_bytes = b.size;
        assert_false(change_append(o.store, &save, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    edit.value_bytes = 0;
    save.kind = "visit"; /* a record keeps its kind */
    assert_false(change_append(o.store, &save, &err));
    save.kind = "case";
    struct id other = office_open_case(&o, "ET041114/03", "Hirut");
    save.stream = stream_of_id(STREAM_CASE, &other); /* and its case */
    assert_false(change_append(o.store, &save, &err));
    save.record = id_new(store_entropy(o.store)); /* begins without create */
    assert_false(change_append(o.store, &save, &err));
    buf_release(&b);
    office_close(&o);
}

static void verify_names_a_broken_chain_and_rebuild_mends_tables(void **state)
{
    struct office o;
    struct verify_count count;
    struct err err = ERR_INIT;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    office_set(&o, &id, "given_name", "Selamawit", true);
    MUST(verify_all(o.store, &count, e));
    MUST(db_run(store_db(o.store), "DELETE FROM term", DB_NOTHING, e));
    assert_false(verify_all(o.store, &count, &err));
    assert_non_null(strstr(err.text, "rebuild"));
    MUST(fold_rebuild(o.store, e));
    MUST(verify_all(o.store, &count, e));
    MUST(db_run(store_db(o.store),
                "UPDATE change SET value = (SELECT value FROM change"
                " WHERE seq = 2 ORDER BY change_id DESC LIMIT 1)"
                " WHERE change_id = (SELECT MAX(change_id) FROM change)",
                DB_NOTHING, e));
    assert_false(verify_all(o.store, &count, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
    office_close(&o);
}

static void find_folds_spelling_and_pages_by_key(void **state)
{
    struct office o;
    struct casefile room[4];
    struct casefile_page page = {.room = room, .room_nr = 4};
    struct casefile_query all = {.text = NULL};
    int64_t count = 0;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open_case(&o, "ET041114/03", "Selam");
    office_open_case(&o, "ET041114/03", "Almaz");
    office_open_case(&o, "ET041114/05", "\xe1\x88\x80\xe1\x8b\xad\xe1\x88\x8c");
    for (int i = 0; i < 9; i++)
        office_open_case(&o, "ET041114", "Bekele");
    MUST(casefile_page_load(o.store, &all, &page, e));
    assert_int_equal(page.nr, 4);
    assert_string_equal(room[0].name, "Almaz");
    char from[CASEFILE_KEY_BYTES];
    str_copy(from, sizeof from, room[3].sort_key);
    page.from = from;
    MUST(casefile_page_load(o.store, &all, &page, e));
    assert_string_equal(room[0].name, "Bekele");
    page =
        (struct casefile_page){.room = room, .room_nr = 1, .backwards = true};
    MUST(casefile_page_load(o.store, &all, &page, e));
    page = (struct casefile_page){.room = room, .room_nr = 4};
    /* written with another letter of the same sound */
    struct casefile_query ethiopic = {.text = "\xe1\x88\x90\xe1\x8b\xad"};
    MUST(casefile_page_load(o.store, &ethiopic, &page, e));
    assert_int_equal(page.nr, 1);
    struct casefile_query sel = {.text = "SÉL"};
    MUST(casefile_count(o.store, &sel, &count, e));
    assert_int_equal(count, 1);
    struct casefile_query place = {.place = "ET041114/03"};
    MUST(casefile_count(o.store, &place, &count, e));
    assert_int_equal(count, 2);
    place.place = "ET041114/0"; /* another Kebele, though it begins so */
    MUST(casefile_count(o.store, &place, &count, e));
    assert_int_equal(count, 0);
    place.place = "ET0411";
    MUST(casefile_count(o.store, &place, &count, e));
    assert_int_equal(count, 12);
    MUST(casefile_resolve(o.store, "selam", &room[0], e));
    MUST(casefile_resolve(o.store, room[0].number, &room[1], e));
    assert_true(id_equal(&room[0].id, &room[1].id));
    office_close(&o);
}

/* As many as a save may cite, and then the rest. */
static void more_values_than_a_save_may_cite_are_settled_in_two_goes(
    void **state)
{
    enum { VALUES = CHANGE_REPLACES_MAX + 6 };
    struct office o;
    struct dot_set seen;
    char text[32];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    for (int i = 0; i < VALUES; i++) {
        snprintf(text, sizeof text, "Tesfaye %d", i);
        office_set(&o, &id, "father_name", text, false);
    }
    MUST(change_seen(o.store, &id, "case", "father_name", &seen, e));
    assert_int_equal(seen.nr, CHANGE_REPLACES_MAX);
    for (size_t left = VALUES; left > 1;) {
        struct pool *pool = pool_new();
        struct conflict_list l;
        MUST(conflict_list_load(o.store, NULL, pool, &l, e));
        assert_int_equal(l.nr, 1);
        MUST(conflict_settle(o.store, &l.items[0], 0, e));
        pool_free(pool);
        left = left > CHANGE_REPLACES_MAX ? left - CHANGE_REPLACES_MAX + 1 : 1;
        assert_int_equal(
            office_values(&o, &id, "father_name", text, sizeof text), left);
    }
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edit_replaces_what_the_person_saw),
        cmocka_unit_test(an_edit_that_cites_nothing_clashes),
        cmocka_unit_test(
            the_kebele_sees_the_child_and_both_offline_edits_stand),
        cmocka_unit_test(settling_is_one_choice_and_reaches_everyone),
        cmocka_unit_test(
            more_values_than_a_save_may_cite_are_settled_in_two_goes),
        cmocka_unit_test(the_same_answer_from_two_offices_is_no_clash),
        cmocka_unit_test(a_cited_dot_may_arrive_after_its_citer),
        cmocka_unit_test(an_edit_of_another_scope_is_set_aside_not_lost),
        cmocka_unit_test(facts_of_a_place_come_from_any_office_into_one_record),
        cmocka_unit_test(a_frame_with_a_wrong_signature_leaves_nothing),
        cmocka_unit_test(the_gate_refuses_what_no_one_may_write),
        cmocka_unit_test(verify_names_a_broken_chain_and_rebuild_mends_tables),
        cmocka_unit_test(find_folds_spelling_and_pages_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
