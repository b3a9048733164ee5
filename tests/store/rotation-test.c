/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a change of the database key leaves everybody's passphrase as it is,
 * loses nothing, shuts out whoever holds the earlier key and copies of the
 * earlier files, is noticed by whoever has the office open, and ends well from
 * any of its steps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/keyfile.h"
#include "store/rotation.h"
#include "store/verify.h"
#include "tests/store/support_people.h"

static uint8_t key_before[32];

static void must(struct people *p, bool good)
{
    if (!good)
        fail_msg("%s", p->e.text);
}

static void keep_key(struct people *p)
{
    store_copy_key(p->store, key_before);
}

/* Everybody opens the office and finds what was written. */
static void opens_for_both(struct people *p)
{
    static const char *const words[] = {PEOPLE_ALMAZ, PEOPLE_BEKELE};
    for (size_t i = 0; i < 2; i++) {
        struct store *s = people_open(p, words[i]);
        if (!s)
            fail_msg("%s", p->e.text);
        assert_int_equal(people_read(p, s, "note"), 7);
        struct verify_count count;
        must(p, verify_all(s, &count, &p->e));
        store_close(s);
    }
}

static bool stands(struct people *p, const char *name)
{
    char path[DISK_PATH];
    disk_name(&p->disk, name, path);
    return access(path, F_OK) == 0;
}

static void it_changes_the_key_for_everybody(void **state)
{
    struct people *p = *state;
    uint8_t after[32];
    keep_key(p);
    must(p, people_write(p, p->store, "note", 7));
    must(p, rotation_run(p->store, &p->e));
    store_copy_key(p->store, after);
    assert_memory_not_equal(key_before, after, sizeof after);
    /* the store that changed it goes on */
    assert_int_equal(people_read(p, p->store, "note"), 7);
    must(p, people_write(p, p->store, "later", 8));
    opens_for_both(p);
    assert_false(stands(p, "homeward.db.new"));
    assert_false(stands(p, "homeward.db.new-journal"));
}

static void the_earlier_key_opens_nothing_new(void **state)
{
    struct people *p = *state;
    struct keyfile_unlocked who = {.login = "bekele"};
    struct keyfile_logins people;
    uint8_t bytes[32] = {0};
    keep_key(p);
    struct bytes keys = disk_read(p->keys);
    must(p, rotation_run(p->store, &p->e));
    store_close(p->store);
    p->store = NULL;
    assert_null(db_open(p->disk.path, key_before, false, &p->e));
    memcpy(who.key, key_before, sizeof who.key);
    assert_false(keyfile_fits(p->keys, key_before));
    assert_false(keyfile_list(p->keys, &who, &people, &p->e));
    assert_int_equal(p->e.code, ERR_DENIED);
    assert_false(keyfile_add(p->keys, &who, "eve", "an own passphrase", &p->e));
    /* nor does the new file hold the key in clear, or sealed as before */
    struct bytes after = disk_read(p->keys);
    assert_false(bytes_hold(after, key_before, sizeof key_before));
    for (size_t slot = 0; slot < 16; slot++) {
        size_t box = 44 + slot * 217 + 56;
        memcpy(bytes, keys.data + box, sizeof bytes);
        assert_false(bytes_hold(after, bytes, sizeof bytes));
    }
    bytes_free(&keys);
    bytes_free(&after);
}

/* The files of the day before, with the key file of today: no page opens. */
static void files_of_two_keys_do_not_mix(void **state)
{
    struct people *p = *state;
    struct bytes before = disk_read(p->keys);
    must(p, rotation_run(p->store, &p->e));
    store_close(p->store);
    struct bytes after = disk_read(p->keys);
    disk_write(p->keys, before);
    p->store = people_open(p, PEOPLE_ALMAZ);
    assert_null(p->store);
    assert_int_equal(p->e.code, ERR_CORRUPT);
    disk_write(p->keys, after);
    p->store = people_open(p, PEOPLE_ALMAZ);
    assert_non_null(p->store);
    bytes_free(&before);
    bytes_free(&after);
}

