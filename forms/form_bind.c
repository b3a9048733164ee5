/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The expressions of a form: each is read, and its names are bound to fields.
 * In a choice_filter a bare name is a column of the list instead.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/choice_list.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

enum { EXPRESSIONS_BYTES_MAX = 12 * 1024 * 1024 };

/* Where the expression of a column goes, and what stands for one there. */
enum slot_words {
    WORDS_NONE,
    WORDS_YES_NO, /* yes, no */
    WORDS_ANSWER, /* a text that is no expression stands for itself */
};

static const struct slot {
    enum form_column column;
    size_t offset;
    enum slot_words words;
} slots[] = {
    {COLUMN_RELEVANT, offsetof(struct field, relevant), WORDS_NONE},
    {COLUMN_REQUIRED, offsetof(struct field, required), WORDS_YES_NO},
    {COLUMN_CONSTRAINT, offsetof(struct field, constraint), WORDS_NONE},
    {COLUMN_CALCULATION, offsetof(struct field, calculation), WORDS_NONE},
    {COLUMN_DEFAULT, offsetof(struct field, default_value), WORDS_ANSWER},
    {COLUMN_CHOICE_FILTER, offsetof(struct field, choice_filter), WORDS_NONE},
    {COLUMN_REPEAT_COUNT, offsetof(struct field, repeat_count), WORDS_NONE},
};

/* Which field of a name the asker means: found once, though an expression says
 * it a thousand times. */
struct nearest {
    size_t asker, field;
    bool known;
};

struct binder {
    struct form_reading *r;
    size_t *by_name;         /* fields in order of name, then of group */
    struct nearest *nearest; /* by place in by_name of a name's first field */
    bool full;               /* they took more, and that was told */
    size_t most_bytes; /* that the form's pool may take with expressions */
    size_t field; /* whose expression is bound now; EXPR_ROOT: the form's */
    struct finding_at at;               /* its cell */
    const struct choice_list *filtered; /* by a choice_filter; else NULL */
};

/* ---- names ---- */

static int by_name(const void *a, const void *b, void *arg)
{
    const struct form *f = arg;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    const struct field *a_field = &f->fields[x], *b_field = &f->fields[y];
    int order = strcmp(a_field->name, b_field->name);

    if (order == 0)
        order = (a_field->parent > b_field->parent) -
                (a_field->parent < b_field->parent);
    return order != 0 ? order : (x > y) - (x < y);
}

static void sort_names(struct binder *b)
{
    struct form *f = b->r->form;

    b->by_name = pool_alloc(f->pool, f->fields_nr * sizeof *b->by_name);
    for (size_t i = 0; i < f->fields_nr; i++)
        b->by_name[i] = i;
    if (f->fields_nr > 1)
        qsort_r(b->by_name, f->fields_nr, sizeof *b->by_name, by_name, f);
    b->nearest = pool_alloc(f->pool, f->fields_nr * sizeof *b->nearest);
}

/* The place of the first field of that name in by_name, and how many there
 * are. */
static size_t find_name(const struct binder *b, const char *name, size_t n,
                        size_t *first)
{
    const struct form *f = b->r->form;
    size_t low = 0, high = f->fields_nr, nr = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = f->fields[b->by_name[middle]].name;
        int order = strncmp(other, name, n);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low + nr < f->fields_nr) {
        const char *other = f->fields[b->by_name[low + nr]].name;
        if (strncmp(other, name, n) != 0 || other[n] != '\0')
            break;
        nr++;
    }
    return nr;
}

/* Of the fields of one name the one that shares most groups with the field
 * that asks; EXPR_NO_NODE when two are as near. */
static size_t find_nearest(const struct binder *b, size_t first, size_t nr)
{
    const struct form *f = b->r->form;
    size_t nearest = b->by_name[first];
    unsigned most = form_shared_depth(f, nearest, b->field);

    for (size_t i = first + 1; i < first + nr; i++) {
        unsigned depth = form_shared_depth(f, b->by_name[i], b->field);
        if (depth == most)
            nearest = EXPR_NO_NODE;
        else if (depth > most)
            nearest = b->by_name[i];
        if (depth > most)
            most = depth;
    }
    return nearest;
}

static size_t field_meant(const struct binder *b, size_t first, size_t nr)
{
    struct nearest *n = &b->nearest[first];

    if (n->known && n->asker == b->field)
        return n->field;
    *n = (struct nearest){b->field, find_nearest(b, first, nr), true};
    if (nr > 1 && n->field != EXPR_NO_NODE)
        finding_add(b->r->list, FINDING_WARNING_HERE, b->at,
                    _("%zu fields have the name %s; the nearest one is "
                      "used: %s"),
                    nr, b->r->form->fields[n->field].name,
                    b->r->form->fields[n->field].path);
    return n->field;
}

