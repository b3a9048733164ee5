/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: the pack is inside the program as written, and its lists say the
 * same in the C tables as in their files; every form of the pack is whole
 * (names, groups, references, lists, labels, classes of access), and the
 * checklists hold every question agreed, each with its six parts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/csv.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "forms/place.h"
#include "forms/role.h"

static struct csv *read_pack(const char *name)
{
    struct err e = ERR_INIT;
    const struct pack_file *f = pack_file_find(name);
    if (f == NULL)
        fail_msg("the pack has no %s", name);
    struct csv *c = csv_read(f->bytes, f->size, &e);
    if (c == NULL)
        fail_msg("%s: %s", name, e.text);
    return c;
}

/* ---- files and lists ------------------------------------------------------
 */

static void the_pack_is_embedded_as_written(void **state)
{
    (void)state;
    assert_true(pack_files_nr >= 8);
    for (size_t i = 0; i < pack_files_nr; i++) {
        const struct pack_file *f = &pack_files[i];
        char path[64];
        char *disk = mem_alloc(f->size + 1);
        snprintf(path, sizeof path, "forms/pack/%s", f->name);
        FILE *in = fopen(path, "rb");
        if (in == NULL)
            fail_msg("%s: not there; run from the top of the tree", path);
        assert_int_equal(fread(disk, 1, f->size + 1, in), f->size);
        fclose(in);
        assert_memory_equal(disk, f->bytes, f->size);
        assert_int_equal(f->bytes[f->size], '\0');
        assert_ptr_equal(pack_file_find(f->name), f);
        if (i > 0)
            assert_true(strcmp(pack_files[i - 1].name, f->name) < 0);
        mem_free(disk);
    }
    assert_null(pack_file_find("nothing.csv"));
}

static const char *cell(const struct csv *c, size_t row, const char *column)
{
    size_t at = csv_column(&c->items[0], column);
    if (at == CSV_NO_COLUMN)
        fail_msg("no column %s", column);
    return csv_cell(&c->items[row], at);
}

static void places_are_the_list(void **state)
{
    (void)state;
    size_t nr;
    const struct place *p = place_list(&nr);
    struct csv *c = read_pack("places.csv");
    assert_int_equal(c->nr, nr + 1);
    for (size_t i = 0; i < nr; i++) {
        assert_string_equal(p[i].code, cell(c, i + 1, "pcode"));
        assert_string_equal(p[i].parent, cell(c, i + 1, "parent"));
        assert_string_equal(p[i].level, cell(c, i + 1, "level"));
        assert_string_equal(p[i].name, cell(c, i + 1, "name_en"));
        assert_string_equal(p[i].other_names, cell(c, i + 1, "name_alt"));
    }
    csv_free(c);
}

static void kinds_are_the_list(void **state)
{
    (void)state;
    static const char *const homes[] = {"case", "place", "site"};
    size_t nr;
    const struct kind *k = kind_list(&nr);
    struct csv *c = read_pack("kinds.csv");
    assert_int_equal(c->nr, nr + 1);
    for (size_t i = 0; i < nr; i++) {
        char order[16];
        snprintf(order, sizeof order, "%d", k[i].order);
        assert_string_equal(k[i].name, cell(c, i + 1, "name"));
        assert_string_equal(k[i].form, cell(c, i + 1, "form"));
        assert_string_equal(homes[k[i].home], cell(c, i + 1, "home"));
        assert_string_equal(k[i].once ? "yes" : "no", cell(c, i + 1, "once"));
        assert_string_equal(k[i].opens_case ? "yes" : "no",
                            cell(c, i + 1, "opens_case"));
        assert_string_equal(order, cell(c, i + 1, "order"));
        assert_string_equal(k[i].label_en,
                            cell(c, i + 1, "label::English (en)"));
        assert_string_equal(k[i].label_am,
                            cell(c, i + 1, "label::Amharic (am)"));
        assert_true(k[i].label_en[0] != '\0' && k[i].label_am[0] != '\0');
    }
    csv_free(c);
}

static void roles_are_the_list(void **state)
{
    (void)state;
    size_t nr;
    const struct role *r = role_list(&nr);
    struct csv *c = read_pack("roles.csv");
    assert_int_equal(c->nr, nr + 1);
    for (size_t i = 0; i < nr; i++) {
        assert_string_equal(r[i].id, cell(c, i + 1, "id"));
        assert_string_equal(r[i].label_en,
                            cell(c, i + 1, "label::English (en)"));
        assert_string_equal(r[i].label_am,
                            cell(c, i + 1, "label::Amharic (am)"));
        assert_true(r[i].label_en[0] != '\0' && r[i].label_am[0] != '\0');
    }
    csv_free(c);
}

/* ---- forms ----------------------------------------------------------------
 */

