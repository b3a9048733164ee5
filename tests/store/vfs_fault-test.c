/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what the disk under the page VFS answers goes up as it is, never with
 * bytes beside it that are not authentic; a used-up quota is a full disk; and
 * nothing goes down that is no page, no record and no part of a journal header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "store/vfs_int.h"
#include "store/vfs_shift.h"

enum { PAGE = VFS_PAGE_BYTES, HEADER = 512 };

static const uint8_t key[VFS_KEY_BYTES] = "an invented key for the tests 01";

/* ---- a disk that answers what the test says, and keeps one page ---- */

static struct {
    int open, read, write, size, cause;
    bool leaves_open; /* opening fails, and the file is there to be closed */
    int closed, writes;
    sqlite3_int64 bytes;
    uint8_t page[PAGE];
} disk;

static int disk_close(sqlite3_file *f)
{
    (void)f;
    disk.closed++;
    return SQLITE_OK;
}

static int disk_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    (void)f, (void)at;
    memset(to, 'x', (size_t)n);
    if (disk.read == SQLITE_OK && n <= PAGE)
        memcpy(to, disk.page, (size_t)n);
    return disk.read;
}

static int disk_write(sqlite3_file *f, const void *from, int n,
                      sqlite3_int64 at)
{
    (void)f, (void)at;
    disk.writes++;
    if (disk.write == SQLITE_OK && n <= PAGE)
        memcpy(disk.page, from, (size_t)n);
    return disk.write;
}

static int disk_size(sqlite3_file *f, sqlite3_int64 *size)
{
    (void)f;
    *size = disk.bytes;
    return disk.size;
}

static int disk_control(sqlite3_file *f, int op, void *arg)
{
    (void)f;
    if (op == SQLITE_FCNTL_LAST_ERRNO)
        *(int *)arg = disk.cause;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = disk_close,
                                           .xRead = disk_read,
                                           .xWrite = disk_write,
                                           .xFileSize = disk_size,
                                           .xFileControl = disk_control};

static int disk_open(sqlite3_vfs *v, const char *path, sqlite3_file *f,
                     int flags, int *out)
{
    (void)v, (void)path, (void)flags, (void)out;
    f->pMethods = disk.open == SQLITE_OK || disk.leaves_open ? &methods : NULL;
    return disk.open;
}

static int disk_error(sqlite3_vfs *v, int n, char *out)
{
    (void)v;
    if (n > 0)
        out[0] = '\0';
    return 7;
}

static sqlite3_vfs base = {.iVersion = 1,
                           .szOsFile = sizeof(sqlite3_file),
                           .mxPathname = 100,
                           .zName = "answering",
                           .xOpen = disk_open};

/* ---- the VFS over it ---- */

struct over {
    struct vfs *vfs;
    sqlite3_vfs *face;
    sqlite3_file *file;
    const sqlite3_io_methods *m;
    struct err e;
};

static int begin(void **state)
{
    static struct over o;
    memset(&disk, 0, sizeof disk);
    base.xGetLastError = NULL;
    sqlite3_vfs_register(&base, 0);
    o = (struct over){.vfs = vfs_new_over(key, base.zName, &o.e)};
    assert_non_null(o.vfs);
    o.face = sqlite3_vfs_find(vfs_name(o.vfs));
    o.file = mem_alloc((size_t)o.face->szOsFile);
    *state = &o;
    return 0;
}

static int end(void **state)
{
    struct over *o = *state;
    mem_free(o->file);
    vfs_free(o->vfs);
    sqlite3_vfs_unregister(&base);
    return 0;
}

static int open_as(struct over *o, int kind)
{
    int rc = o->face->xOpen(o->face, "file", o->file, kind, NULL);
    o->m = o->file->pMethods;
    return rc;
}

static void must_open(struct over *o, int kind)
{
    assert_int_equal(open_as(o, kind), SQLITE_OK);
}

static void is_zeros(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(bytes[i], 0);
}

/* ---- claims ---- */

static void a_page_that_cannot_be_read_gives_nothing_out(void **state)
{
    struct over *o = *state;
    uint8_t page[PAGE] = {1};
    must_open(o, SQLITE_OPEN_MAIN_DB);
    disk.read = SQLITE_IOERR_READ;
    assert_int_equal(o->m->xRead(o->file, page, PAGE, 0), SQLITE_IOERR_READ);
    is_zeros(page, PAGE);
    disk.read = SQLITE_IOERR_SHORT_READ;
    disk.size = SQLITE_IOERR_FSTAT;
    assert_int_equal(o->m->xRead(o->file, page, PAGE, 0), SQLITE_IOERR_FSTAT);
    is_zeros(page, PAGE);
    /* nor is anything written past an end that is not known */
    assert_int_equal(o->m->xWrite(o->file, page, PAGE, PAGE),
                     SQLITE_IOERR_FSTAT);
    assert_int_equal(disk.writes, 0);
    disk.size = SQLITE_OK; /* part of a page is there: damage, not the end */
    disk.bytes = 100;
    assert_int_equal(o->m->xRead(o->file, page, PAGE, 0), SQLITE_IOERR_DATA);
    disk.bytes = 0;
    assert_int_equal(o->m->xRead(o->file, page, PAGE, 0),
                     SQLITE_IOERR_SHORT_READ);
}

