/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever single mistake is made in a form (a row lost, two rows
 * swapped, a cell emptied or filled with something nasty), it is told, or the
 * form is what the file now says; a question of another row is never lost
 * without a word, nor is its condition, its list or its label.
 *
 * The forms are the files of tests/forms/mutation: to add one, add a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/book.h"
#include "forms/csv.h"
#include "forms/expr_int.h"
#include "forms/form.h"

static const char folder[] = "tests/forms/mutation";

enum { FILE_BYTES_MAX = 1 << 20, LONG_BYTES = 32000, NEST = 1000 };

/* A form, the rows of the file it was made of, and what is done to them. */
struct subject {
    char name[300];
    struct csv *csv;
    struct form *form;
    size_t row, second;  /* what is changed; the same when it is one */
    bool makes_sheet;    /* a name came into the first column */
    bool renames_column; /* a header became another word */
    const char *what;    /* for messages */
};

/* ---- sheets and rows ---- */

static bool is_title(const struct csv *c, size_t row)
{
    return c->items[row].cells[0][0] != '\0';
}

static size_t title_of(const struct csv *c, size_t row)
{
    while (!is_title(c, row))
        row--;
    return row;
}

/* Names of sheets and of columns stand for everything below them. */
static bool is_structural(const struct csv *c, size_t row)
{
    return row - title_of(c, row) < 2;
}

static bool is_about_choices(const struct csv *c, size_t row)
{
    return strstr(c->items[title_of(c, row)].cells[0], "choices") != NULL;
}

/* ---- a file written and read anew ---- */

static void put_cell(struct buf *b, const char *text)
{
    buf_add_byte(b, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_add_byte(b, '"');
        buf_add_byte(b, (uint8_t)*text);
    }
    buf_add_byte(b, '"');
}

static void put_row(struct buf *b, const struct csv_row *row)
{
    for (size_t i = 0; i < row->nr; i++) {
        if (i > 0)
            buf_add_byte(b, ',');
        if (row->cells[i][0] != '\0')
            put_cell(b, row->cells[i]);
    }
    buf_add_byte(b, '\n');
}

/* The form as people load it: what can be made of the file, and what was
 * found. */
static struct form *load(const struct buf *b, struct finding_list *l)
{
    struct err e = ERR_INIT;
    struct book *book = book_read(b->data, b->size, l, &e);
    struct form *f = book != NULL ? form_load(book, NULL, l, &e) : NULL;

    if (f == NULL)
        assert_true(e.text[0] != 0); /* a refusal says why */
    if (book == NULL)
        finding_add(l, FINDING_ERROR, FINDING_AT("", 0, ""), "%s", e.text);
    book_free(book);
    return f;
}

/* ---- judging ---- */

/* Whether a row that was changed made this field. */
static bool is_changed(const struct subject *s, const struct field *d)
{
    return d->row == s->csv->items[s->row].line ||
           d->row == s->csv->items[s->second].line;
}

static bool has_name(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->fields_nr; i++)
        if (str_equal(f->fields[i].name, name))
            return true;
    return false;
}

static bool same_expr(const struct expr *a, const struct expr *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->text == NULL || str_equal(a->text, b->text);
}

static bool same_exprs(const struct field *a, const struct field *b)
{
    return same_expr(a->relevant, b->relevant) &&
           same_expr(a->required, b->required) &&
           same_expr(a->constraint, b->constraint) &&
           same_expr(a->calculation, b->calculation) &&
           same_expr(a->default_value, b->default_value) &&
           same_expr(a->choice_filter, b->choice_filter) &&
           same_expr(a->repeat_count, b->repeat_count) &&
           a->triggers_nr == b->triggers_nr;
}

/* A list is what the rows of its sheet say, and or_other of a row that uses
 * it. */
static bool same_list(const struct subject *s, const struct field *a,
                      const struct field *b)
{
    if (a->list == NULL || b->list == NULL)
        return a->list == b->list;
    return is_about_choices(s->csv, s->row) ||
           is_about_choices(s->csv, s->second) ||
           b->list->nr + 1 >= a->list->nr;
}

