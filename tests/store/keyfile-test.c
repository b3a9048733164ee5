/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the key file opens for each of its people and for nobody else, tells
 * a stranger neither who nor how many they are, survives damage to either of
 * its copies, and cannot be made cheaper to guess at without anybody noticing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "store/keyfile.h"
#include "store/secret.h"
#include "tests/store/support_disk.h"

/* The layout as written down, not as the code computes it. */
enum {
    GENERATION = 8,
    MEMORY = 20,
    PASSES = 24,
    SLOTS = 44,
    SLOT = 217,
    CHECKSUM = SLOTS + 16 * SLOT + 32,
    COPY = CHECKSUM + 32,
    SECOND = 4096
};

static const struct keyfile_cost least = {19 * 1024, 1};
static const char first_words[] = "coffee under the acacia";
static const char other_words[] = "the road to the river";

struct bench {
    struct disk disk;
    char path[DISK_PATH];
    struct keyfile_unlocked who;
    struct err e;
};

static int bench_new(void **state)
{
    static struct bench b;
    b = (struct bench){.disk = disk_new()};
    disk_name(&b.disk, "homeward.keys", b.path);
    if (!keyfile_create(b.path, "almaz", first_words, least, &b.who, &b.e))
        fail_msg("%s", b.e.text);
    *state = &b;
    return 0;
}

static int bench_end(void **state)
{
    struct bench *b = *state;
    disk_clear(&b->disk);
    return 0;
}

/* The code of the refusal; ERR_NONE when it opens, with the right key. */
static enum err_code opening(struct bench *b, const char *passphrase,
                             const char *login)
{
    struct keyfile_unlocked u;
    struct err e = ERR_INIT;
    if (!keyfile_unlock(b->path, passphrase, &u, &e))
        return e.code;
    assert_memory_equal(u.key, b->who.key, sizeof u.key);
    assert_string_equal(u.login, login);
    return ERR_NONE;
}

static void it_opens_for_its_passphrase_alone(void **state)
{
    struct bench *b = *state;
    assert_string_equal(b->who.login, "almaz");
    assert_int_equal(opening(b, first_words, "almaz"), ERR_NONE);
    assert_int_equal(opening(b, other_words, ""), ERR_DENIED);
    assert_int_equal(opening(b, "", ""), ERR_DENIED);
    assert_int_equal(opening(b, NULL, ""), ERR_DENIED);
    assert_int_equal(opening(b, "coffee under the acaciA", ""), ERR_DENIED);
}

static void two_files_have_two_keys(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked other;
    char path[DISK_PATH];
    disk_name(&b->disk, "other", path);
    assert_true(
        keyfile_create(path, "almaz", first_words, least, &other, &b->e));
    assert_memory_not_equal(other.key, b->who.key, sizeof other.key);
}

