/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: db.h keeps its word. Values come back as they went in; a transaction
 * is all or nothing, nested ones included; every refusal has the right code
 * and a sentence; the connection cannot be talked out of its settings; a copy
 * goes between plain and sealed either way and is checked before it counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/vfs_int.h"
#include "tests/store/support_disk.h"

static const uint8_t key[32] = "an invented key for the tests 01";
static const uint8_t other_key[32] = "an invented key for the tests 02";

/* What only sealed pages can do is not asked of the plain stand-in. */
static void needs_seals(void)
{
    if (!vfs_seals())
        skip();
}

struct office {
    struct disk disk;
    struct db *db;
    struct err e;
};

static void office_open(struct office *o, const uint8_t *k, bool create)
{
    o->db = db_open(o->disk.path, k, create, &o->e);
    if (!o->db)
        fail_msg("%s", o->e.text);
}

static int office_new(void **state)
{
    static struct office o;
    o = (struct office){.disk = disk_new()};
    office_open(&o, key, true);
    assert_true(db_script(o.db,
                          "CREATE TABLE note(note_id INTEGER PRIMARY KEY,"
                          " body TEXT, extra BLOB);"
                          "CREATE TABLE mark(mark_id INTEGER PRIMARY KEY,"
                          " note_id INTEGER REFERENCES note(note_id))",
                          &o.e));
    *state = &o;
    return 0;
}

static int office_end(void **state)
{
    struct office *o = *state;
    db_close(o->db);
    disk_clear(&o->disk);
    return 0;
}

static bool add(struct db *db, const char *text, struct err *e)
{
    return db_run(db, "INSERT INTO note(body) VALUES (?)",
                  DB_BIND(db_text(text)), e);
}

static int64_t count(struct db *db)
{
    struct err e;
    int64_t n = -1;
    if (!db_get_int(db, "SELECT count(*) FROM note", DB_NOTHING, -2, &n, &e))
        fail_msg("%s", e.text);
    return n;
}

static void values_come_back(void **state)
{
    struct office *o = *state;
    const char zeros[] = "a\0b";
    assert_true(db_run(o->db, "INSERT INTO note VALUES (?, ?, ?)",
                       DB_BIND(db_int(INT64_MIN), db_text("ሰላም"),
                               db_blob(zeros, sizeof zeros)),
                       &o->e));
    assert_int_equal(db_last_id(o->db), INT64_MIN);
    assert_int_equal(db_changed(o->db), 1);
    assert_true(db_run(o->db, "INSERT INTO note VALUES (?, ?, ?)",
                       DB_BIND(db_int(7), db_text(NULL), db_blob("", 0)),
                       &o->e));
    struct rows *q =
        db_query(o->db, "SELECT * FROM note ORDER BY 1", DB_NOTHING);
    assert_true(rows_next(q));
    assert_true(rows_int(q, 0) == INT64_MIN);
    assert_string_equal(rows_text(q, 1), "ሰላም");
    assert_int_equal(rows_size(q, 2), sizeof zeros);
    assert_memory_equal(rows_blob(q, 2), zeros, sizeof zeros);
    assert_true(rows_next(q));
    assert_true(rows_is_null(q, 1));
    assert_string_equal(rows_text(q, 1), "");
    assert_false(rows_is_null(q, 2)); /* empty is not nothing */
    assert_int_equal(rows_size(q, 2), 0);
    assert_false(rows_next(q));
    assert_true(rows_end(q, &o->e));
}

static void one_text_may_be_open_twice(void **state)
{
    struct office *o = *state;
    for (int i = 0; i < 3; i++)
        assert_true(add(o->db, "x", &o->e));
    const char *sql = "SELECT note_id FROM note WHERE note_id > ?";
    struct rows *a = db_query(o->db, sql, DB_BIND(db_int(0)));
    struct rows *b = db_query(o->db, sql, DB_BIND(db_int(1)));
    assert_true(rows_next(a) && rows_next(b));
    assert_int_equal(rows_int(a, 0), 1);
    assert_int_equal(rows_int(b, 0), 2);
    assert_true(rows_end(a, &o->e)); /* in any order */
    assert_true(rows_next(b));
    assert_int_equal(rows_int(b, 0), 3);
    assert_true(rows_end(b, &o->e));
}

