/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the table of actions is sound: each key in it exists, every function
 * key has a second way, letters mean nothing where text is typed, and help
 * fits a line of its screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"
#include "tui/edit.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/list.h"
#include "tui/notes.h"
#include "tui/pager.h"
#include "tui/pick.h"

static void names_of_keys_read_back(void **state)
{
    char name[KEY_NAME_BYTES];

    (void)state;
    for (uint32_t key = 1; key <= K_F12; key++) {
        if (key == 0x7f || key == '\n' || key == '\b' ||
            (key > 0x7f && key < K_UP))
            continue;
        key_print(key, name);
        if (key_parse(name, strlen(name)) != key)
            fail_msg("key %X is called %s", key, name);
    }
    assert_int_equal(key_parse("ሰ", 3), 0x1230);
    assert_int_equal(key_parse("F13", 3), K_NONE);
    assert_int_equal(key_parse("Upp", 3), K_NONE);
    assert_int_equal(key_parse("", 0), K_NONE);
}

/* Counts the keys of an action that are, and are not, function keys. */
static void count_keys(const char *keys, int *f_keys, int *others)
{
    *f_keys = *others = 0;
    while (*keys) {
        size_t n = strcspn(keys, " ");
        uint32_t key = key_parse(keys, n);

        if (key == K_NONE)
            fail_msg("no such key: %s", keys);
        assert_int_not_equal(key, K_CTRL('S'));
        assert_int_not_equal(key, K_CTRL('Q'));
        if (key >= K_F1 && key <= K_F12)
            ++*f_keys;
        else if (!key_is_text(key))
            ++*others;
        keys += n + (keys[n] == ' ');
    }
}

static void every_function_key_has_a_second_way(void **state)
{
    (void)state;
    for (int a = ACTION_NONE + 1; a < ACTION_NR; a++) {
        const struct action_info *info = action_info((enum action)a);
        int f_keys, others;

        count_keys(info->keys, &f_keys, &others);
        if (f_keys > 0 && others == 0)
            fail_msg("%s has a function key only", info->name);
        assert_int_equal(action_find(info->name), a);
        if (strlen(info->help) > 60)
            fail_msg("help is too long: %s", info->help);
    }
    assert_int_equal(action_find("no-such"), ACTION_NONE);
}

/* Within one screen a key must mean one thing. Function keys and Ctrl keys of
 * the globals must not be taken by a widget either. */
static void no_key_means_two_things(const enum action *actions)
{
    struct keymap *k = keymap_new();

    for (; *actions != ACTION_NONE; actions++) {
        uint32_t key = keymap_first(k, *actions, true);
        enum action means = keymap_action(k, NULL, true, key);

        if (key != K_NONE && means != ACTION_NONE)
            fail_msg("%s hides %s", action_info(*actions)->name,
                     action_info(means)->name);
    }
    keymap_free(k);
}

static void widgets_leave_the_global_keys_alone(void **state)
{
    static const enum action edit[] = {EDIT_ACTIONS, ACTION_NONE};
    static const enum action list[] = {LIST_ACTIONS, ACTION_NONE};
    static const enum action notes[] = {NOTES_ACTIONS, ACTION_NONE};
    static const enum action pick[] = {PICK_ACTIONS, ACTION_NONE};
    static const enum action pager[] = {PAGER_ACTIONS, ACTION_NONE};

    (void)state;
    no_key_means_two_things(edit);
    no_key_means_two_things(list);
    no_key_means_two_things(notes);
    no_key_means_two_things(pick);
    no_key_means_two_things(pager);
}

static void letters_are_text_where_text_is_typed(void **state)
{
    static const enum action actions[] = {ACTION_NEW, ACTION_DOWN, ACTION_NONE};
    struct keymap *k = keymap_new();

    (void)state;
    assert_int_equal(keymap_action(k, actions, false, 'n'), ACTION_NEW);
    assert_int_equal(keymap_action(k, actions, true, 'n'), ACTION_NONE);
    assert_int_equal(keymap_action(k, actions, true, K_CTRL('N')), ACTION_NEW);
    assert_int_equal(keymap_action(k, actions, true, K_DOWN), ACTION_DOWN);
    assert_int_equal(keymap_action(k, actions, false, '?'), ACTION_HELP);
    assert_int_equal(keymap_action(k, actions, true, '?'), ACTION_NONE);
    assert_int_equal(keymap_action(k, actions, true, K_F1), ACTION_HELP);
    assert_int_equal(keymap_action(k, actions, false, K_F1 + 4), ACTION_NONE);
    keymap_free(k);
}

static void keys_can_be_bound_anew(void **state)
{
    static const enum action actions[] = {ACTION_NEW, ACTION_SAVE, ACTION_NONE};
    struct keymap *k = keymap_new();
    struct err e = ERR_INIT;

    (void)state;
    assert_true(keymap_read(k, "# mine\n\nsave = ^N  F12\n  new=F2", &e));
    assert_int_equal(keymap_action(k, actions, false, K_F1 + 1), ACTION_NEW);
    assert_int_equal(keymap_action(k, actions, false, K_CTRL('N')),
                     ACTION_SAVE);
    assert_string_equal(keymap_keys(k, ACTION_SAVE, false), "^N, F12");
    assert_false(keymap_read(k, "save = F2\nsafe = F3\n", &e));
    assert_non_null(strstr(e.text, "Line 2"));
    assert_false(keymap_read(k, "save = Fn", &e));
    assert_non_null(strstr(e.text, "Fn"));
    assert_false(keymap_read(k, "save", &e));
    keymap_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_keys_read_back),
        cmocka_unit_test(every_function_key_has_a_second_way),
        cmocka_unit_test(widgets_leave_the_global_keys_alone),
        cmocka_unit_test(letters_are_text_where_text_is_typed),
        cmocka_unit_test(keys_can_be_bound_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
