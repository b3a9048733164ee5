/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/diff.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/expr_int.h"

static const struct {
    const char *name;
    bool breaks;
} kinds[] = {
    [DIFF_ADDED] = {"added", false},
    [DIFF_RENAMED] = {"renamed", false},
    [DIFF_REMOVED] = {"removed", true},
    [DIFF_RETYPED] = {"retyped", true},
    [DIFF_NARROWED] = {"narrowed", false},
    [DIFF_WITHDRAWN] = {"withdrawn", true},
};

const char *diff_kind_name(enum diff_kind kind)
{
    return kinds[kind].name;
}

bool diff_breaks(enum diff_kind kind)
{
    return kinds[kind].breaks;
}

static void add(struct diff *d, enum diff_kind kind, const char *path,
                const char *detail)
{
    d->broken += kinds[kind].breaks;
    ARR_PUSH(d) = (struct diff_item){
        .kind = kind,
        .path = pool_str(d->pool, path),
        .detail = pool_str(d->pool, detail),
    };
}

/* ---- the same field in both ---- */

static const char *text_of(const struct expr *x)
{
    return x != NULL ? x->text : "";
}

/* Most often it stands where it stood. */
static const struct choice *find_again(const struct choice_list *l, size_t i,
                                       const char *name)
{
    return i < l->nr && str_equal(l->items[i].name, name)
               ? &l->items[i]
               : choice_find(l, name, strlen(name));
}

static void compare_lists(struct diff *d, const struct field *old,
                          const struct field *new)
{
    /* answers of a list in a file are kept as codes: they stay readable */
    bool by_code = new->list != NULL &&new->list->file != NULL;

    if (old->list == NULL || new->list == NULL || new->list->is_missing)
        return;
    for (size_t i = 0; i < old->list->nr; i++) {
        const char *name = old->list->items[i].name;
        const struct choice *c = find_again(new->list, i, name);
        if (c == NULL)
            add(d, by_code ? DIFF_NARROWED : DIFF_WITHDRAWN, new->path,
                pool_printf(d->pool, _("the choice %s"), name));
        else if (c->retired && !old->list->items[i].retired)
            add(d, DIFF_NARROWED, new->path,
                pool_printf(d->pool, _("the choice %s is retired"), name));
    }
}

static bool is_narrower(const struct field_range *old,
                        const struct field_range *new)
{
    return new->start > old->start || new->end < old->end ||
           new->step != old->step;
}

static void compare_rules(struct diff *d, const struct field *old,
                          const struct field *new)
{
    if (new->required != NULL && old->required == NULL)
        add(d, DIFF_NARROWED, new->path, _("an answer is required now"));
    if (new->constraint != NULL &&
        !str_equal(text_of(old->constraint), text_of(new->constraint)))
        add(d, DIFF_NARROWED, new->path,
            old->constraint == NULL ? _("answers are checked now")
                                    : _("answers are checked otherwise"));
    if (new->type == FIELD_RANGE && is_narrower(&old->range, &new->range))
        add(d, DIFF_NARROWED, new->path, _("the range is another one"));
}

static void compare_fields(struct diff *d, const struct field *old,
                           const struct field *new)
{
    if (old->type != new->type) {
        add(d, DIFF_RETYPED, new->path,
            /* TRANSLATORS: two types of questions: "integer to text" */
            pool_printf(d->pool, _("%s to %s"), old->type_name,
                        new->type_name));
        return;
    }
    compare_lists(d, old, new);
    compare_rules(d, old, new);
}

/* ---- all fields ---- */

static void compare_new(struct diff *d, const struct form *old,
                        const struct field *x)
{
    const struct field *before = form_field(old, x->path);

    if (before == NULL && x->was[0] != '\0')
        before = form_field(old, x->was);
    if (before == NULL) {
        add(d, DIFF_ADDED, x->path, x->type_name);
        return;
    }
    if (!str_equal(before->path, x->path))
        add(d, DIFF_RENAMED, x->path, before->path);
    compare_fields(d, before, x);
}

struct diff *diff_new(const struct form *old, const struct form *new)
{
    struct diff *d = mem_alloc(sizeof *d);

    d->pool = pool_new();
    for (size_t i = 0; i < new->fields_nr; i++)
        if (new->fields[i].type != FIELD_NOTE)
            compare_new(d, old, &new->fields[i]);
    for (size_t i = 0; i < old->fields_nr; i++)
        if (field_holds_value(&old->fields[i]) &&
            form_heir(new, old->fields[i].path) == NULL)
            add(d, DIFF_REMOVED, old->fields[i].path, old->fields[i].type_name);
    return d;
}

void diff_free(struct diff *d)
{
    if (d == NULL)
        return;
    pool_free(d->pool);
    ARR_RELEASE(d);
    mem_free(d);
}
