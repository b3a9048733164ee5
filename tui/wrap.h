/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H
/*
 * Where a text breaks into lines on the screen. Nothing is put into the text:
 * line ends and paragraphs stay as they were typed. Lines break behind blanks
 * and behind Ethiopic word separators; a word longer than a line is cut.
 */
#include "tui/canvas.h"

struct wrap_line {
    size_t start, end; /* bytes shown; a blank at the break is not */
    size_t next;       /* where the next line starts */
    bool broken;       /* the text goes on in the same paragraph */
};

/* The line of at most `columns` that starts at `at` in the text of n bytes. */
struct wrap_line wrap_next(const struct canvas *c, const char *s, size_t n,
                           size_t at, int columns);

#endif
