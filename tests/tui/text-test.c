/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a text keeps a base and its marks together whatever is done to it,
 * undo and redo give back exactly what was there, and nothing that may not
 * stand in it gets in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "tui/text.h"

static struct text *make(size_t max, bool lines)
{
    return text_new(&(struct text_plan){max, lines, false});
}

static void put(struct text *t, const char *s)
{
    assert_true(text_insert(t, s, strlen(s)));
}

static void marks_stay_with_their_base(void **state)
{
    struct text *t = make(100, false);

    (void)state;
    put(t, "ሰ\u135fላ\u135fx");
    text_left(t);
    text_left(t);
    assert_int_equal(text_at(t), strlen("ሰ\u135f"));
    text_erase(t, 0, text_at(t), NULL);
    assert_string_equal(text_get(t), "ላ\u135fx");
    text_go(t, 4); /* inside the cluster */
    assert_int_equal(text_at(t), 0);
    text_right(t);
    assert_int_equal(text_at(t), strlen("ላ\u135f"));
    text_free(t);
}

static void undo_goes_word_by_word_and_back(void **state)
{
    struct text *t = make(100, false);

    (void)state;
    for (const char *s = "one two"; *s; s++)
        assert_true(text_insert(t, s, 1));
    assert_true(text_undo(t));
    assert_string_equal(text_get(t), "one ");
    assert_true(text_undo(t));
    assert_string_equal(text_get(t), "");
    assert_false(text_undo(t));
    assert_true(text_redo(t));
    assert_true(text_redo(t));
    assert_string_equal(text_get(t), "one two");
    assert_false(text_redo(t));
    text_erase(t, 0, 4, NULL);
    assert_true(text_undo(t));
    assert_string_equal(text_get(t), "one two");
    text_go(t, 0);
    put(t, "x"); /* a new change forgets what was undone */
    assert_false(text_redo(t));
    text_free(t);
}

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static void change_at_random(struct text *t, unsigned *seed)
{
    static const char *const bits[] = {"a", " ", "ሰ", "\u135f", "\n", "long"};

    text_go(t, draw(seed, (unsigned)text_size(t) + 1));
    if (draw(seed, 3) == 0) {
        size_t from = text_at(t);

        text_right(t);
        text_erase(t, from, text_at(t), NULL);
    } else {
        const char *s = bits[draw(seed, 6)];

        text_insert(t, s, strlen(s));
    }
}

static void hundreds_of_changes_are_undone_and_redone(void **state)
{
    struct text *t = make(4000, true);
    unsigned seed = 7;
    char *last;
    int steps = 0;

    (void)state;
    for (int i = 0; i < 400; i++) {
        change_at_random(t, &seed);
        assert_true(utf8_is_valid(text_get(t), text_size(t)));
    }
    last = strdup(text_get(t));
    while (text_undo(t))
        steps++;
    assert_string_equal(text_get(t), "");
    assert_true(steps > 100);
    while (text_redo(t))
        continue;
    assert_string_equal(text_get(t), last);
    free(last);
    text_free(t);
}

static void what_may_not_stand_in_it_stays_out(void **state)
{
    struct text *t = make(10, false);

    (void)state;
    assert_false(text_insert(t, "\033", 1));
    assert_false(text_insert(t, "\xff", 1));
    assert_false(
        text_insert(t, "\xe2\x80\xae", 3)); /* right-to-left override */
    put(t, "ab\ncd");
    assert_string_equal(text_get(t), "ab cd");
    text_set(t, "a\033[31mb\xff"
                "c");
    assert_string_equal(text_get(t), "a[31mbc");
    text_free(t);
}

static void the_limit_holds_at_whole_characters(void **state)
{
    struct text *t = make(7, false);

    (void)state;
    put(t, "ሰሰ");
    assert_false(text_insert(t, "ሰ", 3));
    assert_true(text_insert(t, "x", 1));
    assert_false(text_insert(t, "y", 1));
    assert_string_equal(text_get(t), "ሰሰx");
    text_set(t, "ሰሰሰሰ");
    assert_string_equal(text_get(t), "ሰሰ");
    text_free(t);
}

static void what_is_cut_can_be_put_elsewhere(void **state)
{
    struct text *t = make(100, true);
    struct buf clip = BUF_INIT(100);

    (void)state;
    text_set(t, "first line\nsecond");
    text_go(t, 6);
    text_erase(t, text_at(t), text_line_end(t), &clip);
    assert_string_equal(buf_text(&clip), "line");
    text_go(t, text_size(t));
    text_insert(t, buf_text(&clip), clip.size);
    assert_string_equal(text_get(t), "first \nsecondline");
    assert_int_equal(text_line_start(t), 7);
    assert_int_equal(text_word_start(t), 7);
    buf_release(&clip);
    text_free(t);
}

static void a_secret_leaves_nothing_to_undo_or_paste(void **state)
{
    struct text *t = text_new(&(struct text_plan){100, false, true});
    struct buf clip = BUF_INIT(100);

    (void)state;
    put(t, "tiqur");
    assert_false(text_undo(t));
    text_erase(t, 0, 5, &clip);
    assert_int_equal(clip.size, 0);
    assert_false(text_undo(t));
    buf_release(&clip);
    text_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_stay_with_their_base),
        cmocka_unit_test(undo_goes_word_by_word_and_back),
        cmocka_unit_test(hundreds_of_changes_are_undone_and_redone),
        cmocka_unit_test(what_may_not_stand_in_it_stays_out),
        cmocka_unit_test(the_limit_holds_at_whole_characters),
        cmocka_unit_test(what_is_cut_can_be_put_elsewhere),
        cmocka_unit_test(a_secret_leaves_nothing_to_undo_or_paste),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
