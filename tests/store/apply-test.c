/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a line of JSON goes through the same checks as the screens; a line
 * that is wrong in any way is refused with a sentence, and nothing of it is
 * written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "store/apply.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/entity.h"
#include "tests/store/support_office.h"

#define CASE "11111111-1111-4111-8111-111111111111"
#define OPEN                                                                   \
    "{\"case\":\"" CASE "\",\"record\":\"" CASE "\","                          \
    "\"form\":\"registration\",\"place\":\"ET041114/03\","                     \
    "\"at\":\"2026-11-20T08:00:00Z\","                                         \
    "\"set\":{\"given_name\":\"Selam\",\"father_name\":\"Haile\","             \
    "\"sex\":\"female\",\"urgent_needs\":[\"medical\",\"food\"]}}"

static bool apply(struct office *o, const char *json, bool *saved,
                  struct err *e)
{
    return apply_line(o->store, json, strlen(json), saved, e);
}

static void must_apply(struct office *o, const char *json)
{
    struct err e = ERR_INIT;
    bool saved = false;
    if (!apply(o, json, &saved, &e))
        fail_msg("%s: %s", json, e.text);
}

static int64_t count_changes(struct office *o)
{
    struct err e = ERR_INIT;
    int64_t n = 0;
    assert_true(db_get_int(store_db(o->store), "SELECT COUNT(*) FROM change",
                           DB_NOTHING, 0, &n, &e));
    return n;
}

static int open_office(void **state)
{
    static struct office o;
    office_open(&o, "Gasera", "ET041114", 3);
    *state = &o;
    return 0;
}

static int close_office(void **state)
{
    office_close(*state);
    return 0;
}

static void a_case_is_opened_and_holds_what_the_line_set(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    struct id id;
    struct casefile c;
    struct entity x;
    struct pool *pool = pool_new();
    must_apply(o, OPEN);
    assert_true(id_parse(CASE, &id));
    assert_true(casefile_load(o->store, &id, &c, &e));
    assert_string_equal(c.name, "Selam Haile");
    assert_string_equal(c.place, "ET041114/03");
    assert_true(entity_load(o->store, &id, pool, &x, &e));
    assert_string_equal(entity_value(&x, "urgent_needs")->answer,
                        "medical food");
    assert_string_equal(entity_value(&x, "sex")->answer, "female");
    assert_int_equal(entity_value(&x, "sex")->at_ms, 1795161600000);
    /* what nobody set is not there, though the form has defaults */
    assert_null(entity_value(&x, "registration_date"));
    pool_free(pool);
}

static void the_same_line_again_holds_nothing_new(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    bool saved = true;
    must_apply(o, OPEN);
    int64_t before = count_changes(o);
    assert_true(apply(o, OPEN, &saved, &e));
    assert_false(saved);
    assert_int_equal(count_changes(o), before);
}

static void null_clears_a_field(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    struct id id;
    struct entity x;
    struct pool *pool = pool_new();
    must_apply(o, OPEN);
    must_apply(o, "{\"case\":\"" CASE "\",\"form\":\"registration\","
                  "\"set\":{\"father_name\":null}}");
    assert_true(id_parse(CASE, &id));
    assert_true(entity_load(o->store, &id, pool, &x, &e));
    assert_string_equal(entity_value(&x, "father_name")->answer, "");
    pool_free(pool);
}

static void facts_of_a_place_are_one_record(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    struct pool *pool = pool_new();
    struct entity_list list;
    struct stream stream = stream_of_place("ET041114/03");
    must_apply(o, "{\"place\":\"ET041114/03\",\"form\":\"checklist_community\","
                  "\"set\":{\"C_SE_1_state\":\"known\","
                  "\"C_SE_1_text\":\"Quiet\"}}");
    must_apply(o, "{\"place\":\"ET041114/03\",\"form\":\"checklist_community\","
                  "\"set\":{\"C_SE_2_state\":\"unknown\"}}");
    assert_true(entity_list_load(o->store, &stream, pool, &list, &e));
    assert_int_equal(list.nr, 1);
    pool_free(pool);
}

