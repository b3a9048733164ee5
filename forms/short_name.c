/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/short_name.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"

/* The letter as name_key_fold leaves it. */
static const struct {
    const char *letter, *beginning;
} beginnings[] = {
    {"g", "Gebre"},  {"w", "Wolde"}, {"h", "Haile"}, {"t", "Tekle"},
    {"k", "Kidane"}, {"ገ", "ገብረ"},   {"ወ", "ወልደ"},   {"ሀ", "ኃይለ"},
    {"ተ", "ተክለ"},    {"ኪ", "ኪዳነ"},
};

/* What stands behind the slash of a title, folded. */
static const char *const title_ends[] = {"ro", "rt", "rit", "t",
                                         "ሮ",  "ሪት", "ት"};

static bool ends_title(const char *s, size_t n)
{
    char word[NAME_KEY_BYTES], folded[NAME_KEY_BYTES];
    if (n >= sizeof word)
        return false;
    memcpy(word, s, n);
    word[n] = '\0';
    name_key_fold(word, folded, sizeof folded);
    for (size_t i = 0; i < ARR_NR(title_ends); i++)
        if (str_equal(folded, title_ends[i]))
            return true;
    return folded[0] == '\0';
}

static const char *beginning_of(const char *letter, size_t n)
{
    char one[8] = "", folded[8];
    if (n >= sizeof one)
        return NULL;
    memcpy(one, letter, n);
    name_key_fold(one, folded, sizeof folded);
    for (size_t i = 0; i < ARR_NR(beginnings); i++)
        if (str_equal(folded, beginnings[i].letter))
            return beginnings[i].beginning;
    return NULL;
}

/* The beginning that a word stands short for, and the bytes of its letter and
 * slash; NULL when it is an ordinary word. */
static const char *short_at(const char *word, size_t n, size_t *used)
{
    size_t len = 0;
    utf8_decode(word, n, &len);
    if (len + 1 >= n || word[len] != '/' ||
        ends_title(word + len + 1, n - len - 1))
        return NULL;
    *used = len + 1;
    return beginning_of(word, len);
}

bool short_name_expand(const char *text, struct buf *out)
{
    bool any = false;
    buf_clear(out);
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, " "), used = 0;
        const char *beginning = n > 0 ? short_at(at, n, &used) : NULL;
        if (beginning != NULL) {
            any = true;
            buf_add(out, beginning, strlen(beginning));
        } else {
            used = 0;
        }
        buf_add(out, at + used, n - used);
        at += n;
        if (*at == ' ')
            buf_add_byte(out, (uint8_t)*at++);
    }
    if (!any)
        buf_clear(out);
    return any;
}
