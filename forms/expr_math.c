/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of numbers. A blank is no number (NaN), but sum, min and max leave
 * blanks out, as people expect who add up a list that is not full. */
#include <math.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "forms/expr_int.h"

/* A function of one or two numbers, as one line of C. */
#define NUMERIC(name, formula)                                                 \
    static bool name(struct expr_call *c, struct expr_value *out,              \
                     struct err *e)                                            \
    {                                                                          \
        double x = c->nr > 0 ? expr_arg_number(c, 0) : 0;                      \
        double y = c->nr > 1 ? expr_arg_number(c, 1) : 0;                      \
        (void)x, (void)y, (void)e;                                             \
        *out = expr_number(formula);                                           \
        return true;                                                           \
    }

NUMERIC(call_int, trunc(x))
NUMERIC(call_floor, floor(x))
NUMERIC(call_ceiling, ceil(x))
NUMERIC(call_abs, fabs(x))
NUMERIC(call_pow, pow(x, y))
NUMERIC(call_sqrt, sqrt(x))
NUMERIC(call_exp, exp(x))
NUMERIC(call_exp10, pow(10, x))
NUMERIC(call_log, log(x))
NUMERIC(call_log10, log10(x))
NUMERIC(call_sin, sin(x))
NUMERIC(call_cos, cos(x))
NUMERIC(call_tan, tan(x))
NUMERIC(call_asin, asin(x))
NUMERIC(call_acos, acos(x))
NUMERIC(call_atan, atan(x))
NUMERIC(call_atan2, atan2(x, y))
NUMERIC(call_pi, acos(-1))

static bool call_number(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    if (!expr_arg_here(c, e))
        return false;
    *out = expr_number(expr_arg_number(c, 0));
    return true;
}

/* 0 to below 1, drawn again at each evaluation. */
static bool call_random(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    const struct entropy_source *entropy = c->run->env->entropy;

    if (entropy == NULL)
        return err_set(e, ERR_INPUT, _("%s() cannot be used here"), "random");
    *out = expr_number((double)(entropy_u64(entropy) >> 11) * 0x1p-53);
    return true;
}

/* Some type a comma where the point belongs; round() has always taken it. */
static double number_with_comma(struct expr_call *c)
{
    double n = expr_arg_number(c, 0);
    char *s, *comma;
    struct expr_value v;

    if (!isnan(n))
        return n;
    s = pool_str(c->run->pool, expr_arg_string(c, 0));
    comma = strchr(s, ',');
    if (comma == NULL)
        return n;
    *comma = '.';
    v = expr_string(s);
    return expr_to_number(&v);
}

/* A half goes up: -2.5 to -2. Negative places round to tens and hundreds. */
static bool call_round(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    double n = number_with_comma(c);
    double places = c->nr > 1 ? trunc(expr_arg_number(c, 1)) : 0;
    double scale, scaled;

    (void)e;
    if (isnan(places))
        n = NAN;
    scale = pow(10, fabs(places));
    scaled = places < 0 ? n / scale : n * scale;
    if (fabs(scaled) < 4503599627370496.0) { /* beyond, nothing is cut off */
        scaled = floor(scaled + 0.5);
        n = places < 0 ? scaled * scale : scaled / scale;
    }
    *out = expr_number(n);
    return true;
}

/* What remains of the arguments without blanks. */
static bool numbers(struct expr_call *c, double **out, size_t *nr,
                    struct err *e)
{
    struct expr_value *all;
    struct expr_value date;
    size_t all_nr;

    if (!expr_args_spread(c, 0, &all, &all_nr, e) ||
        !expr_spend(c->run, all_nr * sizeof **out, e))
        return false;
    *out = pool_alloc(c->run->pool, all_nr * sizeof **out);
    *nr = 0;
    for (size_t i = 0; i < all_nr; i++) {
        if (all[i].type == EXPR_STRING && all[i].string[0] == '\0')
            continue;
        if (all[i].type == EXPR_STRING &&
            expr_date_of_string(c->run, all[i].string, &date))
            all[i] = date;
        (*out)[(*nr)++] = expr_to_number(&all[i]);
    }
    return true;
}

static bool call_sum(struct expr_call *c, struct expr_value *out, struct err *e)
{
    double *n, sum = 0;
    size_t nr;

    if (!numbers(c, &n, &nr, e))
        return false;
    for (size_t i = 0; i < nr; i++)
        sum += n[i];
    *out = expr_number(sum);
    return true;
}

/* The one that is furthest in a direction; NaN of nothing or with a NaN. */
static bool furthest(struct expr_call *c, int direction, struct expr_value *out,
                     struct err *e)
{
    double *n, best = NAN;
    size_t nr;

    if (!numbers(c, &n, &nr, e))
        return false;
    for (size_t i = 0; i < nr; i++)
        if (i == 0 || isnan(n[i]) || direction * n[i] > direction * best)
            best = n[i];
        else if (isnan(best))
            break;
    *out = expr_number(best);
    return true;
}

static bool call_min(struct expr_call *c, struct expr_value *out, struct err *e)
{
    return furthest(c, -1, out, e);
}

static bool call_max(struct expr_call *c, struct expr_value *out, struct err *e)
{
    return furthest(c, 1, out, e);
}

static const struct expr_func items[] = {
    {.name = "random", 0, 0, .call = call_random},
    {.name = "number", 0, 1, .call = call_number},
    {.name = "int", 1, 1, .call = call_int},
    {.name = "round", 1, 2, .call = call_round},
    {.name = "floor", 1, 1, .call = call_floor},
    {.name = "ceiling", 1, 1, .call = call_ceiling},
    {.name = "abs", 1, 1, .call = call_abs},
    {.name = "sum", 1, 1, .call = call_sum},
    {.name = "min", 1, EXPR_ARGS_MAX, .call = call_min},
    {.name = "max", 1, EXPR_ARGS_MAX, .call = call_max},
    {.name = "pow", 2, 2, .call = call_pow},
    {.name = "sqrt", 1, 1, .call = call_sqrt},
    {.name = "exp", 1, 1, .call = call_exp},
    {.name = "exp10", 1, 1, .call = call_exp10},
    {.name = "log", 1, 1, .call = call_log},
    {.name = "log10", 1, 1, .call = call_log10},
    {.name = "sin", 1, 1, .call = call_sin},
    {.name = "cos", 1, 1, .call = call_cos},
    {.name = "tan", 1, 1, .call = call_tan},
    {.name = "asin", 1, 1, .call = call_asin},
    {.name = "acos", 1, 1, .call = call_acos},
    {.name = "atan", 1, 1, .call = call_atan},
    {.name = "atan2", 2, 2, .call = call_atan2},
    {.name = "pi", 0, 0, .call = call_pi},
};

const struct expr_func_table expr_math_table = {items, ARR_NR(items)};
