/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the questions about strings answer the same for every input, and
 * nothing is ever cut inside a character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"

static void equal_starts_ends(void **state)
{
    (void)state;
    assert_true(str_equal("a", "a"));
    assert_false(str_equal("a", "A"));
    assert_true(str_equal(NULL, NULL));
    assert_false(str_equal(NULL, ""));
    assert_true(str_starts("case_open", "case_"));
    assert_false(str_starts("cas", "case_"));
    assert_true(str_ends("forms.csv", ".csv"));
    assert_false(str_ends("csv", ".csv"));
}

static void blanks_are_trimmed_at_both_ends(void **state)
{
    const char *s = " \t two words \n";

    (void)state;
    assert_int_equal(str_trim(&s), 9);
    assert_memory_equal(s, "two words", 9);
    assert_true(str_is_blank(NULL));
    assert_true(str_is_blank(" \t\r\n"));
    assert_false(str_is_blank(" x"));
    s = "  ";
    assert_int_equal(str_trim(&s), 0);
}

static void integers_are_whole_or_refused(void **state)
{
    static const char *const refused[] = {
        "",   "-",   "+",   " 1", "1 ",  "1.0",
        "0x", "--1", "1e3", "11", "-11", "9223372036854775808",
        "፩",  "-+1"};
    int64_t n = 77;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(refused); i++)
        assert_false(str_to_int(refused[i], -10, 10, &n));
    assert_int_equal(n, 77);
    assert_true(str_to_int("-10", -10, 10, &n) && n == -10);
    assert_true(str_to_int("+010", -10, 10, &n) && n == 10);
    assert_true(str_to_int("-9223372036854775808", INT64_MIN, INT64_MAX, &n));
    assert_true(n == INT64_MIN);
    assert_false(str_to_int("-9223372036854775809", INT64_MIN, INT64_MAX, &n));
}

static void a_copy_is_cut_before_the_character_that_does_not_fit(void **state)
{
    char to[8];

    (void)state;
    assert_true(str_copy(to, sizeof to, "seven77"));
    assert_string_equal(to, "seven77");
    assert_false(str_copy(to, sizeof to, "eight888"));
    assert_string_equal(to, "eight88");
    assert_false(str_copy(to, sizeof to, "ሰላም")); /* three bytes each */
    assert_string_equal(to, "ሰላ");
    assert_false(str_copy(to, 1, "x"));
    assert_string_equal(to, "");
}

static void hex_goes_there_and_back(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x1f, 0xff};
    uint8_t back[3];
    char hex[7];

    (void)state;
    str_hex(hex, bytes, sizeof bytes);
    assert_string_equal(hex, "001fff");
    assert_true(str_unhex(back, 3, "001FfF"));
    assert_memory_equal(back, bytes, 3);
    assert_false(str_unhex(back, 3, "001ff"));
    assert_false(str_unhex(back, 3, "001ffff"));
    assert_false(str_unhex(back, 3, "001ffg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_starts_ends),
        cmocka_unit_test(blanks_are_trimmed_at_both_ends),
        cmocka_unit_test(integers_are_whole_or_refused),
        cmocka_unit_test(a_copy_is_cut_before_the_character_that_does_not_fit),
        cmocka_unit_test(hex_goes_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
