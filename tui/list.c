/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The window is a run of rows of the list in memory: what is shown and some
 * pages around. `top` and `chosen` are indexes into it; `first_nr` is how many
 * rows of the list stand before it, or negative when that is not known.
 */
#include "tui/list.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "tui/edit.h"

enum { HEIGHT_FIRST = 20, PAGES_HELD = 8, FIND_BYTES = 128, COUNT_FROM = 300 };

struct row {
    struct pool *pool; /* holds the texts below */
    const char *key;
    const char *cells[LIST_CELLS_MAX];
    enum role role;
};

struct list_rows {
    struct row *items;
    size_t nr, alloc;
};

struct list {
    const struct list_column *columns;
    size_t columns_nr;
    struct list_source source;
    const char *empty;
    struct list_rows window;
    bool at_start, at_end; /* nothing of the list lies beyond the window */
    int64_t first_nr;
    int64_t count;
    size_t top, chosen;
    size_t height; /* rows last drawn */
    struct edit *find;
    bool typing;
};

/* ---- rows ---- */

void list_rows_add(struct list_rows *rows, const char *key, enum role role,
                   const char *const *cells, size_t nr)
{
    struct row row = {.pool = pool_new(), .role = role};

    row.key = pool_str(row.pool, key);
    for (size_t i = 0; i < LIST_CELLS_MAX; i++)
        row.cells[i] = i < nr && cells[i] ? pool_str(row.pool, cells[i]) : "";
    ARR_PUSH(rows) = row;
}

static void rows_release(struct list_rows *rows)
{
    for (size_t i = 0; i < rows->nr; i++)
        pool_free(rows->items[i].pool);
    ARR_RELEASE(rows);
}

static void rows_drop(struct list_rows *rows, size_t from, size_t nr)
{
    for (size_t i = from; i < from + nr; i++)
        pool_free(rows->items[i].pool);
    memmove(rows->items + from, rows->items + from + nr,
            (rows->nr - from - nr) * sizeof *rows->items);
    rows->nr -= nr;
}

/* ---- the window ---- */

static size_t fetch(struct list *l, enum list_from from, const char *key,
                    size_t nr, struct list_rows *rows)
{
    l->source.fetch(l->source.arg, from, key, nr, rows);
    return rows->nr;
}

static void window_clear(struct list *l)
{
    rows_release(&l->window);
    l->top = l->chosen = 0;
    l->at_start = l->at_end = false;
    l->first_nr = -1;
}

static void grow_below(struct list *l, enum list_from from, const char *key)
{
    struct list_rows more = {NULL, 0, 0};
    size_t wanted = 2 * l->height;

    l->at_end = fetch(l, from, key, wanted, &more) < wanted;
    for (size_t i = 0; i < more.nr; i++)
        ARR_PUSH(&l->window) = more.items[i];
    ARR_RELEASE(&more);
}

/* Puts rows in front; indexes move along. */
static void grow_above(struct list *l, const char *key)
{
    struct list_rows more = {NULL, 0, 0};
    size_t wanted = 2 * l->height;

    l->at_start = fetch(l, LIST_BEFORE, key, wanted, &more) < wanted;
    for (size_t i = 0; i < more.nr / 2; i++) {
        struct row swap = more.items[i];

        more.items[i] = more.items[more.nr - 1 - i];
        more.items[more.nr - 1 - i] = swap;
    }
    l->top += more.nr;
    l->chosen += more.nr;
    if (l->first_nr >= 0)
        l->first_nr -= (int64_t)more.nr;
    for (size_t i = 0; i < l->window.nr; i++)
        ARR_PUSH(&more) = l->window.items[i];
    ARR_RELEASE(&l->window);
    l->window = more;
    if (l->at_start)
        l->first_nr = 0;
}

static const char *last_key(const struct list *l)
{
    return l->window.nr ? l->window.items[l->window.nr - 1].key : NULL;
}

