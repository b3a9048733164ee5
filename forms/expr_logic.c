/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that choose and decide. */
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

static bool call_true(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    (void)c, (void)e;
    *out = expr_boolean(true);
    return true;
}

static bool call_false(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    (void)c, (void)e;
    *out = expr_boolean(false);
    return true;
}

static bool call_not(struct expr_call *c, struct expr_value *out, struct err *e)
{
    (void)e;
    *out = expr_boolean(!expr_arg_boolean(c, 0));
    return true;
}

static bool call_boolean(struct expr_call *c, struct expr_value *out,
                         struct err *e)
{
    (void)e;
    *out = expr_boolean(expr_arg_boolean(c, 0));
    return true;
}

static bool call_boolean_from_string(struct expr_call *c,
                                     struct expr_value *out, struct err *e)
{
    const char *s = expr_arg_string(c, 0);

    (void)e;
    *out = expr_boolean(str_equal(s, "true") || str_equal(s, "1"));
    return true;
}

/* Only the branch that is taken is looked at. */
static bool call_if(struct expr_call *c, struct expr_value *out, struct err *e)
{
    struct expr_value v;

    if (!expr_eval_node(c->run, c->node->args[0], &v, e))
        return false;
    v = expr_scalar(c->run, &v);
    return expr_eval_node(c->run, c->node->args[expr_to_boolean(&v) ? 1 : 2],
                          out, e);
}

static bool call_coalesce(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    (void)e;
    *out = expr_scalar(c->run, &c->args[expr_arg_is_blank(c, 0)]);
    return true;
}

/* What the field holds already stays; only a blank one is computed. */
static bool call_once(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    const struct expr_env *env = c->run->env;

    if (env->tree != NULL && env->self != EXPR_ROOT) {
        *out = expr_node_value(c->run, env->self);
        if (out->type != EXPR_STRING || out->string[0] != '\0')
            return true;
    }
    return expr_eval_node(c->run, c->node->args[0], out, e);
}

static bool within(double n, double low, double high)
{
    return (low < 0 || n >= low) && (high < 0 || n <= high);
}

/* checklist(least, most, answer ...): -1 is no limit. */
static bool call_checklist(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    struct expr_value *all;
    size_t nr;
    double n = 0;

    if (!expr_args_spread(c, 2, &all, &nr, e))
        return false;
    for (size_t i = 0; i < nr; i++)
        n += expr_to_boolean(&all[i]);
    *out =
        expr_boolean(within(n, expr_arg_number(c, 0), expr_arg_number(c, 1)));
    return true;
}

/* How much the ticked ones weigh together; two sets are taken in pairs. */
static double weight_of(struct expr_call *c, size_t i)
{
    const struct expr_value *a = &c->args[i], *b = &c->args[i + 1];
    double sum = 0;

    if (a->type != EXPR_NODES || b->type != EXPR_NODES)
        return expr_arg_boolean(c, i) ? expr_arg_number(c, i + 1) : 0;
    for (size_t k = 0; k < a->nodes_nr && k < b->nodes_nr; k++) {
        struct expr_value v = expr_node_value(c->run, a->nodes[k]);
        struct expr_value w = expr_node_value(c->run, b->nodes[k]);
        sum += expr_to_boolean(&v) ? expr_to_number(&w) : 0;
    }
    return sum;
}

/* weighted-checklist(least, most, answer, weight, answer, weight ...) */
static bool call_weighted_checklist(struct expr_call *c, struct expr_value *out,
                                    struct err *e)
{
    double sum = 0;

    if (c->nr % 2 != 0)
        return err_set(e, ERR_INPUT,
                       _("%s() needs a weight behind each answer"),
                       "weighted-checklist");
    for (size_t i = 2; i < c->nr; i += 2)
        sum += weight_of(c, i);
    *out =
        expr_boolean(within(sum, expr_arg_number(c, 0), expr_arg_number(c, 1)));
    return true;
}

static const struct expr_func items[] = {
    {.name = "true", 0, 0, .call = call_true},
    {.name = "false", 0, 0, .call = call_false},
    {.name = "not", 1, 1, .call = call_not},
    {.name = "boolean", 1, 1, .call = call_boolean},
    {.name = "boolean-from-string", 1, 1, .call = call_boolean_from_string},
    {.name = "if", 3, 3, .lazy = true, .call = call_if},
    {.name = "coalesce", 2, 2, .call = call_coalesce},
    {.name = "once", 1, 1, .lazy = true, .call = call_once},
    {.name = "checklist", 2, EXPR_ARGS_MAX, .call = call_checklist},
    {.name = "weighted-checklist",
     2,
     EXPR_ARGS_MAX,
     .call = call_weighted_checklist},
};

const struct expr_func_table expr_logic_table = {items, ARR_NR(items)};
