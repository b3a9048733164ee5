/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions that nobody can come to. For a question to be asked its condition
 * must hold, with those of all groups around it; where a condition wants an
 * answer from another question, that one must be asked, too, and its answer
 * must meet its own constraint. These demands are taken apart at "and", tried
 * side by side at "or", down to claims about one answer (${age} > 5), and the
 * claims about one answer are tried with every answer that could make a
 * difference. What is not understood is taken to hold, and so is what takes
 * too long: a finding is never wrong, some are missing.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

enum {
    SIDES_MAX = 2000,     /* of "or" tried for one question */
    FORKS_MAX = 200,      /* "or" inside each other and one behind the other */
    DEMANDS_MAX = 1000,   /* of one question; beyond, it counts as reached */
    TRIALS_MAX = 4000000, /* of an answer with a claim, for the whole form */
    CHOICES_MAX = 64,     /* a longer list counts as any text */
    NUMBERS_MAX = 16,     /* compared with one answer; more are not tried */
    TEXTS_BYTES_MAX = 1024 * 1024, /* made while trying */
};

/* Something that must hold, or must not, where a field stands. */
struct demand {
    const struct expr_node *node;
    bool holds;
    size_t asker;
};

/* A demand on the answer of one field; a bare ${field} has no other side. */
struct claim {
    size_t field;
    const struct expr_node *node;
    const struct expr_path *path;   /* how the field is named there */
    const struct expr_value *other; /* what it is compared with */
    bool turned;                    /* the other side stands to the left */
    bool holds;
};

struct search {
    const struct form *f;
    struct expr_run run;
    struct expr_env env;
    size_t trials_left, sides_left;
    struct {
        struct demand *items;
        size_t nr, alloc;
    } demands, forks;
    struct {
        struct claim *items;
        size_t nr, alloc;
    } claims;
    struct {
        size_t *items; /* fields that must be asked */
        size_t nr, alloc;
    } asked;
};

/* ---- one answer, one claim ---- */

static struct expr_value value_of(const struct field *d, const char *answer)
{
    struct expr_value v = expr_string(answer);

    return answer[0] != '\0' &&
                   field_type_def(d->type)->compares_as == EXPR_NUMBER
               ? expr_number(expr_to_number(&v))
               : v;
}

static bool meets(struct search *s, const struct claim *c, const char *answer)
{
    struct expr_value v = value_of(&s->f->fields[c->field], answer), result;
    struct err e = ERR_INIT;

    s->run.steps_left = EXPR_STEPS_MAX;
    if (c->other == NULL)
        return expr_to_boolean(&v) == c->holds;
    if (c->node->kind == EXPR_CALL)
        return expr_has_word(answer, c->other->string) == c->holds;
    return !expr_compare(&s->run, c->node->ops[0], c->turned ? c->other : &v,
                         c->turned ? &v : c->other, &result, &e) ||
           result.boolean == c->holds;
}

static bool meets_all(struct search *s, size_t field, const char *answer)
{
    s->trials_left -=
        s->trials_left < s->claims.nr ? s->trials_left : s->claims.nr;
    for (size_t i = 0; i < s->claims.nr; i++)
        if (s->claims.items[i].field == field &&
            !meets(s, &s->claims.items[i], answer))
            return false;
    return true;
}

/* ---- answers that could make a difference ---- */

static bool number_is_met(struct search *s, size_t field, double n)
{
    char text[40];
    enum field_type type = s->f->fields[field].type;

    if (type == FIELD_INTEGER && n != floor(n))
        return false;
    snprintf(text, sizeof text, "%.15g", n);
    return meets_all(s, field, text);
}

/* Every number compared with, those around it and those in between. */
static bool some_number_is_met(struct search *s, size_t field)
{
    static const double around[] = {0, 1, -1, 0.5, -0.5};
    double numbers[NUMBERS_MAX] = {1}; /* counts as true by itself */
    size_t nr = 1;

    for (size_t i = 0; i < s->claims.nr; i++) {
        const struct claim *c = &s->claims.items[i];
        double n = c->field == field && c->other != NULL
                       ? expr_to_number(c->other)
                       : (double)NAN;
        if (!isfinite(n))
            continue;
        if (nr == NUMBERS_MAX || fabs(n) > 1e9)
            return true;
        numbers[nr++] = n;
    }
    for (size_t i = 0; i < nr; i++) {
        for (size_t k = 0; k < ARR_NR(around); k++)
            if (number_is_met(s, field, floor(numbers[i]) + around[k]) ||
                number_is_met(s, field, numbers[i] + around[k]))
                return true;
        for (size_t k = 0; k < i; k++)
            if (number_is_met(s, field, (numbers[i] + numbers[k]) / 2))
                return true;
    }
    return false;
}

