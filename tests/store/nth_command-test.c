/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whichever call to the engine or to the system fails under a command,
 * the command says so in a sentence, or what it shows is exactly what it shows
 * when nothing fails; and the office it leaves behind opens and proves whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/audit.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/store_int.h"
#include "store/user.h"
#include "tests/store/nth.h"
#include "tests/store/outside.h"
#include "tests/store/support_command.h"
#include "tests/store/support_disk.h"
#include "tests/store/support_office.h"

#define PHRASE "a long enough phrase"
#define OTHER  "another phrase as long"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* ---- an office as it was before each turn ---- */

enum { FILES = 2 };

static const char *const files[FILES] = {"homeward.db", "homeward.keys"};

struct desk {
    struct nth_ground ground; /* first: nth.h */
    struct disk d;
    struct bytes was[FILES];
    char numbers[3][ID_NUMBER_BYTES]; /* two cases and a request */
    struct command_desk c;
    const char *line; /* the command that is tried */
    struct buf expected;
    int turns;
    bool tells_more; /* done all the same, it says what could not be */
    bool reads, left_over, no_office;
};

/* ---- the office ---- */

static void child(struct store *s, int n, const char *given)
{
    char line[600];
    bool saved;
    snprintf(line, sizeof line,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":{"
             "\"given_name\":\"%s\",\"father_name\":\"Haile\","
             "\"grandfather_name\":\"Gebre\",\"sex\":\"female\","
             "\"birth_precision\":\"age\",\"age_years\":\"12\"}}",
             n, given);
    MUST(apply_line(s, line, strlen(line), &saved, e));
}

static void fill(struct desk *k, struct office *o)
{
    struct id id, request;
    struct stream stream;
    for (int i = 1; i <= 3; i++)
        child(o->store, i, i < 3 ? "Selam" : "Hirut");
    for (int i = 1; i <= 2; i++) {
        char text[ID_TEXT_BYTES];
        snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", i);
        assert_true(id_parse(text, &id));
        id_print_number(&id, k->numbers[i - 1]);
    }
    office_set(o, &id, "notes", "seen", true);
    office_set(o, &id, "notes", "unseen", false);
    MUST(user_add(o->store, "bekele", "social-worker", OTHER, e));
    stream = stream_of_id(STREAM_CASE, &id);
    str_copy(o->store->login, sizeof o->store->login, "bekele");
    MUST(hold_request(o->store, &stream, true, "a court asks", &request, e));
    str_copy(o->store->login, sizeof o->store->login, "almaz");
    id_print_number(&request, k->numbers[2]);
    MUST(audit_note_search(o->store, "selam", e));
}

static void make_office(struct desk *k)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "almaz",
                                       .role = "case-manager"};
    struct err why = ERR_INIT;
    struct office o = {.now_ms = k->c.now_ms, .seed = 9};
    struct store_env env = {stamp_fixed(&o.now_ms), entropy_seeded(&o.seed)};
    MUST(store_create(k->d.folder, &n, PHRASE, env, e));
    o.store = store_open(k->d.folder, PHRASE, env, &why);
    assert_non_null(o.store);
    fill(k, &o);
    store_close(o.store);
    for (int i = 0; i < FILES; i++) {
        char path[DISK_PATH];
        disk_name(&k->d, files[i], path);
        k->was[i] = disk_read(path);
    }
}