/* Keeps the window from growing with every page turned. */
static void trim(struct list *l)
{
    size_t most = PAGES_HELD * l->height, keep = 2 * l->height;

    if (l->window.nr <= most)
        return;
    if (l->top > 2 * keep) {
        size_t gone = l->top - keep;

        rows_drop(&l->window, 0, gone);
        l->top -= gone;
        l->chosen -= gone;
        l->first_nr += l->first_nr >= 0 ? (int64_t)gone : 0;
        l->at_start = false;
    }
    if (l->window.nr > l->top + 3 * keep) {
        size_t from = l->top + 3 * keep;

        rows_drop(&l->window, from, l->window.nr - from);
        l->at_end = false;
    }
}

/* The chosen row comes into sight and the page is full where it can be. */
static void settle(struct list *l)
{
    if (l->chosen < l->top)
        l->top = l->chosen;
    if (l->chosen >= l->top + l->height)
        l->top = l->chosen - l->height + 1;
    while (!l->at_end && l->window.nr < l->top + l->height)
        grow_below(l, LIST_AFTER, last_key(l));
    if (l->top + l->height > l->window.nr) {
        size_t missing = l->top + l->height - l->window.nr;

        if (l->top < missing && !l->at_start && l->window.nr > 0)
            grow_above(l, l->window.items[0].key);
        l->top -= missing < l->top ? missing : l->top;
    }
    trim(l);
}

static void load_first(struct list *l)
{
    window_clear(l);
    l->at_start = true;
    l->first_nr = 0;
    grow_below(l, LIST_AFTER, NULL);
}

static bool choose_held(struct list *l, const char *key)
{
    for (size_t i = 0; i < l->window.nr; i++)
        if (str_equal(l->window.items[i].key, key)) {
            l->chosen = i;
            return true;
        }
    return false;
}

static void recount(struct list *l)
{
    l->count = l->source.count ? l->source.count(l->source.arg) : -1;
}

struct list *list_new(const struct list_column *columns, size_t nr,
                      struct list_source source)
{
    struct list *l = mem_alloc(sizeof *l);
    struct edit_plan find = {FIND_BYTES, false, NULL};

    l->columns = columns;
    l->columns_nr = nr < LIST_CELLS_MAX ? nr : LIST_CELLS_MAX;
    l->source = source;
    l->empty = N_("Nothing here");
    l->height = HEIGHT_FIRST;
    l->find = edit_new(&find);
    load_first(l);
    recount(l);
    return l;
}

void list_free(struct list *l)
{
    if (!l)
        return;
    rows_release(&l->window);
    edit_free(l->find);
    mem_free(l);
}

void list_set_empty(struct list *l, const char *sentence)
{
    l->empty = sentence;
}

/* Chooses the row of that key or, when it is gone, the one that took its
 * place. */
static void choose_or_next(struct list *l, const char *key)
{
    struct list_rows next = {NULL, 0, 0};

    if (!choose_held(l, key) && (fetch(l, LIST_AT, key, 1, &next) == 0 ||
                                 !choose_held(l, next.items[0].key)))
        list_choose(l, key); /* far from where it was */
    rows_release(&next);
}

/* Near the front the rows before are counted again by reading them; further
 * down the number of the row is no longer known. */
void list_reload(struct list *l)
{
    int64_t place = l->first_nr < 0 ? -1 : l->first_nr + (int64_t)l->chosen;
    char *key = list_key(l) ? mem_copy_str(list_key(l)) : NULL;

    recount(l);
    if (!key || (place >= 0 && place < COUNT_FROM)) {
        load_first(l);
        while (!l->at_end &&
               (int64_t)l->window.nr <= place + (int64_t)l->height)
            grow_below(l, LIST_AFTER, last_key(l));
        if (key)
            choose_or_next(l, key);
        settle(l);
    } else {
        window_clear(l);
        list_choose(l, key);
    }
    mem_free(key);
}

void list_choose(struct list *l, const char *key)
{
    char *copy = mem_copy_str(key); /* may lie in the window */

    if (!choose_held(l, copy)) {
        window_clear(l);
        grow_below(l, LIST_AT, copy);
        grow_above(l, l->window.nr ? l->window.items[0].key : NULL);
        if (l->chosen >= l->window.nr && l->chosen > 0)
            l->chosen = l->window.nr - 1;
    }
    settle(l);
    mem_free(copy);
}

const char *list_key(const struct list *l)
{
    return l->chosen < l->window.nr ? l->window.items[l->chosen].key : NULL;
}

