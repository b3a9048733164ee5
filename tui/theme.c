/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/theme.h"

#include <assert.h>

/*
 * Plain text has no attribute: each change of attribute costs some ten bytes
 * on the line. Reverse stands only where a few cells carry it.
 */
static const struct theme_style styles[ROLE_NR] = {
    [ROLE_TEXT] = {THEME_DEFAULT, false, false},
    [ROLE_TITLE] = {THEME_DEFAULT, true, false},
    [ROLE_HEADING] = {THEME_CYAN, false, false},
    [ROLE_LABEL] = {THEME_DEFAULT, false, false},
    [ROLE_FIELD] = {THEME_DEFAULT, false, false},
    [ROLE_FOCUS] = {THEME_DEFAULT, true, false},
    [ROLE_SELECTED] = {THEME_DEFAULT, true, false},
    [ROLE_HINT] = {THEME_DEFAULT, false, false},
    [ROLE_GOOD] = {THEME_GREEN, false, false},
    [ROLE_WARN] = {THEME_YELLOW, true, false},
    [ROLE_ERROR] = {THEME_RED, true, false},
    [ROLE_KEY] = {THEME_DEFAULT, false, true},
    [ROLE_BAR] = {THEME_DEFAULT, false, false},
};

const struct theme_style *theme_style(enum role role)
{
    assert(role >= 0 && role < ROLE_NR);
    return &styles[role];
}
