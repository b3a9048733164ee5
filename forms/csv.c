/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input is copied once, and cells are unquoted in place inside the copy:
 * a cell never grows by losing its quotation marks, and the comma or line end
 * behind it leaves room for its NUL.
 */
#include "forms/csv.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

struct csv_reader {
    const char *at, *end; /* what is still to be read */
    char *to;             /* where the next unquoted byte goes; to <= at */
    unsigned line;        /* of *at */
    struct {
        const char **items;
        size_t nr, alloc;
    } cells; /* of the row being read */
};

/* The bytes of the line end at the reader, 0 when there is none. */
static size_t line_end_bytes(const struct csv_reader *r)
{
    if (r->at < r->end && *r->at == '\n')
        return 1;
    if (r->end - r->at >= 2 && r->at[0] == '\r' && r->at[1] == '\n')
        return 2;
    return 0;
}

static bool take_quoted(struct csv_reader *r, struct err *e)
{
    unsigned began = r->line;
    r->at++;
    while (r->at < r->end) {
        size_t n = line_end_bytes(r);
        if (n > 0) {
            r->at += n;
            r->line++;
            *r->to++ = '\n';
            continue;
        }
        if (*r->at != '"') {
            *r->to++ = *r->at++;
            continue;
        }
        r->at++;
        if (r->at == r->end || *r->at != '"')
            return true;
        *r->to++ = *r->at++;
    }
    return err_set(e, ERR_INPUT,
                   _("Line %u: a cell opens with a quotation mark that is "
                     "never closed"),
                   began);
}

static bool take_plain(struct csv_reader *r, struct err *e)
{
    while (r->at < r->end && *r->at != ',' && line_end_bytes(r) == 0) {
        if (*r->at == '"')
            return err_set(e, ERR_INPUT,
                           _("Line %u: a quotation mark stands inside a cell; "
                             "put the whole cell in quotation marks and "
                             "double the one inside"),
                           r->line);
        *r->to++ = *r->at++;
    }
    return true;
}

static bool cell_is_sound(const char *text, size_t n, unsigned line,
                          struct err *e)
{
    if (n > CSV_CELL_BYTES_MAX)
        return err_set(e, ERR_FULL,
                       _("Line %u: a cell is longer than %d bytes"), line,
                       CSV_CELL_BYTES_MAX);
    if (utf8_is_clean(text, n))
        return true;
    if (!utf8_is_valid(text, n))
        return err_set(e, ERR_INPUT,
                       _("Line %u: the text is not UTF-8; save the file again "
                         "as UTF-8"),
                       line);
    return err_set(e, ERR_INPUT,
                   _("Line %u: a cell holds a control character; remove it"),
                   line);
}

static bool take_cell(struct csv_reader *r, struct err *e)
{
    char *text = r->to;
    unsigned line = r->line;
    bool quoted = r->at < r->end && *r->at == '"';
    if (quoted ? !take_quoted(r, e) : !take_plain(r, e))
        return false;
    if (r->at < r->end && *r->at != ',' && line_end_bytes(r) == 0)
        return err_set(e, ERR_INPUT,
                       _("Line %u: text stands between a closing quotation "
                         "mark and the next comma"),
                       r->line);
    if (!cell_is_sound(text, (size_t)(r->to - text), line, e))
        return false;
    if (r->cells.nr == CSV_COLUMNS_MAX)
        return err_set(e, ERR_FULL, _("Line %u: more than %d columns"), line,
                       CSV_COLUMNS_MAX);
    ARR_PUSH(&r->cells) = text;
    return true;
}

/* Takes one row and the line end behind it. A cell's NUL may go where the
 * comma or line end stood, so it is written only after that is read. */
static bool take_row(struct csv_reader *r, struct err *e)
{
    r->cells.nr = 0;
    for (;;) {
        if (!take_cell(r, e))
            return false;
        bool more = r->at < r->end && *r->at == ',';
        size_t n = more ? 1 : line_end_bytes(r);
        r->at += n;
        r->line += !more && n > 0;
        *r->to++ = '\0';
        if (!more)
            return true;
    }
}

static bool row_keep(struct csv *c, const struct csv_reader *r, unsigned line,
                     struct err *e)
{
    if (r->cells.nr == 1 && r->cells.items[0][0] == '\0')
        return true;
    if (c->nr == CSV_ROWS_MAX)
        return err_set(e, ERR_FULL, _("Line %u: more than %d rows"), line,
                       CSV_ROWS_MAX);
    if (r->cells.nr > c->cells_left)
        return err_set(e, ERR_FULL, _("Line %u: more than %d cells"), line,
                       CSV_CELLS_MAX);
    c->cells_left -= r->cells.nr;
    ARR_PUSH(c) = (struct csv_row){
        .cells = pool_copy(c->pool, r->cells.items,
                           r->cells.nr * sizeof *r->cells.items),
        .nr = r->cells.nr,
        .line = line,
    };
    return true;
}

static bool take_rows(struct csv *c, char *text, size_t size, struct err *e)
{
    struct csv_reader r = {
        .at = text, .end = text + size, .to = text, .line = 1};
    bool ok = true;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        r.at += 3;
    while (ok && r.at < r.end) {
        unsigned line = r.line;
        ok = take_row(&r, e) && row_keep(c, &r, line, e);
    }
    ARR_RELEASE(&r.cells);
    return ok;
}

struct csv *csv_read(const char *bytes, size_t size, struct err *e)
{
    if (size > CSV_BYTES_MAX) {
        err_set(e, ERR_FULL, _("The file is larger than %d bytes"),
                CSV_BYTES_MAX);
        return NULL;
    }
    struct csv *c = mem_alloc(sizeof *c);
    c->pool = pool_new();
    c->cells_left = CSV_CELLS_MAX;
    char *text = pool_alloc(c->pool, size + 1);
    if (size > 0)
        memcpy(text, bytes, size);
    if (take_rows(c, text, size, e))
        return c;
    csv_free(c);
    return NULL;
}

void csv_free(struct csv *c)
{
    if (c == NULL)
        return;
    pool_free(c->pool);
    ARR_RELEASE(c);
    mem_free(c);
}

const char *csv_cell(const struct csv_row *r, size_t column)
{
    return column < r->nr ? r->cells[column] : "";
}

size_t csv_column(const struct csv_row *header, const char *text)
{
    for (size_t i = 0; i < header->nr; i++)
        if (str_equal(header->cells[i], text))
            return i;
    return CSV_NO_COLUMN;
}
