/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluating goes down the tree; each node costs a step, each text its bytes,
 * and over the limits the evaluation fails instead of taking the PC with it.
 */
#include <math.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

/* ---- operators ---- */

static const double NEARLY = 1e-12;

/* What can be read of a text in the time of an operation. */
enum { BYTES_OF_STEP = 64 };

/* A boolean that a field keeps is a word, too: beside a text that word counts,
 * so that ${c} = 'false' says what it means. */
static bool both_are_texts(const struct expr_value *a,
                           const struct expr_value *b)
{
    bool is_word = a->type == EXPR_STRING || b->type == EXPR_STRING;

    return is_word && a->type <= EXPR_BOOLEAN && b->type <= EXPR_BOOLEAN &&
           a->type != EXPR_NUMBER && b->type != EXPR_NUMBER &&
           a->string != NULL && b->string != NULL;
}

static bool is_equal(const struct expr_value *a, const struct expr_value *b)
{
    double x, y;

    if (!both_are_texts(a, b) &&
        (a->type == EXPR_BOOLEAN || b->type == EXPR_BOOLEAN))
        return expr_to_boolean(a) == expr_to_boolean(b);
    if (both_are_texts(a, b)) {
        const char *s = a->string, *t = b->string;
        while (*s != '\0' && *s == *t)
            s++, t++;
        return *s == *t;
    }
    x = expr_to_number(a);
    y = expr_to_number(b);
    return x == y || fabs(x - y) < NEARLY;
}

static bool op_equal(const struct expr_value *a, const struct expr_value *b,
                     struct expr_value *out)
{
    *out = expr_boolean(is_equal(a, b));
    return true;
}

static bool op_unequal(const struct expr_value *a, const struct expr_value *b,
                       struct expr_value *out)
{
    *out = expr_boolean(!is_equal(a, b));
    return true;
}

/* An operator on two numbers, as one line of C. */
#define NUMERIC(name, make, formula)                                           \
    static bool name(const struct expr_value *a, const struct expr_value *b,   \
                     struct expr_value *out)                                   \
    {                                                                          \
        double x = expr_to_number(a), y = expr_to_number(b);                   \
        *out = make(formula);                                                  \
        return true;                                                           \
    }

NUMERIC(op_less, expr_boolean, x < y)
NUMERIC(op_less_equal, expr_boolean, x <= y)
NUMERIC(op_greater, expr_boolean, x > y)
NUMERIC(op_greater_equal, expr_boolean, x >= y)
NUMERIC(op_plus, expr_number, x + y)
NUMERIC(op_minus, expr_number, x - y)
NUMERIC(op_times, expr_number, x *y)
NUMERIC(op_div, expr_number, x / y)
NUMERIC(op_mod, expr_number, fmod(x, y))

static bool op_right(const struct expr_value *a, const struct expr_value *b,
                     struct expr_value *out)
{
    (void)a; /* did not settle it */
    *out = expr_boolean(expr_to_boolean(b));
    return true;
}

enum { LEVEL_EQUAL = 3, LEVEL_ORDER = 4 };

const struct expr_operator expr_operators[] = {
    {"or", 1, 1, op_right},
    {"and", 2, 0, op_right},
    {"=", LEVEL_EQUAL, -1, op_equal},
    {"!=", LEVEL_EQUAL, -1, op_unequal},
    {"<", LEVEL_ORDER, -1, op_less},
    {"<=", LEVEL_ORDER, -1, op_less_equal},
    {">", LEVEL_ORDER, -1, op_greater},
    {">=", LEVEL_ORDER, -1, op_greater_equal},
    {"+", 5, -1, op_plus},
    {"-", 5, -1, op_minus},
    {"*", 6, -1, op_times},
    {"div", 6, -1, op_div},
    {"mod", 6, -1, op_mod},
};
const size_t expr_operators_nr = ARR_NR(expr_operators);

static bool compares(const struct expr_operator *op)
{
    return op->level == LEVEL_EQUAL || op->level == LEVEL_ORDER;
}

/* A text with an ISO date beside a number or a date counts as that date, by
 * the local midnight. Two texts stay texts where "=" would compare them. */
