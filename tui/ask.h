/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ASK_H
#define TUI_ASK_H
/*
 * A question on the message line that one letter answers. Enter answers
 * nothing: a held Enter must not confirm what nobody read.
 */
#include "tui/action.h"
#include "tui/canvas.h"

struct ask_option {
    const char *letters; /* N_("y"), either case; the Latin letter always too */
    const char *label;   /* N_("Yes") */
};

enum { ASK_WAITING = -2, ASK_CANCELLED = -1 };

struct ask {
    const char *question; /* borrowed */
    const struct ask_option *options;
    size_t nr;
};

extern const struct ask_option ask_yes_no[2]; /* 0 is yes */

/* Draws the question and its answers, the cursor behind them. */
void ask_draw(const struct ask *a, struct canvas *c, struct span at);

/* The index of the answer, ASK_CANCELLED for Back, else ASK_WAITING. */
int ask_press(const struct ask *a, const struct press *p);

#endif
