/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the form's order of computation brings everything up to date:
 * a field is computed again when something it reads has changed in this pass,
 * and as it comes behind all that it reads, once is enough.
 */
#include "forms/record.h"

#include <math.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/calendar.h"
#include "forms/field_type.h"

struct cell {
    char *answer;  /* typed, loaded, computed or by default; kept when the
                      field is not relevant; NULL: blank */
    char *loaded;  /* what record_load gave; NULL: blank */
    bool relevant; /* with all groups around it */
    bool reached;  /* was relevant once: its default is spent */
    bool typed;    /* by the person */
    bool changed;  /* in this pass: value or relevance */
    bool inside;   /* in this pass: something in this group */
};

struct record {
    const struct form *form;
    struct record_moment moment;
    struct cell *cells;
    bool changed_at_all; /* in this pass */
    bool loaded;         /* exists already: no defaults for what is relevant
                            from the start */
};

static const char *text_or_blank(const char *s)
{
    return s != NULL ? s : "";
}

/* ---- the record as a tree for expressions ---- */

/* What the tree is walked for: a choice_filter looks at a choice, too. */
struct look {
    const struct record *record;
    const struct choice *choice; /* NULL: none */
};

/* A cell of the choice that is looked at. */
static const char *choice_cell(const struct look *l, size_t node)
{
    size_t column = node - FORM_COLUMN(0);

    if (l->choice == NULL || node == FORM_NOWHERE)
        return "";
    if (column == 0)
        return l->choice->name;
    return column == 1 ? choice_label(l->record->form, l->choice, 0)
                       : l->choice->extra[column - 2];
}

/* Nodes without a field: cells of a choice, and names that nothing has. */
static bool is_no_field(size_t node)
{
    return node >= FORM_NOWHERE && node < EXPR_NO_NODE;
}

static const char *tree_value(void *arg, size_t node, enum expr_type *type)
{
    const struct look *l = arg;
    const struct record *r = l->record;

    if (node == EXPR_ROOT)
        return "";
    if (is_no_field(node))
        return choice_cell(l, node);
    *type = field_type_def(r->form->fields[node].type)->compares_as;
    return record_value(r, node);
}

static const char *tree_name(void *arg, size_t node)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(node))
        return "";
    return node == EXPR_ROOT ? r->form->id : r->form->fields[node].name;
}

static size_t tree_parent(void *arg, size_t node)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(node))
        return EXPR_NO_NODE;
    return node == EXPR_ROOT ? EXPR_NO_NODE : r->form->fields[node].parent;
}

static size_t tree_child(void *arg, size_t node)
{
    const struct record *r = ((const struct look *)arg)->record;
    size_t first = node == EXPR_ROOT ? 0 : node + 1;

    if (is_no_field(node))
        return EXPR_NO_NODE;
    return first < r->form->fields_nr && r->form->fields[first].parent == node
               ? first
               : EXPR_NO_NODE;
}

static size_t tree_next(void *arg, size_t node)
{
    const struct record *r = ((const struct look *)arg)->record;
    const struct field *d;
    size_t next;

    if (is_no_field(node))
        return EXPR_NO_NODE;
    d = &r->form->fields[node];
    next = field_is_group(d) ? d->group_end : node + 1;
    return next < r->form->fields_nr &&
                   r->form->fields[next].parent == d->parent
               ? next
               : EXPR_NO_NODE;
}

static const char *tree_choice_label(void *arg, size_t node, const char *choice,
                                     const char *lang)
{
    const struct record *r = ((const struct look *)arg)->record;
    const struct form *f = r->form;
    const struct choice *c = NULL;

    if (node != EXPR_ROOT && !is_no_field(node) && f->fields[node].list != NULL)
        c = choice_find(f->fields[node].list, choice, strlen(choice));
    return c != NULL ? choice_label(f, c, lang != NULL ? form_lang(f, lang) : 0)
                     : NULL;
}

