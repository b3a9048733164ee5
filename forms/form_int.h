/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FORM_INT_H
#define FORMS_FORM_INT_H
/*
 * A form while it is read: the file, its sheets with the columns found in
 * them, and the fields so far. form_sheet.c finds sheets and columns,
 * form_choice.c makes choice lists and form_read.c fields of the rows,
 * form_bind.c reads their expressions, form_order.c puts the fields in order
 * of computation, form_lint.c looks for what will surprise.
 */
#include "forms/book.h"
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
    COLUMN_CHOICE_FILTER,
    COLUMN_REPEAT_COUNT,
    COLUMN_TRIGGER,
    COLUMN_PARAMETERS,
    COLUMN_SAVE_TO,
    COLUMN_DISABLED,
    COLUMN_X_ACCESS,
    COLUMN_X_PURPOSE,
    COLUMN_X_WAS,
    COLUMN_X_RETIRED,
    COLUMN_X_TITLE,
    COLUMN_LIST_NAME,
    COLUMN_FORM_TITLE,
    COLUMN_FORM_ID,
    COLUMN_VERSION,
    COLUMN_DEFAULT_LANGUAGE,
    COLUMN_DUPLICATES,
    COLUMN_ENTITY_ID,
    COLUMN_CREATE_IF,
    COLUMN_UPDATE_IF,
    COLUMN_REPEAT,
    COLUMN_NR,
};

/* Where a column without a language stands; a sheet may have both. */
enum { FORM_NO_LANG = FORM_LANGS_MAX, FORM_NAME_BYTES = 128 };

struct form_sheet {
    const char *name;
    const struct csv_row *header, *rows; /* header NULL: no such sheet */
    size_t nr;
    size_t at[COLUMN_NR][FORM_LANGS_MAX + 1]; /* CSV_NO_COLUMN: none */
    struct {
        size_t *items; /* columns that are the author's own */
        size_t nr, alloc;
    } extra;
};

/* Where a field comes from; what stands here goes before the row's cells. */
struct expr_node;

struct form_source {
    const struct csv_row *row;
    const char *relevant, *default_value, *choice_filter; /* NULL: as the row
                                                             says */
};

struct form_reading {
    struct form *form;
    const struct book *book;
    const char *id; /* of a form that does not say; NULL: that is an error */
    struct finding_list *list;
    struct form_sheet survey, choices, external, settings, entities;
    bool repeats_choices;            /* allow_choice_duplicates */
    size_t choices_left, cells_left; /* of what all lists may hold */
    size_t files_nr;                 /* lists of files so far */
    struct {
        struct field *items;
        size_t nr, alloc;
    } fields;
    struct {
        struct form_source *items; /* of each field */
        size_t nr, alloc;
    } sources;
};

/* Says what is wrong with a cell of a row and goes on. */
#define FORM_FINDING(r, grade, s, row, column, ...)                            \
    finding_add((r)->list, grade,                                              \
                FINDING_AT((s)->name, (row)->line, form_column_name(column)),  \
                __VA_ARGS__)

/* ---- form_sheet.c ---- */

/* Finds the sheets and their columns, and the form's languages. */
void form_find_sheets(struct form_reading *r);
void form_release_sheets(struct form_reading *r);

/* The column that a header names, whatever its spelling; COLUMN_NR when it is
 * none that means anything here. Its language, as written, comes in *lang,
 * NULL when it has none. */
enum form_column form_header(const char *header, const char **lang);

/* Columns that Kobo writes for itself at each download: "$kuid", "kobo--rank".
 */
bool form_is_kobos(const char *header);

/* The code of a language: "Amharic (am)", "amharic" and "am" are "am". */
enum { FORM_LANG_BYTES = 16 };
void form_lang_code(const char *text, char out[FORM_LANG_BYTES]);

/* A cell of a row: "" when there is no such column. Not trimmed. */
const char *form_cell(const struct form_sheet *s, const struct csv_row *row,
                      enum form_column column);

/* Without blanks at the ends, in the form's pool. */
const char *form_cell_trimmed(struct form_reading *r,
                              const struct form_sheet *s,
                              const struct csv_row *row,
                              enum form_column column);

/* A text for people, in the pool: "\\n" in the file is a new line. NULL when
 * nothing, or only a dash, stands there. */
const char *form_text(struct pool *pool, const char *cell);

