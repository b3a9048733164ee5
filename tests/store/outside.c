/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static struct {
    uint64_t calls, nth;
    enum outside_way way;
    bool failed;
    char what[120];
    const char *name; /* of the calls that count; NULL: all */
    int error;
} plan = {.error = EIO};

void outside_answer(const char *name, int error)
{
    plan.name = name;
    plan.error = name != NULL ? error : EIO;
}

void outside_plan(uint64_t nth, enum outside_way way)
{
    plan.calls = 0;
    plan.nth = nth;
    plan.way = way;
    plan.failed = false;
}

bool outside_has_failed(void)
{
    return plan.failed;
}

uint64_t outside_calls(void)
{
    return plan.calls;
}

const char *outside_what(void)
{
    return plan.what;
}

static bool fails(const char *what)
{
    if (plan.name != NULL && strcmp(plan.name, what) != 0)
        return false;
    plan.calls++;
    if (plan.nth == 0 || plan.calls < plan.nth ||
        (plan.calls > plan.nth && plan.way != OUTSIDE_LASTING))
        return false;
    if (!plan.failed)
        snprintf(plan.what, sizeof plan.what, "%s", what);
    plan.failed = true;
    return true;
}

/* ---- the engine ---- */

int __real_sqlite3_step(sqlite3_stmt *s);
int __wrap_sqlite3_step(sqlite3_stmt *s);
int __real_sqlite3_exec(sqlite3 *db, const char *sql,
                        int (*row)(void *, int, char **, char **), void *arg,
                        char **error);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql,
                        int (*row)(void *, int, char **, char **), void *arg,
                        char **error);
int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n,
                              unsigned flags, sqlite3_stmt **out,
                              const char **rest);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n,
                              unsigned flags, sqlite3_stmt **out,
                              const char **rest);
int __real_sqlite3_open_v2(const char *path, sqlite3 **db, int flags,
                           const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags,
                           const char *vfs);
int __real_sqlite3_backup_step(sqlite3_backup *b, int pages);
int __wrap_sqlite3_backup_step(sqlite3_backup *b, int pages);

/* Taking back needs nothing of the disk, and a broken disk does not stop it. */
static bool takes_back(const char *sql)
{
    return strcmp(sql, "ROLLBACK") == 0;
}

static int refuse(sqlite3 *db)
{
    if (plan.way == OUTSIDE_ONCE || sqlite3_get_autocommit(db))
        return SQLITE_IOERR;
    __real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return SQLITE_FULL;
}

int __wrap_sqlite3_step(sqlite3_stmt *s)
{
    if (takes_back(sqlite3_sql(s)) || !fails(sqlite3_sql(s)))
        return __real_sqlite3_step(s);
    return refuse(sqlite3_db_handle(s));
}

int __wrap_sqlite3_exec(sqlite3 *db, const char *sql,
                        int (*row)(void *, int, char **, char **), void *arg,
                        char **error)
{
    return fails(sql) ? refuse(db)
                      : __real_sqlite3_exec(db, sql, row, arg, error);
}

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n,
                              unsigned flags, sqlite3_stmt **out,
                              const char **rest)
{
    if (takes_back(sql) || !fails(sql))
        return __real_sqlite3_prepare_v3(db, sql, n, flags, out, rest);
    *out = NULL;
    return SQLITE_NOMEM;
}

int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags,
                           const char *vfs)
{
    /* asked for a file in memory, it would not look at the path */
    bool refused = fails("opening the database");
    return __real_sqlite3_open_v2(refused ? "/dev/null/none" : path, db,
                                  refused ? flags & ~SQLITE_OPEN_MEMORY : flags,
                                  vfs);
}

int __wrap_sqlite3_backup_step(sqlite3_backup *b, int pages)
{
    return fails("copying") ? SQLITE_IOERR
                            : __real_sqlite3_backup_step(b, pages);
}

/* ---- the system ---- */

