/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: what the program does for an action (locking) comes from every
 * screen and question; a reset keeps what was typed, closes every screen
 * unasked, answers the open question with no, wipes the text cut last, and
 * hands the keys that wait to what comes instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tui/support_play.h"

/* What befell the screens, outliving them. */
struct fate {
    struct tui *tui;
    int kept, freed, asked, locked;
    int answer; /* of the question */
    size_t clip;
};

struct screen {
    struct fate *fate;
    const char *name;
};

static void screen_draw(void *self, struct canvas *c, struct area a)
{
    canvas_put(c, SPAN(a.row, 0, a.cols), ROLE_TEXT,
               ((struct screen *)self)->name);
}

static enum view_answer screen_press(void *self, const struct press *p)
{
    struct fate *fate = ((struct screen *)self)->fate;

    if (p->key == 'a') {
        fate->answer = tui_confirm(fate->tui, "Really?");
        return VIEW_HANDLED;
    }
    if (p->key == 'x') {
        buf_add_str(tui_clip(fate->tui), "a name");
        return VIEW_HANDLED;
    }
    return VIEW_IGNORED;
}

static bool screen_may_close(void *self)
{
    ((struct screen *)self)->fate->asked++;
    return false;
}

static void screen_keep(void *self)
{
    ((struct screen *)self)->fate->kept++;
}

static void screen_free(void *self)
{
    ((struct screen *)self)->fate->freed++;
    mem_free(self);
}

static const struct view_ops screen_ops = {
    .title = "Screen",
    .draw = screen_draw,
    .press = screen_press,
    .may_close = screen_may_close,
    .keep = screen_keep,
    .free = screen_free,
};

static struct view *screen_new(struct fate *fate, const char *name)
{
    struct screen *s = mem_alloc(sizeof *s);

    *s = (struct screen){fate, name};
    return view_new(&screen_ops, s);
}

static void locked(void *arg)
{
    struct fate *fate = arg;

    fate->locked++;
    fate->clip = tui_clip(fate->tui)->size;
    tui_push(fate->tui, screen_new(fate, "locked"));
}

static void lock(void *arg)
{
    tui_reset(((struct fate *)arg)->tui, locked, arg);
}

static void play_two(struct play *p, struct fate *fate, const char *script)
{
    *fate = (struct fate){.answer = -1};
    play_begin(p, script);
    fate->tui = p->tui;
    tui_on(p->tui, ACTION_LOCK, lock, fate);
    tui_push(p->tui, screen_new(fate, "lower"));
    tui_push(p->tui, screen_new(fate, "upper"));
    play_run(p);
}

static void all_screens_are_kept_and_closed_unasked(void **state)
{
    struct play p;
    struct fate fate;

    (void)state;
    play_two(&p, &fate, "key x ^\\\nsnap\n");
    assert_int_equal(fate.locked, 1);
    assert_int_equal(fate.asked, 0);
    assert_true(fate.kept >= 2);
    assert_int_equal(fate.freed, 2);
    assert_int_equal(fate.clip, 0);
    play_shows(&p, "locked");
    play_end(&p);
    assert_int_equal(fate.freed, 3);
}

static void a_question_is_answered_with_no(void **state)
{
    struct play p;
    struct fate fate;

    (void)state;
    play_two(&p, &fate, "key a\nsnap\nkey ^\\\nsnap\n");
    assert_int_equal(fate.answer, 0); /* false */
    assert_int_equal(fate.locked, 1);
    play_shows(&p, "Really?");
    play_shows(&p, "locked");
    play_end(&p);
}

static void keys_that_wait_go_to_what_comes_instead(void **state)
{
    struct play p;
    struct fate fate;

    (void)state;
    play_two(&p, &fate, "key ^\\ a y\nsnap\n");
    assert_int_equal(fate.locked, 1);
    assert_int_equal(fate.answer, 1); /* asked by the new screen */
    play_end(&p);
}

static void help_and_menu_can_be_locked_too(void **state)
{
    struct play p;
    struct fate fate;

    (void)state;
    play_two(&p, &fate, "key F1\nsnap\nkey ^\\\nsnap\n");
    assert_int_equal(fate.locked, 1);
    play_shows(&p, "locked");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_screens_are_kept_and_closed_unasked),
        cmocka_unit_test(a_question_is_answered_with_no),
        cmocka_unit_test(keys_that_wait_go_to_what_comes_instead),
        cmocka_unit_test(help_and_menu_can_be_locked_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
