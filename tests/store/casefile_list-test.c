/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a list stands in four orders and pages through each without loss or
 * repetition, both ways; each filter leaves what it says, and all of them
 * together; notes are found by their words unless they are sealed or no longer
 * stand; two cases that bear one number are told apart; what anybody has saved
 * meanwhile is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/setting.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static void apply(struct office *o, const char *line)
{
    bool saved = false;
    MUST(apply_line(o->store, line, strlen(line), &saved, e));
    assert_true(saved);
}

/* A case that begins with so many, opened on that day of October 2026. */
static void open_case(struct office *o, int n, const char *name, int day,
                      const char *place)
{
    char line[400];
    snprintf(line, sizeof line,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"at\":\"2026-10-%02dT09:00:00Z\",\"form\":\"registration\","
             "\"place\":\"%s\",\"set\":{\"given_name\":\"%s\"}}",
             n, day, place, name);
    apply(o, line);
}

static void visit(struct office *o, int n, int day, const char *more)
{
    char line[400];
    snprintf(line, sizeof line,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"at\":\"2026-10-%02dT10:00:00Z\",\"form\":\"visit\",\"set\":{"
             "\"visit_date\":\"2026-10-%02d\",\"child_seen\":\"yes\"%s}}",
             n, day, day, more);
    apply(o, line);
}

/* Four children; numbers rise as names fall. */
static void open_all(struct office *o)
{
    office_open(o, "Gasera", "ET0411", 1);
    o->now_ms = INT64_C(1793534400000); /* 1 November 2026 */
    open_case(o, 0x40000000, "Abebe", 4, "ET041114/03");
    open_case(o, 0x30000000, "Bekele", 1, "ET041114/05");
    open_case(o, 0x20000000, "Chaltu", 3, "ET041105");
    open_case(o, 0x10000000, "Dawit", 2, "ET041114/03");
    visit(o, 0x30000000, 20, ",\"child_words\":\"The goat has two kids\"");
    visit(o, 0x10000000, 10,
          ",\"feelings\":\"worse\",\"feelings_note\":"
          "\"Dreams of the desert\"");
}

/* The first letters of the names, in order; in pages of so many. */
static void letters(struct office *o, const struct casefile_query *query,
                    bool backwards, size_t page_nr, char *out)
{
    struct casefile room[4];
    char from[CASEFILE_KEY_BYTES];
    size_t n = 0;
    int64_t count = 0;
    struct casefile_page page = {
        .room = room, .room_nr = page_nr, .backwards = backwards};
    do {
        MUST(casefile_page_load(o->store, query, &page, e));
        for (size_t i = 0; i < page.nr && n < 20; i++)
            out[n++] = room[i].name[0];
        if (page.nr > 0)
            str_copy(from, sizeof from, room[page.nr - 1].sort_key);
        page.from = from;
    } while (page.nr == page_nr && n < 20);
    out[n] = '\0';
    MUST(casefile_count(o->store, query, &count, e));
    assert_int_equal(count, n);
}

static void check(struct office *o, struct casefile_query query,
                  const char *wanted)
{
    char found[24], back[24], turned[24] = "";
    for (size_t page = 1; page <= 4; page++) {
        letters(o, &query, false, page, found);
        assert_string_equal(found, wanted);
        letters(o, &query, true, page, back);
        for (size_t i = 0; i < strlen(back); i++)
            turned[i] = back[strlen(back) - 1 - i];
        assert_string_equal(turned, wanted);
    }
}

