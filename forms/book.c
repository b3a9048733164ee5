/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/book.h"

#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/xlsx.h"

/* A line that names a sheet holds nothing else: a word that strays into the
 * first column would take its row away, and all below it. */
static void check_title(const struct csv_row *row, const char *name,
                        struct finding_list *list)
{
    for (size_t i = 1; i < row->nr; i++) {
        if (str_is_blank(row->cells[i]))
            continue;
        finding_add(list, FINDING_ERROR, FINDING_AT(name, row->line, ""),
                    _("what stands in the first column is the name of a "
                      "sheet, and the rest of this line is lost"));
        return;
    }
}

/* The rows of a sheet are those of the file, each without its first cell. */
static void cut_sheets(struct book *b, struct csv *c, struct finding_list *list)
{
    size_t i = 0;

    while (i < c->nr) {
        struct book_sheet s = {.name = "", .line = c->items[i].line};
        const char *name = c->items[i].cells[0];
        size_t n = str_trim(&name);

        if (n > 0) {
            s.name = pool_strn(b->pool, name, n);
            check_title(&c->items[i], s.name, list);
            i++;
        }
        s.rows = &c->items[i];
        for (; i < c->nr && str_is_blank(c->items[i].cells[0]); s.nr++, i++) {
            c->items[i].cells++;
            c->items[i].nr--;
        }
        ARR_PUSH(b) = s;
    }
}

static struct book *read_csv(const char *bytes, size_t size,
                             struct finding_list *list, struct err *e)
{
    struct book *b;
    struct csv *c;
    size_t nr;

    if (size > BOOK_TEXT_BYTES_MAX) {
        err_set(e, ERR_FULL,
                _("The form has more than %d MB of text: put long lists into "
                  "files of their own"),
                BOOK_TEXT_BYTES_MAX >> 20);
        return NULL;
    }
    c = csv_read(bytes, size, e);
    if (c == NULL)
        return NULL;
    b = mem_alloc(sizeof *b);
    b->pool = c->pool; /* the texts change hands */
    c->pool = NULL;
    nr = c->nr;
    if (nr > 0) {
        struct csv kept = *c;
        kept.items = pool_copy(b->pool, c->items, nr * sizeof *c->items);
        cut_sheets(b, &kept, list);
    }
    csv_free(c);
    return b;
}

struct book *book_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e)
{
    static const char old[] = "\xD0\xCF\x11\xE0"; /* compound file: .xls */

    if (size > 4 && memcmp(bytes, "PK\x03\x04", 4) == 0)
        return xlsx_read(bytes, size, list, e);
    if (size > 4 && memcmp(bytes, old, 4) == 0) {
        err_set(e, ERR_INPUT,
                _("This is an old .xls workbook, or one with a password: open "
                  "it in a spreadsheet program and save it as .xlsx"));
        return NULL;
    }
    return read_csv(bytes, size, list, e);
}

void book_free(struct book *b)
{
    if (b == NULL)
        return;
    pool_free(b->pool);
    ARR_RELEASE(b);
    mem_free(b);
}

const struct book_sheet *book_find(const struct book *b, const char *name)
{
    for (size_t i = 0; i < b->nr; i++)
        if (strcasecmp(b->items[i].name, name) == 0)
            return &b->items[i];
    return NULL;
}

/* ---- writing ---- */

static void write_cell(struct buf *out, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        buf_add_str(out, text);
        return;
    }
    buf_add_byte(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, (uint8_t)*text);
    }
    buf_add_byte(out, '"');
}

/* As wide as the header, behind an empty first cell or not. */
static void write_rows(const struct book_sheet *s, bool indented,
                       struct buf *out)
{
    for (size_t r = 0; r < s->nr; r++) {
        for (size_t c = 0; c < s->rows[0].nr || c < s->rows[r].nr; c++) {
            if (indented || c > 0)
                buf_add_byte(out, ',');
            write_cell(out, csv_cell(&s->rows[r], c));
        }
        buf_add_byte(out, '\n');
    }
}

void book_write_rows(const struct book_sheet *s, struct buf *out)
{
    write_rows(s, false, out);
}

void book_write_csv(const struct book *b, struct buf *out)
{
    for (size_t i = 0; i < b->nr; i++) {
        write_cell(out, b->items[i].name);
        buf_add_byte(out, '\n');
        write_rows(&b->items[i], true, out);
    }
}
