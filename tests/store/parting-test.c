/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two people, and never one, take two cases of a child for one: lists
 * show one, both numbers find it, what both say differently clashes until
 * somebody chooses, and every office sees the same. Two people part them
 * again, and each case says what was entered for it. A purge takes both. The
 * last settling can be taken back. What an office merges or parts without two
 * people is set aside at the hub, with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/approval.h"
#include "store/aside.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/fold.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/store_int.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* A transit centre and a zone above it, each with the case it opened. */
struct two {
    struct office hub, transit, zone;
    struct pool *pool;
    struct id a, b; /* Hirut of the transit centre, Hiruut of the zone */
};

/* Who sits at the desk from now on. */
static void sit_down(struct office *o, const char *login, const char *role)
{
    str_copy(o->store->login, sizeof o->store->login, login);
    str_copy(o->store->role, sizeof o->store->role, role);
    o->now_ms += 60000;
}

static struct id open_child(struct office *o, int n, const char *given,
                            const char *age)
{
    char line[600], text[ID_TEXT_BYTES];
    struct id id;
    bool saved = false;
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    snprintf(line, sizeof line,
             "{\"case\":\"%s\",\"form\":\"registration\","
             "\"place\":\"ET041114/03\",\"set\":{"
             "\"given_name\":\"%s\",\"father_name\":\"Tola\","
             "\"grandfather_name\":\"Gebre\",\"sex\":\"female\","
             "\"birth_precision\":\"age\",\"age_years\":\"%s\"}}",
             text, given, age);
    MUST(apply_line(o->store, line, strlen(line), &saved, e));
    assert_true(saved);
    return id;
}

/* An edit by who sits there, over what the office shows. */
static void edit(struct office *o, const struct id *case_id, const char *name,
                 const char *text)
{
    char line[400], id[ID_TEXT_BYTES];
    bool saved = false;
    id_print(case_id, id);
    snprintf(line, sizeof line,
             "{\"case\":\"%s\",\"record\":\"%s\",\"form\":\"registration\","
             "\"set\":{\"%s\":\"%s\"}}",
             id, id, name, text);
    MUST(apply_line(o->store, line, strlen(line), &saved, e));
    assert_true(saved);
}

static void sync_once(struct two *t, struct office *o)
{
    MUST(office_send(o, &t->hub, NULL, e));
    MUST(office_fetch(o, &t->hub, NULL, e));
}

static void sync_all(struct two *t)
{
    for (int i = 0; i < 2; i++) {
        sync_once(t, &t->transit);
        sync_once(t, &t->zone);
    }
}

static int begin(void **state)
{
    static struct two t;
    office_open_hub(&t.hub);
    office_open(&t.transit, "Transit centre", "ET041114", 21);
    office_open(&t.zone, "Bale zone", "ET0411", 22);
    office_admit(&t.hub, &t.transit);
    office_admit(&t.hub, &t.zone);
    MUST(office_write_user(t.transit.store, "almaz", "case-manager", e));
    MUST(office_write_user(t.zone.store, "bekele", "case-manager", e));
    t.pool = pool_new();
    t.a = open_child(&t.transit, 1, "Hirut", "12");
    t.b = open_child(&t.zone, 2, "Hiruut", "12");
    sync_all(&t);
    sit_down(&t.transit, "dawit", "case-manager");
    sit_down(&t.zone, "bekele", "case-manager");
    *state = &t;
    return 0;
}

static int end(void **state)
{
    struct two *t = *state;
    pool_free(t->pool);
    office_close(&t->zone);
    office_close(&t->transit);
    office_close(&t->hub);
    return 0;
}

static struct approval ask(struct two *t, const char *kind)
{
    struct approval a = {0};
    struct id request;
    const struct approval_ask asked = {
        .kind = kind,
        .stream = stream_of_id(STREAM_CASE, &t->b),
        .other = stream_of_id(STREAM_CASE, &t->a),
        .reason = "the mother says so"};
    MUST(approval_request(t->transit.store, &asked, &request, e));
    MUST(approval_load(t->transit.store, &request, t->pool, &a, e));
    return a;
}

static struct approval by_two(struct two *t, const char *kind)
{
    sit_down(&t->transit, "dawit", "social-worker");
    struct approval a = ask(t, kind);
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
    return a;
}

static int64_t listed(struct office *o, const char *text)
{
    const struct casefile_query query = {.text = text, .notes = true};
    int64_t nr = 0;
    MUST(casefile_count(o->store, &query, &nr, e));
    return nr;
}

