/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_ANSWER_INT_H
#define FORMS_ANSWER_INT_H
/* The functions of single types that the table in field_type.c names. An
 * answer that reaches them is not blank. */
#include "forms/answer.h"

typedef bool answer_to_value_fn(const struct field *d, const char *answer,
                                struct pool *pool, struct value *v,
                                struct err *e);
typedef const char *answer_print_fn(const struct form *f, const struct field *d,
                                    const char *answer,
                                    const struct answer_style *style,
                                    struct pool *pool);

answer_to_value_fn answer_text_to_value, answer_integer_to_value,
    answer_decimal_to_value, answer_date_to_value, answer_choice_to_value,
    answer_choices_to_value, answer_none_to_value, answer_time_to_value,
    answer_moment_to_value, answer_range_to_value, answer_geopoint_to_value,
    answer_ok_to_value, answer_rank_to_value;
answer_print_fn answer_date_print, answer_choices_print;

#endif
