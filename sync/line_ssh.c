/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/line_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reader.h"
#include "base/str.h"
#include "sync/helper.h"
#include "sync/line_int.h"

enum { PATH_BYTES = 4096, LENGTH_BYTES = 4 };

static const struct {
    const char *word;
    enum err_code code;
    const char *sentence;
} reasons[] = {
    {HELPER_BAD_SETUP, ERR_BUG, N_("The SSH helper was started wrongly")},
    {HELPER_UNREACHABLE, ERR_NETWORK,
     N_("The hub cannot be reached: check the line and the hub's address, then "
        "sync again")},
    {HELPER_WRONG_HOST, ERR_PROTOCOL,
     N_("The hub showed another key than the one this office knows: nothing "
        "was sent. Telephone the administrator, somebody may be in between")},
    {HELPER_NO_ACCESS, ERR_DENIED,
     N_("The hub does not let this office in: ask the administrator whether "
        "it is admitted")},
    {HELPER_NOT_STARTED, ERR_PROTOCOL,
     N_("The hub let this office in but did not start the conversation: "
        "telephone the administrator")},
    {HELPER_BAD_KEY, ERR_CORRUPT,
     N_("This office's SSH key cannot be read: join the hub again")},
    {HELPER_SILENT, ERR_NETWORK,
     N_("The line went silent: what arrived is kept; sync again when there is "
        "a line")},
    {HELPER_LOST, ERR_NETWORK,
     N_("The line was lost: what arrived is kept; sync again when there is a "
        "line")},
};

/* ---- starting the helper ---- */

/* It lies beside this very program, wherever that was installed. */
static bool helper_path(char path[PATH_BYTES], struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    if (n < 0)
        return err_errno(e, _("Looking for the SSH helper"));
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (folder + sizeof HELPER_PROGRAM > PATH_BYTES)
        return err_set(e, ERR_IO,
                       _("The program's folder has too long a "
                         "name"));
    memcpy(path + folder, HELPER_PROGRAM, sizeof HELPER_PROGRAM);
    if (access(path, X_OK) != 0)
        return err_errno(e, _("The SSH helper %s cannot be started"), path);
    return true;
}

/* A kernel older than the call keeps few descriptors open in our programs. */
static void close_others(void)
{
    enum { FIRST = 3, OLD_LIMIT = 1024 };
    if (close_range(FIRST, ~0u, 0) == 0)
        return;
    for (int fd = FIRST; fd < OLD_LIMIT; fd++)
        close(fd);
}

/* In the child: descriptors 0 and 1 as helper.h says, nothing else open, an
 * empty environment. Only calls that are safe between fork and exec. */
static void become_helper(const char *path, int data, int report)
{
    char name[] = HELPER_PROGRAM;
    char *argv[] = {name, NULL};
    char *envp[] = {NULL};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (dup2(data, 0) == 0 && dup2(report, 1) == 1 && nowhere >= 0 &&
        dup2(nowhere, 2) == 2) {
        close_others();
        execve(path, argv, envp);
    }
    _exit(127);
}

static struct line *start(struct err *e)
{
    char path[PATH_BYTES];
    int data[2], report[2];
    if (!helper_path(path, e))
        return NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, data) != 0) {
        err_errno(e, _("Starting the SSH helper"));
        return NULL;
    }
    if (pipe2(report, O_CLOEXEC) != 0) {
        err_errno(e, _("Starting the SSH helper"));
        close(data[0]);
        close(data[1]);
        return NULL;
    }
    pid_t child = fork();
    if (child == 0)
        become_helper(path, data[1], report[1]);
    close(data[1]);
    close(report[1]);
    if (child < 0) {
        err_errno(e, _("Starting the SSH helper"));
        close(data[0]);
        close(report[0]);
        return NULL;
    }
    struct line *l = line_pipe_open(data[0], data[0]);
    l->helper = child;
    l->status_fd = report[0];
    return l;
}

/* Writes the whole request; the socket takes it at once. */
static bool send_request(struct line *l, const char *const fields[],
                         struct err *e)
{
    struct buf body = BUF_INIT(HELPER_REQUEST_MAX);
    struct buf out = BUF_INIT(HELPER_REQUEST_MAX + LENGTH_BYTES);
    for (size_t i = 0; i < HELPER_FIELDS; i++)
        buf_add_block(&body, fields[i], strlen(fields[i]));
    buf_add_be32(&out, (uint32_t)body.size);
    buf_add(&out, body.data, body.size);
    bool fits = !buf_failed(&body);
    bool good = fits && send(l->out_fd, out.data, out.size, MSG_NOSIGNAL) ==
                            (ssize_t)out.size;
    buf_wipe(&body);
    buf_wipe(&out);
    return good || err_set(e, ERR_IO, _("The SSH helper does not listen"));
}

