/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole text is wrapped anew when it or the width changed: 64 kB take a
 * few milliseconds, and everything else is then arithmetic on line numbers.
 */
#include "tui/notes.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tui/typing.h"
#include "tui/wrap.h"

enum { MARGIN = 2, WIDTH_FIRST = 60, NO_WISH = -1 };

struct line_list {
    struct wrap_line *items;
    size_t nr, alloc;
};

struct notes {
    struct typing typing;
    const struct canvas *canvas;
    struct line_list lines;
    int width;        /* columns the lines were wrapped for */
    unsigned wrapped; /* text_changes when they were */
    bool stale;       /* wrap in any case */
    size_t first;     /* line shown first */
    size_t height;    /* rows last drawn */
    int wish;         /* column that line up and down try to keep */
};

struct notes *notes_new(const struct notes_plan *plan)
{
    struct notes *n = mem_alloc(sizeof *n);
    struct text_plan text = {plan->max_bytes, true, false};

    n->typing.text = text_new(&text);
    n->typing.clip = plan->clip;
    n->canvas = plan->canvas;
    n->width = WIDTH_FIRST;
    n->height = 1;
    n->stale = true;
    n->wish = NO_WISH;
    return n;
}

void notes_free(struct notes *n)
{
    if (!n)
        return;
    text_free(n->typing.text);
    ARR_RELEASE(&n->lines);
    mem_free(n);
}

void notes_set(struct notes *n, const char *s)
{
    text_set(n->typing.text, s);
    sera_end(&n->typing.sera);
    n->first = 0;
}

const char *notes_get(const struct notes *n)
{
    return text_get(n->typing.text);
}

unsigned notes_changes(const struct notes *n)
{
    return text_changes(n->typing.text);
}

bool notes_is_ethiopic(const struct notes *n)
{
    return n->typing.ethiopic;
}

void notes_set_ethiopic(struct notes *n, bool on)
{
    n->typing.ethiopic = on;
    sera_end(&n->typing.sera);
}

/* ---- lines ---- */

/* Another line follows this one, be it an empty one. */
static bool goes_on(const struct wrap_line *line)
{
    return line->broken || line->next > line->end;
}

static void wrap(struct notes *n, int width)
{
    const char *s = notes_get(n);
    size_t size = text_size(n->typing.text);
    struct wrap_line line = {0, 0, 0, true};

    if (!n->stale && width == n->width && n->wrapped == notes_changes(n))
        return;
    n->width = width;
    n->wrapped = notes_changes(n);
    n->stale = false;
    n->lines.nr = 0;
    while (goes_on(&line)) {
        line = wrap_next(n->canvas, s, size, line.next, width);
        ARR_PUSH(&n->lines) = line;
    }
}

/* The line an offset is on: where one line is cut from the next without a
 * blank between, the cursor stands at the start of the next. */
