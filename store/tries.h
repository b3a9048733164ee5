/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_TRIES_H
#define STORE_TRIES_H
/*
 * Wrong passphrases at this PC. After five in a row each further try has to
 * wait: 5 seconds, then twice as long each time, five minutes at most. It never
 * locks for ever, and a right passphrase ends it. The count lies in
 * DIR/homeward.tries, so that starting the program again does not begin anew;
 * whoever can delete that file can also copy the office away and guess at home,
 * which is what the cost of stretching is for.
 *
 * A try counts when it has failed: many programs that open the office at once
 * with the right passphrase are no tries. A program killed before its failure
 * is written down gets one for nothing, at the whole cost of stretching.
 */
#include <stdbool.h>

#include "base/err.h"
#include "base/stamp.h"

enum { TRIES_FREE = 5, TRIES_WAIT_MAX_S = 300 };

/* Before a try; ERR_DENIED says how long to wait. A folder that cannot be
 * written is no reason to keep anybody out. */
bool tries_begin(const char *dir, const struct stamp_source *clock,
                 struct err *e);

/* It was the wrong one. */
void tries_wrong(const char *dir, const struct stamp_source *clock);

/* It was the right passphrase, or the fault was not the passphrase's. */
void tries_forget(const char *dir);

/* Adds to the sentence about a wrong passphrase how long the next try waits. */
void tries_explain(const char *dir, struct err *e);

#endif
