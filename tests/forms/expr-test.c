/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: an expression gives what tests/forms/expr.tsv says, a broken one is
 * refused with its place, and no expression takes more than its bounds.
 *
 * The table is read from beside the sources; each of its lines is one check:
 * expression, tab, what it gives as text. "!" in front of what is expected
 * means that the expression is refused with a sentence that holds the rest.
 * The fields that expressions may name are the invented ones below.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/expr.h"

/* ---- a small tree: a household with two children ---- */

static const struct leaf {
    const char *name, *value;
    size_t parent;
    enum expr_type type;
} leaves[] = {
    {"age", "14", EXPR_ROOT, EXPR_NUMBER},
    {"blank", "", EXPR_ROOT, EXPR_STRING},
    {"needs", "food school", EXPR_ROOT, EXPR_STRING},
    {"birth", "2012-09-11", EXPR_ROOT, EXPR_DATE},
    {"name", "ሰላም", EXPR_ROOT, EXPR_STRING},
    {"household", "", EXPR_ROOT, EXPR_STRING},
    {"child", "", 5, EXPR_STRING},
    {"given", "Hana", 6, EXPR_STRING},
    {"years", "9", 6, EXPR_NUMBER},
    {"child", "", 5, EXPR_STRING},
    {"given", "Dawit", 9, EXPR_STRING},
    {"years", "", 9, EXPR_NUMBER},
    {"whole", "1", EXPR_ROOT, EXPR_NUMBER},
    {"point", "1.0", EXPR_ROOT, EXPR_NUMBER},
};

static const char *leaf_value(void *arg, size_t node, enum expr_type *type)
{
    (void)arg;
    if (node == EXPR_ROOT)
        return "";
    *type = leaves[node].type;
    return leaves[node].value;
}

static const char *leaf_name(void *arg, size_t node)
{
    (void)arg;
    return node == EXPR_ROOT ? "" : leaves[node].name;
}

static size_t leaf_parent(void *arg, size_t node)
{
    (void)arg;
    return node == EXPR_ROOT ? EXPR_NO_NODE : leaves[node].parent;
}

static size_t leaf_from(size_t from, size_t parent)
{
    for (size_t i = from; i < ARR_NR(leaves); i++)
        if (leaves[i].parent == parent)
            return i;
    return EXPR_NO_NODE;
}

static size_t leaf_child(void *arg, size_t node)
{
    (void)arg;
    return leaf_from(0, node);
}

static size_t leaf_next(void *arg, size_t node)
{
    (void)arg;
    return leaf_from(node + 1, leaves[node].parent);
}

static const struct expr_tree tree = {
    .value = leaf_value,
    .name = leaf_name,
    .parent = leaf_parent,
    .child = leaf_child,
    .next = leaf_next,
};

static bool resolve(void *arg, const char *path, size_t *node, struct err *e)
{
    char name[64] = "";

    (void)arg;
    if (str_equal(path, ".")) {
        *node = 0;
        return true;
    }
    if (str_equal(path, "/")) {
        *node = EXPR_ROOT;
        return true;
    }
    if (sscanf(path, "${%63[^}]}", name) != 1)
        sscanf(path, "/%63s", name);
    for (size_t i = 0; i < ARR_NR(leaves); i++) {
        if (str_equal(leaves[i].name, name)) {
            *node = i;
            return true;
        }
    }
    return err_set(e, ERR_INPUT, "there is no field %s", path);
}

/* 21 November 2026, noon. */
static const struct expr_env env = {
    .tree = &tree, .self = 0, .today = 20778, .now_ms = 1795262400000};

static bool evaluate(const char *text, size_t size, struct pool *pool,
                     const char **out, struct err *e)
{
    const struct expr_scope scope = {.resolve = resolve};
    struct expr *x = expr_read(pool, text, size, e);
    struct expr_value v;

    /* without a name there is nothing to bind: paths are walked */
    if (x == NULL ||
        (memchr(text, '$', size) != NULL && !expr_bind(x, &scope, e)) ||
        !expr_eval(x, &env, pool, &v, e))
        return false;
    *out = expr_to_string(&v, pool);
    return true;
}

/* ---- the table ---- */

static bool line_holds(const char *expression, const char *expected)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    const char *got = "";
    bool ok = evaluate(expression, strlen(expression), pool, &got, &e);
    bool holds = expected[0] == '!'
                     ? !ok && strstr(e.text, expected + 1) != NULL
                     : ok && str_equal(got, expected);

    if (!holds)
        print_error("%s\n  expected %s\n  got      %s%s\n", expression,
                    expected, ok ? "" : "!", ok ? got : e.text);
    pool_free(pool);
    return holds;
}

static void the_table_holds(void **state)
{
    struct buf b = BUF_INIT(1 << 20);
    struct err e = ERR_INIT;
    unsigned lines = 0, wrong = 0;

    (void)state;
    if (!buf_read_file(&b, "tests/forms/expr.tsv", &e))
        fail_msg("%s", e.text);
    for (char *line = b.data, *end; *line != '\0'; line = end) {
        char *tab = strchr(line, '\t');
        end = strchr(line, '\n');
        assert_non_null(end);
        *end++ = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        assert_non_null(tab);
        *tab = '\0';
        lines++;
        wrong += !line_holds(line, tab + 1);
    }
    buf_release(&b);
    assert_int_equal(wrong, 0);
    assert_true(lines > 200);
}

/* ---- bounds ---- */

static bool is_refused(const char *text, size_t size, enum err_code code)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    const char *got;
    bool ok = evaluate(text, size, pool, &got, &e);

    pool_free(pool);
    return !ok && e.code == code;
}

