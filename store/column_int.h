/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_COLUMN_INT_H
#define STORE_COLUMN_INT_H
/*
 * What stands in a column of the database, read back into the nouns of the
 * room. A page that opens was sealed by a holder of the key, but an older page
 * put back, or a program with a fault, may have left there what does not
 * belong: a key cut short, a number where bytes should be. So every length is
 * looked at here, once, and what does not fit is told apart from what does.
 * Columns count from 0, as in rows_int.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/mem.h"
#include "forms/value.h"
#include "store/db.h"
#include "store/stream.h"

/* n bytes, no more and no fewer, into out; else false, and out stays as it was.
 */
bool column_bytes(const struct rows *q, int column, void *out, size_t n);

/* The same in the pool; NULL when there are not just so many. */
const uint8_t *column_copy(const struct rows *q, int column, size_t n,
                           struct pool *pool);

/* Whether just these n bytes stand there. */
bool column_is(const struct rows *q, int column, const void *bytes, size_t n);

/* An id; zero when there is none. */
struct id column_id(const struct rows *q, int column);

/* A stream: its kind there, its key in the column behind it; of kind
 * STREAM_NONE, without a key, when they do not make one. */
struct stream column_stream(const struct rows *q, int column);

/* A canonical value that is a text, borrowed from the row; false when another
 * one stands there, or none. */
bool column_text(const struct rows *q, int column, struct value *v);

#endif