static void others_are_told_and_lose_nothing(void **state)
{
    struct people *p = *state;
    struct store *other = people_open(p, PEOPLE_BEKELE);
    must(p, people_write(p, other, "note", 7));
    assert_int_equal(people_read(p, p->store, "note"), 7);
    assert_false(db_is_moved(store_db(other)));
    must(p, rotation_run(p->store, &p->e));
    int64_t value = 0;
    assert_true(db_is_moved(store_db(other)));
    assert_false(db_get_int(store_db(other), "SELECT count(*) FROM draft",
                            DB_NOTHING, 0, &value, &p->e));
    assert_int_equal(p->e.code, ERR_DENIED);
    assert_false(people_write(p, other, "note", 9));
    assert_int_equal(p->e.code, ERR_DENIED);
    store_close(other);
    opens_for_both(p);
}

/* A program that reads just then is waited for; one that stays makes it fail,
 * and nothing has changed. */
static void it_needs_the_file_alone(void **state)
{
    struct people *p = *state;
    keep_key(p);
    must(p, people_write(p, p->store, "note", 7));
    struct store *other = people_open(p, PEOPLE_BEKELE);
    struct rows *q =
        db_query(store_db(other), "SELECT name FROM setting", DB_NOTHING);
    assert_true(rows_next(q));
    assert_false(rotation_run(p->store, &p->e));
    assert_int_equal(p->e.code, ERR_BUSY);
    assert_true(rows_next(q));
    assert_true(rows_end(q, &p->e));
    assert_true(keyfile_fits(p->keys, key_before));
    must(p, people_write(p, other, "other", 1)); /* the lock is gone */
    store_close(other);
    opens_for_both(p);
}

/* ---- cut short ---- */

/* Steps 1 and 2 by hand; the key in new_key. */
static void begin_turn(struct people *p, uint8_t new_key[32])
{
    struct keyfile_unlocked who = {.login = "almaz"};
    keep_key(p);
    memcpy(who.key, key_before, sizeof who.key);
    must(p, people_write(p, p->store, "note", 7));
    must(p, keyfile_turn(p->keys, &who, new_key, &p->e));
}

static void settled(struct people *p, const uint8_t *key, const uint8_t *gone)
{
    opens_for_both(p);
    assert_true(keyfile_fits(p->keys, key));
    assert_false(keyfile_fits(p->keys, gone));
    assert_false(stands(p, "homeward.db.new"));
    /* and the office can change its key after all */
    store_close(p->store);
    p->store = people_open(p, PEOPLE_ALMAZ);
    must(p, p->store && rotation_run(p->store, &p->e));
    opens_for_both(p);
}

static void cut_before_the_new_file_it_is_undone(void **state)
{
    struct people *p = *state;
    uint8_t new_key[32];
    begin_turn(p, new_key);
    settled(p, key_before, new_key);
}

static void cut_in_the_new_file_it_is_undone(void **state)
{
    struct people *p = *state;
    uint8_t new_key[32];
    char path[DISK_PATH];
    begin_turn(p, new_key);
    disk_name(&p->disk, "homeward.db.new", path);
    must(p, db_copy(store_db(p->store), path, new_key, &p->e));
    assert_int_equal(truncate(path, 20000), 0);
    settled(p, key_before, new_key);
}

static void cut_behind_the_rename_it_is_completed(void **state)
{
    struct people *p = *state;
    uint8_t new_key[32];
    char path[DISK_PATH];
    begin_turn(p, new_key);
    disk_name(&p->disk, "homeward.db.new", path);
    must(p, db_copy(store_db(p->store), path, new_key, &p->e));
    assert_int_equal(rename(path, p->disk.path), 0);
    settled(p, new_key, key_before);
}

