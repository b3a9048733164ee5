/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FORM_PAGE_H
#define TUI_FORM_PAGE_H
/*
 * The questions of a form laid out below each other: headings, notes, labels
 * on the left, answers on the right on the same row, what is wrong with an
 * answer below it. Longer than the screen; a window of it is shown, which
 * moves by half its height when the question with the cursor leaves it, so
 * that most steps move nothing but the cursor.
 */
#include "tui/entry.h"
#include "tui/sitting.h"

struct form_page;

enum { FORM_PAGE_MARGIN = 1, FORM_PAGE_LABEL_COLS = 36, FORM_PAGE_GAP = 1 };

struct form_page *form_page_new(const struct sitting *s,
                                const struct entry_style *style,
                                const struct canvas *c); /* all borrowed */
void form_page_free(struct form_page *p);                /* NULL is fine */

/* Answers, language or width changed: lay out again before it is drawn. */
void form_page_expire(struct form_page *p);

/* Draws it with the cursor in that node's entry, or on the node when it has
 * none; FORM_ROOT: nowhere. */
void form_page_draw(struct form_page *p, struct canvas *c, struct area a,
                    size_t focus, struct entry *entry);

/* The question a screenful below (down) or above that one, among those that
 * are asked; the last or first when there is less. */
size_t form_page_leap(struct form_page *p, size_t focus, bool down);

/* Where a person stops: questions that are relevant and not only to be read,
 * notes so long that they are read for themselves, and behind the rows of a
 * repeat. FORM_ROOT from and to, as in record_next. */
size_t form_page_next(const struct form_page *p, size_t node);
size_t form_page_prev(const struct form_page *p, size_t node);

/* Moves on within a note of more rows than the window has; false when its end
 * is seen. Valid once it was drawn with the cursor there. */
bool form_page_read_on(struct form_page *p, size_t focus);

#endif
