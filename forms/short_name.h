/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_SHORT_NAME_H
#define FORMS_SHORT_NAME_H
/*
 * Names written short, as registers and identity cards do: G/Mariam for
 * Gebremariam, W/Michael for Woldemichael, in either script. Searches know
 * both. A title (W/ro) is no such name. Where a letter may stand for two
 * beginnings the commoner one is taken: H for Haile, not Habte. Pure.
 */
#include <stdbool.h>

struct buf;

/* Puts the text into out (cleared first) with every short name written out;
 * false when there was none, and then out is empty. */
bool short_name_expand(const char *text, struct buf *out);

#endif
