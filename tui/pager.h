/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_PAGER_H
#define TUI_PAGER_H
/*
 * A long text to read: wrapped at words, turned by lines and pages, searched
 * with `/` and on with `n`. The cursor stands on the line being read.
 */
#include "tui/action.h"
#include "tui/canvas.h"

#define PAGER_ACTIONS                                                          \
    ACTION_FIND, ACTION_FIND_NEXT, ACTION_UP, ACTION_DOWN, ACTION_PAGE_UP,     \
        ACTION_PAGE_DOWN, ACTION_FIRST, ACTION_LAST

struct buf;
struct pager;

struct pager *pager_new(const struct canvas *c); /* the canvas is borrowed */
void pager_free(struct pager *p);                /* NULL is fine */

void pager_set(struct pager *p, const char *text); /* copied; at the top */

bool pager_typing(const struct pager *p); /* what is sought is being typed */
const enum action *pager_actions(const struct pager *p);

/* False when it was no key for the pager. */
bool pager_press(struct pager *p, const struct press *press);

void pager_draw(struct pager *p, struct canvas *c, struct area a, bool focus);

/* "34%", or nothing when all of it is on the screen. */
void pager_status(const struct pager *p, struct buf *out);

#endif
