/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a buffer never exceeds its maximum, sticks when it would, and reads
 * as text at any time; a file is read whole or refused with its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

static void it_grows_and_reads_as_text(void **state)
{
    struct buf b = BUF_INIT(1000);
    int i;

    (void)state;
    assert_string_equal(buf_text(&b), "");
    for (i = 0; i < 100; i++)
        buf_add_str(&b, "ab");
    buf_printf(&b, "-%d-%s", 7, "x");
    assert_int_equal(b.size, 204);
    assert_int_equal(strlen(buf_text(&b)), 204);
    assert_string_equal(b.data + 200, "-7-x");
    buf_drop(&b, 200);
    assert_string_equal(buf_text(&b), "-7-x");
    buf_drop(&b, 99);
    assert_string_equal(buf_text(&b), "");
    buf_release(&b);
    assert_null(b.data);
}

static void the_maximum_holds_and_failing_sticks(void **state)
{
    struct buf b = BUF_INIT(4), none = BUF_INIT(0);

    (void)state;
    buf_add_str(&b, "1234");
    assert_false(buf_failed(&b));
    buf_add(&b, "", 0);
    assert_false(buf_failed(&b));
    buf_add_byte(&b, '5');
    assert_true(buf_failed(&b));
    buf_add(&b, "", 0);
    assert_string_equal(buf_text(&b), "1234");
    buf_clear(&b);
    assert_false(buf_failed(&b));
    buf_printf(&b, "%d", 12345);
    assert_true(buf_failed(&b));
    assert_string_equal(buf_text(&b), "");
    buf_clear(&b);
    buf_add(&b, "x", SIZE_MAX);
    assert_true(buf_failed(&b));
    buf_release(&b);
    buf_add_byte(&none, 0);
    assert_true(buf_failed(&none));
    buf_drop(&none, 1);
    buf_release(&none);
}

static void wiping_frees_and_empties(void **state)
{
    struct buf b = BUF_INIT(64);

    (void)state;
    buf_add_str(&b, "secret");
    buf_wipe(&b);
    assert_null(b.data);
    buf_wipe(&b);
    buf_add_str(&b, "usable again");
    assert_string_equal(buf_text(&b), "usable again");
    buf_release(&b);
}

static void numbers_are_written_in_the_fixed_way(void **state)
{
    static const char wanted[] = "\x00\x7f\x80\x01\xff\xff\xff\xff\xff\xff"
                                 "\xff\xff\xff\x01\x01\x02\x01\x02\x03\x04"
                                 "\x01\x02\x03\x04\x05\x06\x07\x08\x02hi";
    struct buf b = BUF_INIT(100);

    (void)state;
    buf_add_varint(&b, 0);
    buf_add_varint(&b, 127);
    buf_add_varint(&b, 128);
    buf_add_varint(&b, UINT64_MAX);
    buf_add_zigzag(&b, -1);
    buf_add_zigzag(&b, 1);
    buf_add_be32(&b, 0x01020304);
    buf_add_be64(&b, UINT64_C(0x0102030405060708));
    buf_add_block(&b, "hi", 2);
    assert_int_equal(b.size, sizeof wanted - 1);
    assert_memory_equal(b.data, wanted, sizeof wanted - 1);
    buf_release(&b);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_file_is_read_whole_or_refused_by_name(void **state)
{
    char path[PATH_MAX];
    struct buf b = BUF_INIT(5);
    struct err e = ERR_INIT;

    (void)state;
    snprintf(path, sizeof path, "%s/buf-XXXXXX", getenv("TMPDIR"));
    close(mkstemp(path));
    write_file(path, "12345");
    assert_true(buf_read_file(&b, path, &e));
    assert_string_equal(buf_text(&b), "12345");
    assert_int_equal(e.code, ERR_NONE);
    buf_clear(&b);
    write_file(path, "123456");
    assert_false(buf_read_file(&b, path, &e));
    assert_int_equal(e.code, ERR_FULL);
    assert_non_null(strstr(e.text, path));
    buf_clear(&b);
    unlink(path);
    assert_false(buf_read_file(&b, path, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_non_null(strstr(e.text, path));
    assert_false(buf_read_file(&b, "/", &e));
    assert_int_equal(e.code, ERR_IO);
    buf_release(&b);
}

static void a_dash_is_standard_input(void **state)
{
    struct buf b = BUF_INIT(100);
    struct err e = ERR_INIT;
    int ends[2], saved = dup(STDIN_FILENO);

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    assert_true(buf_read_file(&b, "-", &e));
    assert_string_equal(buf_text(&b), "piped");
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_and_reads_as_text),
        cmocka_unit_test(the_maximum_holds_and_failing_sticks),
        cmocka_unit_test(wiping_frees_and_empties),
        cmocka_unit_test(numbers_are_written_in_the_fixed_way),
        cmocka_unit_test(a_file_is_read_whole_or_refused_by_name),
        cmocka_unit_test(a_dash_is_standard_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
