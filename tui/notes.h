/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_NOTES_H
#define TUI_NOTES_H
/*
 * A field of many lines. Lines wrap at words on the screen only: the text is
 * kept as it was typed, with a newline where Enter was pressed, so paragraphs
 * come back whole on a screen of another width. A bar stands to the left;
 * `^` and `v` in it say that there is more.
 */
#include "tui/canvas.h"
#include "tui/edit.h"

/* What a view lists among its actions while notes have the focus: before
 * ACTION_NEXT_FIELD, for Enter and Down belong to the text here. Line up in
 * the first line and line down in the last are ignored, so that the view may
 * go on to another field. */
#define NOTES_ACTIONS                                                          \
    ACTION_NEW_LINE, ACTION_LINE_UP, ACTION_LINE_DOWN, ACTION_PAGE_UP,         \
        ACTION_PAGE_DOWN, EDIT_ACTIONS

enum { NOTES_BYTES_MAX = 64 * 1024 };

struct notes;

struct notes_plan {
    size_t max_bytes;
    const struct canvas *canvas; /* where it is shown; borrowed */
    struct buf *clip;            /* tui_clip, or NULL */
};

struct notes *notes_new(const struct notes_plan *plan);
void notes_free(struct notes *n); /* NULL is fine */

void notes_set(struct notes *n, const char *s); /* cursor at the end */
const char *notes_get(const struct notes *n);   /* until the next change */
unsigned notes_changes(const struct notes *n);  /* differs after each change */
bool notes_is_ethiopic(const struct notes *n);
void notes_set_ethiopic(struct notes *n, bool on);

/* Puts the cursor at the first or the last line, as when the focus comes from
 * above or below. */
void notes_enter(struct notes *n, bool from_above);

enum edit_answer notes_press(struct notes *n, const struct press *p);

void notes_draw(struct notes *n, struct canvas *c, struct area a, bool focus);

/* Rows it would take at that width, at least one. */
int notes_rows(struct notes *n, int cols);

#endif
