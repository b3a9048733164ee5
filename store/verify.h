/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H
/*
 * Proof that the file is what was written: every page authenticates, every
 * chain recomputes from its seed to its head, the signatures of the frames that
 * came stand over what they signed, and the computed tables come out of the log
 * exactly as they stand. The first break is named: whose chain, which change,
 * what it means and what to do.
 *
 * A file that is whole may still be an old one that somebody put back. That is
 * seen by the hub at the next sync, and by the head: twenty letters that stand
 * for everything in the log up to now, short enough for the paper shift book.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct verify_count {
    int64_t chains, changes, set_aside, frames;
};

/* Everything. Ends with a trace (AUDIT_VERIFY) that bears the head: from there
 * on verify_new_begin looks only at what came later. ERR_CORRUPT names what
 * broke and what to do about it. */
bool verify_all(struct store *s, struct verify_count *count, struct err *e);

/* ---- what came since the last full proof, in pieces ---- */

/* For the screens: after unlocking, a few milliseconds at a time. Reads in
 * short queries, holds no lock between two steps. */
struct verify_new;

/* NULL with ERR_CORRUPT when the log no longer holds what was proved last. */
struct verify_new *verify_new_begin(struct store *s, struct err *e);
/* Looks at about so many changes; *done when there are no more. */
bool verify_new_step(struct verify_new *v, int64_t changes, bool *done,
                     struct err *e);
int64_t verify_new_changes(const struct verify_new *v); /* looked at */
void verify_new_free(struct verify_new *v);             /* NULL is fine */

/* ---- the head ---- */

enum { VERIFY_HEAD_BYTES = 25 }; /* "0001-2C3D-..." and NUL */

/* The head of the log as it stands. */
bool verify_head(struct store *s, char out[VERIFY_HEAD_BYTES], struct err *e);

/* Whether the log still holds the state that had this head (hyphens, small
 * letters, O for 0 are fine). ERR_INPUT when it can be no head. */
bool verify_against(struct store *s, const char *head, bool *holds,
                    struct err *e);

#endif
