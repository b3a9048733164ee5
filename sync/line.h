/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LINE_H
#define SYNC_LINE_H
/*
 * A line: bytes both ways at once, over file descriptors, never waiting
 * longer than it is told. Two kinds: line_pipe_open over descriptors that are
 * there (pipes, a socket pair, standard input and output), line_ssh_open
 * (line_ssh.h) over the helper program that alone speaks SSH.
 *
 * A line that ends is no error here: what was on it decides whether something
 * is missing. A line may be closed at any moment.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct line;

enum { LINE_IDLE_MS = 60000 }; /* silence after which a line counts as lost */

/* A line over descriptors that stay the caller's; both may be the same. */
struct line *line_pipe_open(int in_fd, int out_fd);

/* Says no more and ends the line, waiting a moment for the end of a helper. */
void line_end(struct line *l);

/* Ends it if need be and frees it. NULL is fine. */
void line_close(struct line *l);

/* Waits until something can be done, then writes what fits from out (taken off
 * its front) and appends what came to in. *ended: the other side closed.
 * ERR_NETWORK: nothing moved for wait_ms, or the line broke; the sentence says
 * what to do, and names the cause when the helper knew it. */
bool line_exchange(struct line *l, struct buf *out, struct buf *in, int wait_ms,
                   bool *ended, struct err *e);

/* Why the line ended, when its helper says so: sets *e (the code says whether
 * the line, the hub's key or the access was the cause) and returns false; true
 * when there is nothing to say. */
bool line_reason(struct line *l, struct err *e);

/* Bytes on the network both ways as the system counted them, known once the
 * line has ended; zeros when it cannot be known. */
void line_bytes(const struct line *l, int64_t *sent, int64_t *received);

#endif
