/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/kind.h"

#include "base/arr.h"
#include "base/str.h"

/* The words of kinds.csv; another word there does not compile. */
#define HOME_case  KIND_OF_CASE
#define HOME_place KIND_OF_PLACE
#define HOME_site  KIND_OF_SITE
#define FLAG_yes   true
#define FLAG_no    false

static const struct kind kinds[] = {
#define ROW(name_, form_, home_, once_, opens_case_, order_, en, am)           \
    {                                                                          \
        .name = name_,                                                         \
        .form = form_,                                                         \
        .home = HOME_##home_,                                                  \
        .once = FLAG_##once_,                                                  \
        .opens_case = FLAG_##opens_case_,                                      \
        .label_en = en,                                                        \
        .label_am = am,                                                        \
        .order = order_,                                                       \
    },
#include "forms/pack/kinds.inc"
#undef ROW
};

const struct kind *kind_list(size_t *nr)
{
    *nr = ARR_NR(kinds);
    return kinds;
}

const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < ARR_NR(kinds); i++)
        if (str_equal(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

const struct kind *kind_of_form(const char *form_id)
{
    for (size_t i = 0; i < ARR_NR(kinds); i++)
        if (kinds[i].form[0] != '\0' && str_equal(kinds[i].form, form_id))
            return &kinds[i];
    return NULL;
}

const char *kind_label(const struct kind *k, const char *lang)
{
    return str_equal(lang, "am") && k->label_am[0] != '\0' ? k->label_am
                                                           : k->label_en;
}
