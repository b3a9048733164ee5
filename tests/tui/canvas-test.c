/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: whatever text comes, the canvas stays inside its rows and columns,
 * sends no control character, and on a terminal without Unicode shows another
 * spelling instead of nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tui/canvas_text.h"

static uint32_t no_key(void *arg, int timeout_ms)
{
    (void)arg;
    (void)timeout_ms;
    return K_HANGUP;
}

static struct canvas *make(void)
{
    return canvas_text_new(4, 20, (struct canvas_text_keys){no_key, NULL});
}

static void check_row(struct canvas *c, int row, const char *want)
{
    struct buf b = BUF_INIT(4096);
    char *s;

    canvas_paint(c);
    canvas_text_print(c, &b);
    s = b.data;
    for (; row > 0; row--)
        s = strchr(s, '\n') + 1;
    *strchr(s, '\n') = '\0';
    assert_string_equal(s, want);
    buf_release(&b);
}

static void text_is_cut_at_its_span_and_at_the_edge(void **state)
{
    struct canvas *c = make();

    (void)state;
    assert_int_equal(canvas_put(c, SPAN(0, 2, 4), ROLE_TEXT, "abcdefgh"), 4);
    check_row(c, 0, "  abcd");
    canvas_put(c, SPAN(1, 17, 80), ROLE_TEXT, "abcdefgh");
    check_row(c, 1, "                 abc");
    assert_int_equal(canvas_put(c, SPAN(9, 0, 5), ROLE_TEXT, "x"), 0);
    assert_int_equal(canvas_put(c, SPAN(0, 30, 5), ROLE_TEXT, "x"), 0);
    assert_int_equal(canvas_put(c, SPAN(0, 0, -1), ROLE_TEXT, "x"), 0);
    canvas_put(c, SPAN(2, 18, 2), ROLE_TEXT, "x\u4e2d"); /* a wide one */
    check_row(c, 2, "                  x");
    canvas_close(c);
}

static void marks_share_the_cell_of_their_base(void **state)
{
    struct canvas *c = make();

    (void)state;
    assert_int_equal(
        canvas_put(c, SPAN(0, 0, 3), ROLE_TEXT, "ሰ\u135fላ\u135fምx"), 3);
    check_row(c, 0, "ሰ\u135fላ\u135fም");
    canvas_put(c, SPAN(1, 0, 5), ROLE_TEXT, "[");
    canvas_put(c, SPAN(1, 1, 5), ROLE_TEXT, "\u135fx"); /* not on the bracket */
    check_row(c, 1, "[ \u135fx");
    assert_int_equal(canvas_columns(c, "\u135fx", 4), 2);
    canvas_close(c);
}

static void control_characters_become_blanks(void **state)
{
    struct canvas *c = make();

    (void)state;
    canvas_put(c, SPAN(0, 0, 20), ROLE_TEXT,
               "a\033[31mb\x9b\tc\nd\x7f"
               "e");
    check_row(c, 0, "a [31mb\ufffd c d e");
    canvas_put(c, SPAN(1, 0, 20), ROLE_TEXT,
               "a\xc2\x85"
               "b\u202ec");
    check_row(c, 1, "a bc");
    canvas_close(c);
}

static void a_plain_terminal_gets_latin_spelling(void **state)
{
    struct canvas *c = make();
    const char *name = "ሰላም café – …";

    (void)state;
    c->plain = true;
    canvas_put(c, SPAN(0, 0, 20), ROLE_TEXT, name);
    check_row(c, 0, "selam cafe - ...");
    assert_int_equal(canvas_columns(c, name, strlen(name)), 16);
    assert_int_equal(canvas_fit(c, name, strlen(name), 3), 3); /* not half la */
    canvas_put(c, SPAN(1, 0, 20), ROLE_TEXT, "ሰ\u135f \u0416");
    check_row(c, 1, "se <0416>");
    canvas_line(c, SPAN(2, 0, 3), GLYPH_HLINE);
    check_row(c, 2, "---");
    canvas_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_at_its_span_and_at_the_edge),
        cmocka_unit_test(marks_share_the_cell_of_their_base),
        cmocka_unit_test(control_characters_become_blanks),
        cmocka_unit_test(a_plain_terminal_gets_latin_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
