/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All text of the document stands in one buffer, in order, so that what an
 * element holds, with everything below it, is one piece of it. Node 0 is the
 * document itself.
 */
#include "forms/xml_tree.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"

/* A text deep in the document is part of the text of all around it. */
enum { NESTED_BYTES_MAX = 16 * XML_TREE_BYTES_MAX };

static const size_t NONE = EXPR_NO_NODE;

enum xml_kind { XML_ELEMENT, XML_ATTRIBUTE, XML_DECLARATION };

struct xml_node {
    enum xml_kind kind;           /* a declaration: xmlns, xmlns:x */
    const char *full_name, *name; /* name: behind the prefix */
    const char *value;            /* of an attribute; else when asked for */
    size_t parent, child, next, attribute; /* or NONE */
    size_t from, to;                       /* in the text */
};

struct xml_nodes {
    struct xml_node *items;
    size_t nr, alloc;
};

struct xml_tree {
    struct pool *pool;
    struct xml_nodes nodes;
    struct buf text;
    size_t base; /* what EXPR_ROOT stands for */
    size_t self;
};

/* ---- reading ---- */

struct builder {
    struct xml_tree *tree;
    XML_Parser parser;
    size_t open[XML_TREE_DEPTH_MAX + 1]; /* outermost first */
    size_t last[XML_TREE_DEPTH_MAX + 1]; /* the last child of each so far */
    size_t depth;
    size_t nested_bytes; /* of the texts of all elements together */
    struct err *e;
    bool failed;
};

static void fail(struct builder *b, enum err_code code, const char *why)
{
    if (!b->failed)
        err_set(b->e, code, _("line %lu: %s"),
                XML_GetCurrentLineNumber(b->parser), why);
    b->failed = true;
    XML_StopParser(b->parser, XML_FALSE);
}

static size_t add_node(struct builder *b, const char *full_name, size_t parent)
{
    struct xml_tree *t = b->tree;
    const char *colon = strrchr(full_name, ':');
    struct xml_node n = {.full_name = pool_str(t->pool, full_name)};

    if (t->nodes.nr == XML_TREE_NODES_MAX)
        fail(b, ERR_FULL, _("the document has too many parts"));
    n.name =
        colon != NULL ? n.full_name + (colon + 1 - full_name) : n.full_name;
    n.parent = parent;
    n.child = n.next = n.attribute = NONE;
    n.from = n.to = t->text.size;
    ARR_PUSH(&t->nodes) = n;
    return t->nodes.nr - 1;
}

static void add_attributes(struct builder *b, size_t element,
                           const char **attributes)
{
    struct xml_nodes *nodes = &b->tree->nodes;
    size_t last = NONE;

    for (; *attributes != NULL && !b->failed; attributes += 2) {
        size_t i = add_node(b, attributes[0], element);
        struct xml_node *n = &nodes->items[i];
        n->value = pool_str(b->tree->pool, attributes[1]);
        n->kind = str_equal(attributes[0], "xmlns") ||
                          str_starts(attributes[0], "xmlns:")
                      ? XML_DECLARATION
                      : XML_ATTRIBUTE;
        if (last == NONE)
            nodes->items[element].attribute = i;
        else
            nodes->items[last].next = i;
        last = i;
    }
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    struct builder *b = arg;
    struct xml_nodes *nodes = &b->tree->nodes;
    size_t i;

    if (b->depth == XML_TREE_DEPTH_MAX)
        fail(b, ERR_FULL, _("the document is nested too deeply"));
    if (b->failed)
        return;
    i = add_node(b, name, b->open[b->depth]);
    if (b->last[b->depth] == NONE)
        nodes->items[b->open[b->depth]].child = i;
    else
        nodes->items[b->last[b->depth]].next = i;
    b->last[b->depth] = i;
    b->depth++;
    b->open[b->depth] = i;
    b->last[b->depth] = NONE;
    add_attributes(b, i, attributes);
}

static void on_end(void *arg, const char *name)
{
    struct builder *b = arg;
    struct xml_node *n;

    (void)name;
    if (b->failed)
        return;
    n = &b->tree->nodes.items[b->open[b->depth--]];
    n->to = b->tree->text.size;
    b->nested_bytes += n->to - n->from;
    if (b->nested_bytes > NESTED_BYTES_MAX)
        fail(b, ERR_FULL, _("the document is nested too deeply"));
}

static void on_text(void *arg, const char *s, int n)
{
    struct builder *b = arg;

    buf_add(&b->tree->text, s, (size_t)n);
}

/* What a document declares itself, entities above all, may grow to any size;
 * nobody needs it in a form. */
