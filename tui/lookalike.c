/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/lookalike.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/home.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/duplicate.h"
#include "tui/list_array.h"
#include "tui/sitting.h"
#include "tui/tui.h"
#include "tui/wrap.h"

enum {
    REASON_ROWS = 3,
    REASON_BYTES = 800,
    PLACE_BYTES = 160,
    NUMBER_BYTES = 80
};

struct lookalike {
    char lang[HOME_LANG_BYTES];
    struct alike_person who; /* as they were looked for last */
    struct pool *pool;       /* holds the list */
    struct duplicate_list list;
    struct id picked; /* by lookalike_pick */
};

struct lookalike *lookalike_new(const char *lang)
{
    struct lookalike *x = mem_alloc(sizeof *x);

    str_copy(x->lang, sizeof x->lang, lang);
    x->pool = pool_new();
    return x;
}

void lookalike_free(struct lookalike *x)
{
    if (!x)
        return;
    pool_free(x->pool);
    mem_free(x);
}

size_t lookalike_nr(const struct lookalike *x)
{
    return x->list.nr;
}

static bool same_cases(const struct duplicate_list *a,
                       const struct duplicate_list *b)
{
    bool same = a->nr == b->nr;

    for (size_t i = 0; same && i < a->nr; i++)
        same = id_equal(&a->items[i].file.id, &b->items[i].file.id);
    return same;
}

static void say_how_many(const struct lookalike *x, struct tui *t)
{
    tui_say(t, ROLE_WARN,
            P_("%zu case looks alike: F5 shows it",
               "%zu cases look alike: F5 shows them",
               (unsigned long)x->list.nr),
            x->list.nr);
}

void lookalike_look(struct lookalike *x, struct tui *t, const struct sitting *s)
{
    const struct form_task *task = sitting_task(s);
    struct alike_person who;
    struct duplicate_list list = {NULL, 0};
    struct pool *pool;
    struct err ignored = ERR_INIT; /* a hint that cannot be had is not missed */
    bool news;

    if (!x)
        return;
    duplicate_person_of(sitting_record(s), task->place, sitting_today(s), &who);
    if (memcmp(&who, &x->who, sizeof who) == 0)
        return;
    x->who = who;
    pool = pool_new();
    if (alike_is_enough(&who))
        duplicate_list_load(task->store, &who, &task->record, pool, &list,
                            &ignored);
    news = list.nr > 0 && !same_cases(&list, &x->list);
    pool_free(x->pool);
    x->pool = pool;
    x->list = list;
    if (news)
        say_how_many(x, t);
}

/* ---- the list of them ---- */

struct choosing {
    const struct lookalike *looked;
    bool other; /* the last row names none: a number is typed */
    struct tui *tui;
    struct list *list;
    struct list_array rows;
    struct id *chosen;
    bool done;
};

/* The case of a row; NULL for the one that names none. */
static const struct duplicate *named_by(const struct choosing *x, size_t index)
{
    return index < x->looked->list.nr ? &x->looked->list.items[index] : NULL;
}

static void row(void *arg, size_t index, const char *key,
                struct list_rows *rows)
{
    const struct choosing *x = arg;
    const struct duplicate *d = named_by(x, index);
    char place[PLACE_BYTES] = "";
    const char *cells[] = {"", _("Another one: type its number"), ""};

    if (!d) {
        list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
        return;
    }
    cells[0] = d->file.number;
    cells[1] = d->file.name;
    cells[2] = place;

    place_print(d->file.place, place, sizeof place);
    if (d->file.masked) {
        cells[1] = _("(not yours)");
        place[0] = '\0';
    }
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

/* Why the chosen one is there. */
static void draw_reasons(const struct choosing *x, struct canvas *c,
                         struct area a)
{
    const char *key = list_key(x->list);
    char text[REASON_BYTES];
    size_t n, at = 0;

    if (!key || !named_by(x, list_array_index(key)))
        return;
    alike_print(&named_by(x, list_array_index(key))->match, x->looked->lang,
                text, sizeof text);
    n = strlen(text);
    for (int i = 0; i < a.rows && at < n; i++) {
        struct wrap_line line = wrap_next(c, text, n, at, a.cols - 1);

        canvas_putn(c, SPAN(a.row + i, a.col, a.cols - 1), ROLE_HINT,
                    text + line.start, line.end - line.start);
        at = line.next;
    }
}

static void alike_draw(void *self, struct canvas *c, struct area a)
{
    struct choosing *x = self;
    struct area list = {a.row, a.col, a.rows - REASON_ROWS, a.cols};
    struct area why = {a.row + list.rows, a.col, REASON_ROWS, a.cols};

    draw_reasons(x, c, why);
    list_draw(x->list, c, list, true);
}

static enum view_answer alike_press(void *self, const struct press *p)
{
    struct choosing *x = self;
    const char *key = list_key(x->list);

