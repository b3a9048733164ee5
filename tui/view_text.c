/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_text.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "tui/pager.h"
#include "tui/tui.h"
#include "tui/wrap.h"

struct view_text {
    struct pager *pager;
    char *title, *text;
};

static int rows_of(const struct canvas *c, const char *text, int cols)
{
    size_t n = strlen(text), at = 0;
    int rows = 0;

    for (; at < n; rows++)
        at = wrap_next(c, text, n, at, cols).next;
    return rows;
}

static void view_text_draw(void *self, struct canvas *c, struct area a)
{
    struct view_text *v = self;
    int rows = rows_of(c, v->text, a.cols) + 2, taken;

    if (rows < a.rows) {
        a.row += a.rows - rows;
        a.rows = rows;
    }
    canvas_blank(c, a);
    canvas_line(c, SPAN(a.row, a.col, a.cols), GLYPH_HLINE);
    taken =
        canvas_put(c, SPAN(a.row, a.col + 2, a.cols - 4), ROLE_TITLE, v->title);
    canvas_put(c, SPAN(a.row, a.col + 1, 1), ROLE_TEXT, " ");
    canvas_put(c, SPAN(a.row, a.col + 2 + taken, 1), ROLE_TEXT, " ");
    a.row++;
    a.rows--;
    pager_draw(v->pager, c, a, true);
}

static enum view_answer view_text_press(void *self, const struct press *p)
{
    struct view_text *v = self;

    if (pager_press(v->pager, p))
        return VIEW_HANDLED;
    return p->action == ACTION_OPEN || p->action == ACTION_HELP ? VIEW_CLOSE
                                                                : VIEW_IGNORED;
}

static bool view_text_typing(const void *self)
{
    return pager_typing(((const struct view_text *)self)->pager);
}

static const enum action *view_text_actions(const void *self)
{
    static const enum action actions[] = {PAGER_ACTIONS, ACTION_OPEN,
                                          ACTION_NONE};
    const struct view_text *v = self;

    return pager_typing(v->pager) ? pager_actions(v->pager) : actions;
}

static void view_text_free(void *self)
{
    struct view_text *v = self;

    pager_free(v->pager);
    mem_free(v->title);
    mem_free(v->text);
    mem_free(v);
}

static const struct view_ops view_text_ops = {
    .title = N_("Text"),
    .overlay = true,
    .draw = view_text_draw,
    .press = view_text_press,
    .typing = view_text_typing,
    .actions_now = view_text_actions,
    .free = view_text_free,
};

struct view *view_text_new(struct tui *t, const char *title, const char *text)
{
    struct view_text *v = mem_alloc(sizeof *v);
    struct view *view = view_new(&view_text_ops, v);

    v->title = mem_copy_str(title);
    v->text = mem_copy_str(text);
    v->pager = pager_new(tui_canvas(t));
    pager_set(v->pager, text);
    view_set_title(view, title);
    return view;
}
