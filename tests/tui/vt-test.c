/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the terminal the tests look at does what terminals do with each
 * sequence that ncurses sends, so that what it shows is what a person sees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "tests/tui/support_vt.h"

/* Four rows of eight columns; blanks at the ends are not compared. */
static const struct {
    const char *what, *bytes, *screen;
} cases[] = {
    {"plain text", "ab\r\ncd", "ab\ncd\n\n\n"},
    {"the last column waits", "12345678", "12345678\n\n\n\n"},
    {"and then wraps", "123456789", "12345678\n9\n\n\n"},
    {"the last row scrolls", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5\n"},
    {"a place", "\033[3;4Hx\033[Hy", "y\n\n   x\n\n"},
    {"column and row alone", "\033[5Gx\033[3dy", "    x\n\n     y\n\n"},
    {"up, down, left, right", "\033[2B\033[3Cx\033[2D\033[Ay",
     "\n  y\n   x\n\n"},
    {"back and tab", "abc\b\bx\tz", "axc    z\n\n\n\n"},
    {"erase to the end of the line", "abcdef\033[1;3H\033[K", "ab\n\n\n\n"},
    {"erase to its start", "abcdef\033[1;3H\033[1K", "   def\n\n\n\n"},
    {"erase some", "abcdef\033[1;3H\033[2X", "ab  ef\n\n\n\n"},
    {"erase to the end of the screen", "11\r\n22\r\n33\033[2;2H\033[J",
     "11\n2\n\n\n"},
    {"erase all", "11\r\n22\033[2J", "\n\n\n\n"},
    {"insert cells", "abcd\033[1;2H\033[2@", "a  bcd\n\n\n\n"},
    {"insert mode", "abcd\033[1;2H\033[4hx\033[4ly", "axycd\n\n\n\n"},
    {"delete cells", "abcdef\033[1;2H\033[2P", "adef\n\n\n\n"},
    {"insert lines", "1\r\n2\r\n3\033[2H\033[L", "1\n\n2\n3\n"},
    {"delete lines", "1\r\n2\r\n3\033[1H\033[M", "2\n3\n\n\n"},
    {"a region scrolls alone", "1\r\n2\r\n3\r\n4\033[2;3r\033[3H\n\033[r",
     "1\n3\n\n4\n"},
    {"and backwards", "1\r\n2\r\n3\r\n4\033[2;3r\033[2H\033M\033[r",
     "1\n\n2\n4\n"},
    {"several lines", "1\r\n2\r\n3\r\n4\033[2S", "3\n4\n\n\n"},
    {"several lines back", "1\r\n2\r\n3\r\n4\033[T", "\n1\n2\n3\n"},
    {"repeat", "ab\033[4b", "abbbbb\n\n\n\n"},
    {"line drawing", "\033(0lqk\033(Bq", "+-+q\n\n\n\n"},
    {"line drawing shifted in", "\033)0\016x\017x", "|x\n\n\n\n"},
    {"colours are passed over", "\033[1;38:5:3ma\033[0;10mb\033[?25l",
     "ab\n\n\n\n"},
    {"titles too", "\033]0;title\ab\033]2;x\033\\c", "bc\n\n\n\n"},
    {"letters of several bytes", "ሰላም\b\bx", "ሰxም\n\n\n\n"},
    {"marks", "ሰ\u135fላ", "ሰ\u135fላ\n\n\n\n"},
    {"a mark in the last column", "1234567ሰ\u135f", "1234567ሰ\u135f\n\n\n\n"},
    {"wide letters", "a\u4e2db", "a\u4e2db\n\n\n\n"},
    {"save and restore", "ab\0337\033[4Hx\0338c", "abc\n\n\nx\n"},
    {"next line", "ab\033Ec", "ab\nc\n\n\n"},
};

static void each_sequence_does_what_terminals_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        struct vt *v = vt_new(4, 8);
        struct buf screen = BUF_INIT(4096);

        for (const char *s = cases[i].bytes; *s; s++)
            vt_feed(v, s, 1); /* however the bytes are cut */
        vt_print(v, &screen);
        if (strcmp(buf_text(&screen), cases[i].screen) != 0)
            fail_msg("%s:\n%s", cases[i].what, buf_text(&screen));
        assert_int_equal(vt_unknown(v), 0);
        buf_release(&screen);
        vt_free(v);
    }
}

static void what_is_not_known_is_counted(void **state)
{
    struct vt *v = vt_new(4, 8);

    (void)state;
    vt_feed(v, "\033[5z\033q\xff\xff\xff\xff\a", 11);
    assert_int_equal(vt_unknown(v), 3);
    assert_int_equal(vt_bells(v), 1);
    vt_free(v);
}

static void another_size_keeps_what_fits(void **state)
{
    struct vt *v = vt_new(4, 8);

    (void)state;
    vt_feed(v, "abcdef\r\ngh", 10);
    vt_resize(v, 2, 4);
    assert_true(vt_shows(v, "abcd\ngh\n"));
    vt_resize(v, 3, 8);
    assert_true(vt_shows(v, "abcd\ngh\n\n"));
    vt_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sequence_does_what_terminals_do),
        cmocka_unit_test(what_is_not_known_is_counted),
        cmocka_unit_test(another_size_keeps_what_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
