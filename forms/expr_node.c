/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of sets of fields, and of the place of one among others. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/expr_int.h"

static bool call_count(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    if (c->args[0].type != EXPR_NODES)
        return err_set(e, ERR_INPUT, _("%s() counts fields, not values"),
                       "count");
    *out = expr_number((double)c->args[0].nodes_nr);
    return true;
}

/* A group counts when there is anything in it, whatever its fields hold. */
static bool call_count_non_empty(struct expr_call *c, struct expr_value *out,
                                 struct err *e)
{
    const struct expr_value *set = &c->args[0];
    const struct expr_env *env = c->run->env;
    double n = 0;

    if (set->type != EXPR_NODES)
        return err_set(e, ERR_INPUT, _("%s() counts fields, not values"),
                       "count-non-empty");
    for (size_t i = 0; i < set->nodes_nr; i++) {
        struct expr_value v = expr_node_value(c->run, set->nodes[i]);
        n += v.type != EXPR_STRING || v.string[0] != '\0' ||
             env->tree->child(env->arg, set->nodes[i]) != EXPR_NO_NODE;
    }
    *out = expr_number(n);
    return true;
}

bool expr_place_of(struct expr_run *run, size_t node, double *place,
                   struct err *e)
{
    const struct expr_tree *tree = run->env->tree;
    void *arg = run->env->arg;
    size_t parent = tree->parent(arg, node), other;
    const char *name = tree->name(arg, node);

    *place = 1;
    if (parent == EXPR_NO_NODE)
        return true;
    for (other = tree->child(arg, parent);
         other != node && other != EXPR_NO_NODE;
         other = tree->next(arg, other)) {
        if (!expr_spend(run, 0, e))
            return false;
        *place += str_equal(name, tree->name(arg, other));
    }
    return true;
}

static bool call_position(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    double place = (double)c->run->position;

    if (c->nr == 1) {
        const struct expr_value *v = &c->args[0];
        if (v->type != EXPR_NODES || v->nodes_nr == 0)
            return err_set(e, ERR_INPUT, _("%s() needs a field"), "position");
        if (!expr_place_of(c->run, v->nodes[0], &place, e))
            return false;
    }
    *out = expr_number(place);
    return true;
}

static bool call_last(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    (void)e;
    *out = expr_number((double)c->run->size);
    return true;
}

/* ---- names ---- */

/* The first node of the argument, else the one here; EXPR_NO_NODE: none. */
static bool first_node(struct expr_call *c, size_t *node, struct err *e)
{
    if (!expr_arg_here(c, e))
        return false;
    if (c->args[0].type != EXPR_NODES)
        return err_set(e, ERR_INPUT, _("%s() needs a field"),
                       c->node->func->name);
    *node = c->args[0].nodes_nr > 0 ? c->args[0].nodes[0] : EXPR_NO_NODE;
    return true;
}

typedef const char *question(void *arg, size_t node);

static bool ask(struct expr_call *c, question *of, struct expr_value *out,
                struct err *e)
{
    size_t node = EXPR_NO_NODE;

    if (!first_node(c, &node, e))
        return false;
    *out = expr_string(
        node == EXPR_NO_NODE || of == NULL ? "" : of(c->run->env->arg, node));
    return true;
}

static bool call_local_name(struct expr_call *c, struct expr_value *out,
                            struct err *e)
{
    const struct expr_tree *tree = c->run->env->tree;

    return ask(c, tree != NULL ? tree->name : NULL, out, e);
}

static bool call_name(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    const struct expr_tree *tree = c->run->env->tree;

    if (tree == NULL || tree->full_name == NULL)
        return call_local_name(c, out, e);
    return ask(c, tree->full_name, out, e);
}

static bool call_namespace_uri(struct expr_call *c, struct expr_value *out,
                               struct err *e)
{
    const struct expr_tree *tree = c->run->env->tree;

    return ask(c, tree != NULL ? tree->name_space : NULL, out, e);
}

/* ---- id() ---- */

/* Whether its attribute id is one of the words in these texts. */
static bool has_id(struct expr_call *c, size_t node, const char *const *words,
                   size_t nr)
{
    const struct expr_env *env = c->run->env;
    size_t i = env->tree->attribute(env->arg, node);

    while (i != EXPR_NO_NODE && !str_equal(env->tree->name(env->arg, i), "id"))
        i = env->tree->next(env->arg, i);
    for (size_t k = 0; i != EXPR_NO_NODE && k < nr; k++)
        if (expr_has_word(words[k], expr_node_text(c->run, i)))
            return true;
    return false;
}

/* What the argument names: the words of a text, of nodes those of each. */
static bool words_of(struct expr_call *c, const char ***words, size_t *nr,
                     size_t *bytes, struct err *e)
{
    struct expr_value *texts;

    if (!expr_args_spread(c, 0, &texts, nr, e) ||
        !expr_spend(c->run, *nr * sizeof **words, e))
        return false;
    *words = pool_alloc(c->run->pool, *nr * sizeof **words);
    *bytes = 0;
    for (size_t i = 0; i < *nr; i++) {
        (*words)[i] = expr_to_string(&texts[i], c->run->pool);
        *bytes += strlen((*words)[i]) + 1;
    }
    return true;
}

