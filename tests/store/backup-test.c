/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a backup is one file that alone restores the office with a passphrase
 * of that day; nothing in it is in clear; it is whole or it does not bear its
 * name; nothing is overwritten; a damaged, cut or expired one is refused; a
 * restored office writes under a new epoch, and the one it replaces is kept.
 * What was purged since is in no page of the restored file when it takes its
 * place, nor in what a killed restore leaves. The table of rights says who may.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/apply.h"
#include "store/approval.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/keyfile.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/store_int.h"
#include "store/user.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "tests/store/support_disk.h"

#define PHRASE "a long enough phrase"
#define CANARY "Zzyxcanary"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- an office and where its backup goes ---- */

struct site {
    struct disk d, away, back; /* office, backup, restored office */
    char file[DISK_PATH];
    int64_t now_ms;
    struct store_env env;
};

static void add_case(struct store *s, int i, const char *name)
{
    char line[400];
    bool saved = false;
    int n = snprintf(line, sizeof line,
                     "{\"case\":\"%08d-1111-4111-8111-111111111111\","
                     "\"place\":\"ET041114/03\",\"form\":\"registration\","
                     "\"set\":{\"given_name\":\"%s\",\"sex\":\"female\"}}",
                     i, name);
    MUST(apply_line(s, line, (size_t)n, &saved, e));
}

static struct store *open_in(const struct site *p, const struct disk *d)
{
    struct err why = ERR_INIT;
    struct store *s = store_open(d->folder, PHRASE, p->env, &why);
    if (s == NULL)
        fail_msg("%s", why.text);
    return s;
}

static void make_site(struct site *p, bool is_hub)
{
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = is_hub ? "hub" : "almaz",
                                .role =
                                    is_hub ? "administrator" : "case-manager",
                                .is_hub = is_hub};
    p->d = disk_new();
    p->away = disk_new();
    p->back = disk_new();
    disk_name(&p->away, "backup", p->file);
    assert_true(stamp_parse_iso("2026-11-21T12:00:00Z", &p->now_ms));
    p->env = (struct store_env){stamp_fixed(&p->now_ms), entropy_system()};
    MUST(store_create(p->d.folder, &n, is_hub ? NULL : PHRASE, p->env, e));
    struct store *s = open_in(p, &p->d);
    if (!is_hub) /* nobody enters cases at a hub */
        add_case(s, 1, CANARY);
    store_close(s);
}

static void clear_site(struct site *p)
{
    disk_clear(&p->d);
    disk_clear(&p->away);
    disk_clear(&p->back);
}

static bool make_backup(struct site *p, const char *passphrase, struct err *e)
{
    struct backup_info info;
    struct store *s = open_in(p, &p->d);
    bool good = backup_write(s, p->file, passphrase, NULL, &info, e);
    store_close(s);
    return good;
}

static bool restore(struct site *p, struct backup_restore how, struct err *e)
{
    struct backup_info info;
    how.path = p->file;
    how.env = p->env;
    if (how.dir == NULL)
        how.dir = p->back.folder;
    if (how.passphrase == NULL)
        how.passphrase = PHRASE;
    return backup_restore(&how, &info, e);
}

static int64_t cases_in(const struct site *p, const struct disk *d)
{
    struct casefile_tally t;
    struct store *s = open_in(p, d);
    MUST(casefile_tally_load(s, &t, e));
    store_close(s);
    return t.cases;
}

/* ---- claims ---- */