static bool some_text_is_met(struct search *s, size_t field)
{
    if (meets_all(s, field, "any other text"))
        return true;
    for (size_t i = 0; i < s->claims.nr; i++) {
        const struct claim *c = &s->claims.items[i];
        if (c->field == field && c->other != NULL &&
            c->other->type == EXPR_STRING &&
            meets_all(s, field, c->other->string))
            return true;
    }
    return false;
}

static bool some_choice_is_met(struct search *s, size_t field)
{
    const struct choice_list *l = s->f->fields[field].list;

    for (size_t i = 0; i < l->nr; i++)
        if (meets_all(s, field, l->items[i].name))
            return true;
    return false;
}

static bool is_wanted(const struct search *s, size_t field, const char *choice)
{
    for (size_t i = 0; i < s->claims.nr; i++) {
        const struct claim *c = &s->claims.items[i];
        if (c->field == field && c->node->kind == EXPR_CALL && c->holds &&
            expr_has_word(choice, c->other->string))
            return true;
    }
    return false;
}

/* The choices that are wanted together, and one more: "" or the name of a
 * choice. */
static bool these_are_met(struct search *s, size_t field, const char *more)
{
    const struct choice_list *l = s->f->fields[field].list;
    struct buf words = BUF_INIT(CHOICES_MAX * FORM_NAME_BYTES);
    bool met;

    for (size_t i = 0; i < l->nr; i++)
        if (is_wanted(s, field, l->items[i].name))
            buf_printf(&words, "%s ", l->items[i].name);
    buf_add_str(&words, more);
    met = buf_failed(&words) || meets_all(s, field, buf_text(&words));
    buf_release(&words);
    return met;
}

static bool some_choices_are_met(struct search *s, size_t field)
{
    const struct choice_list *l = s->f->fields[field].list;

    if (these_are_met(s, field, ""))
        return true;
    for (size_t i = 0; i < l->nr; i++)
        if (meets_all(s, field, l->items[i].name) ||
            these_are_met(s, field, l->items[i].name))
            return true;
    return false;
}

static bool has_own_choices(const struct field *d)
{
    return d->list != NULL && d->list->file == NULL &&
           d->list->nr <= CHOICES_MAX;
}

static bool some_answer_is_met(struct search *s, size_t field)
{
    const struct field *d = &s->f->fields[field];

    if (s->trials_left == 0 || meets_all(s, field, ""))
        return true;
    if (!has_own_choices(d))
        return some_number_is_met(s, field) || some_text_is_met(s, field);
    return d->type == FIELD_SELECT_ONE
               ? some_choice_is_met(s, field)
               : some_choices_are_met(s, field) || some_text_is_met(s, field);
}

/* ---- claims ---- */

/* Whether it is one answer that is meant, and not that of every row: outside
 * of repeats; and within the asker's own row by ${name}, "." or "../name". */
static bool is_one_answer(const struct form *f, const struct claim *c,
                          size_t asker)
{
    size_t repeat = f->fields[c->field].repeat;

    if (repeat == FORM_ROOT)
        return true;
    if (c->path->start != EXPR_FROM_NAME &&
        (c->path->start == EXPR_FROM_ROOT || c->path->steps_nr > 2))
        return false;
    for (size_t i = asker; i != FORM_ROOT; i = f->fields[i].parent)
        if (i == repeat)
            return true;
    return false;
}

static bool is_number(const struct expr_value *v)
{
    return v->type == EXPR_NUMBER || isfinite(expr_to_number(v));
}

/* Answers tried are texts and numbers: nothing is claimed of dates but whether
 * they are there, and of an order only by numbers. */
static bool is_understood(const struct form *f, const struct claim *c)
{
    const struct field *d = &f->fields[c->field];
    bool is_several = d->list != NULL && d->type != FIELD_SELECT_ONE;

    if (c->other == NULL)
        return true;
    if (c->node->kind == EXPR_CALL)
        return c->other->type == EXPR_STRING;
    if (c->other->type == EXPR_STRING && c->other->string[0] == '\0')
        return true;
    if (field_type_def(d->type)->compares_as == EXPR_DATE)
        return false;
    if (strchr("<>", c->node->ops[0]->text[0]) != NULL)
        return is_number(c->other) && !is_several;
    return !is_several || (c->node->ops[0]->text[0] == '=') == c->holds;
}

static bool claim_of_sides(const struct search *s, const struct demand *d,
                           size_t side, struct claim *c)
{
    const struct expr_node *other = d->node->args[1 - side];
    size_t field = form_lint_field(s->f, d->node->args[side]);

    *c = (struct claim){.field = field,
                        .node = d->node,
                        .path = d->node->args[side]->path,
                        .other = &other->literal,
                        .turned = side == 1,
                        .holds = d->holds};
    return field != EXPR_NO_NODE && other->kind == EXPR_LITERAL;
}