static struct casefile found(struct office *o, const char *text)
{
    struct casefile room[2];
    struct casefile_page page = {.room = room, .room_nr = 2};
    const struct casefile_query query = {.text = text};
    MUST(casefile_page_load(o->store, &query, &page, e));
    assert_int_equal(page.nr, 1);
    return room[0];
}

static int64_t clashes(struct office *o, struct two *t)
{
    struct casefile c;
    struct casefile_tally tally;
    struct conflict_list all, one;
    MUST(casefile_load(o->store, &t->a, &c, e));
    MUST(casefile_tally_load(o->store, &tally, e));
    MUST(conflict_list_load(o->store, NULL, t->pool, &all, e));
    MUST(conflict_list_load(o->store, &t->a, t->pool, &one, e));
    assert_int_equal(tally.clashes, c.clashes);
    assert_int_equal(all.nr, c.clashes);
    assert_int_equal(one.nr, c.clashes);
    return c.clashes;
}

static void check_whole(struct two *t)
{
    struct office *all[] = {&t->transit, &t->zone, &t->hub};
    struct verify_count count;
    for (size_t i = 0; i < ARR_NR(all); i++)
        MUST(verify_all(all[i]->store, &count, e));
}

/* What stands in a case for a question that does not clash within it. */
static void says(struct two *t, struct office *o, const struct id *case_id,
                 const char *name, const char *answer)
{
    struct entity x;
    MUST(entity_load(o->store, case_id, t->pool, &x, e));
    assert_string_equal(entity_value_named(&x, name)->answer, answer);
    assert_int_equal(x.clashes_nr, 0);
}

/* ---- one ---- */

static void one_person_alone_makes_nothing_one(void **state)
{
    struct two *t = *state;
    struct err err = ERR_INIT;
    struct approval a = ask(t, "merge");
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_int_equal(listed(&t->transit, NULL), 2);
}

static void two_people_make_one_everywhere(void **state)
{
    struct two *t = *state;
    struct office *all[] = {&t->transit, &t->zone};
    char number[ID_NUMBER_BYTES];
    by_two(t, "merge");
    sync_all(t);
    id_print_number(&t->b, number);
    for (size_t i = 0; i < ARR_NR(all); i++) {
        struct casefile c = found(all[i], number);
        assert_true(id_equal(&c.id, &t->a));
        memmove(number + 4, number + 5, strlen(number + 4)); /* no hyphen */
        c = found(all[i], number);
        assert_true(id_equal(&c.id, &t->a));
        id_print_number(&t->b, number);
        c = found(all[i], "Hiruut Tola");
        assert_true(id_equal(&c.id, &t->a));
        assert_int_equal(listed(all[i], NULL), 1);
        assert_int_equal(clashes(all[i], t), 1);
    }
    check_whole(t);
    MUST(fold_rebuild(t->zone.store, e));
    assert_int_equal(clashes(&t->zone, t), 1);
    check_whole(t);
}

/* Who looks after offices from above changes no case, but what he approves is
 * done, and the hub takes it. */
