/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the sheets to choice lists and fields. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

/* Says what is wrong with a row and goes on. */
#define ROW_ERROR(r, s, row, column, ...)                                      \
    finding_add((r)->list, FINDING_ERROR, cell_at(s, row, column), __VA_ARGS__)
#define ROW_WARNING(r, s, row, column, ...)                                    \
    finding_add((r)->list, FINDING_WARNING, cell_at(s, row, column),           \
                __VA_ARGS__)

static struct finding_at cell_at(const struct form_sheet *s,
                                 const struct csv_row *row,
                                 enum form_column column)
{
    return FINDING_AT(s->name, row->line, form_column_name(column));
}

/* ---- settings ---- */

static void read_settings(struct form_reading *r)
{
    const struct form_sheet *s = &r->settings;
    static const struct csv_row nothing;
    const struct csv_row *row = s->nr > 0 ? s->rows : &nothing;
    struct form *f = r->form;

    f->id = f->title = f->version = "";
    if (s->nr > 0) {
        f->id = form_cell_trimmed(r, s, row, COLUMN_FORM_ID);
        f->title = form_cell_trimmed(r, s, row, COLUMN_FORM_TITLE);
        f->version = form_cell_trimmed(r, s, row, COLUMN_VERSION);
    }
    if (f->id[0] == '\0')
        ROW_ERROR(r, s, row, COLUMN_FORM_ID,
                  _("the form has no form_id: it is what records of this form "
                    "are known by"));
    if (f->title[0] == '\0')
        f->title = f->id;
    if (f->version[0] == '\0') {
        ROW_WARNING(r, s, row, COLUMN_VERSION,
                    _("the form has no version; it counts as version 1"));
        f->version = "1";
    }
}

/* ---- choices ---- */

static struct choice_list *list_find(const struct form *f, const char *name,
                                     size_t n)
{
    for (size_t i = 0; i < f->lists_nr; i++)
        if (strlen(f->lists[i].name) == n &&
            memcmp(f->lists[i].name, name, n) == 0)
            return &f->lists[i];
    return NULL;
}

/* Whether the row is a choice, and if not, what is wrong with it. */
static bool choice_is_whole(struct form_reading *r, const struct csv_row *row)
{
    const struct form_sheet *s = &r->choices;
    bool has_list = !str_is_blank(form_cell(s, row, COLUMN_LIST_NAME));
    bool has_name = !str_is_blank(form_cell(s, row, COLUMN_NAME));

    if (!has_list && has_name)
        ROW_ERROR(r, s, row, COLUMN_LIST_NAME,
                  _("the name of the list is missing"));
    if (has_list && !has_name)
        ROW_ERROR(r, s, row, COLUMN_NAME,
                  _("the name of the choice is "
                    "missing"));
    return has_list && has_name;
}

/* The lists with room for their choices, in order of first appearance. */
static void count_choices(struct form_reading *r)
{
    const struct form_sheet *s = &r->choices;
    struct form *f = r->form;

    f->lists = pool_alloc(f->pool, s->nr * sizeof *f->lists);
    for (size_t i = 0; i < s->nr; i++) {
        const char *name;
        struct choice_list *l;

        if (!choice_is_whole(r, &s->rows[i]))
            continue;
        name = form_cell_trimmed(r, s, &s->rows[i], COLUMN_LIST_NAME);
        l = list_find(f, name, strlen(name));
        if (l == NULL) {
            l = &f->lists[f->lists_nr++];
            l->name = name;
        }
        l->nr++;
    }
    for (size_t i = 0; i < f->lists_nr; i++) {
        struct choice_list *l = &f->lists[i];
        l->items = pool_alloc(f->pool, l->nr * sizeof *l->items);
        l->nr = 0;
    }
}

static void read_choice(struct form_reading *r, const struct csv_row *row)
{
    const struct form_sheet *s = &r->choices;
    const char *list = form_cell(s, row, COLUMN_LIST_NAME);
    const char *name = form_cell(s, row, COLUMN_NAME);
    size_t list_bytes = str_trim(&list);
    struct choice_list *l;
    struct choice *c;

    if (list_bytes == 0 || str_is_blank(name))
        return;
    l = list_find(r->form, list, list_bytes);
    name = form_cell_trimmed(r, s, row, COLUMN_NAME);
    if (choice_find(l, name, strlen(name)) != NULL) {
        ROW_ERROR(r, s, row, COLUMN_NAME,
                  _("the list %s holds %s a second time"), l->name, name);
        return;
    }
    if (strpbrk(name, " \t\n") != NULL)
        ROW_ERROR(r, s, row, COLUMN_NAME,
                  _("a blank in \"%s\" would cut it in two where several "
                    "choices are kept; use an underscore"),
                  name);
    c = &l->items[l->nr++];
    c->name = name;
    c->labels = form_cell_texts(r, s, row, COLUMN_LABEL);
    c->retired = form_says_yes(form_cell(s, row, COLUMN_X_RETIRED));
}

