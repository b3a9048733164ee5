/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FRAME_H
#define STORE_FRAME_H
/*
 * The frame as far as the store knows it: which chains it moves to which head,
 * and the signature over that (formats.md 3). How saves are packed into bytes
 * is the sync room's matter.
 *
 * signed bytes = H("frame", number, H of the previous frame's signature,
 * H("leaves", leaf...)), leaf = H("leaf", epoch, stream, last seq, head), in
 * the order in which chains first appear in the frame. Heads are computed by
 * both ends, so only the 64 bytes of the signature travel.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/hash.h"
#include "store/stream.h"

struct store;

enum { FRAME_SIG_BYTES = 64, FRAME_CHAINS_MAX = 4096 };

/* The state of one chain after what the frame holds of it. */
struct frame_chain {
    uint64_t epoch;
    struct stream stream;
    uint64_t seq;
    uint8_t head[HASH_BYTES];
};

struct frame_chain_list { /* zero it to start; frame_chain_list_release */
    struct frame_chain *items;
    size_t nr, alloc;
};

/* The entry of a chain, added at the end when it is new. */
struct frame_chain *frame_chain_get(struct frame_chain_list *l, uint64_t epoch,
                                    const struct stream *stream);
void frame_chain_list_release(struct frame_chain_list *l);

/* H("leaf", ...) of one chain; those of all, one behind the other. */
void frame_leaf(uint8_t out[HASH_BYTES], const struct frame_chain *c);
void frame_leaves(struct buf *out, const struct frame_chain_list *l);

/* What is signed. prev: H of the previous signature, zeros before the first. */
void frame_digest(uint8_t out[HASH_BYTES], uint64_t number,
                  const uint8_t prev[HASH_BYTES],
                  const struct frame_chain_list *l);

/* The same from the leaves as they are kept, one behind the other. */
void frame_digest_of(uint8_t out[HASH_BYTES], uint64_t number,
                     const uint8_t prev[HASH_BYTES], const void *leaves,
                     size_t leaves_bytes);

/* H of a signature, as the next frame cites it. */
void frame_sig_hash(uint8_t out[HASH_BYTES],
                    const uint8_t sig[FRAME_SIG_BYTES]);

#endif
