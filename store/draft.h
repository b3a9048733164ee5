/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H
/*
 * A form somebody is filling, kept on this PC's disk at each field's exit, so
 * that a hang-up, a kill or a power cut loses at most one field. One draft a
 * login and record: two people on one PC may both be filling one; each sees the
 * own alone, at the next unlock. Saving the form deletes the own, in the same
 * transaction, and leaves the other.
 *
 * A draft may lie for days while syncs bring what others wrote. It remembers
 * how far the log went when the form was opened: what came after that nobody
 * saw who filled it, and saving it may not replace that (draft_blind).
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "forms/place.h"
#include "forms/record.h"
#include "store/stream.h"

struct store;

struct draft {
    struct id record;
    struct stream stream;
    char kind[33];
    char place[PLACE_CODE_BYTES]; /* of a new case, else "" */
    bool is_new;                  /* the record is not in the log yet */
    int64_t at_ms;
    int64_t seen;        /* log position (feed_end) when the form was opened */
    const void *answers; /* path, answer, path, answer ..., as blocks */
    size_t answers_bytes;
};

/* Keeps what is touched in the record; answers of *d are not read. */
bool draft_save(struct store *s, const struct draft *d, const struct record *r,
                struct err *e);
/* The unlocked person's own; nothing when there is none. */
bool draft_delete(struct store *s, const struct id *record, struct err *e);

struct draft_list {
    struct draft *items;
    size_t nr;
};
/* The unlocked person's drafts, newest first, in the pool. */
bool draft_list_load(struct store *s, struct pool *pool, struct draft_list *out,
                     struct err *e);

/* Puts a draft's answers back into a record, as touched; paths the form has
 * not are passed over. */
void draft_fill(const struct draft *d, struct record *r);

/* Marks as unseen, in the entity the draft is about, the values of the draft's
 * own fields that came after it was begun. */
struct entity;
void draft_blind(const struct draft *d, struct entity *x);

/* How many questions of that entity somebody answered since the draft was
 * begun. */
size_t draft_behind(const struct draft *d, const struct entity *x);

/* The name typed so far, "Selam Haile", in a draft that opens a case; "" when
 * there is none. */
void draft_name(const struct draft *d, char *out, size_t out_bytes);

#endif
