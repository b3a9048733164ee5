/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: by keys alone a person asks that a case be purged or held, and who
 * decides sees who asks what and why, approves or refuses; the list of cases
 * says how many wait, and the page of a held case says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/approval.h"
#include "store/casefile.h"
#include "store/duplicate.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/purge.h"
#include "tests/tui/support_desk.h"
#include "tui/view_approvals.h"
#include "tui/view_case.h"
#include "tui/view_cases.h"

/* almaz sits there, by herself or not. */
static void begin(struct desk_play *p, const char *script, bool alone)
{
    struct err e = ERR_INIT;

    desk_play_begin(p, script);
    desk_play_open_case(p);
    assert_true(alone ||
                office_write_user(p->desk.store, "chaltu", "case-manager", &e));
}

static struct id the_case(void)
{
    struct id id;

    assert_true(id_parse(DESK_PLAY_CASE, &id));
    return id;
}

static struct view *case_view(struct desk_play *p)
{
    struct id id = the_case();
    struct err e = ERR_INIT;
    struct view *v = view_case_new(&p->desk, &id, &e);

    assert_non_null(v);
    return v;
}

static void the_case_asks(void **state)
{
    struct desk_play p;
    int64_t nr = 0;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "key r\nsnap\nkey p\nsnap\nkey 2\nsnap\n", false);
    desk_play_run(&p, case_view(&p));
    play_shows(&p.play, "Purge it");
    play_shows(&p.play, "family asks");
    play_shows(&p.play, "Asked: another person decides");
    assert_true(approval_count_open(p.desk.store, &nr, &e));
    assert_int_equal(nr, 1);
    desk_play_end(&p);
}

static void ask_purge(struct desk_play *p)
{
    struct id id = the_case(), request;
    struct err e = ERR_INIT;

    assert_true(purge_request(p->desk.store, &id, "request", &request, &e));
}

static void the_list_of_cases_counts_them(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p, "snap\nkey r\nsnap\n", false);
    ask_purge(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, ", 1 request");
    play_shows(&p.play, "purge the case");
    play_shows(&p.play, "the child or the family asked for it");
    play_shows(&p.play, "almaz, Gasera WSA, 12 Hidar 2019");
    desk_play_end(&p);
}

static void who_asked_does_not_approve(void **state)
{
    struct desk_play p;
    struct casefile c;
    struct id id = the_case();
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "key Enter\nkey a\nsnap\n", false);
    ask_purge(&p);
    desk_play_run(&p, view_approvals_new(&p.desk));
    play_shows(&p.play, "another person decides");
    assert_true(casefile_load(p.desk.store, &id, &c, &e));
    desk_play_end(&p);
}

static void the_only_person_approves_and_it_is_gone(void **state)
{
    struct desk_play p;
    struct casefile c;
    struct id id = the_case();
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "key Enter\nkey a\nsnap\nkey y\nsnap\n", true);
    ask_purge(&p);
    desk_play_run(&p, view_approvals_new(&p.desk));
    play_shows(&p.play, "everywhere and for good?");
    play_shows(&p.play, "Approved, and done");
    play_shows(&p.play, "Nothing waits for a decision");
    assert_false(casefile_load(p.desk.store, &id, &c, &e));
    desk_play_end(&p);
}

static void a_refusal_says_why(void **state)
{
    struct desk_play p;
    struct pool *pool = pool_new();
    struct approval_list l;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "key Enter\nkey r\ntype not yet\nkey Enter\nsnap\n", true);
    ask_purge(&p);
    desk_play_run(&p, view_approvals_new(&p.desk));
    play_shows(&p.play, "Refused; whoever asked sees why");
    assert_true(approval_list_load(p.desk.store, &(struct approval_query){0},
                                   pool, &l, &e));
    assert_int_equal(l.items[0].state, APPROVAL_REFUSED);
    assert_string_equal(l.items[0].decided_reason, "not yet");
    pool_free(pool);
    desk_play_end(&p);
}

static void a_hold_stands_on_the_page(void **state)
{
    struct desk_play p;
    struct pool *pool = pool_new();
    struct id id = the_case(), request;
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    struct approval a;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "snap\n", true);
    assert_true(hold_request(p.desk.store, &stream, true, "a court asked",
                             &request, &e));
    assert_true(approval_load(p.desk.store, &request, pool, &a, &e));
    assert_true(approval_decide(p.desk.store, &a, APPROVAL_APPROVED, NULL, &e));
    desk_play_run(&p, case_view(&p));
    play_shows(&p.play, "Held back from purging");
    play_shows(&p.play, "almaz, almaz: a court");
    pool_free(pool);
    desk_play_end(&p);
}

/* ---- one child in two cases ---- */

