/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/wrap.h"

#include <string.h>

#include "base/utf8.h"

static bool breaks_behind(const char *s, size_t n, size_t at)
{
    size_t len;
    uint32_t c = utf8_decode(s + at, n - at, &len);

    return c == ' ' || c == '-' || (c >= 0x1361 && c <= 0x1368);
}

/* The last place in (at, end] where the line may break; 0 when there is
 * none. */
static size_t last_break(const char *s, size_t n, size_t at, size_t end)
{
    for (size_t i = end; i > at;) {
        size_t before = utf8_prev(s, n, i);

        if (breaks_behind(s, n, before))
            return i;
        i = before;
    }
    return 0;
}

struct wrap_line wrap_next(const struct canvas *c, const char *s, size_t n,
                           size_t at, int columns)
{
    const char *newline = memchr(s + at, '\n', n - at);
    size_t paragraph = newline ? (size_t)(newline - s) : n;
    size_t fit = at + canvas_fit(c, s + at, paragraph - at, columns);
    struct wrap_line line = {at, fit, fit, true};
    size_t cut;

    if (fit == paragraph) {
        line.next = newline ? fit + 1 : n;
        line.broken = false;
        return line;
    }
    if (s[fit] == ' ') { /* the blank of the break hangs over */
        line.next = fit + 1;
        return line;
    }
    cut = last_break(s, n, at, fit);
    if (cut > at)
        line.end = line.next = cut;
    else if (fit == at) /* not even one character: go on all the same */
        line.end = line.next = utf8_next(s, n, at);
    while (line.end > at && s[line.end - 1] == ' ')
        line.end--;
    return line;
}
