/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a case is due when the years of its class have passed since it was
 * closed, and not before; without a closing date it is never due; and a hold is
 * told beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "forms/calendar.h"
#include "store/hold.h"
#include "store/retain.h"
#include "store/verdict.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

static int64_t day(int year, int month, int of_month)
{
    int64_t out = 0;
    assert_true(calendar_to_day(CALENDAR_GREGORIAN,
                                (struct calendar_date){year, month, of_month},
                                &out));
    return out;
}

static const char *nothing(void *arg, const char *field)
{
    (void)arg;
    (void)field;
    return "";
}

static void years_are_those_of_the_calendar(void **state)
{
    struct retention r = {.years = 5};
    (void)state;
    assert_int_equal(retention_due_day(&r, day(2021, 11, 22)),
                     day(2026, 11, 22));
    assert_int_equal(retention_due_day(&r, day(2024, 2, 29)), day(2029, 3, 1));
    r.years = 4;
    assert_int_equal(retention_due_day(&r, day(2024, 2, 29)), day(2028, 2, 29));
    r.years = 0;
    assert_int_equal(retention_due_day(&r, day(2024, 12, 31)),
                     day(2024, 12, 31));
    /* a date without years behind it is never reached */
    r.years = 9000;
    assert_true(retention_due_day(&r, day(2024, 1, 1)) == INT64_MAX);
}

static void the_last_class_takes_every_case(void **state)
{
    size_t nr = 0;
    const struct retention *all = retention_list(&nr);
    (void)state;
    assert_ptr_equal(retention_pick(nothing, NULL), &all[nr - 1]);
    assert_string_equal(all[nr - 1].when_field, "");
    for (size_t i = 0; i < nr; i++) {
        assert_true(all[i].years > 0 && all[i].clock[0] != '\0' &&
                    all[i].basis[0] != '\0');
        assert_ptr_equal(retention_find(all[i].id), &all[i]);
        assert_true(i == nr - 1 || all[i].when_field[0] != '\0');
    }
}

static void a_closed_case_comes_due(void **state)
{
    struct office o;
    struct retain_list l;
    struct retain r;
    struct approval a;
    struct id request;
    struct pool *pool = pool_new();
    (void)state;
    office_open(&o, "Gasera", "ET041114", 3);
    struct id open = office_open_case(&o, "ET041114", "Selam");
    struct id closed = office_open_case(&o, "ET041114", "Hirut");
    struct id lost = office_open_case(&o, "ET041114", "Aster");
    office_set(&o, &closed, "closure/closed_on", "2021-09-01", true);
    office_set(&o, &lost, "closed_on", "2021-09-01", true);
    office_set(&o, &lost, "tracing/family_traced", "no", true);
    o.now_ms = (day(2026, 8, 31) * 24 + 9) * INT64_C(3600000);
    MUST(retain_due_load(o.store, pool, &l, e));
    assert_int_equal(l.nr, 0);
    o.now_ms += INT64_C(24) * 3600000;
    MUST(retain_due_load(o.store, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_true(id_equal(&l.items[0].case_id, &closed));
    assert_string_equal(l.items[0].rule->id, "case");
    assert_false(l.items[0].hold.held);
    MUST(retain_load(o.store, &open, pool, &r, e));
    assert_false(r.started || r.is_due);
    MUST(retain_load(o.store, &lost, pool, &r, e));
    assert_string_equal(r.rule->id, "tracing");
    assert_int_equal(r.due_day, day(2031, 9, 1));
    struct stream stream = stream_of_id(STREAM_CASE, &closed);
    MUST(hold_request(o.store, &stream, true, "a court", &request, e));
    MUST(approval_load(o.store, &request, pool, &a, e));
    MUST(verdict_give(o.store, &a, APPROVAL_APPROVED, NULL, e));
    MUST(retain_due_load(o.store, pool, &l, e));
    assert_true(l.nr == 1 && l.items[0].hold.held);
    pool_free(pool);
    office_close(&o);
}

/* The order in which they are to be looked at: whose time was over first. */
static void cases_come_due_in_order(void **state)
{
    static const char *const days[] = {"2021-03-01", "2020-01-01", "2020-01-01",
                                       "2019-05-05", "no day",     ""};
    struct office o;
    struct retain_list l;
    struct pool *pool = pool_new();
    (void)state;
    office_open(&o, "Gasera", "ET041114", 3);
    MUST(retain_due_load(o.store, pool, &l, e));
    assert_int_equal(l.nr, 0);
    for (int i = 0; i < 20; i++) {
        struct id id = office_open_case(&o, "ET041114", "Hirut");
        office_set(&o, &id, "closed_on", days[i % 6], true);
    }
    o.now_ms = (day(2026, 8, 31) * 24 + 9) * INT64_C(3600000);
    MUST(retain_due_load(o.store, pool, &l, e));
    assert_int_equal(l.nr, 14);
    for (size_t i = 1; i < l.nr; i++)
        assert_true(l.items[i - 1].due_day < l.items[i].due_day ||
                    (l.items[i - 1].due_day == l.items[i].due_day &&
                     strcmp(l.items[i - 1].number, l.items[i].number) < 0));
    pool_free(pool);
    office_close(&o);
}

/* A day that two records say differently, and one of a case closed anew. */
static void the_newest_day_of_closing_counts(void **state)
{
    struct office o;
    struct retain r;
    struct pool *pool = pool_new();
    (void)state;
    office_open(&o, "Gasera", "ET041114", 3);
    struct id id = office_open_case(&o, "ET041114", "Hirut");
    const struct office_forced visit = {
        .author = "worker",
        .kind = "visit",
        .stream = stream_of_id(STREAM_CASE, &id),
        .record = id_new(store_entropy(o.store)),
        .path = "end/closed_on",
        .text = "2020-02-02"};
    office_set(&o, &id, "closed_on", "2019-01-01", true);
    o.now_ms += 1000;
    office_force(&o, &visit);
    MUST(retain_load(o.store, &id, pool, &r, e));
    assert_int_equal(r.started_day, day(2020, 2, 2));
    o.now_ms += 1000;
    office_set(&o, &id, "closed_on", "2021-01-01", true);
    MUST(retain_load(o.store, &id, pool, &r, e));
    assert_int_equal(r.started_day, day(2021, 1, 1));
    pool_free(pool);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_those_of_the_calendar),
        cmocka_unit_test(the_last_class_takes_every_case),
        cmocka_unit_test(a_closed_case_comes_due),
        cmocka_unit_test(cases_come_due_in_order),
        cmocka_unit_test(the_newest_day_of_closing_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
