/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SESSION_H
#define SYNC_SESSION_H
/*
 * The conversation of an office with its hub as a state machine: bytes in,
 * bytes out. It knows no line, no clock and no terminal; it reads and writes
 * the store through feed.h, intake.h and peer.h. Messages: msg.h.
 *
 *     while (!session_is_done(s)) {
 *         session_give(s, &out, e);      what is to be sent now
 *         ... send out, wait for bytes ...
 *         session_take(s, bytes, n, e);  what came
 *     }
 *
 * What always holds: a frame that came is wholly in the store before it is
 * acknowledged; a frame that goes out is noted before its first byte; so
 * either end may stop at any byte, and the next session goes on from there.
 * When a call fails, session_give may still have a last message (a refusal)
 * for the other side; after that the session is over.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct session;
struct store;

struct session_count {
    int64_t frames_sent, frames_received;
    int64_t changes_sent; /* office: that the hub has durably */
    int64_t changes_received, repeated, set_aside, clashes;
    int64_t raw_sent, raw_received;       /* bytes before packing together */
    int64_t packed_sent, packed_received; /* and after, as they travel */
    int64_t bytes_sent, bytes_received;   /* whole messages */
};

/* The office's end. NULL with ERR_INPUT when this office has joined no hub. */
struct session *session_new_office(struct store *s, struct err *e);

/* The hub's end, for the site its key stands for; hello is the text of the
 * exec request. Never NULL: what is wrong with the request or the site comes
 * out as a refusal and as the error of the first session_take or give. */
struct session *session_new_hub(struct store *s, int64_t site_no,
                                const char *hello);

void session_free(struct session *s); /* NULL is fine */

/* At an office: the text for the exec request. */
const char *session_hello(const struct session *s);

/* Bytes that came, in pieces of any size. Codes: ERR_PROTOCOL the other side
 * broke the rules or was rolled back; what reason a refusal carries; what the
 * store says. */
bool session_take(struct session *s, const void *bytes, size_t n,
                  struct err *e);

/* Appends what is to be sent now, at most about one frame; nothing when the
 * session waits for the other side. */
bool session_give(struct session *s, struct buf *out, struct err *e);

/* Office: everything is sent, received and acknowledged both ways; once the
 * last bytes given are written the line may be closed. A hub's end is never
 * done by itself: the office closes. */
bool session_is_done(const struct session *s);

/* Of an office's end that is done: the position of its log up to which all its
 * own work is durably at the hub. */
int64_t session_sent_to(const struct session *s);

/* Whether the line may end here without anything having been lost on it: at a
 * hub, no part of a message is waiting. */
bool session_may_end(const struct session *s);

const struct session_count *session_count(const struct session *s);

/* Whether a hub's end let the office in. */
bool session_was_open(const struct session *s);

/* The last position of this hub's feed the office has durably. */
int64_t session_cursor(const struct session *s);

#endif
