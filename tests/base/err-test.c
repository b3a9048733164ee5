/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: an error keeps its code and one clean sentence through any number of
 * wraps, however long, and gives the promised exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/arr.h"
#include "base/err.h"
#include "base/utf8.h"

static void failing_is_one_line(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_false(err_set(&e, ERR_INPUT, "%s has no day %d", "Pagume", 7));
    assert_int_equal(e.code, ERR_INPUT);
    assert_string_equal(e.text, "Pagume has no day 7");
    assert_false(err_wrap(&e, "Line %d", 3));
    assert_int_equal(e.code, ERR_INPUT);
    assert_string_equal(e.text, "Line 3: Pagume has no day 7");
}

static void the_words_of_a_wrap_may_come_from_the_error_itself(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    err_set(&e, ERR_IO, "inner");
    err_wrap(&e, "%s", e.text);
    assert_string_equal(e.text, "inner: inner");
}

static void a_long_sentence_is_cut_at_a_whole_character(void **state)
{
    struct err e = ERR_INIT;
    size_t shift;
    int i;

    (void)state;
    for (shift = 0; shift < 3; shift++) {
        err_set(&e, ERR_INPUT, "%s", &"ab"[2 - shift]);
        for (i = 0; i < 300; i++)
            err_wrap(&e, "ሰ");
        assert_true(utf8_is_valid(e.text, strlen(e.text)));
        assert_in_range(strlen(e.text), ERR_TEXT_BYTES - 4, ERR_TEXT_BYTES - 1);
    }
}

static void what_came_from_outside_cannot_reach_the_terminal(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    err_set(&e, ERR_INPUT, "no form \"%s\"", "a\n\x1b[2J\x7f");
    assert_string_equal(e.text, "no form \"a  [2J \"");
    /* a control of eight bits, a change of direction, a byte that is no UTF-8
     */
    err_set(&e, ERR_INPUT,
            "a\xc2\x9b"
            "2J b\xe2\x80\xae"
            "c \xff");
    assert_string_equal(e.text, "a 2J b c ?");
}

static void the_system_s_errors_get_codes_and_words(void **state)
{
    static const struct {
        int number;
        enum err_code code;
    } wanted[] = {{ENOSPC, ERR_FULL},     {EDQUOT, ERR_FULL},
                  {EFBIG, ERR_FULL},      {EACCES, ERR_DENIED},
                  {EPERM, ERR_DENIED},    {EIO, ERR_IO},
                  {ENOENT, ERR_NOT_FOUND}};
    struct err e = ERR_INIT;
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(wanted); i++) {
        errno = wanted[i].number;
        assert_false(err_errno(&e, "Cannot open %s", "F"));
        assert_int_equal(e.code, wanted[i].code);
    }
    assert_string_equal(e.text, "Cannot open F: No such file or directory");
}

static void every_code_has_a_name_and_an_exit_code(void **state)
{
    int code;

    (void)state;
    for (code = ERR_NONE; code <= ERR_BUG; code++) {
        assert_non_null(err_code_name((enum err_code)code));
        assert_int_equal(err_exit_code((enum err_code)code),
                         code == ERR_NONE      ? 0
                         : code == ERR_USAGE   ? 2
                         : code == ERR_DENIED  ? 3
                         : code == ERR_NETWORK ? 5
                                               : 1);
    }
    assert_string_equal(err_code_name(ERR_NOT_FOUND), "not-found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_is_one_line),
        cmocka_unit_test(the_words_of_a_wrap_may_come_from_the_error_itself),
        cmocka_unit_test(a_long_sentence_is_cut_at_a_whole_character),
        cmocka_unit_test(what_came_from_outside_cannot_reach_the_terminal),
        cmocka_unit_test(the_system_s_errors_get_codes_and_words),
        cmocka_unit_test(every_code_has_a_name_and_an_exit_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
