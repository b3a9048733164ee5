/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/foot.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "tui/keymap.h"
#include "tui/wrap.h"

enum { LINES_MAX = 8 };

void foot_say(struct foot *f, enum role role, const char *message)
{
    f->role = role;
    str_copy(f->message, sizeof f->message, message);
}

void foot_clear(struct foot *f)
{
    f->message[0] = '\0';
}

int foot_put(struct canvas *c, struct span at, enum role role, const char *text)
{
    struct wrap_line lines[LINES_MAX];
    size_t n = strlen(text), from = 0;
    int rows, cols, nr = 0, taken = 0;

    canvas_size(c, &rows, &cols);
    while (from < n && nr < LINES_MAX && nr < at.row) {
        lines[nr] = wrap_next(c, text, n, from, at.width);
        from = lines[nr++].next;
    }
    for (int i = 0; i < nr; i++) {
        int row = at.row - nr + 1 + i;

        canvas_blank(c, (struct area){row, 0, 1, cols});
        taken =
            canvas_putn(c, SPAN(row, at.col, at.width), role,
                        text + lines[i].start, lines[i].end - lines[i].start);
    }
    return taken;
}

static bool name_key(const struct foot_bar *bar, enum action a,
                     char key[KEY_NAME_BYTES])
{
    uint32_t k = keymap_first(bar->keymap, a, bar->typing);

    if (k == K_NONE || !*action_info(a)->label)
        return false;
    key_print(k, key);
    return true;
}

static int entry_columns(struct canvas *c, const struct foot_bar *bar,
                         enum action a)
{
    char key[KEY_NAME_BYTES];
    const char *label = _(action_info(a)->label);

    if (!name_key(bar, a, key))
        return 0;
    return canvas_columns(c, key, strlen(key)) + 1 +
           canvas_columns(c, label, strlen(label)) + 2;
}

/* Draws "F2 Save" if it fits before `end`; returns the column behind it. */
static int draw_entry(struct canvas *c, const struct foot_bar *bar,
                      enum action a, struct span at)
{
    int columns = entry_columns(c, bar, a);
    char key[KEY_NAME_BYTES];

    if (columns == 0 || columns > at.width || !name_key(bar, a, key))
        return 0;
    at.col += canvas_put(c, at, ROLE_KEY, key) + 1;
    canvas_put(c, at, ROLE_BAR, _(action_info(a)->label));
    return columns;
}

/* A screen may name an action twice, for itself and with a field's. */
static bool named_before(const struct foot_bar *bar, const enum action *a)
{
    for (const enum action *b = bar->actions; b < a; b++)
        if (*b == *a)
            return true;
    return false;
}

static void draw_bar(struct canvas *c, const struct foot_bar *bar,
                     struct span at)
{
    int kept = entry_columns(c, bar, ACTION_BACK);
    int taken = bar->question ? 0 : draw_entry(c, bar, ACTION_HELP, at);
    const enum action *a = bar->actions;

    for (; *a != ACTION_NONE; a++) {
        struct span rest =
            SPAN(at.row, at.col + taken, at.width - taken - kept);

        if (*a != ACTION_BACK && *a != ACTION_HELP && !named_before(bar, a))
            taken += draw_entry(c, bar, *a, rest);
    }
    taken += draw_entry(c, bar, ACTION_BACK,
                        SPAN(at.row, at.col + taken, at.width - taken));
    if (!bar->question)
        draw_entry(c, bar, ACTION_QUIT,
                   SPAN(at.row, at.col + taken, at.width - taken));
}

void foot_draw(const struct foot *f, struct canvas *c,
               const struct foot_bar *bar)
{
    int rows, cols;

    canvas_size(c, &rows, &cols);
    foot_put(c, SPAN(rows - FOOT_ROWS, 0, cols), f->role, f->message);
    /* the last cell of the screen scrolls some terminals */
    draw_bar(c, bar, SPAN(rows - 1, 0, cols - 1));
}
