/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PEER_H
#define STORE_PEER_H
/*
 * The other ends. An office knows one hub: where it is, its keys, how far both
 * feeds got. A hub knows its sites: name, place, keys, last contact, the last
 * frame it holds of each.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "store/frame.h"
#include "store/hash.h"
#include "store/store.h"

/* ---- an office's hub ---- */

struct peer_hub {
    char address[256];  /* ssh://user@host:port */
    char host_key[128]; /* "ssh-ed25519 AAAA..." pinned; "" before join */
    uint8_t sign_public[STORE_SIGN_BYTES];
    bool sign_known;    /* from the hub-key file, or the first answer */
    uint64_t hub_epoch; /* last seen; 0 none */
    int64_t cursor;     /* position in the hub's feed */
    uint8_t mark[HASH_SHORT_BYTES];
    int64_t sent;                   /* own log position the hub has durably */
    uint64_t frame_number;          /* last frame the hub has acknowledged */
    uint8_t frame_prev[HASH_BYTES]; /* H of that frame's signature */
    int64_t last_sync_ms;           /* 0 never */
};

/* found false: this office has joined no hub. */
bool peer_hub_load(struct store *s, struct peer_hub *h, bool *found,
                   struct err *e);
bool peer_hub_save(struct store *s, const struct peer_hub *h, struct err *e);

/* One fact each, so that a join beside a running sync loses nothing of either:
 * the cursor moved over what does not concern this office; a sync ended well,
 * with everything of this office up to a log position at the hub: what others
 * wrote there is not looked through again.
 */
bool peer_note_cursor(struct store *s, int64_t cursor,
                      const uint8_t mark[HASH_SHORT_BYTES], struct err *e);
bool peer_note_sync(struct store *s, int64_t at_ms, int64_t sent,
                    struct err *e);

/* The frame about to be sent, durably noted before it is: when the answer is
 * lost, the next conversation still recognises it. */
struct peer_frame {
    uint64_t number;
    int64_t position; /* of its last change */
    int64_t reads;    /* of its last trace of reading (feed_reads); 0 none */
};
bool peer_note_frame(struct store *s, const struct peer_frame *f,
                     const uint8_t sig[FRAME_SIG_BYTES], struct err *e);
/* The hub says it holds frame number whose signature hashes to short_hash:
 * marks everything up to it as sent. ok false: not the frame noted under that
 * number (a rollback or a clone). number 0 is always ok. */
bool peer_frame_held(struct store *s, uint64_t number,
                     const uint8_t short_hash[HASH_SHORT_BYTES], bool *ok,
                     struct err *e);

/* The SSH key pair of this office: private part kept in the database, OpenSSH
 * text; made at join. */
bool peer_ssh_key_set(struct store *s, const char *private_text,
                      const char *public_line, struct err *e);
bool peer_ssh_key_get(struct store *s, struct buf *private_text,
                      struct buf *public_line, struct err *e);

/* ---- a hub's sites ---- */

enum peer_state { PEER_ACTIVE = 1, PEER_REVOKED = 2 };

struct peer_site {
    int64_t no; /* short number on this hub's own wire and command lines */
    struct id id;
    char name[STORE_NAME_BYTES];
    char place[PLACE_CODE_BYTES];
    char roles[64];
    char ssh_key[128]; /* "ssh-ed25519 AAAA..." */
    uint8_t sign_public[STORE_SIGN_BYTES];
    uint64_t epoch; /* the one it writes under now */
    enum peer_state state;
    uint64_t frame_number;          /* last frame held of this epoch */
    uint8_t frame_prev[HASH_BYTES]; /* H of its signature */
    int64_t last_contact_ms;        /* 0 never */
    int64_t cursor; /* last it acknowledged of this hub's feed */
};

/* Adds a site (no is given back), binds its epoch to its signing key and
 * writes its card into the shared stream, so that every office can say who
 * wrote a change. ERR_INPUT when the id or a key is already known. */
bool peer_site_add(struct store *s, struct peer_site *site, struct err *e);
bool peer_site_load(struct store *s, int64_t no, struct peer_site *site,
                    struct err *e); /* ERR_NOT_FOUND */
/* The site writes under a new epoch, after a restore: binds it to the site,
 * whose frames are counted anew, and tells everybody with its card. ERR_INPUT
 * when another site or the hub has that epoch, or the site had it before: then
 * it is a copy that was left behind. */
bool peer_site_renew(struct store *s, struct peer_site *site, uint64_t epoch,
                     struct err *e);

bool peer_site_contact(struct store *s, int64_t no, int64_t at_ms,
                       int64_t cursor, struct err *e);

struct peer_site_list {
    struct peer_site *items;
    size_t nr, alloc;
};
bool peer_site_list_load(struct store *s, struct peer_site_list *l,
                         struct err *e);
void peer_site_list_release(struct peer_site_list *l);

/* The name of the office that writes under an epoch, for "by almaz, Gasera";
 * this office's own name for its own; "" when unknown. */
bool peer_name_of_epoch(struct store *s, uint64_t epoch,
                        char out[STORE_NAME_BYTES], struct err *e);

#endif
