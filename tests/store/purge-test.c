/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two people end a case, and then nothing of it is left at any office
 * that held it or at the hub, while every chain still verifies, whatever an
 * office without a line wrote meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/store_int.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "store/worker.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

struct trio {
    struct office hub, transit, kebele;
    struct pool *pool;
};

/* Who sits at the desk now. */
static void sit_down(struct office *o, const char *login, const char *role)
{
    str_copy(o->store->login, sizeof o->store->login, login);
    str_copy(o->store->role, sizeof o->store->role, role);
}

static int open_trio(void **state)
{
    static struct trio t;
    office_open_hub(&t.hub);
    office_open(&t.transit, "Transit centre", "ET0411", 11);
    office_open(&t.kebele, "Kebele 03", "ET041114/03", 12);
    office_admit(&t.hub, &t.transit);
    office_admit(&t.hub, &t.kebele);
    MUST(office_write_user(t.transit.store, "almaz", "case-manager", e));
    MUST(office_write_user(t.kebele.store, "bekele", "case-manager", e));
    t.pool = pool_new();
    *state = &t;
    return 0;
}

static int close_trio(void **state)
{
    struct trio *t = *state;
    pool_free(t->pool);
    office_close(&t->kebele);
    office_close(&t->transit);
    office_close(&t->hub);
    return 0;
}

static void sync_once(struct trio *t, struct office *o)
{
    MUST(office_send(o, &t->hub, NULL, e));
    MUST(office_fetch(o, &t->hub, NULL, e));
}

/* Everything everywhere, in two rounds. */
static void sync_all(struct trio *t)
{
    for (int i = 0; i < 2; i++) {
        sync_once(t, &t->transit);
        sync_once(t, &t->kebele);
    }
}

/* A case that both offices hold and wrote into. */
static struct id shared_case(struct trio *t)
{
    struct id id = office_open_case(&t->transit, "ET041114/03", "CanaryGiven");
    office_set(&t->transit, &id, "notes", "CanaryFirst", true);
    sync_all(t);
    office_set(&t->kebele, &id, "notes", "CanarySecond", true);
    office_set(&t->kebele, &id, "phone", "CanaryPhone", true);
    sync_all(t);
    return id;
}

static void verify_ok(struct office *o)
{
    struct verify_count count;
    MUST(verify_all(o->store, &count, e));
}

static int64_t number(struct office *o, const char *sql)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(o->store), sql, DB_NOTHING, 0, &n, e));
    return n;
}

/* Whether any table of the office still says the word. */
static int64_t mentions(struct office *o)
{
    return number(o, "SELECT (SELECT COUNT(*) FROM change WHERE"
                     "  instr(value, CAST('Canary' AS BLOB)))"
                     " + (SELECT COUNT(*) FROM quarantine WHERE"
                     "  instr(save, CAST('Canary' AS BLOB)))"
                     " + (SELECT COUNT(*) FROM casefile"
                     "  WHERE name LIKE '%Canary%')"
                     " + (SELECT COUNT(*) FROM term"
                     "  WHERE term LIKE '%canary%')"
                     " + (SELECT COUNT(*) FROM draft WHERE"
                     "  instr(answers, CAST('Canary' AS BLOB)))");
}

static struct approval ask_for_purge(struct trio *t, struct office *o,
                                     const struct id *case_id)
{
    struct approval a = {0};
    struct id request;
    MUST(purge_request(o->store, case_id, "retention", &request, e));
    MUST(approval_load(o->store, &request, t->pool, &a, e));
    return a;
}

static void purge_by_two(struct trio *t, const struct id *case_id)
{
    sit_down(&t->transit, "worker", "social-worker");
    struct approval a = ask_for_purge(t, &t->transit, case_id);
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
}

