/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_CASES_H
#define TUI_VIEW_CASES_H
/*
 * The list of cases, which everything starts from. It shows mark (`!` values
 * clash, `+` only on this PC), number, name, place and day of the last change;
 * no concern and no risk stands where a bystander can read it. `/` narrows it
 * as one types. Read by pages through the key that orders it, so that 20,000
 * cases cost what 500 do.
 */
struct desk;
struct view;

/* Offers what was left unfinished once no key waits. */
struct view *view_cases_new(struct desk *d);

#endif
