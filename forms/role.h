/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_ROLE_H
#define FORMS_ROLE_H
/*
 * What a person is in the work (roles.csv of the pack): the id stands in every
 * grant of rights and is never renamed; the label is for people. Constant
 * data; lives as long as the program.
 */
#include <stddef.h>

struct role {
    const char *id; /* "social-worker" */
    const char *label_en, *label_am;
};

/* All roles, those closest to the child first. */
const struct role *role_list(size_t *nr);

/* NULL when there is no such role. */
const struct role *role_find(const char *id);

/* The label in that language ("am"), else in English. */
const char *role_label(const struct role *r, const char *lang);

#endif
