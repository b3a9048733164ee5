/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a list holds only a window of its rows, yet moving, paging, narrowing
 * and reloading show what a list held whole would show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/tui/support_play.h"
#include "tui/list.h"

enum { FETCH_MAX = 60 };

/* Rows 1..nr but those `without`, keyed by six digits. */
struct table {
    int64_t nr;
    int64_t without;
    bool counts;
    char words[64]; /* only keys that hold them */
    size_t largest; /* fetch asked for */
};

static bool is_in(const struct table *t, int64_t i)
{
    char key[16];

    snprintf(key, sizeof key, "%06d", (int)i);
    return i != t->without && strstr(key, t->words);
}

static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    struct table *t = arg;
    int64_t step = from == LIST_BEFORE ? -1 : 1;
    int64_t i = from == LIST_BEFORE ? t->nr : 1;

    if (nr > t->largest)
        t->largest = nr;
    if (key && str_to_int(key, 0, 10000000, &i) && from != LIST_AT)
        i += step;
    for (; nr > 0 && i >= 1 && i <= t->nr; i += step)
        if (is_in(t, i)) {
            char text[16];
            const char *cells[] = {text, "row"};

            snprintf(text, sizeof text, "%06d", (int)i);
            list_rows_add(rows, text, ROLE_TEXT, cells, ARR_NR(cells));
            nr--;
        }
}

static int64_t count(void *arg)
{
    const struct table *t = arg;
    int64_t nr = 0;

    for (int64_t i = 1; t->counts && i <= t->nr; i++)
        nr += is_in(t, i);
    return t->counts ? nr : -1;
}

static void narrow(void *arg, const char *words)
{
    struct table *t = arg;

    str_copy(t->words, sizeof t->words, words);
}

static const struct list_column columns[] = {{"Number", 8, false},
                                             {"What", 0, false}};

static struct list *make(struct table *t)
{
    return list_new(columns, ARR_NR(columns),
                    (struct list_source){fetch, count, narrow, t});
}

static uint32_t no_key(void *arg, int timeout_ms)
{
    (void)arg;
    (void)timeout_ms;
    return K_HANGUP;
}

/* Draws the list, 10 rows of it, and tells which key the cursor is on. */
static void check(struct list *l, const char *chosen, const char *top)
{
    struct canvas *c =
        canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
    struct buf b = BUF_INIT(8192);
    int row, col;
    const char *s;

    canvas_erase(c);
    list_draw(l, c, (struct area){0, 0, 11, 80}, true);
    canvas_paint(c);
    canvas_text_print(c, &b);
    canvas_text_cursor(c, &row, &col);
    assert_string_equal(list_key(l), chosen);
    s = strchr(b.data, '\n') + 1;
    assert_memory_equal(s + 2, top, 6);
    for (s = b.data; row > 0; row--)
        s = strchr(s, '\n') + 1;
    assert_int_equal(s[0], '>');
    assert_memory_equal(s + 2, chosen, 6);
    buf_release(&b);
    canvas_close(c);
}

static void first_line_is(struct list *l, const char *want)
{
    struct canvas *c =
        canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
    struct buf b = BUF_INIT(8192);

    canvas_erase(c);
    list_draw(l, c, (struct area){0, 0, 11, 80}, true);
    canvas_paint(c);
    canvas_text_print(c, &b);
    *strchr(b.data, '\n') = '\0';
    assert_string_equal(buf_text(&b), want);
    buf_release(&b);
    canvas_close(c);
}

static void press(struct list *l, enum action a, int times)
{
    for (; times > 0; times--)
        assert_true(list_press(l, &(struct press){K_NONE, a}));
}

static void status_is(const struct list *l, const char *want)
{
    struct buf b = BUF_INIT(64);

    list_status(l, &b);
    assert_string_equal(buf_text(&b), want);
    buf_release(&b);
}

static void moving_there_and_back(void **state)
{
    struct table t = {20000, 0, true, "", 0};
    struct list *l = make(&t);

    (void)state;
    check(l, "000001", "000001");
    press(l, ACTION_DOWN, 9);
    check(l, "000010", "000001");
    press(l, ACTION_DOWN, 1);
    check(l, "000011", "000002");
    press(l, ACTION_DOWN, 500);
    check(l, "000511", "000502");
    status_is(l, "511 of 20,000");
    press(l, ACTION_UP, 505);
    check(l, "000006", "000006");
    press(l, ACTION_UP, 20);
    check(l, "000001", "000001");
    status_is(l, "1 of 20,000");
    assert_true(t.largest <= FETCH_MAX);
    list_free(l);
}

static void paging_there_and_back(void **state)
{
    struct table t = {20000, 0, true, "", 0};
    struct list *l = make(&t);

    (void)state;
    check(l, "000001", "000001");
    press(l, ACTION_DOWN, 2);
    press(l, ACTION_PAGE_DOWN, 1);
    check(l, "000013", "000011");
    press(l, ACTION_PAGE_DOWN, 100);
    check(l, "001013", "001011");
    press(l, ACTION_PAGE_UP, 101);
    check(l, "000003", "000001");
    press(l, ACTION_LAST, 1);
    check(l, "020000", "019991");
    status_is(l, "20,000 of 20,000");
    press(l, ACTION_PAGE_DOWN, 1);
    check(l, "020000", "019991");
    press(l, ACTION_PAGE_UP, 50);
    check(l, "019500", "019491");
    status_is(l, "19,500 of 20,000");
    press(l, ACTION_FIRST, 1);
    check(l, "000001", "000001");
    list_free(l);
}