static void a_case_is_gone_everywhere_and_its_chains_verify(void **state)
{
    struct trio *t = *state;
    struct purge_list l;
    struct id id = shared_case(t);
    struct id other = office_open_case(&t->transit, "ET041114/03", "Hirut");
    sync_all(t);
    purge_by_two(t, &id);
    assert_int_equal(mentions(&t->transit), 0);
    assert_true(mentions(&t->hub) > 0);
    sync_all(t);
    struct office *all[] = {&t->hub, &t->transit, &t->kebele};
    for (size_t i = 0; i < ARR_NR(all); i++) {
        struct casefile c;
        struct err err = ERR_INIT;
        assert_int_equal(mentions(all[i]), 0);
        verify_ok(all[i]);
        MUST(fold_rebuild(all[i]->store, e));
        verify_ok(all[i]);
        assert_false(casefile_load(all[i]->store, &id, &c, &err));
        MUST(casefile_load(all[i]->store, &other, &c, e));
        MUST(purge_list_load(all[i]->store, t->pool, &l, e));
        assert_int_equal(l.nr, 1);
        assert_string_equal(l.items[0].reason, "retention");
        assert_string_equal(l.items[0].asked_by, "worker");
        assert_string_equal(l.items[0].decided_by, "almaz");
        assert_true(id_equal(&l.items[0].case_id, &id));
        assert_int_equal(number(all[i], "SELECT COUNT(*) FROM quarantine"), 0);
    }
}

static void late_work_of_an_office_without_a_line_verifies(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    struct id id = shared_case(t);
    purge_by_two(t, &id);
    sync_once(t, &t->transit);
    /* the kebele knows nothing yet, and goes on writing */
    office_set(&t->kebele, &id, "notes", "CanaryLate", true);
    office_set(&t->kebele, &id, "phone", "CanaryLater", true);
    MUST(office_send(&t->kebele, &t->hub, NULL, e));
    assert_int_equal(mentions(&t->hub), 0);
    verify_ok(&t->hub);
    /* still without having fetched: more of the same chain */
    office_set(&t->kebele, &id, "notes", "CanaryLatest", true);
    MUST(office_send(&t->kebele, &t->hub, NULL, e));
    verify_ok(&t->hub);
    sync_all(t);
    verify_ok(&t->kebele);
    verify_ok(&t->transit);
    assert_int_equal(mentions(&t->kebele), 0);
    assert_int_equal(mentions(&t->transit), 0);
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM quarantine"), 0);
    assert_false(purge_check_open(t->kebele.store,
                                  &(struct stream){.kind = STREAM_CASE,
                                                   .size = sizeof id.bytes},
                                  &err) == false);
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    assert_false(purge_check_open(t->kebele.store, &stream, &err));
    assert_int_equal(err.code, ERR_DENIED);
    /* every chain has the same head everywhere */
    for (int i = 0; i < 2; i++) {
        struct office *o = i == 0 ? &t->transit : &t->kebele;
        assert_int_equal(
            number(o, "SELECT SUM(last_seq) FROM chain h JOIN stream t"
                      " ON t.stream_id = h.stream_id WHERE t.kind = 1"),
            number(&t->hub, "SELECT SUM(last_seq) FROM chain h JOIN stream t"
                            " ON t.stream_id = h.stream_id WHERE t.kind = 1"));
    }
}

