/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_RECORD_ENTITY_H
#define FORMS_RECORD_ENTITY_H
/*
 * What a filled form says of entities (ODK Entities): things that outlive it,
 * such as a household or a tree, each in a list, with a label and properties.
 * The form's sheet "entities" says which; nothing is kept apart from the
 * record, whose answers they follow from at any time.
 *
 * A new entity has no id here: it is the record itself, or a row of it, and is
 * known by the record's id and the row's path.
 */
#include "forms/record.h"

struct record_property {
    const char *name, *value; /* "" was emptied */
};

struct record_entity {
    const char *dataset;
    size_t row; /* the node of the row it is of; RECORD_NONE: of the form */
    bool creates, updates; /* both: whichever is possible there */
    const char *id;        /* of the one that is changed; "": a new one */
    const char *label;     /* "" none */
    const struct record_property *properties; /* of what is relevant */
    size_t properties_nr;
};

/* All that are to be created or changed, in the order of the sheet and of the
 * rows; everything lives in the pool or the form. */
const struct record_entity *record_entity_list(const struct record *r,
                                               struct pool *pool, size_t *nr);

#endif
