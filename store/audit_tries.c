/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passphrases that did not open the office. Without one nothing can be written
 * into the sealed file, so the moments wait beside it, eight bytes each, in
 * homeward.failed, till somebody comes in. They are taken over by renaming the
 * file first: a try in between begins a new one, and a crash in between leaves
 * homeward.failed-read, which the next unlock takes; at worst a try is told
 * twice.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/reader.h"
#include "store/audit_int.h"

enum { TRIES_BYTES_MAX = 4096, TRY_BYTES = 8 };

static const char waiting[] = "homeward.failed";
static const char taken[] = "homeward.failed-read";

void audit_tries_note(const char *dir, int64_t at_ms)
{
    char path[PATH_MAX];
    struct stat st;
    struct buf b = BUF_INIT(TRY_BYTES);
    file_in(path, dir, waiting);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                  S_IRUSR | S_IWUSR);
    if (fd < 0)
        return;
    buf_add_be64(&b, (uint64_t)at_ms);
    if (fstat(fd, &st) == 0 && st.st_size < TRIES_BYTES_MAX &&
        write(fd, b.data, b.size) == (ssize_t)b.size)
        fsync(fd);
    close(fd);
    buf_release(&b);
}

static void queue_file(struct store *s, const char *path)
{
    struct buf b = BUF_INIT(TRIES_BYTES_MAX + TRY_BYTES);
    struct err ignored = ERR_INIT;
    const struct audit_event x = {.kind = AUDIT_UNLOCK_FAILED};
    if (buf_read_file(&b, path, &ignored)) {
        struct reader r = reader_of(b.data, b.size);
        while (r.left >= TRY_BYTES)
            audit_queue_add(s, &x, (int64_t)reader_be64(&r));
    }
    buf_release(&b);
}

bool audit_tries_take(struct store *s, struct err *e)
{
    char from[PATH_MAX], to[PATH_MAX];
    file_in(from, store_dir(s), waiting);
    file_in(to, store_dir(s), taken);
    if (access(to, F_OK) != 0 && rename(from, to) != 0)
        return true;
    queue_file(s, to);
    if (!audit_flush(s, e))
        return false;
    unlink(to);
    return true;
}
