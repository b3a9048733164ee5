/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a day is the same day in both calendars, forth and back, on every day
 * from 1900 to 2100; a day that does not exist is refused; and what clerks
 * type gives the day they mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/calendar.h"

enum { TODAY = 20778 }; /* 21 November 2026, 12 Hidar 2019 */

static int64_t day_of(enum calendar c, const char *text)
{
    struct err e = ERR_INIT;
    int64_t day = 0;

    if (!calendar_parse(c, text, &day, &e))
        fail_msg("%s: %s", text, e.text);
    return day;
}

/* Published pairs: leap Pagume, late New Year, leap days, edges. */
static const char *const pairs[][2] = {
    {"2015-13-06", "2023-09-11"}, {"2016-01-01", "2023-09-12"},
    {"2016-13-05", "2024-09-10"}, {"2017-01-01", "2024-09-11"},
    {"2016-06-21", "2024-02-29"}, {"1992-06-21", "2000-02-29"},
    {"2019-13-06", "2027-09-11"}, {"2020-01-01", "2027-09-12"},
    {"1893-01-01", "1900-09-11"}, {"2092-06-21", "2100-03-01"},
    {"2093-01-01", "2100-09-12"}, {"2019-03-12", "2026-11-21"},
    {"1962-04-24", "1970-01-02"},
};

static void published_pairs_agree(void **state)
{
    char text[CALENDAR_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < ARR_NR(pairs); i++) {
        int64_t day = day_of(CALENDAR_ETHIOPIAN, pairs[i][0]);
        assert_int_equal(day, day_of(CALENDAR_GREGORIAN, pairs[i][1]));
        calendar_print(CALENDAR_ETHIOPIAN, day, text);
        assert_string_equal(text, pairs[i][0]);
        calendar_print(CALENDAR_GREGORIAN, day, text);
        assert_string_equal(text, pairs[i][1]);
    }
    assert_int_equal(day_of(CALENDAR_GREGORIAN, "1970-01-01"), 0);
}

/* The day after, by counting on a wall calendar. */
static struct calendar_date next(enum calendar c, struct calendar_date d)
{
    bool eth = c == CALENDAR_ETHIOPIAN;
    bool leap =
        eth ? d.year % 4 == 3
            : d.year % 400 == 0 || (d.year % 4 == 0 && d.year % 100 != 0);
    static const int lengths[12] = {31, 28, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31};
    int days = eth ? (d.month == 13 ? 5 + leap : 30)
                   : lengths[d.month - 1] + (d.month == 2 && leap);

    if (++d.day <= days)
        return d;
    d.day = 1;
    if (++d.month <= (eth ? 13 : 12))
        return d;
    d.month = 1;
    d.year++;
    return d;
}

static void check_every_day(enum calendar c, struct calendar_date d)
{
    int64_t from = day_of(CALENDAR_GREGORIAN, "1900-01-01");
    int64_t to = day_of(CALENDAR_GREGORIAN, "2100-12-31"), back;

    for (int64_t day = from; day <= to; day++, d = next(c, d)) {
        struct calendar_date got = calendar_from_day(c, day);
        assert_int_equal(got.year, d.year);
        assert_int_equal(got.month, d.month);
        assert_int_equal(got.day, d.day);
        assert_true(calendar_to_day(c, d, &back));
        assert_int_equal(back, day);
    }
}

static void every_day_comes_back(void **state)
{
    struct calendar_date gregorian = {1900, 1, 1}, ethiopian = {1892, 4, 23};

    (void)state;
    check_every_day(CALENDAR_GREGORIAN, gregorian);
    check_every_day(CALENDAR_ETHIOPIAN, ethiopian);
}

