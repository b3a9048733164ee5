/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: every published place is found by its code and hangs below its
 * parent; a Kebele hangs below its woreda; a code that nobody knows is told
 * from one that is badly written, and is shown as it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/place.h"

static void every_place_is_found_below_its_parent(void **state)
{
    (void)state;
    size_t nr;
    const struct place *items = place_list(&nr);
    assert_int_equal(nr, 1271);
    for (size_t i = 0; i < nr; i++) {
        char above[PLACE_CODE_BYTES] = "";
        const struct place *p = &items[i];
        assert_ptr_equal(place_find(p->code), p);
        assert_true(place_is_code(p->code));
        assert_int_equal(place_parent(p->code, above), p->parent[0] != '\0');
        assert_string_equal(above, p->parent);
        assert_true(place_is_within(p->code, "ET"));
        if (above[0] != '\0')
            assert_non_null(place_find(above));
    }
}

static void a_code_nobody_knows_is_not_found(void **state)
{
    (void)state;
    static const char *const codes[] = {"",         "A", "ET00", "ET041114/03",
                                        "ET999999", "ZZ"};
    for (size_t i = 0; i < ARR_NR(codes); i++)
        assert_null(place_find(codes[i]));
}

static void a_code_is_pairs_of_digits_and_perhaps_a_kebele(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool good;
    } cases[] = {
        {"ET", true},
        {"ET04", true},
        {"ET0499", true},
        {"ET041114", true},
        {"ET041114/03", true},
        {"ET041114/Gola-2b", true},
        {"ET041114/12345678901234567890", true},
        {"ET041114/123456789012345678901", false},
        {"", false},
        {"E", false},
        {"et04", false},
        {"ET4", false},
        {"ET041", false},
        {"ET04111", false},
        {"ET04111401", false},
        {"ET04x1", false},
        {"ET041114/", false},
        {"ET041114/0 3", false},
        {"ET041114/03/04", false},
        {"ET041114/ቀበሌ", false},
        {"ET0411/03", false},
        {"ET/03", false},
        {"KE04", false},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++)
        if (place_is_code(cases[i].code) != cases[i].good)
            fail_msg("%s", cases[i].code);
}

static void within_means_the_same_place_or_one_below(void **state)
{
    (void)state;
    static const struct {
        const char *inner, *outer;
        bool within;
    } cases[] = {
        {"ET041114", "ET041114", true},
        {"ET041114", "ET0411", true},
        {"ET041114/03", "ET041114", true},
        {"ET041114/03", "ET04", true},
        {"ET041114/03", "ET041114/03", true},
        {"ET999999", "ET9999", true},
        {"old-code", "old-code", true},
        {"ET0411", "ET041114", false},
        {"ET041114/03", "ET041114/0", false},
        {"ET041114/03", "ET041114/04", false},
        {"ET041114", "ET041", false},
        {"ET041114", "", false},
        {"ET041114x", "ET0411", false},
        {"ET0511", "ET04", false},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++)
        if (place_is_within(cases[i].inner, cases[i].outer) != cases[i].within)
            fail_msg("%s in %s", cases[i].inner, cases[i].outer);
}

static void the_parent_of_a_kebele_is_its_woreda(void **state)
{
    (void)state;
    char above[PLACE_CODE_BYTES] = "untouched";
    assert_false(place_parent("ET", above));
    assert_false(place_parent("nowhere", above));
    assert_string_equal(above, "untouched");
    assert_true(place_parent("ET041114/03", above));
    assert_string_equal(above, "ET041114");
    assert_true(place_parent("ET999999", above));
    assert_string_equal(above, "ET9999");
    assert_true(place_parent("ET04", above));
    assert_string_equal(above, "ET");
}

static void a_place_is_printed_from_near_to_far(void **state)
{
    (void)state;
    static const struct {
        const char *code, *want;
    } cases[] = {
        {"ET", "Ethiopia"},
        {"ET01", "Tigray"},
        {"ET0101", "North Western, Tigray"},
        {"ET010101", "Tahtay Adiyabo, North Western"},
        {"ET010101/03", "Kebele 03, Tahtay Adiyabo, North Western"},
        {"ET010188", "ET010188, North Western"},
        {"ET010188/03", "Kebele 03, ET010188, North Western"},
        {"ET888888", "ET888888"},
        {"ET888888/03", "Kebele 03, ET888888"},
        {"somewhere/else", "somewhere/else"},
        {"", ""},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        char out[80];
        place_print(cases[i].code, out, sizeof out);
        assert_string_equal(out, cases[i].want);
    }
}

static void printing_never_overruns_and_cuts_whole_characters(void **state)
{
    (void)state;
    char whole[80], out[80];
    const char *code = "unknown place ጎላ";
    place_print(code, whole, sizeof whole);
    for (size_t n = 1; n <= strlen(whole) + 1; n++) {
        memset(out, 'x', sizeof out);
        place_print(code, out, n);
        assert_true(strlen(out) < n);
        assert_true(str_starts(whole, out));
        assert_true(utf8_is_valid(out, strlen(out)));
        assert_int_equal(out[n], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_is_found_below_its_parent),
        cmocka_unit_test(a_code_nobody_knows_is_not_found),
        cmocka_unit_test(a_code_is_pairs_of_digits_and_perhaps_a_kebele),
        cmocka_unit_test(within_means_the_same_place_or_one_below),
        cmocka_unit_test(the_parent_of_a_kebele_is_its_woreda),
        cmocka_unit_test(a_place_is_printed_from_near_to_far),
        cmocka_unit_test(printing_never_overruns_and_cuts_whole_characters),
    };
    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
