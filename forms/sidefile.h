/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_SIDEFILE_H
#define FORMS_SIDEFILE_H
/*
 * Files that stand beside a form and hold its long lists: woreda.csv of
 * "select_one_from_file woreda.csv", pulldata('woreda', ...) and the like.
 * They become part of the form as sheets of their own, an underscore in front
 * of the name ("_woreda.csv"), so that the form is whole wherever it goes and
 * its hash covers them. Other programs pass over such sheets; for these the
 * files are written back beside what is exported.
 *
 * Only a CSV file in the form's own folder is read, never what a link points
 * to, and nothing is replaced by another file.
 */
#include "forms/book.h"

enum {
    SIDEFILE_NAME_BYTES = 64,
    SIDEFILE_BYTES_MAX = 4 * 1024 * 1024, /* of all files of a form */
};

/* Whether a file of that name may be read: letters, digits, blanks and _ - . ,
 * not a dot in front, .csv behind. */
bool sidefile_is_name(const char *name);

/* Puts the files that the form names, and that stand in the folder of its
 * path, into the book, before form_load. A sheet that is there already stays.
 * What a person should know is added to the list. */
void sidefile_embed(struct book *b, const char *path,
                    struct finding_list *list);

/* Whether a sheet is such a file; its name is the file's, with "_" in front. */
bool sidefile_is_sheet(const struct book_sheet *s);

/* Writes the files of the book into the folder of the path, and calls told for
 * each. ERR_INPUT when another file of such a name is there: nothing is
 * written then. */
bool sidefile_export(const struct book *b, const char *path,
                     void (*told)(void *arg, const char *file), void *arg,
                     struct err *e);

#endif
