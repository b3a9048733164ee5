/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths: from a start, step by step, each step turning a set of nodes into the
 * next one and each predicate leaving out what it does not hold for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

/* The root is before all that it holds. */
static int by_place(const void *a, const void *b)
{
    size_t x = *(const size_t *)a + 1, y = *(const size_t *)b + 1;

    return (x > y) - (x < y);
}

void expr_set_sort(struct expr_set *set)
{
    size_t kept = 0;
    bool sorted = true;

    for (size_t i = 1; i < set->nr && sorted; i++)
        sorted = by_place(&set->items[i - 1], &set->items[i]) < 0;
    if (sorted)
        return;
    qsort(set->items, set->nr, sizeof *set->items, by_place);
    for (size_t i = 0; i < set->nr; i++)
        if (kept == 0 || set->items[kept - 1] != set->items[i])
            set->items[kept++] = set->items[i];
    set->nr = kept;
}

bool expr_set_add(struct expr_run *run, struct expr_set *set, size_t node,
                  struct err *e)
{
    if (!expr_spend(run, 0, e))
        return false;
    ARR_PUSH(set) = node;
    return true;
}

bool expr_set_give(struct expr_run *run, struct expr_set *set,
                   struct expr_value *out, struct err *e)
{
    size_t bytes = set->nr * sizeof *set->items;

    if (!expr_spend(run, bytes, e))
        return false;
    *out = (struct expr_value){
        .type = EXPR_NODES,
        .nodes = pool_copy(run->pool, set->items, bytes),
        .nodes_nr = set->nr,
    };
    return true;
}

/* A text is not a node of its own: the field that holds it and nothing else
 * stands for it. */
static bool holds_text(const struct expr_env *env, size_t node)
{
    enum expr_type type = EXPR_STRING;

    return env->tree->child(env->arg, node) == EXPR_NO_NODE &&
           env->tree->value(env->arg, node, &type)[0] != '\0';
}

bool expr_walk_add(struct expr_walk *w, size_t node, struct err *e)
{
    const struct expr_env *env = w->run->env;

    if (w->step->is_nothing || (w->step->is_text && !holds_text(env, node)))
        return expr_spend(w->run, 0, e);
    if (node == EXPR_ROOT && !w->step->is_node)
        return expr_spend(w->run, 0, e);
    if (w->step->name != NULL &&
        !str_equal(w->step->name, env->tree->name(env->arg, node)))
        return expr_spend(w->run, 0, e);
    return expr_set_add(w->run, w->set, node, e);
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
                   size_t nr, size_t from, struct expr_set *set, struct err *e)
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
                      struct expr_set *set, struct err *e)
{
    struct expr_set next = {NULL, 0, 0};
    struct expr_walk w = {run, s, &next};
    bool ok = true;

    for (size_t i = 0; ok && i < set->nr; i++) {
        size_t from = next.nr;
        enum expr_sought how;
        size_t held;
        ok = expr_spend(run, 0, e) && expr_seek(&w, set->items[i], &how, e) &&
             (how != EXPR_SOUGHT_NONE ||
              expr_axes[s->axis].walk(&w, set->items[i], e));
        held = ok && how == EXPR_SOUGHT_ALL;
        ok = ok && filter(run, held > 0 ? s->predicates + 1 : s->predicates,
                          s->predicates_nr - held, from, &next, e);
    }
    expr_set_sort(&next);
    ARR_RELEASE(set);
    *set = next;
    return ok;
}

/* How far up a bound relative path goes before it goes down; false when it goes
 * up again later. */
static bool count_up(const struct expr_path *p, size_t *up)
{
    size_t i = 0;

    for (*up = 0; i < p->bound_steps && p->steps[i].name == NULL; i++)
        *up += p->steps[i].axis == EXPR_AXIS_PARENT;
    while (i < p->bound_steps && p->steps[i].axis == EXPR_AXIS_CHILD)
        i++;
    return i == p->bound_steps;
}

/* Only a path that starts where the expression stands says how far around it
 * the nodes may lie; a name leaves that to the tree. */
static bool find_within(struct expr_run *run, const struct expr_path *p,
                        size_t *within)
{
    const struct expr_env *env = run->env;
    size_t up;

    *within = run->all_rows ? EXPR_ROOT : EXPR_NO_NODE;
    if (run->all_rows ||
        (p->start != EXPR_FROM_CONTEXT && p->start != EXPR_FROM_SELF))
        return true;
    if (!count_up(p, &up))
        return false;
    for (*within = env->self; up > 0 && *within != EXPR_NO_NODE; up--)
        *within = env->tree->parent(env->arg, *within);
    return *within != EXPR_NO_NODE;
}

/* The nodes of a bound path, in the pool; false when it is to be walked. */
static bool find_bound(struct expr_run *run, const struct expr_path *p,
                       struct expr_bound *b)
{
    const struct expr_env *env = run->env;

    if (p->bound == EXPR_NO_NODE)
        return false;
    *b = (struct expr_bound){.name = p->bound,
                             .self = env->self,
                             .pool = run->pool,
                             .nodes = &p->bound,
                             .nodes_nr = 1};
    if (env->tree->bound == NULL)
        return true;
    if (!find_within(run, p, &b->within))
        return false;
    (void)env->tree->bound(env->arg, b);
    return true;
}

static bool add_all(struct expr_run *run, struct expr_set *set,
                    const size_t *nodes, size_t nr, struct err *e)
{
    for (size_t i = 0; i < nr; i++)
        if (!expr_set_add(run, set, nodes[i], e))
            return false;
    return true;
}

static bool find_start(struct expr_run *run, const struct expr_path *p,
                       struct expr_set *set, struct err *e)
{
    struct expr_value v;

    switch (p->start) {
    case EXPR_FROM_ROOT:
        return expr_set_add(run, set, EXPR_ROOT, e);
    case EXPR_FROM_CONTEXT:
        return expr_set_add(run, set, run->context, e);
    case EXPR_FROM_SELF:
        return expr_set_add(run, set, run->env->self, e);
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
    return add_all(run, set, v.nodes, v.nodes_nr, e);
}

bool expr_path_eval(struct expr_run *run, const struct expr_path *p,
                    struct expr_value *out, struct err *e)
{
    struct expr_set set = {NULL, 0, 0};
    struct expr_bound b;
    bool is_bound, ok;
    size_t done;

    if (run->env->tree == NULL)
        return err_set(e, ERR_INPUT,
                       _("there is no form here to look up a "
                         "field in"));
    is_bound = find_bound(run, p, &b);
    done = is_bound ? p->bound_steps : 0;
    if (is_bound && p->predicates_nr == 0 && done == p->steps_nr) {
        *out = (struct expr_value){
            .type = EXPR_NODES, .nodes = b.nodes, .nodes_nr = b.nodes_nr};
        return true;
    }
    ok = (is_bound ? add_all(run, &set, b.nodes, b.nodes_nr, e)
                   : find_start(run, p, &set, e)) &&
         filter(run, p->predicates, p->predicates_nr, 0, &set, e);
    for (size_t i = done; ok && i < p->steps_nr; i++)
        ok = take_step(run, &p->steps[i], &set, e);
    ok = ok && expr_set_give(run, &set, out, e);
    ARR_RELEASE(&set);
    return ok;
}
