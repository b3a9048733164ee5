/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sheet of entities (ODK Entities 2025.1): each row is a list that the form
 * adds to or changes, once, or once in each row of a repeat; save_to says which
 * answer becomes which property.
 */
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/str.h"
#include "forms/form_int.h"

#define ENTITY_FINDING(r, grade, row, column, ...)                             \
    FORM_FINDING(r, grade, &(r)->entities, row, column, __VA_ARGS__)

/* ---- lists of entities ---- */

/* Names that the exchange of entities keeps for itself. */
static bool is_dataset(const char *name)
{
    return form_is_name(name) && strchr(name, '.') == NULL &&
           !str_starts(name, "__");
}

static bool is_property(const char *name)
{
    return form_is_name(name) && !str_starts(name, "__") &&
           strcasecmp(name, "name") != 0 && strcasecmp(name, "label") != 0;
}

/* "${children}"; FORM_ROOT when it is no repeat. */
static size_t find_repeat(const struct form *f, const char *text)
{
    size_t n = strlen(text), i;

    if (n < 4 || !str_starts(text, "${") || text[n - 1] != '}')
        return FORM_ROOT;
    i = form_field_named(f, FORM_ROOT, text + 2, n - 3);
    return i != FORM_ROOT && f->fields[i].type == FIELD_REPEAT ? i : FORM_ROOT;
}

static bool read_entity(struct form_reading *r, const struct csv_row *row,
                        struct form_entity *x)
{
    const struct form_sheet *s = &r->entities;
    const char *repeat = form_cell_trimmed(r, s, row, COLUMN_REPEAT);

    x->row = row;
    x->dataset = form_cell_trimmed(r, s, row, COLUMN_LIST_NAME);
    if (!is_dataset(x->dataset)) {
        ENTITY_FINDING(r, FINDING_ERROR, row, COLUMN_LIST_NAME,
                       _("the list of entities needs a name of letters, digits "
                         "and _ only"));
        return false;
    }
    x->repeat = find_repeat(r->form, repeat);
    if (repeat[0] == '\0' || x->repeat != FORM_ROOT)
        return true;
    ENTITY_FINDING(r, FINDING_ERROR, row, COLUMN_REPEAT,
                   _("%s is no repeat of this form: write its name as "
                     "${name}"),
                   repeat);
    return false;
}

static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->nr; i++)
        if (!str_is_blank(row->cells[i]))
            return false;
    return true;
}

static void read_rows(struct form_reading *r)
{
    const struct form_sheet *s = &r->entities;
    struct form *f = r->form;
    size_t nr = s->nr < FORM_ENTITIES_MAX ? s->nr : FORM_ENTITIES_MAX;

    f->entities = pool_alloc(f->pool, nr * sizeof *f->entities);
    for (size_t i = 0; i < nr; i++)
        if (!is_blank(&s->rows[i]) &&
            read_entity(r, &s->rows[i], &f->entities[f->entities_nr]))
            f->entities_nr++;
    if (s->nr > nr)
        ENTITY_FINDING(r, FINDING_ERROR_HERE, &s->rows[nr], COLUMN_LIST_NAME,
                       _("a form saves to %d lists of entities at most; the "
                         "rest is left out"),
                       FORM_ENTITIES_MAX);
}

/* ---- what is saved to them ---- */

/* Where a field is to be saved: "height" or, where a form has several lists,
 * "trees#height". */
struct saving {
    const char *dataset; /* NULL: whichever it can be */
    size_t dataset_bytes;
    const char *property;
};

static struct saving split(const char *text)
{
    const char *hash = strchr(text, '#');

    if (hash == NULL)
        return (struct saving){.property = text};
    return (struct saving){text, (size_t)(hash - text), hash + 1};
}

static bool is_for(const struct saving *s, const struct form_entity *x)
{
    return s->dataset == NULL ||
           (strlen(x->dataset) == s->dataset_bytes &&
            memcmp(x->dataset, s->dataset, s->dataset_bytes) == 0);
}

/* The list of the repeat that a field stands in; *nr how many there are. */
static size_t find_entity(const struct form *f, const struct field *d,
                          const struct saving *s, size_t *nr)
{
    size_t found = FORM_NO_ENTITY;

    *nr = 0;
    for (size_t i = 0; i < f->entities_nr; i++)
        if (f->entities[i].repeat == d->repeat && is_for(s, &f->entities[i])) {
            found = i;
            ++*nr;
        }
    return found;
}

static bool is_saved_before(const struct form *f, size_t field)
{
    const struct field *d = &f->fields[field];

    for (size_t i = 0; i < field; i++)
        if (f->fields[i].entity == d->entity &&
            str_equal(f->fields[i].save_to, d->save_to))
            return true;
    return false;
}

/* Why a field cannot be saved; NULL: it can. */
static const char *find_flaw(const struct form_reading *r, struct field *d,
                             const struct saving *s)
{
    size_t nr;

    if (r->entities.nr == 0)
        return _("the form has no sheet \"entities\" that says what this is "
                 "saved to");
    if (!is_property(s->property) || !field_holds_value(d))
        return _("a property is named by letters, digits and _ - . only, not "
                 "\"name\" or \"label\", and is an answer");
    d->entity = find_entity(r->form, d, s, &nr);
    if (nr == 0)
        return _("no list of entities is made of the repeat, or of the form, "
                 "that this stands in");
    if (nr > 1)
        return _("several lists of entities could hold this: write the list "
                 "before it, as in trees#height");
    return NULL;
}

static void check_saving(struct form_reading *r, size_t field)
{
    struct form *f = r->form;
    struct field *d = &f->fields[field];
    struct saving s = split(d->save_to);
    const struct finding_at at = {r->survey.name, d->row,
                                  form_column_name(COLUMN_SAVE_TO)};
    const char *flaw;

    d->entity = FORM_NO_ENTITY;
    if (d->save_to[0] == '\0')
        return;
    flaw = find_flaw(r, d, &s);
    d->save_to = s.property;
    if (flaw == NULL && is_saved_before(f, field))
        flaw = _("this is saved twice to one list");
    if (flaw == NULL)
        return;
    d->entity = FORM_NO_ENTITY;
    finding_add(r->list, FINDING_ERROR, at, "%s", flaw);
}

void form_read_entities(struct form_reading *r)
{
    if (r->entities.nr > 0)
        read_rows(r);
    for (size_t i = 0; i < r->form->fields_nr; i++)
        check_saving(r, i);
}

/* ---- when ---- */

static void check_entity(struct form_reading *r, const struct form_entity *x)
{
    if (x->entity_id == NULL && x->update_if != NULL)
        ENTITY_FINDING(r, FINDING_ERROR, x->row, COLUMN_ENTITY_ID,
                       _("entity_id says which one is changed; without it "
                         "nothing is"));
    if (x->entity_id != NULL && x->create_if != NULL && x->update_if == NULL)
        ENTITY_FINDING(r, FINDING_ERROR, x->row, COLUMN_UPDATE_IF,
                       _("with entity_id and create_if it must be said when "
                         "one is changed"));
    if (x->label == NULL && (x->entity_id == NULL || x->create_if != NULL))
        ENTITY_FINDING(r, FINDING_ERROR, x->row, COLUMN_LABEL,
                       _("a new entity needs a label"));
}

void form_check_entities(struct form_reading *r)
{
    struct form *f = r->form;

    for (size_t i = 0; i < f->entities_nr; i++) {
        check_entity(r, &f->entities[i]);
        f->entities[i].row = NULL; /* goes with the book */
    }
}