static void a_backup_alone_restores_the_office(void **state)
{
    struct site p;
    struct backup_info info;
    struct verify_count count;
    struct stat st;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    assert_int_equal(stat(p.file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    MUST(backup_check(p.file, PHRASE, &info, e));
    assert_string_equal(info.site_name, "Gasera");
    assert_int_equal(info.cases, 1);
    assert_int_equal(info.made_ms, p.now_ms);
    MUST(restore(&p, (struct backup_restore){0}, e));
    assert_int_equal(cases_in(&p, &p.back), 1);
    struct store *old = open_in(&p, &p.d), *s = open_in(&p, &p.back);
    assert_true(store_epoch(old) != store_epoch(s));
    assert_true(id_equal(store_site_id(old), store_site_id(s)));
    add_case(s, 2, "Dawit"); /* usable at once */
    MUST(verify_all(s, &count, e));
    store_close(old);
    store_close(s);
    clear_site(&p);
}

static void the_trace_of_it_is_in_the_office(void **state)
{
    struct site p;
    struct audit_line x[4];
    struct audit_page page = {.room = x, .room_nr = 4};
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    MUST(restore(&p, (struct backup_restore){0}, e));
    struct store *s = open_in(&p, &p.back);
    MUST(audit_page_load(s, &(struct audit_query){.kind = AUDIT_BACKUP}, &page,
                         e));
    assert_int_equal(page.nr, 1);
    MUST(audit_page_load(s, &(struct audit_query){.kind = AUDIT_RESTORE}, &page,
                         e));
    assert_int_equal(page.nr, 1);
    store_close(s);
    clear_site(&p);
}

static void nothing_in_it_is_in_clear(void **state)
{
    static const char *const words[] = {CANARY,   "Gasera",       "almaz",
                                        "SQLite", "registration", PHRASE};
    struct site p;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    struct bytes b = disk_read(p.file);
    assert_true(b.size > 65536);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_false(bytes_hold(b, words[i], strlen(words[i])));
    bytes_free(&b);
    clear_site(&p);
}

static void only_a_passphrase_of_that_day_opens_it(void **state)
{
    struct site p;
    struct backup_info info;
    struct err why = ERR_INIT;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    assert_false(backup_check(p.file, "another phrase", &info, &why));
    assert_int_equal(why.code, ERR_DENIED);
    assert_false(restore(
        &p, (struct backup_restore){.passphrase = "another phrase"}, &why));
    assert_int_equal(why.code, ERR_DENIED);
    clear_site(&p);
}

static void nothing_is_overwritten(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    struct bytes before = disk_read(p.file);
    assert_false(make_backup(&p, NULL, &why));
    assert_int_equal(why.code, ERR_INPUT);
    struct bytes after = disk_read(p.file);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, before.size);
    assert_false(restore(&p, (struct backup_restore){.dir = p.d.folder}, &why));
    assert_int_equal(why.code, ERR_INPUT);
    assert_int_equal(cases_in(&p, &p.d), 1);
    bytes_free(&before);
    bytes_free(&after);
    clear_site(&p);
}

static void a_replaced_office_is_kept_aside(void **state)
{
    struct site p;
    char aside[DISK_FOLDER];
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    struct store *s = open_in(&p, &p.d);
    add_case(s, 2, "Dawit");
    store_close(s);
    MUST(restore(
        &p, (struct backup_restore){.dir = p.d.folder, .replace = true}, e));
    assert_int_equal(cases_in(&p, &p.d), 1);
    snprintf(aside, sizeof aside, "%.200s/before-restore-20261121-120000",
             p.d.folder);
    struct err why = ERR_INIT;
    s = store_open(aside, PHRASE, p.env, &why);
    assert_non_null(s);
    struct casefile_tally t;
    MUST(casefile_tally_load(s, &t, e));
    assert_int_equal(t.cases, 2);
    store_close(s);
    struct disk old = p.d;
    memcpy(old.folder, aside, sizeof old.folder);
    disk_clear(&old);
    clear_site(&p);
}

static void an_expired_one_is_refused_unless_asked_for(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    p.now_ms += (BACKUP_DAYS + 1) * (int64_t)DAY_MS;
    assert_false(restore(&p, (struct backup_restore){0}, &why));
    assert_int_equal(why.code, ERR_DENIED);
    assert_non_null(strstr(why.text, "--expired"));
    MUST(restore(&p, (struct backup_restore){.expired = true}, e));
    assert_int_equal(cases_in(&p, &p.back), 1);
    clear_site(&p);
}

/* Every page and every part of the slots in turn; and cut at every page. */
static void a_damaged_or_cut_one_is_refused(void **state)
{
    enum { PAGE = 4096, SLOT_BLOCK = 8192, DB_AT = 65536 };
    struct site p;
    struct backup_info info;
    size_t tried = 0, bad = 0;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    struct bytes b = disk_read(p.file);
    for (size_t at = DB_AT; at < b.size; at += PAGE, tried += 2) {
        struct err why = ERR_INIT;
        size_t bit = at + at / 7 % PAGE;
        b.data[bit] ^= 16;
        disk_write(p.file, b);
        bad += backup_check(p.file, PHRASE, &info, &why);
        b.data[bit] ^= 16;
        disk_write(p.file, (struct bytes){b.data, at});
        bad += backup_check(p.file, PHRASE, &info, &why);
    }
    print_message("# backups damaged or cut: %zu tried, %zu bad\n", tried, bad);
    assert_int_equal(bad, 0);
    /* one copy of the slots may be lost */
    memset(b.data, 0xff, 2048);
    disk_write(p.file, b);
    MUST(backup_check(p.file, PHRASE, &info, e));
    memset(b.data, 0xff, SLOT_BLOCK);
    disk_write(p.file, b);
    struct err why = ERR_INIT;
    assert_false(backup_check(p.file, PHRASE, &info, &why));
    bytes_free(&b);
    clear_site(&p);
}

static void what_is_no_backup_is_told_so(void **state)
{
    struct site p;
    struct backup_info info;
    struct err why = ERR_INIT;
    (void)state;
    make_site(&p, false);
    assert_false(backup_check(p.d.path, PHRASE, &info, &why));
    assert_int_equal(why.code, ERR_CORRUPT);
    assert_false(backup_check(p.file, PHRASE, &info, &why));
    assert_int_equal(why.code, ERR_NOT_FOUND);
    clear_site(&p);
}

/* The disk holds less than the backup needs, by a limit on the size of files:
 * nothing is left of it. Then what a killed one left is in nobody's way. */
static void a_full_disk_leaves_nothing_half(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    struct rlimit old, small = {100000, RLIM_INFINITY};
    char part[DISK_PATH + 8];
    (void)state;
    make_site(&p, false);
    struct store *s = open_in(&p, &p.d);
    struct backup_info info;
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    MUST(audit_flush(s, e));

    struct bytes office = disk_read(p.d.path);
    small.rlim_cur = office.size + 4096;
    bytes_free(&office);
    setrlimit(RLIMIT_FSIZE, &small);
    bool good = backup_write(s, p.file, NULL, NULL, &info, &why);
    setrlimit(RLIMIT_FSIZE, &old);
    store_close(s);
    assert_false(good);
    assert_int_equal(why.code, ERR_FULL);
    assert_int_not_equal(access(p.file, F_OK), 0);
    snprintf(part, sizeof part, "%s.part", p.file);
    assert_int_not_equal(access(part, F_OK), 0);
    disk_write(part, (struct bytes){(uint8_t *)part, 10});
    MUST(make_backup(&p, NULL, e));
    assert_int_not_equal(access(part, F_OK), 0);
    clear_site(&p);
}

/* While another process saves case after case, what is backed up is a state
 * that was there, whole. */
static void others_work_meanwhile(void **state)
{
    struct site p;
    struct backup_info info;
    int status = 0;
    (void)state;
    make_site(&p, false);
    pid_t child = fork();
    if (child == 0) {
        struct store *s = open_in(&p, &p.d);
        for (int i = 10; i < 40; i++)
            add_case(s, i, "Selam");
        store_close(s);
        _exit(0);
    }
    for (int i = 0; i < 5; i++) {
        unlink(p.file);
        MUST(make_backup(&p, NULL, e));
        MUST(backup_check(p.file, PHRASE, &info, e));
        assert_true(info.cases >= 1 && info.cases <= 31);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(cases_in(&p, &p.d), 31);
    clear_site(&p);
}

/* A hub opens without a passphrase; its backup does not. */
static void a_hub_is_backed_up_under_a_passphrase(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    struct backup_info info;
    (void)state;
    make_site(&p, true);
    assert_false(make_backup(&p, NULL, &why));
    MUST(make_backup(&p, PHRASE, e));
    assert_false(store_is_hub_dir(p.away.folder));
    MUST(backup_check(p.file, PHRASE, &info, e));
    assert_true(info.is_hub);
    MUST(restore(&p, (struct backup_restore){0}, e));
    assert_true(store_is_hub_dir(p.back.folder));
    assert_int_equal(cases_in(&p, &p.back), 0);
    clear_site(&p);
}

/* ---- what was purged since the backup ---- */

static void purge_canary(struct site *p)
{
    struct store *s = open_in(p, &p->d);
    struct pool *pool = pool_new();
    struct casefile c;
    struct id request;
    struct approval a;
    MUST(casefile_resolve(s, CANARY, &c, e));
    MUST(purge_request(s, &c.id, "request", &request, e));
    MUST(approval_load(s, &request, pool, &a, e));
    MUST(verdict_give(s, &a, APPROVAL_APPROVED, NULL, e));
    pool_free(pool);
    store_close(s);
}

/* Whether the canary stands in any page of an office's file, free ones too;
 * opened as no command opens it: nothing obeys on the way. */
static bool file_tells(const char *dir)
{
    struct keyfile_unlocked u;
    struct err why = ERR_INIT;
    char db_path[DISK_PATH], keys[DISK_PATH], plain[DISK_PATH];
    snprintf(db_path, sizeof db_path, "%.400s/homeward.db", dir);
    snprintf(keys, sizeof keys, "%.400s/homeward.keys", dir);
    snprintf(plain, sizeof plain, "%.400s/plain", dir);
    MUST(keyfile_unlock(keys, PHRASE, &u, e));
    struct db *db = db_open(db_path, u.key, false, &why);
    assert_non_null(db);
    MUST(db_copy(db, plain, NULL, e));
    db_close(db);
    struct bytes b = disk_read(plain);
    bool tells = bytes_hold(b, CANARY, strlen(CANARY)) ||
                 bytes_hold(b, "zzyxcanary", strlen(CANARY));
    bytes_free(&b);
    unlink(plain);
    return tells;
}

static void remove_aside(struct site *p)
{
    struct disk old = p->d;
    snprintf(old.folder, sizeof old.folder,
             "%.200s/before-restore-20261121-120000", p->d.folder);
    assert_false(file_tells(old.folder));
    disk_clear(&old);
}

static void a_restored_file_obeyed_before_anybody_opens_it(void **state)
{
    struct site p;
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    assert_true(file_tells(p.d.folder));
    purge_canary(&p);
    MUST(restore(
        &p, (struct backup_restore){.dir = p.d.folder, .replace = true}, e));
    assert_false(file_tells(p.d.folder));
    assert_int_equal(cases_in(&p, &p.d), 0);
    remove_aside(&p);
    clear_site(&p);
}

static void die_at_the_end(void *arg, int64_t done, int64_t all)
{
    (void)arg;
    if (done == all)
        _exit(9);
}

/* Killed when every page of the copy stands and nothing was done to it yet: the
 * moment at which it holds most. */
static void a_cut_restore_leaves_nothing_to_read(void **state)
{
    struct site p;
    struct stat st;
    char stage[DISK_PATH];
    int status = 0;
    const struct backup_watch watch = {die_at_the_end, NULL};
    (void)state;
    make_site(&p, false);
    MUST(make_backup(&p, NULL, e));
    purge_canary(&p);
    snprintf(stage, sizeof stage, "%.400s/restore.part", p.d.folder);
    for (int round = 0; round < 2; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct err ignored = ERR_INIT;
            restore(&p,
                    (struct backup_restore){
                        .dir = p.d.folder, .replace = true, .watch = &watch},
                    &ignored);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(WEXITSTATUS(status), 9);
        assert_int_equal(stat(stage, &st), 0);
        if (round == 0) { /* somebody finds the copy and opens it */
            struct err why = ERR_INIT;
            struct store *s = store_open(stage, PHRASE, p.env, &why);
            struct casefile c;
            assert_non_null(s);
            assert_false(casefile_resolve(s, CANARY, &c, &why));
            store_close(s);
            assert_false(file_tells(stage));
        }
    }
    store_close(open_in(&p, &p.d)); /* the office opens: the copy goes */
    assert_int_not_equal(stat(stage, &st), 0);
    assert_false(file_tells(p.d.folder));
    clear_site(&p);
}

/* ---- who may ---- */

static void who_may_is_asked_of_the_table_of_rights(void **state)
{
    static const struct {
        const char *role;
        bool may;
    } cases[] = {{"community-worker", false},
                 {"para-worker", false},
                 {"social-worker", true},
                 {"case-manager", true},
                 {"expert", true},
                 {"me-officer", false}};
    struct site p;
    (void)state;
    make_site(&p, false);
    struct store *s = open_in(&p, &p.d);
    MUST(user_add(s, "bekele", "case-manager", "another long phrase", e));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err why = ERR_INIT;
        struct backup_info info;
        int64_t last = 0;
        unlink(p.file);
        str_copy(s->role, sizeof s->role, cases[i].role);
        assert_int_equal(backup_write(s, p.file, NULL, NULL, &info, &why),
                         cases[i].may);
        assert_true(cases[i].may ? info.bytes > 65536 : why.code == ERR_DENIED);
        assert_int_equal(access(p.file, F_OK) == 0, cases[i].may);
        MUST(backup_last(s, &last, e));
        assert_int_equal(last, i < 2 ? 0 : p.now_ms);
    }
    store_close(s);
    clear_site(&p);
}

/* An office of one community worker keeps backups, and restores them. */
static void where_nobody_else_may_who_is_there_does(void **state)
{
    struct site p;
    (void)state;
    make_site(&p, false);
    struct store *s = open_in(&p, &p.d);
    MUST(office_write_user(s, "almaz", "community-worker", e));
    store_close(s);
    MUST(make_backup(&p, NULL, e));
    MUST(restore(&p, (struct backup_restore){0}, e));
    s = open_in(&p, &p.back);
    assert_string_equal(store_role(s), "community-worker");
    store_close(s);
    clear_site(&p);
}

static void a_restore_is_for_whom_the_backup_says(void **state)
{
    struct site p;
    struct err why = ERR_INIT;
    (void)state;
    make_site(&p, false);
    struct store *s = open_in(&p, &p.d);
    MUST(user_add(s, "bekele", "para-worker", "another long phrase", e));
    store_close(s);
    MUST(make_backup(&p, NULL, e));
    assert_false(restore(
        &p, (struct backup_restore){.passphrase = "another long phrase"},
        &why));
    assert_int_equal(why.code, ERR_DENIED);
    MUST(restore(&p, (struct backup_restore){0}, e));
    clear_site(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_backup_alone_restores_the_office),
        cmocka_unit_test(the_trace_of_it_is_in_the_office),
        cmocka_unit_test(nothing_in_it_is_in_clear),
        cmocka_unit_test(only_a_passphrase_of_that_day_opens_it),
        cmocka_unit_test(nothing_is_overwritten),
        cmocka_unit_test(a_replaced_office_is_kept_aside),
        cmocka_unit_test(an_expired_one_is_refused_unless_asked_for),
        cmocka_unit_test(a_restored_file_obeyed_before_anybody_opens_it),
        cmocka_unit_test(a_cut_restore_leaves_nothing_to_read),
        cmocka_unit_test(who_may_is_asked_of_the_table_of_rights),
        cmocka_unit_test(where_nobody_else_may_who_is_there_does),
        cmocka_unit_test(a_restore_is_for_whom_the_backup_says),
        cmocka_unit_test(a_damaged_or_cut_one_is_refused),
        cmocka_unit_test(what_is_no_backup_is_told_so),
        cmocka_unit_test(a_full_disk_leaves_nothing_half),
        cmocka_unit_test(others_work_meanwhile),
        cmocka_unit_test(a_hub_is_backed_up_under_a_passphrase),
    };
    setenv("HOMEWARD_KDF_COST", "least", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
