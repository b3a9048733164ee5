/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a workbook gives the texts that its author sees in the cells, with
 * the numbers of their rows, however the program that saved it laid it out;
 * what is written is read back the same; and no file, however broken or
 * malicious, does more than end in a sentence, at once and in little memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/canon.h"
#include "forms/form.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "forms/xlsx.h"
#include "forms/zip.h"

enum { BYTES_MAX = 80 * 1024 * 1024 };

#define RELATIONS                                                              \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

/* ---- workbooks written by hand ---- */

struct part {
    const char *name, *text;
};

/* Odd on purpose: names of files that say nothing, a prefix, an absolute
 * target, the sheets in another order than their files. */
#define PACKAGE                                                                \
    {"_rels/.rels",                                                            \
     "<Relationships><Relationship Id='a' Type='" RELATIONS                    \
     "/officeDocument' Target='/book/main.xml'/></Relationships>"},            \
        {"book/_rels/main.xml.rels",                                           \
         "<Relationships>"                                                     \
         "<Relationship Id='r1' Type='" RELATIONS                              \
         "/worksheet' Target='../pages/second.xml'/>"                          \
         "<Relationship Id='r2' Type='" RELATIONS                              \
         "/worksheet' Target='/pages/first.xml'/>"                             \
         "<Relationship Id='r3' Type='" RELATIONS                              \
         "/sharedStrings' Target='texts.xml'/>"                                \
         "<Relationship Id='r4' Type='" RELATIONS                              \
         "/styles' Target='looks.xml'/></Relationships>"},                     \
    {                                                                          \
        "book/main.xml",                                                       \
            "<x:workbook xmlns:x='" MAIN "' xmlns:r='" RELATIONS "'>"          \
            "<x:sheets><x:sheet name=' Survey ' sheetId='1' r:id='r2'/>"       \
            "<x:sheet name='notes' sheetId='2' r:id='r1'/></x:sheets>"         \
            "</x:workbook>"                                                    \
    }

#define STRINGS                                                                \
    {                                                                          \
        "book/texts.xml",                                                      \
            "<sst xmlns='" MAIN "'><si><t>type</t></si>"                       \
            "<si><r><t>ge</t></r><r><rPr><b/></rPr><t xml:space='preserve'>"   \
            "nder </t></r><rPh sb='0' eb='1'><t>no</t></rPh></si>"             \
            "<si><t>a&amp;b_x000A_c\xC2\xA0"                                   \
            "d_x005F_e</t></si></sst>"                                         \
    }

#define STYLES                                                                 \
    {                                                                          \
        "book/looks.xml",                                                      \
            "<styleSheet xmlns='" MAIN "'><numFmts>"                           \
            "<numFmt numFmtId='170' formatCode='yyyy\\-mm\\-dd'/>"             \
            "<numFmt numFmtId='171' formatCode='[Red]0.0\"days\"'/></numFmts>" \
            "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"                 \
            "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/>"                   \
            "<xf numFmtId='170'/><xf numFmtId='171'/></cellXfs></styleSheet>"  \
    }

static void build(struct buf *out, const struct part *parts, size_t nr)
{
    struct zip_writer w = {.out = out};
    struct err e = ERR_INIT;

    for (size_t i = 0; i < nr; i++)
        if (parts[i].name != NULL)
            zip_write(&w, parts[i].name, parts[i].text, strlen(parts[i].text));
    assert_true(zip_write_end(&w, &e));
}

/* A workbook with these rows on its one sheet of a form. */
static void build_sheet(struct buf *out, const char *rows)
{
    struct buf sheet = BUF_INIT(BYTES_MAX);

    buf_printf(&sheet,
               "<worksheet xmlns='" MAIN "'><sheetData>%s"
               "</sheetData></worksheet>",
               rows);
    const struct part parts[] = {
        PACKAGE, STRINGS, STYLES, {"pages/first.xml", buf_text(&sheet)}};
    build(out, parts, ARR_NR(parts));
    assert_false(buf_failed(out));
    buf_release(&sheet);
}

