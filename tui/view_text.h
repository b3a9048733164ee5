/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_TEXT_H
#define TUI_VIEW_TEXT_H
/*
 * A text to read, laid over the foot of the screen below it, as high as it
 * needs to be. Enter, Esc and the key for help close it.
 */
struct tui;
struct view;

/* Title and text are copied. For tui_push. */
struct view *view_text_new(struct tui *t, const char *title, const char *text);

#endif
