/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the form's order of computation brings everything up to date:
 * a field is computed again when something it reads has changed in this pass,
 * and as it comes behind all that it reads, once is enough. In a repeat all
 * rows are computed again when something they read has changed in one of them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "forms/calendar.h"
#include "forms/field_type.h"
#include "forms/record_int.h"

/* ---- what has changed ---- */

static void mark_around(struct record *r, size_t field)
{
    r->changed_at_all = true;
    for (size_t g = r->form->fields[field].parent; g != FORM_ROOT;
         g = r->form->fields[g].parent)
        r->news[g].inside = true;
}

void record_mark(struct record *r, size_t node)
{
    const struct field *d = record_def(r, node);
    size_t field = record_at(r, node)->field;
    size_t to = field_is_group(d) ? d->group_end : field + 1;

    for (size_t i = field; i < to; i++)
        r->news[i].changed = true;
    mark_around(r, field);
}

static void mark_value(struct record *r, size_t node)
{
    r->news[record_at(r, node)->field].changed = true;
    mark_around(r, record_at(r, node)->field);
}

static bool has_news(const struct record *r, size_t field)
{
    return r->news[field].changed || r->news[field].inside;
}

static bool has_changed(const struct record *r, const struct expr *x)
{
    size_t nr = 0;
    const size_t *fields = x != NULL ? expr_depends(x, &nr) : NULL;

    for (size_t i = 0; i < nr; i++)
        if (fields[i] == EXPR_ROOT
                ? r->changed_at_all
                : fields[i] < FORM_NOWHERE && has_news(r, fields[i]))
            return true;
    return false;
}

/* ---- values ---- */