static struct book *read_bytes(const char *bytes, size_t size, struct err *e)
{
    struct finding_list l = {.items = NULL};
    struct book *b = book_read(bytes, size, &l, e);

    finding_list_release(&l);
    return b;
}

/* ---- what stands in cells ---- */

/* The attributes and inside of a cell, and the text it gives. */
static const struct {
    const char *cell, *text;
} cells[] = {
    {"t='s'><v>0</v>", "type"},
    {"t='s'><v>1</v>", "gender "},
    {"t='s'><v>2</v>", "a&b\nc d_e"},
    {"t='inlineStr'><is><t>in</t><r><t>line</t></r></is>", "inline"},
    {"t='inlineStr'><is><t>x</t><rPh><t>y</t></rPh></is>", "x"},
    {"t='str'><f>\"a\"&amp;\"b\"</f><v>ab</v>", "ab"},
    {"><f>1+2</f><v>3</v>", "3"},
    {"><v>3.0</v>", "3"},
    {"><v>0.30000000000000004</v>", "0.3"},
    {"><v>1.2E-05</v>", "0.000012"},
    {"><v>1.5E+20</v>", "150000000000000000000"},
    {"><v>-0</v>", "0"},
    {"><v>2017110801</v>", "2017110801"},
    {"t='b'><v>1</v>", "TRUE"},
    {"t='b'><v>0</v>", "FALSE"},
    {"t='e'><v>#N/A</v>", ""},
    {"t='d'><v>2024-05-01</v>", "2024-05-01"},
    {"s='1'><v>45413</v>", "2024-05-01"},
    {"s='2'><v>45413.5</v>", "2024-05-01T12:00:00"},
    {"s='1'><v>0.25</v>", "06:00:00"},
    {"s='1'><v>1</v>", "1900-01-01"},
    {"s='1'><v>61</v>", "1900-03-01"},
    {"s='3'><v>2.5</v>", "2.5"},
    {"s='9'><v>7</v>", "7"},
    {"t='n'><v>seven</v>", "seven"},
    {"t='inlineStr'><is><t>a\xE2\x80\xAE"
     "b&#x85;c</t></is>",
     "abc"},
    {"t='inlineStr'><is><t>ሰላም</t></is>", "ሰላም"},
};

static void cells_give_what_is_seen_in_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(cells); i++) {
        struct buf rows = BUF_INIT(4096), out = BUF_INIT(BYTES_MAX);
        struct err e = ERR_INIT;
        struct book *b;

        buf_printf(&rows,
                   "<row r='7'><c r='A7' t='s'><v>0</v></c>"
                   "<c r='C7' %s</c></row>",
                   cells[i].cell);
        build_sheet(&out, buf_text(&rows));
        b = read_bytes(out.data, out.size, &e);
        if (b == NULL)
            fail_msg("%s: %s", cells[i].cell, e.text);
        assert_int_equal(b->items[0].nr, 1);
        assert_int_equal(b->items[0].rows[0].line, 7);
        assert_string_equal(csv_cell(&b->items[0].rows[0], 1), "");
        assert_string_equal(csv_cell(&b->items[0].rows[0], 2), cells[i].text);
        book_free(b);
        buf_release(&rows);
        buf_release(&out);
    }
}

static void sheets_are_found_by_their_relation(void **state)
{
    struct buf out = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b;

    (void)state;
    build_sheet(&out, "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
                      "<row/><row><c><v>1</v></c></row>");
    b = read_bytes(out.data, out.size, &e);
    assert_non_null(b);
    assert_int_equal(b->nr, 2);
    assert_string_equal(b->items[0].name, "Survey");
    assert_ptr_equal(book_find(b, "survey"), &b->items[0]);
    /* cells and rows without a number follow each other */
    assert_string_equal(csv_cell(&b->items[0].rows[0], 1), "gender ");
    assert_int_equal(b->items[0].rows[1].line, 3);
    /* a sheet no form has is named, and not read */
    assert_string_equal(b->items[1].name, "notes");
    assert_int_equal(b->items[1].nr, 0);
    book_free(b);
    buf_release(&out);
}

