/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/tui.h"

enum { READ_END = 0, WRITE_END = 1, CANNOT_RUN = 127 };

/* One of the child's streams, cut into lines; what is longer than a line may
 * be is cut. */
struct lines {
    int fd; /* -1: at its end */
    char text[TASK_LINE_BYTES];
    size_t nr;
};

struct task {
    struct tui *tui;
    pid_t pid;
    struct lines out, err;
    char said[TASK_LINE_BYTES]; /* last line of standard error */
    void (*line)(void *arg, const char *line);
    void (*ended)(void *arg, int code, const char *said);
    void *arg;
};

/* ---- the child ---- */

/* What the screens did with signals is not the child's; they were blocked
 * until here, so that none is lost to a handler of the screens. */
static void reset_signals(void)
{
    static const int ignored[] = {SIGPIPE, SIGHUP, SIGTERM, SIGINT, SIGTSTP};
    sigset_t none;

    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The pipe closes when the child has become the program, or has ended: from
 * then on a signal reaches the program itself and stops it. */
static void wait_for_program(int fds[2])
{
    char none;

    close(fds[WRITE_END]);
    fds[WRITE_END] = -1;
    while (read(fds[READ_END], &none, 1) < 0 && errno == EINTR)
        continue;
}

/* A group of its own: stopping it stops its children too, and a suspended
 * screen does not suspend a sync. Only calls that are safe after a fork. */
static void become(const struct task_plan *plan, char *const *argv,
                   const int fds[3])
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    setpgid(0, 0);
    reset_signals();
    dup2(null, STDIN_FILENO);
    dup2(fds[0], STDOUT_FILENO);
    dup2(fds[1], STDERR_FILENO);
    if (plan->secret && fds[2] != TASK_SECRET_FD)
        dup2(fds[2], TASK_SECRET_FD);
    else if (plan->secret) /* dup2 onto itself would leave close-on-exec set */
        fcntl(TASK_SECRET_FD, F_SETFD, 0);
    else
        close(TASK_SECRET_FD);
    execvp(argv[0], argv);
    _exit(CANNOT_RUN);
}

/* The pipe holds the whole secret, so nobody waits for the child to read. */
static bool fill_secret(const struct task_plan *plan, int pipe_fds[2],
                        struct err *e)
{
    if (!plan->secret)
        return true;
    if (plan->secret_bytes > TASK_SECRET_MAX)
        return err_set(e, ERR_BUG, "a secret of %zu bytes", plan->secret_bytes);
    if (pipe2(pipe_fds, O_CLOEXEC) < 0 ||
        write(pipe_fds[WRITE_END], plan->secret, plan->secret_bytes) !=
            (ssize_t)plan->secret_bytes)
        return err_errno(e, _("Making a pipe"));
    return true;
}

static void close_pipe(int fds[2])
{
    for (int i = 0; i < 2; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

/* ---- its lines ---- */

static void hand_over(struct task *k, struct lines *l)
{
    l->text[l->nr] = '\0';
    if (l == &k->err)
        memcpy(k->said, l->text, l->nr + 1);
    else if (k->line)
        k->line(k->arg, l->text);
    l->nr = 0;
}

static void take_bytes(struct task *k, struct lines *l, const char *bytes,
                       size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\n')
            hand_over(k, l);
        else if (l->nr + 1 < sizeof l->text)
            l->text[l->nr++] = bytes[i];
}

static void lines_end(struct task *k, struct lines *l)
{
    if (l->fd < 0)
        return;
    tui_unwatch(k->tui, l->fd);
    close(l->fd);
    l->fd = -1;
}

/* Both streams are at their end: so is the child, or as good as. */
static void reap(struct task *k)
{
    int status = 0;
    pid_t pid = k->pid;

    k->pid = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (k->ended)
        k->ended(k->arg,
                 WIFEXITED(status) ? WEXITSTATUS(status)
                                   : 128 + WTERMSIG(status),
                 k->said);
}

static void ready(void *arg, int fd)
{
    struct task *k = arg;
    struct lines *l = fd == k->out.fd ? &k->out : &k->err;
    char bytes[4096];
    ssize_t n = read(fd, bytes, sizeof bytes);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        take_bytes(k, l, bytes, (size_t)n);
        return;
    }
    if (l->nr > 0)
        hand_over(k, l);
    lines_end(k, l);
    if (k->out.fd < 0 && k->err.fd < 0)
        reap(k); /* may free k */
}

/* ---- its life ---- */

static struct task *task_of(struct tui *t, const struct task_plan *plan,
                            pid_t pid, const int fds[2])
{
    struct task *k = mem_alloc(sizeof *k);

    k->tui = t;
    k->pid = pid;
    k->out.fd = fds[0];
    k->err.fd = fds[1];
    k->line = plan->line;
    k->ended = plan->ended;
    k->arg = plan->arg;
    fcntl(k->out.fd, F_SETFL, O_NONBLOCK);
    fcntl(k->err.fd, F_SETFL, O_NONBLOCK);
    tui_watch(t, k->out.fd, ready, k);
    tui_watch(t, k->err.fd, ready, k);
    return k;
}

static char **copy_argv(struct pool *pool, const char *const *argv)
{
    size_t nr = 0;
    char **copy;

    while (argv[nr])
        nr++;
    copy = pool_alloc(pool, (nr + 1) * sizeof *copy);
    for (size_t i = 0; i < nr; i++)
        copy[i] = pool_str(pool, argv[i]);
    return copy;
}

/* fds: standard output, error, the secret; -1: none. The child's number, or -1
 * with errno. */
static pid_t spawn(const struct task_plan *plan, char *const *argv,
                   const int fds[3])
{
    sigset_t all, before;
    int begun[2];
    pid_t pid;

    if (pipe2(begun, O_CLOEXEC) < 0)
        return -1;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    if (pid == 0)
        become(plan, argv, fds);
    if (pid > 0) {
        setpgid(pid, pid);
        wait_for_program(begun);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close_pipe(begun);
    return pid;
}

struct task *task_start(struct tui *t, const struct task_plan *plan,
                        struct err *e)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1}, secret[2] = {-1, -1};
    struct pool *pool = pool_new();
    char **argv = copy_argv(pool, plan->argv);
    struct task *k = NULL;
    pid_t pid;

    if (!fill_secret(plan, secret, e))
        goto out;
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        err_errno(e, _("Making a pipe"));
        goto out;
    }
    pid = spawn(plan, argv,
                (int[]){out[WRITE_END], err[WRITE_END], secret[READ_END]});
    if (pid < 0) {
        err_errno(e, _("Starting %s"), plan->argv[0]);
        goto out;
    }
    k = task_of(t, plan, pid, (int[]){out[READ_END], err[READ_END]});
    out[READ_END] = err[READ_END] = -1;
out:
    close_pipe(out);
    close_pipe(err);
    close_pipe(secret);
    pool_free(pool);
    return k;
}

void task_stop(struct task *k)
{
    if (k->pid > 0)
        kill(-k->pid, SIGTERM);
}

void task_free(struct task *k)
{
    if (!k)
        return;
    lines_end(k, &k->out);
    lines_end(k, &k->err);
    if (k->pid > 0) {
        kill(-k->pid, SIGKILL);
        while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    mem_free(k);
}
