/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_BOOK_H
#define FORMS_BOOK_H
/*
 * A form's file before anyone has looked at what it says: named sheets, each
 * with rows of cells. A CSV file in pyxform's layout and an .xlsx workbook
 * give the same thing, so the form reader has one input. Line numbers are
 * those a person sees: the line of the CSV file, the row of the worksheet.
 *
 * In the CSV layout a sheet begins with its name in the first cell of a line;
 * the lines below leave that cell empty, which is not part of the rows here.
 *
 * The book owns its texts, all clean UTF-8 (base/utf8.h); they live until
 * book_free.
 */
#include "base/buf.h"
#include "base/err.h"
#include "forms/csv.h"
#include "forms/finding.h"

enum {
    BOOK_SHEETS_MAX = 200,
    BOOK_CELLS_MAX = 400000,
    BOOK_TEXT_BYTES_MAX = 6 * 1024 * 1024, /* two forms fit into 64 MB */
};

struct book_sheet {
    const char *name;     /* trimmed; "" before the first name of a CSV file */
    unsigned line;        /* of the name in a CSV file, else 0 */
    struct csv_row *rows; /* the first is the header; a row may have no cells */
    size_t nr;
};

struct book {
    struct book_sheet *items;
    size_t nr, alloc;
    struct pool *pool;
};

/* Reads either kind, told apart by its first bytes. What a person should know
 * of the file itself is added to the list. The caller frees the book. NULL
 * with ERR_INPUT when the bytes are neither, ERR_FULL over a limit. */
struct book *book_read(const char *bytes, size_t size,
                       struct finding_list *list, struct err *e);
void book_free(struct book *b); /* NULL is fine */

/* The sheet of that name, letter case aside; NULL when there is none. */
const struct book_sheet *book_find(const struct book *b, const char *name);

/* Appends the rows of one sheet as a CSV file of its own. */
void book_write_rows(const struct book_sheet *s, struct buf *out);

/* Appends the book in the CSV layout: LF, quotation marks only where needed,
 * every row as wide as its sheet's header. */
void book_write_csv(const struct book *b, struct buf *out);

#endif
