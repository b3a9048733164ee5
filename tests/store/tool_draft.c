/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps a draft as the screens do at a field's exit, without a terminal, so
 * that it can be killed, or run out of disk or memory, at every place.
 *
 *     tool_draft keep DIR NAME   unlocks, opens the registration of the case
 *                                CASE, types NAME as two answers, keeps them
 *     tool_draft show DIR        the two answers of the draft, on one line
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "store/draft.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/formdef.h"
#include "store/secret.h"
#include "store/store.h"

#define PHRASE "a long enough phrase"
#define CASE   "11111111-1111-4111-8111-111111111111"

/* The registration of the case, open on somebody's desk. */
struct desk {
    struct store *store;
    struct pool *pool;
    const struct formdef *def;
    struct entity seen;
    struct record *record;
    int64_t seen_to;
};

static bool open_form(struct desk *d, const char *dir, struct err *e)
{
    struct id id;
    if (!id_parse(CASE, &id) ||
        !(d->store = store_open(dir, PHRASE, store_env_system(), e)) ||
        !(d->def = formdef_current(d->store, "registration", e)))
        return false;
    d->record =
        record_new(d->def->form, (struct record_moment){.today = 20000});
    if (!feed_end(d->store, &d->seen_to, e) ||
        !entity_load(d->store, &id, d->pool, &d->seen, e))
        return false;
    entity_fill(&d->seen, d->record);
    return true;
}

static size_t field(const struct desk *d, const char *name)
{
    size_t i = 0;
    while (i < d->def->form->fields_nr &&
           !str_equal(d->def->form->fields[i].name, name))
        i++;
    return i;
}

static bool keep(struct desk *d, const char *name, struct err *e)
{
    struct draft x = {.record = d->seen.id,
                      .stream = d->seen.stream,
                      .kind = "case",
                      .seen = d->seen_to};
    record_set(d->record, field(d, "given_name"), name);
    record_set(d->record, field(d, "father_name"), name);
    return draft_save(d->store, &x, d->record, e);
}

static bool show(struct desk *d, const char *unused, struct err *e)
{
    struct draft_list l;
    (void)unused;
    if (!draft_list_load(d->store, d->pool, &l, e))
        return false;
    if (l.nr != 1)
        return err_set(e, ERR_NOT_FOUND, "There are %zu drafts", l.nr);
    draft_fill(&l.items[0], d->record);
    printf("%s %s\n", record_answer(d->record, field(d, "given_name")),
           record_answer(d->record, field(d, "father_name")));
    return true;
}

int main(int argc, char **argv)
{
    struct err e = ERR_INIT;
    bool keeps = argc == 4 && str_equal(argv[1], "keep");
    if (!keeps && (argc != 3 || !str_equal(argv[1], "show"))) {
        fputs("usage: tool_draft keep DIR NAME | show DIR\n", stderr);
        return 2;
    }
    struct desk d = {.pool = pool_new()};
    bool ok = secret_harden(&e) && open_form(&d, argv[2], &e) &&
              (keeps ? keep : show)(&d, argv[3], &e);
    record_free(d.record);
    pool_free(d.pool);
    store_close(d.store);
    if (!ok)
        fprintf(stderr, "tool_draft: %s\n", e.text);
    return !ok;
}