static void it_refuses_what_makes_no_sense(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked u;
    char path[DISK_PATH], endless[KEYFILE_PASSPHRASE_BYTES + 1];
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_false(keyfile_create(b->path, "x", first_words, least, &u, &b->e));
    assert_int_equal(b->e.code, ERR_INPUT); /* exists */
    disk_name(&b->disk, "other", path);
    static const char *const words[] = {"short", "ሰላምሰላምሰ", ""};
    for (size_t i = 0; i < 3; i++)
        assert_false(keyfile_create(path, "x", words[i], least, &u, &b->e));
    assert_false(keyfile_create(path, "x", endless, least, &u, &b->e));
    assert_false(keyfile_create(path, "", first_words, least, &u, &b->e));
    assert_false(keyfile_create(path, endless, first_words, least, &u, &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
    struct keyfile_cost cheap = {8, 1}, endless_cost = {1 << 30, 1};
    assert_false(keyfile_create(path, "x", first_words, cheap, &u, &b->e));
    assert_false(
        keyfile_create(path, "x", first_words, endless_cost, &u, &b->e));
    assert_int_not_equal(access(path, F_OK), 0);
    /* eight characters are eight characters in every script */
    assert_true(keyfile_create(path, "x", "ሰላምሰላምሰላ", least, &u, &b->e));
}

static void people_come_and_go(void **state)
{
    struct bench *b = *state;
    assert_true(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    assert_int_equal(opening(b, first_words, "almaz"), ERR_NONE);
    assert_int_equal(opening(b, other_words, "bekele"), ERR_NONE);
    assert_false(
        keyfile_add(b->path, &b->who, "bekele", "something else", &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
    assert_true(
        keyfile_change(b->path, &b->who, "bekele", "a new sentence", &b->e));
    assert_int_equal(opening(b, other_words, ""), ERR_DENIED);
    assert_int_equal(opening(b, "a new sentence", "bekele"), ERR_NONE);
    assert_true(keyfile_remove(b->path, &b->who, "bekele", &b->e));
    assert_int_equal(opening(b, "a new sentence", ""), ERR_DENIED);
    assert_false(keyfile_remove(b->path, &b->who, "bekele", &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
    assert_false(
        keyfile_change(b->path, &b->who, "bekele", "a new sentence", &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
    assert_false(keyfile_remove(b->path, &b->who, "almaz", &b->e));
    assert_int_equal(b->e.code, ERR_INPUT); /* the last one stays */
    assert_int_equal(opening(b, first_words, "almaz"), ERR_NONE);
}

static void there_is_room_for_sixteen(void **state)
{
    struct bench *b = *state;
    char login[16];
    for (int i = 2; i <= KEYFILE_SLOTS; i++) {
        snprintf(login, sizeof login, "worker%d", i);
        assert_true(keyfile_add(b->path, &b->who, login, other_words, &b->e));
    }
    assert_false(keyfile_add(b->path, &b->who, "late", other_words, &b->e));
    assert_int_equal(b->e.code, ERR_FULL);
    assert_true(keyfile_remove(b->path, &b->who, "worker9", &b->e));
    assert_true(keyfile_add(b->path, &b->who, "late", "a new sentence", &b->e));
    assert_int_equal(opening(b, "a new sentence", "late"), ERR_NONE);
}

static void a_stranger_with_another_key_changes_nothing(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked stranger = b->who;
    stranger.key[0] ^= 1;
    struct bytes before = disk_read(b->path);
    assert_false(keyfile_add(b->path, &stranger, "eve", other_words, &b->e));
    assert_int_equal(b->e.code, ERR_DENIED);
    assert_false(keyfile_remove(b->path, &stranger, "almaz", &b->e));
    struct bytes after = disk_read(b->path);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, after.size);
    bytes_free(&before);
    bytes_free(&after);
}

/* Ones among the bits of a slot: random bytes have about half. */
static int ones(const uint8_t *b, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n * 8; i++)
        count += b[i / 8] >> (i % 8) & 1;
    return count;
}

static void it_tells_neither_who_nor_how_many(void **state)
{
    struct bench *b = *state;
    assert_true(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    struct bytes raw = disk_read(b->path);
    assert_int_equal(raw.size, SECOND + COPY);
    assert_false(bytes_hold(raw, "almaz", 5));
    assert_false(bytes_hold(raw, "bekele", 6));
    assert_false(bytes_hold(raw, first_words, 6));
    assert_false(bytes_hold(raw, b->who.key, 8));
    for (int i = 0; i < KEYFILE_SLOTS; i++) /* 2 of them full */
        assert_in_range(ones(raw.data + SLOTS + i * SLOT, SLOT), 730, 1006);
    bytes_free(&raw);
}

static void only_the_owner_may_read_it(void **state)
{
    struct bench *b = *state;
    struct stat st;
    assert_true(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    assert_int_equal(stat(b->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* Any byte of one copy damaged: the other serves. Whether a copy is whole is
 * decided before anything is stretched, so all bytes can be tried. */
static void either_copy_serves_alone(void **state)
{
    struct bench *b = *state;
    struct bytes raw = disk_read(b->path);
    bool open;
    for (size_t i = 0; i < COPY; i++)
        for (size_t at = 0; at <= SECOND; at += SECOND) {
            raw.data[at + i] ^= 0x20;
            disk_write(b->path, raw);
            assert_true(keyfile_is_open(b->path, &open, &b->e) && !open);
            if (i % 512 == 0)
                assert_int_equal(opening(b, first_words, "almaz"), ERR_NONE);
            raw.data[at + i] ^= 0x20;
        }
    raw.size = COPY; /* cut off before the second */
    disk_write(b->path, raw);
    assert_int_equal(opening(b, first_words, "almaz"), ERR_NONE);
    bytes_free(&raw);
}

static void both_copies_damaged_is_said(void **state)
{
    struct bench *b = *state;
    struct bytes raw = disk_read(b->path);
    raw.data[50] ^= 1;
    raw.data[SECOND + 60] ^= 1;
    disk_write(b->path, raw);
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    raw.size = 100;
    disk_write(b->path, raw);
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    bytes_free(&raw);
    assert_int_equal(unlink(b->path), 0);
    assert_int_equal(opening(b, first_words, ""), ERR_NOT_FOUND);
    disk_write(b->path, (struct bytes){(uint8_t *)b->path, 1});
}

/* What someone does who can write the file and compute its checksum. */
static void forge(struct bench *b, size_t at, const void *bytes, size_t n)
{
    struct bytes raw = disk_read(b->path);
    for (size_t copy = 0; copy <= SECOND; copy += SECOND) {
        memcpy(raw.data + copy + at, bytes, n);
        crypto_generichash(raw.data + copy + CHECKSUM, 32, raw.data + copy,
                           CHECKSUM, NULL, 0);
    }
    disk_write(b->path, raw);
    bytes_free(&raw);
}

static void a_forged_file_is_noticed(void **state)
{
    struct bench *b = *state;
    static const uint8_t generation[8] = {0, 0, 0, 0, 0, 0, 0, 9};
    static const uint8_t costly[4] = {0, 0, 0, 2};
    static const uint8_t huge[4] = {0xff, 0xff, 0xff, 0xff};
    static const uint8_t cheap[4] = {0, 0, 0, 8};
    struct bytes raw = disk_read(b->path);
    forge(b, GENERATION, generation, 8);
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    disk_write(b->path, raw);
    forge(b, SLOTS + 15 * SLOT, costly, 4); /* an empty slot */
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    assert_false(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    disk_write(b->path, raw);
    forge(b, PASSES, costly, 4); /* another cost is another wrapping key */
    assert_int_equal(opening(b, first_words, ""), ERR_DENIED);
    disk_write(b->path, raw);
    forge(b, MEMORY, cheap, 4); /* below what any file has */
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    disk_write(b->path, raw);
    forge(b, MEMORY, huge, 4); /* refused before memory is taken */
    assert_int_equal(opening(b, first_words, ""), ERR_CORRUPT);
    bytes_free(&raw);
}

static void a_failed_change_leaves_the_old_file(void **state)
{
    struct bench *b = *state;
    char in_the_way[DISK_PATH + 8];
    snprintf(in_the_way, sizeof in_the_way, "%s.new", b->path);
    struct bytes before = disk_read(b->path);
    assert_int_equal(mkdir(in_the_way, 0700), 0);
    assert_false(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    assert_int_equal(rmdir(in_the_way), 0);
    struct bytes after = disk_read(b->path);
    assert_memory_equal(before.data, after.data, before.size);
    bytes_free(&before);
    bytes_free(&after);
    assert_true(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
}

static void a_hub_opens_without_a_passphrase(void **state)
{
    struct bench *b = *state;
    char path[DISK_PATH];
    struct keyfile_unlocked made, opened;
    bool open = false;
    struct stat st;
    disk_name(&b->disk, "hub.keys", path);
    assert_true(keyfile_create_open(path, &made, &b->e));
    assert_true(keyfile_is_open(path, &open, &b->e) && open);
    assert_true(keyfile_unlock(path, NULL, &opened, &b->e));
    assert_memory_equal(made.key, opened.key, sizeof made.key);
    assert_string_equal(opened.login, "hub");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(keyfile_add(path, &made, "bekele", other_words, &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
    assert_int_equal(chmod(path, 0640), 0); /* others could read the key */
    assert_false(keyfile_unlock(path, NULL, &opened, &b->e));
    assert_int_equal(b->e.code, ERR_DENIED);
}

static void the_cost_suits_the_machine(void **state)
{
    (void)state;
    assert_int_equal(setenv("HOMEWARD_KDF_COST", "least", 1), 0);
    struct keyfile_cost cost = keyfile_calibrate();
    assert_int_equal(cost.memory_kib, least.memory_kib);
    assert_int_equal(cost.passes, least.passes);
    assert_int_equal(unsetenv("HOMEWARD_KDF_COST"), 0);
    cost = keyfile_calibrate();
    assert_in_range(cost.memory_kib, 19 * 1024, 128 * 1024);
    assert_in_range(cost.passes, 1, 1000);
}

static void keys_differ_by_purpose_and_by_key(void **state)
{
    struct bench *b = *state;
    uint8_t other_key[KEYFILE_KEY_BYTES];
    uint8_t pages[KEYFILE_KEY_BYTES], again[KEYFILE_KEY_BYTES];
    uint8_t mask[KEYFILE_KEY_BYTES], other[KEYFILE_KEY_BYTES];
    memcpy(other_key, b->who.key, sizeof other_key);
    other_key[31] ^= 1;
    keyfile_derive(b->who.key, "pages", pages);
    keyfile_derive(b->who.key, "pages", again);
    keyfile_derive(b->who.key, "journal-mask", mask);
    keyfile_derive(other_key, "pages", other);
    assert_memory_equal(pages, again, sizeof pages);
    assert_memory_not_equal(pages, mask, sizeof pages);
    assert_memory_not_equal(pages, other, sizeof pages);
    assert_memory_not_equal(pages, b->who.key, sizeof pages);
}

static void secrets_are_zeroed_and_the_process_is_closed(void **state)
{
    static const uint8_t zeros[100];
    struct bench *b = *state;
    struct rlimit limit;
    uint8_t *p = secret_alloc(100);
    assert_memory_equal(p, zeros, 100);
    secret_free(p);
    secret_free(NULL);
    assert_true(secret_harden(&b->e));
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    assert_true(limit.rlim_cur == 0 && limit.rlim_max == 0);
}

/* A file of the first version (keyfile-1.keys: almaz and bekele, made by the
 * program as it was then) opens, is brought up to date slot by slot, and its
 * key can be changed once everybody has been there. */
static void a_file_of_the_first_version_is_brought_up_to_date(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked u, v;
    struct keyfile_logins people;
    uint8_t new_key[KEYFILE_KEY_BYTES];
    struct bytes old = disk_read("tests/store/keyfile-1.keys");
    assert_int_equal(old.size, 6652);
    disk_write(b->path, old);
    assert_true(keyfile_unlock(b->path, first_words, &u, &b->e));
    assert_string_equal(u.login, "almaz");
    struct bytes now = disk_read(b->path);
    assert_memory_equal(now.data, "HWKEYS02", 8);
    assert_true(keyfile_list(b->path, &u, &people, &b->e));
    assert_int_equal(people.nr, 2);
    assert_false(keyfile_turn(b->path, &u, new_key, &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
    assert_non_null(strstr(b->e.text, "bekele"));
    assert_null(strstr(b->e.text, "almaz"));
    assert_true(keyfile_unlock(b->path, other_words, &v, &b->e));
    assert_string_equal(v.login, "bekele");
    assert_memory_equal(u.key, v.key, sizeof u.key);
    assert_true(keyfile_turn(b->path, &u, new_key, &b->e));
    assert_true(keyfile_unlock(b->path, other_words, &v, &b->e));
    assert_true(v.cut_short);
    assert_memory_equal(v.key, new_key, sizeof v.key);
    assert_memory_equal(v.earlier, u.key, sizeof v.earlier);
    assert_true(keyfile_keep(b->path, new_key, &b->e));
    assert_true(keyfile_unlock(b->path, first_words, &v, &b->e));
    assert_false(v.cut_short);
    assert_memory_equal(v.key, new_key, sizeof v.key);
    bytes_free(&old);
    bytes_free(&now);
}

/* The parts of each slot that a change of key leaves as they are must not be
 * those of the full slots alone, or two files in a row would tell. */
static void two_files_in_a_row_do_not_tell_how_many(void **state)
{
    struct bench *b = *state;
    uint8_t new_key[KEYFILE_KEY_BYTES];
    assert_true(keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    struct bytes before = disk_read(b->path);
    assert_true(keyfile_turn(b->path, &b->who, new_key, &b->e));
    assert_true(keyfile_keep(b->path, new_key, &b->e));
    struct bytes after = disk_read(b->path);
    assert_int_equal(before.size, after.size);
    for (size_t i = 0; i < KEYFILE_SLOTS; i++) {
        const uint8_t *x = before.data + SLOTS + i * SLOT;
        const uint8_t *y = after.data + SLOTS + i * SLOT;
        assert_memory_equal(x, y, 56); /* nonce and commitment */
        for (size_t k = 0; k < i; k++) /* no nonce twice */
            assert_memory_not_equal(before.data + SLOTS + k * SLOT, x, 24);
        for (size_t at = 56; at + 16 <= SLOT; at += 16)
            assert_memory_not_equal(x + at, y + at, 16);
    }
    bytes_free(&before);
    bytes_free(&after);
}

/* One person or fifteen: the same size, the same fields in clear, and nothing
 * in a slot that is more regular when it is full. */
static void files_of_one_and_of_fifteen_look_alike(void **state)
{
    struct bench *b = *state;
    char login[16];
    struct bytes one = disk_read(b->path);
    for (int i = 2; i <= 15; i++) {
        snprintf(login, sizeof login, "worker%d", i);
        assert_true(keyfile_add(b->path, &b->who, login, other_words, &b->e));
    }
    struct bytes many = disk_read(b->path);
    assert_int_equal(one.size, many.size);
    assert_memory_equal(one.data, many.data, GENERATION);
    assert_memory_equal(one.data + MEMORY - 4, many.data + MEMORY - 4,
                        SLOTS - MEMORY + 4);
    /* the first bytes of a box are a point of the curve, in either kind: the
     * highest bit of each is clear */
    for (size_t i = 0; i < KEYFILE_SLOTS; i++) {
        assert_int_equal(one.data[SLOTS + i * SLOT + 56 + 31] & 0x80, 0);
        assert_int_equal(many.data[SLOTS + i * SLOT + 56 + 31] & 0x80, 0);
    }
    bytes_free(&one);
    bytes_free(&many);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, bench_new, bench_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(it_opens_for_its_passphrase_alone),
        PROOF(two_files_have_two_keys),
        PROOF(it_refuses_what_makes_no_sense),
        PROOF(people_come_and_go),
        PROOF(there_is_room_for_sixteen),
        PROOF(a_stranger_with_another_key_changes_nothing),
        PROOF(it_tells_neither_who_nor_how_many),
        PROOF(only_the_owner_may_read_it),
        PROOF(either_copy_serves_alone),
        PROOF(both_copies_damaged_is_said),
        PROOF(a_forged_file_is_noticed),
        PROOF(a_failed_change_leaves_the_old_file),
        PROOF(a_hub_opens_without_a_passphrase),
        PROOF(the_cost_suits_the_machine),
        PROOF(keys_differ_by_purpose_and_by_key),
        PROOF(a_file_of_the_first_version_is_brought_up_to_date),
        PROOF(two_files_in_a_row_do_not_tell_how_many),
        PROOF(files_of_one_and_of_fifteen_look_alike),
        PROOF(secrets_are_zeroed_and_the_process_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
