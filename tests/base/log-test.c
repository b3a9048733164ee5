/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: log lines are whole, in order and readable by the owner alone; a full
 * log is turned over; a log that cannot be written stops nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"

struct place {
    char dir[256], path[272], beside[272];
    int64_t now_ms;
};

static int make_place(void **state)
{
    static struct place p;

    memset(&p, 0, sizeof p);
    snprintf(p.dir, sizeof p.dir, "%s/log-XXXXXX", getenv("TMPDIR"));
    assert_non_null(mkdtemp(p.dir));
    snprintf(p.path, sizeof p.path, "%s/log", p.dir);
    snprintf(p.beside, sizeof p.beside, "%s/log.1", p.dir);
    *state = &p;
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;

    unlink(p->path);
    unlink(p->beside);
    return rmdir(p->dir);
}

static void a_line_has_time_process_and_words(void **state)
{
    struct place *p = *state;
    struct log *l = log_open(p->path, stamp_fixed(&p->now_ms));
    struct buf b = BUF_INIT(1000);
    struct err e = ERR_INIT;
    struct stat st;
    char wanted[200];

    log_line(l, "sync done: %d changes", 3);
    log_line(l, "two\nlines \x1b[2J");
    log_close(l);
    assert_true(buf_read_file(&b, p->path, &e));
    snprintf(wanted, sizeof wanted,
             "1970-01-01T00:00:00.000Z %ld sync done: 3 changes\n"
             "1970-01-01T00:00:00.000Z %ld two lines  [2J\n",
             (long)getpid(), (long)getpid());
    assert_string_equal(buf_text(&b), wanted);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    buf_release(&b);
}

static void an_endless_line_is_cut_at_a_character(void **state)
{
    struct place *p = *state;
    struct log *l = log_open(p->path, stamp_fixed(&p->now_ms));
    struct buf words = BUF_INIT(10000), b = BUF_INIT(10000);
    struct err e = ERR_INIT;
    int i;

    for (i = 0; i < 1500; i++)
        buf_add_str(&words, "ሰ");
    log_line(l, "%s", buf_text(&words));
    log_line(l, "next");
    log_close(l);
    assert_true(buf_read_file(&b, p->path, &e));
    assert_true(utf8_is_valid(b.data, b.size));
    assert_true(b.size < 1200);
    assert_non_null(strstr(b.data, " next\n"));
    buf_release(&b);
    buf_release(&words);
}

/* Two writers, as the screens and a sync are: whoever finds the log full turns
 * it over, the other follows, and no line goes to the wrong place. */
static void a_full_log_is_turned_over_once(void **state)
{
    struct place *p = *state;
    struct log *a = log_open(p->path, stamp_fixed(&p->now_ms));
    struct log *b = log_open(p->path, stamp_fixed(&p->now_ms));
    struct buf text = BUF_INIT(1 << 16);
    struct err e = ERR_INIT;
    struct stat st;

    log_line(a, "first");
    assert_int_equal(truncate(p->path, 1 << 20), 0);
    log_line(a, "after the turn, from a");
    log_line(b, "after the turn, from b");
    assert_int_equal(stat(p->beside, &st), 0);
    assert_int_equal(st.st_size, 1 << 20);
    assert_true(buf_read_file(&text, p->path, &e));
    assert_non_null(strstr(text.data, "from a"));
    assert_non_null(strstr(text.data, "from b"));
    buf_release(&text);
    log_close(a);
    log_close(b);
}

static void no_log_stops_nothing(void **state)
{
    int64_t now_ms = 0;
    struct log *l = log_open("/nonexistent/log", stamp_fixed(&now_ms));

    (void)state;
    log_line(l, "dropped");
    log_close(l);
    l = log_open(NULL, stamp_fixed(&now_ms));
    log_line(l, "dropped");
    log_close(l);
    log_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_has_time_process_and_words,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(an_endless_line_is_cut_at_a_character,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_full_log_is_turned_over_once,
                                        make_place, remove_place),
        cmocka_unit_test(no_log_stops_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
