/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a request reads back as it was written, fits where it travels, uses
 * letters no shell knows, and anything else in its place is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "sync/hello.h"

static struct hello some_hello(uint64_t seed)
{
    const struct entropy_source s = entropy_seeded(&seed);
    struct hello h = {.protocol_min = 1,
                      .protocol_max = 1,
                      .epoch = entropy_u64(&s),
                      .hub_epoch = entropy_u64(&s),
                      .cursor = (int64_t)(entropy_u64(&s) >> 1 >> seed % 60),
                      .next_frame = entropy_u64(&s) >> seed % 60};
    entropy_fill(&s, h.mark, sizeof h.mark);
    entropy_fill(&s, h.forms, sizeof h.forms);
    return h;
}

static void a_request_reads_back_as_it_was_written(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 500; seed++) {
        struct buf text = BUF_INIT(HELLO_TEXT_MAX);
        struct hello h = some_hello(seed), got;
        struct err e = ERR_INIT;
        hello_print(&h, &text);
        assert_false(buf_failed(&text));
        assert_in_range(text.size, 40, 100);
        assert_int_equal(strspn(buf_text(&text),
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                "pqrstuvwxyz0123456789-_"),
                         text.size);
        assert_true(hello_parse(buf_text(&text), &got, &e));
        assert_true(got.epoch == h.epoch && got.hub_epoch == h.hub_epoch);
        assert_true(got.cursor == h.cursor && got.next_frame == h.next_frame);
        assert_memory_equal(got.mark, h.mark, sizeof h.mark);
        assert_memory_equal(got.forms, h.forms, sizeof h.forms);
        buf_release(&text);
    }
}

static bool parses(const char *text)
{
    struct hello h;
    struct err e = ERR_INIT;
    bool good = hello_parse(text, &h, &e);
    assert_int_equal(e.code, good ? ERR_NONE : ERR_PROTOCOL);
    return good;
}

static void cut_or_changed_it_is_refused_or_another(void **state)
{
    (void)state;
    struct buf text = BUF_INIT(HELLO_TEXT_MAX);
    struct hello h = some_hello(9);
    char copy[HELLO_TEXT_MAX];
    hello_print(&h, &text);
    for (size_t n = 0; n < text.size; n++) {
        snprintf(copy, sizeof copy, "%.*s", (int)n, buf_text(&text));
        assert_false(parses(copy));
    }
    for (size_t i = 0; i < text.size; i++)
        for (int c = 1; c < 256; c++) {
            snprintf(copy, sizeof copy, "%s", buf_text(&text));
            copy[i] = (char)c;
            parses(copy);
        }
    snprintf(copy, sizeof copy, "%sAA", buf_text(&text));
    assert_false(parses(copy)); /* more than this version has */
    buf_release(&text);
}

static void other_commands_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "ls", "sh -c id", "AQ==", "AQE\n", "../..", "AAAA", "AQE$(id)",
    };
    char large[2000];
    for (size_t i = 0; i < ARR_NR(texts); i++)
        assert_false(parses(texts[i]));
    memset(large, 'A', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_false(parses(large));
}

static void a_newer_office_may_say_more(void **state)
{
    (void)state;
    struct buf text = BUF_INIT(HELLO_TEXT_MAX);
    struct hello h = some_hello(6), got;
    struct err e = ERR_INIT;
    h.protocol_max = 2;
    do { /* a length that a further group of letters can follow */
        buf_clear(&text);
        h.next_frame = h.next_frame * 128 + 1;
        hello_print(&h, &text);
    } while (text.size % 4 != 0);
    buf_add_str(&text, "AAAA");
    assert_true(hello_parse(buf_text(&text), &got, &e));
    assert_true(got.epoch == h.epoch);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_reads_back_as_it_was_written),
        cmocka_unit_test(cut_or_changed_it_is_refused_or_another),
        cmocka_unit_test(other_commands_are_refused),
        cmocka_unit_test(a_newer_office_may_say_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
