/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record as the tree that expressions walk. Its nodes there are positions,
 * which grow in the order of the form; the node behind the rows of a repeat is
 * passed over, and so are rows that are not relevant.
 */
#include <string.h>

#include "base/str.h"
#include "forms/choice_list.h"
#include "forms/field_type.h"
#include "forms/record_int.h"

/* What the tree is walked for: a choice_filter looks at a choice, too. */
struct look {
    const struct record *record;
    const struct choice *choice; /* NULL: none */
    const char *lang;            /* of texts; NULL: the default */
    struct pool *pool;
};

static const struct node *node_at(const struct record *r, size_t position)
{
    return record_at(r, r->order[position]);
}

static size_t position_of(const struct record *r, size_t node)
{
    return node == RECORD_NONE ? EXPR_ROOT : record_at(r, node)->position;
}

/* A cell of the choice that is looked at. */
static const char *choice_cell(const struct look *l, size_t node)
{
    size_t column = node - FORM_COLUMN(0);

    if (l->choice == NULL || node == FORM_NOWHERE)
        return "";
    if (column == 0)
        return l->choice->name;
    return column == 1 ? choice_label(l->record->form, l->choice, 0)
                       : l->choice->extra[column - 2];
}

/* Cells of a choice, and names that nothing has. */
static bool is_no_field(size_t node)
{
    return node >= FORM_NOWHERE && node < EXPR_NO_NODE;
}

/* What a calculation gave as true or false stays a boolean, as in JavaRosa; its
 * word alone would count as true, whichever it is. */
static bool is_truth(const struct record *r, size_t node)
{
    const char *word = record_counts(r, node);

    return record_def(r, node)->calculation != NULL &&
           (str_equal(word, "true") || str_equal(word, "false"));
}

static const char *tree_value(void *arg, size_t at, enum expr_type *type)
{
    const struct look *l = arg;
    const struct record *r = l->record;

    if (at == EXPR_ROOT)
        return "";
    if (is_no_field(at))
        return choice_cell(l, at);
    if (choice_list_is_node(at))
        return choice_list_node_value(r->form, at, l->pool);
    *type = field_type_def(record_def(r, r->order[at])->type)->compares_as;
    if (is_truth(r, r->order[at]))
        *type = EXPR_BOOLEAN;
    return record_counts(r, r->order[at]);
}

static const char *tree_name(void *arg, size_t at)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(at))
        return "";
    if (choice_list_is_node(at))
        return choice_list_node_name(r->form, at);
    return at == EXPR_ROOT ? r->form->id : record_def(r, r->order[at])->name;
}

static size_t tree_parent(void *arg, size_t at)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(at) || at == EXPR_ROOT)
        return EXPR_NO_NODE;
    if (choice_list_is_node(at))
        return choice_list_node_parent(r->form, at);
    return position_of(r, node_at(r, at)->parent);
}

/* From that node on along its row, the first that expressions see. */
static size_t seen_from(const struct record *r, size_t node)
{
    while (node != RECORD_NONE) {
        const struct node *n = record_at(r, node);
        if (n->kind == RECORD_FIELD || (n->kind == RECORD_ROW && n->relevant))
            return n->position;
        node = n->next;
    }
    return EXPR_NO_NODE;
}

static size_t tree_child(void *arg, size_t at)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(at))
        return EXPR_NO_NODE;
    if (choice_list_is_node(at))
        return choice_list_node_child(r->form, at);
    return seen_from(r, at == EXPR_ROOT ? r->first : node_at(r, at)->first);
}

static size_t tree_next(void *arg, size_t at)
{
    const struct record *r = ((const struct look *)arg)->record;

    if (is_no_field(at))
        return EXPR_NO_NODE;
    return choice_list_is_node(at) ? choice_list_node_next(r->form, at)
                                   : seen_from(r, node_at(r, at)->next);
}

static const char *tree_choice_label(void *arg, size_t at, const char *choice,
                                     const char *lang)
{
    const struct record *r = ((const struct look *)arg)->record;
    const struct form *f = r->form;
    const struct choice_list *l = NULL;
    const struct choice *c = NULL;

    if (at < r->order_nr)
        l = record_def(r, r->order[at])->list;
    if (l != NULL)
        c = choice_find(l, choice, strlen(choice));
    return c != NULL ? choice_label(f, c, lang != NULL ? form_lang(f, lang) : 0)
                     : NULL;
}

/* ---- what a name means ---- */

/* The positions of a field's nodes among those from there to there. */
static const size_t *nodes_within(const struct record *r, size_t field,
                                  size_t from, size_t to, size_t *nr)
{
    size_t low = r->starts[field], high = r->starts[field + 1], end = high;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->by_field[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < end && r->by_field[high] < to; high++)
        ;
    *nr = high - low;
    return r->by_field + low;
}

/* The innermost row around a node that the field stands in, too. */
static size_t common_row(const struct record *r, size_t node, size_t field)
{
    for (; node != RECORD_NONE; node = record_at(r, node)->parent) {
        const struct node *n = record_at(r, node);
        if (n->kind == RECORD_ROW && field > n->field &&
            field < r->form->fields[n->field].group_end)
            return node;
    }
    return RECORD_NONE;
}

