/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VERDICT_H
#define STORE_VERDICT_H
/*
 * The second person's answer to a request (approval.h), with what follows from
 * it: deciding and carrying out are one transaction, so that nothing is
 * approved and left undone, and nothing done without the decision. What a kind
 * does at once stands in the table of verdict.c.
 */
#include <stdbool.h>

#include "base/err.h"
#include "store/approval.h"

struct store;

/* ERR_DENIED says who may; ERR_INPUT what is missing. */
bool verdict_give(struct store *s, const struct approval *a,
                  enum approval_state to, const char *reason, struct err *e);

#endif