static const struct expr_tree tree = {
    .value = tree_value,
    .name = tree_name,
    .parent = tree_parent,
    .child = tree_child,
    .next = tree_next,
    .choice_label = tree_choice_label,
};

static bool evaluate_look(struct look *l, size_t field, const struct expr *x,
                          struct pool *pool, struct expr_value *v,
                          struct err *e)
{
    const struct record *r = l->record;
    const struct expr_env env = {
        .tree = &tree,
        .arg = l,
        .self = field,
        .today = r->moment.today,
        .now_ms = r->moment.now_ms,
        .zone = r->moment.zone,
        .lang = r->moment.lang,
        .entropy = r->moment.entropy,
    };

    return expr_eval(x, &env, pool, v, e);
}

static bool evaluate(const struct record *r, size_t field, const struct expr *x,
                     struct pool *pool, struct expr_value *v, struct err *e)
{
    struct look l = {.record = r};

    return evaluate_look(&l, field, x, pool, v, e);
}

/* A condition that cannot be evaluated counts as `otherwise`. */
static bool holds(const struct record *r, size_t field, const struct expr *x,
                  bool otherwise)
{
    struct pool *pool = pool_new();
    struct err ignored = ERR_INIT;
    struct expr_value v;
    bool yes = otherwise;

    if (evaluate(r, field, x, pool, &v, &ignored))
        yes = expr_to_boolean(&v);
    pool_free(pool);
    return yes;
}

/* ---- computing ---- */

static void mark_changed(struct record *r, size_t field)
{
    r->cells[field].changed = true;
    r->changed_at_all = true;
    for (size_t g = r->form->fields[field].parent; g != FORM_ROOT;
         g = r->form->fields[g].parent)
        r->cells[g].inside = true;
}

static bool has_changed(const struct record *r, const struct expr *x)
{
    size_t nr = 0;
    const size_t *nodes = x != NULL ? expr_depends(x, &nr) : NULL;

    for (size_t i = 0; i < nr; i++) {
        if (is_no_field(nodes[i]))
            continue;
        if (nodes[i] == EXPR_ROOT
                ? r->changed_at_all
                : r->cells[nodes[i]].changed || r->cells[nodes[i]].inside)
            return true;
    }
    return false;
}

static bool put_answer(struct record *r, size_t field, const char *answer)
{
    struct cell *c = &r->cells[field];

    if (str_equal(text_or_blank(c->answer), answer))
        return false;
    mem_free(c->answer);
    c->answer = answer[0] != '\0' ? mem_copy_str(answer) : NULL;
    return true;
}

/* A computed value as an answer of the field's type: no number is blank, a
 * number in a date field counts days, a moment there is cut to its date. */
static const char *as_answer(const struct field *d, const struct expr_value *v,
                             struct pool *pool)
{
    char date[CALENDAR_TEXT_BYTES];

    if (v->type == EXPR_NUMBER && isnan(v->number))
        return "";
    if (d->type == FIELD_DATE && v->type == EXPR_NUMBER &&
        v->number >= CALENDAR_DAY_MIN && v->number <= CALENDAR_DAY_MAX) {
        calendar_print(CALENDAR_GREGORIAN, (int64_t)floor(v->number), date);
        return pool_str(pool, date);
    }
    if (d->type == FIELD_DATE && v->type == EXPR_MOMENT)
        return pool_strn(pool, v->string, strcspn(v->string, "T"));
    return expr_to_string(v, pool);
}

static bool compute(struct record *r, size_t field, const struct expr *x)
{
    struct pool *pool = pool_new();
    struct err ignored = ERR_INIT;
    struct expr_value v;
    const char *answer = "";
    bool changed;

    if (evaluate(r, field, x, pool, &v, &ignored))
        answer = as_answer(&r->form->fields[field], &v, pool);
    changed = put_answer(r, field, answer);
    pool_free(pool);
    return changed;
}

