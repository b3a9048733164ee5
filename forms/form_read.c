/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the sheets to fields, and the form as a whole. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/choice_list.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

/* Says what is wrong with a row of the survey. */
#define ROW_FINDING(r, grade, row, column, ...)                                \
    FORM_FINDING(r, grade, &(r)->survey, row, column, __VA_ARGS__)

/* ---- settings ---- */

/* What the form is known by. */
static void read_id(struct form_reading *r, const struct csv_row *row)
{
    struct form *f = r->form;

    if (f->id[0] != '\0')
        return;
    if (r->id == NULL) {
        FORM_FINDING(r, FINDING_ERROR_HERE, &r->settings, row, COLUMN_FORM_ID,
                     _("the form has no form_id: it is what records of this "
                       "form are known by"));
        return;
    }
    f->id = pool_str(f->pool, r->id);
    FORM_FINDING(r, FINDING_WARNING, &r->settings, row, COLUMN_FORM_ID,
                 _("the form has no form_id; the name of the file stands for "
                   "it: %s"),
                 f->id);
}

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
        f->titles = form_cell_texts(r, s, row, COLUMN_X_TITLE);
        r->repeats_choices =
            form_says_yes(form_cell(s, row, COLUMN_DUPLICATES));
    }
    read_id(r, row);
    if (f->title[0] == '\0')
        f->title = f->id;
    if (f->version[0] == '\0') {
        FORM_FINDING(r, FINDING_WARNING, s, row, COLUMN_VERSION,
                     _("the form has no version; it counts as version 1"));
        f->version = "1";
    }
}

/* ---- names ---- */

bool form_is_name(const char *s)
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
    if (!form_is_name(name))
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_NAME,
                    _("a name holds letters a to z, digits and _ - . only, "
                      "and begins with a letter"));
    else if (strlen(name) >= FORM_NAME_BYTES)
        ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_NAME,
                    _("a name has at most %d letters"), FORM_NAME_BYTES - 1);
}

/* A note needs no name, as nothing can refer to it; whatever else has none is
 * told, and gets one, so that what stands in it has a path. */
static const char *name_of(struct form_reading *r, const struct csv_row *row,
                           const struct field_type_def *t)
{
    const char *name = form_cell_trimmed(r, &r->survey, row, COLUMN_NAME);

    if (name[0] != '\0') {
        check_name(r, row, name);
        return pool_strn(r->form->pool, name,
                         strnlen(name, FORM_NAME_BYTES - 1));
    }
    if (t->type == FIELD_NOTE)
        return pool_printf(r->form->pool, "generated_note_name_%u", row->line);
    ROW_FINDING(r, FINDING_ERROR, row, COLUMN_NAME, _("the name is missing"));
    return pool_printf(r->form->pool, "row_%u", row->line);
}

/* ---- fields ---- */

/* The list that stands behind "select_one". */
static const struct choice_list *find_list(struct form_reading *r,
                                           const struct csv_row *row,
                                           const struct field_type_found *t,
                                           size_t n)
{
    const struct choice_list *l;

    if (n == 0) {
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    _("the name of the choice list is missing"));
        return NULL;
    }
    if (t->source == FIELD_LIST_OF_FILE)
        return form_file_of_type(r, row, t->rest, n);
    if (str_starts(t->rest, "${")) {
        ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_TYPE,
                    _("the answers of a repeat cannot be offered as choices "
                      "here; this question is left without any"));
        return NULL;
    }
    l = form_list(r->form, t->rest, n);
    if (l == NULL)
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    _("There is no choice list %.*s"), (int)n, t->rest);
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
    d->purposes = form_cell_texts(r, s, row, COLUMN_X_PURPOSE);
    d->appearance = form_cell_trimmed(r, s, row, COLUMN_APPEARANCE);
    d->parameters = form_cell_trimmed(r, s, row, COLUMN_PARAMETERS);
    d->save_to = form_cell_trimmed(r, s, row, COLUMN_SAVE_TO);
    d->was = form_cell_trimmed(r, s, row, COLUMN_X_WAS);
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
    ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_X_ACCESS,
                _("x_access is open, case or sealed, not \"%s\""), text);
}

/* The number behind "start=" or the like; otherwise as it was. */
static void read_parameter(const char *text, const char *key, double *n)
{
    const char *at = strstr(text, key);
    char *end;
    double got;

    if (at == NULL)
        return;
    at += strlen(key);
    at += strspn(at, " =");
    got = strtod(at, &end);
    if (end > at && got > -1e9 && got < 1e9)
        *n = got;
}

