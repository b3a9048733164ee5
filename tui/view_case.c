/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_case.h"

#include <stdio.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/assign.h"
#include "store/audit.h"
#include "store/worker.h"
#include "tui/case_page.h"
#include "tui/desk.h"
#include "tui/fill.h"
#include "tui/list.h"
#include "tui/tui.h"
#include "tui/unseal.h"
#include "tui/view_approvals.h"
#include "tui/view_audit.h"
#include "tui/view_conflicts.h"
#include "tui/view_forms.h"
#include "tui/view_sync.h"

/* > marks the focus, then !, +; the question; the answer. */
enum {
    FOCUS_COL = 0,
    MARK_COL = 2,
    LABEL_COL = 4,
    TEXT_COL = LABEL_COL + CASE_LABEL_COLS + 1,
    SUBJECT_BYTES = 256
};

struct case_view {
    struct desk *desk;
    struct view *view;
    struct id id;
    struct case_page *page;
    char seen[DESK_WHEN_BYTES + STORE_LOGIN_BYTES]; /* who else looked last */
    size_t top, focus;                              /* lines */
    size_t height;                                  /* as last drawn */
    enum action actions[UNSEAL_ACTIONS_MAX];
};

/* ---- loading ---- */

static int text_cols(const struct case_view *x)
{
    int rows, cols;

    canvas_size(tui_canvas(x->desk->tui), &rows, &cols);
    return cols - TEXT_COL;
}

static void name_view(struct case_view *x)
{
    const struct casefile *c = case_page_file(x->page);
    char title[SUBJECT_BYTES];

    snprintf(title, sizeof title, "%s %s", c->number, c->name);
    view_set_title(x->view, title);
}

/* After a record was saved, a sync, another language or width: the focus
 * stays on its answer. */
static void case_reload(void *self)
{
    struct case_view *x = self;
    struct err e = ERR_INIT;
    struct case_page *page = case_page_load(x->desk, &x->id, text_cols(x), &e);
    size_t below = x->focus - x->top;

    if (!page) {
        tui_fail(x->desk->tui, &e);
        if (e.code == ERR_NOT_FOUND) /* purged meanwhile: not one word stays */
            tui_close(x->desk->tui, x->view);
        return;
    }
    x->focus =
        case_page_find(page, case_page_line(x->page, x->focus), x->focus);
    x->top = x->focus > below ? x->focus - below : 0;
    case_page_free(x->page);
    x->page = page;
    name_view(x);
}

/* ---- moving: blank lines are passed over ---- */

static bool is_stop(const struct case_view *x, size_t line)
{
    return case_page_line(x->page, line)->kind != CASE_LINE_BLANK;
}

static void move_by(struct case_view *x, size_t lines, bool down)
{
    size_t last = case_page_lines(x->page) - 1;

    if (down)
        x->focus = x->focus + lines < last ? x->focus + lines : last;
    else
        x->focus = x->focus > lines ? x->focus - lines : 0;
    while (!is_stop(x, x->focus) && x->focus > 0 && x->focus < last)
        x->focus += down ? 1 : (size_t)-1;
}

static void go_up(struct case_view *x)
{
    move_by(x, 1, false);
}

static void go_down(struct case_view *x)
{
    move_by(x, 1, true);
}

static void turn_page(struct case_view *x, bool down)
{
    size_t below = x->focus - x->top;

    move_by(x, x->height, down);
    x->top = x->focus > below ? x->focus - below : 0;
}

static void go_page_up(struct case_view *x)
{
    turn_page(x, false);
}

static void go_page_down(struct case_view *x)
{
    turn_page(x, true);
}

static void go_first(struct case_view *x)
{
    move_by(x, case_page_lines(x->page), false);
}

static void go_last(struct case_view *x)
{
    move_by(x, case_page_lines(x->page), true);
}

/* The focus is in sight and the page is full where it can be. */
static void settle(struct case_view *x)
{
    size_t nr = case_page_lines(x->page);

    if (x->focus < x->top)
        x->top = x->focus;
    if (x->focus >= x->top + x->height)
        x->top = x->focus - x->height + 1;
    if (x->top + x->height > nr)
        x->top = nr > x->height ? nr - x->height : 0;
}

