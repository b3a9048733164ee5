/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever byte of a key file was changed, though its checksum was made
 * right again, it opens with the right key or says why not, and never asks for
 * more than a machine has; copies that are out of step serve; whoever holds
 * another key changes nothing; and where memory is short, that is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/keyfile_int.h"
#include "store/secret.h"
#include "tests/store/support_disk.h"

/* The layout as written down, not as the code computes it. */
enum {
    GENERATION = 8,
    MODE = 16,
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
    struct bytes whole;
    struct err e;
};

static int begin(void **state)
{
    static struct bench b;
    b = (struct bench){.disk = disk_new()};
    disk_name(&b.disk, "homeward.keys", b.path);
    if (!keyfile_create(b.path, "almaz", first_words, least, &b.who, &b.e))
        fail_msg("%s", b.e.text);
    b.whole = disk_read(b.path);
    *state = &b;
    return 0;
}

static int end(void **state)
{
    struct bench *b = *state;
    bytes_free(&b->whole);
    disk_clear(&b->disk);
    return 0;
}

static void must(struct bench *b, bool good)
{
    if (!good)
        fail_msg("%s", b->e.text);
}

/* Both copies, or one of them, with a checksum that fits. */
static void forge(struct bench *b, size_t at, const uint8_t *bytes, size_t n,
                  bool both)
{
    struct bytes raw = disk_read(b->path);
    for (size_t copy = 0; copy <= (both ? SECOND : 0); copy += SECOND) {
        memcpy(raw.data + copy + at, bytes, n);
        crypto_generichash(raw.data + copy + CHECKSUM, 32, raw.data + copy,
                           CHECKSUM, NULL, 0);
    }
    disk_write(b->path, raw);
    bytes_free(&raw);
}

/* ---- damage ---- */

/* What is in the slot of the person who wants in is stretched for: every
 * eighth byte stands for its part. */
static void a_changed_slot_never_opens_wrongly(void **state)
{
    struct bench *b = *state;
    const size_t step = getenv("LONG") != NULL ? 1 : 11;
    for (size_t at = 0; at < SLOT; at += step)
        for (int both = 0; both < 2; both++) {
            struct keyfile_unlocked u;
            struct err e = ERR_INIT;
            uint8_t byte = b->whole.data[SLOTS + at] ^ 4;
            disk_write(b->path, b->whole);
            forge(b, SLOTS + at, &byte, 1, both);
            bool opens = keyfile_unlock(b->path, first_words, &u, &e);
            if (both ? opens : !opens)
                fail_msg("byte %zu: %s", at, opens ? "opens" : e.text);
            if (opens)
                assert_memory_equal(u.key, b->who.key, sizeof u.key);
            else
                assert_true(e.code == ERR_DENIED || e.code == ERR_CORRUPT);
        }
}

/* Refused before anything is sized or stretched by it. */
static void a_field_out_of_bounds_is_damage(void **state)
{
    static const struct {
        size_t at;
        uint32_t value;
    } fields[] = {
        {MODE, 0},       {MODE, 3},           {MODE, UINT32_MAX},   {MEMORY, 0},
        {MEMORY, 19455}, {MEMORY, 131073},    {MEMORY, UINT32_MAX}, {PASSES, 0},
        {PASSES, 1001},  {PASSES, UINT32_MAX}};
    struct bench *b = *state;
    bool open;
    for (size_t i = 0; i < ARR_NR(fields); i++) {
        uint32_t v = fields[i].value;
        const uint8_t bytes[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
                                 (uint8_t)(v >> 8), (uint8_t)v};
        disk_write(b->path, b->whole);
        forge(b, fields[i].at, bytes, sizeof bytes, false);
        must(b, keyfile_is_open(b->path, &open, &b->e)); /* the other copy */
        forge(b, fields[i].at, bytes, sizeof bytes, true);
        assert_false(keyfile_is_open(b->path, &open, &b->e));
        assert_int_equal(b->e.code, ERR_CORRUPT);
    }
}

/* The copies of two moments, in either order, as a disk may leave them. */
static void copies_out_of_step_serve(void **state)
{
    struct bench *b = *state;
    must(b, keyfile_add(b->path, &b->who, "bekele", other_words, &b->e));
    struct bytes late = disk_read(b->path), mixed = disk_read(b->path);
    for (size_t at = 0; at <= SECOND; at += SECOND) {
        struct keyfile_unlocked u;
        memcpy(mixed.data, late.data, late.size);
        memcpy(mixed.data + at, b->whole.data, COPY);
        disk_write(b->path, mixed);
        must(b, keyfile_unlock(b->path, other_words, &u, &b->e));
        assert_string_equal(u.login, "bekele");
        assert_false(u.cut_short);
        must(b, keyfile_unlock(b->path, first_words, &u, &b->e));
        assert_false(u.cut_short); /* one key, two generations */
    }
    bytes_free(&late);
    bytes_free(&mixed);
}

