/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_KIND_H
#define FORMS_KIND_H
/*
 * Kinds of records (kinds.csv of the pack): which form a kind is filled with,
 * whether it belongs to a case or to a place, and how many there are. Constant
 * data, made from the list at build time; lives as long as the program.
 */
#include <stdbool.h>
#include <stddef.h>

enum kind_home { KIND_OF_CASE, KIND_OF_PLACE, KIND_OF_SITE };

struct kind {
    const char *name; /* "visit": kept in every change, never renamed */
    const char *form; /* form id; "" for records the program itself writes */
    enum kind_home home;
    bool once;       /* one a case or place: the checklist; else many */
    bool opens_case; /* the record is the case itself: registration */
    const char *label_en, *label_am;
    int order; /* on the case screen */
};

const struct kind *kind_list(size_t *nr);
const struct kind *kind_find(const char *name);
const struct kind *kind_of_form(const char *form_id);
const char *kind_label(const struct kind *k, const char *lang);

#endif
