/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ENTRY_STYLE_H
#define TUI_ENTRY_STYLE_H
/*
 * In which language and calendar the questions of a form are asked: plain
 * data, shared by all its entries. A form may speak more languages than the
 * screens, so the one chosen on a form is remembered beside theirs, for as
 * long as they keep to it.
 */
#include "forms/calendar.h"
#include "forms/record.h"

struct store;

struct entry_style {
    const struct form *form;
    size_t lang; /* index of the form's languages */
    enum calendar calendar;
    int64_t today;
    const struct record *record; /* the one that is filled: its answers stand
                                    in labels and filter choices */
};

/* The language chosen on a form last, else that of the screens (settings
 * ui.form_lang.*, ui.lang); the calendar of ui.calendar, else the Ethiopian. */
struct entry_style entry_style_of(struct store *s, const struct record *r,
                                  int64_t today);

/* The field of a node; its label and its hint as they read there, in the pool
 * or the form's own. */
const struct field *entry_style_field(const struct entry_style *style,
                                      size_t node);
const char *entry_style_label(const struct entry_style *style, size_t node,
                              struct pool *pool);
const char *entry_style_hint(const struct entry_style *style, size_t node,
                             struct pool *pool);

/* The form's next language; kept for the next form. */
void entry_style_next_language(struct entry_style *style, struct store *s);

#endif