static bool is_whole(double n)
{
    return n == (double)(int64_t)n;
}

static void read_range(struct form_reading *r, const struct csv_row *row,
                       struct field *d)
{
    struct field_range range = {.start = 1, .end = 10, .step = 1};

    read_parameter(d->parameters, "start", &range.start);
    read_parameter(d->parameters, "end", &range.end);
    read_parameter(d->parameters, "step", &range.step);
    if (range.step == 0 || range.start == range.end) {
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_PARAMETERS,
                    _("a range needs a start, another end and a step that is "
                      "not 0"));
        range.step = 1;
    }
    range.whole =
        is_whole(range.start) && is_whole(range.end) && is_whole(range.step);
    d->range = range;
}

static void put_into(struct form_reading *r, struct field *d, size_t parent)
{
    const struct field *around;

    d->parent = parent;
    d->repeat = FORM_ROOT;
    d->path = d->name;
    if (parent == FORM_ROOT)
        return;
    around = &r->fields.items[parent];
    if (around->depth < FORM_DEPTH_MAX) /* else an error was told */
        d->path = pool_printf(r->form->pool, "%s/%s", around->path, d->name);
    d->depth = around->depth + 1;
    d->repeat = around->type == FIELD_REPEAT ? parent : around->repeat;
}

static void push_field(struct form_reading *r, struct field *d,
                       struct form_source source)
{
    d->row = source.row->line;
    d->group_end = r->fields.nr + 1; /* of a group: until its end comes */
    ARR_PUSH(&r->fields) = *d;
    ARR_PUSH(&r->sources) = source;
}

/* The text field that or_other puts behind a select. */
static void add_other(struct form_reading *r, const struct csv_row *row,
                      const struct field *select, size_t parent)
{
    struct pool *pool = r->form->pool;
    struct csv_row *own = pool_alloc(pool, sizeof *own);
    const char **none = pool_alloc(pool, r->form->langs_nr * sizeof *none);
    struct field d = {
        .type = FIELD_TEXT,
        .type_name = "text",
        .name = pool_printf(pool, "%s_other", select->name),
        .labels = form_other_labels(r->form),
        .hints = none,
        .constraint_messages = none,
        .required_messages = none,
        .appearance = "",
        .parameters = "",
        .save_to = "",
        .was = "",
        .sensitivity = select->sensitivity,
    };

    own->line = row->line;
    put_into(r, &d, parent);
    push_field(r, &d,
               (struct form_source){
                   .row = own,
                   .relevant = pool_printf(pool, "selected(../%s, 'other')",
                                           select->name)});
}

/* What stands behind the list: "or_other" in one of its spellings, or words
 * that nothing is known of. */
static bool wants_other(struct form_reading *r, const struct csv_row *row,
                        const char *text)
{
    text += strspn(text, " \t\n");
    if (*text == '\0')
        return false;
    if (strcasecmp(text, "or_other") == 0 ||
        strcasecmp(text, "or other") == 0 ||
        strcasecmp(text, "or specify other") == 0)
        return true;
    ROW_FINDING(r, FINDING_WARNING, row, COLUMN_TYPE,
                _("\"%s\" behind the type is not used"), text);
    return false;
}

/* What the program fills in by itself, as far as it knows it. */
static const char *preload_of(const char *type_name)
{
    static const struct {
        const char *name, *expression;
    } preloads[] = {
        {"start", "now()"},    {"start time", "now()"}, {"end", "now()"},
        {"end time", "now()"}, {"today", "today()"},
    };

    for (size_t i = 0; i < ARR_NR(preloads); i++)
        if (str_equal(preloads[i].name, type_name))
            return preloads[i].expression;
    return NULL;
}

static void check_label(struct form_reading *r, const struct csv_row *row,
                        const struct field_type_def *t, const struct field *d)
{
    if (t->is_asked && d->labels[0] == NULL && d->hints[0] == NULL)
        ROW_FINDING(r, FINDING_WARNING, row, COLUMN_LABEL,
                    _("there is no label in the default language"));
}