static void read_choices(struct form_reading *r)
{
    if (r->choices.header == NULL)
        return;
    count_choices(r);
    for (size_t i = 0; i < r->choices.nr; i++)
        read_choice(r, &r->choices.rows[i]);
}

/* ---- fields ---- */

static bool is_name(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    for (; *s != '\0'; s++)
        if (!isalnum((unsigned char)*s) && strchr("_-.", *s) == NULL)
            return false;
    return true;
}

static void check_name(struct form_reading *r, const struct csv_row *row,
                       const char *name)
{
    if (name[0] == '\0')
        ROW_ERROR(r, &r->survey, row, COLUMN_NAME, _("the name is missing"));
    else if (!is_name(name))
        ROW_ERROR(r, &r->survey, row, COLUMN_NAME,
                  _("a name holds letters a to z, digits and _ - . only, and "
                    "begins with a letter"));
    else if (strlen(name) >= FORM_NAME_BYTES)
        ROW_ERROR(r, &r->survey, row, COLUMN_NAME,
                  _("a name has at most %d letters"), FORM_NAME_BYTES - 1);
}

/* The list that stands behind "select_one"; words behind it are for others. */
static const struct choice_list *find_list(struct form_reading *r,
                                           const struct csv_row *row,
                                           const char *rest)
{
    size_t n = strcspn(rest, " \t");
    const struct choice_list *l = list_find(r->form, rest, n);

    if (n == 0)
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE,
                  _("the name of the choice list is missing"));
    else if (l == NULL)
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE,
                  _("There is no choice list %.*s"), (int)n, rest);
    rest += n + strspn(rest + n, " \t");
    if (*rest != '\0')
        ROW_WARNING(r, &r->survey, row, COLUMN_TYPE,
                    _("\"%s\" behind the list is not used"), rest);
    return l;
}

static void read_texts(struct form_reading *r, const struct csv_row *row,
                       struct field *d)
{
    const struct form_sheet *s = &r->survey;

    d->labels = form_cell_texts(r, s, row, COLUMN_LABEL);
    d->hints = form_cell_texts(r, s, row, COLUMN_HINT);
    d->constraint_messages =
        form_cell_texts(r, s, row, COLUMN_CONSTRAINT_MESSAGE);
    d->required_messages = form_cell_texts(r, s, row, COLUMN_REQUIRED_MESSAGE);
    d->appearance = form_cell_trimmed(r, s, row, COLUMN_APPEARANCE);
}

static void read_access(struct form_reading *r, const struct csv_row *row,
                        struct field *d)
{
    static const char *const classes[] = {"open", "case", "sealed"};
    const char *text = form_cell_trimmed(r, &r->survey, row, COLUMN_X_ACCESS);

    d->sensitivity = classes[0];
    if (text[0] == '\0')
        return;
    for (size_t i = 0; i < ARR_NR(classes); i++) {
        if (str_equal(classes[i], text)) {
            d->sensitivity = classes[i];
            return;
        }
    }
    d->sensitivity = "sealed"; /* when in doubt, the stricter one */
    ROW_ERROR(r, &r->survey, row, COLUMN_X_ACCESS,
              _("x_access is open, case or sealed, not \"%s\""), text);
}