/* Whether it stands in a row, or is one, that is not relevant. */
static bool is_hidden(const struct record *r, size_t node)
{
    for (; node != RECORD_NONE; node = record_at(r, node)->parent)
        if (record_at(r, node)->kind == RECORD_ROW &&
            !record_at(r, node)->relevant)
            return true;
    return false;
}

static const size_t *without_hidden(const struct record *r, const size_t *all,
                                    size_t *nr, struct pool *pool)
{
    size_t *seen = pool_alloc(pool, *nr * sizeof *seen), kept = 0;

    for (size_t i = 0; i < *nr; i++)
        if (!is_hidden(r, r->order[all[i]]))
            seen[kept++] = all[i];
    *nr = kept;
    return seen;
}

const size_t *record_named(const struct record *r, size_t node, size_t field,
                           size_t *nr)
{
    size_t row = common_row(r, node, field);

    return row == RECORD_NONE
               ? nodes_within(r, field, 0, r->order_nr, nr)
               : nodes_within(r, field, record_at(r, row)->position,
                              record_at(r, row)->end, nr);
}

static bool tree_bound(void *arg, struct expr_bound *b)
{
    const struct record *r = ((const struct look *)arg)->record;
    const struct node *around;

    if (b->name >= FORM_NOWHERE)
        return false; /* the root, or a cell of a choice */
    if (b->within == EXPR_ROOT || choice_list_is_node(b->within))
        b->nodes = nodes_within(r, b->name, 0, r->order_nr, &b->nodes_nr);
    else if (b->within == EXPR_NO_NODE)
        b->nodes = record_named(
            r, b->self == EXPR_ROOT ? RECORD_NONE : r->order[b->self], b->name,
            &b->nodes_nr);
    else {
        around = node_at(r, b->within);
        b->nodes = nodes_within(r, b->name, around->position, around->end,
                                &b->nodes_nr);
    }
    if (r->rows_hidden)
        b->nodes = without_hidden(r, b->nodes, &b->nodes_nr, b->pool);
    return true;
}

/* ---- lists and texts ---- */

static size_t tree_instance(void *arg, const char *id)
{
    const struct look *l = arg;
    const struct choice_list *list = choice_list_find(l->record->form, id);

    return list != NULL ? choice_list_node(list) : EXPR_NO_NODE;
}

static const char *tree_lookup(void *arg, const struct expr_lookup *what)
{
    const struct look *l = arg;
    const struct form *f = l->record->form;
    const struct choice_list *list = choice_list_find(f, what->list);
    struct choice_key key = {.text = what->key};
    size_t column, row;

    if (list == NULL)
        return "";
    key.column = choice_list_column(list, what->key_column);
    column = choice_list_column(list, what->column);
    if (key.column == CHOICE_LIST_NONE || column == CHOICE_LIST_NONE)
        return "";
    row = choice_list_row(f, list, &key, 0);
    return row != CHOICE_LIST_NONE
               ? choice_list_cell(f, list, row, column, l->pool)
               : "";
}

static bool tree_seek(void *arg, struct expr_seeking *s)
{
    const struct look *l = arg;

    return choice_list_is_node(s->parent) &&
           choice_list_node_seek(l->record->form, s);
}

static const char *tree_itext(void *arg, const char *id, const char *lang)
{
    const struct look *l = arg;
    const struct form *f = l->record->form;

    return form_text_of_id(f, id, lang != NULL ? form_lang(f, lang) : 0);
}

static const struct expr_tree tree = {
    .value = tree_value,
    .name = tree_name,
    .parent = tree_parent,
    .child = tree_child,
    .next = tree_next,
    .bound = tree_bound,
    .instance = tree_instance,
    .itext = tree_itext,
    .choice_label = tree_choice_label,
    .lookup = tree_lookup,
    .seek = tree_seek,
};

bool record_evaluate(const struct record *r, struct record_ask ask,
                     struct pool *pool, struct expr_value *v, struct err *e)
{
    struct look l = {.record = r,
                     .choice = ask.choice,
                     .lang = ask.lang != NULL ? ask.lang : r->form->langs[0],
                     .pool = pool};
    const struct expr_env env = {
        .tree = &tree,
        .arg = &l,
        .self = position_of(r, ask.node),
        .today = r->moment.today,
        .now_ms = r->moment.now_ms,
        .zone = r->moment.zone,
        .local_days = true,
        .lang = l.lang,
        .entropy = r->moment.entropy,
    };

    return expr_eval(ask.x, &env, pool, v, e);
}

bool record_holds(const struct record *r, size_t node, const struct expr *x,
                  bool otherwise)
{
    struct pool *pool = pool_new();
    struct err ignored = ERR_INIT;
    struct expr_value v;
    bool yes = otherwise;

    if (record_evaluate(r, (struct record_ask){.node = node, .x = x}, pool, &v,
                        &ignored))
        yes = expr_to_boolean(&v);
    pool_free(pool);
    return yes;
}
