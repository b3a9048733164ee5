/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The expressions of a form: each is read, its names are bound to fields, and
 * from what each field is computed follows the order in which all of them are.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/form_int.h"

/* Where the expression of a column goes, and whether plain words stand for an
 * expression there. */
static const struct slot {
    enum form_column column;
    size_t offset;
    bool yes_no;  /* yes, no */
    bool literal; /* a text that is no expression stands for itself */
} slots[] = {
    {COLUMN_RELEVANT, offsetof(struct field, relevant), false, false},
    {COLUMN_REQUIRED, offsetof(struct field, required), true, false},
    {COLUMN_CONSTRAINT, offsetof(struct field, constraint), false, false},
    {COLUMN_CALCULATION, offsetof(struct field, calculation), false, false},
    {COLUMN_DEFAULT, offsetof(struct field, default_value), false, true},
};

struct binder {
    struct form_reading *r;
    size_t *by_name; /* fields in order of name */
    size_t field;    /* whose expression is bound now */
};

/* ---- names ---- */

static int by_name(const void *a, const void *b, void *arg)
{
    const struct form *f = arg;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(f->fields[x].name, f->fields[y].name);

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

static bool resolve_ref(const struct binder *b, const char *name, size_t n,
                        size_t *node, struct err *e)
{
    size_t first, nr = find_name(b, name, n, &first);

    if (nr == 0)
        return err_set(e, ERR_INPUT, _("there is no field ${%.*s}"), (int)n,
                       name);
    if (nr > 1)
        return err_set(e, ERR_INPUT,
                       _("%zu fields have the name %.*s: write the path of "
                         "the one you mean"),
                       nr, (int)n, name);
    *node = b->by_name[first];
    return true;
}

/* The child of a group, or of the form, with that name. */
static size_t find_child(const struct binder *b, size_t parent,
                         const char *name, size_t n)
{
    size_t first, nr = find_name(b, name, n, &first);

    for (size_t i = first; i < first + nr; i++)
        if (b->r->form->fields[b->by_name[i]].parent == parent)
            return b->by_name[i];
    return EXPR_NO_NODE;
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

/* "${age}/..", "../age", "/data/group/age": the first name of an absolute
 * path is the form's own, whatever it is called. */
static bool resolve(void *arg, const char *path, size_t *node, struct err *e)
{
    const struct binder *b = arg;
    const char *s = path;
    size_t n;

    *node = b->field;
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

/* ---- single expressions ---- */

/* Word processors put in quotation marks that no expression understands. */
static const struct {
    const char *from, *to;
} mends[] = {
    {"‘", "'"}, {"’", "'"}, {"‚", "'"}, {"“", "\""}, {"”", "\""}, {"„", "\""},
};

static const char *mend(struct pool *pool, const char *text, bool *mended)
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
                     enum form_column column, const char *text)
{
    finding_add(b->r->list, grade,
                FINDING_AT(b->r->survey.name, b->r->form->fields[b->field].row,
                           form_column_name(column)),
                "%s", text);
}

static struct expr *read_literal(const struct binder *b, const struct slot *s,
                                 const char *text)
{
    const struct field *d = &b->r->form->fields[b->field];
    struct pool *scratch = pool_new();
    struct err e = ERR_INIT;
    struct value v;

    if (field_holds_value(d) &&
        (d->list != NULL || d->type == FIELD_DATE || d->type == FIELD_INTEGER ||
         d->type == FIELD_DECIMAL) &&
        !answer_to_value(d, text, scratch, &v, &e))
        complain(b, FINDING_ERROR, s->column, e.text);
    pool_free(scratch);
    return expr_literal(b->r->form->pool, text);
}

static struct expr *read_expression(struct binder *b, const struct slot *s,
                                    const char *text)
{
    const struct expr_scope scope = {.resolve = resolve, .arg = b};
    struct pool *pool = b->r->form->pool;
    struct err e = ERR_INIT;
    bool mended = false;
    struct expr *x;

    text = mend(pool, text, &mended);
    if (s->literal && is_quoted(text))
        complain(b, FINDING_WARNING, s->column,
                 _("write the default without quotation marks; others "
                   "would keep them"));
    if (mended)
        complain(b, FINDING_WARNING, s->column,
                 _("curly quotation marks were read as straight ones"));
    x = expr_read(pool, text, strlen(text), &e);
    if (x == NULL || !expr_bind(x, &scope, &e)) {
        complain(b, FINDING_ERROR, s->column, e.text);
        return NULL;
    }
    if (expr_doubt(x) != NULL)
        complain(b, FINDING_WARNING, s->column, expr_doubt(x));
    return x;
}

/* A dropped list leaves a select without choices to check a default against;
 * that error is told where the list is missing. */
static bool is_usable(const struct field *d)
{
    return d->list != NULL ||
           (d->type != FIELD_SELECT_ONE && d->type != FIELD_SELECT_MULTIPLE);
}

static void bind_slot(struct binder *b, const struct slot *s)
{
    struct field *d = &b->r->form->fields[b->field];
    const char *text = form_cell_trimmed(b->r, &b->r->survey,
                                         b->r->rows.items[b->field], s->column);
    const struct expr *x;

    if (text[0] == '\0' || !is_usable(d) || (s->yes_no && form_says_no(text)))
        return;
    if (s->yes_no && form_says_yes(text))
        x = expr_literal(b->r->form->pool, "yes");
    else if (s->literal && !is_expression(text))
        x = read_literal(b, s, text);
    else
        x = read_expression(b, s, text);
    memcpy((char *)d + s->offset, &x, sizeof x);
}

static void check_slots(const struct binder *b)
{
    const struct field *d = &b->r->form->fields[b->field];

    if (d->type == FIELD_CALCULATE && d->calculation == NULL &&
        d->default_value == NULL &&
        str_is_blank(form_cell(&b->r->survey, b->r->rows.items[b->field],
                               COLUMN_CALCULATION)))
        complain(b, FINDING_WARNING, COLUMN_CALCULATION,
                 _("nothing is computed here"));
    if (!field_holds_value(d) &&
        (d->required != NULL || d->constraint != NULL ||
         d->calculation != NULL || d->default_value != NULL))
        complain(b, FINDING_WARNING, COLUMN_TYPE,
                 _("this holds no answer, so it cannot be required, checked "
                   "or computed"));
}

/* ---- order ---- */

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct sorter {
    struct binder *b;
    struct form *f;
    unsigned char *marks;
    size_t *open; /* the fields under way, outermost first */
    size_t open_nr, done_nr;
};

static void visit(struct sorter *s, size_t field);

/* "a, b, a": the fields that wait for each other. */
static void report_circle(struct sorter *s, size_t field)
{
    struct buf names = BUF_INIT(160);
    size_t from = s->open_nr;

    while (from > 0 && s->open[from - 1] != field)
        from--;
    for (size_t i = from - 1; i < s->open_nr; i++)
        buf_printf(&names, "%s, ", s->f->fields[s->open[i]].name);
    buf_add_str(&names, s->f->fields[field].name);
    s->b->field = field;
    finding_add(
        s->b->r->list, FINDING_ERROR,
        FINDING_AT("survey", s->f->fields[field].row,
                   form_column_name(s->f->fields[field].calculation != NULL
                                        ? COLUMN_CALCULATION
                                        : COLUMN_RELEVANT)),
        _("these are computed from each other in a circle: %s"),
        buf_failed(&names) ? s->f->fields[field].name : buf_text(&names));
    buf_release(&names);
}

/* A group stands for all that is in it, but for the one that asks. */
static void visit_node(struct sorter *s, size_t node, size_t asking)
{
    size_t from = node, to = s->f->fields_nr;

    if (node == EXPR_ROOT)
        from = 0;
    else
        to = s->f->fields[node].type == FIELD_GROUP
                 ? s->f->fields[node].group_end
                 : node + 1;
    if (from == asking && to == from + 1) {
        visit(s, asking);
        return;
    }
    for (size_t i = from; i < to; i++)
        if (i != asking && !(i < asking && asking < s->f->fields[i].group_end &&
                             s->f->fields[i].type == FIELD_GROUP))
            visit(s, i);
}

static void visit_all(struct sorter *s, const struct expr *x, size_t asking)
{
    size_t nr = 0;
    const size_t *nodes = x != NULL ? expr_depends(x, &nr) : NULL;

    for (size_t i = 0; i < nr; i++)
        visit_node(s, nodes[i], asking);
}

/* A default is computed once, from what is there by then: it orders nothing. */
static void visit(struct sorter *s, size_t field)
{
    const struct field *d = &s->f->fields[field];

    if (s->marks[field] == MARK_OPEN)
        report_circle(s, field);
    if (s->marks[field] != MARK_NEW)
        return;
    s->marks[field] = MARK_OPEN;
    s->open[s->open_nr++] = field;
    if (d->parent != FORM_ROOT)
        visit(s, d->parent);
    visit_all(s, d->relevant, field);
    visit_all(s, d->calculation, field);
    s->open_nr--;
    s->marks[field] = MARK_DONE;
    s->f->order[s->done_nr++] = field;
}

static void sort_fields(struct binder *b)
{
    struct form *f = b->r->form;
    struct sorter s = {.b = b, .f = f};

    f->order = pool_alloc(f->pool, f->fields_nr * sizeof *f->order);
    s.marks = mem_alloc(f->fields_nr);
    s.open = mem_alloc(f->fields_nr * sizeof *s.open);
    for (size_t i = 0; i < f->fields_nr; i++)
        visit(&s, i);
    mem_free(s.open);
    mem_free(s.marks);
}

void form_bind(struct form_reading *r)
{
    struct binder b = {.r = r};

    sort_names(&b);
    for (b.field = 0; b.field < r->form->fields_nr; b.field++) {
        for (size_t i = 0; i < ARR_NR(slots); i++)
            bind_slot(&b, &slots[i]);
        check_slots(&b);
    }
    sort_fields(&b);
}
