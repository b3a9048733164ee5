/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H
/*
 * A screen: a descriptor of what it can do and its own data. The tui keeps
 * the open ones in a stack, draws the top one whole after each batch of keys,
 * and frees it when it closes. A view owns what `self` points to and gives it
 * back in `free`.
 *
 * The first row (title and status), the message line and the key bar are the
 * tui's; a view draws in the area it is given, and places the cursor on what
 * has the focus. A new screen is one file with one descriptor at its foot.
 */
#include "tui/action.h"
#include "tui/canvas.h"

struct buf;
struct tui;

enum view_answer {
    VIEW_IGNORED, /* not for me: the tui acts on global keys, or beeps */
    VIEW_HANDLED, /* done; the screen is drawn again */
    VIEW_CLOSE,   /* done with this view */
    VIEW_QUIT     /* leave the program; the other views are asked first */
};

struct view_ops {
    const char *title;          /* N_("Cases") */
    const char *help;           /* N_() paragraphs for the help screen */
    const enum action *actions; /* ends with ACTION_NONE; the most used first,
                                   for that is the order on the key bar */
    bool overlay;               /* the view below is drawn first */

    /* Any of these but draw and free may be NULL. */
    void (*draw)(void *self, struct canvas *c, struct area a);
    enum view_answer (*press)(void *self, const struct press *p);
    bool (*typing)(const void *self); /* letters are text now */
    const enum action *(*actions_now)(const void *self); /* instead of the
                                                             fixed ones */
    void (*status)(void *self, struct buf *out); /* right end of the title */
    void (*resize)(void *self);
    void (*shown)(void *self);     /* on top again after another view */
    bool (*may_close)(void *self); /* asks if something is unsaved */
    void (*tick)(void *self);      /* no key for tick_ms: see below */
    void (*keep)(void *self); /* the line is lost or the program is suspended:
                                 write what was typed to disk, ask nothing */
    void (*free)(void *self);
};

struct view {
    const struct view_ops *ops;
    void *self;
    struct tui *tui; /* set when it is shown first */
    char *title;     /* instead of ops->title, owned; or NULL */
    int tick_ms;     /* set it to get one tick after so long without a key;
                        it falls back to 0, so an idle view costs nothing */
};

/* self passes to the view. */
struct view *view_new(const struct view_ops *ops, void *self);
void view_free(struct view *v); /* calls ops->free; NULL is fine */

/* A title of its own, "4F7K-2M9Q Selam"; copied. */
void view_set_title(struct view *v, const char *title);

const char *view_title(const struct view *v);
const enum action *view_actions(const struct view *v); /* never NULL */
bool view_typing(const struct view *v);
bool view_may_close(struct view *v);
enum view_answer view_press(struct view *v, const struct press *p);

#endif