static bool resolve_ref(const struct binder *b, const char *name, size_t n,
                        size_t *node, struct err *e)
{
    size_t first, nr = find_name(b, name, n, &first);

    if (nr == 0)
        return err_set(e, ERR_INPUT, _("there is no field ${%.*s}"), (int)n,
                       name);
    *node = field_meant(b, first, nr);
    if (*node == EXPR_NO_NODE)
        return err_set(e, ERR_INPUT,
                       _("%zu fields have the name %.*s: write the path of "
                         "the one you mean"),
                       nr, (int)n, name);
    return true;
}

/* The child of a group, or of the form, with that name. */
static size_t find_child(const struct binder *b, size_t parent,
                         const char *name, size_t n)
{
    const struct field *fields = b->r->form->fields;
    size_t first, nr = find_name(b, name, n, &first);
    size_t low = first, high = first + nr;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fields[b->by_name[middle]].parent < parent)
            low = middle + 1;
        else
            high = middle;
    }
    return low < first + nr && fields[b->by_name[low]].parent == parent
               ? b->by_name[low]
               : EXPR_NO_NODE;
}

static bool take_step(const struct binder *b, const char *path,
                      const char *name, size_t n, size_t *node, struct err *e)
{
    const struct form *f = b->r->form;
    size_t child;

    if (n == 1 && name[0] == '.')
        return true;
    if (n == 2 && name[0] == '.' && name[1] == '.') {
        if (*node == EXPR_ROOT)
            return err_set(e, ERR_INPUT,
                           _("the path %s leads out of the "
                             "form"),
                           path);
        *node = f->fields[*node].parent;
        return true;
    }
    child = find_child(b, *node, name, n);
    if (child == EXPR_NO_NODE)
        return err_set(e, ERR_INPUT, _("there is no field %s"), path);
    *node = child;
    return true;
}

/* The node of a column of the list that is filtered; EXPR_NO_NODE when it has
 * none of that name. */
static size_t find_column(const struct choice_list *l, const char *name)
{
    size_t own =
        l->file != NULL ? choice_list_column(l, name) : CHOICE_LIST_NONE;

    if (own != CHOICE_LIST_NONE)
        return FORM_COLUMN(2 + own);
    if (str_equal(name, "name"))
        return FORM_COLUMN(0);
    if (str_equal(name, "label") || str_starts(name, "label:"))
        return FORM_COLUMN(1);
    for (size_t i = 0; i < l->columns_nr; i++)
        if (str_equal(l->columns[i], name))
            return FORM_COLUMN(2 + i);
    return EXPR_NO_NODE;
}

static bool resolve_column(const struct binder *b, const char *path,
                           size_t *node, struct err *e)
{
    *node = find_column(b->filtered, path);
    if (*node != EXPR_NO_NODE || b->filtered->is_missing)
        return true;
    return err_set(e, ERR_INPUT, _("the list %s has no column %s"),
                   b->filtered->name, path);
}

static bool is_bare_name(const char *path)
{
    return path[0] != '.' && strpbrk(path, "/${") == NULL;
}

/* "${age}/..", "../age", "/data/group/age": the first name of an absolute
 * path is the form's own, whatever it is called. */
static bool resolve(void *arg, const char *path, size_t *node, struct err *e)
{
    const struct binder *b = arg;
    const char *s = path;
    size_t n;

    if (b->filtered != NULL && is_bare_name(path))
        return resolve_column(b, path, node, e);
    *node = b->field;
    if (is_bare_name(path) &&
        find_child(b, b->field, path, strlen(path)) == EXPR_NO_NODE) {
        *node = FORM_NOWHERE;
        finding_add(b->r->list, FINDING_WARNING, b->at,
                    _("there is no field %s; this name is always blank"), path);
        return true;
    }
    if (str_starts(s, "${")) {
        n = strcspn(s, "}");
        if (!resolve_ref(b, s + 2, n - 2, node, e))
            return false;
        s += n + 1;
    } else if (*s == '/') {
        *node = EXPR_ROOT;
        s++;
        s += strcspn(s, "/");
    }
    while (*(s += *s == '/') != '\0') {
        n = strcspn(s, "/");
        if (!take_step(b, path, s, n, node, e))
            return false;
        s += n;
    }
    return true;
}

static void tell_list(void *arg, const char *name, const char *column)
{
    const struct binder *b = arg;

    form_file_of_expression(b->r, b->at, name, column);
}

/* ---- single expressions ---- */

/* Word processors put in quotation marks that no expression understands. */
static const struct {
    const char *from, *to;
} mends[] = {
    {"‘", "'"}, {"’", "'"}, {"‚", "'"}, {"“", "\""}, {"”", "\""}, {"„", "\""},
};

