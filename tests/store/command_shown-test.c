/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: of an office that has one of everything (clashes, sealed answers,
 * cases of one child, rows, answers without a form, a held case whose time is
 * over, purged cases, work that waits, people who left) each command shows
 * what there is, for people and for programs; and what one person may not see
 * is a number to that person in all of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/id.h"
#include "base/str.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/office.h"
#include "store/store_int.h"
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
#define CASE_ID "0000000%d-1111-4111-8111-111111111111"

/* @1 Selam, with clashes, sealed answers and rows; @2 the same child, kept
 * under @1; @3 Hirut, whose time is over, and who is held; @4 one purged; @5
 * the id of @1; @9 a request that is to be decided. */

static void run(struct command_office *k, const char *line)
{
    struct err e = ERR_INIT;
    if (!command_run(&k->c, line, &e))
        fail_msg("%s: %s", line, e.text);
}

/* Asked for by almaz, approved by bekele. */
static void by_two(struct command_office *k, const char *line)
{
    run(k, line);
    const char *at = strstr(buf_text(&k->c.shown), "equest: ");
    assert_non_null(at);
    str_copy(k->numbers[8], ID_NUMBER_BYTES, at + 8);
    k->c.typed = OTHER;
    run(k, "approval approve @9");
    k->c.typed = PHRASE;
}

/* ---- one of everything ---- */

static void open_cases(struct command_office *k)
{
    static const char *const names[] = {"Selam", "Selaam", NULL, "Aster"};
    char lines[4000] = "";
    for (int i = 0; i < (int)ARR_NR(names); i++) {
        char text[ID_TEXT_BYTES], line[600];
        struct id id;
        if (names[i] == NULL)
            continue;
        snprintf(text, sizeof text, CASE_ID, i + 1);
        assert_true(id_parse(text, &id));
        id_print_number(&id, k->numbers[i]);
        if (i == 0)
            id_print(&id, k->numbers[4]);
        snprintf(line, sizeof line,
                 "{\"case\":\"%s\",\"form\":\"registration\","
                 "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"%s\","
                 "\"father_name\":\"Tola\",\"sex\":\"female\","
                 "\"birth_precision\":\"age\",\"age_years\":12}}\n",
                 text, names[i]);
        str_copy(lines + strlen(lines), sizeof lines - strlen(lines), line);
    }
    command_office_write(k, "cases", lines);
    run(k, "apply @/cases");
}

#define OF_SELAM "{\"case\":\"00000001-1111-4111-8111-111111111111\","
static const char answers[] =
    "\n   \n" OF_SELAM "\"form\":\"checklist_individual\",\"set\":{"
    "\"I_SE_2_state\":\"known\",\"I_SE_2_text\":\"Canary\"}}\n" OF_SELAM
    "\"form\":\"home\",\"set\":{\"head\":\"Abebe\",\"child\":["
    "{\"given\":\"Sara\"},{\"given\":\"Dawit\"}]}}\n"
    "{\"place\":\"ET041114/03\",\"form\":\"checklist_community\",\"set\":{"
    "\"C_SE_1_state\":\"known\",\"C_SE_1_text\":\"Quiet\"}}\n";
static const char home[] =
    "survey\n,type,name,label\n,text,head,Head\n"
    ",begin_repeat,child,Child\n,text,given,Given name\n,end_repeat,,\n"
    "settings\n,form_id,form_title,version\n,home,Home,1\n";

/* What only another office, a clock or a newer program brings. */
static void write_the_rest(struct command_office *k)
{
    struct office o = {
        .now_ms = k->c.now_ms, .seed = 3, .store = command_office_enter(k)};
    struct id selam, hirut = office_open_case(&o, "ET041114", "Hirut");
    struct buf stream = BUF_INIT(100);
    assert_true(id_parse(k->numbers[4], &selam));
    id_print_number(&hirut, k->numbers[2]);
    struct stream of = stream_of_id(STREAM_CASE, &selam);
    office_set(&o, &selam, "notes", "seen", true);
    office_set(&o, &selam, "notes", "unseen", false);
    office_set(&o, &selam, "long_gone", "stray", true);
    office_set(&o, &selam, "phone", "same", true);
    office_set(&o, &selam, "phone", "same", false);
    office_set(&o, &hirut, "closed_on", "2015-09-01", true);
    office_force(
        &o, &(struct office_forced){.author = "tigist",
                                    .kind = "form:unheard",
                                    .stream = of,
                                    .record = id_new(store_entropy(o.store)),
                                    .path = "song",
                                    .text = "of another program"});
    stream_encode(&stream, &of);
    MUST(db_run(store_db(o.store),
                "INSERT INTO quarantine(site_no, reason, epoch, stream, seq,"
                " save, last_seq, next_seed, head, at_ms) VALUES(0, 'misfit',"
                " 1, ?, 4, x'00', 5, x'00', zeroblob(32), 1795255200000)",
                DB_BIND(db_blob(stream.data, stream.size)), e));
    buf_release(&stream);
    store_close(o.store);
}

