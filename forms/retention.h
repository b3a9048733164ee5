/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RETENTION_H
#define FORMS_RETENTION_H
/*
 * How long a case is kept (retention.csv of the pack): classes in the order in
 * which they are tried, the last one without a condition. A class says which
 * answer starts its clock (the day the case was closed), for how many years,
 * on what ground, and what is to happen then. A case whose clock has not
 * started is never due. Constant data; lives as long as the program.
 */
#include <stddef.h>
#include <stdint.h>

enum retention_action {
    RETENTION_DESTROY,   /* purge it */
    RETENTION_ANONYMISE, /* take out who it was, keep what is counted */
    RETENTION_REVIEW,    /* a person decides */
};

struct retention {
    const char *id;                      /* "case": never renamed */
    const char *when_field, *when_value; /* the answer that puts a case here;
                                            "" for the last one */
    int years;
    const char *clock; /* the field whose date starts it: "closed_on" */
    enum retention_action action;
    const char *basis; /* the rule it rests on, for people */
    const char *label_en, *label_am;
};

const struct retention *retention_list(size_t *nr);
const struct retention *retention_find(const char *id); /* or NULL */

/* The class of a case. answer gives what stands in a field by the last part of
 * its path, "" for nothing. Never NULL. */
typedef const char *retention_answer_fn(void *arg, const char *field);
const struct retention *retention_pick(retention_answer_fn *answer, void *arg);

/* The day (calendar.h) on which a case of the class is due whose clock started
 * on that day: the same date so many years later, 1 March for 29 February. */
int64_t retention_due_day(const struct retention *r, int64_t started);

const char *retention_label(const struct retention *r, const char *lang);
const char *retention_action_label(const struct retention *r); /* translated */

#endif
