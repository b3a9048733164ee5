/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_HELP_H
#define TUI_VIEW_HELP_H
/*
 * Help on a screen, and its menu: what the screen is for, and what can be
 * done on it with which keys. Enter does the chosen thing; typing after `/`
 * narrows the lines. Made from the action table, so it is never out of date.
 */
#include "tui/tui.h"

/* Help on that view, as it is now. Pushed by the tui. */
struct view *view_help_new(struct tui *t, const struct view *about);

#endif
