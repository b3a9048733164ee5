/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_notes.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/notes.h"
#include "tui/tui.h"

enum { KEEP_AFTER_MS = 2000 };

struct view_notes {
    const struct view_notes_plan *plan; /* the caller's, like all below */
    struct view *view;
    struct tui *tui;
    struct notes *notes;
    struct buf *text;
    bool *finished; /* the caller's */
    unsigned kept;  /* notes_changes when it was */
};

/* Whatever ends this screen, the text is the caller's by then. */
static void hand_over(struct view_notes *n)
{
    buf_clear(n->text);
    buf_add_str(n->text, notes_get(n->notes));
    *n->plan->ethiopic = notes_is_ethiopic(n->notes);
}

static void view_notes_keep(void *self)
{
    struct view_notes *n = self;

    hand_over(n);
    if (n->plan->keep && n->kept != notes_changes(n->notes))
        n->plan->keep(n->plan->arg, notes_get(n->notes));
    n->kept = notes_changes(n->notes);
}

static void view_notes_draw(void *self, struct canvas *c, struct area a)
{
    struct view_notes *n = self;

    notes_draw(n->notes, c, a, true);
}

static enum view_answer view_notes_press(void *self, const struct press *p)
{
    struct view_notes *n = self;
    enum edit_answer answer;

    *n->finished = p->action == ACTION_SAVE;
    if (*n->finished || p->action == ACTION_BACK)
        return VIEW_CLOSE;
    answer = notes_press(n->notes, p);
    if (answer == EDIT_REFUSED)
        tui_say(n->tui, ROLE_WARN, _("This text is full: no more fits"));
    if (answer == EDIT_REFUSED)
        canvas_bell(tui_canvas(n->tui));
    if (notes_changes(n->notes) != n->kept)
        n->view->tick_ms = KEEP_AFTER_MS;
    return answer == EDIT_IGNORED ? VIEW_IGNORED : VIEW_HANDLED;
}

static bool view_notes_typing(const void *self)
{
    (void)self;
    return true;
}

static void view_notes_status(void *self, struct buf *out)
{
    const struct view_notes *n = self;

    if (notes_is_ethiopic(n->notes))
        buf_add_str(out, _("Ethiopic"));
}

static void view_notes_free(void *self)
{
    struct view_notes *n = self;

    hand_over(n);
    notes_free(n->notes);
    mem_free(n);
}

static const enum action view_notes_actions[] = {ACTION_SAVE, NOTES_ACTIONS,
                                                 ACTION_NONE};

static const struct view_ops view_notes_ops = {
    .title = N_("Text"),
    .help = N_("Type as on paper: Enter begins a new line, long lines wrap by "
               "themselves. F2 goes on to the next question, Esc back "
               "to this one; both keep the text."),
    .actions = view_notes_actions,
    .draw = view_notes_draw,
    .press = view_notes_press,
    .typing = view_notes_typing,
    .status = view_notes_status,
    .tick = view_notes_keep,
    .keep = view_notes_keep,
    .free = view_notes_free,
};

bool view_notes_edit(struct tui *t, const struct view_notes_plan *plan,
                     struct buf *text, const struct press *first)
{
    struct notes_plan notes = {text->max, tui_canvas(t), tui_clip(t)};
    struct view_notes *n = mem_alloc(sizeof *n);
    bool finished = false;

    n->plan = plan;
    n->tui = t;
    n->text = text;
    n->finished = &finished;
    n->notes = notes_new(&notes);
    notes_set(n->notes, buf_text(text));
    notes_set_ethiopic(n->notes, *plan->ethiopic);
    n->kept = notes_changes(n->notes);
    n->view = view_new(&view_notes_ops, n);
    view_set_title(n->view, plan->title);
    if (first)
        view_notes_press(n, first);
    tui_modal(t, n->view);
    return finished;
}
