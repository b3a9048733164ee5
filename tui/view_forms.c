/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_forms.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/formdef.h"
#include "tui/desk.h"
#include "tui/list_array.h"
#include "tui/tui.h"

struct choosing {
    struct desk *desk;
    struct list *list;
    struct list_array rows;
    struct {
        const struct kind **items;
        size_t nr, alloc;
    } kinds;
    const struct kind **chosen; /* the caller's */
};

static const char *label(const struct choosing *x, size_t index)
{
    return kind_label(x->kinds.items[index], x->desk->lang);
}

static void row(void *arg, size_t index, const char *key,
                struct list_rows *rows)
{
    const struct choosing *x = arg;
    const struct kind *kind = x->kinds.items[index];
    /* two surveys may have one title; what is built in has its own */
    const char *cells[] = {label(x, index),
                           kind_find(kind->name) ? "" : kind->form};

    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static bool matches(void *arg, size_t index, const char *words)
{
    const struct choosing *x = arg;

    return list_array_holds(label(x, index), words) ||
           list_array_holds(x->kinds.items[index]->form, words);
}

/* The registration opened the case: there is no other. */
static bool load(struct choosing *x, struct err *e)
{
    struct pool *pool = pool_new();
    struct formdef_list own = {NULL, 0};
    size_t nr;
    const struct kind *kinds = kind_list(&nr);
    bool good = formdef_list_load(x->desk->store, pool, &own, e);

    for (size_t i = 0; i < nr; i++)
        if (kinds[i].home == KIND_OF_CASE && *kinds[i].form &&
            !kinds[i].opens_case)
            ARR_PUSH(&x->kinds) = &kinds[i];
    for (size_t i = 0; good && i < own.nr; i++)
        ARR_PUSH(&x->kinds) = own.items[i]->kind;
    pool_free(pool);
    x->rows.nr = x->kinds.nr;
    return good;
}

/* ---- the view ---- */

static void forms_draw(void *self, struct canvas *c, struct area a)
{
    list_draw(((struct choosing *)self)->list, c, a, true);
}

static enum view_answer forms_press(void *self, const struct press *p)
{
    struct choosing *x = self;
    const char *key = list_key(x->list);

    if (p->action == ACTION_OPEN && key) {
        *x->chosen = x->kinds.items[list_array_index(key)];
        return VIEW_CLOSE;
    }
    if (p->action == ACTION_BACK && !*list_narrowed(x->list))
        return VIEW_CLOSE;
    return list_press(x->list, p) ? VIEW_HANDLED : VIEW_IGNORED;
}

static bool forms_typing(const void *self)
{
    return list_typing(((const struct choosing *)self)->list);
}

static const enum action *forms_actions(const void *self)
{
    static const enum action actions[] = {ACTION_OPEN, ACTION_FIND,
                                          LIST_ACTIONS, ACTION_NONE};

    return forms_typing(self) ? list_find_actions() : actions;
}

static void forms_free(void *self)
{
    struct choosing *x = self;

    list_free(x->list);
    list_array_release(&x->rows);
    ARR_RELEASE(&x->kinds);
    mem_free(x);
}

static const struct view_ops forms_ops = {
    .title = N_("Which form?"),
    .help = N_("The forms that can be filled about this child: those of the "
               "program and those that this office imported. Type some "
               "letters to narrow the list; Enter begins the form."),
    .draw = forms_draw,
    .press = forms_press,
    .typing = forms_typing,
    .actions_now = forms_actions,
    .free = forms_free,
};

bool view_forms_choose(struct desk *d, const char **kind)
{
    static const struct list_column columns[] = {{N_("Form"), 50, false},
                                                 {"", 0, false}};
    struct choosing *x = mem_alloc(sizeof *x);
    const struct kind *chosen = NULL;
    struct err e = ERR_INIT;

    x->desk = d;
    x->chosen = &chosen;
    x->rows = (struct list_array){.arg = x, .row = row, .matches = matches};
    if (!load(x, &e)) {
        tui_fail(d->tui, &e);
        forms_free(x);
        return false;
    }
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->rows));
    list_find(x->list);
    tui_modal(d->tui, view_new(&forms_ops, x));
    if (chosen)
        *kind = chosen->name;
    return chosen != NULL;
}
