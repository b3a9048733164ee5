/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H
/*
 * Where screens are drawn and keys come from: an interface with two bodies,
 * canvas_curses (a terminal) and canvas_text (a grid in memory, for tests).
 * Who opened it closes it.
 *
 * A screen is drawn whole, between canvas_erase and canvas_paint; the body
 * sends the difference. Text is UTF-8 and may come from anywhere: control
 * characters never reach the terminal. Where the terminal cannot show a
 * letter the canvas shows another spelling (Ethiopic in Latin letters), which
 * may be longer; so columns of text on the screen are asked of the canvas,
 * never counted by hand.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/key.h"
#include "tui/theme.h"

enum { CANVAS_ROWS_MIN = 24, CANVAS_COLS_MIN = 80 };

/* A part of one row: where text may stand. */
struct span {
    int row, col, width;
};

#define SPAN(row, col, width) ((struct span){(row), (col), (width)})

/* A rectangle of the screen: what a view or a widget may draw on. */
struct area {
    int row, col, rows, cols;
};

enum glyph { /* drawn with letters where lines are not to be had */
             GLYPH_HLINE,
             GLYPH_VLINE,
             GLYPH_CORNER,
             GLYPH_BULLET,
             GLYPH_ELLIPSIS,
             GLYPH_NR
};

struct canvas_ops {
    void (*size)(void *self, int *rows, int *cols);
    void (*erase)(void *self);
    /* n bytes of clean text that fits the row; marks follow their base */
    void (*put)(void *self, struct span at, enum role role, const char *s,
                size_t n);
    void (*cursor)(void *self, int row, int col);
    void (*paint)(void *self);   /* one write of what changed */
    void (*repaint)(void *self); /* forgets what is there, sends all */
    void (*forget)(void *self);  /* blank, also what scrolled out of sight;
                                    NULL: erase and paint do */
    uint32_t (*key)(void *self, int timeout_ms, struct pollfd *watch,
                    size_t nr);
    int64_t (*clock_ms)(void *self); /* runs on, whatever the date does */
    void (*suspend)(void *self);
    void (*bell)(void *self);
    void (*close)(void *self);
};

struct canvas {
    const struct canvas_ops *ops;
    void *self;
    bool plain;         /* the terminal shows ASCII only */
    bool ascii_frames;  /* no line-drawing characters */
    const char *notice; /* a sentence for the first screen, or NULL */
};

void canvas_close(struct canvas *c); /* NULL is fine */

void canvas_size(struct canvas *c, int *rows, int *cols);
bool canvas_is_small(struct canvas *c); /* below 80x24 */

void canvas_erase(struct canvas *c);

/* Puts text, cut at the span's width and at the edges; does not pad. Returns
 * the columns it took. */
int canvas_put(struct canvas *c, struct span at, enum role role,
               const char *text);
int canvas_putn(struct canvas *c, struct span at, enum role role,
                const char *text, size_t n);
int canvas_printf(struct canvas *c, struct span at, enum role role,
                  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Puts text at the right end of the span. */
void canvas_put_right(struct canvas *c, struct span at, enum role role,
                      const char *text);

/* A row of one glyph; blanks over the whole area. */
void canvas_line(struct canvas *c, struct span at, enum glyph glyph);
void canvas_blank(struct canvas *c, struct area a);

/* What that sign is on this terminal. */
const char *canvas_glyph(const struct canvas *c, enum glyph glyph);

/* Columns that text takes here, and the bytes of its longest part from the
 * front that fits in so many columns (marks stay with their base). */
int canvas_columns(const struct canvas *c, const char *text, size_t n);
size_t canvas_fit(const struct canvas *c, const char *text, size_t n,
                  int columns);

/* Where the cursor stands after painting: always on what has the focus, for
 * people who read the screen with fingers or ears. */
void canvas_cursor(struct canvas *c, int row, int col);

void canvas_paint(struct canvas *c);
void canvas_repaint(struct canvas *c);

/* Leaves nothing to read on the screen, nor in what can be scrolled back to
 * where the terminal allows that. */
void canvas_forget(struct canvas *c);

/* The next key or event. timeout_ms 0 answers K_TIMEOUT at once when nothing
 * waits, negative waits for ever. Watched descriptors that are ready have
 * revents set when it answers K_WATCH; keys go first. After K_HANGUP every
 * call answers K_HANGUP at once. */
uint32_t canvas_key(struct canvas *c, int timeout_ms, struct pollfd *watch,
                    size_t nr);

int64_t canvas_clock_ms(struct canvas *c);
void canvas_suspend(struct canvas *c); /* back to the shell until resumed */
void canvas_bell(struct canvas *c);

#endif