static void far_days_stay_inside_the_years(void **state)
{
    static const int64_t far[] = {INT64_MIN, -10000000, 10000000, INT64_MAX};
    int64_t day;

    (void)state;
    assert_int_equal(day_of(CALENDAR_GREGORIAN, "0001-01-01"),
                     CALENDAR_DAY_MIN);
    assert_int_equal(day_of(CALENDAR_GREGORIAN, "9999-12-31"),
                     CALENDAR_DAY_MAX);
    for (size_t i = 0; i < ARR_NR(far); i++) {
        for (int c = CALENDAR_GREGORIAN; c <= CALENDAR_ETHIOPIAN; c++) {
            struct calendar_date d = calendar_from_day(c, far[i]);
            assert_true(calendar_to_day(c, d, &day));
            assert_int_equal(d.year, far[i] < 0 ? 1 : 9999);
        }
    }
}

static void impossible_days_are_refused(void **state)
{
    static const struct {
        enum calendar c;
        const char *text, *why;
    } wrong[] = {
        {CALENDAR_ETHIOPIAN, "2016-13-06", "Pagume 2016 has 5 days"},
        {CALENDAR_ETHIOPIAN, "2019-14-01", "months go from 1 to 13"},
        {CALENDAR_ETHIOPIAN, "2019-01-31", "Meskerem 2019 has 30 days"},
        {CALENDAR_ETHIOPIAN, "2019-00-01", "months go from"},
        {CALENDAR_GREGORIAN, "2026-02-29", "February 2026 has 28 days"},
        {CALENDAR_GREGORIAN, "1900-02-29", "28 days"},
        {CALENDAR_GREGORIAN, "2026-13-01", "months go from 1 to 12"},
        {CALENDAR_GREGORIAN, "2026-11-00", "30 days"},
        {CALENDAR_GREGORIAN, "0000-01-01", "years go from"},
        {CALENDAR_GREGORIAN, "", "no date"},
        {CALENDAR_GREGORIAN, "2026-11", "no date"},
        {CALENDAR_GREGORIAN, "2026-11-21x", "no date"},
        {CALENDAR_GREGORIAN, "20261-1-1", "no date"},
        {CALENDAR_GREGORIAN, "2026-111-1", "no date"},
        {CALENDAR_GREGORIAN, "-026-11-21", "no date"},
        {CALENDAR_GREGORIAN, "2026/11/21", "no date"},
    };

    (void)state;
    for (size_t i = 0; i < ARR_NR(wrong); i++) {
        struct err e = ERR_INIT;
        int64_t day = 77;
        assert_false(calendar_parse(wrong[i].c, wrong[i].text, &day, &e));
        assert_int_equal(e.code, ERR_INPUT);
        if (strstr(e.text, wrong[i].why) == NULL)
            fail_msg("%s: %s", wrong[i].text, e.text);
        assert_int_equal(day, 77);
    }
}

/* What is typed, in which calendar, and the Gregorian day it means; NULL: it
 * is refused. */
