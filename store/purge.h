/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PURGE_H
#define STORE_PURGE_H
/*
 * The end of a case: everything it says is destroyed, at every office that
 * holds it and at the hub, and every chain still verifies (formats.md 2). Two
 * people stand behind it: one asks, another approves (approval.h), and the
 * approval carries it out.
 *
 * The purge is a record of its own in the case's stream: it travels as far as
 * the case did. Whoever takes it in obeys in the same transaction. What stays
 * of a case: its id, the heads of its chains with who and when, the request
 * and the purge themselves. What an office without a line still wrote into the
 * case arrives later, is checked against its chain and is erased at once.
 *
 * The purge list is kept for ever: in the log, and beside the database
 * (DIR/homeward.purged, hashes alone), so that a backup older than a purge can
 * be restored and obeys it before anybody reads (purge_reapply).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/approval.h"
#include "store/change.h"

struct store;

/* Why a case may be purged; kept in the log, never renamed. */
struct purge_reason {
    const char *name;  /* "retention" */
    const char *label; /* N_("the time to keep it is over") */
    const char *brief; /* N_("time is over"): to choose from on one line */
};
const struct purge_reason *purge_reason_list(size_t *nr);
const struct purge_reason *purge_reason_find(const char *name); /* or NULL */

/* Asks for it; where the child has other cases (duplicate.h), for those, too,
 * but for the reason "double". ERR_DENIED: one of them is held; ERR_INPUT: no
 * such reason, asked for already. */
bool purge_request(struct store *s, const struct id *case_id,
                   const char *reason, struct id *request, struct err *e);

/* The open requests to purge the other cases of the child, which are decided
 * with this one; none for other kinds. With all, ERR_INPUT names a case that
 * nobody asked for. */
bool purge_others(struct store *s, const struct approval *a, bool all,
                  struct pool *pool, struct approval_list *out, struct err *e);

/* Carries an approved request out: writes the purge and obeys it. Does nothing
 * when the case is purged already. ERR_DENIED while the case is held. */
bool purge_carry_out(struct store *s, const struct approval *a, struct err *e);

/* Carries out what was approved and is not done: *nr how many. */
bool purge_run(struct store *s, int64_t *nr, struct err *e);

struct purge {
    struct id case_id;
    char number[ID_NUMBER_BYTES];
    const char *reason, *asked_by, *decided_by;
    bool alone;
    int64_t at_ms;
};
struct purge_list {
    struct purge *items;
    size_t nr;
};
/* All purged cases this office knows of, newest first, in the pool. */
bool purge_list_load(struct store *s, struct pool *pool, struct purge_list *out,
                     struct err *e);

bool purge_is_done(struct store *s, const struct stream *stream, bool *purged,
                   struct err *e);

/* ---- the list beside the database ---- */

/* Writes what the file beside the database lacks; nothing for a store in
 * memory. Called whenever the office is opened and after a purge. */
bool purge_list_keep(struct store *s, struct err *e);

/* To be called by restore, before anything else sees the file: purges every
 * case of the list that the restored file still holds. *nr how many. */
bool purge_reapply(struct store *s, int64_t *nr, struct err *e);

/* ---- for the gate ---- */

/* Nothing more is written into a purged case: ERR_DENIED says so. */
bool purge_check_open(struct store *s, const struct stream *stream,
                      struct err *e);

/* Whether a save is a purge; whether the log holds the approved request that it
 * names, by two people or marked as a lone one. */
bool purge_is_one(const struct save *save);
bool purge_is_approved(struct store *s, const struct save *save, bool *approved,
                       struct err *e);

/* Enters a purge that was written to the log into the list. */
bool purge_note(struct store *s, int64_t stream_id, const struct save *save,
                struct err *e);

/* Destroys what a stream of the purge list still says; nothing for others. */
bool purge_obey(struct store *s, const struct stream *stream, struct err *e);

#endif
