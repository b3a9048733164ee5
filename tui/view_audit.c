/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "tui/desk.h"
#include "tui/list.h"
#include "tui/tui.h"
#include "tui/view_case.h"
#include "tui/wrap.h"

/* columns */
enum { WHAT = 2, ABOUT = 3 };
enum {
    COLUMNS = 4,
    BELOW_ROWS = 4,
    KEY_BYTES = 24,
    ABOUT_BYTES = 256,
    WHAT_BYTES = 320
};

struct traces {
    struct desk *desk;
    struct view *view;
    struct id case_id; /* zero: all */
    struct list *list;
};

/* ---- rows ---- */

/* Number and, for those who may, name of the case; the code of a place. */
static void print_about(const struct traces *x, const struct audit_line *l,
                        char out[ABOUT_BYTES])
{
    struct err ignored = ERR_INIT;
    struct casefile c = {.name = ""};

    if (audit_may_name(x->desk->store) && !id_is_zero(&l->case_id))
        casefile_load(x->desk->store, &l->case_id, &c, &ignored);
    snprintf(out, ABOUT_BYTES, "%s%s%s", *l->number ? l->number : l->place,
             *c.name ? " " : "", c.name);
}

/* Hashes of searched words mean nothing to a person. */
static void print_what(const struct audit_line *l, char out[WHAT_BYTES])
{
    const char *text = l->kind < AUDIT_KINDS_NR ? _(audit_kind_text(l->kind))
                                                : _("did something newer");
    bool says = *l->reason && l->kind != AUDIT_SEARCH;

    snprintf(out, WHAT_BYTES, "%s%s%s", text, says ? ": " : "",
             says ? l->reason : "");
}

static void add_row(const struct traces *x, const struct audit_line *l,
                    struct list_rows *rows)
{
    char key[KEY_BYTES], when[DESK_WHEN_BYTES], about[ABOUT_BYTES],
        what[WHAT_BYTES];
    const char *cells[COLUMNS] = {when, l->login, what, about};

    snprintf(key, sizeof key, "%020" PRId64, l->change_id);
    desk_print_when(x->desk, l->at_ms, when);
    print_about(x, l, about);
    print_what(l, what);
    list_rows_add(rows, key, ROLE_TEXT, cells, COLUMNS);
}

/* Down the list is back in time. */
static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    const struct traces *x = arg;
    struct err e = ERR_INIT;
    struct audit_query query = {
        .case_id = id_is_zero(&x->case_id) ? NULL : &x->case_id, .kind = -1};
    struct audit_page page = {.room = mem_alloc(nr * sizeof *page.room),
                              .room_nr = nr,
                              .backwards = from == LIST_BEFORE};

    if (key)
        str_to_int(key, 0, INT64_MAX, &page.before);
    if (key && from == LIST_AT)
        page.before++;
    if (audit_page_load(x->desk->store, &query, &page, &e))
        for (size_t i = 0; i < page.nr; i++)
            add_row(x, &page.room[i], rows);
    else
        tui_fail(x->desk->tui, &e);
    mem_free(page.room);
}

/* ---- the view ---- */

/* The case of the chosen line, for those who may see its name. */
static void open_case(struct traces *x)
{
    const char *key = list_key(x->list);
    struct err e = ERR_INIT;
    struct audit_line line;
    struct audit_query query = {.kind = -1};
    struct audit_page page = {.room = &line, .room_nr = 1};

    if (!key || !str_to_int(key, 0, INT64_MAX - 1, &page.before))
        return;
    page.before++;
    if (!audit_page_load(x->desk->store, &query, &page, &e)) {
        tui_fail(x->desk->tui, &e);
        return;
    }
    if (page.nr == 0 || id_is_zero(&line.case_id) ||
        !audit_may_name(x->desk->store))
        return;
    struct view *v = view_case_new(x->desk, &line.case_id, &e);
    if (v)
        tui_push(x->desk->tui, v);
    else
        tui_fail(x->desk->tui, &e);
}

/* A reason is a sentence, and a column holds no sentence. */
static void draw_chosen(const struct traces *x, struct canvas *c, struct area a)
{
    char text[WHAT_BYTES + ABOUT_BYTES];
    const char *about = list_cell(x->list, ABOUT);
    size_t n, from = 0;

    snprintf(text, sizeof text, "%s%s%s", list_cell(x->list, WHAT),
             *about ? ". " : "", about);
    n = strlen(text);
    canvas_line(c, SPAN(a.row, a.col, a.cols), GLYPH_HLINE);
    for (int row = 1; from < n && row < a.rows; row++) {
        struct wrap_line line = wrap_next(c, text, n, from, a.cols - 2);

        canvas_putn(c, SPAN(a.row + row, a.col + 2, a.cols - 2), ROLE_TEXT,
                    text + line.start, line.end - line.start);
        from = line.next;
    }
}

static void audit_draw(void *self, struct canvas *c, struct area a)
{
    struct traces *x = self;
    struct area below = a;

    if (list_key(x->list) && a.rows > 2 * BELOW_ROWS) {
        a.rows -= BELOW_ROWS;
        below.row += a.rows;
        below.rows = BELOW_ROWS;
        draw_chosen(x, c, below);
    }
    list_draw(x->list, c, a, true);
}

static enum view_answer audit_press(void *self, const struct press *p)
{
    struct traces *x = self;

    if (list_press(x->list, p))
        return VIEW_HANDLED;
    if (p->action != ACTION_OPEN)
        return VIEW_IGNORED;
    open_case(x);
    return VIEW_HANDLED;
}

static void audit_shown(void *self)
{
    list_reload(((struct traces *)self)->list);
}

static void audit_free(void *self)
{
    struct traces *x = self;

    list_free(x->list);
    mem_free(x);
}

static const enum action audit_actions[] = {ACTION_OPEN, ACTION_LOCK,
                                            LIST_ACTIONS, ACTION_NONE};

static const struct view_ops audit_ops = {
    .title = N_("Traces"),
    .help = N_("Who opened the office, looked at a case, searched, printed or "
               "exported, the newest first. Nobody can take a line out "
               "unseen. Of a search only a mark is kept, not the words: "
               "homeward audit --word WORD tells who searched for a word. "
               "Enter opens the case of the line."),
    .actions = audit_actions,
    .draw = audit_draw,
    .press = audit_press,
    .shown = audit_shown,
    .free = audit_free,
};

static const struct list_column columns[COLUMNS] = {
    {N_("When"), 22, false},
    {N_("Who"), 10, false},
    {N_("What"), 0, false},
    {N_("About"), 26, false},
};

struct view *view_audit_new(struct desk *d, const struct id *case_id,
                            struct err *e)
{
    struct err ignored = ERR_INIT;

    if (!audit_may_read(d->store, e))
        return NULL;
    audit_note(d->store, &(struct audit_event){.kind = AUDIT_READ_AUDIT},
               &ignored);
    if (!audit_flush(d->store, e)) /* so that the list is complete */
        return NULL;
    struct traces *x = mem_alloc(sizeof *x);
    x->desk = d;
    if (case_id)
        x->case_id = *case_id;
    x->list = list_new(columns, COLUMNS,
                       (struct list_source){.fetch = fetch, .arg = x});
    list_set_empty(x->list, N_("Nothing yet"));
    x->view = view_new(&audit_ops, x);
    return x->view;
}
