/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_EXPR_INT_H
#define FORMS_EXPR_INT_H
/*
 * The inside of an expression: the tree that expr_read makes, what expr_bind
 * adds, the state of one evaluation, and the tables of functions.
 *
 * To add a function: one row in the table of the file it belongs to
 * (expr_logic.c, expr_text.c, expr_math.c, expr_date.c, expr_node.c,
 * expr_list.c, expr_geo.c, expr_bytes.c), its code beside it, and a line in
 * tests/forms/expr.tsv.
 */
#include "forms/expr.h"

enum { EXPR_ARGS_MAX = 255 };

enum expr_kind {
    EXPR_LITERAL,
    EXPR_NEGATE,
    EXPR_CHAIN,
    EXPR_UNION, /* a | b: the nodes of all args */
    EXPR_CALL,
    EXPR_PATH,
};

struct expr_node {
    enum expr_kind kind;
    size_t at; /* offset in the text, for messages */
    struct expr_value literal;
    const char *wrong;       /* why it cannot be evaluated; NULL: it can */
    struct expr_node **args; /* of all kinds but literals and paths */
    const struct expr_operator **ops; /* of a chain: args_nr - 1 */
    size_t args_nr;
    const struct expr_func *func;
    struct expr_path *path;
};

/* Operators of one level stand in one chain, taken from left to right, so
 * that a hundred terms joined by "or" are no deeper than two. */
struct expr_operator {
    const char *text;
    int level;   /* the higher binds the tighter */
    int settles; /* and, or: a left side that is this boolean (0, 1) is the
                    result and the right is not looked at; -1: none does */
    bool (*apply)(const struct expr_value *a, const struct expr_value *b,
                  struct expr_value *out);
};

extern const struct expr_operator expr_operators[];
extern const size_t expr_operators_nr;

/* In the order of expr_axes; from ANCESTOR on they lead to what the node does
 * not hold. */
enum expr_axis {
    EXPR_AXIS_CHILD,
    EXPR_AXIS_PARENT,
    EXPR_AXIS_SELF,
    EXPR_AXIS_ATTRIBUTE,
    EXPR_AXIS_DESCENDANT,
    EXPR_AXIS_DESCENDANT_OR_SELF,
    EXPR_AXIS_ANCESTOR,
    EXPR_AXIS_ANCESTOR_OR_SELF,
    EXPR_AXIS_FOLLOWING,
    EXPR_AXIS_FOLLOWING_SIBLING,
    EXPR_AXIS_PRECEDING,
    EXPR_AXIS_PRECEDING_SIBLING,
    EXPR_AXES_NR
};

struct expr_step {
    enum expr_axis axis;
    const char *name; /* NULL: any */
    bool is_node;     /* node(), "." and "..": of the root, too */
    bool is_text;     /* text(): a field that holds a text and no fields */
    bool is_nothing;  /* comment(): kept nowhere */
    struct expr_node **predicates;
    size_t predicates_nr;
};

enum expr_start {
    EXPR_FROM_ROOT,    /* /data/age */
    EXPR_FROM_CONTEXT, /* ../age: the field, in a predicate the node tried */
    EXPR_FROM_SELF,    /* current()/../age: the field, wherever it stands */
    EXPR_FROM_NAME,    /* ${age} */
    EXPR_FROM_NODES,   /* a function's result or a parenthesis */
};

struct expr_path {
    enum expr_start start;
    const char *name;              /* of EXPR_FROM_NAME */
    struct expr_node *nodes;       /* of EXPR_FROM_NODES */
    struct expr_node **predicates; /* right behind the start */
    size_t predicates_nr;
    struct expr_step *steps;
    size_t steps_nr;
    size_t bound;       /* where expr_bind got to; EXPR_NO_NODE: not bound */
    size_t bound_steps; /* steps that bound has behind it */
};

struct expr {
    struct pool *pool;
    const char *text;
    struct expr_node *root;
    const char *doubt; /* the first; NULL: none */
    bool speaks;
    size_t *depends;
    size_t depends_nr;
};

/* Where a step looks for nodes, nearest first. */
struct expr_walk;
struct expr_axis_def {
    const char *name;
    bool (*walk)(struct expr_walk *w, size_t from, struct err *e);
};
extern const struct expr_axis_def expr_axes[EXPR_AXES_NR];

/* One evaluation. A predicate is evaluated with its own context. */
struct expr_run {
    const struct expr_env *env;
    struct pool *pool;
    size_t context;        /* the node a relative path starts from */
    size_t position, size; /* of the context among those tried, from 1 */
    bool all_rows;         /* a name means its nodes in all rows */
    size_t steps_left, bytes_left;
};

/* A function gets its arguments evaluated, a lazy one as they were written.
 * args_max 0 with args_min 0 is "none"; EXPR_ARGS_MAX is "any number". */
struct expr_call {
    struct expr_run *run;
    const struct expr_node *node; /* of the call */
    struct expr_value *args;      /* nodes are kept as nodes */
    size_t nr;
};

/* Whether the first argument names a list, and the third its key column. */
enum expr_list_use { EXPR_NO_LIST, EXPR_LIST, EXPR_LIST_BY_KEY };

struct expr_func {
    const char *name;
    unsigned char args_min, args_max;
    bool lazy;
    unsigned char quoted; /* this argument, from 1, is a path in quotes */
    enum expr_list_use list;
    bool speaks; /* what it gives depends on the language */
    bool (*call)(struct expr_call *c, struct expr_value *out, struct err *e);
    /* What can be said of the arguments as written, before any evaluation;
     * NULL: nothing. */
    bool (*check)(const struct expr_node *call, struct err *e);
    /* What will surprise in them though it can be evaluated; NULL: nothing. */
    const char *(*doubt)(const struct expr_node *call);
};

