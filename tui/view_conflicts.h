/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_CONFLICTS_H
#define TUI_VIEW_CONFLICTS_H
/*
 * The questions that two people answered without knowing of each other. The
 * chosen one shows its values below the list, with who wrote them, at which
 * office and when; a digit, or Enter on the value, says which one stands from
 * now on. That is a new change like any other: it goes to the others with the
 * next sync, and the answer can be changed again on the case.
 */
#include "base/id.h"

struct desk;
struct view;

/* Of all cases and places, or (case_id) of one case. */
struct view *view_conflicts_new(struct desk *d, const struct id *case_id);

#endif
