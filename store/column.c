/* SPDX-License-Identifier: Apache-2.0 */
#include "store/column_int.h"

#include <string.h>

bool column_is(const struct rows *q, int column, const void *bytes, size_t n)
{
    return rows_size(q, column) == n &&
           memcmp(rows_blob(q, column), bytes, n) == 0;
}

bool column_bytes(const struct rows *q, int column, void *out, size_t n)
{
    if (rows_size(q, column) != n)
        return false;
    memcpy(out, rows_blob(q, column), n);
    return true;
}

const uint8_t *column_copy(const struct rows *q, int column, size_t n,
                           struct pool *pool)
{
    return rows_size(q, column) == n ? pool_copy(pool, rows_blob(q, column), n)
                                     : NULL;
}

struct id column_id(const struct rows *q, int column)
{
    struct id id = {{0}};
    column_bytes(q, column, id.bytes, sizeof id.bytes);
    return id;
}

struct stream column_stream(const struct rows *q, int column)
{
    struct stream s = {.kind = STREAM_NONE};
    int64_t kind = rows_int(q, column);
    size_t n = rows_size(q, column + 1);
    if (kind < 0 || kind > UINT8_MAX || n == 0 || n > sizeof s.key)
        return s;
    s.kind = (uint8_t)kind;
    s.size = (uint8_t)n;
    memcpy(s.key, rows_blob(q, column + 1), n);
    return stream_is_whole(&s) ? s : (struct stream){.kind = STREAM_NONE};
}

bool column_text(const struct rows *q, int column, struct value *v)
{
    return value_decode(rows_blob(q, column), rows_size(q, column), NULL, 0,
                        v) &&
           v->type == VALUE_TEXT;
}
