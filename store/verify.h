/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H
/*
 * Proof that the file is what was written: every page authenticates, every
 * chain recomputes from its seed to its head, and the computed tables come out
 * of the log exactly as they stand. Names the first break.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct verify_count {
    int64_t chains, changes, set_aside;
};

/* ERR_CORRUPT names what broke and what to do about it. */
bool verify_all(struct store *s, struct verify_count *count, struct err *e);

#endif
