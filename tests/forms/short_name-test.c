/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a name written short with a slash is written out in its own script,
 * wherever it stands; titles, dates and ordinary words stay as they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "forms/short_name.h"

static void short_names_are_written_out(void **state)
{
    static const char *const pairs[][2] = {
        {"G/Mariam", "GebreMariam"},
        {"w/michael Haile", "Woldemichael Haile"},
        {"Selam  H/Selassie", "Selam  HaileSelassie"},
        {"ገ/ማርያም", "ገብረማርያም"},
        {"ኃ/ሥላሴ", "ኃይለሥላሴ"},
        {"ሐ/ሥላሴ", "ኃይለሥላሴ"},
        {"W/ro T/Haymanot", "W/ro TekleHaymanot"},
        {"ወ/ሮ ወ/ሚካኤል", "ወ/ሮ ወልደሚካኤል"},
    };
    struct buf b = BUF_INIT(200);
    (void)state;
    for (size_t i = 0; i < ARR_NR(pairs); i++) {
        assert_true(short_name_expand(pairs[i][0], &b));
        assert_string_equal(buf_text(&b), pairs[i][1]);
    }
    buf_release(&b);
}

static void everything_else_stays(void **state)
{
    static const char *const texts[] = {
        "",           "Gebremariam", "W/ro Hirut",
        "w/RT Hirut", "ወ/ሪት ሂሩት",    "G/",
        "G/ Mariam",  "12/3/2019",   "Abebe/Bekele",
        "/Mariam",    "G",           "4F7K-2M9Q",
        "G//",        " ",
    };
    struct buf b = BUF_INIT(200);
    (void)state;
    for (size_t i = 0; i < ARR_NR(texts); i++) {
        if (short_name_expand(texts[i], &b))
            fail_msg("%s became %s", texts[i], buf_text(&b));
        assert_string_equal(buf_text(&b), "");
    }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_names_are_written_out),
        cmocka_unit_test(everything_else_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
