/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: work in a program of its own reports line by line while keys are
 * served, hands its last words over when it fails, gets its secret where no
 * one can look, and can be stopped with all its children. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/tui/support_play.h"
#include "tui/task.h"

struct screen {
    struct view *view;
    struct task *task;
    const char *command; /* for the shell */
    const char *secret;
    int lines, code;
    char last[2000], said[2000];
};

static void on_line(void *arg, const char *line)
{
    struct screen *s = arg;

    s->lines++;
    str_copy(s->last, sizeof s->last, line);
}

static void on_end(void *arg, int code, const char *said)
{
    struct screen *s = arg;

    s->code = code;
    str_copy(s->said, sizeof s->said, said);
    task_free(s->task);
    s->task = NULL;
}

static void start(struct screen *s)
{
    const char *const argv[] = {"sh", "-c", s->command, NULL};
    struct err e = ERR_INIT;
    struct task_plan plan = {
        argv, s->secret, s->secret ? strlen(s->secret) : 0, on_line, on_end, s};

    s->code = -1;
    s->task = task_start(s->view->tui, &plan, &e);
    assert_non_null(s->task);
}

static void screen_draw(void *self, struct canvas *c, struct area a)
{
    const struct screen *s = self;

    canvas_printf(c, SPAN(a.row, 0, a.cols), ROLE_TEXT, "%d %s %s", s->lines,
                  s->last, s->task ? "running" : "ended");
}

static enum view_answer screen_press(void *self, const struct press *p)
{
    struct screen *s = self;

    if (p->key == 'g')
        start(s);
    else if (p->key == 'x')
        task_stop(s->task);
    else if (p->key == 'b') { /* both before anything else can happen */
        start(s);
        task_stop(s->task);
    } else
        str_copy(s->last, sizeof s->last, "key served");
    return VIEW_HANDLED;
}

static void screen_free(void *self)
{
    task_free(((struct screen *)self)->task);
}

static const struct view_ops ops = {
    .title = "Task",
    .draw = screen_draw,
    .press = screen_press,
    .free = screen_free,
};

static void play(struct play *p, struct screen *s, const char *command,
                 const char *script)
{
    s->command = command;
    play_begin(p, script);
    s->view = view_new(&ops, s);
    tui_push(p->tui, s->view);
    play_run(p);
}

static void lines_come_one_by_one(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "echo one; echo two; printf three; exit 5",
         "key g\nuntil ended\nsnap\n");
    play_shows(&p, "3 three ended");
    assert_int_equal(s.code, 5);
    assert_string_equal(s.said, "");
    play_end(&p);
}

static void keys_are_served_meanwhile(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "echo begun; sleep 600",
         "key g\nuntil begun\nkey z\nsnap\nkey x\nuntil ended\n");
    play_shows(&p, "key served running");
    assert_int_equal(s.code, 128 + SIGTERM);
    play_end(&p);
}

static void its_last_words_are_kept(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "echo first >&2; echo 'the line is lost' >&2; exit 1",
         "key g\nuntil ended\n");
    assert_int_equal(s.code, 1);
    assert_string_equal(s.said, "the line is lost");
    play_end(&p);
}

static void a_secret_comes_by_its_own_pipe(void **state)
{
    struct play p;
    struct screen s = {.secret = "k3y"};

    (void)state;
    play(&p, &s, "cat <&3; tr '\\0' '\\n' </proc/$$/cmdline | grep -c k[3]y",
         "key g\nuntil ended\nsnap\n");
    play_shows(&p, "1 k3y0 ended"); /* the secret, and 0 places it shows in */
    play_end(&p);
    s = (struct screen){0};
    play(&p, &s, "if true <&3; then echo open; else echo shut; fi 2>/dev/null",
         "key g\nuntil ended\nsnap\n");
    play_shows(&p, "shut ended");
    play_end(&p);
}

static void it_cannot_touch_the_terminal(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "cat; echo over", "key g\nuntil ended\nsnap\n");
    play_shows(&p, "1 over ended"); /* its standard input is empty */
    play_end(&p);
}

static void a_program_that_is_not_there_ends_with_127(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "exec /no/such/program 2>/dev/null", "key g\nuntil ended\n");
    assert_int_equal(s.code, 127);
    play_end(&p);
}

static void a_long_line_is_cut(void **state)
{
    struct play p;
    struct screen s = {0};

    (void)state;
    play(&p, &s, "head -c 5000 /dev/zero | tr '\\0' x; echo; echo end",
         "key g\nuntil ended\n");
    assert_int_equal(s.lines, 2);
    assert_string_equal(s.last, "end");
    play_end(&p);
}

static void on_term(int signo)
{
    (void)signo;
}

/* Esc the moment a sync began did nothing: the child still had the screens'
 * handler of signals, which took it. */
static void stopped_as_it_starts_it_stops(void **state)
{
    struct sigaction act = {.sa_handler = on_term}, old;

    (void)state;
    sigaction(SIGTERM, &act, &old);
    for (int i = 0; i < 50; i++) {
        struct play p;
        struct screen s = {0};

        play(&p, &s, "exec sleep 600", "key b\nuntil ended\n");
        assert_int_equal(s.code, 128 + SIGTERM);
        play_end(&p);
    }
    sigaction(SIGTERM, &old, NULL);
}

static void its_children_go_with_it(void **state)
{
    struct play p;
    struct screen s = {0};
    int64_t child;

    (void)state;
    play(&p, &s, "sleep 600 & echo pid $!; wait", "key g\nuntil pid\n");
    assert_true(str_to_int(s.last + 4, 1, INT32_MAX, &child));
    assert_int_equal(kill((pid_t)child, 0), 0);
    play_end(&p); /* the screen goes, and the task with it */
    for (int i = 0; i < 12000 && kill((pid_t)child, 0) == 0; i++) {
        char path[64], stat[256] = "";
        FILE *f;

        snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
        f = fopen(path, "r");
        if (!f || !fgets(stat, sizeof stat, f) || strstr(stat, ") Z "))
            i = 100000; /* gone, or only waiting to be reaped by init */
        if (f)
            fclose(f);
        usleep(10000);
        assert_int_not_equal(i, 11999);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_one_by_one),
        cmocka_unit_test(keys_are_served_meanwhile),
        cmocka_unit_test(its_last_words_are_kept),
        cmocka_unit_test(a_secret_comes_by_its_own_pipe),
        cmocka_unit_test(it_cannot_touch_the_terminal),
        cmocka_unit_test(a_program_that_is_not_there_ends_with_127),
        cmocka_unit_test(a_long_line_is_cut),
        cmocka_unit_test(stopped_as_it_starts_it_stops),
        cmocka_unit_test(its_children_go_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
