/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FORM_INT_H
#define FORMS_FORM_INT_H
/*
 * A form while it is read: the file, its sheets with the columns found in
 * them, and the fields so far. form_sheet.c finds sheets and columns,
 * form_read.c makes choices and fields of the rows, form_bind.c reads their
 * expressions and puts the fields in order of computation.
 */
#include "forms/csv.h"
#include "forms/form.h"

enum form_column {
    COLUMN_TYPE,
    COLUMN_NAME,
    COLUMN_LABEL,
    COLUMN_HINT,
    COLUMN_REQUIRED,
    COLUMN_REQUIRED_MESSAGE,
    COLUMN_RELEVANT,
    COLUMN_CONSTRAINT,
    COLUMN_CONSTRAINT_MESSAGE,
    COLUMN_CALCULATION,
    COLUMN_DEFAULT,
    COLUMN_APPEARANCE,
    COLUMN_READ_ONLY,
    COLUMN_DISABLED,
    COLUMN_X_ACCESS,
    COLUMN_X_RETIRED,
    COLUMN_LIST_NAME,
    COLUMN_FORM_ID,
    COLUMN_FORM_TITLE,
    COLUMN_VERSION,
    COLUMN_DEFAULT_LANGUAGE,
    COLUMN_DUPLICATES,
    COLUMN_CHOICE_FILTER,
    COLUMN_NR,
};

/* Where a column without a language stands; a sheet may have both. */
enum { FORM_NO_LANG = FORM_LANGS_MAX, FORM_NAME_BYTES = 64 };

struct form_sheet {
    const char *name;
    const struct csv_row *header, *rows; /* header NULL: no such sheet */
    size_t nr;
    size_t at[COLUMN_NR][FORM_LANGS_MAX + 1]; /* CSV_NO_COLUMN: none */
};

struct form_reading {
    struct form *form;
    struct csv *csv;
    struct finding_list *list;
    struct form_sheet survey, choices, settings;
    struct {
        struct field *items;
        size_t nr, alloc;
    } fields;
    struct {
        const struct csv_row **items; /* the row of each field */
        size_t nr, alloc;
    } rows;
};

/* Finds the three sheets and their columns, and the form's languages. */
void form_find_sheets(struct form_reading *r);

/* A cell of a row: "" when there is no such column. Not trimmed. */
const char *form_cell(const struct form_sheet *s, const struct csv_row *row,
                      enum form_column column);

/* Without blanks at the ends, in the form's pool. */
const char *form_cell_trimmed(struct form_reading *r,
                              const struct form_sheet *s,
                              const struct csv_row *row,
                              enum form_column column);

/* Texts by language; NULL where nothing, or only a dash, stands. */
const char *const *form_cell_texts(struct form_reading *r,
                                   const struct form_sheet *s,
                                   const struct csv_row *row,
                                   enum form_column column);

/* XLSForm's own spelling of a column, for findings. */
const char *form_column_name(enum form_column column);

/* "yes", "true", "true()" and "no", "false", "false()", in any letter case. */
bool form_says_yes(const char *text);
bool form_says_no(const char *text);

/* Reads every expression of every field and binds it; sorts form->order.
 * Needs the fields in place. */
void form_bind(struct form_reading *r);

#endif
