/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to tree: a hand that takes one token at a time and a reader that goes
 * down one function for each level of the grammar. Whether "*", "div" or "or"
 * is an operator or a name is decided by where it stands: behind a value it is
 * an operator, elsewhere a name, as XPath says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_token_int.h"

static struct expr_node *read_chain(struct expr_parser *p, int level);

/* ---- nodes ---- */

static struct expr_node *node_new(struct expr_parser *p, enum expr_kind kind)
{
    struct expr_node *n = pool_alloc(p->pool, sizeof *n);

    n->kind = kind;
    n->at = p->token.at;
    return n;
}

/* Grows at powers of two: the old room stays in the pool, at most as much
 * again as what is used. */
static void *room_for(struct pool *pool, void *items, size_t nr, size_t size)
{
    void *more;

    if (nr != 0 && (nr & (nr - 1)) != 0)
        return items;
    more = pool_alloc(pool, (nr == 0 ? 1 : 2 * nr) * size);
    if (nr != 0)
        memcpy(more, items, nr * size);
    return more;
}

static void push_node(struct expr_parser *p, struct expr_node ***items,
                      size_t *nr, struct expr_node *n)
{
    *items = room_for(p->pool, *items, *nr, sizeof **items);
    (*items)[(*nr)++] = n;
}

/* ---- paths ---- */

/* "[...]" as often as they come. */
static bool read_predicates(struct expr_parser *p, struct expr_node ***items,
                            size_t *nr)
{
    while (expr_token_take(p, "[")) {
        struct expr_node *n = read_chain(p, 1);
        if (n == NULL)
            return false;
        if (!expr_token_take(p, "]"))
            return expr_token_unexpected(p, "]") != NULL;
        push_node(p, items, nr, n);
    }
    return true;
}

static bool read_axis(struct expr_parser *p, struct expr_step *s)
{
    for (size_t i = 0; i < EXPR_AXES_NR; i++) {
        if (!expr_token_is(p, expr_axes[i].name))
            continue;
        s->axis = (enum expr_axis)i;
        expr_token_advance(p);
        expr_token_advance(p);
        return true;
    }
    return expr_token_refuse(p, p->token.at, _("there is no such axis")) !=
           NULL;
}

/* Tests that are no names. */
static const struct node_kind {
    const char *name;
    struct expr_step step;
} node_kinds[] = {
    {"node", {.is_node = true}},
    {"text", {.is_text = true}},
    {"comment", {.is_nothing = true}},
    {"processing-instruction", {.is_nothing = true}},
};

static const struct node_kind *node_kind_here(const struct expr_parser *p)
{
    for (size_t i = 0; i < ARR_NR(node_kinds); i++)
        if (expr_token_followed_by(p, "(") &&
            expr_token_is(p, node_kinds[i].name))
            return &node_kinds[i];
    return NULL;
}

/* Text stands in the fields themselves, so a step down to it stays. */
static bool text_axis(struct expr_parser *p, struct expr_step *s)
{
    if (s->axis == EXPR_AXIS_CHILD)
        s->axis = EXPR_AXIS_SELF;
    else if (s->axis == EXPR_AXIS_DESCENDANT)
        s->axis = EXPR_AXIS_DESCENDANT_OR_SELF;
    else
        return expr_token_refuse(
                   p, p->token.at,
                   _("text() stands behind child:: or descendant:: only")) !=
               NULL;
    return true;
}

static bool read_node_kind(struct expr_parser *p, struct expr_step *s)
{
    const struct node_kind *kind = node_kind_here(p);

    if (kind == NULL)
        return expr_token_refuse(
                   p, p->token.at,
                   _("a path is made of names, *, node() and text()")) != NULL;
    s->is_node = kind->step.is_node;
    s->is_text = kind->step.is_text;
    s->is_nothing = kind->step.is_nothing;
    if (s->is_text && !text_axis(p, s))
        return false;
    expr_token_advance(p);
    expr_token_advance(p);
    if (s->is_nothing && p->token.kind == EXPR_TOKEN_STRING)
        expr_token_advance(p); /* the name of an instruction */
    return expr_token_take(p, ")") || expr_token_unexpected(p, ")") != NULL;
}

/* A name (its prefix does not count), a star, or node(). */
static bool read_node_test(struct expr_parser *p, struct expr_step *s)
{
    const char *colon;

    if (expr_token_take(p, "*"))
        return true;
    if (p->token.kind != EXPR_TOKEN_NAME)
        return expr_token_unexpected(p, _("the name of a field")) != NULL;
    if (expr_token_followed_by(p, "("))
        return read_node_kind(p, s);
    colon = memchr(p->token.text, ':', p->token.size);
    if (colon == NULL)
        colon = p->token.text - 1;
    s->name = pool_strn(p->pool, colon + 1,
                        p->token.size - (size_t)(colon + 1 - p->token.text));
    expr_token_advance(p);
    if (expr_token_is(p, ":") && expr_token_followed_by(p, "*")) {
        s->name = NULL;
        expr_token_advance(p);
        expr_token_advance(p);
    }
    return true;
}

