/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/form_hint.h"

#include <string.h>

#include "tui/wrap.h"

enum { ROWS_MIN = 2, ROWS_MAX = 3, HINT_ROWS_MAX = 2 };

static int rows_of(const struct canvas *c, const char *text, int cols, int most)
{
    size_t n = strlen(text), at = 0;
    int rows = 0;

    for (; at < n && rows < most; rows++)
        at = wrap_next(c, text, n, at, cols).next;
    return rows;
}

/* The last column stays free: some terminals scroll when it is written to. */
static int width(int cols)
{
    return cols - 1;
}

static int hint_rows(const struct form_hint *h, const struct canvas *c,
                     int cols)
{
    return rows_of(c, h->hint, width(cols), HINT_ROWS_MAX);
}

int form_hint_rows(const struct form_hint *h, const struct canvas *c, int cols)
{
    int rows = hint_rows(h, c, cols);

    rows += rows_of(c, h->options, width(cols), ROWS_MAX - rows);
    return rows > ROWS_MIN ? rows : ROWS_MIN;
}

static void draw(struct canvas *c, struct area a, enum role role,
                 const char *text)
{
    size_t n = strlen(text), at = 0;

    for (int row = 0; row < a.rows && at < n; row++) {
        struct wrap_line line = wrap_next(c, text, n, at, width(a.cols));
        int taken = canvas_putn(c, SPAN(a.row + row, a.col, width(a.cols)),
                                role, text + line.start, line.end - line.start);

        at = line.next;
        if (row == a.rows - 1 && at < n)
            canvas_put(c, SPAN(a.row + row, a.col + taken, 1), role,
                       canvas_glyph(c, GLYPH_ELLIPSIS));
    }
}

void form_hint_draw(const struct form_hint *h, struct canvas *c, struct area a)
{
    int rows = hint_rows(h, c, a.cols);

    draw(c, (struct area){a.row, a.col, rows, a.cols}, ROLE_HINT, h->hint);
    draw(c, (struct area){a.row + rows, a.col, a.rows - rows, a.cols},
         ROLE_TEXT, h->options);
}
