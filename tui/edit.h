/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_EDIT_H
#define TUI_EDIT_H
/*
 * A field of one line: `[Selam               ]`, with `<` and `>` in place of
 * the brackets where the text goes on. The padding has no underline, so a
 * typed letter costs the line a few bytes. Letters are always text; a letter
 * that does not fit is refused, never lost to the next field.
 */
#include "tui/action.h"
#include "tui/canvas.h"

/* What a view that shows a field lists among its actions. */
#define EDIT_ACTIONS                                                           \
    ACTION_LEFT, ACTION_RIGHT, ACTION_LINE_START, ACTION_LINE_END,             \
        ACTION_ERASE_BACK, ACTION_ERASE, ACTION_ERASE_WORD, ACTION_CUT_END,    \
        ACTION_CUT_ALL, ACTION_PASTE, ACTION_UNDO, ACTION_REDO,                \
        ACTION_ETHIOPIC

struct buf;
struct edit;

struct edit_plan {
    size_t max_bytes;
    bool secret;      /* shows stars, keeps no undo, wipes its memory */
    struct buf *clip; /* where cut text goes (tui_clip), or NULL */
};

struct edit *edit_new(const struct edit_plan *plan);
void edit_free(struct edit *e); /* NULL is fine */

void edit_set(struct edit *e, const char *s); /* cursor at the end */
const char *edit_get(const struct edit *e);   /* until the next change */
unsigned edit_changes(const struct edit *e);  /* differs after each change */
bool edit_is_empty(const struct edit *e);
bool edit_is_ethiopic(const struct edit *e);
void edit_set_ethiopic(struct edit *e, bool on);

enum edit_answer {
    EDIT_IGNORED, /* not a key for a field */
    EDIT_DONE,    /* taken: moved, or text changed */
    EDIT_REFUSED, /* a letter that does not fit: beep */
    EDIT_LEFT     /* done with this field: on to the next one */
};

enum edit_answer edit_press(struct edit *e, const struct press *p);

/* Draws it over the whole span, brackets included. With the focus it has
 * bold brackets and the cursor stands in it. */
void edit_draw(struct edit *e, struct canvas *c, struct span at, bool focus);

#endif
