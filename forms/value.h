/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_VALUE_H
#define FORMS_VALUE_H
/*
 * A value as it is kept: hashed, stored and sent in this one canonical form
 * (formats.md 1). Integers, decimals and dates are numbers, choices are
 * indexes into the list of the form version they were answered in, text is
 * UTF-8. What a person types or sees, the answer, is text (XLSForm: every
 * value is a string); field_answer_* in forms/answer.h go between the two.
 *
 * A struct value borrows its text and choices (from the decoded bytes, from a
 * pool); it owns nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/reader.h"

enum value_type {                 /* the byte that is kept: never renumber */
                  VALUE_NONE = 0, /* nothing: a cleared field */
                  VALUE_INTEGER = 1,
                  VALUE_DECIMAL = 2, /* number x 10^-scale */
                  VALUE_DATE = 3, /* number: days since 1970-01-01, Gregorian */
                  VALUE_TEXT = 4,
                  VALUE_CHOICES =
                      5, /* indexes into the field's list, in answer order */
                  VALUE_TOKENS =
                      6, /* text: choice names the list does not hold */
                  VALUE_TIME = 7,   /* number: milliseconds of the day */
                  VALUE_MOMENT = 8, /* number: milliseconds since the epoch,
                                       with zone text */
};

enum {
    VALUE_TEXT_BYTES_MAX = 65536, /* a field's text; formats.md 1 */
    VALUE_CHOICES_MAX = 1024,
};

struct value {
    enum value_type type;
    int64_t number;
    unsigned scale; /* of a decimal, 0 to 18, no trailing zeros kept */
    const char *text;
    size_t text_bytes;
    const uint32_t *choices;
    size_t choices_nr;
};

/* Appends the canonical bytes. */
void value_encode(struct buf *b, const struct value *v);

/* Reads canonical bytes, all of them; choices land in room, which the caller
 * gives and which v then borrows. False when the bytes are not canonical. */
bool value_decode(const void *bytes, size_t n, uint32_t *room, size_t room_nr,
                  struct value *v);

/* Equal when their canonical bytes are. */
bool value_equal(const struct value *a, const struct value *b);

#endif
