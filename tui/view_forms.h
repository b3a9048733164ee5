/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_FORMS_H
#define TUI_VIEW_FORMS_H
/*
 * The list of forms that can be filled about a child: those of the pack, then
 * the office's own, in order of title. Letters typed narrow it; Enter takes
 * one.
 */
#include <stdbool.h>

struct desk;

/* Asks; *kind is then the kind of record chosen and lives as long as the
 * office is open. False: none after all, or the office's forms could not be
 * read, which was said then. */
bool view_forms_choose(struct desk *d, const char **kind);

#endif
