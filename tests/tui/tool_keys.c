/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the manual's list of keys from the action table, for
 * man/homeward.1 between its marks, and for the test that compares.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tui/action.h"

static void print_escaped(const char *s)
{
    for (; *s; s++)
        if (*s == '^')
            fputs("\\(ha", stdout);
        else if (*s == '\\')
            fputs("\\e", stdout);
        else
            putchar(*s);
}

static void print_keys(const char *keys)
{
    fputs(".It ", stdout);
    while (*keys) {
        size_t n = strcspn(keys, " ");
        char key[32];

        snprintf(key, sizeof key, "%.*s", (int)n, keys);
        fputs("Ic ", stdout);
        /* punctuation alone or at an end means something to mdoc */
        fputs(isalnum((unsigned char)key[n - 1]) ? "" : "\\&", stdout);
        print_escaped(key);
        fputs(isalnum((unsigned char)key[n - 1]) ? "" : "\\&", stdout);
        keys += n + (keys[n] == ' ');
        fputs(*keys ? " , " : "\n", stdout);
    }
}

int main(void)
{
    puts(".Bl -tag -width 16n -compact");
    for (int a = ACTION_NONE + 1; a < ACTION_NR; a++) {
        const struct action_info *info = action_info((enum action)a);

        print_keys(info->keys);
        print_escaped(info->help);
        putchar('\n');
    }
    puts(".El");
    return 0;
}