/* Nothing was told: all other rows must be what they were. */
static void judge_silent(const struct subject *s, const struct form *f)
{
    for (size_t i = 0; i < s->form->fields_nr; i++) {
        const struct field *was = &s->form->fields[i], *is;
        if (is_changed(s, was))
            continue;
        is = form_field(f, was->path);
        if (is == NULL || is->type != was->type)
            fail_msg("%s, %s: %s is gone without a word", s->name, s->what,
                     was->path);
        else if (s->renames_column)
            continue; /* what stands in it means something else now */
        else if (!same_exprs(was, is) || !same_list(s, was, is) ||
                 (was->labels[0] == NULL) != (is->labels[0] == NULL))
            fail_msg("%s, %s: %s is not what it was", s->name, s->what,
                     was->path);
    }
}

/* Something was told: no question of another row is gone with it. */
static void judge_told(const struct subject *s, const struct form *f)
{
    if (s->makes_sheet || is_structural(s->csv, s->row) ||
        is_structural(s->csv, s->second))
        return;
    for (size_t i = 0; i < s->form->fields_nr; i++) {
        const struct field *was = &s->form->fields[i];
        if (!is_changed(s, was) && !has_name(f, was->name))
            fail_msg("%s, %s: %s is gone", s->name, s->what, was->path);
    }
}

static void judge(const struct subject *s, const struct buf *b)
{
    struct finding_list l = {.items = NULL};
    struct form *f = load(b, &l);

    if (s->makes_sheet && l.all_nr == 0)
        fail_msg("%s, %s: nothing is said", s->name, s->what);
    if (f != NULL && l.all_nr == 0)
        judge_silent(s, f);
    else if (f != NULL)
        judge_told(s, f);
    form_free(f);
    finding_list_release(&l);
}

/* ---- the forms ---- */

static void open_subject(struct subject *s, const char *name)
{
    struct buf b = BUF_INIT(FILE_BYTES_MAX);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;

    *s = (struct subject){.csv = NULL};
    snprintf(s->name, sizeof s->name, "%s/%s", folder, name);
    assert_true(buf_read_file(&b, s->name, &e));
    s->csv = csv_read(b.data, b.size, &e);
    assert_non_null(s->csv);
    s->form = load(&b, &l);
    if (l.all_nr > 0)
        fail_msg("%s, line %u: %s", s->name, l.items[0].row, l.items[0].text);
    assert_non_null(s->form);
    finding_list_release(&l);
    buf_release(&b);
}

static int is_form(const struct dirent *d)
{
    return strstr(d->d_name, ".csv") != NULL;
}

static void with_each_form(void (*deed)(struct subject *s))
{
    struct dirent **names;
    int nr = scandir(folder, &names, is_form, alphasort);

    assert_true(nr >= 10);
    for (int i = 0; i < nr; i++) {
        struct subject s;
        open_subject(&s, names[i]->d_name);
        deed(&s);
        form_free(s.form);
        csv_free(s.csv);
        free(names[i]); /* foreign */
    }
    free(names); /* foreign */
}

/* ---- rows ---- */

static void lose_each_row(struct subject *s)
{
    struct buf b = BUF_INIT(FILE_BYTES_MAX);

    s->what = "a row lost";
    for (s->row = 0; s->row < s->csv->nr; s->row++) {
        s->second = s->row;
        buf_clear(&b);
        for (size_t i = 0; i < s->csv->nr; i++)
            if (i != s->row)
                put_row(&b, &s->csv->items[i]);
        judge(s, &b);
    }
    buf_release(&b);
}

static void a_lost_row_is_told_or_gone(void **state)
{
    (void)state;
    with_each_form(lose_each_row);
}

static void swap_rows(struct subject *s)
{
    struct buf b = BUF_INIT(FILE_BYTES_MAX);

    s->what = "two rows swapped";
    for (s->row = 0; s->row + 1 < s->csv->nr; s->row++) {
        s->second = s->row + 1;
        buf_clear(&b);
        for (size_t i = 0; i < s->csv->nr; i++)
            put_row(&b, &s->csv->items[i == s->row      ? s->second
                                       : i == s->second ? s->row
                                                        : i]);
        judge(s, &b);
    }
    buf_release(&b);
}

static void swapped_rows_are_told_or_swapped(void **state)
{
    (void)state;
    with_each_form(swap_rows);
}

/* ---- cells ---- */

static void put_with_cell(struct buf *b, const struct subject *s, size_t cell,
                          const char *with)
{
    for (size_t i = 0; i < s->csv->nr; i++) {
        struct csv_row row = s->csv->items[i];
        const char *cells[64];
        assert_true(row.nr <= ARR_NR(cells));
        memcpy(cells, row.cells, row.nr * sizeof *cells);
        if (i == s->row)
            cells[cell] = with;
        row.cells = cells;
        put_row(b, &row);
    }
}