static size_t line_of(const struct notes *n, size_t at)
{
    size_t low = 0, high = n->lines.nr - 1;

    while (low < high) {
        size_t middle = (low + high + 1) / 2;

        if (n->lines.items[middle].start <= at)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static int column_of(const struct notes *n, size_t line, size_t at)
{
    size_t start = n->lines.items[line].start;

    return canvas_columns(n->canvas, notes_get(n) + start, at - start);
}

static void go_line(struct notes *n, size_t line)
{
    const struct wrap_line *l = &n->lines.items[line];
    const char *s = notes_get(n);
    size_t size = text_size(n->typing.text);
    size_t at = text_at(n->typing.text);

    if (n->wish == NO_WISH)
        n->wish = column_of(n, line_of(n, at), at);
    at = l->start +
         canvas_fit(n->canvas, s + l->start, l->end - l->start, n->wish);
    if (l->broken && at >= l->next && at > l->start)
        at = utf8_prev(s, size, at);
    text_go(n->typing.text, at);
}

/* ---- keys ---- */

static bool move_lines(struct notes *n, bool up, size_t by)
{
    size_t line = line_of(n, text_at(n->typing.text));
    size_t last = n->lines.nr - 1;

    if (up ? line == 0 : line == last)
        return false;
    go_line(n, up ? (by < line ? line - by : 0)
                  : (by < last - line ? line + by : last));
    return true;
}

static void line_start(struct notes *n)
{
    size_t line = line_of(n, text_at(n->typing.text));

    text_go(n->typing.text, n->lines.items[line].start);
}

static void line_end(struct notes *n)
{
    const struct wrap_line *l =
        &n->lines.items[line_of(n, text_at(n->typing.text))];
    size_t at = l->end;

    if (l->broken && at >= l->next && at > l->start)
        at = utf8_prev(notes_get(n), text_size(n->typing.text), at);
    text_go(n->typing.text, at);
}

static enum edit_answer press_move(struct notes *n, enum action a)
{
    size_t page = n->height > 1 ? n->height - 1 : 1;

    switch (a) {
    case ACTION_LINE_UP:
    case ACTION_PAGE_UP:
        return move_lines(n, true, a == ACTION_LINE_UP ? 1 : page)
                   ? EDIT_DONE
                   : EDIT_IGNORED;
    case ACTION_LINE_DOWN:
    case ACTION_PAGE_DOWN:
        return move_lines(n, false, a == ACTION_LINE_DOWN ? 1 : page)
                   ? EDIT_DONE
                   : EDIT_IGNORED;
    case ACTION_LINE_START:
        line_start(n);
        return EDIT_DONE;
    case ACTION_LINE_END:
        line_end(n);
        return EDIT_DONE;
    case ACTION_NEW_LINE:
        return text_insert(n->typing.text, "\n", 1) ? EDIT_DONE : EDIT_REFUSED;
    default:
        return EDIT_IGNORED;
    }
}

enum edit_answer notes_press(struct notes *n, const struct press *p)
{
    enum edit_answer answer;
    bool vertical =
        p->action == ACTION_LINE_UP || p->action == ACTION_LINE_DOWN ||
        p->action == ACTION_PAGE_UP || p->action == ACTION_PAGE_DOWN;

    wrap(n, n->width);
    if (!vertical)
        n->wish = NO_WISH;
    answer = press_move(n, p->action);
    if (answer != EDIT_IGNORED || vertical) {
        sera_end(&n->typing.sera);
        return answer;
    }
    return typing_press(&n->typing, p);
}

void notes_enter(struct notes *n, bool from_above)
{
    text_go(n->typing.text, from_above ? 0 : text_size(n->typing.text));
    n->wish = NO_WISH;
}

/* ---- drawing ---- */

static void follow_cursor(struct notes *n, size_t line)
{
    if (line < n->first)
        n->first = line;
    if (line >= n->first + n->height)
        n->first = line - n->height + 1;
    if (n->first > 0 && n->first + n->height > n->lines.nr)
        n->first = n->lines.nr > n->height ? n->lines.nr - n->height : 0;
}

static void draw_bar(const struct notes *n, struct canvas *c, struct area a,
                     enum role role)
{
    for (int row = 0; row < a.rows; row++) {
        const char *sign = canvas_glyph(c, GLYPH_VLINE);

        if (row == 0 && n->first > 0)
            sign = "^";
        else if (row == a.rows - 1 && n->first + n->height < n->lines.nr)
            sign = "v";
        canvas_put(c, SPAN(a.row + row, a.col, 1), role, sign);
    }
}

void notes_draw(struct notes *n, struct canvas *c, struct area a, bool focus)
{
    size_t at = text_at(n->typing.text), line;
    const char *s = notes_get(n);

    if (a.rows < 1 || a.cols <= MARGIN + 1)
        return;
    /* a column is left for the cursor behind a full line */
    wrap(n, a.cols - MARGIN - 1);
    n->height = (size_t)a.rows;
    line = line_of(n, at);
    follow_cursor(n, line);
    draw_bar(n, c, a, focus ? ROLE_FOCUS : ROLE_TEXT);
    for (size_t i = n->first; i < n->lines.nr && i < n->first + n->height;
         i++) {
        const struct wrap_line *l = &n->lines.items[i];

        canvas_putn(c,
                    SPAN(a.row + (int)(i - n->first), a.col + MARGIN, n->width),
                    ROLE_FIELD, s + l->start, l->end - l->start);
    }
    if (focus) {
        int col = column_of(n, line, at);

        canvas_cursor(c, a.row + (int)(line - n->first),
                      a.col + MARGIN + (col < n->width ? col : n->width));
    }
}

int notes_rows(struct notes *n, int cols)
{
    wrap(n, cols > MARGIN + 1 ? cols - MARGIN - 1 : 1);
    return (int)n->lines.nr;
}
