/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SQUEEZE_H
#define SYNC_SQUEEZE_H
/*
 * Compression of one direction of a conversation: raw deflate with one window
 * for the whole session, so that a frame is cheap when an earlier one was
 * alike. Each piece stands on whole bytes and can be taken apart as soon as it
 * is there. A piece that deflate would make larger travels as it is, and both
 * windows remember it all the same.
 *
 * A piece is one byte (0 deflated, 1 as it is) and the bytes. What comes from
 * outside is capped three ways: piece, result, and ratio between them.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct squeeze;

enum {
    SQUEEZE_PIECE_MAX = 256 * 1024,  /* a piece on the wire */
    SQUEEZE_WHOLE_MAX = 1024 * 1024, /* what comes out of one */
    /* beyond the free part a byte may unfold to this many, no more; one save
     * at its largest stays within the free part */
    SQUEEZE_WHOLE_FREE = 256 * 1024,
    SQUEEZE_RATIO_MAX = 100,
};

struct squeeze *squeeze_new_packer(void);
struct squeeze *squeeze_new_unpacker(void);
void squeeze_free(struct squeeze *z); /* NULL is fine */

/* Appends the piece to out (n at least 1). */
void squeeze_pack(struct squeeze *z, const void *bytes, size_t n,
                  struct buf *out);

/* Puts the whole into out, which is cleared first and whose max is set.
 * ERR_PROTOCOL when the piece is broken or exceeds a cap; after that the
 * unpacker is of no further use. */
bool squeeze_unpack(struct squeeze *z, const void *piece, size_t n,
                    struct buf *out, struct err *e);

#endif