static void add_field(struct form_reading *r, const struct csv_row *row,
                      const struct field_type_found *t, size_t parent)
{
    const struct form_sheet *s = &r->survey;
    struct field d = {.type = t->def->type, .type_name = t->name};
    size_t n = t->source != FIELD_LIST_NONE ? strcspn(t->rest, " \t\n") : 0;
    struct form_source source = {.row = row};
    bool has_other;

    d.name = name_of(r, row, t->def);
    put_into(r, &d, parent);
    read_texts(r, row, &d);
    read_access(r, row, &d);
    check_label(r, row, t->def, &d);
    d.read_only = form_says_yes(form_cell(s, row, COLUMN_READ_ONLY));
    if (d.type == FIELD_RANGE)
        read_range(r, row, &d);
    has_other = wants_other(r, row, t->rest + n);
    if (t->source != FIELD_LIST_NONE) {
        struct choice_list *l;
        d.list = find_list(r, row, t, n);
        d.list = form_file_of_search(r, row, d.list, &source.choice_filter);
        l = form_list(r->form, t->rest, n);
        if (has_other && d.list != NULL && l != NULL)
            form_add_other(r->form, l);
    }
    if (d.type == FIELD_META)
        source.default_value = preload_of(t->name);
    push_field(r, &d, source);
    if (has_other && d.list != NULL)
        add_other(r, row, &d, parent);
}

/* ---- groups and repeats ---- */

/* "end group": closes what is open, whatever name stands there. */
static void end_group(struct form_reading *r, const struct csv_row *row,
                      enum field_bracket bracket, size_t *open)
{
    const char *name = form_cell_trimmed(r, &r->survey, row, COLUMN_NAME);
    struct field *group;

    if (*open == FORM_ROOT) {
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    _("no group is open that could end here"));
        return;
    }
    group = &r->fields.items[*open];
    if ((bracket == FIELD_END_GROUP && group->type == FIELD_REPEAT) ||
        (bracket == FIELD_END_REPEAT && group->type == FIELD_GROUP))
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    group->type == FIELD_REPEAT
                        ? _("a group ends here, but what is open is the "
                            "repeat %s, of line %u")
                        : _("a repeat ends here, but what is open is the "
                            "group %s, of line %u"),
                    group->name, group->row);
    else if (name[0] != '\0' && !str_equal(name, group->name))
        ROW_FINDING(r, FINDING_WARNING, row, COLUMN_NAME,
                    _("%s ends here, but the open group is %s, of line %u"),
                    name, group->name, group->row);
    group->group_end = r->fields.nr;
    *open = group->parent;
}

static unsigned repeats_around(const struct form_reading *r, size_t field)
{
    unsigned n = 0;

    for (size_t i = field; i != FORM_ROOT; i = r->fields.items[i].repeat)
        n += r->fields.items[i].type == FIELD_REPEAT;
    return n;
}

static void open_group(struct form_reading *r, const struct csv_row *row,
                       size_t *open)
{
    size_t field = r->fields.nr - 1;

    if (r->fields.items[field].depth == FORM_DEPTH_MAX)
        ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_TYPE,
                    _("groups are nested more than %d deep"), FORM_DEPTH_MAX);
    if (r->fields.items[field].type == FIELD_REPEAT &&
        repeats_around(r, field) > FORM_REPEATS_MAX)
        ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_TYPE,
                    _("repeats are nested more than %d deep"),
                    FORM_REPEATS_MAX);
    *open = field;
}

/* ---- rows ---- */

static void refuse_type(struct form_reading *r, const struct csv_row *row,
                        const char *type)
{
    if (field_type_is_refused(type))
        ROW_FINDING(r, FINDING_ERROR_HERE, row, COLUMN_TYPE,
                    _("questions of the type \"%s\" cannot be asked here; "
                      "this row is left out"),
                    type);
    else
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    _("the type \"%s\" is not known; this row is left out"),
                    type);
}

static bool row_is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->nr; i++)
        if (!str_is_blank(row->cells[i]))
            return false;
    return true;
}

/* Comments stand under a survey, and headings between its rows. */
static void check_untyped(struct form_reading *r, const struct csv_row *row)
{
    if (form_cell_trimmed(r, &r->survey, row, COLUMN_NAME)[0] != '\0')
        ROW_FINDING(r, FINDING_ERROR, row, COLUMN_TYPE,
                    _("the type is missing"));
    else
        ROW_FINDING(r, FINDING_WARNING, row, COLUMN_TYPE,
                    _("the type is missing; this row is left out"));
}

static void read_row(struct form_reading *r, const struct csv_row *row,
                     size_t *open)
{
    const char *type = form_cell_trimmed(r, &r->survey, row, COLUMN_TYPE);
    enum field_bracket bracket = field_type_bracket(type);
    struct field_type_found t;

    if (form_says_yes(form_cell(&r->survey, row, COLUMN_DISABLED)) ||
        row_is_blank(row))
        return;
    if (type[0] == '\0') {
        check_untyped(r, row);
        return;
    }
    if (bracket == FIELD_END_GROUP || bracket == FIELD_END_REPEAT ||
        bracket == FIELD_END_OTHER) {
        end_group(r, row, bracket, open);
        return;
    }
    if (!field_type_find(type, &t)) {
        refuse_type(r, row, type);
        if (bracket != FIELD_BEGIN)
            return;
        /* what stands in it can be asked */
        t = (struct field_type_found){.def = field_type_def(FIELD_GROUP),
                                      .name = "begin group",
                                      .rest = ""};
    }
    add_field(r, row, &t, *open);
    if (bracket == FIELD_BEGIN)
        open_group(r, row, open);
}

