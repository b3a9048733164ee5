/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_PICK_H
#define TUI_PICK_H
/*
 * A field whose answer is one or several of a list. Who knows the codes types
 * them (`f`, `03`, `1 3 5`) and sees at once what they mean; a label or the
 * start of one does as well, and so does the number of its place in the list.
 * ACTION_PICK, or `?` in the empty field, opens the
 * list on a screen of its own, where typing narrows and Enter takes.
 */
#include "tui/edit.h"

/* What a view lists among its actions while a pick has the focus. */
#define PICK_ACTIONS ACTION_PICK, EDIT_ACTIONS

struct buf;
struct pick;
struct tui;

struct pick_option {
    const char *code, *label;
};

struct pick_source {
    size_t nr;
    /* The option of that index; texts live as long as the pick's field */
    struct pick_option (*option)(void *arg, size_t index);
    void *arg;
};

struct pick_plan {
    struct pick_source source;
    struct tui *tui;
    const char *title; /* of the list's screen, borrowed */
    bool multiple;
};

enum { PICK_NONE = -1 };

struct pick *pick_new(const struct pick_plan *plan);
void pick_free(struct pick *p); /* NULL is fine */

/* Other options, as when an answer before changed; what is chosen and no
 * longer there is dropped. */
void pick_set_source(struct pick *p, struct pick_source source);

void pick_clear(struct pick *p);
void pick_choose(struct pick *p, size_t index, bool on);
bool pick_is_chosen(const struct pick *p, size_t index);
int64_t pick_first(const struct pick *p); /* the chosen one; PICK_NONE */
unsigned pick_changes(const struct pick *p);

/* Makes a choice of what was typed, as at the exit of the field. False when it
 * names nothing, or several: the typed words stay, and *word (the pick's, until
 * the next key) is what was not understood. */
bool pick_settle(struct pick *p, const char **word);

/* The text of the field; and other text in it, read as if it were typed. */
const char *pick_typed(const struct pick *p); /* until the next key */
void pick_type(struct pick *p, const char *text);

/* How many answers that word begins: more than one calls for the list. */
size_t pick_starts(const struct pick *p, const char *word);

bool pick_is_ethiopic(const struct pick *p);
void pick_set_ethiopic(struct pick *p, bool on);

/* What was typed can be nothing else any more: a form may go on to the next
 * field. */
bool pick_is_complete(const struct pick *p);

/* What there is to choose from, for people, and what to type for each: "1 Yes
 * 2 No", the code where it is short. Only the first when they are many. */
void pick_print_options(const struct pick *p, struct buf *out);

/* Opens the list, narrowed to a word that begins several answers; returns when
 * it is closed. */
void pick_open(struct pick *p);

enum edit_answer pick_press(struct pick *p, const struct press *press);
void pick_draw(struct pick *p, struct canvas *c, struct span at, bool focus);

/* How many of so many columns the typed part takes; one blank and what it says
 * follow. For fields that stand below picks and should look like them. */
int pick_field_columns(int columns);

#endif
