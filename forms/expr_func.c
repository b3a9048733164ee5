/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "forms/expr_int.h"

static const struct expr_func_table *const tables[] = {
    &expr_logic_table, &expr_text_table, &expr_math_table, &expr_date_table,
    &expr_node_table,  &expr_list_table, &expr_geo_table,  &expr_bytes_table,
};

const struct expr_func *expr_func_find(const char *name, size_t name_bytes)
{
    for (size_t t = 0; t < ARR_NR(tables); t++) {
        for (size_t i = 0; i < tables[t]->nr; i++) {
            const struct expr_func *f = &tables[t]->items[i];
            if (strlen(f->name) == name_bytes &&
                memcmp(f->name, name, name_bytes) == 0)
                return f;
        }
    }
    return NULL;
}

/* ---- arguments ---- */

static struct expr_value scalar_arg(struct expr_call *c, size_t i)
{
    return expr_scalar(c->run, &c->args[i]);
}

const char *expr_arg_string(struct expr_call *c, size_t i)
{
    struct expr_value v = scalar_arg(c, i);

    return expr_to_string(&v, c->run->pool);
}

double expr_arg_number(struct expr_call *c, size_t i)
{
    struct expr_value v = scalar_arg(c, i), date;

    if (v.type == EXPR_STRING && expr_date_of_string(c->run, v.string, &date))
        v = date;
    return expr_to_number(&v);
}

bool expr_arg_boolean(struct expr_call *c, size_t i)
{
    struct expr_value v = scalar_arg(c, i);

    return expr_to_boolean(&v);
}

bool expr_arg_is_blank(struct expr_call *c, size_t i)
{
    struct expr_value v = scalar_arg(c, i);

    return v.type == EXPR_STRING ? v.string[0] == '\0'
                                 : v.type == EXPR_NUMBER && isnan(v.number);
}

/* Every node of a set stands for itself. */
bool expr_args_spread(struct expr_call *c, size_t from, struct expr_value **out,
                      size_t *nr, struct err *e)
{
    size_t n = 0;

    for (size_t i = from; i < c->nr; i++)
        n += c->args[i].type == EXPR_NODES ? c->args[i].nodes_nr : 1;
    if (!expr_spend(c->run, n * sizeof **out, e))
        return false;
    *out = pool_alloc(c->run->pool, n * sizeof **out);
    *nr = 0;
    for (size_t i = from; i < c->nr; i++) {
        const struct expr_value *v = &c->args[i];
        if (v->type != EXPR_NODES)
            (*out)[(*nr)++] = *v;
        for (size_t k = 0; v->type == EXPR_NODES && k < v->nodes_nr; k++)
            (*out)[(*nr)++] = expr_node_value(c->run, v->nodes[k]);
    }
    return true;
}

/* A call without an argument is of the field it stands at. */
bool expr_arg_here(struct expr_call *c, struct err *e)
{
    size_t *node;

    if (c->nr > 0)
        return true;
    if (c->run->env->tree == NULL)
        return err_set(e, ERR_INPUT, _("%s() needs a value here"),
                       c->node->func->name);
    node = pool_copy(c->run->pool, &c->run->context, sizeof *node);
    c->args = pool_alloc(c->run->pool, sizeof *c->args);
    c->args[0] =
        (struct expr_value){.type = EXPR_NODES, .nodes = node, .nodes_nr = 1};
    c->nr = 1;
    return true;
}