/* A newcomer saw a 1 in the corner, and nothing of what. */
static void an_unknown_count_is_left_out(void **state)
{
    struct table t = {300, 0, false, "", 0};
    struct list *l = make(&t);

    (void)state;
    status_is(l, "");
    press(l, ACTION_LAST, 1);
    check(l, "000300", "000291");
    status_is(l, "");
    press(l, ACTION_UP, 299); /* now both ends were seen */
    check(l, "000001", "000001");
    list_free(l);
}

static void random_walks_stay_true(void **state)
{
    static const enum action actions[] = {ACTION_UP,      ACTION_DOWN,
                                          ACTION_PAGE_UP, ACTION_PAGE_DOWN,
                                          ACTION_FIRST,   ACTION_LAST};
    struct table t = {1000, 0, true, "", 0};
    struct list *l = make(&t);
    unsigned seed = 3;
    int64_t at = 1;

    (void)state;
    check(l, "000001", "000001");
    for (int i = 0; i < 3000; i++) {
        char want[16];
        unsigned which;

        seed = seed * 1103515245u + 12345u;
        which = (seed >> 16) % 400;
        which = which < 6 ? which : which % 4;
        at = which == 4   ? 1
             : which == 5 ? t.nr
                          : at + (const int[]){-1, 1, -10, 10}[which];
        at = at < 1 ? 1 : at > t.nr ? t.nr : at;
        press(l, actions[which], 1);
        snprintf(want, sizeof want, "%06d", (int)at);
        assert_string_equal(list_key(l), want);
    }
    list_free(l);
}

static void reloading_keeps_the_chosen_row(void **state)
{
    struct table t = {20000, 0, true, "", 0};
    struct list *l = make(&t);

    (void)state;
    check(l, "000001", "000001");
    press(l, ACTION_DOWN, 20);
    check(l, "000021", "000012");
    t.without = 3;
    list_reload(l);
    assert_string_equal(list_key(l), "000021");
    status_is(l, "20 of 19,999");
    t.without = 21; /* the row itself goes: what follows takes its place */
    list_reload(l);
    assert_string_equal(list_key(l), "000022");
    list_choose(l, "015000");
    assert_string_equal(list_key(l), "015000");
    t.without = 15000;
    list_reload(l);
    assert_string_equal(list_key(l), "015001");
    press(l, ACTION_UP, 1);
    assert_string_equal(list_key(l), "014999");
    t.nr = 100; /* everything from here on is gone */
    list_reload(l);
    assert_string_equal(list_key(l), "000100");
    t.nr = 0;
    list_reload(l);
    assert_null(list_key(l));
    press(l, ACTION_DOWN, 1);
    press(l, ACTION_PAGE_UP, 1);
    press(l, ACTION_LAST, 1);
    assert_null(list_key(l));
    list_free(l);
}

static void type(struct list *l, const char *s)
{
    for (; *s; s++)
        assert_true(
            list_press(l, &(struct press){(unsigned char)*s, ACTION_NONE}));
}

static void typing_narrows_and_esc_shows_all(void **state)
{
    struct table t = {20000, 0, true, "", 0};
    struct list *l = make(&t);

    (void)state;
    assert_false(list_press(l, &(struct press){'7', ACTION_NONE}));
    press(l, ACTION_FIND, 1);
    assert_true(list_typing(l));
    type(l, "77");
    assert_string_equal(list_key(l), "000077");
    assert_string_equal(list_narrowed(l), "77");
    press(l, ACTION_DOWN, 1);
    assert_string_equal(list_key(l), "000177");
    assert_false(list_press(l, &(struct press){K_ENTER, ACTION_OPEN}));
    assert_false(list_typing(l)); /* the view opens it; still narrowed */
    first_line_is(l, "Only: 77  (Esc shows all)");
    assert_string_equal(list_narrowed(l), "77");
    press(l, ACTION_BACK, 1);
    assert_string_equal(list_narrowed(l), "");
    assert_string_equal(list_key(l), "000177"); /* the choice stays */
    assert_false(list_press(l, &(struct press){K_ESC, ACTION_BACK}));
    press(l, ACTION_FIND, 1);
    type(l, "nothing has this");
    assert_null(list_key(l));
    press(l, ACTION_BACK, 1);
    assert_non_null(list_key(l));
    list_free(l);
}

static void cells_stand_in_their_columns(void **state)
{
    struct table t = {2, 0, true, "", 0};
    struct list *l = make(&t);
    struct canvas *c =
        canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
    struct buf b = BUF_INIT(8192);

    (void)state;
    canvas_erase(c);
    list_draw(l, c, (struct area){0, 0, 11, 80}, true);
    canvas_paint(c);
    canvas_text_print(c, &b);
    assert_memory_equal(b.data,
                        "  Number   What\n> 000001   row\n"
                        "  000002   row\n\n",
                        44);
    assert_int_equal(canvas_text_role(c, 1, 0), ROLE_SELECTED);
    assert_int_equal(canvas_text_role(c, 1, 2), ROLE_TEXT);
    assert_string_equal(list_cell(l, 1), "row");
    buf_release(&b);
    canvas_close(c);
    list_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_there_and_back),
        cmocka_unit_test(paging_there_and_back),
        cmocka_unit_test(an_unknown_count_is_left_out),
        cmocka_unit_test(random_walks_stay_true),
        cmocka_unit_test(reloading_keeps_the_chosen_row),
        cmocka_unit_test(typing_narrows_and_esc_shows_all),
        cmocka_unit_test(cells_stand_in_their_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