static void days_are_counted_from_1904_where_it_says_so(void **state)
{
    const struct part parts[] = {
        PACKAGE,
        STRINGS,
        STYLES,
        {"pages/first.xml", "<worksheet><sheetData><row r='1'><c r='A1' s='1'>"
                            "<v>1</v></c></row></sheetData></worksheet>"}};
    struct part changed[ARR_NR(parts)];
    struct buf out = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b;

    (void)state;
    memcpy(changed, parts, sizeof parts);
    changed[2].text =
        "<workbook xmlns:r='" RELATIONS "'><workbookPr date1904='true'/>"
        "<sheets><sheet name='survey' r:id='r2'/></sheets></workbook>";
    build(&out, changed, ARR_NR(changed));
    b = read_bytes(out.data, out.size, &e);
    assert_non_null(b);
    assert_string_equal(b->items[0].rows[0].cells[0], "1904-01-02");
    book_free(b);
    buf_release(&out);
}

static void what_was_left_out_is_told(void **state)
{
    struct finding_list l = {.items = NULL};
    struct buf out = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b;

    (void)state;
    build_sheet(&out, "<row r='1'><c r='A1' t='e'><v>#REF!</v></c>"
                      "<c r='B1'><v>1</v></c><c r='BZZ1'><v>2</v></c>"
                      "<c r='C1' t='str'><v>a&#x202E;b</v></c></row>");
    b = book_read(out.data, out.size, &l, &e);
    assert_non_null(b);
    assert_int_equal(b->items[0].rows[0].nr, 3);
    assert_int_equal(l.nr, 3);
    assert_non_null(strstr(l.items[0].text, "#REF!"));
    assert_non_null(strstr(l.items[1].text, "beyond column 2000"));
    assert_non_null(strstr(l.items[2].text, "1 invisible"));
    assert_int_equal(l.errors_nr, 0);
    book_free(b);
    finding_list_release(&l);
    buf_release(&out);
}

/* ---- there and back ---- */

static const struct pack_file *pack_form(const char *id)
{
    char name[80];

    assert_true(strlen(id) < 64);
    strcpy(name, id);
    strcat(name, ".csv");
    return pack_file_find(name);
}

static void each(void (*check)(const struct pack_file *p))
{
    size_t nr;
    const struct kind *k = kind_list(&nr);
    unsigned forms = 0;

    for (size_t i = 0; i < nr; i++) {
        if (k[i].form[0] == '\0')
            continue;
        check(pack_form(k[i].form));
        forms++;
    }
    assert_true(forms >= 5);
}

static void goes_through_a_workbook(const struct pack_file *p)
{
    struct buf xlsx = BUF_INIT(BYTES_MAX), csv = BUF_INIT(BYTES_MAX);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct book *before = read_bytes(p->bytes, p->size, &e), *after;
    struct form *f;

    assert_non_null(before);
    assert_true(xlsx_write(before, &xlsx, &e));
    after = read_bytes(xlsx.data, xlsx.size, &e);
    assert_non_null(after);
    book_write_csv(after, &csv);
    assert_int_equal(csv.size, p->size);
    assert_memory_equal(csv.data, p->bytes, p->size);
    f = form_read(xlsx.data, xlsx.size, &l, &e);
    assert_non_null(f);
    assert_int_equal(l.errors_nr + l.kobo_nr, 0);
    form_free(f);
    book_free(before);
    book_free(after);
    buf_release(&xlsx);
    buf_release(&csv);
}

static void every_form_of_the_pack_goes_through_a_workbook(void **state)
{
    (void)state;
    each(goes_through_a_workbook);
}

static void is_canonical(const struct pack_file *p)
{
    struct buf csv = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b = read_bytes(p->bytes, p->size, &e);
    struct book *c = canon_new(b, "id");

    book_write_csv(c, &csv);
    assert_int_equal(csv.size, p->size);
    assert_memory_equal(csv.data, p->bytes, p->size);
    book_free(b);
    book_free(c);
    buf_release(&csv);
}

