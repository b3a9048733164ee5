/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TUI_SUPPORT_VT_H
#define TESTS_TUI_SUPPORT_VT_H
/*
 * A small terminal for tests: takes the bytes a program writes and knows what
 * would be on the screen. It understands what ncurses sends to
 * xterm-256color, linux, vt220 and vt100; colours and modes are ignored.
 * Sequences it does not know are counted, so that a test can tell.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct vt;

struct vt *vt_new(int rows, int cols);
void vt_free(struct vt *v);

void vt_resize(struct vt *v, int rows, int cols);
void vt_feed(struct vt *v, const char *bytes, size_t n);

/* The screen, one line a row, blanks at the end left out. */
void vt_print(const struct vt *v, struct buf *out);
bool vt_shows(const struct vt *v, const char *text);
void vt_cursor(const struct vt *v, int *row, int *col);
unsigned vt_unknown(const struct vt *v); /* sequences not understood */
unsigned vt_bells(const struct vt *v);

#endif
