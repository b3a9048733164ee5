/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a command that is called wrongly, about a case there is none of or one
 * that is not this person's, or a second time, ends with one sentence that says
 * what to do, as a fault of the call or a refusal, and leaves every case and
 * every person as they were.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/id.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/db.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/store_int.h"
#include "store/user.h"
#include "tests/store/support_command.h"
#include "tests/store/support_disk.h"
#include "tests/store/support_office.h"

#define PHRASE COMMAND_PHRASE
#define OTHER  COMMAND_OTHER
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* @1: Selam, with a clash; @2: Hirut; @3: bekele's
 * request to hold @1; @4: the id of @1. */

/* ---- the office ---- */

static struct id child(struct store *s, int n, const char *given)
{
    char line[600], text[ID_TEXT_BYTES];
    bool saved;
    struct id id;
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    snprintf(line, sizeof line,
             "{\"case\":\"%s\",\"form\":\"registration\","
             "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"%s\"}}",
             text, given);
    MUST(apply_line(s, line, strlen(line), &saved, e));
    return id;
}

static void fill(struct command_office *k)
{
    struct office o = {.now_ms = k->c.now_ms, .store = command_office_enter(k)};
    struct id request;
    str_copy(o.store->login, sizeof o.store->login, "tigist"); /* who left */
    struct id selam = child(o.store, 1, "Selam");
    struct id hirut = child(o.store, 2, "Hirut");
    struct stream stream = stream_of_id(STREAM_CASE, &selam);
    office_set(&o, &selam, "notes", "seen", true);
    office_set(&o, &selam, "notes", "unseen", false);
    str_copy(o.store->login, sizeof o.store->login, "almaz");
    MUST(user_add(o.store, "bekele", "social-worker", OTHER, e));
    str_copy(o.store->login, sizeof o.store->login, "bekele");
    MUST(hold_request(o.store, &stream, true, "a court asks", &request, e));
    id_print_number(&selam, k->numbers[0]);
    id_print_number(&hirut, k->numbers[1]);
    id_print_number(&request, k->numbers[2]);
    id_print(&selam, k->numbers[3]);
    store_close(o.store);
}

static int begin(void **state)
{
    static struct command_office k;
    command_office_begin(&k);
    fill(&k);
    command_office_write(&k, "empty.csv", "");
    command_office_write(&k, "list.csv", "name,label\na,A\n");
    command_office_write(&k, "broken.xlsx", "no workbook");
    command_office_write(
        &k, "asks.csv",
        "survey\n,type,name,label\n,text,head,Head\n"
        "settings\n,form_id,form_title,version\n,home,Home,1\n");
    command_office_write(
        &k, "asks2.csv",
        "survey\n,type,name,label\n,text,heads,Head\n"
        "settings\n,form_id,form_title,version\n,home,Home,2\n");
    *state = &k;
    return 0;
}

static int end(void **state)
{
    command_office_end(*state);
    return 0;
}

/* What is said of cases, places and people: not who looked at what. */
static int64_t said(struct command_office *k)
{
    int64_t n = 0;
    struct store *s = command_office_enter(k);
    MUST(db_get_int(store_db(s),
                    "SELECT COUNT(*) FROM change c"
                    " JOIN record r ON r.record_id = c.record_id"
                    " JOIN word w ON w.word_id = r.kind_id"
                    " WHERE w.text <> 'trace'",
                    DB_NOTHING, 0, &n, e));
    store_close(s);
    return n;
}

static void become(struct command_office *k, const char *role)
{
    struct store *s = command_office_enter(k);
    str_copy(s->role, sizeof s->role, "administrator");
    MUST(office_write_user(s, "almaz", role, e));
    store_close(s);
}

/* ---- what is wrong ---- */

struct wrong {
    const char *line;
    enum err_code code;
    const char *words;
};

static void try_wrong(struct command_office *k, const struct wrong *w)
{
    struct err e = ERR_INIT;
    if (command_run(&k->c, w->line, &e))
        fail_msg("done: %s\n%s", w->line, buf_text(&k->c.shown));
    if (e.code != w->code || strstr(e.text, w->words) == NULL)
        fail_msg("%s: (%d) \"%s\" is not (%d) %s", w->line, (int)e.code, e.text,
                 (int)w->code, w->words);
    if (strchr(e.text, '\n') != NULL)
        fail_msg("%s: more than a sentence: %s", w->line, e.text);
}

static void try_all(struct command_office *k, const struct wrong *all,
                    size_t nr)
{
    int64_t before = said(k);
    for (size_t i = 0; i < nr; i++) {
        k->c.json = i % 2;
        try_wrong(k, &all[i]);
    }
    assert_int_equal(said(k), before);
}

