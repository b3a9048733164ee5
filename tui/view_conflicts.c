/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_conflicts.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/kind.h"
#include "store/conflict.h"
#include "tui/desk.h"
#include "tui/list_array.h"
#include "tui/tui.h"
#include "tui/unseal.h"
#include "tui/wrap.h"

enum {
    VALUES_SHOWN_MAX = 9, /* as many as there are digits */
    VALUE_ROWS_MAX = 3,
    LIST_ROWS_MIN = 6,
    WHOSE_BYTES = 256,
    FROM_BYTES = 80
};

struct conflicts {
    struct desk *desk;
    struct view *view;
    struct id case_id; /* zero: all */
    struct pool *pool; /* holds what `all` points at, and the labels */
    struct conflict_list all;
    struct list_array array;
    struct list *list;
    bool choosing; /* the focus is on a value of the chosen row */
    size_t value;  /* which */
};

/* ---- words ---- */

struct question {
    const struct form *form; /* NULL: not known here */
    const struct field *field;
};

static struct question question_of(const struct conflicts *x,
                                   const struct conflict *k)
{
    struct err ignored = ERR_INIT;
    const struct formdef *def =
        formdef_current(x->desk->store, k->entity.form_id, &ignored);
    const char *path = k->entity.values[k->first].path;

    if (!def)
        return (struct question){NULL, NULL};
    return (struct question){def->form, form_field(def->form, path)};
}

static const char *label_of(const struct conflicts *x, const struct conflict *k)
{
    struct question q = question_of(x, k);

    return q.field
               ? field_label(q.form, q.field, form_lang(q.form, x->desk->lang))
               : k->entity.values[k->first].path;
}

static const char *answer_of(struct conflicts *x, const struct conflict *k,
                             size_t i)
{
    struct question q = question_of(x, k);
    const char *answer = k->entity.values[k->first + i].answer;
    struct answer_style style;

    if (k->entity.values[k->first + i].masked)
        return unseal_words(x->desk->store);
    if (!*answer)
        return _("(blank)");
    if (!q.field)
        return answer;
    style = (struct answer_style){.lang = form_lang(q.form, x->desk->lang),
                                  .lang_code = x->desk->lang,
                                  .ethiopian =
                                      x->desk->calendar == CALENDAR_ETHIOPIAN};
    return answer_print(q.form, q.field, answer, &style, x->pool);
}

/* ---- the list ---- */

static void conflict_row(void *arg, size_t index, const char *key,
                         struct list_rows *rows)
{
    const struct conflicts *x = arg;
    const struct conflict *k = &x->all.items[index];
    const struct kind *kind = formdef_kind(x->desk->store, k->entity.kind);
    char whose[WHOSE_BYTES];
    const char *cells[] = {
        "!", whose, kind ? kind_label(kind, x->desk->lang) : k->entity.kind,
        label_of(x, k)};

    snprintf(whose, sizeof whose, "%s%s%s", k->case_number,
             *k->case_number ? " " : "", k->case_name);
    list_rows_add(rows, key, ROLE_WARN, cells, ARR_NR(cells));
}

static void load(struct conflicts *x)
{
    struct err e = ERR_INIT;

    pool_free(x->pool);
    x->pool = pool_new();
    x->all = (struct conflict_list){NULL, 0};
    if (!conflict_list_load(x->desk->store,
                            id_is_zero(&x->case_id) ? NULL : &x->case_id,
                            x->pool, &x->all, &e))
        tui_fail(x->desk->tui, &e);
    x->array.nr = x->all.nr;
}

static const struct conflict *chosen(const struct conflicts *x)
{
    const char *key = list_key(x->list);

    return key ? &x->all.items[list_array_index(key)] : NULL;
}

/* ---- settling ---- */

static void conflicts_shown(void *self)
{
    struct conflicts *x = self;

    load(x);
    list_reload(x->list);
    x->choosing = false;
}

