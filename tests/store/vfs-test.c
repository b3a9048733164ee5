/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the page VFS makes none of the twelve mistakes that encrypting layers
 * under SQLite are known for (one test each, named mistake_NN), finds every
 * change to the file that is not its own, leaves nothing in clear, lets several
 * processes work at once, and loses nothing when the disk is full or fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db_int.h"
#include "store/vfs_int.h"
#include "tests/store/support_device.h"
#include "tests/store/support_disk.h"
#include "tests/store/support_workload.h"

enum {
    PAGE = VFS_PAGE_BYTES,
    NONCE_AT = PAGE - VFS_RESERVED_BYTES,
    TAG_AT = PAGE - 16,
    RECORD = PAGE + 8,
    JOURNAL_HEADER = 512,
};

static const uint8_t key[32] = "an invented key for the tests 01";
static const uint8_t other_key[32] = "an invented key for the tests 02";

/* ---- a file below SQLite, and an office above it ---- */

struct bench {
    struct disk disk;
    char journal[DISK_PATH];
    struct vfs *vfs;
    sqlite3_file *file; /* opened by open_raw */
    struct err e;
};

static int bench_new(void **state)
{
    static struct bench b;
    b = (struct bench){.disk = disk_new()};
    disk_name(&b.disk, "homeward.db-journal", b.journal);
    b.vfs = vfs_new(key, &b.e);
    assert_non_null(b.vfs);
    *state = &b;
    return 0;
}

static void close_raw(struct bench *b)
{
    if (b->file && b->file->pMethods)
        b->file->pMethods->xClose(b->file);
    mem_free(b->file);
    b->file = NULL;
}

static int bench_end(void **state)
{
    struct bench *b = *state;
    close_raw(b);
    vfs_free(b->vfs);
    disk_clear(&b->disk);
    return 0;
}

static int open_as(struct bench *b, const char *path, int kind)
{
    sqlite3_vfs *v = sqlite3_vfs_find(vfs_name(b->vfs));
    int flags = kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    close_raw(b);
    b->file = mem_alloc((size_t)v->szOsFile);
    return v->xOpen(v, path, b->file, flags, &flags);
}

static const sqlite3_io_methods *open_pages(struct bench *b)
{
    assert_int_equal(open_as(b, b->disk.path, SQLITE_OPEN_MAIN_DB), SQLITE_OK);
    return b->file->pMethods;
}

static const sqlite3_io_methods *open_journal(struct bench *b)
{
    /* the system's VFS takes a journal's rights from its database */
    open_pages(b);
    assert_int_equal(open_as(b, b->journal, SQLITE_OPEN_MAIN_JOURNAL),
                     SQLITE_OK);
    return b->file->pMethods;
}

static void fill(uint8_t page[PAGE], uint8_t with)
{
    memset(page, with, PAGE);
    memset(page + NONCE_AT, 0, VFS_RESERVED_BYTES);
}

static void put_page(struct bench *b, int number, uint8_t with)
{
    uint8_t page[PAGE];
    fill(page, with);
    assert_int_equal(b->file->pMethods->xWrite(b->file, page, PAGE,
                                               (number - 1) * (int64_t)PAGE),
                     SQLITE_OK);
}

static int get_page(struct bench *b, int number, uint8_t page[PAGE])
{
    return b->file->pMethods->xRead(b->file, page, PAGE,
                                    (number - 1) * (int64_t)PAGE);
}

static void flip(const char *path, size_t at, uint8_t mask)
{
    uint8_t byte;
    int fd = open(path, O_RDWR);
    assert_true(pread(fd, &byte, 1, (off_t)at) == 1);
    byte ^= mask;
    assert_true(pwrite(fd, &byte, 1, (off_t)at) == 1);
    close(fd);
}

/* A sealed office with so many transactions of the workload in it. */
static void make_office(struct bench *b, int steps)
{
    struct db *db = db_open(b->disk.path, key, true, &b->e);
    assert_non_null(db);
    assert_true(workload_begin(db, &b->e));
    for (int n = 1; n <= steps; n++)
        assert_true(workload_step(db, n, &b->e));
    db_close(db);
}

