/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: what is typed into a form is on disk at each field's exit, after two
 * idle seconds and when the line is lost; a save cites what the person saw
 * when the form was opened, and takes the draft with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/tui/support_filling.h"

/* ---- nothing is lost ---- */

/* Keys, and then a look at the draft on disk at once: what a power cut would
 * leave, before anybody is told that the line is lost. */
struct probe {
    struct filling *filling;
    const char *keys; /* characters */
    bool waits;       /* for the first tick, before it looks */
    const char *path;
    const char *found;
};

static uint32_t probe_next(void *arg, int timeout_ms)
{
    struct probe *p = arg;

    if (*p->keys)
        return (uint32_t)(unsigned char)*p->keys++;
    if (timeout_ms == 0)
        return K_TIMEOUT;
    if (p->waits && timeout_ms > 0) {
        p->waits = false;
        return K_TIMEOUT;
    }
    if (!p->found)
        p->found = filling_drafts(p->filling).nr
                       ? filling_drafted(p->filling, p->path)
                       : "(none)";
    return K_HANGUP;
}

static const char *power_cut(struct filling *k, struct probe p)
{
    struct err e = ERR_INIT;
    struct canvas *c;
    struct tui *t;
    struct view *v;

    p.filling = k;
    c = canvas_text_new(24, 80, (struct canvas_text_keys){probe_next, &p});
    t = tui_new(c);
    v = view_form_new(t, &k->task, &e);
    filling_must(v != NULL, &e);
    tui_push(t, v);
    tui_run(t);
    tui_free(t);
    canvas_close(c);
    filling_must(draft_delete(k->store, &k->task.record, &e), &e);
    return p.found;
}

static void test_power_cut(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "T-3", .path = "due_date"}),
        "(none)");
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "T-3\t", .path = "due_date"}),
        "2026-11-18");
    assert_string_equal(power_cut(&k, (struct probe){.keys = "T-3",
                                                     .waits = true,
                                                     .path = "due_date"}),
                        "2026-11-18");
    assert_string_equal(
        power_cut(&k, (struct probe){.keys = "\t\t\t\tyes\r\t\tShe\rsleeps",
                                     .waits = true,
                                     .path = "findings/child_words"}),
        "She\nsleeps");
    filling_close(&k);
}

static void test_draft_at_exit(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "type T-3\nkey Enter\nsnap\n");
    assert_string_equal(filling_drafted(&k, "due_date"), "2026-11-18");
    filling_put(&k);
    filling_play(&k, "snap\nkey F2 y\n");
    play_shows(&k.play, "This is your draft, not saved yet");
    play_shows(&k.play, "E.C. = 18 November 2026");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "due_date"), "2026-11-18");
    assert_int_equal(filling_drafts(&k).nr, 0); /* went with the save */
    filling_close(&k);
}

static void test_draft_left_while_others_wrote(void **state)
{
    static const char *const before[] = {"due_date", "2026-11-10", NULL};
    static const char *const other[] = {"due_date", "2026-11-15", NULL};
    struct filling k;
    struct entity seen;
    struct err e = ERR_INIT;

    (void)state;
    filling_open(&k);
    filling_save(&k, before, NULL);
    k.task.is_new = false;
    filling_play(&k, "type T-3\nkey Enter\nsnap\n");
    filling_put(&k);
    filling_must(entity_load(k.store, &k.task.record, k.pool, &seen, &e), &e);
    filling_save(&k, other, &seen);
    filling_play(&k, "key F2 y\n");
    filling_put(&k);
    assert_int_equal(filling_values(&k, "due_date"), 2); /* nothing is lost */
    filling_close(&k);
}

static void test_draft_when_idle(void **state)
{
    struct filling k;
    unsigned paints;

    (void)state;
    filling_open(&k);
    filling_play(&k, "type T-3\nwait 2100\n");
    assert_string_equal(filling_drafted(&k, "due_date"), "2026-11-18");
    paints = canvas_text_paints(k.play.canvas);
    assert_in_range(paints, 1, 2); /* keeping it paints nothing */
    filling_put(&k);
    filling_close(&k);
}

