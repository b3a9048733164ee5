/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FOOT_H
#define TUI_FOOT_H
/*
 * The last two rows: one line for messages, always in the same place, and the
 * bar of keys of this screen. A message that needs more grows upwards until the
 * next key.
 */
#include "tui/action.h"
#include "tui/canvas.h"

enum { FOOT_ROWS = 2, FOOT_MESSAGE_BYTES = 512 };

struct foot {
    char message[FOOT_MESSAGE_BYTES];
    enum role role;
};

struct keymap;

void foot_say(struct foot *f, enum role role, const char *message);
void foot_clear(struct foot *f);

/* What the bar shows depends on the screen: its actions that have a word for
 * the bar, as many as fit, Help first and Back last. */
struct foot_bar {
    const struct keymap *keymap;
    const enum action *actions;
    bool typing;
    bool question; /* a question hides the screen's keys: Back alone */
};

/* Draws a text so that its last line stands in the span; what does not fit
 * there stands above it, over whatever is there. Returns the columns that the
 * last line takes. */
int foot_put(struct canvas *c, struct span at, enum role role,
             const char *text);

/* Draws both rows at the foot of the canvas. */
void foot_draw(const struct foot *f, struct canvas *c,
               const struct foot_bar *bar);

#endif
