/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever the disk answers while a whole file is checked, mended,
 * copied or taken out of use, and whatever its list of free pages says, that
 * ends with what is right or with a sentence; no row is lost by it. A copy ends
 * though somebody saves at every moment, and waits no longer than any reader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/mem.h"
#include "store/db_int.h"
#include "store/vfs.h"
#include "tests/store/support_disk.h"

enum { PAGE = VFS_PAGE_BYTES, ROWS = 24, TURNS_MAX = 2000 };

static const uint8_t key[32] = "an invented key for the tests 01";

/* ---- a disk that fails on command, below SQLite ---- */

enum part { READS, WRITES, SIZES, SYNCS, PARTS };

static struct {
    enum part part;
    uint64_t nth, calls;
    int error; /* EINTR: once, and nobody should notice */
    bool failed;
} plan;

static void plan_none(void)
{
    plan.nth = plan.calls = 0;
}

static bool fails(enum part part)
{
    if (plan.nth == 0 || part != plan.part || ++plan.calls != plan.nth)
        return false;
    plan.failed = true;
    errno = plan.error;
    return true;
}

static ssize_t my_read(int fd, void *to, size_t n)
{
    return fails(READS) ? -1 : read(fd, to, n);
}

static ssize_t my_pread(int fd, void *to, size_t n, off_t at)
{
    return fails(READS) ? -1 : pread(fd, to, n, at);
}

static ssize_t my_write(int fd, const void *from, size_t n)
{
    return fails(WRITES) ? -1 : write(fd, from, n);
}

static ssize_t my_pwrite(int fd, const void *from, size_t n, off_t at)
{
    return fails(WRITES) ? -1 : pwrite(fd, from, n, at);
}

static int my_fstat(int fd, struct stat *st)
{
    return fails(SIZES) ? -1 : fstat(fd, st);
}

/* Taken before the C library's; a turn loses no power, so nothing is synced. */
int fdatasync(int fd)
{
    (void)fd;
    return fails(SYNCS) ? -1 : 0;
}

static const struct {
    const char *name;
    sqlite3_syscall_ptr call;
} calls[] = {{"read", (sqlite3_syscall_ptr)my_read},
             {"pread", (sqlite3_syscall_ptr)my_pread},
             {"pread64", (sqlite3_syscall_ptr)my_pread},
             {"write", (sqlite3_syscall_ptr)my_write},
             {"pwrite", (sqlite3_syscall_ptr)my_pwrite},
             {"pwrite64", (sqlite3_syscall_ptr)my_pwrite},
             {"fstat", (sqlite3_syscall_ptr)my_fstat}};

static void lead_calls(bool through_here)
{
    sqlite3_vfs *v = sqlite3_vfs_find("unix");
    for (size_t i = 0; i < ARR_NR(calls); i++)
        v->xSetSystemCall(v, calls[i].name, through_here ? calls[i].call : 0);
}

/* ---- a file with rows and free pages ---- */

struct bench {
    struct disk disk;
    char copy[DISK_PATH];
    struct bytes whole, torn; /* the second with a free page that is damaged */
    struct db *db;
    struct err e;
};

static void open_db(struct bench *b)
{
    b->db = db_open(b->disk.path, key, false, &b->e);
    if (!b->db)
        fail_msg("%s", b->e.text);
}

static void close_db(struct bench *b)
{
    db_close(b->db);
    b->db = NULL;
}

static void must(struct bench *b, bool good)
{
    if (!good)
        fail_msg("%s", b->e.text);
}

static void fill(struct bench *b)
{
    b->db = db_open(b->disk.path, key, true, &b->e);
    assert_non_null(b->db);
    must(b, db_script(b->db,
                      "CREATE TABLE note(note_id INTEGER PRIMARY KEY, body);"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1"
                      " FROM n WHERE i < 48) INSERT INTO note"
                      " SELECT i, CAST(zeroblob(3000) AS TEXT) || i FROM n;"
                      "DELETE FROM note WHERE note_id > 24",
                      &b->e));
    close_db(b);
}

static int64_t rows_in(struct db *db)
{
    int64_t nr = -1;
    struct err e = ERR_INIT;
    db_get_int(db,
               "SELECT count(*) FROM note"
               " WHERE CAST(body AS BLOB) ="
               " CAST(CAST(zeroblob(3000) AS TEXT) || note_id AS BLOB)",
               DB_NOTHING, 0, &nr, &e);
    return nr;
}

/* The file as it was made, opened. */
static void begin_again(struct bench *b, bool torn)
{
    plan_none();
    close_db(b);
    unlink(b->copy);
    disk_write(b->disk.path, torn ? b->torn : b->whole);
    open_db(b);
}

