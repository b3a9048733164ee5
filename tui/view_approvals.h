/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_APPROVALS_H
#define TUI_VIEW_APPROVALS_H
/*
 * What waits for a second person's decision (approval.h): who asks what about
 * which case, and why. Enter approves, refuses or withdraws.
 */

struct desk;
struct id;
struct view;

struct view *view_approvals_new(struct desk *d);

/* The questions by which a person asks that a case be purged, be held back from
 * that, or be held no more. */
void view_approvals_ask(struct desk *d, const struct id *case_id);

#endif
