/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_TYPING_H
#define TUI_TYPING_H
/*
 * What fields of one line and of many share: letters go into a text, through
 * the Latin-to-Ethiopic table when that is on, and the editing keys that do
 * not depend on how the text is laid out.
 */
#include "tui/action.h"
#include "tui/edit.h"
#include "tui/sera.h"
#include "tui/text.h"

struct typing {
    struct text *text;
    struct buf *clip; /* or NULL */
    bool ethiopic;
    struct sera_typing sera;
};

enum edit_answer typing_press(struct typing *t, const struct press *p);

#endif
