/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: no received save, however wrong, is lost, stops the office that sent
 * it, or changes what another office may see: what fits nowhere is set aside
 * with its reason and the rest of the frame is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
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

struct trio {
    struct office hub, transit, kebele;
};

static int open_trio(void **state)
{
    static struct trio t;
    office_open_hub(&t.hub);
    office_open(&t.transit, "Transit centre", "ET1401", 11);
    office_open(&t.kebele, "Kebele 03", "ET041114/03", 12);
    office_admit(&t.hub, &t.transit);
    office_admit(&t.hub, &t.kebele);
    *state = &t;
    return 0;
}

static int close_trio(void **state)
{
    struct trio *t = *state;
    office_close(&t->kebele);
    office_close(&t->transit);
    office_close(&t->hub);
    return 0;
}

static int64_t number(struct office *o, const char *sql)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(o->store), sql, DB_NOTHING, 0, &n, e));
    return n;
}

/* A visit that is only begun. */
static struct save visit(const struct id *case_id, const struct id *record)
{
    static const struct edit create = {.op = CHANGE_CREATE, .path = ""};
    return (struct save){.stream = stream_of_id(STREAM_CASE, case_id),
                         .record = *record,
                         .kind = "visit",
                         .author = "worker",
                         .at_ms = 5,
                         .edits = &create,
                         .edits_nr = 1};
}

/* A frame of saves of one edit, each the first of its chain, as an office could
 * make it that keeps no rules; the signature is right. */
static bool deliver(struct office *from, struct office *hub, struct save *saves,
                    size_t nr, struct intake_count *count, struct err *e)
{
    static const uint8_t seed[CHANGE_SALT_BYTES] = {3};
    struct intake_from how = {.site_no = from->site_no,
                              .sign_public = store_sign_public(from->store),
                              .number = from->frame + 1};
    struct frame_chain_list chains = {0};
    uint8_t salt[CHANGE_SALT_BYTES], digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    bool good = true;
    memcpy(how.prev, from->prev, sizeof how.prev);
    change_salt(seed, salt);
    struct intake *in = intake_begin(hub->store, &how, e);
    for (size_t i = 0; i < nr && good; i++) {
        saves[i].epoch = store_epoch(from->store);
        saves[i].first_seq = 1;
        saves[i].seed = seed;
        ARR_PUSH(&chains) =
            (struct frame_chain){saves[i].epoch, saves[i].stream, 1, {0}};
        uint8_t *head = chains.items[i].head;
        change_head_start(head, saves[i].epoch, &saves[i].stream);
        change_head_next(head, &saves[i], 0, salt);
        good = intake_save(in, &saves[i], e);
    }
    if (good) {
        frame_digest(digest, how.number, how.prev, &chains);
        store_sign(from->store, digest, sizeof digest, sig);
        good = intake_end(in, sig, count, e);
        frame_sig_hash(from->prev, sig);
        from->frame++;
    } else {
        intake_abandon(in);
    }
    frame_chain_list_release(&chains);
    return good;
}