static void four_orders(void **state)
{
    struct office o;
    struct casefile c;
    char key[CASEFILE_KEY_BYTES];
    enum casefile_sort sort;
    (void)state;
    open_all(&o);
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_NAME}, "ABCD");
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_NUMBER}, "DCBA");
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_CHANGE}, "BDAC");
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_OPENED}, "ACDB");
    visit(&o, 0x20000000, 25, "");
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_CHANGE}, "CBDA");
    MUST(casefile_resolve(o.store, "chaltu", &c, e));
    MUST(casefile_key_load(o.store, &c.id, CASEFILE_BY_CHANGE, key, e));
    struct casefile_query query = {.sort = CASEFILE_BY_CHANGE};
    struct casefile_page page = {.room = &c, .room_nr = 1, .from = key};
    MUST(casefile_page_load(o.store, &query, &page, e));
    assert_string_equal(c.name, "Bekele");
    assert_true(casefile_sort_find("opened", &sort));
    assert_int_equal(sort, CASEFILE_BY_OPENED);
    assert_false(casefile_sort_find("risk", &sort));
    office_close(&o);
}

static void each_filter_and_all_together(void **state)
{
    struct office o;
    struct verify_count count;
    struct id chaltu;
    (void)state;
    open_all(&o);
    check(&o, (struct casefile_query){.place = "ET041114"}, "ABD");
    check(&o, (struct casefile_query){.worker = store_login(o.store)}, "ABCD");
    check(&o, (struct casefile_query){.worker = "nobody"}, "");
    int64_t third = INT64_C(1790985600000); /* 3 October 2026 */
    check(&o, (struct casefile_query){.opened_since_ms = third}, "AC");
    int64_t fifteenth = third / DAY_MS + 12;
    check(&o, (struct casefile_query){.unvisited_since = fifteenth}, "ACD");
    check(&o, (struct casefile_query){.unvisited_since = third / DAY_MS}, "");
    MUST(setting_set_int(o.store, "sync.sent", 1000, e));
    check(&o, (struct casefile_query){.unsent = true}, "");
    MUST(setting_set_int(o.store, "sync.sent", 1, e));
    check(&o, (struct casefile_query){.unsent = true}, "ABCD");
    assert_true(id_parse("20000000-1111-4111-8111-111111111111", &chaltu));
    office_set(&o, &chaltu, "nickname", "Chu", true);
    office_set(&o, &chaltu, "nickname", "Tu", false);
    check(&o, (struct casefile_query){.clashing = true}, "C");
    check(&o,
          (struct casefile_query){.place = "ET041114",
                                  .unsent = true,
                                  .unvisited_since = fifteenth,
                                  .opened_since_ms = third,
                                  .sort = CASEFILE_BY_NUMBER},
          "A");
    check(&o, (struct casefile_query){.text = "d", .place = "ET041105"}, "");
    MUST(verify_all(o.store, &count, e));
    office_close(&o);
}

static void notes_are_found_by_their_words(void **state)
{
    struct office o;
    (void)state;
    open_all(&o);
    struct casefile_query goat = {.text = "two goat", .notes = true};
    check(&o, goat, "B");
    goat.notes = false;
    check(&o, goat, "");
    goat = (struct casefile_query){.text = "go", .notes = true};
    check(&o, goat, "");  /* too short */
    goat.text = "desert"; /* sealed */
    check(&o, goat, "");
    goat.text = "goat camel"; /* both in one answer */
    check(&o, goat, "");
    open_case(&o, 0x50000000, "Goatherd", 6, "ET041114");
    goat.text = "goat"; /* names come first */
    check(&o, goat, "GB");
    goat.place = "ET041114/05";
    check(&o, goat, "B");
    goat.place = NULL;
    MUST(fold_rebuild(o.store, e));
    check(&o, goat, "GB");
    office_close(&o);
}

/* What was replaced is not found any more. */
static void an_answer_that_no_longer_stands_is_not_found(void **state)
{
    struct office o;
    struct casefile_query mill = {.text = "grain mill", .notes = true};
    (void)state;
    open_all(&o);
    apply(&o, "{\"case\":\"10000000-1111-4111-8111-111111111111\",\"form\":"
              "\"registration\",\"set\":{\"current_address\":"
              "\"Behind the grain mill\"}}");
    check(&o, mill, "D");
    apply(&o, "{\"case\":\"10000000-1111-4111-8111-111111111111\",\"form\":"
              "\"registration\",\"set\":{\"current_address\":"
              "\"At the bus station\"}}");
    check(&o, mill, "");
    mill.text = "ጤና"; /* one word of two syllables is enough */
    check(&o, mill, "");
    apply(&o, "{\"case\":\"10000000-1111-4111-8111-111111111111\",\"form\":"
              "\"registration\",\"set\":{\"current_address\":"
              "\"ከጤና ጣቢያው አጠገብ ጤናው\"}}");
    check(&o, mill, "D");
    office_close(&o);
}