/* Nobody edits slots between the two keys: one of them would be lost. */
static void between_two_keys_slots_stay(void **state)
{
    struct people *p = *state;
    uint8_t new_key[32];
    begin_turn(p, new_key);
    assert_false(
        user_set_passphrase(p->store, "bekele", NULL, "another one", &p->e));
    assert_int_equal(p->e.code, ERR_BUSY);
    assert_false(rotation_run(p->store, &p->e));
    assert_int_equal(p->e.code, ERR_BUSY);
    settled(p, key_before, new_key);
}

/* Cut short, and then the database was taken away, or another one put in its
 * place: nothing is thrown away by looking. */
static void cut_short_without_its_database_it_stays_cut_short(void **state)
{
    static const enum err_code codes[] = {ERR_NOT_FOUND, ERR_CORRUPT};
    struct people *p = *state;
    uint8_t new_key[32], stranger[32] = "neither the one nor the other 1";
    char aside[DISK_PATH];
    begin_turn(p, new_key);
    disk_name(&p->disk, "aside", aside);
    store_close(p->store);
    p->store = NULL;
    assert_int_equal(rename(p->disk.path, aside), 0);
    for (size_t i = 0; i < 2; i++) {
        struct keyfile_unlocked u;
        if (i == 1) {
            struct db *db = db_open(p->disk.path, stranger, true, &p->e);
            assert_non_null(db);
            db_close(db);
        }
        assert_null(people_open(p, PEOPLE_ALMAZ));
        assert_int_equal(p->e.code, codes[i]);
        must(p, keyfile_unlock(p->keys, PEOPLE_ALMAZ, &u, &p->e));
        assert_true(u.cut_short);
    }
    assert_int_equal(rename(aside, p->disk.path), 0);
    p->store = people_open(p, PEOPLE_ALMAZ);
    assert_non_null(p->store);
    settled(p, key_before, new_key);
}

/* The stick with the office was pulled out. */
static void without_its_folder_no_key_is_changed(void **state)
{
    struct people *p = *state;
    char aside[DISK_FOLDER + 8];
    keep_key(p);
    must(p, people_write(p, p->store, "note", 7));
    snprintf(aside, sizeof aside, "%s.gone", p->disk.folder);
    assert_int_equal(rename(p->disk.folder, aside), 0);
    assert_false(rotation_run(p->store, &p->e));
    assert_int_equal(p->e.code, ERR_NOT_FOUND);
    assert_int_equal(rename(aside, p->disk.folder), 0);
    assert_true(keyfile_fits(p->keys, key_before));
    opens_for_both(p);
}

static void what_is_due_is_done_at_the_next_unlock(void **state)
{
    struct people *p = *state;
    bool due = true;
    must(p, rotation_is_due(p->store, &due, &p->e));
    assert_false(due);
    keep_key(p);
    must(p, people_write(p, p->store, "note", 7));
    must(p, rotation_note(p->store, &p->e));
    must(p, rotation_is_due(p->store, &due, &p->e));
    assert_true(due);
    store_close(p->store);
    p->store = people_open(p, PEOPLE_BEKELE);
    assert_false(keyfile_fits(p->keys, key_before));
    must(p, rotation_is_due(p->store, &due, &p->e));
    assert_false(due);
    opens_for_both(p);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, people_new, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(it_changes_the_key_for_everybody),
        PROOF(the_earlier_key_opens_nothing_new),
        PROOF(files_of_two_keys_do_not_mix),
        PROOF(others_are_told_and_lose_nothing),
        PROOF(it_needs_the_file_alone),
        PROOF(cut_before_the_new_file_it_is_undone),
        PROOF(cut_in_the_new_file_it_is_undone),
        PROOF(cut_behind_the_rename_it_is_completed),
        PROOF(between_two_keys_slots_stay),
        PROOF(cut_short_without_its_database_it_stays_cut_short),
        PROOF(without_its_folder_no_key_is_changed),
        PROOF(what_is_due_is_done_at_the_next_unlock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
