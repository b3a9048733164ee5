/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"

struct reader reader_of(const void *bytes, size_t n)
{
    static const uint8_t nothing[1] = {0};

    /* never NULL inside, so that an empty block can be told from none */
    return (struct reader){bytes ? bytes : nothing, bytes ? n : 0, false};
}

const uint8_t *reader_bytes(struct reader *r, size_t n)
{
    const uint8_t *at = r->at;

    if (r->failed || n > r->left) {
        r->failed = true;
        return NULL;
    }
    r->at += n;
    r->left -= n;
    return at;
}

uint8_t reader_byte(struct reader *r)
{
    const uint8_t *at = reader_bytes(r, 1);

    return at ? *at : 0;
}

uint64_t reader_varint(struct reader *r)
{
    uint64_t n = 0;
    unsigned shift;

    for (shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_byte(r);

        if (r->failed)
            return 0;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        /* a last byte of zero adds nothing; the tenth holds one bit */
        if ((byte == 0 && shift > 0) || (shift == 63 && byte > 1))
            break;
        return n;
    }
    r->failed = true;
    return 0;
}

int64_t reader_zigzag(struct reader *r)
{
    uint64_t n = reader_varint(r);
    int64_t half = (int64_t)(n >> 1);

    return n & 1 ? -half - 1 : half;
}

static uint64_t big_endian(struct reader *r, size_t n)
{
    const uint8_t *at = reader_bytes(r, n);
    uint64_t value = 0;
    size_t i;

    for (i = 0; at && i < n; i++)
        value = value << 8 | at[i];
    return value;
}

uint32_t reader_be32(struct reader *r)
{
    return (uint32_t)big_endian(r, 4);
}

uint64_t reader_be64(struct reader *r)
{
    return big_endian(r, 8);
}

const uint8_t *reader_block(struct reader *r, size_t max_bytes, size_t *n)
{
    uint64_t length = reader_varint(r);
    const uint8_t *at = NULL;

    if (length > max_bytes || length > r->left)
        r->failed = true;
    if (!r->failed)
        at = reader_bytes(r, (size_t)length);
    *n = at ? (size_t)length : 0;
    return at;
}

bool reader_failed(const struct reader *r)
{
    return r->failed;
}

bool reader_done(const struct reader *r)
{
    return !r->failed && r->left == 0;
}