static void every_form_of_the_pack_is_canonical(void **state)
{
    (void)state;
    each(is_canonical);
}

static const char untidy[] =
    "notes\n,hello\n"
    "choices\n,Label,list name,region,Value,label::amharic\n"
    ",One,l,\"a\nb\",1,አንድ\n,,,,,\n"
    "survey\n,colour,relevance,caption::English,type,name,Name\n"
    ",red,${b} = ‘1’,\"Line\nbreak\",text,a,x\n"
    ",,\"${a}\n  = 2\",‘B’,text, b ,y\n"
    "external_choices\n,list_name,name,zone\n,m,2,z\n";

static const char tidy[] =
    "survey\n,type,name,label::English (en),relevant,colour\n"
    ",text,a,Line\\nbreak,${b} = '1',red\n"
    ",text,b,‘B’,${a}   = 2,\n"
    "choices\n,list_name,name,label,label::amharic (am),region,zone\n"
    ",l,1,One,አንድ,a\\nb,\n,m,2,,,,z\n"
    "settings\n,form_id,version\n,here,1\n";

static void what_is_untidy_becomes_canonical(void **state)
{
    struct buf csv = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b = read_bytes(untidy, strlen(untidy), &e);
    struct book *c = canon_new(b, "here");

    (void)state;
    book_write_csv(c, &csv);
    assert_string_equal(buf_text(&csv), tidy);
    book_free(b);
    book_free(c);
    buf_clear(&csv);
    b = read_bytes(tidy, strlen(tidy), &e);
    c = canon_new(b, "elsewhere");
    book_write_csv(c, &csv);
    assert_string_equal(buf_text(&csv), tidy);
    book_free(b);
    book_free(c);
    buf_release(&csv);
}

/* ---- what no honest file does ---- */

static void is_refused(const struct buf *file, const char *text)
{
    struct err e = ERR_INIT;
    struct book *b = read_bytes(file->data, file->size, &e);

    if (b != NULL)
        fail_msg("read, but should say: %s", text);
    if (strstr(e.text, text) == NULL)
        fail_msg("\"%s\" instead of: %s", e.text, text);
}

static void entities_are_refused(void **state)
{
    const struct part parts[] = {
        PACKAGE,
        STYLES,
        {"book/texts.xml",
         "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
         "\"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>"
         "<sst><si><t>&c;&c;&c;</t></si></sst>"}};
    struct buf out = BUF_INIT(BYTES_MAX);

    (void)state;
    build(&out, parts, ARR_NR(parts));
    is_refused(&out, "entities");
    buf_release(&out);
}

static void bombs_are_refused(void **state)
{
    struct buf rows = BUF_INIT(BYTES_MAX), out = BUF_INIT(BYTES_MAX);

    (void)state;
    for (int i = 0; i < 8 * 1024 * 1024; i++)
        buf_add_byte(&rows, ' ');
    build_sheet(&out, buf_text(&rows));
    assert_true(out.size < 64 * 1024);
    is_refused(&out, "unpacks to more");
    buf_release(&rows);
    buf_release(&out);
}

/* The rest in one table: rows of a sheet made of a piece that repeats. */
static void sheets_without_end_are_refused(void **state)
{
    static const struct {
        const char *begin, *piece;
        int times;
        const char *text;
    } sheets[] = {
        {"<row r='1'>", "<a>", 100, "nested deeper"},
        {"<row r='1' ", "a='x' ", 1, "damaged"},
        {"", "<row><c r='BWA1'><v>1</v></c></row>", 300, "cells"},
        {"<row r='0'/>", "", 1, "no number"},
        {"<row r='1048577'/>", "", 1, "no number"},
        {"<row><c t='s'><v>3</v></c></row>", "", 1, "text of a cell"},
        {"<row><c t='s'><v>x</v></c></row>", "", 1, "text of a cell"},
        {"<row r='1'><c r='A1'><v>1</v></row>", "", 1, "damaged"},
    };

    (void)state;
    for (size_t i = 0; i < ARR_NR(sheets); i++) {
        struct buf rows = BUF_INIT(BYTES_MAX), out = BUF_INIT(BYTES_MAX);
        buf_add_str(&rows, sheets[i].begin);
        for (int k = 0; k < sheets[i].times; k++)
            buf_add_str(&rows, sheets[i].piece);
        build_sheet(&out, buf_text(&rows));
        is_refused(&out, sheets[i].text);
        buf_release(&rows);
        buf_release(&out);
    }
}

