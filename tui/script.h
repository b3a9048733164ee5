/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H
/*
 * Keys in, screens out: plays a script on a canvas in memory, for tests of
 * screens as text. One step a line; blank lines and those that begin with #
 * do not count:
 *
 *   key NAME ...   keys by name: `key Down F2 ^K Enter a`
 *   type TEXT      each character of the rest of the line
 *   snap           adds the screen and the cursor to the output
 *   wait MS        nothing is pressed for so long (no real time passes)
 *   until TEXT     until TEXT is on the screen: for what child processes say
 *   resize R C     another window size
 *   hangup         the line is lost
 *
 * At the end of the script the line is lost too, so the loop returns. Steps
 * from one snap to the next are served like keys that wait.
 */
#include "tui/canvas.h"

struct buf;
struct err;
struct script;

/* The canvas of a new script; text and out are borrowed, and out gets what
 * snap prints. */
struct script *script_new(const char *text, struct buf *out, int rows,
                          int cols);
void script_free(struct script *s); /* closes the canvas; NULL is fine */

struct canvas *script_canvas(struct script *s);

/* False when a step was not understood or waited in vain. */
bool script_ok(const struct script *s, struct err *e);

#endif
