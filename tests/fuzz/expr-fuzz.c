/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: any text is an expression that evaluates within its limits, with a
 * document to walk and without, or is refused with a sentence. */
#include <stdint.h>
#include <stdlib.h>

#include "base/entropy.h"
#include "forms/expr.h"
#include "forms/xml_tree.h"

/* A bit of everything that paths tell apart. */
static const char document[] =
    "<a xmlns:n='u:n' xml:lang='am' id='x'><b id='y'>1</b><b>2012-09-11</b>"
    "<c><d n:e='7'>x y</d><d/><n:d>9 38; 9 39; 10 39; 9 38</n:d></c><f/></a>";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void evaluate(const struct expr *x, const struct expr_env *env)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr_value v;

    if (expr_eval(x, env, pool, &v, &e)) {
        expr_to_number(&v);
        expr_to_boolean(&v);
        expr_to_string(&v, pool);
    } else if (e.text[0] == '\0') {
        abort(); /* a refusal says why */
    }
    pool_free(pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    uint64_t state = 1;
    const struct entropy_source entropy = entropy_seeded(&state);
    struct expr_env env = {.self = EXPR_ROOT,
                           .today = 20000,
                           .now_ms = INT64_C(1728000000000),
                           .entropy = &entropy};
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr *x = expr_read(pool, (const char *)bytes, n, &e);

    if (x == NULL && e.text[0] == '\0')
        abort();
    if (x != NULL) {
        struct xml_tree *t = xml_tree_read(document, sizeof document - 1, &e);
        evaluate(x, &env);
        if (t == NULL || !xml_tree_stand(t, "/a/c/d", &e))
            abort();
        xml_tree_env(t, &env);
        evaluate(x, &env);
        xml_tree_free(t);
    }
    pool_free(pool);
    return 0;
}