bool record_put_answer(struct record *r, size_t node, const char *answer)
{
    struct node *n = record_at(r, node);

    if (str_equal(n->answer != NULL ? n->answer : "", answer))
        return false;
    mem_free(n->answer);
    n->answer = answer[0] != '\0' ? mem_copy_str(answer) : NULL;
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

static bool compute(struct record *r, size_t node, const struct expr *x)
{
    struct pool *pool = pool_new();
    struct err ignored = ERR_INIT;
    struct expr_value v;
    bool changed = false;

    if (record_evaluate(r, (struct record_ask){.node = node, .x = x}, pool, &v,
                        &ignored))
        changed = record_put_answer(r, node,
                                    as_answer(record_def(r, node), &v, pool));
    else if (r->moment.entropy != NULL || record_at(r, node)->loaded == NULL)
        changed = record_put_answer(r, node, "");
    pool_free(pool);
    return changed;
}

/* ---- relevance ---- */

static bool is_relevant_around(const struct record *r, size_t node)
{
    size_t parent = record_at(r, node)->parent;

    return parent == RECORD_NONE || record_at(r, parent)->relevant;
}

static void put_relevance(struct record *r, size_t node, bool relevant)
{
    struct node *n = record_at(r, node);

    if (relevant == n->relevant)
        return;
    n->relevant = relevant;
    n->changed = true;
    mark_value(r, node);
}

/* Whether a node is to be looked at again at all. */
static bool is_due(const struct record *r, size_t node, bool everything,
                   bool news)
{
    const struct node *n = record_at(r, node);

    return everything || news || n->fresh ||
           (n->parent != RECORD_NONE && record_at(r, n->parent)->changed);
}

static void update_relevance(struct record *r, size_t node, bool everything)
{
    const struct expr *x = record_def(r, node)->relevant;

    if (is_due(r, node, everything, has_changed(r, x)))
        put_relevance(r, node,
                      is_relevant_around(r, node) &&
                          (x == NULL || record_holds(r, node, x, true)));
}

/* ---- fields ---- */

/* One with triggers is computed when they change, never of itself. */
static bool may_compute(const struct record *r, const struct field *d, bool all)
{
    if (d->triggers_nr == 0)
        return true;
    for (size_t i = 0; !all && i < d->triggers_nr; i++)
        if (has_news(r, d->triggers[i]))
            return true;
    return false;
}

static void update_field(struct record *r, size_t node, bool everything)
{
    const struct field *d = record_def(r, node);
    struct node *n = record_at(r, node);
    bool slept = !n->relevant, may_default = !(r->is_loaded && everything);
    bool all = everything || n->fresh;

    update_relevance(r, node, everything);
    n->fresh = false;
    if (!n->relevant || !field_holds_value(d))
        return;
    if (!n->reached && may_default && n->answer == NULL &&
        d->default_value != NULL && compute(r, node, d->default_value))
        mark_value(r, node);
    n->reached = true;
    /* what it reads may have changed while it was not relevant */
    if (d->calculation != NULL && may_compute(r, d, all) &&
        (all || slept || d->triggers_nr > 0 ||
         has_changed(r, d->calculation)) &&
        compute(r, node, d->calculation))
        mark_value(r, node);
}

/* ---- repeats ---- */

/* How many rows the form asks for; what is no number asks for none. */
static size_t count_rows(const struct record *r, size_t repeat)
{
    const struct expr *x = record_def(r, repeat)->repeat_count;
    struct pool *pool = pool_new();
    struct err ignored = ERR_INIT;
    struct expr_value v;
    double n = 0;

    if (record_evaluate(r, (struct record_ask){.node = repeat, .x = x}, pool,
                        &v, &ignored))
        n = expr_to_number(&v);
    pool_free(pool);
    if (!(n >= 1))
        return 0;
    return n < RECORD_ROWS_MAX ? (size_t)n : RECORD_ROWS_MAX;
}

/* Rows over the count stay, not relevant, and come back with it. */
static void make_rows(struct record *r, size_t repeat)
{
    char id[16];

    for (unsigned number = 1;
         record_at(r, repeat)->rows_nr < record_at(r, repeat)->wanted &&
         r->nodes.nr < RECORD_NODES_MAX;
         number++) {
        size_t row = record_at(r, repeat)->row_first;
        snprintf(id, sizeof id, "%u", number);
        while (row != RECORD_NONE && row != repeat &&
               !str_equal(record_at(r, row)->row_id, id))
            row = record_at(r, row)->next;
        if (row == RECORD_NONE || row == repeat)
            record_row_make(r, repeat, id);
    }
    record_arrange(r);
}

static void update_row(struct record *r, size_t row, bool everything)
{
    const struct expr *x = record_def(r, row)->relevant;
    struct node *n = record_at(r, row);
    const struct node *above = record_at(r, n->repeat);
    bool counted = record_def(r, row)->repeat_count != NULL;

    if (is_due(r, row, everything, above->changed || has_changed(r, x)) ||
        counted)
        put_relevance(r, row,
                      above->relevant &&
                          (!counted || n->number <= above->wanted) &&
                          (x == NULL || record_holds(r, row, x, true)));
    n->fresh = false;
    r->rows_hidden = r->rows_hidden || !n->relevant;
}

static void update_repeat(struct record *r, size_t repeat, bool everything)
{
    const struct field *d = record_def(r, repeat);
    struct node *n = record_at(r, repeat);
    bool slept = !n->relevant;

    update_relevance(r, repeat, everything);
    if (d->repeat_count != NULL && n->relevant &&
        (everything || n->fresh || slept || has_changed(r, d->repeat_count))) {
        n->wanted = count_rows(r, repeat);
        if (n->rows_nr < n->wanted)
            make_rows(r, repeat);
        n = record_at(r, repeat); /* rows are nodes: they may have moved */
    }
    n->fresh = false;
    for (size_t row = n->row_first; row != RECORD_NONE && row != repeat;
         row = record_at(r, row)->next)
        update_row(r, row, everything);
}

/* All repeats of that field: one in each row around it. */
static void update_repeats(struct record *r, size_t field, bool everything)
{
    size_t nr = r->nodes.nr;

    for (size_t i = 0; i < nr; i++) {
        const struct node *n = record_at(r, i);
        if (n->kind == RECORD_REPEAT && n->field == field && !n->gone)
            update_repeat(r, i, everything);
    }
}

/* ---- the pass ---- */

static void forget_news(struct record *r)
{
    memset(r->news, 0, r->form->fields_nr * sizeof *r->news);
    for (size_t i = 0; i < r->order_nr; i++)
        record_at(r, r->order[i])->changed = false;
    r->changed_at_all = false;
}

void record_compute(struct record *r, bool everything)
{
    const struct form *f = r->form;

    record_arrange(r);
    r->rows_hidden = false;
    for (size_t i = 0; i < f->fields_nr; i++) {
        size_t field = f->order[i];
        if (f->fields[field].type == FIELD_REPEAT) {
            update_repeats(r, field, everything);
            continue;
        }
        for (size_t k = 0; k < record_nodes_nr(r, field); k++)
            update_field(r, record_node(r, field, k), everything);
    }
    forget_news(r);
}
