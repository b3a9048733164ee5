/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the page VFS makes none of the twelve mistakes that encrypting layers
 * under SQLite are known for, nor a thirteenth found here.
 *
 *   mistake                                      test
 *    1 header looked at before the journal is    mistake_01_header_peek_...
 *      (soft peek, hard read)                    mistake_01_peek_is_soft_...
 *    2 journal checksums over plain text         mistake_02_checksums_...
 *    3 pages written in parts                    mistake_03_split_page_writes
 *    4 a journal header taken for a page         mistake_04_header_mistaken_...
 *    5 holes that read as valid zeros            mistake_05_holes
 *    6 sealing in SQLite's own cache             mistake_06_sealing_in_the_...
 *    7 a damaged record taken for the end        mistake_07_damaged_record_...
 *    8 nonces used again                         mistake_08_nonces_used_again
 *    9 rekeying in place                         mistake_09_rekey_in_place;
 *      the whole change of key                   rotation-test.c
 *   10 synced blocks written again               mistake_10_blocks_...
 *   11 a seal taken for freshness                mistake_11_a_seal_is_not_...
 *   12 ways round: mmap, temp files, ATTACH ...  mistake_12_ways_round,
 *                                                mistake_12_large_sorts_...
 *   13 a free page torn by a power cut, which no mistake_13_a_torn_free_page
 *      journal mends, stops every copy
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db.h"
#include "tests/store/support_bench.h"
#include "tests/store/support_workload.h"

enum { PAGE = VFS_PAGE_BYTES };

/* 1. The header is looked at before the journal is: page 1 may be torn. */
static void mistake_01_header_peek_before_recovery(void **state)
{
    struct bench *b = *state;
    int last, again;
    uint64_t before, after;
    bench_make_office(b, 4);
    assert_true(bench_is_whole(b, &last, &before));
    bench_die_in_transaction(b, 5);
    for (size_t i = 0; i < 512; i++)
        bench_flip(b->disk.path, i, 0x5a);
    assert_true(bench_is_whole(b, &again, &after)); /* the journal mends it */
    assert_int_equal(last, again);
    assert_true(before == after);
    bench_flip(b->disk.path, 100, 1); /* no journal now: hard failure */
    assert_null(db_open(b->disk.path, bench_key, false, &b->e));
    assert_int_equal(b->e.code, ERR_CORRUPT);
}

/* The peek itself: zeros and no error, where the whole page is an error. */
static void mistake_01_peek_is_soft_and_read_is_hard(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE], peek[100];
    const sqlite3_io_methods *m = bench_open_pages(b);
    bench_put(b, 1, 'x');
    assert_int_equal(m->xRead(b->file, peek, 100, 0), SQLITE_OK);
    assert_int_equal(peek[99], 'x');
    bench_flip(b->disk.path, 2000, 4);
    memset(peek, 7, sizeof peek);
    assert_int_equal(m->xRead(b->file, peek, 100, 0), SQLITE_OK);
    assert_int_equal(peek[0] | peek[50] | peek[99], 0);
    memset(peek, 7, sizeof peek);
    assert_int_equal(m->xRead(b->file, peek, 16, 24), SQLITE_OK);
    assert_int_equal(peek[0] | peek[15], 0);
    assert_int_equal(bench_get(b, 1, page), SQLITE_IOERR_DATA);
}

