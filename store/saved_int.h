/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SAVED_INT_H
#define STORE_SAVED_INT_H
/*
 * A save read back from the log, in the shape in which it was appended. For
 * the feed, for verify and for telling a repeat from a fork.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/change.h"

struct store;

struct saved_at {
    int64_t chain_id, save_seq;
};

/* The save that begins there; everything lives in pool. *position is the log
 * position of its last change. */
bool saved_load(struct store *s, struct saved_at at, struct pool *pool,
                struct save *save, int64_t *position, struct err *e);

/* Canonical bytes of a whole save, for setting it aside; and such a save taken
 * out of them again, in the pool. False when they are none (of a purged case
 * nothing is kept). */
void saved_encode(struct buf *b, const struct save *save);
bool saved_decode(const void *bytes, size_t n, struct pool *pool,
                  struct save *save);

#endif
