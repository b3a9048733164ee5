/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FORMFILE_H
#define FORMS_FORMFILE_H
/*
 * A form as its author names it: a built-in one by its form_id, a file, or the
 * text of one that is kept elsewhere; with everything that was found in it,
 * and the ways to write it out. What is wrong does not stop the rest.
 *
 * Plain data, zeroed before it is loaded; the caller releases it in any case.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "forms/book.h"
#include "forms/form.h"

struct report;

struct formfile {
    struct book *book;
    struct form *form; /* without what has errors; NULL: nothing is left */
    struct finding_list findings;
    char id[64]; /* what it is known by when it does not say: its file's name */
};

/* The form_id of a built-in form, else a path, with the lists in files beside
 * it (forms/sidefile.h). False only when there are no sheets to be had. */
bool formfile_load(struct formfile *f, const char *name, struct err *e);

/* The same of a text that is known by that name. */
bool formfile_take(struct formfile *f, const char *name, const char *bytes,
                   size_t size, struct err *e);
void formfile_release(struct formfile *f);

/* Whether a built-in form has this form_id. */
bool formfile_is_builtin(const char *name);

/* How many questions a person answers. */
int64_t formfile_count_questions(const struct form *f);

/* Form, version, how much there is in it, where it runs, and what was found. */
void formfile_report(const struct formfile *f, struct report *r);

/* Writes a canonical book to a path: as CSV, or as a workbook. */
bool formfile_write_csv(const struct book *b, const char *path, struct err *e);
bool formfile_write_xlsx(const struct book *b, const char *path, struct err *e);

/* The same for other programs, with the lists of files beside it; told in the
 * report. Nothing is written when one would replace another file. What is
 * written as CSV is dropped from the book. */
bool formfile_export(struct book *b, bool is_xlsx, const char *path,
                     struct report *r, struct err *e);

#endif
