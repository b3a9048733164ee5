/* SPDX-License-Identifier: Apache-2.0 */
/*
 * item[name = ${village}] without trying every item: where one side of an
 * equation is a child of the node that is tried and the other side is the same
 * text for all of them, the tree may know the nodes at once. This only
 * saves time.
 */
#include "base/str.h"
#include "forms/expr_int.h"

/* Whether it is the same whichever node is tried. A function of nothing may be
 * of that node, or of its place. */
static bool is_fixed(const struct expr_node *n)
{
    if (n->kind == EXPR_PATH)
        return n->path->start == EXPR_FROM_NODES
                   ? is_fixed(n->path->nodes)
                   : n->path->start != EXPR_FROM_CONTEXT;
    if (n->kind == EXPR_CALL && n->args_nr == 0)
        return false;
    for (size_t i = 0; i < n->args_nr; i++)
        if (!is_fixed(n->args[i]))
            return false;
    return true;
}

/* Whether the place among those tried may matter. */
static bool asks_place(const struct expr_node *n)
{
    if (n->kind == EXPR_CALL && n->args_nr == 0)
        return true;
    for (size_t i = 0; i < n->args_nr; i++)
        if (asks_place(n->args[i]))
            return true;
    return false;
}

/* The name of a child of the node that is tried; NULL: it is something else. */
static const char *child_of(const struct expr_node *n)
{
    const struct expr_path *p = n->path;

    return n->kind == EXPR_PATH && p->start == EXPR_FROM_CONTEXT &&
                   p->predicates_nr == 0 && p->steps_nr == 1 &&
                   p->steps[0].axis == EXPR_AXIS_CHILD &&
                   p->steps[0].predicates_nr == 0
               ? p->steps[0].name
               : NULL;
}

static bool is_chain_of(const struct expr_node *n, const char *operator)
{
    if (n->kind != EXPR_CHAIN)
        return false;
    for (size_t i = 0; i + 1 < n->args_nr; i++)
        if (!str_equal(n->ops[i]->text, operator))
            return false;
    return true;
}

static bool take_equation(const struct expr_node *n, struct expr_equation *q)
{
    if (!is_chain_of(n, "=") || n->args_nr != 2)
        return false;
    for (size_t i = 0; i < 2; i++) {
        q->column = child_of(n->args[i]);
        q->value = n->args[1 - i];
        if (q->column != NULL && is_fixed(q->value))
            return true;
    }
    return false;
}

bool expr_seek_equation(const struct expr_step *s, struct expr_equation *q)
{
    const struct expr_node *first;

    if (s->predicates_nr == 0 || s->axis != EXPR_AXIS_CHILD || s->name == NULL)
        return false;
    first = s->predicates[0];
    q->is_whole = take_equation(first, q);
    if (q->is_whole)
        return true;
    if (!is_chain_of(first, "and") || asks_place(first))
        return false;
    for (size_t i = 0; i < first->args_nr; i++)
        if (take_equation(first->args[i], q))
            return true;
    return false;
}

/* The one text that is sought; NULL when it is a number, a date or several. */
static const char *text_of(struct expr_run *run, const struct expr_value *v)
{
    struct expr_value one;

    if (v->type == EXPR_NODES && v->nodes_nr != 1)
        return NULL;
    one = expr_scalar(run, v);
    return one.type == EXPR_STRING ? one.string : NULL;
}

bool expr_seek(struct expr_walk *w, size_t from, enum expr_sought *how,
               struct err *e)
{
    const struct expr_env *env = w->run->env;
    struct expr_seeking s = {.parent = from, .name = w->step->name};
    struct expr_equation q;
    struct expr_value v;

    *how = EXPR_SOUGHT_NONE;
    if (env->tree->seek == NULL || !expr_seek_equation(w->step, &q))
        return true;
    if (!expr_eval_node(w->run, q.value, &v, e))
        return false;
    s.column = q.column;
    s.text = text_of(w->run, &v);
    if (s.text == NULL)
        return true;
    for (s.after = EXPR_NO_NODE; env->tree->seek(env->arg, &s);) {
        *how = q.is_whole ? EXPR_SOUGHT_ALL : EXPR_SOUGHT_SOME;
        if (s.after == EXPR_NO_NODE)
            return true;
        if (!expr_walk_add(w, s.after, e))
            return false;
    }
    return true;
}