/* The first 40 bits make the number. */
static void two_cases_of_one_number(void **state)
{
    struct office o;
    struct casefile c;
    struct err err = ERR_INIT;
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    for (int i = 1; i <= 2; i++) {
        char line[300];
        snprintf(line, sizeof line,
                 "{\"case\":\"40000000-1111-4111-8111-11111111111%d\",\"form\":"
                 "\"registration\",\"place\":\"ET041114\",\"set\":{"
                 "\"given_name\":\"Selam\"}}",
                 i);
        apply(&o, line);
    }
    check(&o, (struct casefile_query){.sort = CASEFILE_BY_NUMBER}, "SS");
    struct casefile_query all = {.text = NULL};
    struct casefile_page page = {.room = &c, .room_nr = 1};
    MUST(casefile_page_load(o.store, &all, &page, e));
    char number[ID_NUMBER_BYTES];
    str_copy(number, sizeof number, c.number);
    assert_false(casefile_resolve(o.store, number, &c, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.text, "40000000-1111-4111-8111-111111111111"));
    assert_non_null(strstr(err.text, "40000000-1111-4111-8111-111111111112"));
    MUST(casefile_resolve(o.store, "40000000-1111-4111-8111-111111111112", &c,
                          e));
    office_close(&o);
}

static int64_t found_in(struct store *s)
{
    const struct casefile_query query = {.text = "Selam"};
    int64_t count = 0;
    MUST(casefile_count(s, &query, &count, e));
    return count;
}

static void open_selam(struct store *s, int n)
{
    struct office o = {.store = s};
    char number[16];
    snprintf(number, sizeof number, "Selam%c", 'a' + n);
    open_case(&o, n, number, 1, "ET041114/03");
}

/* What was found is kept for the next page: not longer than it is true. */
static void what_is_saved_meanwhile_is_found(void **state)
{
    char dir[] = "/tmp/homeward-found-XXXXXX";
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    struct store *here = NULL, *there = NULL;
    (void)state;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    assert_non_null(mkdtemp(dir));
    MUST(store_create(dir, &n, "a passphrase", store_env_system(), e));
    MUST((here = store_open(dir, "a passphrase", store_env_system(), e)));
    MUST((there = store_open(dir, "a passphrase", store_env_system(), e)));
    assert_int_equal(found_in(here), 0);
    open_selam(here, 1);
    assert_int_equal(found_in(here), 1);
    assert_int_equal(found_in(there), 1);
    open_selam(there, 2);
    assert_int_equal(found_in(here), 2);
    MUST(db_begin(store_db(here), e));
    open_selam(here, 3);
    assert_int_equal(found_in(here), 3);
    assert_int_equal(found_in(there), 2);
    db_end(store_db(here), false, &(struct err)ERR_INIT);
    assert_int_equal(found_in(here), 2);
    open_selam(there, 4);
    assert_int_equal(found_in(there), 3);
    assert_int_equal(found_in(here), 3);
    store_close(here);
    store_close(there);
    const char *const files[] = {"homeward.db", "homeward.db-journal",
                                 "homeward.keys"};
    for (size_t i = 0; i < ARR_NR(files); i++) {
        char path[80];
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_orders),
        cmocka_unit_test(each_filter_and_all_together),
        cmocka_unit_test(notes_are_found_by_their_words),
        cmocka_unit_test(an_answer_that_no_longer_stands_is_not_found),
        cmocka_unit_test(two_cases_of_one_number),
        cmocka_unit_test(what_is_saved_meanwhile_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
