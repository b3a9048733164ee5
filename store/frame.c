/* SPDX-License-Identifier: Apache-2.0 */
#include "store/frame.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"

struct frame_chain *frame_chain_get(struct frame_chain_list *l, uint64_t epoch,
                                    const struct stream *stream)
{
    for (size_t i = l->nr; i-- > 0;)
        if (l->items[i].epoch == epoch &&
            stream_equal(&l->items[i].stream, stream))
            return &l->items[i];
    ARR_PUSH(l) = (struct frame_chain){.epoch = epoch, .stream = *stream};
    return &l->items[l->nr - 1];
}

void frame_chain_list_release(struct frame_chain_list *l)
{
    ARR_RELEASE(l);
}

void frame_leaf(uint8_t out[HASH_BYTES], const struct frame_chain *c)
{
    struct buf b = BUF_INIT(256);
    buf_add_be64(&b, c->epoch);
    stream_encode(&b, &c->stream);
    buf_add_varint(&b, c->seq);
    buf_add(&b, c->head, HASH_BYTES);
    hash_buf(out, "leaf", &b);
    buf_release(&b);
}

void frame_leaves(struct buf *out, const struct frame_chain_list *l)
{
    for (size_t i = 0; i < l->nr; i++) {
        uint8_t leaf[HASH_BYTES];
        frame_leaf(leaf, &l->items[i]);
        buf_add(out, leaf, sizeof leaf);
    }
}

void frame_digest_of(uint8_t out[HASH_BYTES], uint64_t number,
                     const uint8_t prev[HASH_BYTES], const void *leaves,
                     size_t leaves_bytes)
{
    struct buf b = BUF_INIT(128);
    uint8_t list[HASH_BYTES];
    hash_of(list, "leaves", leaves, leaves_bytes);
    buf_add_be64(&b, number);
    buf_add(&b, prev, HASH_BYTES);
    buf_add(&b, list, HASH_BYTES);
    hash_buf(out, "frame", &b);
    buf_release(&b);
}

void frame_digest(uint8_t out[HASH_BYTES], uint64_t number,
                  const uint8_t prev[HASH_BYTES],
                  const struct frame_chain_list *l)
{
    struct buf leaves = BUF_INIT((size_t)FRAME_CHAINS_MAX * HASH_BYTES);
    frame_leaves(&leaves, l);
    frame_digest_of(out, number, prev, leaves.data, leaves.size);
    buf_release(&leaves);
}

void frame_sig_hash(uint8_t out[HASH_BYTES], const uint8_t sig[FRAME_SIG_BYTES])
{
    hash_of(out, "signature", sig, FRAME_SIG_BYTES);
}
