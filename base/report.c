/* SPDX-License-Identifier: Apache-2.0 */
#include "base/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Only a lid: one cell or sentence is at most a field of text, escaped. */
enum { PIECE_BYTES = 1 << 26, GAP_COLUMNS = 2, LAST_COLUMNS_MIN = 12 };

struct report {
    bool json;
    report_write_fn *write;
    void *arg;
    struct buf piece; /* what is written next */
    size_t members;   /* of the JSON object so far */

    const struct report_column *columns; /* NULL outside a table */
    size_t columns_nr;
    size_t cell;      /* the column that comes next */
    size_t rows;      /* of this table so far */
    size_t fit;       /* columns a line of text may take; 0: any */
    struct buf *row;  /* cells of the row that is being filled, plain */
    bool for_scripts; /* this table: no heading, no alignment */
};

/* Hands over what was gathered. */
static void flush(struct report *r)
{
    if (r->piece.size)
        r->write(r->arg, r->piece.data, r->piece.size);
    buf_clear(&r->piece);
}

struct report *report_new(bool json, report_write_fn *write, void *arg)
{
    struct report *r = mem_alloc(sizeof *r);

    r->json = json;
    r->write = write;
    r->arg = arg;
    r->piece.max = PIECE_BYTES;
    return r;
}

void report_free(struct report *r)
{
    if (!r)
        return;
    assert(!r->columns);
    if (r->json)
        buf_add_str(&r->piece, r->members ? "\n}\n" : "{}\n");
    flush(r);
    buf_release(&r->piece);
    mem_free(r);
}

bool report_leaves(const struct report *r)
{
    return r->fit == 0;
}

void report_fit(struct report *r, size_t columns)
{
    r->fit = columns;
}

bool report_is_json(const struct report *r)
{
    return r->json;
}

/* What a terminal or a reader of the file might act on, or split lines at. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Text for a terminal: nothing in it can move the cursor. */
static void add_plain(struct buf *b, const char *s, bool keep_newlines)
{
    size_t n = strlen(s), at, len;

    for (at = 0; at < n; at += len) {
        uint32_t c = utf8_decode(s + at, n - at, &len);
        char bytes[4];

        if (is_control(c) && !(c == '\n' && keep_newlines))
            c = ' ';
        buf_add(b, bytes, utf8_encode(c, bytes));
    }
}

void report_json_string(struct buf *b, const char *s, size_t n)
{
    size_t at, len;

    buf_add_byte(b, '"');
    for (at = 0; at < n; at += len) {
        uint32_t c = utf8_decode(s + at, n - at, &len);
        char bytes[4];

        if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", (char)c);
        else if (c == '\n')
            buf_add_str(b, "\\n");
        else if (c == '\t')
            buf_add_str(b, "\\t");
        else if (is_control(c))
            buf_printf(b, "\\u%04x", (unsigned)c);
        else
            buf_add(b, bytes, utf8_encode(c, bytes));
    }
    buf_add_byte(b, '"');
}

