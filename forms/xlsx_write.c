/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest workbook that spreadsheet programs and form servers open:
 * content types, two relationship files, the list of sheets, and one part a
 * sheet with its texts inline.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "forms/xlsx.h"
#include "forms/zip.h"

#define XML_HEAD                                                               \
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OOXML             "http://schemas.openxmlformats.org/"
#define MAIN_NS           OOXML "spreadsheetml/2006/main"
#define PACKAGE_RELATIONS OOXML "package/2006/relationships"
#define OFFICE_RELATIONS  OOXML "officeDocument/2006/relationships"
#define CONTENT           "application/vnd.openxmlformats-officedocument.spreadsheetml."

enum { PART_BYTES_MAX = ZIP_MEMBER_BYTES_MAX, REF_BYTES = 24 };

/* Clean UTF-8 as XML text; LF and tab may stand as they are. */
static void add_text(struct buf *b, const char *text)
{
    static const char *const escapes[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};

    for (; *text != '\0'; text++) {
        const char *escape = escapes[(unsigned char)*text];
        if (escape != NULL)
            buf_add_str(b, escape);
        else
            buf_add_byte(b, (uint8_t)*text);
    }
}

static void print_column(size_t column, char out[REF_BYTES])
{
    char letters[REF_BYTES];
    size_t n = 0;

    for (column++; column > 0; column = (column - 1) / 26)
        letters[n++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < n; i++)
        out[i] = letters[n - 1 - i];
    out[n] = '\0';
}

static void add_cell(struct buf *b, size_t column, size_t row, const char *text)
{
    char letters[REF_BYTES];

    print_column(column, letters);
    buf_printf(b,
               "<c r=\"%s%zu\" t=\"inlineStr\"><is>"
               "<t xml:space=\"preserve\">",
               letters, row);
    add_text(b, text);
    buf_add_str(b, "</t></is></c>");
}

static void add_rows(struct buf *b, const struct book_sheet *s)
{
    buf_add_str(b, XML_HEAD "<worksheet xmlns=\"" MAIN_NS "\"><sheetData>");
    for (size_t r = 0; r < s->nr; r++) {
        buf_printf(b, "<row r=\"%zu\">", r + 1);
        for (size_t c = 0; c < s->rows[r].nr; c++)
            if (s->rows[r].cells[c][0] != '\0')
                add_cell(b, c, r + 1, s->rows[r].cells[c]);
        buf_add_str(b, "</row>");
    }
    buf_add_str(b, "</sheetData></worksheet>");
}

static void add_types(struct buf *b, const struct book *k)
{
    buf_add_str(b, XML_HEAD
                "<Types xmlns=\"" OOXML "package/2006/content-types\">"
                "<Default Extension=\"rels\" ContentType=\"application/"
                "vnd.openxmlformats-package.relationships+xml\"/>"
                "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" CONTENT
                "sheet.main+xml\"/>");
    for (size_t i = 0; i < k->nr; i++)
        buf_printf(b,
                   "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" "
                   "ContentType=\"" CONTENT "worksheet+xml\"/>",
                   i + 1);
    buf_add_str(b, "</Types>");
}

static void add_package_relations(struct buf *b, const struct book *k)
{
    (void)k;
    buf_add_str(b, XML_HEAD "<Relationships xmlns=\"" PACKAGE_RELATIONS "\">"
                            "<Relationship Id=\"rId1\" Type=\"" OFFICE_RELATIONS
                            "/officeDocument\" Target=\"xl/workbook.xml\"/>"
                            "</Relationships>");
}

/* Spreadsheet programs take 31 letters; a longer name gets a number, as no two
 * may be the same. */
static void add_sheet_name(struct buf *b, const char *name, size_t number)
{
    enum { LETTERS_MAX = 31, LETTERS_CUT = 26 };
    size_t cut = 0, n = 0, letters = 0;
    struct pool *scratch;

    for (; name[n] != '\0'; n++) {
        letters += ((unsigned char)name[n] & 0xC0) != 0x80;
        if (letters <= LETTERS_CUT)
            cut = n + 1;
    }
    if (letters <= LETTERS_MAX) {
        add_text(b, name);
        return;
    }
    scratch = pool_new();
    add_text(b, pool_printf(scratch, "%.*s~%zu", (int)cut, name, number));
    pool_free(scratch);
}

static void add_workbook(struct buf *b, const struct book *k)
{
    buf_add_str(b, XML_HEAD "<workbook xmlns=\"" MAIN_NS
                            "\" xmlns:r=\"" OFFICE_RELATIONS "\"><sheets>");
    for (size_t i = 0; i < k->nr; i++) {
        buf_add_str(b, "<sheet name=\"");
        add_sheet_name(b, k->items[i].name, i + 1);
        buf_printf(b, "\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", i + 1, i + 1);
    }
    buf_add_str(b, "</sheets></workbook>");
}

static void add_workbook_relations(struct buf *b, const struct book *k)
{
    buf_add_str(b, XML_HEAD "<Relationships xmlns=\"" PACKAGE_RELATIONS "\">");
    for (size_t i = 0; i < k->nr; i++)
        buf_printf(b,
                   "<Relationship Id=\"rId%zu\" Type=\"" OFFICE_RELATIONS
                   "/worksheet\" Target=\"worksheets/sheet%zu.xml\"/>",
                   i + 1, i + 1);
    buf_add_str(b, "</Relationships>");
}

static const struct {
    const char *name;
    void (*add)(struct buf *b, const struct book *k);
} parts[] = {
    {"[Content_Types].xml", add_types},
    {"_rels/.rels", add_package_relations},
    {"xl/workbook.xml", add_workbook},
    {"xl/_rels/workbook.xml.rels", add_workbook_relations},
};

bool xlsx_write(const struct book *b, struct buf *out, struct err *e)
{
    struct zip_writer w = {.out = out};
    struct buf part = BUF_INIT(PART_BYTES_MAX);
    struct pool *names = pool_new();
    bool fits = true, written;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_clear(&part);
        parts[i].add(&part, b);
        zip_write(&w, parts[i].name, buf_text(&part), part.size);
    }
    for (size_t i = 0; fits && i < b->nr; i++) {
        buf_clear(&part);
        add_rows(&part, &b->items[i]);
        fits = !buf_failed(&part);
        zip_write(&w, pool_printf(names, "xl/worksheets/sheet%zu.xml", i + 1),
                  buf_text(&part), part.size);
    }
    written = zip_write_end(&w, e);
    buf_release(&part);
    pool_free(names);
    if (written && !fits)
        written = err_set(e, ERR_FULL, _("A sheet is too large"));
    return written;
}
