/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_FORM_H
#define FORMS_FORM_H
/*
 * A form: what is asked, in which order, in which languages, and when. Made
 * by form_read from XLSForm, as CSV in pyxform's one-file layout or as a
 * workbook, constant from then on; everything in it lives in the form's own
 * pool. Terms are XLSForm's.
 *
 * A field's path ("safe_environment/I_SE_1/I_SE_1_state") is its identity for
 * ever: labels change, paths never; a rename is declared in the column x_was.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forms/expr.h"
#include "forms/finding.h"
#include "forms/value.h"

enum field_type {
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_DECIMAL,
    FIELD_DATE,
    FIELD_SELECT_ONE,
    FIELD_SELECT_MULTIPLE,
    FIELD_NOTE,        /* shown, holds nothing */
    FIELD_CALCULATE,   /* computed, not shown */
    FIELD_GROUP,       /* holds the fields up to group_end */
    FIELD_REPEAT,      /* the same, any number of times */
    FIELD_TIME,        /* of the day */
    FIELD_MOMENT,      /* date and time: XLSForm's dateTime */
    FIELD_RANGE,       /* a number between two others */
    FIELD_BARCODE,     /* text that a reader types */
    FIELD_PHONE,       /* text: a telephone number */
    FIELD_GEOPOINT,    /* latitude, longitude, altitude, accuracy */
    FIELD_ACKNOWLEDGE, /* "OK" or nothing */
    FIELD_RANK,        /* all choices, put in an order */
    FIELD_FILE,        /* the name of a picture, recording, document */
    FIELD_SHAPE,       /* points of a line or an area, as text */
    FIELD_META,        /* filled by the program when the form is opened */
    /* a new type: one row in the table of forms/field_type.c */
};

enum {
    FORM_LANGS_MAX = 16,
    FORM_DEPTH_MAX = 10,
    FORM_REPEATS_MAX = 3, /* repeats inside each other */
    FORM_FIELDS_MAX = 4000,
    FORM_CHOICES_MAX = 30000,
    FORM_LISTS_MAX = 1000,
    FORM_ENTITIES_MAX = 20,
    FORM_FILES_MAX = 50, /* lists in files, with the ways they are read */
};

struct choice {
    const char *name;          /* the code that is typed and exchanged */
    const char *const *labels; /* by form language; NULL: no translation */
    bool retired;              /* x_retired: shown when answered, not offered */
    const char *const *extra;  /* by column of the list; "" where blank */
};

/* The rows of a list in order of a column. */
struct choice_index {
    size_t column;
    const size_t *rows;
};

struct choice_list {
    const char *name;
    struct choice *items;
    size_t nr;
    const char *const *columns; /* the author's own; of a file all it has */
    size_t columns_nr;
    const size_t *by_name; /* items in order of name, for choice_find; NULL
                              while the form is read */
    /* "woreda.csv": the choices stand in a file that travels as a sheet of the
     * form, "_woreda.csv". Answers are kept as codes, for the next version of
     * a file owes nothing to this one. NULL: they stand among the choices. */
    const char *file;
    bool is_missing;          /* there is no such sheet: any code is taken */
    const char *value_column; /* of a file: the one that names the choices */
    const char *const *label_columns; /* by form language; see form_int.h */
    /* see choice_list.h */
    size_t first_node;
    const struct choice_index *indexes;
    size_t indexes_nr;
};

/* What parameters say of a range: "start=0 end=10 step=1". */
struct field_range {
    double start, end, step;
    bool whole; /* only whole numbers can come out */
};

/* A cell of the choice that a choice_filter looks at, as a node: 0 its name, 1
 * its label, from 2 on the list's own columns. */
#define FORM_COLUMN(i) ((size_t)-1 - 100000 + (i))

/* A name in an expression that no field has: a node that is always blank. What
 * is at least FORM_NOWHERE is no field. */
#define FORM_NOWHERE ((size_t)-1 - 100001)

struct field {
    enum field_type type;
    const char *name;
    const char *path;          /* names from the root, joined by "/" */
    const char *const *labels; /* by form language; NULL: none */
    const char *const *hints;
    const char *const *purposes; /* x_purpose: why it is asked */
    const char *const *constraint_messages;
    const char *const *required_messages;
    const struct choice_list *list;   /* of a select; else NULL */
    const struct expr *relevant;      /* NULL: always */
    const struct expr *required;      /* NULL: never */
    const struct expr *constraint;    /* NULL: anything of the type */
    const struct expr *calculation;   /* NULL: none */
    const struct expr *default_value; /* evaluated when the field is first
                                         reached and empty; NULL: none */
    const struct expr *choice_filter; /* which of the list are offered (see
                                         record_offers); NULL: all */
    const struct expr *repeat_count;  /* of a repeat; NULL: the person says */
    const size_t *triggers;           /* fields: the calculation is made when
                                         one of them changes, and only then */
    size_t triggers_nr;
    const char *type_name;   /* XLSForm's word for it: "image", "deviceid" */
    const char *appearance;  /* as written; "" when none */
    const char *parameters;  /* as written; "" when none */
    const char *save_to;     /* property of the entity; "" when none */
    size_t entity;           /* which of the form's; FORM_NO_ENTITY when none */
    const char *was;         /* x_was: the path it had before; "" when none */
    const char *sensitivity; /* x_access: "open" (default), "case", "sealed" */
    struct field_range range; /* of a FIELD_RANGE */
    bool read_only;
    size_t parent; /* index of the group it stands in; FORM_ROOT at the top */
    size_t group_end; /* of a group or repeat: index behind its last field */
    size_t repeat;    /* index of the innermost repeat around it; FORM_ROOT */
    unsigned depth;   /* groups and repeats around it */
    unsigned row;     /* line in the file */
    size_t path_nr;   /* index among the fields that hold a value (the wire's
                         path list); FORM_NO_PATH for notes and groups */
};

