/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/form_row.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "tui/tui.h"

enum { QUESTION_BYTES = 240 };

static size_t last_row(const struct record *r, size_t repeat)
{
    size_t row = RECORD_NONE;

    for (size_t i = record_walk(r, RECORD_NONE); i != repeat;
         i = record_walk(r, i))
        if (record_kind(r, i) == RECORD_ROW &&
            record_row_repeat(r, i) == repeat)
            row = i;
    return row;
}

size_t form_row_at(const struct record *r, size_t node)
{
    if (node != RECORD_NONE && record_kind(r, node) == RECORD_REPEAT)
        return last_row(r, node);
    while (node != RECORD_NONE && record_kind(r, node) != RECORD_ROW)
        node = record_parent(r, node);
    return node;
}

size_t form_row_repeat_at(const struct record *r, size_t node)
{
    size_t row;

    if (node != RECORD_NONE && record_kind(r, node) == RECORD_REPEAT)
        return node;
    row = form_row_at(r, node);
    return row != RECORD_NONE ? record_row_repeat(r, row) : RECORD_NONE;
}

bool form_row_may_drop(struct tui *t, const struct entry_style *style,
                       size_t row)
{
    struct buf question = BUF_INIT(QUESTION_BYTES);
    struct pool *pool = pool_new();
    bool yes;

    /* TRANSLATORS: "Take out Child 2 with all its answers?" */
    buf_printf(&question, _("Take out %s %zu with all its answers?"),
               entry_style_label(style, row, pool),
               record_row_number(style->record, row));
    yes = tui_confirm(t, buf_text(&question));
    pool_free(pool);
    buf_release(&question);
    return yes;
}
