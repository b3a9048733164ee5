/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/support_vt.h"

#include <stdint.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { CELL_BYTES = 24, PARAMS_MAX = 16, PRINT_BYTES_MAX = 1 << 20 };

struct cell {
    char text[CELL_BYTES];
    size_t size; /* 0: right half of a wide character */
};

enum state { GROUND, ESCAPE, CSI, OSC, OSC_ESCAPE, CHARSET };

struct vt {
    struct cell *cells;
    int rows, cols;
    int row, col;
    bool wrap_next;  /* a character was put in the last column */
    int top, bottom; /* scroll region, both included */
    int saved_row, saved_col;
    bool insert;
    bool graphics[2]; /* G0 and G1 hold line drawing */
    int shift;        /* 0 or 1: which of them is in use */
    int charset_slot;
    enum state state;
    int params[PARAMS_MAX];
    int params_nr;
    bool private_mode, intermediate;
    char utf8[4];
    size_t utf8_nr;
    char last[4]; /* for REP */
    size_t last_nr;
    unsigned unknown, bells;
};

static struct cell *at(const struct vt *v, int row, int col)
{
    return &v->cells[(size_t)row * (size_t)v->cols + (size_t)col];
}

static void blank(struct vt *v, int row, int from, int to)
{
    for (int col = from; col < to && col < v->cols; col++)
        *at(v, row, col) = (struct cell){" ", 1};
}

static void blank_rows(struct vt *v, int from, int to)
{
    for (int row = from; row < to; row++)
        blank(v, row, 0, v->cols);
}

void vt_resize(struct vt *v, int rows, int cols)
{
    struct cell *old = v->cells;
    int old_rows = v->rows, old_cols = v->cols;

    v->rows = rows;
    v->cols = cols;
    v->cells = mem_alloc((size_t)rows * (size_t)cols * sizeof *v->cells);
    blank_rows(v, 0, rows);
    for (int r = 0; r < rows && r < old_rows; r++)
        for (int c = 0; c < cols && c < old_cols; c++)
            *at(v, r, c) = old[r * old_cols + c];
    mem_free(old);
    v->top = 0;
    v->bottom = rows - 1;
    v->row = v->row < rows ? v->row : rows - 1;
    v->col = v->col < cols ? v->col : cols - 1;
}

struct vt *vt_new(int rows, int cols)
{
    struct vt *v = mem_alloc(sizeof *v);

    vt_resize(v, rows, cols);
    return v;
}

void vt_free(struct vt *v)
{
    mem_free(v->cells);
    mem_free(v);
}

/* ---- moving ---- */

static int clamp(int n, int min, int max)
{
    return n < min ? min : n > max ? max : n;
}

static void go(struct vt *v, int row, int col)
{
    v->row = clamp(row, 0, v->rows - 1);
    v->col = clamp(col, 0, v->cols - 1);
    v->wrap_next = false;
}

/* Rows [from, to] move up by n (down when negative); blanks come in. */
static void scroll(struct vt *v, int from, int to, int n)
{
    size_t row_bytes = (size_t)v->cols * sizeof *v->cells;
    int height = to - from + 1, by = clamp(n < 0 ? -n : n, 0, height);

    if (n > 0) {
        memmove(at(v, from, 0), at(v, from + by, 0),
                (size_t)(height - by) * row_bytes);
        blank_rows(v, to - by + 1, to + 1);
    } else {
        memmove(at(v, from + by, 0), at(v, from, 0),
                (size_t)(height - by) * row_bytes);
        blank_rows(v, from, from + by);
    }
}

static void line_feed(struct vt *v)
{
    if (v->row == v->bottom)
        scroll(v, v->top, v->bottom, 1);
    else if (v->row < v->rows - 1)
        v->row++;
}

static void reverse_feed(struct vt *v)
{
    if (v->row == v->top)
        scroll(v, v->top, v->bottom, -1);
    else if (v->row > 0)
        v->row--;
}

/* ---- printing ---- */

static void insert_cells(struct vt *v, int n)
{
    n = clamp(n, 0, v->cols - v->col);
    memmove(at(v, v->row, v->col) + n, at(v, v->row, v->col),
            (size_t)(v->cols - v->col - n) * sizeof *v->cells);
    blank(v, v->row, v->col, v->col + n);
}

static void delete_cells(struct vt *v, int n)
{
    n = clamp(n, 0, v->cols - v->col);
    memmove(at(v, v->row, v->col), at(v, v->row, v->col) + n,
            (size_t)(v->cols - v->col - n) * sizeof *v->cells);
    blank(v, v->row, v->cols - n, v->cols);
}

/* Line drawing is compared in tests by what it looks like in ASCII. */
static char drawn(char c)
{
    return c == 'q' ? '-' : c == 'x' ? '|' : strchr("jklmntuvw", c) ? '+' : c;
}

static void add_mark(struct vt *v, const char *s, size_t n)
{
    struct cell *c = at(v, v->row, v->wrap_next ? v->col : v->col - 1);

    if (v->col == 0 && !v->wrap_next)
        return;
    if (c->size + n < CELL_BYTES) {
        memcpy(c->text + c->size, s, n);
        c->size += n;
    }
}

