/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_PATTERN_H
#define FORMS_PATTERN_H
/*
 * The pattern of regex(): what form authors write, of which POSIX extended
 * expressions are the core. \d \w \s and their capitals, (?: ) and lazy
 * quantifiers are translated; look-around, back references and other things
 * beyond it are refused with a sentence, as is a pattern that would take more
 * memory or time than an old PC has. A pattern stands for the whole text.
 */
#include <stdbool.h>

#include "base/err.h"

enum {
    PATTERN_BYTES_MAX = 512,
    PATTERN_SUBJECT_BYTES_MAX = 8192,
};

/* False when the pattern cannot be used. */
bool pattern_check(const char *pattern, struct err *e);

/* Whether the whole subject matches, in *matches. */
bool pattern_match(const char *pattern, const char *subject, bool *matches,
                   struct err *e);

#endif
