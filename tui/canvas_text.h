/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_CANVAS_TEXT_H
#define TUI_CANVAS_TEXT_H
/*
 * A canvas in memory: what would be on the screen, as text. Keys come from a
 * function the test gives; the clock stands still but for what a timeout
 * takes. The tests of all screens run on it, without a terminal.
 */
#include "tui/canvas.h"

struct buf;

struct canvas_text_keys {
    /* The next key, when the loop would wait for timeout_ms (0: only for one
     * that waits already; negative: for ever). K_TIMEOUT when none comes. */
    uint32_t (*next)(void *arg, int timeout_ms);
    void *arg;
};

struct canvas *canvas_text_new(int rows, int cols,
                               struct canvas_text_keys keys);

/* Another size, as when the window is drawn larger; the content is blank. The
 * keys have to give K_RESIZE next. */
void canvas_text_resize(struct canvas *c, int rows, int cols);

/* The clock of this canvas goes on by so much. */
void canvas_text_pass(struct canvas *c, int ms);

/* The last painted screen, one line a row, blanks at the end left out. */
void canvas_text_print(const struct canvas *c, struct buf *out);

/* What the cell at that place was put as. */
enum role canvas_text_role(const struct canvas *c, int row, int col);

void canvas_text_cursor(const struct canvas *c, int *row, int *col);
unsigned canvas_text_paints(const struct canvas *c); /* since it was made */
unsigned canvas_text_bells(const struct canvas *c);
unsigned canvas_text_suspends(const struct canvas *c);

#endif