/* ---- what is done here ---- */

static const struct case_line *focused(const struct case_view *x)
{
    return case_page_line(x->page, x->focus);
}

static void open_record(struct case_view *x)
{
    const struct casefile *c = case_page_file(x->page);
    const struct case_line *line = focused(x);
    char subject[SUBJECT_BYTES];

    snprintf(subject, sizeof subject, "%s %s", c->number, c->name);
    if (line->entity && line->entity->stream.kind == STREAM_PLACE)
        place_print(c->place, subject, sizeof subject);
    if (line->entity)
        fill_record(x->desk, line->entity, subject);
    else
        tui_say(x->desk->tui, ROLE_HINT, "%s",
                _("Go to a line of the record that is to be opened"));
}

static void new_visit(struct case_view *x)
{
    fill_of_case(x->desk, case_page_file(x->page), "visit");
}

static void checklist(struct case_view *x)
{
    fill_of_case(x->desk, case_page_file(x->page), "checklist");
}

static void other_form(struct case_view *x)
{
    const char *kind;

    if (view_forms_choose(x->desk, &kind))
        fill_of_case(x->desk, case_page_file(x->page), kind);
}

static void place_facts(struct case_view *x)
{
    fill_of_place(x->desk, case_page_file(x->page)->place);
}

static void conflicts(struct case_view *x)
{
    tui_push(x->desk->tui, view_conflicts_new(x->desk, &x->id));
}

static void sync(struct case_view *x)
{
    tui_push(x->desk->tui, view_sync_new(x->desk));
}

static void ask(struct case_view *x)
{
    view_approvals_ask(x->desk, &x->id);
}

static void unseal(struct case_view *x)
{
    const struct case_line *line = focused(x);
    struct stream stream = stream_of_id(STREAM_CASE, &x->id);

    if (line->entity)
        stream = line->entity->stream;
    if (unseal_ask(x->desk->tui, x->desk->store, &stream))
        case_reload(x);
}

static bool works_here(struct case_view *x, const char *login)
{
    struct stream stream = stream_of_id(STREAM_CASE, &x->id);
    struct pool *pool = pool_new();
    struct worker_list l = {NULL, 0};
    struct err ignored = ERR_INIT;
    bool works = false;

    if (worker_list_load(x->desk->store, &stream, pool, &l, &ignored))
        for (size_t i = 0; i < l.nr; i++)
            works = works || (l.items[i].here && l.items[i].works &&
                              str_equal(l.items[i].login, login));
    pool_free(pool);
    return works;
}

/* Who works on it already may be taken off. */
static void assign(struct case_view *x)
{
    struct buf login = BUF_INIT(STORE_LOGIN_BYTES - 1);
    struct err e = ERR_INIT;
    bool ends;

    if (tui_prompt(x->desk->tui, _("Who works on the case (login)?"), &login,
                   false) &&
        !str_is_blank(buf_text(&login))) {
        ends = works_here(x, buf_text(&login));
        if (ends &&
            !tui_confirm(x->desk->tui, _("Works on it already. No longer?")))
            ends = false;
        else if (!assign_worker(x->desk->store, &x->id, buf_text(&login), !ends,
                                &e))
            tui_fail(x->desk->tui, &e);
        case_reload(x);
    }
    buf_release(&login);
}

static void traces(struct case_view *x)
{
    struct err e = ERR_INIT;
    struct view *v = view_audit_new(x->desk, &x->id, &e);

    if (v)
        tui_push(x->desk->tui, v);
    else
        tui_fail(x->desk->tui, &e);
}

