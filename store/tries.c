/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tries.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"

enum { TEXT_BYTES = 64, FIRST_WAIT_S = 5 };

static const char name[] = "homeward.tries";

struct tries {
    int64_t nr, last_ms;
};

/* The file, locked against other programs that try; -1: none. */
static int open_locked(const char *dir, int flags)
{
    char path[PATH_MAX];
    file_in(path, dir, name);
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

static struct tries read_tries(int fd)
{
    struct tries t = {0, 0};
    char text[TEXT_BYTES] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0 ||
        sscanf(text, "%" SCNd64 " %" SCNd64, &t.nr, &t.last_ms) != 2 ||
        t.nr < 0 || t.nr > INT32_MAX || t.last_ms < 0)
        t = (struct tries){0, 0};
    return t;
}

static void write_tries(int fd, struct tries t)
{
    char text[TEXT_BYTES];
    int n = snprintf(text, sizeof text, "%" PRId64 " %" PRId64 "\n", t.nr,
                     t.last_ms);
    if (pwrite(fd, text, (size_t)n, 0) != n || ftruncate(fd, n) != 0)
        return; /* a full disk keeps nobody out */
}

/* After so many wrong ones in a row. */
static int64_t wait_s(int64_t nr)
{
    int64_t s = FIRST_WAIT_S;
    if (nr < TRIES_FREE)
        return 0;
    for (int64_t i = TRIES_FREE; i < nr && s < TRIES_WAIT_MAX_S; i++)
        s *= 2;
    return s < TRIES_WAIT_MAX_S ? s : TRIES_WAIT_MAX_S;
}

/* A clock that was set back does not make anybody wait longer than the whole
 * delay. */
static int64_t left_s(struct tries t, int64_t now_ms)
{
    int64_t all = wait_s(t.nr), gone = (now_ms - t.last_ms) / 1000;
    if (now_ms < t.last_ms)
        gone = 0;
    return gone < all ? all - gone : 0;
}

bool tries_begin(const char *dir, const struct stamp_source *clock,
                 struct err *e)
{
    int fd = open_locked(dir, O_RDWR);
    if (fd < 0)
        return true;
    int64_t now = stamp_now_ms(clock);
    struct tries t = read_tries(fd);
    int64_t left = left_s(t, now);
    if (left > 0 && now < t.last_ms) {
        t.last_ms = now;
        write_tries(fd, t);
    }
    close(fd);
    return left == 0 ||
           err_set(e, ERR_DENIED,
                   _("The passphrase was wrong %d times: wait %d seconds, "
                     "then try again"),
                   (int)t.nr, (int)left);
}

void tries_wrong(const char *dir, const struct stamp_source *clock)
{
    int fd = open_locked(dir, O_RDWR | O_CREAT);
    if (fd < 0)
        return;
    struct tries t = read_tries(fd);
    t.nr++;
    t.last_ms = stamp_now_ms(clock);
    write_tries(fd, t);
    close(fd);
}

void tries_forget(const char *dir)
{
    char path[PATH_MAX];
    file_in(path, dir, name);
    unlink(path);
}

void tries_explain(const char *dir, struct err *e)
{
    int fd = open_locked(dir, O_RDONLY);
    if (fd < 0)
        return;
    struct tries t = read_tries(fd);
    close(fd);
    if (wait_s(t.nr) > 0)
        err_set(e, ERR_DENIED,
                _("The passphrase does not open this office's file. It was "
                  "wrong %d times: the next try is taken in %d seconds"),
                (int)t.nr, (int)wait_s(t.nr));
}
