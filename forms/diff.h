/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_DIFF_H
#define FORMS_DIFF_H
/*
 * What a new version of a form changes for the answers that are already kept.
 * A path is for ever: a field that goes away takes its answers out of sight, a
 * rename is declared in x_was, an option is retired (x_retired) and never
 * removed, a type never changes. What breaks this keeps a version from being
 * published.
 *
 * The list owns its texts.
 */
#include <stdbool.h>
#include <stddef.h>

#include "forms/form.h"

enum diff_kind {
    DIFF_ADDED,
    DIFF_RENAMED,   /* declared by x_was */
    DIFF_REMOVED,   /* and not declared: not to be published */
    DIFF_RETYPED,   /* not to be published */
    DIFF_NARROWED,  /* an answer given before may be refused now */
    DIFF_WITHDRAWN, /* an option removed and not retired: not to be published */
};

struct diff_item {
    enum diff_kind kind;
    const char *path;   /* in the new form, of what is removed in the old one */
    const char *detail; /* "integer to text"; "" when there is none */
};

struct diff {
    struct diff_item *items; /* added and changed in order of the new form,
                                then what is removed */
    size_t nr, alloc;
    size_t broken; /* how many keep it from being published */
    struct pool *pool;
};

/* Compares two forms; they may be forgotten afterwards. */
struct diff *diff_new(const struct form *old, const struct form *new);
void diff_free(struct diff *d); /* NULL is fine */

/* Whether what is of that kind keeps a version from being published. */
bool diff_breaks(enum diff_kind kind);

/* A short word for a kind: "added". */
const char *diff_kind_name(enum diff_kind kind);

#endif