static void update_relevance(struct record *r, size_t field, bool everything)
{
    const struct field *d = &r->form->fields[field];
    struct cell *c = &r->cells[field];
    bool around = d->parent == FORM_ROOT || r->cells[d->parent].relevant;
    bool parent_changed = d->parent != FORM_ROOT && r->cells[d->parent].changed;
    bool relevant = c->relevant;

    if (everything || parent_changed || has_changed(r, d->relevant))
        relevant = around &&
                   (d->relevant == NULL || holds(r, field, d->relevant, true));
    if (relevant == c->relevant)
        return;
    c->relevant = relevant;
    mark_changed(r, field);
}

/* One with triggers is computed when they change, never of itself. */
static bool may_compute(const struct record *r, const struct field *d,
                        bool everything)
{
    if (d->triggers_nr == 0)
        return true;
    for (size_t i = 0; !everything && i < d->triggers_nr; i++)
        if (r->cells[d->triggers[i]].changed || r->cells[d->triggers[i]].inside)
            return true;
    return false;
}

static void update_field(struct record *r, size_t field, bool everything)
{
    const struct field *d = &r->form->fields[field];
    struct cell *c = &r->cells[field];
    bool slept = !c->relevant, may_default = !(r->loaded && everything);

    update_relevance(r, field, everything);
    if (!c->relevant || !field_holds_value(d))
        return;
    if (!c->reached && may_default && c->answer == NULL &&
        d->default_value != NULL && compute(r, field, d->default_value))
        mark_changed(r, field);
    c->reached = true;
    /* what it reads may have changed while it was not relevant */
    if (d->calculation != NULL && may_compute(r, d, everything) &&
        (everything || slept || d->triggers_nr > 0 ||
         has_changed(r, d->calculation)) &&
        compute(r, field, d->calculation))
        mark_changed(r, field);
}

static void update(struct record *r, bool everything)
{
    for (size_t i = 0; i < r->form->fields_nr; i++)
        update_field(r, r->form->order[i], everything);
    for (size_t i = 0; i < r->form->fields_nr; i++)
        r->cells[i].changed = r->cells[i].inside = false;
    r->changed_at_all = false;
}

/* ---- life
 * ----------------------------------------------------------------------------
 */

struct record *record_new(const struct form *f, struct record_moment m)
{
    struct record *r = mem_alloc(sizeof *r);

    r->form = f;
    r->moment = m;
    r->cells = mem_alloc(f->fields_nr * sizeof *r->cells);
    update(r, true);
    return r;
}

void record_free(struct record *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->form->fields_nr; i++) {
        mem_free(r->cells[i].answer);
        mem_free(r->cells[i].loaded);
    }
    mem_free(r->cells);
    mem_free(r);
}

const struct form *record_form(const struct record *r)
{
    return r->form;
}

const char *record_answer(const struct record *r, size_t field)
{
    return text_or_blank(r->cells[field].answer);
}

const char *record_value(const struct record *r, size_t field)
{
    return r->cells[field].relevant ? record_answer(r, field) : "";
}

void record_set(struct record *r, size_t field, const char *answer)
{
    r->cells[field].typed = true;
    if (!put_answer(r, field, str_is_blank(answer) ? "" : answer))
        return;
    if (r->cells[field].relevant)
        mark_changed(r, field);
    update(r, false);
}

static void forget_defaults(struct record *r)
{
    for (size_t i = 0; i < r->form->fields_nr; i++) {
        if (!r->cells[i].typed)
            put_answer(r, i, "");
        r->cells[i].reached = false;
    }
    r->loaded = true;
}

void record_load(struct record *r, size_t field, const char *answer)
{
    struct cell *c = &r->cells[field];

    if (!r->loaded)
        forget_defaults(r);
    put_answer(r, field, str_is_blank(answer) ? "" : answer);
    mem_free(c->loaded);
    c->loaded = c->answer != NULL ? mem_copy_str(c->answer) : NULL;
    c->typed = false;
}

void record_refresh(struct record *r)
{
    update(r, true);
}