static void a_record_begun_under_two_cases_stops_nobody(void **state)
{
    struct trio *t = *state;
    struct intake_count count;
    struct verify_count counted;
    char text[64];
    struct id at_transit =
        office_open_case(&t->transit, "ET041114/03", "Selam");
    struct id at_kebele = office_open_case(&t->kebele, "ET041114/03", "Hirut");
    struct id record = id_new(store_entropy(t->hub.store));
    struct save one = visit(&at_transit, &record);
    struct save other = visit(&at_kebele, &record);
    MUST(change_append(t->transit.store, &one, e));
    MUST(change_append(t->kebele.store, &other, e));
    MUST(office_send(&t->transit, &t->hub, &count, e));
    MUST(office_send(&t->kebele, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 1);
    MUST(office_fetch(&t->kebele, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 1); /* the other one, at this end */
    struct id later = office_open_case(&t->kebele, "ET041114/03", "Aster");
    MUST(office_send(&t->kebele, &t->hub, &count, e));
    office_values(&t->hub, &later, "given_name", text, sizeof text);
    assert_string_equal(text, "Aster");
    MUST(verify_all(t->hub.store, &counted, e));
    MUST(verify_all(t->kebele.store, &counted, e));
}

static void a_case_begins_with_its_own_record_and_place(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    struct intake_count count;
    struct casefile c;
    struct id nobodys = id_new(store_entropy(t->hub.store));
    struct id record = id_new(store_entropy(t->hub.store));
    struct save early = visit(&nobodys, &record);
    assert_false(change_append(t->transit.store, &early, &err));
    assert_int_equal(number(&t->transit, "SELECT COUNT(*) FROM stream"
                                         " WHERE kind = 1"),
                     0);
    MUST(deliver(&t->transit, &t->hub, &early, 1, &count, e));
    assert_int_equal(count.set_aside, 1);
    /* who opens it later still decides where the child belongs */
    struct buf where = BUF_INIT(100);
    struct value v = {
        .type = VALUE_TEXT, .text = "ET041114/03", .text_bytes = 11};
    value_encode(&where, &v);
    struct edit create = {.op = CHANGE_CREATE,
                          .path = "",
                          .value = where.data,
                          .value_bytes = where.size};
    struct save opening = {.stream = early.stream,
                           .record = nobodys,
                           .kind = "case",
                           .author = "worker",
                           .edits = &create,
                           .edits_nr = 1};
    MUST(change_append(t->kebele.store, &opening, e));
    MUST(office_send(&t->kebele, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 0);
    office_become(&t->hub, "expert"); /* an administrator sees no case */
    MUST(casefile_load(t->hub.store, &nobodys, &c, e));
    assert_string_equal(c.place, "ET041114/03");
    buf_release(&where);
}

static void a_frame_of_too_many_chains_is_refused(void **state)
{
    enum { NR = FRAME_CHAINS_MAX + 1 };
    struct trio *t = *state;
    struct err err = ERR_INIT;
    struct intake_count count;
    struct save *saves = mem_alloc(NR * sizeof *saves);
    for (size_t i = 0; i < NR; i++) {
        struct id id = id_new(store_entropy(t->hub.store));
        saves[i] = visit(&id, &(struct id){{1}});
    }
    assert_false(deliver(&t->transit, &t->hub, saves, NR, &count, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM quarantine"), 0);
    mem_free(saves);
}

static void an_office_cannot_enrol_as_the_hub_itself(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    const struct peer_site plain = {.id = id_new(store_entropy(t->hub.store)),
                                    .name = "Another hub",
                                    .place = "ET",
                                    .roles = "administrator",
                                    .ssh_key = "ssh-ed25519 none",
                                    .sign_public = {9},
                                    .epoch = 77};
    struct peer_site claims[] = {plain, plain, plain};
    claims[0].id = *store_site_id(t->hub.store);
    claims[1].epoch = store_epoch(t->hub.store);
    memcpy(claims[2].sign_public, store_sign_public(t->hub.store),
           STORE_SIGN_BYTES);
    for (size_t i = 0; i < ARR_NR(claims); i++) {
        assert_false(peer_site_add(t->hub.store, &claims[i], &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    claims[0] = plain;
    MUST(peer_site_add(t->hub.store, &claims[0], e));
}

/* Two offices begin the one record of a place without knowing of each other:
 * who began it must not depend on whose line was there first. */
static void who_began_a_record_is_the_same_everywhere(void **state)
{
    struct trio *t = *state;
    struct stream place = stream_of_place("ET041114/03");
    struct id record = entity_once_id(&place, "community");
    struct id case_id = {{0}};
    struct save early = visit(&case_id, &record), late;
    early.stream = place;
    early.kind = "community";
    late = early;
    late.author = "zenebu";
    late.at_ms = early.at_ms + 1;
    MUST(change_append(t->kebele.store, &late, e));
    MUST(change_append(t->transit.store, &early, e));
    MUST(office_send(&t->kebele, &t->hub, NULL, e));
    MUST(office_send(&t->transit, &t->hub, NULL, e));
    MUST(office_fetch(&t->kebele, &t->hub, NULL, e));
    struct office *holders[] = {&t->hub, &t->transit, &t->kebele};
    for (size_t i = 0; i < ARR_NR(holders); i++) {
        struct pool *pool = pool_new();
        struct entity x;
        MUST(entity_load(holders[i]->store, &record, pool, &x, e));
        assert_int_equal(x.created_ms, early.at_ms);
        assert_string_equal(x.author, "worker");
        pool_free(pool);
    }
}

static void what_comes_twice_is_taken_once(void **state)
{
    struct trio *t = *state;
    struct intake_count count;
    struct verify_count counted;
    struct id id = office_open_case(&t->transit, "ET041114/03", "Selam");
    office_set(&t->transit, &id, "given_name", "Selamawit", true);
    MUST(office_send(&t->transit, &t->hub, NULL, e));
    int64_t before = number(&t->hub, "SELECT COUNT(*) FROM change");
    t->transit.sent = 0; /* as if no acknowledgement had come */
    MUST(office_send(&t->transit, &t->hub, &count, e));
    assert_in_range(count.repeated, 2, 10);
    assert_int_equal(count.saves + count.set_aside, 0);
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM change"), before);
    MUST(verify_all(t->hub.store, &counted, e));
}

/* The PC was copied: both go on under one epoch, with one number for two
 * different changes. */
static void of_a_fork_both_contents_are_kept(void **state)
{
    struct trio *t = *state;
    struct office copy;
    struct intake_count count;
    struct verify_count counted;
    char text[64];
    office_open(&copy, "Transit centre", "ET1401", 11);
    struct id id = office_open_case(&t->transit, "ET041114/03", "Selam");
    struct id same = office_open_case(&copy, "ET041114/03", "Hirut");
    assert_true(id_equal(&id, &same));
    MUST(office_send(&t->transit, &t->hub, NULL, e));
    copy.site_no = t->transit.site_no;
    copy.frame = t->transit.frame;
    memcpy(copy.prev, t->transit.prev, sizeof copy.prev);
    MUST(office_send(&copy, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 1);
    office_values(&t->hub, &id, "given_name", text, sizeof text);
    assert_string_equal(text, "Selam");
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM quarantine"
                                     " WHERE reason = 'fork'"
                                     " AND INSTR(save, 'Hirut') > 0"),
                     1);
    MUST(verify_all(t->hub.store, &counted, e));
    office_close(&copy);
}

/* The name of a form is not hashed, its version is: a save that calls a known
 * version by another name would land in other fields. */
static void a_form_is_called_by_its_name(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    const struct formdef *d = formdef_current(t->hub.store, "visit", &err);
    struct id case_id = office_open_case(&t->transit, "ET041114/03", "Selam");
    struct id record = id_new(store_entropy(t->hub.store));
    struct save wrong = visit(&case_id, &record);
    wrong.form = d->hash;
    wrong.form_id = "registration";
    assert_false(change_append(t->transit.store, &wrong, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    wrong.form_id = "visit";
    MUST(change_append(t->transit.store, &wrong, e));
}

#define IN_TRIO(f) cmocka_unit_test_setup_teardown(f, open_trio, close_trio)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TRIO(what_comes_twice_is_taken_once),
        IN_TRIO(of_a_fork_both_contents_are_kept),
        IN_TRIO(a_form_is_called_by_its_name),
        IN_TRIO(a_record_begun_under_two_cases_stops_nobody),
        IN_TRIO(a_case_begins_with_its_own_record_and_place),
        IN_TRIO(a_frame_of_too_many_chains_is_refused),
        IN_TRIO(an_office_cannot_enrol_as_the_hub_itself),
        IN_TRIO(who_began_a_record_is_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