static bool office_is_whole(struct bench *b, int *last, uint64_t *digest)
{
    struct db *db = db_open(b->disk.path, key, false, &b->e);
    bool ok =
        db && db_check(db, &b->e) && workload_state(db, last, digest, &b->e);
    db_close(db);
    return ok;
}

/* A process that dies in the middle of transaction n, pages already written:
 * what it leaves is a database in pieces and a journal that can mend it. */
static void die_in_transaction(struct bench *b, int n)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct db *db = db_open(b->disk.path, key, false, &b->e);
        bool ok = db && workload_begin(db, &b->e) && db_begin(db, &b->e) &&
                  workload_fill(db, n, &b->e);
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* ---- the twelve ---- */

/* 1. The header is looked at before the journal is: page 1 may be torn. */
static void mistake_01_header_peek_before_recovery(void **state)
{
    struct bench *b = *state;
    int last, again;
    uint64_t before, after;
    make_office(b, 4);
    assert_true(office_is_whole(b, &last, &before));
    die_in_transaction(b, 5);
    for (size_t i = 0; i < 512; i++)
        flip(b->disk.path, i, 0x5a);
    assert_true(office_is_whole(b, &again, &after)); /* the journal mends it */
    assert_int_equal(last, again);
    assert_true(before == after);
    flip(b->disk.path, 100, 1); /* no journal now: hard failure */
    assert_null(db_open(b->disk.path, key, false, &b->e));
    assert_int_equal(b->e.code, ERR_CORRUPT);
}

/* The peek itself: zeros and no error, where the whole page is an error. */
static void mistake_01_peek_is_soft_and_read_is_hard(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE], peek[100];
    const sqlite3_io_methods *m = open_pages(b);
    put_page(b, 1, 'x');
    assert_int_equal(m->xRead(b->file, peek, 100, 0), SQLITE_OK);
    assert_int_equal(peek[99], 'x');
    flip(b->disk.path, 2000, 4);
    memset(peek, 7, sizeof peek);
    assert_int_equal(m->xRead(b->file, peek, 100, 0), SQLITE_OK);
    assert_int_equal(peek[0] | peek[50] | peek[99], 0);
    memset(peek, 7, sizeof peek);
    assert_int_equal(m->xRead(b->file, peek, 16, 24), SQLITE_OK);
    assert_int_equal(peek[0] | peek[15], 0);
    assert_int_equal(get_page(b, 1, page), SQLITE_IOERR_DATA);
}

static void write_record(struct bench *b, int64_t at, const uint8_t *page,
                         const uint8_t sum[4])
{
    static const uint8_t number[4] = {0, 0, 0, 9};
    const sqlite3_io_methods *m = b->file->pMethods;
    assert_int_equal(m->xWrite(b->file, number, 4, at), SQLITE_OK);
    assert_int_equal(m->xWrite(b->file, page, PAGE, at + 4), SQLITE_OK);
    assert_int_equal(m->xWrite(b->file, sum, 4, at + 4 + PAGE), SQLITE_OK);
}

/* 2. The journal's checksums are sums over plain text. */
static void mistake_02_checksums_over_plain_text(void **state)
{
    struct bench *b = *state;
    static const uint8_t sum[4] = {1, 2, 3, 4};
    uint8_t page[PAGE], got[4];
    const sqlite3_io_methods *m = open_journal(b);
    fill(page, 'x');
    write_record(b, JOURNAL_HEADER, page, sum);
    write_record(b, JOURNAL_HEADER + RECORD, page, sum);
    struct bytes raw = disk_read(b->journal);
    const uint8_t *first = raw.data + JOURNAL_HEADER + 4 + PAGE;
    assert_memory_not_equal(first, sum, 4);
    assert_memory_not_equal(first + RECORD, sum, 4);
    assert_memory_not_equal(first, first + RECORD, 4); /* no constant mask */
    bytes_free(&raw);
    for (int i = 0; i < 2; i++) {
        int64_t at = JOURNAL_HEADER + i * (int64_t)RECORD;
        assert_int_equal(m->xRead(b->file, got, 4, at), SQLITE_OK);
        assert_int_equal(m->xRead(b->file, page, PAGE, at + 4), SQLITE_OK);
        assert_int_equal(m->xRead(b->file, got, 4, at + 4 + PAGE), SQLITE_OK);
        assert_memory_equal(got, sum, 4);
    }
}

