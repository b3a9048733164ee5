/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/canvas.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tui/sera.h"

enum { SHOWN_BYTES = 16, LINE_BYTES_MAX = 16384 };

static const char *const glyphs[GLYPH_NR][2] = {
    [GLYPH_HLINE] = {"\u2500", "-"},    [GLYPH_VLINE] = {"\u2502", "|"},
    [GLYPH_CORNER] = {"\u253c", "+"},   [GLYPH_BULLET] = {"\u2022", "*"},
    [GLYPH_ELLIPSIS] = {"\u2026", "~"},
};

/* Latin letters and signs by their nearest ASCII spelling. */
static const struct {
    uint16_t first, last;
    const char *ascii[32];
} spellings[] = {
    {0xA0, 0xBF, {" ",  "!",   "c", "GBP", "$",   "Y",   "|",   "S",
                  "\"", "(c)", "a", "<<",  "-",   "-",   "(R)", "-",
                  "o",  "+-",  "2", "3",   "'",   "u",   "P",   ".",
                  ",",  "1",   "o", ">>",  "1/4", "1/2", "3/4", "?"}},
    {0xC0, 0xDF, {"A", "A", "A", "A", "A", "A", "AE", "C", "E",  "E", "E",
                  "E", "I", "I", "I", "I", "D", "N",  "O", "O",  "O", "O",
                  "O", "x", "O", "U", "U", "U", "U",  "Y", "Th", "ss"}},
    {0xE0, 0xFF, {"a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e", "e",
                  "e", "i", "i", "i", "i", "d", "n",  "o", "o",  "o", "o",
                  "o", "/", "o", "u", "u", "u", "u",  "y", "th", "y"}},
    {0x2010, 0x2027, {"-", "-", "-", "-", "-",  "-",  "|",   "_",
                      "'", "'", ",", "'", "\"", "\"", "\"",  "\"",
                      "+", "+", "*", ">", ".",  "..", "...", "."}},
    {0x2190, 0x2193, {"<-", "^", "->", "v"}},
    {0x2500, 0x2503, {"-", "-", "|", "|"}},
};

static const char *spelling(uint32_t c)
{
    for (size_t i = 0; i < ARR_NR(spellings); i++)
        if (c >= spellings[i].first && c <= spellings[i].last)
            return spellings[i].ascii[c - spellings[i].first];
    return NULL;
}

static size_t spell_plain(uint32_t c, char out[SHOWN_BYTES])
{
    const char *s = spelling(c);
    size_t n;

    if (s) {
        str_copy(out, SHOWN_BYTES, s);
        return strlen(out);
    }
    n = sera_to_latin(c, out);
    if (n || utf8_char_columns(c) == 0)
        return n;
    return (size_t)snprintf(out, SHOWN_BYTES, "<%04X>", (unsigned)c);
}

/* How one character is shown: bytes in out. `base` tells whether a visible
 * character stands before it, for a mark needs one to stand on. */
static size_t shown_char(const struct canvas *c, uint32_t ch, bool base,
                         char out[SHOWN_BYTES])
{
    size_t n = 0;

    if (ch < 0x20 || ch == 0x7f || (ch >= 0x80 && ch < 0xA0)) {
        out[0] = ' ';
        return 1;
    }
    if (ch < 0x7f) {
        out[0] = (char)ch;
        return 1;
    }
    if (c->plain)
        return spell_plain(ch, out);
    if ((ch >= 0x202A && ch <= 0x202E) || (ch >= 0x2066 && ch <= 0x2069))
        return 0;
    if (!base && utf8_char_columns(ch) == 0)
        out[n++] = ' ';
    return n + utf8_encode(ch, out + n);
}

/* One visible character with its marks from text[at], as shown: appended to
 * out when given. Returns its columns; *at moves behind it. */
static int shown_next(const struct canvas *c, const char *text, size_t n,
                      size_t *at, struct buf *out)
{
    char shown[SHOWN_BYTES];
    size_t end = utf8_next(text, n, *at);
    int columns = 0;
    bool base = false;

    while (*at < end) {
        size_t len;
        uint32_t ch = utf8_decode(text + *at, end - *at, &len);
        size_t bytes = shown_char(c, ch, base, shown);

        *at += len;
        columns += (int)utf8_columns(shown, bytes);
        if (out)
            buf_add(out, shown, bytes);
        base = true;
    }
    return columns;
}

void canvas_close(struct canvas *c)
{
    if (c)
        c->ops->close(c->self);
}

void canvas_size(struct canvas *c, int *rows, int *cols)
{
    c->ops->size(c->self, rows, cols);
}

