/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of what stands beside the questions: lists, texts, choices; and of
 * one row among those of a repeat. */
#include <stdlib.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

static bool needs_form(struct expr_call *c, struct err *e)
{
    return c->run->env->tree != NULL ||
           err_set(e, ERR_INPUT, _("%s() needs a form around it"),
                   c->node->func->name);
}

/* The node above the root of a list. */
static bool find_list(struct expr_call *c, const char *list, size_t *node,
                      struct err *e)
{
    const struct expr_env *env = c->run->env;

    if (!needs_form(c, e))
        return false;
    *node = env->tree->instance != NULL ? env->tree->instance(env->arg, list)
                                        : EXPR_NO_NODE;
    return *node != EXPR_NO_NODE ||
           err_set(e, ERR_INPUT, _("there is no list \"%s\" here"), list);
}

static bool call_instance(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    size_t node;

    if (!find_list(c, expr_arg_string(c, 0), &node, e))
        return false;
    *out = (struct expr_value){
        .type = EXPR_NODES,
        .nodes = pool_copy(c->run->pool, &node, sizeof node),
        .nodes_nr = 1,
    };
    return true;
}

/* ---- pulldata ---- */

/* The text of the child with that name; NULL: there is none. */
static const char *cell(struct expr_call *c, size_t row, const char *column)
{
    const struct expr_env *env = c->run->env;

    for (size_t i = env->tree->child(env->arg, row); i != EXPR_NO_NODE;
         i = env->tree->next(env->arg, i))
        if (str_equal(env->tree->name(env->arg, i), column))
            return expr_node_text(c->run, i);
    return NULL;
}

/* The rows of a list stand below its root. */
static bool look_up(struct expr_call *c, const struct expr_lookup *what,
                    const char **found, struct err *e)
{
    const struct expr_env *env = c->run->env;
    size_t row;

    if (!find_list(c, what->list, &row, e))
        return false;
    row = env->tree->child(env->arg, row);
    if (row != EXPR_NO_NODE)
        row = env->tree->child(env->arg, row);
    for (; row != EXPR_NO_NODE; row = env->tree->next(env->arg, row)) {
        const char *key = cell(c, row, what->key_column);
        if (!expr_spend(c->run, 0, e))
            return false;
        if (key == NULL || !str_equal(key, what->key))
            continue;
        *found = cell(c, row, what->column);
        return true;
    }
    return true;
}

static bool call_pulldata(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    const struct expr_env *env = c->run->env;
    const struct expr_lookup what = {
        .list = expr_arg_string(c, 0),
        .column = expr_arg_string(c, 1),
        .key_column = expr_arg_string(c, 2),
        .key = expr_arg_string(c, 3),
    };
    const char *found = NULL;

    if (!needs_form(c, e))
        return false;
    if (env->tree->lookup != NULL)
        found = env->tree->lookup(env->arg, &what);
    else if (!look_up(c, &what, &found, e))
        return false;
    *out = expr_string(found != NULL ? found : "");
    return true;
}

/* ---- texts and choices ---- */

static bool call_itext(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    const struct expr_env *env = c->run->env;
    const char *id = expr_arg_string(c, 0), *text = NULL;

    if (!needs_form(c, e))
        return false;
    if (env->tree->itext != NULL)
        text = env->tree->itext(env->arg, id, env->lang);
    *out = expr_string(text != NULL ? text : "");
    return true;
}

static bool call_choice_name(struct expr_call *c, struct expr_value *out,
                             struct err *e)
{
    const struct expr_env *env = c->run->env;
    const struct expr_value *field = &c->args[1];
    const char *label = NULL;

    if (field->type != EXPR_NODES)
        return err_set(e, ERR_INPUT,
                       _("%s() needs a choice and, in quotes, its field"),
                       "jr:choice-name");
    if (env->tree->choice_label != NULL && field->nodes_nr > 0)
        label = env->tree->choice_label(env->arg, field->nodes[0],
                                        expr_arg_string(c, 0), env->lang);
    *out = expr_string(label != NULL ? label : "");
    return true;
}

/* ---- indexed-repeat(field, repeat, row, repeat inside it, row ...) ---- */

