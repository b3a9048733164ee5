/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a document becomes a tree with the names, texts and attributes it was
 * written with; what is broken, too large, too deep or declares entities is
 * refused with a reason; and a place in it is found or said to be missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/xml_tree.h"

static struct xml_tree *read_text(const char *text, struct err *e)
{
    return xml_tree_read(text, strlen(text), e);
}

/* What an expression gives at a place in a document that must be readable. */
static void gives(const char *text, const char *place, const char *expression,
                  const char *expected)
{
    struct expr_env env = {.today = 0};
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct xml_tree *t = read_text(text, &e);
    struct expr *x = expr_read(pool, expression, strlen(expression), &e);
    struct expr_value v;

    if (t == NULL || x == NULL || !xml_tree_stand(t, place, &e))
        fail_msg("%s", e.text);
    xml_tree_env(t, &env);
    if (!expr_eval(x, &env, pool, &v, &e))
        fail_msg("%s", e.text);
    assert_string_equal(expr_to_string(&v, pool), expected);
    xml_tree_free(t);
    pool_free(pool);
}

static void texts_are_what_is_written(void **state)
{
    (void)state;
    gives("<a>one<b>two</b>three</a>", "/", ".", "onetwothree");
    gives("<a>one<b>two</b>three</a>", "/a", "b", "two");
    gives("<a>1 &lt; 2 &amp; &#x121B;</a>", "/", "/a", "1 < 2 & ማ");
    gives("<a><![CDATA[<b>]]></a>", "/", "/a", "<b>");
    gives("<a>x<!-- y --><?z z?>w</a>", "/", "/a", "xw");
    gives("<a b='1 &quot;2'/>", "/a", "@b", "1 \"2");
    gives("<a><b/></a>", "/", "count(/a/b)", "1");
    gives("<!DOCTYPE html><a>x</a>", "/", "/a", "x");
    gives("\xEF\xBB\xBF<a>ሰላም</a>", "/", "string-length(/a)", "3");
}

static void names_lose_their_prefix(void **state)
{
    static const char text[] =
        "<p:a xmlns:p='urn:p' xmlns='urn:d' p:x='1' y='2'><b/></p:a>";

    (void)state;
    gives(text, "/", "count(/a/b)", "1");
    gives(text, "/q:a[1]/b[1]", "name(..)", "p:a");
    gives(text, "/a", "count(@*)", "2");
    gives(text, "/a", "@x + @y", "3");
    gives(text, "/a", "namespace-uri()", "urn:p");
    gives(text, "/a", "namespace-uri(b)", "urn:d");
    gives(text, "/a", "namespace-uri(@x)", "urn:p");
    gives(text, "/a", "namespace-uri(@y)", "");
}

static void absolute_paths_begin_in_the_instance(void **state)
{
    static const char text[] =
        "<model><instance><d><x>1</x></d></instance>"
        "<instance id='l'><list><item>2</item></list></instance></model>";

    (void)state;
    gives(text, "/", "/model/instance/d/x", "1");
    gives(text, "/model/instance", "/d/x", "1");
    gives(text, "/model/instance/d", "/d/x", "1");
    gives(text, "/model/instance/d", "count(/model)", "0");
    gives(text, "/model/instance/d", "instance('l')/list/item + x", "3");
    gives(text, "/model/instance[2]/list", "/list/item", "2");
    gives(text, "/model/instance[2]/list", "count(ancestor::*)", "0");
}

static void is_refused(const char *text, enum err_code code, const char *why)
{
    struct err e = ERR_INIT;

    assert_null(read_text(text, &e));
    assert_int_equal(e.code, code);
    if (strstr(e.text, why) == NULL)
        fail_msg("%s", e.text);
}

static void what_is_broken_is_refused_with_its_line(void **state)
{
    (void)state;
    is_refused("", ERR_INPUT, "line 1");
    is_refused("<a>\n<b></a>", ERR_INPUT, "line 2");
    is_refused("<a></a><b/>", ERR_INPUT, "line 1");
    is_refused("<a>&what;</a>", ERR_INPUT, "line 1");
    is_refused("<a b='1' b='2'/>", ERR_INPUT, "line 1");
    is_refused("<a>\xC3(</a>", ERR_INPUT, "line 1");
}

