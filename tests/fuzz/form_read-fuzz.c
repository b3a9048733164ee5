/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever a form file holds, it is read into a form that can be filled,
 * or refused with findings; rows added and dropped and an answer in every field
 * never break it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/entropy.h"
#include "forms/form.h"
#include "forms/record.h"
#include "forms/record_entity.h"

enum { NODES_TRIED = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void answer(struct record *r, size_t node)
{
    struct err e = ERR_INIT;
    const struct field *d = &record_form(r)->fields[record_field(r, node)];
    if (record_kind(r, node) == RECORD_REPEAT && record_may_add(r, node))
        (void)record_row_add(r, node, &e);
    else if (record_kind(r, node) == RECORD_FIELD && field_holds_value(d))
        record_set(r, node, "1");
}

static void look(const struct record *r, size_t node)
{
    struct pool *pool = pool_new();
    struct err problem = ERR_INIT;
    const struct field *d = &record_form(r)->fields[record_field(r, node)];
    if (record_is_relevant(r, node))
        (void)record_problem(r, node, 0, true, &problem);
    (void)record_text(r, node, field_label(record_form(r), d, 0),
                      record_form(r)->langs_nr - 1, pool);
    if (record_kind(r, node) == RECORD_FIELD && d->list && d->list->nr > 0)
        (void)record_offers(r, node, d->list->nr - 1);
    pool_free(pool);
}

/* What it says of entities. */
static void tell(const struct record *r)
{
    struct pool *pool = pool_new();
    size_t entities_nr;
    (void)record_entity_list(r, pool, &entities_nr);
    pool_free(pool);
}

static void fill(const struct form *f)
{
    uint64_t seed = 1;
    struct entropy_source dice = entropy_seeded(&seed);
    struct record *r =
        record_new(f, (struct record_moment){.today = 20000, .entropy = &dice});
    size_t nr = 0, row = RECORD_NONE;
    for (size_t i = record_walk(r, RECORD_NONE);
         i != RECORD_NONE && nr < NODES_TRIED; i = record_walk(r, i), nr++)
        answer(r, i);
    for (size_t i = record_walk(r, RECORD_NONE); i != RECORD_NONE && nr-- > 0;
         i = record_walk(r, i)) {
        look(r, i);
        if (record_kind(r, i) == RECORD_ROW)
            row = i;
    }
    tell(r);
    if (row != RECORD_NONE)
        record_row_drop(r, row);
    record_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct finding_list list = {0};
    struct err e = ERR_INIT;
    struct form *f = form_read((const char *)bytes, n, &list, &e);
    if (f == NULL && (e.code == ERR_NONE || e.text[0] == '\0'))
        abort(); /* a refusal says why */
    if (f != NULL)
        fill(f);
    form_free(f);
    finding_list_release(&list);
    return 0;
}
