/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two registrations of one child look alike in either script, with an
 * age guessed or the names turned round, and the reasons say why; brothers,
 * children of another sex and those of whom nobody knows a name do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "forms/alike.h"

static const struct alike_facts hirut = {
    .names = {"Hirut", "Tola", "Gebre", NULL},
    .sex = "female",
    .birth_precision = "age",
    .age_years = "14",
    .registration_date = "2026-10-02",
    .place = "ET041114/03"};

static struct alike_match compare(struct alike_facts a, struct alike_facts b,
                                  bool *alike)
{
    struct alike_person x, y;
    struct alike_match m, back;
    alike_person_of(&a, &x);
    alike_person_of(&b, &y);
    *alike = alike_compare(&x, &y, &m);
    assert_int_equal(alike_compare(&y, &x, &back), *alike);
    assert_int_equal(m.score, back.score);
    return m;
}

static void one_child_twice(void **state)
{
    struct alike_facts other = hirut;
    char why[400];
    bool alike;
    (void)state;
    other.names[ALIKE_GIVEN] = "ሂሩት";
    other.names[ALIKE_FATHER] = "Tolla";
    other.birth_precision = "year";
    other.birth_date = "2012-09-11";
    other.place = "ET041105";
    struct alike_match m = compare(hirut, other, &alike);
    assert_true(alike);
    alike_print(&m, "en", why, sizeof why);
    assert_string_equal(why, "same given name by sound; same father's name by "
                             "sound; same grandfather's name; same sex; born "
                             "at the same time as far as is known; same zone");
    alike_print(&m, "en", why, 30); /* whole reasons alone */
    assert_string_equal(why, "same given name by sound");
}

static void names_turned_round(void **state)
{
    struct alike_facts other = hirut;
    bool alike;
    (void)state;
    other.names[ALIKE_GIVEN] = "Tola";
    other.names[ALIKE_FATHER] = "Hirut";
    struct alike_match m = compare(hirut, other, &alike);
    assert_true(alike);
    assert_string_equal(m.reasons[0]->name, "swapped");
}

static void those_who_are_not(void **state)
{
    struct alike_facts brother = hirut, boy = hirut, older = hirut;
    bool alike;
    (void)state;
    brother.names[ALIKE_GIVEN] = "Bekele";
    brother.age_years = "9";
    compare(hirut, brother, &alike);
    assert_false(alike);
    boy.sex = "male";
    boy.names[ALIKE_GRANDFATHER] = "Worku";
    compare(hirut, boy, &alike);
    assert_false(alike);
    older.age_years = "5";
    older.names[ALIKE_GRANDFATHER] = "Worku";
    older.place = "";
    compare(hirut, older, &alike);
    assert_false(alike);
}

static void what_nobody_knows_says_nothing(void **state)
{
    static const char *const words[] = {"unknown", "Unknown", "አይታወቅም", "",
                                        "-"};
    struct alike_facts a = hirut;
    struct alike_person p;
    bool alike;
    (void)state;
    for (size_t i = 0; i < ARR_NR(words); i++) {
        a.names[ALIKE_GIVEN] = a.names[ALIKE_FATHER] = words[i];
        alike_person_of(&a, &p);
        assert_int_equal(p.sound[ALIKE_GIVEN][0], 0);
        assert_false(alike_is_enough(&p));
        compare(a, a, &alike);
        assert_false(alike);
    }
}

/* As exactly as it is known. */
static void a_birth_is_a_range(void **state)
{
    struct alike_facts f = {.birth_precision = "month",
                            .birth_date = "2012-03-01"};
    struct alike_person p;
    (void)state;
    alike_person_of(&f, &p);
    assert_true(p.is_born);
    assert_int_equal(p.born_to - p.born_from, 30);
    f.birth_precision = "day";
    alike_person_of(&f, &p);
    assert_int_equal(p.born_to, p.born_from);
    f = (struct alike_facts){.age_years = "10", .today = 20000};
    alike_person_of(&f, &p);
    assert_true(p.is_born);
    assert_true(p.born_from < 20000 - 11 * 365);
    assert_true(p.born_to > 20000 - 10 * 365);
    f.age_years = "a child";
    alike_person_of(&f, &p);
    assert_false(p.is_born);
}

static void every_weight_has_its_reason(void **state)
{
    size_t nr;
    const struct alike_rule *rules = alike_rule_list(&nr);
    (void)state;
    assert_true(nr > 15);
    for (size_t i = 0; i < nr; i++) {
        assert_true(strlen(rules[i].why) > 10 ||
                    strcmp(rules[i].why, "As above") == 0);
        assert_int_not_equal(rules[i].weight, 0);
    }
    assert_int_equal(alike_threshold(), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_child_twice),
        cmocka_unit_test(names_turned_round),
        cmocka_unit_test(those_who_are_not),
        cmocka_unit_test(what_nobody_knows_says_nothing),
        cmocka_unit_test(a_birth_is_a_range),
        cmocka_unit_test(every_weight_has_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
