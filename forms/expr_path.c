/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: from a start, step by step, each step turning a set of nodes into the
 * next one and each predicate leaving out what it does not hold for.
 */
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

struct node_set {
    size_t *items;
    size_t nr, alloc;
};

static bool add_node(struct expr_run *run, struct node_set *set, size_t node,
                     struct err *e)
{
    if (!expr_spend(run, 0, e))
        return false;
    ARR_PUSH(set) = node;
    return true;
}

/* The parents of brothers and sisters are one parent. */
static bool add_once(struct expr_run *run, struct node_set *set, size_t node,
                     struct err *e)
{
    if (node == EXPR_NO_NODE ||
        (set->nr > 0 && set->items[set->nr - 1] == node))
        return true;
    return add_node(run, set, node, e);
}

static bool add_children(struct expr_run *run, const struct expr_step *s,
                         size_t parent, struct node_set *set, struct err *e)
{
    const struct expr_tree *tree = run->env->tree;
    void *arg = run->env->arg;

    for (size_t node = tree->child(arg, parent); node != EXPR_NO_NODE;
         node = tree->next(arg, node)) {
        if (!expr_spend(run, 0, e))
            return false;
        if ((s->name == NULL || str_equal(s->name, tree->name(arg, node))) &&
            !add_node(run, set, node, e))
            return false;
    }
    return true;
}

/* A predicate that is a number asks for the node at that place. */
static bool holds(struct expr_run *run, const struct expr_node *predicate,
                  bool *keep, struct err *e)
{
    struct expr_value v;

    if (!expr_eval_node(run, predicate, &v, e))
        return false;
    if (v.type == EXPR_NODES && v.nodes_nr != 1) {
        *keep = v.nodes_nr > 0;
        return true;
    }
    if (v.type == EXPR_NUMBER)
        *keep = v.number == (double)run->position;
    else {
        v = expr_scalar(run, &v);
        *keep = expr_to_boolean(&v);
    }
    return true;
}

/* Leaves out, in place, from set item `from` on. */
static bool filter(struct expr_run *run, struct expr_node *const *predicates,
                   size_t nr, size_t from, struct node_set *set, struct err *e)
{
    struct expr_run inner = *run;
    bool ok = true;

    for (size_t p = 0; ok && p < nr; p++) {
        size_t kept = from;
        inner.size = set->nr - from;
        for (size_t i = from; ok && i < set->nr; i++) {
            bool keep = false;
            inner.context = set->items[i];
            inner.position = i - from + 1;
            ok = holds(&inner, predicates[p], &keep, e);
            if (keep)
                set->items[kept++] = set->items[i];
        }
        set->nr = kept;
    }
    run->steps_left = inner.steps_left;
    run->bytes_left = inner.bytes_left;
    return ok;
}

static bool take_step(struct expr_run *run, const struct expr_step *s,
                      struct node_set *set, struct err *e)
{
    struct node_set next = {NULL, 0, 0};
    const struct expr_tree *tree = run->env->tree;
    bool ok = true;

    for (size_t i = 0; ok && i < set->nr; i++) {
        size_t from = next.nr;
        if (s->axis == EXPR_AXIS_CHILD)
            ok = add_children(run, s, set->items[i], &next, e);
        else if (s->axis == EXPR_AXIS_PARENT)
            ok = add_once(run, &next,
                          tree->parent(run->env->arg, set->items[i]), e);
        else
            ok = add_node(run, &next, set->items[i], e);
        ok = ok && filter(run, s->predicates, s->predicates_nr, from, &next, e);
    }
    ARR_RELEASE(set);
    *set = next;
    return ok;
}

static bool find_start(struct expr_run *run, const struct expr_path *p,
                       struct node_set *set, struct err *e)
{
    struct expr_value v;

    if (p->bound != EXPR_NO_NODE)
        return add_node(run, set, p->bound, e);
    switch (p->start) {
    case EXPR_FROM_ROOT:
        return add_node(run, set, EXPR_ROOT, e);
    case EXPR_FROM_CONTEXT:
        return add_node(run, set, run->context, e);
    case EXPR_FROM_SELF:
        return add_node(run, set, run->env->self, e);
    case EXPR_FROM_NAME:
        return err_set(e, ERR_INPUT, _("there is no field %s here"), p->name);
    case EXPR_FROM_NODES:
        break;
    }
    if (!expr_eval_node(run, p->nodes, &v, e))
        return false;
    if (v.type != EXPR_NODES)
        return err_set(e, ERR_INPUT,
                       _("only fields can have / or [ ] behind them"));
    for (size_t i = 0; i < v.nodes_nr; i++)
        if (!add_node(run, set, v.nodes[i], e))
            return false;
    return true;
}

bool expr_path_eval(struct expr_run *run, const struct expr_path *p,
                    struct expr_value *out, struct err *e)
{
    struct node_set set = {NULL, 0, 0};
    size_t done = p->bound != EXPR_NO_NODE ? p->bound_steps : 0;
    bool ok;

    if (run->env->tree == NULL)
        return err_set(e, ERR_INPUT,
                       _("there is no form here to look up a "
                         "field in"));
    if (p->bound != EXPR_NO_NODE && p->predicates_nr == 0 &&
        done == p->steps_nr) {
        *out = (struct expr_value){
            .type = EXPR_NODES, .nodes = &p->bound, .nodes_nr = 1};
        return true;
    }
    ok = find_start(run, p, &set, e) &&
         filter(run, p->predicates, p->predicates_nr, 0, &set, e);
    for (size_t i = done; ok && i < p->steps_nr; i++)
        ok = take_step(run, &p->steps[i], &set, e);
    ok = ok && expr_spend(run, set.nr * sizeof *set.items, e);
    if (ok)
        *out = (struct expr_value){
            .type = EXPR_NODES,
            .nodes =
                pool_copy(run->pool, set.items, set.nr * sizeof *set.items),
            .nodes_nr = set.nr,
        };
    ARR_RELEASE(&set);
    return ok;
}