/* 3. Part of a page must never go out; nor may SQLite think it should. */
static void mistake_03_split_page_writes(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE];
    const sqlite3_io_methods *m = open_pages(b);
    fill(page, 'x');
    assert_int_equal(m->xWrite(b->file, page, 512, 0), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b->file, page, PAGE, 512), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b->file, page, PAGE / 2, PAGE),
                     SQLITE_IOERR_WRITE);
    assert_int_equal(m->xTruncate(b->file, 1000), SQLITE_IOERR_TRUNCATE);
    assert_int_equal(m->xDeviceCharacteristics(b->file),
                     SQLITE_IOCAP_POWERSAFE_OVERWRITE);
    m = open_journal(b); /* a page with no number before it belongs nowhere */
    assert_int_equal(m->xWrite(b->file, page, PAGE, 516), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xRead(b->file, page, PAGE, 516), SQLITE_IOERR_READ);
    struct bytes pages = disk_read(b->disk.path);
    struct bytes journal = disk_read(b->journal);
    assert_int_equal(pages.size + journal.size, 0);
    bytes_free(&pages);
    bytes_free(&journal);
}

/* 4. A journal header as long as a page would be taken for one. */
static void mistake_04_header_mistaken_for_page(void **state)
{
    struct bench *b = *state;
    uint8_t header[JOURNAL_HEADER] = {0xd9, 0xd5, 0x05, 0xf9,
                                      0x20, 0xa1, 0x63, 0xd7};
    uint8_t got[JOURNAL_HEADER];
    const sqlite3_io_methods *m = open_journal(b);
    assert_int_equal(m->xSectorSize(b->file), JOURNAL_HEADER);
    assert_int_equal(m->xWrite(b->file, header, sizeof header, 0), SQLITE_OK);
    assert_int_equal(m->xRead(b->file, got, sizeof got, 0), SQLITE_OK);
    assert_memory_equal(header, got, sizeof got);
    memset(header, 'x', sizeof header); /* content is never a header */
    assert_int_equal(m->xWrite(b->file, header, sizeof header, 0),
                     SQLITE_IOERR_WRITE);
}

/* 5. Pages never written are holes, and a hole reads as zeros. */
static void mistake_05_holes(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE];
    const sqlite3_io_methods *m = open_pages(b);
    put_page(b, 5, 'x');
    for (int number = 1; number <= 4; number++) {
        assert_int_equal(get_page(b, number, page), SQLITE_OK);
        assert_int_equal(page[0] | page[2000], 0);
    }
    assert_int_equal(get_page(b, 6, page), SQLITE_IOERR_SHORT_READ);
    close_raw(b);
    int fd = open(b->disk.path, O_RDWR); /* zeros on the disk are damage */
    memset(page, 0, PAGE);
    assert_true(pwrite(fd, page, PAGE, 2 * PAGE) == PAGE);
    assert_int_equal(ftruncate(fd, 6 * PAGE), 0);
    close(fd);
    m = open_pages(b);
    assert_int_equal(get_page(b, 3, page), SQLITE_IOERR_DATA);
    assert_int_equal(get_page(b, 6, page), SQLITE_IOERR_DATA);
    assert_int_equal(m->xTruncate(b->file, 0), SQLITE_OK);
}

/* 6. What SQLite hands over to be written is its own page cache. */
static void mistake_06_sealing_in_the_callers_buffer(void **state)
{
    struct bench *b = *state;
    static const uint8_t sum[4];
    uint8_t page[PAGE], before[PAGE];
    memset(page, 'x', PAGE); /* the reserved bytes too */
    memcpy(before, page, PAGE);
    const sqlite3_io_methods *m = open_pages(b);
    assert_int_equal(m->xWrite(b->file, page, PAGE, 0), SQLITE_OK);
    assert_memory_equal(page, before, PAGE);
    open_journal(b);
    write_record(b, JOURNAL_HEADER, page, sum);
    assert_memory_equal(page, before, PAGE);
}