static void who(struct case_view *x)
{
    const struct case_line *line = focused(x);
    char when[DESK_WHEN_BYTES], age[DESK_WHEN_BYTES];
    const struct entity_value *v = line->value;
    int64_t at_ms;

    if (!line->entity) {
        tui_say(x->desk->tui, ROLE_HINT, "%s", _("Nobody answered this line"));
        return;
    }
    at_ms = v ? v->at_ms : line->entity->created_ms;
    desk_print_when(x->desk, at_ms, when);
    desk_print_age(x->desk, at_ms, age);
    tui_say(x->desk->tui, ROLE_TEXT, "%s, %s%s%s (%s)%s",
            v ? v->author : line->entity->author, when,
            v && *v->office ? ", " : "", v ? v->office : "", age,
            line->unsent ? _(", only on this PC") : "");
}

static const struct {
    enum action action;
    void (*act)(struct case_view *x);
} deeds[] = {
    {ACTION_UP, go_up},
    {ACTION_DOWN, go_down},
    {ACTION_PAGE_UP, go_page_up},
    {ACTION_PAGE_DOWN, go_page_down},
    {ACTION_FIRST, go_first},
    {ACTION_LAST, go_last},
    {ACTION_OPEN, open_record},
    {ACTION_VISIT, new_visit},
    {ACTION_CHECKLIST, checklist},
    {ACTION_OTHER_FORM, other_form},
    {ACTION_PLACE_FACTS, place_facts},
    {ACTION_CONFLICTS, conflicts},
    {ACTION_SYNC, sync},
    {ACTION_WHO, who},
    {ACTION_ASK, ask},
    {ACTION_UNSEAL, unseal},
    {ACTION_ASSIGN, assign},
    {ACTION_TRACES, traces},
};

static enum view_answer case_press(void *self, const struct press *p)
{
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action) {
            deeds[i].act(self);
            return VIEW_HANDLED;
        }
    return VIEW_IGNORED;
}

/* ---- drawing ---- */

static enum role label_role(const struct case_line *line)
{
    static const enum role roles[] = {
        [CASE_LINE_BLANK] = ROLE_TEXT,    [CASE_LINE_RECORD] = ROLE_HEADING,
        [CASE_LINE_GROUP] = ROLE_HEADING, [CASE_LINE_ANSWER] = ROLE_LABEL,
        [CASE_LINE_MORE] = ROLE_LABEL,    [CASE_LINE_HINT] = ROLE_HINT};

    return roles[line->kind];
}

/* Headings use the whole row: what stands right of them gives way. */
static void draw_heading(struct canvas *c, struct span at,
                         const struct case_line *line)
{
    int taken;

    at.col += MARK_COL + 2;
    at.width -= MARK_COL + 2;
    taken = canvas_put(c, at, label_role(line), line->label) + 2;
    canvas_put(c, SPAN(at.row, at.col + taken, at.width - taken), ROLE_HINT,
               line->text);
}

static void draw_line(struct canvas *c, struct span at,
                      const struct case_line *line)
{
    int end = at.col + at.width;
    const char *mark = line->quiet     ? ""
                       : line->clashes ? "!"
                       : line->unsent  ? "+"
                                       : "";

    canvas_put(c, SPAN(at.row, MARK_COL, 1), ROLE_WARN, mark);
    if (line->kind == CASE_LINE_RECORD || line->kind == CASE_LINE_GROUP ||
        line->kind == CASE_LINE_HINT) {
        draw_heading(c, at, line);
        return;
    }
    canvas_put(c, SPAN(at.row, LABEL_COL, CASE_LABEL_COLS), label_role(line),
               line->label);
    canvas_put(c, SPAN(at.row, TEXT_COL, end - TEXT_COL), ROLE_TEXT,
               line->text);
}

static void case_draw(void *self, struct canvas *c, struct area a)
{
    struct case_view *x = self;
    size_t nr = case_page_lines(x->page);

    x->height = (size_t)a.rows;
    settle(x);
    for (size_t i = 0; i < x->height && x->top + i < nr; i++)
        draw_line(c, SPAN(a.row + (int)i, a.col, a.cols),
                  case_page_line(x->page, x->top + i));
    a.row += (int)(x->focus - x->top);
    canvas_put(c, SPAN(a.row, FOCUS_COL, 1), ROLE_SELECTED, ">");
    canvas_cursor(c, a.row, FOCUS_COL);
}

/* ---- the view ---- */

