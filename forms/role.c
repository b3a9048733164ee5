/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/role.h"

#include "base/arr.h"
#include "base/str.h"

static const struct role roles[] = {
#define ROW(id, label_en, label_am) {id, label_en, label_am},
#include "forms/pack/roles.inc"
#undef ROW
};

const struct role *role_list(size_t *nr)
{
    *nr = ARR_NR(roles);
    return roles;
}

const struct role *role_find(const char *id)
{
    for (size_t i = 0; i < ARR_NR(roles); i++)
        if (str_equal(roles[i].id, id))
            return &roles[i];
    return NULL;
}

const char *role_label(const struct role *r, const char *lang)
{
    return str_equal(lang, "am") && r->label_am[0] != '\0' ? r->label_am
                                                           : r->label_en;
}
