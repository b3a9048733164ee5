/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_LOOKALIKE_H
#define TUI_LOOKALIKE_H
/*
 * While a new case is being registered, and from the page of a case: the cases
 * of this office that look like the child (store/duplicate.h). Asked at the
 * exit of a field and only when the answers that are compared have changed;
 * says how many there are, and shows them with the reasons when the person
 * wants to see them. It never holds anybody up.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/id.h"

struct err;
struct lookalike;
struct sitting;
struct store;
struct tui;

/* lang is that of the reasons, "am". */
struct lookalike *lookalike_new(const char *lang);
void lookalike_free(struct lookalike *x); /* NULL is fine */

/* Looks again, and says on the message line when there are others than before.
 * NULL looks for nothing. */
void lookalike_look(struct lookalike *x, struct tui *t,
                    const struct sitting *s);

size_t lookalike_nr(const struct lookalike *x);

/* Shows them, serving keys until one is chosen to be opened in place of the new
 * case, and the draft of that is thrown away; false: the person goes on. */
bool lookalike_choose(const struct lookalike *x, struct tui *t,
                      struct sitting *s, struct id *chosen);

/* From the page of a case: lets the person choose which other one is of the
 * same child, from those that look alike or by its number, and puts the reasons
 * into why ("" for one by its number). ERR_CANCELLED: none. */
bool lookalike_pick(struct lookalike *x, struct tui *t, struct store *s,
                    const struct id *case_id, struct err *e);
const struct id *lookalike_picked(const struct lookalike *x);

#endif