static void add_field(struct form_reading *r, const struct csv_row *row,
                      const struct field_type_def *t, const char *rest,
                      size_t parent)
{
    struct form *f = r->form;
    const struct form_sheet *s = &r->survey;
    struct field d = {
        .type = t->type,
        .name = form_cell_trimmed(r, s, row, COLUMN_NAME),
        .parent = parent,
        .row = row->line,
    };

    check_name(r, row, d.name);
    d.path = d.name;
    if (parent != FORM_ROOT) {
        d.path =
            pool_printf(f->pool, "%s/%s", r->fields.items[parent].path, d.name);
        d.depth = r->fields.items[parent].depth + 1;
    }
    if (t->takes_list)
        d.list = find_list(r, row, rest);
    else if (!str_is_blank(rest))
        ROW_WARNING(r, s, row, COLUMN_TYPE,
                    _("\"%s\" behind the type is not "
                      "used"),
                    rest);
    read_texts(r, row, &d);
    read_access(r, row, &d);
    d.read_only = form_says_yes(form_cell(s, row, COLUMN_READ_ONLY));
    if (t->is_asked && d.labels[0] == NULL)
        ROW_WARNING(r, s, row, COLUMN_LABEL,
                    _("there is no label in the default language"));
    if (!str_is_blank(form_cell(s, row, COLUMN_CHOICE_FILTER)))
        ROW_WARNING(r, s, row, COLUMN_CHOICE_FILTER,
                    _("choice_filter is not used: all choices are offered"));
    d.group_end = r->fields.nr + 1; /* of a group: for now */
    ARR_PUSH(&r->fields) = d;
    ARR_PUSH(&r->rows) = row;
}

/* "end group": closes the group that is open. */
static void end_group(struct form_reading *r, const struct csv_row *row,
                      size_t *open)
{
    const char *name = form_cell_trimmed(r, &r->survey, row, COLUMN_NAME);
    struct field *group;

    if (*open == FORM_ROOT) {
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE,
                  _("no group is open that could end here"));
        return;
    }
    group = &r->fields.items[*open];
    if (name[0] != '\0' && !str_equal(name, group->name))
        ROW_ERROR(r, &r->survey, row, COLUMN_NAME,
                  _("%s ends here, but the open group is %s, of line %u"), name,
                  group->name, group->row);
    group->group_end = r->fields.nr;
    *open = group->parent;
}

static bool is_end_group(const char *type)
{
    const char *rest = NULL;
    static const char end[] = "end", begin[] = "begin ";
    char word[32];

    while (isspace((unsigned char)*type))
        type++;
    if (strncasecmp(type, end, strlen(end)) != 0 || strlen(type) > 20)
        return false;
    /* what "begin group" may look like, "end group" may, too */
    type += strlen(end);
    type += *type == ' ' || *type == '_';
    str_copy(word, sizeof word, begin);
    str_copy(word + strlen(begin), sizeof word - strlen(begin), type);
    return field_type_find(word, &rest) == field_type_def(FIELD_GROUP);
}

static bool row_is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->nr; i++)
        if (!str_is_blank(row->cells[i]))
            return false;
    return true;
}

static void read_row(struct form_reading *r, const struct csv_row *row,
                     size_t *open)
{
    const char *type = form_cell(&r->survey, row, COLUMN_TYPE), *rest = "";
    const struct field_type_def *t;

    if (form_says_yes(form_cell(&r->survey, row, COLUMN_DISABLED)) ||
        row_is_blank(row))
        return;
    if (str_is_blank(type)) {
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE, _("the type is missing"));
        return;
    }
    if (is_end_group(type)) {
        end_group(r, row, open);
        return;
    }
    t = field_type_find(type, &rest);
    if (t == NULL) {
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE,
                  _("the type \"%s\" is not known"), type);
        return;
    }
    add_field(r, row, t, rest, *open);
    if (t->type != FIELD_GROUP)
        return;
    if (r->fields.items[r->fields.nr - 1].depth == FORM_DEPTH_MAX)
        ROW_ERROR(r, &r->survey, row, COLUMN_TYPE,
                  _("groups are nested more than %d deep"), FORM_DEPTH_MAX);
    else
        *open = r->fields.nr - 1;
}

static void read_survey(struct form_reading *r)
{
    size_t open = FORM_ROOT;

    for (size_t i = 0; i < r->survey.nr; i++) {
        if (r->fields.nr == FORM_FIELDS_MAX) {
            ROW_ERROR(r, &r->survey, &r->survey.rows[i], COLUMN_NAME,
                      _("a form has at most %d rows"), FORM_FIELDS_MAX);
            break;
        }
        read_row(r, &r->survey.rows[i], &open);
    }
    for (; open != FORM_ROOT; open = r->fields.items[open].parent) {
        struct field *group = &r->fields.items[open];
        group->group_end = r->fields.nr;
        ROW_ERROR(r, &r->survey, r->rows.items[open], COLUMN_TYPE,
                  _("the group %s has no end"), group->name);
    }
    if (r->fields.nr == 0)
        finding_add(r->list, FINDING_ERROR, FINDING_AT("survey", 0, ""),
                    _("the form has no fields"));
}

/* ---- the whole ---- */

static int by_path(const void *a, const void *b, void *arg)
{
    const struct form *f = arg;

    return strcmp(f->fields[*(const size_t *)a].path,
                  f->fields[*(const size_t *)b].path);
}