/* Bytes that hardly pack, so that no ratio gives the file away. */
static void add_noise(struct buf *b, size_t n)
{
    uint32_t x = 1;

    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        buf_add_byte(b, (uint8_t)('a' + (x >> 24) % 26));
    }
}

static void long_texts_and_tags_are_bounded(void **state)
{
    struct buf rows = BUF_INIT(BYTES_MAX), out = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b;

    (void)state;
    buf_add_str(&rows, "<row><c t='str'><v>");
    add_noise(&rows, 200000);
    buf_add_str(&rows, "</v></c></row>");
    build_sheet(&out, buf_text(&rows));
    b = read_bytes(out.data, out.size, &e);
    assert_non_null(b);
    assert_in_range(strlen(b->items[0].rows[0].cells[0]), 1000,
                    XLSX_CELL_BYTES_MAX);
    book_free(b);
    buf_clear(&rows);
    buf_clear(&out);
    buf_add_str(&rows, "<row a='");
    add_noise(&rows, 400000);
    buf_add_str(&rows, "'/>");
    build_sheet(&out, buf_text(&rows));
    is_refused(&out, "a tag that is too long");
    buf_release(&rows);
    buf_release(&out);
}

/* Empty cells take no memory, but time. */
static void very_many_empty_cells_are_refused(void **state)
{
    struct buf rows = BUF_INIT(BYTES_MAX), out = BUF_INIT(BYTES_MAX);

    (void)state;
    buf_add_str(&rows, "<row><c t='str'><v>");
    add_noise(&rows, 60000);
    buf_add_str(&rows, "</v></c>");
    for (int i = 0; i <= XLSX_ELEMENTS_MAX; i++)
        buf_add_str(&rows, "<c/>");
    buf_add_str(&rows, "</row>");
    build_sheet(&out, buf_text(&rows));
    is_refused(&out, "too many cells");
    buf_release(&rows);
    buf_release(&out);
}

/* One text in very many cells is small in the file and large behind it. */
static void one_text_in_many_cells_is_bounded(void **state)
{
    struct buf rows = BUF_INIT(BYTES_MAX), texts = BUF_INIT(BYTES_MAX),
               out = BUF_INIT(BYTES_MAX);
    struct buf sheet = BUF_INIT(BYTES_MAX);

    (void)state;
    buf_add_str(&texts, "<sst><si><t>");
    add_noise(&texts, 30000);
    buf_add_str(&texts, "</t></si></sst>");
    buf_add_str(&sheet, "<worksheet><sheetData>");
    for (int i = 0; i < 2000; i++)
        buf_add_str(&sheet, "<row><c t='s'><v>0</v></c></row>");
    buf_add_str(&sheet, "</sheetData></worksheet>");
    const struct part parts[] = {PACKAGE,
                                 {"book/texts.xml", buf_text(&texts)},
                                 {"pages/first.xml", buf_text(&sheet)}};
    build(&out, parts, ARR_NR(parts));
    is_refused(&out, "megabytes of text");
    buf_release(&sheet);
    buf_release(&rows);
    buf_release(&texts);
    buf_release(&out);
}

/* ---- broken archives ---- */

static void registration(struct buf *out)
{
    const struct pack_file *p = pack_form("registration");
    struct err e = ERR_INIT;
    struct book *b = read_bytes(p->bytes, p->size, &e);

    assert_true(xlsx_write(b, out, &e));
    book_free(b);
}

