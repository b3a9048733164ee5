/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FILL_H
#define TUI_FILL_H
/*
 * The ways from a list or a case to a form: which form a kind of record is
 * filled with, whether a new record begins or the one that stands is opened.
 * All of them push the form's screen; when something prevents it they say so
 * on the message line and return false.
 */
#include <stdbool.h>

#include "base/id.h"

struct casefile;
struct desk;
struct draft;
struct entity;

/* A new case: asks for the place where the child belongs (first offered: the
 * one chosen last, else the office's own), then shows the registration. The
 * case's id goes into *id. */
bool fill_new_case(struct desk *d, struct id *id);

/* A record of that kind about a case: a new one, or of kinds that a case has
 * once, the one there is. */
bool fill_of_case(struct desk *d, const struct casefile *c, const char *kind);

/* Asks which checklist about the place, and shows it; the place may be changed
 * before. */
bool fill_of_place(struct desk *d, const char *place);

/* The record as it stands, to change it. */
bool fill_record(struct desk *d, const struct entity *x, const char *subject);

/* Goes on with what was left unfinished. */
bool fill_draft(struct desk *d, const struct draft *draft);

#endif
