/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ASIDE_H
#define STORE_ASIDE_H
/*
 * Work that was received and set aside (intake.h): kept whole, in no record
 * and on no list of cases, until the reason is gone. A supervisor sees who
 * wrote what kind of record at which office, and why it waits. When an office
 * tells of other roles of its people, what waits of it is judged anew by the
 * hub: what is allowed by then goes into the log as if it had just come, in
 * the order in which it was written.
 *
 * Two contents under one dot (a fork) never pass: only one can be true.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/stream.h"

struct store;

struct aside {
    const char *reason; /* "not-allowed": kept in the file, never renamed */
    const char *office, *author, *kind; /* author, kind "": purged since */
    struct stream stream;               /* what it is about */
    const char *case_number;            /* "" when it is about no case */
    int64_t at_ms;                      /* when it came */
    int64_t changes;
};

struct aside_list {
    struct aside *items;
    size_t nr;
};

/* All that waits, oldest first, in the pool. For who reads traces
 * (audit_may_read: supervisors and administrators; no contents are shown). */
bool aside_list_load(struct store *s, struct pool *pool, struct aside_list *out,
                     struct err *e);

/* What a reason means, for people, translated. */
const char *aside_reason_words(const char *reason);

/* Judges anew what waits of a site (at a hub); *nr saves went into the log. */
bool aside_judge(struct store *s, int64_t site_no, int64_t *nr, struct err *e);

#endif
