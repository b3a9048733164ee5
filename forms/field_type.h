/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FIELD_TYPE_H
#define FORMS_FIELD_TYPE_H
/*
 * What the types of fields have of their own, as one table: how the column
 * "type" spells them, and how their answers are checked and shown.
 *
 * To add a type: its number in forms/form.h, one row in forms/field_type.c,
 * its two functions in forms/answer.c, and lines in tests/forms/answer-test.c.
 */
#include "forms/answer.h"

enum { FIELD_TYPE_NAMES_MAX = 6 };

struct field_type_def {
    enum field_type type;
    const char *names[FIELD_TYPE_NAMES_MAX]; /* with blanks for underscores,
                                                XLSForm's own first */
    bool takes_list;  /* the name of a choice list follows */
    bool holds_value; /* has an answer that is kept */
    bool is_asked;    /* a person stops at it; of those holding a value: a
                         question */
    enum expr_type compares_as; /* the type its answer has in expressions */
    bool (*to_value)(const struct field *d, const char *answer,
                     struct pool *pool, struct value *v, struct err *e);
    /* NULL: as it stands */
    const char *(*print)(const struct form *f, const struct field *d,
                         const char *answer, const struct answer_style *style,
                         struct pool *pool);
};

const struct field_type_def *field_type_def(enum field_type type);

/* The type that the column says: "select one sex", "select_one sex". What
 * follows the type's name (the list) begins at *rest. NULL: unknown. */
const struct field_type_def *field_type_find(const char *text,
                                             const char **rest);

#endif
