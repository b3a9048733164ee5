/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/edit.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tui/typing.h"

struct edit {
    struct typing typing;
    bool secret;
    size_t first; /* offset of the first character shown */
};

struct edit *edit_new(const struct edit_plan *plan)
{
    struct edit *e = mem_alloc(sizeof *e);
    struct text_plan text = {plan->max_bytes, false, plan->secret};

    e->typing.text = text_new(&text);
    e->typing.clip = plan->clip;
    e->secret = plan->secret;
    return e;
}

void edit_free(struct edit *e)
{
    if (!e)
        return;
    text_free(e->typing.text);
    mem_free(e);
}

void edit_set(struct edit *e, const char *s)
{
    text_set(e->typing.text, s);
    sera_end(&e->typing.sera);
    e->first = 0;
}

const char *edit_get(const struct edit *e)
{
    return text_get(e->typing.text);
}

unsigned edit_changes(const struct edit *e)
{
    return text_changes(e->typing.text);
}

bool edit_is_empty(const struct edit *e)
{
    return text_size(e->typing.text) == 0;
}

bool edit_is_ethiopic(const struct edit *e)
{
    return e->typing.ethiopic;
}

void edit_set_ethiopic(struct edit *e, bool on)
{
    e->typing.ethiopic = on;
    sera_end(&e->typing.sera);
}

enum edit_answer edit_press(struct edit *e, const struct press *p)
{
    struct text *t = e->typing.text;

    if (p->action == ACTION_LINE_START)
        text_go(t, 0);
    else if (p->action == ACTION_LINE_END)
        text_go(t, text_size(t));
    else
        return typing_press(&e->typing, p);
    sera_end(&e->typing.sera);
    return EDIT_DONE;
}

/* Moves what is shown by half a field when the cursor leaves it, so that
 * typing at the end does not send the whole field again for each letter. */
static void follow_cursor(struct edit *e, const struct canvas *c, int width)
{
    const char *s = text_get(e->typing.text);
    size_t at = text_at(e->typing.text), n = text_size(e->typing.text);

    if (e->first > n || canvas_columns(c, s, n) < width)
        e->first = 0;
    if (at >= e->first &&
        canvas_columns(c, s + e->first, at - e->first) < width)
        return;
    e->first = at;
    while (e->first > 0 &&
           canvas_columns(c, s + e->first, at - e->first) < width / 2)
        e->first = utf8_prev(s, n, e->first);
}

static void draw_secret(struct edit *e, struct canvas *c, struct span at,
                        bool focus)
{
    size_t n = text_size(e->typing.text);
    int stars = (int)utf8_chars(text_get(e->typing.text), n);

    if (stars > at.width - 1)
        stars = at.width - 1;
    for (int i = 0; i < stars; i++)
        canvas_put(c, SPAN(at.row, at.col + i, 1), ROLE_FIELD, "*");
    if (focus)
        canvas_cursor(c, at.row, at.col + stars);
}

static void draw_text(struct edit *e, struct canvas *c, struct span at,
                      bool focus)
{
    const char *s = text_get(e->typing.text);
    size_t n = text_size(e->typing.text), cursor = text_at(e->typing.text);

    canvas_putn(c, at, ROLE_FIELD, s + e->first, n - e->first);
    if (focus)
        canvas_cursor(c, at.row,
                      at.col +
                          canvas_columns(c, s + e->first, cursor - e->first));
}

void edit_draw(struct edit *e, struct canvas *c, struct span at, bool focus)
{
    struct span inner = SPAN(at.row, at.col + 1, at.width - 2);
    enum role role = focus ? ROLE_FOCUS : ROLE_TEXT;
    const char *s = text_get(e->typing.text);
    bool more = false;

    canvas_blank(c, (struct area){at.row, at.col, 1, at.width});
    if (e->secret) {
        draw_secret(e, c, inner, focus);
    } else {
        follow_cursor(e, c, inner.width);
        more =
            canvas_columns(c, s + e->first,
                           text_size(e->typing.text) - e->first) > inner.width;
        draw_text(e, c, inner, focus);
    }
    canvas_put(c, SPAN(at.row, at.col, 1), role,
               !e->secret && e->first > 0 ? "<" : "[");
    canvas_put(c, SPAN(at.row, at.col + at.width - 1, 1), role,
               more ? ">" : "]");
}
