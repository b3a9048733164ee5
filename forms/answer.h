/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_ANSWER_H
#define FORMS_ANSWER_H
/*
 * Between an answer (text, as XLSForm has it: "12", "2026-11-21", "f", "a b")
 * and the canonical value that is kept (forms/value.h), by the field's type.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "forms/form.h"
#include "forms/value.h"

/* The value of a canonical answer. Refused with a sentence: not of the type
 * ("twelve" in an integer), an impossible date, a choice the list has not, bad
 * UTF-8 or control characters, over 64 kB. A blank answer is VALUE_NONE.
 * v borrows from the answer and from the pool. */
bool answer_to_value(const struct field *d, const char *answer,
                     struct pool *pool, struct value *v, struct err *e);

/* The answer of a value; one the form version cannot explain (an index beyond
 * the list) is written "#7" rather than lost. Borrowed from the pool. */
const char *answer_from_value(const struct field *d, const struct value *v,
                              struct pool *pool);

/* For people: choice labels joined by ", ", dates in the calendar chosen with
 * the month in words, text as it is. lang is the form's language index. */
struct answer_style {
    size_t lang;
    const char *lang_code;
    int ethiopian; /* dates in the Ethiopian calendar */
};
const char *answer_print(const struct form *f, const struct field *d,
                         const char *answer, const struct answer_style *style,
                         struct pool *pool);

#endif
