/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H
/*
 * The gate. The truth is an append-only log of changes; everything the screens
 * show is computed from it (fold.h) and can be dropped and made again. Local
 * saves come in through change_append, received ones through intake.h; both
 * pass the same checks and the same fold, in one transaction.
 *
 * A change is named by its dot: (epoch, stream, seq), seq dense from 1 in each
 * chain, which is one (epoch, stream). The changes of one press of Save share
 * record, form, author and time, and live or die together. Formats: formats.md
 * 1 and 2.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "forms/value.h"
#include "store/hash.h"
#include "store/stream.h"

struct store;

enum change_op { /* kept, hashed and sent: never renumber */
                 CHANGE_ERASED =
                     0, /* its content was destroyed; never hashed */
                 CHANGE_CREATE =
                     1, /* a record begins; of a case: value is its place */
                 CHANGE_SET = 2,
                 CHANGE_CLEAR = 3,
                 CHANGE_SETTLE =
                     4, /* a set that a person chose between clashing values */
                 CHANGE_ADD_ROW = 5,  /* path: of a row, "children[k3f7]" */
                 CHANGE_DROP_ROW = 6, /* comes with a clear of every value that
                                         was seen in the row */
                 CHANGE_MOVE = 7,
                 CHANGE_GRANT = 8,
                 CHANGE_REVOKE = 9,
                 CHANGE_TRANSFER = 10,
                 CHANGE_PURGE = 11,
                 CHANGE_READ = 12,
};

enum {
    CHANGE_VALUE_BYTES_MAX = VALUE_TEXT_BYTES_MAX + 16,
    CHANGE_SAVE_BYTES_MAX = 200 * 1024,
    CHANGE_EDITS_MAX = 6000, /* in a save: erased, it still fits a frame */
    CHANGE_PATH_BYTES_MAX = 400,
    CHANGE_AUTHOR_BYTES_MAX = 32,
    CHANGE_KIND_BYTES_MAX = 32,
    CHANGE_REPLACES_MAX = 64,
    CHANGE_SALT_BYTES = 16,
};

/* A dot within a stream that is known from the context. */
struct dot {
    uint64_t epoch, seq;
};

struct edit {
    enum change_op op;
    const char *path;  /* "" for the record itself */
    const void *value; /* canonical bytes (value_encode); NULL, 0: none */
    size_t value_bytes;
    const struct dot *replaces; /* what the person saw */
    size_t replaces_nr;
    /* of a save that is in the log or came from outside: */
    const uint8_t *commit; /* erased: HASH_BYTES, what it committed to */
    const uint8_t *salt;   /* kept singly, before an erased one; else NULL */
};

/* One press of Save. Everything is borrowed for the call. */
struct save {
    struct stream stream;
    struct id record;
    const char *kind;
    const uint8_t *form; /* version hash, HASH_BYTES; NULL: none (program) */
    const char *form_id; /* with form NULL: NULL */
    const char *author;
    int64_t at_ms;
    const struct edit *edits;
    size_t edits_nr;
    /* of a save that is in the log or came from outside: */
    uint64_t epoch, first_seq;
    const uint8_t *seed; /* of first_seq: of a chain's first save, and of the
                            first one behind what was erased; else NULL */
    bool erased;         /* contents destroyed: op 0, no path, no value, each
                            edit with its commit; record and kind empty */
    const uint8_t *head; /* from the log: head after the last edit */
};

/* Appends a local save under this site's epoch. Dots, salts and heads are made
 * here; epoch, first_seq and seed of *save are not read. An edit that replaces
 * nothing where a value stands is a clash with it: fill replaces with
 * change_seen. Refuses (ERR_INPUT) what formats.md 1 forbids: over
 * 64 kB a field, 200 kB a save, text that is not clean UTF-8, a record of
 * another stream or kind, a first change that is not create; and (ERR_DENIED)
 * what the unlocked person's role does not allow: right.h. */
bool change_append(struct store *s, const struct save *save, struct err *e);

/* The dots that stand for a field now, at most CHANGE_REPLACES_MAX: what a
 * person who looks at it sees. */
struct dot_set {
    struct dot items[CHANGE_REPLACES_MAX];
    size_t nr;
};
bool change_seen(struct store *s, const struct id *record, const char *form_id,
                 const char *path, struct dot_set *dots, struct err *e);

/* ---- bytes that are hashed; shared with intake and verify ---- */

/* head[0] of a chain. */
void change_head_start(uint8_t head[HASH_BYTES], uint64_t epoch,
                       const struct stream *stream);
/* head[n] from head[n-1] for edit i of a save, with the salt of its seq. */
void change_head_next(uint8_t head[HASH_BYTES], const struct save *save,
                      size_t i, const uint8_t salt[CHANGE_SALT_BYTES]);
/* What edit i of a save commits to, with the salt of its seq. */
void change_commit(uint8_t out[HASH_BYTES], const struct save *save, size_t i,
                   const uint8_t salt[CHANGE_SALT_BYTES]);
/* One edit further: head and ratchet of its chain move from seq n-1 to n. The
 * salt comes from the ratchet, unless it is kept singly or destroyed. */
void change_step(uint8_t head[HASH_BYTES], uint8_t seed[CHANGE_SALT_BYTES],
                 const struct save *save, size_t i);
/* The salt of a seed, and the seed that follows. */
void change_salt(const uint8_t seed[CHANGE_SALT_BYTES],
                 uint8_t salt[CHANGE_SALT_BYTES]);
void change_seed_next(uint8_t seed[CHANGE_SALT_BYTES]);

/* The checks every save passes, wherever it comes from. */
bool change_check(const struct save *save, struct err *e);

#endif
