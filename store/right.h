/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RIGHT_H
#define STORE_RIGHT_H
/*
 * May this person do this here? The one question that the gate, the commands
 * and the screens ask before they change or show anything. It joins the table
 * of rights (forms/right.h) with what this office's file says: the role of the
 * login that unlocked it, whose the case is (worker.h), where it belongs.
 *
 * How far a right reaches, of a case:
 *   own    who opened it at this office, until a case manager ends that, and
 *          whom a case manager named; while nobody is named and it was opened
 *          elsewhere, everybody here
 *   site   own, and those opened by this office or of its place and the
 *          Kebeles of it
 *   below  and those of its place and all places under it
 *   all    whatever this file holds
 * A case kept for others of the same child (duplicate.h) is as near as the
 * nearest of them: one child, one page, for whoever works with the child.
 * Those below stay as near as they are.
 * Of a place: own and site are its own place, below what lies under it. Of a
 * site: own, site and below are its own records. A case, place or record that
 * is not there yet is always in reach: opening a case is free.
 *
 * Sealed answers are read only after right_unseal, for one case or place, with
 * a reason, until the file is closed.
 *
 * An office's file without any user record (made before there were any) takes
 * its login for a social worker, a hub's for its administrator.
 */
#include <stdbool.h>

#include "base/err.h"
#include "forms/right.h"
#include "store/stream.h"

struct store;

struct right_ask {
    enum right_action action;
    enum right_class class;
    const char *kind;            /* "case" where the case itself is meant */
    const struct stream *stream; /* NULL: is there any such right at all */
};

/* False with ERR_DENIED: the sentence says who may, and a trace is left. Of
 * sealed answers it says whether the role may open them, not whether they are
 * open now. */
bool right_may(struct store *s, const struct right_ask *ask, struct err *e);

/* Leaves the trace of a refusal (AUDIT_DENIED: the right and what it was asked
 * about, never a name) that another file words itself; right_may leaves it
 * already. */
void right_note_refused(struct store *s, const struct right_ask *ask);

/* The same of the role alone, for offering a key: no error, no question to the
 * disk. */
bool right_has(const struct store *s, enum right_action action,
               const char *kind, enum right_class class);

/* Whether names and answers of that case may be shown; else it is a number. */
bool right_may_see(struct store *s, const struct stream *stream, bool *may,
                   struct err *e);

/* Opens the sealed answers of a case or place for as long as the file is open.
 * ERR_INPUT: no reason; ERR_DENIED: not for this role. Leaves a trace. */
bool right_unseal(struct store *s, const struct stream *stream,
                  const char *reason, struct err *e);
bool right_is_unsealed(const struct store *s, const struct stream *stream);

/* ERR_DENIED, in the words of a sealed question, or of a case that is not for
 * this person at all. Always false. */
bool right_refuse_sealed(struct store *s, const struct stream *stream,
                         struct err *e);

#endif
