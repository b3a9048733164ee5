/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LINES_INT_H
#define SYNC_LINES_INT_H
/* Text files of "word value" lines in a fixed order. */
#include <stdbool.h>
#include <stddef.h>

/* Takes the next line off *at when it is "word value"; the value, without the
 * newline, goes to out. False when it is another or does not fit. */
bool lines_take(const char **at, const char *word, char *out, size_t out_bytes);

#endif
