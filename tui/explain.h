/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_EXPLAIN_H
#define TUI_EXPLAIN_H
/*
 * What can be said about one question of a form: its whole label and hint,
 * what may be typed, the answers to choose from, what is wrong, and who
 * answered it last. Of two answers that stand side by side, both.
 */
#include "tui/entry.h"
#include "tui/sitting.h"

struct buf;

void explain_field(const struct sitting *s, const struct entry_style *style,
                   size_t node, struct buf *out);

#endif
