/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes of a record: made once for each field, and again for each row.
 * They are linked; their order is an array that is made anew when rows came or
 * went, for expressions compare places in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/record_int.h"

enum { ROW_ID_LETTERS = 6 };

/* ---- making ---- */

/* Before a node, or at the end of what stands in the parent. */
static void link_node(struct record *r, size_t node, size_t before)
{
    struct node *n = record_at(r, node);
    size_t *first =
        n->parent == RECORD_NONE ? &r->first : &record_at(r, n->parent)->first;
    size_t *last =
        n->parent == RECORD_NONE ? &r->last : &record_at(r, n->parent)->last;

    n->next = before;
    n->prev = before == RECORD_NONE ? *last : record_at(r, before)->prev;
    *(n->prev == RECORD_NONE ? first : &record_at(r, n->prev)->next) = node;
    *(before == RECORD_NONE ? last : &record_at(r, before)->prev) = node;
}

static size_t make(struct record *r, enum record_kind kind, size_t field,
                   size_t parent)
{
    ARR_PUSH(&r->nodes) = (struct node){
        .kind = kind,
        .field = field,
        .parent = parent,
        .first = RECORD_NONE,
        .last = RECORD_NONE,
        .repeat = RECORD_NONE,
        .row_first = RECORD_NONE,
        .fresh = true,
    };
    r->is_stale = true;
    return r->nodes.nr - 1;
}

void record_grow(struct record *r, size_t group, size_t parent)
{
    const struct form *f = r->form;
    size_t i = group == FORM_ROOT ? 0 : group + 1;
    size_t end = group == FORM_ROOT ? f->fields_nr : f->fields[group].group_end;

    while (i < end) {
        const struct field *d = &f->fields[i];
        bool repeats = d->type == FIELD_REPEAT;
        size_t node =
            make(r, repeats ? RECORD_REPEAT : RECORD_FIELD, i, parent);
        link_node(r, node, RECORD_NONE);
        if (d->type == FIELD_GROUP)
            record_grow(r, i, node); /* at most FORM_DEPTH_MAX deep */
        i = field_is_group(d) ? d->group_end : i + 1;
    }
}

void record_release_nodes(struct record *r)
{
    for (size_t i = 0; i < r->nodes.nr; i++) {
        mem_free(record_at(r, i)->answer);
        mem_free(record_at(r, i)->loaded);
        mem_free(record_at(r, i)->row_id);
    }
    ARR_RELEASE(&r->nodes);
    for (size_t i = 0; i < r->dropped.nr; i++)
        mem_free(r->dropped.items[i]);
    ARR_RELEASE(&r->dropped);
    mem_free(r->order);
    mem_free(r->by_field);
    mem_free(r->starts);
}

/* ---- the order ---- */

static void place(struct record *r, size_t node)
{
    r->order[r->order_nr] = node;
    record_at(r, node)->position = r->order_nr++;
    for (size_t i = record_at(r, node)->first; i != RECORD_NONE;
         i = record_at(r, i)->next)
        place(r, i);
    record_at(r, node)->end = r->order_nr;
}

static void number_rows(struct record *r, size_t repeat)
{
    struct node *n = record_at(r, repeat);
    size_t row = n->row_first;

    for (n->rows_nr = 0; row != repeat && row != RECORD_NONE;
         row = record_at(r, row)->next)
        record_at(r, row)->number = ++n->rows_nr;
}

/* Counts first, so that each field's positions stand together, ascending. */
static void sort_by_field(struct record *r)
{
    size_t *next;

    memset(r->starts, 0, (r->form->fields_nr + 1) * sizeof *r->starts);
    for (size_t i = 0; i < r->order_nr; i++) {
        const struct node *n = record_at(r, r->order[i]);
        if (n->kind != RECORD_REPEAT)
            r->starts[n->field + 1]++;
    }
    for (size_t f = 0; f < r->form->fields_nr; f++)
        r->starts[f + 1] += r->starts[f];
    next = mem_alloc((r->form->fields_nr + 1) * sizeof *next);
    memcpy(next, r->starts, r->form->fields_nr * sizeof *next);
    for (size_t i = 0; i < r->order_nr; i++) {
        const struct node *n = record_at(r, r->order[i]);
        if (n->kind != RECORD_REPEAT)
            r->by_field[next[n->field]++] = i;
    }
    mem_free(next);
}

