/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_CASE_PAGE_H
#define TUI_CASE_PAGE_H
/*
 * What stands on the page of a case, line by line: made from the store for a
 * width and a language, constant from then on, everything in one pool. The
 * screen of the case shows it; nothing here draws.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/id.h"
#include "store/casefile.h"
#include "store/entity.h"

struct case_page;
struct desk;

enum case_line_kind {
    CASE_LINE_BLANK,
    CASE_LINE_RECORD, /* a record begins: what it is, when, by whom */
    CASE_LINE_GROUP,  /* the title of a group of questions */
    CASE_LINE_ANSWER, /* question left, answer right */
    CASE_LINE_MORE,   /* where either of them goes on */
    CASE_LINE_HINT    /* what is missing, and the key that fills it */
};

struct case_line {
    enum case_line_kind kind;
    const char *label, *text; /* "" where there is nothing */
    bool clashes, unsent;
    bool quiet;                  /* another line bears the mark for this one */
    const struct entity *entity; /* NULL: belongs to no record */
    const struct entity_value *value; /* NULL: no single answer */
};

enum { CASE_LABEL_COLS = 36 };

/* text_cols: the columns an answer may take. ERR_NOT_FOUND when this office
 * does not hold the case. */
struct case_page *case_page_load(struct desk *d, const struct id *id,
                                 int text_cols, struct err *e);
void case_page_free(struct case_page *p); /* NULL is fine */

const struct casefile *case_page_file(const struct case_page *p);
size_t case_page_lines(const struct case_page *p);
const struct case_line *case_page_line(const struct case_page *p, size_t i);

/* The line that shows the same answer, record or, when it is gone, the line
 * in the same place; for a page that was loaded anew. */
size_t case_page_find(const struct case_page *p, const struct case_line *line,
                      size_t place);

#endif
