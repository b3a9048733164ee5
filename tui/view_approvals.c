/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_approvals.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/duplicate.h"
#include "store/purge.h"
#include "store/verdict.h"
#include "tui/desk.h"
#include "tui/list_array.h"
#include "tui/tui.h"
#include "tui/wrap.h"

enum {
    BELOW_ROWS = 9,
    REASON_ROWS_MAX = 6,
    QUESTION_BYTES = 320,
    ALIKE_SHOWN_BYTES = 400
};

struct approvals {
    struct desk *desk;
    struct view *view;
    struct pool *pool; /* holds what `all` points at */
    struct approval_list all;
    struct list_array array;
    struct list *list;
};

/* ---- words ---- */

static const char *kind_of(const struct approval *a)
{
    const struct approval_kind *k = approval_kind_find(a->kind);

    return k ? _(k->label) : a->kind;
}

static const char *reason_of(const struct approval *a)
{
    const struct purge_reason *r =
        str_equal(a->kind, "purge") ? purge_reason_find(a->reason) : NULL;

    return r ? _(r->label) : a->reason;
}

/* ---- the list ---- */

static void approval_row(void *arg, size_t index, const char *key,
                         struct list_rows *rows)
{
    const struct approvals *x = arg;
    const struct approval *a = &x->all.items[index];
    char age[DESK_WHEN_BYTES];
    const char *cells[] = {a->case_number, a->case_name, kind_of(a),
                           a->asked_by, age};

    desk_print_age(x->desk, a->asked_ms, age);
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static void load(struct approvals *x)
{
    struct err e = ERR_INIT;

    pool_free(x->pool);
    x->pool = pool_new();
    x->all = (struct approval_list){NULL, 0};
    if (!approval_list_load(x->desk->store,
                            &(struct approval_query){.open_only = true},
                            x->pool, &x->all, &e))
        tui_fail(x->desk->tui, &e);
    x->array.nr = x->all.nr;
}

static const struct approval *chosen(const struct approvals *x)
{
    const char *key = list_key(x->list);

    return key ? &x->all.items[list_array_index(key)] : NULL;
}

static void approvals_shown(void *self)
{
    struct approvals *x = self;

    load(x);
    list_reload(x->list);
}

/* ---- deciding ---- */

static void give(struct approvals *x, enum approval_state to,
                 const char *reason)
{
    static const char *const said[] = {
        [APPROVAL_APPROVED] = N_("Approved, and done"),
        [APPROVAL_REFUSED] = N_("Refused; whoever asked sees why"),
        [APPROVAL_WITHDRAWN] = N_("Withdrawn"),
    };
    struct err e = ERR_INIT;

    tui_busy(x->desk->tui, _("One moment..."));
    if (verdict_give(x->desk->store, chosen(x), to, reason, &e)) {
        approvals_shown(x);
        tui_say(x->desk->tui, ROLE_GOOD, "%s", _(said[to]));
    } else {
        tui_fail(x->desk->tui, &e);
    }
}

static void approve(struct approvals *x)
{
    const struct approval *a = chosen(x);
    char question[QUESTION_BYTES];
    struct err e = ERR_INIT;
    bool alone;

    if (!approval_may_decide(x->desk->store, a, &alone, &e)) {
        tui_fail(x->desk->tui, &e);
        return;
    }
    if (str_equal(a->kind, "purge")) {
        snprintf(question, sizeof question,
                 _("Destroy all that %s says, everywhere and for good?"),
                 a->case_number);
        if (!tui_confirm(x->desk->tui, question))
            return;
    }
    give(x, APPROVAL_APPROVED, NULL);
}

static void refuse(struct approvals *x)
{
    struct buf reason = BUF_INIT(APPROVAL_REASON_BYTES_MAX);

    if (tui_prompt(x->desk->tui, _("Why is it refused?"), &reason, false))
        give(x, APPROVAL_REFUSED, buf_text(&reason));
    buf_release(&reason);
}

static void decide(struct approvals *x)
{
    static const struct ask_option options[] = {{N_("a"), N_("Approve")},
                                                {N_("r"), N_("Refuse")},
                                                {N_("w"), N_("Withdraw")}};

    switch (tui_choose(x->desk->tui, _("What is decided?"), options,
                       ARR_NR(options))) {
    case 0:
        approve(x);
        break;
    case 1:
        refuse(x);
        break;
    case 2:
        give(x, APPROVAL_WITHDRAWN, NULL);
        break;
    default:
        break;
    }
}

static enum view_answer approvals_press(void *self, const struct press *p)
{
    struct approvals *x = self;

