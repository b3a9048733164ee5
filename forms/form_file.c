/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists that stand in files of their own. Such a file has become a sheet of
 * the form whose name is the file's with an underscore in front
 * (sidefile.h). Two questions may read one file by different columns: that
 * makes two lists, which share the cells.
 */
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/choice_list.h"
#include "forms/form_int.h"
#include "forms/sidefile.h"

static const char name_column[] = "name", label_column[] = "label";

static const char *label_of(const struct form_file *want, size_t lang)
{
    if (want->labels == NULL || want->labels[0] == NULL)
        return label_column;
    return want->labels[lang] != NULL ? want->labels[lang] : want->labels[0];
}

/* ---- lists so far ---- */

static bool same_labels(const struct form *f, const struct choice_list *l,
                        const struct form_file *want)
{
    for (size_t i = 0; i < f->langs_nr; i++)
        if (!str_equal(l->label_columns[i], label_of(want, i)))
            return false;
    return true;
}

/* The list of that file, read as wanted; NULL instead of what is wanted: read
 * in any way. */
static struct choice_list *find_list(const struct form *f, const char *file,
                                     const struct form_file *want)
{
    for (size_t i = 0; i < f->lists_nr; i++) {
        struct choice_list *l = &f->lists[i];
        if (l->file != NULL && strcasecmp(l->file, file) == 0 &&
            (want == NULL || (str_equal(l->value_column, want->value) &&
                              same_labels(f, l, want))))
            return l;
    }
    return NULL;
}

static const struct book_sheet *find_sheet(const struct form_reading *r,
                                           const char *file)
{
    for (size_t i = 0; i < r->book->nr; i++) {
        const struct book_sheet *s = &r->book->items[i];
        if (sidefile_is_sheet(s) && strcasecmp(s->name + 1, file) == 0)
            return s;
    }
    return NULL;
}

/* ---- cells ---- */

static const char *copy_cell(struct pool *pool, const char *text)
{
    size_t n = str_trim(&text);

    return n > 0 ? pool_strn(pool, text, n) : "";
}

static const char *const *copy_row(struct pool *pool, const struct csv_row *row,
                                   size_t columns)
{
    const char **cells = pool_alloc(pool, columns * sizeof *cells);

    for (size_t i = 0; i < columns; i++)
        cells[i] = copy_cell(pool, csv_cell(row, i));
    return cells;
}

/* Of an exported sheet, or a file with blanks at its end. */
static size_t filled_columns(const struct csv_row *header)
{
    size_t nr = header->nr;

    while (nr > 0 && str_is_blank(header->cells[nr - 1]))
        nr--;
    return nr;
}

static bool has_room(struct form_reading *r, const struct book_sheet *s,
                     const struct form_file *want)
{
    size_t rows = s->nr - 1, columns = filled_columns(&s->rows[0]);

    if (rows <= r->choices_left &&
        (columns == 0 || rows <= r->cells_left / columns)) {
        r->choices_left -= rows;
        r->cells_left -= rows * columns;
        return true;
    }
    finding_add(r->list, FINDING_ERROR_HERE, want->at,
                _("%s is too large: the lists of a form have %d rows and %d "
                  "cells at most"),
                want->name, FORM_CHOICES_MAX, BOOK_CELLS_MAX);
    return false;
}

/* The rows, not yet as choices. */
static void read_rows(struct form_reading *r, const struct book_sheet *s,
                      struct choice_list *l)
{
    struct pool *pool = r->form->pool;

    l->columns_nr = filled_columns(&s->rows[0]);
    l->columns = copy_row(pool, &s->rows[0], l->columns_nr);
    l->nr = s->nr - 1;
    l->items = pool_alloc(pool, (l->nr + 1) * sizeof *l->items);
    for (size_t i = 0; i < l->nr; i++)
        l->items[i].extra = copy_row(pool, &s->rows[i + 1], l->columns_nr);
}

/* ---- cells as choices ---- */