/* 2. The journal's checksums are sums over plain text. */
static void mistake_02_checksums_over_plain_text(void **state)
{
    struct bench *b = *state;
    static const uint8_t sum[4] = {1, 2, 3, 4};
    uint8_t page[PAGE], got[4];
    const sqlite3_io_methods *m = bench_open_journal(b);
    bench_fill(page, 'x');
    bench_put_record(b, BENCH_HEADER, page, sum);
    bench_put_record(b, BENCH_HEADER + BENCH_RECORD, page, sum);
    struct bytes raw = disk_read(b->journal);
    const uint8_t *first = raw.data + BENCH_HEADER + 4 + PAGE;
    assert_memory_not_equal(first, sum, 4);
    assert_memory_not_equal(first + BENCH_RECORD, sum, 4);
    assert_memory_not_equal(first, first + BENCH_RECORD,
                            4); /* no constant mask */
    bytes_free(&raw);
    for (int i = 0; i < 2; i++) {
        int64_t at = BENCH_HEADER + i * (int64_t)BENCH_RECORD;
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
    const sqlite3_io_methods *m = bench_open_pages(b);
    bench_fill(page, 'x');
    assert_int_equal(m->xWrite(b->file, page, 512, 0), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b->file, page, PAGE, 512), SQLITE_IOERR_WRITE);
    assert_int_equal(m->xWrite(b->file, page, PAGE / 2, PAGE),
                     SQLITE_IOERR_WRITE);
    assert_int_equal(m->xTruncate(b->file, 1000), SQLITE_IOERR_TRUNCATE);
    assert_int_equal(m->xDeviceCharacteristics(b->file),
                     SQLITE_IOCAP_POWERSAFE_OVERWRITE);
    m = bench_open_journal(
        b); /* a page with no number before it belongs nowhere */
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
    uint8_t header[BENCH_HEADER] = {0xd9, 0xd5, 0x05, 0xf9,
                                    0x20, 0xa1, 0x63, 0xd7};
    uint8_t got[BENCH_HEADER];
    const sqlite3_io_methods *m = bench_open_journal(b);
    assert_int_equal(m->xSectorSize(b->file), BENCH_HEADER);
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
    const sqlite3_io_methods *m = bench_open_pages(b);
    bench_put(b, 5, 'x');
    for (int number = 1; number <= 4; number++) {
        assert_int_equal(bench_get(b, number, page), SQLITE_OK);
        assert_int_equal(page[0] | page[2000], 0);
    }
    assert_int_equal(bench_get(b, 6, page), SQLITE_IOERR_SHORT_READ);
    bench_close(b);
    int fd = open(b->disk.path, O_RDWR); /* zeros on the disk are damage */
    memset(page, 0, PAGE);
    assert_true(pwrite(fd, page, PAGE, 2 * PAGE) == PAGE);
    assert_int_equal(ftruncate(fd, 6 * PAGE), 0);
    close(fd);
    m = bench_open_pages(b);
    assert_int_equal(bench_get(b, 3, page), SQLITE_IOERR_DATA);
    assert_int_equal(bench_get(b, 6, page), SQLITE_IOERR_DATA);
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
    const sqlite3_io_methods *m = bench_open_pages(b);
    assert_int_equal(m->xWrite(b->file, page, PAGE, 0), SQLITE_OK);
    assert_memory_equal(page, before, PAGE);
    bench_open_journal(b);
    bench_put_record(b, BENCH_HEADER, page, sum);
    assert_memory_equal(page, before, PAGE);
}

/* 7. A damaged record that was synced is an error, not the end of the journal;
 * a torn tail that never counted is the end of the journal, not an error. */
