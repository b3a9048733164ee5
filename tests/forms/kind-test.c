/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: the kinds and roles the rest of the program counts on are there by
 * their frozen names, with the meaning that was agreed, and with labels in
 * both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/kind.h"
#include "forms/role.h"

static void the_kinds_are_as_agreed(void **state)
{
    (void)state;
    static const struct kind want[] = {
        {"case", "registration", KIND_OF_CASE, true, true, NULL, NULL, 0},
        {"checklist", "checklist_individual", KIND_OF_CASE, true, false, NULL,
         NULL, 0},
        {"visit", "visit", KIND_OF_CASE, false, false, NULL, NULL, 0},
        {"community", "checklist_community", KIND_OF_PLACE, true, false, NULL,
         NULL, 0},
        {"structural", "checklist_structural", KIND_OF_PLACE, true, false, NULL,
         NULL, 0},
        {"user", "", KIND_OF_SITE, false, false, NULL, NULL, 0},
        {"site", "", KIND_OF_SITE, true, false, NULL, NULL, 0},
    };
    for (size_t i = 0; i < ARR_NR(want); i++) {
        const struct kind *k = kind_find(want[i].name);
        assert_non_null(k);
        assert_string_equal(k->form, want[i].form);
        assert_int_equal(k->home, want[i].home);
        assert_int_equal(k->once, want[i].once);
        assert_int_equal(k->opens_case, want[i].opens_case);
        if (k->form[0] != '\0')
            assert_ptr_equal(kind_of_form(k->form), k);
    }
    assert_null(kind_find("nothing"));
    assert_null(kind_find(""));
    assert_null(kind_of_form("nothing"));
    assert_null(kind_of_form(""));
}

static void kinds_are_in_order_and_one_opens_a_case(void **state)
{
    (void)state;
    size_t nr, openers = 0;
    const struct kind *items = kind_list(&nr);
    for (size_t i = 0; i < nr; i++) {
        openers += items[i].opens_case;
        assert_ptr_equal(kind_find(items[i].name), &items[i]);
        if (i > 0)
            assert_true(items[i - 1].order < items[i].order);
    }
    assert_int_equal(openers, 1);
}

static void the_roles_are_as_agreed(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "community-worker", "para-worker",   "social-worker",  "case-manager",
        "expert",           "ledger",        "ledger-auditor", "data-officer",
        "me-officer",       "administrator",
    };
    size_t nr;
    const struct role *items = role_list(&nr);
    assert_int_equal(nr, ARR_NR(ids));
    for (size_t i = 0; i < nr; i++) {
        assert_string_equal(items[i].id, ids[i]);
        assert_ptr_equal(role_find(ids[i]), &items[i]);
    }
    assert_null(role_find("director"));
}

static void labels_come_in_the_language_asked_for(void **state)
{
    (void)state;
    const struct kind *visit = kind_find("visit");
    assert_string_equal(kind_label(visit, "en"), "Follow-up visit");
    assert_string_equal(kind_label(visit, "om"), "Follow-up visit");
    assert_string_equal(kind_label(visit, "am"), "የክትትል ጉብኝት");
    const struct role *worker = role_find("social-worker");
    assert_string_equal(role_label(worker, "en"), "Social worker");
    assert_string_equal(role_label(worker, "am"), "የማህበራዊ አገልግሎት ባለሙያ");
    /* what has no translation yet is shown in English, never blank */
    const struct kind bare = {.label_en = "Loan", .label_am = ""};
    assert_string_equal(kind_label(&bare, "am"), "Loan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kinds_are_as_agreed),
        cmocka_unit_test(kinds_are_in_order_and_one_opens_a_case),
        cmocka_unit_test(the_roles_are_as_agreed),
        cmocka_unit_test(labels_come_in_the_language_asked_for),
    };
    return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
