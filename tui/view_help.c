/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_help.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/list_array.h"
#include "tui/wrap.h"

enum { ACTIONS_MAX = 64, TITLE_BYTES = 200, INTRO_ROWS_MAX = 8 };

struct help {
    struct tui *tui;
    struct list *list;
    struct list_array rows;         /* over known */
    bool types;                     /* text is typed there: no letter acts */
    const char *intro;              /* what the screen is for; or NULL */
    enum action known[ACTIONS_MAX]; /* of that screen, in its order */
};

static void row(void *arg, size_t i, const char *key, struct list_rows *rows)
{
    const struct help *h = arg;
    const char *cells[] = {
        keymap_keys(tui_keymap(h->tui), h->known[i], h->types),
        _(action_info(h->known[i])->help)};

    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static bool matches(void *arg, size_t i, const char *words)
{
    const struct help *h = arg;

    return list_array_holds(_(action_info(h->known[i])->help), words) ||
           list_array_holds(
               keymap_keys(tui_keymap(h->tui), h->known[i], h->types), words);
}

static int draw_intro(const struct help *h, struct canvas *c, struct area a)
{
    size_t n, at = 0;
    int rows = 0;

    if (!h->intro)
        return 0;
    for (n = strlen(h->intro); at < n && rows < INTRO_ROWS_MAX; rows++) {
        struct wrap_line line = wrap_next(c, h->intro, n, at, a.cols);

        canvas_putn(c, SPAN(a.row + rows, a.col, a.cols), ROLE_TEXT,
                    h->intro + line.start, line.end - line.start);
        at = line.next;
    }
    return rows + 1;
}

static void help_draw(void *self, struct canvas *c, struct area a)
{
    struct help *h = self;
    int taken = draw_intro(h, c, a);

    a.row += taken;
    a.rows -= taken;
    list_draw(h->list, c, a, true);
}

/* The screen below acts once this one is gone. */
static enum view_answer run_chosen(struct help *h)
{
    const char *key = list_key(h->list);
    struct tui *t = h->tui;
    enum action a;

    if (!key)
        return VIEW_HANDLED;
    a = h->known[list_array_index(key)];
    tui_close_top(t);
    tui_act(t, a);
    return VIEW_HANDLED;
}

static enum view_answer help_press(void *self, const struct press *p)
{
    struct help *h = self;

    if (list_press(h->list, p))
        return VIEW_HANDLED;
    if (p->action == ACTION_OPEN)
        return run_chosen(h);
    if (p->action == ACTION_HELP || p->action == ACTION_MENU)
        return VIEW_CLOSE;
    return VIEW_IGNORED;
}

static void help_status(void *self, struct buf *out)
{
    const struct help *h = self;

    buf_add_str(out, _("Enter does it"));
    buf_add_str(out, "  ");
    list_status(h->list, out);
}

static bool help_typing(const void *self)
{
    return list_typing(((const struct help *)self)->list);
}

static const enum action *help_actions(const void *self)
{
    static const enum action actions[] = {ACTION_OPEN, ACTION_FIND,
                                          LIST_ACTIONS, ACTION_NONE};

    return help_typing(self) ? list_find_actions() : actions;
}

static void help_free(void *self)
{
    struct help *h = self;

    list_free(h->list);
    list_array_release(&h->rows);
    mem_free(h);
}

static const struct view_ops help_ops = {
    .title = N_("Help"),
    .draw = help_draw,
    .press = help_press,
    .typing = help_typing,
    .status = help_status,
    .actions_now = help_actions,
    .free = help_free,
};

static bool knows(const struct help *h, enum action a)
{
    for (size_t i = 0; i < h->rows.nr; i++)
        if (h->known[i] == a)
            return true;
    return false;
}

static void know(struct help *h, const enum action *actions)
{
    for (; *actions != ACTION_NONE && h->rows.nr < ACTIONS_MAX; actions++)
        if (!knows(h, *actions))
            h->known[h->rows.nr++] = *actions;
}

struct view *view_help_new(struct tui *t, const struct view *about)
{
    static const enum action globals[] = {ACTION_GLOBALS, ACTION_NONE};
    static const struct list_column columns[] = {
        {N_("Keys"), 17, false}, {N_("What they do"), 0, false}};
    struct help *h = mem_alloc(sizeof *h);
    struct view *v = view_new(&help_ops, h);
    char title[TITLE_BYTES];

    h->tui = t;
    h->types = view_typing(about);
    h->intro = about->ops->help ? _(about->ops->help) : NULL;
    h->rows = (struct list_array){.arg = h, .row = row, .matches = matches};
    know(h, view_actions(about));
    know(h, globals);
    h->list = list_new(columns, ARR_NR(columns), list_array_source(&h->rows));
    /* TRANSLATORS: help on a screen, whose title follows */
    snprintf(title, sizeof title, _("Help: %s"), view_title(about));
    view_set_title(v, title);
    return v;
}
