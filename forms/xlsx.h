/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_XLSX_H
#define FORMS_XLSX_H
/*
 * Workbooks (.xlsx, ECMA-376) as books of text, and back. Only what a form
 * needs: what a person sees in a cell, without fonts or formulas. A formula
 * gives the value the spreadsheet program last computed, a date cell an ISO
 * date, a number its digits without an exponent, TRUE and FALSE themselves.
 *
 * Only sheets that a form can have are read; any other stands in the book
 * without rows, so that its name is known and its size costs nothing.
 *
 * Whoever made the file is not trusted: sizes, ratios and nesting are
 * bounded, documents with entities of their own are refused.
 */
#include "forms/book.h"

enum {
    XLSX_COLUMNS_MAX = 2000,     /* further ones are not read */
    XLSX_CELL_BYTES_MAX = 32768, /* a longer text is cut, with a finding */
    XLSX_BYTES_MAX = 16 * 1024 * 1024,          /* of the file */
    XLSX_UNPACKED_BYTES_MAX = 64 * 1024 * 1024, /* of all that is read */
    XLSX_ELEMENTS_MAX = 1000000, /* of all that is read: bounds the time */
};

/* NULL with ERR_INPUT (no workbook, damaged) or ERR_FULL (over a limit).
 * What was left out of it is a warning. The caller frees the book. */
struct book *xlsx_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e);

/* Appends a workbook with these sheets, every cell a text. The same book
 * gives the same bytes. False with ERR_FULL when it does not fit. */
bool xlsx_write(const struct book *b, struct buf *out, struct err *e);

#endif
