/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: of a label written for a telephone the words are left, with their
 * line breaks and the addresses of links; what only looks like a sign stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "forms/markup.h"

static const struct {
    const char *text, *words;
} rows[] = {
    {"", ""},
    {"How many goats?", "How many goats?"},
    {"<b>Goats</b> and <i>kids</i>", "Goats and kids"},
    {"<span style=\"color:red\">Red</span>", "Red"},
    {"one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"},
    {"<p>one</p><p>two</p>", "one\ntwo"},
    {"# Heading", "Heading"},
    {"one\n### two", "one\ntwo"},
    {"**goats** and **kids**", "goats and kids"},
    {"Read [the rules](https://example.org/a) first",
     "Read the rules (https://example.org/a) first"},
    {"a &lt; b &amp; c", "a < b & c"},
    {"\n\none\n\n\n\ntwo\n\n", "one\n\ntwo"},
    {"\\# one \\*two\\*", "# one *two*"},
    /* what stays */
    {"age < 5 and > 2", "age < 5 and > 2"},
    {"a <b", "a <b"},
    {"<name>", "<name>"},
    {"<blanket>", "<blanket>"},
    {"My name is ______", "My name is ______"},
    {"${__version__}", "${__version__}"},
    {"2 * 3 ** 4", "2 * 3 ** 4"},
    {"#1 goat", "#1 goat"},
    {"[say your name]", "[say your name]"},
    {"[kids](all)", "[kids](all)"},
    {"Tom & Abeba", "Tom & Abeba"},
    {"ፍየል <b>ትንሽ</b>", "ፍየል ትንሽ"},
    {"**", "**"},
    {"<", "<"},
    {"[x](http", "[x](http"},
    {"one\\", "one\\"},
};

static void words_are_left(void **state)
{
    struct pool *pool = pool_new();

    (void)state;
    for (size_t i = 0; i < ARR_NR(rows); i++)
        assert_string_equal(markup_strip(rows[i].text, pool), rows[i].words);
    pool_free(pool);
}

static void what_has_no_signs_is_not_copied(void **state)
{
    static const char text[] = "How many goats?";
    struct pool *pool = pool_new();

    (void)state;
    assert_ptr_equal(markup_strip(text, pool), text);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_left),
        cmocka_unit_test(what_has_no_signs_is_not_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
