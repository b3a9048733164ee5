/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LINE_INT_H
#define SYNC_LINE_INT_H
/* What kinds of line add to the descriptors. */
#include <sys/types.h>

#include "sync/line.h"

struct line {
    int in_fd, out_fd;
    pid_t helper;  /* 0: none */
    int status_fd; /* of the helper's report; -1 */
    bool reported; /* the report was read */
    struct buf report;
};

/* Gathers the helper's report and its end, waiting at most so long. */
void line_helper_wait(struct line *l, int wait_ms);

/* The reason in a helper's report as an error; true when there is none. */
bool line_helper_reason(const struct line *l, struct err *e);

#endif