static void test_draft_at_hang_up(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key Tab Tab Tab Tab Tab Tab\nsnap\n"
                     "key Up Up\ntype yes\nhangup\n");
    assert_string_equal(filling_drafted(&k, "child_seen"), "yes");
    filling_put(&k);
    /* in a long text that is still open */
    filling_play(&k, "key Tab Tab Tab Tab Tab Tab Tab\ntype She\nkey Enter\n"
                     "type sleeps\nhangup\n");
    assert_string_equal(filling_drafted(&k, "findings/child_words"),
                        "She\nsleeps");
    filling_put(&k);
    filling_close(&k);
}

static void test_leaving(void **state)
{
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "type T-3\nkey Esc\nsnap\n");
    play_shows(&k.play, "This form is not saved.");
    filling_put(&k);
    filling_play(&k, "type T-3\nkey Enter Esc l\n");
    filling_put(&k);
    assert_int_equal(filling_drafts(&k).nr, 1);
    filling_play(&k, "key Esc t\n");
    filling_put(&k);
    assert_int_equal(filling_drafts(&k).nr, 0);
    assert_null(filling_stands(&k, "due_date"));
    filling_play(&k, "type T-3\nkey Esc s y\n");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "due_date"), "2026-11-18");
    filling_close(&k);
}

/* ---- the log ---- */

/* Someone else's value arrives while the form is open: it was not seen, so
 * both stand. */
static void test_cites_what_was_seen(void **state)
{
    static const char *const first[] = {"channel", "phone", NULL};
    static const char *const other[] = {"channel", "school", NULL};
    struct filling k;
    struct entity seen;
    struct err e = ERR_INIT;
    struct view *v;

    (void)state;
    filling_open(&k);
    filling_save(&k, first, NULL);
    k.task.is_new = false;
    filling_must(entity_load(k.store, &k.task.record, k.pool, &seen, &e), &e);
    play_begin(&k.play, "key Tab Tab Tab\ntype office\nkey Enter F2 y\n");
    v = view_form_new(k.play.tui, &k.task, &e);
    filling_must(v != NULL, &e);
    tui_push(k.play.tui, v);
    k.now_ms += 1000;
    filling_save(&k, other, &seen);
    k.now_ms += 1000;
    play_run(&k.play);
    filling_put(&k);
    assert_int_equal(filling_values(&k, "channel"), 2);
    assert_string_equal(filling_stands(&k, "channel"), "office");

    filling_play(&k, "key Tab Tab Tab\nsnap\nkey F1\nsnap\nkey Esc\n"
                     "type teacher\nkey Enter F2 y\n");
    play_shows(&k.play, "!How was contact made?               *[office");
    play_shows(&k.play, "  Meeting at the office (aster, Gasera, ");
    play_shows(&k.play, "  Meeting at school (aster, Gasera, ");
    filling_put(&k);
    assert_int_equal(filling_values(&k, "channel"), 1);
    assert_string_equal(filling_stands(&k, "channel"), "teacher");
    filling_close(&k);
}

static void test_unchanged_saves_nothing(void **state)
{
    static const char *const all[] = {"channel", "phone", NULL};
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_save(&k, all, NULL);
    k.task.is_new = false;
    filling_play(&k, "key Tab Tab Tab Tab F2 y\n");
    filling_put(&k);
    assert_int_equal(filling_values(&k, "channel"), 1);
    assert_string_equal(filling_stands(&k, "visit_date"), "");
    filling_close(&k);
}

static void test_repeat(void **state)
{
    static const char *const before[] = {"channel", "school", NULL};
    struct filling k;

    (void)state;
    filling_open(&k);
    filling_play(&k, "key F7\nsnap\n");
    play_shows(&k.play, "There is no record of yours before this one");
    filling_put(&k);
    filling_save(&k, before, NULL);
    filling_ask(&k, "visit", "visit");
    filling_play(&k, "key F7\nsnap\nkey Tab Tab Tab F7 Enter F2 y\n");
    play_shows(&k.play, "Your record before this one has no answer here");
    filling_put(&k);
    assert_string_equal(filling_stands(&k, "channel"), "school");
    filling_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power_cut),
        cmocka_unit_test(test_draft_at_exit),
        cmocka_unit_test(test_draft_left_while_others_wrote),
        cmocka_unit_test(test_draft_when_idle),
        cmocka_unit_test(test_draft_at_hang_up),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_cites_what_was_seen),
        cmocka_unit_test(test_unchanged_saves_nothing),
        cmocka_unit_test(test_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
