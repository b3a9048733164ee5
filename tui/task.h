/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_TASK_H
#define TUI_TASK_H
/*
 * Long work in a program of its own, beside the screens: a sync, an export.
 * What it prints comes line by line while keys are served; what it says on
 * standard error is kept for when it fails. It reads nothing from the
 * terminal and never writes to it.
 *
 * A secret (the database key) goes through a pipe that only the child
 * inherits, at descriptor TASK_SECRET_FD; never through arguments or the
 * environment. Killing the child is always safe: what it committed stays.
 */
#include <stdbool.h>
#include <stddef.h>

struct err;
struct task;
struct tui;

enum { TASK_SECRET_FD = 3, TASK_LINE_BYTES = 1024, TASK_SECRET_MAX = 4096 };

struct task_plan {
    const char *const *argv; /* ends with NULL; argv[0] a path or a name */
    const void *secret;      /* or NULL: then descriptor 3 is closed */
    size_t secret_bytes;

    /* a whole line of standard output, without its newline */
    void (*line)(void *arg, const char *line);
    /* it has ended: code as from exit, or 128 and the signal; said is the last
     * line of its standard error ("" when none). Called once; the task may be
     * freed in it. */
    void (*ended)(void *arg, int code, const char *said);
    void *arg;
};

/* Starts it and watches it from the loop of the tui. The plan's strings may go
 * after the call. ERR_IO when the system refuses; a program that cannot be
 * found ends with code 127. */
struct task *task_start(struct tui *t, const struct task_plan *plan,
                        struct err *e);

/* Asks it to stop (SIGTERM to it and its children); `ended` still comes. */
void task_stop(struct task *k);

/* Kills it if it still runs, without a word. NULL is fine. */
void task_free(struct task *k);

#endif
