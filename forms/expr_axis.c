/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a step of a path looks for nodes. Each axis gives them nearest first,
 * which is the order that places in predicates are counted in.
 */
#include "forms/expr_int.h"

static size_t parent_of(const struct expr_walk *w, size_t node)
{
    return w->run->env->tree->parent(w->run->env->arg, node);
}

static size_t child_of(const struct expr_walk *w, size_t node)
{
    return w->run->env->tree->child(w->run->env->arg, node);
}

static size_t next_of(const struct expr_walk *w, size_t node)
{
    return w->run->env->tree->next(w->run->env->arg, node);
}

static bool walk_self(struct expr_walk *w, size_t from, struct err *e)
{
    return expr_walk_add(w, from, e);
}

static bool walk_parent(struct expr_walk *w, size_t from, struct err *e)
{
    size_t parent = parent_of(w, from);

    return parent == EXPR_NO_NODE || expr_walk_add(w, parent, e);
}

static bool walk_row(struct expr_walk *w, size_t node, struct err *e)
{
    for (; node != EXPR_NO_NODE; node = next_of(w, node))
        if (!expr_walk_add(w, node, e))
            return false;
    return true;
}

static bool walk_children(struct expr_walk *w, size_t from, struct err *e)
{
    return walk_row(w, child_of(w, from), e);
}

static bool walk_attributes(struct expr_walk *w, size_t from, struct err *e)
{
    const struct expr_env *env = w->run->env;

    return env->tree->attribute == NULL ||
           walk_row(w, env->tree->attribute(env->arg, from), e);
}

static bool walk_following_siblings(struct expr_walk *w, size_t from,
                                    struct err *e)
{
    size_t next = from == EXPR_ROOT ? EXPR_NO_NODE : next_of(w, from);

    return walk_row(w, next, e);
}

/* The node behind this one in what top holds, going down first. */
static size_t next_below(const struct expr_walk *w, size_t top, size_t node)
{
    size_t child = child_of(w, node);

    if (child != EXPR_NO_NODE)
        return child;
    while (node != top && node != EXPR_ROOT) {
        size_t next = next_of(w, node);
        if (next != EXPR_NO_NODE)
            return next;
        node = parent_of(w, node);
        if (node == EXPR_NO_NODE)
            break;
    }
    return EXPR_NO_NODE;
}

static bool walk_descendants(struct expr_walk *w, size_t from, struct err *e)
{
    for (size_t node = next_below(w, from, from); node != EXPR_NO_NODE;
         node = next_below(w, from, node))
        if (!expr_walk_add(w, node, e))
            return false;
    return true;
}

static bool walk_descendants_or_self(struct expr_walk *w, size_t from,
                                     struct err *e)
{
    return expr_walk_add(w, from, e) && walk_descendants(w, from, e);
}

static bool walk_ancestors(struct expr_walk *w, size_t from, struct err *e)
{
    while ((from = parent_of(w, from)) != EXPR_NO_NODE)
        if (!expr_walk_add(w, from, e))
            return false;
    return true;
}

static bool walk_ancestors_or_self(struct expr_walk *w, size_t from,
                                   struct err *e)
{
    return expr_walk_add(w, from, e) && walk_ancestors(w, from, e);
}

/* All that begins behind the end of this one. */
static bool walk_following(struct expr_walk *w, size_t from, struct err *e)
{
    for (; from != EXPR_NO_NODE && from != EXPR_ROOT; from = parent_of(w, from))
        for (size_t node = next_of(w, from); node != EXPR_NO_NODE;
             node = next_of(w, node))
            if (!walk_descendants_or_self(w, node, e))
                return false;
    return true;
}

/* Brothers and sisters are linked forwards only: collected, then turned. */
static bool walk_before(struct expr_walk *w, size_t from, bool below,
                        struct err *e)
{
    struct expr_set all = {NULL, 0, 0};
    struct expr_step any = {.axis = EXPR_AXIS_SELF, .is_node = true};
    struct expr_walk collect = {w->run, &any, &all};
    size_t parent = parent_of(w, from);
    bool ok = true;

    if (parent == EXPR_NO_NODE)
        return true;
    for (size_t node = child_of(w, parent);
         ok && node != from && node != EXPR_NO_NODE; node = next_of(w, node))
        ok = below ? walk_descendants_or_self(&collect, node, e)
                   : expr_walk_add(&collect, node, e);
    for (size_t i = all.nr; ok && i > 0; i--)
        ok = expr_walk_add(w, all.items[i - 1], e);
    mem_free(all.items);
    return ok;
}

static bool walk_preceding_siblings(struct expr_walk *w, size_t from,
                                    struct err *e)
{
    return walk_before(w, from, false, e);
}

static bool walk_preceding(struct expr_walk *w, size_t from, struct err *e)
{
    for (; from != EXPR_NO_NODE; from = parent_of(w, from))
        if (!walk_before(w, from, true, e))
            return false;
    return true;
}

const struct expr_axis_def expr_axes[EXPR_AXES_NR] = {
    [EXPR_AXIS_CHILD] = {"child", walk_children},
    [EXPR_AXIS_PARENT] = {"parent", walk_parent},
    [EXPR_AXIS_SELF] = {"self", walk_self},
    [EXPR_AXIS_ATTRIBUTE] = {"attribute", walk_attributes},
    [EXPR_AXIS_DESCENDANT] = {"descendant", walk_descendants},
    [EXPR_AXIS_DESCENDANT_OR_SELF] = {"descendant-or-self",
                                      walk_descendants_or_self},
    [EXPR_AXIS_ANCESTOR] = {"ancestor", walk_ancestors},
    [EXPR_AXIS_ANCESTOR_OR_SELF] = {"ancestor-or-self", walk_ancestors_or_self},
    [EXPR_AXIS_FOLLOWING] = {"following", walk_following},
    [EXPR_AXIS_FOLLOWING_SIBLING] = {"following-sibling",
                                     walk_following_siblings},
    [EXPR_AXIS_PRECEDING] = {"preceding", walk_preceding},
    [EXPR_AXIS_PRECEDING_SIBLING] = {"preceding-sibling",
                                     walk_preceding_siblings},
};
