/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
/*
 * UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 * Text that came from outside passes utf8_is_clean before it is kept: a stored
 * escape sequence would be played back to every terminal that shows it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at s (n bytes there) and its length in *len; an invalid byte
 * gives U+FFFD and length 1. n must be at least 1. */
uint32_t utf8_decode(const char *s, size_t n, size_t *len);

/* Writes one character, returns its length, 1 to 4. */
size_t utf8_encode(uint32_t c, char out[4]);

bool utf8_is_valid(const char *s, size_t n);

/* Valid, and without control characters (C0 but newline and tab, DEL, C1) and
 * without bidirectional overrides (U+202A-202E, U+2066-2069). */
bool utf8_is_clean(const char *s, size_t n);

size_t utf8_chars(const char *s, size_t n); /* code points */

/* Columns on a terminal: 0 for combining marks, 2 for wide, else 1. Own table
 * for what matters (Latin, Ethiopic, CJK ranges), so host locale and test
 * agree. */
int utf8_char_columns(uint32_t c);
size_t utf8_columns(const char *s, size_t n);

/* Bytes of the longest prefix that fits in so many columns, combining marks
 * kept with their base. */
size_t utf8_fit(const char *s, size_t n, size_t columns);

/* Bytes of the first line when the text is broken at so many columns: behind
 * the last word that fits, blanks not counted; a word longer than a line is
 * cut. At least one character, if there is any. */
size_t utf8_line(const char *s, size_t n, size_t columns);

/* Byte offsets of the next and previous visible character (base with its
 * combining marks) from offset at. */
size_t utf8_next(const char *s, size_t n, size_t at);
size_t utf8_prev(const char *s, size_t n, size_t at);

#endif