#define OTHER_CASE "00000002-0000-4000-8000-000000000002"

static void open_other(struct desk_play *p)
{
    desk_play_apply(p,
                    "{\"case\":\"%s\",\"form\":\"registration\",\"place\":"
                    "\"ET041114/03\",\"set\":{\"given_name\":\"Selaam\","
                    "\"father_name\":\"Tesfaye\",\"grandfather_name\":"
                    "\"Wolde\",\"sex\":\"female\"}}",
                    OTHER_CASE);
}

static struct id other_case(void)
{
    struct id id;

    assert_true(id_parse(OTHER_CASE, &id));
    return id;
}

static void ask_by_hand(struct desk_play *p, const char *kind)
{
    struct id id = the_case(), other = other_case(), request;
    const struct approval_ask ask = {.kind = kind,
                                     .stream =
                                         stream_of_id(STREAM_CASE, &other),
                                     .other = stream_of_id(STREAM_CASE, &id),
                                     .reason = "the aunt says so"};
    struct err e = ERR_INIT;

    assert_true(approval_request(p->desk.store, &ask, &request, &e));
}

static void the_page_asks_for_the_same_child(void **state)
{
    struct desk_play p;
    int64_t nr = 0;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p,
          "key r s\nsnap\nkey Enter\nsnap\ntype her aunt says so\nkey "
          "Enter\nsnap\n",
          false);
    open_other(&p);
    desk_play_run(&p, case_view(&p));
    play_shows(&p.play, "The same child?");
    play_shows(&p.play, "Selaam Tesfaye Wolde");
    play_shows(&p.play, "Another one: type its number");
    play_shows(&p.play, "same given name by sound; same father");
    play_shows(&p.play, "Asked: another person decides");
    assert_true(approval_count_open(p.desk.store, &nr, &e));
    assert_int_equal(nr, 1);
    desk_play_end(&p);
}

static void a_number_names_one_that_is_not_alike(void **state)
{
    struct desk_play p;
    int64_t nr = 0;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p,
          "key r s End Enter\nsnap\ntype 0000-00G0\nkey Enter\n"
          "type aunt\nkey Enter\nsnap\n",
          false);
    desk_play_apply(&p,
                    "{\"case\":\"%s\",\"form\":\"registration\",\"place\":"
                    "\"ET041114/03\",\"set\":{\"given_name\":\"Bilisuma\"}}",
                    OTHER_CASE);
    desk_play_run(&p, case_view(&p));
    play_shows(&p.play, "Number of the other case:");
    assert_true(approval_count_open(p.desk.store, &nr, &e));
    assert_int_equal(nr, 1);
    desk_play_end(&p);
}

static void the_decider_sees_both_and_the_page_becomes_one(void **state)
{
    struct desk_play p;
    struct id other = other_case(), id = the_case();
    struct casefile c;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "snap\nkey Enter a\nsnap\n", true);
    open_other(&p);
    ask_by_hand(&p, "merge");
    desk_play_run(&p, view_approvals_new(&p.desk));
    play_shows(&p.play, "take two cases for one");
    play_shows(&p.play, "Kept: 0000-0080 Selam Tesfaye Wolde. Alike: ");
    play_shows(&p.play, "same woreda. the aunt says");
    play_shows(&p.play, "Approved, and done");
    assert_true(casefile_load(p.desk.store, &other, &c, &e));
    assert_true(id_equal(&c.kept, &id));
    desk_play_end(&p);
}

static void the_page_of_one_child_shows_both_and_parts_them(void **state)
{
    struct desk_play p;
    struct id other = other_case(), id = the_case();
    int64_t nr = 0;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, "snap\nkey r t\nsnap\ntype no\nkey Enter\nsnap\n", false);
    open_other(&p);
    assert_true(duplicate_merge(p.desk.store, &other, &id, &id, &e));
    desk_play_run(&p, case_view(&p));
    play_shows(&p.play, "Also known as case");
    play_shows(&p.play, "! 1 clash");
    play_shows(&p.play, "Selaam (");
    assert_true(approval_count_open(p.desk.store, &nr, &e));
    assert_int_equal(nr, 1);
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_case_asks),
        cmocka_unit_test(the_list_of_cases_counts_them),
        cmocka_unit_test(who_asked_does_not_approve),
        cmocka_unit_test(the_only_person_approves_and_it_is_gone),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(a_hold_stands_on_the_page),
        cmocka_unit_test(the_page_asks_for_the_same_child),
        cmocka_unit_test(a_number_names_one_that_is_not_alike),
        cmocka_unit_test(the_decider_sees_both_and_the_page_becomes_one),
        cmocka_unit_test(the_page_of_one_child_shows_both_and_parts_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