static const struct {
    const char *text;
    enum calendar c;
    const char *day;
} typed[] = {
    {"2019-03-12", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {"12/3/2019", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {"12/3", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {"1", CALENDAR_ETHIOPIAN, "2026-11-10"},
    {"1", CALENDAR_GREGORIAN, "2026-11-01"},
    {"21/11/2026 g", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {"2026-11-21G", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {"12/3/2019e", CALENDAR_GREGORIAN, "2026-11-21"},
    {"T", CALENDAR_ETHIOPIAN, "2026-11-21"},
    {" t ", CALENDAR_GREGORIAN, "2026-11-21"},
    {"T-1", CALENDAR_GREGORIAN, "2026-11-20"},
    {"t+3", CALENDAR_GREGORIAN, "2026-11-24"},
    {"+3d", CALENDAR_GREGORIAN, "2026-11-24"},
    {"-2w", CALENDAR_GREGORIAN, "2026-11-07"},
    {"+1m", CALENDAR_GREGORIAN, "2026-12-21"},
    {"-9m", CALENDAR_GREGORIAN, "2026-02-21"},
    {"+1y", CALENDAR_GREGORIAN, "2027-11-21"},
    {"+1m", CALENDAR_ETHIOPIAN, "2026-12-21"},  /* 12 Tahsas 2019 */
    {"+10m", CALENDAR_ETHIOPIAN, "2027-09-23"}, /* 12 Meskerem, over Pagume */
    {"T+40d", CALENDAR_GREGORIAN, "2026-12-31"},
    {"31/2", CALENDAR_GREGORIAN, NULL},
    {"6/13/2016", CALENDAR_ETHIOPIAN, NULL},
    {"T3", CALENDAR_GREGORIAN, NULL},
    {"+", CALENDAR_GREGORIAN, NULL},
    {"+3x", CALENDAR_GREGORIAN, NULL},
    {"+3dd", CALENDAR_GREGORIAN, NULL},
    {"-99999y", CALENDAR_GREGORIAN, NULL},
    {"-99999w", CALENDAR_GREGORIAN, "0110-05-17"},
    {"g", CALENDAR_GREGORIAN, NULL},
    {"", CALENDAR_GREGORIAN, NULL},
    {"yesterday", CALENDAR_GREGORIAN, NULL},
    {"12/3/2019/1", CALENDAR_GREGORIAN, NULL},
    {"111111111111111111111111111111", CALENDAR_GREGORIAN, NULL},
};

static void typed_dates_mean_what_clerks_mean(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(typed); i++) {
        struct err e = ERR_INIT;
        char text[CALENDAR_TEXT_BYTES] = "refused";
        int64_t day;
        if (calendar_parse_typed(typed[i].c, typed[i].text, TODAY, &day, &e))
            calendar_print(CALENDAR_GREGORIAN, day, text);
        if (!str_equal(text, typed[i].day ? typed[i].day : "refused"))
            fail_msg("%s gave %s %s", typed[i].text, text, e.text);
    }
}

static void a_month_on_keeps_the_day_it_can(void **state)
{
    struct err e = ERR_INIT;
    int64_t day, jan = day_of(CALENDAR_GREGORIAN, "2027-01-31");
    int64_t pagume = day_of(CALENDAR_ETHIOPIAN, "2019-13-06");

    (void)state;
    assert_true(calendar_parse_typed(CALENDAR_GREGORIAN, "+1m", jan, &day, &e));
    assert_int_equal(day, day_of(CALENDAR_GREGORIAN, "2027-02-28"));
    assert_true(
        calendar_parse_typed(CALENDAR_ETHIOPIAN, "+1m", pagume, &day, &e));
    assert_int_equal(day, day_of(CALENDAR_ETHIOPIAN, "2020-01-30"));
}

static void dates_are_written_in_words(void **state)
{
    char text[CALENDAR_WORDS_BYTES];

    (void)state;
    calendar_print_words(CALENDAR_ETHIOPIAN, TODAY, "en", text);
    assert_string_equal(text, "12 Hidar 2019");
    calendar_print_words(CALENDAR_ETHIOPIAN, TODAY, "am", text);
    assert_string_equal(text, "12 ኅዳር 2019");
    calendar_print_words(CALENDAR_GREGORIAN, TODAY, NULL, text);
    assert_string_equal(text, "21 November 2026");
    assert_string_equal(calendar_weekday_name(TODAY, ""), "Saturday");
    assert_string_equal(calendar_weekday_name(-1, ""), "Wednesday");
}

static void an_age_grows_on_the_birthday(void **state)
{
    int64_t born = day_of(CALENDAR_GREGORIAN, "2012-02-29");

    (void)state;
    assert_int_equal(
        calendar_years_between(born, day_of(CALENDAR_GREGORIAN, "2026-02-28")),
        13);
    assert_int_equal(
        calendar_years_between(born, day_of(CALENDAR_GREGORIAN, "2026-03-01")),
        14);
    assert_int_equal(calendar_years_between(born, born), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_pairs_agree),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(far_days_stay_inside_the_years),
        cmocka_unit_test(impossible_days_are_refused),
        cmocka_unit_test(typed_dates_mean_what_clerks_mean),
        cmocka_unit_test(a_month_on_keeps_the_day_it_can),
        cmocka_unit_test(dates_are_written_in_words),
        cmocka_unit_test(an_age_grows_on_the_birthday),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