static struct expr_value typed(struct expr_run *run,
                               const struct expr_operator *op,
                               const struct expr_value *v,
                               const struct expr_value *other)
{
    struct expr_value date;

    if (v->type != EXPR_STRING || op->settles >= 0)
        return *v;
    if (op->level == LEVEL_EQUAL &&
        (other->type == EXPR_STRING || other->type == EXPR_BOOLEAN))
        return *v;
    return expr_date_of_string(run, v->string, &date) ? date : *v;
}

static bool apply(struct expr_run *run, const struct expr_operator *op,
                  const struct expr_value *a, const struct expr_value *b,
                  struct expr_value *out)
{
    struct expr_value x = expr_scalar(run, a), y = expr_scalar(run, b);
    struct expr_value left = typed(run, op, &x, &y);
    struct expr_value right = typed(run, op, &y, &x);

    return op->apply(&left, &right, out);
}

static bool is_set(const struct expr_value *v)
{
    return v->type == EXPR_NODES && v->nodes_nr != 1;
}

/* The i-th of what a value holds: a node's value, or the value itself. */
static struct expr_value member(struct expr_run *run,
                                const struct expr_value *v, size_t i)
{
    return v->type == EXPR_NODES ? expr_node_value(run, v->nodes[i]) : *v;
}

static size_t members(const struct expr_value *v)
{
    return v->type == EXPR_NODES ? v->nodes_nr : 1;
}

bool expr_compare(struct expr_run *run, const struct expr_operator *op,
                  const struct expr_value *a, const struct expr_value *b,
                  struct expr_value *out, struct err *e)
{
    *out = expr_boolean(false);
    for (size_t i = 0; i < members(a); i++) {
        for (size_t j = 0; j < members(b) && !out->boolean; j++) {
            struct expr_value x = member(run, a, i), y = member(run, b, j);
            if (!expr_spend(run, 0, e) || !apply(run, op, &x, &y, out))
                return false;
        }
    }
    return true;
}

/* A set beside a boolean counts as whether it has a node at all. */
static struct expr_value against_boolean(const struct expr_value *v,
                                         const struct expr_value *other)
{
    return is_set(v) && other->type == EXPR_BOOLEAN
               ? expr_boolean(v->nodes_nr > 0)
               : *v;
}

static bool operate(struct expr_run *run, const struct expr_operator *op,
                    const struct expr_value *a, const struct expr_value *b,
                    struct expr_value *out, struct err *e)
{
    struct expr_value x = *a, y = *b;

    if (op->level == LEVEL_EQUAL) {
        x = against_boolean(a, b);
        y = against_boolean(b, a);
    }
    if (compares(op) && (is_set(&x) || is_set(&y)))
        return expr_compare(run, op, &x, &y, out, e);
    return apply(run, op, &x, &y, out);
}

/* ---- nodes of the tree ---- */

bool expr_spend(struct expr_run *run, size_t bytes, struct err *e)
{
    if (run->steps_left == 0 || bytes > run->bytes_left)
        return err_set(e, ERR_FULL, _("this expression takes too long"));
    run->steps_left--;
    run->bytes_left -= bytes;
    return true;
}

bool expr_spend_reading(struct expr_run *run, size_t bytes, struct err *e)
{
    size_t steps = bytes / BYTES_OF_STEP;

    if (steps >= run->steps_left)
        run->steps_left = 0;
    else
        run->steps_left -= steps;
    return expr_spend(run, 0, e);
}

struct expr_value expr_node_value(struct expr_run *run, size_t node)
{
    enum expr_type type = EXPR_STRING;
    const char *s = run->env->tree->value(run->env->arg, node, &type);
    struct expr_value v = expr_string(s), date;

    if (s[0] == '\0' || type == EXPR_STRING)
        return v;
    if (type == EXPR_NUMBER)
        return expr_number(expr_to_number(&v));
    if (type == EXPR_BOOLEAN) {
        v = expr_boolean(str_equal(s, "true"));
        v.string = s;
        return v;
    }
    return expr_date_of_string(run, s, &date) ? date : v;
}

struct expr_value expr_scalar(struct expr_run *run, const struct expr_value *v)
{
    if (v->type != EXPR_NODES)
        return *v;
    return v->nodes_nr == 0 ? expr_string("")
                            : expr_node_value(run, v->nodes[0]);
}