static void only_pages_and_the_header_are_read(void **state)
{
    struct over *o = *state;
    static const struct {
        int n;
        sqlite3_int64 at;
    } bad[] = {{PAGE, 512}, {100, -1}, {0, 0}, {-1, 0}, {100, PAGE}};
    uint8_t page[2 * PAGE];
    must_open(o, SQLITE_OPEN_MAIN_DB);
    for (size_t i = 0; i < ARR_NR(bad); i++)
        assert_int_equal(o->m->xRead(o->file, page, bad[i].n, bad[i].at),
                         SQLITE_IOERR_READ);
}

static void a_used_up_quota_is_a_full_disk(void **state)
{
    struct over *o = *state;
    static const struct {
        int rc, cause, said;
    } rows[] = {{SQLITE_IOERR_WRITE, EDQUOT, SQLITE_FULL},
                {SQLITE_IOERR_WRITE, EFBIG, SQLITE_FULL},
                {SQLITE_IOERR_WRITE, EIO, SQLITE_IOERR_WRITE},
                {SQLITE_FULL, 0, SQLITE_FULL},
                {SQLITE_OK, EDQUOT, SQLITE_OK}};
    uint8_t page[PAGE] = {0};
    must_open(o, SQLITE_OPEN_MAIN_DB);
    for (size_t i = 0; i < ARR_NR(rows); i++) {
        disk.write = rows[i].rc;
        disk.cause = rows[i].cause;
        assert_int_equal(o->m->xWrite(o->file, page, PAGE, 0), rows[i].said);
    }
    disk.write = SQLITE_FULL; /* and where a hole is filled, too */
    disk.writes = 0;
    assert_int_equal(o->m->xWrite(o->file, page, PAGE, 2 * PAGE), SQLITE_FULL);
    assert_int_equal(disk.writes, 1);
}

static void a_first_page_that_leaves_no_room_for_seals(void **state)
{
    struct over *o = *state;
    static const uint8_t good[] = {PAGE >> 8, 0, 1, 1, VFS_RESERVED_BYTES};
    uint8_t page[PAGE] = "SQLite format 3";
    must_open(o, SQLITE_OPEN_MAIN_DB);
    memcpy(page + 16, good, sizeof good);
    assert_int_equal(o->m->xWrite(o->file, page, PAGE, 0), SQLITE_OK);
    for (size_t i = 0; i < sizeof good; i++) {
        page[16 + i]++; /* page size, write-ahead log, reserved bytes */
        disk.writes = 0;
        assert_int_equal(o->m->xWrite(o->file, page, PAGE, 0),
                         SQLITE_IOERR_WRITE);
        assert_int_equal(disk.writes, 0);
        page[16 + i]--;
    }
}

static void a_record_that_cannot_be_read_gives_nothing_out(void **state)
{
    struct over *o = *state;
    uint8_t page[PAGE] = {1}, number[4];
    must_open(o, SQLITE_OPEN_MAIN_JOURNAL);
    disk.read = SQLITE_IOERR_READ;
    assert_int_equal(o->m->xRead(o->file, number, 4, HEADER),
                     SQLITE_IOERR_READ);
    /* no number was read, so no page follows */
    assert_int_equal(o->m->xRead(o->file, page, PAGE, HEADER + 4),
                     SQLITE_IOERR_READ);
    disk.read = SQLITE_OK;
    assert_int_equal(o->m->xRead(o->file, number, 4, HEADER), SQLITE_OK);
    disk.read = SQLITE_IOERR_SHORT_READ;
    assert_int_equal(o->m->xRead(o->file, page, PAGE, HEADER + 4),
                     SQLITE_IOERR_SHORT_READ);
    is_zeros(page, PAGE);
    disk.read = SQLITE_OK; /* a page elsewhere than behind its number */
    assert_int_equal(o->m->xRead(o->file, number, 4, HEADER), SQLITE_OK);
    assert_int_equal(o->m->xRead(o->file, page, PAGE, HEADER + 8),
                     SQLITE_IOERR_READ);
}

