/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: the whole matrix of rights is as was agreed (right.tsv beside this
 * file, so that a change of any cell is seen and has to be meant); nothing is
 * allowed that no row allows; who may approve may write what that brings about;
 * every row is for a role and a kind there is.
 *
 * After a change that is meant: build/tests/forms/right-test print > the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/csv.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "forms/right.h"
#include "forms/role.h"

enum { MATRIX_BYTES = 256 * 1024, OTHERS = 4 };

/* Kinds that stand in no list, by what they fall under. */
static const char *const others[OTHERS] = {RIGHT_OF_CASE, RIGHT_OF_PLACE,
                                           RIGHT_OF_SITE, "form:anything"};

static void add_line(struct buf *b, const char *role, const char *kind,
                     enum right_class class)
{
    buf_printf(b, "%s\t%s\t%s", role, kind, right_class_name(class));
    for (int a = 0; a < RIGHT_ACTIONS; a++)
        buf_printf(b, "\t%s",
                   right_reach_name(
                       right_reach(role, kind, class, (enum right_action)a)));
    buf_add_byte(b, '\n');
}

static void add_kind(struct buf *b, const char *role, const char *kind)
{
    for (int c = 0; c < RIGHT_CLASSES; c++)
        add_line(b, role, kind, (enum right_class)c);
}

static void print_matrix(struct buf *b)
{
    size_t roles_nr, kinds_nr;
    const struct role *roles = role_list(&roles_nr);
    const struct kind *kinds = kind_list(&kinds_nr);
    buf_add_str(b, "role\tkind\tclass");
    for (int a = 0; a < RIGHT_ACTIONS; a++)
        buf_printf(b, "\t%s", right_action_name((enum right_action)a));
    buf_add_byte(b, '\n');
    for (size_t r = 0; r < roles_nr; r++) {
        for (size_t k = 0; k < kinds_nr; k++)
            add_kind(b, roles[r].id, kinds[k].name);
        for (size_t k = 0; k < OTHERS; k++)
            add_kind(b, roles[r].id, others[k]);
    }
}

static void the_matrix_is_the_one_agreed(void **state)
{
    struct buf now = BUF_INIT(MATRIX_BYTES), kept = BUF_INIT(MATRIX_BYTES);
    struct err e = ERR_INIT;
    (void)state;
    print_matrix(&now);
    if (!buf_read_file(&kept, "tests/forms/right.tsv", &e))
        fail_msg("%s", e.text);
    assert_string_equal(buf_text(&now), buf_text(&kept));
    buf_release(&kept);
    buf_release(&now);
}

static void what_no_row_allows_is_not_allowed(void **state)
{
    (void)state;
    for (int a = 0; a < RIGHT_ACTIONS; a++) {
        enum right_action action = (enum right_action)a;
        assert_int_equal(right_reach("director", "case", RIGHT_OPEN, action),
                         RIGHT_NONE);
        assert_int_equal(right_reach("", "visit", RIGHT_CASE, action),
                         RIGHT_NONE);
    }
}

/* What a program of another age wrote is guarded like the child it may be
 * about. */
static void an_unknown_kind_is_one_of_cases(void **state)
{
    (void)state;
    assert_int_equal(right_reach("ledger", "dream", RIGHT_OPEN, RIGHT_READ),
                     RIGHT_NONE);
    assert_int_equal(
        right_reach("case-manager", "dream", RIGHT_SEALED, RIGHT_READ),
        RIGHT_BELOW);
}

static void a_class_nobody_knows_is_sealed(void **state)
{
    (void)state;
    assert_int_equal(right_class_read("open"), RIGHT_OPEN);
    assert_int_equal(right_class_read("case"), RIGHT_CASE);
    assert_int_equal(right_class_read("sealed"), RIGHT_SEALED);
    assert_int_equal(right_class_read("secret"), RIGHT_SEALED);
    assert_int_equal(right_class_read(""), RIGHT_SEALED);
}

/* Sealed is never easier to read or to change than what stands with the case,
 * nor that than what is open. */
