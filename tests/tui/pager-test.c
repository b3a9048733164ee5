/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a long text can be read to its end and back by lines and pages, what
 * is sought is found from the next line on and round, and another width keeps
 * the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tui/canvas_text.h"
#include "tui/pager.h"

static uint32_t no_key(void *arg, int timeout_ms)
{
    (void)arg;
    (void)timeout_ms;
    return K_HANGUP;
}

struct bench {
    struct canvas *canvas;
    struct pager *pager;
};

/* Paragraphs "1 words words ..." to "100 ..." */
static void begin(struct bench *b)
{
    struct buf text = BUF_INIT(100000);

    b->canvas =
        canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
    b->pager = pager_new(b->canvas);
    for (int i = 1; i <= 100; i++)
        buf_printf(&text, "%d words words\n", i);
    pager_set(b->pager, buf_text(&text));
    buf_release(&text);
}

static void end(struct bench *b)
{
    pager_free(b->pager);
    canvas_close(b->canvas);
}

static void press(struct bench *b, enum action a, int times)
{
    for (; times > 0; times--)
        assert_true(pager_press(b->pager, &(struct press){K_NONE, a}));
}

/* Ten rows: what the first of them and that of the cursor begin with. */
static void check(struct bench *b, int cols, const char *first, const char *at)
{
    struct buf screen = BUF_INIT(8192);
    const char *s;
    int row, col;

    canvas_erase(b->canvas);
    pager_draw(b->pager, b->canvas, (struct area){0, 0, 10, cols}, true);
    canvas_paint(b->canvas);
    canvas_text_print(b->canvas, &screen);
    canvas_text_cursor(b->canvas, &row, &col);
    assert_memory_equal(screen.data, first, strlen(first));
    for (s = screen.data; row > 0; row--)
        s = strchr(s, '\n') + 1;
    assert_memory_equal(s, at, strlen(at));
    buf_release(&screen);
}

static void lines_and_pages_there_and_back(void **state)
{
    struct bench b;
    struct buf status = BUF_INIT(32);

    (void)state;
    begin(&b);
    check(&b, 80, "1 ", "1 ");
    press(&b, ACTION_DOWN, 10);
    check(&b, 80, "2 ", "11 ");
    press(&b, ACTION_PAGE_DOWN, 1);
    check(&b, 80, "12 ", "12 ");
    press(&b, ACTION_PAGE_DOWN, 50);
    check(&b, 80, "91 ", "91 ");
    pager_status(b.pager, &status);
    assert_string_equal(buf_text(&status), "100%");
    press(&b, ACTION_LAST, 1);
    check(&b, 80, "91 ", "100 ");
    press(&b, ACTION_DOWN, 1);
    check(&b, 80, "91 ", "100 ");
    press(&b, ACTION_PAGE_UP, 1);
    check(&b, 80, "81 ", "81 ");
    press(&b, ACTION_FIRST, 1);
    press(&b, ACTION_UP, 1);
    check(&b, 80, "1 ", "1 ");
    assert_false(pager_press(b.pager, &(struct press){'x', ACTION_NONE}));
    buf_release(&status);
    end(&b);
}

static void seek(struct bench *b, const char *s)
{
    press(b, ACTION_FIND, 1);
    assert_true(pager_typing(b->pager));
    for (; *s; s++)
        pager_press(b->pager, &(struct press){(unsigned char)*s, ACTION_NONE});
    press(b, ACTION_OPEN, 1);
    assert_false(pager_typing(b->pager));
}

static void what_is_sought_is_found_onwards_and_round(void **state)
{
    struct bench b;

    (void)state;
    begin(&b);
    check(&b, 80, "1 ", "1 ");
    seek(&b, "3 WORDS");
    check(&b, 80, "1 ", "3 ");
    press(&b, ACTION_FIND_NEXT, 1);
    check(&b, 80, "4 ", "13 ");
    press(&b, ACTION_FIND_NEXT, 8);
    check(&b, 80, "84 ", "93 ");
    press(&b, ACTION_FIND_NEXT, 1);
    check(&b, 80, "3 ", "3 ");
    seek(&b, "not there");
    check(&b, 80, "3 ", "3 ");
    end(&b);
}

static void another_width_keeps_the_place(void **state)
{
    struct bench b;

    (void)state;
    begin(&b);
    check(&b, 80, "1 ", "1 ");
    press(&b, ACTION_PAGE_DOWN, 3);
    check(&b, 80, "31 ", "31 ");
    check(&b, 9, "31 words", "31 words");
    check(&b, 80, "31 ", "31 ");
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_pages_there_and_back),
        cmocka_unit_test(what_is_sought_is_found_onwards_and_round),
        cmocka_unit_test(another_width_keeps_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
