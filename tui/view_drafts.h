/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_DRAFTS_H
#define TUI_VIEW_DRAFTS_H
/*
 * The forms this person left unfinished, to go on with one of them. A draft
 * that is saved, or thrown away in its form, leaves the list; the screen
 * closes with the last one.
 */
#include <stdbool.h>

struct desk;
struct view;

/* NULL, with a sentence on the message line, when there is none. */
struct view *view_drafts_new(struct desk *d);

/* Asks whether to go on with what was left unfinished, and does; nothing when
 * there is none. For the moment after unlocking. */
void view_drafts_offer(struct desk *d);

#endif
