/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the list shows which cases there are and what waits, never why a
 * child needs help; it narrows as one types, pages through all of them in
 * order, and offers what was left unfinished. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "store/draft.h"
#include "store/formdef.h"
#include "tests/tui/support_desk.h"
#include "tui/view_cases.h"

static void open_many(struct desk_play *p, int nr)
{
    for (int i = 0; i < nr; i++)
        desk_play_apply(p,
                        "{\"case\":\"%08x-0000-4000-8000-0000000000ff\","
                        "\"place\":\"ET041114\",\"form\":\"registration\","
                        "\"set\":{\"given_name\":\"Child%03d\"}}",
                        (unsigned)(i + 16) * 65537, i);
}

static void a_row_is_neutral(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_open_case(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "1 case, 1 only here\n");
    play_shows(&p.play, "Last (E.C.)\n");
    play_shows(&p.play, ">  + 0000-0080 Selam Tesfaye Wolde            "
                        "Kebele 03, Berbere     2019-03-12\n");
    play_lacks(&p.play, "High");
    play_lacks(&p.play, "uncle");
    desk_play_end(&p);
}

static void a_clash_is_marked_and_counted(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_open_case(&p);
    desk_play_clash(&p, DESK_PLAY_CASE, "father_name", "Girma");
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "1 case, 1 only here, 1 clash\n");
    play_shows(&p.play, "> !+ 0000-0080");
    desk_play_end(&p);
}

static void a_clash_about_a_place_counts_too(void **state)
{
    static const char record[] = "00000009-0000-4000-a000-000000000009";
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_apply(&p,
                    "{\"place\":\"ET041114\",\"record\":\"%s\","
                    "\"form\":\"checklist_community\",\"set\":{"
                    "\"C_SE_1_state\":\"known\",\"C_SE_1_text\":\"calm\"}}",
                    record);
    desk_play_clash(&p, record, "safe_environment/C_SE_1/C_SE_1_text",
                    "gunfire at night");
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "0 cases, 1 clash\n");
    desk_play_end(&p);
}

static void the_list_narrows_as_one_types(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "key /\n"
                        "type child01\n"
                        "snap\n"
                        "type 7\n"
                        "key Enter\n"
                        "snap\n"
                        "key Esc Esc\n"
                        "snap\n");
    open_many(&p, 60);
    desk_play_open_case(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "1 of 10\n");
    play_shows(&p.play, "Child010");
    play_shows(&p.play, "\n00GG-0880 Child017");
    play_shows(&p.play, "61 cases, 61 only here\n"); /* Esc shows all again */
    desk_play_end(&p);
}

static void pages_pass_over_nobody(void **state)
{
    struct desk_play p;
    char number[16];

    (void)state;
    desk_play_begin(&p, "snap\nkey PgDn\nsnap\nkey PgDn\nsnap\nkey PgDn\nsnap\n"
                        "key PgDn\nsnap\nkey PgDn\nsnap\nkey PgDn\nsnap\n"
                        "key PgDn\nsnap\n");
    open_many(&p, 130);
    desk_play_run(&p, view_cases_new(&p.desk));
    for (int i = 0; i < 130; i++) {
        snprintf(number, sizeof number, "Child%03d", i);
        play_shows(&p.play, number);
    }
    desk_play_end(&p);
}

static void the_last_is_reached_from_both_ends(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "key End\nsnap\nkey Home\nkey Down Up\n");
    open_many(&p, 130);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "Child129");
    play_lacks(&p.play, "Child000");
    desk_play_end(&p);
}

/* Seven answers took more room than was theirs, and the question fell out. */
static void the_answers_leave_their_question_room(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "type y\nsnap\nkey Esc\n");
    open_many(&p, 1);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "Only?  a All  p Place  m Mine");
    desk_play_end(&p);
}

static void another_order_and_a_filter_stay_for_the_sitting(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "type y\n"
                        "snap\n"
                        "type m\n"
                        "snap\n"
                        "type yv\n"
                        "key ^U\n"
                        "type 3650\n"
                        "key Enter\n"
                        "snap\n"
                        "type oc\n"
                        "snap\n"
                        "type ya\n"
                        "snap\n");
    open_many(&p, 3);
    desk_play_open_case(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "Only: mine; y changes it");
    play_shows(&p.play, "Only: mine; not visited for 3650 days; y changes it");
    play_shows(&p.play, "4 cases, 4 only here\n");
    desk_play_end(&p);
}