bool canvas_is_small(struct canvas *c)
{
    int rows, cols;

    canvas_size(c, &rows, &cols);
    return rows < CANVAS_ROWS_MIN || cols < CANVAS_COLS_MIN;
}

void canvas_erase(struct canvas *c)
{
    c->ops->erase(c->self);
}

static struct span clip(struct canvas *c, struct span at)
{
    int rows, cols;

    canvas_size(c, &rows, &cols);
    if (at.row < 0 || at.row >= rows || at.col < 0 || at.col >= cols)
        at.width = 0;
    else if (at.width > cols - at.col)
        at.width = cols - at.col;
    return at;
}

int canvas_putn(struct canvas *c, struct span at, enum role role,
                const char *text, size_t n)
{
    struct buf out = BUF_INIT(LINE_BYTES_MAX);
    size_t done = 0, next = 0;
    int columns = 0;

    at = clip(c, at);
    while (next < n) {
        size_t before = out.size;
        int more = shown_next(c, text, n, &next, &out);

        if (columns + more > at.width) {
            out.size = before;
            break;
        }
        columns += more;
        done = out.size;
    }
    if (done > 0 && columns > 0)
        c->ops->put(c->self, at, role, buf_text(&out), done);
    buf_release(&out);
    return columns;
}

int canvas_put(struct canvas *c, struct span at, enum role role,
               const char *text)
{
    return canvas_putn(c, at, role, text, strlen(text));
}

int canvas_printf(struct canvas *c, struct span at, enum role role,
                  const char *fmt, ...)
{
    struct buf b = BUF_INIT(LINE_BYTES_MAX);
    va_list ap;
    int columns;

    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    columns = canvas_putn(c, at, role, buf_text(&b), b.size);
    buf_release(&b);
    return columns;
}

void canvas_put_right(struct canvas *c, struct span at, enum role role,
                      const char *text)
{
    int columns = canvas_columns(c, text, strlen(text));

    if (columns < at.width) {
        at.col += at.width - columns;
        at.width = columns;
    }
    canvas_put(c, at, role, text);
}

static void repeat(struct canvas *c, struct span at, enum role role,
                   const char *sign)
{
    struct buf b = BUF_INIT(LINE_BYTES_MAX);

    at = clip(c, at);
    for (int i = 0; i < at.width; i++)
        buf_add_str(&b, sign);
    if (b.size > 0)
        c->ops->put(c->self, at, role, buf_text(&b), b.size);
    buf_release(&b);
}

void canvas_line(struct canvas *c, struct span at, enum glyph glyph)
{
    repeat(c, at, ROLE_TEXT, canvas_glyph(c, glyph));
}

void canvas_blank(struct canvas *c, struct area a)
{
    for (int i = 0; i < a.rows; i++)
        repeat(c, SPAN(a.row + i, a.col, a.cols), ROLE_TEXT, " ");
}

const char *canvas_glyph(const struct canvas *c, enum glyph glyph)
{
    assert(glyph >= 0 && glyph < GLYPH_NR);
    return glyphs[glyph][c->plain || c->ascii_frames];
}

int canvas_columns(const struct canvas *c, const char *text, size_t n)
{
    int columns = 0;

    for (size_t at = 0; at < n;)
        columns += shown_next(c, text, n, &at, NULL);
    return columns;
}

size_t canvas_fit(const struct canvas *c, const char *text, size_t n,
                  int columns)
{
    size_t fit = 0;

    while (fit < n) {
        size_t next = fit;

        columns -= shown_next(c, text, n, &next, NULL);
        if (columns < 0)
            break;
        fit = next;
    }
    return fit;
}

void canvas_cursor(struct canvas *c, int row, int col)
{
    c->ops->cursor(c->self, row, col);
}

void canvas_paint(struct canvas *c)
{
    c->ops->paint(c->self);
}

void canvas_repaint(struct canvas *c)
{
    c->ops->repaint(c->self);
}

void canvas_forget(struct canvas *c)
{
    canvas_erase(c);
    if (c->ops->forget)
        c->ops->forget(c->self);
    else
        canvas_paint(c);
}

uint32_t canvas_key(struct canvas *c, int timeout_ms, struct pollfd *watch,
                    size_t nr)
{
    return c->ops->key(c->self, timeout_ms, watch, nr);
}

int64_t canvas_clock_ms(struct canvas *c)
{
    return c->ops->clock_ms(c->self);
}

void canvas_suspend(struct canvas *c)
{
    c->ops->suspend(c->self);
}

void canvas_bell(struct canvas *c)
{
    c->ops->bell(c->self);
}