static int begin(void **state)
{
    static struct bench b;
    lead_calls(true);
    b = (struct bench){.disk = disk_new()};
    disk_name(&b.disk, "copy", b.copy);
    fill(&b);
    b.whole = disk_read(b.disk.path);
    b.torn = disk_read(b.disk.path);
    b.torn.data[b.torn.size - PAGE + 7] ^= 1;
    *state = &b;
    return 0;
}

static int end(void **state)
{
    struct bench *b = *state;
    plan_none();
    close_db(b);
    bytes_free(&b->whole);
    bytes_free(&b->torn);
    disk_clear(&b->disk);
    lead_calls(false);
    return 0;
}

/* ---- whatever the disk answers ---- */

static bool check(struct bench *b, struct err *e)
{
    return db_check(b->db, e);
}

static bool mend(struct bench *b, struct err *e)
{
    return db_mend(b->db, e);
}

/* What says that it was copied was copied. */
static bool copy(struct bench *b, struct err *e)
{
    if (!db_copy(b->db, b->copy, key, e)) {
        assert_int_not_equal(access(b->copy, F_OK), 0);
        return false;
    }
    plan_none();
    struct db *to = db_open(b->copy, key, false, &b->e);
    assert_non_null(to);
    assert_int_equal(rows_in(to), ROWS);
    db_close(to);
    unlink(b->copy);
    return true;
}

/* Nobody asks how it went: whoever has the file open finds out by himself. */
static bool retire(struct bench *b, struct err *e)
{
    (void)e;
    db_retire(b->db);
    plan_none();
    close_db(b);
    disk_write(b->disk.path, b->whole);
    open_db(b);
    return true;
}

static const struct deed {
    const char *name;
    bool (*run)(struct bench *b, struct err *e);
    bool torn;
} deeds[] = {{"checking", check, false},
             {"checking a torn one", check, true},
             {"mending", mend, true},
             {"copying", copy, false},
             {"copying a torn one", copy, true},
             {"retiring", retire, false}};

static bool turn(struct bench *b, const struct deed *d, enum part part,
                 uint64_t nth, int error)
{
    struct err e = ERR_INIT;
    begin_again(b, d->torn);
    plan.part = part;
    plan.error = error;
    plan.failed = false;
    plan.nth = nth;
    bool good = d->run(b, &e);
    plan_none();
    if (!good && (!plan.failed || error == EINTR))
        fail_msg("%s fails: %s", d->name, e.text);
    if (!good && (e.text[0] == '\0' || e.code == ERR_BUG))
        fail_msg("%s does not say why: %s", d->name, e.text);
    assert_int_equal(rows_in(b->db), ROWS);
    if (!good)
        must(b, d->run(b, &b->e)); /* the next time it goes */
    return plan.failed;
}

static void try_all(struct bench *b, int error, enum part parts)
{
    const uint64_t step = getenv("LONG") != NULL ? 1 : 5;
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        for (int part = 0; part < (int)parts; part++)
            for (uint64_t nth = 1;
                 turn(b, &deeds[i], (enum part)part, nth, error);
                 nth += nth < 4 ? 1 : step)
                assert_true(nth < TURNS_MAX);
}

static void a_failing_disk_is_told(void **state)
{
    try_all(*state, EIO, PARTS);
}

/* A signal comes while the disk works. */
static void an_interrupted_call_makes_no_difference(void **state)
{
    try_all(*state, EINTR, SIZES);
}

/* ---- whatever the list of free pages says ---- */

enum { IN_HEADER = 1, IN_TRUNK };

static const struct {
    const char *name;
    int where;
    size_t at;
    int64_t value; /* below zero: so much past the end */
} lists[] = {
    {"the first trunk lies past the end", IN_HEADER, 32, -1},
    {"the first trunk is the largest number", IN_HEADER, 32, UINT32_MAX},
    {"a trunk follows past the end", IN_TRUNK, 0, -1},
    {"a trunk follows itself", IN_TRUNK, 0, 0},
    {"the largest trunk follows", IN_TRUNK, 0, UINT32_MAX},
    {"more leaves than a page holds", IN_TRUNK, 4, UINT32_MAX},
    {"one leaf more than a page holds", IN_TRUNK, 4, 1005},
    {"the first leaf is no page", IN_TRUNK, 8, 0},
    {"the first leaf is the header", IN_TRUNK, 8, 1},
    {"the first leaf lies past the end", IN_TRUNK, 8, -1},
    {"the first leaf is the largest number", IN_TRUNK, 8, UINT32_MAX},
};

