/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LOCK_H
#define SYNC_LOCK_H
/*
 * One conversation at a time: a file under the office's or hub's folder that a
 * process holds locked while it syncs. The system lets go of it when the
 * process ends, however it ends. The file itself stays and means nothing.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct lock;

/* ERR_BUSY when another process holds it. */
struct lock *lock_take(const char *dir, const char *name, struct err *e);

/* The same, but the newest conversation wins: the process that holds it is
 * asked to end (what it has not committed is not acknowledged, so nothing is
 * lost) and is waited for. */
struct lock *lock_take_over(const char *dir, const char *name, struct err *e);

void lock_release(struct lock *l); /* NULL is fine */

#endif