static bool holds_node(const struct expr_value *set, size_t node)
{
    for (size_t i = 0; i < set->nodes_nr; i++)
        if (set->nodes[i] == node)
            return true;
    return false;
}

/* Whether the node is in that row of the repeat. */
static bool is_in_row(struct expr_call *c, size_t node,
                      const struct expr_value *repeat, double row, bool *yes,
                      struct err *e)
{
    const struct expr_env *env = c->run->env;
    double place = 0;

    while (node != EXPR_NO_NODE && !holds_node(repeat, node)) {
        if (!expr_spend(c->run, 0, e))
            return false;
        node = env->tree->parent(env->arg, node);
    }
    if (node != EXPR_NO_NODE && !expr_place_of(c->run, node, &place, e))
        return false;
    *yes = place == row;
    return true;
}

/* The field and the repeats are of all rows; which row is meant follows from
 * the numbers, which are of where the expression stands. */
static bool eval_indexes(struct expr_call *c, struct err *e)
{
    bool ok = true;

    c->args = pool_alloc(c->run->pool, c->nr * sizeof *c->args);
    for (size_t i = 0; ok && i < c->nr; i++) {
        c->run->all_rows = i == 0 || i % 2 == 1;
        ok = expr_eval_node(c->run, c->node->args[i], &c->args[i], e);
    }
    c->run->all_rows = false;
    for (size_t i = 0; ok && i < c->nr; i += i == 0 ? 1 : 2)
        if (c->args[i].type != EXPR_NODES || c->nr % 2 == 0)
            ok = err_set(e, ERR_INPUT,
                         _("%s() needs a field, then a repeat and the "
                           "number of a row, or several such pairs"),
                         "indexed-repeat");
    return ok;
}

static bool is_in(const struct expr_env *env, size_t node, size_t top)
{
    while (node != EXPR_NO_NODE && node != top)
        node = env->tree->parent(env->arg, node);
    return node == top;
}

/* Of rows of an outer repeat that no number was given for: those around the
 * field the expression stands at. */
static void keep_nearest(struct expr_run *run, struct expr_set *set)
{
    const struct expr_env *env = run->env;
    size_t around = env->self, kept = 0;

    while (set->nr > 1 && kept == 0 && around != EXPR_ROOT &&
           around != EXPR_NO_NODE) {
        for (size_t i = 0; i < set->nr; i++)
            if (is_in(env, set->items[i], around))
                set->items[kept++] = set->items[i];
        around = env->tree->parent(env->arg, around);
    }
    if (kept > 0)
        set->nr = kept;
}

static bool call_indexed_repeat(struct expr_call *c, struct expr_value *out,
                                struct err *e)
{
    struct expr_set set = {NULL, 0, 0};
    bool ok = eval_indexes(c, e);

    for (size_t i = 0; ok && i < c->args[0].nodes_nr; i++) {
        size_t node = c->args[0].nodes[i];
        bool yes = true;
        for (size_t k = 1; ok && yes && k < c->nr; k += 2)
            ok = is_in_row(c, node, &c->args[k], expr_arg_number(c, k + 1),
                           &yes, e);
        if (ok && yes)
            ok = expr_set_add(c->run, &set, node, e);
    }
    if (ok)
        keep_nearest(c->run, &set);
    ok = ok && expr_set_give(c->run, &set, out, e);
    ARR_RELEASE(&set);
    return ok;
}

static const struct expr_func items[] = {
    {.name = "instance", 1, 1, .list = EXPR_LIST, .call = call_instance},
    {.name = "pulldata", 4, 4, .list = EXPR_LIST_BY_KEY, .call = call_pulldata},
    {.name = "jr:itext", 1, 1, .speaks = true, .call = call_itext},
    {.name = "jr:choice-name",
     2,
     2,
     .quoted = 2,
     .speaks = true,
     .call = call_choice_name},
    {.name = "indexed-repeat",
     3,
     EXPR_ARGS_MAX,
     .lazy = true,
     .call = call_indexed_repeat},
};

const struct expr_func_table expr_list_table = {items, ARR_NR(items)};
