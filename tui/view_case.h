/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_CASE_H
#define TUI_VIEW_CASE_H
/*
 * One case on one page: who the child is, every record by kind, the newest
 * visit first, and what is known about the place with its age. A line stands
 * for one answer; the record it belongs to is opened with Enter. `+` marks what
 * is only on this PC, `!` a question with two answers, both of which are shown.
 */
#include "base/err.h"
#include "base/id.h"

struct desk;
struct view;

/* NULL when this office does not hold the case (ERR_NOT_FOUND). */
struct view *view_case_new(struct desk *d, const struct id *id, struct err *e);

#endif