static void an_answer_is_found_by_its_words(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "key /\ntype grain mill\nsnap\n");
    desk_play_open_case(&p);
    desk_play_apply(&p, "{\"case\":\"" DESK_PLAY_CASE "\",\"form\":"
                        "\"registration\",\"set\":{\"current_address\":"
                        "\"Behind the grain mill\"}}");
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "1 of 1\n");
    desk_play_end(&p);
}

static void check_no_draft(struct desk_play *p)
{
    struct pool *pool = pool_new();
    struct draft_list drafts = {NULL, 1};
    struct err e = ERR_INIT;

    assert_true(draft_list_load(p->desk.store, pool, &drafts, &e));
    assert_int_equal(drafts.nr, 0);
    pool_free(pool);
}

static void a_child_who_is_registered_already_is_noticed(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "key F6\n"
                        "snap\n"
                        "key Enter\n"
                        "snap\n"
                        "key Enter Tab\n"
                        "type Selaam\n"
                        "key Tab\n"
                        "type Tesfaaye\n"
                        "key Tab\n"
                        "snap\n"
                        "type Wolde\n"
                        "key Tab\n"
                        "snap\n"
                        "key F5\n"
                        "snap\n"
                        "key Enter\n"
                        "snap\n"
                        "type y\n"
                        "snap\n");
    desk_play_open_case(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "1 case looks alike: F5 shows it");
    play_shows(&p.play, "F2 Save  F5 Alike");
    play_shows(&p.play, "same given name by sound; same father's name by "
                        "sound; same grandfather's name");
    play_shows(&p.play, "Throw the new case away and open that one?");
    play_shows(&p.play, "0000-0080 Selam Tesfaye Wolde   ");
    check_no_draft(&p);
    desk_play_end(&p);
}

static void an_empty_office_says_how_to_begin(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "No case yet: n begins one, s fetches them");
    play_shows(&p.play, "0 cases\n");
    desk_play_end(&p);
}

static void save_draft(struct desk_play *p)
{
    struct err e = ERR_INIT;
    const struct formdef *def = formdef_current(p->desk.store, "visit", &e);
    struct record *r = record_new(def->form, (struct record_moment){0});
    struct draft d = {.kind = "visit", .is_new = true};
    struct id case_id;

    assert_true(id_parse(DESK_PLAY_CASE, &case_id));
    d.record = id_new(store_entropy(p->desk.store));
    d.stream = stream_of_id(STREAM_CASE, &case_id);
    for (size_t i = 0; i < def->form->fields_nr; i++)
        if (def->form->fields[i].type == FIELD_TEXT)
            record_set(r, i, "She likes the new school");
    assert_true(draft_save(p->desk.store, &d, r, &e));
    record_free(r);
}

static void one_draft_is_offered_by_name(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "wait 10\nsnap\ntype y\nsnap\n");
    desk_play_open_case(&p);
    save_draft(&p);
    p.now_ms += 86400000;
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(
        &p.play,
        "Left unfinished: Follow-up visit, 0000-0080 Selam Tesfaye Wolde, 1\n"
        "day ago. Go on with it?  y Yes");
    play_shows(&p.play, "Follow-up visit: 0000-0080 Selam");
    desk_play_end(&p);
}

static void several_drafts_are_a_list(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "wait 10\nsnap\ntype y\nsnap\n");
    desk_play_open_case(&p);
    save_draft(&p);
    save_draft(&p);
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "2 forms were left unfinished. Look at them?");
    play_shows(&p.play,
               "> Follow-up visit            today          0000-0080 Selam");
    desk_play_end(&p);
}

static void the_other_calendar_shows_at_once(void **state)
{
    struct desk_play p;
    struct err e = ERR_INIT;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_open_case(&p);
    assert_true(desk_next_calendar(&p.desk, &e));
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "Last (G.C.)\n");
    play_shows(&p.play, "2026-11-21\n");
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_neutral),
        cmocka_unit_test(a_clash_is_marked_and_counted),
        cmocka_unit_test(a_clash_about_a_place_counts_too),
        cmocka_unit_test(the_list_narrows_as_one_types),
        cmocka_unit_test(pages_pass_over_nobody),
        cmocka_unit_test(the_last_is_reached_from_both_ends),
        cmocka_unit_test(the_answers_leave_their_question_room),
        cmocka_unit_test(another_order_and_a_filter_stay_for_the_sitting),
        cmocka_unit_test(an_answer_is_found_by_its_words),
        cmocka_unit_test(a_child_who_is_registered_already_is_noticed),
        cmocka_unit_test(an_empty_office_says_how_to_begin),
        cmocka_unit_test(one_draft_is_offered_by_name),
        cmocka_unit_test(several_drafts_are_a_list),
        cmocka_unit_test(the_other_calendar_shows_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
