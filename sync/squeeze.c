/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/squeeze.h"

#include <assert.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/i18n.h"
#include "base/mem.h"

enum {
    DEFLATED = 0,
    AS_IT_IS = 1,
    WINDOW_BITS = -15, /* raw deflate, 32 kB of memory of what went before */
    MEMORY_LEVEL = 8,
    STEP_BYTES = 16 * 1024,
    TAIL_BYTES = 4,
};

/* What Z_SYNC_FLUSH ends every piece with: the same four bytes, not sent. */
static const unsigned char tail[TAIL_BYTES] = {0x00, 0x00, 0xff, 0xff};

struct squeeze {
    z_stream stream;
    bool packs;
};

struct squeeze *squeeze_new_packer(void)
{
    struct squeeze *z = mem_alloc(sizeof *z);
    z->packs = true;
    int rc = deflateInit2(&z->stream, 9, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                          Z_DEFAULT_STRATEGY);
    assert(rc == Z_OK); /* fails only without memory or on wrong constants */
    (void)rc;
    return z;
}

struct squeeze *squeeze_new_unpacker(void)
{
    struct squeeze *z = mem_alloc(sizeof *z);
    int rc = inflateInit2(&z->stream, WINDOW_BITS);
    assert(rc == Z_OK);
    (void)rc;
    return z;
}

void squeeze_free(struct squeeze *z)
{
    if (z == NULL)
        return;
    if (z->packs)
        deflateEnd(&z->stream);
    else
        inflateEnd(&z->stream);
    mem_free(z);
}

void squeeze_pack(struct squeeze *z, const void *bytes, size_t n,
                  struct buf *out)
{
    struct buf packed = BUF_INIT(2 * n + STEP_BYTES);
    z->stream.next_in = bytes;
    z->stream.avail_in = (uInt)n;
    do {
        unsigned char step[STEP_BYTES];
        z->stream.next_out = step;
        z->stream.avail_out = sizeof step;
        int rc = deflate(&z->stream, Z_SYNC_FLUSH);
        assert(rc == Z_OK || rc == Z_BUF_ERROR);
        (void)rc;
        buf_add(&packed, step, sizeof step - z->stream.avail_out);
    } while (z->stream.avail_out == 0);
    assert(!buf_failed(&packed) && packed.size >= TAIL_BYTES);
    if (packed.size - TAIL_BYTES < n) {
        buf_add_byte(out, DEFLATED);
        buf_add(out, packed.data, packed.size - TAIL_BYTES);
    } else {
        buf_add_byte(out, AS_IT_IS);
        buf_add(out, bytes, n);
    }
    buf_release(&packed);
}

static bool too_large(size_t piece, size_t whole)
{
    return whole > SQUEEZE_WHOLE_MAX ||
           (whole > SQUEEZE_WHOLE_FREE && whole / SQUEEZE_RATIO_MAX > piece);
}

/* Inflates what next_in holds; *fits false when a cap is reached. */
static bool inflate_all(struct squeeze *z, size_t piece, struct buf *out,
                        bool *fits)
{
    int rc = Z_OK;
    *fits = true;
    do {
        unsigned char step[STEP_BYTES];
        z->stream.next_out = step;
        z->stream.avail_out = sizeof step;
        rc = inflate(&z->stream, Z_SYNC_FLUSH);
        buf_add(out, step, sizeof step - z->stream.avail_out);
        *fits = !too_large(piece, out->size) && !buf_failed(out);
    } while (rc == Z_OK && z->stream.avail_out == 0 && *fits);
    return (rc == Z_OK || rc == Z_BUF_ERROR) && z->stream.avail_in == 0;
}

static bool unpack_deflated(struct squeeze *z, const void *bytes, size_t n,
                            struct buf *out, struct err *e)
{
    bool fits = true;
    z->stream.next_in = bytes;
    z->stream.avail_in = (uInt)n;
    bool good = inflate_all(z, n, out, &fits);
    if (good && fits) {
        z->stream.next_in = tail;
        z->stream.avail_in = sizeof tail;
        good = inflate_all(z, n, out, &fits);
    }
    if (!fits)
        return err_set(e, ERR_PROTOCOL,
                       _("A packed frame unfolds to more than it may"));
    return good || err_set(e, ERR_PROTOCOL, _("A packed frame is broken"));
}

static bool take_as_it_is(struct squeeze *z, const void *bytes, size_t n,
                          struct buf *out, struct err *e)
{
    buf_add(out, bytes, n);
    /* later pieces may refer to these bytes: they join the window */
    if (inflateSetDictionary(&z->stream, bytes, (uInt)n) != Z_OK)
        return err_set(e, ERR_BUG, "inflateSetDictionary");
    return true;
}

bool squeeze_unpack(struct squeeze *z, const void *piece, size_t n,
                    struct buf *out, struct err *e)
{
    const unsigned char *bytes = piece;
    buf_clear(out);
    out->max = SQUEEZE_WHOLE_MAX + STEP_BYTES;
    if (n < 2 || n > SQUEEZE_PIECE_MAX || bytes[0] > AS_IT_IS)
        return err_set(e, ERR_PROTOCOL, _("A packed frame is broken"));
    return bytes[0] == AS_IT_IS ? take_as_it_is(z, bytes + 1, n - 1, out, e)
                                : unpack_deflated(z, bytes + 1, n - 1, out, e);
}
