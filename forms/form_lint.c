/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be evaluated and yet will surprise: every expression of the form is
 * walked once, and each node is shown to every row of a table of checks.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

struct lint {
    struct form_reading *r;
    const struct form *f;
    size_t field; /* whose expression is looked at */
    enum form_column column;
    size_t said_from;  /* findings of this cell begin here in the list */
    unsigned held;     /* once() around the node */
    size_t looks_left; /* at choices; when none are left nothing is said */
};

static const struct {
    enum form_column column;
    size_t offset;
} cells[] = {
    {COLUMN_RELEVANT, offsetof(struct field, relevant)},
    {COLUMN_REQUIRED, offsetof(struct field, required)},
    {COLUMN_CONSTRAINT, offsetof(struct field, constraint)},
    {COLUMN_CALCULATION, offsetof(struct field, calculation)},
    {COLUMN_DEFAULT, offsetof(struct field, default_value)},
    {COLUMN_CHOICE_FILTER, offsetof(struct field, choice_filter)},
    {COLUMN_REPEAT_COUNT, offsetof(struct field, repeat_count)},
};

/* A long condition makes the same mistake ten times: it is told once a cell. */
static void say(struct lint *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct lint *l, const char *fmt, ...)
{
    const struct finding_list *list = l->r->list;
    char text[sizeof list->items->text];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (size_t i = l->said_from; i < list->nr; i++)
        if (str_equal(list->items[i].text, text))
            return;
    finding_add(l->r->list, FINDING_WARNING,
                FINDING_AT(l->r->survey.name, l->f->fields[l->field].row,
                           form_column_name(l->column)),
                "%s", text);
}

/* ---- what an expression is about ---- */

size_t form_lint_field(const struct form *f, const struct expr_node *n)
{
    const struct expr_path *p = n->path;

    if (n->kind != EXPR_PATH || p->start == EXPR_FROM_NODES ||
        p->bound >= FORM_NOWHERE || p->predicates_nr > 0 ||
        p->bound_steps < p->steps_nr ||
        !field_holds_value(&f->fields[p->bound]))
        return EXPR_NO_NODE;
    return p->bound;
}

bool form_lint_compares(const struct expr_node *n)
{
    return n->kind == EXPR_CHAIN && n->args_nr == 2 &&
           strchr("=!<>", n->ops[0]->text[0]) != NULL;
}

bool form_lint_calls(const struct expr_node *n, const char *const *names)
{
    if (n->kind != EXPR_CALL)
        return false;
    for (; *names != NULL; names++)
        if (str_equal(n->func->name, *names))
            return true;
    return false;
}

static bool is_equality(const struct expr_node *n)
{
    return form_lint_compares(n) && strchr("=!", n->ops[0]->text[0]) != NULL;
}

static const char *name_of(const struct lint *l, size_t field)
{
    return l->f->fields[field].name;
}

/* ---- choices that the list has not ---- */

enum { LOOKS_MAX = 20000000 };

/* Whether there is time to look through a list once more. */
static bool may_look(struct lint *l, const struct choice_list *list)
{
    if (l->looks_left < list->nr)
        return false;
    l->looks_left -= list->nr;
    return true;
}

static bool has_number(const struct choice_list *list, double wanted)
{
    for (size_t i = 0; i < list->nr; i++) {
        const struct expr_value v = {.type = EXPR_STRING,
                                     .string = list->items[i].name};
        if (expr_to_number(&v) == wanted)
            return true;
    }
    return false;
}

static void check_words(struct lint *l, const struct field *d,
                        const char *words)
{
    static const char blanks[] = " \t\n";

    for (words += strspn(words, blanks); *words != '\0';
         words += strspn(words, blanks)) {
        if (!may_look(l, d->list))
            return;
        /* of one answer a name may hold blanks */
        size_t n = d->type == FIELD_SELECT_ONE ? strlen(words)
                                               : strcspn(words, blanks);
        if (choice_find(d->list, words, n) == NULL)
            say(l, _("${%s} is never \"%.*s\": the list %s has no such choice"),
                d->name, (int)(n < 60 ? n : 60), words, d->list->name);
        words += n;
    }
}

