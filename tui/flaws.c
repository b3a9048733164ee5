/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/flaws.h"

#include "tui/entry.h"

size_t flaws_count_wrong(const struct entry_style *style, size_t *first)
{
    const struct record *r = style->record;
    struct err problem = ERR_INIT;
    size_t nr = 0;

    for (size_t i = record_walk(r, RECORD_NONE); i != RECORD_NONE;
         i = record_walk(r, i))
        if (entry_problem(style, r, i, &problem) && nr++ == 0)
            *first = i;
    return nr;
}

/* Only where a person can stand: what is read only is nobody's to fill. */
size_t flaws_count_blank(const struct entry_style *style, size_t *first)
{
    const struct record *r = style->record;
    size_t nr = 0;

    for (size_t i = record_next(r, RECORD_NONE); i != RECORD_NONE;
         i = record_next(r, i))
        if (record_kind(r, i) == RECORD_FIELD && !*record_answer(r, i) &&
            !record_is_sealed(r, i) &&
            !entry_style_field(style, i)->read_only &&
            record_is_required(r, i) && nr++ == 0)
            *first = i;
    return nr;
}