static void entities_are_refused(void **state)
{
    (void)state;
    is_refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", ERR_INPUT, "entities");
    is_refused("<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/hostname'>]><a>&x;</a>",
               ERR_INPUT, "entities");
    is_refused("<!DOCTYPE a [<!ATTLIST a b CDATA 'x'>]><a/>", ERR_INPUT,
               "entities");
    is_refused("<!DOCTYPE a [<!ENTITY % x SYSTEM 'x'> %x;]><a/>", ERR_INPUT,
               "entities");
}

static void what_is_too_much_is_refused(void **state)
{
    struct buf b = BUF_INIT(XML_TREE_BYTES_MAX + 2);
    struct err e = ERR_INIT;
    struct xml_tree *t;

    (void)state;
    for (int i = 0; i < XML_TREE_DEPTH_MAX; i++)
        buf_add_str(&b, "<a>");
    buf_add_str(&b, "x");
    for (int i = 0; i < XML_TREE_DEPTH_MAX; i++)
        buf_add_str(&b, "</a>");
    t = read_text(buf_text(&b), &e);
    assert_non_null(t);
    xml_tree_free(t);

    buf_clear(&b);
    for (int i = 0; i <= XML_TREE_DEPTH_MAX; i++)
        buf_add_str(&b, "<a>");
    is_refused(buf_text(&b), ERR_FULL, "too deeply");

    buf_clear(&b);
    buf_add_str(&b, "<a>");
    for (int i = 0; i <= XML_TREE_NODES_MAX; i++)
        buf_add_str(&b, "<b/>");
    is_refused(buf_text(&b), ERR_FULL, "too many parts");

    buf_clear(&b);
    for (int i = 0; i < 50; i++)
        buf_add_str(&b, "<a>");
    for (int i = 0; i < 6 << 20; i++)
        buf_add_byte(&b, 'x');
    for (int i = 0; i < 50; i++)
        buf_add_str(&b, "</a>");
    is_refused(buf_text(&b), ERR_FULL, "too deeply");

    while (b.size <= XML_TREE_BYTES_MAX)
        buf_add_byte(&b, ' ');
    assert_null(xml_tree_read(buf_text(&b), b.size, &e));
    assert_int_equal(e.code, ERR_FULL);
    buf_release(&b);
}

static void a_place_is_found_or_said_to_be_missing(void **state)
{
    static const char *const missing[] = {
        "/b", "/a/c", "/a/b[3]",  "/a/b[0]", "/a/b[x]", "/a/b[1", "a",
        "",   "//a",  "/a/b[1]x", "/a/@y",   "/a//b",   "/a/[1]",
    };
    struct err e = ERR_INIT;
    struct xml_tree *t = read_text("<a y='1'><b>1</b><b>2</b></a>", &e);

    (void)state;
    for (size_t i = 0; i < ARR_NR(missing); i++) {
        if (xml_tree_stand(t, missing[i], &e))
            fail_msg("%s was found", missing[i]);
        assert_int_equal(e.code, ERR_INPUT);
    }
    assert_true(xml_tree_stand(t, "/a/b[2]", &e));
    assert_true(xml_tree_stand(t, "/", &e));
    xml_tree_free(t);
}

static void every_cut_of_a_document_is_survived(void **state)
{
    static const char text[] =
        "<?xml version='1.0'?><!DOCTYPE h><a xmlns:p='q' p:x='1'>t<b>&lt;"
        "<![CDATA[c]]></b><!-- d --></a>";

    (void)state;
    for (size_t n = 0; n < sizeof text; n++) {
        struct err e = ERR_INIT;
        struct xml_tree *t = xml_tree_read(text, n, &e);
        assert_true((t != NULL) == (n == sizeof text - 1));
        xml_tree_free(t);
        if (n == sizeof text - 1)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_what_is_written),
        cmocka_unit_test(names_lose_their_prefix),
        cmocka_unit_test(absolute_paths_begin_in_the_instance),
        cmocka_unit_test(what_is_broken_is_refused_with_its_line),
        cmocka_unit_test(entities_are_refused),
        cmocka_unit_test(what_is_too_much_is_refused),
        cmocka_unit_test(a_place_is_found_or_said_to_be_missing),
        cmocka_unit_test(every_cut_of_a_document_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
