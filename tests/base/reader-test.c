/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: what buf wrote is read back; nothing is read past the end, and each
 * number has exactly one accepted form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/entropy.h"
#include "base/reader.h"

static void numbers_come_back(void **state)
{
    static const int64_t numbers[] = {
        0,     1,         -1,      63,   -64,   64,        8191,
        -8192, INT32_MAX, 1234567, -300, 65536, INT64_MAX, INT64_MIN};
    struct buf b = BUF_INIT(1000);
    struct reader r;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(numbers); i++) {
        buf_add_zigzag(&b, numbers[i]);
        buf_add_varint(&b, (uint64_t)numbers[i]);
        buf_add_be64(&b, (uint64_t)numbers[i]);
        buf_add_be32(&b, (uint32_t)numbers[i]);
    }
    r = reader_of(b.data, b.size);
    for (i = 0; i < ARR_NR(numbers); i++) {
        assert_true(reader_zigzag(&r) == numbers[i]);
        assert_true(reader_varint(&r) == (uint64_t)numbers[i]);
        assert_true(reader_be64(&r) == (uint64_t)numbers[i]);
        assert_true(reader_be32(&r) == (uint32_t)numbers[i]);
    }
    assert_true(reader_done(&r));
    buf_release(&b);
}

static void overlong_and_too_large_varints_fail(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } refused[] = {
        {"\x80\x00", 2},                                  /* 0 in two bytes */
        {"\xff\x80\x00", 3},                              /* 127 in three */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10}, /* 2 to the 64th */
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11},
        {"\x80", 1}, /* the end is missing */
        {"", 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(refused); i++) {
        struct reader r = reader_of(refused[i].bytes, refused[i].n);

        assert_true(reader_varint(&r) == 0);
        assert_true(reader_failed(&r));
    }
}

static void failing_sticks_and_gives_zeros(void **state)
{
    struct reader r = reader_of("\x01\x02\x03", 3);

    (void)state;
    assert_int_equal(reader_be32(&r), 0);
    assert_true(reader_failed(&r));
    assert_int_equal(reader_byte(&r), 0);
    assert_null(reader_bytes(&r, 1));
    assert_false(reader_done(&r));
}

static void a_block_is_within_the_bytes_and_the_limit(void **state)
{
    struct reader r = reader_of("\x03"
                                "abc"
                                "\x00"
                                "\x02"
                                "x",
                                7);
    const uint8_t *at;
    size_t n;

    (void)state;
    at = reader_block(&r, 3, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(at, "abc", 3);
    assert_non_null(reader_block(&r, 3, &n));
    assert_int_equal(n, 0);
    assert_null(reader_block(&r, 3, &n));
    assert_int_equal(n, 0);
    assert_true(reader_failed(&r));
    r = reader_of("\x03"
                  "abc",
                  4);
    assert_null(reader_block(&r, 2, &n));
    assert_true(reader_failed(&r));
    r = reader_of(NULL, 0);
    assert_true(reader_done(&r));
    assert_non_null(reader_bytes(&r, 0));
}

/* Whatever the bytes, the reader stays inside (the sanitizers watch) and what
 * it accepts as a varint is what buf would have written. */
static void noise_never_leads_outside(void **state)
{
    uint64_t seed = 1;
    struct entropy_source noise = entropy_seeded(&seed);
    int round;

    (void)state;
    for (round = 0; round < 2000; round++) {
        uint8_t bytes[24];
        size_t n = entropy_u64(&noise) % sizeof bytes, length;
        struct reader r;

        entropy_fill(&noise, bytes, sizeof bytes);
        r = reader_of(bytes, n);
        while (!reader_failed(&r) && !reader_done(&r)) {
            const uint8_t *from = r.at;
            uint64_t number = reader_varint(&r);
            struct buf again = BUF_INIT(16);

            if (reader_failed(&r))
                break;
            buf_add_varint(&again, number);
            assert_int_equal(again.size, r.at - from);
            assert_memory_equal(again.data, from, again.size);
            buf_release(&again);
            reader_block(&r, 8, &length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(overlong_and_too_large_varints_fail),
        cmocka_unit_test(failing_sticks_and_gives_zeros),
        cmocka_unit_test(a_block_is_within_the_bytes_and_the_limit),
        cmocka_unit_test(noise_never_leads_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
