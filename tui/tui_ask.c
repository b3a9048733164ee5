/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions of tui.h: small views laid over the message line, served
 * until they are answered.
 */
#include "tui/tui.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/edit.h"
#include "tui/foot.h"

static struct span message_line(struct canvas *c)
{
    int rows, cols;

    canvas_size(c, &rows, &cols);
    return SPAN(rows - FOOT_ROWS, 0, cols);
}

/* ---- choose ---- */

struct choosing {
    struct ask ask;
    struct tui *tui;
    int *answer; /* the caller's */
};

static void choose_draw(void *self, struct canvas *c, struct area a)
{
    const struct choosing *q = self;

    (void)a;
    ask_draw(&q->ask, c, message_line(c));
}

static enum view_answer choose_press(void *self, const struct press *p)
{
    struct choosing *q = self;
    int answer = ask_press(&q->ask, p);

    if (answer != ASK_WAITING) {
        *q->answer = answer;
        return VIEW_CLOSE;
    }
    if (p->action == ACTION_SUSPEND || p->action == ACTION_REDRAW ||
        p->action == ACTION_LOCK)
        return VIEW_IGNORED;
    canvas_bell(tui_canvas(q->tui));
    return VIEW_HANDLED;
}

static void choose_free(void *self)
{
    mem_free(self);
}

static const struct view_ops choose_ops = {
    .overlay = true,
    .draw = choose_draw,
    .press = choose_press,
    .free = choose_free,
};

int tui_choose(struct tui *t, const char *question,
               const struct ask_option *options, size_t nr)
{
    int answer = ASK_CANCELLED;
    struct choosing *q = mem_alloc(sizeof *q);

    q->ask = (struct ask){question, options, nr};
    q->tui = t;
    q->answer = &answer;
    return tui_modal(t, view_new(&choose_ops, q)) ? answer : ASK_CANCELLED;
}

bool tui_confirm(struct tui *t, const char *question)
{
    return tui_choose(t, question, ask_yes_no, 2) == 0;
}

/* ---- prompt ---- */

struct prompting {
    struct tui *tui;
    const char *label;
    struct edit *edit;
    struct buf *out; /* the caller's */
    bool *done;
};

static void prompt_draw(void *self, struct canvas *c, struct area a)
{
    struct prompting *q = self;
    struct span at = message_line(c);
    int taken;

    (void)a;
    canvas_blank(c, (struct area){at.row, 0, 1, at.width});
    taken =
        canvas_put(c, SPAN(at.row, 0, at.width / 2), ROLE_LABEL, q->label) + 1;
    edit_draw(q->edit, c, SPAN(at.row, taken, at.width - taken), true);
}

static enum view_answer prompt_press(void *self, const struct press *p)
{
    struct prompting *q = self;
    enum edit_answer answer;

    if (p->action == ACTION_OPEN) {
        buf_clear(q->out);
        buf_add_str(q->out, edit_get(q->edit));
        *q->done = true;
        return VIEW_CLOSE;
    }
    answer = edit_press(q->edit, p);
    if (answer == EDIT_REFUSED)
        canvas_bell(tui_canvas(q->tui));
    return answer == EDIT_IGNORED ? VIEW_IGNORED : VIEW_HANDLED;
}

static bool prompt_typing(const void *self)
{
    (void)self;
    return true;
}

static void prompt_free(void *self)
{
    struct prompting *q = self;

    edit_free(q->edit);
    mem_free(q);
}

static const enum action prompt_actions[] = {EDIT_ACTIONS, ACTION_OPEN,
                                             ACTION_NONE};

static const struct view_ops prompt_ops = {
    .actions = prompt_actions,
    .overlay = true,
    .draw = prompt_draw,
    .press = prompt_press,
    .typing = prompt_typing,
    .free = prompt_free,
};

bool tui_prompt(struct tui *t, const char *label, struct buf *out, bool secret)
{
    bool done = false;
    struct edit_plan plan = {out->max, secret, tui_clip(t)};
    struct prompting *q = mem_alloc(sizeof *q);

    *q = (struct prompting){t, label, edit_new(&plan), out, &done};
    edit_set(q->edit, buf_text(out));
    return tui_modal(t, view_new(&prompt_ops, q)) && done;
}