/* The proofs follow each other in one office. */
static int begin(void **state)
{
    static struct command_office k;
    command_office_begin(&k);
    run(&k, "user add bekele --role case-manager");
    run(&k, "user add marta --role expert");
    run(&k, "user remove marta");
    run(&k, "user recovery");
    command_office_write(&k, "home.csv", home);
    run(&k, "form import @/home.csv");
    open_cases(&k);
    command_office_write(&k, "answers", answers);
    run(&k, "apply @/answers");
    assert_false(k.c.findings);
    by_two(&k, "duplicates @2 --same-as @1 --reason same");
    by_two(&k, "purge @4 --reason double");
    write_the_rest(&k);
    by_two(&k, "hold @3 --reason court");
    *state = &k;
    return 0;
}

static int end(void **state)
{
    command_office_end(*state);
    return 0;
}

/* ---- what is shown ---- */

/* Words that stand in both, in the text for people and in the JSON; NULL: there
 * are none (and of the JSON, it is not looked at). A word with ! before it must
 * not stand there. */
struct shown {
    const char *line;
    const char *both, *text, *json;
};

static void holds(struct command_office *k, const char *line, const char *word)
{
    bool must = word == NULL || word[0] != '!' || word[1] == '+';
    if (word == NULL)
        return;
    if ((strstr(buf_text(&k->c.shown), must ? word : word + 1) != NULL) != must)
        fail_msg("%s: %s: %s", line, word, buf_text(&k->c.shown));
}

static void try_all(struct command_office *k, const struct shown *all,
                    size_t nr)
{
    for (size_t i = 0; i < nr; i++) {
        run(k, all[i].line);
        holds(k, all[i].line, all[i].both);
        holds(k, all[i].line, all[i].text);
        if (all[i].json == NULL)
            continue;
        k->c.json = true;
        run(k, all[i].line);
        holds(k, all[i].line, all[i].both);
        holds(k, all[i].line, all[i].json);
        k->c.json = false;
    }
}

static void all_there_is(void **state)
{
    static const struct shown all[] = {
        {"list", "Selam Tola", "!Selaam", "!Selaam"},
        {"list --merged", "Selaam", "=", "\"kept_under\": \"00000001"},
        {"list --clashes --unsent --sort number", "Selam", "!+   Selam", NULL},
        {"list --place ET041114 --worker almaz --sort changed", "Selam", NULL,
         NULL},
        {"list --opened-since 2026-01-01 --no-visit 1", "cases", NULL, NULL},
        {"find selam tola", "Selam", NULL, NULL},
        {"find abebe --notes", "Selam", NULL, NULL},
        {"show @1", "!Canary", "Same child", "\"masked\": 1"},
        {"show @1 --reason doctor --lang am", "Canary", NULL, NULL},
        {"show @1 --reason doctor", "of another program", "Child 2, Given name",
         "child["},
        {"show @2", "Selaam", "Same child as", "kept_under"},
        {"show @5 --reason doctor", "stray", "seen", "unseen"},
        {"conflicts", "unseen", "Notes", "\"field\": \"notes\""},
        {"conflicts @1 --reason doctor", "unseen", "own name", NULL},
        {"conflicts @3", "!unseen", NULL, NULL},
        {"conflicts --aside", NULL, "fits no record", "misfit"},
        {"purge --due", "2020-09-01", "Closed case", "\"destroy\""},
        {"purge --due --lang am", "2020-09-01", "yes", "\"yes\""},
        {"purge --list", "bekele", "another case", "\"double\""},
        {"approval list", NULL, "requests: 0", "\"count\": 0"},
        {"approval list --all", "approved", "two cases for one", "\"merge\""},
        {"approval list @3 --all", "court", "hold it back", "\"hold\""},
        {"audit --since 2026-01-01 --user almaz", "almaz", NULL, NULL},
        {"audit --case @1", "Selam", "sealed", "open-sealed"},
        {"audit --case @5 --kind open-case", "Selam", NULL, NULL},
        {"audit --word abebe", "almaz", NULL, "search"},
        {"duplicates", NULL, "pairs", "\"count\""},
        {"form list", "home", "imported", NULL},
        {"form check home", "runs", NULL, NULL},
        {"form diff home registration", "head", NULL, NULL},
        {"user list", "marta", "left", "\"left\""},
        {"user list", "recovery", "envelope", "\"has_passphrase\": \"yes\""},
        {"verify", "set", "--aside", "\"set_aside\": 1"},
        {"verify --new", "changes", NULL, NULL},
    };
    try_all(*state, all, ARR_NR(all));
}