const char *form_mend(struct pool *pool, const char *text, bool *mended)
{
    char *out = pool_alloc(pool, strlen(text) + 1);
    size_t n = 0;

    while (*text != '\0') {
        size_t i = 0;
        while (i < ARR_NR(mends) && !str_starts(text, mends[i].from))
            i++;
        if (i == ARR_NR(mends)) {
            out[n++] = *text++;
            continue;
        }
        out[n++] = mends[i].to[0];
        text += strlen(mends[i].from);
        *mended = true;
    }
    return out;
}

/* 'home_visit': other programs would keep the quotation marks. */
static bool is_quoted(const char *text)
{
    size_t n = strlen(text);

    return n > 1 && (text[0] == '\'' || text[0] == '"') &&
           text[n - 1] == text[0];
}

/* A default is an expression when it calls a function or names a field, else
 * it is a plain answer: "2026-01-01" is no sum. */
static bool is_expression(const char *text)
{
    const char *paren = strchr(text, '(');

    return is_quoted(text) || strstr(text, "${") != NULL ||
           (paren != NULL && paren > text && strchr(paren, ')') != NULL &&
            strchr(" \t", paren[-1]) == NULL);
}

static void complain(const struct binder *b, enum finding_grade grade,
                     const char *text)
{
    finding_add(b->r->list, grade, b->at, "%s", text);
}

static struct expr *read_literal(const struct binder *b, const char *text)
{
    const struct field *d = &b->r->form->fields[b->field];
    struct pool *scratch = pool_new();
    struct err e = ERR_INIT;
    struct value v;

    if (field_holds_value(d) && !answer_to_value(d, text, scratch, &v, &e))
        complain(b, FINDING_WARNING, e.text);
    pool_free(scratch);
    return expr_literal(b->r->form->pool, text);
}

/* Blanks that are no ASCII blanks come with text pasted from elsewhere. */
static struct expr *read_expression(struct binder *b, const char *text)
{
    const struct expr_scope scope = {
        .resolve = resolve, .list = tell_list, .arg = b};
    struct pool *pool = b->r->form->pool;
    struct err e = ERR_INIT;
    bool mended = false;
    struct expr *x;

    if (pool_size_bytes(pool) > b->most_bytes) {
        if (!b->full)
            complain(b, FINDING_ERROR_HERE,
                     _("the form has too many expressions; this one and those "
                       "behind it are left out"));
        b->full = true;
        return NULL;
    }

    text = form_mend(pool, text, &mended);
    if (mended)
        complain(b, FINDING_WARNING,
                 _("curly quotation marks were read as straight ones"));
    x = expr_read(pool, text, strlen(text), &e);
    if (x == NULL || !expr_bind(x, &scope, &e)) {
        complain(b, FINDING_ERROR, e.text);
        return NULL;
    }
    if (expr_doubt(x) != NULL)
        complain(b, FINDING_WARNING, expr_doubt(x));
    return x;
}

/* ---- the cells of a field ---- */

static const struct form_source *source_of(const struct binder *b)
{
    return &b->r->sources.items[b->field];
}

static void aim_at(struct binder *b, size_t field, enum form_column column)
{
    b->field = field;
    b->at = FINDING_AT(b->r->survey.name, b->r->form->fields[field].row,
                       form_column_name(column));
}

/* The text of a cell, or what stands for it. */
static const char *text_of(const struct binder *b, enum form_column column)
{
    const struct form_source *s = source_of(b);

    if (column == COLUMN_RELEVANT && s->relevant != NULL)
        return s->relevant;
    if (column == COLUMN_CHOICE_FILTER && s->choice_filter != NULL)
        return s->choice_filter;
    if (column == COLUMN_DEFAULT && s->default_value != NULL)
        return s->default_value;
    return form_cell_trimmed(b->r, &b->r->survey, s->row, column);
}

/* A dropped list leaves a select without choices to check a default against;
 * that error is told where the list is missing. */
static bool is_usable(const struct field *d)
{
    return d->list != NULL ||
           field_type_def(d->type)->source == FIELD_LIST_NONE;
}

/* Words of other columns: a count in a group, a filter of a text. */
static bool has_place(const struct field *d, enum form_column column)
{
    if (column == COLUMN_CHOICE_FILTER)
        return d->list != NULL;
    return column != COLUMN_REPEAT_COUNT || d->type == FIELD_REPEAT;
}