    if (p->action == ACTION_OPEN && key) {
        const struct duplicate *d = named_by(x, list_array_index(key));

        if (d && d->file.masked) {
            tui_say(x->tui, ROLE_WARN,
                    _("Case %s is not yours: ask a case manager who works on "
                      "it"),
                    d->file.number);
            return VIEW_HANDLED;
        }
        *x->chosen = d ? d->file.id : (struct id){{0}};
        x->done = true;
        return VIEW_CLOSE;
    }
    if (p->action == ACTION_BACK)
        return VIEW_CLOSE;
    return list_press(x->list, p) ? VIEW_HANDLED : VIEW_IGNORED;
}

/* What is in it belongs to lookalike_choose, which waits. */
static void alike_free(void *self)
{
    (void)self;
}

static const enum action alike_actions[] = {ACTION_OPEN, LIST_ACTIONS,
                                            ACTION_NONE};

static const struct view_ops alike_ops = {
    .title = N_("Cases that look alike"),
    .help = N_("Cases of this office that may be of the same child, the "
               "likeliest first; the reasons stand below. Enter opens the "
               "chosen one in place of the new case, Esc goes on with the new "
               "case. Only a person can tell whether it is the same child."),
    .actions = alike_actions,
    .draw = alike_draw,
    .press = alike_press,
    .free = alike_free,
};

static const struct view_ops same_child_ops = {
    .title = N_("The same child?"),
    .help = N_("Cases of this office that look like the one you came from, the "
               "likeliest first; the reasons stand below. Enter asks that the "
               "chosen one be kept under the case you came from: you say why, "
               "and another person decides. The last line lets you type the "
               "number of a case that does not look alike. Only a person can "
               "tell whether it is the same child."),
    .actions = alike_actions,
    .draw = alike_draw,
    .press = alike_press,
    .free = alike_free,
};

static bool choose(const struct lookalike *looked, struct tui *t,
                   const struct view_ops *ops, struct id *chosen)
{
    static const struct list_column columns[] = {{N_("Number"), 9, false},
                                                 {N_("Name"), 30, false},
                                                 {N_("Place"), 0, false}};
    struct choosing x = {.looked = looked,
                         .other = ops == &same_child_ops,
                         .tui = t,
                         .chosen = chosen};

    x.rows = (struct list_array){
        .nr = looked->list.nr + x.other, .arg = &x, .row = row};
    x.list = list_new(columns, ARR_NR(columns), list_array_source(&x.rows));
    tui_modal(t, view_new(ops, &x));
    list_free(x.list);
    list_array_release(&x.rows);
    return x.done;
}

bool lookalike_choose(const struct lookalike *x, struct tui *t,
                      struct sitting *s, struct id *chosen)
{
    struct err e = ERR_INIT;

    if (x->list.nr == 0) {
        tui_say(t, ROLE_HINT, "%s", _("No case of this office looks alike"));
        return false;
    }
    if (!choose(x, t, &alike_ops, chosen) ||
        !tui_confirm(t, _("Throw the new case away and open that one?")))
        return false;
    if (sitting_drop(s, &e))
        return true;
    tui_fail(t, &e);
    return false;
}

/* ---- two cases that stand already ---- */

static bool type_number(struct tui *t, struct store *s, struct casefile *chosen,
                        struct err *e)
{
    struct buf number = BUF_INIT(NUMBER_BYTES);
    bool good = tui_prompt(t, _("Number of the other case: "), &number, false)
                    ? casefile_resolve(s, buf_text(&number), chosen, e)
                    : err_set(e, ERR_CANCELLED, _("Nothing was asked"));

    buf_release(&number);
    return good;
}

static bool load_alike(struct lookalike *x, struct store *s,
                       const struct id *case_id, struct err *e)
{
    return duplicate_person_load(s, case_id, &x->who, e) &&
           duplicate_list_load(s, &x->who, case_id, x->pool, &x->list, e);
}

bool lookalike_pick(struct lookalike *x, struct tui *t, struct store *s,
                    const struct id *case_id, struct err *e)
{
    struct casefile typed;

    if (!load_alike(x, s, case_id, e))
        return false;
    if (!choose(x, t, &same_child_ops, &x->picked))
        return err_set(e, ERR_CANCELLED, _("Nothing was asked"));
    if (!id_is_zero(&x->picked))
        return true;
    if (!type_number(t, s, &typed, e))
        return false;
    x->picked = typed.id;
    return true;
}

const struct id *lookalike_picked(const struct lookalike *x)
{
    return &x->picked;
}
