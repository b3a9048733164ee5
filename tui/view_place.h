/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_PLACE_H
#define TUI_VIEW_PLACE_H
/*
 * The screen on which a place is chosen: by its name or code, of which some
 * letters narrow the list, or down the tree. A woreda may be taken as it is or
 * with a Kebele, which has no code and is typed: "ET041114/03".
 */
#include <stdbool.h>
#include <stddef.h>

#include "forms/place.h"

struct tui;

struct view_place_plan {
    const char *title;  /* N_(); NULL: "Place" */
    const char *within; /* this place and below only; NULL: all */
    const char *words;  /* what narrows the list at first; or NULL */
    bool no_kebele;     /* do not ask for one */
};

/* Lets the person choose, serving keys until then. code holds the place chosen
 * so far, "" for none, and is put in only when this returns true. */
/* How many places words name, by code or name; the one in code when it is one.
 */
size_t view_place_match(const char *words, char code[PLACE_CODE_BYTES]);

bool view_place_choose(struct tui *t, const struct view_place_plan *plan,
                       char code[PLACE_CODE_BYTES]);

#endif