/* Text for a script: every character can be had back. */
static void add_escaped(struct buf *b, const char *s)
{
    static const struct {
        uint32_t character;
        char letter;
    } letters[] = {{'\\', '\\'}, {'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}};
    size_t n = strlen(s), at, len, i;

    for (at = 0; at < n; at += len) {
        uint32_t c = utf8_decode(s + at, n - at, &len);
        char bytes[4];

        for (i = 0; i < ARR_NR(letters) && letters[i].character != c;)
            i++;
        if (i < ARR_NR(letters))
            buf_printf(b, "\\%c", letters[i].letter);
        else if (is_control(c))
            buf_printf(b, c < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        else
            buf_add(b, bytes, utf8_encode(c, bytes));
    }
}

/* Opens the object at its first member, puts the comma between members. */
static void add_member(struct report *r, const char *key)
{
    assert(!r->columns);
    buf_add_str(&r->piece, r->members++ ? ",\n  " : "{\n  ");
    report_json_string(&r->piece, key, strlen(key));
    buf_add_str(&r->piece, ": ");
}

/* Where the line that starts at `at` ends; *next is where the one behind it
 * starts. */
static size_t line_end(size_t columns, const char *s, size_t n, size_t at,
                       size_t *next)
{
    const char *newline = memchr(s + at, '\n', n - at);
    size_t paragraph = newline ? (size_t)(newline - s) : n;
    size_t fit =
        columns ? utf8_line(s + at, paragraph - at, columns) : paragraph - at;

    *next = at + fit;
    while (*next < paragraph && s[*next] == ' ')
        ++*next;
    if (*next == paragraph && newline)
        ++*next;
    return at + fit;
}

/* A table of titles may hold "", which gettext would answer with the head of
 * the catalogue. */
static const char *translate(const char *title)
{
    return *title ? _(title) : title;
}

/* Whole paragraphs; a line that is too long goes on in the next. */
static void add_sentence(struct report *r, const char *s)
{
    struct buf plain = BUF_INIT(PIECE_BYTES);
    const char *text;
    size_t n, at = 0, next;

    add_plain(&plain, s, true);
    text = buf_text(&plain);
    n = plain.size;
    do {
        size_t end = line_end(r->fit, text, n, at, &next);

        buf_add(&r->piece, text + at, end - at);
        buf_add_byte(&r->piece, '\n');
        at = next;
    } while (at < n);
    buf_release(&plain);
}

void report_line(struct report *r, const char *fmt, ...)
{
    struct buf text = BUF_INIT(PIECE_BYTES);
    va_list ap;

    if (r->json)
        return;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    add_sentence(r, buf_text(&text));
    flush(r);
    buf_release(&text);
}

void report_text(struct report *r, const char *line, size_t n)
{
    char *s;

    if (r->json)
        return;
    s = mem_copy_strn(line, n);
    add_plain(&r->piece, s, false);
    mem_free(s);
    buf_add_byte(&r->piece, '\n');
    flush(r);
}

/* The value as JSON has it and as people read it. */
static void add_fact(struct report *r, const char *key, const char *title,
                     const char *text)
{
    if (r->json) {
        add_member(r, key);
        buf_add_str(&r->piece, text);
    } else {
        add_plain(&r->piece, translate(title), false);
        buf_add_str(&r->piece, ": ");
        add_plain(&r->piece, text, false);
        buf_add_byte(&r->piece, '\n');
    }
    flush(r);
}

void report_fact(struct report *r, const char *key, const char *title,
                 const char *value)
{
    struct buf quoted = BUF_INIT(PIECE_BYTES);

    if (r->json && value)
        report_json_string(&quoted, value, strlen(value));
    else
        buf_add_str(&quoted, value ? value : r->json ? "null" : "");
    add_fact(r, key, title, buf_text(&quoted));
    buf_release(&quoted);
}

void report_fact_int(struct report *r, const char *key, const char *title,
                     int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, value);
    add_fact(r, key, title, digits);
}

void report_fact_bool(struct report *r, const char *key, const char *title,
                      bool value)
{
    if (r->json)
        add_fact(r, key, title, value ? "true" : "false");
    else
        add_fact(r, key, title, value ? _("yes") : _("no"));
}

/* The columns that column i of a table has: the last takes what is left. */
static size_t width_of(const struct report *r, size_t i)
{
    size_t taken = 0;

    if (r->columns[i].width || !r->fit)
        return r->columns[i].width;
    for (size_t k = 0; k < r->columns_nr; k++)
        taken += r->columns[k].width + (k ? GAP_COLUMNS : 0);
    return taken + LAST_COLUMNS_MIN < r->fit ? r->fit - taken
                                             : LAST_COLUMNS_MIN;
}

/* One line of a row; blanks wait until something follows them. False when no
 * cell has more. */
static bool add_row_line(struct report *r, size_t *at)
{
    size_t blank = 0;
    bool more = false;

    for (size_t i = 0; i < r->columns_nr; i++) {
        const char *s = buf_text(&r->row[i]);
        size_t n = r->row[i].size, width = width_of(r, i), next;
        size_t end = line_end(r->fit ? width : 0, s, n, at[i], &next);
        size_t columns = utf8_columns(s + at[i], end - at[i]);

        if (end > at[i])
            for (; blank; blank--)
                buf_add_byte(&r->piece, ' ');
        buf_add(&r->piece, s + at[i], end - at[i]);
        blank += (columns < width ? width - columns : 0) + GAP_COLUMNS;
        more = more || next < n;
        at[i] = next;
    }
    buf_add_byte(&r->piece, '\n');
    return more;
}

/* The row that was filled; what does not fit beside goes on below. */
static void end_text_row(struct report *r)
{
    size_t *at = mem_alloc(r->columns_nr * sizeof *at);

    while (add_row_line(r, at))
        ;
    mem_free(at);
    for (size_t i = 0; i < r->columns_nr; i++)
        buf_clear(&r->row[i]);
}

static void add_heading(struct report *r)
{
    size_t i;

    for (i = 0; i < r->columns_nr; i++) {
        buf_add_str(&r->row[i], translate(r->columns[i].title));
    }
    end_text_row(r);
}

void report_table_begin(struct report *r, const char *key,
                        const struct report_column *columns, size_t nr)
{
    assert(!r->columns && nr > 0);
    if (r->json) {
        add_member(r, key);
        buf_add_byte(&r->piece, '[');
    }
    r->columns = columns;
    r->columns_nr = nr;
    r->cell = r->rows = 0;
    r->row = mem_alloc(nr * sizeof *r->row);
    for (size_t i = 0; i < nr; i++)
        r->row[i].max = PIECE_BYTES;
    r->for_scripts = false;
}

void report_rows_begin(struct report *r, const char *key,
                       const struct report_column *columns, size_t nr)
{
    report_table_begin(r, key, columns, nr);
    r->for_scripts = true;
}

/* Takes the value as it stands: JSON already quoted, text already plain. */
static void add_cell(struct report *r, const char *value)
{
    assert(r->columns);
    if (r->cell == 0 && r->rows++ == 0 && !r->json && !r->for_scripts)
        add_heading(r);
    if (r->json) {
        const char *key = r->columns[r->cell].key;

        if (r->cell == 0)
            buf_add_str(&r->piece, r->rows == 1 ? "\n    {" : ",\n    {");
        else
            buf_add_str(&r->piece, ", ");
        report_json_string(&r->piece, key, strlen(key));
        buf_add_str(&r->piece, ": ");
        buf_add_str(&r->piece, value);
    } else if (r->for_scripts) {
        if (r->cell > 0)
            buf_add_byte(&r->piece, '\t');
        buf_add_str(&r->piece, value);
    } else {
        buf_add_str(&r->row[r->cell], value);
    }
    if (++r->cell == r->columns_nr) {
        r->cell = 0;
        if (r->json)
            buf_add_byte(&r->piece, '}');
        else if (r->for_scripts)
            buf_add_byte(&r->piece, '\n');
        else
            end_text_row(r);
    }
    flush(r);
}

void report_cell(struct report *r, const char *value)
{
    struct buf cell = BUF_INIT(PIECE_BYTES);

    if (!value)
        buf_add_str(&cell, r->json ? "null" : "");
    else if (r->json)
        report_json_string(&cell, value, strlen(value));
    else if (r->for_scripts)
        add_escaped(&cell, value);
    else
        add_plain(&cell, value, false);
    add_cell(r, buf_text(&cell));
    buf_release(&cell);
}

void report_cell_int(struct report *r, int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, value);
    add_cell(r, digits);
}

void report_table_end(struct report *r)
{
    assert(r->columns && r->cell == 0);
    for (size_t i = 0; i < r->columns_nr; i++)
        buf_release(&r->row[i]);
    mem_free(r->row);
    r->row = NULL;
    r->columns = NULL;
    if (r->json)
        buf_add_str(&r->piece, r->rows ? "\n  ]" : "]");
    flush(r);
}
