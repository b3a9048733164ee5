/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of 20,000 made-up rows and a screen with two fields, on a real
 * terminal: what the terminal test plays on. With an argument, that many rows.
 * The letter A breaks it, as a failed assertion would.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "tui/canvas_curses.h"
#include "tui/edit.h"
#include "tui/list.h"
#include "tui/notes.h"
#include "tui/tui.h"

/* ---- a screen with fields ---- */

struct fields {
    struct view *view;
    struct edit *name;
    struct notes *notes;
    bool in_notes;
};

static void fields_draw(void *self, struct canvas *c, struct area a)
{
    struct fields *f = self;

    canvas_put(c, SPAN(a.row + 1, 1, 12), ROLE_LABEL, "Name");
    edit_draw(f->name, c, SPAN(a.row + 1, 14, 40), !f->in_notes);
    canvas_put(c, SPAN(a.row + 3, 1, 12), ROLE_LABEL, "Notes");
    notes_draw(f->notes, c, (struct area){a.row + 3, 14, 8, 60}, f->in_notes);
}

static enum view_answer fields_press(void *self, const struct press *p)
{
    struct fields *f = self;
    enum edit_answer answer =
        f->in_notes ? notes_press(f->notes, p) : edit_press(f->name, p);

    f->view->tick_ms = 2000;
    if (answer == EDIT_IGNORED && p->action == ACTION_NEXT_FIELD) {
        f->in_notes = !f->in_notes;
        return VIEW_HANDLED;
    }
    if (p->action == ACTION_SAVE) {
        tui_say(f->view->tui, ROLE_GOOD, "Saved: %s", edit_get(f->name));
        return VIEW_HANDLED;
    }
    return answer == EDIT_IGNORED ? VIEW_IGNORED : VIEW_HANDLED;
}

static bool fields_typing(const void *self)
{
    (void)self;
    return true;
}

/* A draft on disk is what a real form keeps; here it is one line in a file. */
static void fields_keep(void *self)
{
    const struct fields *f = self;
    FILE *draft = fopen("draft", "w");

    if (!draft)
        return;
    fputs(edit_get(f->name), draft);
    fclose(draft);
}

static void fields_free(void *self)
{
    struct fields *f = self;

    edit_free(f->name);
    notes_free(f->notes);
    mem_free(f);
}

static const enum action *fields_actions(const void *self)
{
    static const enum action in_name[] = {ACTION_SAVE, ACTION_NEXT_FIELD,
                                          EDIT_ACTIONS, ACTION_NONE};
    static const enum action in_notes[] = {ACTION_SAVE, NOTES_ACTIONS,
                                           ACTION_NEXT_FIELD, ACTION_NONE};

    return ((const struct fields *)self)->in_notes ? in_notes : in_name;
}

static const struct view_ops fields_ops = {
    .title = "Fields",
    .draw = fields_draw,
    .press = fields_press,
    .typing = fields_typing,
    .actions_now = fields_actions,
    .tick = fields_keep,
    .keep = fields_keep,
    .free = fields_free,
};

static struct view *fields_new(struct tui *t)
{
    struct fields *f = mem_alloc(sizeof *f);
    struct edit_plan plan = {200, false, tui_clip(t)};

    f->name = edit_new(&plan);
    f->notes = notes_new(
        &(struct notes_plan){NOTES_BYTES_MAX, tui_canvas(t), tui_clip(t)});
    f->view = view_new(&fields_ops, f);
    return f->view;
}

/* ---- the list ---- */

struct rows {
    struct view *view;
    struct list *list;
    int64_t nr;
};

static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    static const char *const names[] = {
        "Selam Tesfaye",   "Abebe Girma",  "\u1230\u120b\u121d \u1270\u1235",
        "Hirut Alemu",     "Dawit Bekele", "Meron Haile",
        "Yonas Kebede Wo", "Tigist Lemma", "Saba Desta"};
    const struct rows *r = arg;
    int64_t step = from == LIST_BEFORE ? -1 : 1;
    int64_t i = from == LIST_BEFORE ? r->nr : 1;

    if (key && str_to_int(key, 0, r->nr, &i) && from != LIST_AT)
        i += step;
    for (; nr > 0 && i >= 1 && i <= r->nr; i += step, nr--) {
        char number[16], cells[3][40];
        const char *texts[] = {number, cells[0], cells[1], cells[2]};

        snprintf(number, sizeof number, "%06d", (int)i);
        snprintf(cells[0], sizeof cells[0], "%s",
                 names[i % (int64_t)ARR_NR(names)]);
        snprintf(cells[1], sizeof cells[1], "Kebele %02d", (int)(i * 7 % 31));
        snprintf(cells[2], sizeof cells[2], "visit due in %d days",
                 (int)(i * 13 % 60));
        list_rows_add(rows, number, ROLE_TEXT, texts, ARR_NR(texts));
    }
}

static int64_t count(void *arg)
{
    return ((const struct rows *)arg)->nr;
}

static void rows_draw(void *self, struct canvas *c, struct area a)
{
    list_draw(((struct rows *)self)->list, c, a, true);
}

static enum view_answer rows_press(void *self, const struct press *p)
{
    struct rows *r = self;

    if (p->key == 'A')
        abort();
    if (list_press(r->list, p))
        return VIEW_HANDLED;
    if (p->action == ACTION_OPEN)
        tui_push(r->view->tui, fields_new(r->view->tui));
    return p->action == ACTION_OPEN ? VIEW_HANDLED : VIEW_IGNORED;
}

static void rows_status(void *self, struct buf *out)
{
    list_status(((struct rows *)self)->list, out);
}

static void rows_free(void *self)
{
    list_free(((struct rows *)self)->list);
    mem_free(self);
}

static const enum action rows_actions[] = {ACTION_OPEN, ACTION_FIND,
                                           LIST_ACTIONS, ACTION_NONE};

static const struct view_ops rows_ops = {
    .title = "Rows",
    .help = "All the rows there are.",
    .actions = rows_actions,
    .draw = rows_draw,
    .press = rows_press,
    .status = rows_status,
    .free = rows_free,
};

static struct view *rows_new(int64_t nr)
{
    static const struct list_column columns[] = {{"Number", 10, false},
                                                 {"Name", 24, false},
                                                 {"Place", 12, false},
                                                 {"Next", 0, false}};
    struct rows *r = mem_alloc(sizeof *r);

    r->nr = nr;
    r->list = list_new(
        columns, ARR_NR(columns),
        (struct list_source){.fetch = fetch, .count = count, .arg = r});
    r->view = view_new(&rows_ops, r);
    return r->view;
}

int main(int argc, char **argv)
{
    struct canvas_curses_options options = {false, false};
    struct err e = ERR_INIT;
    struct canvas *c;
    struct tui *t;
    int64_t nr = 20000;

    setlocale(LC_ALL, "");
    if (argc > 1 && !str_to_int(argv[1], 0, 1000000, &nr))
        return 2;
    c = canvas_curses_open(&options, &e);
    if (!c) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    t = tui_new(c);
    tui_push(t, rows_new(nr));
    tui_run(t);
    tui_free(t);
    canvas_close(c);
    return 0;
}
