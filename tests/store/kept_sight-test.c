/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: when two people take cases for one, nobody loses the child: whoever
 * sees one of its cases sees the one that is kept, works on it, and finds it
 * under the worker's name. And nobody learns more by it: a case that is only a
 * number stays one, no name and no answer of it leads to the kept one, and what
 * it says differently is not told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/apply.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/office.h"
#include "store/store_int.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* Three cases of one child, each opened by another community worker: Hirut of
 * almaz is kept, Zewditu of bekele is under it, and Rahel of derartu under that
 * one; chaltu has nothing to do with any of them. */
struct child {
    struct office office;
    struct pool *pool;
    struct id kept, below, lowest;
};

static void sit_down(struct child *t, const char *login, const char *role)
{
    struct store *s = t->office.store;
    str_copy(s->login, sizeof s->login, "boss");
    str_copy(s->role, sizeof s->role, "case-manager");
    MUST(office_write_user(s, login, role, e));
    str_copy(s->login, sizeof s->login, login);
    MUST(store_renew_role(s, e));
    assert_string_equal(store_role(s), role);
}

static void worker(struct child *t, const char *login)
{
    sit_down(t, login, "community-worker");
}

static void apply(struct child *t, const char *line)
{
    bool saved = false;
    MUST(apply_line(t->office.store, line, strlen(line), &saved, e));
    assert_true(saved);
}

static struct id open_case(struct child *t, int n, const char *login,
                           const char *name)
{
    char line[400], text[ID_TEXT_BYTES];
    struct id id;
    worker(t, login);
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    snprintf(line, sizeof line,
             "{\"case\":\"%s\",\"form\":\"registration\","
             "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"%s\","
             "\"nickname\":\"of %s\"}}",
             text, name, login);
    apply(t, line);
    return id;
}

static int begin(void **state)
{
    static struct child t;
    office_open(&t.office, "Gasera", "ET041114", 1);
    t.pool = pool_new();
    t.kept = open_case(&t, 1, "almaz", "Hirut");
    t.below = open_case(&t, 2, "bekele", "Zewditu");
    t.lowest = open_case(&t, 3, "derartu", "Rahel");
    sit_down(&t, "boss", "case-manager");
    MUST(duplicate_merge(t.office.store, &t.lowest, &t.below, &t.kept, e));
    MUST(duplicate_merge(t.office.store, &t.below, &t.kept, &t.kept, e));
    *state = &t;
    return 0;
}

static int end(void **state)
{
    struct child *t = *state;
    struct verify_count count;
    MUST(verify_all(t->office.store, &count, e));
    pool_free(t->pool);
    office_close(&t->office);
    return 0;
}

static int64_t count(struct child *t, const struct casefile_query *query)
{
    int64_t nr = 0;
    MUST(casefile_count(t->office.store, query, &nr, e));
    return nr;
}

/* How many cases a search finds, in names and in answers. */
static int64_t found(struct child *t, const char *text)
{
    return count(t, &(struct casefile_query){.text = text, .notes = true});
}

static struct casefile row(struct child *t, const struct id *id)
{
    struct casefile c;
    MUST(casefile_load(t->office.store, id, &c, e));
    return c;
}

static struct casefile_tally tally(struct child *t)
{
    struct casefile_tally x;
    MUST(casefile_tally_load(t->office.store, &x, e));
    return x;
}