/* A choice as it stands in an expression beside the field. */
static void check_choice(struct lint *l, size_t field,
                         const struct expr_node *literal)
{
    const struct field *d;

    if (field == EXPR_NO_NODE || literal->kind != EXPR_LITERAL)
        return;
    d = &l->f->fields[field];
    if (d->list == NULL || d->list->file != NULL || d->list->nr == 0)
        return;
    if (literal->literal.type == EXPR_STRING)
        check_words(l, d, literal->literal.string);
    else if (literal->literal.type == EXPR_NUMBER && may_look(l, d->list) &&
             !has_number(d->list, literal->literal.number))
        say(l, _("${%s} is never %g: the list %s has no such choice"), d->name,
            literal->literal.number, d->list->name);
}

static void check_compared_choice(struct lint *l, const struct expr_node *n)
{
    if (!is_equality(n))
        return;
    for (size_t i = 0; i < 2; i++)
        check_choice(l, form_lint_field(l->f, n->args[i]), n->args[1 - i]);
}

static void check_selected_choice(struct lint *l, const struct expr_node *n)
{
    static const char *const selected[] = {"selected", NULL};

    if (form_lint_calls(n, selected) && n->args_nr == 2)
        check_choice(l, form_lint_field(l->f, n->args[0]), n->args[1]);
}

/* selected-at(${needs}, 0) = 'typo' */
static void check_choice_at(struct lint *l, const struct expr_node *n)
{
    static const char *const at[] = {"selected-at", NULL};

    if (!is_equality(n))
        return;
    for (size_t i = 0; i < 2; i++)
        if (form_lint_calls(n->args[i], at) && n->args[i]->args_nr == 2)
            check_choice(l, form_lint_field(l->f, n->args[i]->args[0]),
                         n->args[1 - i]);
}

/* ---- truth kept as text ---- */

static bool is_truth(const struct expr_node *n)
{
    static const char *const truths[] = {"true",
                                         "false",
                                         "not",
                                         "boolean",
                                         "boolean-from-string",
                                         "selected",
                                         "regex",
                                         "contains",
                                         "starts-with",
                                         "ends-with",
                                         "checklist",
                                         "weighted-checklist",
                                         NULL};
    static const char *const choice[] = {"if", NULL};

    if (n->kind == EXPR_CHAIN)
        return form_lint_compares(n) || n->ops[0]->settles >= 0;
    if (form_lint_calls(n, choice) && n->args_nr == 3)
        return is_truth(n->args[1]) && is_truth(n->args[2]);
    return form_lint_calls(n, truths);
}

/* The field, when it holds the word "true" or "false" by its calculation. */
static size_t kept_truth(const struct lint *l, const struct expr_node *n)
{
    size_t field = form_lint_field(l->f, n);

    return field != EXPR_NO_NODE && l->f->fields[field].calculation != NULL &&
                   is_truth(l->f->fields[field].calculation->root)
               ? field
               : EXPR_NO_NODE;
}

static void check_as_truth(struct lint *l, const struct expr_node *n)
{
    size_t field = kept_truth(l, n);

    if (field != EXPR_NO_NODE)
        say(l,
            _("${%s} holds the word true or false, and in Kobo's web forms "
              "either counts as true: write ${%s} = 'true'"),
            name_of(l, field), name_of(l, field));
}

static void check_bare_truth(struct lint *l, const struct expr_node *n)
{
    static const char *const takes_truth[] = {"not", "boolean", "if", NULL};

    if (n->kind == EXPR_CHAIN && n->ops[0]->settles >= 0)
        for (size_t i = 0; i < n->args_nr; i++)
            check_as_truth(l, n->args[i]);
    else if (form_lint_calls(n, takes_truth) && n->args_nr > 0)
        check_as_truth(l, n->args[0]);
}

