/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_LANG_H
#define TUI_LANG_H
/*
 * Languages as the people who speak them call them: never translated, so that
 * whoever lost the way finds it back.
 */

/* "አማርኛ" for "am"; a code that is not known as it stands, NULL or "" (a form
 * without named languages) as an ellipsis. */
const char *lang_name(const char *code);

#endif
