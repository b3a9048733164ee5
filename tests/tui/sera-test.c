/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: every Ethiopic letter has a Latin spelling that reads back to it,
 * words come back whole, and typing Latin letters builds them one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "tui/sera.h"

static void every_spelling_reads_back(void **state)
{
    int letters = 0;

    (void)state;
    for (uint32_t c = 0x1200; c <= 0x137C; c++) {
        char latin[SERA_LATIN_BYTES];
        size_t n = sera_to_latin(c, latin);
        uint32_t back = 0;

        if (n == 0)
            continue;
        letters++;
        assert_int_equal(sera_from_latin(latin, n, &back), n);
        if (back != c)
            fail_msg("U+%04X is spelt %s, which reads as U+%04X", c, latin,
                     back);
    }
    assert_in_range(letters, 345, 358); /* the assigned ones but few */
}

static void what_is_not_ethiopic_has_no_spelling(void **state)
{
    static const uint32_t others[] = {'a', 0x11FF, 0x1249, 0x135F, 0x1380, 0};
    char latin[SERA_LATIN_BYTES];

    (void)state;
    for (size_t i = 0; others[i]; i++)
        assert_int_equal(sera_to_latin(others[i], latin), 0);
}

static const char *convert(void (*how)(struct buf *, const char *, size_t),
                           const char *s)
{
    static char kept[256];
    struct buf b = BUF_INIT(sizeof kept - 1);

    how(&b, s, strlen(s));
    memcpy(kept, buf_text(&b), b.size + 1);
    buf_release(&b);
    return kept;
}

static void words_come_back_whole(void **state)
{
    static const char *const words[] = {"ሰላም", "አበበ ግርማ", "ስአል", "ጓደኛ", "ቋንቋ",
                                        "ፀሐይ", "ዓለም",     "ልዑል", NULL};

    (void)state;
    assert_string_equal(convert(sera_add_latin, "ሰላም"), "selam");
    assert_string_equal(convert(sera_add_latin, "ስአል 7"), "s'al 7");
    for (int i = 0; words[i]; i++) {
        char latin[256];

        snprintf(latin, sizeof latin, "%s", convert(sera_add_latin, words[i]));
        assert_string_equal(convert(sera_add_ethiopic, latin), words[i]);
    }
}

static const char *type(const char *keys)
{
    static char kept[256];
    struct buf b = BUF_INIT(sizeof kept - 1);
    struct sera_typing t = {"", 0, 0};

    for (; *keys; keys++) {
        struct sera_step step = sera_type(&t, (unsigned char)*keys);

        while (step.erase-- > 0)
            b.size = utf8_prev(b.data, b.size, b.size);
        buf_add(&b, step.text, step.text_nr);
    }
    memcpy(kept, buf_text(&b), b.size);
    kept[b.size] = '\0';
    buf_release(&b);
    return kept;
}

static void typing_builds_letters(void **state)
{
    (void)state;
    assert_string_equal(type("s"), "ስ");
    assert_string_equal(type("selam"), "ሰላም");
    assert_string_equal(type("abebe"), "አበበ");
    assert_string_equal(type("s'al"), "ስአል");
    assert_string_equal(type("qWanqWa"), "ቋንቋ");
    assert_string_equal(type("lWa lW"), "ሏ ልW");
    assert_string_equal(type("`Sehay 12"), "ፀሃይ 12");
    assert_string_equal(type("`10"), "፲");
    assert_string_equal(type("selam::"), "ሰላም።");
    assert_string_equal(type("i'd"), "ኢድ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_reads_back),
        cmocka_unit_test(what_is_not_ethiopic_has_no_spelling),
        cmocka_unit_test(words_come_back_whole),
        cmocka_unit_test(typing_builds_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
