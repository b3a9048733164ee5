/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_WIRE_H
#define SYNC_WIRE_H
/*
 * Messages on a line: type, varint length, payload. The list of types and
 * their largest payloads is msg.h; what exceeds them or is not in the list is
 * refused before its bytes are waited for.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "sync/msg.h"

struct wire_msg {
    enum msg_type type;
    const uint8_t *payload; /* borrowed from the buffer that was read */
    size_t size;            /* of the payload */
    size_t whole;           /* of the message: drop this much when done */
};

/* Appends one message. */
void wire_put(struct buf *out, enum msg_type type, const void *payload,
              size_t size);

/* Looks at the front of what came: *whole false while the message is not all
 * there. ERR_PROTOCOL: no such type, or longer than its type may be. */
bool wire_look(const struct buf *in, struct wire_msg *m, bool *whole,
               struct err *e);

/* "HUB_ANSWER", for logs; "unknown" for a number not in the list. */
const char *wire_name(enum msg_type type);

#endif