/* She reads what is hers; of the rest she sees how much there is. */
static void to_another_person_they_are_numbers(void **state)
{
    static const struct shown all[] = {
        {"list --merged", "!Selam", "(not yours)", "\"masked\": 1"},
        {"find @1", "!Selam", NULL, NULL},
        {"duplicates", "!Selam", NULL, NULL},
        {"conflicts", "!seen", NULL, NULL},
        {"approval list --all", "!Selam", NULL, NULL},
        {"form list", "home", NULL, NULL},
    };
    struct command_office *k = *state;
    k->c.fresh = "hirut's own phrase";
    run(k, "user add hirut --role community-worker");
    k->c.typed = k->c.fresh;
    try_all(k, all, ARR_NR(all));
    k->c.typed = PHRASE;
}

static void a_trace_of_a_newer_program_is_told_as_such(void **state)
{
    static const struct shown all[] = {
        {"audit", "almaz", "something newer", "\"kind\": null"}};
    struct command_office *k = *state;
    run(k, "find selam");
    struct store *s = command_office_enter(k);
    MUST(db_run(store_db(s),
                "UPDATE field SET path = 'dance' WHERE path = 'search'",
                DB_NOTHING, e));
    store_close(s);
    try_all(k, all, ARR_NR(all));
}

/* ---- what is done and taken back ---- */

static void a_settling_is_taken_back_and_clashes_again(void **state)
{
    struct command_office *k = *state;
    run(k, "conflicts @1 --settle 1 --choose 2");
    run(k, "conflicts");
    holds(k, "settled", "!own name");
    run(k, "conflicts --undo");
    run(k, "conflicts");
    holds(k, "undone", "own name");
    run(k, "conflicts --settle 1 --choose 1");
    run(k, "conflicts @1 --undo");
    run(k, "conflicts @1");
    holds(k, "undone", "own name");
}

static void forms_come_and_change_and_are_written_out(void **state)
{
    struct command_office *k = *state;
    struct err why = ERR_INIT;
    char text[1000];
    run(k, "form import @/home.csv");
    holds(k, "the same again", "nothing changed");
    str_copy(text, sizeof text, home);
    memcpy(strstr(text, ",Head\n"), ",Face\n", 6);
    command_office_write(k, "home.csv", text);
    run(k, "form import @/home.csv");
    holds(k, "another label", "still calls itself version 1");
    memcpy(strstr(text, ",head,"), ",hood,", 6);
    command_office_write(k, "broken.csv", text);
    assert_false(command_run(&k->c, "form import @/broken.csv", &why));
    assert_non_null(strstr(why.text, "would hide kept answers"));
    holds(k, "a question gone", "removed");
    run(k, "form diff home @/broken.csv");
    assert_true(k->c.findings);
    run(k, "form export home --csv --out @/out.csv");
    run(k, "form export visit --xlsx --out @/out.xlsx");
    run(k, "form export @/home.csv --csv --out @/out2.csv");
    run(k, "form import @/home.csv --out @/same.csv");
    run(k, "form import @/out.xlsx --out @/visit.csv");
    run(k, "form check @/visit.csv");
    run(k, "form diff visit @/visit.csv");
    assert_false(k->c.findings);
}

/* A line is refused with its number, whatever stands before and behind it. */
static void lines_are_counted_blank_ones_too(void **state)
{
    static const char good[] =
        OF_SELAM "\"form\":\"home\",\"set\":{\"head\":\"%d\"}}\n";
    struct command_office *k = *state;
    struct buf b = BUF_INIT(3000000);
    buf_add_str(&b, "\n \t\n{\"form\":\"nothing\",\"set\":{}}\n");
    for (int i = 0; i < 600; i++)
        buf_printf(&b, "{broken %d\n", i);
    buf_add(&b, "\0\n", 2);
    for (int i = 0; i < 1024 * 1024 + 1; i++)
        buf_add_byte(&b, ' ');
    buf_add_byte(&b, '\n');
    buf_printf(&b, good, 1);
    b.size--; /* the last line has no end */
    char path[DISK_PATH];
    disk_name(&k->d, "lines", path);
    disk_write(path, (struct bytes){(uint8_t *)b.data, b.size});
    run(k, "apply @/lines");
    assert_true(k->c.findings);
    holds(k, "lines", "applied: 1");
    holds(k, "lines", "refused: 603");
    holds(k, "lines", "longer than 1 MiB");
    k->c.json = true;
    command_office_write(k, "lines", "\n");
    run(k, "apply @/lines");
    holds(k, "lines", "\"refusals\": []");
    k->c.json = false;
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_there_is),
        cmocka_unit_test(to_another_person_they_are_numbers),
        cmocka_unit_test(a_trace_of_a_newer_program_is_told_as_such),
        cmocka_unit_test(a_settling_is_taken_back_and_clashes_again),
        cmocka_unit_test(forms_come_and_change_and_are_written_out),
        cmocka_unit_test(lines_are_counted_blank_ones_too),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
