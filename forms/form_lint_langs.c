/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that one language has and another has not: one finding a column and
 * language, with how many there are and in which lines they begin, because
 * translations come late and all at once.
 */
#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/form_int.h"

enum { LINES_SHOWN = 5 };

static bool is_text(const char *cell)
{
    size_t n = str_trim(&cell);

    return n > 1 || (n == 1 && *cell != '-');
}

/* Whether the row says this in a language; in the default one the column
 * without a language counts, too. */
static bool says(const struct form_sheet *s, const struct csv_row *row,
                 enum form_column c, size_t lang)
{
    return is_text(csv_cell(row, s->at[c][lang])) ||
           (lang == 0 && is_text(form_cell(s, row, c)));
}

static bool says_in_any(const struct form_reading *r,
                        const struct form_sheet *s, const struct csv_row *row,
                        enum form_column c)
{
    for (size_t l = 0; l < r->form->langs_nr; l++)
        if (says(s, row, c, l))
            return true;
    return false;
}

static void check_column(struct form_reading *r, const struct form_sheet *s,
                         enum form_column c, size_t lang)
{
    struct buf lines = BUF_INIT(80);
    unsigned missing = 0, all = 0;
    const struct finding_at at = {s->name, 0, form_column_name(c)};

    for (size_t i = 0; i < s->nr; i++) {
        if (form_says_yes(form_cell(s, &s->rows[i], COLUMN_DISABLED)) ||
            !says_in_any(r, s, &s->rows[i], c))
            continue;
        all++;
        if (says(s, &s->rows[i], c, lang))
            continue;
        if (missing++ < LINES_SHOWN)
            buf_printf(&lines, "%s%u", missing > 1 ? ", " : "",
                       s->rows[i].line);
    }
    if (missing > LINES_SHOWN)
        buf_add_str(&lines, ", ...");
    if (missing > 1 && missing == all)
        finding_add(r->list, FINDING_WARNING, at,
                    _("none of the %u texts here has a translation to %s"), all,
                    r->form->langs[lang]);
    else if (missing > 0)
        finding_add(r->list, FINDING_WARNING, at,
                    /* TRANSLATORS: how many of how many, language, lines */
                    P_("%u text of %u has no translation to %s: line %s",
                       "%u texts of %u have no translation to %s: lines %s",
                       missing),
                    missing, all, r->form->langs[lang], buf_text(&lines));
    buf_release(&lines);
}

void form_lint_langs(struct form_reading *r)
{
    const struct form_sheet *const sheets[] = {&r->survey, &r->choices,
                                               &r->external};

    for (size_t i = 0; i < ARR_NR(sheets); i++)
        for (size_t c = 0; c < COLUMN_NR; c++)
            for (size_t l = 0; l < r->form->langs_nr; l++)
                if (form_column_has_langs((enum form_column)c) &&
                    sheets[i]->header != NULL)
                    check_column(r, sheets[i], (enum form_column)c, l);
}
