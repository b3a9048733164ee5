/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: on the form screen questions come and go with the answers, codes,
 * days and places are taken as people type them, a wrong answer stops the
 * person once and is never saved, and nobody is stopped by a blank one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"
#include "store/setting.h"
#include "tests/tui/support_filling.h"

#define TO_PLACE                                                               \
    "key Tab Tab Tab Tab Tab Tab Tab Tab\nkey Tab Tab Tab Tab Tab Tab Tab "    \
    "Tab\n"

/* ---- questions and answers ---- */

static void test_screen(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\nsnap\n");
    play_shows(
        &k.play,
        "Follow-up visit                                             "
        "en  3 of 21 answered\n"
        " Date on which the visit was due      [            ]\n"
        " Date of the visit                   *[2019-03-12  ] E.C. = 21 "
        "November 2026\n"
        " Kind of follow-up                    [            ]\n"
        " How was contact made?               *[home_visit  ] Home visit\n"
        " Was the child seen or spoken to?    *[            ]\n"
        " Who else was present?                [            ]\n"
        "\n"
        "How things are\n"
        " Home and caregivers                  [            ]\n");
    play_shows(&k.play, "-- cursor 5 39\n");
    filling_put(&k);
    assert_int_equal(filling_drafts(&k).nr,
                     0); /* nothing typed, nothing kept */
    filling_close(&k);
}

static void test_skips_live(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\nsnap\n");
    play_shows(&k.play, "Why not?");
    play_shows(&k.play, "A child who cannot be found may be in danger.");
    play_lacks(&k.play, "Did you speak with the child alone");
    filling_put(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter\nsnap\n"
                     "key Up\ntype no\nkey Enter Enter Enter\nsnap\n");
    play_shows(&k.play, "Did you speak with the child alone");
    play_shows(&k.play, "*[no          ] No\n Why not?");
    filling_put(&k);
    filling_close(&k);
}

/* The cursor never stands on a note: passing one says it. */
static void test_notes_are_said(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\n"
                     "type away\nkey Enter\nsnap\n");
    play_shows(&k.play,
               "\nA child who cannot be found may be in danger. Try again");
    filling_put(&k);
    filling_close(&k);
}

static const char *channel_after(const char *typed)
{
    static char answer[64];
    struct filling k;
    struct buf script = BUF_INIT(1000);

    filling_open(&k);
    buf_printf(&script, "key Tab Tab Tab\n%s\nkey F2 y\n", typed);
    filling_play(&k, buf_text(&script));
    str_copy(answer, sizeof answer,
             filling_stands(&k, "channel") ? filling_stands(&k, "channel")
                                           : "(none)");
    filling_put(&k);
    filling_close(&k);
    buf_release(&script);
    return answer;
}

static void test_choices(void **state)
{
    (void)state;
    assert_string_equal(channel_after("key Tab"), "home_visit");
    assert_string_equal(channel_after("type phone"), "phone"); /* the code */
    assert_string_equal(channel_after("type thr t"), "(none)");
    assert_string_equal(channel_after("type through a t"), "teacher");
    assert_string_equal(channel_after("type 4"), "school"); /* the fourth */
    assert_string_equal(channel_after("key ^U\ntype ?\nkey Down Enter"),
                        "phone");
    assert_string_equal(channel_after("key F4\ntype health\nkey Enter"),
                        "health");
    /* "Meeting at ..." begins two: Enter lists them */
    assert_string_equal(
        channel_after("type meet\nkey Enter\nsnap\nkey Down Enter"), "school");
}

static void test_several_choices(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter\ntype y\n"
                     "key Enter\ntype fa moth\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[Mother, Father ");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "present"), "mother father");
    filling_play(&k, "snap\n");
    filling_put(&k);
    filling_close(&k);
}

static void test_languages(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key ^B\nsnap\n");
    play_shows(&k.play, "\n የክትትሉ ዓይነት                           [");
    play_shows(&k.play, "*[home_visit  ] የቤት ጉብኝት\n");
    filling_put(&k);
    filling_play(&k, "snap\n"); /* the next form remembers it */
    play_shows(&k.play, "የክትትሉ ዓይነት");
    filling_put(&k);
    filling_play(&k, "key ^B\nsnap\n"); /* and round again */
    play_shows(&k.play, "Kind of follow-up");
    filling_put(&k);
    filling_close(&k);
}

