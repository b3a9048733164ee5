/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_XLSX_INT_H
#define FORMS_XLSX_INT_H
/*
 * A workbook while it is read. xlsx.c finds the parts of the package and what
 * all sheets share, xlsx_cell.c makes rows of a worksheet, xlsx_xml.c feeds a
 * part through the XML parser, xlsx_write.c is the way back.
 */
#include "forms/xlsx.h"
#include "forms/zip.h"

struct xlsx_strings {
    const char **items;
    size_t nr, alloc;
};

struct xlsx_reading {
    struct zip *zip;
    struct book *book;
    struct finding_list *list;
    struct xlsx_strings strings; /* shared by all sheets */
    struct {
        bool *items; /* by style of a cell: it shows a date or time */
        size_t nr, alloc;
    } date_styles;
    bool from_1904; /* day 0 is 1904-01-01 */
    size_t cells_left, text_left, unpacked_left, elements_left;
    struct buf text;                /* of the element being read */
    const struct book_sheet *sheet; /* being read, for findings */
    unsigned dropped;               /* characters that cannot be kept */
    unsigned cut;                   /* texts that were too long */
};

/* ---- xlsx_xml.c ---- */

/* What is called for the elements of a part; names come without prefix or
 * namespace. A function that fails ends the reading. Any may be NULL. */
struct xlsx_handler {
    bool (*start)(void *arg, const char *name, const char **attributes,
                  struct err *e);
    bool (*end)(void *arg, const char *name, struct err *e);
    void (*text)(void *arg, const char *s, size_t n);
};

bool xlsx_parse(struct xlsx_reading *r, const struct zip_member *m,
                const struct xlsx_handler *h, void *arg, struct err *e);

/* The value of an attribute, any prefix; NULL when it is not there. */
const char *xlsx_attribute(const char **attributes, const char *name);

/* ---- xlsx.c ---- */

/* What r->text holds as a text of the book, and empties it: escapes of the
 * format undone, no-break spaces plain, without what is not clean. */
bool xlsx_take_text(struct xlsx_reading *r, const char **out, struct err *e);

/* ---- xlsx_cell.c ---- */

/* Makes the rows of the sheet from its part. */
bool xlsx_read_rows(struct xlsx_reading *r, const struct zip_member *m,
                    struct book_sheet *s, struct err *e);

#endif
