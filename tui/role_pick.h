/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ROLE_PICK_H
#define TUI_ROLE_PICK_H
/* The roles on a screen of their own, to choose one from. */
#include <stdbool.h>

struct desk;

/* False on Back; *role is the id of one, constant data. */
bool role_pick(struct desk *d, const char **role);

#endif
