/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H
/*
 * One sync of this office with its hub, start to end: the door of this room
 * for the command line and the screens. The screens start `homeward sync
 * --progress --key-fd N` as a process of its own and read its lines with
 * sync_progress_read; so names that do not resolve and lines that hang never
 * freeze a key, and killing it is always safe.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sync/session.h"

struct store;

struct sync_result {
    struct session_count count;
    int64_t network_sent, network_received; /* bytes with all SSH adds; as the
                                               messages alone when unknown */
    int64_t waiting_saves, waiting_bytes;   /* of this office, still here */
    int64_t conflicts;                      /* fields with two values now */
};

struct sync_watch {
    void (*told)(void *arg, const struct session_count *count);
    void *arg;
};

/* Syncs over SSH. Whatever the outcome, *r says what was achieved: with
 * ERR_NETWORK what arrived is kept and the next sync goes on from there.
 * ERR_INPUT: no hub joined. ERR_BUSY: another sync of this office runs. */
bool sync_run(struct store *s, const struct sync_watch *watch,
              struct sync_result *r, struct err *e);

/* ---- progress lines ---- */

struct sync_progress {
    int64_t sent_changes, received_changes, sent_bytes, received_bytes;
};

enum { SYNC_PROGRESS_BYTES = 128 };

void sync_progress_print(const struct session_count *count,
                         char out[SYNC_PROGRESS_BYTES]);
/* False when the line is no progress line (but the result, or a sentence). */
bool sync_progress_read(const char *line, struct sync_progress *p);

#endif
