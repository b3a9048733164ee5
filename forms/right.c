/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/right.h"

#include <stddef.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/kind.h"

/* The words of rights.csv; another word there does not compile. */
#define REACH_no     RIGHT_NONE
#define REACH_own    RIGHT_OWN
#define REACH_site   RIGHT_SITE
#define REACH_below  RIGHT_BELOW
#define REACH_all    RIGHT_ALL
#define CLASS_open   (1u << RIGHT_OPEN)
#define CLASS_case   (1u << RIGHT_CASE)
#define CLASS_sealed (1u << RIGHT_SEALED)
#define CLASS_any    (CLASS_open | CLASS_case | CLASS_sealed)

struct row {
    const char *role, *kind;
    unsigned classes; /* a bit for each it is for */
    enum right_reach reach[RIGHT_ACTIONS];
};

static const struct row rows[] = {
#define ROW(role_, kind_, class_, read, create, edit, approve, print, export,  \
            purge, source)                                                     \
    {                                                                          \
        .role = role_,                                                         \
        .kind = kind_,                                                         \
        .classes = CLASS_##class_,                                             \
        .reach = {REACH_##read, REACH_##create, REACH_##edit, REACH_##approve, \
                  REACH_##print, REACH_##export, REACH_##purge},               \
    },
#include "forms/pack/rights.inc"
#undef ROW
};

static const char *home_of(const char *kind)
{
    static const char *const homes[] = {[KIND_OF_CASE] = RIGHT_OF_CASE,
                                        [KIND_OF_PLACE] = RIGHT_OF_PLACE,
                                        [KIND_OF_SITE] = RIGHT_OF_SITE};
    const struct kind *k = kind_find(kind);
    return homes[k != NULL ? k->home : KIND_OF_CASE];
}

static const struct row *find(const char *role, const char *kind,
                              enum right_class class)
{
    for (size_t i = 0; i < ARR_NR(rows); i++)
        if ((rows[i].classes & 1u << class) != 0 &&
            str_equal(rows[i].role, role) && str_equal(rows[i].kind, kind))
            return &rows[i];
    return NULL;
}

enum right_reach right_reach(const char *role, const char *kind,
                             enum right_class class, enum right_action action)
{
    const struct row *row = find(role, kind, class);
    if (row == NULL)
        row = find(role, home_of(kind), class);
    return row != NULL ? row->reach[action] : RIGHT_NONE;
}

enum right_reach right_reach_of_names(const char *role)
{
    return right_reach(role, "case", RIGHT_CASE, RIGHT_READ);
}

static const char *const class_names[] = {
    [RIGHT_OPEN] = "open", [RIGHT_CASE] = "case", [RIGHT_SEALED] = "sealed"};

enum right_class right_class_read(const char *word)
{
    for (size_t i = 0; i < ARR_NR(class_names); i++)
        if (str_equal(class_names[i], word))
            return (enum right_class)i;
    return RIGHT_SEALED;
}

static const struct {
    const char *name, *verb;
} actions[] = {
    [RIGHT_READ] = {"read", N_("see")},
    [RIGHT_CREATE] = {"create", N_("begin")},
    [RIGHT_EDIT] = {"edit", N_("change")},
    [RIGHT_APPROVE] = {"approve", N_("decide about")},
    [RIGHT_PRINT] = {"print", N_("print")},
    [RIGHT_EXPORT] = {"export", N_("export")},
    [RIGHT_PURGE] = {"purge", N_("erase")},
};

const char *right_action_verb(enum right_action action)
{
    return actions[action].verb;
}

const char *right_action_name(enum right_action action)
{
    return actions[action].name;
}

const char *right_class_name(enum right_class class)
{
    return class_names[class];
}

const char *right_reach_name(enum right_reach reach)
{
    static const char *const names[] = {
        [RIGHT_NONE] = "no",     [RIGHT_OWN] = "own", [RIGHT_SITE] = "site",
        [RIGHT_BELOW] = "below", [RIGHT_ALL] = "all",
    };
    return names[reach];
}