static void a_query_copies_what_is_bound(void **state)
{
    struct office *o = *state;
    char text[] = "selam";
    assert_true(add(o->db, "selam", &o->e));
    struct rows *q = db_query(o->db, "SELECT 1 FROM note WHERE body = ?",
                              DB_BIND(db_text(text)));
    memset(text, 'x', sizeof text - 1);
    assert_true(rows_next(q));
    assert_true(rows_end(q, &o->e));
}

static void more_statements_than_are_kept(void **state)
{
    struct office *o = *state;
    for (int i = 0; i < 1500; i++) {
        char sql[64];
        int64_t n = 0;
        snprintf(sql, sizeof sql, "SELECT %d", i);
        assert_true(db_get_int(o->db, sql, DB_NOTHING, 0, &n, &o->e));
        assert_int_equal(n, i);
    }
}

static void a_wrong_statement_is_a_bug(void **state)
{
    struct office *o = *state;
    static const char *const wrong[] = {"SELEKT 1", "SELECT 1; SELECT 2", "",
                                        "SELECT ?",
                                        "SELECT \"no_such_column\""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err e = ERR_INIT;
        struct rows *q = db_query(o->db, wrong[i], DB_NOTHING);
        assert_false(rows_next(q));
        assert_false(rows_end(q, &e));
        assert_int_equal(e.code, ERR_BUG);
        assert_false(db_run(o->db, wrong[i], DB_NOTHING, &e));
    }
    assert_false(db_run(o->db, "SELECT 1", DB_BIND(db_int(1)), &o->e));
    assert_int_equal(o->e.code, ERR_BUG);
}

static void a_transaction_is_all_or_nothing(void **state)
{
    struct office *o = *state;
    assert_false(db_is_writing(o->db));
    assert_true(db_begin(o->db, &o->e));
    assert_true(db_is_writing(o->db));
    assert_true(db_begin(o->db, &o->e));
    assert_true(db_end(o->db, add(o->db, "inner", &o->e), &o->e));
    assert_int_equal(count(o->db), 1);
    assert_false(db_end(o->db, false, &o->e));
    assert_int_equal(count(o->db), 0);
    assert_true(db_begin(o->db, &o->e));
    assert_true(db_end(o->db, add(o->db, "kept", &o->e), &o->e));
    assert_int_equal(count(o->db), 1);
    assert_false(db_is_writing(o->db));
}

static void a_bad_inner_end_takes_back_only_its_own(void **state)
{
    struct office *o = *state;
    assert_true(db_begin(o->db, &o->e));
    assert_true(add(o->db, "outer", &o->e));
    assert_true(db_begin(o->db, &o->e));
    assert_true(add(o->db, "inner", &o->e));
    assert_false(db_end(o->db, false, &o->e));
    assert_true(add(o->db, "after", &o->e));
    assert_true(db_end(o->db, true, &o->e));
    assert_int_equal(count(o->db), 2);
}

static void an_undone_transaction_takes_nothing_more(void **state)
{
    struct office *o = *state;
    assert_true(db_begin(o->db, &o->e));
    assert_true(add(o->db, "first", &o->e));
    /* as SQLite itself does after some errors */
    assert_true(db_script(o->db, "ROLLBACK", &o->e));
    assert_false(add(o->db, "alone", &o->e));
    assert_false(db_end(o->db, true, &o->e));
    assert_int_equal(count(o->db), 0);
    assert_true(add(o->db, "later", &o->e));
}

static void an_undone_transaction_stays_undone(void **state)
{
    struct office *o = *state;
    int64_t nr = 0;
    assert_true(db_begin(o->db, &o->e));
    assert_true(db_script(o->db, "ROLLBACK", &o->e));
    assert_false(db_script(o->db, "DELETE FROM note", &o->e));
    assert_false(db_begin(o->db, &o->e));
    assert_false(db_get_int(o->db, "SELECT 1", DB_NOTHING, 0, &nr, &o->e));
    assert_int_equal(o->e.code, ERR_IO);
    assert_false(db_end(o->db, false, &o->e));
    /* a part whose own end was taken away from it */
    assert_true(db_begin(o->db, &o->e) && add(o->db, "outer", &o->e));
    assert_true(db_begin(o->db, &o->e) && add(o->db, "inner", &o->e));
    assert_true(db_script(o->db, "RELEASE nested", &o->e));
    assert_false(db_end(o->db, true, &o->e));
    assert_false(db_end(o->db, true, &o->e));
    assert_non_null(strstr(o->e.text, "nothing was saved"));
    assert_int_equal(count(o->db), 0);
}

