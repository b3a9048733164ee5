/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_AUDIT_H
#define TUI_VIEW_AUDIT_H
/*
 * Traces: who opened the office, looked at a case, searched, printed,
 * exported, newest first. For supervisors; an administrator sees numbers of
 * cases and no names.
 */
#include "base/err.h"
#include "base/id.h"

struct desk;
struct view;

/* Of all, or (case_id) of one case. NULL with ERR_DENIED for who may not; that
 * leaves a trace as well. */
struct view *view_audit_new(struct desk *d, const struct id *case_id,
                            struct err *e);

#endif