static void settle(struct conflicts *x, size_t value)
{
    const struct conflict *k = chosen(x);
    struct err e = ERR_INIT;
    char *answer;

    if (!k || value >= k->nr) {
        canvas_bell(tui_canvas(x->desk->tui));
        return;
    }
    answer = mem_copy_str(answer_of(x, k, value));
    if (conflict_settle(x->desk->store, k, value, &e)) {
        conflicts_shown(x);
        tui_say(x->desk->tui, ROLE_GOOD,
                _("Settled; it can be changed again on the case: %s"), answer);
    } else {
        tui_fail(x->desk->tui, &e);
    }
    mem_free(answer);
}

/* ---- keys ---- */

static void take_back(struct conflicts *x)
{
    struct err e = ERR_INIT;

    if (!conflict_undo(x->desk->store,
                       id_is_zero(&x->case_id) ? NULL : &x->case_id, &e)) {
        tui_fail(x->desk->tui, &e);
        return;
    }
    conflicts_shown(x);
    tui_say(x->desk->tui, ROLE_GOOD, "%s",
            _("Taken back: what you settled last clashes again"));
}

static enum view_answer press_choosing(struct conflicts *x,
                                       const struct press *p)
{
    const struct conflict *k = chosen(x);

    switch (p->action) {
    case ACTION_UP:
        x->value -= x->value > 0;
        return VIEW_HANDLED;
    case ACTION_DOWN:
        x->value += x->value + 1 < k->nr && x->value + 1 < VALUES_SHOWN_MAX;
        return VIEW_HANDLED;
    case ACTION_OPEN:
        settle(x, x->value);
        return VIEW_HANDLED;
    case ACTION_BACK:
        x->choosing = false;
        return VIEW_HANDLED;
    default:
        return VIEW_IGNORED;
    }
}

static enum view_answer conflicts_press(void *self, const struct press *p)
{
    struct conflicts *x = self;

    if (p->key >= '1' && p->key <= '9') {
        settle(x, p->key - '1');
        return VIEW_HANDLED;
    }
    if (p->action == ACTION_UNSETTLE) {
        take_back(x);
        return VIEW_HANDLED;
    }
    if (x->choosing)
        return press_choosing(x, p);
    if (list_press(x->list, p))
        return VIEW_HANDLED;
    if (p->action != ACTION_OPEN)
        return VIEW_IGNORED;
    x->choosing = chosen(x) != NULL;
    x->value = 0;
    return VIEW_HANDLED;
}

/* ---- drawing ---- */

static size_t values_shown(const struct conflict *k)
{
    return k->nr < VALUES_SHOWN_MAX ? k->nr : VALUES_SHOWN_MAX;
}

/* A value takes two rows when it is short: itself, and who wrote it. */
static int draw_text(struct canvas *c, struct span at, const char *text)
{
    size_t n = strlen(text), from = 0;
    int rows = 0;

    while (from < n && rows < VALUE_ROWS_MAX) {
        struct wrap_line line = wrap_next(c, text, n, from, at.width);

        canvas_putn(c, SPAN(at.row + rows, at.col, at.width), ROLE_FIELD,
                    text + line.start, line.end - line.start);
        rows++;
        from = line.next;
    }
    return rows;
}

/* "; in case 248H-2492" where the child has two. */
static void print_from(const struct entity_value *v, char out[FROM_BYTES])
{
    char number[ID_NUMBER_BYTES];
    struct id id;

    out[0] = '\0';
    if (!v->from)
        return;
    id = stream_id(v->from);
    id_print_number(&id, number);
    snprintf(out, FROM_BYTES, _("; in case %s"), number);
}

static int draw_value(struct conflicts *x, struct canvas *c, struct span at,
                      size_t i)
{
    const struct conflict *k = chosen(x);
    const struct entity_value *v = &k->entity.values[k->first + i];
    bool focus = x->choosing && i == x->value;
    char when[DESK_WHEN_BYTES], from[FROM_BYTES];
    int rows;

    desk_print_when(x->desk, v->at_ms, when);
    print_from(v, from);
    canvas_put(c, SPAN(at.row, at.col, 1), ROLE_SELECTED, focus ? ">" : "");
    canvas_printf(c, SPAN(at.row, at.col + 2, 2), ROLE_KEY, "%d", (int)i + 1);
    rows = draw_text(c, SPAN(at.row, at.col + 5, at.width - 5),
                     answer_of(x, k, i));
    canvas_printf(c, SPAN(at.row + rows, at.col + 5, at.width - 5), ROLE_HINT,
                  "%s%s%s, %s%s", v->author, *v->office ? ", " : "", v->office,
                  when, from);
    if (focus)
        canvas_cursor(c, at.row, at.col);
    return rows + 1;
}