/* As long as no text of ours can be; and rows that nobody reads. */
static void what_is_too_long_is_refused(void **state)
{
    enum { LONG_BYTES = 17 << 20 };
    struct office *o = *state;
    char *text = mem_alloc(LONG_BYTES + 1);
    memset(text, 'x', LONG_BYTES);
    assert_false(add(o->db, text, &o->e));
    assert_int_equal(o->e.code, ERR_FULL);
    mem_free(text);
    assert_true(db_run(o->db,
                       "INSERT INTO note(body) VALUES('a'), ('b')"
                       " RETURNING note_id",
                       DB_NOTHING, &o->e));
    assert_int_equal(count(o->db), 2);
}

/* What stands in the place of a file, or where no file can be. */
static void a_place_for_no_file_is_told(void **state)
{
    struct office *o = *state;
    char path[DISK_PATH];
    static const struct {
        const char *name;
        enum err_code code;
    } places[] = {{"folder", ERR_INPUT},
                  {"none/file", ERR_NOT_FOUND},
                  {"empty/file", ERR_IO},
                  {"loop", ERR_INPUT}};
    disk_name(&o->disk, "folder", path);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_name(&o->disk, "loop", path);
    assert_int_equal(symlink("loop", path), 0);
    disk_name(&o->disk, "empty", path);
    disk_write(path, (struct bytes){(uint8_t *)path, 0});
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        disk_name(&o->disk, places[i].name, path);
        assert_null(db_open(path, key, true, &o->e));
        if (o->e.code != places[i].code)
            fail_msg("%s: %s", places[i].name, o->e.text);
    }
    disk_name(&o->disk, "folder", path);
    assert_null(db_open(path, key, false, &o->e));
    assert_int_equal(o->e.code, ERR_IO);
    assert_int_equal(rmdir(path), 0);
}

static void settings_hold(void **state)
{
    struct office *o = *state;
    needs_seals();
    static const struct {
        const char *ask, *want;
    } held[] = {{"PRAGMA journal_mode=WAL", "truncate"},
                {"PRAGMA journal_mode=OFF", "truncate"},
                {"PRAGMA synchronous", "3"},
                {"PRAGMA temp_store", "2"},
                {"PRAGMA secure_delete", "1"},
                {"PRAGMA trusted_schema", "0"},
                {"PRAGMA cell_size_check", "1"},
                {"PRAGMA locking_mode", "normal"},
                {"PRAGMA page_size", "4096"}};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        struct rows *q = db_query(o->db, held[i].ask, DB_NOTHING);
        assert_true(rows_next(q));
        assert_string_equal(rows_text(q, 0), held[i].want);
        assert_true(rows_end(q, &o->e));
    }
    assert_false(db_script(o->db, "ATTACH ':memory:' AS other", &o->e));
    assert_false(db_script(o->db, "SELECT load_extension('x')", &o->e));
    assert_false(db_script(o->db,
                           "PRAGMA writable_schema=1;"
                           "DELETE FROM sqlite_schema",
                           &o->e));
}

static void a_second_writer_waits_and_is_told(void **state)
{
    struct office *o = *state;
    struct db *second = db_open(o->disk.path, key, false, &o->e);
    assert_non_null(second);
    /* the full wait is the business of a constant, not of this test */
    assert_true(db_script(second, "PRAGMA busy_timeout=50", &o->e));
    assert_true(db_begin(o->db, &o->e));
    assert_false(db_begin(second, &o->e));
    assert_int_equal(o->e.code, ERR_BUSY);
    assert_true(db_end(o->db, true, &o->e));
    assert_true(db_begin(second, &o->e));
    assert_true(db_end(second, true, &o->e));
    db_close(second);
}

static void a_commit_that_cannot_is_undone(void **state)
{
    struct office *o = *state;
    assert_true(add(o->db, "read me", &o->e));
    struct db *reader = db_open(o->disk.path, key, false, &o->e);
    struct rows *q = db_query(reader, "SELECT * FROM note", DB_NOTHING);
    assert_true(rows_next(q));
    assert_true(db_script(o->db, "PRAGMA busy_timeout=50", &o->e));
    assert_true(db_begin(o->db, &o->e));
    assert_false(db_end(o->db, add(o->db, "not now", &o->e), &o->e));
    assert_int_equal(o->e.code, ERR_BUSY);
    assert_false(db_is_writing(o->db));
    assert_true(rows_end(q, &o->e));
    db_close(reader);
    assert_int_equal(count(o->db), 1);
    assert_true(add(o->db, "now", &o->e));
}