static void test_calendars(void **state)
{
    struct filling k;
    struct err e = ERR_INIT;

    (void)state;
    filling_open(&k);
    filling_play(&k, "type 1/13/2018\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[2018-13-01  ] E.C. = 6 September 2026\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "due_date"), "2026-09-06");
    filling_must(setting_set(k.store, "ui.calendar", "gregorian", 9, &e), &e);
    filling_ask(&k, "visit", "visit");
    filling_play(&k, "type 6/9\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "[2026-09-06  ] = 1 Pagume 2018 E.C.\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "due_date"), "2026-09-06");
    filling_close(&k);
}

static void test_place(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_ask_case(&k);
    filling_play(&k, TO_PLACE "type gasera\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "*[ET041106    ] Gasera, Bale");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "intake/place_identified"),
                        "ET041106");
    k.task.is_new = false;
    /* the list, narrowed by part of the zone's name; a Kebele behind it */
    filling_play(&k,
                 TO_PLACE "key F4\nsnap\ntype gas bal\nsnap\nkey Enter\nsnap\n"
                          "type 03!\nkey Enter\nsnap\nkey Backspace Enter\n"
                          "snap\nkey Enter F2 y\n");
    play_shows(&k.play, "> Gasera");
    play_shows(&k.play, "Kebele, such as 03 (blank: not known)");
    play_shows(&k.play, "*[ET041106/03 ] Kebele 03, Gasera, Bale");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "intake/place_identified"),
                        "ET041106/03");
    filling_close(&k);
}

/* ---- what is wrong ---- */

static void test_fault_stops_once(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    /* 31 Meskerem is no day; as a Gregorian day it would be one */
    filling_play(&k, "key Tab\ntype 31/1/2019\nkey Enter\nsnap\n"
                     "key Enter\nsnap\nkey F2\nsnap\n");
    play_shows(&k.play, "!Date of the visit                   *[31/1/2019   ]\n"
                        "  2019-01-31 does not exist: Meskerem 2019 has 30 "
                        "days\n");
    play_shows(&k.play, "-- cursor 2 48\n");
    play_shows(&k.play, "-- cursor 4 39\n"); /* gone on, a line below */
    play_shows(&k.play, "\nNot saved: 2019-01-31 does not exist");
    filling_put(&k);
    assert_null(filling_stands(&k, "visit_date"));
    /* kept as it was typed, and as wrong as it was */
    assert_string_equal(filling_drafted(&k, "visit_date"), "?31/1/2019");
    filling_play(&k, "snap\nkey F2\nsnap\nkey ^U\ntype T-1\nkey F2 y\n");
    play_shows(&k.play, "[31/1/2019   ]");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "visit_date"), "2026-11-20");
    filling_close(&k);
}

static void test_constraint(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab\ntype T+1\nkey Enter\nsnap\n");
    play_shows(&k.play, "  The date of the visit cannot be in the future\n");
    assert_int_equal(canvas_text_bells(k.play.canvas), 1);
    filling_put(&k);
    filling_close(&k);
}

/* An answer mended back to what it was before is not wrong any more. */
static void test_mended(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab\ntype T+1\nkey Enter\nsnap\n"
                     "key ^U\ntype 2019-03-12\nkey Enter\nsnap\nkey F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "visit_date"), "2026-11-21");
    filling_close(&k);
}

/* What was typed ahead of an error was meant for other fields. */
static void test_typed_ahead_of_fault(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab\ntype zzz\nkey Enter\ntype phone\nkey Enter\n"
                     "type yes\nsnap\n");
    play_shows(&k.play, "*[zzz         ]\n");
    play_shows(&k.play, "-- cursor 2 42\n");
    filling_put(&k);
    filling_close(&k);
}