static void on_doctype(void *arg, const char *name, const char *system,
                       const char *public, int declares)
{
    (void)name, (void)system, (void)public;
    if (declares)
        fail(arg, ERR_INPUT,
             _("a document that declares entities of its own is not read"));
}

static bool parse(struct builder *b, const char *bytes, size_t n)
{
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, on_start, on_end);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
    if (XML_Parse(b->parser, bytes, (int)n, 1) == XML_STATUS_ERROR)
        fail(b, ERR_INPUT, XML_ErrorString(XML_GetErrorCode(b->parser)));
    return !b->failed;
}

struct xml_tree *xml_tree_read(const char *bytes, size_t n, struct err *e)
{
    struct builder b = {.e = e};
    struct xml_tree *t;

    if (n > XML_TREE_BYTES_MAX) {
        err_set(e, ERR_FULL, _("an XML document may have at most %d MiB"),
                XML_TREE_BYTES_MAX >> 20);
        return NULL;
    }
    t = mem_alloc(sizeof *t);
    t->pool = pool_new();
    t->text.max = XML_TREE_BYTES_MAX;
    b.tree = t;
    b.parser = XML_ParserCreate(NULL);
    if (b.parser == NULL)
        mem_none_left();
    b.last[0] = NONE;
    add_node(&b, "", NONE);
    if (parse(&b, bytes, n)) {
        t->nodes.items[0].to = t->text.size;
    } else {
        xml_tree_free(t);
        t = NULL;
    }
    XML_ParserFree(b.parser);
    return t;
}

void xml_tree_free(struct xml_tree *t)
{
    if (t == NULL)
        return;
    ARR_RELEASE(&t->nodes);
    buf_release(&t->text);
    pool_free(t->pool);
    mem_free(t);
}

/* ---- questions ---- */

static size_t inner(const struct xml_tree *t, size_t node)
{
    return node == EXPR_ROOT ? t->base : node;
}

static size_t outer(const struct xml_tree *t, size_t i)
{
    return i == t->base ? EXPR_ROOT : i;
}

static const struct xml_node *at(const struct xml_tree *t, size_t node)
{
    return &t->nodes.items[inner(t, node)];
}

static const char *text_of(struct xml_tree *t, size_t i)
{
    struct xml_node *n = &t->nodes.items[i];

    if (n->value == NULL)
        n->value =
            pool_strn(t->pool, buf_text(&t->text) + n->from, n->to - n->from);
    return n->value;
}

static const char *tree_value(void *arg, size_t node, enum expr_type *type)
{
    (void)type; /* a document has no types: every value is a text */
    return text_of(arg, inner(arg, node));
}

static const char *tree_name(void *arg, size_t node)
{
    return at(arg, node)->name;
}

static const char *tree_full_name(void *arg, size_t node)
{
    return at(arg, node)->full_name;
}

static size_t tree_parent(void *arg, size_t node)
{
    const struct xml_node *n = at(arg, node);

    return node == EXPR_ROOT || n->parent == NONE ? NONE
                                                  : outer(arg, n->parent);
}

static size_t tree_child(void *arg, size_t node)
{
    size_t i = at(arg, node)->child;

    return i == NONE ? NONE : outer(arg, i);
}

/* What declares a prefix is no attribute to a path. */
static size_t attribute_from(const struct xml_tree *t, size_t i)
{
    while (i != NONE && t->nodes.items[i].kind == XML_DECLARATION)
        i = t->nodes.items[i].next;
    return i;
}

static size_t tree_attribute(void *arg, size_t node)
{
    return attribute_from(arg, at(arg, node)->attribute);
}

static size_t tree_next(void *arg, size_t node)
{
    size_t i = at(arg, node)->next;

    if (node == EXPR_ROOT || i == NONE)
        return NONE;
    return outer(arg, attribute_from(arg, i));
}

static const char *attribute_text(struct xml_tree *t, size_t element,
                                  const char *name)
{
    size_t i = t->nodes.items[element].attribute;

    while (i != NONE && !str_equal(t->nodes.items[i].name, name))
        i = t->nodes.items[i].next;
    return i == NONE ? NULL : t->nodes.items[i].value;
}

static const char *declared(struct xml_tree *t, size_t element,
                            const char *declaration)
{
    for (size_t i = t->nodes.items[element].attribute; i != NONE;
         i = t->nodes.items[i].next)
        if (str_equal(t->nodes.items[i].full_name, declaration))
            return t->nodes.items[i].value;
    return NULL;
}

/* What the prefix of the name was declared to mean, nearest first; an
 * attribute without a prefix belongs to none. */