/* ---- another key, another file ---- */

static bool lists(const char *path, const struct keyfile_unlocked *who,
                  struct err *e)
{
    struct keyfile_logins people;
    return keyfile_list(path, who, &people, e);
}

static bool adds(const char *path, const struct keyfile_unlocked *who,
                 struct err *e)
{
    return keyfile_add(path, who, "eve", other_words, e);
}

static bool changes(const char *path, const struct keyfile_unlocked *who,
                    struct err *e)
{
    return keyfile_change(path, who, "almaz", other_words, e);
}

static bool removes(const char *path, const struct keyfile_unlocked *who,
                    struct err *e)
{
    return keyfile_remove(path, who, "almaz", e);
}

static bool turns(const char *path, const struct keyfile_unlocked *who,
                  struct err *e)
{
    uint8_t new_key[KEYFILE_KEY_BYTES];
    return keyfile_turn(path, who, new_key, e);
}

static bool keeps(const char *path, const struct keyfile_unlocked *who,
                  struct err *e)
{
    return keyfile_keep(path, who->key, e);
}

static const struct {
    const char *name;
    bool (*run)(const char *path, const struct keyfile_unlocked *who,
                struct err *e);
    bool on_a_hub;
} deeds[] = {{"list", lists, true},      {"add", adds, false},
             {"change", changes, false}, {"remove", removes, false},
             {"turn", turns, false},     {"keep", keeps, true}};