static void sort_paths(struct form_reading *r)
{
    struct form *f = r->form;

    f->by_path = pool_alloc(f->pool, f->fields_nr * sizeof *f->by_path);
    for (size_t i = 0; i < f->fields_nr; i++)
        f->by_path[i] = i;
    if (f->fields_nr > 1)
        qsort_r(f->by_path, f->fields_nr, sizeof *f->by_path, by_path, f);
    for (size_t i = 1; i < f->fields_nr; i++) {
        size_t a = f->by_path[i - 1], b = f->by_path[i];
        if (f->fields[a].name[0] != '\0' &&
            str_equal(f->fields[a].path, f->fields[b].path))
            ROW_ERROR(r, &r->survey, r->rows.items[a > b ? a : b], COLUMN_NAME,
                      _("%s stands here a second time"), f->fields[a].path);
    }
}

static void place_fields(struct form_reading *r)
{
    struct form *f = r->form;

    f->fields_nr = r->fields.nr;
    f->fields =
        pool_copy(f->pool, r->fields.items, f->fields_nr * sizeof *f->fields);
    f->paths = pool_alloc(f->pool, f->fields_nr * sizeof *f->paths);
    for (size_t i = 0; i < f->fields_nr; i++) {
        f->fields[i].path_nr = FORM_NO_PATH;
        if (!field_holds_value(&f->fields[i]))
            continue;
        f->fields[i].path_nr = f->paths_nr;
        f->paths[f->paths_nr++] = i;
    }
}

/* One finding a language, not one a label: translations come late. */
static void count_missing(struct form_reading *r)
{
    const struct form *f = r->form;

    for (size_t l = 1; l < f->langs_nr; l++) {
        unsigned missing = 0;
        for (size_t i = 0; i < f->fields_nr; i++)
            missing += f->fields[i].labels[0] != NULL &&
                       f->fields[i].labels[l] == NULL;
        for (size_t i = 0; i < f->lists_nr; i++)
            for (size_t k = 0; k < f->lists[i].nr; k++)
                missing += f->lists[i].items[k].labels[0] != NULL &&
                           f->lists[i].items[k].labels[l] == NULL;
        if (missing > 0)
            finding_add(r->list, FINDING_WARNING,
                        FINDING_AT("survey", 0, "label"),
                        P_("%u label has no translation to %s",
                           "%u labels have no translation to %s", missing),
                        missing, f->langs[l]);
    }
}

static void read_all(struct form_reading *r)
{
    form_find_sheets(r);
    if (r->survey.header == NULL) {
        finding_add(r->list, FINDING_ERROR, FINDING_AT("survey", 0, ""),
                    _("the form has no sheet \"survey\""));
        return;
    }
    read_settings(r);
    read_choices(r);
    read_survey(r);
    place_fields(r);
    sort_paths(r);
    count_missing(r);
    form_bind(r);
}

/* The first error as the sentence of the whole. */
static bool fail_with_first(const struct finding_list *l, size_t from,
                            struct err *e)
{
    for (size_t i = from; i < l->nr; i++) {
        const struct finding *f = &l->items[i];
        if (f->grade != FINDING_ERROR)
            continue;
        if (f->row == 0)
            return err_set(e, ERR_INPUT, "%s", f->text);
        return err_set(e, ERR_INPUT,
                       /* TRANSLATORS: line, sheet, column, what is wrong */
                       _("Line %u (%s, %s): %s"), f->row, f->sheet, f->column,
                       f->text);
    }
    return err_set(e, ERR_INPUT, _("The form cannot be used"));
}

struct form *form_read(const char *csv, size_t size, struct finding_list *list,
                       struct err *e)
{
    struct form_reading r = {.list = list};
    size_t errors_before = list->errors_nr, nr_before = list->nr;
    struct pool *pool;

    r.csv = csv_read(csv, size, e);
    if (r.csv == NULL) {
        finding_add(list, FINDING_ERROR, FINDING_AT("", 0, ""), "%s", e->text);
        return NULL;
    }
    pool = pool_new();
    r.form = pool_alloc(pool, sizeof *r.form);
    r.form->pool = pool;
    read_all(&r);
    ARR_RELEASE(&r.fields);
    ARR_RELEASE(&r.rows);
    csv_free(r.csv);
    if (list->errors_nr == errors_before)
        return r.form;
    fail_with_first(list, nr_before, e);
    form_free(r.form);
    return NULL;
}