static const char *tree_namespace(void *arg, size_t node)
{
    struct xml_tree *t = arg;
    const struct xml_node *n = at(t, node);
    size_t prefix = (size_t)(n->name - n->full_name);
    char declaration[80];
    const char *meaning = NULL;

    if (prefix == 0 && n->kind == XML_ATTRIBUTE)
        return "";
    if (prefix == 0)
        str_copy(declaration, sizeof declaration, "xmlns");
    else
        snprintf(declaration, sizeof declaration, "xmlns:%.*s", (int)prefix - 1,
                 n->full_name);
    for (size_t i = inner(t, node); i != NONE && meaning == NULL;
         i = t->nodes.items[i].parent)
        meaning = declared(t, i, declaration);
    return meaning != NULL ? meaning : "";
}

/* ---- what an XForm keeps beside its questions ---- */

/* The next element of that name behind i, in the order of the document. */
static size_t find_element(const struct xml_tree *t, size_t i, const char *name)
{
    for (i++; i < t->nodes.nr; i++)
        if (str_equal(t->nodes.items[i].name, name))
            return i;
    return NONE;
}

static size_t tree_instance(void *arg, const char *id)
{
    struct xml_tree *t = arg;

    for (size_t i = find_element(t, 0, "instance"); i != NONE;
         i = find_element(t, i, "instance")) {
        const char *its = attribute_text(t, i, "id");
        if (its != NULL && str_equal(its, id))
            return outer(t, i);
    }
    return NONE;
}

static size_t translation(struct xml_tree *t, const char *lang)
{
    size_t chosen = NONE;

    for (size_t i = find_element(t, 0, "translation"); i != NONE;
         i = find_element(t, i, "translation")) {
        const char *its = attribute_text(t, i, "lang");
        if (lang != NULL && its != NULL && str_equal(its, lang))
            return i;
        if (chosen == NONE || attribute_text(t, i, "default") != NULL)
            chosen = i;
    }
    return chosen;
}

/* A text has other forms, too (short, guidance, media): the plain one. */
static const char *tree_itext(void *arg, const char *id, const char *lang)
{
    struct xml_tree *t = arg;
    size_t i = translation(t, lang), value;

    if (i == NONE)
        return NULL;
    for (i = t->nodes.items[i].child; i != NONE; i = t->nodes.items[i].next) {
        const char *its = attribute_text(t, i, "id");
        if (its == NULL || !str_equal(its, id))
            continue;
        for (value = t->nodes.items[i].child; value != NONE;
             value = t->nodes.items[value].next)
            if (attribute_text(t, value, "form") == NULL)
                return text_of(t, value);
    }
    return NULL;
}

static const struct expr_tree tree = {
    .value = tree_value,
    .name = tree_name,
    .parent = tree_parent,
    .child = tree_child,
    .next = tree_next,
    .attribute = tree_attribute,
    .full_name = tree_full_name,
    .name_space = tree_namespace,
    .instance = tree_instance,
    .itext = tree_itext,
};

/* ---- where expressions stand ---- */

/* "name[2]" or "name" at *path, which moves behind it; false: neither. */
static bool take_step(const struct xml_tree *t, const char **path, size_t *i)
{
    size_t n = strcspn(*path, "[/");
    const char *name = *path, *colon = memchr(name, ':', n);
    unsigned long place = 1;
    char *end;

    if (colon != NULL) {
        n -= (size_t)(colon + 1 - name);
        name = colon + 1;
    }
    *path = name + n;
    if (**path == '[') {
        place = strtoul(*path + 1, &end, 10);
        if (*end != ']' || place == 0)
            return false;
        *path = end + 1;
    }
    for (*i = t->nodes.items[*i].child; *i != NONE;
         *i = t->nodes.items[*i].next)
        if (strlen(t->nodes.items[*i].name) == n &&
            memcmp(t->nodes.items[*i].name, name, n) == 0 && --place == 0)
            return **path == '/' || **path == '\0';
    return false;
}

bool xml_tree_stand(struct xml_tree *t, const char *path, struct err *e)
{
    const char *rest = path;
    size_t i = 0;

    while (*rest == '/' && rest[1] != '\0') {
        rest++;
        if (!take_step(t, &rest, &i))
            return err_set(e, ERR_INPUT,
                           _("there is no %s in the document; write the path "
                             "as in /data/child[2]/age"),
                           path);
    }
    if (*path != '/')
        return err_set(e, ERR_INPUT, _("the path %s must begin with /"), path);
    t->base = t->self = i;
    while (t->base != 0 && !str_equal(t->nodes.items[t->base].name, "instance"))
        t->base = t->nodes.items[t->base].parent;
    return true;
}

void xml_tree_env(struct xml_tree *t, struct expr_env *env)
{
    env->tree = &tree;
    env->arg = t;
    env->self = outer(t, t->self);
}
