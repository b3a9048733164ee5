/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/role_pick.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/user.h"
#include "tui/desk.h"
#include "tui/list_array.h"
#include "tui/tui.h"

struct choosing {
    struct desk *desk;
    struct list *list;
    struct list_array rows;
    const char **chosen; /* the caller's */
};

static void row(void *arg, size_t index, const char *key,
                struct list_rows *rows)
{
    const struct choosing *x = arg;
    const char *cells[] = {user_role_words(user_role_at(index), x->desk->lang),
                           user_role_at(index)};

    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static void roles_draw(void *self, struct canvas *c, struct area a)
{
    list_draw(((struct choosing *)self)->list, c, a, true);
}

static enum view_answer roles_press(void *self, const struct press *p)
{
    struct choosing *x = self;
    const char *key = list_key(x->list);

    if (p->action == ACTION_OPEN && key) {
        *x->chosen = user_role_at(list_array_index(key));
        return VIEW_CLOSE;
    }
    return list_press(x->list, p) ? VIEW_HANDLED : VIEW_IGNORED;
}

static void roles_free(void *self)
{
    struct choosing *x = self;

    list_free(x->list);
    list_array_release(&x->rows);
    mem_free(x);
}

static const enum action roles_actions[] = {ACTION_OPEN, LIST_ACTIONS,
                                            ACTION_NONE};

static const struct view_ops roles_ops = {
    .title = N_("Which role?"),
    .help = N_("What the person is in the work decides what this program "
               "shows and lets the person do. Enter chooses."),
    .actions = roles_actions,
    .draw = roles_draw,
    .press = roles_press,
    .free = roles_free,
};

bool role_pick(struct desk *d, const char **role)
{
    static const struct list_column columns[] = {{N_("Role"), 50, false},
                                                 {"", 0, false}};
    struct choosing *x = mem_alloc(sizeof *x);
    const char *chosen = NULL;

    x->desk = d;
    x->chosen = &chosen;
    x->rows = (struct list_array){.arg = x, .row = row};
    while (user_role_at(x->rows.nr))
        x->rows.nr++;
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->rows));
    tui_modal(d->tui, view_new(&roles_ops, x));
    *role = chosen;
    return chosen != NULL;
}