static void test_blank_is_offered(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key F2\nsnap\nkey n\nsnap\n");
    play_shows(&k.play, "expected answers are still blank. Save all the same?");
    play_shows(&k.play, "-- cursor 5 39\n"); /* at the first of them */
    filling_put(&k);
    assert_null(filling_stands(&k, "channel"));
    filling_play(&k, "key F2 y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "channel"), "home_visit");
    filling_close(&k);
}

static void test_long_input(void **state)
{
    struct filling k;
    struct buf script = BUF_INIT(4000);
    const char *phone;

    (void)state;
    filling_open(&k);
    filling_ask_case(&k);
    buf_add_str(&script, "key Tab\ntype ");
    for (int i = 0; i < 500; i++)
        buf_add_str(&script, i % 2 ? "b" : "\xc3("); /* half of it no UTF-8 */
    buf_add_str(&script, "\nsnap\nkey Enter F2 y\n");
    filling_play(&k, buf_text(&script));
    play_shows(&k.play, "No more fits in this field");
    assert_true(canvas_text_bells(k.play.canvas) > 0);
    filling_put(&k);
    phone = filling_stands(&k, "given_name");
    assert_non_null(phone);
    assert_in_range(strlen(phone), 400, 480);
    assert_true(utf8_is_clean(phone, strlen(phone)));
    buf_release(&script);
    filling_close(&k);
}

/* ---- moving about ---- */

static void test_paths(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    /* back goes over what was asked, not over what was skipped */
    filling_play(&k, "key Tab Tab Tab Tab\ntype no\nkey Enter\ntype away\n"
                     "key Enter Up Up\nsnap\n");
    play_shows(&k.play, "-- cursor 5 41\n");
    filling_put(&k);
    filling_play(&k,
                 "key PgDn PgDn PgDn Tab\nsnap\nkey PgUp PgUp PgUp\nsnap\n");
    play_shows(&k.play, "\nThis is the last question: F2 saves\n");
    play_shows(&k.play, "-- cursor 1 39\n"); /* at the first again */
    filling_put(&k);
    filling_close(&k);
}

/* Facts of a place: a long form with groups in groups. */
static void test_end(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_ask(&k, "structural", "checklist_structural");
    k.task.stream = stream_of_place("ET041106");
    filling_play(&k, "snap\nkey PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn\n"
                     "key Enter\nsnap\nkey n\nsnap\nkey PgUp Enter\n"
                     "type 2\nsnap\n");
    play_shows(&k.play, "\nSociety, laws and services\n"
                        " S-1  How safe is society at large?   [");
    play_shows(&k.play, "That was the last question. Save now?");
    play_shows(&k.play, "This is the last question: F2 saves");
    filling_put(&k);
    filling_close(&k);
}

static void test_other_sizes(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab\ntype 12/3\nresize 30 120\nsnap\nresize 10 40\n"
                     "snap\nresize 24 80\ntype /2018\nkey Enter\nsnap\n");
    play_shows(&k.play, "*[12/3                  ]\n");
    play_shows(&k.play, "Too small: 40x10");
    play_shows(&k.play, "*[2018-03-12  ] E.C. = 21 November 2025\n");
    filling_put(&k);
    filling_close(&k);
}

/* After "There is no choice" the new answer was written behind the wrong one.
 */
static void test_a_wrong_code_is_typed_anew(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype 12\nkey Enter\nsnap\ntype 1\n"
                     "key Enter\nsnap\n");
    play_shows(&k.play, "\n  There is no choice \"12\" here\n");
    play_shows(&k.play, "seen or spoken to?    *[yes         ] Yes\n");
    filling_put(&k);
    filling_close(&k);
}

/* Letters after Esc were commands: an l took "Ethiopia" for the child's place.
 */
static void test_letters_in_the_list_of_places_are_typed(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_ask_case(&k);
    filling_play(&k, TO_PLACE "key F4\ntype gas\nkey Esc\ntype bale\nsnap\n"
                              "key Esc\nkey Esc\nsnap\n");
    play_shows(&k.play, "Find [bale ");
    play_shows(&k.play, "Place where the child was identified*[            ]");
    filling_put(&k);
    filling_close(&k);
}

/* The screen was in Amharic and its title was not. */
static void test_the_title_speaks_the_language(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_ask_case(&k);
    filling_play(&k, "snap\nkey ^B\nsnap\n");
    play_shows(&k.play, "Registration   ");
    play_shows(&k.play, "ምዝገባ   ");
    filling_put(&k);
    filling_close(&k);
}

