/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/canvas_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { CELL_BYTES = 24 };

/* A base and its marks; size 0 is the right half of a wide character. */
struct cell {
    char text[CELL_BYTES];
    uint8_t size;
    uint8_t role;
};

struct grid {
    struct cell *cells;
    int rows, cols;
    int cursor_row, cursor_col;
};

struct text_canvas {
    struct canvas canvas;
    struct grid draft;   /* being drawn */
    struct grid painted; /* what a person would see */
    struct canvas_text_keys keys;
    int64_t clock_ms;
    unsigned paints, bells, suspends;
    bool hung_up;
};

static struct cell *cell_at(const struct grid *g, int row, int col)
{
    return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

static void grid_erase(struct grid *g)
{
    static const struct cell blank = {" ", 1, ROLE_TEXT};

    for (int row = 0; row < g->rows; row++)
        for (int col = 0; col < g->cols; col++)
            *cell_at(g, row, col) = blank;
}

static void grid_init(struct grid *g, int rows, int cols)
{
    mem_free(g->cells);
    *g = (struct grid){NULL, rows, cols, 0, 0};
    g->cells = mem_alloc((size_t)rows * (size_t)cols * sizeof *g->cells);
    grid_erase(g);
}

static void text_size(void *self, int *rows, int *cols)
{
    const struct text_canvas *t = self;

    *rows = t->draft.rows;
    *cols = t->draft.cols;
}

static void text_erase(void *self)
{
    grid_erase(&((struct text_canvas *)self)->draft);
}

static void text_put(void *self, struct span at, enum role role, const char *s,
                     size_t n)
{
    struct grid *g = &((struct text_canvas *)self)->draft;
    int col = at.col;

    for (size_t i = 0, next; i < n; i = next) {
        struct cell *cell = cell_at(g, at.row, col);
        int columns;

        next = utf8_next(s, n, i);
        cell->size =
            (uint8_t)(next - i < CELL_BYTES ? next - i : CELL_BYTES - 1);
        memcpy(cell->text, s + i, cell->size);
        cell->role = (uint8_t)role;
        columns = (int)utf8_columns(s + i, next - i);
        if (columns == 2 && col + 1 < g->cols)
            cell[1].size = 0;
        col += columns;
    }
}

static void text_cursor(void *self, int row, int col)
{
    struct text_canvas *t = self;

    t->draft.cursor_row = row;
    t->draft.cursor_col = col;
}

static void text_paint(void *self)
{
    struct text_canvas *t = self;
    struct cell *cells = t->painted.cells;

    memcpy(cells, t->draft.cells,
           (size_t)t->draft.rows * (size_t)t->draft.cols * sizeof *cells);
    t->painted = t->draft;
    t->painted.cells = cells;
    t->paints++;
}

static uint32_t text_key(void *self, int timeout_ms, struct pollfd *watch,
                         size_t nr)
{
    struct text_canvas *t = self;
    uint32_t key;

    if (t->hung_up)
        return K_HANGUP;
    key = t->keys.next(t->keys.arg, timeout_ms);
    if (key == K_TIMEOUT && timeout_ms != 0) {
        /* tests of child processes wait for real */
        if (nr > 0 && poll(watch, nr, timeout_ms < 0 ? 10000 : timeout_ms) > 0)
            return K_WATCH;
        t->clock_ms += timeout_ms > 0 ? timeout_ms : 0;
    }
    t->hung_up = key == K_HANGUP;
    return key;
}

static int64_t text_clock_ms(void *self)
{
    return ((const struct text_canvas *)self)->clock_ms;
}

static void text_suspend(void *self)
{
    ((struct text_canvas *)self)->suspends++;
}

static void text_bell(void *self)
{
    ((struct text_canvas *)self)->bells++;
}

static void text_close(void *self)
{
    struct text_canvas *t = self;

    mem_free(t->draft.cells);
    mem_free(t->painted.cells);
    mem_free(t);
}

static const struct canvas_ops text_ops = {
    .size = text_size,
    .erase = text_erase,
    .put = text_put,
    .cursor = text_cursor,
    .paint = text_paint,
    .repaint = text_paint,
    .key = text_key,
    .clock_ms = text_clock_ms,
    .suspend = text_suspend,
    .bell = text_bell,
    .close = text_close,
};

struct canvas *canvas_text_new(int rows, int cols, struct canvas_text_keys keys)
{
    struct text_canvas *t = mem_alloc(sizeof *t);

    t->canvas.ops = &text_ops;
    t->canvas.self = t;
    t->keys = keys;
    grid_init(&t->draft, rows, cols);
    grid_init(&t->painted, rows, cols);
    return &t->canvas;
}

void canvas_text_resize(struct canvas *c, int rows, int cols)
{
    struct text_canvas *t = c->self;

    grid_init(&t->draft, rows, cols);
    grid_init(&t->painted, rows, cols);
}

void canvas_text_pass(struct canvas *c, int ms)
{
    ((struct text_canvas *)c->self)->clock_ms += ms;
}

void canvas_text_print(const struct canvas *c, struct buf *out)
{
    const struct text_canvas *t = c->self;
    const struct grid *g = &t->painted;

    for (int row = 0; row < g->rows; row++) {
        int end = g->cols;

        while (end > 0 && cell_at(g, row, end - 1)->size == 1 &&
               cell_at(g, row, end - 1)->text[0] == ' ')
            end--;
        for (int col = 0; col < end; col++)
            buf_add(out, cell_at(g, row, col)->text,
                    cell_at(g, row, col)->size);
        buf_add_byte(out, '\n');
    }
}

enum role canvas_text_role(const struct canvas *c, int row, int col)
{
    const struct text_canvas *t = c->self;

    return (enum role)cell_at(&t->painted, row, col)->role;
}

void canvas_text_cursor(const struct canvas *c, int *row, int *col)
{
    const struct text_canvas *t = c->self;

    *row = t->painted.cursor_row;
    *col = t->painted.cursor_col;
}

unsigned canvas_text_paints(const struct canvas *c)
{
    return ((const struct text_canvas *)c->self)->paints;
}

unsigned canvas_text_bells(const struct canvas *c)
{
    return ((const struct text_canvas *)c->self)->bells;
}

unsigned canvas_text_suspends(const struct canvas *c)
{
    return ((const struct text_canvas *)c->self)->suspends;
}