static void put(struct vt *v, const char *s, size_t n)
{
    size_t len;
    int columns = utf8_char_columns(utf8_decode(s, n, &len));

    if (columns == 0) {
        add_mark(v, s, n);
        return;
    }
    if (v->wrap_next) {
        v->wrap_next = false;
        v->col = 0;
        line_feed(v);
    }
    if (v->insert)
        insert_cells(v, columns);
    memcpy(at(v, v->row, v->col)->text, s, n);
    at(v, v->row, v->col)->size = n;
    if (columns == 2 && v->col + 1 < v->cols)
        at(v, v->row, v->col + 1)->size = 0;
    memcpy(v->last, s, n);
    v->last_nr = n;
    v->wrap_next = v->col + columns >= v->cols;
    v->col = clamp(v->col + columns, 0, v->cols - 1);
}

static void print_byte(struct vt *v, char c)
{
    size_t len;

    if (v->graphics[v->shift] && c > 0x20) {
        c = drawn(c);
        put(v, &c, 1);
        return;
    }
    v->utf8[v->utf8_nr++] = c;
    utf8_decode(v->utf8, v->utf8_nr, &len);
    if (utf8_is_valid(v->utf8, v->utf8_nr)) {
        put(v, v->utf8, v->utf8_nr);
        v->utf8_nr = 0;
    } else if (v->utf8_nr == sizeof v->utf8) {
        v->unknown++;
        v->utf8_nr = 0;
    }
}

/* ---- control sequences ---- */

static int param(const struct vt *v, int i, int otherwise)
{
    return i < v->params_nr && v->params[i] > 0 ? v->params[i] : otherwise;
}

static void erase_display(struct vt *v)
{
    int how = param(v, 0, 0);

    if (how == 2) {
        blank_rows(v, 0, v->rows);
    } else if (how == 1) {
        blank_rows(v, 0, v->row);
        blank(v, v->row, 0, v->col + 1);
    } else {
        blank(v, v->row, v->col, v->cols);
        blank_rows(v, v->row + 1, v->rows);
    }
}

static void erase_line(struct vt *v)
{
    int how = param(v, 0, 0);

    blank(v, v->row, how == 0 ? v->col : 0, how == 1 ? v->col + 1 : v->cols);
}

static void set_region(struct vt *v)
{
    v->top = clamp(param(v, 0, 1) - 1, 0, v->rows - 1);
    v->bottom = clamp(param(v, 1, v->rows) - 1, v->top, v->rows - 1);
    go(v, 0, 0);
}

static void repeat(struct vt *v)
{
    for (int n = param(v, 0, 1); n > 0 && v->last_nr > 0; n--)
        put(v, v->last, v->last_nr);
}

static void set_mode(struct vt *v, bool on)
{
    if (!v->private_mode && param(v, 0, 0) == 4)
        v->insert = on;
    else if (v->private_mode && param(v, 0, 0) == 1049)
        blank_rows(v, 0, v->rows);
}

static void tab(struct vt *v, int n)
{
    for (; n > 0; n--)
        go(v, v->row, (v->col / 8 + 1) * 8);
    for (; n < 0; n++)
        go(v, v->row, v->col > 0 ? (v->col - 1) / 8 * 8 : 0);
}

static bool csi_move(struct vt *v, char c)
{
    int n = param(v, 0, 1);

    switch (c) {
    case 'A':
        go(v, v->row - n, v->col);
        return true;
    case 'B':
        go(v, v->row + n, v->col);
        return true;
    case 'C':
        go(v, v->row, v->col + n);
        return true;
    case 'D':
        go(v, v->row, v->col - n);
        return true;
    case 'G':
        go(v, v->row, n - 1);
        return true;
    case 'd':
        go(v, n - 1, v->col);
        return true;
    case 'H':
    case 'f':
        go(v, n - 1, param(v, 1, 1) - 1);
        return true;
    case 'I':
        tab(v, n);
        return true;
    case 'Z':
        tab(v, -n);
        return true;
    }
    return false;
}

static bool csi_change(struct vt *v, char c)
{
    int n = param(v, 0, 1);

    switch (c) {
    case 'J':
        erase_display(v);
        return true;
    case 'K':
        erase_line(v);
        return true;
    case 'X':
        blank(v, v->row, v->col, v->col + n);
        return true;
    case '@':
        insert_cells(v, n);
        return true;
    case 'P':
        delete_cells(v, n);
        return true;
    case 'L':
        if (v->row >= v->top && v->row <= v->bottom)
            scroll(v, v->row, v->bottom, -n);
        return true;
    case 'M':
        if (v->row >= v->top && v->row <= v->bottom)
            scroll(v, v->row, v->bottom, n);
        return true;
    case 'S':
        scroll(v, v->top, v->bottom, n);
        return true;
    case 'T':
        scroll(v, v->top, v->bottom, -n);
        return true;
    case 'b':
        repeat(v);
        return true;
    }
    return false;
}

