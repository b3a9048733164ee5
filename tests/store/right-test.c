/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: the gate takes from a person what the table of rights allows and
 * nothing else; what may not be read comes masked, is not found, and outlives
 * the work of those who do not see it; sealed answers open with a reason; an
 * office whose program keeps no rules gets nothing past its hub that its roles
 * do not allow, and stops nobody.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/aside.h"
#include "store/assign.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/office.h"
#include "store/right.h"
#include "store/store_int.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

#define CASE "5b0c1a3e-0000-4000-8000-000000000001"
#define LINE(set)                                                              \
    "{\"case\":\"" CASE "\",\"record\":\"" CASE                                \
    "\",\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":{" set     \
    "}}"
#define VISIT(set)                                                             \
    "{\"case\":\"" CASE "\",\"form\":\"visit\",\"set\":{" set "}}"

/* Another person sits down: a login with a role that the office knows. */
static void sit_down(struct office *o, const char *login, const char *role)
{
    struct store *s = o->store;
    str_copy(s->login, sizeof s->login, "boss");
    str_copy(s->role, sizeof s->role, "case-manager");
    MUST(office_write_user(s, login, role, e));
    str_copy(s->login, sizeof s->login, login);
    MUST(store_renew_role(s, e));
    assert_string_equal(store_role(s), role);
    ARR_RELEASE(&s->unsealed); /* as closing the file does */
}

static bool apply(struct office *o, const char *line, struct err *e)
{
    bool saved = false;
    *e = (struct err)ERR_INIT;
    return apply_line(o->store, line, strlen(line), &saved, e);
}

static void must_apply(struct office *o, const char *line)
{
    struct err e;
    if (!apply(o, line, &e))
        fail_msg("%s", e.text);
}

static void is_denied(struct office *o, const char *line, const char *who_may)
{
    struct err e;
    if (apply(o, line, &e))
        fail_msg("%s may: %s", store_role(o->store), line);
    assert_int_equal(e.code, ERR_DENIED);
    if (strstr(e.text, who_may) == NULL)
        fail_msg("\"%s\" does not say: %s", e.text, who_may);
}

/* An office with one case of almaz, a community worker, in its Kebele. */
static int begin(void **state)
{
    static struct office o;
    office_open(&o, "Gasera", "ET041114", 1);
    sit_down(&o, "almaz", "community-worker");
    must_apply(&o, LINE("\"given_name\":\"Selam\",\"sex\":\"female\","
                        "\"concerns\":[\"gbv\"],"
                        "\"concerns_note\":\"the uncle\""));
    *state = &o;
    return 0;
}

static int end(void **state)
{
    struct verify_count count;
    struct office *o = *state;
    MUST(verify_all(o->store, &count, e));
    office_close(o);
    return 0;
}

static struct id the_case(void)
{
    struct id id;
    assert_true(id_parse(CASE, &id));
    return id;
}

static const struct entity_value *value(struct office *o, const char *name,
                                        struct pool *pool)
{
    struct entity x;
    struct id id = the_case();
    MUST(entity_load(o->store, &id, pool, &x, e));
    const struct entity_value *v = entity_value_named(&x, name);
    return v != NULL ? pool_copy(pool, v, sizeof *v) : NULL;
}

static size_t found(struct office *o, const char *text)
{
    struct casefile room[4];
    struct casefile_query query = {.text = text};
    struct casefile_page page = {.room = room, .room_nr = 4};
    MUST(casefile_page_load(o->store, &query, &page, e));
    return page.nr;
}

/* ---- the local gate ---- */

