/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ENTRY_H
#define TUI_ENTRY_H
/*
 * One question's answer under the hands of a person: what is typed, how it is
 * shown, and which answer it means. A question with few columns for what is
 * typed (a code, a day, a place) shows behind it what that says.
 *
 * What is typed may mean nothing; then it is kept as it stands, so that it can
 * be mended later. A day that was not understood gets a `?` in front, for it
 * could else be read as a day of the other calendar.
 *
 * How an answer that nobody types at looks is here as well, so that it looks
 * the same with the cursor and without.
 */
#include "forms/record.h"
#include "tui/canvas.h"
#include "tui/edit.h"
#include "tui/entry_style.h"

struct buf;
struct entry;
struct tui;

enum { ENTRY_LINE_BYTES = 480, ENTRY_ROWS_MAX = 4 };

/* Starts from the answer that is there, "" for none. Both are borrowed. */
struct entry *entry_new(struct tui *t, const struct entry_style *style,
                        size_t node, const char *answer);
void entry_free(struct entry *n); /* NULL is fine */

/* What a view lists among its actions while this entry has the focus. */
const enum action *entry_actions(const struct entry *n);

bool entry_is_empty(const struct entry *n);
bool entry_is_long(const struct entry *n);    /* typed on a screen of its own */
bool entry_is_changed(const struct entry *n); /* since it was made or put */
bool entry_is_ethiopic(const struct entry *n);
void entry_set_ethiopic(struct entry *n, bool on); /* where letters are typed */

/* Another answer, as if it had been typed. */
void entry_put(struct entry *n, const char *answer);

/* The next letter takes the place of what stands there, as when the field was
 * entered: after a complaint a code or a day is typed anew, not on. */
void entry_refresh(struct entry *n);

/* The answer that is meant, appended to out. False when nothing is: then out
 * gets what was typed, and the sentence says why. */
bool entry_take(const struct entry *n, struct buf *out, struct err *e);

/* What there is to choose from, in a line or two for people, and what to type
 * for it; nothing where the answer is not one of a list. */
void entry_print_options(const struct entry *n, struct buf *out);

/* As the field is left: where what was typed begins several answers, the list
 * of these opens first. */
void entry_settle(struct entry *n);

/* Serves a key. EDIT_REFUSED: no more fits. Long text is typed on a screen of
 * its own, EDIT_LEFT when it is finished; kept is called with what stands there
 * when a draft is due. */
struct entry_keep {
    void (*kept)(void *arg, const char *answer);
    void *arg;
};
enum edit_answer entry_press(struct entry *n, const struct press *p,
                             const struct entry_keep *keep);

/* With the cursor, in an area of entry_rows. */
void entry_draw(struct entry *n, struct canvas *c, struct area a);

/* ---- answers nobody types at ---- */

/* What an answer says, for people: labels, a day in both calendars, the name
 * of a place. In the pool. (Questions are named by their nodes:
 * forms/record.h.) */
const char *entry_words(const struct entry_style *style, size_t node,
                        const char *answer, struct pool *pool);

/* Rows an answer takes at that width, at most ENTRY_ROWS_MAX; and draws it. */
int entry_rows(const struct entry_style *style, size_t node, const char *answer,
               const struct canvas *c, int cols);
void entry_draw_answer(const struct entry_style *style, size_t node,
                       const char *answer, struct canvas *c, struct area a);

/* What is wrong with a node's answer now, if anything; blank is not. */
bool entry_problem(const struct entry_style *style, const struct record *r,
                   size_t node, struct err *problem);

#endif