/* 7. A damaged record that was synced is an error, not the end of the journal;
 * a torn tail that never counted is the end of the journal, not an error. */
static void mistake_07_damaged_record_is_not_the_end(void **state)
{
    struct bench *b = *state;
    int last, again;
    uint64_t before, after;
    make_office(b, 4);
    assert_true(office_is_whole(b, &last, &before));
    die_in_transaction(b, 5);
    struct bytes journal = disk_read(b->journal);
    assert_true(journal.size > JOURNAL_HEADER + 3 * RECORD);
    for (int i = 0; i < 3; i++) {
        size_t at = JOURNAL_HEADER + i * (size_t)RECORD + 5;
        flip(b->journal, at, 2);
        assert_null(db_open(b->disk.path, key, false, &b->e));
        assert_int_equal(b->e.code, ERR_CORRUPT);
        disk_write(b->journal, journal);
    }
    flip(b->journal, JOURNAL_HEADER + 3, 1); /* the number is bound in */
    assert_null(db_open(b->disk.path, key, false, &b->e));
    disk_write(b->journal, journal);
    int fd = open(b->journal, O_WRONLY | O_APPEND);
    assert_true(write(fd, "a tail that was never synced", 28) == 28);
    close(fd);
    assert_true(office_is_whole(b, &again, &after));
    assert_true(last == again && before == after);
    bytes_free(&journal);
}

static int compare_nonces(const void *a, const void *b)
{
    return memcmp(a, b, 24);
}

/* 8. No nonce twice: not for the same page, not after a restore. */
static void mistake_08_nonces_used_again(void **state)
{
    enum { WRITES = 2000 };
    struct bench *b = *state;
    uint8_t(*nonces)[24] = mem_alloc(WRITES * 24);
    const char *path = b->disk.path;
    open_pages(b);
    int fd = open(path, O_RDONLY);
    for (int i = 0; i < WRITES; i++) {
        put_page(b, 1, 'x'); /* the same page, the same content, always */
        assert_true(pread(fd, nonces[i], 24, NONCE_AT) == 24);
    }
    close(fd);
    qsort(nonces, WRITES, 24, compare_nonces);
    for (int i = 1; i < WRITES; i++)
        assert_memory_not_equal(nonces[i - 1], nonces[i], 24);
    mem_free(nonces);
    struct bytes old = disk_read(path);
    put_page(b, 2, 'x');
    struct bytes one = disk_read(path);
    disk_write(path, old); /* restored, and the same done again */
    put_page(b, 2, 'x');
    struct bytes two = disk_read(path);
    assert_memory_not_equal(one.data + PAGE + NONCE_AT,
                            two.data + PAGE + NONCE_AT, 24);
    bytes_free(&old);
    bytes_free(&one);
    bytes_free(&two);
}

/* 9. A new key means a new file, moved over the old one; never in place. */
static void mistake_09_rekey_in_place(void **state)
{
    struct bench *b = *state;
    char next[DISK_PATH];
    int last;
    uint64_t digest;
    make_office(b, 3);
    struct db *db = db_open(b->disk.path, key, false, &b->e);
    disk_name(&b->disk, "next", next);
    assert_true(db_copy(db, next, other_key, &b->e));
    assert_int_equal(rename(next, b->disk.path), 0);
    assert_false(workload_step(db, 4, &b->e)); /* the old door notices */
    assert_int_equal(b->e.code, ERR_DENIED);
    db_close(db);
    assert_null(db_open(b->disk.path, key, false, &b->e));
    db = db_open(b->disk.path, other_key, false, &b->e);
    assert_non_null(db);
    assert_true(workload_state(db, &last, &digest, &b->e) && last == 3);
    db_close(db);
}

/* 10. Adding to the journal touches no byte that lies there already. */
static void mistake_10_blocks_written_again(void **state)
{
    struct bench *b = *state;
    static const uint8_t sum[4];
    uint8_t page[PAGE];
    open_journal(b);
    fill(page, 'x');
    write_record(b, JOURNAL_HEADER, page, sum);
    struct bytes one = disk_read(b->journal);
    write_record(b, JOURNAL_HEADER + RECORD, page, sum);
    struct bytes two = disk_read(b->journal);
    assert_int_equal(one.size, JOURNAL_HEADER + RECORD);
    assert_int_equal(two.size, JOURNAL_HEADER + 2 * RECORD); /* no padding */
    assert_memory_equal(one.data, two.data, one.size);
    bytes_free(&one);
    bytes_free(&two);
}