static void what_was_never_sent_goes_up_erased(void **state)
{
    struct trio *t = *state;
    struct intake_count count;
    struct id id = office_open_case(&t->transit, "ET041114/03", "CanaryNew");
    office_set(&t->transit, &id, "notes", "CanaryNote", true);
    purge_by_two(t, &id);
    MUST(office_send(&t->transit, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 0);
    assert_int_equal(mentions(&t->hub), 0);
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM purge"), 1);
    sync_all(t);
    verify_ok(&t->hub);
    verify_ok(&t->transit);
    verify_ok(&t->kebele);
}

static void an_office_that_joins_later_learns_only_that_it_ended(void **state)
{
    struct trio *t = *state;
    struct office late;
    struct intake_count count;
    struct id id = shared_case(t);
    purge_by_two(t, &id);
    sync_all(t);
    office_open(&late, "Woreda", "ET041114", 13);
    office_admit(&t->hub, &late);
    MUST(office_fetch(&late, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 0);
    assert_int_equal(number(&late, "SELECT COUNT(*) FROM purge"), 1);
    assert_int_equal(number(&late, "SELECT COUNT(*) FROM casefile"), 0);
    verify_ok(&late);
    office_close(&late);
}

static void it_takes_two(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    struct id id = shared_case(t);
    sit_down(&t->transit, "almaz", "case-manager");
    struct approval a = ask_for_purge(t, &t->transit, &id);
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(err.code, ERR_DENIED);
    sit_down(&t->transit, "worker", "social-worker");
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_false(purge_carry_out(t->transit.store, &a, &err));
    assert_int_equal(number(&t->transit, "SELECT COUNT(*) FROM purge"), 0);
    /* another office that holds the case decides */
    sync_all(t);
    sit_down(&t->kebele, "bekele", "case-manager");
    MUST(approval_load(t->kebele.store, &a.id, t->pool, &a, e));
    assert_string_equal(a.asked_by, "almaz");
    MUST(verdict_give(t->kebele.store, &a, APPROVAL_APPROVED, NULL, e));
    sync_all(t);
    assert_int_equal(mentions(&t->transit), 0);
    assert_int_equal(mentions(&t->hub), 0);
    verify_ok(&t->hub);
}

static void a_purge_nobody_approved_is_set_aside(void **state)
{
    struct trio *t = *state;
    struct intake_count count;
    struct id id = shared_case(t);
    sit_down(&t->transit, "worker", "social-worker");
    struct approval a = ask_for_purge(t, &t->transit, &id);
    a.state = APPROVAL_APPROVED; /* a program that keeps no rules */
    MUST(purge_carry_out(t->transit.store, &a, e));
    MUST(office_send(&t->transit, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 1);
    assert_true(mentions(&t->hub) > 0);
    assert_int_equal(number(&t->hub, "SELECT COUNT(*) FROM purge"), 0);
    verify_ok(&t->hub);
}

/* What a program that keeps no rules writes into the log. */
static void write_state(struct office *o, const struct approval *a,
                        const char *text)
{
    struct buf b = BUF_INIT(100);
    struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    value_encode(&b, &v);
    struct edit edit = {.op = CHANGE_SET,
                        .path = "state",
                        .value = b.data,
                        .value_bytes = b.size};
    struct save save = {.stream = a->stream,
                        .record = a->id,
                        .kind = "approval",
                        .author = store_login(o->store),
                        .edits = &edit,
                        .edits_nr = 1};
    MUST(change_append(o->store, &save, e));
    buf_release(&b);
}

static void who_asked_approves_in_vain_and_no_outweighs_yes(void **state)
{
    struct trio *t = *state;
    struct id id = shared_case(t);
    sit_down(&t->transit, "worker", "social-worker");
    struct approval a = ask_for_purge(t, &t->transit, &id);
    write_state(&t->transit, &a, "approved");
    MUST(approval_load(t->transit.store, &a.id, t->pool, &a, e));
    assert_int_equal(a.state, APPROVAL_OPEN);
    sit_down(&t->transit, "almaz", "case-manager");
    write_state(&t->transit, &a, "approved-alone"); /* she is not the asker */
    MUST(approval_load(t->transit.store, &a.id, t->pool, &a, e));
    assert_int_equal(a.state, APPROVAL_OPEN);
    write_state(&t->transit, &a, "refused");
    write_state(&t->transit, &a, "approved");
    MUST(approval_load(t->transit.store, &a.id, t->pool, &a, e));
    assert_int_equal(a.state, APPROVAL_REFUSED);
}

static void the_only_one_of_an_office_decides_and_it_shows(void **state)
{
    struct trio *t = *state;
    struct office lone;
    struct purge_list l;
    office_open(&lone, "Lone post", "ET0412", 14);
    struct id id = office_open_case(&lone, "ET0412", "CanaryLone");
    struct approval a = ask_for_purge(t, &lone, &id);
    MUST(verdict_give(lone.store, &a, APPROVAL_APPROVED, NULL, e));
    assert_int_equal(mentions(&lone), 0);
    MUST(purge_list_load(lone.store, t->pool, &l, e));
    assert_true(l.items[0].alone);
    MUST(approval_load(lone.store, &a.id, t->pool, &a, e));
    assert_true(a.alone);
    verify_ok(&lone);
    office_close(&lone);
}

static void nobody_is_said_to_work_on_a_purged_case(void **state)
{
    struct trio *t = *state;
    struct office lone;
    struct worker_list who;
    office_open(&lone, "Lone post", "ET0412", 14);
    struct id id = office_open_case(&lone, "ET0412", "CanaryLone");
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    MUST(worker_list_load(lone.store, &stream, t->pool, &who, e));
    assert_int_equal(who.nr, 1);
    struct approval a = ask_for_purge(t, &lone, &id);
    MUST(verdict_give(lone.store, &a, APPROVAL_APPROVED, NULL, e));
    MUST(worker_list_load(lone.store, &stream, t->pool, &who, e));
    assert_int_equal(who.nr, 0);
    office_close(&lone);
}

static void a_held_case_stays(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    struct id id = shared_case(t), request;
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    struct approval purge, hold;
    struct hold h;
    sit_down(&t->transit, "worker", "social-worker");
    purge = ask_for_purge(t, &t->transit, &id);
    MUST(hold_request(t->transit.store, &stream, true, "a court asked",
                      &request, e));
    MUST(approval_load(t->transit.store, &request, t->pool, &hold, e));
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(verdict_give(t->transit.store, &hold, APPROVAL_APPROVED, NULL, e));
    assert_false(
        verdict_give(t->transit.store, &purge, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(err.code, ERR_DENIED);
    MUST(approval_load(t->transit.store, &purge.id, t->pool, &purge, e));
    assert_int_equal(purge.state, APPROVAL_OPEN);
    /* the hold travels, and ends by two */
    sync_all(t);
    MUST(hold_load(t->kebele.store, &stream, t->pool, &h, e));
    assert_true(h.held);
    sit_down(&t->kebele, "worker", "social-worker");
    MUST(hold_request(t->kebele.store, &stream, false, "the court is done",
                      &request, e));
    sync_all(t);
    MUST(approval_load(t->transit.store, &request, t->pool, &hold, e));
    MUST(verdict_give(t->transit.store, &hold, APPROVAL_APPROVED, NULL, e));
    MUST(verdict_give(t->transit.store, &purge, APPROVAL_APPROVED, NULL, e));
    sync_all(t);
    assert_int_equal(mentions(&t->kebele), 0);
    verify_ok(&t->kebele);
    verify_ok(&t->hub);
}

static void requests_end_by_refusal_withdrawal_and_time(void **state)
{
    struct trio *t = *state;
    struct err err = ERR_INIT;
    int64_t open = 0;
    struct id id = shared_case(t);
    sit_down(&t->transit, "worker", "social-worker");
    struct approval a = ask_for_purge(t, &t->transit, &id);
    struct id again;
    assert_false(purge_request(t->transit.store, &id, "retention", &again,
                               &err)); /* it waits already */
    MUST(approval_count_open(t->transit.store, &open, e));
    assert_int_equal(open, 1);
    sit_down(&t->transit, "almaz", "case-manager");
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_REFUSED, " ", &err));
    MUST(verdict_give(t->transit.store, &a, APPROVAL_REFUSED,
                      "the family still asks", e));
    MUST(approval_load(t->transit.store, &a.id, t->pool, &a, e));
    assert_int_equal(a.state, APPROVAL_REFUSED);
    assert_string_equal(a.decided_reason, "the family still asks");
    MUST(approval_count_open(t->transit.store, &open, e));
    assert_int_equal(open, 0);
    a = ask_for_purge(t, &t->transit, &id);
    MUST(verdict_give(t->transit.store, &a, APPROVAL_WITHDRAWN, NULL, e));
    sit_down(&t->transit, "worker", "social-worker");
    a = ask_for_purge(t, &t->transit, &id);
    assert_false(
        verdict_give(t->kebele.store, &a, APPROVAL_WITHDRAWN, NULL, &err) &&
        false);
    t->transit.now_ms += INT64_C(31) * 24 * 60 * 60 * 1000;
    MUST(approval_load(t->transit.store, &a.id, t->pool, &a, e));
    assert_int_equal(a.state, APPROVAL_EXPIRED);
    sit_down(&t->transit, "almaz", "case-manager");
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    verify_ok(&t->transit);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_trio, close_trio)
    const struct CMUnitTest tests[] = {
        CASE(a_case_is_gone_everywhere_and_its_chains_verify),
        CASE(late_work_of_an_office_without_a_line_verifies),
        CASE(what_was_never_sent_goes_up_erased),
        CASE(an_office_that_joins_later_learns_only_that_it_ended),
        CASE(it_takes_two),
        CASE(a_purge_nobody_approved_is_set_aside),
        CASE(who_asked_approves_in_vain_and_no_outweighs_yes),
        CASE(the_only_one_of_an_office_decides_and_it_shows),
        CASE(nobody_is_said_to_work_on_a_purged_case),
        CASE(a_held_case_stays),
        CASE(requests_end_by_refusal_withdrawal_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
