/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_UNLOCK_H
#define TUI_VIEW_UNLOCK_H
/*
 * The first screen, and the one that stands there while the office is locked:
 * it asks for the passphrase and shows nothing of what it opens. A wrong one
 * is said in one sentence and may be typed again. Once the office is open the
 * list of cases takes its place. Esc leaves the program; what was being typed
 * elsewhere is kept as a draft.
 */
struct desk;
struct view;

struct view *view_unlock_new(struct desk *d);

#endif
