/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes of a list are numbered through: what stands above the root, the
 * root, then for each row its item and the item's cells.
 */
#include "forms/choice_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Columns of a list that stands on the sheet of choices. */
enum { OF_NAME, OF_LABEL, OF_FIRST_OWN };
static const char itext_id[] = "itextId";

/* ---- lists by name ---- */

static bool is_named(const struct choice_list *l, const char *name)
{
    size_t n = strlen(name);

    if (l->file == NULL)
        return str_equal(l->name, name);
    return strncmp(l->file, name, n) == 0 &&
           (l->file[n] == '\0' || str_equal(l->file + n, ".csv"));
}

const struct choice_list *choice_list_find(const struct form *f,
                                           const char *name)
{
    const struct choice_list *of_file = NULL;

    for (size_t i = 0; i < f->lists_nr; i++) {
        const struct choice_list *l = &f->lists[i];
        if (!is_named(l, name))
            continue;
        if (l->file == NULL)
            return l;
        if (of_file == NULL)
            of_file = l;
    }
    return of_file;
}

/* ---- columns and cells ---- */

size_t choice_list_columns_nr(const struct choice_list *l)
{
    return l->file != NULL ? l->columns_nr : OF_FIRST_OWN + l->columns_nr + 1;
}

const char *choice_list_column_name(const struct choice_list *l, size_t column)
{
    if (l->file != NULL)
        return l->columns[column];
    if (column < OF_FIRST_OWN)
        return column == OF_NAME ? "name" : "label";
    column -= OF_FIRST_OWN;
    return column < l->columns_nr ? l->columns[column] : itext_id;
}

size_t choice_list_column(const struct choice_list *l, const char *name)
{
    size_t nr = choice_list_columns_nr(l);

    for (size_t i = 0; i < nr; i++)
        if (str_equal(choice_list_column_name(l, i), name))
            return i;
    return CHOICE_LIST_NONE;
}

const char *choice_list_cell(const struct form *f, const struct choice_list *l,
                             size_t row, size_t column, struct pool *pool)
{
    const struct choice *c = &l->items[row];

    if (l->file != NULL)
        return c->extra[column];
    if (column < OF_FIRST_OWN)
        return column == OF_NAME ? c->name : choice_label(f, c, 0);
    column -= OF_FIRST_OWN;
    return column < l->columns_nr ? c->extra[column]
                                  : pool_printf(pool, "%s-%zu", l->name, row);
}

static bool is_itext_id(const struct choice_list *l, size_t column)
{
    return l->file == NULL && column == OF_FIRST_OWN + l->columns_nr;
}

/* ---- looking up ---- */

struct asking {
    const struct form *form;
    const struct choice_list *list;
    size_t column;
    size_t from; /* the first row that counts */
};

/* Not of the column itextId, which nobody looks up by. */
static const char *key_of(const struct asking *a, size_t row)
{
    return choice_list_cell(a->form, a->list, row, a->column, NULL);
}

static int by_key(const void *a, const void *b, void *arg)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(key_of(arg, x), key_of(arg, y));

    return order != 0 ? order : (x > y) - (x < y);
}

static const struct choice_index *find_index(const struct choice_list *l,
                                             size_t column)
{
    for (size_t i = 0; i < l->indexes_nr; i++)
        if (l->indexes[i].column == column)
            return &l->indexes[i];
    return NULL;
}

static void add_index(const struct form *f, struct choice_list *l,
                      size_t column)
{
    struct asking a = {f, l, column, 0};
    struct choice_index *all;
    size_t *rows;

    if (l->nr < 2 || l->indexes_nr == CHOICE_INDEXES_MAX ||
        find_index(l, column) != NULL)
        return;
    rows = pool_alloc(f->pool, l->nr * sizeof *rows);
    for (size_t i = 0; i < l->nr; i++)
        rows[i] = i;
    qsort_r(rows, l->nr, sizeof *rows, by_key, &a);
    all = pool_alloc(f->pool, (l->indexes_nr + 1) * sizeof *all);
    if (l->indexes_nr > 0)
        memcpy(all, l->indexes, l->indexes_nr * sizeof *all);
    all[l->indexes_nr++] = (struct choice_index){column, rows};
    l->indexes = all;
}

void choice_list_index(const struct form *f, struct choice_list *l,
                       size_t column)
{
    if (!is_itext_id(l, column))
        add_index(f, l, column);
}

static size_t search(const struct asking *a, const struct choice_index *x,
                     const char *key)
{
    size_t low = 0, high = a->list->nr;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(key_of(a, x->rows[middle]), key);
        if (order < 0 || (order == 0 && x->rows[middle] < a->from))
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->list->nr && strcmp(key_of(a, x->rows[low]), key) == 0
               ? x->rows[low]
               : CHOICE_LIST_NONE;
}

static size_t find_row(const struct asking *a, const char *key)
{
    const struct choice_index *x = find_index(a->list, a->column);

    if (x != NULL)
        return search(a, x, key);
    for (size_t i = a->from; i < a->list->nr; i++)
        if (strcmp(key_of(a, i), key) == 0)
            return i;
    return CHOICE_LIST_NONE;
}