/* Texts by language; NULL where nothing, or only a dash, stands. */
const char *const *form_cell_texts(struct form_reading *r,
                                   const struct form_sheet *s,
                                   const struct csv_row *row,
                                   enum form_column column);

/* XLSForm's own spelling of a column, for findings. */
const char *form_column_name(enum form_column column);
bool form_column_has_langs(enum form_column column);

/* "yes", "true", "true()" and "no", "false", "false()", in any letter case. */
bool form_says_yes(const char *text);
bool form_says_no(const char *text);

/* ---- form_choice.c ---- */

void form_read_choices(struct form_reading *r);

/* NULL when there is no list of that name. */
struct choice_list *form_list(const struct form *f, const char *name, size_t n);

/* Room for a list; NULL when there is none left. */
struct choice_list *form_add_list(struct form_reading *r, const char *name);

/* The choice "other" that or_other asks for, added when the list has none. */
void form_add_other(struct form *f, struct choice_list *l);

/* "Specify other", by language of the form. */
const char *const *form_other_labels(const struct form *f);

/* Makes choices quick to find, once all are there. */
void form_index_choices(struct form *f);

/* What is wrong with a list only by the way fields use it. */
void form_check_choices(struct form_reading *r);

/* ---- form_file.c ---- */

/* How a list that stands in a file is asked for. */
struct form_file {
    const char *name;          /* "woreda.csv" */
    const char *value;         /* the column that names the choices */
    const char *const *labels; /* by language, the column of the labels; NULL:
                                  the one of the default language */
    struct finding_at at;
};

/* The list of a file, made when nothing asked for it so far. What is wrong is
 * told; the list is missing then. NULL only when there are too many. */
struct choice_list *form_file_list(struct form_reading *r,
                                   const struct form_file *want);

/* The same of what a question says: its type (n bytes of name) and its
 * parameters, value=code label=title. */
struct choice_list *form_file_of_type(struct form_reading *r,
                                      const struct csv_row *row,
                                      const char *name, size_t n);

/* What the appearance search('woreda') makes of a question: its choices come
 * from that file, under the columns that the one row of its list names. The
 * filter is an expression, NULL when there is none. The list stays as it is
 * when the appearance asks for nothing of the kind. */
const struct choice_list *form_file_of_search(struct form_reading *r,
                                              const struct csv_row *row,
                                              const struct choice_list *l,
                                              const char **filter);

/* The list that an expression names, instance('woreda'), with its column (or
 * NULL) made quick to look up; a warning when there is none. */
void form_file_of_expression(struct form_reading *r, struct finding_at at,
                             const char *name, const char *column);

/* ---- form.c ---- */

/* How many groups around both fields are the same. */
unsigned form_shared_depth(const struct form *f, size_t a, size_t b);

/* ---- form_read.c ---- */

/* Whether a text can be the name of a field. */
bool form_is_name(const char *s);

/* ---- form_entity.c ---- */

/* The rows of the sheet of entities, without their expressions, and which
 * answers are saved to which. Needs the fields in place. */
void form_read_entities(struct form_reading *r);

/* What the expressions say of each other. */
void form_check_entities(struct form_reading *r);

/* ---- form_bind.c ---- */

/* The text of an expression with the quotation marks that word processors put
 * in made straight; *mended says whether there were any. */
const char *form_mend(struct pool *pool, const char *text, bool *mended);

/* Reads every expression of every field and binds it; needs the fields in
 * place. */
void form_bind(struct form_reading *r);

/* ---- form_lint.c, form_lint_reach.c, form_lint_langs.c ---- */

/* What runs but will surprise, in expressions and translations. Needs the
 * expressions bound and free of circles, the sheets still there. */
void form_lint(struct form_reading *r);

/* Questions that nobody can come to; a cell that has a finding from said_from
 * on in the list is not told again. */
void form_lint_reach(struct form_reading *r, size_t said_from);

/* Texts that are missing in a language. */
void form_lint_langs(struct form_reading *r);

/* The one field that a node of an expression reads, and nothing else of it;
 * EXPR_NO_NODE when it is anything else. */
size_t form_lint_field(const struct form *f, const struct expr_node *n);

/* Whether a node compares two values, and whether it calls one of these. */
bool form_lint_compares(const struct expr_node *n);
bool form_lint_calls(const struct expr_node *n, const char *const *names);

/* ---- form_order.c ---- */

/* Fills form->order; a circle is an error. Needs the expressions bound. */
void form_sort(struct form_reading *r);

#endif
