/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a signal in the middle of a call, a call that does half of what it was
 * asked, a system without a newer call make no difference at all; a full disk
 * is called one; and a hub's files, and a key change that was cut short, come
 * through whatever call fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/db.h"
#include "store/keyfile_int.h"
#include "store/purge.h"
#include "store/purge_int.h"
#include "store/secret.h"
#include "store/store_int.h"
#include "tests/store/nth.h"
#include "tests/store/outside.h"
#include "tests/store/support_people.h"

struct desk {
    struct nth_ground ground; /* first: nth.h */
    struct people *p;
    struct disk d, away; /* a hub; what is made and taken away again */
    struct store_env env;
    char kept[DISK_PATH], made[DISK_PATH], list[DISK_PATH];
    struct bytes db, listed; /* of the office: before a purge, and of it */
    struct bytes cut_keys;
    struct store *hub;
};

static void must(struct desk *k, bool good)
{
    if (!good)
        fail_msg("%s", k->p->e.text);
}

static void clear(const char *folder)
{
    char path[DISK_PATH + 300];
    DIR *dir = opendir(folder);
    for (struct dirent *x; dir != NULL && (x = readdir(dir)) != NULL;) {
        snprintf(path, sizeof path, "%.500s/%s", folder, x->d_name);
        if (str_starts(x->d_name, "restore"))
            clear(path);
        if (x->d_name[0] != '.')
            remove(path);
    }
    if (dir != NULL)
        closedir(dir);
}

