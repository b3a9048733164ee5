/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CSV_H
#define FORMS_CSV_H
/*
 * A CSV file (RFC 4180) as rows of cells: the shape of every form, code list
 * and table of the pack, and of what offices send by mail. So the reader
 * trusts nothing: sizes are bounded, every cell is clean UTF-8 (base/utf8.h),
 * and what breaks a rule is refused with its line number.
 *
 * Accepted beyond the RFC: LF as well as CR LF, a byte order mark in front, no
 * line end behind the last row. A line with nothing in it is no row. A line
 * end inside quotation marks is kept, always as LF.
 *
 * The struct owns all texts; they live until csv_free.
 */
#include <stddef.h>

#include "base/err.h"

enum {
    CSV_BYTES_MAX = 16 * 1024 * 1024,
    CSV_CELL_BYTES_MAX = 32 * 1024,
    CSV_COLUMNS_MAX = 2000,
    CSV_ROWS_MAX = 100000,
    CSV_CELLS_MAX = 1000000,
};

#define CSV_NO_COLUMN ((size_t)-1)

struct csv_row {
    const char *const *cells; /* NUL-terminated; "" where nothing stands */
    size_t nr;                /* at least 1 */
    unsigned line;            /* of the file, from 1: where the row begins */
};

struct csv {
    struct csv_row *items;
    size_t nr, alloc;
    size_t cells_left; /* while it is read */
    struct pool *pool;
};

/* Reads a whole file. The caller frees it. NULL with ERR_INPUT when the text
 * is no CSV, ERR_FULL when it is over a limit; the sentence names the line. */
struct csv *csv_read(const char *bytes, size_t size, struct err *e);
void csv_free(struct csv *c); /* NULL is fine */

/* The cell in that column; "" beyond the end of the row. Never NULL. */
const char *csv_cell(const struct csv_row *r, size_t column);

/* The first column of a header row with exactly this text, or
 * CSV_NO_COLUMN, with which csv_cell gives "". */
size_t csv_column(const struct csv_row *header, const char *text);

#endif
