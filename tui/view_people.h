/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_PEOPLE_H
#define TUI_VIEW_PEOPLE_H
/*
 * The people of this office: login, role, state, last unlock. Keys add a
 * person, give a role or a new passphrase, shut somebody out who left, and make
 * the passphrase for the envelope; what the rules of store/user.h refuse is
 * said in their words.
 */
struct desk;
struct view;

struct view *view_people_new(struct desk *d);

#endif
