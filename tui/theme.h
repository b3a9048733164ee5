/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_THEME_H
#define TUI_THEME_H
/*
 * What a piece of text is (its role) and how it looks. Screens name roles,
 * never colours. Every role that carries a meaning also carries a mark in the
 * text itself (`*` unsaved, `!` overdue, `>` chosen): monochrome terminals,
 * consoles whose font costs them bold, and screen readers lose nothing.
 */
#include <stdbool.h>

enum role {
    ROLE_TEXT,     /* ordinary words */
    ROLE_TITLE,    /* the first line of a screen */
    ROLE_HEADING,  /* above columns and groups */
    ROLE_LABEL,    /* what a field asks */
    ROLE_FIELD,    /* what was entered */
    ROLE_FOCUS,    /* label or brackets of the field that has the cursor */
    ROLE_SELECTED, /* first cells of the chosen row */
    ROLE_HINT,     /* explanations, what is of less weight */
    ROLE_GOOD,     /* done, saved */
    ROLE_WARN,     /* due, unsaved, doubtful */
    ROLE_ERROR,    /* refused, overdue, at risk */
    ROLE_KEY,      /* a key on the key bar */
    ROLE_BAR,      /* the rest of the key bar */
    ROLE_NR
};

enum theme_colour {
    THEME_DEFAULT = -1,
    THEME_RED = 1,
    THEME_GREEN = 2,
    THEME_YELLOW = 3,
    THEME_BLUE = 4,
    THEME_CYAN = 6
};

struct theme_style {
    enum theme_colour colour; /* left out on monochrome terminals */
    bool bold, reverse;
};

const struct theme_style *theme_style(enum role role);

#endif
