/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RECORD_H
#define FORMS_RECORD_H
/*
 * The answers given to one form while a person fills it, with what follows
 * from them: which fields are relevant, required, computed, wrong. No disk, no
 * screen, no clock: "today" is given. The record borrows the form, which must
 * outlive it.
 *
 * A record consists of nodes: a field has one, but one in each row when it
 * stands in a repeat. A node's number stays with it as long as the record
 * lives, whatever rows come and go; in a form without repeats it is the
 * field's own. Its path names it for ever: names from the root, each row with
 * an id of its own in brackets ("children[k3f7]/name"). Rows that are counted
 * by the form (repeat_count) have their number for an id, so that two people
 * who fill the same form apart fill the same rows.
 *
 * After each record_set everything that depends on the answer is computed
 * again, in dependency order, once. An answer that stops being relevant counts
 * as blank but comes back when it becomes relevant again in the same sitting
 * (forms.md 4.2, 13).
 *
 * A new record is computed and given its defaults at once. The first
 * record_load makes it an existing one: what defaults filled in is taken back,
 * and only a field that becomes relevant later is given its default.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "forms/form.h"

struct record;

/* No node: before the first and behind the last one; the whole form. */
#define RECORD_NONE FORM_ROOT

enum {
    RECORD_ROWS_MAX = 1000,    /* of one repeat */
    RECORD_NODES_MAX = 100000, /* of a record */
    RECORD_PATH_BYTES = 400,
};

struct record_moment {
    int64_t today; /* days since 1970-01-01 */
    int64_t now_ms;
    /* Minutes east of UTC at a moment; NULL is UTC. Days are whole numbers of
     * that zone's days in any case. */
    int (*zone)(int64_t at_ms);
    /* Of random(), uuid() and the ids of rows. NULL: none can be had, and what
     * was drawn before stays: enough to show what is kept. */
    const struct entropy_source *entropy;
};

struct record *record_new(const struct form *f, struct record_moment m);
void record_free(struct record *r);
const struct form *record_form(const struct record *r);

/* ---- nodes ---- */

enum record_kind {
    RECORD_FIELD,  /* a question, note, calculation or group */
    RECORD_ROW,    /* one row of a repeat, with the fields in it */
    RECORD_REPEAT, /* behind the rows of a repeat: where one is added */
};

/* All nodes in the order of the form: the first one after RECORD_NONE. */
size_t record_walk(const struct record *r, size_t node);

enum record_kind record_kind(const struct record *r, size_t node);
size_t record_field(const struct record *r, size_t node);
/* The group or row it stands in; RECORD_NONE at the top. */
size_t record_parent(const struct record *r, size_t node);
/* How many nodes a field has, and its i-th; of a repeat its rows. */
size_t record_nodes_nr(const struct record *r, size_t field);
size_t record_node(const struct record *r, size_t field, size_t i);

/* Appended to out. */
void record_path(const struct record *r, size_t node, struct buf *out);
/* Whether a path is what the node was called before its field was renamed. */
bool record_was_called(const struct record *r, size_t node, const char *path);
/* The node of a path; RECORD_NONE when there is none. */
size_t record_find(const struct record *r, const char *path);

/* ---- rows ---- */

/* Whether the person says how many rows there are; else the form does. */
bool record_may_add(const struct record *r, size_t repeat);
size_t record_rows_nr(const struct record *r, size_t repeat);
/* Which of the rows of its repeat a row is, from 1. */
size_t record_row_number(const struct record *r, size_t row);
size_t record_row_repeat(const struct record *r, size_t row);

/* A new row behind the others, as the person's; RECORD_NONE with a sentence
 * when there are too many. */
size_t record_row_add(struct record *r, size_t repeat, struct err *e);

/* Takes a row out with all that is in it. Its nodes keep their numbers but are
 * no longer part of the record. */
void record_row_drop(struct record *r, size_t row);

/* The node of a path, with the rows that it needs made as kept ones (that
 * exist already, not the person's): before record_load. A path from before a
 * field was renamed leads to it. RECORD_NONE when the form has no such field.
 * Call record_refresh after the last. */
size_t record_load_path(struct record *r, const char *path);

/* The same as the person's: what a draft or a line of JSON names. */
size_t record_set_path(struct record *r, const char *path);

/* Paths of rows that were kept and have been dropped by the person. */
size_t record_dropped_nr(const struct record *r);
const char *record_dropped(const struct record *r, size_t i);

/* ---- answers ---- */

/* What was typed or loaded; "" when blank or sealed. Kept when not relevant.
 */
const char *record_answer(const struct record *r, size_t node);

/* What counts: "" when not relevant or sealed. */
const char *record_value(const struct record *r, size_t node);

/* Sets an answer as the person's (marks it touched) and recomputes. The text
 * is copied; it is not checked here: record_problem says what is wrong. */
void record_set(struct record *r, size_t node, const char *answer);

/* Fills in an answer that is already kept (not touched); call record_refresh
 * after the last. */
void record_load(struct record *r, size_t node, const char *answer);
void record_refresh(struct record *r);

/* An answer the person may not see: it goes on counting for what depends on it,
 * and reads as blank; nothing is wrong with it and nothing of it is touched.
 * What the person sets is no longer sealed: it is the person's own. */
void record_seal(struct record *r, size_t node);
void record_unseal(struct record *r); /* all of them */
bool record_is_sealed(const struct record *r, size_t node);

bool record_is_relevant(const struct record *r, size_t node);
bool record_is_required(const struct record *r, size_t node);
/* Set by the person, not by a default or a calculation; of a row: added. */
bool record_is_typed(const struct record *r, size_t node);
/* Whether a field's answer is to be saved: relevant, other than what was
 * loaded, and typed by the person or following from what the person typed. A
 * value that only time has changed is not touched. Of a row: it is new. */
bool record_is_touched(const struct record *r, size_t node);
bool record_is_dirty(const struct record *r); /* the person changed something */

/* The sentence for what is wrong with a field now (wrong type, constraint with
 * the form's own message, required and blank), in a language; false when all
 * is well. blank_too: also complain of required fields left blank. */
bool record_problem(const struct record *r, size_t node, size_t lang,
                    bool blank_too, struct err *problem);

/* Whether a choice of the field's list is offered now: not retired, and let
 * through by its choice_filter. (A filter that cannot be evaluated lets all
 * through: better too many than none.) */
bool record_offers(const struct record *r, size_t node, size_t choice);

/* A text of the form (a label, a hint) as it reads at a node: each ${name} is
 * what was answered there, or dots while that is still to be answered. A name
 * of a choice or a month that was computed is kept in the form's default
 * language, whoever fills it, and reads here in the language asked for. In the
 * pool, or the text itself. */
const char *record_text(const struct record *r, size_t node, const char *text,
                        size_t lang, struct pool *pool);

/* The next or previous node a person stops at from here (relevant, shown: not
 * a group, not a calculation; behind a repeat where a row may be added); from
 * RECORD_NONE the first or last; RECORD_NONE when there is none. */
size_t record_next(const struct record *r, size_t node);
size_t record_prev(const struct record *r, size_t node);

/* Relevant questions that are not sealed, and how many of them have an
 * answer. */
void record_progress(const struct record *r, size_t *asked, size_t *answered);

#endif