static const struct wrong calls[] = {
    {"list --sort colour", ERR_USAGE, "--sort knows"},
    {"list --opened-since soon", ERR_USAGE, "is no day"},
    {"list --no-visit 0", ERR_USAGE, "number of days"},
    {"list --no-visit x", ERR_USAGE, "number of days"},
    {"list --no-visit 36501", ERR_USAGE, "number of days"},
    {"find selam --opened-since x", ERR_USAGE, "is no day"},
    {"find", ERR_USAGE, ""},
    {"show", ERR_USAGE, ""},
    {"show @1 @2", ERR_USAGE, ""},
    {"show @1 --colour red", ERR_USAGE, "colour"},
    {"audit --since soon", ERR_USAGE, "is no date"},
    {"audit --kind dance", ERR_USAGE, "no kind"},
    {"audit --case 9999-9999", ERR_NOT_FOUND, ""},
    {"conflicts --settle", ERR_USAGE, ""},
    {"conflicts --settle 0 --choose 1", ERR_INPUT, "no clash of that"},
    {"conflicts --settle 2 --choose 1", ERR_INPUT, "no clash of that"},
    {"conflicts --settle x --choose 1", ERR_INPUT, "no clash of that"},
    {"conflicts --settle 1", ERR_USAGE, "--choose 1 to 2"},
    {"conflicts --settle 1 --choose 0", ERR_USAGE, "--choose 1 to 2"},
    {"conflicts --settle 1 --choose 3", ERR_USAGE, "--choose 1 to 2"},
    {"conflicts @2 --settle 1 --choose 1", ERR_INPUT, "no clash of that"},
    {"conflicts --reason doctor", ERR_USAGE, "of which case"},
    {"conflicts --undo", ERR_NOT_FOUND, "settled nothing"},
    {"conflicts @1 --undo", ERR_NOT_FOUND, "settled nothing"},
    {"purge", ERR_USAGE, "--due, --run and --list"},
    {"purge @1", ERR_USAGE, "Say why"},
    {"purge @1 --reason tired", ERR_INPUT, "one of these reasons"},
    {"purge @1 --due", ERR_USAGE, "--due, --run and --list"},
    {"purge --due --list", ERR_USAGE, "--due, --run and --list"},
    {"purge --run --list", ERR_USAGE, "--due, --run and --list"},
    {"hold @1", ERR_USAGE, "reason"},
    {"hold @1 --reason court", ERR_INPUT, "asked for the same already"},
    {"hold @1 --release --reason over", ERR_INPUT, "not held"},
    {"approval approve", ERR_USAGE, ""},
    {"approval refuse @3", ERR_USAGE, "reason"},
    {"approval approve 9999-9999", ERR_NOT_FOUND, "no request"},
    {"approval approve x", ERR_NOT_FOUND, "no request"},
    {"approval withdraw @3", ERR_DENIED, "bekele"},
    {"assign @1 nobody", ERR_INPUT, "nobody with the login"},
    {"duplicates --part", ERR_USAGE, ""},
    {"duplicates @1 --part --reason x", ERR_INPUT, ""},
    {"duplicates @1 --same-as @1 --reason x", ERR_INPUT, ""},
    {"form export registration --out @/f.csv", ERR_USAGE, "--csv or"},
    {"form export registration --csv --xlsx --out @/f", ERR_USAGE, "--csv or"},
    {"form export home --csv --out @/f.csv", ERR_NOT_FOUND, "no form"},
    {"form check home", ERR_NOT_FOUND, "no form"},
    {"form check @/none.csv", ERR_NOT_FOUND, ""},
    {"form check none.csv", ERR_NOT_FOUND, ""},
    {"form check none.xls", ERR_NOT_FOUND, ""},
    {"form diff registration home", ERR_NOT_FOUND, "no form"},
    {"form diff home registration", ERR_NOT_FOUND, "no form"},
    {"form diff @/list.csv registration", ERR_INPUT, "no form in"},
    {"form diff registration @/list.csv", ERR_INPUT, "no form in"},
    {"form import @/list.csv", ERR_INPUT, "no form in"},
    {"form import @/none.csv", ERR_NOT_FOUND, ""},
    {"form import @/list.csv --out @/f.csv", ERR_INPUT, "no form in"},
    {"form import @/asks.csv --out @/none/f.csv", ERR_NOT_FOUND,
     "No such file"},
    {"user add Almaz --role expert", ERR_INPUT, "small letter"},
    {"user add hub --role expert", ERR_INPUT, "program's own"},
    {"user add hirut --role queen", ERR_INPUT, "no role"},
    {"user add hirut", ERR_USAGE, "role"},
    {"user add bekele --role expert", ERR_INPUT, "already"},
    {"user role nobody expert", ERR_NOT_FOUND, "no nobody"},
    {"user role bekele queen", ERR_INPUT, "no role"},
    {"user role almaz expert", ERR_DENIED, "own role"},
    {"user passwd recovery", ERR_INPUT, "user recovery"},
    {"user passwd nobody", ERR_NOT_FOUND, ""},
    {"user remove nobody", ERR_NOT_FOUND, "no nobody"},
    {"user remove almaz", ERR_DENIED, "removes oneself"},
    {"user recovery --out @/none/page", ERR_NOT_FOUND, "No such file"},
    {"verify --against x", ERR_INPUT, ""},
    {"apply @/none.jsonl", ERR_NOT_FOUND, "cannot be opened"},
    {"restore @/none", ERR_INPUT, "already holds"},
};