static void a_stricter_class_never_reaches_further(void **state)
{
    static const enum right_action actions[] = {RIGHT_READ, RIGHT_EDIT,
                                                RIGHT_PRINT, RIGHT_EXPORT};
    size_t roles_nr, kinds_nr;
    const struct role *roles = role_list(&roles_nr);
    const struct kind *kinds = kind_list(&kinds_nr);
    (void)state;
    for (size_t r = 0; r < roles_nr; r++)
        for (size_t k = 0; k < kinds_nr; k++)
            for (size_t a = 0; a < ARR_NR(actions); a++)
                for (int c = RIGHT_CASE; c <= RIGHT_SEALED; c++)
                    assert_true(right_reach(roles[r].id, kinds[k].name,
                                            (enum right_class)c, actions[a]) <=
                                right_reach(roles[r].id, kinds[k].name,
                                            (enum right_class)(c - 1),
                                            actions[a]));
}

/* Nobody says yes to what the gate then refuses: an approval writes the
 * decision and, of two cases, the record that makes them one. */
static void who_may_approve_may_carry_it_out(void **state)
{
    static const char *const written[] = {"approval", "duplicate"};
    static const enum right_action actions[] = {RIGHT_CREATE, RIGHT_EDIT};
    size_t roles_nr;
    const struct role *roles = role_list(&roles_nr);
    (void)state;
    for (size_t r = 0; r < roles_nr; r++)
        for (size_t w = 0; w < ARR_NR(written); w++)
            for (size_t a = 0; a < ARR_NR(actions); a++)
                for (int c = RIGHT_OPEN; c <= RIGHT_CASE; c++)
                    if (right_reach(roles[r].id, written[w],
                                    (enum right_class)c, actions[a]) <
                        right_reach(roles[r].id, "case", RIGHT_CASE,
                                    RIGHT_APPROVE))
                        fail_msg("%s approves, and may not write %s",
                                 roles[r].id, written[w]);
}

static bool is_kind(const char *name)
{
    for (size_t i = 0; i < OTHERS; i++)
        if (str_equal(others[i], name))
            return true;
    /* kinds whose records a later pack brings may have rows already */
    return kind_find(name) != NULL || str_equal(name, "approval");
}

static void each_row_is_for_a_role_and_a_kind_and_says_why(void **state)
{
    struct err e = ERR_INIT;
    const struct pack_file *f = pack_file_find("rights.csv");
    (void)state;
    assert_non_null(f);
    struct csv *c = csv_read(f->bytes, f->size, &e);
    assert_non_null(c);
    for (size_t i = 1; i < c->nr; i++) {
        const struct csv_row *row = &c->items[i];
        if (role_find(csv_cell(row, 0)) == NULL)
            fail_msg("line %u: %s is no role", row->line, csv_cell(row, 0));
        if (!is_kind(csv_cell(row, 1)))
            fail_msg("line %u: %s is no kind", row->line, csv_cell(row, 1));
        if (csv_cell(row, csv_column(&c->items[0], "source"))[0] == '\0')
            fail_msg("line %u: no source", row->line);
        for (size_t k = 1; k < i; k++)
            if (str_equal(csv_cell(row, 0), csv_cell(&c->items[k], 0)) &&
                str_equal(csv_cell(row, 1), csv_cell(&c->items[k], 1)) &&
                str_equal(csv_cell(row, 2), csv_cell(&c->items[k], 2)))
                fail_msg("line %u says again what line %u says", row->line,
                         c->items[k].line);
    }
    csv_free(c);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrix_is_the_one_agreed),
        cmocka_unit_test(what_no_row_allows_is_not_allowed),
        cmocka_unit_test(an_unknown_kind_is_one_of_cases),
        cmocka_unit_test(a_class_nobody_knows_is_sealed),
        cmocka_unit_test(a_stricter_class_never_reaches_further),
        cmocka_unit_test(who_may_approve_may_carry_it_out),
        cmocka_unit_test(each_row_is_for_a_role_and_a_kind_and_says_why),
    };
    if (argc > 1 && str_equal(argv[1], "print")) {
        struct buf b = BUF_INIT(MATRIX_BYTES);
        print_matrix(&b);
        fputs(buf_text(&b), stdout);
        buf_release(&b);
        return 0;
    }
    return cmocka_run_group_tests_name("right", tests, NULL, NULL);
}
