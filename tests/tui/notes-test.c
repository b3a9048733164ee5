/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a text wraps at words without being changed; the cursor of notes goes
 * where a person expects on the lines they see; and any text at any width
 * keeps every character on exactly one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tui/canvas_text.h"
#include "tui/notes.h"
#include "tui/wrap.h"

static uint32_t no_key(void *arg, int timeout_ms)
{
    (void)arg;
    (void)timeout_ms;
    return K_HANGUP;
}

static struct canvas *make(void)
{
    return canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
}

/* The lines of a text, each between bars. */
static void check_lines(const char *s, int columns, const char *want)
{
    struct canvas *c = make();
    struct buf b = BUF_INIT(4096);
    struct wrap_line line = {0, 0, 0, true};

    while (line.broken || line.next > line.end) {
        line = wrap_next(c, s, strlen(s), line.next, columns);
        buf_add_byte(&b, '|');
        buf_add(&b, s + line.start, line.end - line.start);
    }
    assert_string_equal(buf_text(&b), want);
    buf_release(&b);
    canvas_close(c);
}

static void lines_break_behind_words(void **state)
{
    (void)state;
    check_lines("", 5, "|");
    check_lines("abc", 5, "|abc");
    check_lines("abcde", 5, "|abcde");
    check_lines("ab cde fg", 5, "|ab|cde|fg");
    check_lines("abcde fg", 5, "|abcde|fg");
    check_lines("abcdefgh ij", 5, "|abcde|fgh|ij");
    check_lines("ab\ncd\n", 5, "|ab|cd|");
    check_lines("ab\n\ncd", 5, "|ab||cd");
    check_lines("ሰላም፡ለዓለም", 6, "|ሰላም፡|ለዓለም");
    check_lines("long-term", 6, "|long-|term");
    check_lines("中中中", 3, "|中|中|中");
}

static void nothing_is_lost_at_any_width(void **state)
{
    static const char *const texts[] = {
        "one two  three   four\n\n five-six  \n", "ሰላ\u135fም ለዓለም፡ሁሉ",
        "averyveryverylongword and so on", "   leading", "\n\n\n"};
    struct canvas *c = make();

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int width = 1; width < 20; width++) {
            const char *s = texts[i];
            struct wrap_line line = {0, 0, 0, true};
            size_t n = strlen(s);

            while (line.broken || line.next > line.end) {
                size_t before = line.next;

                line = wrap_next(c, s, n, before, width);
                assert_int_equal(line.start, before);
                assert_true(line.end <= line.next && line.next <= n);
                assert_true(line.next > before || before == n);
                for (size_t j = line.end; j < line.next; j++)
                    assert_non_null(strchr(" \n", s[j]));
                assert_true(canvas_columns(c, s + line.start,
                                           line.end - line.start) <= width);
            }
            assert_int_equal(line.next, n);
        }
    canvas_close(c);
}

struct bench {
    struct canvas *canvas;
    struct buf clip;
    struct notes *notes;
};

static void begin(struct bench *b, const char *text)
{
    b->canvas = make();
    b->clip = (struct buf)BUF_INIT(1000);
    b->notes =
        notes_new(&(struct notes_plan){NOTES_BYTES_MAX, b->canvas, &b->clip});
    notes_set(b->notes, text);
}

static void end(struct bench *b)
{
    notes_free(b->notes);
    buf_release(&b->clip);
    canvas_close(b->canvas);
}

/* Ten columns for text and three rows, at the top left. */
static void draw(struct bench *b)
{
    canvas_erase(b->canvas);
    notes_draw(b->notes, b->canvas, (struct area){0, 0, 3, 13}, true);
    canvas_paint(b->canvas);
}

static void cursor_is(struct bench *b, int want_row, int want_col)
{
    int row, col;

    draw(b);
    canvas_text_cursor(b->canvas, &row, &col);
    assert_int_equal(row, want_row);
    assert_int_equal(col - 2, want_col);
}

static enum edit_answer press(struct bench *b, enum action a)
{
    return notes_press(b->notes, &(struct press){K_NONE, a});
}

static void type(struct bench *b, const char *s)
{
    for (; *s; s++)
        assert_int_equal(
            notes_press(b->notes,
                        &(struct press){(unsigned char)*s, ACTION_NONE}),
            EDIT_DONE);
}