static void who_may_not_is_told_who_may(void **state)
{
    struct office *o = *state;
    sit_down(o, "girma", "para-worker");
    is_denied(o, LINE("\"given_name\":\"Hana\""), "Social worker");
    sit_down(o, "expert", "expert");
    is_denied(o, LINE("\"given_name\":\"Hana\""), "Case manager");
    is_denied(o, VISIT("\"visit_date\":\"2026-09-01\""), "Case manager");
    sit_down(o, "ledger", "ledger");
    is_denied(o, VISIT("\"visit_date\":\"2026-09-01\""), "Social worker");
    sit_down(o, "dawit", "social-worker");
    must_apply(o, LINE("\"given_name\":\"Hana\""));
}

static void own_cases_and_nobody_elses(void **state)
{
    struct office *o = *state;
    struct id id = the_case();
    sit_down(o, "hirut", "community-worker");
    is_denied(o, LINE("\"father_name\":\"Bekele\""), "Social worker");
    sit_down(o, "tigist", "case-manager");
    MUST(assign_worker(o->store, &id, "hirut", true, e));
    sit_down(o, "hirut", "community-worker");
    must_apply(o, LINE("\"father_name\":\"Bekele\""));
    sit_down(o, "tigist", "case-manager");
    MUST(assign_worker(o->store, &id, "hirut", false, e));
    sit_down(o, "hirut", "community-worker");
    is_denied(o, LINE("\"father_name\":\"Girma\""), "Social worker");
    sit_down(o, "almaz", "community-worker"); /* who opened it still works */
    must_apply(o, LINE("\"father_name\":\"Girma\""));
    struct err why = ERR_INIT;
    assert_false(assign_worker(o->store, &id, "hirut", true, &why));
    assert_int_equal(why.code, ERR_DENIED);
}

static void people_are_added_by_who_may_or_where_nobody_else_may(void **state)
{
    struct office lone;
    struct err why = ERR_INIT;
    (void)state;
    office_open(&lone, "Kebele", "ET041114/03", 5);
    MUST(office_write_user(lone.store, "almaz", "case-manager", e));
    assert_false(office_write_user(lone.store, "girma", "expert", &why));
    assert_int_equal(why.code, ERR_DENIED);
    office_close(&lone);
}

/* ---- masks ---- */

static void sealed_opens_with_a_reason_for_who_may(void **state)
{
    struct office *o = *state;
    struct pool *pool = pool_new();
    struct id id = the_case();
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    struct err why = ERR_INIT;
    sit_down(o, "dawit", "social-worker");
    const struct entity_value *v = value(o, "concerns_note", pool);
    assert_true(v->masked);
    assert_string_equal(v->answer, "");
    assert_false(value(o, "given_name", pool)->masked);
    assert_false(right_unseal(o->store, &stream, "  ", &why));
    assert_int_equal(why.code, ERR_INPUT);
    MUST(right_unseal(o->store, &stream, "visit today", e));
    v = value(o, "concerns_note", pool);
    assert_false(v->masked);
    assert_string_equal(v->answer, "the uncle");
    sit_down(o, "almaz", "community-worker"); /* wrote it, reads it not */
    assert_true(value(o, "concerns_note", pool)->masked);
    assert_false(right_unseal(o->store, &stream, "mine", &why));
    assert_int_equal(why.code, ERR_DENIED);
    pool_free(pool);
}

static void what_is_masked_outlives_the_work_of_others(void **state)
{
    struct office *o = *state;
    struct pool *pool = pool_new();
    sit_down(o, "dawit", "social-worker");
    must_apply(o, LINE("\"given_name\":\"Hana\",\"phone\":\"0911 000 000\""));
    is_denied(o, LINE("\"concerns_note\":\"nothing\""), "sealed");
    is_denied(o, LINE("\"concerns_note\":null"), "sealed");
    const struct entity_value *v = value(o, "concerns_note", pool);
    assert_true(v->masked);
    assert_false(v->clashes);
    assert_string_equal(v->kept, "the uncle");
    must_apply(o, "{\"case\":\"" CASE "\",\"record\":\"" CASE
                  "\",\"form\":\"registration\",\"place\":\"ET041114/03\","
                  "\"reason\":\"the aunt told more\","
                  "\"set\":{\"concerns_note\":\"the neighbour\"}}");
    v = value(o, "concerns_note", pool);
    assert_string_equal(v->answer, "the neighbour");
    assert_false(v->clashes);
    pool_free(pool);
}