/* False when the demand is none that is understood. */
static bool claim_of(const struct search *s, const struct demand *d,
                     struct claim *c)
{
    static const char *const selected[] = {"selected", NULL};
    const struct expr_node *n = d->node;
    bool ok = false;

    if (form_lint_compares(n))
        ok = claim_of_sides(s, d, 0, c) || claim_of_sides(s, d, 1, c);
    else if (form_lint_calls(n, selected) && n->args_nr == 2)
        ok = claim_of_sides(s, d, 0, c);
    else if (n->kind == EXPR_PATH) {
        *c = (struct claim){.field = form_lint_field(s->f, n),
                            .node = n,
                            .path = n->path,
                            .holds = d->holds};
        ok = c->field != EXPR_NO_NODE;
    }
    return ok && is_one_answer(s->f, c, d->asker) && is_understood(s->f, c);
}

/* ---- demands ---- */

static void demand(struct search *s, const struct expr *x, size_t asker)
{
    if (x != NULL)
        ARR_PUSH(&s->demands) = (struct demand){x->root, true, asker};
}

/* An answer is wanted from it: it must be asked. */
static void demand_answer(struct search *s, size_t field)
{
    for (size_t i = 0; i < s->asked.nr; i++)
        if (s->asked.items[i] == field)
            return;
    ARR_PUSH(&s->asked) = field;
    for (size_t i = field; i != FORM_ROOT; i = s->f->fields[i].parent)
        demand(s, s->f->fields[i].relevant, i);
    if (field_type_def(s->f->fields[field].type)->is_asked)
        demand(s, s->f->fields[field].constraint, field);
}

static bool take_claim(struct search *s, const struct demand *d)
{
    struct claim c;

    if (!claim_of(s, d, &c))
        return true;
    ARR_PUSH(&s->claims) = c;
    if (!meets(s, &c, ""))
        demand_answer(s, c.field);
    return some_answer_is_met(s, c.field);
}

/* A condition that no answer has a part in, such as 1 = 2 or false(). */
static bool is_constant(const struct expr_node *n)
{
    static const char *const fixed[] = {"true", "false", "not", "boolean",
                                        NULL};

    if (n->kind == EXPR_LITERAL)
        return true;
    if (!form_lint_compares(n) && !form_lint_calls(n, fixed))
        return false;
    for (size_t i = 0; i < n->args_nr; i++)
        if (!is_constant(n->args[i]))
            return false;
    return true;
}

static bool constant_is(struct search *s, const struct demand *d)
{
    struct expr_value v;
    struct err e = ERR_INIT;

    s->run.steps_left = EXPR_STEPS_MAX;
    return !expr_eval_node(&s->run, d->node, &v, &e) ||
           expr_to_boolean(&v) == d->holds;
}

static void demand_all(struct search *s, struct demand d)
{
    for (size_t i = 0; i < d.node->args_nr; i++)
        ARR_PUSH(&s->demands) =
            (struct demand){d.node->args[i], d.holds, d.asker};
}

/* Takes one demand apart. False when it cannot be met beside the others. */
static bool take_demand(struct search *s, struct demand d)
{
    static const char *const contrary[] = {"not", NULL};
    static const char *const same[] = {"boolean", NULL};
    bool joins = d.node->kind == EXPR_CHAIN && d.node->ops[0]->settles >= 0;

    if (is_constant(d.node))
        return constant_is(s, &d);
    if (form_lint_calls(d.node, contrary)) {
        ARR_PUSH(&s->demands) =
            (struct demand){d.node->args[0], !d.holds, d.asker};
        return true;
    }
    if (form_lint_calls(d.node, same) ||
        (joins && (d.node->ops[0]->settles == 0) == d.holds)) {
        demand_all(s, d);
        return true;
    }
    if (!joins)
        return take_claim(s, &d);
    ARR_PUSH(&s->forks) = d;
    return true;
}

static bool possible(struct search *s, size_t demands_taken, size_t fork);

static bool some_side_is_possible(struct search *s, size_t fork)
{
    const struct demand d = s->forks.items[fork];
    size_t demands = s->demands.nr, forks = s->forks.nr;
    size_t claims = s->claims.nr, asked = s->asked.nr;

    for (size_t i = 0; i < d.node->args_nr; i++) {
        if (s->sides_left == 0 || s->trials_left == 0)
            return true;
        s->sides_left--;
        ARR_PUSH(&s->demands) =
            (struct demand){d.node->args[i], d.holds, d.asker};
        if (possible(s, demands, fork + 1))
            return true;
        s->demands.nr = demands;
        s->forks.nr = forks;
        s->claims.nr = claims;
        s->asked.nr = asked;
    }
    return false;
}

