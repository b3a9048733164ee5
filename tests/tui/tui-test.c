/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the loop serves waiting keys before it paints once, ticks only when
 * asked, keeps what was typed when the line is lost, and never frees a screen
 * that is still at work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "tests/tui/support_play.h"
#include "tui/edit.h"

/* What befell a screen, outliving it. */
struct fate {
    int presses, ticks, keeps, shown, resizes, freed;
    bool unsaved;
    int may_close_asked;
    int answer;          /* of the last question */
    int freed_meanwhile; /* screens freed while one was being asked */
    char last[64];
};

struct screen {
    struct view *view;
    struct edit *edit;
    struct fate *fate;
};

static void screen_draw(void *self, struct canvas *c, struct area a)
{
    struct screen *s = self;

    canvas_printf(c, SPAN(a.row, 0, a.cols), ROLE_TEXT, "presses %d",
                  s->fate->presses);
    edit_draw(s->edit, c, SPAN(a.row + 1, 0, 30), true);
}

static struct view *screen_new(struct fate *fate, bool typing);

static const char long_sentence[] =
    "Not saved, 3 answers are marked !: A phone number has 7 to 19 digits, "
    "blanks or hyphens, and perhaps a + in front";

static void ask_things(struct screen *s, uint32_t key)
{
    static const struct ask_option three[] = {
        {"s", "Save"}, {"d", "Discard"}, {"g", "Go on"}};
    struct tui *t = s->view->tui;
    struct fate *fate = s->fate; /* s may be gone if the loop is wrong */
    struct buf b = BUF_INIT(sizeof s->fate->last - 1);

    if (key == 'a')
        s->fate->answer = tui_confirm(t, "Really?");
    if (key == 'w')
        tui_say(t, ROLE_WARN, "%s", long_sentence);
    if (key == 'y')
        tui_confirm(t, long_sentence);
    if (key == 'c')
        s->fate->answer = tui_choose(t, "What now?", three, 3);
    if (key == 'p') {
        buf_add_str(&b, "old");
        fate->answer = tui_prompt(t, "Reason", &b, false);
        fate->freed_meanwhile = fate->freed;
        str_copy(fate->last, sizeof fate->last, buf_text(&b));
    }
    if (key == 'o')
        tui_push(t, screen_new(s->fate, true));
    buf_release(&b);
}

static enum view_answer screen_press(void *self, const struct press *p)
{
    struct screen *s = self;

    s->fate->presses++;
    if (p->action == ACTION_SAVE) {
        tui_say(s->view->tui, ROLE_GOOD, "Saved %s", edit_get(s->edit));
        return VIEW_HANDLED;
    }
    if (s->view->ops->typing) {
        s->view->tick_ms = 2000;
        return edit_press(s->edit, p) == EDIT_IGNORED ? VIEW_IGNORED
                                                      : VIEW_HANDLED;
    }
    ask_things(s, p->key);
    return key_is_text(p->key) && p->action == ACTION_NONE ? VIEW_HANDLED
                                                           : VIEW_IGNORED;
}

static bool yes(const void *self)
{
    (void)self;
    return true;
}

static void screen_tick(void *self)
{
    ((struct screen *)self)->fate->ticks++;
}

static void screen_keep(void *self)
{
    struct screen *s = self;

    s->fate->keeps++;
    str_copy(s->fate->last, sizeof s->fate->last, edit_get(s->edit));
}

static void screen_shown(void *self)
{
    ((struct screen *)self)->fate->shown++;
}

static void screen_resize(void *self)
{
    ((struct screen *)self)->fate->resizes++;
}

static bool screen_may_close(void *self)
{
    struct screen *s = self;

    s->fate->may_close_asked++;
    return !s->fate->unsaved ||
           tui_confirm(s->view->tui, "Leave without saving?");
}

static void screen_free(void *self)
{
    struct screen *s = self;

    s->fate->freed++;
    edit_free(s->edit);
    mem_free(s);
}

static const enum action actions[] = {ACTION_SAVE, EDIT_ACTIONS, ACTION_NONE};

#define SCREEN_OPS                                                             \
    .title = "Test", .help = "A screen for tests.", .actions = actions,        \
    .draw = screen_draw, .press = screen_press, .resize = screen_resize,       \
    .shown = screen_shown, .may_close = screen_may_close, .tick = screen_tick, \
    .keep = screen_keep, .free = screen_free

static const struct view_ops letters_ops = {SCREEN_OPS};
static const struct view_ops typing_ops = {SCREEN_OPS, .typing = yes};

static struct view *screen_new(struct fate *fate, bool typing)
{
    struct screen *s = mem_alloc(sizeof *s);

