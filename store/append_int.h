/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_APPEND_INT_H
#define STORE_APPEND_INT_H
/*
 * What local and received saves have in common behind the gate: finding the
 * chain, moving it forward, writing the changes, folding them. The caller
 * holds the transaction and has passed the save through change_check.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/change.h"

struct store;

struct append_chain {
    int64_t chain_id;            /* 0: the chain begins with this save */
    int64_t stream_id, epoch_id; /* stream_id 0: the stream begins */
    uint64_t last_seq;
    uint64_t seed_seq; /* first_seed is the ratchet there; 1 until a change of
                          the chain is erased */
    uint8_t first_seed[CHANGE_SALT_BYTES];
    uint8_t next_seed[CHANGE_SALT_BYTES];
    uint8_t head[HASH_BYTES];
};

/* The chain as it stands; of a new one, its start with the given seed.
 * ERR_CORRUPT when what stands there is none. */
bool append_chain_load(struct store *s, uint64_t epoch,
                       const struct stream *stream, const uint8_t *seed,
                       struct append_chain *c, struct err *e);

/* What is said of such a chain: false, with ERR_CORRUPT. */
bool append_chain_broken(struct err *e);

/* Where the save stands in its record: checks that kind and stream stay what
 * they were, that a record begins with create and a case with its own, and that
 * a known form has its name. Codes: ERR_PROTOCOL. */
bool append_check_record(struct store *s, const struct save *save,
                         struct err *e);

/* Takes the seed that came with a save, where the chain's own ratchet covers no
 * change before it: at its beginning, and behind what was erased. */
void append_take_seed(struct append_chain *chain, const struct save *save);

/* Writes and folds all edits of a save whose first_seq is chain.last_seq + 1;
 * chain moves with it. */
bool append_save(struct store *s, struct append_chain *chain,
                 const struct save *save, struct err *e);

#endif
