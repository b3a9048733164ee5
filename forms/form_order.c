/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what each field is computed follows the order in which all of them are:
 * depth first, each field behind those it reads.
 */
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "forms/form_int.h"

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct sorter {
    struct form_reading *r;
    struct form *f;
    unsigned char *marks;
    bool *done;   /* of groups: all that is in it */
    size_t *open; /* the fields under way, outermost first */
    size_t open_nr, done_nr;
};

static void visit(struct sorter *s, size_t field);

/* "a, b, a": the fields that wait for each other. */
static void report_circle(struct sorter *s, size_t field)
{
    struct buf names = BUF_INIT(160);
    size_t from = s->open_nr;

    while (from > 0 && s->open[from - 1] != field)
        from--;
    for (size_t i = from - 1; i < s->open_nr; i++)
        buf_printf(&names, "%s, ", s->f->fields[s->open[i]].name);
    buf_add_str(&names, s->f->fields[field].name);
    finding_add(
        s->r->list, FINDING_ERROR,
        FINDING_AT("survey", s->f->fields[field].row,
                   form_column_name(s->f->fields[field].calculation != NULL
                                        ? COLUMN_CALCULATION
                                        : COLUMN_RELEVANT)),
        _("these are computed from each other in a circle: %s"),
        buf_failed(&names) ? s->f->fields[field].name : buf_text(&names));
    buf_release(&names);
}

/* A group stands for all that is in it. A field that reads the group it stands
 * in asks for its place there (position(..)), not for what its brothers and
 * sisters hold: that orders nothing. */
static void visit_node(struct sorter *s, size_t node, size_t asking)
{
    size_t to;

    if (node >= FORM_NOWHERE || s->done[node])
        return; /* the whole form, no field, or nothing new */
    to = field_is_group(&s->f->fields[node]) ? s->f->fields[node].group_end
                                             : node + 1;
    if (node == asking || to <= asking || asking < node) {
        for (size_t i = node; i < to; i++)
            visit(s, i);
        s->done[node] = true;
    }
}

static void visit_all(struct sorter *s, const struct expr *x, size_t asking)
{
    size_t nr = 0;
    const size_t *nodes = x != NULL ? expr_depends(x, &nr) : NULL;

    for (size_t i = 0; i < nr; i++)
        visit_node(s, nodes[i], asking);
}

/* A default is computed once, from what is there by then: it orders nothing. */
static void visit(struct sorter *s, size_t field)
{
    const struct field *d = &s->f->fields[field];

    if (s->marks[field] == MARK_OPEN)
        report_circle(s, field);
    if (s->marks[field] != MARK_NEW)
        return;
    s->marks[field] = MARK_OPEN;
    s->open[s->open_nr++] = field;
    if (d->parent != FORM_ROOT)
        visit(s, d->parent);
    visit_all(s, d->relevant, field);
    visit_all(s, d->repeat_count, field);
    visit_all(s, d->calculation, field);
    for (size_t i = 0; i < d->triggers_nr; i++)
        visit_node(s, d->triggers[i], field);
    s->open_nr--;
    s->marks[field] = MARK_DONE;
    s->f->order[s->done_nr++] = field;
}

void form_sort(struct form_reading *r)
{
    struct form *f = r->form;
    struct sorter s = {.r = r, .f = f};

    f->order = pool_alloc(f->pool, f->fields_nr * sizeof *f->order);
    s.marks = mem_alloc(f->fields_nr);
    s.open = mem_alloc(f->fields_nr * sizeof *s.open);
    s.done = mem_alloc(f->fields_nr * sizeof *s.done);
    for (size_t i = 0; i < f->fields_nr; i++)
        visit(&s, i);
    mem_free(s.done);
    mem_free(s.open);
    mem_free(s.marks);
}