static void push_step(struct expr_parser *p, struct expr_path *path,
                      struct expr_step s)
{
    path->steps = room_for(p->pool, path->steps, path->steps_nr, sizeof s);
    path->steps[path->steps_nr++] = s;
}

static bool read_axis_and_test(struct expr_parser *p, struct expr_step *s)
{
    if (expr_token_take(p, "@"))
        s->axis = EXPR_AXIS_ATTRIBUTE;
    else if (p->token.kind == EXPR_TOKEN_NAME &&
             expr_token_followed_by(p, "::") && !read_axis(p, s))
        return false;
    return read_node_test(p, s);
}

static bool read_step(struct expr_parser *p, struct expr_path *path)
{
    struct expr_step s = {.axis = EXPR_AXIS_CHILD,
                          .is_node =
                              expr_token_is(p, ".") || expr_token_is(p, "..")};

    if (expr_token_take(p, "."))
        s.axis = EXPR_AXIS_SELF;
    else if (expr_token_take(p, ".."))
        s.axis = EXPR_AXIS_PARENT;
    else if (!read_axis_and_test(p, &s))
        return false;
    if (!read_predicates(p, &s.predicates, &s.predicates_nr))
        return false;
    push_step(p, path, s);
    return true;
}

static bool starts_step(const struct expr_parser *p)
{
    return p->token.kind == EXPR_TOKEN_NAME || expr_token_is(p, ".") ||
           expr_token_is(p, "..") || expr_token_is(p, "*") ||
           expr_token_is(p, "@");
}

/* "//": whatever is below, and then the step. */
static bool read_step_below(struct expr_parser *p, struct expr_path *path)
{
    push_step(p, path,
              (struct expr_step){.axis = EXPR_AXIS_DESCENDANT_OR_SELF,
                                 .is_node = true});
    return read_step(p, path);
}

/* The steps behind a start: "/x/y[1]". */
static struct expr_node *read_steps(struct expr_parser *p, struct expr_node *n)
{
    for (;;) {
        if (expr_token_take(p, "/")    ? !read_step(p, n->path)
            : expr_token_take(p, "//") ? !read_step_below(p, n->path)
                                       : false)
            return NULL;
        if (!expr_token_is(p, "/") && !expr_token_is(p, "//"))
            return n;
    }
}

static struct expr_node *path_new(struct expr_parser *p, enum expr_start start)
{
    struct expr_node *n = node_new(p, EXPR_PATH);

    n->path = pool_alloc(p->pool, sizeof *n->path);
    n->path->start = start;
    n->path->bound = EXPR_NO_NODE;
    return n;
}

static struct expr_node *read_root_path(struct expr_parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_ROOT);

    if (expr_token_is(p, "//"))
        return read_steps(p, n);
    expr_token_advance(p);
    if (starts_step(p) && !read_step(p, n->path))
        return NULL;
    return read_steps(p, n);
}

static struct expr_node *read_relative_path(struct expr_parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_CONTEXT);

    return read_step(p, n->path) ? read_steps(p, n) : NULL;
}

/* A path may go on behind a ${name}, a call or a parenthesis. */
static struct expr_node *read_rest(struct expr_parser *p, struct expr_node *n)
{
    if (!read_predicates(p, &n->path->predicates, &n->path->predicates_nr))
        return NULL;
    return read_steps(p, n);
}

static struct expr_node *read_filter(struct expr_parser *p,
                                     struct expr_node *start)
{
    struct expr_node *n;

    if (!expr_token_is(p, "[") && !expr_token_is(p, "/") &&
        !expr_token_is(p, "//"))
        return start;
    n = path_new(p, EXPR_FROM_NODES);
    n->path->nodes = start;
    return read_rest(p, n);
}

static struct expr_node *read_ref(struct expr_parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_NAME);
    const char *name = p->token.text;
    size_t at = p->token.at, size;

    n->path->name = pool_strn(p->pool, name, p->token.size);
    name = n->path->name;
    size = str_trim(&name);
    n->path->name = pool_strn(p->pool, name, size);
    if (size == 0 || strchr(n->path->name, '#') != NULL)
        return expr_token_refuse(p, at,
                                 _("this ${...} holds no name of a field"));
    expr_token_advance(p);
    return read_rest(p, n);
}

/* ---- calls and single values ---- */

/* A wrong count is no reason not to read on: other programs find it only when
 * the call is reached, and forms were written with them. */
