/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sheets of choices to lists. Lists come one behind the other in nearly
 * every file, but nothing says that they must, so choices are counted first.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/form_int.h"

static const char other_name[] = "other";

struct choice_list *form_list(const struct form *f, const char *name, size_t n)
{
    /* from behind: most often it is the one just read */
    for (size_t i = f->lists_nr; i-- > 0;)
        if (f->lists[i].file == NULL &&
            strncmp(f->lists[i].name, name, n) == 0 &&
            f->lists[i].name[n] == '\0')
            return &f->lists[i];
    return NULL;
}

/* ---- reading ---- */

/* Whether the row is a choice, and if not, what is wrong with it. */
static bool choice_is_whole(struct form_reading *r, const struct form_sheet *s,
                            const struct csv_row *row)
{
    bool has_list = !str_is_blank(form_cell(s, row, COLUMN_LIST_NAME));
    bool has_name = !str_is_blank(form_cell(s, row, COLUMN_NAME));

    if (!has_list && has_name)
        FORM_FINDING(r, FINDING_ERROR, s, row, COLUMN_LIST_NAME,
                     _("the name of the list is missing"));
    if (has_list && !has_name)
        FORM_FINDING(r, FINDING_ERROR, s, row, COLUMN_NAME,
                     _("the name of the choice is missing"));
    return has_list && has_name;
}

struct choice_list *form_add_list(struct form_reading *r, const char *name)
{
    struct form *f = r->form;
    struct choice_list *l;

    if (f->lists_nr - r->files_nr == FORM_LISTS_MAX)
        return NULL;
    l = &f->lists[f->lists_nr++];
    l->name = name;
    return l;
}

/* The headers of the author's own columns, shared by all lists of a sheet. */
static const char *const *copy_columns(struct form *f,
                                       const struct form_sheet *s)
{
    const char **names = pool_alloc(f->pool, s->extra.nr * sizeof *names);

    for (size_t i = 0; i < s->extra.nr; i++) {
        const char *text = s->header->cells[s->extra.items[i]];
        size_t n = str_trim(&text);
        names[i] = pool_strn(f->pool, text, n);
    }
    return names;
}

/* For one more choice with so many columns of its own. */
static bool take_room(struct form_reading *r, size_t columns)
{
    if (r->choices_left == 0 || r->cells_left < columns)
        return false;
    r->choices_left--;
    r->cells_left -= columns;
    return true;
}

static void count_choices(struct form_reading *r, struct form_sheet *s)
{
    struct form *f = r->form;
    const char *const *columns = copy_columns(f, s);

    for (size_t i = 0; i < s->nr; i++) {
        const struct csv_row *row = &s->rows[i];
        const char *name = form_cell(s, row, COLUMN_LIST_NAME);
        size_t n = str_trim(&name);
        struct choice_list *l;

        if (!choice_is_whole(r, s, row))
            continue;
        l = form_list(f, name, n);
        if (l == NULL)
            l = form_add_list(r, pool_strn(f->pool, name, n));
        if (l == NULL || !take_room(r, s->extra.nr)) {
            FORM_FINDING(
                r, FINDING_ERROR_HERE, s, row, COLUMN_LIST_NAME,
                _("a form has at most %d lists and %d choices, and few "
                  "columns where there are many"),
                FORM_LISTS_MAX, FORM_CHOICES_MAX);
            s->nr = i; /* the rest is as if it were not there */
            return;
        }
        if (l->nr++ == 0) {
            l->columns = columns;
            l->columns_nr = s->extra.nr;
        }
    }
}

static const char *const *copy_extra(struct form *f, const struct form_sheet *s,
                                     const struct csv_row *row)
{
    const char **cells = pool_alloc(f->pool, s->extra.nr * sizeof *cells);

    for (size_t i = 0; i < s->extra.nr; i++) {
        const char *text = csv_cell(row, s->extra.items[i]);
        size_t n = str_trim(&text);
        cells[i] = n > 0 ? pool_strn(f->pool, text, n) : "";
    }
    return cells;
}