    s->edit = edit_new(&(struct edit_plan){60, false, NULL});
    s->fate = fate;
    s->view = view_new(typing ? &typing_ops : &letters_ops, s);
    return s->view;
}

static bool play(struct play *p, struct fate *fate, bool typing,
                 const char *script)
{
    *fate = (struct fate){.answer = 99};
    play_begin(p, script);
    tui_push(p->tui, screen_new(fate, typing));
    return play_run(p);
}

static void waiting_keys_are_painted_once(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true, "type 0123456789012345678901234567890123456789\nsnap\n");
    play_shows(&p, "presses 40");
    assert_in_range(canvas_text_paints(p.canvas), 1, 2);
    play_shows(&p, "-- cursor 2 15"); /* the field has scrolled */
    play_end(&p);
}

static void a_tick_comes_once_and_only_when_asked_for(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true, "wait 60000\nsnap\n");
    assert_int_equal(f.ticks, 0);
    assert_int_equal(canvas_text_paints(p.canvas), 1);
    play_end(&p);
    play(&p, &f, true, "type a\nwait 1999\ntype b\nwait 1999\nsnap\n");
    assert_int_equal(f.ticks, 0);
    play_end(&p);
    play(&p, &f, true, "type a\nwait 2000\nwait 60000\ntype b\nwait 2500\n");
    assert_int_equal(f.ticks, 2);
    play_end(&p);
}

static void a_lost_line_keeps_what_was_typed(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    assert_false(play(&p, &f, true, "type half a wor\nhangup\n"));
    assert_int_equal(f.keeps, 1);
    assert_string_equal(f.last, "half a wor");
    assert_int_equal(f.may_close_asked, 0); /* nobody is there to answer */
    play_end(&p);
    assert_int_equal(f.freed, 1);
}

static void suspending_keeps_it_too(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true, "type ab\nkey ^Z\n");
    assert_int_equal(canvas_text_suspends(p.canvas), 1);
    assert_int_equal(f.keeps, 2); /* the second at the end of the script */
    play_end(&p);
}

static void quitting_asks_when_something_is_unsaved(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    assert_true(play(&p, &f, true, "type a\nkey F10\n"));
    play_end(&p);
    f = (struct fate){.unsaved = true};
    play_begin(&p, "key F10\nsnap\nkey n\nsnap\nkey F10 Esc F10 y\n");
    tui_push(p.tui, screen_new(&f, true));
    assert_true(play_run(&p));
    play_shows(&p, "Leave without saving?");
    assert_int_equal(f.may_close_asked, 3);
    assert_int_equal(f.freed, 1);
    play_end(&p);
    assert_int_equal(f.freed, 1);
}

/* The question is served from inside the screen's own key: the screen must not
 * be gone when the answer comes back to it. */
static void quitting_from_within_a_question_is_safe(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    assert_true(play(&p, &f, false, "key p\ntype more\nkey F10\n"));
    assert_int_equal(f.freed_meanwhile, 0);
    assert_int_equal(f.answer, 0);
    assert_string_equal(f.last, "old");
    assert_int_equal(f.freed, 1);
    play_end(&p);
    assert_false(play(&p, &f, false, "key p\ntype more\nhangup\n"));
    assert_int_equal(f.answer, 0);
    assert_int_equal(f.keeps, 1);
    play_end(&p);
}

/* "Not saved, 3 answers are marked !: A phone number has 7 to 19 digits, blanks
 * or" was all a worker could read. */
static void a_long_message_goes_on_above(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, false, "key w\nsnap\n");
    play_shows(&p, "Not saved, 3 answers are marked !: A phone number has 7 to "
                   "19 digits, blanks or\n"
                   "hyphens, and perhaps a + in front\n"
                   "F1 Help");
    play_end(&p);
    play(&p, &f, false, "key w\nkey x\nsnap\n");
    play_lacks(&p, "Not saved");
    play_end(&p);
    play(&p, &f, false, "key y\nsnap\nkey n\n");
    play_shows(&p,
               "Not saved, 3 answers are marked !: A phone number has 7 to "
               "19\n"
               "digits, blanks or hyphens, and perhaps a + in front  y Yes  "
               "n No\n");
    play_end(&p);
}

/* While a question waited the bar offered F1 and F10, which did nothing. */
static void a_question_offers_only_what_it_takes(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, false, "key a\nsnap\nkey n\n");
    play_shows(&p, "Really?  y Yes  n No\nEsc Back\n");
    play_end(&p);
}