/* "label::Amharic (am)" is the column label in that language. */
static size_t column_in(const struct form *f, const struct choice_list *l,
                        const char *name, size_t lang)
{
    size_t n = strlen(name);
    char code[FORM_LANG_BYTES];

    for (size_t i = 0; i < l->columns_nr; i++) {
        const char *text = l->columns[i];
        if (strncmp(text, name, n) != 0 || text[n] != ':')
            continue;
        form_lang_code(text + n + strspn(text + n, ": "), code);
        if (str_equal(code, f->langs[lang]))
            return i;
    }
    return CHOICE_LIST_NONE;
}

static void find_columns(const struct form *f, const struct choice_list *l,
                         size_t columns[FORM_LANGS_MAX])
{
    for (size_t i = 0; i < f->langs_nr; i++) {
        columns[i] = column_in(f, l, l->label_columns[i], i);
        if (columns[i] == CHOICE_LIST_NONE &&
            (i == 0 || !str_equal(l->label_columns[i], l->label_columns[0])))
            columns[i] = choice_list_column(l, l->label_columns[i]);
    }
    /* never a blank label because of a language */
    for (size_t i = 1; i < f->langs_nr && columns[0] == CHOICE_LIST_NONE; i++)
        columns[0] = columns[i];
}

static void name_choices(struct form_reading *r, struct choice_list *l)
{
    const struct form *f = r->form;
    size_t name = choice_list_column(l, l->value_column);
    size_t retired = choice_list_column(l, form_column_name(COLUMN_X_RETIRED));
    size_t columns[FORM_LANGS_MAX];

    find_columns(f, l, columns);
    for (size_t i = 0; i < l->nr; i++) {
        struct choice *c = &l->items[i];
        const char **labels = pool_alloc(f->pool, f->langs_nr * sizeof *labels);
        for (size_t k = 0; k < f->langs_nr; k++)
            if (columns[k] != CHOICE_LIST_NONE)
                labels[k] = form_text(f->pool, c->extra[columns[k]]);
        c->labels = labels;
        c->name = name != CHOICE_LIST_NONE ? c->extra[name] : "";
        c->retired =
            retired != CHOICE_LIST_NONE && form_says_yes(c->extra[retired]);
    }
}

/* ---- the list ---- */

static void tell_missing(struct form_reading *r, const struct form_file *want)
{
    finding_add(r->list, FINDING_WARNING, want->at,
                sidefile_is_name(want->name)
                    ? _("the file %s is not there: put it beside the form and "
                        "check again; until then nothing is found in it, and "
                        "any code is taken for an answer")
                    : _("%s cannot be read: only a CSV file whose name has "
                        "plain letters and digits can; any code is taken for "
                        "an answer"),
                want->name);
}

static struct choice_list *add_list(struct form_reading *r,
                                    const struct form_file *want)
{
    struct form *f = r->form;
    const char **labels = pool_alloc(f->pool, f->langs_nr * sizeof *labels);
    struct choice_list *l;

    if (r->files_nr == FORM_FILES_MAX) {
        finding_add(r->list, FINDING_ERROR_HERE, want->at,
                    _("a form reads at most %d lists from files"),
                    FORM_FILES_MAX);
        return NULL;
    }
    l = form_add_list(r, pool_str(f->pool, want->name));
    r->files_nr++;
    for (size_t i = 0; i < f->langs_nr; i++)
        labels[i] = pool_str(f->pool, label_of(want, i));
    l->label_columns = labels;
    l->value_column = pool_str(f->pool, want->value);
    l->file = l->name;
    return l;
}

/* The rows that another list has read from the file already. */
static void share_rows(struct form_reading *r, const struct choice_list *from,
                       struct choice_list *l)
{
    l->is_missing = from->is_missing;
    l->columns = from->columns;
    l->columns_nr = from->columns_nr;
    l->nr = from->nr;
    l->items = pool_alloc(r->form->pool, (l->nr + 1) * sizeof *l->items);
    for (size_t i = 0; i < l->nr; i++)
        l->items[i].extra = from->items[i].extra;
}