static struct line *open_with(const char *const fields[], struct err *e)
{
    struct line *l = start(e);
    if (l == NULL || send_request(l, fields, e))
        return l;
    line_close(l);
    return NULL;
}

struct line *line_ssh_open(const struct line_ssh_to *to, struct err *e)
{
    const char *fields[HELPER_FIELDS] = {
        [HELPER_MODE] = "run",
        [HELPER_HOST] = to->address->host,
        [HELPER_PORT] = to->address->port,
        [HELPER_USER] = to->address->user,
        [HELPER_HOST_KEY] = to->host_key,
        [HELPER_PRIVATE_KEY] = to->private_key,
        [HELPER_COMMAND] = to->command,
    };
    return open_with(fields, e);
}

/* ---- its end ---- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads the report to its end; false when the time is over first. */
static bool read_report(struct line *l, int wait_ms)
{
    int64_t until = now_ms() + wait_ms;
    for (;;) {
        char step[256];
        struct pollfd fd = {.fd = l->status_fd, .events = POLLIN};
        int64_t left = until - now_ms();
        if (left < 0 || poll(&fd, 1, (int)left) == 0)
            return false;
        ssize_t n = read(l->status_fd, step, sizeof step);
        if (n == 0 || (n < 0 && errno != EINTR))
            return true;
        if (n > 0)
            buf_add(&l->report, step, (size_t)n);
    }
}

void line_helper_wait(struct line *l, int wait_ms)
{
    if (l->reported)
        return;
    if (!read_report(l, wait_ms))
        kill(l->helper, SIGKILL);
    while (waitpid(l->helper, NULL, 0) < 0 && errno == EINTR)
        ;
    l->reported = true;
}

bool line_helper_reason(const struct line *l, struct err *e)
{
    static const char begins[] = "failed ";
    const char *at = strstr(buf_text(&l->report), begins);
    if (at == NULL)
        return true;
    at += strlen(begins);
    size_t n = strcspn(at, " \n");
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        if (strlen(reasons[i].word) == n && memcmp(reasons[i].word, at, n) == 0)
            return err_set(e, reasons[i].code, "%s", _(reasons[i].sentence));
    return err_set(e, ERR_BUG, "helper: %.*s", (int)n, at);
}

/* ---- short errands: a result of two blocks ---- */

static bool take_blocks(const struct buf *in, struct buf *first,
                        struct buf *second)
{
    size_t n = 0, m = 0;
    struct reader r = reader_of(in->data, in->size);
    const uint8_t *a = reader_block(&r, HELPER_RESULT_MAX, &n);
    const uint8_t *b = reader_block(&r, HELPER_RESULT_MAX, &m);
    if (!reader_done(&r))
        return false;
    buf_add(first, a, n);
    buf_add(second, b, m);
    return !buf_failed(first) && !buf_failed(second);
}

static bool errand(const char *const fields[], struct buf *first,
                   struct buf *second, struct err *e)
{
    struct buf in = BUF_INIT(HELPER_RESULT_MAX), nothing = BUF_INIT(1);
    bool ended = false, good = true;
    struct line *l = open_with(fields, e);
    if (l == NULL)
        return false;
    while (good && !ended)
        good = line_exchange(l, &nothing, &in, LINE_IDLE_MS, &ended, e);
    good = good && line_reason(l, e);
    if (good && !take_blocks(&in, first, second))
        good = err_set(e, ERR_IO, _("The SSH helper gave no answer"));
    line_close(l);
    buf_wipe(&in);
    return good;
}

bool line_ssh_scan(const struct address *address, struct buf *key_line,
                   struct buf *fingerprint, struct err *e)
{
    const char *fields[HELPER_FIELDS] = {
        [HELPER_MODE] = "scan",        [HELPER_HOST] = address->host,
        [HELPER_PORT] = address->port, [HELPER_USER] = address->user,
        [HELPER_HOST_KEY] = "",        [HELPER_PRIVATE_KEY] = "",
        [HELPER_COMMAND] = "",
    };
    return errand(fields, key_line, fingerprint, e);
}

bool line_ssh_keygen(struct buf *private_text, struct buf *public_line,
                     struct err *e)
{
    const char *fields[HELPER_FIELDS] = {"keygen", "", "", "", "", "", ""};
    return errand(fields, private_text, public_line, e);
}
