/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_CANVAS_CURSES_H
#define TUI_CANVAS_CURSES_H
/*
 * The canvas on a terminal. One at a time in a process: the terminal is one,
 * and so are the signals. While it is open:
 *
 *   - SIGHUP and SIGTERM only set a flag; canvas_key then answers K_HANGUP.
 *     So does a line that is gone. SIGPIPE is ignored.
 *   - SIGABRT (a broken assertion, no memory) restores the terminal, says one
 *     sentence, and lets the program end.
 *   - ^C, ^\ and ^Z are keys like others; ^S and ^Q stay flow control.
 *
 * main calls setlocale(LC_ALL, "") before. Where the locale is not UTF-8 the
 * canvas is plain (see canvas.h).
 */
#include "tui/canvas.h"

struct err;

struct canvas_curses_options {
    bool mono;  /* no colour; NO_COLOR in the environment asks the same */
    bool ascii; /* frames of ASCII; also so on consoles and serial terminals */
};

/* Takes standard input and output. An unknown terminal is treated as a vt100
 * and canvas.notice says so; NULL with ERR_IO when there is no terminal, or
 * none that can place its cursor. ESCDELAY in the environment (milliseconds)
 * overrides how long Esc waits for a digit or the rest of a key. */
struct canvas *canvas_curses_open(const struct canvas_curses_options *options,
                                  struct err *e);

#endif
