/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/ask.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/foot.h"

enum { GAP = 2 }; /* in front of an answer */

const struct ask_option ask_yes_no[2] = {
    /* TRANSLATORS: the letters that answer yes, and no */
    {N_("y"), N_("Yes")},
    {N_("n"), N_("No")},
};

/* The letters of an answer are shown with it: "y Yes". */
static int draw_option(const struct ask_option *o, struct canvas *c,
                       struct span at)
{
    struct span left = at;
    int taken = canvas_put(c, at, ROLE_KEY, _(o->letters)) + 1;

    left.col += taken;
    left.width -= taken;
    return taken + canvas_put(c, left, ROLE_TEXT, _(o->label));
}

/* What draw_option will take. */
static int option_columns(const struct ask_option *o, struct canvas *c)
{
    const char *letters = _(o->letters), *label = _(o->label);

    return canvas_columns(c, letters, strlen(letters)) + 1 +
           canvas_columns(c, label, strlen(label));
}

void ask_draw(const struct ask *a, struct canvas *c, struct span at)
{
    int room = at.width;

    canvas_blank(c, (struct area){at.row, at.col, 1, at.width});
    for (size_t i = 0; i < a->nr; i++)
        room -= GAP + option_columns(&a->options[i], c);
    at.col += foot_put(c, SPAN(at.row, at.col, room), ROLE_WARN, a->question);
    for (size_t i = 0; i < a->nr; i++) {
        at.col += GAP;
        at.width = 80;
        at.col += draw_option(&a->options[i], c, at);
    }
    canvas_cursor(c, at.row, at.col + 1);
}

static bool has_letter(const char *letters, uint32_t key)
{
    size_t n = strlen(letters);

    for (size_t i = 0, len; i < n; i += len) {
        uint32_t c = utf8_decode(letters + i, n - i, &len);

        if (c == key || (key < 0x80 && c < 0x80 && tolower((int)key) == (int)c))
            return true;
    }
    return false;
}

int ask_press(const struct ask *a, const struct press *p)
{
    for (size_t i = 0; i < a->nr; i++)
        if (has_letter(_(a->options[i].letters), p->key) ||
            has_letter(a->options[i].letters, p->key))
            return (int)i;
    return p->action == ACTION_BACK ? ASK_CANCELLED : ASK_WAITING;
}