/* 11. A seal is no proof of freshness: an older page in its own place opens.
 * Said here so that nobody relies on it; the chain over the changes is what
 * finds it. Out of its own place or role it does not open. */
static void mistake_11_a_seal_is_not_freshness(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE];
    open_pages(b);
    put_page(b, 1, 'a');
    put_page(b, 2, 'a');
    struct bytes old = disk_read(b->disk.path);
    put_page(b, 2, 'b');
    disk_write(b->disk.path, old);
    assert_int_equal(get_page(b, 2, page), SQLITE_OK);
    assert_int_equal(page[0], 'a');
    memcpy(old.data + PAGE, old.data, PAGE); /* page 1 at the place of 2 */
    disk_write(b->disk.path, old);
    assert_int_equal(get_page(b, 2, page), SQLITE_IOERR_DATA);
    bytes_free(&old);
}

/* 12. Whatever goes round the seals, or makes files they do not cover. */
static void mistake_12_ways_round(void **state)
{
    struct bench *b = *state;
    static const int kinds[] = {
        SQLITE_OPEN_TEMP_DB,       SQLITE_OPEN_TRANSIENT_DB,
        SQLITE_OPEN_TEMP_JOURNAL,  SQLITE_OPEN_SUBJOURNAL,
        SQLITE_OPEN_SUPER_JOURNAL, SQLITE_OPEN_WAL};
    static const int controls[] = {
        SQLITE_FCNTL_SIZE_HINT,           SQLITE_FCNTL_CHUNK_SIZE,
        SQLITE_FCNTL_MMAP_SIZE,           SQLITE_FCNTL_BEGIN_ATOMIC_WRITE,
        SQLITE_FCNTL_COMMIT_ATOMIC_WRITE, SQLITE_FCNTL_PERSIST_WAL};
    uint8_t page[PAGE] = "SQLite format 3";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_int_equal(open_as(b, b->disk.path, kinds[i]), SQLITE_CANTOPEN);
    assert_int_equal(open_as(b, NULL, SQLITE_OPEN_MAIN_DB), SQLITE_CANTOPEN);
    const sqlite3_io_methods *m = open_pages(b);
    assert_int_equal(m->iVersion, 1); /* no shared memory, no fetch */
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        sqlite3_int64 arg = 1 << 20;
        assert_int_equal(m->xFileControl(b->file, controls[i], &arg),
                         SQLITE_NOTFOUND);
    }
    /* a first page without room for seals, as of a deserialized file */
    assert_int_equal(m->xWrite(b->file, page, PAGE, 0), SQLITE_IOERR_WRITE);
    m = open_journal(b); /* the name of a super-journal */
    assert_int_equal(m->xWrite(b->file, "/some/where-mj01", 16, 516),
                     SQLITE_IOERR_WRITE);
}

static void mistake_12_large_sorts_stay_in_memory(void **state)
{
    struct bench *b = *state;
    make_office(b, 2);
    struct db *db = db_open(b->disk.path, key, false, &b->e);
    assert_true(db_script(db,
                          "CREATE TEMP TABLE t AS WITH RECURSIVE n(i) AS "
                          "(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < "
                          "20000) SELECT hex(zeroblob(300)) AS x, i FROM n;"
                          "CREATE INDEX temp.t_x ON t(x, i DESC);",
                          &b->e));
    assert_false(db_script(db, "ATTACH 'other.db' AS other", &b->e));
    db_close(db);
}

/* ---- tampering ---- */

