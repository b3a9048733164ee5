/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PURGE_INT_H
#define STORE_PURGE_INT_H
/* Writing the record of a purge, for those who know that it may be. */
#include <stdbool.h>

#include "base/err.h"
#include "store/stream.h"

struct store;

struct purge_why {
    struct stream stream;
    const char *reason, *asked_by; /* "" when not known any more */
    const char *approval;          /* the request's id as text, or "" */
    bool alone;
};
bool purge_write(struct store *s, const struct purge_why *why, struct err *e);

#endif