void record_arrange(struct record *r)
{
    if (!r->is_stale)
        return;
    r->order = mem_resize(r->order, r->nodes.nr, sizeof *r->order);
    r->by_field = mem_resize(r->by_field, r->nodes.nr, sizeof *r->by_field);
    r->order_nr = 0;
    for (size_t i = r->first; i != RECORD_NONE; i = record_at(r, i)->next)
        place(r, i);
    for (size_t i = 0; i < r->order_nr; i++)
        if (record_at(r, r->order[i])->kind == RECORD_REPEAT)
            number_rows(r, r->order[i]);
    sort_by_field(r);
    r->is_stale = false;
}

size_t record_walk(const struct record *r, size_t node)
{
    size_t next = node == RECORD_NONE ? 0 : record_at(r, node)->position + 1;

    return next < r->order_nr ? r->order[next] : RECORD_NONE;
}

size_t record_nodes_nr(const struct record *r, size_t field)
{
    return r->starts[field + 1] - r->starts[field];
}

size_t record_node(const struct record *r, size_t field, size_t i)
{
    return r->order[r->by_field[r->starts[field] + i]];
}

/* ---- rows ---- */

/* Rows that the form counts have numbers for ids and stand in their order,
 * before the others; those keep the order in which they were made. */
static size_t place_of_row(const struct record *r, size_t repeat,
                           const char *id)
{
    unsigned long number = strtoul(id, NULL, 10), other;
    size_t row = record_at(r, repeat)->row_first;
    char *end;

    if (number == 0)
        return repeat;
    for (; row != RECORD_NONE && row != repeat; row = record_at(r, row)->next) {
        other = strtoul(record_at(r, row)->row_id, &end, 10);
        if (*end != '\0' || other > number)
            return row;
    }
    return repeat;
}

size_t record_row_make(struct record *r, size_t repeat, const char *id)
{
    size_t before = place_of_row(r, repeat, id);
    size_t row = make(r, RECORD_ROW, record_at(r, repeat)->field,
                      record_at(r, repeat)->parent);
    struct node *n = record_at(r, row), *above = record_at(r, repeat);

    n->row_id = mem_copy_str(id);
    n->repeat = repeat;
    link_node(r, row, before);
    if (above->row_first == RECORD_NONE || above->row_first == before)
        above->row_first = row;
    above->rows_nr++;
    record_grow(r, n->field, row);
    record_mark(r, row);
    return row;
}

/* Letters first, so that it is no number. */
static void draw_row_id(const struct entropy_source *entropy,
                        char id[RECORD_ROW_ID_BYTES])
{
    static const char letters[] = "abcdefghjkmnpqrstvwxyz0123456789";
    uint64_t bits = entropy_u64(entropy);
    size_t i;

    for (i = 0; i < ROW_ID_LETTERS; i++, bits >>= 5)
        id[i] = letters[bits % (i == 0 ? 22 : 32)];
    id[i] = '\0';
}

size_t record_row_add(struct record *r, size_t repeat, struct err *e)
{
    char id[RECORD_ROW_ID_BYTES];
    size_t row;

    if (record_at(r, repeat)->rows_nr >= RECORD_ROWS_MAX ||
        r->nodes.nr >= RECORD_NODES_MAX || r->moment.entropy == NULL) {
        err_set(e, ERR_FULL, _("No further row fits into this form"));
        return RECORD_NONE;
    }
    draw_row_id(r->moment.entropy, id);
    row = record_row_make(r, repeat, id);
    record_at(r, row)->typed = true;
    r->is_rearranged = true;
    record_compute(r, false);
    return row;
}

static void lose(struct record *r, size_t node)
{
    record_at(r, node)->gone = true;
    for (size_t i = record_at(r, node)->first; i != RECORD_NONE;
         i = record_at(r, i)->next)
        lose(r, i);
}

static void unlink_row(struct record *r, size_t row)
{
    struct node *n = record_at(r, row), *above = record_at(r, n->repeat);
    size_t *first =
        n->parent == RECORD_NONE ? &r->first : &record_at(r, n->parent)->first;

    /* never the last: the repeat's own node stands behind it */
    record_at(r, n->next)->prev = n->prev;
    *(n->prev == RECORD_NONE ? first : &record_at(r, n->prev)->next) = n->next;
    above->rows_nr--;
    if (above->row_first == row)
        above->row_first = n->next == n->repeat ? RECORD_NONE : n->next;
}

void record_row_drop(struct record *r, size_t row)
{
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);

    record_mark(r, row);
    if (record_at(r, row)->is_kept) {
        record_path(r, row, &path);
        ARR_PUSH(&r->dropped) = mem_copy_str(buf_text(&path));
    }
    unlink_row(r, row);
    lose(r, row);
    r->is_stale = r->is_rearranged = true;
    record_compute(r, false);
    buf_release(&path);
}