static void mistake_07_damaged_record_is_not_the_end(void **state)
{
    struct bench *b = *state;
    int last, again;
    uint64_t before, after;
    bench_make_office(b, 4);
    assert_true(bench_is_whole(b, &last, &before));
    bench_die_in_transaction(b, 5);
    struct bytes journal = disk_read(b->journal);
    assert_true(journal.size > BENCH_HEADER + 3 * BENCH_RECORD);
    for (int i = 0; i < 3; i++) {
        size_t at = BENCH_HEADER + i * (size_t)BENCH_RECORD + 5;
        bench_flip(b->journal, at, 2);
        assert_null(db_open(b->disk.path, bench_key, false, &b->e));
        assert_int_equal(b->e.code, ERR_CORRUPT);
        disk_write(b->journal, journal);
    }
    /* the wrong key must not use the journal up */
    assert_null(db_open(b->disk.path, bench_other_key, false, &b->e));
    bench_flip(b->journal, BENCH_HEADER + 3, 1); /* the number is bound in */
    assert_null(db_open(b->disk.path, bench_key, false, &b->e));
    disk_write(b->journal, journal);
    int fd = open(b->journal, O_WRONLY | O_APPEND);
    assert_true(write(fd, "a tail that was never synced", 28) == 28);
    close(fd);
    assert_true(bench_is_whole(b, &again, &after));
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
    bench_open_pages(b);
    int fd = open(path, O_RDONLY);
    for (int i = 0; i < WRITES; i++) {
        bench_put(b, 1, 'x'); /* the same page, the same content, always */
        assert_true(pread(fd, nonces[i], 24, BENCH_NONCE_AT) == 24);
    }
    close(fd);
    qsort(nonces, WRITES, 24, compare_nonces);
    for (int i = 1; i < WRITES; i++)
        assert_memory_not_equal(nonces[i - 1], nonces[i], 24);
    mem_free(nonces);
    struct bytes old = disk_read(path);
    bench_put(b, 2, 'x');
    struct bytes one = disk_read(path);
    disk_write(path, old); /* restored, and the same done again */
    bench_put(b, 2, 'x');
    struct bytes two = disk_read(path);
    assert_memory_not_equal(one.data + PAGE + BENCH_NONCE_AT,
                            two.data + PAGE + BENCH_NONCE_AT, 24);
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
    bench_make_office(b, 3);
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    disk_name(&b->disk, "next", next);
    assert_true(db_copy(db, next, bench_other_key, &b->e));
    assert_int_equal(rename(next, b->disk.path), 0);
    assert_false(workload_step(db, 4, &b->e)); /* the old door notices */
    assert_int_equal(b->e.code, ERR_DENIED);
    db_close(db);
    assert_null(db_open(b->disk.path, bench_key, false, &b->e));
    db = db_open(b->disk.path, bench_other_key, false, &b->e);
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
    bench_open_journal(b);
    bench_fill(page, 'x');
    bench_put_record(b, BENCH_HEADER, page, sum);
    struct bytes one = disk_read(b->journal);
    bench_put_record(b, BENCH_HEADER + BENCH_RECORD, page, sum);
    struct bytes two = disk_read(b->journal);
    assert_int_equal(one.size, BENCH_HEADER + BENCH_RECORD);
    assert_int_equal(two.size,
                     BENCH_HEADER + 2 * BENCH_RECORD); /* no padding */
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
    bench_open_pages(b);
    bench_put(b, 1, 'a');
    bench_put(b, 2, 'a');
    struct bytes old = disk_read(b->disk.path);
    bench_put(b, 2, 'b');
    disk_write(b->disk.path, old);
    assert_int_equal(bench_get(b, 2, page), SQLITE_OK);
    assert_int_equal(page[0], 'a');
    memcpy(old.data + PAGE, old.data, PAGE); /* page 1 at the place of 2 */
    disk_write(b->disk.path, old);
    assert_int_equal(bench_get(b, 2, page), SQLITE_IOERR_DATA);
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
        assert_int_equal(bench_open(b, b->disk.path, kinds[i]),
                         SQLITE_CANTOPEN);
    assert_int_equal(bench_open(b, NULL, SQLITE_OPEN_MAIN_DB), SQLITE_CANTOPEN);
    const sqlite3_io_methods *m = bench_open_pages(b);
    assert_int_equal(m->iVersion, 1); /* no shared memory, no fetch */
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        sqlite3_int64 arg = 1 << 20;
        assert_int_equal(m->xFileControl(b->file, controls[i], &arg),
                         SQLITE_NOTFOUND);
    }
    /* a first page without room for seals, as of a deserialized file */
    assert_int_equal(m->xWrite(b->file, page, PAGE, 0), SQLITE_IOERR_WRITE);
    m = bench_open_journal(b); /* the name of a super-journal */
    assert_int_equal(m->xWrite(b->file, "/some/where-mj01", 16, 516),
                     SQLITE_IOERR_WRITE);
}

static void mistake_12_large_sorts_stay_in_memory(void **state)
{
    struct bench *b = *state;
    bench_make_office(b, 2);
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    assert_true(db_script(db,
                          "CREATE TEMP TABLE t AS WITH RECURSIVE n(i) AS "
                          "(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < "
                          "20000) SELECT hex(zeroblob(300)) AS x, i FROM n;"
                          "CREATE INDEX temp.t_x ON t(x, i DESC);",
                          &b->e));
    assert_false(db_script(db, "ATTACH 'other.db' AS other", &b->e));
    db_close(db);
}

/* 13. SQLite journals no page that is free when a transaction begins: torn, it
 * stays torn, and the next copy of the whole file would stop at it. */
static void mistake_13_a_torn_free_page(void **state)
{
    struct bench *b = *state;
    char copy[DISK_PATH];
    bench_make_office(b, 2);
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    assert_true(db_script(db,
                          "CREATE TABLE gone AS WITH RECURSIVE n(i) AS "
                          "(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < "
                          "200) SELECT hex(zeroblob(300)) AS x FROM n;",
                          &b->e));
    db_close(db);
    struct bytes before = disk_read(b->disk.path);
    db = db_open(b->disk.path, bench_key, false, &b->e);
    assert_true(db_script(db, "DROP TABLE gone", &b->e));
    db_close(db);
    bench_flip(b->disk.path, before.size - 100, 1); /* the last: free now */
    db = db_open(b->disk.path, bench_key, false, &b->e);
    disk_name(&b->disk, "copy", copy);
    assert_true(db_copy(db, copy, bench_key, &b->e));
    db_close(db);
    bytes_free(&before);
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
        PROOF(mistake_13_a_torn_free_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
