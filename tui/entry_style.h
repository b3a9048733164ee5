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
#include "forms/form.h"

struct store;

struct entry_style {
    const struct form *form;
    size_t lang; /* index of the form's languages */
    enum calendar calendar;
    int64_t today;
};

/* The language chosen on a form last, else that of the screens (settings
 * ui.form_lang.*, ui.lang); the calendar of ui.calendar, else the Ethiopian. */
struct entry_style entry_style_of(struct store *s, const struct form *f,
                                  int64_t today);

/* The form's next language; kept for the next form. */
void entry_style_next_language(struct entry_style *style, struct store *s);

#endif