static void fill_each_cell(struct subject *s, const char *with)
{
    struct buf b = BUF_INIT(2 * FILE_BYTES_MAX);
    char what[80];

    for (s->row = 0; s->row < s->csv->nr; s->row++) {
        s->second = s->row;
        for (size_t cell = 0; cell < s->csv->items[s->row].nr; cell++) {
            snprintf(what, sizeof what, "line %u, cell %zu is \"%.30s\"",
                     s->csv->items[s->row].line, cell, with);
            s->what = what;
            s->renames_column =
                is_structural(s->csv, s->row) && !str_is_blank(with);
            s->makes_sheet =
                cell == 0 && !str_is_blank(with) && !is_title(s->csv, s->row);
            buf_clear(&b);
            put_with_cell(&b, s, cell, with);
            judge(s, &b);
        }
    }
    buf_release(&b);
}

static void empty_each_cell(struct subject *s)
{
    fill_each_cell(s, "");
}

static void an_emptied_cell_is_told_or_empty(void **state)
{
    (void)state;
    with_each_form(empty_each_cell);
}

/* Words that mean something elsewhere, and what tools and people leave. */
static const char *const nasty[] = {
    "‘yes’ = “no”",
    "${",
    "${x",
    "${}",
    "${given_name}",
    "{given_name}",
    ".",
    "..",
    "/",
    "//*",
    "((((",
    "1 div 0",
    "not(",
    "'",
    "\"",
    ",",
    "regex(., '(a+)+(a+)+(a+)+(a+)+b')",
    "regex(., '((((((((((a*)*)*)*)*)*)*)*)*)*')",
    "\x01",
    "a\x7f",
    "\xff\xfe",
    "\xc3",
    "\xe2\x80\xae",
    "\xef\xbb\xbf",
    "begin_group",
    "begin repeat",
    "end group",
    "end_repeat",
    "end",
    "select_one",
    "select_multiple nowhere",
    "select_one yn or_other",
    "calculate",
    "type",
    "name",
    "label",
    "label::Tigrinya (ti)",
    "survey",
    "choices",
    "yes",
    "%s%n%d",
    "#REF!",
    "-",
    " ",
    "\n",
    "999999999999999999999999",
    "-1e308",
};

static void spoil_each_cell(struct subject *s)
{
    for (size_t i = 0; i < ARR_NR(nasty); i++)
        fill_each_cell(s, nasty[i]);
}

static void a_nasty_cell_is_told_or_taken(void **state)
{
    (void)state;
    with_each_form(spoil_each_cell);
}

/* One pattern of a nasty text that is long. */
static char *long_text(const char *open, const char *middle, const char *close,
                       size_t times)
{
    struct buf b = BUF_INIT(CSV_CELL_BYTES_MAX + 1024);

    for (size_t i = 0; i < times; i++)
        buf_add_str(&b, open);
    buf_add_str(&b, middle);
    for (size_t i = 0; i < times; i++)
        buf_add_str(&b, close);
    assert_false(buf_failed(&b));
    return b.data;
}

static void lengthen_each_cell(struct subject *s)
{
    static const struct {
        const char *open, *middle, *close;
        size_t times;
    } longs[] = {
        {"x", "", "", LONG_BYTES},
        {"ሀ", "", "", LONG_BYTES / 3},
        {"(", "1", ")", NEST},
        {"not(", "true()", ")", NEST},
        {"1 + ", "1", "", LONG_BYTES / 5},
        {"-", "1", "", NEST},
        {"../", "x", "", LONG_BYTES / 4},
        {"a[", "1", "]", NEST},
        {"${x} ", "", "", LONG_BYTES / 6},
        {"if(1,", "1", ",1)", NEST},
        {"begin_group ", "", "", NEST},
    };

    for (size_t i = 0; i < ARR_NR(longs); i++) {
        char *text = long_text(longs[i].open, longs[i].middle, longs[i].close,
                               longs[i].times);
        fill_each_cell(s, text);
        mem_free(text);
    }
}

static void a_long_cell_is_told_or_taken(void **state)
{
    (void)state;
    with_each_form(lengthen_each_cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_row_is_told_or_gone),
        cmocka_unit_test(swapped_rows_are_told_or_swapped),
        cmocka_unit_test(an_emptied_cell_is_told_or_empty),
        cmocka_unit_test(a_nasty_cell_is_told_or_taken),
        cmocka_unit_test(a_long_cell_is_told_or_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
