/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RECORD_H
#define FORMS_RECORD_H
/*
 * The answers given to one form while a person fills it, with what follows
 * from them: which fields are relevant, required, computed, wrong. No disk, no
 * screen, no clock: "today" is given. The record borrows the form, which must
 * outlive it.
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

struct record_moment {
    int64_t today; /* days since 1970-01-01 */
    int64_t now_ms;
    /* Minutes east of UTC at a moment; NULL is UTC: dates are whole numbers */
    int (*zone)(int64_t at_ms);
    const char *lang; /* code, for names of choices and months; NULL: default */
    const struct entropy_source *entropy; /* of random(), uuid(); NULL: none */
};

struct record *record_new(const struct form *f, struct record_moment m);
void record_free(struct record *r);
const struct form *record_form(const struct record *r);

/* What was typed or loaded; "" when blank. Kept when not relevant. */
const char *record_answer(const struct record *r, size_t field);

/* What counts: "" when not relevant. */
const char *record_value(const struct record *r, size_t field);

/* Sets an answer as the person's (marks it touched) and recomputes. The text
 * is copied; it is not checked here: record_problem says what is wrong. */
void record_set(struct record *r, size_t field, const char *answer);

/* Fills in an answer that is already kept (not touched); call record_refresh
 * after the last. */
void record_load(struct record *r, size_t field, const char *answer);
void record_refresh(struct record *r);

bool record_is_relevant(const struct record *r, size_t field);
bool record_is_required(const struct record *r, size_t field);
/* Whether a field's answer is to be saved: relevant, other than what was
 * loaded, and typed by the person or following from what the person typed. A
 * value that only time has changed is not touched. */
/* Set by the person, not by a default or a calculation. */
bool record_is_typed(const struct record *r, size_t field);
bool record_is_touched(const struct record *r, size_t field);
bool record_is_dirty(const struct record *r); /* the person changed something */

/* The sentence for what is wrong with a field now (wrong type, constraint with
 * the form's own message, required and blank), in a language; false when all
 * is well. blank_too: also complain of required fields left blank. */
bool record_problem(const struct record *r, size_t field, size_t lang,
                    bool blank_too, struct err *problem);

/* Whether a choice of the field's list is offered now: not retired, and let
 * through by its choice_filter. (A filter that cannot be evaluated lets all
 * through: better too many than none.) */
bool record_offers(const struct record *r, size_t field, size_t choice);

/* The next or previous field a person stops at from here (relevant, shown:
 * not a group, not a calculation); from FORM_ROOT the first or last; FORM_ROOT
 * when there is none. */
size_t record_next(const struct record *r, size_t field);
size_t record_prev(const struct record *r, size_t field);

/* Relevant questions, and how many of them have an answer. */
void record_progress(const struct record *r, size_t *asked, size_t *answered);

#endif