    if (list_press(x->list, p))
        return VIEW_HANDLED;
    if (p->action != ACTION_OPEN || !chosen(x))
        return VIEW_IGNORED;
    decide(x);
    return VIEW_HANDLED;
}

/* ---- drawing: the list, and below it the whole of the chosen one ---- */

/* Of two cases: why they look alike, as far as this person may know. */
static void print_alike(const struct approvals *x, const struct approval *a,
                        char *out, size_t out_bytes)
{
    struct id id = stream_id(&a->stream), kept = stream_id(&a->other);
    struct alike_person one, other;
    struct alike_match match;
    struct err ignored = ERR_INIT;

    str_copy(out, out_bytes, _("nothing that is compared"));
    if (duplicate_person_load(x->desk->store, &id, &one, &ignored) &&
        duplicate_person_load(x->desk->store, &kept, &other, &ignored) &&
        alike_compare(&one, &other, &match))
        alike_print(&match, x->desk->lang, out, out_bytes);
}

/* The whole request: of two cases also which one is kept, and how alike. */
static const char *text_of(const struct approvals *x, const struct approval *a)
{
    struct casefile kept;
    struct err ignored = ERR_INIT;
    struct id id = stream_id(&a->other);
    char alike[ALIKE_SHOWN_BYTES];

    if (a->other.kind != STREAM_CASE ||
        !casefile_load(x->desk->store, &id, &kept, &ignored))
        return reason_of(a);
    print_alike(x, a, alike, sizeof alike);
    /* TRANSLATORS: "Kept: 1M00-008H Hirut Tola. Alike: same name by sound.
     * The mother says so" */
    return pool_printf(x->pool, _("Kept: %s %s. Alike: %s. %s"), kept.number,
                       kept.masked ? _("(not yours)") : kept.name, alike,
                       reason_of(a));
}

static void draw_chosen(const struct approvals *x, struct canvas *c,
                        struct area a)
{
    const struct approval *it = chosen(x);
    const char *text = text_of(x, it);
    size_t n = strlen(text), from = 0;
    char when[DESK_WHEN_BYTES];

    desk_print_when(x->desk, it->asked_ms, when);
    canvas_line(c, SPAN(a.row, a.col, a.cols), GLYPH_HLINE);
    /* TRANSLATORS: "248H-2492 Selam: purge the case" */
    canvas_printf(c, SPAN(a.row + 1, a.col + 2, a.cols - 2), ROLE_LABEL,
                  "%s %s: %s", it->case_number, it->case_name, kind_of(it));
    for (int row = 2; from < n && row < 2 + REASON_ROWS_MAX; row++) {
        struct wrap_line line = wrap_next(c, text, n, from, a.cols - 2);

        canvas_putn(c, SPAN(a.row + row, a.col + 2, a.cols - 2), ROLE_TEXT,
                    text + line.start, line.end - line.start);
        from = line.next;
    }
    canvas_printf(c, SPAN(a.row + a.rows - 1, a.col + 2, a.cols - 2), ROLE_HINT,
                  "%s%s%s, %s", it->asked_by, *it->asked_office ? ", " : "",
                  it->asked_office, when);
}

static void approvals_draw(void *self, struct canvas *c, struct area a)
{
    struct approvals *x = self;
    struct area below = a;

    if (chosen(x) && a.rows > 2 * BELOW_ROWS) {
        a.rows -= BELOW_ROWS;
        below.row += a.rows;
        below.rows = BELOW_ROWS;
        draw_chosen(x, c, below);
    }
    list_draw(x->list, c, a, true);
}

/* ---- the view ---- */

static void approvals_status(void *self, struct buf *out)
{
    list_status(((struct approvals *)self)->list, out);
}

static void approvals_free(void *self)
{
    struct approvals *x = self;

    list_free(x->list);
    list_array_release(&x->array);
    pool_free(x->pool);
    mem_free(x);
}

static const enum action approvals_actions[] = {ACTION_OPEN, LIST_ACTIONS,
                                                ACTION_LOCK, ACTION_NONE};

static const struct view_ops approvals_ops = {
    .title = N_("Requests"),
    .help =
        N_("What one person asks for and another decides: to purge a case, "
           "to hold it back from that. Enter approves or refuses; who "
           "asked can withdraw it. Whoever asked never approves, but for "
           "the only person of an office, and then the record says so. "
           "What is purged is destroyed at once here, and at the hub and "
           "every other office with their next sync, all cases of the child "
           "together. A request is void after 30 days."),
    .actions = approvals_actions,
    .draw = approvals_draw,
    .press = approvals_press,
    .status = approvals_status,
    .shown = approvals_shown,
    .free = approvals_free,
};

static const struct list_column columns[] = {{N_("Number"), 9, false},
                                             {N_("Name"), 0, false},
                                             {N_("Asks to"), 26, false},
                                             {N_("By"), 10, false},
                                             {N_("When"), 12, false}};

struct view *view_approvals_new(struct desk *d)
{
    struct approvals *x = mem_alloc(sizeof *x);

    x->desk = d;
    x->array.arg = x;
    x->array.row = approval_row;
    load(x);
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->array));
    list_set_empty(x->list, N_("Nothing waits for a decision"));
    x->view = view_new(&approvals_ops, x);
    return x->view;
}
