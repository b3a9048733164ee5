/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_MSG_H
#define SYNC_MSG_H
/*
 * Every message of the conversation between an office and its hub, in one
 * list. A message is a type byte, a varint length and a payload (wire.h).
 * Numbers below 0x20 are spoken by the office, those from 0x20 by the hub;
 * a number is never used again for something else. To add one: a row in
 * MSG_LIST with the version that brings it, a handler in the table of
 * session_office.c or session_hub.c.
 *
 *   office                            hub
 *   HELLO (in the exec request) ---->
 *                               <---- ANSWER (or REFUSE and the end)
 *   CHANGES, CHANGES ...        ----> (both ends stream at once)
 *                               <---- CHANGES, CHANGES ..., END
 *   ACK                         ----> after a durable commit
 *                               <---- ACK
 *   the office closes once its frames are acknowledged, END has come and
 *   what came is acknowledged; either may stop at any byte
 *
 * Payloads (varint unless a width is given; be64: eight bytes, high first):
 *
 * HELLO        lowest protocol, highest protocol, epoch be64, hub epoch seen
 *              be64 (0 none), cursor, mark of the feed there 8 bytes, number
 *              of the next frame, digest of known forms 8 bytes, dictionary.
 *              Behind these a newer office may add fields: passed over.
 * ANSWER       protocol chosen, flags (MSG_ANSWER_...), dictionary chosen,
 *              number of the last frame held of this epoch, when not 0: first
 *              8 bytes of H of its signature; position where the feed ends;
 *              largest frame taken in kB; with MSG_ANSWER_IDENTITY: hub epoch
 *              be64, public signing key 32 bytes.
 * CHANGES      office: number, signature 64 bytes, packed saves (pack.h) to
 *              the end. hub: number, position behind the frame, mark there 8
 *              bytes, signature, packed saves.
 * END          hub only: empty when the position is that of the last frame or
 *              of HELLO; else position, mark 8 bytes.
 * ACK          office: position; hub: frame number. All up to it is durable.
 * REFUSE       reason (enum msg_reason). The speaker then closes.
 */
#include <stddef.h>
#include <stdint.h>

enum { MSG_PROTOCOL_MIN = 1, MSG_PROTOCOL_MAX = 1, MSG_DICTIONARY_NONE = 0 };

enum {
    MSG_ANSWER_FORMS = 1,    /* form digests agree: forms and paths by index */
    MSG_ANSWER_IDENTITY = 2, /* the hub says who it is: epoch and key follow */
};

/* number, name, since version, largest payload in bytes */
#define MSG_LIST(X)                                                            \
    X(0x01, OFFICE_CHANGES, 1, MSG_CHANGES_MAX)                                \
    X(0x02, OFFICE_ACK, 1, 16)                                                 \
    X(0x03, OFFICE_REFUSE, 1, 16)                                              \
    X(0x20, HUB_ANSWER, 1, 256)                                                \
    X(0x21, HUB_CHANGES, 1, MSG_CHANGES_MAX)                                   \
    X(0x22, HUB_END, 1, 32)                                                    \
    X(0x23, HUB_ACK, 1, 16)                                                    \
    X(0x24, HUB_REFUSE, 1, 16)

enum { MSG_CHANGES_MAX = 256 * 1024 + 128 }; /* a frame and what frames it */

enum msg_type {
#define MSG_ENUM(number, name, since, max) MSG_##name = (number),
    MSG_LIST(MSG_ENUM)
#undef MSG_ENUM
};

/* Why one end refuses. The sentence an office shows for each is in session.c.
 */
enum msg_reason {
    MSG_REFUSE_MALFORMED = 1, /* the request was not understood */
    MSG_REFUSE_VERSION = 2,   /* no protocol in common */
    MSG_REFUSE_REVOKED = 3,   /* the site may not come in */
    MSG_REFUSE_EPOCH = 4,     /* it writes under an epoch not admitted */
    MSG_REFUSE_CURSOR = 5,    /* it stands in another log than this one */
    MSG_REFUSE_FRAME = 6,     /* a frame or message was not acceptable */
    MSG_REFUSE_BUSY = 7,
    MSG_REFUSE_FULL = 8,  /* the disk */
    MSG_REFUSE_FAULT = 9, /* anything else on this side */
};

#endif