struct choice_list *form_file_list(struct form_reading *r,
                                   const struct form_file *want)
{
    struct choice_list *l = find_list(r->form, want->name, want);
    const struct choice_list *before;
    const struct book_sheet *s;

    if (l != NULL)
        return l;
    before = find_list(r->form, want->name, NULL);
    l = add_list(r, want);
    if (l == NULL)
        return NULL;
    s = before == NULL ? find_sheet(r, l->file) : NULL;
    l->items = pool_alloc(r->form->pool, sizeof *l->items);
    if (before != NULL) {
        share_rows(r, before, l);
    } else if (s == NULL) {
        l->is_missing = true;
        tell_missing(r, want);
    } else if (has_room(r, s, want)) {
        read_rows(r, s, l);
    } else {
        l->is_missing = true;
    }
    name_choices(r, l);
    return l;
}

/* The column that choices are named by must be there. */
static struct choice_list *list_of_choices(struct form_reading *r,
                                           const struct form_file *want)
{
    struct choice_list *l = form_file_list(r, want);

    if (l == NULL || l->is_missing ||
        choice_list_column(l, l->value_column) != CHOICE_LIST_NONE)
        return l;
    finding_add(r->list, FINDING_ERROR, want->at,
                _("%s has no column %s; parameters say which one to use, such "
                  "as value=code label=title"),
                l->file, l->value_column);
    return NULL;
}

/* ---- what asks for a file ---- */

static struct finding_at at_cell(const struct form_reading *r,
                                 const struct csv_row *row,
                                 enum form_column column)
{
    return FINDING_AT(r->survey.name, row->line, form_column_name(column));
}

/* The word behind "value=" or the like; otherwise what it is without. */
static const char *parameter(struct pool *pool, const char *text,
                             const char *key, const char *otherwise)
{
    size_t n = strlen(key);

    for (; *text != '\0'; text += strcspn(text, " ,;\t\n")) {
        text += strspn(text, " ,;\t\n");
        if (strncasecmp(text, key, n) == 0 && text[n] == '=')
            return pool_strn(pool, text + n + 1,
                             strcspn(text + n + 1, " ,;\t\n"));
    }
    return otherwise;
}

struct choice_list *form_file_of_type(struct form_reading *r,
                                      const struct csv_row *row,
                                      const char *name, size_t n)
{
    struct form *f = r->form;
    const char *text = form_cell_trimmed(r, &r->survey, row, COLUMN_PARAMETERS);
    const char **labels = pool_alloc(f->pool, f->langs_nr * sizeof *labels);
    const struct form_file want = {
        .name = pool_strn(f->pool, name, n),
        .value = parameter(f->pool, text, "value", name_column),
        .labels = labels,
        .at = at_cell(r, row, COLUMN_TYPE),
    };

    labels[0] = parameter(f->pool, text, "label", NULL);
    return list_of_choices(r, &want);
}

/* "woreda" and "woreda.csv". */
static const char *file_of(struct pool *pool, const char *name)
{
    size_t n = strlen(name);

    if (n > 4 && strcasecmp(name + n - 4, ".csv") == 0)
        return name;
    return pool_printf(pool, "%s.csv", name);
}

void form_file_of_expression(struct form_reading *r, struct finding_at at,
                             const char *name, const char *column)
{
    const struct form_file want = {
        .name = file_of(r->form->pool, name), .value = name_column, .at = at};
    struct choice_list *l = form_list(r->form, name, strlen(name));
    size_t i;

    if (l == NULL)
        l = find_list(r->form, want.name, NULL);
    if (l == NULL)
        l = form_file_list(r, &want);
    if (l == NULL || l->is_missing || column == NULL)
        return;
    i = choice_list_column(l, column);
    if (i != CHOICE_LIST_NONE)
        choice_list_index(r->form, l, i);
    else
        finding_add(r->list, FINDING_WARNING, at,
                    _("the list %s has no column %s, so nothing is found"),
                    l->name, column);
}

