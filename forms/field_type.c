/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/field_type.h"

#include <ctype.h>

#include "base/arr.h"
#include "forms/answer_int.h"

static const struct field_type_def defs[] = {
    {
        .type = FIELD_TEXT,
        .names = {"text", "string"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_INTEGER,
        .names = {"integer", "int"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_NUMBER,
        .to_value = answer_integer_to_value,
    },
    {
        .type = FIELD_DECIMAL,
        .names = {"decimal"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_NUMBER,
        .to_value = answer_decimal_to_value,
    },
    {
        .type = FIELD_DATE,
        .names = {"date"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_DATE,
        .to_value = answer_date_to_value,
        .print = answer_date_print,
    },
    {
        .type = FIELD_SELECT_ONE,
        .names = {"select one", "select one from", "select1"},
        .takes_list = true,
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_choice_to_value,
        .print = answer_choices_print,
    },
    {
        .type = FIELD_SELECT_MULTIPLE,
        .names = {"select multiple", "select all that apply",
                  "select multiple from", "select all that apply from"},
        .takes_list = true,
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_choices_to_value,
        .print = answer_choices_print,
    },
    {
        .type = FIELD_NOTE,
        .names = {"note"},
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_none_to_value,
    },
    {
        .type = FIELD_CALCULATE,
        .names = {"calculate", "hidden"},
        .holds_value = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_GROUP,
        .names = {"begin group"},
        .compares_as = EXPR_STRING,
        .to_value = answer_none_to_value,
    },
};

const struct field_type_def *field_type_def(enum field_type type)
{
    for (size_t i = 0; i < ARR_NR(defs); i++)
        if (defs[i].type == type)
            return &defs[i];
    return NULL;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '_';
}

/* How much of the text spells the name, letter case and the kind of gap aside;
 * 0 when it does not. */
static size_t spelled(const char *text, const char *name)
{
    size_t n = 0;

    for (; *name != '\0'; name++) {
        if (*name == ' ') {
            if (!is_gap(text[n]))
                return 0;
            while (is_gap(text[n]))
                n++;
        } else if (tolower((unsigned char)text[n++]) != *name) {
            return 0;
        }
    }
    return text[n] == '\0' || text[n] == ' ' || text[n] == '\t' ? n : 0;
}

const struct field_type_def *field_type_find(const char *text,
                                             const char **rest)
{
    const struct field_type_def *found = NULL;
    size_t longest = 0;

    while (*text == ' ' || *text == '\t')
        text++;
    for (size_t i = 0; i < ARR_NR(defs); i++) {
        for (size_t k = 0; k < FIELD_TYPE_NAMES_MAX; k++) {
            size_t n =
                defs[i].names[k] != NULL ? spelled(text, defs[i].names[k]) : 0;
            if (n <= longest)
                continue;
            longest = n;
            found = &defs[i];
        }
    }
    if (found != NULL)
        for (*rest = text + longest; **rest == ' ' || **rest == '\t';)
            (*rest)++;
    return found;
}
