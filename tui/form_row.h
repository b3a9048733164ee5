/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FORM_ROW_H
#define TUI_FORM_ROW_H
/*
 * Rows of a repeat as the person at a form sees them: which one the cursor is
 * in, where one more would be added, and whether one may be taken out.
 */
#include "tui/entry_style.h"

struct tui;

/* The row a node is in; of the place behind the rows the last of them.
 * RECORD_NONE: none. */
size_t form_row_at(const struct record *r, size_t node);

/* The repeat a node is in, or behind whose rows it is; RECORD_NONE: none. */
size_t form_row_repeat_at(const struct record *r, size_t node);

/* Asks whether a row is to go with all its answers. */
bool form_row_may_drop(struct tui *t, const struct entry_style *style,
                       size_t row);

#endif