static void read_choice(struct form_reading *r, const struct form_sheet *s,
                        const struct csv_row *row)
{
    const char *list = form_cell(s, row, COLUMN_LIST_NAME);
    size_t n = str_trim(&list);
    struct choice_list *l = form_list(r->form, list, n);

    if (l == NULL || n == 0 || str_is_blank(form_cell(s, row, COLUMN_NAME)))
        return;
    l->items[l->nr++] = (struct choice){
        .name = form_cell_trimmed(r, s, row, COLUMN_NAME),
        .labels = form_cell_texts(r, s, row, COLUMN_LABEL),
        .retired = form_says_yes(form_cell(s, row, COLUMN_X_RETIRED)),
        .extra = copy_extra(r->form, s, row),
    };
}

/* ---- the same name twice ---- */

static int by_name(const void *a, const void *b, void *arg)
{
    const struct choice *items = arg;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(items[x].name, items[y].name);

    return order != 0 ? order : (x > y) - (x < y);
}

static void sort_by_name(const struct choice_list *l, size_t *sorted)
{
    for (size_t i = 0; i < l->nr; i++)
        sorted[i] = i;
    if (l->nr > 1)
        qsort_r(sorted, l->nr, sizeof *sorted, by_name, l->items);
}

/* Marks the choices whose name stood before in the list. */
static void mark_repeated(const struct choice_list *l, bool *repeated)
{
    size_t *sorted = mem_alloc(l->nr * sizeof *sorted);

    sort_by_name(l, sorted);
    for (size_t i = 1; i < l->nr; i++)
        repeated[sorted[i]] =
            str_equal(l->items[sorted[i]].name, l->items[sorted[i - 1]].name);
    mem_free(sorted);
}

/* A repeated name may be meant, for lists that a filter cuts: the first one
 * gives the label. Rows are met in the order in which choices were made. */
static void tell_repeated(struct form_reading *r, const struct form_sheet *s,
                          bool *const *repeated, size_t *at)
{
    for (size_t i = 0; i < s->nr; i++) {
        const char *list = form_cell(s, &s->rows[i], COLUMN_LIST_NAME);
        const char *name = form_cell(s, &s->rows[i], COLUMN_NAME);
        size_t n = str_trim(&list), index;
        const struct choice_list *l = form_list(r->form, list, n);

        if (l == NULL || n == 0 || str_is_blank(name))
            continue;
        index = (size_t)(l - r->form->lists);
        if (at[index] < l->nr && repeated[index][at[index]])
            FORM_FINDING(r, FINDING_WARNING_HERE, s, &s->rows[i], COLUMN_NAME,
                         _("the list %s holds %s a second time; the label of "
                           "the first one is shown"),
                         l->name, l->items[at[index]].name);
        at[index]++;
    }
}

static void check_repeated(struct form_reading *r)
{
    const struct form *f = r->form;
    bool **repeated = mem_alloc(f->lists_nr * sizeof *repeated);
    size_t *at = mem_alloc(f->lists_nr * sizeof *at);

    for (size_t i = 0; i < f->lists_nr; i++) {
        repeated[i] = mem_alloc(f->lists[i].nr * sizeof **repeated);
        mark_repeated(&f->lists[i], repeated[i]);
    }
    tell_repeated(r, &r->choices, repeated, at);
    tell_repeated(r, &r->external, repeated, at);
    for (size_t i = 0; i < f->lists_nr; i++)
        mem_free(repeated[i]);
    mem_free(repeated);
    mem_free(at);
}

void form_read_choices(struct form_reading *r)
{
    struct form *f = r->form;
    size_t rows = r->choices.nr + r->external.nr;

    if (rows > FORM_LISTS_MAX)
        rows = FORM_LISTS_MAX;
    f->lists = pool_alloc(f->pool, (rows + FORM_FILES_MAX) * sizeof *f->lists);
    r->choices_left = FORM_CHOICES_MAX;
    r->cells_left = BOOK_CELLS_MAX;
    if (r->choices.header != NULL)
        count_choices(r, &r->choices);
    if (r->external.header != NULL)
        count_choices(r, &r->external);
    for (size_t i = 0; i < f->lists_nr; i++) {
        struct choice_list *l = &f->lists[i];
        /* and one more, should or_other ask for it */
        l->items = pool_alloc(f->pool, (l->nr + 1) * sizeof *l->items);
        l->nr = 0;
    }
    for (size_t i = 0; i < r->choices.nr; i++)
        read_choice(r, &r->choices, &r->choices.rows[i]);
    for (size_t i = 0; i < r->external.nr; i++)
        read_choice(r, &r->external, &r->external.rows[i]);
    if (!r->repeats_choices)
        check_repeated(r);
}