static void a_case_out_of_reach_is_a_number(void **state)
{
    static const char *const blind[] = {"administrator", "me-officer", "ledger",
                                        "ledger-auditor", "para-worker"};
    struct office *o = *state;
    struct id id = the_case();
    struct casefile c;
    struct casefile_tally t;
    int64_t count = 0;
    office_set(o, &id, "notes", "one", false); /* two values: a clash */
    office_set(o, &id, "notes", "two", false);
    for (size_t i = 0; i < ARR_NR(blind); i++) {
        sit_down(o, "somebody", blind[i]);
        MUST(casefile_tally_load(o->store, &t, e));
        assert_int_equal(t.cases, 0);
        assert_int_equal(t.masked, 1);
        assert_int_equal(t.unsent, 0);
        assert_int_equal(t.clashes, 0);
        MUST(conflict_count(o->store, &count, e));
        assert_int_equal(count, 0);
        struct pool *pool = pool_new();
        struct conflict_list clashes;
        MUST(conflict_list_load(o->store, NULL, pool, &clashes, e));
        assert_int_equal(clashes.nr, 0);
        pool_free(pool);
        assert_int_equal(found(o, "Selam"), 0);
        assert_int_equal(found(o, NULL), 1);
        MUST(casefile_load(o->store, &id, &c, e));
        assert_true(c.masked);
        assert_string_equal(c.name, "");
        assert_string_equal(c.place, "");
        assert_true(c.number[0] != '\0');
        MUST(casefile_count(o->store, &(struct casefile_query){.text = NULL},
                            &count, e));
        assert_int_equal(count, 1);
        MUST(casefile_count(o->store, &(struct casefile_query){.text = "Selam"},
                            &count, e));
        assert_int_equal(count, 0);
    }
    sit_down(o, "dawit", "social-worker");
    assert_int_equal(found(o, "Selam"), 1);
    MUST(casefile_tally_load(o->store, &t, e));
    assert_int_equal(t.cases, 1);
    assert_int_equal(t.masked, 0);
    assert_int_equal(t.unsent, 1);
    assert_int_equal(t.clashes, 1);
}

/* Masked cases stand behind the others, whichever way one pages. */
enum { OTHERS = 5 };

static void page_in_order(struct office *o, enum casefile_sort sort)
{
    struct casefile one, back[OTHERS + 1];
    char from[CASEFILE_KEY_BYTES] = "", key[CASEFILE_KEY_BYTES];
    struct casefile_query query = {.sort = sort};
    size_t seen = 0, masked = 0;
    struct casefile_page page = {.room = &one, .room_nr = 1};
    for (;;) {
        MUST(casefile_page_load(o->store, &query, &page, e));
        if (page.nr == 0)
            break;
        assert_true(strcmp(from, one.sort_key) < 0);
        seen += !one.masked;
        masked += one.masked;
        assert_int_equal(one.masked, seen == 1 && masked > 0);
        str_copy(from, sizeof from, one.sort_key);
        MUST(casefile_key_load(o->store, &one.id, sort, key, e));
        assert_string_equal(key, from);
        page.from = from;
    }
    assert_int_equal(seen, 1);
    assert_int_equal(masked, OTHERS);
    page = (struct casefile_page){
        .room = back, .room_nr = ARR_NR(back), .backwards = true};
    MUST(casefile_page_load(o->store, &query, &page, e));
    assert_int_equal(page.nr, OTHERS + 1);
    assert_false(back[OTHERS].masked);
    assert_true(back[0].masked);
}