static void the_cursor_moves_on_the_lines_seen(void **state)
{
    struct bench b;

    (void)state;
    begin(&b, "aaaa bbbb cccc\ndd\neeee ffff gggg");
    notes_enter(b.notes, true);
    cursor_is(&b, 0, 0);
    press(&b, ACTION_LINE_END);
    cursor_is(&b, 0, 9);
    press(&b, ACTION_LINE_DOWN); /* cccc */
    cursor_is(&b, 1, 4);
    press(&b, ACTION_LINE_DOWN); /* dd */
    cursor_is(&b, 2, 2);
    press(&b, ACTION_LINE_DOWN); /* eeee ffff: the column of before again */
    cursor_is(&b, 2, 9);
    press(&b, ACTION_LINE_START);
    cursor_is(&b, 2, 0);
    press(&b, ACTION_LEFT); /* behind dd */
    cursor_is(&b, 1, 2);
    press(&b, ACTION_PAGE_UP);
    press(&b, ACTION_PAGE_UP);
    assert_int_equal(press(&b, ACTION_LINE_UP), EDIT_IGNORED);
    press(&b, ACTION_PAGE_DOWN);
    press(&b, ACTION_PAGE_DOWN);
    press(&b, ACTION_PAGE_DOWN);
    assert_int_equal(press(&b, ACTION_LINE_DOWN), EDIT_IGNORED);
    end(&b);
}

static void a_word_longer_than_the_line_keeps_the_cursor_on_its_line(
    void **state)
{
    struct bench b;

    (void)state;
    begin(&b, "abcdefghijklmnopqrstuv");
    notes_enter(b.notes, true);
    cursor_is(&b, 0, 0);
    press(&b, ACTION_LINE_END);
    cursor_is(&b, 0, 9);
    press(&b, ACTION_RIGHT);
    cursor_is(&b, 1, 0);
    press(&b, ACTION_LINE_END);
    cursor_is(&b, 1, 9);
    press(&b, ACTION_LINE_DOWN);
    cursor_is(&b, 2, 2);
    press(&b, ACTION_LINE_UP);
    cursor_is(&b, 1, 9);
    end(&b);
}

static void typing_wraps_and_the_text_stays_plain(void **state)
{
    struct bench b;

    (void)state;
    begin(&b, "");
    type(&b, "visited the home");
    draw(&b);
    cursor_is(&b, 1, 8);
    press(&b, ACTION_NEW_LINE);
    type(&b, "all well");
    cursor_is(&b, 2, 8);
    assert_string_equal(notes_get(b.notes), "visited the home\nall well");
    press(&b, ACTION_UNDO);
    press(&b, ACTION_UNDO);
    press(&b, ACTION_UNDO);
    assert_string_equal(notes_get(b.notes), "visited the home");
    press(&b, ACTION_REDO);
    assert_string_equal(notes_get(b.notes), "visited the home\n");
    end(&b);
}

static void what_is_beyond_the_field_is_marked(void **state)
{
    struct bench b;
    struct buf out = BUF_INIT(8192);

    (void)state;
    begin(&b, "1\n2\n3\n4\n5");
    draw(&b);
    canvas_text_print(b.canvas, &out);
    assert_memory_equal(out.data, "^ 3\n\xe2\x94\x82 4\n\xe2\x94\x82 5\n", 16);
    notes_enter(b.notes, true);
    draw(&b);
    buf_clear(&out);
    canvas_text_print(b.canvas, &out);
    assert_memory_equal(out.data, "\xe2\x94\x82 1\n\xe2\x94\x82 2\nv 3\n", 16);
    assert_int_equal(notes_rows(b.notes, 13), 5);
    buf_release(&out);
    end(&b);
}

static void sixty_four_kilobytes_fit_and_no_more(void **state)
{
    struct bench b;
    char *s = calloc(1, NOTES_BYTES_MAX + 10);

    (void)state;
    memset(s, 'x', NOTES_BYTES_MAX + 5);
    begin(&b, s);
    assert_int_equal(strlen(notes_get(b.notes)), NOTES_BYTES_MAX);
    assert_int_equal(notes_press(b.notes, &(struct press){'y', ACTION_NONE}),
                     EDIT_REFUSED);
    cursor_is(&b, 2, NOTES_BYTES_MAX % 10);
    free(s);
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_behind_words),
        cmocka_unit_test(nothing_is_lost_at_any_width),
        cmocka_unit_test(the_cursor_moves_on_the_lines_seen),
        cmocka_unit_test(
            a_word_longer_than_the_line_keeps_the_cursor_on_its_line),
        cmocka_unit_test(typing_wraps_and_the_text_stays_plain),
        cmocka_unit_test(what_is_beyond_the_field_is_marked),
        cmocka_unit_test(sixty_four_kilobytes_fit_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