static const struct expr *read_slot(struct binder *b, const struct slot *s,
                                    const char *text)
{
    const struct field *d = &b->r->form->fields[b->field];
    const struct expr *x;

    if (s->words == WORDS_YES_NO && form_says_yes(text))
        return expr_literal(b->r->form->pool, "yes");
    if (s->words == WORDS_ANSWER && !is_expression(text))
        return read_literal(b, text);
    if (s->words == WORDS_ANSWER && is_quoted(text))
        complain(b, FINDING_WARNING,
                 _("write the default without quotation marks; others "
                   "would keep them"));
    b->filtered = s->column == COLUMN_CHOICE_FILTER ? d->list : NULL;
    x = read_expression(b, text);
    b->filtered = NULL;
    return x;
}

static void bind_slot(struct binder *b, const struct slot *s)
{
    struct field *d = &b->r->form->fields[b->field];
    const char *text = text_of(b, s->column);
    const struct expr *x;

    aim_at(b, b->field, s->column);
    if (text[0] == '\0' || !is_usable(d) ||
        (s->words == WORDS_YES_NO && form_says_no(text)))
        return;
    if (!has_place(d, s->column)) {
        complain(b, FINDING_WARNING, _("this is not used here"));
        return;
    }
    x = read_slot(b, s, text);
    memcpy((char *)d + s->offset, &x, sizeof x);
}

/* "${a}", or several with commas between them. */
static void bind_triggers(struct binder *b)
{
    struct field *d = &b->r->form->fields[b->field];
    const char *text = text_of(b, COLUMN_TRIGGER);
    size_t *nodes = NULL;
    struct err e = ERR_INIT;

    if (text[0] == '\0')
        return;
    aim_at(b, b->field, COLUMN_TRIGGER);
    /* complete or not, what was read so far counts */
    d->triggers = nodes =
        pool_alloc(b->r->form->pool, strlen(text) * sizeof *nodes);
    for (text += strspn(text, ", \n"); *text != '\0';
         text += strspn(text, ", \n")) {
        size_t n = strcspn(text, "}");
        if (!str_starts(text, "${") || text[n] == '\0') {
            complain(b, FINDING_ERROR,
                     _("a trigger is the name of a field, such as ${age}"));
            return;
        }
        if (!resolve_ref(b, text + 2, n - 2, &nodes[d->triggers_nr], &e)) {
            complain(b, FINDING_ERROR, e.text);
            return;
        }
        d->triggers_nr++;
        text += n + 1;
    }
}

static void check_slots(struct binder *b)
{
    const struct field *d = &b->r->form->fields[b->field];

    aim_at(b, b->field, COLUMN_CALCULATION);
    if (d->type == FIELD_CALCULATE && d->calculation == NULL &&
        d->default_value == NULL && text_of(b, COLUMN_CALCULATION)[0] == '\0')
        complain(b, FINDING_WARNING, _("nothing is computed here"));
    aim_at(b, b->field, COLUMN_TYPE);
    if (!field_holds_value(d) &&
        (d->required != NULL || d->constraint != NULL ||
         d->calculation != NULL || d->default_value != NULL))
        complain(b, FINDING_WARNING,
                 _("this holds no answer, so it cannot be required, checked "
                   "or computed"));
}

/* ---- the sheet of entities ---- */

static const struct expr *bind_entity_cell(struct binder *b,
                                           const struct csv_row *row,
                                           enum form_column column)
{
    const struct form_sheet *s = &b->r->entities;
    const char *text = form_cell_trimmed(b->r, s, row, column);

    b->at = FINDING_AT(s->name, row->line, form_column_name(column));
    return text[0] != '\0' ? read_expression(b, text) : NULL;
}

/* An entity of each row of a repeat stands where the row does. */
static void bind_entity(struct binder *b, const struct csv_row *row,
                        struct form_entity *x)
{
    b->field = x->repeat;
    x->entity_id = bind_entity_cell(b, row, COLUMN_ENTITY_ID);
    x->create_if = bind_entity_cell(b, row, COLUMN_CREATE_IF);
    x->update_if = bind_entity_cell(b, row, COLUMN_UPDATE_IF);
    x->label = bind_entity_cell(b, row, COLUMN_LABEL);
}

static void bind_entities(struct binder *b)
{
    struct form *f = b->r->form;

    for (size_t i = 0; i < f->entities_nr; i++)
        bind_entity(b, f->entities[i].row, &f->entities[i]);
}

void form_bind(struct form_reading *r)
{
    struct binder b = {.r = r};

    sort_names(&b);
    b.most_bytes = pool_size_bytes(r->form->pool) + EXPRESSIONS_BYTES_MAX;
    for (b.field = 0; b.field < r->form->fields_nr; b.field++) {
        for (size_t i = 0; i < ARR_NR(slots); i++)
            bind_slot(&b, &slots[i]);
        bind_triggers(&b);
        check_slots(&b);
    }
    bind_entities(&b);
}