static void check_count(struct expr_parser *p, struct expr_node *call)
{
    const struct expr_func *f = call->func;
    char what[160];

    if (call->args_nr >= f->args_min && call->args_nr <= f->args_max)
        return;
    if (f->args_min == f->args_max)
        snprintf(what, sizeof what,
                 P_("%s() takes %d value, here are %zu",
                    "%s() takes %d values, here are %zu", f->args_min),
                 f->name, f->args_min, call->args_nr);
    else if (f->args_max == EXPR_ARGS_MAX)
        snprintf(what, sizeof what,
                 P_("%s() takes at least %d value, here are %zu",
                    "%s() takes at least %d values, here are %zu", f->args_min),
                 f->name, f->args_min, call->args_nr);
    else
        snprintf(what, sizeof what,
                 _("%s() takes %d to %d values, here are %zu"), f->name,
                 f->args_min, f->args_max, call->args_nr);
    call->wrong =
        /* TRANSLATORS: a place in an expression, what is wrong there */
        pool_printf(p->pool, _("at character %zu: %s"), call->at + 1, what);
}

static bool read_args(struct expr_parser *p, struct expr_node *call)
{
    if (expr_token_take(p, ")"))
        return true;
    do {
        struct expr_node *arg = read_chain(p, 1);
        if (arg == NULL)
            return false;
        push_node(p, &call->args, &call->args_nr, arg);
    } while (expr_token_take(p, ",") && call->args_nr < EXPR_ARGS_MAX);
    return expr_token_take(p, ")") || expr_token_unexpected(p, ")") != NULL;
}

/* Makes the path in quotes that jr:choice-name() takes into a path. */
static bool unquote(struct expr_parser *p, struct expr_node *call)
{
    unsigned nr = call->func->quoted;
    struct expr_parser inner = {.pool = p->pool, .e = p->e};
    struct expr_node **arg = nr > 0 ? &call->args[nr - 1] : NULL;

    if (nr == 0 || (*arg)->kind != EXPR_LITERAL ||
        (*arg)->literal.type != EXPR_STRING)
        return true;
    inner.text = (*arg)->literal.string;
    inner.size = strlen(inner.text);
    inner.depth = p->depth;
    expr_token_advance(&inner);
    *arg = read_chain(&inner, 1);
    return *arg != NULL && (inner.token.kind == EXPR_TOKEN_END ||
                            expr_token_unexpected(&inner, _("an operator")));
}

static struct expr_node *read_call(struct expr_parser *p)
{
    struct expr_node *n = node_new(p, EXPR_CALL);
    char what[160];
    bool is_current = expr_token_is(p, "current");

    n->func = expr_func_find(p->token.text, p->token.size);
    if (n->func == NULL && !is_current) {
        snprintf(what, sizeof what, _("there is no function %.*s()"),
                 expr_token_shown(&p->token), p->token.text);
        return expr_token_refuse(p, n->at, what);
    }
    expr_token_advance(p);
    expr_token_advance(p);
    if (is_current) {
        if (!expr_token_take(p, ")"))
            return expr_token_unexpected(p, ")");
        return read_rest(p, path_new(p, EXPR_FROM_SELF));
    }
    if (!read_args(p, n))
        return NULL;
    check_count(p, n);
    if (n->wrong != NULL)
        return read_filter(p, n);
    if (!unquote(p, n) || (n->func->check != NULL && !n->func->check(n, p->e)))
        return NULL;
    if (n->func->doubt != NULL && p->doubt == NULL)
        p->doubt = n->func->doubt(n);
    return read_filter(p, n);
}

static struct expr_node *read_literal(struct expr_parser *p)
{
    struct expr_node *n = node_new(p, EXPR_LITERAL);
    const char *s = pool_strn(p->pool, p->token.text, p->token.size);

    n->literal = p->token.kind == EXPR_TOKEN_STRING
                     ? expr_string(s)
                     : expr_number(strtod(s, NULL));
    expr_token_advance(p);
    return n;
}

static struct expr_node *read_group(struct expr_parser *p)
{
    struct expr_node *n;

    expr_token_advance(p);
    n = read_chain(p, 1);
    if (n == NULL)
        return NULL;
    if (!expr_token_take(p, ")"))
        return expr_token_unexpected(p, ")");
    return read_filter(p, n);
}

static struct expr_node *read_single(struct expr_parser *p)
{
    switch (p->token.kind) {
    case EXPR_TOKEN_STRING:
    case EXPR_TOKEN_NUMBER:
        return read_literal(p);
    case EXPR_TOKEN_REF:
        return read_ref(p);
    case EXPR_TOKEN_NAME:
        return expr_token_followed_by(p, "(") && node_kind_here(p) == NULL
                   ? read_call(p)
                   : read_relative_path(p);
    default:
        break;
    }
    if (expr_token_is(p, "("))
        return read_group(p);
    if (expr_token_is(p, "/") || expr_token_is(p, "//"))
        return read_root_path(p);
    if (starts_step(p))
        return read_relative_path(p);
    return expr_token_unexpected(p, _("a value"));
}

