/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to tree: a hand that takes one token at a time and a reader that goes
 * down one function for each level of the grammar. Whether "*", "div" or "or"
 * is an operator or a name is decided by where it stands: behind a value it is
 * an operator, elsewhere a name, as XPath says.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

enum token_kind {
    TOKEN_END,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_REF, /* ${name}: text is the name */
    TOKEN_SYMBOL,
    TOKEN_BROKEN, /* the sentence is set */
};

struct token {
    enum token_kind kind;
    const char *text;
    size_t size, at;
};

struct parser {
    struct pool *pool;
    const char *text;
    size_t size, at; /* at: behind the token */
    struct token token;
    unsigned depth;
    struct err *e;
};

static struct expr_node *read_chain(struct parser *p, int level);

/* ---- tokens -----------------------------------------------------------------
 */

static bool is_name_start(unsigned char c)
{
    return isalpha(c) || c == '_' || c >= 0x80;
}

static bool is_name_part(unsigned char c)
{
    return is_name_start(c) || isdigit(c) || c == '-' || c == '.';
}

static unsigned char char_at(const struct parser *p, size_t at)
{
    return at < p->size ? (unsigned char)p->text[at] : '\0';
}

/* Says what is wrong and where; people count characters from 1. */
static void *refuse(struct parser *p, size_t at, const char *what)
{
    err_set(p->e, ERR_INPUT,
            /* TRANSLATORS: a place in an expression, what is wrong there */
            _("at character %zu: %s"), at + 1, what);
    return NULL;
}

static size_t name_end(const struct parser *p, size_t at)
{
    while (is_name_part(char_at(p, at)))
        at++;
    if (char_at(p, at) == ':' && is_name_start(char_at(p, at + 1)))
        for (at++; is_name_part(char_at(p, at));)
            at++;
    return at;
}

static size_t number_end(const struct parser *p, size_t at)
{
    while (isdigit(char_at(p, at)))
        at++;
    if (char_at(p, at) == '.')
        at++;
    while (isdigit(char_at(p, at)))
        at++;
    return at;
}

static size_t symbol_end(const struct parser *p, size_t at)
{
    static const char *const two[] = {"!=", "<=", ">=", "//", "::", ".."};

    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (char_at(p, at) == (unsigned char)two[i][0] &&
            char_at(p, at + 1) == (unsigned char)two[i][1])
            return at + 2;
    return at + 1;
}

/* A text in quotes or a ${name}: from behind its opening to its closing. */
static struct token enclosed(struct parser *p, enum token_kind kind,
                             size_t opening, char closing)
{
    size_t from = p->at + opening;
    const char *end =
        from > p->size ? NULL : memchr(p->text + from, closing, p->size - from);

    if (end == NULL) {
        refuse(p, p->at,
               kind == TOKEN_REF ? _("the closing } is missing")
                                 : _("the closing quotation mark is missing"));
        return (struct token){.kind = TOKEN_BROKEN, .at = p->at};
    }
    return (struct token){kind, p->text + from,
                          (size_t)(end - (p->text + from)), p->at};
}

static void skip_blanks(struct parser *p)
{
    while (p->at < p->size && isspace((unsigned char)p->text[p->at]))
        p->at++;
}

static void advance(struct parser *p)
{
    unsigned char c;
    size_t end;

    skip_blanks(p);
    c = char_at(p, p->at);
    if (p->at >= p->size) {
        p->token = (struct token){TOKEN_END, "", 0, p->at};
        return;
    }
    if (c == '"' || c == '\'') {
        p->token = enclosed(p, TOKEN_STRING, 1, (char)c);
        p->at += p->token.size + 2;
        return;
    }
    if (c == '$' && char_at(p, p->at + 1) == '{') {
        p->token = enclosed(p, TOKEN_REF, 2, '}');
        p->at += p->token.size + 3;
        return;
    }
    p->token = (struct token){TOKEN_SYMBOL, p->text + p->at, 0, p->at};
    if (isdigit(c) || (c == '.' && isdigit(char_at(p, p->at + 1)))) {
        p->token.kind = TOKEN_NUMBER;
        end = number_end(p, p->at);
    } else if (is_name_start(c)) {
        p->token.kind = TOKEN_NAME;
        end = name_end(p, p->at);
    } else {
        end = symbol_end(p, p->at);
    }
    p->token.size = end - p->at;
    p->at = end;
}