static void csi_end(struct vt *v, char c)
{
    v->state = GROUND;
    if (c == 'r' && !v->private_mode)
        set_region(v);
    else if (c == 'h' || c == 'l')
        set_mode(v, c == 'h');
    else if (v->private_mode || v->intermediate || strchr("mtcng", c))
        return; /* looks, window titles, reports */
    else if (!csi_move(v, c) && !csi_change(v, c))
        v->unknown++;
}

static void csi_byte(struct vt *v, char c)
{
    if (c >= '0' && c <= '9') {
        if (v->params_nr == 0)
            v->params_nr = 1;
        v->params[v->params_nr - 1] =
            clamp(v->params[v->params_nr - 1] * 10 + (c - '0'), 0, 9999);
    } else if (c == ';' || c == ':') {
        v->params_nr = v->params_nr == 0 ? 2 : v->params_nr + 1;
        v->params_nr = clamp(v->params_nr, 0, PARAMS_MAX);
    } else if (c >= '<' && c <= '?') {
        v->private_mode = true;
    } else if (c >= ' ' && c <= '/') {
        v->intermediate = true;
    } else {
        csi_end(v, c);
    }
}

static void csi_begin(struct vt *v)
{
    v->state = CSI;
    v->params_nr = 0;
    memset(v->params, 0, sizeof v->params);
    v->private_mode = v->intermediate = false;
}

static void reset(struct vt *v)
{
    v->insert = false;
    v->graphics[0] = v->graphics[1] = false;
    v->shift = 0;
    v->top = 0;
    v->bottom = v->rows - 1;
    blank_rows(v, 0, v->rows);
    go(v, 0, 0);
}

static void escape_byte(struct vt *v, char c)
{
    v->state = GROUND;
    switch (c) {
    case '[':
        csi_begin(v);
        break;
    case ']':
        v->state = OSC;
        break;
    case '(':
    case ')':
        v->charset_slot = c == ')';
        v->state = CHARSET;
        break;
    case ' ':
    case '#':
    case '%':
        v->charset_slot = -1;
        v->state = CHARSET; /* swallows one byte */
        break;
    case 'M':
        reverse_feed(v);
        break;
    case 'E':
        v->col = 0;
        line_feed(v);
        break;
    case 'D':
        line_feed(v);
        break;
    case '7':
        v->saved_row = v->row;
        v->saved_col = v->col;
        break;
    case '8':
        go(v, v->saved_row, v->saved_col);
        break;
    case 'c':
        reset(v);
        break;
    case '=':
    case '>':
    case 'H':
        break;
    default:
        v->unknown++;
    }
}

static void ground_byte(struct vt *v, char c)
{
    switch (c) {
    case 0x1b:
        v->state = ESCAPE;
        break;
    case '\n':
        line_feed(v);
        v->wrap_next = false;
        break;
    case '\r':
        go(v, v->row, 0);
        break;
    case '\b':
        go(v, v->row, v->col - 1);
        break;
    case '\t':
        tab(v, 1);
        break;
    case '\a':
        v->bells++;
        break;
    case 0x0e:
    case 0x0f:
        v->shift = c == 0x0e;
        break;
    case 0:
        break;
    default:
        print_byte(v, c);
    }
}

static void feed_byte(struct vt *v, char c)
{
    switch (v->state) {
    case GROUND:
        ground_byte(v, c);
        break;
    case ESCAPE:
        escape_byte(v, c);
        break;
    case CSI:
        csi_byte(v, c);
        break;
    case OSC: /* ends with BEL or ESC \ */
        v->state = c == '\a' ? GROUND : c == 0x1b ? OSC_ESCAPE : OSC;
        break;
    case OSC_ESCAPE:
        v->state = GROUND;
        break;
    case CHARSET:
        if (v->charset_slot >= 0)
            v->graphics[v->charset_slot] = c == '0';
        v->state = GROUND;
        break;
    }
}

void vt_feed(struct vt *v, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        feed_byte(v, bytes[i]);
}

/* ---- questions ---- */

void vt_print(const struct vt *v, struct buf *out)
{
    for (int row = 0; row < v->rows; row++) {
        int end = v->cols;

        while (end > 0 && at(v, row, end - 1)->size == 1 &&
               at(v, row, end - 1)->text[0] == ' ')
            end--;
        for (int col = 0; col < end; col++)
            buf_add(out, at(v, row, col)->text, at(v, row, col)->size);
        buf_add_byte(out, '\n');
    }
}

bool vt_shows(const struct vt *v, const char *text)
{
    struct buf screen = BUF_INIT(PRINT_BYTES_MAX);
    bool shows;

    vt_print(v, &screen);
    shows = strstr(buf_text(&screen), text) != NULL;
    buf_release(&screen);
    return shows;
}

void vt_cursor(const struct vt *v, int *row, int *col)
{
    *row = v->row;
    *col = v->col;
}

unsigned vt_unknown(const struct vt *v)
{
    return v->unknown;
}

unsigned vt_bells(const struct vt *v)
{
    return v->bells;
}
