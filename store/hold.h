/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_HOLD_H
#define STORE_HOLD_H
/*
 * A legal hold: a case that must not be purged, because a court, an inquiry or
 * the family's claim needs it. Two people put it on and two take it off, each
 * by a request (approval.h); it ends by that decision, never by itself. A held
 * case is worked on like any other.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/approval.h"

struct store;

struct hold {
    bool held;
    struct approval by; /* when held: the request that put it on */
};

/* Where a case stands; in the pool. */
bool hold_load(struct store *s, const struct stream *stream, struct pool *pool,
               struct hold *out, struct err *e);

/* Asks for a hold, or for the end of the one that stands (ERR_INPUT when there
 * is one, or none). reason in the asker's words. */
bool hold_request(struct store *s, const struct stream *stream, bool on,
                  const char *reason, struct id *request, struct err *e);

/* ERR_DENIED, with since when and by whom, while the case is held. */
bool hold_check(struct store *s, const struct stream *stream, struct err *e);

#endif
