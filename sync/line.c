/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "sync/line_int.h"

enum { STEP_BYTES = 16 * 1024, GOODBYE_MS = 2000 };

static void set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

struct line *line_pipe_open(int in_fd, int out_fd)
{
    struct line *l = mem_alloc(sizeof *l);
    l->in_fd = in_fd;
    l->out_fd = out_fd;
    l->status_fd = -1;
    l->report.max = 4096;
    set_nonblocking(in_fd);
    set_nonblocking(out_fd);
    return l;
}

void line_end(struct line *l)
{
    if (l->helper == 0 || l->reported)
        return;
    shutdown(l->out_fd, SHUT_WR); /* what was said is still carried */
    line_helper_wait(l, GOODBYE_MS);
}

void line_close(struct line *l)
{
    if (l == NULL)
        return;
    line_end(l);
    if (l->helper != 0) {
        close(l->in_fd);
        close(l->status_fd);
    }
    buf_release(&l->report);
    mem_free(l);
}

static bool lost(struct line *l, struct err *e)
{
    if (!line_reason(l, e))
        return false;
    return err_set(e, ERR_NETWORK,
                   _("The line was lost: what arrived is kept; sync again when "
                     "there is a line"));
}

static bool is_passing(int number)
{
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

/* A write to a reader that has gone must be an error here, not a signal to the
 * whole program, on pipes and sockets alike. */
static ssize_t write_quietly(int fd, const void *bytes, size_t n)
{
    ssize_t got = send(fd, bytes, n, MSG_NOSIGNAL);
    if (got < 0 && errno == ENOTSOCK)
        got = write(fd, bytes, n);
    return got;
}

static bool write_some(struct line *l, struct buf *out, bool *ended)
{
    if (out->size == 0)
        return true;
    ssize_t n = write_quietly(l->out_fd, out->data, out->size);
    if (n > 0)
        buf_drop(out, (size_t)n);
    /* a reader that left may have said why before: what came is read first */
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
        *ended = true;
        return true;
    }
    return n >= 0 || is_passing(errno);
}

static bool read_some(struct line *l, struct buf *in, bool *ended)
{
    char step[STEP_BYTES];
    ssize_t n = read(l->in_fd, step, sizeof step);
    if (n > 0) {
        buf_add(in, step, (size_t)n);
        *ended = false;
    } else if (n == 0 || errno == ECONNRESET) {
        *ended = true;
    }
    return n >= 0 || is_passing(errno) || errno == ECONNRESET;
}

bool line_exchange(struct line *l, struct buf *out, struct buf *in, int wait_ms,
                   bool *ended, struct err *e)
{
    struct pollfd fds[2] = {
        {.fd = l->in_fd, .events = POLLIN},
        {.fd = out->size > 0 ? l->out_fd : -1, .events = POLLOUT}};
    *ended = false;
    int ready = poll(fds, 2, wait_ms);
    if (ready < 0 && errno == EINTR)
        return true;
    if (ready == 0)
        return err_set(e, ERR_NETWORK,
                       _("The line went silent: what arrived is kept; sync "
                         "again when there is a line"));
    bool good = ready > 0;
    if (good && fds[1].revents != 0)
        good = write_some(l, out, ended);
    if (good && (fds[0].revents != 0 || *ended))
        good = read_some(l, in, ended);
    return good || lost(l, e);
}

bool line_reason(struct line *l, struct err *e)
{
    if (l->helper != 0)
        line_helper_wait(l, GOODBYE_MS);
    return l->status_fd < 0 || line_helper_reason(l, e);
}

void line_bytes(const struct line *l, int64_t *sent, int64_t *received)
{
    long long up = 0, down = 0;
    const char *at = strstr(buf_text(&l->report), "bytes ");
    *sent = *received = 0;
    if (at != NULL && sscanf(at, "bytes %lld %lld", &up, &down) == 2) {
        *sent = up;
        *received = down;
    }
}
