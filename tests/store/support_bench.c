/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db.h"
#include "tests/store/support_workload.h"

enum { PAGE = VFS_PAGE_BYTES };

const uint8_t bench_key[32] = "an invented key for the tests 01";
const uint8_t bench_other_key[32] = "an invented key for the tests 02";

int bench_new(void **state)
{
    static struct bench b;
    b = (struct bench){.disk = disk_new()};
    disk_name(&b.disk, "homeward.db-journal", b.journal);
    b.vfs = vfs_new(bench_key, &b.e);
    assert_non_null(b.vfs);
    *state = &b;
    return 0;
}

void bench_close(struct bench *b)
{
    if (b->file && b->file->pMethods)
        b->file->pMethods->xClose(b->file);
    mem_free(b->file);
    b->file = NULL;
}

int bench_end(void **state)
{
    struct bench *b = *state;
    bench_close(b);
    vfs_free(b->vfs);
    disk_clear(&b->disk);
    return 0;
}

int bench_open(struct bench *b, const char *path, int kind)
{
    sqlite3_vfs *v = sqlite3_vfs_find(vfs_name(b->vfs));
    int flags = kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    bench_close(b);
    b->file = mem_alloc((size_t)v->szOsFile);
    return v->xOpen(v, path, b->file, flags, &flags);
}

const sqlite3_io_methods *bench_open_pages(struct bench *b)
{
    assert_int_equal(bench_open(b, b->disk.path, SQLITE_OPEN_MAIN_DB),
                     SQLITE_OK);
    return b->file->pMethods;
}

const sqlite3_io_methods *bench_open_journal(struct bench *b)
{
    /* the system's VFS takes a journal's rights from its database */
    bench_open_pages(b);
    assert_int_equal(bench_open(b, b->journal, SQLITE_OPEN_MAIN_JOURNAL),
                     SQLITE_OK);
    return b->file->pMethods;
}

void bench_fill(uint8_t page[PAGE], uint8_t with)
{
    memset(page, with, PAGE);
    memset(page + BENCH_NONCE_AT, 0, VFS_RESERVED_BYTES);
}

void bench_put(struct bench *b, int number, uint8_t with)
{
    uint8_t page[PAGE];
    bench_fill(page, with);
    assert_int_equal(b->file->pMethods->xWrite(b->file, page, PAGE,
                                               (number - 1) * (int64_t)PAGE),
                     SQLITE_OK);
}

int bench_get(struct bench *b, int number, uint8_t page[PAGE])
{
    return b->file->pMethods->xRead(b->file, page, PAGE,
                                    (number - 1) * (int64_t)PAGE);
}

void bench_flip(const char *path, size_t at, uint8_t mask)
{
    uint8_t byte;
    int fd = open(path, O_RDWR);
    assert_true(pread(fd, &byte, 1, (off_t)at) == 1);
    byte ^= mask;
    assert_true(pwrite(fd, &byte, 1, (off_t)at) == 1);
    close(fd);
}

/* A sealed office with so many transactions of the workload in it. */
void bench_make_office(struct bench *b, int steps)
{
    struct db *db = db_open(b->disk.path, bench_key, true, &b->e);
    assert_non_null(db);
    assert_true(workload_begin(db, &b->e));
    for (int n = 1; n <= steps; n++)
        assert_true(workload_step(db, n, &b->e));
    db_close(db);
}

bool bench_is_whole(struct bench *b, int *last, uint64_t *digest)
{
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    bool ok =
        db && db_check(db, &b->e) && workload_state(db, last, digest, &b->e);
    db_close(db);
    return ok;
}

/* A process that dies in the middle of transaction n, pages already written:
 * what it leaves is a database in pieces and a journal that can mend it. */
void bench_die_in_transaction(struct bench *b, int n)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
        bool ok = db && workload_begin(db, &b->e) && db_begin(db, &b->e) &&
                  workload_fill(db, n, &b->e);
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

void bench_put_record(struct bench *b, int64_t at, const uint8_t *page,
                      const uint8_t sum[4])
{
    static const uint8_t number[4] = {0, 0, 0, 9};
    const sqlite3_io_methods *m = b->file->pMethods;
    assert_int_equal(m->xWrite(b->file, number, 4, at), SQLITE_OK);
    assert_int_equal(m->xWrite(b->file, page, PAGE, at + 4), SQLITE_OK);
    assert_int_equal(m->xWrite(b->file, sum, 4, at + 4 + PAGE), SQLITE_OK);
}
