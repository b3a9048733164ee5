/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H
/*
 * Rows of a repeat as the person at a form sees them: which one the cursor is
 * in, where one more would be added, and whether one may be taken out.
 */
#include "tui/entry_style.h"

struct tui;

/* The row a node is in; of the place behind the rows the last of them.
 * RECORD_NONE: none. */
size_t rows_row_at(const struct record *r, size_t node);

/* The repeat a node is in, or behind whose rows it is; RECORD_NONE: none. */
size_t rows_repeat_at(const struct record *r, size_t node);

/* Asks whether a row is to go with all its answers. */
bool rows_may_drop(struct tui *t, const struct entry_style *style, size_t row);

#endif