static void pages_go_through_what_is_seen_and_what_is_not(void **state)
{
    struct office *o = *state;
    sit_down(o, "hirut", "community-worker");
    for (int i = 0; i < OTHERS; i++)
        office_open_case(o, "ET041114/03", "Aaron");
    sit_down(o, "almaz", "community-worker");
    for (int sort = 0; sort < CASEFILE_SORTS; sort++)
        page_in_order(o, (enum casefile_sort)sort);
}

static int64_t count_of(struct office *o, const struct casefile_query *query)
{
    struct casefile room[OTHERS];
    struct casefile_page page = {.room = room, .room_nr = OTHERS};
    int64_t nr = 0;
    MUST(casefile_count(o->store, query, &nr, e));
    MUST(casefile_page_load(o->store, query, &page, e));
    assert_int_equal(nr, page.nr);
    return nr;
}

/* No condition tells anything of a case that is only a number, and no answer
 * of a visit names it. */
static void conditions_find_only_what_is_seen(void **state)
{
    struct office *o = *state;
    must_apply(o, VISIT("\"notes\":\"the grain mill\""));
    const struct casefile_query queries[] = {
        {.place = "ET041114"}, {.worker = "almaz"},
        {.unsent = true},      {.opened_since_ms = 1},
        {.merged = true},      {.unvisited_since = INT32_MAX},
        {.text = "Selam"},     {.text = "grain mill", .notes = true}};
    for (size_t i = 0; i < ARR_NR(queries); i++)
        assert_int_equal(count_of(o, &queries[i]), 1);
    sit_down(o, "hirut", "community-worker");
    for (size_t i = 0; i < ARR_NR(queries); i++)
        assert_int_equal(count_of(o, &queries[i]), queries[i].merged ? 1 : 0);
    sit_down(o, "me", "me-officer");
    for (size_t i = 0; i < ARR_NR(queries); i++)
        assert_int_equal(count_of(o, &queries[i]), queries[i].merged ? 1 : 0);
}

/* The worker of a case is who was named, and no longer who was taken off. */
static void a_list_of_a_worker_follows_the_naming(void **state)
{
    struct office *o = *state;
    struct id id = the_case();
    const struct casefile_query of_almaz = {.worker = "almaz"},
                                of_dawit = {.worker = "dawit"};
    sit_down(o, "dawit", "social-worker");
    assert_int_equal(count_of(o, &of_almaz), 1);
    assert_int_equal(count_of(o, &of_dawit), 0);
    sit_down(o, "manager", "case-manager");
    MUST(assign_worker(o->store, &id, "dawit", true, e));
    MUST(assign_worker(o->store, &id, "almaz", false, e));
    assert_int_equal(count_of(o, &of_almaz), 0);
    assert_int_equal(count_of(o, &of_dawit), 1);
}

