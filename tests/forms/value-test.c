/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: every value comes back from its bytes, there is one spelling of each,
 * and bytes that are not that spelling are refused, whatever they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "forms/value.h"

static const uint32_t picks[] = {3, 0, 70000};

static const struct value values[] = {
    {.type = VALUE_NONE},
    {.type = VALUE_INTEGER, .number = 0},
    {.type = VALUE_INTEGER, .number = -1},
    {.type = VALUE_INTEGER, .number = INT64_MAX},
    {.type = VALUE_INTEGER, .number = INT64_MIN},
    {.type = VALUE_DECIMAL, .number = 125, .scale = 1},
    {.type = VALUE_DECIMAL, .number = -1, .scale = 18},
    {.type = VALUE_DATE, .number = 20778},
    {.type = VALUE_DATE, .number = -30000},
    {.type = VALUE_TEXT, .text = "ሰላም", .text_bytes = 9},
    {.type = VALUE_CHOICES, .choices = picks, .choices_nr = 3},
    {.type = VALUE_CHOICES},
    {.type = VALUE_TOKENS, .text = "a b", .text_bytes = 3},
    {.type = VALUE_TIME, .number = 86399999},
    {.type = VALUE_MOMENT,
     .number = 1795262400000,
     .text = "+03:00",
     .text_bytes = 6},
};

static void every_value_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(values); i++) {
        struct buf b = BUF_INIT(1000);
        uint32_t room[8];
        struct value v;
        value_encode(&b, &values[i]);
        assert_true(value_decode(b.data, b.size, room, ARR_NR(room), &v));
        for (size_t k = 0; k < ARR_NR(values); k++)
            assert_int_equal(value_equal(&v, &values[k]), i == k);
        buf_release(&b);
    }
}

static void trailing_zeros_are_not_kept(void **state)
{
    struct value long_one = {.type = VALUE_DECIMAL, .number = 1250, .scale = 2};
    struct value short_one = {.type = VALUE_DECIMAL, .number = 125, .scale = 1};
    struct value zero = {.type = VALUE_DECIMAL, .number = 0, .scale = 3};
    struct buf a = BUF_INIT(100), b = BUF_INIT(100);
    uint32_t room[1];
    struct value v;

    (void)state;
    value_encode(&a, &long_one);
    value_encode(&b, &short_one);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    assert_true(value_equal(&long_one, &short_one));
    buf_clear(&a);
    value_encode(&a, &zero);
    assert_true(value_decode(a.data, a.size, room, 1, &v));
    assert_int_equal(v.scale, 0);
    buf_release(&a);
    buf_release(&b);
}

static void other_spellings_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } wrong[] = {
        {"", 0},
        {"\x09", 1},         /* no such type */
        {"\x00\x00", 2},     /* something behind nothing */
        {"\x01", 1},         /* the number is missing */
        {"\x01\x80\x00", 3}, /* an overlong number */
        {"\x02\x01\x64", 3}, /* 5.0 with its zero */
        {"\x02\x13\x02", 3}, /* a scale of 19 */
        {"\x04\x05"
         "abc",
         5},                 /* shorter than it says */
        {"\x04\x01\xff", 3}, /* no UTF-8 */
        {"\x04\x01"
         "ab",
         4},                 /* longer than it says */
        {"\x05\x02\x01", 3}, /* a choice is missing */
        {"\x05\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01", 11}, /* no room */
        {"\x05\x01\xff\xff\xff\xff\x7f", 7}, /* an index over 32 bits */
        {"\x07\x01", 2},                     /* a time before midnight */
    };

    (void)state;
    for (size_t i = 0; i < ARR_NR(wrong); i++) {
        uint32_t room[8];
        struct value v;
        if (value_decode(wrong[i].bytes, wrong[i].n, room, ARR_NR(room), &v))
            fail_msg("row %zu was taken", i);
    }
}

/* Whatever is taken is spelled the one way: encoding it gives it back. */
static void noise_is_refused_or_canonical(void **state)
{
    uint64_t seed = 4711;
    struct entropy_source noise = entropy_seeded(&seed);
    unsigned taken = 0;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        uint8_t bytes[12];
        uint32_t room[8];
        size_t n = entropy_u64(&noise) % sizeof bytes;
        struct buf b = BUF_INIT(100);
        struct value v;
        entropy_fill(&noise, bytes, sizeof bytes);
        bytes[0] %= 10;
        bytes[1] %= 16;
        if (value_decode(bytes, n, room, ARR_NR(room), &v)) {
            taken++;
            value_encode(&b, &v);
            assert_int_equal(b.size, n);
            assert_memory_equal(b.data, bytes, n);
        }
        buf_release(&b);
    }
    assert_true(taken > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_comes_back),
        cmocka_unit_test(trailing_zeros_are_not_kept),
        cmocka_unit_test(other_spellings_are_refused),
        cmocka_unit_test(noise_is_refused_or_canonical),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