/* "a | b": the minus in front is of all of them. */
static struct expr_node *read_union(struct expr_parser *p)
{
    struct expr_node *first = read_single(p), *all = NULL;

    while (first != NULL && expr_token_take(p, "|")) {
        struct expr_node *next = read_single(p);
        if (next == NULL)
            return NULL;
        if (all == NULL) {
            all = node_new(p, EXPR_UNION);
            push_node(p, &all->args, &all->args_nr, first);
        }
        push_node(p, &all->args, &all->args_nr, next);
    }
    return all != NULL ? all : first;
}

static struct expr_node *negated(struct expr_parser *p, struct expr_node *of)
{
    struct expr_node *n = node_new(p, EXPR_NEGATE);

    push_node(p, &n->args, &n->args_nr, of);
    return n;
}

static struct expr_node *read_signed(struct expr_parser *p)
{
    size_t minuses = 0;
    struct expr_node *n;

    while (expr_token_take(p, "-"))
        minuses++;
    n = read_union(p);
    if (n == NULL || minuses == 0)
        return n;
    n = negated(p, n);
    return minuses % 2 == 1 ? n : negated(p, n);
}

/* ---- operators ---- */

enum { LEVEL_MAX = 6 };

static const struct expr_operator *operator_here(const struct expr_parser *p,
                                                 int level)
{
    for (size_t i = 0; i < expr_operators_nr; i++)
        if (expr_operators[i].level == level &&
            expr_token_is_operator(p, expr_operators[i].text))
            return &expr_operators[i];
    return NULL;
}

static void push_operator(struct expr_parser *p, struct expr_node *chain,
                          const struct expr_operator *op)
{
    chain->ops =
        room_for(p->pool, chain->ops, chain->args_nr - 1, sizeof *chain->ops);
    chain->ops[chain->args_nr - 1] = op;
}

static struct expr_node *read_level(struct expr_parser *p, int level)
{
    struct expr_node *first, *chain = NULL;
    const struct expr_operator *op;

    first = level < LEVEL_MAX ? read_level(p, level + 1) : read_signed(p);
    while (first != NULL && (op = operator_here(p, level)) != NULL) {
        struct expr_node *next;

        if (chain == NULL) {
            chain = node_new(p, EXPR_CHAIN);
            push_node(p, &chain->args, &chain->args_nr, first);
        }
        expr_token_take_operator(p, op->text);
        next = level < LEVEL_MAX ? read_level(p, level + 1) : read_signed(p);
        if (next == NULL)
            return NULL;
        push_operator(p, chain, op);
        push_node(p, &chain->args, &chain->args_nr, next);
    }
    return chain != NULL ? chain : first;
}

/* Every nesting passes here: parenthesis, argument, predicate. */
static struct expr_node *read_chain(struct expr_parser *p, int level)
{
    struct expr_node *n;

    if (p->depth == EXPR_DEPTH_MAX)
        return expr_token_refuse(p, p->token.at,
                                 _("this is nested too deeply"));
    p->depth++;
    n = read_level(p, level);
    p->depth--;
    return n;
}

struct expr *expr_literal(struct pool *pool, const char *text)
{
    struct expr *x = pool_alloc(pool, sizeof *x);

    x->pool = pool;
    x->text = pool_str(pool, text);
    x->root = pool_alloc(pool, sizeof *x->root);
    x->root->kind = EXPR_LITERAL;
    x->root->literal = expr_string(x->text);
    return x;
}

const char *expr_doubt(const struct expr *x)
{
    return x->doubt;
}

struct expr *expr_read(struct pool *pool, const char *text, size_t text_bytes,
                       struct err *e)
{
    struct expr_parser p = {.pool = pool, .size = text_bytes, .e = e};
    struct expr *x;

    if (text_bytes > EXPR_TEXT_MAX) {
        err_set(e, ERR_INPUT, _("an expression may have at most %d bytes"),
                EXPR_TEXT_MAX);
        return NULL;
    }
    x = pool_alloc(pool, sizeof *x);
    x->pool = pool;
    x->text = p.text = pool_strn(pool, text, text_bytes);
    expr_token_advance(&p);
    x->root = read_chain(&p, 1);
    if (x->root == NULL)
        return NULL;
    if (p.token.kind != EXPR_TOKEN_END)
        return expr_token_unexpected(&p, _("an operator"));
    x->doubt = p.doubt;
    return x;
}
