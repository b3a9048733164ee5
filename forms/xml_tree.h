/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_XML_TREE_H
#define FORMS_XML_TREE_H
/*
 * An XML document in memory, as the tree that paths of an expression walk: the
 * elements and their attributes in the order they stand in. Names are compared
 * without their prefix. Comments and processing instructions are passed over;
 * a document with declarations in it (entities) is refused, as is one too
 * large, too deep or of too many parts.
 *
 * The tree owns everything; what the functions give is valid until it is
 * freed. Texts of elements are put together when they are asked for, so asking
 * is not for two threads at once.
 */
#include <stddef.h>

#include "base/err.h"
#include "forms/expr.h"

enum {
    XML_TREE_BYTES_MAX = 16 * 1024 * 1024,
    XML_TREE_DEPTH_MAX = 100,
    XML_TREE_NODES_MAX = 1000000, /* elements and attributes */
};

struct xml_tree;

/* NULL with the line and what is wrong there (ERR_INPUT, ERR_FULL). */
struct xml_tree *xml_tree_read(const char *bytes, size_t n, struct err *e);
void xml_tree_free(struct xml_tree *t); /* NULL is fine */

/* Where expressions stand: "/" or steps such as "/data/child[2]/age" (what
 * stands in [ ] counts elements of that name from 1, and may be left out). At
 * or below an <instance> of an XForm, absolute paths begin in the innermost
 * one, while instance() and jr:itext() go on seeing all of the document.
 * ERR_INPUT when there is no such element. */
bool xml_tree_stand(struct xml_tree *t, const char *path, struct err *e);

/* Sets tree, arg and self of the environment; the rest stays. */
void xml_tree_env(struct xml_tree *t, struct expr_env *env);

#endif
