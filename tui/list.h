/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_LIST_H
#define TUI_LIST_H
/*
 * A list over data that may be long: only a window of rows is held, fetched
 * by key from a source (a query, an array, a test). The number of rows need
 * not be known. The chosen row has a `>` in front, and only that moves: a bar
 * over the whole row would cost the line four times as much.
 *
 * Typing after `/` narrows the list at once; Esc shows all again, and the
 * chosen row stays chosen as long as it is in the list.
 */
#include "tui/action.h"
#include "tui/canvas.h"

#define LIST_ACTIONS                                                           \
    ACTION_UP, ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_FIRST,    \
        ACTION_LAST

struct buf;
struct list;
struct list_rows;

enum { LIST_CELLS_MAX = 10 };

struct list_column {
    const char *title; /* N_() */
    int width;         /* columns; 0 takes what is left, for one of them */
    bool right;        /* numbers stand to the right */
};

enum list_from {
    LIST_AT,    /* rows from `key` on, itself included, downwards */
    LIST_AFTER, /* rows that follow `key`; NULL: from the first on */
    LIST_BEFORE /* rows above `key`, nearest first; NULL: from the last up */
};

struct list_source {
    /* Adds at most `nr` rows with list_rows_add. A key is what orders the
     * list, as text: it need not exist any more. Called on key presses only;
     * leaves no query open. */
    void (*fetch)(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows);
    /* How many rows there are; negative: not known. May be NULL. */
    int64_t (*count)(void *arg);
    /* Holds only rows that match from now on ("" all). NULL: cannot. */
    void (*narrow)(void *arg, const char *text);
    void *arg;
};

/* One row: its key, and one text a column. The role tints the first cell
 * (ROLE_TEXT for most rows). Texts are copied. */
void list_rows_add(struct list_rows *rows, const char *key, enum role role,
                   const char *const *cells, size_t nr);

/* Columns are borrowed and stay. */
struct list *list_new(const struct list_column *columns, size_t nr,
                      struct list_source source);
void list_free(struct list *l); /* NULL is fine */

/* Words in place of rows when there is none: N_(). */
void list_set_empty(struct list *l, const char *sentence);

/* The data changed: fetches again around what is shown. */
void list_reload(struct list *l);

/* The chosen row's key, NULL when the list is empty; the text of one of its
 * cells. Both until the next key or reload. */
const char *list_key(const struct list *l);
const char *list_cell(const struct list *l, size_t column);

void list_choose(struct list *l, const char *key); /* that row, or the next */

/* Opens the line in which to type what narrows, as ACTION_FIND does. */
void list_find(struct list *l);

bool list_typing(const struct list *l); /* what narrows is being typed */
const char *list_narrowed(const struct list *l); /* "" when all are shown */

/* "12 of 20,000"; what is not known is left out. */
void list_status(const struct list *l, struct buf *out);

/* True when it was a key for the list. ACTION_FIND opens the line in which
 * to type; Back while narrowed shows all again. */
bool list_press(struct list *l, const struct press *p);

/* Draws headings and rows into the area; with the focus, the cursor stands on
 * the chosen row. */
void list_draw(struct list *l, struct canvas *c, struct area a, bool focus);

/* The actions for a view whose only widget is a list: its own while letters
 * are commands, those of a field while it narrows. */
const enum action *list_find_actions(void);

#endif