static void an_expert_approves_and_it_is_done(void **state)
{
    struct two *t = *state;
    struct approval a;
    struct intake_count count;
    struct id request = ask(t, "merge").id;
    sync_all(t);
    MUST(office_write_user(t->zone.store, "feven", "expert", e));
    sit_down(&t->zone, "feven", "expert");
    MUST(approval_load(t->zone.store, &request, t->pool, &a, e));
    MUST(verdict_give(t->zone.store, &a, APPROVAL_APPROVED, NULL, e));
    MUST(office_send(&t->zone, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 0);
    sync_all(t);
    assert_int_equal(listed(&t->transit, NULL), 1);
    check_whole(t);
}

/* ---- what both say differently ---- */

static struct conflict the_clash(struct two *t, struct office *o)
{
    struct conflict_list l;
    MUST(conflict_list_load(o->store, &t->a, t->pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_int_equal(l.items[0].nr, 2);
    return l.items[0];
}

static void the_other_name_is_chosen_and_both_cases_keep_theirs(void **state)
{
    struct two *t = *state;
    by_two(t, "merge");
    struct conflict c = the_clash(t, &t->transit);
    assert_string_equal(c.entity.values[c.first].answer, "Hirut");
    assert_string_equal(c.entity.values[c.first + 1].answer, "Hiruut");
    assert_non_null(c.entity.values[c.first + 1].from);
    MUST(conflict_settle(t->transit.store, &c, 1, e));
    sync_all(t);
    assert_int_equal(clashes(&t->transit, t), 0);
    assert_int_equal(clashes(&t->zone, t), 0);
    says(t, &t->zone, &t->a, "given_name", "Hiruut");
    says(t, &t->zone, &t->b, "given_name", "Hiruut");
    MUST(conflict_undo(t->transit.store, &t->a, e));
    sync_all(t);
    assert_int_equal(clashes(&t->zone, t), 1);
    says(t, &t->zone, &t->a, "given_name", "Hirut");
    check_whole(t);
}

static void what_was_weighed_clashes_again_once_it_changes(void **state)
{
    struct two *t = *state;
    struct err err = ERR_INIT;
    by_two(t, "merge");
    struct conflict c = the_clash(t, &t->transit);
    MUST(conflict_settle(t->transit.store, &c, 0, e));
    assert_int_equal(clashes(&t->transit, t), 0);
    says(t, &t->transit, &t->b, "given_name", "Hiruut");
    edit(&t->transit, &t->a, "given_name", "Hirute");
    assert_int_equal(clashes(&t->transit, t), 0);
    sync_all(t);
    edit(&t->zone, &t->b, "given_name", "Hiwot");
    sync_all(t);
    assert_int_equal(clashes(&t->transit, t), 1);
    assert_int_equal(clashes(&t->zone, t), 1);
    check_whole(t);
    /* nobody else's settling is taken back */
    assert_false(conflict_undo(t->zone.store, NULL, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void a_plain_settling_is_taken_back(void **state)
{
    struct two *t = *state;
    struct err err = ERR_INIT;
    edit(&t->zone, &t->a, "father_name", "Girma");
    edit(&t->transit, &t->a, "father_name", "Tolla");
    sync_all(t);
    struct conflict c = the_clash(t, &t->transit);
    MUST(conflict_settle(t->transit.store, &c, 0, e));
    assert_int_equal(clashes(&t->transit, t), 0);
    MUST(conflict_undo(t->transit.store, NULL, e));
    c = the_clash(t, &t->transit);
    assert_int_equal(clashes(&t->transit, t), 1);
    assert_false(conflict_undo(t->transit.store, NULL, &err));
    MUST(conflict_settle(t->transit.store, &c, 1, e));
    sync_all(t);
    assert_int_equal(clashes(&t->zone, t), 0);
    /* what was changed since is not taken back */
    edit(&t->transit, &t->a, "father_name", "Gobena");
    assert_false(conflict_undo(t->transit.store, NULL, &err));
    check_whole(t);
}

/* ---- two again ---- */

static void two_people_part_them_and_each_keeps_what_is_its(void **state)
{
    struct two *t = *state;
    struct err err = ERR_INIT;
    by_two(t, "merge");
    sync_all(t);
    edit(&t->transit, &t->a, "grandfather_name", "Gebru");
    edit(&t->zone, &t->b, "grandfather_name", "Gabre");
    sit_down(&t->transit, "dawit", "case-manager");
    struct approval a = ask(t, "part");
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(listed(&t->transit, NULL), 1);
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
    sync_all(t);
    assert_int_equal(listed(&t->transit, NULL), 2);
    assert_int_equal(listed(&t->zone, NULL), 2);
    assert_int_equal(clashes(&t->zone, t), 0);
    says(t, &t->zone, &t->a, "grandfather_name", "Gebru");
    says(t, &t->zone, &t->b, "grandfather_name", "Gabre");
    says(t, &t->transit, &t->a, "given_name", "Hirut");
    says(t, &t->transit, &t->b, "given_name", "Hiruut");
    check_whole(t);
}

/* ---- none ---- */

static void purge(struct two *t, const struct id *id, const char *reason)
{
    struct approval a = {0};
    struct id request;
    sit_down(&t->transit, "dawit", "case-manager");
    MUST(purge_request(t->transit.store, id, reason, &request, e));
    MUST(approval_load(t->transit.store, &request, t->pool, &a, e));
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
    sync_all(t);
}

static void a_purge_takes_both(void **state)
{
    struct two *t = *state;
    by_two(t, "merge");
    sync_all(t);
    purge(t, &t->b, "request");
    assert_int_equal(listed(&t->transit, NULL), 0);
    assert_int_equal(listed(&t->zone, NULL), 0);
    check_whole(t);
}

static void nobody_purges_half_a_child(void **state)
{
    struct two *t = *state;
    struct approval a = {0};
    struct id request;
    struct err err = ERR_INIT;
    sit_down(&t->transit, "dawit", "case-manager");
    MUST(purge_request(t->transit.store, &t->a, "request", &request, e));
    MUST(approval_load(t->transit.store, &request, t->pool, &a, e));
    by_two(t, "merge"); /* after it was asked */
    assert_false(
        verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_int_equal(listed(&t->transit, NULL), 1);
}

static void a_double_goes_alone_and_hides_nothing(void **state)
{
    struct two *t = *state;
    by_two(t, "merge");
    sync_all(t);
    purge(t, &t->a, "double");
    assert_int_equal(listed(&t->transit, NULL), 1);
    assert_int_equal(listed(&t->zone, NULL), 1);
    says(t, &t->zone, &t->b, "given_name", "Hiruut");
    check_whole(t);
}

/* ---- what a hub takes ---- */

/* What an office sent is not passed on, and who keeps the hub reads why. */
static void hub_sets_aside(struct two *t, int64_t shown_elsewhere)
{
    struct intake_count count;
    struct aside_list l;
    MUST(office_send(&t->transit, &t->hub, &count, e));
    assert_int_equal(count.set_aside, 1);
    MUST(aside_list_load(t->hub.store, t->pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_string_equal(l.items[0].kind, "duplicate");
    assert_string_equal(l.items[0].reason, "not-approved");
    assert_string_equal(l.items[0].office, "Transit centre");
    sync_once(t, &t->zone);
    assert_int_equal(listed(&t->zone, NULL), shown_elsewhere);
    check_whole(t);
}

/* From here on the transit centre's program keeps no rules. */
static void a_merge_nobody_asked_for_is_set_aside(void **state)
{
    struct two *t = *state;
    MUST(duplicate_merge(t->transit.store, &t->b, &t->a, &t->a, e));
    hub_sets_aside(t, 2);
}

static void a_merge_nobody_approved_is_set_aside(void **state)
{
    struct two *t = *state;
    struct approval a = ask(t, "merge");
    MUST(duplicate_merge(t->transit.store, &t->b, &t->a, &a.id, e));
    hub_sets_aside(t, 2);
}

static void another_case_than_was_approved_is_set_aside(void **state)
{
    struct two *t = *state;
    struct id c = open_child(&t->transit, 3, "Chaltu", "9");
    struct approval a = ask(t, "merge");
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(approval_decide(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
    MUST(duplicate_merge(t->transit.store, &t->b, &c, &a.id, e));
    hub_sets_aside(t, 3);
}

static void parting_alone_is_set_aside(void **state)
{
    struct two *t = *state;
    struct approval a = by_two(t, "merge");
    sync_all(t);
    MUST(duplicate_part(t->transit.store, &t->b, &a.id, e));
    hub_sets_aside(t, 1);
}

static void an_old_approval_merges_once(void **state)
{
    struct two *t = *state;
    struct approval a = by_two(t, "merge");
    by_two(t, "part");
    sync_all(t);
    MUST(duplicate_merge(t->transit.store, &t->b, &t->a, &a.id, e));
    hub_sets_aside(t, 2);
}

/* What was done in good faith holds no later work back. */
static void a_refusal_from_elsewhere_comes_too_late(void **state)
{
    struct two *t = *state;
    struct approval a;
    sit_down(&t->transit, "dawit", "case-manager");
    struct id request = ask(t, "merge").id;
    sync_all(t);
    sit_down(&t->transit, "almaz", "case-manager");
    MUST(approval_load(t->transit.store, &request, t->pool, &a, e));
    MUST(verdict_give(t->transit.store, &a, APPROVAL_APPROVED, NULL, e));
    MUST(approval_load(t->zone.store, &request, t->pool, &a, e));
    MUST(verdict_give(t->zone.store, &a, APPROVAL_REFUSED, "not so", e));
    sync_once(t, &t->zone);
    sync_all(t);
    assert_int_equal(listed(&t->zone, NULL), 1);
    check_whole(t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_person_alone_makes_nothing_one),
        TEST(two_people_make_one_everywhere),
        TEST(an_expert_approves_and_it_is_done),
        TEST(the_other_name_is_chosen_and_both_cases_keep_theirs),
        TEST(what_was_weighed_clashes_again_once_it_changes),
        TEST(a_plain_settling_is_taken_back),
        TEST(two_people_part_them_and_each_keeps_what_is_its),
        TEST(a_purge_takes_both),
        TEST(nobody_purges_half_a_child),
        TEST(a_double_goes_alone_and_hides_nothing),
        TEST(a_merge_nobody_asked_for_is_set_aside),
        TEST(a_merge_nobody_approved_is_set_aside),
        TEST(another_case_than_was_approved_is_set_aside),
        TEST(parting_alone_is_set_aside),
        TEST(an_old_approval_merges_once),
        TEST(a_refusal_from_elsewhere_comes_too_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
