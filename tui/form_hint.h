/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FORM_HINT_H
#define TUI_FORM_HINT_H
/*
 * What stands below the questions of a form about the one with the cursor:
 * its hint and, where the answer is one of a list, what there is to choose
 * from and what to type for it. Two rows, or three when the hint needs two of
 * them and there is something to choose; what does not fit ends in an
 * ellipsis (F1 and F4 show all of it).
 */
#include "tui/canvas.h"

struct form_hint {
    const char *hint;    /* "" for none */
    const char *options; /* the same */
};

/* Rows it takes at that width. */
int form_hint_rows(const struct form_hint *h, const struct canvas *c, int cols);

/* In an area of that many rows. */
void form_hint_draw(const struct form_hint *h, struct canvas *c, struct area a);

#endif
