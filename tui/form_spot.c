/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/form_spot.h"

#include "tui/entry.h"
#include "tui/form_row.h"
#include "tui/lookalike.h"
#include "tui/sitting.h"
#include "tui/unseal.h"

static const enum action behind_rows[] = {
    ACTION_SAVE,     ACTION_ADD_ROW,    ACTION_DROP_ROW,
    ACTION_LANGUAGE, ACTION_NEXT_FIELD, ACTION_PREV_FIELD,
    ACTION_PAGE_UP,  ACTION_PAGE_DOWN,  ACTION_NONE};

static const enum action on_note[] = {
    ACTION_SAVE,    ACTION_LANGUAGE,  ACTION_NEXT_FIELD, ACTION_PREV_FIELD,
    ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_NONE};

static const enum action at_sealed[] = {
    ACTION_SAVE,       ACTION_UNSEAL,  ACTION_LANGUAGE,  ACTION_NEXT_FIELD,
    ACTION_PREV_FIELD, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_NONE};

static const enum action *actions_at(const struct form_spot *x)
{
    if (x->entry)
        return entry_actions(x->entry);
    if (x->sealed)
        return unseal_may(sitting_task(x->sitting)->store) ? at_sealed
                                                           : on_note;
    return x->note ? on_note : behind_rows;
}

/* Within a row it can be added to and taken out, whatever is typed there. The
 * key for cases that look alike is named where there are some. */
void form_spot_actions(const struct form_spot *x,
                       enum action out[FORM_SPOT_ACTIONS_MAX])
{
    const struct record *r = sitting_record(x->sitting);
    const enum action *here = actions_at(x);
    size_t row = form_row_at(r, x->focus), nr = 0;
    bool in_row = x->entry && row != RECORD_NONE &&
                  record_may_add(r, record_row_repeat(r, row));

    for (; *here != ACTION_NONE && nr + 4 < FORM_SPOT_ACTIONS_MAX; here++) {
        if (in_row && *here == ACTION_NEXT_FIELD) {
            out[nr++] = ACTION_ADD_ROW;
            out[nr++] = ACTION_DROP_ROW;
        }
        out[nr++] = *here;
        if (nr == 1 && x->entry && x->alike && lookalike_nr(x->alike) > 0)
            out[nr++] = ACTION_ALIKE;
    }
    out[nr] = ACTION_NONE;
}