/* For those who may read traces: told before the person's own look counts. */
static void load_seen(struct case_view *x)
{
    struct err ignored = ERR_INIT;
    struct audit_line last;
    char when[DESK_WHEN_BYTES];
    bool found = false;

    if (!audit_is_reader(x->desk->store) ||
        !audit_last_look(x->desk->store, &x->id, &last, &found, &ignored) ||
        !found)
        return;
    desk_print_age(x->desk, last.at_ms, when);
    snprintf(x->seen, sizeof x->seen, "%s %s", last.login, when);
}

static void case_status(void *self, struct buf *out)
{
    const struct case_view *x = self;
    const struct casefile *c = case_page_file(x->page);

    if (x->seen[0] != '\0')
        /* TRANSLATORS: who looked at this case last: "seen: almaz today" */
        buf_printf(out, _("seen: %s  "), x->seen);
    if (c->clashes > 0)
        buf_printf(out,
                   P_("! %d clash", "! %d clashes", (unsigned long)c->clashes),
                   (int)c->clashes);
    if (c->unsent)
        buf_printf(out, "%s%s", c->clashes > 0 ? "  " : "", _("+ only here"));
}

static void case_free(void *self)
{
    struct case_view *x = self;

    case_page_free(x->page);
    mem_free(x);
}

static const enum action case_actions[] = {
    ACTION_OPEN,        ACTION_VISIT, ACTION_CHECKLIST, ACTION_OTHER_FORM,
    ACTION_PLACE_FACTS, ACTION_WHO,   ACTION_UNSEAL,    ACTION_CONFLICTS,
    ACTION_ASSIGN,      ACTION_SYNC,  ACTION_ASK,       ACTION_LOCK,
    ACTION_TRACES,      LIST_ACTIONS, ACTION_NONE};

static const struct unseal_need needs[] = {
    {ACTION_VISIT, RIGHT_CREATE, "visit", RIGHT_OPEN},
    {ACTION_CHECKLIST, RIGHT_CREATE, "checklist", RIGHT_OPEN},
    {ACTION_OTHER_FORM, RIGHT_CREATE, RIGHT_OF_CASE, RIGHT_OPEN},
    {ACTION_PLACE_FACTS, RIGHT_CREATE, RIGHT_OF_PLACE, RIGHT_OPEN},
    {ACTION_UNSEAL, RIGHT_READ, "case", RIGHT_SEALED},
    {ACTION_ASSIGN, RIGHT_CREATE, "worker", RIGHT_CASE},
};

static const enum action *case_actions_now(const void *self)
{
    return ((const struct case_view *)self)->actions;
}

static const struct view_ops case_ops = {
    .title = N_("Case"),
    .help = N_("Everything known about this child, and about the place. Enter "
               "opens the record of the line for changes. The mark ! says that "
               "two people answered differently; both answers are shown, and c "
               "settles which one stands. + is only on this PC so far. What "
               "can do harm is sealed: u opens it with a reason. r asks "
               "another person to have the case purged, or held back from "
               "that, to take another case for the same child's, or to part "
               "two again."),
    .actions_now = case_actions_now,
    .draw = case_draw,
    .press = case_press,
    .status = case_status,
    .resize = case_reload,
    .shown = case_reload,
    .free = case_free,
};

struct view *view_case_new(struct desk *d, const struct id *id, struct err *e)
{
    struct case_view *x = mem_alloc(sizeof *x);
    const struct stream stream = stream_of_id(STREAM_CASE, id);
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", &stream};

    x->desk = d;
    x->id = *id;
    x->height = 1;
    unseal_offer(d->store, case_actions, needs, ARR_NR(needs), x->actions);
    if (right_may(d->store, &ask, e))
        x->page = case_page_load(d, id, text_cols(x), e);
    if (!x->page) {
        case_free(x);
        return NULL;
    }
    x->view = view_new(&case_ops, x);
    name_view(x);
    load_seen(x);
    audit_note_case(d->store, AUDIT_OPEN_CASE, id, &(struct err)ERR_INIT);
    return x->view;
}
