/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_TYPED_H
#define TUI_TYPED_H
/*
 * What a person types into a line, and the answer it means, for the types
 * whose answers nobody would type as they are kept: a time of the day (also by
 * the clock that counts from six in the morning), a day with a time, a place
 * on the map, "OK", an order, a file. One row a type in typed.c.
 *
 * A file's answer is its name and, where it was there to be read, a piece of H
 * over its contents, so that it can be told later which file was meant.
 */
#include "tui/entry_style.h"

struct buf;

enum {
    TYPED_FILE_BYTES_MAX = 32 * 1024 * 1024,
    TYPED_HASH_BYTES = 16,
};

/* Whether the type has a row here. */
bool typed_is_of(const struct field *d);

/* Whether what was typed is short, with words behind it that say more. */
bool typed_is_short(const struct field *d);

/* The answer that a text means, appended to out. False when it means none:
 * then out gets the text as it stands, and the sentence says why. */
bool typed_take(const struct entry_style *style, const struct field *d,
                const char *text, struct buf *out, struct err *e);

/* An answer as it is typed, appended to out. */
void typed_show(const struct entry_style *style, const struct field *d,
                const char *answer, struct buf *out);

/* What stands behind it; in the pool. */
const char *typed_words(const struct entry_style *style, const struct field *d,
                        const char *answer, struct pool *pool);

#endif
