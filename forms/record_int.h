/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RECORD_INT_H
#define FORMS_RECORD_INT_H
/*
 * The inside of a record: its nodes, linked as they stand in the form, and
 * their order. record_node.c makes nodes and
 * record_path.c finds them by name, record_tree.c shows them
 * to expressions, record_compute.c brings them up to date, record.c answers
 * what a person or the store asks.
 */
#include "forms/record.h"

enum { RECORD_ROW_ID_BYTES = 16 };

struct node {
    enum record_kind kind;
    size_t field;
    size_t parent, first, last, prev, next; /* RECORD_NONE: none */
    size_t repeat;    /* of a row: the node behind it and its like */
    size_t rows_nr;   /* of a repeat */
    size_t row_first; /* of a repeat: its rows are linked as the others are */
    size_t number;    /* of a row: from 1 */
    size_t wanted;    /* of a counted repeat: rows the form asks for */
    char *row_id;     /* of a row */
    char *answer;     /* typed, loaded, computed or by default; kept when the
                         field is not relevant; NULL: blank */
    char *loaded;     /* what record_load gave; NULL: blank */
    size_t position;  /* in the order of the form */
    size_t end;       /* position behind all that is in it */
    bool is_kept;     /* a row: the store has it */
    bool relevant;    /* with all groups around it */
    bool reached;     /* was relevant once: its default is spent */
    bool typed;       /* by the person */
    bool fresh;       /* not computed yet */
    bool changed;     /* in this pass: its relevance */
    bool gone;        /* in a row that was dropped */
    bool sealed;      /* counts, but is not shown: record_seal */
};

/* What has changed in this pass, by field: in any of its nodes. */
struct field_news {
    bool changed; /* value or relevance */
    bool inside;  /* something in this group */
};

struct record {
    const struct form *form;
    struct record_moment moment;
    struct {
        struct node *items;
        size_t nr, alloc;
    } nodes;
    size_t first, last; /* at the top */
    size_t *order;      /* all nodes that are not gone, in order of the form */
    size_t order_nr;
    /* Positions of the nodes of each field, ascending; of a repeat those of
     * its rows: from starts[field] to starts[field + 1]. */
    size_t *by_field, *starts;
    struct {
        char **items; /* paths of kept rows that were dropped */
        size_t nr, alloc;
    } dropped;
    struct field_news *news;
    bool changed_at_all; /* in this pass */
    bool is_stale;       /* rows came or went: order is to be made anew */
    bool rows_hidden;    /* some row is there but not relevant */
    bool is_loaded;      /* exists already: no defaults for what is relevant
                            from the start */
    bool is_rearranged;  /* rows were added or dropped by the person */
};

static inline struct node *record_at(const struct record *r, size_t node)
{
    return &r->nodes.items[node];
}

static inline const struct field *record_def(const struct record *r,
                                             size_t node)
{
    return &r->form->fields[record_at(r, node)->field];
}

/* ---- record_node.c ---- */

/* Makes the nodes of all fields in a group (or the form, FORM_ROOT), the
 * repeats without rows. */
void record_grow(struct record *r, size_t group, size_t parent);
void record_release_nodes(struct record *r);

/* Brings order and by_field up to date. */
void record_arrange(struct record *r);

/* A row at the end of its repeat, or among numbered ones in its place. */
size_t record_row_make(struct record *r, size_t repeat, const char *id);

/* ---- record_tree.c ---- */

/* What is evaluated, and where it stands. */
struct record_ask {
    size_t node;
    const struct expr *x;
    const struct choice *choice; /* a choice_filter looks at; else NULL */
    const char *lang; /* of what is only shown; NULL: the form's own, for what
                         is kept must not follow the screen */
};
bool record_evaluate(const struct record *r, struct record_ask ask,
                     struct pool *pool, struct expr_value *v, struct err *e);

/* A condition that cannot be evaluated counts as `otherwise`. */
bool record_holds(const struct record *r, size_t node, const struct expr *x,
                  bool otherwise);

/* The nodes that a field's name means at a node: the one in the same row, or
 * those of all rows. As positions, in the pool or the record's own. */
const size_t *record_named(const struct record *r, size_t node, size_t field,
                           size_t *nr);

/* ---- record.c ---- */

/* What counts, sealed or not: for computing alone. */
const char *record_counts(const struct record *r, size_t node);

/* ---- record_compute.c ---- */

/* One pass; everything: also what nothing has changed for. */
void record_compute(struct record *r, bool everything);

/* That a node's value or its row has changed, for what depends on it. */
void record_mark(struct record *r, size_t node);

bool record_put_answer(struct record *r, size_t node, const char *answer);

#endif