static void a_stranger_can_do_nothing(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked eve = b->who, hub;
    char hub_path[DISK_PATH], none[DISK_PATH];
    eve.key[3] ^= 1;
    disk_name(&b->disk, "hub.keys", hub_path);
    disk_name(&b->disk, "none/homeward.keys", none);
    must(b, keyfile_create_open(hub_path, &hub, &b->e));
    assert_false(keyfile_create_open(hub_path, &hub, &b->e)); /* is there */
    assert_int_equal(b->e.code, ERR_INPUT);
    for (size_t i = 0; i < ARR_NR(deeds); i++) {
        struct err e = ERR_INIT;
        assert_false(deeds[i].run(b->path, &eve, &e));
        assert_int_equal(e.code, ERR_DENIED);
        assert_false(deeds[i].run(none, &b->who, &e));
        assert_int_equal(e.code, ERR_NOT_FOUND);
        if (deeds[i].run(hub_path, &hub, &e) != deeds[i].on_a_hub)
            fail_msg("%s at a hub: %s", deeds[i].name, e.text);
    }
    struct bytes now = disk_read(b->path);
    assert_memory_equal(now.data, b->whole.data, now.size);
    bytes_free(&now);
    assert_false(keyfile_create_open(none, &hub, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
}

static void what_nobody_could_type_is_refused(void **state)
{
    struct bench *b = *state;
    static const char *const logins[] = {
        "", "a login that is longer than thirty-two bytes"};
    for (size_t i = 0; i < ARR_NR(logins); i++) {
        assert_false(
            keyfile_add(b->path, &b->who, logins[i], other_words, &b->e));
        assert_int_equal(b->e.code, ERR_INPUT);
    }
    assert_false(keyfile_add(b->path, &b->who, "bekele", "short", &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
    assert_false(keyfile_change(b->path, &b->who, "almaz", "short", &b->e));
    assert_int_equal(b->e.code, ERR_INPUT);
}

/* keyfile-1.keys holds almaz and bekele; with its key known, and nobody's slot
 * moved yet, both are named. */
static void all_who_have_to_come_first_are_named(void **state)
{
    struct bench *b = *state;
    struct keyfile_unlocked u;
    struct keyfile_logins people;
    uint8_t new_key[KEYFILE_KEY_BYTES];
    struct bytes old = disk_read("tests/store/keyfile-1.keys");
    disk_write(b->path, old);
    must(b, keyfile_unlock(b->path, first_words, &u, &b->e));
    disk_write(b->path, old);
    must(b, keyfile_list(b->path, &u, &people, &b->e));
    assert_int_equal(people.nr, 2);
    assert_false(keyfile_turn(b->path, &u, new_key, &b->e));
    assert_non_null(strstr(b->e.text, "almaz, bekele"));
    bytes_free(&old);
}

/* Between the two keys of a change both are the file's. */
static void while_it_is_turned_both_keys_fit(void **state)
{
    struct bench *b = *state;
    uint8_t new_key[KEYFILE_KEY_BYTES];
    must(b, keyfile_turn(b->path, &b->who, new_key, &b->e));
    assert_true(keyfile_fits(b->path, new_key));
    assert_true(keyfile_fits(b->path, b->who.key));
    must(b, keyfile_keep(b->path, b->who.key, &b->e));
    assert_false(keyfile_fits(b->path, new_key));
    unlink(b->path);
    assert_false(keyfile_fits(b->path, new_key));
}

/* A key file is locked by its folder: named with or without one. */
static void any_way_to_name_it_finds_its_folder(void **state)
{
    static const char *const names[] = {"/homeward.keys", "homeward.keys",
                                        "./homeward.keys"};
    struct bench *b = *state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(b->disk.folder), 0);
    for (size_t i = 0; i < ARR_NR(names); i++) {
        int fd = -1;
        must(b, keyfile_lock(names[i], &fd, &b->e));
        close(fd);
    }
    assert_int_equal(chdir(before), 0);
}

/* ---- the cost ---- */

static void the_cost_follows_from_what_the_machine_says(void **state)
{
    static const struct {
        const char *meminfo;
        uint64_t limit;
        uint32_t kib;
    } machines[] = {
        {"", UINT64_MAX, 19456},
        {"MemTotal: 64000 kB\nMemAvailable:   40000 kB\n", UINT64_MAX, 19456},
        {"MemAvailable: 102400 kB\n", UINT64_MAX, 25600},
        {"MemAvailable: 8000000 kB\n", UINT64_MAX, 131072},
        {"MemAvailable: 8000000 kB\n", 120 << 20, 40960},
        {"MemAvailable: 8000000 kB\n", 0, 19456},
        {"MemAvailable: 99999999999999999999999 kB", UINT64_MAX, 131072},
        {"MemAvailable: plenty", UINT64_MAX, 19456},
        {"MemAvailable:", UINT64_MAX, 19456},
        {"MemFree: 8000000 kB\n", UINT64_MAX, 19456}};
    static const struct {
        int64_t took_ms;
        uint32_t passes;
    } clocks[] = {{0, 1000}, {-5, 1000}, {1, 1000},  {10, 100},
                  {300, 3},  {1000, 1},  {60000, 1}, {INT64_MAX, 1}};
    (void)state;
    for (size_t i = 0; i < ARR_NR(machines); i++)
        assert_int_equal(
            keyfile_cost_memory(machines[i].meminfo, machines[i].limit),
            machines[i].kib);
    for (size_t i = 0; i < ARR_NR(clocks); i++)
        assert_int_equal(keyfile_cost_passes(clocks[i].took_ms),
                         clocks[i].passes);
}

#ifndef HOMEWARD_SANITIZED
static uint64_t address_bytes(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lu", &pages), 1);
    fclose(f);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void get_by_with(uint64_t more_bytes)
{
    const struct rlimit limit = {address_bytes() + more_bytes, RLIM_INFINITY};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* 1: the cost is not the least; 2: it was stretched all the same; 3: it does
 * not say why; 4: a file was made. */
static int in_little_memory(struct bench *b)
{
    char path[DISK_PATH];
    struct keyfile_unlocked u;
    struct err e = ERR_INIT;
    disk_name(&b->disk, "new.keys", path);
    get_by_with(12 << 20);
    struct keyfile_cost cost = keyfile_calibrate();
    if (cost.memory_kib != least.memory_kib || cost.passes != 1)
        return 1;
    if (keyfile_create(path, "almaz", first_words, cost, &u, &e))
        return 2;
    if (e.code != ERR_FULL || strstr(e.text, "19 MB") == NULL)
        return 3;
    return access(path, F_OK) == 0 ? 4 : 0;
}
#endif

static void where_memory_is_short_that_is_said(void **state)
{
#ifdef HOMEWARD_SANITIZED
    (void)state;
    skip(); /* a sanitizer takes all the addresses there are */
#else
    struct bench *b = *state;
    int status = -1;
    unsetenv("HOMEWARD_KDF_COST");
    fflush(NULL); /* or the children say it again */
    pid_t child = fork();
    if (child == 0)
        exit(in_little_memory(b));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
    child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        get_by_with(1 << 20);
        secret_alloc(64 << 20);
        exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
#endif
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(a_changed_slot_never_opens_wrongly),
        PROOF(a_field_out_of_bounds_is_damage),
        PROOF(copies_out_of_step_serve),
        PROOF(a_stranger_can_do_nothing),
        PROOF(what_nobody_could_type_is_refused),
        PROOF(all_who_have_to_come_first_are_named),
        PROOF(while_it_is_turned_both_keys_fit),
        PROOF(any_way_to_name_it_finds_its_folder),
        cmocka_unit_test(the_cost_follows_from_what_the_machine_says),
        PROOF(where_memory_is_short_that_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
