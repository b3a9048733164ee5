/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FORMS_SUPPORT_FORM_H
#define TESTS_FORMS_SUPPORT_FORM_H
/* Forms written in a test: read them, find fields in them, look for findings.
 */
#include "forms/finding.h"
#include "forms/form.h"

/* A form of this text, which must have no errors; and one that must have no
 * findings at all. */
struct form *support_form(const char *csv);
struct form *support_form_silent(const char *csv);

/* The same for a file of the pack. */
struct form *support_form_pack(const char *id);

/* A survey sheet with these rows under the columns "type,name,label,relevant,
 * calculation,required,constraint,default", two lists of choices and settings:
 * enough for most tests. The caller frees the text. */
char *support_form_text(const char *rows);

/* The index of a field that must exist. */
size_t support_form_index(const struct form *f, const char *path);

/* Whether a finding of that grade, line and column holds the text; row 0 and
 * column NULL: anywhere. */
bool support_form_has(const struct finding_list *l, enum finding_grade grade,
                      unsigned row, const char *column, const char *text);

#endif