static uint32_t get(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static void put(uint8_t *at, uint32_t value)
{
    for (int i = 3; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
}

/* Through the seals, below SQLite; then the file is opened anew. */
static void forge(struct bench *b, size_t i)
{
    uint8_t page[PAGE];
    struct sqlite3_file *f = db_file(b->db);
    sqlite3_int64 size = 0;
    uint32_t number = 1;
    assert_int_equal(f->pMethods->xFileSize(f, &size), SQLITE_OK);
    assert_int_equal(f->pMethods->xRead(f, page, PAGE, 0), SQLITE_OK);
    uint32_t trunk = get(page + 32);
    assert_true(trunk > 1);
    if (lists[i].where == IN_TRUNK) {
        number = trunk;
        assert_int_equal(
            f->pMethods->xRead(f, page, PAGE, ((int64_t)number - 1) * PAGE),
            SQLITE_OK);
    }
    int64_t value = lists[i].value;
    if (value < 0)
        value = size / PAGE - value;
    else if (lists[i].at == 0 && value == 0)
        value = trunk;
    put(page + lists[i].at, (uint32_t)value);
    assert_int_equal(
        f->pMethods->xWrite(f, page, PAGE, ((int64_t)number - 1) * PAGE),
        SQLITE_OK);
    close_db(b);
    open_db(b);
}

static void a_list_that_makes_no_sense_is_told(void **state)
{
    struct bench *b = *state;
    for (size_t i = 0; i < ARR_NR(lists); i++)
        for (int torn = 0; torn < 2; torn++) {
            struct err e = ERR_INIT;
            begin_again(b, torn);
            forge(b, i);
            if (db_mend(b->db, &e) || e.code != ERR_CORRUPT)
                fail_msg("%s: %s", lists[i].name, e.text);
            if (db_check(b->db, &e) || e.code != ERR_CORRUPT)
                fail_msg("%s: %s", lists[i].name, e.text);
            if (torn &&
                (db_copy(b->db, b->copy, key, &e) || e.code != ERR_CORRUPT))
                fail_msg("%s: %s", lists[i].name, e.text);
            assert_int_equal(rows_in(b->db), ROWS);
        }
}

/* More leaves than a page holds, and every one of them a page. */
static void a_list_that_is_too_full_is_told(void **state)
{
    struct bench *b = *state;
    struct err e = ERR_INIT;
    uint8_t page[PAGE];
    begin_again(b, true);
    struct sqlite3_file *f = db_file(b->db);
    assert_int_equal(f->pMethods->xRead(f, page, PAGE, 0), SQLITE_OK);
    int64_t at = ((int64_t)get(page + 32) - 1) * PAGE;
    assert_int_equal(f->pMethods->xRead(f, page, PAGE, at), SQLITE_OK);
    put(page + 4, UINT32_MAX);
    for (size_t i = 8; i + 4 <= PAGE - VFS_RESERVED_BYTES; i += 4)
        put(page + i, 2);
    assert_int_equal(f->pMethods->xWrite(f, page, PAGE, at), SQLITE_OK);
    close_db(b);
    open_db(b);
    must(b, db_mend(b->db, &b->e)); /* there is nothing that it could mend */
    assert_false(db_check(b->db, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_int_equal(rows_in(b->db), ROWS);
}

/* As a stick leaves it that was pulled out too early. */
static void a_file_that_was_cut_off_is_told(void **state)
{
    struct bench *b = *state;
    for (size_t cut = 1; cut < b->whole.size; cut += 1 + cut * 2) {
        /* a free page is mended, for nothing was in it */
        struct err e = ERR_INIT;
        close_db(b);
        disk_write(b->disk.path,
                   (struct bytes){b->whole.data, b->whole.size - cut});
        b->db = db_open(b->disk.path, key, false, &e);
        if (b->db != NULL && db_check(b->db, &e))
            assert_int_equal(rows_in(b->db), ROWS);
        else if (e.code != ERR_CORRUPT)
            fail_msg("cut off by %zu: %s", cut, e.text);
    }
}

/* ---- a copy while others work ---- */

static struct {
    struct db *other;
    int told, saved;
} work;

static void enlarge(struct bench *b)
{
    must(b, db_script(b->db,
                      "WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i+1"
                      " FROM n WHERE i < 2600) INSERT INTO note"
                      " SELECT i, zeroblob(3000) FROM n",
                      &b->e));
}

static void save(void *arg, int64_t done, int64_t all)
{
    struct bench *b = arg;
    work.told++;
    assert_true(done <= all);
    if (done == all)
        return;
    work.saved++;
    must(b, db_run(work.other, "UPDATE note SET body = ? WHERE note_id = 2600",
                   DB_BIND(db_int(work.saved)), &b->e));
    assert_true(work.told < 100);
}

static void a_copy_ends_though_somebody_saves_at_every_moment(void **state)
{
    struct bench *b = *state;
    const struct db_copy_watch watch = {save, b};
    int64_t last = 0;
    begin_again(b, false);
    enlarge(b);
    work.told = work.saved = 0;
    work.other = db_open(b->disk.path, key, false, &b->e);
    assert_non_null(work.other);
    struct db *to = db_open(b->copy, key, true, &b->e);
    must(b, db_copy_into(b->db, to, &watch, &b->e));
    assert_true(work.saved > 3);
    must(b, db_get_int(to, "SELECT body FROM note WHERE note_id = 2600",
                       DB_NOTHING, 0, &last, &b->e));
    assert_int_equal(last, work.saved);
    must(b, db_check(to, &b->e));
    db_close(to);
    db_close(work.other);
}

/* The wait is counted, not waited. */
static struct {
    sqlite3_vfs vfs;
    int64_t asked_us, until_us;
    struct db *holder;
} wait;

static int count_sleep(sqlite3_vfs *v, int us)
{
    struct err ignored;
    (void)v;
    wait.asked_us += us;
    if (wait.holder != NULL && wait.asked_us >= wait.until_us) {
        db_end(wait.holder, false, &ignored);
        wait.holder = NULL;
    }
    return us;
}

static void hold(struct bench *b, struct db *other, int64_t until_us)
{
    wait.asked_us = 0;
    wait.until_us = until_us;
    must(b, db_begin(other, &b->e) &&
                db_script(other,
                          "PRAGMA cache_size=1; PRAGMA cache_spill=1;"
                          "UPDATE note SET body = body || 'x'",
                          &b->e));
    wait.holder = other;
}

static void a_copy_waits_as_long_as_any_reader(void **state)
{
    struct bench *b = *state;
    struct err e = ERR_INIT;
    sqlite3_vfs *unix_vfs = sqlite3_vfs_find(NULL);
    wait.vfs = *unix_vfs;
    wait.vfs.zName = "counting";
    wait.vfs.xSleep = count_sleep;
    sqlite3_vfs_register(&wait.vfs, 1);
    begin_again(b, false);
    struct db *other = db_open(b->disk.path, key, false, &b->e);
    hold(b, other, DB_WAIT_MS * 1000 / 2);
    must(b, db_copy(b->db, b->copy, key, &b->e));
    assert_null(wait.holder);
    unlink(b->copy);
    hold(b, other, INT64_MAX);
    assert_false(db_copy(b->db, b->copy, key, &e));
    assert_int_equal(e.code, ERR_BUSY);
    assert_int_not_equal(access(b->copy, F_OK), 0);
    assert_true(wait.asked_us < 2 * (int64_t)DB_WAIT_MS * 1000);
    db_end(other, false, &b->e);
    db_close(other);
    close_db(b);
    sqlite3_vfs_unregister(&wait.vfs);
    sqlite3_vfs_register(unix_vfs, 1);
}

/* Into one in use nothing is copied, nor into itself. */
static void what_is_in_use_is_not_copied_over(void **state)
{
    struct bench *b = *state;
    struct err e = ERR_INIT;
    begin_again(b, false);
    assert_false(db_copy_into(b->db, b->db, NULL, &e));
    assert_int_not_equal(e.code, ERR_NONE);
    must(b, db_copy(b->db, b->copy, key, &b->e));
    struct db *to = db_open(b->copy, key, false, &b->e);
    struct rows *q = db_query(to, "SELECT * FROM note", DB_NOTHING);
    assert_true(rows_next(q));
    assert_false(db_copy_into(b->db, to, NULL, &e));
    assert_true(rows_end(q, &b->e));
    assert_int_equal(rows_in(to), ROWS);
    db_close(to);
}

/* A sixteenth of the memory, at most 10 MB; those where nothing is known. */
static void the_cache_suits_the_machine(void **state)
{
    static const struct {
        int64_t pages, page_bytes, kib;
    } machines[] = {{16384, 4096, 4096},    {65536, 4096, 10240},
                    {4000000, 4096, 10240}, {-1, 4096, 10240},
                    {16384, -1, 10240},     {0, 0, 10240}};
    (void)state;
    for (size_t i = 0; i < ARR_NR(machines); i++)
        assert_int_equal(
            db_cache_kib(machines[i].pages, machines[i].page_bytes),
            machines[i].kib);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(a_failing_disk_is_told),
        PROOF(an_interrupted_call_makes_no_difference),
        PROOF(a_list_that_makes_no_sense_is_told),
        PROOF(a_list_that_is_too_full_is_told),
        PROOF(a_file_that_was_cut_off_is_told),
        PROOF(a_copy_ends_though_somebody_saves_at_every_moment),
        PROOF(a_copy_waits_as_long_as_any_reader),
        PROOF(what_is_in_use_is_not_copied_over),
        cmocka_unit_test(the_cache_suits_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