static void every_byte_of_a_page_is_under_seal(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE];
    open_pages(b);
    for (int number = 1; number <= 3; number++)
        put_page(b, number, 'x');
    for (size_t i = 0; i < PAGE; i++) {
        uint8_t mask = (uint8_t)(1 << (i % 8));
        flip(b->disk.path, PAGE + i, mask);
        assert_int_equal(get_page(b, 2, page), SQLITE_IOERR_DATA);
        assert_int_equal(page[i] | page[0], 0); /* nothing is given out */
        flip(b->disk.path, PAGE + i, mask);
    }
    assert_int_equal(get_page(b, 2, page), SQLITE_OK);
}

static bool found(struct bench *b, struct bytes tampered)
{
    int last;
    uint64_t digest;
    disk_write(b->disk.path, tampered);
    return !office_is_whole(b, &last, &digest) && b->e.code == ERR_CORRUPT;
}

static struct bytes copy_of(struct bytes b)
{
    struct bytes c = {mem_alloc(b.size + PAGE), b.size};
    memcpy(c.data, b.data, b.size);
    return c;
}

/* Free pages that are damaged are mended (db-test), so this office has none. */
static struct bytes full_office(struct bench *b)
{
    struct db *db = db_open(b->disk.path, key, true, &b->e);
    assert_true(workload_begin(db, &b->e));
    assert_true(db_run(db,
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
                       "FROM n WHERE i < 60) INSERT INTO note(name, body) "
                       "SELECT 'name ' || i, hex(zeroblob(900)) FROM n",
                       DB_NOTHING, &b->e));
    db_close(db);
    return disk_read(b->disk.path);
}

static void flips_in_every_page_are_found(void **state)
{
    struct bench *b = *state;
    static const size_t at[] = {17, NONCE_AT + 5, TAG_AT + 9};
    struct bytes whole = full_office(b);
    for (size_t page = 0; page < whole.size / PAGE; page++)
        for (size_t i = 0; i < 3; i++) {
            struct bytes bad = copy_of(whole);
            bad.data[page * PAGE + at[i]] ^= 0x10;
            assert_true(found(b, bad));
            bytes_free(&bad);
        }
    bytes_free(&whole);
}

static void moved_and_missing_pages_are_found(void **state)
{
    struct bench *b = *state;
    struct bytes whole = full_office(b);
    size_t pages = whole.size / PAGE;
    for (size_t page = 0; page < pages; page++) {
        struct bytes swapped = copy_of(whole), zeroed = copy_of(whole);
        size_t with = (page + 1) % pages;
        memcpy(swapped.data + page * PAGE, whole.data + with * PAGE, PAGE);
        memcpy(swapped.data + with * PAGE, whole.data + page * PAGE, PAGE);
        memset(zeroed.data + page * PAGE, 0, PAGE);
        assert_true(found(b, swapped));
        assert_true(found(b, zeroed));
        bytes_free(&swapped);
        bytes_free(&zeroed);
    }
    struct bytes other = copy_of(whole);
    other.size = whole.size - PAGE;
    assert_true(found(b, other));
    other.size = whole.size - PAGE / 2;
    assert_true(found(b, other));
    other.size = whole.size + PAGE; /* a page more, a copy of the last */
    memcpy(other.data + whole.size, whole.data + whole.size - PAGE, PAGE);
    assert_true(found(b, other));
    other.size = 0;
    assert_true(found(b, other));
    bytes_free(&other);
    bytes_free(&whole);
}

static void pages_of_another_office_do_not_open(void **state)
{
    struct bench *b = *state;
    struct bytes whole = full_office(b);
    char path[DISK_PATH];
    disk_name(&b->disk, "other", path);
    struct db *db = db_open(b->disk.path, key, false, &b->e);
    assert_true(db_copy(db, path, other_key, &b->e));
    db_close(db);
    struct bytes other = disk_read(path);
    memcpy(whole.data + 4 * PAGE, other.data + 4 * PAGE, PAGE);
    assert_true(found(b, whole));
    bytes_free(&other);
    bytes_free(&whole);
}

