/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"

bool file_path(struct buf *out, const char *dir, const char *name,
               struct err *e)
{
    buf_clear(out);
    out->max = PATH_MAX - 1;
    buf_printf(out, "%s/%s", dir, name);
    return !buf_failed(out) ||
           err_set(e, ERR_INPUT, _("The folder's name is too long"));
}

bool file_dir_fits(const char *dir, struct err *e)
{
    return strlen(dir) <= FILE_DIR_MAX ||
           err_set(e, ERR_INPUT, _("The folder's name is too long"));
}

void file_in(char out[PATH_MAX], const char *dir, const char *name)
{
    snprintf(out, PATH_MAX, "%s/%s", dir, name);
}

static bool write_all(int fd, const struct buf *bytes)
{
    size_t done = 0;
    while (done < bytes->size) {
        ssize_t n = write(fd, bytes->data + done, bytes->size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* So that the new name itself survives a power cut. */
static bool sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s",
                 (int)(slash - path) > 0 ? (int)(slash - path) : 1, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

bool file_replace(const char *path, const struct buf *bytes, unsigned mode,
                  struct err *e)
{
    struct buf beside = BUF_INIT(PATH_MAX - 1);
    struct stat st;
    bool good = false;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, ERR_INPUT,
                       _("%s is not a plain file: choose another name"), path);
    buf_printf(&beside, "%s.new", path);
    unlink(buf_text(&beside)); /* left by a write that was cut off */
    int fd = open(buf_text(&beside),
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd >= 0) {
        good = fchmod(fd, mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
        good = close(fd) == 0 && good;
    }
    good = good && rename(buf_text(&beside), path) == 0 && sync_folder(path);
    if (!good)
        err_errno(e, _("Writing %s"), path);
    buf_release(&beside);
    return good;
}
