/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ASSIGN_H
#define STORE_ASSIGN_H
/*
 * A case manager names who works on a case, or ends it. Both leave a record in
 * the case (worker.h): nobody who once worked on it is forgotten.
 */
#include <stdbool.h>

#include "base/err.h"
#include "base/id.h"

struct store;

/* Names a person of this office (works true), or says that the person no
 * longer works on the case. ERR_INPUT: this office has no such login;
 * ERR_DENIED says who may. */
bool assign_worker(struct store *s, const struct id *case_id, const char *login,
                   bool works, struct err *e);

#endif
