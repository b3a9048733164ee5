/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PACK_INT_H
#define SYNC_PACK_INT_H
/*
 * What the writer and the reader of packed saves share: the bits and the
 * tables that grow alike on both sides.
 */
#include "sync/pack.h"
#include "sync/roster.h"

enum { /* the flags of a save: the part is there */
       PACK_CHAIN = 0x01,
       PACK_SEQ = 0x02,
       PACK_RECORD = 0x04,
       PACK_AUTHOR = 0x08,
       PACK_KIND = 0x10,   /* kind and form */
       PACK_ERASED = 0x20, /* commitments stand for contents; no kind, record */
       PACK_SEED = 0x40,   /* the ratchet here, though seq is not 1 */
       PACK_SALTS = 0x80,  /* each edit with its salt */
       PACK_FLAGS = 0xff,
};

enum { /* the head byte of an edit */
       PACK_OP = 0x0f,
       PACK_REPLACES = 0x30, /* one of: */
       PACK_REPLACES_NOTHING = 0x00,
       PACK_REPLACES_ONE = 0x10,
       PACK_REPLACES_DOTS = 0x20,
       PACK_PATH_TEXT = 0x40,
       PACK_VALUE = 0x80,
};

enum { PACK_NEW = 0, PACK_KNOWN = 1 }; /* a reference: number + PACK_KNOWN */
enum { PACK_FORM_NONE = 0, PACK_FORM_NEW = 1, PACK_FORM_KNOWN = 2 };

/* Times are written from here on: early enough for every save, late enough
 * that the first one is short. 2026-01-01T00:00Z. */
#define PACK_TIME_START INT64_C(1767225600000)

struct pack_tables {
    const struct pack_shared *shared;
    struct roster *epochs, *streams, *chains, *records, *authors, *kinds;
    struct roster *forms; /* hash, then the form's id */
    uint64_t *last_seq;   /* by number of a chain */
    /* of the save before */
    size_t chain; /* its number; PACK_NO_CHAIN */
    uint64_t epoch;
    struct stream stream;
    const char *author, *kind;
    size_t form; /* number in forms; PACK_NO_FORM */
    int64_t at_ms;
};

#define PACK_NO_FORM  ((size_t)-1)
#define PACK_NO_CHAIN ((size_t)-1)

void pack_tables_init(struct pack_tables *t, const struct pack_shared *shared);
void pack_tables_release(struct pack_tables *t);

/* Whether a save with these flags carries the ratchet. */
bool pack_has_seed(uint8_t flags, uint64_t first_seq);

/* Bytes that name a chain in its roster. */
void pack_chain_key(struct buf *b, uint64_t epoch, const struct stream *stream);

/* The seq that is expected next of a chain, and noting the last one there. */
uint64_t pack_chain_next(const struct pack_tables *t, size_t chain);
void pack_chain_note(struct pack_tables *t, size_t chain, uint64_t last_seq);

/* Adds a chain that was introduced; its number, or PACK_NO_CHAIN when the
 * roster is full. */
size_t pack_chain_add(struct pack_tables *t, uint64_t epoch,
                      const struct stream *stream);

/* The form of a number when paths may go by index, else NULL. */
const struct form *pack_form_of(const struct pack_tables *t, size_t form);

#endif