static void check_compared_truth(struct lint *l, const struct expr_node *n)
{
    if (!form_lint_compares(n))
        return;
    for (size_t i = 0; i < 2; i++) {
        const struct expr_node *other = n->args[1 - i];
        size_t field = kept_truth(l, n->args[i]);
        if (field == EXPR_NO_NODE)
            continue;
        if (is_truth(other))
            check_as_truth(l, n->args[i]);
        else if (other->kind == EXPR_LITERAL &&
                 other->literal.type == EXPR_NUMBER)
            say(l,
                _("${%s} holds the word true or false, which is no number: "
                  "write ${%s} = 'true'"),
                name_of(l, field), name_of(l, field));
    }
}

/* ---- what is different each time ---- */

/* With a history of every answer, a value that never stays the same writes an
 * entry whenever a record is opened. */
static void check_noise(struct lint *l, const struct expr_node *n)
{
    static const char *const noisy[] = {"now", "random", "uuid", NULL};

    if (l->column == COLUMN_CALCULATION && l->held == 0 &&
        l->f->fields[l->field].triggers_nr == 0 && form_lint_calls(n, noisy))
        say(l,
            _("%s() gives something else at every change, and the record "
              "looks changed each time: write once(...), or name a trigger"),
            n->func->name);
}

/* ---- blanks in sums ---- */

/* Whether a field that is asked may stay without an answer. */
static bool may_be_blank(const struct field *d)
{
    return field_type_def(d->type)->is_asked &&
           (d->required == NULL || d->relevant != NULL);
}

static void check_blanks(struct lint *l, const struct expr_node *n)
{
    static const char *const takers[] = {"sum", "min", "max", NULL};

    if (!form_lint_calls(n, takers))
        return;
    for (size_t i = 0; i < n->args_nr; i++) {
        size_t field = form_lint_field(l->f, n->args[i]);
        if (field != EXPR_NO_NODE && may_be_blank(&l->f->fields[field]))
            say(l,
                _("%s() leaves out ${%s} where it is blank; web forms of Kobo "
                  "and ODK give no result at all then"),
                n->func->name, name_of(l, field));
    }
}

/* ---- walking ---- */

/* One row a check; each looks at one node and at what stands right below. */
static void (*const checks[])(struct lint *l, const struct expr_node *n) = {
    check_compared_choice, check_selected_choice, check_choice_at,
    check_bare_truth,      check_compared_truth,  check_noise,
    check_blanks,
};

static void walk(struct lint *l, const struct expr_node *n);

static void walk_all(struct lint *l, struct expr_node *const *items, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        walk(l, items[i]);
}

static void walk_path(struct lint *l, const struct expr_path *p)
{
    if (p->nodes != NULL)
        walk(l, p->nodes);
    walk_all(l, p->predicates, p->predicates_nr);
    for (size_t i = 0; i < p->steps_nr; i++)
        walk_all(l, p->steps[i].predicates, p->steps[i].predicates_nr);
}

static void walk(struct lint *l, const struct expr_node *n)
{
    static const char *const holds[] = {"once", NULL};
    bool is_held = form_lint_calls(n, holds);

    for (size_t i = 0; i < ARR_NR(checks); i++)
        checks[i](l, n);
    l->held += is_held;
    if (n->kind == EXPR_PATH)
        walk_path(l, n->path);
    else
        walk_all(l, n->args, n->args_nr);
    l->held -= is_held;
}

static void check_cell(struct lint *l, const struct expr *x)
{
    if (x == NULL)
        return;
    l->said_from = l->r->list->nr;
    if (l->column == COLUMN_RELEVANT || l->column == COLUMN_REQUIRED ||
        l->column == COLUMN_CONSTRAINT || l->column == COLUMN_CHOICE_FILTER)
        check_as_truth(l, x->root);
    walk(l, x->root);
}

void form_lint(struct form_reading *r)
{
    struct lint l = {.r = r, .f = r->form, .looks_left = LOOKS_MAX};
    size_t said_before = r->list->nr;

    for (l.field = 0; l.field < l.f->fields_nr; l.field++) {
        for (size_t i = 0; i < ARR_NR(cells); i++) {
            const struct expr *x;
            const char *d = (const char *)&l.f->fields[l.field];
            memcpy(&x, d + cells[i].offset, sizeof x);
            l.column = cells[i].column;
            check_cell(&l, x);
        }
    }
    form_lint_reach(r, said_before);
    form_lint_langs(r);
}
