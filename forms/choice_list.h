/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CHOICE_LIST_H
#define FORMS_CHOICE_LIST_H
/*
 * A list of choices as a table that expressions read: instance('woreda')/root/
 * item[zone = ${zone}]/label, pulldata('woreda', 'label', 'name', ${w}). Its
 * rows are the choices. Its columns are, for a list on the sheet of choices,
 * name, label, the author's own and itextId, as XLSForm's converter has it;
 * for a list in a file what the file's header says.
 *
 * A list is constant once its form is read, and so are its nodes: their
 * numbers lie between those of answers and those of a filter's columns, and
 * everything about them follows from the number alone.
 */
#include "forms/form.h"

struct choice_key {
    size_t column;
    const char *text;
};

/* No column, no row. */
#define CHOICE_LIST_NONE ((size_t)-1)

/* NULL when the form has no list of that name; that of a file may be asked
 * for with or without its ending. */
const struct choice_list *choice_list_find(const struct form *f,
                                           const char *name);

size_t choice_list_columns_nr(const struct choice_list *l);
const char *choice_list_column_name(const struct choice_list *l, size_t column);
size_t choice_list_column(const struct choice_list *l, const char *name);

/* "" where nothing stands; a label is that of the default language. The text
 * is the form's, or made in the pool. */
const char *choice_list_cell(const struct form *f, const struct choice_list *l,
                             size_t row, size_t column, struct pool *pool);

/* The first row, from that one on, that has this in the column. */
size_t choice_list_row(const struct form *f, const struct choice_list *l,
                       const struct choice_key *k, size_t from);

/* Whether looking up by that column is quick. */
bool choice_list_is_quick(const struct choice_list *l, size_t column);

/* ---- making (while the form is read) ---- */

enum {
    CHOICE_INDEXES_MAX = 8
}; /* of one list; further columns are searched
      row by row */

/* Makes looking up by that column quick. */
void choice_list_index(const struct form *f, struct choice_list *l,
                       size_t column);

/* Gives every list its nodes, after the last choice is there. */
void choice_list_finish(struct form *f);

/* ---- nodes ---- */

#define CHOICE_LIST_NODES (SIZE_MAX / 2)

static inline bool choice_list_is_node(size_t node)
{
    return node >= CHOICE_LIST_NODES && node < FORM_NOWHERE;
}

/* What stands above the root of a list. */
size_t choice_list_node(const struct choice_list *l);

const char *choice_list_node_name(const struct form *f, size_t node);
const char *choice_list_node_value(const struct form *f, size_t node,
                                   struct pool *pool);
/* The next item of a list by a column that is quick (see struct expr_tree). */
bool choice_list_node_seek(const struct form *f, struct expr_seeking *s);
/* EXPR_NO_NODE when there is none. */
size_t choice_list_node_parent(const struct form *f, size_t node);
size_t choice_list_node_child(const struct form *f, size_t node);
size_t choice_list_node_next(const struct form *f, size_t node);

#endif
