/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SESSION_INT_H
#define SYNC_SESSION_INT_H
/*
 * The session's inside, shared by its three files: session.c (bytes to
 * messages, frames both ways), session_office.c and session_hub.c (what each
 * message means at either end).
 */
#include "base/reader.h"
#include "store/change.h"
#include "store/feed.h"
#include "store/frame.h"
#include "store/intake.h"
#include "store/peer.h"
#include "sync/hello.h"
#include "sync/pack.h"
#include "sync/session.h"
#include "sync/squeeze.h"
#include "sync/wire.h"

enum {
    SESSION_FRAME_BYTES = 4096,  /* a frame is closed at about this much */
    SESSION_RAW_MAX = 64 * 1024, /* and at this much before packing */
    SESSION_ACK_FRAMES = 16, /* an office acknowledges at least this often */
};

/* A frame on its way, until the other side has it. */
struct session_sent {
    uint64_t number;
    int64_t changes;
    uint8_t sig_hash[HASH_BYTES];
};

/* What either end does with one type of message; r holds the payload. */
struct session_handler {
    enum msg_type type;
    bool (*take)(struct session *s, struct reader *r, struct err *e);
};

/* What differs between the ends. */
struct session_side {
    const struct session_handler *handlers;
    size_t handlers_nr;
    enum msg_type refuse; /* as this side says it */
    bool (*give)(struct session *s, struct err *e);
};

struct session {
    const struct session_side *side;
    struct store *store;
    struct session_count count;
    struct buf in;  /* not yet a whole message */
    struct buf out; /* to be given */
    bool is_over;   /* it failed, or a refusal was spoken or heard */
    bool is_open;   /* ANSWER was spoken or heard: both ends may stream */
    bool forms_agree;

    struct pack_form *forms; /* of the pack, when the digests agree */
    struct pack_shared shared;
    struct pack_writer *writer;
    struct pack_reader *reader;
    struct squeeze *packer, *unpacker;

    /* what goes out */
    struct feed *feed;
    bool feed_ended;
    int64_t feed_position; /* where the feed ended */
    struct save held;      /* read from the feed, waits for the next frame */
    int64_t held_position, held_reads;
    bool has_held;
    size_t raw_limit; /* raw bytes that lately packed to a full frame */
    size_t frame_max; /* what the other side takes, packed */
    uint64_t out_number;
    uint8_t out_prev[HASH_BYTES];

    /* what comes in */
    uint64_t in_number;
    uint8_t in_prev[HASH_BYTES];
    const uint8_t *in_sign_public;

    /* office */
    struct peer_hub hub;
    char hello[HELLO_TEXT_MAX];
    struct {
        struct session_sent *items;
        size_t nr, alloc;
    } sent;
    bool end_seen;
    int64_t unacknowledged; /* frames of the hub since the last ACK */
    bool ack_now;

    /* hub */
    struct peer_site site;
    struct hello asked;
    bool answered, end_spoken;
    int64_t spoken;          /* position the office knows after what was sent */
    int64_t acknowledged;    /* position the office has durably */
    uint64_t told;           /* frame number in the last ACK */
    enum msg_reason refused; /* 0: none; told with the first give */
    struct err refused_why;
};

/* ---- session.c, for the two ends ---- */

/* Makes the coding of both directions; epochs and forms_agree are set. */
void session_open(struct session *s, uint64_t office_epoch, uint64_t hub_epoch);

/* Puts a REFUSE out; the session is over. */
void session_refuse(struct session *s, enum msg_reason reason);

/* Whether a save waits; when none does, the feed has ended at
 * s->feed_position. */
bool session_has_more(struct session *s, bool *more, struct err *e);

/* What goes into the next frame, signed; *made false: nothing waits. Release
 * it either way. */
struct session_frame {
    struct buf raw, packed;
    uint8_t sig[FRAME_SIG_BYTES];
    uint64_t number;
    int64_t position; /* of its last change */
    int64_t reads;    /* of its last trace of reading; 0 none */
    int64_t changes;
};
bool session_frame_make(struct session *s, struct session_frame *f, bool *made,
                        struct err *e);
void session_frame_release(struct session_frame *f);

/* Takes a frame's signature and saves through the gate; from holds number and,
 * from the hub, position and mark. */
bool session_frame_take(struct session *s, struct intake_from *from,
                        const uint8_t *sig, struct reader *saves,
                        struct err *e);

bool session_broken(struct err *e); /* ERR_PROTOCOL: malformed message */

/* The reason of a REFUSE that came, as an error; always false. */
bool session_take_refusal(struct session *s, struct reader *r, struct err *e);

/* ---- the ends ---- */
extern const struct session_side session_office_side, session_hub_side;

bool session_office_start(struct session *s, struct err *e);
void session_hub_start(struct session *s, const char *hello);

#endif
