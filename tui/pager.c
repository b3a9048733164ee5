/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/pager.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/edit.h"
#include "tui/wrap.h"

enum { FIND_BYTES = 128, WIDTH_FIRST = 80 };

struct line_list {
    struct wrap_line *items;
    size_t nr, alloc;
};

struct pager {
    const struct canvas *canvas;
    char *text;
    struct line_list lines;
    int width; /* the lines were wrapped for */
    size_t top, at, height;
    struct edit *find;
    bool typing;
    bool vain; /* what was sought is not there */
};

static void wrap(struct pager *p, int width)
{
    size_t n = strlen(p->text), next = 0;
    size_t reading = p->at < p->lines.nr ? p->lines.items[p->at].start : 0;
    size_t above = p->at > p->top ? p->at - p->top : 0;

    p->width = width;
    p->lines.nr = 0;
    p->at = 0;
    do {
        struct wrap_line line = wrap_next(p->canvas, p->text, n, next, width);

        if (line.start <= reading)
            p->at = p->lines.nr;
        ARR_PUSH(&p->lines) = line;
        next = line.next;
    } while (next < n);
    p->top = p->at > above ? p->at - above : 0;
}

struct pager *pager_new(const struct canvas *c)
{
    struct pager *p = mem_alloc(sizeof *p);
    struct edit_plan find = {FIND_BYTES, false, NULL};

    p->canvas = c;
    p->height = 1;
    p->find = edit_new(&find);
    p->text = mem_copy_str("");
    wrap(p, WIDTH_FIRST);
    return p;
}

void pager_free(struct pager *p)
{
    if (!p)
        return;
    edit_free(p->find);
    mem_free(p->text);
    ARR_RELEASE(&p->lines);
    mem_free(p);
}

void pager_set(struct pager *p, const char *text)
{
    char *copy = mem_copy_str(text);

    mem_free(p->text);
    p->text = copy;
    p->lines.nr = 0;
    p->top = 0;
    wrap(p, p->width);
}

bool pager_typing(const struct pager *p)
{
    return p->typing;
}

const enum action *pager_actions(const struct pager *p)
{
    static const enum action reading[] = {PAGER_ACTIONS, ACTION_NONE};
    static const enum action typing[] = {EDIT_ACTIONS, ACTION_OPEN,
                                         ACTION_NONE};

    return p->typing ? typing : reading;
}

/* ---- keys ---- */

static size_t last_top(const struct pager *p)
{
    return p->lines.nr > p->height ? p->lines.nr - p->height : 0;
}

static void go(struct pager *p, size_t line)
{
    p->at = line < p->lines.nr ? line : p->lines.nr - 1;
    if (p->at < p->top)
        p->top = p->at;
    if (p->at >= p->top + p->height)
        p->top = p->at - p->height + 1;
}

static void go_up(struct pager *p)
{
    go(p, p->at > 0 ? p->at - 1 : 0);
}

static void go_down(struct pager *p)
{
    go(p, p->at + 1);
}

static void go_page_up(struct pager *p)
{
    p->top = p->top > p->height ? p->top - p->height : 0;
    p->at = p->top;
}

static void go_page_down(struct pager *p)
{
    if (p->top + p->height < last_top(p))
        p->top += p->height;
    else
        p->top = last_top(p);
    p->at = p->top;
}

static void go_first(struct pager *p)
{
    go(p, 0);
}

static void go_last(struct pager *p)
{
    go(p, p->lines.nr - 1);
}

static void go_found(struct pager *p, size_t offset)
{
    size_t line = 0;

    while (line + 1 < p->lines.nr && p->lines.items[line + 1].start <= offset)
        line++;
    go(p, line);
}

/* From the next line on, and round to the top. */
static void find_next(struct pager *p)
{
    size_t next = p->at + 1 < p->lines.nr ? p->at + 1 : 0;
    const char *found =
        strcasestr(p->text + p->lines.items[next].start, edit_get(p->find));

    if (!found)
        found = strcasestr(p->text, edit_get(p->find));
    p->vain = !found;
    if (found)
        go_found(p, (size_t)(found - p->text));
}

static void find(struct pager *p)
{
    p->typing = true;
    p->vain = false;
    edit_set(p->find, "");
}

static const struct {
    enum action action;
    void (*act)(struct pager *p);
} deeds[] = {
    {ACTION_UP, go_up},           {ACTION_DOWN, go_down},
    {ACTION_PAGE_UP, go_page_up}, {ACTION_PAGE_DOWN, go_page_down},
    {ACTION_FIRST, go_first},     {ACTION_LAST, go_last},
    {ACTION_FIND, find},          {ACTION_FIND_NEXT, find_next},
};

static bool press_find(struct pager *p, const struct press *press)
{
    if (press->action == ACTION_BACK || press->action == ACTION_OPEN) {
        p->typing = false;
        if (press->action == ACTION_OPEN && !edit_is_empty(p->find))
            find_next(p);
        return true;
    }
    return edit_press(p->find, press) != EDIT_IGNORED;
}

bool pager_press(struct pager *p, const struct press *press)
{
    if (p->typing)
        return press_find(p, press);
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == press->action) {
            deeds[i].act(p);
            return true;
        }
    return false;
}

/* ---- drawing ---- */

/* The last row, while something is sought. */
static int draw_find(struct pager *p, struct canvas *c, struct area a)
{
    int row = a.row + a.rows - 1, taken;

    if (!p->typing && !p->vain)
        return 0;
    taken = canvas_put(c, SPAN(row, a.col, a.cols), ROLE_LABEL,
                       p->vain ? _("Not found") : _("Find"));
    edit_draw(p->find, c, SPAN(row, a.col + taken + 1, a.cols / 2), p->typing);
    return 1;
}

void pager_draw(struct pager *p, struct canvas *c, struct area a, bool focus)
{
    if (a.rows < 2 || a.cols < 2)
        return;
    if (a.cols != p->width)
        wrap(p, a.cols);
    a.rows -= draw_find(p, c, a);
    p->height = (size_t)a.rows;
    go(p, p->at);
    if (p->top > last_top(p))
        p->top = last_top(p);
    for (int i = 0; i < a.rows && p->top + (size_t)i < p->lines.nr; i++) {
        const struct wrap_line *l = &p->lines.items[p->top + (size_t)i];

        canvas_putn(c, SPAN(a.row + i, a.col, a.cols), ROLE_TEXT,
                    p->text + l->start, l->end - l->start);
    }
    if (focus && !p->typing)
        canvas_cursor(c, a.row + (int)(p->at - p->top), a.col);
}

void pager_status(const struct pager *p, struct buf *out)
{
    if (p->lines.nr > p->height)
        buf_printf(out, "%zu%%", (p->top + p->height) * 100 / p->lines.nr);
}
