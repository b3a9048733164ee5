/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PUMP_H
#define SYNC_PUMP_H
/*
 * Joins a session to a line: carries bytes between the two until the session
 * is done or the line ends. The only place where the conversation waits.
 */
#include <stdbool.h>

#include "base/err.h"
#include "sync/line.h"
#include "sync/session.h"

struct pump_watch {
    /* told after each step with news, for progress; may be NULL */
    void (*told)(void *arg, const struct session_count *count);
    void *arg;
};

/* The office's end: true when everything went both ways. ERR_NETWORK: the line
 * was lost, what arrived is kept; other codes as session_take gives them. */
bool pump_office(struct session *s, struct line *l,
                 const struct pump_watch *watch, struct err *e);

/* The hub's end: true when the office closed between two messages. */
bool pump_hub(struct session *s, struct line *l, struct err *e);

#endif