static bool possible(struct search *s, size_t demands_taken, size_t fork)
{
    for (size_t i = demands_taken; i < s->demands.nr && i < DEMANDS_MAX; i++)
        if (!take_demand(s, s->demands.items[i]))
            return false;
    return fork == s->forks.nr || fork == FORKS_MAX ||
           s->demands.nr >= DEMANDS_MAX || some_side_is_possible(s, fork);
}

static void begin(struct search *s)
{
    s->demands.nr = s->forks.nr = s->claims.nr = s->asked.nr = 0;
    s->sides_left = SIDES_MAX;
}

/* ---- findings ---- */

static bool can_be_asked(struct search *s, size_t field)
{
    begin(s);
    for (size_t i = field; i != FORM_ROOT; i = s->f->fields[i].parent)
        demand(s, s->f->fields[i].relevant, i);
    return possible(s, 0, 0);
}

/* The constraint alone: that the question can be asked is known by then. */
static bool can_be_answered(struct search *s, size_t field)
{
    begin(s);
    demand(s, s->f->fields[field].constraint, field);
    return possible(s, 0, 0);
}

/* A cell that names a choice which is not there says why itself. */
static bool has_finding(const struct finding_list *l, size_t from, unsigned row,
                        enum form_column column)
{
    for (size_t i = from; i < l->nr; i++)
        if (l->items[i].row == row &&
            str_equal(l->items[i].column, form_column_name(column)))
            return true;
    return false;
}

static unsigned count_required(const struct form *f, size_t field)
{
    unsigned nr = 0;

    for (size_t i = field; i < f->fields[field].group_end; i++)
        nr += f->fields[i].required != NULL;
    return nr;
}

static void tell_unreached(struct form_reading *r, size_t field)
{
    const struct form *f = r->form;
    const struct field *d = &f->fields[field];
    const struct finding_at at = {r->survey.name, d->row,
                                  form_column_name(COLUMN_RELEVANT)};
    unsigned required = field_is_group(d) ? count_required(f, field) : 0;

    if (required > 0)
        finding_add(r->list, FINDING_WARNING, at,
                    P_("this can never hold: nothing in %s is ever asked, not "
                       "even the question that needs an answer",
                       "this can never hold: nothing in %s is ever asked, not "
                       "even the %u questions that need an answer",
                       required),
                    d->name, required);
    else if (field_is_group(d))
        finding_add(r->list, FINDING_WARNING, at,
                    _("this can never hold: nothing in %s is ever asked"),
                    d->name);
    else
        finding_add(r->list, FINDING_WARNING, at,
                    d->required != NULL
                        ? _("this can never hold: %s needs an answer and is "
                            "never asked")
                        : _("this can never hold: %s stays out of every "
                            "record"),
                    d->name);
}

static void check_field(struct form_reading *r, struct search *s, size_t i,
                        bool *never, size_t from)
{
    const struct field *d = &s->f->fields[i];

    if (never[i])
        return; /* with the group around it */
    if (d->relevant != NULL && !can_be_asked(s, i)) {
        for (size_t k = i; k < (field_is_group(d) ? d->group_end : i + 1); k++)
            never[k] = true;
        if (!has_finding(r->list, from, d->row, COLUMN_RELEVANT))
            tell_unreached(r, i);
    } else if (d->constraint != NULL && field_holds_value(d) &&
               !can_be_answered(s, i) &&
               !has_finding(r->list, from, d->row, COLUMN_CONSTRAINT))
        finding_add(r->list, FINDING_WARNING,
                    FINDING_AT(r->survey.name, d->row,
                               form_column_name(COLUMN_CONSTRAINT)),
                    _("no answer to %s can meet this"), d->name);
}

void form_lint_reach(struct form_reading *r, size_t said_from)
{
    struct search s = {.f = r->form, .trials_left = TRIALS_MAX};
    bool *never = mem_alloc(r->form->fields_nr * sizeof *never);
    struct pool *pool = pool_new();

    s.env.self = EXPR_ROOT;
    s.run = (struct expr_run){.env = &s.env,
                              .pool = pool,
                              .context = EXPR_ROOT,
                              .size = 1,
                              .bytes_left = TEXTS_BYTES_MAX};
    for (size_t i = 0; i < r->form->fields_nr; i++)
        check_field(r, &s, i, never, said_from);
    ARR_RELEASE(&s.demands);
    ARR_RELEASE(&s.forks);
    ARR_RELEASE(&s.claims);
    ARR_RELEASE(&s.asked);
    pool_free(pool);
    mem_free(never);
}
