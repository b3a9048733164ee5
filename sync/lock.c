/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { TRIES = 200, PAUSE_MS = 50, PATH_BYTES_MAX = 4096 };

struct lock {
    int fd;
};

static int open_file(const char *dir, const char *name, struct err *e)
{
    struct buf path = BUF_INIT(PATH_BYTES_MAX);
    buf_printf(&path, "%s/%s", dir, name);
    int fd =
        open(buf_text(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        err_errno(e, _("Opening %s"), buf_text(&path));
    buf_release(&path);
    return fd;
}

static bool try_lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &whole) == 0;
}

static struct lock *lock_of(int fd)
{
    struct lock *l = mem_alloc(sizeof *l);
    l->fd = fd;
    return l;
}

struct lock *lock_take(const char *dir, const char *name, struct err *e)
{
    int fd = open_file(dir, name, e);
    if (fd < 0)
        return NULL;
    if (try_lock(fd))
        return lock_of(fd);
    close(fd);
    err_set(e, ERR_BUSY,
            _("Another sync of this office is running: wait until it ends"));
    return NULL;
}

/* The system says who holds it, so the number cannot be one of old. */
static void ask_to_end(int fd)
{
    struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_GETLK, &held) == 0 && held.l_type != F_UNLCK &&
        held.l_pid > 1)
        kill(held.l_pid, SIGTERM);
}

struct lock *lock_take_over(const char *dir, const char *name, struct err *e)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    int fd = open_file(dir, name, e);
    if (fd < 0)
        return NULL;
    for (int i = 0; i < TRIES; i++) {
        if (try_lock(fd))
            return lock_of(fd);
        ask_to_end(fd);
        nanosleep(&pause, NULL);
    }
    close(fd);
    err_set(e, ERR_BUSY, _("An older conversation does not end"));
    return NULL;
}

void lock_release(struct lock *l)
{
    if (l == NULL)
        return;
    close(l->fd);
    mem_free(l);
}
