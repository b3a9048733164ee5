/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H
/*
 * A received frame on its way through the gate: begun, fed save by save,
 * finished with the signature. One transaction: the frame is wholly in the log
 * and folded, or not there at all. Nothing arrives twice: a save already held
 * (same dots, same heads) is passed over; the same dot with another head is a
 * fork, and the second content is set aside in quarantine with its reason, as
 * is work outside the sender's scope, work its author's role or its office's
 * does not allow (right_gate_int.h) and work that fits no record. Set aside is
 * kept, listed and never dropped.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/change.h"
#include "store/frame.h"

struct store;
struct intake;

struct intake_from {
    int64_t site_no; /* at a hub: the sender; 0 at an office (from the hub) */
    const uint8_t *sign_public; /* whose signature the frame must carry */
    uint64_t number;
    uint8_t prev[HASH_BYTES];
    int64_t position; /* from the hub: cursor after this frame; else 0 */
    uint8_t mark[HASH_SHORT_BYTES]; /* from the hub: mark at that cursor */
    uint64_t hub_epoch;             /* from the hub */
};

struct intake_count {
    int64_t saves, changes, set_aside, repeated, clashes;
};

/* Begins the transaction. */
struct intake *intake_begin(struct store *s, const struct intake_from *from,
                            struct err *e);

/* One save. ERR_PROTOCOL: a gap in a chain, a missing seed, bytes the gate
 * refuses, a change under this office's own epoch, too many chains: the whole
 * frame is to be refused. */
bool intake_save(struct intake *in, const struct save *save, struct err *e);

/* Checks the signature over what the frame did, notes position or frame
 * number, commits durably. Frees the intake whatever happens. */
bool intake_end(struct intake *in, const uint8_t sig[FRAME_SIG_BYTES],
                struct intake_count *count, struct err *e);

/* Gives the frame up: rolls back and frees. NULL is fine. */
void intake_abandon(struct intake *in);

#endif