/* ---- or_other ---- */

struct other_words {
    const char *code, *other, *which;
};

static const struct other_words others[] = {
    {"en", "Other", "Specify other"},    {"am", "ሌላ", "ሌላውን ይግለጹ"},
    {"ar", "أخرى", "يرجى التحديد"},      {"es", "Otro", "Especifique otro"},
    {"fr", "Autre", "Préciser"},         {"pt", "Outro", "Especifique outro"},
    {"sw", "Nyingine", "Taja nyingine"},
};

static const char *const *labels_of(const struct form *f, bool which)
{
    const char **labels = pool_alloc(f->pool, f->langs_nr * sizeof *labels);

    for (size_t l = 0; l < f->langs_nr; l++)
        for (size_t i = 0; i < ARR_NR(others); i++)
            if (str_equal(f->langs[l], others[i].code))
                labels[l] = which ? others[i].which : others[i].other;
    if (labels[0] == NULL)
        labels[0] = which ? others[0].which : others[0].other;
    return labels;
}

void form_add_other(struct form *f, struct choice_list *l)
{
    const char **extra;

    if (l->file != NULL ||
        choice_find(l, other_name, strlen(other_name)) != NULL)
        return;
    extra = pool_alloc(f->pool, l->columns_nr * sizeof *extra);
    for (size_t i = 0; i < l->columns_nr; i++)
        extra[i] = "";
    l->items[l->nr++] = (struct choice){
        .name = other_name,
        .labels = labels_of(f, false),
        .extra = extra,
    };
}

const char *const *form_other_labels(const struct form *f)
{
    return labels_of(f, true);
}

/* ---- lists and the fields that use them ---- */

static const struct choice *find_blank(const struct choice_list *l,
                                       unsigned *nr)
{
    const struct choice *first = NULL;

    *nr = 0;
    for (size_t i = 0; i < l->nr; i++) {
        if (strpbrk(l->items[i].name, " \t\n") == NULL)
            continue;
        if (first == NULL)
            first = &l->items[i];
        ++*nr;
    }
    return first;
}

static bool takes_several(const struct form *f, const struct choice_list *l)
{
    for (size_t i = 0; i < f->fields_nr; i++)
        if (f->fields[i].list == l &&
            (f->fields[i].type == FIELD_SELECT_MULTIPLE ||
             f->fields[i].type == FIELD_RANK))
            return true;
    return false;
}

void form_index_choices(struct form *f)
{
    for (size_t i = 0; i < f->lists_nr; i++) {
        struct choice_list *l = &f->lists[i];
        size_t *sorted = pool_alloc(f->pool, l->nr * sizeof *sorted);

        sort_by_name(l, sorted);
        l->by_name = sorted;
    }
}

void form_check_choices(struct form_reading *r)
{
    const struct form *f = r->form;

    for (size_t i = 0; i < f->lists_nr; i++) {
        unsigned nr;
        const struct choice *c = find_blank(&f->lists[i], &nr);
        const struct finding_at at = {
            f->lists[i].file != NULL ? f->lists[i].file : r->choices.name, 0,
            form_column_name(COLUMN_NAME)};

        if (c != NULL && takes_several(f, &f->lists[i]))
            finding_add(r->list, FINDING_ERROR, at,
                        _("a blank in \"%s\" of the list %s would cut it in "
                          "two where several choices are kept; use an "
                          "underscore"),
                        c->name, f->lists[i].name);
        else if (c != NULL)
            finding_add(r->list, FINDING_WARNING, at,
                        P_("%u name in the list %s holds a blank, such as "
                           "\"%s\": it cannot be used where several choices "
                           "are kept",
                           "%u names in the list %s hold a blank, such as "
                           "\"%s\": they cannot be used where several choices "
                           "are kept",
                           nr),
                        nr, f->lists[i].name, c->name);
    }
}
