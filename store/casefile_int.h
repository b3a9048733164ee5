/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CASEFILE_INT_H
#define STORE_CASEFILE_INT_H
/*
 * The words by which a case is found: each word of the name and of the number
 * as written (folded), with its sound.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

/* Writes the words of one case in place of those that stand. */
bool casefile_term_write(struct store *s, int64_t stream_id, const char *name,
                         const char *number, struct err *e);

#endif