static void a_journal_takes_records_and_header_parts_alone(void **state)
{
    struct over *o = *state;
    static const uint8_t mark[] = {0xd9, 0xd5, 0x05, 0xf9,
                                   0x20, 0xa1, 0x63, 0xd7};
    uint8_t zeros[HEADER] = {0}, marked[HEADER] = {0}, letters[HEADER];
    memset(letters, 'x', sizeof letters);
    memcpy(marked, mark, sizeof mark);
    const struct {
        const uint8_t *bytes;
        int n;
        sqlite3_int64 at;
        bool taken;
    } rows[] = {{zeros, HEADER, 0, true},     {marked, HEADER, 0, true},
                {marked, 12, HEADER, true},   {zeros, 1, 0, true},
                {zeros, 28, 0, true},         {letters, HEADER, 0, false},
                {letters, 12, 0, false},      {letters, 1, 0, false},
                {letters, 28, 0, false},      {zeros, 12, 0, false},
                {zeros, 2, 0, false},         {zeros, HEADER, 4, false},
                {letters, 300, HEADER, false}};
    must_open(o, SQLITE_OPEN_MAIN_JOURNAL);
    for (size_t i = 0; i < ARR_NR(rows); i++) {
        disk.writes = 0;
        assert_int_equal(
            o->m->xWrite(o->file, rows[i].bytes, rows[i].n, rows[i].at),
            rows[i].taken ? SQLITE_OK : SQLITE_IOERR_WRITE);
        assert_int_equal(disk.writes, rows[i].taken);
    }
}

static void a_file_that_does_not_open_is_closed_and_forgotten(void **state)
{
    struct over *o = *state;
    disk.open = SQLITE_CANTOPEN;
    assert_int_equal(open_as(o, SQLITE_OPEN_MAIN_DB), SQLITE_CANTOPEN);
    assert_null(o->m);
    assert_int_equal(disk.closed, 0);
    disk.leaves_open = true;
    assert_int_equal(open_as(o, SQLITE_OPEN_MAIN_DB), SQLITE_CANTOPEN);
    assert_null(o->m);
    assert_int_equal(disk.closed, 1);
    disk.open = SQLITE_OK; /* a file that vanishes is no office's */
    assert_int_equal(
        open_as(o, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_DELETEONCLOSE),
        SQLITE_CANTOPEN);
    assert_null(o->m);
}

static void the_last_error_is_that_of_the_disk(void **state)
{
    struct over *o = *state;
    char text[10];
    assert_int_equal(o->face->xGetLastError(o->face, sizeof text, text), 0);
    base.xGetLastError = disk_error;
    assert_int_equal(o->face->xGetLastError(o->face, sizeof text, text), 7);
}

static void no_vfs_stands_over_one_that_is_not_there(void **state)
{
    struct over *o = *state;
    assert_null(vfs_new_over(key, "no such vfs", &o->e));
    assert_int_equal(o->e.code, ERR_BUG);
    assert_true(o->e.text[0] != '\0');
    vfs_free(NULL);
    vfs_shift_free(NULL);
}

/* ---- the VFS that leaves the slots of a backup alone ---- */

static void a_shifted_file_that_does_not_open(void **state)
{
    struct over *o = *state;
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    sqlite3_vfs_register(&base, 1); /* the one it stands over */
    struct vfs_shift *shift = vfs_shift_new(PAGE, &o->e);
    sqlite3_vfs_register(system, 1);
    assert_non_null(shift);
    sqlite3_vfs *face = sqlite3_vfs_find(vfs_shift_name(shift));
    sqlite3_file *file = mem_alloc((size_t)face->szOsFile);
    disk.open = SQLITE_CANTOPEN;
    for (int i = 0; i < 2; i++) {
        disk.leaves_open = i;
        assert_int_equal(
            face->xOpen(face, "file", file, SQLITE_OPEN_MAIN_DB, NULL),
            SQLITE_CANTOPEN);
        assert_null(file->pMethods);
        assert_int_equal(disk.closed, i);
    }
    mem_free(file);
    vfs_shift_free(shift);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(a_page_that_cannot_be_read_gives_nothing_out),
        PROOF(only_pages_and_the_header_are_read),
        PROOF(a_used_up_quota_is_a_full_disk),
        PROOF(a_first_page_that_leaves_no_room_for_seals),
        PROOF(a_record_that_cannot_be_read_gives_nothing_out),
        PROOF(a_journal_takes_records_and_header_parts_alone),
        PROOF(a_file_that_does_not_open_is_closed_and_forgotten),
        PROOF(the_last_error_is_that_of_the_disk),
        PROOF(no_vfs_stands_over_one_that_is_not_there),
        PROOF(a_shifted_file_that_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
