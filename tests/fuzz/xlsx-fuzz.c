/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever a workbook holds, it gives sheets, or a sentence. The first
 * byte says what the others are: the archive itself, or one part of a sound
 * one, which no checksum hides from the fuzzer.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "forms/book.h"
#include "forms/form.h"
#include "forms/xlsx.h"
#include "forms/zip.h"

enum { ARCHIVE_MAX = 1 << 20 };

#define TYPE                                                                   \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const struct {
    const char *name, *text;
} parts[] = {
    {"xl/workbook.xml",
     "<workbook xmlns:r='x'><sheets><sheet name='survey' r:id='a'/>"
     "<sheet name='choices' r:id='b'/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships>"
     "<Relationship Id='a' Type='" TYPE "/worksheet' Target='s.xml'/>"
     "<Relationship Id='c' Type='" TYPE "/sharedStrings' Target='t.xml'/>"
     "<Relationship Id='d' Type='" TYPE "/styles' Target='y.xml'/>"
     "</Relationships>"},
    {"xl/s.xml",
     "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c>"
     "</row><row><c t='s'><v>2</v></c><c s='1'><v>3</v></c></row></sheetData>"
     "</worksheet>"},
    {"xl/t.xml", "<sst><si><t>type</t></si><si><t>name</t></si>"
                 "<si><t>text</t></si></sst>"},
    {"xl/y.xml", "<styleSheet><numFmts><numFmt numFmtId='170' "
                 "formatCode='yy'/></numFmts><cellXfs><xf numFmtId='0'/>"
                 "<xf numFmtId='170'/></cellXfs></styleSheet>"},
};

enum { PARTS_NR = sizeof parts / sizeof *parts };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void build(struct buf *out, size_t which, const char *bytes, size_t n)
{
    struct zip_writer w = {.out = out};
    struct err e = ERR_INIT;

    for (size_t i = 0; i < PARTS_NR; i++)
        zip_write(&w, parts[i].name, i == which ? bytes : parts[i].text,
                  i == which ? n : strlen(parts[i].text));
    zip_write_end(&w, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct buf archive = BUF_INIT(ARCHIVE_MAX);
    struct finding_list list = {0};
    struct err e = ERR_INIT;
    struct book *b;

    if (n == 0)
        return 0;
    if (bytes[0] % (PARTS_NR + 1) == PARTS_NR)
        buf_add(&archive, bytes + 1, n - 1);
    else
        build(&archive, bytes[0] % (PARTS_NR + 1), (const char *)bytes + 1,
              n - 1);
    b = xlsx_read(buf_text(&archive), archive.size, &list, &e);
    if (b == NULL && (e.code == ERR_NONE || e.text[0] == '\0'))
        abort(); /* a refusal says why */
    if (b != NULL)
        form_free(form_load(b, "x", &list, &e));
    book_free(b);
    finding_list_release(&list);
    buf_release(&archive);
    return 0;
}