#define CALL(type, name, takes, gives)                                         \
    type __real_##name takes;                                                  \
    type __wrap_##name takes;                                                  \
    type __wrap_##name takes                                                   \
    {                                                                          \
        if (!fails(#name))                                                     \
            return __real_##name gives;                                        \
        errno = plan.error;                                                    \
        return -1;                                                             \
    }

/* What moves bytes may also move half of them. */
#define MOVES(name, takes, gives)                                              \
    ssize_t __real_##name takes;                                               \
    ssize_t __wrap_##name takes;                                               \
    ssize_t __wrap_##name takes                                                \
    {                                                                          \
        bool failed = fails(#name);                                            \
        if (failed && plan.error == OUTSIDE_SHORT)                             \
            n = (n + 1) / 2;                                                   \
        else if (failed)                                                       \
            errno = plan.error;                                                \
        if (failed && plan.error != OUTSIDE_SHORT)                             \
            return -1;                                                         \
        return __real_##name gives;                                            \
    }

MOVES(read, (int fd, void *to, size_t n), (fd, to, n))
MOVES(write, (int fd, const void *from, size_t n), (fd, from, n))
MOVES(pread64, (int fd, void *to, size_t n, off_t at), (fd, to, n, at))
MOVES(pwrite64, (int fd, const void *from, size_t n, off_t at),
      (fd, from, n, at))
CALL(int, flock, (int fd, int how), (fd, how))
CALL(int, setrlimit64, (int what, const struct rlimit *to), (what, to))
CALL(int, fsync, (int fd), (fd))
CALL(int, ftruncate64, (int fd, off_t size), (fd, size))
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode))
CALL(int, rename, (const char *from, const char *to), (from, to))
CALL(int, renameat2,
     (int a, const char *from, int b, const char *to, unsigned flags),
     (a, from, b, to, flags))
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode))
CALL(int, fstat64, (int fd, struct stat *st), (fd, st))
CALL(int, stat64, (const char *path, struct stat *st), (path, st))
CALL(int, lstat64, (const char *path, struct stat *st), (path, st))

/* Who waits here waits for what will not come. */
int __wrap_nanosleep(const struct timespec *all, struct timespec *rest);
int __wrap_nanosleep(const struct timespec *all, struct timespec *rest)
{
    (void)all, (void)rest;
    return 0;
}

int __real_prctl(int what, ...);
int __wrap_prctl(int what, ...);
int __wrap_prctl(int what, ...)
{
    va_list args;
    va_start(args, what);
    unsigned long to = va_arg(args, unsigned long);
    va_end(args);
    if (!fails("prctl"))
        return __real_prctl(what, to, 0, 0, 0);
    errno = plan.error;
    return -1;
}

/* Closed all the same, as the system does it. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    int rc = __real_close(fd);
    if (!fails("close"))
        return rc;
    errno = plan.error;
    return -1;
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (!fails("open"))
        return __real_open64(path, flags, mode);
    errno = plan.error;
    return -1;
}

/* ---- stretching: cheap here, and without memory on command ---- */

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long out_bytes,
                         const char *passphrase, unsigned long long n,
                         const unsigned char *salt, unsigned long long passes,
                         size_t memory, int how);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long out_bytes,
                         const char *passphrase, unsigned long long n,
                         const unsigned char *salt, unsigned long long passes,
                         size_t memory, int how)
{
    (void)passes, (void)memory, (void)how;
    if (fails("stretching"))
        return -1;
    return crypto_generichash(out, out_bytes, (const unsigned char *)passphrase,
                              n, salt, crypto_pwhash_SALTBYTES);
}

/* ---- these tests lose no power: the engine need not wait for the disk ---- */

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

int __real_sqlite3_vfs_register(sqlite3_vfs *vfs, int is_default);
int __wrap_sqlite3_vfs_register(sqlite3_vfs *vfs, int is_default);
int __wrap_sqlite3_vfs_register(sqlite3_vfs *vfs, int is_default)
{
    return fails("a VFS") ? SQLITE_NOMEM
                          : __real_sqlite3_vfs_register(vfs, is_default);
}
