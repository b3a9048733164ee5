/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_EXPR_H
#define FORMS_EXPR_H
/*
 * An expression of the form language (ODK XForms' subset of XPath 1.0, with
 * JavaRosa's semantics where engines differ; forms.md 4). Parsed once into a
 * tree that lives in a pool, evaluated often. Pure: what is "today" and what a
 * path holds come from the caller. Depth, steps and memory are bounded, so no
 * form can hang or fill the PC.
 *
 * An expression is read, then bound to the fields of a form (names become
 * node numbers once, so evaluating looks nothing up), then evaluated. One that
 * is not bound still works on any tree of nodes, by walking it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/entropy.h"
#include "base/err.h"
#include "base/mem.h"

struct expr;
struct expr_lookup;
struct expr_seeking;

enum {
    EXPR_DEPTH_MAX = 64,                /* nesting of one expression */
    EXPR_STEPS_MAX = 100000,            /* operations of one evaluation */
    EXPR_TEXT_MAX = 32768,              /* length of an expression */
    EXPR_MEMORY_MAX = 16 * 1024 * 1024, /* bytes made by one evaluation */
};

enum expr_type {
    EXPR_STRING,
    EXPR_NUMBER,
    EXPR_BOOLEAN,
    EXPR_DATE,   /* number: days since 1970-01-01; string: ISO date */
    EXPR_MOMENT, /* number: days with their fraction; string: ISO date, time */
    EXPR_NODES,  /* within an evaluation only: expr_eval never gives it */
};

/* A node: for a form the index of a field, for a document what the tree
 * chose; in the order of the document the numbers grow. The root stands before
 * all of them and holds the fields at the top. */
#define EXPR_ROOT    ((size_t)-1)
#define EXPR_NO_NODE ((size_t)-2)

struct expr_value {
    enum expr_type type;
    bool boolean;
    double number;
    const char *string; /* in the pool given to expr_eval, or constant */
    const size_t *nodes;
    size_t nodes_nr;
};

struct expr_bound;

/* What paths walk; arg is the env's. The functions behind the first five may
 * be NULL: then there is nothing of the kind. */
struct expr_tree {
    /* The answer there ("" when blank or not relevant), and the type it has,
     * so that integers compare as numbers: EXPR_STRING, _NUMBER, _DATE or, of
     * the words true and false, _BOOLEAN. */
    const char *(*value)(void *arg, size_t node, enum expr_type *type);
    const char *(*name)(void *arg, size_t node);
    size_t (*parent)(void *arg, size_t node); /* of the root: EXPR_NO_NODE */
    size_t (*child)(void *arg, size_t node);  /* the first */
    size_t (*next)(void *arg, size_t node);   /* the next of the same parent */
    /* False, or NULL instead of the function: the name is the node itself. */
    bool (*bound)(void *arg, struct expr_bound *b);
    size_t (*attribute)(void *arg, size_t node);      /* the first; then next */
    const char *(*full_name)(void *arg, size_t node); /* with its prefix */
    const char *(*name_space)(void *arg, size_t node); /* "" is none */
    /* What stands above the root of a list by its name (instance('x')/root/
     * item/label); EXPR_NO_NODE: there is no such list. */
    size_t (*instance)(void *arg, const char *id);
    /* A text of the form in a language (NULL: the form's own); NULL: none. */
    const char *(*itext)(void *arg, const char *id, const char *lang);
    /* How a choice of the field is called; NULL: it has no such choice. */
    const char *(*choice_label)(void *arg, size_t node, const char *choice,
                                const char *lang);
    /* The cell in a column of the first row whose key is this; "" when there
     * is no such row. NULL instead of the function: the items of the instance
     * are walked. */
    const char *(*lookup)(void *arg, const struct expr_lookup *what);
    /* Moves on; false, or NULL instead of the function: all are tried. */
    bool (*seek)(void *arg, struct expr_seeking *s);
};

struct expr_lookup {
    const char *list, *column, *key_column, *key;
};

/* Children of a node by what one of their own children holds. */
struct expr_seeking {
    size_t parent;
    const char *name, *column, *text;
    size_t after; /* the node before, EXPR_NO_NODE at first; then the next one,
                     EXPR_NO_NODE behind the last */
};

/* Which nodes a name that expr_bind resolved means where the expression
 * stands: in a repeat there is one in each row. */
struct expr_bound {
    size_t name;   /* what expr_scope resolved it to */
    size_t self;   /* where the expression stands */
    size_t within; /* those in this node; EXPR_ROOT: all; EXPR_NO_NODE: those
                      that share most rows with self */
    struct pool *pool;   /* for the nodes */
    const size_t *nodes; /* in the order of the document */
    size_t nodes_nr;
};

/* Where an expression stands while it is evaluated. */
struct expr_env {
    const struct expr_tree *tree; /* NULL: a path is an error */
    void *arg;
    size_t self;   /* the node `.` means */
    int64_t today; /* days since 1970-01-01 */
    int64_t now_ms;
    /* Minutes east of UTC at a moment: where the midnight lies that a date
     * stands for. NULL is UTC. */
    int (*zone)(int64_t at_ms);
    /* Dates as numbers count days of that zone, and so are whole; else days of
     * UTC, where a local midnight may lie anywhere in a day. */
    bool local_days;
    const char *lang; /* of texts and month names; NULL: Latin letters */
    const struct entropy_source *entropy; /* NULL: random() is an error */
};

/* Parses text. On failure the sentence names the place in the text. */
struct expr *expr_read(struct pool *pool, const char *text, size_t text_bytes,
                       struct err *e);

/* An expression that is always this text: a default that is no expression. */
struct expr *expr_literal(struct pool *pool, const char *text);

/* Resolves ${name}, relative and absolute paths to nodes by asking resolve,
 * which gets the path as written ("${age}", "../age", "/data/group/age") and
 * fails with a sentence that names it when there is no such field. Marks what
 * the expression depends on. A path that goes on with a predicate or a star is
 * resolved up to there and walked from that node on. */
struct expr_scope {
    bool (*resolve)(void *arg, const char *path, size_t *node, struct err *e);
    /* Told of each list that is named by a literal, with each column that is
     * sought in, else NULL: instance('places')/root/item[code = ${p}],
     * pulldata('places', 'label', 'code', ${p}). NULL instead of the
     * function: nobody is told. */
    void (*list)(void *arg, const char *name, const char *column);
    void *arg;
};
bool expr_bind(struct expr *x, const struct expr_scope *scope, struct err *e);

/* What will surprise in an expression that can be evaluated, such as a date
 * that does not exist and so counts as blank; NULL: nothing was seen. */
const char *expr_doubt(const struct expr *x);

/* Whether what it gives depends on the language. */
bool expr_speaks(const struct expr *x);

/* The nodes the bound expression reads, each once, for recalculation in order;
 * a group or EXPR_ROOT stands for everything in it. */
const size_t *expr_depends(const struct expr *x, size_t *nr);

/* False with a sentence on a wrong argument (an impossible regex), over a
 * limit, or on a path without a tree. */
bool expr_eval(const struct expr *x, const struct expr_env *env,
               struct pool *pool, struct expr_value *out, struct err *e);

/* Conversions of XPath: number of a string is NaN when it is none; a boolean
 * of a string is whether it is not empty. Strings come from the pool or are
 * constant. */
double expr_to_number(const struct expr_value *v);
bool expr_to_boolean(const struct expr_value *v);
const char *expr_to_string(const struct expr_value *v, struct pool *pool);

#endif
