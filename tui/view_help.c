/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "tui/list.h"
#include "tui/wrap.h"

enum {
    ACTIONS_MAX = 64,
    TITLE_BYTES = 200,
    KEY_BYTES = 12,
    INTRO_ROWS_MAX = 8
};

struct help {
    struct tui *tui;
    struct list *list;
    const char *intro;              /* what the screen is for; or NULL */
    enum action known[ACTIONS_MAX]; /* of that screen, in its order */
    size_t known_nr;
    char *narrow; /* only what holds these words */
};

/* ---- the list's source: the actions known, by their place ---- */

static bool holds(const char *text, const char *words)
{
    return strcasestr(text, words) != NULL;
}

static bool is_shown(const struct help *h, size_t i)
{
    const struct action_info *info = action_info(h->known[i]);

    return !*h->narrow || holds(_(info->help), h->narrow) ||
           holds(keymap_keys(tui_keymap(h->tui), h->known[i]), h->narrow) ||
           (*info->label && holds(_(info->label), h->narrow));
}

static void add_row(const struct help *h, size_t i, struct list_rows *rows)
{
    char key[KEY_BYTES];
    const char *cells[] = {keymap_keys(tui_keymap(h->tui), h->known[i]),
                           _(action_info(h->known[i])->help)};

    snprintf(key, sizeof key, "%zu", i);
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static size_t place_of(const char *key)
{
    int64_t place = 0;

    str_to_int(key, 0, ACTIONS_MAX, &place);
    return (size_t)place;
}

static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    const struct help *h = arg;
    size_t i;

    if (from == LIST_BEFORE) {
        for (i = key ? place_of(key) : h->known_nr; i-- > 0 && nr > 0;)
            if (is_shown(h, i)) {
                add_row(h, i, rows);
                nr--;
            }
        return;
    }
    i = key ? place_of(key) + (from == LIST_AFTER) : 0;
    for (; i < h->known_nr && nr > 0; i++)
        if (is_shown(h, i)) {
            add_row(h, i, rows);
            nr--;
        }
}

static void narrow(void *arg, const char *text)
{
    struct help *h = arg;

    mem_free(h->narrow);
    h->narrow = mem_copy_str(text);
}

/* ---- the view ---- */

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
    a = h->known[place_of(key)];
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
    mem_free(h->narrow);
    mem_free(h);
}

static const struct view_ops help_ops = {
    .title = N_("Help"),
    .draw = help_draw,
    .press = help_press,
    .typing = help_typing,
    .actions_now = help_actions,
    .free = help_free,
};

static void know(struct help *h, const enum action *actions)
{
    for (; *actions != ACTION_NONE && h->known_nr < ACTIONS_MAX; actions++)
        h->known[h->known_nr++] = *actions;
}

struct view *view_help_new(struct tui *t, const struct view *about)
{
    static const enum action globals[] = {ACTION_GLOBALS, ACTION_NONE};
    static const struct list_column columns[] = {
        {N_("Keys"), 20, false}, {N_("What they do"), 0, false}};
    struct help *h = mem_alloc(sizeof *h);
    struct view *v = view_new(&help_ops, h);
    char title[TITLE_BYTES];

    h->tui = t;
    h->intro = about->ops->help ? _(about->ops->help) : NULL;
    h->narrow = mem_copy_str("");
    know(h, view_actions(about));
    know(h, globals);
    h->list = list_new(
        columns, ARR_NR(columns),
        (struct list_source){.fetch = fetch, .narrow = narrow, .arg = h});
    /* TRANSLATORS: help on a screen, whose title follows */
    snprintf(title, sizeof title, _("Help: %s"), view_title(about));
    view_set_title(v, title);
    return v;
}
