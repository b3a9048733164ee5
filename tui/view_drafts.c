/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_drafts.h"

#include <stdio.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/casefile.h"
#include "store/draft.h"
#include "store/formdef.h"
#include "tui/desk.h"
#include "tui/fill.h"
#include "tui/list_array.h"
#include "tui/tui.h"

enum { SUBJECT_BYTES = 256 };

struct drafts {
    struct desk *desk;
    struct view *view;
    struct pool *pool; /* holds what `drafts` points at */
    struct draft_list drafts;
    struct list_array array;
    struct list *list;
};

static const char *form_name(const struct desk *d, const struct draft *draft)
{
    const struct kind *kind = formdef_kind(d->store, draft->kind);

    return kind ? kind_label(kind, d->lang) : draft->kind;
}

static void print_subject(struct desk *d, const struct draft *draft, char *out,
                          size_t out_bytes)
{
    char code[STREAM_KEY_BYTES + 1];
    char name[CASEFILE_NAME_BYTES];
    struct id id = stream_id(&draft->stream);
    struct err ignored = ERR_INIT;
    struct casefile c;

    if (draft->stream.kind == STREAM_PLACE)
        place_print(stream_place(&draft->stream, code), out, out_bytes);
    else if (casefile_load(d->store, &id, &c, &ignored))
        snprintf(out, out_bytes, "%s %s", c.number, c.name);
    else {
        draft_name(draft, name, sizeof name);
        snprintf(out, out_bytes, *name ? _("a new case: %s") : _("a new case"),
                 name);
    }
}

static void draft_row(void *arg, size_t index, const char *key,
                      struct list_rows *rows)
{
    struct drafts *x = arg;
    const struct draft *draft = &x->drafts.items[index];
    char subject[SUBJECT_BYTES], when[DESK_WHEN_BYTES];
    const char *cells[] = {form_name(x->desk, draft), when, subject};

    print_subject(x->desk, draft, subject, sizeof subject);
    desk_print_age(x->desk, draft->at_ms, when);
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static bool load(struct drafts *x)
{
    struct err e = ERR_INIT;
    bool good;

    pool_free(x->pool);
    x->pool = pool_new();
    x->drafts = (struct draft_list){NULL, 0};
    good = draft_list_load(x->desk->store, x->pool, &x->drafts, &e);
    x->array.nr = x->drafts.nr;
    if (!good)
        tui_fail(x->desk->tui, &e);
    return x->drafts.nr > 0;
}

static void drafts_draw(void *self, struct canvas *c, struct area a)
{
    list_draw(((struct drafts *)self)->list, c, a, true);
}

static enum view_answer drafts_press(void *self, const struct press *p)
{
    struct drafts *x = self;

    if (list_press(x->list, p))
        return VIEW_HANDLED;
    if (p->action != ACTION_OPEN || !list_key(x->list))
        return VIEW_IGNORED;
    fill_draft(x->desk, &x->drafts.items[list_array_index(list_key(x->list))]);
    return VIEW_HANDLED;
}

static void drafts_shown(void *self)
{
    struct drafts *x = self;

    if (load(x))
        list_reload(x->list);
    else
        tui_close(x->desk->tui, x->view);
}

static void drafts_free(void *self)
{
    struct drafts *x = self;

    list_free(x->list);
    list_array_release(&x->array);
    pool_free(x->pool);
    mem_free(x);
}

static const enum action drafts_actions[] = {ACTION_OPEN, LIST_ACTIONS,
                                             ACTION_LOCK, ACTION_NONE};

static const struct view_ops drafts_ops = {
    .title = N_("Left unfinished"),
    .help = N_("Forms that were begun and not saved. Enter goes on with one; "
               "to be rid of it, leave it with Esc and throw it away."),
    .actions = drafts_actions,
    .draw = drafts_draw,
    .press = drafts_press,
    .shown = drafts_shown,
    .free = drafts_free,
};

static const struct list_column columns[] = {
    {N_("Form"), 26, false}, {N_("When"), 14, false}, {N_("About"), 0, false}};

struct view *view_drafts_new(struct desk *d)
{
    struct drafts *x = mem_alloc(sizeof *x);

    x->desk = d;
    x->array.arg = x;
    x->array.row = draft_row;
    if (!load(x)) {
        tui_say(d->tui, ROLE_HINT, "%s", _("Nothing was left unfinished"));
        drafts_free(x);
        return NULL;
    }
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->array));
    x->view = view_new(&drafts_ops, x);
    return x->view;
}

static bool ask_for_one(struct desk *d, const struct draft *draft)
{
    char question[2 * SUBJECT_BYTES], when[DESK_WHEN_BYTES];
    char subject[SUBJECT_BYTES];

    print_subject(d, draft, subject, sizeof subject);
    desk_print_age(d, draft->at_ms, when);
    /* TRANSLATORS: "Follow-up visit", "7F3K-2M9Q Selam", "2 days ago" */
    snprintf(question, sizeof question,
             _("Left unfinished: %s, %s, %s. Go on with it?"),
             form_name(d, draft), subject, when);
    return tui_confirm(d->tui, question);
}

static bool ask_for_many(struct desk *d, size_t nr)
{
    char question[SUBJECT_BYTES];

    snprintf(question, sizeof question,
             P_("%d form was left unfinished. Look at it?",
                "%d forms were left unfinished. Look at them?", nr),
             (int)nr);
    return tui_confirm(d->tui, question);
}

void view_drafts_offer(struct desk *d)
{
    struct pool *pool = pool_new();
    struct draft_list drafts = {NULL, 0};
    struct err e = ERR_INIT;

    if (!draft_list_load(d->store, pool, &drafts, &e))
        tui_fail(d->tui, &e);
    else if (drafts.nr == 1 && ask_for_one(d, &drafts.items[0]))
        fill_draft(d, &drafts.items[0]);
    else if (drafts.nr > 1 && ask_for_many(d, drafts.nr))
        tui_push(d->tui, view_drafts_new(d));
    pool_free(pool);
}