#define FORM_ROOT      EXPR_ROOT
#define FORM_NO_PATH   ((size_t)-1)
#define FORM_NO_ENTITY ((size_t)-1)

/* Which answers become the state of a thing that outlives the form (ODK
 * Entities): a row of the sheet "entities"; save_to names the properties. What
 * a filled form says of them: record_entity.h. */
struct form_entity {
    const char *dataset; /* the list it stands in */
    size_t repeat;       /* one of each row of it; FORM_ROOT: one of the form */
    const struct expr *entity_id, *create_if, *update_if, *label; /* or NULL */
    const struct csv_row *row; /* while the form is read */
};

struct form {
    const char *id, *title, *version;
    const char *const *titles; /* x_title, by language; NULL: see form_title */
    const char *langs[FORM_LANGS_MAX]; /* codes: "en", "am"; [0] is default */
    size_t langs_nr;
    struct field *fields; /* in order of the file */
    size_t fields_nr;
    size_t *paths; /* path_nr to index in fields */
    size_t paths_nr;
    size_t *order;   /* all fields, each behind those it is computed from */
    size_t *by_path; /* all fields in order of path, for form_field */
    struct choice_list *lists;
    size_t lists_nr;              /* lists of files stand behind the others */
    struct form_entity *entities; /* none, mostly */
    size_t entities_nr;
    struct pool *pool;
};

/* Reads a form from a file of either kind. Findings are added to the list;
 * NULL (with *e) only when there are errors among them: *e then holds the
 * first. The caller frees the form. */
struct form *form_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e);

/* The same from a book, and without giving up: what has an error is left out
 * (a row of an unknown type, an expression that cannot be read), the rest is a
 * form that can be tried and mended. id is what the form is known by when it
 * does not say (the file's name); NULL makes that an error. NULL only when
 * nothing can be made of it. */
struct book;
struct form *form_load(const struct book *b, const char *id,
                       struct finding_list *list, struct err *e);
void form_free(struct form *f);

/* What people know the form by: its title, which is in the default language,
 * and x_title in the others that have one. */
const char *form_title(const struct form *f, size_t lang);

/* NULL when no field has this path. Ids of rows in it ("children[k3f7]/name",
 * record.h) are passed over. */
const struct field *form_field(const struct form *f, const char *path);

/* The field that answers under this path belong to now: the one of that path,
 * or the one that says it had it before (x_was). NULL: none. */
const struct field *form_heir(const struct form *f, const char *path);

/* The field that ${name} means to another one: of those with the name the one
 * that shares most groups with it; FORM_ROOT when there is none. */
size_t form_field_named(const struct form *f, size_t asking, const char *name,
                        size_t name_bytes);

/* The index of a language code in this form; 0 (the default) when it has none
 * such: never a blank label because of a language. */
size_t form_lang(const struct form *f, const char *code);

/* Label, hint or message in a language, falling back to the default language
 * and then to the name (labels) or "" (the others). Never NULL. */
const char *field_label(const struct form *f, const struct field *d,
                        size_t lang);
const char *field_hint(const struct form *f, const struct field *d,
                       size_t lang);
const char *field_purpose(const struct form *f, const struct field *d,
                          size_t lang);
const char *field_constraint_message(const struct form *f,
                                     const struct field *d, size_t lang);
const char *field_required_message(const struct form *f, const struct field *d,
                                   size_t lang);
const char *choice_label(const struct form *f, const struct choice *c,
                         size_t lang);

/* A text by the id that XLSForm's converter gives it: "/data/group/age:label"
 * (or :hint, :jr:constraintMsg, :jr:requiredMsg), or for a choice its list and
 * its place from 0 or its name, "sex-0". NULL when there is none. */
const char *form_text_of_id(const struct form *f, const char *id, size_t lang);

/* The choice of that name; NULL when the list has none. */
const struct choice *choice_find(const struct choice_list *l, const char *name,
                                 size_t name_bytes);

bool field_holds_value(const struct field *d); /* not a note, group, repeat */
bool field_is_group(const struct field *d);    /* a group or repeat */

#endif
