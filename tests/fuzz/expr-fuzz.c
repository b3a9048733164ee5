/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: any text is an expression that evaluates within its limits, or is
 * refused with a sentence. */
#include <stdint.h>
#include <stdlib.h>

#include "forms/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const struct expr_env env = {
        .self = EXPR_ROOT, .today = 20000, .now_ms = INT64_C(1728000000000)};
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr_value v;
    struct expr *x = expr_read(pool, (const char *)bytes, n, &e);
    if (x == NULL && e.text[0] == '\0')
        abort();
    if (x != NULL && expr_eval(x, &env, pool, &v, &e)) {
        expr_to_number(&v);
        expr_to_boolean(&v);
        expr_to_string(&v, pool);
    }
    pool_free(pool);
    return 0;
}
