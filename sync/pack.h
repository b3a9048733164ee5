/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PACK_H
#define SYNC_PACK_H
/*
 * Saves to bytes and back, for one direction of one conversation. What recurs
 * (chains, records, logins, kinds, forms) is introduced once and called by
 * number from then on; times, sequence numbers and field paths are written as
 * the difference from what was to be expected. A writer and a reader that saw
 * the same bytes hold the same tables; nothing else ties them.
 *
 * One save, lengths in varints, a reference of 0 always meaning "new, in full
 * behind this":
 *
 *   flags        PACK_CHAIN.. below: which of the next parts are there
 *   chain        reference; new: epoch (reference; new: be64) and stream
 *                (reference; new: canonical bytes). Absent: as before
 *   seq          of the first change. Absent: one more than the last one of
 *                this chain in this conversation (1 when there was none)
 *   seed         16 bytes, there when seq is 1 (not of an erased save, nor when
 *                salts come), and behind what was erased
 *   record       reference; new: 16 bytes. Absent: the stream's own id
 *   author       reference; new: block. Absent: as before
 *   kind, form   kind: reference; new: block. form: 0 none, 1 new (hash and
 *                block with its id), else reference. Absent: as before
 *   time         zigzag: milliseconds after the save before
 *   edits        how many, then each:
 *     head       op (4 bits), then what it replaces (2 bits: nothing, one
 *                change of this chain, dots), path as text, value present
 *     path       block when text; else zigzag of its index in the form
 *                version's path list, from one behind the last one
 *     replaces   one of this chain: how far back, less one; dots: how many,
 *                then each epoch reference and seq
 *     value      block, canonical bytes
 *     salt       16 bytes, when salts come
 *
 * Of an erased save there is no record, kind and form, and an edit is its head
 * byte (what it replaces alone), replaces, and the 32 bytes of its commitment.
 *
 * A path goes by index only when both ends are known to have the form (shared
 * forms, below).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/change.h"

struct form;

enum {
    PACK_EDITS_MAX = 65536, /* in one save */
    PACK_FORM_ID_BYTES_MAX = 64,
};

struct pack_form {
    uint8_t hash[HASH_BYTES];
    const char *id;
    const struct form *form; /* for its paths */
};

/* What both ends know before the first byte; borrowed for the life of the
 * writers and readers made with it. */
struct pack_shared {
    uint64_t epochs[2];            /* the office's, the hub's */
    const struct pack_form *forms; /* in order of hash; none when the ends'
                                      lists differ */
    size_t forms_nr;
};

/* ---- out ---- */

struct pack_writer;

struct pack_writer *pack_writer_new(const struct pack_shared *shared);
void pack_writer_free(struct pack_writer *w); /* NULL is fine */

/* Appends one save. */
void pack_write(struct pack_writer *w, const struct save *save,
                struct buf *out);

/* About how many bytes it will take, never less than its values. */
size_t pack_estimate(const struct save *save);

/* ---- in ---- */

struct pack_reader;

struct pack_reader *pack_reader_new(const struct pack_shared *shared);
void pack_reader_free(struct pack_reader *r); /* NULL is fine */

/* Starts on the saves of one frame; the bytes are borrowed until the next
 * begin. */
void pack_read_begin(struct pack_reader *r, const void *bytes, size_t n);

/* The next save, valid until the next call. *more false: there is none left.
 * ERR_PROTOCOL when the bytes are not what a writer writes. */
bool pack_read(struct pack_reader *r, struct save *save, bool *more,
               struct err *e);

#endif
