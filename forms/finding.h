/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FINDING_H
#define FORMS_FINDING_H
/*
 * What is wrong with a form file, by row and column, in two grades: an error
 * (the form cannot run) and a warning (it runs, something will surprise). A
 * reader goes on after a finding, so that one look shows all of them. The list
 * owns its texts.
 */
#include <stdbool.h>
#include <stddef.h>

enum finding_grade { FINDING_WARNING, FINDING_ERROR };

struct finding {
    enum finding_grade grade;
    char sheet[32];  /* "survey", "choices" */
    unsigned row;    /* line of the file, from 1; 0: the whole file */
    char column[40]; /* "relevant"; empty when it is the row's */
    char text[240];  /* one sentence */
};

struct finding_list {
    struct finding *items;
    size_t nr, alloc;
    size_t errors_nr; /* how many are errors; at most 500 findings are kept,
                         all are counted */
    size_t all_nr;
};

/* Where: a sheet, a line of the file, a column. */
struct finding_at {
    const char *sheet;
    unsigned row;
    const char *column;
};
#define FINDING_AT(...) ((struct finding_at){__VA_ARGS__})

void finding_add(struct finding_list *l, enum finding_grade grade,
                 struct finding_at at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void finding_list_release(struct finding_list *l);

#endif