static void options_that_mean_nothing(void **state)
{
    try_all(*state, calls, ARR_NR(calls));
}

/* A page that cannot be written ends no passphrase that is sealed somewhere. */
static void the_envelope_opens_while_no_page_can_be_written(void **state)
{
    static const struct wrong all[] = {
        {"user recovery --out @/none/page", ERR_NOT_FOUND, "No such file"},
        {"user recovery --out @/asks.csv", ERR_INPUT, "there already"},
    };
    struct command_office *k = *state;
    char words[RECOVERY_BYTES];
    k->c.json = false;
    MUST(command_run(&k->c, "user recovery", e));
    const char *at = strstr(buf_text(&k->c.shown), ": ");
    assert_non_null(at);
    str_copy(words, sizeof words, at + 2);
    try_all(k, all, ARR_NR(all));
    k->c.typed = words;
    MUST(command_run(&k->c, "list", e));
    k->c.typed = PHRASE;
}

/* almaz came down in the world: of cases others work on she sees a number. */
static void what_is_another_persons(void **state)
{
    static const struct wrong all[] = {
        {"show @1", ERR_DENIED, ""},
        {"show @1 --reason doctor", ERR_DENIED, ""},
        {"conflicts @1", ERR_DENIED, ""},
        {"conflicts @1 --reason doctor", ERR_DENIED, ""},
        {"conflicts --aside", ERR_DENIED, ""},
        {"audit", ERR_DENIED, ""},
        {"duplicates @1", ERR_DENIED, ""},
        {"purge @1 --reason mistake", ERR_DENIED, ""},
        {"purge @4 --reason mistake", ERR_DENIED, ""},
        {"hold @2 --reason court", ERR_DENIED, ""},
        {"approval approve @3", ERR_DENIED, ""},
        {"approval refuse @3 --reason no", ERR_DENIED, ""},
        {"assign @1 bekele", ERR_DENIED, ""},
        {"user add hirut --role expert", ERR_DENIED, "Only a case manager"},
        {"user role bekele expert", ERR_DENIED, "Only a case manager"},
        {"user passwd bekele", ERR_DENIED, "Only a case manager"},
        {"user remove bekele", ERR_DENIED, "Only a case manager"},
        {"user recovery", ERR_DENIED, "Only a case manager"},
        {"backup @/b", ERR_DENIED, ""},
    };
    struct command_office *k = *state;
    MUST(command_run(&k->c, "assign @1 bekele", e));
    MUST(command_run(&k->c, "assign @2 bekele", e));
    become(k, "community-worker");
    try_all(k, all, ARR_NR(all));
}

/* Every command says so, and none makes anything in the folder. */
static void who_cannot_open_the_office_does_nothing(void **state)
{
    static const char *const lines[] = {
        "list",
        "find selam",
        "show @1",
        "audit",
        "duplicates",
        "conflicts",
        "apply @/list.csv",
        "assign @1",
        "approval list",
        "approval approve @3",
        "approval refuse @3 --reason no",
        "approval withdraw @3",
        "purge --due",
        "purge @1 --reason mistake",
        "hold @1 --reason court",
        "form list",
        "form check home",
        "form diff home registration",
        "form import @/asks.csv",
        "form export home --csv --out @/out",
        "verify",
        "rebuild",
        "backup @/out",
        "user list",
        "user add hirut --role expert",
        "user role bekele expert",
        "user passwd",
        "user remove bekele",
        "user recovery",
    };
    struct command_office *k = *state;
    char path[DISK_PATH];
    int64_t before = said(k);
    for (size_t i = 0; i < ARR_NR(lines); i++) {
        struct err e = ERR_INIT;
        k->c.typed = "not this passphrase";
        disk_name(&k->d, "homeward.tries", path);
        unlink(path); /* or the next try would have to wait */
        if (command_run(&k->c, lines[i], &e))
            fail_msg("done: %s", lines[i]);
        if (e.code != ERR_DENIED)
            fail_msg("%s: (%d) %s", lines[i], (int)e.code, e.text);
    }
    k->c.typed = PHRASE;
    disk_name(&k->d, "out", path);
    assert_int_equal(access(path, F_OK), -1);
    disk_name(&k->d, "homeward.tries", path);
    unlink(path);
    assert_int_equal(said(k), before);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(options_that_mean_nothing),
        PROOF(the_envelope_opens_while_no_page_can_be_written),
        PROOF(what_is_another_persons),
        PROOF(who_cannot_open_the_office_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
