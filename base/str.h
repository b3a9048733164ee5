/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H
/*
 * Small questions about C strings; locale plays no part.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_equal(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_is_blank(const char *s); /* NULL, empty or only ASCII blanks */

/* Without ASCII blanks at both ends: moves *s forward, returns the length. */
size_t str_trim(const char **s);

/* Whole text as a decimal integer within [min, max], sign allowed. */
bool str_to_int(const char *s, int64_t min, int64_t max, int64_t *out);

/* Copies with a NUL, cut at a whole UTF-8 character; false when cut. */
bool str_copy(char *to, size_t to_bytes, const char *from);

/* Lower-case hex of n bytes into 2n+1; and back (false: not n bytes of hex) */
void str_hex(char *to, const void *bytes, size_t n);
bool str_unhex(void *to, size_t n, const char *hex);

#endif
