/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: only well-formed UTF-8 passes, nothing that a terminal would act on
 * is clean, and widths agree with the C library where both know them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "base/arr.h"
#include "base/utf8.h"

static void every_character_goes_there_and_back(void **state)
{
    uint32_t c;

    (void)state;
    for (c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        size_t len, n = utf8_encode(c, bytes);
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;

        if (utf8_decode(bytes, n, &len) != (surrogate ? 0xFFFD : c) ||
            len != n || !utf8_is_valid(bytes, n))
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void malformed_bytes_are_refused_one_at_a_time(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* a tail without a head */
        "\xC0\x80",         /* NUL, overlong */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xED\xA0\x80",     /* a surrogate */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xF4\x90\x80\x80", /* beyond U+10FFFF */
        "\xF5\x80\x80\x80", /* no such head */
        "\xE1\x88",         /* cut off */
        "\xE1\x41\x80",     /* a letter inside */
        "\xFF",
    };
    size_t i, len;

    (void)state;
    for (i = 0; i < ARR_NR(bad); i++) {
        assert_false(utf8_is_valid(bad[i], strlen(bad[i])));
        assert_false(utf8_is_clean(bad[i], strlen(bad[i])));
        assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &len), 0xFFFD);
        assert_int_equal(len, 1);
    }
}

static void what_a_terminal_acts_on_is_not_clean(void **state)
{
    static const uint32_t dangerous[] = {0,      0x07,   0x08,  0x0D, 0x1B,
                                         0x7F,   0x80,   0x9B,  0x9F, 0x202A,
                                         0x202E, 0x2066, 0x2069};
    static const char fine[] = "Abebe \"ሰላም\"\n\tcafe\xCC\x81 中 \xE2\x80\x8D";
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(dangerous); i++) {
        char bytes[4];
        size_t n = utf8_encode(dangerous[i], bytes);

        assert_true(utf8_is_valid(bytes, n));
        assert_false(utf8_is_clean(bytes, n));
    }
    assert_true(utf8_is_clean(fine, sizeof fine - 1));
    assert_true(utf8_is_clean("", 0));
}

static void columns_of_known_texts(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns("ሰላም", 9), 3);
    assert_int_equal(utf8_chars("ሰላም", 9), 3);
    assert_int_equal(utf8_columns("ሰ\u135Fላ", 9), 2);
    assert_int_equal(utf8_columns("e\u0301", 3), 1);
    assert_int_equal(utf8_columns("中文", 6), 4);
    assert_int_equal(utf8_columns("a\xFF", 2), 2);
    assert_int_equal(utf8_char_columns(0x135D), 0);
    assert_int_equal(utf8_char_columns(0x135F), 0);
    assert_int_equal(utf8_char_columns(0x1360), 1);
}

/* The host's terminal counts as its C library does; where that knows a
 * character of the scripts we serve, we must not differ. */
static void widths_agree_with_the_c_library(void **state)
{
    static const struct {
        uint32_t first, last;
    } scripts[] = {{0x20, 0x7E},     {0xAE, 0x36F},    {0x1200, 0x139F},
                   {0x1E00, 0x1EFF}, {0x2010, 0x2027}, {0x2D80, 0x2DDF},
                   {0x4E00, 0x9FFF}, {0xAB00, 0xAB2F}, {0xAC00, 0xD7A3},
                   {0xFF01, 0xFFE6}};
    size_t i;
    uint32_t c;

    (void)state;
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        skip();
    for (i = 0; i < ARR_NR(scripts); i++) {
        for (c = scripts[i].first; c <= scripts[i].last; c++) {
            int host = wcwidth((wchar_t)c);

            if (host >= 0 && host != utf8_char_columns(c))
                fail_msg("U+%04X: %d here, %d there", (unsigned)c,
                         utf8_char_columns(c), host);
        }
    }
}

static void fitting_keeps_marks_with_their_base(void **state)
{
    static const char text[] = "aሰ\u135F中z";
    static const size_t wanted[] = {0, 1, 7, 7, 10, 11, 11};
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(wanted); i++)
        assert_int_equal(utf8_fit(text, sizeof text - 1, i), wanted[i]);
}

static void a_line_ends_behind_a_word(void **state)
{
    static const struct {
        const char *text;
        size_t columns, bytes;
    } lines[] = {
        {"two words", 9, 9},  {"two words", 8, 3}, {"two words", 3, 3},
        {"two  words", 6, 3}, {"longest", 4, 4},   {"中z", 1, 3},
        {"", 4, 0},           {"ሰላም፡ነው፡", 5, 12},  {" x", 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARR_NR(lines); i++)
        assert_int_equal(
            utf8_line(lines[i].text, strlen(lines[i].text), lines[i].columns),
            lines[i].bytes);
}

static void stepping_goes_by_visible_characters_both_ways(void **state)
{
    static const char text[] = "a\xFFሰ\u135F\u0301中z";
    static const size_t stops[] = {0, 1, 2, 10, 13, 14};
    size_t i, n = sizeof text - 1;

    (void)state;
    for (i = 0; i + 1 < ARR_NR(stops); i++) {
        assert_int_equal(utf8_next(text, n, stops[i]), stops[i + 1]);
        assert_int_equal(utf8_prev(text, n, stops[i + 1]), stops[i]);
    }
    assert_int_equal(utf8_next(text, n, n), n);
    assert_int_equal(utf8_prev(text, n, 0), 0);
    assert_int_equal(utf8_prev("\u0301x", 3, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_goes_there_and_back),
        cmocka_unit_test(malformed_bytes_are_refused_one_at_a_time),
        cmocka_unit_test(what_a_terminal_acts_on_is_not_clean),
        cmocka_unit_test(columns_of_known_texts),
        cmocka_unit_test(widths_agree_with_the_c_library),
        cmocka_unit_test(fitting_keeps_marks_with_their_base),
        cmocka_unit_test(a_line_ends_behind_a_word),
        cmocka_unit_test(stepping_goes_by_visible_characters_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
