/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the office's folder is found where the person said, else where the
 * environment says, in the documented order; and the program knows itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/home.h"

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void the_folder_is_found_in_order(void **state)
{
    static const struct {
        const char *given, *dir, *data, *home, *wanted;
    } places[] = {
        {"G", "D", "/X", "/H", "G"},
        {NULL, "D", "/X", "/H", "D"},
        {"", "", "/X", "/H", "/X/homeward"},
        {NULL, NULL, NULL, "/H", "/H/.local/share/homeward"},
        {NULL, NULL, "relative", "/H", "/H/.local/share/homeward"},
        {NULL, NULL, NULL, NULL, NULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARR_NR(places); i++) {
        struct buf b = BUF_INIT(PATH_MAX);
        struct err e = ERR_INIT;

        set("HOMEWARD_DIR", places[i].dir);
        set("XDG_DATA_HOME", places[i].data);
        set("HOME", places[i].home);
        if (places[i].wanted) {
            assert_true(home_dir(places[i].given, &b, &e));
            assert_string_equal(buf_text(&b), places[i].wanted);
        } else {
            assert_false(home_dir(places[i].given, &b, &e));
            assert_int_equal(e.code, ERR_USAGE);
        }
        buf_release(&b);
    }
}

static void the_program_knows_its_own_path(void **state)
{
    char path[PATH_MAX];
    const char *slash;

    (void)state;
    home_program("called", path);
    slash = strrchr(path, '/');
    assert_int_equal(path[0], '/');
    assert_non_null(strstr(slash, "home-test"));
}

static void a_language_never_changes_how_numbers_are_written(void **state)
{
    char text[8];

    (void)state;
    home_language("/nonexistent/homeward");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
    snprintf(text, sizeof text, "%.1f", 0.5);
    assert_string_equal(text, "0.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_folder_is_found_in_order),
        cmocka_unit_test(the_program_knows_its_own_path),
        cmocka_unit_test(a_language_never_changes_how_numbers_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
