/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever the header of a backup says, and whatever stands where one is
 * made or restored, that ends with an office that opens or with a sentence; and
 * what was there before is there as it was.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/backup.h"
#include "store/backup_int.h"
#include "store/db.h"
#include "store/keyfile.h"
#include "store/rotation.h"
#include "store/store_int.h"
#include "tests/store/support_people.h"

/* The layout as written down, not as the code computes it. */
enum { HEADER = 61440, FORMAT = 8, KEYS_BYTES = 16, MADE = 24 };

struct desk {
    struct people *p;
    struct disk back;
    char file[DISK_PATH], part[DISK_PATH];
    struct bytes whole;
};

static void must(struct people *p, bool good)
{
    if (!good)
        fail_msg("%s", p->e.text);
}

static int begin(void **state)
{
    static struct desk d;
    void *p = NULL;
    struct backup_info info;
    people_new(&p);
    d = (struct desk){.p = p, .back = disk_new()};
    disk_name(&d.p->disk, "backup", d.file);
    disk_name(&d.p->disk, "backup.part", d.part);
    must(p, backup_write(d.p->store, d.file, NULL, NULL, &info, &d.p->e));
    d.whole = disk_read(d.file);
    *state = &d;
    return 0;
}

/* With the folders that restoring makes in it. */
static void clear(const char *folder)
{
    char path[DISK_PATH + 300];
    DIR *dir = opendir(folder);
    for (struct dirent *x; dir != NULL && (x = readdir(dir)) != NULL;) {
        snprintf(path, sizeof path, "%.500s/%s", folder, x->d_name);
        if (str_starts(x->d_name, "before-restore"))
            clear(path);
        if (x->d_name[0] != '.')
            remove(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

static int end(void **state)
{
    struct desk *d = *state;
    bytes_free(&d->whole);
    clear(d->back.folder);
    store_close(d->p->store);
    clear(d->p->disk.folder);
    return 0;
}

static bool restore(struct desk *d, const char *dir, bool replace,
                    struct err *e)
{
    struct backup_info info;
    const struct backup_restore how = {.path = d->file,
                                       .dir = dir,
                                       .passphrase = PEOPLE_ALMAZ,
                                       .replace = replace,
                                       .env = d->p->store->env};
    return backup_restore(&how, &info, e);
}

static bool opens(struct desk *d, const char *dir)
{
    struct store *s = store_open(dir, PEOPLE_ALMAZ, d->p->store->env, &d->p->e);
    bool good = s != NULL;
    store_close(s);
    return good;
}

static void put_be64(uint8_t *to, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        to[i] = (uint8_t)value;
}

static bool is_empty(const char *folder)
{
    bool empty = rmdir(folder) == 0;
    if (empty)
        mkdir(folder, 0700);
    return empty;
}

/* ---- the header ---- */

static void a_field_out_of_bounds_restores_nothing_half(void **state)
{
    static const struct {
        size_t at;
        uint64_t value;
        enum err_code code;
    } fields[] = {{0, 0, ERR_CORRUPT},
                  {FORMAT, 0, ERR_VERSION},
                  {FORMAT, 2, ERR_VERSION},
                  {FORMAT, UINT64_MAX, ERR_VERSION},
                  {KEYS_BYTES, 0, ERR_CORRUPT},
                  {KEYS_BYTES, 1, ERR_CORRUPT},
                  {KEYS_BYTES, 4096, ERR_CORRUPT},
                  {KEYS_BYTES, 61441, ERR_CORRUPT},
                  {KEYS_BYTES, (uint64_t)1 << 32, ERR_CORRUPT},
                  {KEYS_BYTES, UINT64_MAX, ERR_CORRUPT},
                  {MADE, UINT64_MAX, ERR_CORRUPT},
                  {MADE, (uint64_t)1 << 63, ERR_CORRUPT},
                  {MADE, 0, ERR_DENIED}};
    struct desk *d = *state;
    struct backup_info info;
    for (size_t i = 0; i < ARR_NR(fields); i++) {
        struct err e = ERR_INIT;
        uint8_t kept[8], *at = d->whole.data + HEADER + fields[i].at;
        memcpy(kept, at, sizeof kept);
        put_be64(at, fields[i].value);
        disk_write(d->file, d->whole);
        memcpy(at, kept, sizeof kept);
        if (restore(d, d->back.folder, false, &e) || e.code != fields[i].code)
            fail_msg("field %zu: %s", i, e.text);
        assert_true(is_empty(d->back.folder));
        if (fields[i].code != ERR_DENIED) /* that it is old is no damage */
            assert_false(backup_check(d->file, PEOPLE_ALMAZ, &info, &e));
    }
    /* a key file with zeros behind it, and one made in a time to come */
    put_be64(d->whole.data + HEADER + KEYS_BYTES, HEADER);
    put_be64(d->whole.data + HEADER + MADE, INT64_MAX);
    disk_write(d->file, d->whole);
    must(d->p, restore(d, d->back.folder, false, &d->p->e));
    must(d->p, opens(d, d->back.folder));
}

/* ---- where it is restored ---- */

/* Twice in the same second: two folders keep what was there. */
static void each_replaced_office_has_a_folder_of_its_own(void **state)
{
    static const char *const names[] = {"", "-2", "-3"};
    struct desk *d = *state;
    must(d->p, restore(d, d->back.folder, false, &d->p->e));
    for (size_t i = 0; i < ARR_NR(names); i++)
        must(d->p, restore(d, d->back.folder, true, &d->p->e));
    for (size_t i = 0; i < ARR_NR(names); i++) {
        char aside[DISK_PATH];
        snprintf(aside, sizeof aside, "%.200s/before-restore-%s%s",
                 d->back.folder, "20261121-100000", names[i]);
        if (!opens(d, aside))
            fail_msg("%s: %s", aside, d->p->e.text);
    }
}

/* What is there alone is no office, and is kept. */
static void half_an_office_is_moved_aside(void **state)
{
    static const char *const halves[] = {"homeward.db", "homeward.keys",
                                         "homeward.db-journal"};
    struct desk *d = *state;
    for (size_t i = 0; i < ARR_NR(halves); i++) {
        char path[DISK_PATH];
        clear(d->back.folder);
        assert_int_equal(mkdir(d->back.folder, 0700), 0);
        disk_name(&d->back, halves[i], path);
        disk_write(path, (struct bytes){(uint8_t *)path, 9});
        must(d->p, restore(d, d->back.folder, false, &d->p->e));
        must(d->p, opens(d, d->back.folder));
        snprintf(path, sizeof path, "%.200s/before-restore-20261121-100000/%s",
                 d->back.folder, halves[i]);
        struct bytes kept = disk_read(path);
        assert_int_equal(kept.size, 9);
        bytes_free(&kept);
    }
}

static void who_restores_at_once_is_told(void **state)
{
    struct desk *d = *state;
    char stage[DISK_PATH];
    struct err e = ERR_INIT;
    disk_name(&d->back, "restore.part", stage);
    assert_int_equal(mkdir(stage, 0700), 0);
    int fd = open(stage, O_RDONLY | O_DIRECTORY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_false(restore(d, d->back.folder, false, &e));
    assert_int_equal(e.code, ERR_BUSY);
    assert_int_equal(access(stage, F_OK), 0); /* it is the other's */
    close(fd);
    must(d->p, restore(d, d->back.folder, false, &d->p->e));
    assert_int_not_equal(access(stage, F_OK), 0);
    must(d->p, opens(d, d->back.folder));
}

/* Files where folders should be, and the other way round. */
static void what_stands_in_the_way_is_named(void **state)
{
    static const char *const names[] = {"restore.part", "homeward.purged"};
    struct desk *d = *state;
    for (size_t i = 0; i < ARR_NR(names); i++) {
        char path[DISK_PATH];
        struct err e = ERR_INIT;
        disk_name(&d->back, names[i], path);
        if (i == 0)
            disk_write(path, (struct bytes){(uint8_t *)path, 1});
        else
            assert_int_equal(mkdir(path, 0700), 0);
        assert_false(restore(d, d->back.folder, false, &e));
        assert_int_not_equal(e.code, ERR_BUSY);
        assert_non_null(strstr(e.text, names[i]));
        assert_int_equal(remove(path), 0);
        assert_true(is_empty(d->back.folder));
    }
    struct err e = ERR_INIT;
    assert_false(restore(d, d->file, false, &e)); /* a file */
    assert_false(restore(d, "/dev/null/office", false, &e));
    assert_non_null(strstr(e.text, "/dev/null/office"));
}

/* ---- where it is made ---- */

static void turn_key(void *arg, int64_t done, int64_t all)
{
    struct desk *d = arg;
    struct keyfile_unlocked who = {.login = "almaz"};
    uint8_t new_key[KEYFILE_KEY_BYTES];
    (void)done, (void)all;
    store_copy_key(d->p->store, who.key);
    if (keyfile_fits(d->p->keys, who.key))
        keyfile_turn(d->p->keys, &who, new_key, &d->p->e);
}

static void forget_a_change(void *arg, int64_t done, int64_t all)
{
    struct desk *d = arg;
    if (done == all)
        must(d->p, db_script(store_db(d->p->store),
                             "PRAGMA foreign_keys=0;"
                             "DELETE FROM change WHERE change_id ="
                             " (SELECT MAX(change_id) FROM change)",
                             &d->p->e));
}

static bool make_again(struct desk *d, const struct backup_watch *watch,
                       struct err *e)
{
    struct backup_info info;
    unlink(d->file);
    return backup_write(d->p->store, d->file, NULL, watch, &info, e);
}

static void has_made_nothing(struct desk *d)
{
    assert_int_not_equal(access(d->file, F_OK), 0);
    assert_int_not_equal(access(d->part, F_OK), 0);
}

/* A backup bears the slots of its moment: not those of a key that is just being
 * changed. */
static void while_the_key_is_turned_none_is_made(void **state)
{
    struct desk *d = *state;
    struct err e = ERR_INIT;
    turn_key(d, 0, 0);
    assert_false(make_again(d, NULL, &e));
    assert_int_equal(e.code, ERR_BUSY);
    has_made_nothing(d);
}

static void one_that_holds_something_else_is_none(void **state)
{
    struct desk *d = *state;
    struct err e = ERR_INIT;
    const struct backup_watch watch = {forget_a_change, d};
    assert_false(make_again(d, &watch, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_non_null(strstr(e.text, "does not hold"));
    has_made_nothing(d);
}

/* Named as people do who stand in the folder. */
static void a_name_without_a_folder_is_one(void **state)
{
    struct desk *d = *state;
    struct backup_info info;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(d->back.folder), 0);
    must(d->p, backup_write(d->p->store, "here", NULL, NULL, &info, &d->p->e));
    must(d->p, backup_check("here", PEOPLE_ALMAZ, &info, &d->p->e));
    assert_int_equal(unlink("here"), 0);
    assert_int_equal(chdir(before), 0);
    must(d->p, backup_file_sync_folder("/here", &d->p->e));
    assert_false(backup_file_sync_folder("/none/here", &d->p->e));
    assert_int_equal(d->p->e.code, ERR_NOT_FOUND);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(a_field_out_of_bounds_restores_nothing_half),
        PROOF(each_replaced_office_has_a_folder_of_its_own),
        PROOF(half_an_office_is_moved_aside),
        PROOF(who_restores_at_once_is_told),
        PROOF(what_stands_in_the_way_is_named),
        PROOF(while_the_key_is_turned_none_is_made),
        PROOF(one_that_holds_something_else_is_none),
        PROOF(a_name_without_a_folder_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