const char *list_cell(const struct list *l, size_t column)
{
    return l->chosen < l->window.nr ? l->window.items[l->chosen].cells[column]
                                    : "";
}

/* ---- keys ---- */

static void move_down(struct list *l, size_t by)
{
    while (!l->at_end && l->chosen + by >= l->window.nr)
        grow_below(l, LIST_AFTER, last_key(l));
    l->chosen += by;
    if (l->chosen >= l->window.nr)
        l->chosen = l->window.nr ? l->window.nr - 1 : 0;
}

static void move_up(struct list *l, size_t by)
{
    while (!l->at_start && l->chosen < by && l->window.nr > 0)
        grow_above(l, l->window.items[0].key);
    l->chosen -= by < l->chosen ? by : l->chosen;
}

static void go_up(struct list *l)
{
    move_up(l, 1);
}

static void go_down(struct list *l)
{
    move_down(l, 1);
}

static void go_page_up(struct list *l)
{
    size_t before = l->chosen - l->top;

    move_up(l, l->height);
    l->top = l->chosen > before ? l->chosen - before : 0;
}

static void go_page_down(struct list *l)
{
    size_t before = l->chosen - l->top;

    move_down(l, l->height);
    l->top = l->chosen > before ? l->chosen - before : 0;
}

static void go_first(struct list *l)
{
    if (l->first_nr == 0)
        l->chosen = 0;
    else
        load_first(l);
}

static void go_last(struct list *l)
{
    if (!l->at_end) {
        window_clear(l);
        l->at_end = true;
        grow_above(l, NULL);
        recount(l);
        if (!l->at_start && l->count >= 0)
            l->first_nr = l->count - (int64_t)l->window.nr;
        l->top = 0;
    }
    l->chosen = l->window.nr ? l->window.nr - 1 : 0;
}

static const struct {
    enum action action;
    void (*go)(struct list *l);
} moves[] = {
    {ACTION_UP, go_up},           {ACTION_DOWN, go_down},
    {ACTION_PAGE_UP, go_page_up}, {ACTION_PAGE_DOWN, go_page_down},
    {ACTION_FIRST, go_first},     {ACTION_LAST, go_last},
};

bool list_typing(const struct list *l)
{
    return l->typing;
}

const char *list_narrowed(const struct list *l)
{
    return edit_get(l->find);
}

/* The best matches are on top, so the list begins anew; unless the row chosen
 * before is among what is left. */
static void narrow(struct list *l)
{
    char *key = list_key(l) ? mem_copy_str(list_key(l)) : NULL;

    l->source.narrow(l->source.arg, edit_get(l->find));
    recount(l);
    load_first(l);
    if (key && !choose_held(l, key) && edit_is_empty(l->find))
        list_choose(l, key);
    settle(l);
    mem_free(key);
}

void list_find(struct list *l)
{
    l->typing = l->source.narrow != NULL;
}

static bool press_find(struct list *l, const struct press *p)
{
    unsigned before = edit_changes(l->find);

    if (p->action == ACTION_BACK) {
        bool narrowed = !edit_is_empty(l->find);

        if (!narrowed && !l->typing)
            return false;
        l->typing = false;
        edit_set(l->find, "");
        if (narrowed)
            narrow(l);
        return true;
    }
    if (p->action == ACTION_FIND && l->source.narrow) {
        list_find(l);
        return true;
    }
    if (p->action == ACTION_OPEN)
        l->typing = false;
    if (!l->typing || edit_press(l->find, p) == EDIT_IGNORED)
        return false;
    if (edit_changes(l->find) != before)
        narrow(l);
    return true;
}

bool list_press(struct list *l, const struct press *p)
{
    for (size_t i = 0; i < ARR_NR(moves); i++)
        if (moves[i].action == p->action) {
            moves[i].go(l);
            settle(l);
            return true;
        }
    return press_find(l, p);
}

const enum action *list_find_actions(void)
{
    /* Right and Home move in what is typed, so they stand first */
    static const enum action actions[] = {
        EDIT_ACTIONS,   ACTION_OPEN,      ACTION_UP,  ACTION_DOWN,
        ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_NONE};

    return actions;
}

/* ---- drawing ---- */

