/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_NOTES_H
#define TUI_VIEW_NOTES_H
/*
 * A long text on a screen of its own. Leaving it keeps the text, whichever
 * key it is left with: what was typed is taken back with undo, not by Esc.
 */
#include "tui/action.h"

struct buf;
struct tui;

struct view_notes_plan {
    const char *title; /* the question; copied */
    bool *ethiopic;    /* Latin letters become Ethiopic ones; kept up to date */
    /* Two seconds without a key, or the line is lost: what stands there is to
     * be put on disk. May be NULL. */
    void (*keep)(void *arg, const char *text);
    void *arg;
};

/* Serves keys until the person is done; text holds what was there and then
 * what is. first, when not NULL, is a key pressed already. True when the
 * person said that it is finished, with F2; false for a mere way back. */
bool view_notes_edit(struct tui *t, const struct view_notes_plan *plan,
                     struct buf *text, const struct press *first);

#endif