/* ---- search('woreda', 'matches', 'zone', ${zone}) ---- */

enum { SEARCH_ARGS_MAX = 6 };

static const struct {
    const char *name, *function; /* of a column and a value; "": = */
} searches[] = {
    {"matches", ""},
    {"contains", "contains"},
    {"startswith", "starts-with"},
    {"endswith", "ends-with"},
};

/* Cuts "a, 'b', f(c, d))" at its commas, up to the closing bracket. */
static size_t split(struct pool *pool, const char *text,
                    const char *args[SEARCH_ARGS_MAX])
{
    size_t nr = 0;
    int depth = 0;
    char quote = '\0';
    const char *from = text;

    for (; *text != '\0' && depth >= 0 && nr < SEARCH_ARGS_MAX; text++) {
        if (quote != '\0') {
            quote = *text == quote ? '\0' : quote;
            continue;
        }
        if (*text == '\'' || *text == '"')
            quote = *text;
        depth += (*text == '(') - (*text == ')');
        if (depth < 0 || (depth == 0 && *text == ',')) {
            args[nr++] = pool_strn(pool, from, (size_t)(text - from));
            from = text + 1;
        }
    }
    return depth < 0 ? nr : 0;
}

/* What stands between quotation marks. */
static const char *unquote(struct pool *pool, const char *text)
{
    size_t n = str_trim(&text);

    if (n > 1 && (*text == '\'' || *text == '"') && text[n - 1] == *text)
        return pool_strn(pool, text + 1, n - 2);
    return pool_strn(pool, text, n);
}

static const char *filter_of(struct pool *pool, const char *const *args,
                             size_t nr)
{
    const char *filter = NULL, *how;

    if (nr < 4)
        return NULL;
    how = unquote(pool, args[1]);
    for (size_t i = 0; i < ARR_NR(searches); i++)
        if (str_equal(searches[i].name, how)) {
            const char *column = unquote(pool, args[2]);
            filter = searches[i].function[0] == '\0'
                         ? pool_printf(pool, "%s = (%s)", column, args[3])
                         : pool_printf(pool, "%s(%s, %s)", searches[i].function,
                                       column, args[3]);
        }
    if (filter != NULL && nr == SEARCH_ARGS_MAX)
        filter = pool_printf(pool, "%s and %s = (%s)", filter,
                             unquote(pool, args[4]), args[5]);
    return filter;
}

/* Behind "search("; NULL when the appearance asks for none. */
static const char *find_search(const char *appearance)
{
    const char *at = strcasestr(appearance, "search");

    if (at == NULL)
        return NULL;
    at += strlen("search");
    at += strspn(at, " ");
    return *at == '(' ? at + 1 : NULL;
}

const struct choice_list *form_file_of_search(struct form_reading *r,
                                              const struct csv_row *row,
                                              const struct choice_list *l,
                                              const char **filter)
{
    struct pool *pool = r->form->pool;
    bool mended = false;
    const char *text = find_search(form_mend(
        pool, form_cell_trimmed(r, &r->survey, row, COLUMN_APPEARANCE),
        &mended));
    const char *args[SEARCH_ARGS_MAX];
    struct form_file want = {.at = at_cell(r, row, COLUMN_APPEARANCE)};
    size_t nr;

    if (text == NULL || l == NULL || l->nr == 0)
        return l;
    nr = split(pool, text, args);
    if (nr == 1 || nr == 4 || nr == SEARCH_ARGS_MAX)
        *filter = filter_of(pool, args, nr);
    if ((nr != 1 && *filter == NULL) || l->nr != 1) {
        finding_add(r->list, FINDING_WARNING, want.at,
                    _("search() is read as search('file'), or with 'matches', "
                      "'contains', 'startswith' or 'endswith', a column and a "
                      "value, and its list has one row; this is not used"));
        return l;
    }
    want.name = file_of(pool, unquote(pool, args[0]));
    want.value = l->items[0].name;
    want.labels = l->items[0].labels;
    return list_of_choices(r, &want);
}
