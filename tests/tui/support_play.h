/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TUI_SUPPORT_PLAY_H
#define TESTS_TUI_SUPPORT_PLAY_H
/*
 * Plays a script on screens in memory: begin, push views, run, look at the
 * output, end. 24 rows of 80 columns.
 */
#include "base/buf.h"
#include "tui/canvas_text.h"
#include "tui/script.h"
#include "tui/tui.h"

struct play {
    struct buf out; /* what the script's snaps printed */
    struct script *script;
    struct canvas *canvas;
    struct tui *tui;
};

void play_begin(struct play *p, const char *script);
bool play_run(struct play *p); /* false when the line was lost at the end */
void play_end(struct play *p);

/* The output holds that text: fails the test and shows the output if not. */
void play_shows(const struct play *p, const char *text);
void play_lacks(const struct play *p, const char *text);

#endif
