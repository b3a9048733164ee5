/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RIGHT_H
#define FORMS_RIGHT_H
/*
 * Who may do what (rights.csv of the pack): for each role, kind of record and
 * class of field how far an action reaches. Constant data and pure questions;
 * what a case is to a person (own, this office's, below it) is for
 * store/right.h to find out. Nothing is allowed that no row allows.
 *
 * A row is for one kind by its name, or for all records of cases, of places,
 * of sites that no row of the same role is for by name. So kinds that a later
 * program or an imported form ("form:...") brings fall under of-case, of-place
 * or of-site. A row is for one class, or any.
 */
#include <stdbool.h>

enum right_action {
    RIGHT_READ,
    RIGHT_CREATE,  /* of a field: to answer it in a new record */
    RIGHT_EDIT,    /* to change, clear or settle it later */
    RIGHT_APPROVE, /* to decide what another person asks for */
    RIGHT_PRINT,
    RIGHT_EXPORT,
    RIGHT_PURGE,
};
enum { RIGHT_ACTIONS = RIGHT_PURGE + 1 };

/* Of a field: x_access of its form. */
enum right_class {
    RIGHT_OPEN,   /* may be counted and seen without the case */
    RIGHT_CASE,   /* with the case: what tells who the child is */
    RIGHT_SEALED, /* what can do harm: opens with a reason, leaves a trace */
};
enum { RIGHT_CLASSES = RIGHT_SEALED + 1 };

enum right_reach {
    RIGHT_NONE,  /* not at all */
    RIGHT_OWN,   /* cases whose worker the person is */
    RIGHT_SITE,  /* and those of the person's office */
    RIGHT_BELOW, /* and those of its place and all below */
    RIGHT_ALL,   /* whatever this PC holds */
};

/* Rows that are for all kinds of a home; they may be asked for as a kind. */
#define RIGHT_OF_CASE  "of-case"
#define RIGHT_OF_PLACE "of-place"
#define RIGHT_OF_SITE  "of-site"

/* RIGHT_NONE for a role that is none, too. A kind that no program of this age
 * knows counts as one of cases. */
enum right_reach right_reach(const char *role, const char *kind,
                             enum right_class class, enum right_action action);

/* How far the role reads names in cases: what lists and the search show. */
enum right_reach right_reach_of_names(const char *role);

/* "open", "case", "sealed" as a form has it; what is none of them is sealed. */
enum right_class right_class_read(const char *word);

/* Words for people, not yet translated: "open", "change"; for tables: "edit",
 * "sealed", "below". */
const char *right_action_verb(enum right_action action);
const char *right_action_name(enum right_action action);
const char *right_class_name(enum right_class class);
const char *right_reach_name(enum right_reach reach);

#endif
