/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_FLAWS_H
#define TUI_FLAWS_H
/* What a form that is to be saved still lacks: answers that are not possible,
 * and expected ones that are blank. */
#include "tui/entry_style.h"

/* How many there are, and the first of them. */
size_t flaws_count_wrong(const struct entry_style *style, size_t *first);
size_t flaws_count_blank(const struct entry_style *style, size_t *first);

#endif
