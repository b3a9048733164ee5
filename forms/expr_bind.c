/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to nodes, once: the steps of a path that have neither a star nor a
 * predicate are asked for as one path, the rest is walked when evaluated.
 */
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "forms/expr_int.h"

struct binder {
    struct expr *x;
    const struct expr_scope *scope;
    unsigned predicates; /* around what is bound now */
    struct err *e;
};

static bool bind_node(struct binder *b, struct expr_node *n);

static void depend_on(struct expr *x, size_t node)
{
    size_t nr = x->depends_nr;

    for (size_t i = 0; i < nr; i++)
        if (x->depends[i] == node)
            return;
    if (nr == 0 || (nr & (nr - 1)) == 0) {
        size_t *more =
            pool_alloc(x->pool, (nr == 0 ? 1 : 2 * nr) * sizeof *more);
        if (nr != 0)
            memcpy(more, x->depends, nr * sizeof *more);
        x->depends = more;
    }
    x->depends[x->depends_nr++] = node;
}

/* "name", ".." and ".". */
static bool is_plain(const struct expr_step *s)
{
    if (s->predicates_nr != 0 || s->is_text || s->is_nothing)
        return false;
    return s->name != NULL
               ? s->axis == EXPR_AXIS_CHILD
               : s->axis == EXPR_AXIS_PARENT || s->axis == EXPR_AXIS_SELF;
}

static size_t plain_steps(const struct expr_path *p)
{
    size_t n = 0;

    if (p->predicates_nr != 0)
        return 0;
    while (n < p->steps_nr && is_plain(&p->steps[n]))
        n++;
    return n;
}

static void print_step(struct buf *text, const struct expr_step *s)
{
    if (text->size != 0 && text->data[text->size - 1] != '/')
        buf_add_byte(text, '/');
    if (s->axis == EXPR_AXIS_CHILD)
        buf_add_str(text, s->name);
    else
        buf_add_str(text, s->axis == EXPR_AXIS_PARENT ? ".." : ".");
}

static void print_path(struct buf *text, const struct expr_path *p,
                       size_t steps_nr)
{
    if (p->start == EXPR_FROM_ROOT)
        buf_add_byte(text, '/');
    if (p->start == EXPR_FROM_NAME)
        buf_printf(text, "${%s}", p->name);
    for (size_t i = 0; i < steps_nr; i++)
        print_step(text, &p->steps[i]);
    if (text->size == 0)
        buf_add_byte(text, '.');
}

/* Whether the steps that are walked lead out of what the start holds. */
static bool leads_away(const struct expr_path *p)
{
    for (size_t i = p->bound_steps; i < p->steps_nr; i++)
        if (p->steps[i].axis >= EXPR_AXIS_ANCESTOR)
            return true;
    return false;
}

static bool bind_start(struct binder *b, struct expr_path *p)
{
    struct buf text = BUF_INIT(EXPR_TEXT_MAX + 8);
    bool ok;

    p->bound_steps = plain_steps(p);
    print_path(&text, p, p->bound_steps);
    ok = b->scope->resolve(b->scope->arg, buf_text(&text), &p->bound, b->e);
    if (ok)
        depend_on(b->x, leads_away(p) ? EXPR_ROOT : p->bound);
    buf_release(&text);
    return ok;
}

static bool bind_all(struct binder *b, struct expr_node **items, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        if (!bind_node(b, items[i]))
            return false;
    return true;
}

static bool bind_predicates(struct binder *b, struct expr_path *p)
{
    bool ok;

    b->predicates++;
    ok = bind_all(b, p->predicates, p->predicates_nr);
    for (size_t i = 0; ok && i < p->steps_nr; i++)
        ok = bind_all(b, p->steps[i].predicates, p->steps[i].predicates_nr);
    b->predicates--;
    return ok;
}

static const char *literal_of(const struct expr_node *n)
{
    return n->kind == EXPR_LITERAL && n->literal.type == EXPR_STRING
               ? n->literal.string
               : NULL;
}

/* instance('places')/root/item[code = ${p}] seeks in the column code. */
static void tell_columns(struct binder *b, const struct expr_path *p)
{
    const struct expr_node *call = p->nodes;
    struct expr_equation q;
    const char *name;

    if (b->scope->list == NULL || call->kind != EXPR_CALL ||
        call->func->list != EXPR_LIST)
        return;
    name = literal_of(call->args[0]);
    for (size_t i = 0; name != NULL && i < p->steps_nr; i++)
        if (expr_seek_equation(&p->steps[i], &q))
            b->scope->list(b->scope->arg, name, q.column);
}

static bool bind_path(struct binder *b, struct expr_path *p)
{
    bool is_walked = p->start == EXPR_FROM_NODES ||
                     (p->start == EXPR_FROM_CONTEXT && b->predicates > 0);

    if (!is_walked && !bind_start(b, p))
        return false;
    if (p->start == EXPR_FROM_NODES) {
        if (!bind_node(b, p->nodes))
            return false;
        tell_columns(b, p);
    }
    return bind_predicates(b, p);
}

static void tell_list(struct binder *b, const struct expr_node *call)
{
    const char *name;

    if (call->func->list == EXPR_NO_LIST || b->scope->list == NULL)
        return;
    name = literal_of(call->args[0]);
    if (name != NULL)
        b->scope->list(b->scope->arg, name,
                       call->func->list == EXPR_LIST_BY_KEY
                           ? literal_of(call->args[2])
                           : NULL);
}

static bool bind_node(struct binder *b, struct expr_node *n)
{
    if (n->wrong != NULL)
        return err_set(b->e, ERR_INPUT, "%s", n->wrong);
    if (n->kind == EXPR_PATH)
        return bind_path(b, n->path);
    if (n->kind == EXPR_CALL) {
        b->x->speaks = b->x->speaks || n->func->speaks;
        tell_list(b, n);
    }
    return bind_all(b, n->args, n->args_nr);
}

bool expr_bind(struct expr *x, const struct expr_scope *scope, struct err *e)
{
    struct binder b = {.x = x, .scope = scope, .e = e};

    return bind_node(&b, x->root);
}

bool expr_speaks(const struct expr *x)
{
    return x->speaks;
}

const size_t *expr_depends(const struct expr *x, size_t *nr)
{
    *nr = x->depends_nr;
    return x->depends;
}
