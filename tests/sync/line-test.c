/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a session over a real socket pair, each end in a process of its own,
 * goes as it does in memory; a line that falls silent or breaks is an error of
 * the line, never a crash or a hang; and of two conversations of one office
 * only the newer goes on.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/lock.h"
#include "sync/pump.h"
#include "tests/sync/support_pair.h"

/* The hub's end, in a child: it frees its copies too, so that a tool that
 * looks for what was lost finds nothing. */
static void serve_in_child(struct pair *p, const struct pair_office *o, int fd,
                           struct session *office)
{
    struct err e = ERR_INIT;
    struct session *s =
        session_new_hub(p->hub, o->site_no, session_hello(office));
    struct line *l = line_pipe_open(fd, fd);
    bool good = pump_hub(s, l, &e);
    line_close(l);
    session_free(s);
    session_free(office);
    pair_close(p);
    _exit(good ? 0 : 1);
}

/* Stores in memory may cross a fork: nothing but this process ever sees
 * them. */
static void a_session_goes_over_a_socket(void **state)
{
    (void)state;
    struct pair p;
    struct err e = ERR_INIT;
    int fds[2], status = -1;
    pair_open(&p, 1);
    struct pair_office *o = pair_add(&p, "Gasera woreda", "ET041114");
    for (unsigned i = 0; i < 200; i++)
        pair_new_case(&p, o->store, "ET041114");
    struct session *s = session_new_office(o->store, &e);
    assert_non_null(s);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        serve_in_child(&p, o, fds[1], s);
    }
    close(fds[1]);
    struct line *l = line_pipe_open(fds[0], fds[0]);
    if (!pump_office(s, l, NULL, &e))
        fail_msg("%s", e.text);
    assert_true(session_is_done(s));
    assert_true(session_count(s)->changes_sent >= 200);
    line_close(l);
    close(fds[0]);
    session_free(s);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    pair_close(&p);
}

static void a_line_that_says_nothing_is_given_up(void **state)
{
    (void)state;
    int fds[2];
    struct buf out = BUF_INIT(100), in = BUF_INIT(100);
    struct err e = ERR_INIT;
    bool ended = false;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    struct line *l = line_pipe_open(fds[0], fds[0]);
    assert_false(line_exchange(l, &out, &in, 1, &ended, &e));
    assert_int_equal(e.code, ERR_NETWORK);
    line_close(l);
    close(fds[0]);
    close(fds[1]);
}

static void what_came_before_the_end_is_still_read(void **state)
{
    (void)state;
    int fds[2];
    struct buf out = BUF_INIT(100), in = BUF_INIT(100);
    struct err e = ERR_INIT;
    bool ended = false;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(write(fds[1], "last words", 10), 10);
    close(fds[1]);
    struct line *l = line_pipe_open(fds[0], fds[0]);
    buf_add_str(&out, "nobody hears this");
    for (unsigned i = 0; i < 10 && !ended; i++)
        assert_true(line_exchange(l, &out, &in, 1000, &ended, &e));
    assert_true(ended);
    assert_string_equal(buf_text(&in), "last words");
    buf_release(&out);
    buf_release(&in);
    line_close(l);
    close(fds[0]);
}

static void an_office_whose_line_ends_early_says_so(void **state)
{
    (void)state;
    struct pair p;
    struct err e = ERR_INIT;
    int fds[2];
    pair_open(&p, 2);
    struct pair_office *o = pair_add(&p, "Gasera woreda", "ET041114");
    struct session *s = session_new_office(o->store, &e);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    close(fds[1]);
    struct line *l = line_pipe_open(fds[0], fds[0]);
    assert_false(pump_office(s, l, NULL, &e));
    assert_int_equal(e.code, ERR_NETWORK);
    assert_false(session_is_done(s));
    line_close(l);
    close(fds[0]);
    session_free(s);
    pair_close(&p);
}

/* ---- locks ---- */

/* A process that holds the lock until it is ended. */
static pid_t holder(const char *dir)
{
    int told[2];
    char byte = 0;
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        struct err e = ERR_INIT;
        struct lock *l = lock_take(dir, "site-1.lock", &e);
        byte = l != NULL;
        if (write(told[1], &byte, 1) == 1)
            pause();
        _exit(0);
    }
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_int_equal(byte, 1);
    close(told[0]);
    close(told[1]);
    return child;
}

static void the_newest_conversation_wins(void **state)
{
    (void)state;
    char dir[256], path[300];
    const char *top = getenv("TMPDIR");
    struct err e = ERR_INIT;
    int status = 0;
    snprintf(dir, sizeof dir, "%s/lock-test-XXXXXX", top ? top : "/tmp");
    assert_non_null(mkdtemp(dir));
    pid_t older = holder(dir);
    assert_null(lock_take(dir, "site-1.lock", &e));
    assert_int_equal(e.code, ERR_BUSY);
    struct lock *l = lock_take_over(dir, "site-1.lock", &e);
    assert_non_null(l);
    assert_int_equal(waitpid(older, &status, 0), older);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    lock_release(l);
    l = lock_take(dir, "site-1.lock", &e);
    assert_non_null(l);
    lock_release(l);
    snprintf(path, sizeof path, "%s/site-1.lock", dir);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_goes_over_a_socket),
        cmocka_unit_test(a_line_that_says_nothing_is_given_up),
        cmocka_unit_test(what_came_before_the_end_is_still_read),
        cmocka_unit_test(an_office_whose_line_ends_early_says_so),
        cmocka_unit_test(the_newest_conversation_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