bool choice_list_is_quick(const struct choice_list *l, size_t column)
{
    return l->nr < 2 || find_index(l, column) != NULL;
}

size_t choice_list_row(const struct form *f, const struct choice_list *l,
                       const struct choice_key *k, size_t from)
{
    const struct asking a = {f, l, k->column, from};

    return is_itext_id(l, k->column) ? CHOICE_LIST_NONE : find_row(&a, k->text);
}

/* ---- nodes ---- */

enum { AT_TOP, AT_ROOT, AT_ITEMS };

/* An item and its cells. */
static size_t width_of(const struct choice_list *l)
{
    return 1 + choice_list_columns_nr(l);
}

static size_t nodes_of(const struct choice_list *l)
{
    return AT_ITEMS + l->nr * width_of(l);
}

void choice_list_finish(struct form *f)
{
    size_t next = 0;

    for (size_t i = 0; i < f->lists_nr; i++) {
        struct choice_list *l = &f->lists[i];
        l->first_node = next;
        next += nodes_of(l);
    }
}

size_t choice_list_node(const struct choice_list *l)
{
    return CHOICE_LIST_NODES + l->first_node;
}

/* Where a node is. */
struct spot {
    const struct choice_list *list;
    size_t at;          /* from AT_TOP on */
    size_t row, column; /* from AT_ITEMS on; of an item CHOICE_LIST_NONE */
};

static struct spot spot_of(const struct form *f, size_t node)
{
    size_t offset = node - CHOICE_LIST_NODES, low = 0, high = f->lists_nr;
    struct spot s = {.column = CHOICE_LIST_NONE};

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (f->lists[middle].first_node <= offset)
            low = middle;
        else
            high = middle;
    }
    s.list = &f->lists[low];
    s.at = offset - s.list->first_node;
    if (s.at >= AT_ITEMS) {
        size_t width = width_of(s.list), place = s.at - AT_ITEMS;
        s.row = place / width;
        if (place % width > 0)
            s.column = place % width - 1;
    }
    return s;
}

const char *choice_list_node_name(const struct form *f, size_t node)
{
    struct spot s = spot_of(f, node);

    if (s.at < AT_ITEMS)
        return s.at == AT_ROOT ? "root" : "";
    return s.column == CHOICE_LIST_NONE
               ? "item"
               : choice_list_column_name(s.list, s.column);
}

const char *choice_list_node_value(const struct form *f, size_t node,
                                   struct pool *pool)
{
    struct spot s = spot_of(f, node);

    return s.at < AT_ITEMS || s.column == CHOICE_LIST_NONE
               ? ""
               : choice_list_cell(f, s.list, s.row, s.column, pool);
}

size_t choice_list_node_parent(const struct form *f, size_t node)
{
    struct spot s = spot_of(f, node);

    if (s.at == AT_TOP)
        return EXPR_NO_NODE;
    if (s.at == AT_ROOT)
        return node - 1;
    if (s.column == CHOICE_LIST_NONE)
        return choice_list_node(s.list) + AT_ROOT;
    return node - s.column - 1;
}

size_t choice_list_node_child(const struct form *f, size_t node)
{
    struct spot s = spot_of(f, node);

    if (s.at == AT_TOP)
        return node + AT_ROOT;
    if (s.at == AT_ROOT)
        return s.list->nr > 0 ? choice_list_node(s.list) + AT_ITEMS
                              : EXPR_NO_NODE;
    return s.column == CHOICE_LIST_NONE && width_of(s.list) > 1 ? node + 1
                                                                : EXPR_NO_NODE;
}

size_t choice_list_node_next(const struct form *f, size_t node)
{
    struct spot s = spot_of(f, node);

    if (s.at < AT_ITEMS)
        return EXPR_NO_NODE;
    if (s.column == CHOICE_LIST_NONE)
        return s.row + 1 < s.list->nr ? node + width_of(s.list) : EXPR_NO_NODE;
    return s.column + 2 < width_of(s.list) ? node + 1 : EXPR_NO_NODE;
}

bool choice_list_node_seek(const struct form *f, struct expr_seeking *s)
{
    struct spot parent = spot_of(f, s->parent);
    const struct choice_list *l = parent.list;
    struct choice_key key = {.text = s->text};
    size_t from = 0, row;

    if (parent.at != AT_ROOT || !str_equal(s->name, "item"))
        return false;
    key.column = choice_list_column(l, s->column);
    if (key.column == CHOICE_LIST_NONE || is_itext_id(l, key.column) ||
        !choice_list_is_quick(l, key.column))
        return false;
    if (s->after != EXPR_NO_NODE)
        from = spot_of(f, s->after).row + 1;
    row = choice_list_row(f, l, &key, from);
    s->after = row == CHOICE_LIST_NONE
                   ? EXPR_NO_NODE
                   : choice_list_node(l) + AT_ITEMS + row * width_of(l);
    return true;
}
