/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/foot.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "tui/keymap.h"

enum { ENTRY_BYTES = 96 };

void foot_say(struct foot *f, enum role role, const char *message)
{
    f->role = role;
    str_copy(f->message, sizeof f->message, message);
}

void foot_clear(struct foot *f)
{
    f->message[0] = '\0';
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
    int taken = draw_entry(c, bar, ACTION_HELP, at);
    const enum action *a = bar->actions;

    for (; *a != ACTION_NONE; a++) {
        struct span rest =
            SPAN(at.row, at.col + taken, at.width - taken - kept);

        if (*a != ACTION_BACK && *a != ACTION_HELP && !named_before(bar, a))
            taken += draw_entry(c, bar, *a, rest);
    }
    taken += draw_entry(c, bar, ACTION_BACK,
                        SPAN(at.row, at.col + taken, at.width - taken));
    draw_entry(c, bar, ACTION_QUIT,
               SPAN(at.row, at.col + taken, at.width - taken));
}

void foot_draw(const struct foot *f, struct canvas *c,
               const struct foot_bar *bar)
{
    int rows, cols;

    canvas_size(c, &rows, &cols);
    canvas_put(c, SPAN(rows - 2, 0, cols), f->role, f->message);
    /* the last cell of the screen scrolls some terminals */
    draw_bar(c, bar, SPAN(rows - 1, 0, cols - 1));
}
