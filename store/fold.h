/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H
/*
 * From the log to the present state: which values stand. A value leaves only
 * through a change that cites its dot; what nobody cited stays, so two edits
 * that did not know of each other both stand until a person settles them
 * (formats.md 1, architecture 4.4). The result depends on the set of changes
 * alone, never on the order of their arrival or on clocks: a dot cited before
 * it arrives is remembered and is born replaced.
 *
 * Called by the gate for every change, and by rebuild for all of them.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/change.h"

struct store;

/* One change as the log holds it. */
struct fold_change {
    int64_t change_id, record_id, field_id, stream_id;
    struct dot dot;
    enum change_op op;
    const void *replaces; /* packed dots */
    size_t replaces_bytes;
};

/* Packed dots: epoch as 8 bytes, seq as varint, each in turn. */
void fold_pack_dots(struct buf *b, const struct dot *dots, size_t nr);
/* False when they are not canonical or more than room_nr. */
bool fold_unpack_dots(const void *bytes, size_t n, struct dot *room,
                      size_t room_nr, size_t *nr);

bool fold_change(struct store *s, const struct fold_change *c, struct err *e);

/* Drops the computed tables and makes them again from the log, in one
 * transaction. */
bool fold_rebuild(struct store *s, struct err *e);

#endif
