/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/form.h"

#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/choice_list.h"
#include "forms/field_type.h"
#include "forms/form_int.h"

void form_free(struct form *f)
{
    if (f != NULL)
        pool_free(f->pool); /* the form itself lives there, too */
}

/* Paths are ordered as strcmp has it, without what stands in brackets. */
static int compare_path(const char *path, const char *plain)
{
    for (;; path++, plain++) {
        if (*path == '[' && *plain != '[') {
            path += strcspn(path, "]");
            path += *path == ']';
        }
        if (*path != *plain || *path == '\0')
            return (unsigned char)*path - (unsigned char)*plain;
    }
}

const struct field *form_field(const struct form *f, const char *path)
{
    size_t low = 0, high = f->fields_nr;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct field *d = &f->fields[f->by_path[middle]];
        int order = compare_path(path, d->path);
        if (order == 0)
            return d;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *form_title(const struct form *f, size_t lang)
{
    return lang > 0 && f->titles != NULL && f->titles[lang] != NULL
               ? f->titles[lang]
               : f->title;
}

const struct field *form_heir(const struct form *f, const char *path)
{
    const struct field *d = form_field(f, path);

    for (size_t i = 0; d == NULL && path[0] != '\0' && i < f->fields_nr; i++)
        if (compare_path(path, f->fields[i].was) == 0)
            d = &f->fields[i];
    return d;
}

unsigned form_shared_depth(const struct form *f, size_t a, size_t b)
{
    while (a != b && a != FORM_ROOT && b != FORM_ROOT) {
        if (f->fields[a].depth >= f->fields[b].depth)
            a = f->fields[a].parent;
        else
            b = f->fields[b].parent;
    }
    return a == b && a != FORM_ROOT ? f->fields[a].depth + 1 : 0;
}

size_t form_field_named(const struct form *f, size_t asking, const char *name,
                        size_t name_bytes)
{
    size_t nearest = FORM_ROOT;
    unsigned most = 0;

    for (size_t i = 0; i < f->fields_nr; i++) {
        const char *other = f->fields[i].name;
        unsigned depth;
        if (strncmp(other, name, name_bytes) != 0 || other[name_bytes] != '\0')
            continue;
        depth = form_shared_depth(f, i, asking);
        if (nearest == FORM_ROOT || depth > most) {
            nearest = i;
            most = depth;
        }
    }
    return nearest;
}

size_t form_lang(const struct form *f, const char *code)
{
    for (size_t i = 0; i < f->langs_nr; i++)
        if (str_equal(f->langs[i], code))
            return i;
    return 0;
}

/* In the language asked for, else in the default one, else the last resort. */
static const char *text_in(const struct form *f, const char *const *texts,
                           size_t lang, const char *otherwise)
{
    if (lang < f->langs_nr && texts[lang] != NULL)
        return texts[lang];
    return texts[0] != NULL ? texts[0] : otherwise;
}

const char *field_label(const struct form *f, const struct field *d,
                        size_t lang)
{
    return text_in(f, d->labels, lang, d->name);
}

const char *field_hint(const struct form *f, const struct field *d, size_t lang)
{
    return text_in(f, d->hints, lang, "");
}

const char *field_purpose(const struct form *f, const struct field *d,
                          size_t lang)
{
    return d->purposes != NULL ? text_in(f, d->purposes, lang, "") : "";
}

const char *field_constraint_message(const struct form *f,
                                     const struct field *d, size_t lang)
{
    return text_in(f, d->constraint_messages, lang, "");
}

const char *field_required_message(const struct form *f, const struct field *d,
                                   size_t lang)
{
    return text_in(f, d->required_messages, lang, "");
}

const char *choice_label(const struct form *f, const struct choice *c,
                         size_t lang)
{
    return text_in(f, c->labels, lang, c->name);
}

/* Where a name stands before, at or behind the one wanted. */
static int compare_names(const char *name, const char *wanted, size_t n)
{
    int order = strncmp(name, wanted, n);

    return order != 0 ? order : name[n] != '\0';
}

static const struct choice *find_one_by_one(const struct choice_list *l,
                                            const char *name, size_t n)
{
    for (size_t i = 0; i < l->nr; i++)
        if (compare_names(l->items[i].name, name, n) == 0)
            return &l->items[i];
    return NULL;
}

/* Of several of one name it is the first in the list. */
const struct choice *choice_find(const struct choice_list *l, const char *name,
                                 size_t name_bytes)
{
    size_t low = 0, high = l->nr;

    if (l->by_name == NULL)
        return find_one_by_one(l, name, name_bytes);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(l->items[l->by_name[middle]].name, name, name_bytes) <
            0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->nr && compare_names(l->items[l->by_name[low]].name, name,
                                        name_bytes) == 0
               ? &l->items[l->by_name[low]]
               : NULL;
}

/* "/data/group/age:hint": the first name is the form's own. */
static const char *text_of_field(const struct form *f, const char *id,
                                 size_t lang)
{
    static const struct {
        const char *name;
        const char *(*text)(const struct form *f, const struct field *d,
                            size_t lang);
    } kinds[] = {
        {"label", field_label},
        {"hint", field_hint},
        {"jr:constraintMsg", field_constraint_message},
        {"jr:requiredMsg", field_required_message},
    };
    const char *colon = strchr(id, ':');
    const struct field *d;
    char *path;

    id += strcspn(id, "/:");
    if (colon == NULL || id >= colon)
        return NULL;
    path = mem_copy_strn(id + 1, (size_t)(colon - id) - 1);
    d = form_field(f, path);
    mem_free(path);
    for (size_t i = 0; d != NULL && i < ARR_NR(kinds); i++)
        if (str_equal(kinds[i].name, colon + 1))
            return kinds[i].text(f, d, lang);
    return NULL;
}

/* Names of lists may hold a hyphen, too: every one may be where it ends. */
static const char *text_of_choice(const struct form *f, const char *id,
                                  size_t lang)
{
    const char *dash = id;
    const struct choice *c;
    int64_t place;

    while ((dash = strchr(dash, '-')) != NULL) {
        const struct choice_list *l = form_list(f, id, (size_t)(dash - id));
        dash++;
        if (l == NULL)
            continue;
        if (l->nr > 0 && str_to_int(dash, 0, (int64_t)l->nr - 1, &place))
            return choice_label(f, &l->items[place], lang);
        c = choice_find(l, dash, strlen(dash));
        if (c != NULL)
            return choice_label(f, c, lang);
    }
    return NULL;
}

const char *form_text_of_id(const struct form *f, const char *id, size_t lang)
{
    static const char old[] = "static_instance-"; /* of converters before 2 */

    if (*id == '/')
        return text_of_field(f, id + 1, lang);
    return text_of_choice(f, str_starts(id, old) ? id + strlen(old) : id, lang);
}

bool field_holds_value(const struct field *d)
{
    return field_type_def(d->type)->holds_value;
}

bool field_is_group(const struct field *d)
{
    return d->type == FIELD_GROUP || d->type == FIELD_REPEAT;
}