static void the_generation_sees_every_commit(void **state)
{
    struct office *o = *state;
    int64_t before, same, own, others;
    struct db *second = db_open(o->disk.path, key, false, &o->e);
    assert_true(db_generation(o->db, &before, &o->e));
    assert_int_equal(count(o->db), 0);
    assert_true(db_generation(o->db, &same, &o->e));
    assert_int_equal(before, same);
    assert_true(add(o->db, "own", &o->e));
    assert_true(db_generation(o->db, &own, &o->e));
    assert_int_not_equal(own, same);
    assert_true(add(second, "theirs", &o->e));
    assert_true(db_generation(o->db, &others, &o->e));
    assert_int_not_equal(others, own);
    db_close(second);
}

static void create_refuses_what_is_there(void **state)
{
    struct office *o = *state;
    assert_null(db_open(o->disk.path, key, true, &o->e));
    assert_int_equal(o->e.code, ERR_INPUT);
    char path[DISK_PATH];
    disk_name(&o->disk, "empty", path);
    disk_write(path, (struct bytes){(uint8_t *)path, 0});
    assert_null(db_open(path, key, false, &o->e)); /* half-made */
    assert_int_equal(o->e.code, ERR_CORRUPT);
    struct db *db = db_open(path, key, true, &o->e);
    assert_non_null(db);
    db_close(db);
    disk_name(&o->disk, "none", path);
    assert_null(db_open(path, key, false, &o->e));
    assert_int_equal(o->e.code, ERR_NOT_FOUND);
}