static void nobody_loses_the_child(void **state)
{
    static const char *const workers[] = {"almaz", "bekele", "derartu"};
    struct child *t = *state;
    for (size_t i = 0; i < 3; i++) {
        const struct casefile_query mine = {.worker = workers[i]};
        struct casefile one;
        struct casefile_page page = {.room = &one, .room_nr = 1};
        struct entity x;
        char line[300], id[ID_TEXT_BYTES];
        worker(t, workers[i]);
        MUST(casefile_page_load(t->office.store, &mine, &page, e));
        assert_int_equal(page.nr, 1);
        assert_true(id_equal(&one.id, &t->kept));
        assert_string_equal(one.name, "Hirut");
        assert_int_equal(count(t, &(struct casefile_query){0}), 1);
        assert_int_equal(tally(t).cases, 1);
        assert_int_equal(tally(t).masked, 0);
        assert_int_equal(found(t, "Hirut"), 1);
        MUST(entity_load(t->office.store, &t->kept, t->pool, &x, e));
        assert_string_equal(entity_value_named(&x, "given_name")->answer,
                            "Hirut");
        id_print(&t->kept, id);
        snprintf(line, sizeof line,
                 "{\"case\":\"%s\",\"form\":\"visit\",\"set\":{"
                 "\"visit_date\":\"2026-09-0%zu\"}}",
                 id, i + 1);
        apply(t, line);
    }
}

static void a_stranger_still_sees_a_number(void **state)
{
    struct child *t = *state;
    worker(t, "chaltu");
    assert_true(row(t, &t->kept).masked);
    assert_int_equal(tally(t).cases, 0);
    assert_int_equal(tally(t).masked, 1);
    assert_int_equal(found(t, "Hirut"), 0);
    assert_int_equal(found(t, "Zewditu"), 0);
}

static void parted_each_has_only_the_own_case(void **state)
{
    struct child *t = *state;
    sit_down(t, "boss", "case-manager");
    MUST(duplicate_part(t->office.store, &t->below, &t->kept, e));
    worker(t, "bekele");
    assert_true(row(t, &t->kept).masked);
    assert_false(row(t, &t->below).masked);
    assert_int_equal(found(t, "Hirut"), 0);
}

static void no_name_of_a_masked_case_leads_to_the_kept_one(void **state)
{
    struct child *t = *state;
    char number[ID_NUMBER_BYTES];
    worker(t, "almaz");
    assert_true(row(t, &t->below).masked);
    assert_int_equal(found(t, "Zewditu"), 0);
    assert_int_equal(found(t, "Zewd"), 0);
    assert_int_equal(found(t, "ዘውዲቱ"), 0); /* by sound */
    assert_int_equal(found(t, "Rahel"), 0);
    assert_int_equal(found(t, "bekele"), 0); /* the answer "of bekele" */
    assert_int_equal(found(t, "almaz"), 1);
    /* its number stands on the page of the kept one, and finds it */
    id_print_number(&t->below, number);
    assert_int_equal(found(t, number), 1);
    /* of their own cases people know the name */
    worker(t, "bekele");
    assert_int_equal(found(t, "Zewditu"), 1);
    assert_int_equal(found(t, "Rahel"), 0);
    sit_down(t, "boss", "case-manager");
    assert_int_equal(found(t, "Zewditu"), 1);
    assert_int_equal(found(t, "Rahel"), 1);
}

/* That something differs is told, not what; and who does not see both sides
 * does not choose. */
static void what_a_masked_case_says_is_not_told(void **state)
{
    struct child *t = *state;
    struct conflict_list l;
    struct err err = ERR_INIT;
    size_t masked = 0;
    worker(t, "almaz");
    MUST(conflict_list_load(t->office.store, &t->kept, t->pool, &l, e));
    assert_int_equal(l.nr, 2);
    for (size_t i = 0; i < l.nr; i++)
        for (size_t k = 0; k < l.items[i].nr; k++) {
            const struct entity_value *v =
                &l.items[i].entity.values[l.items[i].first + k];
            assert_null(strstr(v->answer, "Zewditu"));
            assert_null(strstr(v->answer, "bekele"));
            masked += v->masked;
        }
    assert_int_equal(masked, 4);
    assert_false(conflict_settle(t->office.store, &l.items[0], 0, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_non_null(strstr(err.text, "not among yours"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_loses_the_child),
        TEST(a_stranger_still_sees_a_number),
        TEST(parted_each_has_only_the_own_case),
        TEST(no_name_of_a_masked_case_leads_to_the_kept_one),
        TEST(what_a_masked_case_says_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
