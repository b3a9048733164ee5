/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: identifiers survive print and parse, and the number said over the
 * telephone is found again however it was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arr.h"
#include "base/id.h"

static const struct id sample = {{0x26, 0x0f, 0x31, 0x2f, 0x1a, 0x55, 0x46,
                                  0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
                                  0xee, 0xff}};
static const char sample_text[] = "260f312f-1a55-4677-8899-aabbccddeeff";

static void new_ones_are_version_four_and_differ(void **state)
{
    struct entropy_source s = entropy_system();
    struct id a = id_new(&s), b = id_new(&s), zero = {{0}};
    char text[ID_TEXT_BYTES];

    (void)state;
    assert_false(id_equal(&a, &b));
    assert_true(id_equal(&a, &a));
    assert_false(id_is_zero(&a));
    assert_true(id_is_zero(&zero));
    id_print(&a, text);
    assert_int_equal(text[14], '4');
    assert_non_null(strchr("89ab", text[19]));
}

static void text_goes_there_and_back(void **state)
{
    char text[ID_TEXT_BYTES];
    struct id back;

    (void)state;
    id_print(&sample, text);
    assert_string_equal(text, sample_text);
    assert_true(id_parse(text, &back));
    assert_true(id_equal(&back, &sample));
    assert_true(id_parse("260F312F-1A55-4677-8899-AABBCCDDEEFF", &back));
    assert_true(id_equal(&back, &sample));
}

static void anything_else_is_refused(void **state)
{
    static const char *const refused[] = {
        "",
        "260f312f-1a55-4677-8899-aabbccddeef",
        "260f312f-1a55-4677-8899-aabbccddeefff",
        "260f312f1a55-4677-8899-aabbccddeeff-",
        "260f312f-1a55-4677-8899-aabbccddeefg",
        "{60f312f-1a55-4677-8899-aabbccddeef}",
    };
    struct id out = sample;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(refused); i++)
        assert_false(id_parse(refused[i], &out));
    assert_true(id_equal(&out, &sample));
}

static void numbers_are_folded_from_what_people_type(void **state)
{
    static const char *const typed[] = {"4R7K-2BRT", "4r7k-2brt", "4r7k2brt",
                                        " 4R7K 2BRT "};
    static const char *const refused[] = {"",          "4R7K-2BR", "4R7K-2BRTX",
                                          "4R7K-2BRU", "4R7K_2BR", "ሰ4R7K2B"};
    char number[ID_NUMBER_BYTES], folded[ID_NUMBER_BYTES];
    size_t i;

    (void)state;
    id_print_number(&sample, number);
    assert_string_equal(number, "4R7K-2BRT");
    for (i = 0; i < ARR_NR(typed); i++) {
        assert_true(id_fold_number(typed[i], folded));
        assert_string_equal(folded, number);
    }
    for (i = 0; i < ARR_NR(refused); i++)
        assert_false(id_fold_number(refused[i], folded));
    assert_true(id_fold_number("oOiI-lL00", folded));
    assert_string_equal(folded, "0011-1100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_ones_are_version_four_and_differ),
        cmocka_unit_test(text_goes_there_and_back),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(numbers_are_folded_from_what_people_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