static void write_text(struct desk *k, const char *name, const char *text)
{
    char path[DISK_PATH];
    disk_name(&k->d, name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int begin(void **state)
{
    static struct desk k;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    k = (struct desk){.d = disk_new(),
                      .ground.anew = true,
                      .c = {.typed = PHRASE,
                            .fresh = OTHER,
                            .now_ms = 1795255200000,
                            .shown = BUF_INIT(1000000)},
                      .expected = BUF_INIT(1000000)};
    k.c.folder = k.d.folder;
    for (size_t i = 0; i < ARR_NR(k.numbers); i++)
        k.c.names[i] = k.numbers[i];
    make_office(&k);
    write_text(&k, "edits.jsonl",
               "{\"case\":\"0000000a-1111-4111-8111-111111111111\","
               "\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":"
               "{\"given_name\":\"Abebe\",\"sex\":\"male\"}}\n"
               "{\"form\":\"nothing\",\"set\":{}}\n");
    *state = &k;
    return 0;
}

static int end(void **state)
{
    struct desk *k = *state;
    outside_plan(0, OUTSIDE_ONCE);
    for (int i = 0; i < FILES; i++)
        bytes_free(&k->was[i]);
    buf_release(&k->c.shown);
    buf_release(&k->expected);
    disk_clear(&k->d);
    return 0;
}

/* ---- a turn ---- */

/* What the turn before left behind opens, and every part of it is right. */
static void look_at_what_is_left(struct desk *k)
{
    struct err e = ERR_INIT;
    bool json = k->c.json;
    k->c.json = false;
    bool looks = k->left_over && (!k->reads || k->turns++ % 16 == 0);
    if (looks && !command_run(&k->c, "verify", &e) && e.code != ERR_DENIED &&
        !(k->no_office && e.code == ERR_NOT_FOUND))
        fail_msg("%s left behind, after %s: %s", k->line, outside_what(),
                 e.text);
    k->c.json = json;
    k->left_over = true;
}

static void put_back(void *ground)
{
    struct desk *k = ground;
    static const char *const made[] = {"homeward.db-journal", "homeward.tries",
                                       "homeward.tries-log",  "backup",
                                       "backup.part",         "page",
                                       "homeward.purged",     "out.csv"};
    char path[DISK_PATH];
    look_at_what_is_left(k);
    for (size_t i = 0; i < ARR_NR(made); i++) {
        disk_name(&k->d, made[i], path);
        unlink(path);
    }
    for (int i = 0; i < FILES; i++) {
        disk_name(&k->d, files[i], path);
        unlink(path);
        if (!k->no_office)
            disk_write(path, k->was[i]);
    }
    k->c.seed = 5; /* what is drawn is the same at each turn */
}

static bool run(void *ground, struct err *e)
{
    struct desk *k = ground;
    bool good = command_run(&k->c, k->line, e);
    if (good && !k->tells_more &&
        (k->c.shown.size != k->expected.size ||
         memcmp(k->c.shown.data, k->expected.data, k->c.shown.size) != 0))
        fail_msg("%s: shows something else, after %s:\n%s", k->line,
                 outside_what(), buf_text(&k->c.shown));
    return good;
}

/* Calls that opening and closing the office takes: tried with one command. */
static uint64_t calls_to_open(struct desk *k)
{
    struct err e = ERR_INIT;
    uint64_t seed = 1;
    struct store_env env = {stamp_fixed(&k->c.now_ms), entropy_seeded(&seed)};
    put_back(k);
    outside_plan(0, OUTSIDE_ONCE);
    struct store *s = store_open(k->d.folder, PHRASE, env, &e);
    uint64_t calls = outside_calls();
    store_close(s);
    return calls;
}

static void try_lines(struct desk *k, const char *const *lines, size_t nr,
                      bool opening_too)
{
    k->ground.skip = opening_too ? 0 : calls_to_open(k);
    for (size_t i = 0; i < 2 * nr; i++) {
        struct nth_deed deed = {lines[i / 2], run, put_back, NTH_SHRUGS};
        k->line = lines[i / 2];
        k->c.json = i % 2;
        put_back(k);
        MUST(command_run(&k->c, k->line, e));
        buf_clear(&k->expected);
        buf_add(&k->expected, k->c.shown.data, k->c.shown.size);
        if (i % 2 == 0)
            nth_try(k, &deed, 1);
    }
}

static void opening(void **state)
{
    static const char *const lines[] = {"list"};
    try_lines(*state, lines, ARR_NR(lines), true);
}

static void what_is_shown(void **state)
{
    static const char *const lines[] = {
        "find selam --notes --place ET041114",
        "show @1",
        "conflicts",
        "conflicts @2",
        "audit --user almaz --since 2026-01-01 --kind search --word selam",
        "list --sort opened --opened-since 2026-01-01 --no-visit 3",
        "audit",
        "duplicates",
        "duplicates @1",
        "approval list --all",
        "purge --due",
        "purge --list",
        "user list",
        "form list",
        "verify --head",
        "verify --new",
        "assign @1",
    };
    ((struct desk *)*state)->reads = true;
    try_lines(*state, lines, ARR_NR(lines), false);
}

static void what_is_done_with_cases(void **state)
{
    static const char *const lines[] = {
        "apply @//edits.jsonl",
        "conflicts --settle 1 --choose 1",
        "assign @1 bekele",
        "duplicates @1 --same-as @2 --reason same",
        "approval approve @3",
        "approval refuse @3 --reason no",
        "hold @1 --reason court",
        "purge @1 --reason request",
        "purge --run",
        "show @1 --reason doctor",
        "rebuild",
    };
    try_lines(*state, lines, ARR_NR(lines), false);
}

static void what_is_done_with_people(void **state)
{
    static const char *const lines[] = {
        "user add hirut --role community-worker",
        "user role bekele community-worker",
        "user passwd bekele",
        "user passwd bekele --rotate",
        "user recovery",
    };
    try_lines(*state, lines, ARR_NR(lines), false);
}

/* A person is out also when the key cannot be changed now. */
static void a_person_who_leaves(void **state)
{
    static const char *const lines[] = {"user remove bekele"};
    ((struct desk *)*state)->tells_more = true;
    try_lines(*state, lines, ARR_NR(lines), false);
}

static void backups(void **state)
{
    static const char *const lines[] = {"backup @//backup"};
    try_lines(*state, lines, ARR_NR(lines), false);
}

static void a_backup_that_is_read(void **state)
{
    static const char *const check[] = {"backup @//kept --check"};
    static const char *const restore[] = {"restore @//kept"};
    struct desk *k = *state;
    put_back(k);
    MUST(command_run(&k->c, "backup @//kept", e));
    try_lines(k, check, ARR_NR(check), true);
    k->no_office = true;
    k->left_over = false;
    k->tells_more = true; /* the head, without the trace of its proof */
    try_lines(k, restore, ARR_NR(restore), true);
}

static void a_new_office(void **state)
{
    static const char *const lines[] = {
        "init --site Gasera --place ET041114 --user almaz --role case-manager"};
    struct desk *k = *state;
    k->no_office = true;
    k->left_over = false;

    try_lines(k, lines, ARR_NR(lines), true);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(opening),
        PROOF(what_is_shown),
        PROOF(what_is_done_with_cases),
        PROOF(what_is_done_with_people),
        PROOF(a_person_who_leaves),
        PROOF(backups),
        PROOF(a_backup_that_is_read),
        PROOF(a_new_office),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
