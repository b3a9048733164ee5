/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/record_entity.h"

#include "base/arr.h"
#include "base/str.h"
#include "forms/record_int.h"

struct listing {
    const struct record *record;
    struct pool *pool;
    struct {
        struct record_entity *items;
        size_t nr, alloc;
    } found;
};

static const char *text_of(const struct listing *l, size_t row,
                           const struct expr *x)
{
    struct err ignored = ERR_INIT;
    struct expr_value v;

    if (x == NULL ||
        !record_evaluate(l->record, (struct record_ask){.node = row, .x = x},
                         l->pool, &v, &ignored))
        return "";
    return expr_to_string(&v, l->pool);
}

/* What stands for a condition that the form does not give. */
static bool is_so(const struct listing *l, size_t row, const struct expr *x,
                  bool otherwise)
{
    return x != NULL ? record_holds(l->record, row, x, false) : otherwise;
}

static void add_properties(const struct listing *l, size_t entity,
                           struct record_entity *e)
{
    const struct record *r = l->record;
    const struct form *f = r->form;
    struct record_property *all;
    size_t most = 0;

    for (size_t i = 0; i < f->fields_nr; i++)
        most += f->fields[i].entity == entity;
    all = pool_alloc(l->pool, most * sizeof *all);
    for (size_t i = 0; i < f->fields_nr; i++) {
        const size_t *nodes;
        size_t nr = 0, node;
        if (f->fields[i].entity != entity)
            continue;
        nodes = record_named(r, e->row, i, &nr);
        if (nr == 0)
            continue;
        node = r->order[nodes[0]];
        if (record_is_relevant(r, node))
            all[e->properties_nr++] = (struct record_property){
                f->fields[i].save_to, pool_str(l->pool, record_value(r, node))};
    }
    e->properties = all;
}

static void add(struct listing *l, size_t entity, size_t row)
{
    const struct form_entity *x = &l->record->form->entities[entity];
    struct record_entity e = {.dataset = x->dataset, .row = row};

    e.creates = is_so(l, row, x->create_if, x->entity_id == NULL);
    e.updates = x->entity_id != NULL &&
                is_so(l, row, x->update_if, x->create_if == NULL);
    if (!e.creates && !e.updates)
        return;
    e.id = e.updates ? text_of(l, row, x->entity_id) : "";
    e.label = text_of(l, row, x->label);
    add_properties(l, entity, &e);
    ARR_PUSH(&l->found) = e;
}

const struct record_entity *record_entity_list(const struct record *r,
                                               struct pool *pool, size_t *nr)
{
    struct listing l = {.record = r, .pool = pool};
    const struct record_entity *all;

    for (size_t i = 0; i < r->form->entities_nr; i++) {
        size_t repeat = r->form->entities[i].repeat;
        if (repeat == FORM_ROOT) {
            add(&l, i, RECORD_NONE);
            continue;
        }
        for (size_t k = 0; k < record_nodes_nr(r, repeat); k++)
            if (record_is_relevant(r, record_node(r, repeat, k)))
                add(&l, i, record_node(r, repeat, k));
    }
    *nr = l.found.nr;
    all = pool_copy(pool, l.found.items, *nr * sizeof *l.found.items);
    ARR_RELEASE(&l.found);
    return all;
}