/* Each with a word that its sentence must hold. */
static const struct {
    const char *json, *word;
} wrong[] = {
    {"{broken", "JSON"},
    {"[]", "object"},
    {"{\"set\":{}}", "form"},
    {"{\"form\":\"registration\",\"set\":7}", "set"},
    {"{\"form\":\"nothing\",\"set\":{}}", "nothing"},
    {"{\"form\":\"registration\",\"set\":{}}", "case"},
    {"{\"form\":\"visit\",\"case\":\"x\",\"set\":{}}", "UUID"},
    {"{\"form\":\"visit\",\"case\":\"" CASE "\",\"set\":{\"notes\":\"x\"}}",
     "registration"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"set\":{\"given_name\":\"x\"}}",
     "place"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"nowhere\",\"set\":{\"given_name\":\"x\"}}",
     "place code"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"at\":\"yesterday\",\"set\":{}}",
     "at"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"colour\":\"red\",\"set\":{}}",
     "colour"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"no_such\":1}}",
     "no_such"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"sex\":\"purple\"}}",
     "sex"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"given_name\":{\"a\":1}}}",
     "given_name"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"given_name\":\"\\u001b[2J\"}}",
     "given_name"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"registration_date\":\"2026-13-01\"}"
     "}",
     "registration_date"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"registration_date\":\"2999-01-01\"}"
     "}",
     "registration_date"},
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"age_years\":12}}",
     "age_years"}, /* not asked while the precision is not "age" */
    {"{\"form\":\"registration\",\"case\":\"" CASE
     "\",\"place\":\"ET041114\",\"set\":{\"given_name\":\"a\\u0000b\"}}",
     ""},
};

static void a_wrong_line_is_refused_and_leaves_nothing(void **state)
{
    struct office *o = *state;
    int64_t before = count_changes(o);
    for (size_t i = 0; i < ARR_NR(wrong); i++) {
        struct err e = ERR_INIT;
        bool saved = true;
        if (apply(o, wrong[i].json, &saved, &e))
            fail_msg("taken: %s", wrong[i].json);
        assert_false(saved);
        if (strstr(e.text, wrong[i].word) == NULL)
            fail_msg("%s: \"%s\" does not name %s", wrong[i].json, e.text,
                     wrong[i].word);
        assert_int_equal(count_changes(o), before);
    }
}

static void a_record_of_another_case_is_refused(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    bool saved;
    must_apply(o, OPEN);
    assert_false(apply(o,
                       "{\"case\":\"22222222-2222-4222-8222-222222222222\","
                       "\"record\":\"" CASE "\",\"form\":\"visit\","
                       "\"set\":{\"notes\":\"x\"}}",
                       &saved, &e));
}

static void five_hundred_letters_of_a_name_are_kept(void **state)
{
    struct office *o = *state;
    struct err e = ERR_INIT;
    struct id id;
    struct casefile c;
    char name[501], json[900];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(json, sizeof json,
             "{\"case\":\"" CASE "\",\"form\":\"registration\","
             "\"place\":\"ET041114\",\"set\":{\"given_name\":\"%s\"}}",
             name);
    must_apply(o, json);
    assert_true(id_parse(CASE, &id));
    assert_true(casefile_load(o->store, &id, &c, &e)); /* cut in lists only */
    struct pool *pool = pool_new();
    struct entity x;
    assert_true(entity_load(o->store, &id, pool, &x, &e));
    assert_string_equal(entity_value(&x, "given_name")->answer, name);
    pool_free(pool);
}

#define APPLY_TEST(f)                                                          \
    cmocka_unit_test_setup_teardown(f, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        APPLY_TEST(a_case_is_opened_and_holds_what_the_line_set),
        APPLY_TEST(the_same_line_again_holds_nothing_new),
        APPLY_TEST(null_clears_a_field),
        APPLY_TEST(facts_of_a_place_are_one_record),
        APPLY_TEST(a_wrong_line_is_refused_and_leaves_nothing),
        APPLY_TEST(a_record_of_another_case_is_refused),
        APPLY_TEST(five_hundred_letters_of_a_name_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