static void read_survey(struct form_reading *r)
{
    size_t open = FORM_ROOT;

    for (size_t i = 0; i < r->survey.nr; i++) {
        if (r->fields.nr >= FORM_FIELDS_MAX) {
            ROW_FINDING(r, FINDING_ERROR_HERE, &r->survey.rows[i], COLUMN_NAME,
                        _("a form has at most %d rows"), FORM_FIELDS_MAX);
            break;
        }
        read_row(r, &r->survey.rows[i], &open);
    }
    for (; open != FORM_ROOT; open = r->fields.items[open].parent) {
        struct field *group = &r->fields.items[open];
        group->group_end = r->fields.nr;
        ROW_FINDING(r, FINDING_ERROR, r->sources.items[open].row, COLUMN_TYPE,
                    group->type == FIELD_REPEAT ? _("the repeat %s has no end")
                                                : _("the group %s has no end"),
                    group->name);
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

/* A path can be there only once: a later field of the same path gets another
 * one, which no field can have by its name. */
static void sort_paths(struct form_reading *r)
{
    struct form *f = r->form;

    f->by_path = pool_alloc(f->pool, f->fields_nr * sizeof *f->by_path);
    for (size_t i = 0; i < f->fields_nr; i++)
        f->by_path[i] = i;
    if (f->fields_nr > 1)
        qsort_r(f->by_path, f->fields_nr, sizeof *f->by_path, by_path, f);
}

static bool rename_repeated(struct form_reading *r)
{
    struct form *f = r->form;
    const char *before = "";
    bool any = false;

    for (size_t i = 0; i < f->fields_nr; i++) {
        struct field *d = &f->fields[f->by_path[i]];
        if (!str_equal(before, d->path)) {
            before = d->path;
            continue;
        }
        ROW_FINDING(r, FINDING_ERROR, r->sources.items[f->by_path[i]].row,
                    COLUMN_NAME, _("%s stands here a second time"), d->path);
        d->path = pool_printf(f->pool, "%s~%zu", d->path, f->by_path[i]);
        any = true;
    }
    return any;
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

static bool read_all(struct form_reading *r)
{
    form_find_sheets(r);
    if (r->survey.header == NULL) {
        finding_add(r->list, FINDING_ERROR, FINDING_AT("survey", 0, ""),
                    _("the form has no sheet \"survey\""));
        return false;
    }
    read_settings(r);
    form_read_choices(r);
    read_survey(r);
    place_fields(r);
    sort_paths(r);
    if (rename_repeated(r))
        sort_paths(r);
    form_index_choices(r->form);
    form_check_choices(r);
    form_read_entities(r);
    form_bind(r);
    form_check_entities(r);
    choice_list_finish(r->form);
    form_sort(r);
    form_lint(r);
    return r->form->fields_nr > 0;
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

struct form *form_load(const struct book *b, const char *id,
                       struct finding_list *list, struct err *e)
{
    struct form_reading r = {.book = b, .id = id, .list = list};
    size_t nr_before = list->nr;
    struct pool *pool = pool_new();
    bool ok;

    r.form = pool_alloc(pool, sizeof *r.form);
    r.form->pool = pool;
    ok = read_all(&r);
    form_release_sheets(&r);
    ARR_RELEASE(&r.fields);
    ARR_RELEASE(&r.sources);
    if (ok)
        return r.form;
    fail_with_first(list, nr_before, e);
    form_free(r.form);
    return NULL;
}

struct form *form_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e)
{
    size_t errors_before = list->errors_nr, nr_before = list->nr;
    struct book *b = book_read(bytes, size, list, e);
    struct form *f;

    if (b == NULL) {
        finding_add(list, FINDING_ERROR, FINDING_AT("", 0, ""), "%s", e->text);
        return NULL;
    }
    f = form_load(b, NULL, list, e);
    book_free(b);
    if (f == NULL || list->errors_nr == errors_before)
        return f;
    fail_with_first(list, nr_before, e);
    form_free(f);
    return NULL;
}
