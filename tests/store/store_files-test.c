/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever the small files beside an office's database hold, or whatever
 * stands in their place, the office opens, or says in a sentence why it does
 * not; and a folder whose name is too long is told so, with nothing made in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/keyfile_int.h"
#include "store/purge.h"
#include "store/purge_int.h"
#include "store/recovery.h"
#include "store/rotation.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/tries.h"
#include "store/unlock.h"
#include "tests/store/support_people.h"

static void must(struct people *p, bool good)
{
    if (!good)
        fail_msg("%s", p->e.text);
}

static void write_text(struct people *p, const char *name, const char *text)
{
    char path[DISK_PATH];
    disk_name(&p->disk, name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_any(struct people *p, const char *name)
{
    char path[DISK_PATH];
    disk_name(&p->disk, name, path);
    remove(path);
}

static void leave(struct people *p)
{
    store_close(p->store);
    p->store = NULL;
}

static bool enter(struct people *p)
{
    leave(p);
    p->e = (struct err)ERR_INIT;
    p->store = people_open(p, PEOPLE_ALMAZ);
    return p->store != NULL;
}

static void open_case(struct people *p, int i, struct id *id)
{
    char line[400], text[ID_TEXT_BYTES];
    bool saved = false;
    snprintf(text, sizeof text, "%08d-1111-4111-8111-111111111111", i);
    assert_true(id_parse(text, id));
    int n = snprintf(line, sizeof line,
                     "{\"case\":\"%s\",\"place\":\"ET041114/03\",\"form\":"
                     "\"registration\",\"set\":{\"given_name\":\"Selam\","
                     "\"sex\":\"female\"}}",
                     text);
    must(p, apply_line(p->store, line, (size_t)n, &saved, &p->e));
}

/* ---- the purge list ---- */

static void purge_one(struct people *p, int i)
{
    struct id id;
    open_case(p, i, &id);
    const struct purge_why why = {.stream = stream_of_id(STREAM_CASE, &id),
                                  .reason = "request",
                                  .asked_by = "",
                                  .approval = ""};
    must(p, db_begin(store_db(p->store), &p->e));
    must(p,
         db_end(store_db(p->store), purge_write(p->store, &why, &p->e), &p->e));
    must(p, purge_list_keep(p->store, &p->e));
}

static int64_t purged(struct people *p)
{
    int64_t nr = -1;
    must(p, db_get_int(store_db(p->store), "SELECT COUNT(*) FROM purge",
                       DB_NOTHING, 0, &nr, &p->e));
    return nr;
}

/* Each time the office opens, and the list again holds what is purged. */
static void lines_that_make_no_sense_are_passed_over(void **state)
{
    static const char *const texts[] = {
        "",
        "\n\n\n",
        "x",
        "no mark at all\n",
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef\n",
        "0123456789abcdef0123456789abcdef request",
        "0123456789abcdef0123456789abcdef a-reason-of-the-next-program\n",
        "0123456789abcdef0123456789abcdef01234567 request\n",
        "\x01\x02\xff\xfe \x80\n",
        "%s%s%n %d\n",
        "                                                               "
        "                                                               "
        "                                                            x\n"};
    struct people *p = *state;
    char path[DISK_PATH];
    purge_one(p, 1);
    disk_name(&p->disk, PURGE_LIST_FILE, path);
    struct bytes kept = disk_read(path);
    for (size_t i = 0; i < ARR_NR(texts); i++) {
        write_text(p, PURGE_LIST_FILE, texts[i]);
        if (!enter(p))
            fail_msg("list %zu: %s", i, p->e.text);
        assert_int_equal(purged(p), 1);
        struct bytes now = disk_read(path);
        assert_true(bytes_hold(now, kept.data, 32));
        bytes_free(&now);
    }
    bytes_free(&kept);
}

/* The mark alone says which case has to go: from before its purge, the file
 * obeys a list whose last line was cut off. */
static void a_mark_without_its_reason_is_obeyed(void **state)
{
    static const char *const ends[] = {" request\n", "\n", "", " r", " \x01\n"};
    struct people *p = *state;
    struct id id;
    char path[DISK_PATH], line[80] = "";
    open_case(p, 1, &id);
    leave(p);
    struct bytes before = disk_read(p->disk.path);
    assert_true(enter(p));
    purge_one(p, 1);
    leave(p);
    disk_name(&p->disk, PURGE_LIST_FILE, path);
    struct bytes list = disk_read(path);
    memcpy(line, list.data, 32);
    for (size_t i = 0; i < ARR_NR(ends); i++) {
        leave(p);
        str_copy(line + 32, sizeof line - 32, ends[i]);
        disk_write(p->disk.path, before);
        write_text(p, PURGE_LIST_FILE, line);
        if (!enter(p))
            fail_msg("end %zu: %s", i, p->e.text);
        assert_int_equal(purged(p), 1);
    }
    bytes_free(&before);
    bytes_free(&list);
}

/* Rows that no program of ours writes, nor a newer one's reason, stop nothing.
 */
static void odd_rows_do_not_stop_the_list(void **state)
{
    static const char blob[60] = "longer than any stream's key";
    struct people *p = *state;
    char path[DISK_PATH];
    purge_one(p, 1);
    must(p, db_run(store_db(p->store),
                   "UPDATE purge SET reason = 'a-newer-reason'", DB_NOTHING,
                   &p->e));
    must(p, db_run(store_db(p->store),
                   "UPDATE stream SET key = ? WHERE stream_id ="
                   " (SELECT stream_id FROM purge)",
                   DB_BIND(db_blob(blob, sizeof blob)), &p->e));
    remove_any(p, PURGE_LIST_FILE);
    must(p, purge_list_keep(p->store, &p->e));
    disk_name(&p->disk, PURGE_LIST_FILE, path);
    struct bytes now = disk_read(path);
    assert_true(bytes_hold(now, " unknown\n", 9));
    bytes_free(&now);
}

static void a_list_that_cannot_be_read_is_told(void **state)
{
    struct people *p = *state;
    char path[DISK_PATH];
    purge_one(p, 1);
    disk_name(&p->disk, PURGE_LIST_FILE, path);
    for (int way = 0; way < 2; way++) {
        remove(path);
        assert_int_equal(
            way ? symlink(PURGE_LIST_FILE, path) : mkdir(path, 0700), 0);
        assert_false(enter(p));
        assert_non_null(strstr(p->e.text, "urge list"));
    }
    remove(path);
    assert_true(enter(p));
    assert_int_equal(access(path, F_OK), 0); /* it is there again */
}

/* Nothing is left half: the list of before, or none. */
static void a_list_that_cannot_be_written_is_told(void **state)
{
    struct people *p = *state;
    char path[DISK_PATH], name[64], fresh[DISK_PATH];
    purge_one(p, 1);
    disk_name(&p->disk, PURGE_LIST_FILE, path);
    snprintf(name, sizeof name, PURGE_LIST_FILE "-%ld", (long)getpid());
    disk_name(&p->disk, name, fresh);
    remove(path);
    assert_int_equal(mkdir(fresh, 0700), 0);
    assert_false(purge_list_keep(p->store, &p->e));
    assert_int_equal(rmdir(fresh), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(purge_list_keep(p->store, &p->e));
    assert_int_equal(rmdir(path), 0);
    struct rlimit old, none;
    getrlimit(RLIMIT_FSIZE, &old);
    none = (struct rlimit){10, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    bool good = purge_list_keep(p->store, &p->e);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_false(good);
    assert_int_equal(p->e.code, ERR_FULL);
    assert_int_not_equal(access(fresh, F_OK), 0);
    must(p, purge_list_keep(p->store, &p->e));
}

/* ---- wrong passphrases ---- */

static void a_count_of_tries_that_makes_no_sense_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "7",
        "-1 0",
        "7 x",
        "4294967296 0",
        "6 -9223372036854775808",
        "6 -1",
        "99999999999999999999999 99999999999999999999999",
        "\x01\xff",
        "2147483648 5"};
    struct people *p = *state;
    const struct stamp_source clock = stamp_fixed(&p->now_ms);
    for (size_t i = 0; i < ARR_NR(texts); i++) {
        struct err e = ERR_INIT;
        write_text(p, "homeward.tries", texts[i]);
        if (!tries_begin(p->disk.folder, &clock, &e))
            fail_msg("\"%s\": %s", texts[i], e.text);
        if (!enter(p))
            fail_msg("\"%s\": %s", texts[i], p->e.text);
    }
    /* a clock that was set back: the whole delay, and no more */
    write_text(p, "homeward.tries", "6 9223372036854775807");
    assert_false(tries_begin(p->disk.folder, &clock, &p->e));
    assert_non_null(strstr(p->e.text, "wait 10 seconds"));
    p->now_ms += 10000;
    must(p, tries_begin(p->disk.folder, &clock, &p->e));
}

static void refuse(struct people *p)
{
    struct err e = ERR_INIT;
    assert_null(
        store_open(p->disk.folder, "not the passphrase", p->store->env, &e));
    assert_int_equal(e.code, ERR_DENIED);
}

static int64_t traces(struct people *p)
{
    struct audit_line x[8];
    struct audit_page page = {.room = x, .room_nr = 8};
    must(p, audit_page_load(p->store,
                            &(struct audit_query){.kind = AUDIT_UNLOCK_FAILED},
                            &page, &p->e));
    return (int64_t)page.nr;
}

/* Folders in the place of the files, a full disk, a file grown full: a wrong
 * passphrase stays wrong, the right one opens. */
static void what_cannot_be_noted_keeps_nobody_out(void **state)
{
    static const char *const names[] = {"homeward.tries", "homeward.failed",
                                        "homeward.failed-read"};
    struct people *p = *state;
    char path[DISK_PATH];
    struct stat st;
    for (size_t i = 0; i < 2 * ARR_NR(names); i++) {
        const char *name = names[i / 2];
        disk_name(&p->disk, name, path);
        remove(path);
        assert_int_equal(i % 2 ? symlink(name, path) : mkdir(path, 0700), 0);
        refuse(p);
        if (!enter(p))
            fail_msg("%s: %s", name, p->e.text);
        for (size_t k = 0; k < ARR_NR(names); k++)
            remove_any(p, names[k]);
    }
    struct rlimit old, none;
    getrlimit(RLIMIT_FSIZE, &old);
    none = (struct rlimit){0, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    refuse(p);
    setrlimit(RLIMIT_FSIZE, &old);
    disk_name(&p->disk, "homeward.failed", path);
    uint8_t full[4096] = {0};
    disk_write(path, (struct bytes){full, sizeof full});
    refuse(p);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, sizeof full);
    disk_write(path, (struct bytes){full, 20}); /* two, and half a third */
    int64_t before = traces(p);
    assert_true(enter(p));
    assert_int_equal(traces(p) - before, 2);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- the folder ---- */

static void a_name_that_is_too_long_is_told(void **state)
{
    static const size_t lengths[] = {
        FILE_DIR_MAX + 1, 500, 512, 1000, 4000, 4076, 4095, 5000};
    struct people *p = *state;
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    struct backup_info info;
    char dir[5001];
    for (size_t i = 0; i < ARR_NR(lengths); i++) {
        memset(dir, 'x', lengths[i]);
        memcpy(dir, "/tmp/", 5);
        for (size_t at = 100; at < lengths[i]; at += 100)
            dir[at] = '/';
        dir[lengths[i]] = '\0';
        const struct backup_restore how = {.dir = dir,
                                           .path = p->keys,
                                           .passphrase = PEOPLE_ALMAZ,
                                           .env = p->store->env};
        struct err e[5] = {ERR_INIT};
        assert_false(store_create(dir, &n, PEOPLE_ALMAZ, p->store->env, &e[0]));
        assert_null(store_open(dir, PEOPLE_ALMAZ, p->store->env, &e[1]));
        assert_false(store_exists(dir, &e[2]));
        assert_false(store_is_hub_dir(dir));
        assert_false(backup_restore(&how, &info, &e[3]));
        size_t nr = lengths[i] > 480 ? 5 : 4; /* a file has more room */
        if (nr == 5)
            assert_false(backup_write(p->store, dir, NULL, NULL, &info, &e[4]));
        for (size_t k = 0; k < nr; k++) {
            assert_int_equal(e[k].code, ERR_INPUT);
            assert_non_null(strstr(e[k].text, "too long"));
        }
    }
}

static void one_as_long_as_can_be_is_an_office(void **state)
{
    struct people *p = *state;
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    char outer[DISK_PATH], dir[FILE_DIR_MAX + 1];
    int at = snprintf(dir, sizeof dir, "%s/", p->disk.folder);
    memset(dir + at, 'y', sizeof dir - (size_t)at);
    dir[at + 200] = '\0';
    assert_int_equal(mkdir(dir, 0700), 0);
    str_copy(outer, sizeof outer, dir);
    dir[at + 200] = '/';
    dir[FILE_DIR_MAX] = '\0';
    must(p, store_create(dir, &n, PEOPLE_ALMAZ, p->store->env, &p->e));
    struct store *s = store_open(dir, PEOPLE_ALMAZ, p->store->env, &p->e);
    if (s == NULL)
        fail_msg("%s", p->e.text);
    must(p, rotation_run(s, &p->e));
    store_close(s);
    static const char *const files[] = {"homeward.db", "homeward.db-journal",
                                        "homeward.keys"};
    char path[PATH_MAX];
    for (size_t i = 0; i < ARR_NR(files); i++) {
        file_in(path, dir, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(rmdir(outer), 0);
}

/* ---- what the office knows of itself ---- */

static void an_office_that_does_not_know_itself_says_so(void **state)
{
    static const char *const names[] = {"site.id", "site.sign"};
    static const char *const values[] = {"short", ""};
    struct people *p = *state;
    leave(p);
    struct bytes whole = disk_read(p->disk.path);
    for (size_t i = 0; i < ARR_NR(names); i++)
        for (size_t k = 0; k < ARR_NR(values); k++) {
            disk_write(p->disk.path, whole);
            assert_true(enter(p));
            must(p, setting_set(p->store, names[i], values[k],
                                strlen(values[k]), &p->e));
            assert_false(enter(p));
            assert_int_equal(p->e.code, ERR_CORRUPT);
            assert_non_null(strstr(p->e.text, names[i]));
        }
    disk_write(p->disk.path, whole);
    bytes_free(&whole);
}

/* In memory there is no folder, and a hub has nobody's passphrase. */
static void there_is_no_key_to_change(void **state)
{
    struct people *p = *state;
    const struct store_new n = {.site_name = "Adama",
                                .place = "ET04",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    struct store *s = store_open_memory(&n, p->store->env, &p->e);
    assert_non_null(s);
    assert_string_equal(store_dir(s), "");
    assert_false(rotation_run(s, &p->e));
    assert_int_equal(p->e.code, ERR_INPUT);
    store_close(s);
    p->store->is_hub = true;
    assert_false(rotation_run(p->store, &p->e));
    assert_int_equal(p->e.code, ERR_INPUT);
    p->store->is_hub = false;
}

/* Somebody else made an office here while this one waited for its turn. */
static void who_was_quicker_is_not_overwritten(void **state)
{
    struct people *p = *state;
    const struct timespec a_moment = {0, 150 * 1000 * 1000};
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    struct disk d = disk_new();
    char keys[DISK_PATH];
    int fd = -1, status = -1;
    disk_name(&d, "homeward.keys", keys);
    must(p, keyfile_lock(keys, &fd, &p->e));
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(fd); /* the lock is its parent's */
        struct err e = ERR_INIT;
        bool made = store_create(d.folder, &n, PEOPLE_ALMAZ, p->store->env, &e);
        exit(made ? 1 : e.code == ERR_INPUT ? 0 : 2);
    }
    nanosleep(&a_moment, NULL);
    disk_write(keys, (struct bytes){(uint8_t *)keys, 7});
    disk_write(d.path, (struct bytes){(uint8_t *)keys, 7});
    close(fd);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
    struct bytes now = disk_read(keys);
    assert_int_equal(now.size, 7);
    bytes_free(&now);
    disk_clear(&d);
}

/* ---- a command ---- */

static bool type(void *arg, const char *prompt, bool confirm, char *out,
                 size_t size, struct err *e)
{
    (void)prompt, (void)confirm, (void)e;
    return str_copy(out, size, arg);
}

static bool never(struct cmd_call *call, const struct unlock_view *view,
                  struct err *e)
{
    (void)call, (void)view;
    return err_set(e, ERR_BUG, "shown, though it did not open");
}

/* A host that says nothing on the way; and a passphrase that is wrong. */
static void a_command_without_anybody_to_tell_unlocks(void **state)
{
    static const struct cmd_option options[] = {{.name = "lang"}, {0}};
    static const struct cmd cmd = {.name = "a test", .options = options};
    struct people *p = *state;
    struct cmd_call call = {
        .cmd = &cmd,
        .dir = p->disk.folder,
        .host = {.passphrase = type, .arg = (void *)(uintptr_t)PEOPLE_ALMAZ},
        .stamp = p->store->env.stamp,
        .entropy = p->store->env.entropy};
    struct store *s = unlock_store(&call, &p->e);
    if (s == NULL)
        fail_msg("%s", p->e.text);
    store_close(s);
    call.host.arg = (void *)(uintptr_t) "not the passphrase";
    assert_false(unlock_reader(&call, never, &p->e));
    assert_int_equal(p->e.code, ERR_DENIED);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, people_new, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(lines_that_make_no_sense_are_passed_over),
        PROOF(a_mark_without_its_reason_is_obeyed),
        PROOF(odd_rows_do_not_stop_the_list),
        PROOF(a_list_that_cannot_be_read_is_told),
        PROOF(a_list_that_cannot_be_written_is_told),
        PROOF(a_count_of_tries_that_makes_no_sense_is_none),
        PROOF(what_cannot_be_noted_keeps_nobody_out),
        PROOF(a_name_that_is_too_long_is_told),
        PROOF(one_as_long_as_can_be_is_an_office),
        PROOF(an_office_that_does_not_know_itself_says_so),
        PROOF(there_is_no_key_to_change),
        PROOF(who_was_quicker_is_not_overwritten),
        PROOF(a_command_without_anybody_to_tell_unlocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
