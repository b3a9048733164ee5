/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reader.h"
#include "base/str.h"
#include "store/backup_int.h"
#include "store/db_int.h"
#include "store/verify_int.h"
#include "store/vfs_int.h"
#include "store/vfs_shift.h"

enum { FORMAT = 1, HEADER_BYTES = 32, MARK = 8 };

static const char mark[MARK + 1] = "HWBACKUP";

/* ---- slots and header ---- */

static bool write_at(int fd, const void *bytes, size_t n, off_t at)
{
    const char *from = bytes;
    while (n > 0) {
        ssize_t put = pwrite(fd, from, n, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

static bool write_header(int fd, size_t keys_bytes, int64_t made_ms)
{
    struct buf b = BUF_INIT(BACKUP_DB_AT - BACKUP_HEADER_AT);
    buf_add(&b, mark, MARK);
    buf_add_be64(&b, FORMAT);
    buf_add_be64(&b, keys_bytes);
    buf_add_be64(&b, (uint64_t)made_ms);
    bool good = write_at(fd, b.data, b.size, BACKUP_HEADER_AT) &&
                ftruncate(fd, BACKUP_DB_AT) == 0;
    buf_release(&b);
    return good;
}

bool backup_file_begin(const char *path, const struct buf *keys,
                       int64_t made_ms, struct err *e)
{
    struct stat st;
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    int fd = open(path, keys != NULL ? flags | O_CREAT | O_EXCL : flags,
                  S_IRUSR | S_IWUSR);
    if (fd < 0)
        return err_errno(e, _("Making the backup %s"), path);
    bool good = keys == NULL || write_at(fd, keys->data, keys->size, 0);
    good = good && fstat(fd, &st) == 0 &&
           write_header(fd, (size_t)st.st_size, made_ms) && fsync(fd) == 0;
    if (!good)
        err_errno(e, _("Writing the backup %s"), path);
    if (close(fd) != 0 && good)
        good = err_errno(e, _("Writing the backup %s"), path);
    return good;
}

static bool no_backup(const char *path, struct err *e)
{
    return err_set(e, ERR_CORRUPT,
                   _("%s is no backup of Homeward, or it is damaged: take "
                     "another one"),
                   path);
}

/* Nothing but zeros fills the place up to the header. A header that names too
 * short a key file would restore an office that nobody can open. */
static bool keys_end(const uint8_t *bytes, uint64_t keys_bytes)
{
    while (keys_bytes < BACKUP_HEADER_AT && bytes[keys_bytes] == 0)
        keys_bytes++;
    return keys_bytes == BACKUP_HEADER_AT;
}

bool backup_file_header(const char *path, struct backup_header *h,
                        struct err *e)
{
    uint8_t bytes[BACKUP_HEADER_AT + HEADER_BYTES];
    const uint8_t *header = bytes + BACKUP_HEADER_AT;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, _("Opening the backup %s"), path);
    ssize_t got = pread(fd, bytes, sizeof bytes, 0);
    close(fd);
    if (got != (ssize_t)sizeof bytes || memcmp(header, mark, MARK) != 0)
        return no_backup(path, e);
    struct reader r = reader_of(header + MARK, HEADER_BYTES - MARK);
    uint64_t format = reader_be64(&r);
    h->keys_bytes = (size_t)reader_be64(&r);
    h->made_ms = (int64_t)reader_be64(&r);
    if (format != FORMAT)
        return err_set(e, ERR_VERSION,
                       _("The backup %s was made by a newer program: install "
                         "the new program on this PC"),
                       path);
    return (keys_end(bytes, h->keys_bytes) && h->made_ms >= 0) ||
           no_backup(path, e);
}

bool backup_file_keys(const char *path, const struct backup_header *h,
                      struct buf *out, struct err *e)
{
    char bytes[BACKUP_HEADER_AT];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good =
        fd >= 0 && pread(fd, bytes, h->keys_bytes, 0) == (ssize_t)h->keys_bytes;
    if (!good)
        err_errno(e, _("Reading the backup %s"), path);
    if (fd >= 0)
        close(fd);
    if (good)
        buf_add(out, bytes, h->keys_bytes);
    return good;
}

/* ---- the database in it ---- */

bool backup_db_open(struct backup_db *b, const char *path,
                    const uint8_t key[KEYFILE_KEY_BYTES], bool create,
                    struct err *e)
{
    *b = (struct backup_db){0};
    b->shift = vfs_shift_new(BACKUP_DB_AT, e);
    b->vfs = b->shift != NULL ? vfs_new_over(key, vfs_shift_name(b->shift), e)
                              : NULL;
    b->db =
        b->vfs != NULL ? db_open_over(path, vfs_name(b->vfs), create, e) : NULL;
    if (b->db != NULL)
        return true;
    backup_db_close(b);
    return false;
}

void backup_db_close(struct backup_db *b)
{
    db_close(b->db);
    vfs_free(b->vfs);
    vfs_shift_free(b->shift);
    *b = (struct backup_db){0};
}

static bool read_info(struct db *db, struct backup_info *out, struct err *e)
{
    int64_t is_hub = 0;
    struct rows *q = db_query(
        db, "SELECT value FROM setting WHERE name = 'site.name'", DB_NOTHING);
    if (rows_next(q))
        str_copy(out->site_name, sizeof out->site_name, rows_text(q, 0));
    bool good =
        rows_end(q, e) &&
        db_get_int(db, "SELECT value FROM setting WHERE name = 'site.is_hub'",
                   DB_NOTHING, 0, &is_hub, e) &&
        db_get_int(db, "SELECT COUNT(*) FROM casefile", DB_NOTHING, 0,
                   &out->cases, e) &&
        db_get_int(db, "SELECT COUNT(*) FROM change", DB_NOTHING, 0,
                   &out->changes, e);
    out->is_hub = is_hub != 0;
    return good;
}

bool backup_db_check(struct db *db, struct backup_info *out, struct err *e)
{
    int64_t position = 0;
    uint8_t state[HASH_BYTES];
    if (!db_check(db, e) || !read_info(db, out, e) ||
        !verify_head_state(db, &position, state, e))
        return false;
    verify_head_print(position, state, out->head);
    return true;
}

/* ---- names ---- */

bool backup_file_sync_folder(const char *path, struct err *e)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s",
                 slash > path ? (int)(slash - path) : 1, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    /* some file systems of USB sticks cannot sync a folder */
    if (!good && fd >= 0 && errno == EINVAL)
        good = true;
    if (!good)
        err_errno(e, _("Writing to the folder %s"), folder);
    if (fd >= 0)
        close(fd);
    return good;
}

bool backup_file_name(const char *from, const char *to, struct err *e)
{
    int rc = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
    if (rc != 0 && (errno == EINVAL || errno == ENOSYS)) {
        if (access(to, F_OK) == 0)
            errno = EEXIST;
        else
            rc = rename(from, to);
    }
    if (rc == 0)
        return backup_file_sync_folder(to, e);
    if (errno == EEXIST)
        return err_set(e, ERR_INPUT,
                       _("There is a file %s already: choose another name"),
                       to);
    return err_errno(e, _("Naming the file %s"), to);
}