/* A child that another person registered is a number to be asked about. */
static void a_duplicate_out_of_reach_has_no_name(void **state)
{
    struct office *o = *state;
    struct alike_person who;
    struct pool *pool = pool_new();
    struct duplicate_list l;
    struct id id = the_case();
    struct err err = ERR_INIT;
    const char *const line = LINE("\"father_name\":\"Tola\"");
    must_apply(o, line);
    MUST(duplicate_person_load(o->store, &id, &who, e));
    MUST(duplicate_list_load(o->store, &who, NULL, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_true(l.items[0].match.reasons_nr > 0);
    sit_down(o, "hirut", "community-worker");
    MUST(duplicate_list_load(o->store, &who, NULL, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_true(l.items[0].file.masked);
    assert_string_equal(l.items[0].file.name, "");
    assert_int_equal(l.items[0].match.reasons_nr, 0);
    assert_false(duplicate_person_load(o->store, &id, &who, &err));
    assert_int_equal(err.code, ERR_DENIED);
    pool_free(pool);
}

/* ---- a hub, and an office that keeps no rules ---- */

static void force(struct office *o, const char *author, const char *kind,
                  struct id record, const char *path)
{
    struct id id = the_case();
    office_force(
        o, &(struct office_forced){.author = author,
                                   .kind = kind,
                                   .stream = stream_of_id(STREAM_CASE, &id),
                                   .record = record,
                                   .path = path,
                                   .text = "forced"});
}

static int64_t aside(struct office *hub, const char *reason)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(hub->store),
                    "SELECT COUNT(*) FROM quarantine WHERE reason = ?",
                    DB_BIND(db_text(reason)), 0, &n, e));
    return n;
}

static void send(struct office *o, struct office *hub)
{
    MUST(office_send(o, hub, NULL, e));
}

/* Of an office of para-social workers nobody names workers or registers. */
static void a_role_that_was_not_admitted_gets_nothing_through(void **state)
{
    struct office hub, good, bad;
    struct id id = the_case();
    char text[32];
    (void)state;
    office_open_hub(&hub);
    office_open(&good, "Gasera", "ET041114", 1);
    office_open(&bad, "Kebele", "ET041114/03", 2);
    office_become(&bad, "para-worker");
    office_admit(&hub, &good);
    office_admit(&hub, &bad);
    must_apply(&good, LINE("\"given_name\":\"Selam\""));
    send(&good, &hub);
    MUST(office_fetch(&bad, &hub, NULL, e));
    /* it may write down a visit, and does */
    force(&bad, "worker", "visit", id_new(store_entropy(bad.store)), "notes");
    send(&bad, &hub);
    assert_int_equal(aside(&hub, "not-allowed"), 0);
    /* it makes itself a case manager, and renames the child */
    office_become(&bad, "case-manager");
    force(&bad, "worker", "case", id, "given_name");
    send(&bad, &hub);
    assert_int_equal(aside(&hub, "not-allowed"), 1);
    assert_int_equal(office_values(&hub, &id, "given_name", text, sizeof text),
                     1);
    assert_string_equal(text, "Selam");
    /* nobody else is stopped by that */
    must_apply(&good, LINE("\"father_name\":\"Bekele\""));
    send(&good, &hub);
    send(&bad, &hub);
    MUST(office_fetch(&bad, &hub, NULL, e));
    assert_int_equal(office_values(&hub, &id, "father_name", text, sizeof text),
                     1);
    office_close(&bad);
    office_close(&good);
    office_close(&hub);
}

/* The office may, this person of it may not. */
static void the_authors_role_counts_at_the_hub(void **state)
{
    struct office hub, o;
    struct id id = the_case();
    (void)state;
    office_open_hub(&hub);
    office_open(&o, "Gasera", "ET041114", 1);
    office_admit(&hub, &o);
    must_apply(&o, LINE("\"given_name\":\"Selam\""));
    MUST(office_write_user(o.store, "ayele", "me-officer", e));
    send(&o, &hub);
    force(&o, "ayele", "case", id, "given_name");
    send(&o, &hub);
    assert_int_equal(aside(&hub, "not-allowed"), 1);
    office_close(&o);
    office_close(&hub);
}

/* It waits, with what the same office wrote behind it, and is seen with who
 * and why; once its author has the role, all of it stands as if just come, goes
 * on to others, and every chain verifies. */
static void work_set_aside_passes_once_the_author_may(void **state)
{
    struct office hub, o, other;
    struct id id = the_case();
    struct pool *pool = pool_new();
    struct aside_list l;
    struct verify_count count;
    struct err why = ERR_INIT;
    char text[32];
    (void)state;
    office_open_hub(&hub);
    office_open(&o, "Gasera", "ET041114", 1);
    office_open(&other, "Zone", "ET0411", 2);
    office_admit(&hub, &o);
    office_admit(&hub, &other);
    must_apply(&o, LINE("\"given_name\":\"Selam\""));
    MUST(office_write_user(o.store, "ayele", "me-officer", e));
    send(&o, &hub);
    force(&o, "ayele", "case", id, "given_name");
    force(&o, "worker", "visit", id_new(store_entropy(o.store)), "notes");
    must_apply(&o, LINE("\"father_name\":\"Bekele\""));
    send(&o, &hub);
    assert_int_equal(aside(&hub, "not-allowed"), 1);
    assert_int_equal(aside(&hub, "follows-set-aside"), 2);
    MUST(aside_list_load(hub.store, pool, &l, e));
    assert_int_equal(l.nr, 3);
    assert_string_equal(l.items[0].author, "ayele");
    assert_string_equal(l.items[0].office, "Gasera");
    assert_string_equal(l.items[0].kind, "case");
    assert_string_equal(l.items[0].reason, "not-allowed");
    assert_string_equal(l.items[1].kind, "visit");
    assert_true(l.items[0].case_number[0] != '\0');
    assert_false(aside_list_load(o.store, pool, &l, &why));
    assert_int_equal(why.code, ERR_DENIED);
    /* another person's role changes nothing about it */
    MUST(office_write_user(o.store, "hirut", "social-worker", e));
    send(&o, &hub);
    assert_int_equal(aside(&hub, "not-allowed"), 1);
    MUST(office_write_user(o.store, "ayele", "social-worker", e));
    send(&o, &hub);
    MUST(aside_list_load(hub.store, pool, &l, e));
    assert_int_equal(l.nr, 0);
    office_values(&hub, &id, "father_name", text, sizeof text);
    assert_string_equal(text, "Bekele");
    MUST(verify_all(hub.store, &count, e));
    assert_int_equal(count.set_aside, 0);
    /* work goes on behind it, and reaches who holds the case */
    must_apply(&o, LINE("\"father_name\":\"Girma\""));
    send(&o, &hub);
    MUST(office_fetch(&other, &hub, NULL, e));
    office_values(&other, &id, "father_name", text, sizeof text);
    assert_string_equal(text, "Girma");
    assert_int_equal(office_values(&hub, &id, "given_name", text, sizeof text),
                     office_values(&o, &id, "given_name", text, sizeof text));
    MUST(verify_all(other.store, &count, e));
    pool_free(pool);
    office_close(&other);
    office_close(&o);
    office_close(&hub);
}

static void one_is_enough_for_a_new_office_and_a_file_without_people(void **x)
{
    struct office o;
    (void)x;
    office_open(&o, "Gasera", "ET041114", 1);
    MUST(db_run(store_db(o.store),
                "DELETE FROM record WHERE kind_id ="
                " (SELECT word_id FROM word WHERE text = 'user')",
                DB_NOTHING, e));
    str_copy(o.store->role, sizeof o.store->role, "");
    MUST(store_renew_role(o.store, e));
    assert_string_equal(store_role(o.store), "social-worker");
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_may_not_is_told_who_may, begin,
                                        end),
        cmocka_unit_test_setup_teardown(own_cases_and_nobody_elses, begin, end),
        cmocka_unit_test(people_are_added_by_who_may_or_where_nobody_else_may),
        cmocka_unit_test_setup_teardown(sealed_opens_with_a_reason_for_who_may,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            what_is_masked_outlives_the_work_of_others, begin, end),
        cmocka_unit_test_setup_teardown(a_case_out_of_reach_is_a_number, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            pages_go_through_what_is_seen_and_what_is_not, begin, end),
        cmocka_unit_test_setup_teardown(conditions_find_only_what_is_seen,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_list_of_a_worker_follows_the_naming,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_duplicate_out_of_reach_has_no_name,
                                        begin, end),
        cmocka_unit_test(a_role_that_was_not_admitted_gets_nothing_through),
        cmocka_unit_test(the_authors_role_counts_at_the_hub),
        cmocka_unit_test(work_set_aside_passes_once_the_author_may),
        cmocka_unit_test(
            one_is_enough_for_a_new_office_and_a_file_without_people),
    };
    return cmocka_run_group_tests_name("right", tests, NULL, NULL);
}
