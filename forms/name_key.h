/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_NAME_KEY_H
#define FORMS_NAME_KEY_H
/*
 * Names as keys for sorting and finding: lower case, accents dropped, Ethiopic
 * letters that sound alike made one (domain.md 7.3: ha, sa, a, tsa series),
 * everything but letters and digits a word break. Pure.
 */
#include <stddef.h>

enum { NAME_KEY_BYTES = 200 };

/* The folded text: words separated by one blank. Cut at a whole character. */
void name_key_fold(const char *text, char *out, size_t out_bytes);

/* The next word of a folded text: returns its length, 0 at the end, and moves
 * *at behind it; *word points at it. */
size_t name_key_word(const char **at, const char **word);

#endif