static void deep_nesting_is_refused(void **state)
{
    char text[4001];

    (void)state;
    assert_false(is_refused("((((((((((1))))))))))", 21, ERR_INPUT));
    memset(text, '(', 2000);
    text[2000] = '1';
    memset(text + 2001, ')', 2000);
    assert_true(is_refused(text, 4001, ERR_INPUT));
    memset(text, '-', 3999); /* signs are counted, not nested */
    text[3999] = '1';
    assert_false(is_refused(text, 4000, ERR_INPUT));
}

static void a_long_chain_is_not_deep(void **state)
{
    struct buf b = BUF_INIT(EXPR_TEXT_MAX);

    (void)state;
    buf_add_str(&b, "0");
    for (int i = 0; i < 5000; i++)
        buf_add_str(&b, " + 1");
    assert_false(is_refused(b.data, b.size, ERR_INPUT));
    buf_release(&b);
}

static void too_much_work_is_refused(void **state)
{
    struct buf b = BUF_INIT(EXPR_TEXT_MAX);

    (void)state;
    /* 32 times three times longer: 3^32 bytes, were it let */
    for (int i = 0; i < 32; i++)
        buf_add_str(&b, "translate(concat(");
    buf_add_str(&b, "${name}");
    for (int i = 0; i < 32; i++)
        buf_add_str(&b, ",${name}),'x','y')");
    assert_false(is_refused(b.data, b.size, ERR_FULL));
    buf_clear(&b);
    /* every predicate walks all of the tree for each of its nodes */
    buf_add_str(&b, "count(/*");
    for (int i = 0; i < 20; i++)
        buf_add_str(&b, "[count(/*");
    for (int i = 0; i < 20; i++)
        buf_add_str(&b, ") > 0]");
    buf_add_str(&b, ")");
    assert_true(is_refused(b.data, b.size, ERR_FULL));
    buf_clear(&b);
    /* each of 10,000 letters is looked for among 10,000 others */
    buf_add_str(&b, "translate('");
    for (int i = 0; i < 10000; i++)
        buf_add_byte(&b, 'a');
    buf_add_str(&b, "', '");
    for (int i = 0; i < 10000; i++)
        buf_add_byte(&b, 'b');
    buf_add_str(&b, "', '')");
    assert_true(is_refused(b.data, b.size, ERR_FULL));
    buf_clear(&b);
    /* 1,500 walks that find nothing and so take no memory */
    buf_add_str(&b, "count(/*[0");
    for (int i = 0; i < 1500; i++)
        buf_add_str(&b, "+count(/none)");
    buf_add_str(&b, "])");
    assert_true(is_refused(b.data, b.size, ERR_FULL));
    buf_release(&b);
}

static void too_much_memory_is_refused(void **state)
{
    struct buf b = BUF_INIT(EXPR_TEXT_MAX);

    (void)state;
    /* 14 fields, three deep, 80 kB each: over 200 MB, were it let */
    buf_add_str(&b, "count(/*[/*[/*[translate('");
    for (int i = 0; i < 20000; i++)
        buf_add_byte(&b, 'x');
    buf_add_str(&b, "', 'a', 'b') = '']]])");
    assert_true(is_refused(b.data, b.size, ERR_FULL));
    buf_release(&b);
}

static void a_text_with_a_nul_byte_is_refused(void **state)
{
    (void)state;
    assert_true(is_refused("1\0+1", 4, ERR_INPUT));
}

static void the_fields_that_are_read_are_known(void **state)
{
    static const char text[] =
        "${age} > 3 and /needs = 'x' or ${age} = count(/*[years > ${whole}])";
    const struct expr_scope scope = {.resolve = resolve};
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr *x = expr_read(pool, text, strlen(text), &e);
    const size_t *fields;
    size_t nr;

    (void)state;
    assert_non_null(x);
    assert_true(expr_bind(x, &scope, &e));
    fields = expr_depends(x, &nr);
    assert_int_equal(nr, 4);
    assert_int_equal(fields[0], 0);
    assert_int_equal(fields[1], 2);
    assert_true(fields[2] == EXPR_ROOT);
    assert_int_equal(fields[3], 12);
    pool_free(pool);
}

static void a_path_without_a_form_is_refused(void **state)
{
    struct expr_env nowhere = env;
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr_value v;
    struct expr *x = expr_read(pool, "/data/age", 9, &e);

    (void)state;
    nowhere.tree = NULL;
    assert_non_null(x);
    assert_false(expr_eval(x, &nowhere, pool, &v, &e));
    nowhere.tree = &tree; /* not bound: it is walked */
    x = expr_read(pool, "/household/child[2]/given", 25, &e);
    assert_true(expr_eval(x, &nowhere, pool, &v, &e));
    assert_string_equal(v.string, "Dawit");
    pool_free(pool);
}

static void every_cut_of_an_expression_is_survived(void **state)
{
    static const char text[] =
        "if(selected(${needs}, 'food') and ../age[position() = 1] div 2 > .5, "
        "concat(\"a\", -${age}, today() - 3), current()/../name != 'x')";
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    const char *got;

    (void)state;
    for (size_t from = 0; from < strlen(text); from++)
        for (size_t to = from; to <= strlen(text); to++)
            if (!evaluate(text + from, to - from, pool, &got, &e))
                assert_true(e.text[0] != '\0');
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_long_chain_is_not_deep),
        cmocka_unit_test(too_much_work_is_refused),
        cmocka_unit_test(too_much_memory_is_refused),
        cmocka_unit_test(a_text_with_a_nul_byte_is_refused),
        cmocka_unit_test(the_fields_that_are_read_are_known),
        cmocka_unit_test(a_path_without_a_form_is_refused),
        cmocka_unit_test(every_cut_of_an_expression_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
