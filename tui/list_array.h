/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_LIST_ARRAY_H
#define TUI_LIST_ARRAY_H
/*
 * A list source over things that are in memory and have an index: the answers
 * to a question, the actions of a screen. The owner fills the first fields,
 * keeps the struct where it is as long as the list lives, and releases it.
 * A row's key is its index as text.
 */
#include "tui/list.h"

struct list_array {
    size_t nr;
    void *arg;
    /* adds the one row of that index, under that key */
    void (*row)(void *arg, size_t index, const char *key,
                struct list_rows *rows);
    /* whether it stays while the list is narrowed; NULL: cannot narrow */
    bool (*matches)(void *arg, size_t index, const char *words);
    char *words; /* what narrows it; the array's own */
};

struct list_source list_array_source(struct list_array *a);
void list_array_release(struct list_array *a);

size_t list_array_index(const char *key);

/* Every word of `words` occurs in the text, in either case. */
bool list_array_holds(const char *text, const char *words);

#endif
