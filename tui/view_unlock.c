/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_unlock.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/keyfile.h"
#include "store/user.h"
#include "tui/desk.h"
#include "tui/edit.h"
#include "tui/tui.h"
#include "tui/view_cases.h"

enum { FIELD_COL = 4, FIELD_COLS = 60, FIELD_ROW = 6 };

struct unlock {
    struct desk *desk;
    struct edit *field;
    struct view *view;
};

static void unlock_draw(void *self, struct canvas *c, struct area a)
{
    struct unlock *u = self;
    struct span at = SPAN(a.row + FIELD_ROW, FIELD_COL, FIELD_COLS);
    int taken = canvas_put(c, at, ROLE_LABEL, _("Passphrase"));

    edit_draw(u->field, c,
              SPAN(at.row, at.col + taken + 1, at.width - taken - 1), true);
    at.row += 2;
    canvas_put(c, SPAN(at.row, at.col, a.cols - at.col), ROLE_HINT,
               _("Enter opens the office on this PC. Drafts and saved work are "
                 "still here."));
}

static enum view_answer open_office(struct unlock *u)
{
    struct tui *t = u->view->tui;
    struct err e = ERR_INIT;
    struct buf news = BUF_INIT(USER_NEWS_BYTES);
    bool opened;

    tui_busy(t, _("Opening, which takes a moment ..."));
    opened = desk_unlock(u->desk, edit_get(u->field), &e);
    edit_set(u->field, "");
    if (!opened) {
        tui_fail(t, &e);
        return VIEW_HANDLED;
    }
    tui_push(t, view_cases_new(u->desk));
    if (user_news(u->desk->store, &news, &e) && news.size > 0)
        tui_say(t, ROLE_WARN, "%s", buf_text(&news));
    buf_release(&news);
    return VIEW_CLOSE;
}

static enum view_answer unlock_press(void *self, const struct press *p)
{
    struct unlock *u = self;
    enum edit_answer answer;

    if (p->action == ACTION_BACK)
        return VIEW_QUIT;
    if (p->action == ACTION_LOCK) /* it is */
        return VIEW_HANDLED;
    if (p->action == ACTION_OPEN)
        return edit_is_empty(u->field) ? VIEW_HANDLED : open_office(u);
    answer = edit_press(u->field, p);
    if (answer == EDIT_REFUSED)
        canvas_bell(tui_canvas(u->view->tui));
    return answer == EDIT_IGNORED ? VIEW_IGNORED : VIEW_HANDLED;
}

static bool unlock_typing(const void *self)
{
    (void)self;
    return true;
}

static void unlock_free(void *self)
{
    struct unlock *u = self;

    edit_free(u->field);
    mem_free(u);
}

/* No undo, no clip: nothing of it may stay. */
static const enum action unlock_actions[] = {
    ACTION_LEFT,       ACTION_RIGHT,    ACTION_LINE_START, ACTION_LINE_END,
    ACTION_ERASE_BACK, ACTION_ERASE,    ACTION_ERASE_WORD, ACTION_CUT_END,
    ACTION_CUT_ALL,    ACTION_ETHIOPIC, ACTION_OPEN,       ACTION_NONE};

static const struct view_ops unlock_ops = {
    .title = N_("Homeward"),
    .help = N_("The office on this PC is locked. Type the passphrase and press "
               "Enter."),
    .actions = unlock_actions,
    .draw = unlock_draw,
    .press = unlock_press,
    .typing = unlock_typing,
    .free = unlock_free,
};

struct view *view_unlock_new(struct desk *d)
{
    struct unlock *u = mem_alloc(sizeof *u);
    struct edit_plan plan = {KEYFILE_PASSPHRASE_BYTES - 1, true, NULL};

    u->desk = d;
    u->field = edit_new(&plan);
    u->view = view_new(&unlock_ops, u);
    return u->view;
}
