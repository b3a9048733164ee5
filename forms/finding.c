/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/finding.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arr.h"
#include "base/str.h"

enum { KEPT_MAX = 500 };

void finding_add(struct finding_list *l, enum finding_grade grade,
                 struct finding_at at, const char *fmt, ...)
{
    bool is_error = grade == FINDING_ERROR || grade == FINDING_ERROR_HERE;
    struct finding f = {
        .grade = is_error ? FINDING_ERROR : FINDING_WARNING,
        .kobo_refuses = grade == FINDING_ERROR || grade == FINDING_WARNING_HERE,
        .row = at.row,
    };
    char text[4 * sizeof f.text];
    va_list ap;

    l->all_nr++;
    l->errors_nr += is_error;
    l->kobo_nr += f.kobo_refuses;
    if (l->nr == KEPT_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    str_copy(f.sheet, sizeof f.sheet, at.sheet);
    str_copy(f.column, sizeof f.column, at.column != NULL ? at.column : "");
    str_copy(f.text, sizeof f.text, text);
    ARR_PUSH(l) = f;
}

void finding_list_release(struct finding_list *l)
{
    ARR_RELEASE(l);
    l->errors_nr = l->all_nr = l->kobo_nr = 0;
}
