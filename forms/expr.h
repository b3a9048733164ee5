/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_EXPR_H
#define FORMS_EXPR_H
/*
 * An expression of the form language (ODK XForms' subset of XPath 1.0, with
 * JavaRosa's semantics where engines differ; forms.md 4). Parsed once into a
 * tree that lives in a pool, evaluated often. Pure: what is "today" and what a
 * path holds come from the caller. Depth, steps and memory are bounded, so no
 * form can hang or fill the PC.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

struct expr;

enum {
    EXPR_DEPTH_MAX = 64,      /* nesting of one expression */
    EXPR_STEPS_MAX = 100000,  /* operations of one evaluation */
    EXPR_TEXT_MAX = 32768,    /* length of an expression */
};

enum expr_type { EXPR_STRING, EXPR_NUMBER, EXPR_BOOLEAN };

struct expr_value {
    enum expr_type type;
    double number;
    bool boolean;
    const char *string; /* in the pool given to expr_eval, or constant */
};

/* Where an expression stands while it is evaluated. */
struct expr_env {
    /* The answer at a path ("" when blank or not relevant); the path has been
     * resolved by expr_bind to an index of the form's fields. */
    const char *(*answer)(void *arg, size_t field);
    /* The type the answer has, so that integers compare as numbers. */
    bool (*is_number)(void *arg, size_t field);
    void *arg;
    size_t self;       /* the field `.` means */
    int64_t today;     /* days since 1970-01-01 */
    int64_t now_ms;
    const char *lang;
};

/* Parses text. On failure the sentence names the place in the text. */
struct expr *expr_read(struct pool *pool, const char *text, size_t text_bytes,
                       struct err *e);

/* Resolves ${name}, relative and absolute paths to field indexes by asking
 * resolve (SIZE_MAX: no such field, and an error that names it). Marks what
 * the expression depends on. */
struct expr_scope {
    size_t (*resolve)(void *arg, const char *path, struct err *e);
    void *arg;
};
bool expr_bind(struct expr *x, const struct expr_scope *scope, struct err *e);

/* The fields the bound expression reads, for recalculation in order. */
const size_t *expr_depends(const struct expr *x, size_t *nr);

bool expr_eval(const struct expr *x, const struct expr_env *env,
               struct pool *pool, struct expr_value *out, struct err *e);

/* Conversions of XPath: number of a string is NaN when it is none; a boolean
 * of a string is whether it is not empty. */
double expr_to_number(const struct expr_value *v);
bool expr_to_boolean(const struct expr_value *v);
const char *expr_to_string(const struct expr_value *v, struct pool *pool);

#endif
