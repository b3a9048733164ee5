/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the page of a case shows every answer once, by record, the newest
 * visit first, what is known about the place with its age, both values where
 * two clash, and who wrote each; the record under the cursor opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/setting.h"
#include "tests/tui/support_desk.h"
#include "tui/view_case.h"

static void visit(struct desk_play *p, int nr, const char *day)
{
    desk_play_apply(p,
                    "{\"case\":\"" DESK_PLAY_CASE "\",\"record\":"
                    "\"0000000%d-0000-4000-9000-000000000001\","
                    "\"form\":\"visit\",\"at\":\"%sT09:00:00Z\",\"set\":"
                    "{\"visit_date\":\"%s\",\"child_seen\":\"yes\"}}",
                    nr, day, day);
}

static void play_case(struct desk_play *p, const struct id *id)
{
    struct err e = ERR_INIT;

    desk_play_run(p, view_case_new(&p->desk, id, &e));
}

static void who_the_child_is_stands_first(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "snap\n");
    id = desk_play_open_case(&p);
    play_case(&p, &id);
    play_shows(&p.play, "0000-0080 Selam Tesfaye Wolde          ");
    play_shows(&p.play, ">   Name                                 Selam Tesf");
    play_shows(&p.play, "    Sex                                  Female");
    play_shows(&p.play, "    Age                                  12 years");
    play_shows(&p.play, "Kebele 03, Berbere, Bale");
    play_shows(&p.play, "  + Registration  12 Hidar 2019, almaz");
    desk_play_end(&p);
}

static void what_is_missing_names_the_key(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "key End\nsnap\n");
    id = desk_play_open_case(&p);
    play_case(&p, &id);
    play_shows(&p.play, "Checklist of the child  none yet; t fills it");
    play_shows(&p.play, "Follow-up visit  none yet; v writes one down");
    play_shows(&p.play, "Checklists of the place  none yet; p fills one");
    desk_play_end(&p);
}

static void the_newest_visit_comes_first(void **state)
{
    struct desk_play p;
    struct id id;
    const char *older, *newer;

    (void)state;
    desk_play_begin(&p, "key End\nsnap\n");
    id = desk_play_open_case(&p);
    visit(&p, 1, "2026-11-01");
    visit(&p, 2, "2026-11-15");
    play_case(&p, &id);
    newer = strstr(buf_text(&p.play.out), "Follow-up visit  6 Hidar 2019");
    older = strstr(buf_text(&p.play.out), "Follow-up visit  22 Tikimt 2019");
    assert_non_null(newer);
    assert_non_null(older);
    assert_true(newer < older);
    desk_play_end(&p);
}

static void facts_of_the_place_show_their_age(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "key End\nsnap\nkey w\nsnap\n");
    id = desk_play_open_case(&p);
    p.now_ms -= 40LL * 86400000;
    desk_play_apply(&p, "{\"place\":\"ET041114/03\","
                        "\"form\":\"checklist_community\",\"set\":{"
                        "\"C_SE_1_state\":\"known\"}}");
    desk_play_apply(&p, "{\"place\":\"ET0411\","
                        "\"form\":\"checklist_structural\",\"set\":{"
                        "\"S_1_state\":\"known\"}}");
    p.now_ms += 40LL * 86400000;
    play_case(&p, &id);
    play_shows(&p.play, "Community checklist: Kebele 03, Berbere, Bale  "
                        "answered 40 days ago, almaz");
    play_shows(&p.play, "Laws and services checklist: Bale, Oromia  answered");
    play_shows(&p.play, "almaz, 2 Tikimt 2019, ");
    play_shows(&p.play, "Gasera WSA (40 days ago), only on this PC");
    desk_play_end(&p);
}

static void titles_stand_once_and_numbers_with_their_questions(void **state)
{
    struct desk_play p;
    struct id id;
    const char *first;

    (void)state;
    desk_play_begin(&p, "key End\nsnap\n");
    id = desk_play_open_case(&p);
    desk_play_apply(&p, "{\"case\":\"" DESK_PLAY_CASE "\",\"form\":"
                        "\"checklist_individual\",\"set\":{"
                        "\"I_SE_1_state\":\"known\","
                        "\"I_SE_2_state\":\"known\"}}");
    play_case(&p, &id);
    play_shows(&p.play, "\n\n    Safe environment\n    I-SE-1  Is the home");
    play_shows(&p.play, "\n    I-SE-2  Past harm");
    first = strstr(buf_text(&p.play.out), "Safe environment");
    assert_null(strstr(first + 1, "Safe environment"));
    desk_play_end(&p);
}

static void clashing_values_stand_side_by_side(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "snap\n");
    id = desk_play_open_case(&p);
    desk_play_clash(&p, DESK_PLAY_CASE, "father_name", "Girma");
    play_case(&p, &id);
    play_shows(&p.play, "! 1 clash  + only here\n");
    play_shows(&p.play,
               "  ! Father's name                        Tesfaye (12 Hidar ");
    play_shows(
        &p.play,
        "  !                                      Girma (11 Hidar 2019,");
    play_shows(&p.play, "dawit");
    desk_play_end(&p);
}

static void only_what_is_new_is_marked_after_a_sync(void **state)
{
    struct desk_play p;
    struct id id;
    struct err e = ERR_INIT;

    (void)state;
    desk_play_begin(&p, "snap\n");
    id = desk_play_open_case(&p);
    assert_true(setting_set_int(p.desk.store, "sync.sent", 1000, &e));
    play_case(&p, &id);
    play_lacks(&p.play, "+");
    desk_play_end(&p);
}

static void enter_opens_the_record_of_the_line(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "key Down Down Down Down Down Down Down Enter\nsnap\n"
                        "key Esc\nsnap\n");
    id = desk_play_open_case(&p);
    play_case(&p, &id);
    play_shows(&p.play, "Registration: 0000-0080 Selam Tesfaye Wolde");
    play_shows(&p.play, "\n>"); /* and back on the same line */
    desk_play_end(&p);
}

static void labels_follow_the_language(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "snap\n");
    id = desk_play_open_case(&p);
    snprintf(p.desk.lang, sizeof p.desk.lang, "am");
    play_case(&p, &id);
    play_shows(&p.play, "የአባት ስም");
    play_shows(&p.play, "ሴት");
    desk_play_end(&p);
}

static void a_narrow_answer_is_wrapped_not_cut(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    desk_play_begin(&p, "key Down\nsnap\n");
    id = desk_play_open_case(&p);
    desk_play_apply(&p, "{\"case\":\"" DESK_PLAY_CASE "\",\"form\":"
                        "\"registration\",\"set\":{\"risk_reason\":\"The uncle "
                        "threatens her every evening and nobody in the house "
                        "dares to say a word against him\"}}");
    play_case(&p, &id);
    play_shows(&p.play, "The uncle threatens her every evening");
    play_shows(&p.play, "against him");
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_the_child_is_stands_first),
        cmocka_unit_test(what_is_missing_names_the_key),
        cmocka_unit_test(the_newest_visit_comes_first),
        cmocka_unit_test(facts_of_the_place_show_their_age),
        cmocka_unit_test(titles_stand_once_and_numbers_with_their_questions),
        cmocka_unit_test(clashing_values_stand_side_by_side),
        cmocka_unit_test(only_what_is_new_is_marked_after_a_sync),
        cmocka_unit_test(enter_opens_the_record_of_the_line),
        cmocka_unit_test(labels_follow_the_language),
        cmocka_unit_test(a_narrow_answer_is_wrapped_not_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