/* One sheet of a form file: the header row and the rows below it. */
struct sheet {
    const struct csv_row *header, *rows;
    size_t nr;
};

static struct sheet sheet_of(const struct csv *c, const char *name)
{
    struct sheet s = {NULL, NULL, 0};
    for (size_t i = 0; i + 1 < c->nr; i++) {
        if (!str_equal(c->items[i].cells[0], name))
            continue;
        s.header = &c->items[i + 1];
        s.rows = &c->items[i + 2];
        while (i + 2 + s.nr < c->nr && s.rows[s.nr].cells[0][0] == '\0')
            s.nr++;
        return s;
    }
    fail_msg("no sheet %s", name);
    return s;
}

static const char *at(const struct sheet *s, size_t row, const char *column)
{
    return csv_cell(&s->rows[row], csv_column(s->header, column));
}

static bool is_type(const struct sheet *s, size_t row, const char *start)
{
    return str_starts(at(s, row, "type"), start);
}

static bool has_name(const struct sheet *s, const char *name, size_t n)
{
    for (size_t i = 0; i < s->nr; i++) {
        const char *found = at(s, i, "name");
        if (!is_type(s, i, "end_group") && strlen(found) == n &&
            memcmp(found, name, n) == 0)
            return true;
    }
    return false;
}

static void check_names(const struct sheet *s)
{
    for (size_t i = 0; i < s->nr; i++)
        for (size_t k = 0; k < i; k++)
            if (!is_type(s, i, "end_group") && !is_type(s, k, "end_group") &&
                str_equal(at(s, i, "name"), at(s, k, "name")))
                fail_msg("line %u: %s a second time", s->rows[i].line,
                         at(s, i, "name"));
}

static void check_groups(const struct sheet *s)
{
    const char *open[8];
    size_t depth = 0;
    for (size_t i = 0; i < s->nr; i++) {
        if (is_type(s, i, "begin_group")) {
            assert_true(depth < ARR_NR(open));
            open[depth++] = at(s, i, "name");
        } else if (is_type(s, i, "end_group")) {
            assert_true(depth > 0);
            assert_string_equal(at(s, i, "name"), open[--depth]);
        }
    }
    assert_int_equal(depth, 0);
}

static void check_references(const struct sheet *s)
{
    static const char *const columns[] = {"required", "relevant", "constraint",
                                          "default", "calculation"};
    for (size_t i = 0; i < s->nr; i++) {
        for (size_t k = 0; k < ARR_NR(columns); k++) {
            const char *text = at(s, i, columns[k]);
            while ((text = strstr(text, "${")) != NULL) {
                size_t n = strcspn(text += 2, "}");
                if (!has_name(s, text, n))
                    fail_msg("line %u: ${%.*s}", s->rows[i].line, (int)n, text);
            }
        }
    }
}

static void check_lists(const struct sheet *s, const struct sheet *choices)
{
    for (size_t i = 0; i < s->nr; i++) {
        size_t found = 0;
        if (!is_type(s, i, "select_"))
            continue;
        const char *list = strchr(at(s, i, "type"), ' ') + 1;
        for (size_t k = 0; k < choices->nr; k++)
            found += str_equal(at(choices, k, "list_name"), list);
        if (found < 2)
            fail_msg("line %u: the list %s", s->rows[i].line, list);
    }
}

static void check_choices(const struct sheet *s)
{
    for (size_t i = 0; i < s->nr; i++) {
        assert_true(at(s, i, "label::English (en)")[0] != '\0');
        assert_true(at(s, i, "label::Amharic (am)")[0] != '\0');
        assert_null(strpbrk(at(s, i, "name"), " ,\""));
        for (size_t k = 0; k < i; k++)
            if (str_equal(at(s, i, "list_name"), at(s, k, "list_name")) &&
                str_equal(at(s, i, "name"), at(s, k, "name")))
                fail_msg("line %u: %s a second time", s->rows[i].line,
                         at(s, i, "name"));
    }
}

/* What a person sees is in both languages; what holds a value has its class
 * of access written down, and says what is wrong when it refuses an answer. */
static void check_rows(const struct sheet *s)
{
    static const char *const classes[] = {"open", "case", "sealed"};
    for (size_t i = 0; i < s->nr; i++) {
        size_t found = 0;
        if (is_type(s, i, "end_group"))
            continue;
        if (at(s, i, "label::English (en)")[0] == '\0' ||
            at(s, i, "label::Amharic (am)")[0] == '\0')
            fail_msg("line %u: a label is missing", s->rows[i].line);
        for (size_t k = 0; k < ARR_NR(classes); k++)
            found += str_equal(at(s, i, "x_access"), classes[k]);
        if (!is_type(s, i, "begin_group") && !is_type(s, i, "note") && !found)
            fail_msg("line %u: x_access", s->rows[i].line);
        if ((at(s, i, "constraint")[0] == '\0') !=
            (at(s, i, "constraint_message::English (en)")[0] == '\0'))
            fail_msg("line %u: constraint and message", s->rows[i].line);
    }
}

