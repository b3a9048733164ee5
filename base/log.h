/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H
/*
 * A log in a file, never on the terminal: one line an event, time first.
 * It holds counts, codes, sizes, numbers of sites and positions; never a name
 * of a person, a field's content, a passphrase or a key. A log that cannot be
 * written is skipped: work goes on.
 */
#include "base/stamp.h"

struct log;

/* Appends to path, created with mode 0600 and turned over to path.1 beyond
 * 1 MiB. NULL path gives a log that drops everything. */
struct log *log_open(const char *path, struct stamp_source stamp);
void log_close(struct log *l); /* NULL is fine */

void log_line(struct log *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
