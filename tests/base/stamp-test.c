/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a moment survives printing and parsing, local days follow the time
 * zone, and only real dates are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/stamp.h"

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void moments_print_as_iso(void **state)
{
    char text[STAMP_ISO_BYTES];

    (void)state;
    stamp_print_iso(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    stamp_print_iso(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    stamp_print_iso(INT64_C(1795269785120), text);
    assert_string_equal(text, "2026-11-21T14:03:05.120Z");
    stamp_print_iso(INT64_C(4102444800000), text); /* past 32 bits */
    assert_string_equal(text, "2100-01-01T00:00:00.000Z");
    stamp_print_iso(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
    stamp_print_iso(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00.000Z");
}

static void any_moment_comes_back(void **state)
{
    uint64_t seed = 7;
    struct entropy_source noise = entropy_seeded(&seed);
    int i;

    (void)state;
    for (i = 0; i < 5000; i++) {
        int64_t at = (int64_t)(entropy_u64(&noise) >> 17) - (1LL << 45), back;
        char text[STAMP_ISO_BYTES];

        stamp_print_iso(at, text);
        assert_true(stamp_parse_iso(text, &back));
        assert_true(back == at);
    }
}

static void only_real_dates_and_times_are_taken(void **state)
{
    static const char *const refused[] = {
        "",
        "2026-11-31",
        "2026-02-29",
        "2100-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-1-1",
        "0000-01-01",
        "2026-11-21T14:03",
        "2026-11-21 14:03Z",
        "2026-11-21T24:00Z",
        "2026-11-21T14:60Z",
        "2026-11-21T14:03:60Z",
        "2026-11-21T14:03:05.Z",
        "2026-11-21T14:03Z ",
        "2026-11-21T14:03+3",
        "2026-11-21T14:03+25:00",
        "2026-11-21x",
    };
    int64_t at = 5;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(refused); i++) {
        if (stamp_parse_iso(refused[i], &at))
            fail_msg("%s was taken", refused[i]);
    }
    assert_int_equal(at, 5);
    assert_true(stamp_parse_iso("2024-02-29T00:00Z", &at));
    assert_true(stamp_parse_iso("2026-11-21T17:03:05.12+03:00", &at));
    assert_true(at == INT64_C(1795269785120));
    assert_true(stamp_parse_iso("2026-11-21T09:03:05.1209-05:00", &at));
    assert_true(at == INT64_C(1795269785120));
}

static void the_local_day_follows_the_zone(void **state)
{
    char text[STAMP_ISO_BYTES];
    int64_t at;

    (void)state;
    set_zone("EAT-3"); /* Addis Ababa, three hours east, no summer time */
    assert_true(stamp_parse_iso("1970-01-02", &at));
    assert_true(at == INT64_C(21) * 3600 * 1000);
    assert_int_equal(stamp_local_day(at), 1);
    assert_int_equal(stamp_local_day(at - 1), 0);
    assert_int_equal(stamp_local_day(-INT64_C(3) * 3600 * 1000 - 1), -1);
    stamp_print_local(INT64_C(1795269785120), text);
    assert_string_equal(text, "2026-11-21 17:03");
    set_zone("UTC0");
    assert_int_equal(stamp_local_day(at), 0);
    set_zone("NST3:30"); /* west */
    assert_int_equal(stamp_local_day(0), -1);
}

static void a_test_moves_the_clock(void **state)
{
    int64_t now = 10;
    struct stamp_source fixed = stamp_fixed(&now), real = stamp_system();

    (void)state;
    assert_int_equal(stamp_now_ms(&fixed), 10);
    now = 20;
    assert_int_equal(stamp_now_ms(&fixed), 20);
    unsetenv("HOMEWARD_NOW");
    assert_true(stamp_now_ms(&real) > INT64_C(1700000000000));
    setenv("HOMEWARD_NOW", "2026-11-21T14:03:05.120Z", 1);
    assert_true(stamp_now_ms(&real) == INT64_C(1795269785120));
    setenv("HOMEWARD_NOW", "tomorrow", 1);
    assert_true(stamp_now_ms(&real) != INT64_C(1795269785120));
    unsetenv("HOMEWARD_NOW");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_print_as_iso),
        cmocka_unit_test(any_moment_comes_back),
        cmocka_unit_test(only_real_dates_and_times_are_taken),
        cmocka_unit_test(the_local_day_follows_the_zone),
        cmocka_unit_test(a_test_moves_the_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
