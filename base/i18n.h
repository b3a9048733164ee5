/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_I18N_H
#define BASE_I18N_H
/*
 * Messages for people go through gettext: _() at the place of use, N_() where
 * a table holds the text and the reader of the table translates it.
 */
#include <libintl.h>

#define _(text)          gettext(text)
#define N_(text)         (text)
#define P_(one, many, n) ngettext(one, many, n)

#endif
