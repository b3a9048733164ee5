/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the page VFS finds every change to the file that is not its own,
 * leaves nothing in clear, lets several processes work at once, and loses
 * nothing when the disk is full or fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db_int.h"
#include "tests/store/support_bench.h"
#include "tests/store/support_device.h"
#include "tests/store/support_workload.h"

enum { PAGE = VFS_PAGE_BYTES };

/* ---- tampering ---- */

static void every_byte_of_a_page_is_under_seal(void **state)
{
    struct bench *b = *state;
    uint8_t page[PAGE];
    bench_open_pages(b);
    for (int number = 1; number <= 3; number++)
        bench_put(b, number, 'x');
    for (size_t i = 0; i < PAGE; i++) {
        uint8_t mask = (uint8_t)(1 << (i % 8));
        bench_flip(b->disk.path, PAGE + i, mask);
        assert_int_equal(bench_get(b, 2, page), SQLITE_IOERR_DATA);
        assert_int_equal(page[i] | page[0], 0); /* nothing is given out */
        bench_flip(b->disk.path, PAGE + i, mask);
    }
    assert_int_equal(bench_get(b, 2, page), SQLITE_OK);
}

static bool found(struct bench *b, struct bytes tampered)
{
    int last;
    uint64_t digest;
    disk_write(b->disk.path, tampered);
    return !bench_is_whole(b, &last, &digest) && b->e.code == ERR_CORRUPT;
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
    struct db *db = db_open(b->disk.path, bench_key, true, &b->e);
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
    static const size_t at[] = {17, BENCH_NONCE_AT + 5, BENCH_TAG_AT + 9};
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
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    assert_true(db_copy(db, path, bench_other_key, &b->e));
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
    bench_open_pages(b);
    bench_put(b, 9, 'x');
    bench_open_journal(b);
    bench_fill(page, 'x');
    bench_put_record(b, BENCH_HEADER, page, sum); /* of page 9 */
    struct bytes journal = disk_read(b->journal);
    struct bytes pages = disk_read(b->disk.path);
    memcpy(pages.data + (size_t)8 * PAGE, journal.data + BENCH_HEADER + 4,
           PAGE);
    disk_write(b->disk.path, pages);
    bench_open_pages(b);
    assert_int_equal(bench_get(b, 9, page), SQLITE_IOERR_DATA);
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
    bench_make_office(b, 4);
    bench_die_in_transaction(b, 5);
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
    struct db *db = db_open_over("homeward.db", device_vfs(d, 0), true, &b->e);
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
    struct vfs *v = vfs_new_over(bench_key, device_vfs(d, 0), &b->e);
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

/* Each row holds the count its writer saw, so all different means that nobody
 * wrote over anybody. */
static void expect_rows(struct bench *b, int64_t expected)
{
    int64_t rows, different;
    struct db *db = db_open(b->disk.path, bench_key, false, &b->e);
    assert_non_null(db);
    assert_true(db_get_int(db, "SELECT count(*) FROM note", DB_NOTHING, 0,
                           &rows, &b->e));
    assert_true(db_get_int(db, "SELECT count(DISTINCT body) FROM note",
                           DB_NOTHING, 0, &different, &b->e));
    assert_int_equal(rows, expected);
    assert_int_equal(different, expected);
    assert_true(db_check(db, &b->e));
    db_close(db);
}

static void several_processes_lose_nothing(void **state)
{
    enum { PROCESSES = 5, COMMITS = 12 };
    struct bench *b = *state;
    const char *const argv[] = {"add", b->disk.path, "12"};
    pid_t children[PROCESSES];
    int status;
    bench_make_office(b, 0);
    for (int i = 0; i < PROCESSES; i++)
        children[i] = start(argv);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0); /* 127: run make tests first */
    }
    expect_rows(b, PROCESSES * COMMITS);
}

/* Some are killed in a transaction, with pages written; the others find the
 * journal in the middle of their own work, and roll it back. */
static void the_living_mend_what_the_dead_left(void **state)
{
    enum { PROCESSES = 6, COMMITS = 8 };
    struct bench *b = *state;
    const char *const living[] = {"add", b->disk.path, "8"};
    const char *const dying[] = {"die", b->disk.path, "8"};
    pid_t children[PROCESSES];
    int status;
    bench_make_office(b, 0);
    for (int i = 0; i < PROCESSES; i++)
        children[i] = start(i % 2 ? dying : living);
    for (int i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(i % 2 ? WIFSIGNALED(status) : status == 0);
    }
    expect_rows(b, PROCESSES * COMMITS);
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
    if (!workload_state(f->db, &last, &digest, &e))
        fail_msg("event %u, code %d: %s", (unsigned)nth, code, e.text);
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
    f.vfs = vfs_new_over(bench_key, device_vfs(f.device, 0), &b->e);
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
        PROOF(every_byte_of_a_page_is_under_seal),
        PROOF(flips_in_every_page_are_found),
        PROOF(moved_and_missing_pages_are_found),
        PROOF(pages_of_another_office_do_not_open),
        PROOF(a_journal_page_is_no_database_page),
        PROOF(nothing_is_in_clear_in_a_transaction),
        PROOF(the_search_finds_what_is_in_clear),
        PROOF(nothing_is_ever_written_in_clear),
        PROOF(several_processes_lose_nothing),
        PROOF(the_living_mend_what_the_dead_left),
        PROOF(a_failing_disk_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
