/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_APPROVAL_H
#define STORE_APPROVAL_H
/*
 * What one person asks for and another decides: to purge a case, to hold it
 * back from that, to take two cases for one or to part them again. A request
 * is a record of kind "approval" in the stream it is about, so it travels as
 * far as the case does and any office that holds the case may decide it:
 * whoever may approve there by the table of rights. Who asks never decides; in
 * an office with one active person that person may, and the record says so for
 * good.
 *
 * An approval does nothing by itself: verdict.h decides and carries out in one
 * transaction, purge.h and others look up what was approved. Where two
 * decisions clash, no outweighs yes. A request nobody decided within its
 * kind's days is expired.
 *
 * To add a kind: a row in the table of approval.c, and one in verdict.c when
 * something is to happen at once.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/stream.h"

struct store;

enum { APPROVAL_REASON_BYTES_MAX = 2000 };

enum approval_state {
    APPROVAL_OPEN,
    APPROVAL_APPROVED,
    APPROVAL_REFUSED,
    APPROVAL_WITHDRAWN, /* by who asked */
    APPROVAL_EXPIRED,
};

struct approval_kind {
    const char *name;  /* "purge": kept in the log, never renamed */
    const char *label; /* N_("purge the case"); translate where shown */
    int days;          /* after which an open request is expired */
};
const struct approval_kind *approval_kind_list(size_t *nr);
const struct approval_kind *approval_kind_find(const char *name); /* or NULL */

/* "open", "approved" ...; a word for people, translated. */
const char *approval_state_name(enum approval_state state);
const char *approval_state_label(enum approval_state state);

struct approval {
    struct id id;
    const char *kind;
    struct stream stream; /* what it is about */
    struct stream
        other; /* of "merge", "part": the kept case; else STREAM_NONE */
    const char *reason; /* in the words of who asked; of a purge its class */
    const char *detail; /* a short word for the kind's own use; "" */
    const char *asked_by, *asked_office;
    int64_t asked_ms;
    enum approval_state state;
    const char *decided_by, *decided_office; /* "" while open */
    const char *decided_reason;
    int64_t decided_ms;
    bool alone; /* decided by who asked, as the only person of an office */
    bool was_approved; /* another person said yes, or who was alone; a no from
                          elsewhere may outweigh it since */
    /* what lists show: "" when it is about no case */
    const char *case_number, *case_name;
};

struct approval_list {
    struct approval *items;
    size_t nr;
};

/* What is asked for. Everything is borrowed for the call. */
struct approval_ask {
    const char *kind;
    struct stream stream, other;
    const char *reason;
    const char *detail; /* NULL: none */
};

/* Asks, as the unlocked person; *id is the request's. ERR_INPUT: no reason, an
 * unknown kind, the same asked for already and still open. */
bool approval_request(struct store *s, const struct approval_ask *ask,
                      struct id *id, struct err *e);

/* Which: all of a stream (NULL: of every one), open ones alone or all, oldest
 * first, in the pool. */
struct approval_query {
    const struct stream *stream;
    bool open_only;
};
bool approval_list_load(struct store *s, const struct approval_query *query,
                        struct pool *pool, struct approval_list *out,
                        struct err *e);

/* One by its id; ERR_NOT_FOUND. By what a person typed: the number of its id
 * (id_print_number), as lists show it. */
bool approval_load(struct store *s, const struct id *id, struct pool *pool,
                   struct approval *out, struct err *e);
bool approval_resolve(struct store *s, const char *typed, struct pool *pool,
                      struct approval *out, struct err *e);

/* How many wait for a decision. */
bool approval_count_open(struct store *s, int64_t *count, struct err *e);

/* Whether the unlocked person may decide it: another one than who asked, of a
 * role that may, or the only one of the office (*alone). ERR_DENIED says who
 * may; ERR_INPUT that it is not open any more. */
bool approval_may_decide(struct store *s, const struct approval *a, bool *alone,
                         struct err *e);

/* Writes the decision and nothing more (see verdict.h). to: APPROVED, REFUSED
 * (with a reason) or WITHDRAWN (by who asked alone). */
bool approval_decide(struct store *s, const struct approval *a,
                     enum approval_state to, const char *reason, struct err *e);

/* ---- for the gate ---- */

/* After a save of a record of kind "approval": notes whether it is open. And
 * of all, for rebuild. */
bool approval_refresh(struct store *s, int64_t record_id, struct err *e);
bool approval_refresh_all(struct store *s, struct err *e);

#endif