/* Where a draft went, nobody knew. */
static void test_a_draft_says_where_it_is(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "type T-3\nkey Enter Esc l\nsnap\n");
    play_shows(&k.play, "Kept as a draft: d in the list of cases goes on");
    filling_put(&k);
    filling_close(&k);
}

/* The rule that was broken stood there twice. */
static void test_a_broken_rule_is_explained_once(void **state)
{
    struct filling k;
    const char *rule = "The date of the visit cannot be in the future", *first;

    (void)state;
    filling_open(&k);
    filling_play(
        &k, "key Tab\nresize 60 80\ntype T+3\nkey Enter\nsnap\nkey F1\nsnap\n");
    play_shows(&k.play, "About this question");
    first = strstr(buf_text(&k.play.out), "About this question");
    first = strstr(first, rule);
    assert_non_null(first);
    assert_null(strstr(first + 1, rule));
    filling_put(&k);
    filling_close(&k);
}

static void test_explains(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab F1\nsnap\nkey Esc Up\ntype ?\nsnap\n");
    play_shows(&k.play, "\nThe day it took place, also when it is typed in "
                        "later\n* An answer is expected here.\n");
    play_shows(&k.play, "A day of the Ethiopian calendar: 12/3/2019");
    play_shows(&k.play, "The date of the visit cannot be in the future\n");
    filling_put(&k);
    filling_play(&k, "key Tab Tab Tab F1\nsnap\n");
    play_shows(&k.play, "   4  school         Meeting at school\n");
    filling_put(&k);
    filling_close(&k);
}

static void test_long_text(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter Tab Tab\n"
                     "type Home is far.\nkey Enter\ntype I am glad.\nsnap\n"
                     "key F2\nsnap\nkey Tab F2 y\n");
    play_shows(&k.play, "Home is far.\n");
    play_shows(&k.play, "[Home is far.\n");
    play_shows(&k.play, " I am glad.                              ]\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "findings/child_words"),
                        "Home is far.\nI am glad.");
    filling_close(&k);
}

/* A worker left the text with F2 and stood on the same question again. */
static void test_f2_in_long_text_goes_on(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab\ntype yes\nkey Enter Tab Tab\n"
                     "type Home is far.\nkey F2\nsnap\nkey Up\n"
                     "type ,\nkey Esc\nsnap\nkey F2 y\n");
    play_shows(&k.play, "-- cursor 13 39\n");
    play_shows(&k.play, "-- cursor 11 39\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "findings/child_words"),
                        "Home is far.,");
    filling_close(&k);
}

static void test_ethiopic(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_ask_case(&k);
    /* it stays on from name to name, and lets codes and days alone */
    filling_play(&k,
                 "key Tab F8\ntype selam\nkey Enter\ntype abebe\nkey Enter\n"
                 "snap\nkey Tab Tab\ntype f\nkey Enter\nsnap\nkey F2 y\n");
    play_shows(&k.play, "Ethiopic  en  4 of 56 answered\n");
    play_shows(&k.play, "*[female      ] Female\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "given_name"), "ሰላም");
    assert_string_equal(filling_stands(&k, "father_name"), "አበበ");
    filling_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_screen),
        cmocka_unit_test(test_skips_live),
        cmocka_unit_test(test_notes_are_said),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_several_choices),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_calendars),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_fault_stops_once),
        cmocka_unit_test(test_constraint),
        cmocka_unit_test(test_mended),
        cmocka_unit_test(test_typed_ahead_of_fault),
        cmocka_unit_test(test_blank_is_offered),
        cmocka_unit_test(test_long_input),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_other_sizes),
        cmocka_unit_test(test_a_wrong_code_is_typed_anew),
        cmocka_unit_test(test_letters_in_the_list_of_places_are_typed),
        cmocka_unit_test(test_the_title_speaks_the_language),
        cmocka_unit_test(test_a_draft_says_where_it_is),
        cmocka_unit_test(test_a_broken_rule_is_explained_once),
        cmocka_unit_test(test_explains),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_f2_in_long_text_goes_on),
        cmocka_unit_test(test_ethiopic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