/* The elements whose attribute id is one of the words. */
static bool call_id(struct expr_call *c, struct expr_value *out, struct err *e)
{
    const struct expr_env *env = c->run->env;
    const struct expr_step any = {.axis = EXPR_AXIS_SELF, .is_node = true};
    struct expr_set all = {NULL, 0, 0}, found = {NULL, 0, 0};
    struct expr_walk w = {c->run, &any, &all};
    const char **words;
    size_t nr, bytes;
    bool ok;

    if (env->tree == NULL)
        return err_set(e, ERR_INPUT, _("%s() needs a form around it"), "id");
    ok = words_of(c, &words, &nr, &bytes, e);
    if (ok && env->tree->attribute != NULL)
        ok = expr_axes[EXPR_AXIS_DESCENDANT].walk(&w, EXPR_ROOT, e);
    for (size_t i = 0; ok && i < all.nr; i++) {
        ok = expr_spend_reading(c->run, bytes, e);
        if (ok && has_id(c, all.items[i], words, nr))
            ok = expr_set_add(c->run, &found, all.items[i], e);
    }
    ok = ok && expr_set_give(c->run, &found, out, e);
    ARR_RELEASE(&all);
    ARR_RELEASE(&found);
    return ok;
}

/* ---- lang() ---- */

/* The language an element is written in; NULL when it does not say. */
static const char *own_language(struct expr_call *c, size_t node)
{
    const struct expr_env *env = c->run->env;

    for (size_t i = env->tree->attribute(env->arg, node); i != EXPR_NO_NODE;
         i = env->tree->next(env->arg, i))
        if (str_equal(env->tree->full_name(env->arg, i), "xml:lang"))
            return expr_node_text(c->run, i);
    return NULL;
}

/* Whether that language is the one, or a kind of it: "en" of "en-GB". */
static bool call_lang(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    const struct expr_env *env = c->run->env;
    const char *wanted = expr_arg_string(c, 0), *lang = NULL;
    size_t node = c->run->context, n = strlen(wanted);

    if (env->tree == NULL)
        return err_set(e, ERR_INPUT, _("%s() needs a form around it"), "lang");
    *out = expr_boolean(false);
    if (env->tree->attribute == NULL || env->tree->full_name == NULL)
        return true;
    for (; lang == NULL && node != EXPR_ROOT && node != EXPR_NO_NODE;
         node = env->tree->parent(env->arg, node))
        lang = own_language(c, node);
    *out = expr_boolean(lang != NULL && strncasecmp(lang, wanted, n) == 0 &&
                        (lang[n] == '\0' || lang[n] == '-'));
    return true;
}

/* ---- randomize() ---- */

/*
 * The chance that the ODK XForms specification lays down, so that a seed gives
 * the same order in every program: Park and Miller's generator, and a shuffle
 * that puts each node at the place it draws and what stood there at the end.
 */
enum { PARK_FACTOR = 16807, PARK_MODULUS = 2147483647 };

static int64_t park_start(int64_t seed)
{
    int64_t state = seed % PARK_MODULUS;

    return state > 0 ? state : state + PARK_MODULUS - 1;
}

/* At least 0, below 1. */
static double park_draw(int64_t *state)
{
    *state = *state * PARK_FACTOR % PARK_MODULUS;
    return (double)(*state - 1) / (PARK_MODULUS - 1);
}

static bool find_seed(struct expr_call *c, int64_t *seed, struct err *e)
{
    const struct entropy_source *entropy = c->run->env->entropy;
    double n;

    if (c->nr < 2) {
        if (entropy == NULL)
            return err_set(e, ERR_INPUT, _("%s() cannot be used here"),
                           "randomize");
        *seed = (int64_t)(entropy_u64(entropy) >> 1);
        return true;
    }
    n = expr_arg_number(c, 1);
    *seed = isfinite(n) ? (int64_t)fmod(trunc(n), PARK_MODULUS)
                        : (int64_t)expr_bytes_seed(expr_arg_string(c, 1));
    return true;
}

/* randomize(nodes[, seed]) */
static bool call_randomize(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    const struct expr_value *set = &c->args[0];
    size_t bytes = set->nodes_nr * sizeof *set->nodes, *mixed;
    int64_t seed = 0, state;

    if (set->type != EXPR_NODES)
        return err_set(e, ERR_INPUT, _("%s() needs a field"), "randomize");
    if (!find_seed(c, &seed, e) || !expr_spend(c->run, bytes, e))
        return false;
    state = park_start(seed);
    mixed = pool_alloc(c->run->pool, bytes);
    for (size_t i = 0; i < set->nodes_nr; i++) {
        size_t drawn = (size_t)(park_draw(&state) * (double)(i + 1));
        mixed[i] = mixed[drawn];
        mixed[drawn] = set->nodes[i];
    }
    *out = *set;
    out->nodes = mixed;
    return true;
}

static const struct expr_func items[] = {
    {.name = "count", 1, 1, .call = call_count},
    {.name = "count-non-empty", 1, 1, .call = call_count_non_empty},
    {.name = "position", 0, 1, .call = call_position},
    {.name = "last", 0, 0, .call = call_last},
    {.name = "id", 1, 1, .call = call_id},
    {.name = "name", 0, 1, .call = call_name},
    {.name = "local-name", 0, 1, .call = call_local_name},
    {.name = "namespace-uri", 0, 1, .call = call_namespace_uri},
    {.name = "lang", 1, 1, .call = call_lang},
    {.name = "randomize", 1, 2, .call = call_randomize},
};

const struct expr_func_table expr_node_table = {items, ARR_NR(items)};