static void a_journal_page_is_no_database_page(void **state)
{
    struct bench *b = *state;
    static const uint8_t sum[4];
    uint8_t page[PAGE];
    open_pages(b);
    put_page(b, 9, 'x');
    open_journal(b);
    fill(page, 'x');
    write_record(b, JOURNAL_HEADER, page, sum); /* of page 9 */
    struct bytes journal = disk_read(b->journal);
    struct bytes pages = disk_read(b->disk.path);
    memcpy(pages.data + (size_t)8 * PAGE, journal.data + JOURNAL_HEADER + 4,
           PAGE);
    disk_write(b->disk.path, pages);
    open_pages(b);
    assert_int_equal(get_page(b, 9, page), SQLITE_IOERR_DATA);
    bytes_free(&journal);
    bytes_free(&pages);
}

/* ---- nothing in clear ---- */

static bool in_clear(const char *path, const char *what)
{
    struct bytes b = disk_read(path);
    bool is = bytes_hold(b, what, strlen(what));
    assert_true(b.size > 0);
    bytes_free(&b);
    return is;
}

static void nothing_is_in_clear_in_a_transaction(void **state)
{
    struct bench *b = *state;
    static const char *const marks[] = {WORKLOAD_CANARY, "SQLite format",
                                        "CREATE TABLE", "note_id"};
    make_office(b, 4);
    die_in_transaction(b, 5);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        assert_false(in_clear(b->disk.path, marks[i]));
        assert_false(in_clear(b->journal, marks[i]));
    }
}

/* The same through a plain file: the search would have found it. */
static void the_search_finds_what_is_in_clear(void **state)
{
    struct bench *b = *state;
    struct device *d = device_new(1);
    struct db *db = db_open_over(b->disk.path, device_vfs(d, 0), true, &b->e);
    assert_true(workload_begin(db, &b->e) && workload_step(db, 1, &b->e));
    assert_true(device_holds(d, WORKLOAD_CANARY, 10));
    db_close(db);
    device_free(d);
}

/* Every byte that ever reaches the device, pending ones included. */
static void nothing_is_ever_written_in_clear(void **state)
{
    struct bench *b = *state;
    struct device *d = device_new(1);
    struct vfs *v = vfs_new_over(key, device_vfs(d, 0), &b->e);
    struct db *db = db_open_over("homeward.db", vfs_name(v), true, &b->e);
    assert_true(workload_begin(db, &b->e));
    for (int n = 1; n <= 5; n++) {
        assert_true(db_begin(db, &b->e) && workload_fill(db, n, &b->e));
        assert_false(device_holds(d, WORKLOAD_CANARY, 10));
        assert_true(db_end(db, n % 2, &b->e) == (bool)(n % 2));
        assert_false(device_holds(d, WORKLOAD_CANARY, 10));
    }
    db_close(db);
    vfs_free(v);
    device_free(d);
}

/* ---- processes, full disks ---- */

static pid_t start(const char *const argv[])
{
    pid_t child = fork();
    if (child == 0) {
        char tool[DISK_PATH];
        ssize_t n = readlink("/proc/self/exe", tool, sizeof tool - 20);
        while (n > 0 && tool[n - 1] != '/')
            n--;
        snprintf(tool + n, 20, "tool_commits");
        execl(tool, tool, argv[0], argv[1], argv[2], (char *)NULL);
        _exit(127);
    }
    return child;
}

static void several_processes_lose_nothing(void **state)
{
    enum { PROCESSES = 5, COMMITS = 12 };
    struct bench *b = *state;
    const char *const argv[] = {"add", b->disk.path, "12"};
    pid_t children[PROCESSES];
    int64_t rows, different;
    int status;
    make_office(b, 0);
    for (int i = 0; i < PROCESSES; i++)
        children[i] = start(argv);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0); /* 127: run make tests first */
    }
    struct db *db = db_open(b->disk.path, key, false, &b->e);
    assert_true(db_get_int(db, "SELECT count(*) FROM note", DB_NOTHING, 0,
                           &rows, &b->e));
    assert_int_equal(rows, PROCESSES * COMMITS);
    /* each row holds the count its writer saw: nobody wrote over anybody */
    assert_true(db_get_int(db, "SELECT count(DISTINCT body) FROM note",
                           DB_NOTHING, 0, &different, &b->e));
    assert_int_equal(different, PROCESSES * COMMITS);
    assert_true(db_check(db, &b->e));
    db_close(db);
}

enum { FAULT_STEPS = 4 };

