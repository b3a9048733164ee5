/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FORM_SPOT_H
#define TUI_FORM_SPOT_H
/*
 * Where the cursor stands in a form, and which keys do something there: in an
 * answer, behind the rows of a repeat, on a note, at a sealed answer.
 */
#include <stdbool.h>
#include <stddef.h>

#include "tui/action.h"

struct entry;
struct lookalike;
struct sitting;

struct form_spot {
    const struct sitting *sitting;
    size_t focus;                  /* the question; FORM_ROOT: none */
    const struct entry *entry;     /* its answer; NULL: nothing is typed */
    const struct lookalike *alike; /* of a new case; NULL: not looked for */
    bool note, sealed;             /* the question is one */
};

enum { FORM_SPOT_ACTIONS_MAX = 40 };

/* The keys in the order of the line that names them, up to ACTION_NONE. */
void form_spot_actions(const struct form_spot *x,
                       enum action out[FORM_SPOT_ACTIONS_MAX]);

#endif