static void print_count(int64_t n, char *out, size_t size)
{
    if (n < 1000)
        snprintf(out, size, "%d", (int)n);
    else if (n < 1000000)
        snprintf(out, size, "%d,%03d", (int)(n / 1000), (int)(n % 1000));
    else
        snprintf(out, size, "%d,%03d,%03d", (int)(n / 1000000),
                 (int)(n / 1000 % 1000), (int)(n % 1000));
}

void list_status(const struct list *l, struct buf *out)
{
    int64_t count = l->at_start && l->at_end ? (int64_t)l->window.nr : l->count;
    char place[32], all[32];

    print_count(l->first_nr + (int64_t)l->chosen + 1, place, sizeof place);
    print_count(count, all, sizeof all);
    if (count <= 0)
        return;
    if (l->first_nr < 0)
        /* TRANSLATORS: how many rows a list has */
        buf_printf(out, _("%s in all"), all);
    else
        /* TRANSLATORS: row 12 of 20,000 */
        buf_printf(out, _("%s of %s"), place, all);
}

static int flexible_width(const struct list *l, int cols)
{
    for (size_t i = 0; i < l->columns_nr; i++)
        cols -= l->columns[i].width + 1;
    return cols + 1;
}

static void draw_cells(const struct list *l, struct canvas *c, struct span at,
                       const char *const *cells, const enum role roles[2])
{
    int flexible = flexible_width(l, at.width);

    for (size_t i = 0; i < l->columns_nr; i++) {
        const struct list_column *column = &l->columns[i];

        at.width = column->width ? column->width : flexible;
        if (at.width > 0 && column->right)
            canvas_put_right(c, at, roles[i > 0], cells[i]);
        else
            canvas_put(c, at, roles[i > 0], cells[i]);
        at.col += at.width + 1;
    }
}

static void draw_headings(const struct list *l, struct canvas *c,
                          struct span at)
{
    static const enum role roles[2] = {ROLE_HEADING, ROLE_HEADING};
    const char *titles[LIST_CELLS_MAX] = {NULL};

    for (size_t i = 0; i < l->columns_nr; i++)
        titles[i] = *l->columns[i].title ? _(l->columns[i].title) : "";
    draw_cells(l, c, at, titles, roles);
}

static void draw_row(const struct list *l, struct canvas *c, struct span at,
                     size_t index)
{
    const struct row *row = &l->window.items[index];
    const enum role roles[2] = {row->role, ROLE_TEXT};

    if (index == l->chosen)
        canvas_put(c, at, ROLE_SELECTED, ">");
    at.col += 2;
    at.width -= 2;
    draw_cells(l, c, at, row->cells, roles);
}

/* One row for what narrows, when it does; a field in brackets would seem to
 * take letters when it does not. */
static int draw_find(struct list *l, struct canvas *c, struct area a)
{
    int taken;

    if (!l->typing && edit_is_empty(l->find))
        return 0;
    if (!l->typing) {
        /* TRANSLATORS: a list shows only rows with these words */
        canvas_printf(c, SPAN(a.row, a.col, a.cols), ROLE_HINT,
                      _("Only: %s  (Esc shows all)"), edit_get(l->find));
        return 1;
    }
    taken = canvas_put(c, SPAN(a.row, a.col, a.cols), ROLE_LABEL, _("Find"));
    edit_draw(l->find, c,
              SPAN(a.row, a.col + taken + 1, a.cols / 2 - taken - 1), true);
    return 1;
}

void list_draw(struct list *l, struct canvas *c, struct area a, bool focus)
{
    int find = draw_find(l, c, a), first = a.row + find + 1;

    draw_headings(l, c, SPAN(first - 1, a.col + 2, a.cols - 2));
    l->height = a.rows > find + 2 ? (size_t)(a.rows - find - 1) : 1;
    settle(l);
    for (size_t i = l->top; i < l->window.nr && i < l->top + l->height; i++)
        draw_row(l, c, SPAN(first + (int)(i - l->top), a.col, a.cols), i);
    if (l->window.nr == 0)
        canvas_put(c, SPAN(first, a.col + 2, a.cols - 2), ROLE_HINT,
                   _(l->empty));
    if (focus && !l->typing)
        canvas_cursor(c, first + (int)(l->chosen - l->top), a.col);
}