static void survive(const struct buf *file)
{
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct book *b = book_read(buf_text(file), file->size, &l, &e);

    if (b == NULL)
        assert_true(e.text[0] != '\0');
    else
        form_free(form_load(b, "x", &l, &e));
    book_free(b);
    finding_list_release(&l);
}

static void every_cut_of_a_workbook_is_survived(void **state)
{
    struct buf whole = BUF_INIT(BYTES_MAX), cut = BUF_INIT(BYTES_MAX);

    (void)state;
    registration(&whole);
    for (size_t n = 0; n < whole.size; n += 97) {
        buf_clear(&cut);
        buf_add(&cut, whole.data, n);
        survive(&cut);
    }
    buf_release(&whole);
    buf_release(&cut);
}

/* Wrong lengths, offsets, names, checksums: every byte in turn. */
static void every_wrong_byte_is_survived(void **state)
{
    static const uint8_t with[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct buf whole = BUF_INIT(BYTES_MAX);
    struct err e = ERR_INIT;
    struct book *b = read_bytes(tidy, strlen(tidy), &e);

    (void)state;
    assert_true(xlsx_write(b, &whole, &e));
    book_free(b);
    for (size_t at = 0; at < whole.size; at++) {
        char kept = whole.data[at];
        for (size_t i = 0; i < ARR_NR(with); i++) {
            whole.data[at] = (char)with[i];
            survive(&whole);
        }
        whole.data[at] = kept;
    }
    buf_release(&whole);
}

static void what_cannot_be_read_says_what_to_do(void **state)
{
    struct buf file = BUF_INIT(BYTES_MAX);
    const struct part none[] = {{"a.txt", "hello"}};
    size_t at;

    (void)state;
    build(&file, none, 1);
    is_refused(&file, "no workbook");
    buf_clear(&file);
    buf_add(&file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    is_refused(&file, "save it as .xlsx");
    buf_clear(&file);
    registration(&file);
    for (at = file.size; memcmp(file.data + at - 4, "PK\1\2", 4) != 0; at--)
        ;
    file.data[at + 4] |= 1; /* the last member's flag: encrypted */
    is_refused(&file, "password");
    buf_release(&file);
}

static void a_wrong_checksum_is_refused(void **state)
{
    struct buf out = BUF_INIT(BYTES_MAX);
    char *entry;

    (void)state;
    build_sheet(&out, "<row><c><v>1</v></c></row>");
    entry = memmem(out.data, out.size, "PK\1\2", 4);
    assert_non_null(entry);
    entry[16] ^= 1;
    is_refused(&out, "damaged");
    buf_release(&out);
}

/* The whole of the above, in the memory that an old PC can spare. */
static void little_memory_was_taken(void **state)
{
    struct rusage u;

    (void)state;
#ifndef HOMEWARD_SANITIZED
    if (getenv("VALGRIND") != NULL)
        skip();
    assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
    assert_in_range(u.ru_maxrss, 1, 64 * 1024);
#else
    (void)u;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_give_what_is_seen_in_them),
        cmocka_unit_test(sheets_are_found_by_their_relation),
        cmocka_unit_test(days_are_counted_from_1904_where_it_says_so),
        cmocka_unit_test(what_was_left_out_is_told),
        cmocka_unit_test(every_form_of_the_pack_goes_through_a_workbook),
        cmocka_unit_test(every_form_of_the_pack_is_canonical),
        cmocka_unit_test(what_is_untidy_becomes_canonical),
        cmocka_unit_test(entities_are_refused),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(sheets_without_end_are_refused),
        cmocka_unit_test(long_texts_and_tags_are_bounded),
        cmocka_unit_test(very_many_empty_cells_are_refused),
        cmocka_unit_test(one_text_in_many_cells_is_bounded),
        cmocka_unit_test(every_cut_of_a_workbook_is_survived),
        cmocka_unit_test(every_wrong_byte_is_survived),
        cmocka_unit_test(what_cannot_be_read_says_what_to_do),
        cmocka_unit_test(a_wrong_checksum_is_refused),
        cmocka_unit_test(little_memory_was_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