struct faulty {
    struct device *device;
    struct vfs *vfs;
    struct db *db;
    uint64_t digests[FAULT_STEPS + 1];
};

static void faulty_open(struct faulty *f)
{
    struct err e = ERR_INIT;
    device_clear(f->device, 1);
    f->db = db_open_over("homeward.db", vfs_name(f->vfs), true, &e);
    assert_non_null(f->db);
    assert_true(workload_begin(f->db, &e));
}

/* From there on until it fails; returns the last that was acknowledged. */
static int faulty_run(struct faulty *f, int from, struct err *e)
{
    for (int n = from; n <= FAULT_STEPS; n++)
        if (!workload_step(f->db, n, e))
            return n - 1;
    return FAULT_STEPS;
}

static uint64_t faulty_rehearse(struct faulty *f)
{
    struct err e = ERR_INIT;
    int last;
    faulty_open(f);
    uint64_t before = device_events(f->device);
    for (int n = 1; n <= FAULT_STEPS; n++) {
        assert_true(workload_step(f->db, n, &e));
        assert_true(workload_state(f->db, &last, &f->digests[n], &e));
    }
    db_close(f->db);
    return device_events(f->device) - before;
}

static void fail_at(struct faulty *f, uint64_t nth, int code, bool lasting)
{
    struct err e = ERR_INIT;
    int last;
    uint64_t digest;
    faulty_open(f);
    device_plan_error(f->device, nth, code, lasting);
    int acknowledged = faulty_run(f, 1, &e);
    if (acknowledged < FAULT_STEPS)
        assert_int_equal(e.code, code == SQLITE_FULL ? ERR_FULL : ERR_IO);
    device_plan_error(f->device, 0, 0, false);
    assert_true(workload_state(f->db, &last, &digest, &e));
    assert_in_range(last, acknowledged, acknowledged + 1);
    assert_true(last == 0 || digest == f->digests[last]);
    assert_true(db_check(f->db, &e));
    assert_int_equal(faulty_run(f, last + 1, &e), FAULT_STEPS);
    assert_true(workload_state(f->db, &last, &digest, &e));
    assert_true(digest == f->digests[FAULT_STEPS]);
    db_close(f->db);
}

/* Every event of a run fails once in one of four ways; then work goes on in
 * the same connection, with nothing lost and nothing by halves. */
static void a_failing_disk_loses_nothing(void **state)
{
    struct bench *b = *state;
    struct faulty f = {.device = device_new(1)};
    f.vfs = vfs_new_over(key, device_vfs(f.device, 0), &b->e);
    uint64_t events = faulty_rehearse(&f);
    assert_true(events > 100);
    for (uint64_t n = 1; n <= events; n++)
        fail_at(&f, n, n % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE, n / 2 % 2);
    vfs_free(f.vfs);
    device_free(f.device);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, bench_new, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(mistake_01_header_peek_before_recovery),
        PROOF(mistake_01_peek_is_soft_and_read_is_hard),
        PROOF(mistake_02_checksums_over_plain_text),
        PROOF(mistake_03_split_page_writes),
        PROOF(mistake_04_header_mistaken_for_page),
        PROOF(mistake_05_holes),
        PROOF(mistake_06_sealing_in_the_callers_buffer),
        PROOF(mistake_07_damaged_record_is_not_the_end),
        PROOF(mistake_08_nonces_used_again),
        PROOF(mistake_09_rekey_in_place),
        PROOF(mistake_10_blocks_written_again),
        PROOF(mistake_11_a_seal_is_not_freshness),
        PROOF(mistake_12_ways_round),
        PROOF(mistake_12_large_sorts_stay_in_memory),
        PROOF(every_byte_of_a_page_is_under_seal),
        PROOF(flips_in_every_page_are_found),
        PROOF(moved_and_missing_pages_are_found),
        PROOF(pages_of_another_office_do_not_open),
        PROOF(a_journal_page_is_no_database_page),
        PROOF(nothing_is_in_clear_in_a_transaction),
        PROOF(the_search_finds_what_is_in_clear),
        PROOF(nothing_is_ever_written_in_clear),
        PROOF(several_processes_lose_nothing),
        PROOF(a_failing_disk_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