struct expr_func_table {
    const struct expr_func *items;
    size_t nr;
};

extern const struct expr_func_table expr_logic_table, expr_text_table,
    expr_math_table, expr_date_table, expr_node_table, expr_list_table,
    expr_geo_table, expr_bytes_table;

/* NULL when there is no such function. */
const struct expr_func *expr_func_find(const char *name, size_t name_bytes);

/* ---- evaluating ---- */

bool expr_eval_node(struct expr_run *run, const struct expr_node *n,
                    struct expr_value *out, struct err *e);
bool expr_path_eval(struct expr_run *run, const struct expr_path *p,
                    struct expr_value *out, struct err *e);

/* ---- sets of nodes ---- */

struct expr_set {
    size_t *items;
    size_t nr, alloc;
};

/* What an axis gives its nodes to: those that pass the step's test stay. */
struct expr_walk {
    struct expr_run *run;
    const struct expr_step *step;
    struct expr_set *set;
};

bool expr_walk_add(struct expr_walk *w, size_t node, struct err *e);

/* ---- expr_seek.c ---- */

/* "column = value" in the first predicate of a step, value being the same for
 * all nodes that are tried. False when there is none. */
struct expr_equation {
    const char *column;
    const struct expr_node *value;
    bool is_whole; /* the predicate says nothing else */
};
bool expr_seek_equation(const struct expr_step *s, struct expr_equation *q);

/* Adds those children that such a step can hold for, if the tree knows them. */
enum expr_sought {
    EXPR_SOUGHT_NONE, /* it does not: all are to be tried */
    EXPR_SOUGHT_SOME, /* added; the first predicate may still leave some out */
    EXPR_SOUGHT_ALL,  /* added; the first predicate holds for all */
};
bool expr_seek(struct expr_walk *w, size_t from, enum expr_sought *how,
               struct err *e);

bool expr_set_add(struct expr_run *run, struct expr_set *set, size_t node,
                  struct err *e);

/* In the order of the document, each once. */
void expr_set_sort(struct expr_set *set);

/* Hands the nodes to a value, in the run's pool. */
bool expr_set_give(struct expr_run *run, struct expr_set *set,
                   struct expr_value *out, struct err *e);

/* Counts one operation and so many bytes; false over a limit. */
bool expr_spend(struct expr_run *run, size_t bytes, struct err *e);

/* Counts the reading of so many bytes, for what takes longer the longer its
 * texts are times each other. */
bool expr_spend_reading(struct expr_run *run, size_t bytes, struct err *e);

/* A node set as the value it counts as: of no nodes "", else the first one's
 * answer by its type. Any other value as it is. */
struct expr_value expr_scalar(struct expr_run *run, const struct expr_value *v);
struct expr_value expr_node_value(struct expr_run *run, size_t node);

/* Among the brothers and sisters of the same name, from 1. */
bool expr_place_of(struct expr_run *run, size_t node, double *place,
                   struct err *e);

/* The text of a node, as a path would give it. */
const char *expr_node_text(struct expr_run *run, size_t node);

/* Compares as XPath does: a set with anything is true when it is true of one
 * of its nodes. */
bool expr_compare(struct expr_run *run, const struct expr_operator *op,
                  const struct expr_value *a, const struct expr_value *b,
                  struct expr_value *out, struct err *e);

/* ---- values ---- */

struct expr_value expr_string(const char *s);
struct expr_value expr_number(double n);
struct expr_value expr_boolean(bool b);

/* What the local clock is ahead of UTC then; and the moment that a local time
 * is, both in milliseconds since 1970-01-01. */
int expr_zone(const struct expr_env *env, int64_t at_ms);
int64_t expr_at_of_local(const struct expr_env *env, int64_t local_ms);

/* The number that a local time is, in days. */
double expr_days_of_local(const struct expr_env *env, int64_t local_ms);

/* A day, and a moment; their text is made in the pool. */
struct expr_value expr_date(struct expr_run *run, int64_t day);
struct expr_value expr_moment(struct expr_run *run, int64_t at_ms);

/* An ISO date, or date and time (without a zone: local), as a date or moment.
 * False when the text is neither or does not exist. */
bool expr_date_of_string(struct expr_run *run, const char *s,
                         struct expr_value *out);
bool expr_is_date(const char *s);

/* A time alone ("06:30", a zone may follow) as local milliseconds of a day, of
 * today where the zone matters. */
bool expr_time_of_string(struct expr_run *run, const char *s, int64_t *ms);

/* Arguments of a call as what the function needs; i below c->nr. */
const char *expr_arg_string(struct expr_call *c, size_t i);
double expr_arg_number(struct expr_call *c, size_t i);
bool expr_arg_boolean(struct expr_call *c, size_t i);
bool expr_arg_is_blank(struct expr_call *c, size_t i);

/* Whether a word, blanks around it left out, is among those of a text. */
bool expr_has_word(const char *words, const char *wanted);

/* Makes a call without arguments one of the field it stands at. */
bool expr_arg_here(struct expr_call *c, struct err *e);

/* A number for a text, the same everywhere: the first eight bytes of its
 * SHA-256, which ODK's programs take where a seed is no number. */
uint64_t expr_bytes_seed(const char *text);

/* The arguments from one on as single values, the nodes of sets one by one. */
bool expr_args_spread(struct expr_call *c, size_t from, struct expr_value **out,
                      size_t *nr, struct err *e);

#endif
