/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H
/*
 * Text under the hands of a person: UTF-8 with a cursor, undo and redo. It
 * knows no screen; edit (one line) and notes (many) show it. Cursor and edits
 * always stand between whole visible characters: a base and its marks are one.
 * Offsets are bytes. Text never holds control characters but newline, and
 * newline only when lines are allowed.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct text;

struct text_plan {
    size_t max_bytes;
    bool lines;  /* newlines are allowed */
    bool secret; /* no undo; memory is wiped */
};

struct text *text_new(const struct text_plan *plan);
void text_free(struct text *t); /* NULL is fine */

/* Other content; the cursor at its end, nothing to undo. What may not stand
 * in the text is left out; what does not fit is cut. */
void text_set(struct text *t, const char *s);

const char *text_get(const struct text *t); /* until the next change */
size_t text_size(const struct text *t);
size_t text_at(const struct text *t);        /* the cursor */
unsigned text_changes(const struct text *t); /* differs after each change */

void text_go(struct text *t, size_t at); /* goes to the character there */
void text_left(struct text *t);
void text_right(struct text *t);

/* Where the line of the cursor begins and ends; the word before it begins. */
size_t text_line_start(const struct text *t);
size_t text_line_end(const struct text *t);
size_t text_word_start(const struct text *t);

/* At the cursor, which moves behind it; false when it does not fit or holds
 * nothing that may stand in the text. */
bool text_insert(struct text *t, const char *s, size_t n);

/* Takes a part away (into clip when given); the cursor goes where it was. */
void text_erase(struct text *t, size_t from, size_t to, struct buf *clip);

/* Typed letters are undone word by word; false when there is nothing. */
bool text_undo(struct text *t);
bool text_redo(struct text *t);

#endif