static void check_form(const char *id)
{
    char name[64];
    snprintf(name, sizeof name, "%s.csv", id);
    struct csv *c = read_pack(name);
    struct sheet survey = sheet_of(c, "survey");
    struct sheet choices = sheet_of(c, "choices");
    struct sheet settings = sheet_of(c, "settings");
    assert_int_equal(settings.nr, 1);
    assert_string_equal(at(&settings, 0, "form_id"), id);
    assert_true(at(&settings, 0, "version")[0] != '\0');
    check_names(&survey);
    check_groups(&survey);
    check_references(&survey);
    check_lists(&survey, &choices);
    check_choices(&choices);
    check_rows(&survey);
    csv_free(c);
}

static void every_form_a_kind_names_is_whole(void **state)
{
    (void)state;
    size_t nr;
    const struct kind *k = kind_list(&nr);
    for (size_t i = 0; i < nr; i++)
        if (k[i].form[0] != '\0')
            check_form(k[i].form);
}

static void the_names_of_the_child_stand_at_the_top_level(void **state)
{
    (void)state;
    static const char *const names[] = {"given_name", "father_name",
                                        "grandfather_name"};
    struct csv *c = read_pack("registration.csv");
    struct sheet s = sheet_of(c, "survey");
    size_t found = 0;
    for (size_t i = 0; i < s.nr && !is_type(&s, i, "begin_group"); i++)
        for (size_t k = 0; k < ARR_NR(names); k++)
            found += str_equal(at(&s, i, "name"), names[k]);
    assert_int_equal(found, ARR_NR(names));
    csv_free(c);
}

/* ---- checklists -----------------------------------------------------------
 */

#define ITEMS_MAX 32

static const struct checklist {
    const char *file;
    const char *items[ITEMS_MAX];
} checklists[] = {
    {"checklist_individual.csv",
     {"I_SE_1",  "I_SE_2",  "I_SE_3", "I_FR_1", "I_FR_2", "I_FR_3", "I_FR_4",
      "I_FR_5",  "I_FR_6",  "I_FR_7", "I_FR_8", "I_ID_1", "I_ID_2", "I_ID_3",
      "I_ID_4a", "I_ID_4b", "I_ID_5", "I_ID_6", "I_ID_7", "I_ID_8", "I_AV_1",
      "I_AV_2",  "I_AV_3",  "I_AV_4", "S_4",    "S_5"}},
    {"checklist_community.csv",
     {"C_SE_1", "C_SE_2", "C_SE_3", "C_FR_1", "C_ID_1a", "C_ID_1b", "C_ID_2",
      "C_ID_3a", "C_ID_3b", "C_AV_1"}},
    {"checklist_structural.csv",
     {"S_1", "S_2a", "S_2b", "S_2c", "S_3", "S_5", "S_6a", "S_6b", "S_7", "S_8",
      "S_9", "S_10"}},
};

/* A question is a group of its name with exactly these fields inside. */
static void check_item(const struct sheet *s, const char *item, size_t row)
{
    static const char *const parts[] = {"state",  "text", "flag",
                                        "source", "date", "phase"};
    assert_true(is_type(s, row, "begin_group"));
    assert_string_equal(at(s, row, "name"), item);
    for (size_t i = 0; i < ARR_NR(parts); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s_%s", item, parts[i]);
        assert_string_equal(at(s, row + 1 + i, "name"), name);
    }
    assert_true(at(s, row + 1, "hint::English (en)")[0] != '\0');
    assert_true(at(s, row + 1, "x_phases")[0] != '\0');
    assert_true(at(s, row + 1, "x_population")[0] != '\0');
    assert_true(is_type(s, row + 1 + ARR_NR(parts), "end_group"));
}

static void checklists_hold_every_question_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(checklists); i++) {
        struct csv *c = read_pack(checklists[i].file);
        struct sheet s = sheet_of(c, "survey");
        size_t item = 0;
        for (size_t row = 0; row + 1 < s.nr; row++) {
            if (!is_type(&s, row, "begin_group") ||
                is_type(&s, row + 1, "begin_group"))
                continue;
            assert_non_null(checklists[i].items[item]);
            check_item(&s, checklists[i].items[item++], row);
        }
        assert_null(checklists[i].items[item]);
        csv_free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pack_is_embedded_as_written),
        cmocka_unit_test(places_are_the_list),
        cmocka_unit_test(kinds_are_the_list),
        cmocka_unit_test(roles_are_the_list),
        cmocka_unit_test(every_form_a_kind_names_is_whole),
        cmocka_unit_test(the_names_of_the_child_stand_at_the_top_level),
        cmocka_unit_test(checklists_hold_every_question_in_order),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