static bool token_is(const struct parser *p, const char *text)
{
    const struct token *t = &p->token;

    return (t->kind == TOKEN_SYMBOL || t->kind == TOKEN_NAME) &&
           t->size == strlen(text) && memcmp(t->text, text, t->size) == 0;
}

static bool take(struct parser *p, const char *text)
{
    if (!token_is(p, text))
        return false;
    advance(p);
    return true;
}

/* What comes behind the present token, blanks left out. */
static bool followed_by(struct parser *p, const char *text)
{
    size_t at = p->at;

    while (isspace(char_at(p, at)))
        at++;
    return char_at(p, at) == (unsigned char)text[0] &&
           (text[1] == '\0' || char_at(p, at + 1) == (unsigned char)text[1]);
}

/* How much of a token a sentence shows: whole characters only. */
static int shown_bytes(const struct token *t)
{
    size_t n = t->size < 40 ? t->size : 40;

    while (n > 0 && n < t->size && ((unsigned char)t->text[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

/* Where the reader found something else than it needs. */
static void *unexpected(struct parser *p, const char *needed)
{
    char what[160];

    if (p->token.kind == TOKEN_BROKEN)
        return NULL;
    if (p->token.kind == TOKEN_END)
        snprintf(what, sizeof what,
                 /* TRANSLATORS: what an expression needs at its end */
                 _("the expression ends too early, %s is missing"), needed);
    else
        snprintf(what, sizeof what,
                 /* TRANSLATORS: what an expression needs, what it has there */
                 _("%s is missing before \"%.*s\""), needed,
                 shown_bytes(&p->token), p->token.text);
    return refuse(p, p->token.at, what);
}

/* ---- nodes
 * -------------------------------------------------------------------- */

static struct expr_node *node_new(struct parser *p, enum expr_kind kind)
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

static void push_node(struct parser *p, struct expr_node ***items, size_t *nr,
                      struct expr_node *n)
{
    *items = room_for(p->pool, *items, *nr, sizeof **items);
    (*items)[(*nr)++] = n;
}

/* ---- paths
 * ---------------------------------------------------------------------- */

/* "[...]" as often as they come. */
static bool read_predicates(struct parser *p, struct expr_node ***items,
                            size_t *nr)
{
    while (take(p, "[")) {
        struct expr_node *n = read_chain(p, 1);
        if (n == NULL)
            return false;
        if (!take(p, "]"))
            return unexpected(p, "]") != NULL;
        push_node(p, items, nr, n);
    }
    return true;
}

static bool read_axis(struct parser *p, struct expr_step *s)
{
    static const struct {
        const char *name;
        enum expr_axis axis;
    } axes[] = {{"child", EXPR_AXIS_CHILD},
                {"parent", EXPR_AXIS_PARENT},
                {"self", EXPR_AXIS_SELF}};

    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        if (!token_is(p, axes[i].name))
            continue;
        s->axis = axes[i].axis;
        advance(p);
        advance(p);
        return true;
    }
    return refuse(p, p->token.at,
                  _("only the axes child, parent and self are understood")) !=
           NULL;
}

/* A name without its prefix, a star, or node(). */
static bool read_node_test(struct parser *p, struct expr_step *s)
{
    const char *colon;

    if (take(p, "*"))
        return true;
    if (p->token.kind != TOKEN_NAME)
        return unexpected(p, _("the name of a field")) != NULL;
    if (token_is(p, "node") && followed_by(p, "(")) {
        advance(p);
        advance(p);
        return take(p, ")") || unexpected(p, ")") != NULL;
    }
    colon = memchr(p->token.text, ':', p->token.size);
    if (colon == NULL)
        colon = p->token.text - 1;
    s->name = pool_strn(p->pool, colon + 1,
                        p->token.size - (size_t)(colon + 1 - p->token.text));
    advance(p);
    return true;
}

static bool read_step(struct parser *p, struct expr_path *path)
{
    struct expr_step s = {.axis = EXPR_AXIS_CHILD};

    if (take(p, "."))
        s.axis = EXPR_AXIS_SELF;
    else if (take(p, ".."))
        s.axis = EXPR_AXIS_PARENT;
    else if (followed_by(p, "::") && p->token.kind == TOKEN_NAME
                 ? !read_axis(p, &s) || !read_node_test(p, &s)
                 : !read_node_test(p, &s))
        return false;
    if (!read_predicates(p, &s.predicates, &s.predicates_nr))
        return false;
    path->steps = room_for(p->pool, path->steps, path->steps_nr, sizeof s);
    path->steps[path->steps_nr++] = s;
    return true;
}

static bool starts_step(const struct parser *p)
{
    return p->token.kind == TOKEN_NAME || token_is(p, ".") ||
           token_is(p, "..") || token_is(p, "*");
}

/* The steps behind a start: "/x/y[1]". */
static struct expr_node *read_steps(struct parser *p, struct expr_node *n)
{
    while (take(p, "/"))
        if (!read_step(p, n->path))
            return NULL;
    if (token_is(p, "//") || token_is(p, "|") || token_is(p, "@"))
        return refuse(p, p->token.at,
                      _("//, | and @ are not part of the form language"));
    return n;
}

static struct expr_node *path_new(struct parser *p, enum expr_start start)
{
    struct expr_node *n = node_new(p, EXPR_PATH);

    n->path = pool_alloc(p->pool, sizeof *n->path);
    n->path->start = start;
    n->path->bound = EXPR_NO_NODE;
    return n;
}

static struct expr_node *read_root_path(struct parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_ROOT);

    advance(p);
    if (starts_step(p) && !read_step(p, n->path))
        return NULL;
    return read_steps(p, n);
}

static struct expr_node *read_relative_path(struct parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_CONTEXT);

    return read_step(p, n->path) ? read_steps(p, n) : NULL;
}

/* A path may go on behind a ${name}, a call or a parenthesis. */
static struct expr_node *read_rest(struct parser *p, struct expr_node *n)
{
    if (!read_predicates(p, &n->path->predicates, &n->path->predicates_nr))
        return NULL;
    return read_steps(p, n);
}

static struct expr_node *read_filter(struct parser *p, struct expr_node *start)
{
    struct expr_node *n;

    if (!token_is(p, "[") && !token_is(p, "/"))
        return start;
    n = path_new(p, EXPR_FROM_NODES);
    n->path->nodes = start;
    return read_rest(p, n);
}

static struct expr_node *read_ref(struct parser *p)
{
    struct expr_node *n = path_new(p, EXPR_FROM_NAME);
    const char *name = p->token.text;
    size_t at = p->token.at, size;

    n->path->name = pool_strn(p->pool, name, p->token.size);
    name = n->path->name;
    size = str_trim(&name);
    n->path->name = pool_strn(p->pool, name, size);
    if (size == 0 || strchr(n->path->name, '#') != NULL)
        return refuse(p, at, _("this ${...} holds no name of a field"));
    advance(p);
    return read_rest(p, n);
}

/* ---- calls and single values ------------------------------------------------
 */

static bool count_fits(struct parser *p, const struct expr_node *call)
{
    const struct expr_func *f = call->func;
    char what[160];

    if (call->args_nr >= f->args_min && call->args_nr <= f->args_max)
        return true;
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
    return refuse(p, call->at, what) != NULL;
}

static bool read_args(struct parser *p, struct expr_node *call)
{
    if (take(p, ")"))
        return true;
    do {
        struct expr_node *arg = read_chain(p, 1);
        if (arg == NULL)
            return false;
        push_node(p, &call->args, &call->args_nr, arg);
    } while (take(p, ",") && call->args_nr < EXPR_ARGS_MAX);
    return take(p, ")") || unexpected(p, ")") != NULL;
}

static struct expr_node *read_call(struct parser *p)
{
    struct expr_node *n = node_new(p, EXPR_CALL);
    char what[160];
    bool is_current = token_is(p, "current");

    n->func = expr_func_find(p->token.text, p->token.size);
    if (n->func == NULL && !is_current) {
        snprintf(what, sizeof what, _("there is no function %.*s()"),
                 shown_bytes(&p->token), p->token.text);
        return refuse(p, n->at, what);
    }
    advance(p);
    advance(p);
    if (is_current) {
        if (!take(p, ")"))
            return unexpected(p, ")");
        return read_rest(p, path_new(p, EXPR_FROM_SELF));
    }
    if (!read_args(p, n) || !count_fits(p, n))
        return NULL;
    if (n->func->check != NULL && !n->func->check(n, p->e))
        return NULL;
    return read_filter(p, n);
}

static struct expr_node *read_literal(struct parser *p)
{
    struct expr_node *n = node_new(p, EXPR_LITERAL);
    const char *s = pool_strn(p->pool, p->token.text, p->token.size);

    n->literal = p->token.kind == TOKEN_STRING ? expr_string(s)
                                               : expr_number(strtod(s, NULL));
    advance(p);
    return n;
}

static struct expr_node *read_group(struct parser *p)
{
    struct expr_node *n;

    advance(p);
    n = read_chain(p, 1);
    if (n == NULL)
        return NULL;
    if (!take(p, ")"))
        return unexpected(p, ")");
    return read_filter(p, n);
}

static struct expr_node *read_single(struct parser *p)
{
    switch (p->token.kind) {
    case TOKEN_STRING:
    case TOKEN_NUMBER:
        return read_literal(p);
    case TOKEN_REF:
        return read_ref(p);
    case TOKEN_NAME:
        return followed_by(p, "(") && !token_is(p, "node")
                   ? read_call(p)
                   : read_relative_path(p);
    default:
        break;
    }
    if (token_is(p, "("))
        return read_group(p);
    if (token_is(p, "/"))
        return read_root_path(p);
    if (starts_step(p))
        return read_relative_path(p);
    return unexpected(p, _("a value"));
}

static struct expr_node *negated(struct parser *p, struct expr_node *of)
{
    struct expr_node *n = node_new(p, EXPR_NEGATE);

    push_node(p, &n->args, &n->args_nr, of);
    return n;
}

static struct expr_node *read_signed(struct parser *p)
{
    size_t minuses = 0;
    struct expr_node *n;

    while (take(p, "-"))
        minuses++;
    n = read_single(p);
    if (n == NULL || minuses == 0)
        return n;
    n = negated(p, n);
    return minuses % 2 == 1 ? n : negated(p, n);
}

/* ---- operators
 * --------------------------------------------------------------- */

enum { LEVEL_MAX = 6 };

static const struct expr_operator *operator_here(const struct parser *p,
                                                 int level)
{
    for (size_t i = 0; i < expr_operators_nr; i++)
        if (expr_operators[i].level == level &&
            token_is(p, expr_operators[i].text))
            return &expr_operators[i];
    return NULL;
}

static void push_operator(struct parser *p, struct expr_node *chain,
                          const struct expr_operator *op)
{
    chain->ops =
        room_for(p->pool, chain->ops, chain->args_nr - 1, sizeof *chain->ops);
    chain->ops[chain->args_nr - 1] = op;
}

static struct expr_node *read_level(struct parser *p, int level)
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
        advance(p);
        next = level < LEVEL_MAX ? read_level(p, level + 1) : read_signed(p);
        if (next == NULL)
            return NULL;
        push_operator(p, chain, op);
        push_node(p, &chain->args, &chain->args_nr, next);
    }
    return chain != NULL ? chain : first;
}

/* Every nesting passes here: parenthesis, argument, predicate. */
static struct expr_node *read_chain(struct parser *p, int level)
{
    struct expr_node *n;

    if (p->depth == EXPR_DEPTH_MAX)
        return refuse(p, p->token.at, _("this is nested too deeply"));
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

struct expr *expr_read(struct pool *pool, const char *text, size_t text_bytes,
                       struct err *e)
{
    struct parser p = {.pool = pool, .size = text_bytes, .e = e};
    struct expr *x;

    if (text_bytes > EXPR_TEXT_MAX) {
        err_set(e, ERR_INPUT, _("an expression may have at most %d bytes"),
                EXPR_TEXT_MAX);
        return NULL;
    }
    x = pool_alloc(pool, sizeof *x);
    x->pool = pool;
    x->text = p.text = pool_strn(pool, text, text_bytes);
    advance(&p);
    x->root = read_chain(&p, 1);
    if (x->root == NULL)
        return NULL;
    if (p.token.kind != TOKEN_END)
        return unexpected(&p, _("an operator"));
    return x;
}