static void questions_are_answered_by_a_letter(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, false, "key a\nsnap\nkey Enter x Y\nsnap\n");
    assert_int_equal(f.answer, 1);
    play_shows(&p, "Really?  y Yes  n No");
    assert_int_equal(canvas_text_bells(p.canvas), 2); /* Enter, x */
    play_end(&p);
    play(&p, &f, false, "key a n\n");
    assert_int_equal(f.answer, 0);
    play_end(&p);
    play(&p, &f, false, "key c\nsnap\nkey d\n");
    assert_int_equal(f.answer, 1);
    play_shows(&p, "What now?  s Save  d Discard  g Go on");
    play_end(&p);
    play(&p, &f, false, "key c Esc\n");
    assert_int_equal(f.answer, ASK_CANCELLED);
    play_end(&p);
}

static void a_line_of_text_can_be_asked_for(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, false, "key p\ntype er\nsnap\nkey Enter\n");
    assert_int_equal(f.answer, 1);
    play_shows(&p, "Reason [older");
    play_shows(&p, "-- cursor 22 13");
    play_end(&p);
    play(&p, &f, false, "key p\ntype er\nkey Esc\n");
    assert_int_equal(f.answer, 0);
    play_end(&p);
}

static void messages_stay_until_the_next_key(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true, "type ab\nkey F2\nwait 9000\nsnap\n");
    play_shows(&p, "Saved ab");
    play_end(&p);
    play(&p, &f, true, "key F2 x\nsnap\n");
    play_lacks(&p, "Saved");
    play_end(&p);
}

static void the_screen_below_is_told_when_it_is_seen_again(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, false, "key o\ntype xyz\nsnap\nkey Esc\nsnap\n");
    assert_int_equal(f.shown, 1);
    assert_int_equal(f.freed, 1);
    play_end(&p);
    assert_int_equal(f.freed, 2);
}

static void leaving_the_last_screen_is_asked(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    assert_true(play(&p, &f, false, "key q\nsnap\nkey n q y\n"));
    play_shows(&p, "Leave Homeward?");
    play_end(&p);
}

static void help_lists_the_keys_of_this_screen_and_does_them(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true, "type ab\nkey F1\nsnap\nkey Enter\nsnap\n");
    play_shows(&p, "Help: Test");
    play_shows(&p, "A screen for tests.");
    play_shows(&p, "> F2, ^O            Saves what was entered\n");
    /* more than the window holds, and Enter opens nothing here */
    play_shows(&p, "Enter does it  1 of ");
    /* q would have been typed, not obeyed */
    play_shows(&p, "\n  Esc, ^C           Leaves this screen");
    play_shows(&p, "Saved ab"); /* Enter did the first line */
    play_end(&p);
    play(&p, &f, false, "key ?\nkey /\ntype shell\nsnap\nkey Enter\n");
    play_shows(&p, "> ^Z                Back to the shell");
    play_lacks(&p, "Saves what");
    assert_int_equal(canvas_text_suspends(p.canvas), 1);
    play_end(&p);
}

static void a_small_window_says_so_and_waits(void **state)
{
    struct play p;
    struct fate f;

    (void)state;
    play(&p, &f, true,
         "type ab\nresize 20 60\nsnap\ntype lost\nresize 24 80\nsnap\n");
    play_shows(&p, "Too small: 60x20");
    play_shows(&p, "[ab   ");
    play_lacks(&p, "lost");
    assert_int_equal(f.resizes, 2);
    play_end(&p);
}

static void nobody_at_the_keys_is_told_once(void **state)
{
    struct play p;
    struct fate f = {0};

    (void)state;
    play_begin(&p, "type a\nwait 500000\nwait 500000\ntype b\nwait 700000\n");
    tui_push(p.tui, screen_new(&f, true));
    tui_on_idle(p.tui, 600000, screen_tick, &(struct screen){.fate = &f});
    play_run(&p);
    assert_int_equal(f.ticks, 2 + 2); /* two drafts, two locks */
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_keys_are_painted_once),
        cmocka_unit_test(a_tick_comes_once_and_only_when_asked_for),
        cmocka_unit_test(a_lost_line_keeps_what_was_typed),
        cmocka_unit_test(suspending_keeps_it_too),
        cmocka_unit_test(quitting_asks_when_something_is_unsaved),
        cmocka_unit_test(quitting_from_within_a_question_is_safe),
        cmocka_unit_test(a_long_message_goes_on_above),
        cmocka_unit_test(a_question_offers_only_what_it_takes),
        cmocka_unit_test(questions_are_answered_by_a_letter),
        cmocka_unit_test(a_line_of_text_can_be_asked_for),
        cmocka_unit_test(messages_stay_until_the_next_key),
        cmocka_unit_test(the_screen_below_is_told_when_it_is_seen_again),
        cmocka_unit_test(leaving_the_last_screen_is_asked),
        cmocka_unit_test(help_lists_the_keys_of_this_screen_and_does_them),
        cmocka_unit_test(a_small_window_says_so_and_waits),
        cmocka_unit_test(nobody_at_the_keys_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