const char *expr_node_text(struct expr_run *run, size_t node)
{
    enum expr_type type = EXPR_STRING;

    return run->env->tree->value(run->env->arg, node, &type);
}

static bool eval_negation(struct expr_run *run, const struct expr_node *n,
                          struct expr_value *out, struct err *e)
{
    struct expr_value v;

    if (!expr_eval_node(run, n->args[0], &v, e))
        return false;
    v = expr_scalar(run, &v);
    *out = expr_number(-expr_to_number(&v));
    return true;
}

static bool eval_chain(struct expr_run *run, const struct expr_node *n,
                       struct expr_value *out, struct err *e)
{
    struct expr_value left, right, result;

    if (!expr_eval_node(run, n->args[0], &left, e))
        return false;
    for (size_t i = 1; i < n->args_nr; i++) {
        const struct expr_operator *op = n->ops[i - 1];
        if (op->settles >= 0) {
            left = expr_scalar(run, &left);
            left = expr_boolean(expr_to_boolean(&left));
            if (left.boolean == (op->settles == 1))
                continue;
        }
        if (!expr_eval_node(run, n->args[i], &right, e) ||
            !operate(run, op, &left, &right, &result, e))
            return false;
        left = result;
    }
    *out = left;
    return true;
}

static bool eval_union(struct expr_run *run, const struct expr_node *n,
                       struct expr_value *out, struct err *e)
{
    struct expr_set all = {NULL, 0, 0};
    struct expr_value v;
    bool ok = true;

    for (size_t i = 0; ok && i < n->args_nr; i++) {
        ok = expr_eval_node(run, n->args[i], &v, e) &&
             (v.type == EXPR_NODES ||
              err_set(e, ERR_INPUT, _("only fields can stand beside |")));
        for (size_t k = 0; ok && k < v.nodes_nr; k++)
            ok = expr_set_add(run, &all, v.nodes[k], e);
    }
    expr_set_sort(&all);
    ok = ok && expr_set_give(run, &all, out, e);
    ARR_RELEASE(&all);
    return ok;
}

static bool eval_call(struct expr_run *run, const struct expr_node *n,
                      struct expr_value *out, struct err *e)
{
    struct expr_call c = {.run = run, .node = n, .nr = n->args_nr};

    if (!n->func->lazy && n->args_nr > 0) {
        if (!expr_spend(run, n->args_nr * sizeof *c.args, e))
            return false;
        c.args = pool_alloc(run->pool, n->args_nr * sizeof *c.args);
        for (size_t i = 0; i < n->args_nr; i++)
            if (!expr_eval_node(run, n->args[i], &c.args[i], e))
                return false;
    }
    return n->func->call(&c, out, e);
}

bool expr_eval_node(struct expr_run *run, const struct expr_node *n,
                    struct expr_value *out, struct err *e)
{
    if (!expr_spend(run, 0, e))
        return false;
    if (n->wrong != NULL)
        return err_set(e, ERR_INPUT, "%s", n->wrong);
    switch (n->kind) {
    case EXPR_LITERAL:
        *out = n->literal;
        return true;
    case EXPR_NEGATE:
        return eval_negation(run, n, out, e);
    case EXPR_CHAIN:
        return eval_chain(run, n, out, e);
    case EXPR_UNION:
        return eval_union(run, n, out, e);
    case EXPR_CALL:
        return eval_call(run, n, out, e);
    case EXPR_PATH:
        return expr_path_eval(run, n->path, out, e);
    }
    return err_set(e, ERR_BUG, "expr_eval_node: kind %d", (int)n->kind);
}

bool expr_eval(const struct expr *x, const struct expr_env *env,
               struct pool *pool, struct expr_value *out, struct err *e)
{
    struct expr_run run = {
        .env = env,
        .pool = pool,
        .context = env->self,
        .position = 1,
        .size = 1,
        .steps_left = EXPR_STEPS_MAX,
        .bytes_left = EXPR_MEMORY_MAX,
    };
    struct expr_value v;

    if (!expr_eval_node(&run, x->root, &v, e))
        return false;
    *out = expr_scalar(&run, &v);
    return true;
}
