/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PURGE_INT_H
#define STORE_PURGE_INT_H
/*
 * Writing the record of a purge, with its trace, for those who know that it may
 * be; and the name of the purge list, for who copies it.
 */
#include <stdbool.h>

#include "base/err.h"
#include "store/stream.h"

struct store;

/* The purge list beside the database, and how long it may be. */
#define PURGE_LIST_FILE "homeward.purged"
enum { PURGE_LIST_BYTES_MAX = 64 * 1024 * 1024 };

struct purge_why {
    struct stream stream;
    const char *reason, *asked_by; /* "" when not known any more */
    const char *approval;          /* the request's id as text, or "" */
    bool alone;
};
bool purge_write(struct store *s, const struct purge_why *why, struct err *e);

#endif
