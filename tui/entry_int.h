/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_ENTRY_INT_H
#define TUI_ENTRY_INT_H
/* What entry.c (typed at) and entry_words.c (only shown) agree on. */
#include "tui/entry.h"

enum entry_way {
    ENTRY_LINE,  /* text and numbers: the whole width */
    ENTRY_LONG,  /* text of many lines: shown here, typed elsewhere */
    ENTRY_SHORT, /* what tui/typed.h reads, with words behind it */
    ENTRY_DAY,   /* the others: a short field and words behind it */
    ENTRY_PICK,
    ENTRY_PLACE,
};

enum { ENTRY_UNREAD_DAY = '?' };

enum entry_way entry_way_of(const struct field *d, const char *answer);

/* An answer as it stands in the field: a day in the person's calendar. */
void entry_typed(const struct entry_style *style, const struct field *d,
                 const char *answer, struct buf *out);

/* Text over several rows, the last one cut if there is more. */
void entry_draw_wrapped(struct canvas *c, struct area a, enum role role,
                        const char *text);

/* Codes that do not fit in their field say nothing: then the labels stand over
 * the whole width instead, and it is true. */
bool entry_draw_labels(const struct entry_style *style, size_t node,
                       const char *answer, struct canvas *c, struct area a);

/* Long text in its brackets. */
void entry_draw_long(struct canvas *c, struct area a, enum role brackets,
                     const char *text);

#endif