/* ---- questions ---- */

bool record_is_relevant(const struct record *r, size_t field)
{
    return r->cells[field].relevant;
}

bool record_is_required(const struct record *r, size_t field)
{
    const struct field *d = &r->form->fields[field];

    return r->cells[field].relevant && field_holds_value(d) &&
           d->required != NULL && holds(r, field, d->required, false);
}

static bool is_other_than_loaded(const struct cell *c)
{
    return !str_equal(text_or_blank(c->answer), text_or_blank(c->loaded));
}

bool record_is_dirty(const struct record *r)
{
    for (size_t i = 0; i < r->form->fields_nr; i++)
        if (r->cells[i].typed && is_other_than_loaded(&r->cells[i]))
            return true;
    return false;
}

bool record_is_typed(const struct record *r, size_t field)
{
    return r->cells[field].typed;
}

bool record_is_touched(const struct record *r, size_t field)
{
    const struct cell *c = &r->cells[field];

    if (!c->relevant || !is_other_than_loaded(c))
        return false;
    return c->typed || record_is_dirty(r);
}

static bool wrong(struct err *problem, const char *message,
                  const char *otherwise)
{
    err_set(problem, ERR_INPUT, "%s", message[0] != '\0' ? message : otherwise);
    return true;
}

static bool has_wrong_type(const struct record *r, size_t field,
                           struct err *problem)
{
    struct pool *pool = pool_new();
    struct value v;
    bool ok = answer_to_value(&r->form->fields[field], record_value(r, field),
                              pool, &v, problem);

    pool_free(pool);
    return !ok;
}

bool record_problem(const struct record *r, size_t field, size_t lang,
                    bool blank_too, struct err *problem)
{
    const struct form *f = r->form;
    const struct field *d = &f->fields[field];

    if (!r->cells[field].relevant || !field_holds_value(d))
        return false;
    if (r->cells[field].answer == NULL)
        return blank_too && record_is_required(r, field) &&
               wrong(problem, field_required_message(f, d, lang),
                     _("An answer is needed here"));
    if (has_wrong_type(r, field, problem))
        return true;
    return d->constraint != NULL && !holds(r, field, d->constraint, false) &&
           wrong(problem, field_constraint_message(f, d, lang),
                 _("This answer is not possible here; check it"));
}

bool record_offers(const struct record *r, size_t field, size_t choice)
{
    const struct field *d = &r->form->fields[field];
    struct look l = {.record = r, .choice = &d->list->items[choice]};
    struct err ignored = ERR_INIT;
    struct expr_value v;
    struct pool *pool;
    bool yes = true;

    if (l.choice->retired)
        return false;
    if (d->choice_filter == NULL)
        return true;
    pool = pool_new();
    if (evaluate_look(&l, field, d->choice_filter, pool, &v, &ignored))
        yes = expr_to_boolean(&v);
    pool_free(pool);
    return yes;
}

static bool is_stop(const struct record *r, size_t field)
{
    return r->cells[field].relevant &&
           field_type_def(r->form->fields[field].type)->is_asked;
}

size_t record_next(const struct record *r, size_t field)
{
    for (size_t i = field == FORM_ROOT ? 0 : field + 1; i < r->form->fields_nr;
         i++)
        if (is_stop(r, i))
            return i;
    return FORM_ROOT;
}

size_t record_prev(const struct record *r, size_t field)
{
    for (size_t i = field == FORM_ROOT ? r->form->fields_nr : field; i > 0; i--)
        if (is_stop(r, i - 1))
            return i - 1;
    return FORM_ROOT;
}

void record_progress(const struct record *r, size_t *asked, size_t *answered)
{
    *asked = *answered = 0;
    for (size_t i = 0; i < r->form->fields_nr; i++) {
        if (!is_stop(r, i) || !field_holds_value(&r->form->fields[i]))
            continue;
        ++*asked;
        *answered += r->cells[i].answer != NULL;
    }
}