static void open_hub(struct desk *k)
{
    const struct store_new n = {.site_name = "Adama",
                                .place = "ET04",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    must(k, store_create(k->d.folder, &n, NULL, k->env, &k->p->e));
    k->hub = store_open(k->d.folder, NULL, k->env, &k->p->e);
    must(k, k->hub != NULL);
}

/* One case of the office, and the purge of it, so that there is a list. */
static void open_one(struct desk *k)
{
    static const char line[] =
        "{\"case\":\"00000001-1111-4111-8111-111111111111\",\"place\":"
        "\"ET041114/03\",\"form\":\"registration\",\"set\":{\"given_name\":"
        "\"Selam\",\"sex\":\"female\"}}";
    bool saved;
    must(k, apply_line(k->p->store, line, strlen(line), &saved, &k->p->e));
}

static void purge_one(struct desk *k)
{
    struct people *p = k->p;
    struct id id;
    assert_true(id_parse("00000001-1111-4111-8111-111111111111", &id));
    const struct purge_why why = {.stream = stream_of_id(STREAM_CASE, &id),
                                  .reason = "request",
                                  .asked_by = "",
                                  .approval = ""};
    must(k, db_begin(store_db(p->store), &p->e));
    must(k,
         db_end(store_db(p->store), purge_write(p->store, &why, &p->e), &p->e));
}

static int begin(void **state)
{
    static struct desk k;
    void *p = NULL;
    outside_answer(NULL, 0);
    outside_plan(0, OUTSIDE_ONCE);
    people_new(&p);
    k = (struct desk){.p = p, .d = disk_new(), .away = disk_new()};
    k.env = k.p->store->env;
    disk_name(&k.p->disk, "kept", k.kept);
    disk_name(&k.p->disk, PURGE_LIST_FILE, k.list);
    disk_name(&k.away, "made", k.made);
    open_one(&k);
    must(&k, audit_flush(k.p->store, &k.p->e));
    k.db = disk_read(k.p->disk.path);
    purge_one(&k);
    must(&k, purge_list_keep(k.p->store, &k.p->e));
    k.listed = disk_read(k.list);
    open_hub(&k);
    *state = &k;
    return 0;
}

static int end(void **state)
{
    struct desk *k = *state;
    outside_answer(NULL, 0);
    outside_plan(0, OUTSIDE_ONCE);
    store_close(k->hub);
    bytes_free(&k->db);
    bytes_free(&k->listed);
    bytes_free(&k->cut_keys);
    clear(k->d.folder);
    clear(k->away.folder);
    rmdir(k->d.folder);
    rmdir(k->away.folder);
    void *p = k->p;
    return people_end(&p);
}

/* ---- deeds ---- */

static void nothing_made(void *ground)
{
    struct desk *k = ground;
    clear(k->away.folder);
    unlink(k->list);
}

static bool backs_up(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct backup_info info;
    return backup_write(k->p->store, k->made, NULL, NULL, &info, e);
}

static bool backs_up_a_hub(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct backup_info info;
    return backup_write(k->hub, k->made, PEOPLE_ALMAZ, NULL, &info, e);
}

static bool restores(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct backup_info info;
    const struct backup_restore how = {.path = k->kept,
                                       .dir = k->away.folder,
                                       .passphrase = PEOPLE_ALMAZ,
                                       .replace = true,
                                       .env = k->env};
    return backup_restore(&how, &info, e);
}

static bool changes_a_passphrase(void *ground, struct err *e)
{
    struct desk *k = ground;
    return user_set_passphrase(k->p->store, "bekele", NULL, PEOPLE_BEKELE, e);
}

static bool keeps_the_list(void *ground, struct err *e)
{
    struct desk *k = ground;
    return purge_list_keep(k->p->store, e);
}

static bool opens_a_hub(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct store *s = store_open(k->d.folder, NULL, k->env, e);
    store_close(s);
    return s != NULL;
}

static const struct nth_deed deeds[] = {
    {"a backup", backs_up, nothing_made, NTH_SHRUGS},
    {"a restore", restores, nothing_made, NTH_SHRUGS},
    {"a new passphrase", changes_a_passphrase, NULL, NTH_SHRUGS},
    {"the purge list", keeps_the_list, nothing_made, NTH_SHRUGS},
    {"a hub", opens_a_hub, NULL, NTH_SHRUGS},
};

static void keep_one(struct desk *k)
{
    struct backup_info info;
    unlink(k->kept);
    must(k, backup_write(k->p->store, k->kept, NULL, NULL, &info, &k->p->e));
}

/* ---- what the system answers ---- */

static const struct {
    const char *call;
    int error;
    enum err_code said; /* ERR_NONE: it makes no difference */
} answers[] = {
    {"read", EINTR, ERR_NONE},        {"read", OUTSIDE_SHORT, ERR_NONE},
    {"write", EINTR, ERR_NONE},       {"write", OUTSIDE_SHORT, ERR_NONE},
    {"pwrite64", EINTR, ERR_NONE},    {"pwrite64", OUTSIDE_SHORT, ERR_NONE},
    {"renameat2", EINVAL, ERR_NONE},  {"renameat2", ENOSYS, ERR_NONE},
    {"flock", EWOULDBLOCK, ERR_BUSY}, {"write", ENOSPC, ERR_FULL},
    {"pwrite64", ENOSPC, ERR_FULL},   {"write", EDQUOT, ERR_FULL},
    {"rename", ENOSPC, ERR_FULL},     {"fsync", ENOSPC, ERR_FULL},
};

static void each_answer_is_understood(void **state)
{
    struct desk *k = *state;
    keep_one(k);
    for (size_t i = 0; i < ARR_NR(answers); i++)
        for (size_t d = 0; d < ARR_NR(deeds); d++)
            for (uint64_t nth = 1;; nth++) {
                struct err e = ERR_INIT;
                outside_plan(0, OUTSIDE_ONCE);
                if (deeds[d].before != NULL)
                    deeds[d].before(k);
                outside_answer(answers[i].call, answers[i].error);
                outside_plan(nth, OUTSIDE_ONCE);
                bool good = deeds[d].run(k, &e), came = outside_has_failed();
                outside_answer(NULL, 0);
                if (!good && e.code != answers[i].said)
                    fail_msg("%s, %s, %d: %s", deeds[d].name, answers[i].call,
                             answers[i].error, e.text);
                if (!came)
                    break;
            }
}

/* A stick whose file system cannot sync a folder, and knows no renaming that
 * spares what is there. */
static void a_stick_of_another_system_takes_a_backup(void **state)
{
    struct desk *k = *state;
    struct err e = ERR_INIT;
    nothing_made(k);
    outside_answer("fsync", EINVAL);
    outside_plan(2, OUTSIDE_LASTING); /* the first is that of the file */
    must(k, backs_up(k, &k->p->e));
    assert_true(outside_has_failed());
    outside_answer("renameat2", EINVAL);
    outside_plan(1, OUTSIDE_ONCE);
    assert_false(backs_up(k, &e)); /* there is one of that name */
    assert_int_equal(e.code, ERR_INPUT);
}

static void put_one_there(void *arg, int64_t done, int64_t all)
{
    struct desk *k = arg;
    if (done == all)
        disk_write(k->made, (struct bytes){(uint8_t *)k->made, 5});
}

/* With the newer call and without it. */
static void one_made_meanwhile_is_not_overwritten(void **state)
{
    struct desk *k = *state;
    const struct backup_watch watch = {put_one_there, k};
    for (int way = 0; way < 2; way++) {
        struct err e = ERR_INIT;
        struct backup_info info;
        nothing_made(k);
        outside_answer(way ? "renameat2" : NULL, ENOSYS);
        outside_plan((uint64_t)way, OUTSIDE_ONCE);
        assert_false(
            backup_write(k->p->store, k->made, NULL, &watch, &info, &e));
        assert_int_equal(e.code, ERR_INPUT);
        struct bytes now = disk_read(k->made);
        assert_int_equal(now.size, 5);
        bytes_free(&now);
    }
}

/* Somebody who never ends holds the key file. */
static void a_lock_that_does_not_come_is_told(void **state)
{
    struct desk *k = *state;
    struct err e = ERR_INIT;
    outside_answer("flock", EWOULDBLOCK);
    outside_plan(1, OUTSIDE_LASTING);
    assert_false(changes_a_passphrase(k, &e));
    assert_int_equal(e.code, ERR_BUSY);
}

static void a_process_that_cannot_be_closed_says_so(void **state)
{
    static const char *const calls[] = {"setrlimit64", "prctl"};
    (void)state;
    for (size_t i = 0; i < ARR_NR(calls); i++) {
        struct err e = ERR_INIT;
        outside_answer(calls[i], EPERM);
        outside_plan(1, OUTSIDE_ONCE);
        assert_false(secret_harden(&e));
        assert_int_equal(e.code, ERR_DENIED);
    }
}

/* ---- whatever fails ---- */

static void the_files_of_a_hub(void **state)
{
    static const struct nth_deed of_hub[] = {
        {"a hub is opened", opens_a_hub, NULL, NTH_SHRUGS},
        {"a hub's backup", backs_up_a_hub, nothing_made, NTH_SHRUGS},
    };
    static const struct nth_deed back[] = {
        {"a hub's restore", restores, nothing_made, NTH_SHRUGS}};
    struct desk *k = *state;
    struct backup_info info;
    nth_try(k, of_hub, ARR_NR(of_hub));
    must(k, backup_write(k->hub, k->kept, PEOPLE_ALMAZ, NULL, &info, &k->p->e));
    k->ground.anew = true;
    nth_try(k, back, ARR_NR(back));
}

static void cut_short(void *ground)
{
    struct desk *k = ground;
    disk_write(k->p->keys, k->cut_keys);
}

static bool unlocks(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct store *s = store_open(k->p->disk.folder, PEOPLE_ALMAZ, k->env, e);
    store_close(s);
    return s != NULL;
}

static void from_before(void *ground)
{
    struct desk *k = ground;
    disk_write(k->p->disk.path, k->db);
    disk_write(k->list, k->listed);
}

static void a_file_put_back_from_before_a_purge(void **state)
{
    static const struct nth_deed deed[] = {
        {"an unlock that obeys", unlocks, from_before, NTH_SHRUGS}};
    struct desk *k = *state;
    store_close(k->p->store);
    k->p->store = NULL;
    nth_try(k, deed, 1);
    k->p->store = people_open(k->p, PEOPLE_ALMAZ);
    must(k, k->p->store != NULL);
}

static void a_key_change_that_was_cut_short(void **state)
{
    static const struct nth_deed deed[] = {
        {"an unlock that settles it", unlocks, cut_short, NTH_SHRUGS}};
    struct desk *k = *state;
    struct keyfile_unlocked who = {.login = "almaz"};
    uint8_t new_key[KEYFILE_KEY_BYTES];
    store_copy_key(k->p->store, who.key);
    must(k, keyfile_turn(k->p->keys, &who, new_key, &k->p->e));
    store_close(k->p->store);
    k->p->store = NULL;
    k->cut_keys = disk_read(k->p->keys);
    nth_try(k, deed, 1);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(each_answer_is_understood),
        PROOF(a_stick_of_another_system_takes_a_backup),
        PROOF(one_made_meanwhile_is_not_overwritten),
        PROOF(a_lock_that_does_not_come_is_told),
        PROOF(a_process_that_cannot_be_closed_says_so),
        PROOF(the_files_of_a_hub),
        PROOF(a_file_put_back_from_before_a_purge),
        PROOF(a_key_change_that_was_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