static void only_the_owner_may_read(void **state)
{
    struct office *o = *state;
    struct stat st;
    assert_int_equal(stat(o->disk.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void other_files_and_keys_are_refused(void **state)
{
    struct office *o = *state;
    needs_seals();
    db_close(o->db);
    o->db = NULL;
    assert_null(db_open(o->disk.path, other_key, false, &o->e));
    assert_int_equal(o->e.code, ERR_CORRUPT);
    assert_non_null(strstr(o->e.text, "key"));
    assert_null(db_open(o->disk.path, NULL, false, &o->e));
    assert_int_equal(o->e.code, ERR_CORRUPT);
}

static void a_damaged_first_page_is_not_the_key(void **state)
{
    struct office *o = *state;
    needs_seals();
    db_close(o->db);
    o->db = NULL;
    struct bytes b = disk_read(o->disk.path);
    b.data[200] ^= 1;
    disk_write(o->disk.path, b);
    bytes_free(&b);
    assert_null(db_open(o->disk.path, key, false, &o->e));
    assert_int_equal(o->e.code, ERR_CORRUPT);
    assert_null(strstr(o->e.text, "key"));
}

static void names_with_meaning_to_sqlite_are_files(void **state)
{
    struct office *o = *state;
    char before[4096], path[DISK_PATH];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(o->disk.folder), 0);
    static const char *const names[] = {":memory:", "file:x?mode=memory"};
    for (size_t i = 0; i < 2; i++) {
        struct db *db = db_open(names[i], key, true, &o->e);
        assert_non_null(db);
        db_close(db);
        disk_name(&o->disk, names[i], path);
        assert_int_equal(access(path, F_OK), 0);
    }
    assert_int_equal(chdir(before), 0);
}

static void copies_go_either_way(void **state)
{
    struct office *o = *state;
    needs_seals();
    char plain[DISK_PATH], sealed[DISK_PATH];
    disk_name(&o->disk, "plain", plain);
    disk_name(&o->disk, "sealed", sealed);
    for (int i = 0; i < 200; i++)
        assert_true(add(o->db, "Abebech, an invented canary", &o->e));
    assert_true(db_copy(o->db, plain, NULL, &o->e));
    struct bytes b = disk_read(plain);
    assert_true(bytes_hold(b, "invented canary", 15));
    bytes_free(&b);
    struct db *db = db_open(plain, NULL, false, &o->e);
    assert_int_equal(count(db), 200);
    assert_true(db_copy(db, sealed, other_key, &o->e));
    assert_false(db_copy(db, sealed, other_key, &o->e)); /* is there */
    db_close(db);
    b = disk_read(sealed);
    assert_false(bytes_hold(b, "invented canary", 15));
    bytes_free(&b);
    db = db_open(sealed, other_key, false, &o->e);
    assert_int_equal(count(db), 200);
    assert_true(db_check(db, &o->e));
    db_close(db);
}

/* 40 large rows, then none: pages that no table uses any more. */
static void leave_free_pages(struct office *o)
{
    assert_true(db_run(o->db,
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
                       "FROM n WHERE i < 40) INSERT INTO note(extra) "
                       "SELECT zeroblob(3000) FROM n",
                       DB_NOTHING, &o->e));
    assert_true(db_script(o->db, "DELETE FROM note", &o->e));
    assert_true(db_check(o->db, &o->e));
}

static void flip(struct office *o, size_t page, size_t at)
{
    db_close(o->db);
    struct bytes b = disk_read(o->disk.path);
    assert_true(b.size >= page * 4096);
    b.data[(page - 1) * 4096 + at] ^= 0x40;
    disk_write(o->disk.path, b);
    bytes_free(&b);
    office_open(o, key, false);
}

static void check_names_a_damaged_page(void **state)
{
    struct office *o = *state;
    needs_seals();
    for (int i = 0; i < 300; i++)
        assert_true(add(o->db, "a row that fills the table a little", &o->e));
    flip(o, 5, 1);
    assert_false(db_check(o->db, &o->e));
    assert_int_equal(o->e.code, ERR_CORRUPT);
    assert_non_null(strstr(o->e.text, "Page 5 "));
    assert_false(db_begin(o->db, &o->e) &&
                 db_check(o->db, &o->e)); /* not in the middle of a save */
    db_end(o->db, false, &o->e);
    char copy[DISK_PATH];
    disk_name(&o->disk, "copy", copy);
    assert_false(db_copy(o->db, copy, key, &o->e));
    assert_int_equal(o->e.code, ERR_CORRUPT);
    assert_int_not_equal(access(copy, F_OK), 0); /* no half copy stays */
}

static void a_damaged_free_page_is_mended(void **state)
{
    struct office *o = *state;
    char copy[DISK_PATH];
    leave_free_pages(o);
    flip(o, 30, 1);
    disk_name(&o->disk, "copy", copy);
    assert_true(db_copy(o->db, copy, key, &o->e));
    flip(o, 31, 1);
    assert_true(db_check(o->db, &o->e));
    assert_true(add(o->db, "still of use", &o->e));
    assert_true(db_check(o->db, &o->e));
}

static void a_replaced_file_is_noticed(void **state)
{
    struct office *o = *state;
    char copy[DISK_PATH];
    disk_name(&o->disk, "rotated", copy);
    assert_true(add(o->db, "before", &o->e));
    assert_true(db_copy(o->db, copy, other_key, &o->e));
    assert_int_equal(rename(copy, o->disk.path), 0);
    assert_false(add(o->db, "lost", &o->e));
    assert_int_equal(o->e.code, ERR_DENIED);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, office_new, office_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(values_come_back),
        PROOF(one_text_may_be_open_twice),
        PROOF(a_query_copies_what_is_bound),
        PROOF(more_statements_than_are_kept),
        PROOF(a_wrong_statement_is_a_bug),
        PROOF(a_transaction_is_all_or_nothing),
        PROOF(a_bad_inner_end_takes_back_only_its_own),
        PROOF(an_undone_transaction_takes_nothing_more),
        PROOF(an_undone_transaction_stays_undone),
        PROOF(what_is_too_long_is_refused),
        PROOF(a_place_for_no_file_is_told),
        PROOF(settings_hold),
        PROOF(a_second_writer_waits_and_is_told),
        PROOF(a_commit_that_cannot_is_undone),
        PROOF(the_generation_sees_every_commit),
        PROOF(create_refuses_what_is_there),
        PROOF(only_the_owner_may_read),
        PROOF(other_files_and_keys_are_refused),
        PROOF(a_damaged_first_page_is_not_the_key),
        PROOF(names_with_meaning_to_sqlite_are_files),
        PROOF(copies_go_either_way),
        PROOF(check_names_a_damaged_page),
        PROOF(a_damaged_free_page_is_mended),
        PROOF(a_replaced_file_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
