/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a field of one line shows the right part of its text with the cursor
 * in it, takes every letter as text, and a choice can be made by code, by
 * label or from the list, alone or several at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "tests/tui/support_play.h"
#include "tui/edit.h"
#include "tui/pick.h"

/* ---- a screen with one field of either kind ---- */

struct screen {
    struct view *view;
    struct edit *edit; /* or */
    struct pick *pick;
};

static void screen_draw(void *self, struct canvas *c, struct area a)
{
    struct screen *s = self;

    if (s->edit)
        edit_draw(s->edit, c, SPAN(a.row, 0, 12), true);
    else
        pick_draw(s->pick, c, SPAN(a.row, 0, 60), true);
}

static enum view_answer screen_press(void *self, const struct press *p)
{
    struct screen *s = self;
    enum edit_answer answer =
        s->edit ? edit_press(s->edit, p) : pick_press(s->pick, p);
    const char *word;

    if (answer == EDIT_REFUSED)
        canvas_bell(tui_canvas(s->view->tui));
    if (answer != EDIT_IGNORED)
        return VIEW_HANDLED;
    if (p->action == ACTION_NEXT_FIELD && s->pick) {
        if (!pick_settle(s->pick, &word))
            tui_say(s->view->tui, ROLE_ERROR, "no such answer: %s", word);
        return VIEW_HANDLED;
    }
    return VIEW_IGNORED;
}

static bool yes(const void *self)
{
    (void)self;
    return true;
}

static void screen_free(void *self)
{
    struct screen *s = self;

    edit_free(s->edit);
    pick_free(s->pick);
    mem_free(s);
}

static const enum action actions[] = {PICK_ACTIONS, ACTION_NEXT_FIELD,
                                      ACTION_NONE};

static const struct view_ops ops = {
    .title = "Field",
    .actions = actions,
    .draw = screen_draw,
    .press = screen_press,
    .typing = yes,
    .free = screen_free,
};

static struct screen *begin(struct play *p, const char *script)
{
    struct screen *s = mem_alloc(sizeof *s);

    play_begin(p, script);
    s->view = view_new(&ops, s);
    tui_push(p->tui, s->view);
    return s;
}

static struct screen *begin_edit(struct play *p, size_t max, bool secret,
                                 const char *script)
{
    struct screen *s = begin(p, script);

    s->edit = edit_new(&(struct edit_plan){max, secret, tui_clip(p->tui)});
    return s;
}

/* ---- one line ---- */

static void letters_are_text_and_keys_move(void **state)
{
    struct play p;
    struct screen *s =
        begin_edit(&p, 40, false,
                   "type qjk?/n\nkey Home\ntype >\nkey End Backspace\nsnap\n");

    (void)state;
    play_run(&p);
    assert_string_equal(edit_get(s->edit), ">qjk?/");
    play_shows(&p, "[>qjk?/    ]");
    play_shows(&p, "-- cursor 1 7");
    play_end(&p);
}

static void a_long_text_scrolls_with_the_cursor(void **state)
{
    struct play p;

    (void)state;
    begin_edit(&p, 40, false, "type abcdefghijklmnop\nsnap\nkey Home\nsnap\n");
    play_run(&p);
    play_shows(&p, "<");
    play_shows(&p, "p");
    play_shows(&p, "[abcdefghij>");
    play_shows(&p, "-- cursor 1 1\n");
    play_end(&p);
}

