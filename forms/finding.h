/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FINDING_H
#define FORMS_FINDING_H
/*
 * What is wrong with a form file, by row and column, in two grades: an error
 * (this part cannot run) and a warning (it runs, something will surprise).
 * Beside the grade stands what Kobo and ODK make of it: an error is one there,
 * too, but some files run here that their converter refuses, and the other way
 * round. A reader goes on after a finding, so that one look shows all of them.
 * The list owns its texts.
 */
#include <stdbool.h>
#include <stddef.h>

enum finding_grade {
    FINDING_WARNING,
    FINDING_ERROR,
    /* For finding_add only; in the list they are one of the two above. */
    FINDING_WARNING_HERE, /* runs here; Kobo and ODK refuse the form */
    FINDING_ERROR_HERE,   /* does not run here; it does there */
};

struct finding {
    enum finding_grade grade; /* FINDING_WARNING or FINDING_ERROR */
    bool kobo_refuses;        /* Kobo and ODK do not take the form with it */
    char sheet[32];           /* "survey", "choices" */
    unsigned row;             /* line of the file, from 1; 0: the whole file */
    char column[40];          /* "relevant"; empty when it is the row's */
    char text[240];           /* one sentence */
};

struct finding_list {
    struct finding *items;
    size_t nr, alloc;
    size_t errors_nr; /* how many are errors; at most 500 findings are kept,
                         all are counted */
    size_t kobo_nr;   /* how many keep the form from running in Kobo, ODK */
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
