/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FIELD_TYPE_H
#define FORMS_FIELD_TYPE_H
/*
 * What the types of fields have of their own, as one table: how the column
 * "type" spells them, and how their answers are checked and shown.
 *
 * To add a type: its number in forms/form.h, one row in forms/field_type.c,
 * its two functions in forms/answer.c or answer_more.c, and lines in
 * tests/forms/answer-test.c.
 */
#include "forms/answer.h"

enum { FIELD_TYPE_NAMES_MAX = 6 };

/* Where the choices stand whose list is named behind the type. */
enum field_list_source {
    FIELD_LIST_NONE,
    FIELD_LIST_OF_FORM, /* on the sheets of choices */
    FIELD_LIST_OF_FILE, /* in a file beside the form */
};

struct field_type_def {
    enum field_type type;
    const char *names[FIELD_TYPE_NAMES_MAX]; /* with blanks for underscores,
                                                XLSForm's own first */
    enum field_list_source source;
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

/* What the column says: "select one sex", "select_one sex". */
struct field_type_found {
    const struct field_type_def *def;
    const char *name; /* the word it was found by, blanks for underscores */
    enum field_list_source source;
    const char *rest; /* what follows the word: the name of a list */
    size_t bytes;     /* of the word */
};

/* False when no type has such a name. */
bool field_type_find(const char *text, struct field_type_found *found);

/* Whether the type is known to other tools, but not answered here. */
bool field_type_is_refused(const char *text);

/* Groups and what is like them, opened and closed by rows of their own. */
enum field_bracket {
    FIELD_NO_BRACKET,
    FIELD_BEGIN,
    FIELD_END_GROUP,
    FIELD_END_REPEAT,
    FIELD_END_OTHER, /* of something that is refused */
};
enum field_bracket field_type_bracket(const char *text);

#endif