static void cutting_pasting_and_taking_back(void **state)
{
    struct play p;
    struct screen *s = begin_edit(&p, 40, false,
                                  "type a two\nkey ^W\nsnap\nkey ^Y ^Y\nsnap\n"
                                  "key ^_\nsnap\nkey ^^\nkey ^A ^K\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "[a         ]");
    play_shows(&p, "[a twotwo  ]");
    play_shows(&p, "[a two     ]");
    play_shows(&p, "[          ]");
    assert_string_equal(buf_text(tui_clip(p.tui)), "a twotwo");
    assert_true(edit_is_empty(s->edit));
    play_end(&p);
}

static void what_does_not_fit_beeps(void **state)
{
    struct play p;
    struct screen *s = begin_edit(&p, 5, false, "type abcdefg\n");

    (void)state;
    play_run(&p);
    assert_string_equal(edit_get(s->edit), "abcde");
    assert_int_equal(canvas_text_bells(p.canvas), 2);
    play_end(&p);
}

static void a_secret_shows_stars(void **state)
{
    struct play p;

    (void)state;
    begin_edit(&p, 40, true, "type ሰlam\nkey ^_ ^U\ntype አx\nsnap\n");
    play_run(&p);
    play_shows(&p, "[**        ]");
    play_lacks(&p, "x ");
    play_end(&p);
}

static void latin_letters_become_ethiopic(void **state)
{
    struct play p;
    struct screen *s =
        begin_edit(&p, 40, false,
                   "key F8\ntype selam\nkey Backspace F8\ntype selam\nsnap\n");

    (void)state;
    play_run(&p);
    assert_string_equal(edit_get(s->edit), "ሰላselam");
    assert_false(edit_is_ethiopic(s->edit));
    play_end(&p);
}

static void an_ethiopic_letter_moves_the_cursor_by_one(void **state)
{
    struct play p;

    (void)state;
    begin_edit(&p, 40, false, "type ሰላም\nsnap\nkey Left\nsnap\n");
    play_run(&p);
    play_shows(&p, "[ሰላም       ]");
    play_shows(&p, "-- cursor 1 4");
    play_shows(&p, "-- cursor 1 3");
    play_end(&p);
}

/* ---- choices ---- */

static const struct pick_option sexes[] = {
    {"f", "Female"}, {"m", "Male"}, {"n", "Not recorded"}};
static const struct pick_option needs[] = {{"1", "Food"},
                                           {"2", "School things"},
                                           {"3", "Health"},
                                           {"13", "Shelter"},
                                           {"98", "ሌላ"}};

static struct pick_option sex(void *arg, size_t i)
{
    (void)arg;
    return sexes[i];
}

static struct pick_option need(void *arg, size_t i)
{
    (void)arg;
    return needs[i];
}

static struct screen *begin_pick(struct play *p, bool multiple,
                                 const char *script)
{
    struct screen *s = begin(p, script);
    struct pick_plan plan = {
        .source = {multiple ? ARR_NR(needs) : ARR_NR(sexes),
                   multiple ? need : sex, NULL},
        .tui = p->tui,
        .title = multiple ? "Needs" : "Sex",
        .multiple = multiple};

    s->pick = pick_new(&plan);
    return s;
}

static void a_code_chooses_at_once(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, false, "type m\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "[m                 ] Male");
    assert_int_equal(pick_first(s->pick), 1);
    assert_false(pick_is_chosen(s->pick, 0));
    assert_true(pick_is_complete(s->pick));
    play_end(&p);
}

static void the_start_of_a_label_will_do(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, false, "type fem\nkey Tab\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "[f                 ] Female");
    assert_int_equal(pick_first(s->pick), 0);
    play_end(&p);
}

static void what_names_nothing_is_said_and_stays(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, false, "type zz\nkey Tab\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "no such answer: zz");
    play_shows(&p, "[zz ");
    assert_int_equal(pick_first(s->pick), PICK_NONE);
    play_end(&p);
}

static void what_could_be_several_is_none_of_them(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, true, "type s\nkey Tab\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "no such answer: s");
    assert_int_equal(pick_first(s->pick), PICK_NONE);
    play_end(&p);
}

static void several_codes_on_one_line(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, true, "type 13, 1  sch\nkey Tab\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "[1 2 13            ] Food, School things, Shelter");
    assert_true(pick_is_chosen(s->pick, 3));
    assert_false(pick_is_chosen(s->pick, 2));
    play_end(&p);
}

static void the_list_opens_on_a_question_mark(void **state)
{
    struct play p;
    struct screen *s =
        begin_pick(&p, false, "type ?\nsnap\nkey Down Enter\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "Sex");
    play_shows(&p, ">     f                Female");
    play_shows(&p, "[m                 ] Male");
    assert_int_equal(pick_first(s->pick), 1);
    play_end(&p);
}

static void leaving_the_list_changes_nothing(void **state)
{
    struct play p;
    struct screen *s =
        begin_pick(&p, false, "type n\nkey F4\nsnap\nkey Up Esc\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "> *   n                Not recorded"); /* it starts there */
    assert_int_equal(pick_first(s->pick), 2);
    play_end(&p);
}

static void several_are_marked_in_the_list(void **state)
{
    struct play p;
    struct screen *s =
        begin_pick(&p, true,
                   "key F4 Space Down Down Space Up Space Space\nsnap\n"
                   "type shel\nsnap\nkey Space Enter\nsnap\n");

    (void)state;
    play_run(&p);
    play_shows(&p, "[x] 1                Food");
    play_shows(&p, "[ ] 2                School things");
    play_shows(&p, "[x] 3                Health");
    play_shows(&p, "> [ ] 13               Shelter"); /* narrowed */
    play_shows(&p, "[1 3 13            ] Food, Health, Shelter");
    assert_true(pick_is_chosen(s->pick, 3));
    play_end(&p);
}

static void other_options_drop_what_is_gone(void **state)
{
    struct play p;
    struct screen *s = begin_pick(&p, true, "");

    (void)state;
    pick_choose(s->pick, 0, true);
    pick_choose(s->pick, 4, true);
    pick_set_source(s->pick, (struct pick_source){3, need, NULL});
    assert_true(pick_is_chosen(s->pick, 0));
    assert_false(pick_is_chosen(s->pick, 4));
    pick_clear(s->pick);
    assert_int_equal(pick_first(s->pick), PICK_NONE);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_text_and_keys_move),
        cmocka_unit_test(a_long_text_scrolls_with_the_cursor),
        cmocka_unit_test(cutting_pasting_and_taking_back),
        cmocka_unit_test(what_does_not_fit_beeps),
        cmocka_unit_test(a_secret_shows_stars),
        cmocka_unit_test(latin_letters_become_ethiopic),
        cmocka_unit_test(an_ethiopic_letter_moves_the_cursor_by_one),
        cmocka_unit_test(a_code_chooses_at_once),
        cmocka_unit_test(the_start_of_a_label_will_do),
        cmocka_unit_test(what_names_nothing_is_said_and_stays),
        cmocka_unit_test(what_could_be_several_is_none_of_them),
        cmocka_unit_test(several_codes_on_one_line),
        cmocka_unit_test(the_list_opens_on_a_question_mark),
        cmocka_unit_test(leaving_the_list_changes_nothing),
        cmocka_unit_test(several_are_marked_in_the_list),
        cmocka_unit_test(other_options_drop_what_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