static int value_rows(struct conflicts *x, const struct canvas *c, int cols)
{
    const struct conflict *k = chosen(x);
    int rows = 0;

    for (size_t i = 0; i < values_shown(k); i++) {
        const char *text = answer_of(x, k, i);
        size_t n = strlen(text), from = 0;

        for (int r = 0; from < n && r < VALUE_ROWS_MAX; r++, rows++)
            from = wrap_next(c, text, n, from, cols - 5).next;
        rows++;
    }
    return rows;
}

/* The list above, what clashes below: a line, the question, the values. */
static void conflicts_draw(void *self, struct canvas *c, struct area a)
{
    struct conflicts *x = self;
    struct area below = a;

    if (chosen(x)) {
        below.rows = value_rows(x, c, a.cols) + 3;
        if (below.rows > a.rows - LIST_ROWS_MIN)
            below.rows = a.rows - LIST_ROWS_MIN;
        a.rows -= below.rows;
    }
    list_draw(x->list, c, a, !x->choosing);
    if (!chosen(x))
        return;
    below.row = a.row + a.rows;
    canvas_line(c, SPAN(below.row, below.col, below.cols), GLYPH_HLINE);
    canvas_put(c, SPAN(below.row + 1, below.col + 2, below.cols - 2),
               ROLE_LABEL, label_of(x, chosen(x)));
    for (int row = 2, i = 0;
         i < (int)values_shown(chosen(x)) && row + 2 < below.rows; i++)
        row += draw_value(x, c, SPAN(below.row + row, below.col, below.cols),
                          (size_t)i);
    canvas_put(c,
               SPAN(below.row + below.rows - 1, below.col + 2, below.cols - 2),
               ROLE_HINT, _("Type the number of the answer that stands."));
}

/* ---- the view ---- */

static void conflicts_status(void *self, struct buf *out)
{
    const struct conflicts *x = self;

    if (x->choosing)
        buf_add_str(out, _("Which one stands?"));
    else
        list_status(x->list, out);
}

static void conflicts_free(void *self)
{
    struct conflicts *x = self;

    list_free(x->list);
    list_array_release(&x->array);
    pool_free(x->pool);
    mem_free(x);
}

static const enum action conflicts_actions[] = {
    ACTION_OPEN, ACTION_UNSETTLE, LIST_ACTIONS, ACTION_LOCK, ACTION_NONE};

static const struct view_ops conflicts_ops = {
    .title = N_("Clashes"),
    .help = N_("Two people answered one question without knowing of each "
               "other. Both answers are kept until somebody says which one "
               "stands: type its number, or press Enter and then Enter on the "
               "answer. If in doubt, ask the person who wrote it. u takes back "
               "what you settled last. Where two cases are of one child, "
               "what they say differently stands here, too."),
    .actions = conflicts_actions,
    .draw = conflicts_draw,
    .press = conflicts_press,
    .status = conflicts_status,
    .shown = conflicts_shown,
    .free = conflicts_free,
};

static const struct list_column columns[] = {{"", 1, false},
                                             {N_("Case or place"), 32, false},
                                             {N_("Form"), 18, false},
                                             {N_("Question"), 0, false}};

struct view *view_conflicts_new(struct desk *d, const struct id *case_id)
{
    struct conflicts *x = mem_alloc(sizeof *x);

    x->desk = d;
    if (case_id)
        x->case_id = *case_id;
    x->array.arg = x;
    x->array.row = conflict_row;
    load(x);
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->array));
    list_set_empty(x->list, N_("Nothing clashes"));
    x->view = view_new(&conflicts_ops, x);
    return x->view;
}
