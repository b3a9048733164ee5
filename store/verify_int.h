/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VERIFY_INT_H
#define STORE_VERIFY_INT_H
/*
 * What the parts of verify share: verify.c (everything), verify_walk.c (a chain
 * on its way), verify_new.c (what came lately), verify_head.c, and
 * verify_frame.c (signatures).
 */
#include "store/change.h"
#include "store/verify.h"

struct db;

/* One chain on its way from its seed to its head. */
struct verify_walk {
    int64_t chain_id;
    uint64_t seq; /* proved up to here */
    uint8_t head[HASH_BYTES];
    uint8_t seed[CHANGE_SALT_BYTES]; /* of seq + 1, but of seed_seq before it */
    uint64_t
        seed_seq; /* where the ratchet begins: 1, or behind what was erased */
    uint8_t unused[CHANGE_SALT_BYTES]; /* what moves in vain before it */
};

/* Proves the next save; false is ERR_CORRUPT, or what the database says. */
bool verify_walk_save(struct store *s, struct verify_walk *w, struct err *e);

/* Whether the chain's row says what was proved, and the chain ends there. */
bool verify_walk_end(struct store *s, const struct verify_walk *w,
                     struct err *e);

/* Names the chain and the change behind w->seq. Always false. */
bool verify_walk_broken(struct store *s, const struct verify_walk *w,
                        struct err *e);

/* Signatures of the frames kept as evidence. */
bool verify_frames(struct store *s, int64_t *frames, struct err *e);

/* H over the heads of all chains as they stood at a log position; position 0:
 * at the end, which is put in *position. */
bool verify_head_state(struct db *db, int64_t *position,
                       uint8_t out[HASH_BYTES], struct err *e);
/* The same of a written head: whether the log holds that state. */
bool verify_head_holds(struct db *db, const char *head, bool *holds,
                       int64_t *position, struct err *e);
void verify_head_print(int64_t position, const uint8_t state[HASH_BYTES],
                       char out[VERIFY_HEAD_BYTES]);

#endif
