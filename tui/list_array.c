/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/list_array.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { KEY_BYTES = 24 };

size_t list_array_index(const char *key)
{
    int64_t index = 0;

    str_to_int(key, 0, INT32_MAX, &index);
    return (size_t)index;
}

static bool add(const struct list_array *a, size_t i, struct list_rows *rows)
{
    char key[KEY_BYTES];

    if (a->words && *a->words && !a->matches(a->arg, i, a->words))
        return false;
    snprintf(key, sizeof key, "%zu", i);
    a->row(a->arg, i, key, rows);
    return true;
}

static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    const struct list_array *a = arg;
    size_t i;

    if (from == LIST_BEFORE) {
        for (i = key ? list_array_index(key) : a->nr; i-- > 0 && nr > 0;)
            nr -= add(a, i, rows);
        return;
    }
    i = key ? list_array_index(key) + (from == LIST_AFTER) : 0;
    for (; i < a->nr && nr > 0; i++)
        nr -= add(a, i, rows);
}

static void narrow(void *arg, const char *text)
{
    struct list_array *a = arg;

    mem_free(a->words);
    a->words = mem_copy_str(text);
}

struct list_source list_array_source(struct list_array *a)
{
    return (struct list_source){
        .fetch = fetch, .narrow = a->matches ? narrow : NULL, .arg = a};
}

void list_array_release(struct list_array *a)
{
    mem_free(a->words);
    a->words = NULL;
}

bool list_array_holds(const char *text, const char *words)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        char *word = mem_copy_strn(words, n);
        bool found = strcasestr(text, word) != NULL;

        mem_free(word);
        if (!found)
            return false;
        words += n + strspn(words + n, " ");
    }
    return true;
}
