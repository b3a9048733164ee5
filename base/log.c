/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

enum { LINE_BYTES = 1024, TURN_BYTES = 1 << 20 };

struct log {
    char *path;   /* NULL: everything is dropped */
    char *beside; /* where the full file goes */
    int fd;       /* -1 when it cannot be written */
    struct stamp_source stamp;
};

static void reopen(struct log *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = open(l->path,
                 O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

struct log *log_open(const char *path, struct stamp_source stamp)
{
    struct log *l = mem_alloc(sizeof *l);
    struct buf beside = BUF_INIT(1 << 16);

    l->stamp = stamp;
    l->fd = -1;
    if (!path)
        return l;
    buf_printf(&beside, "%s.1", path);
    l->path = mem_copy_str(path);
    l->beside = mem_copy_str(buf_text(&beside));
    buf_release(&beside);
    reopen(l);
    return l;
}

void log_close(struct log *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    mem_free(l->path);
    mem_free(l->beside);
    mem_free(l);
}

/* Moves a full file aside. Another process may be doing the same: the lock is
 * on the full file, and whoever comes second finds another one at the path. */
static void turn_over(struct log *l)
{
    struct stat mine, there;

    if (fstat(l->fd, &mine) != 0 || mine.st_size < TURN_BYTES)
        return;
    flock(l->fd, LOCK_EX);
    if (stat(l->path, &there) == 0 && there.st_ino == mine.st_ino &&
        there.st_dev == mine.st_dev && rename(l->path, l->beside) != 0)
        return;
    reopen(l); /* closing the old file unlocks it */
}

void log_line(struct log *l, const char *fmt, ...)
{
    char draft[2 * LINE_BYTES], text[LINE_BYTES], at[STAMP_ISO_BYTES], *c;
    struct buf line = BUF_INIT(2 * LINE_BYTES);
    ssize_t written;
    va_list ap;

    if (l->fd < 0)
        return;
    turn_over(l);
    va_start(ap, fmt);
    vsnprintf(draft, sizeof draft, fmt, ap);
    va_end(ap);
    str_copy(text, sizeof text, draft);
    for (c = text; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    }
    stamp_print_iso(stamp_now_ms(&l->stamp), at);
    buf_printf(&line, "%s %ld %s\n", at, (long)getpid(), text);
    /* one write, so that lines of several processes never mix */
    if (l->fd >= 0) {
        written = write(l->fd, line.data, line.size);
        (void)written;
    }
    buf_release(&line);
}
