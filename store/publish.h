/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_PUBLISH_H
#define STORE_PUBLISH_H
/*
 * Making a form one of the office's own, or giving one it has a new version.
 * What another tool lost on the way comes back from the version in use
 * (forms/merge.h), and then the two are compared (forms/diff.h): a version
 * that would take kept answers out of sight is refused, and nothing forces it.
 *
 * A built-in form is never published: it is the same at every office, or
 * others could not read its choices, which travel as places in its lists.
 */
#include <stdbool.h>

#include "base/err.h"
#include "forms/book.h"
#include "forms/diff.h"
#include "store/formdef.h"

struct store;

struct publish {
    const struct formdef *def; /* the version in use now; NULL: refused */
    struct diff *diff; /* from the version before; NULL: there was none */
    bool is_new;       /* false: this very version was in use already */
    bool same_version; /* what changed bears the version of what was before */
};

/* Publishes a form as its author's tool laid it out, under the form_id it
 * gives, else under id. ERR_INPUT names the paths when it is refused; diff is
 * there then, too. The caller clears *out in any case. */
bool publish_form(struct store *s, const struct book *b, const char *id,
                  struct publish *out, struct err *e);
void publish_clear(struct publish *p);

#endif
