/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that one language has and another has not: one finding a column and
 * language, with how many there are and in which lines they begin, because
 * translations come late and all at once.
 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
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

/* One bit a language. */
static unsigned langs_of(const struct form_reading *r,
                         const struct form_sheet *s, const struct csv_row *row,
                         enum form_column c)
{
    unsigned langs = 0;

    if (form_says_yes(form_cell(s, row, COLUMN_DISABLED)))
        return 0;
    for (size_t l = 0; l < r->form->langs_nr; l++)
        if (says(s, row, c, l))
            langs |= 1u << l;
    return langs;
}

static bool has_column(const struct form_sheet *s, enum form_column c)
{
    for (size_t l = 0; l <= FORM_LANGS_MAX; l++)
        if (s->at[c][l] != CSV_NO_COLUMN)
            return true;
    return false;
}

/* What one language lacks of a column. */
struct lack {
    unsigned nr;
    char lines[80]; /* of the first few, with commas */
};

static void note(struct lack *k, unsigned line)
{
    size_t n = strlen(k->lines);

    if (k->nr < LINES_SHOWN)
        snprintf(k->lines + n, sizeof k->lines - n, "%s%u",
                 k->nr > 0 ? ", " : "", line);
    else if (k->nr == LINES_SHOWN)
        snprintf(k->lines + n, sizeof k->lines - n, ", ...");
    k->nr++;
}

static void tell(struct form_reading *r, struct finding_at at, size_t lang,
                 const struct lack *k, unsigned all)
{
    if (k->nr > 1 && k->nr == all)
        finding_add(r->list, FINDING_WARNING, at,
                    _("none of the %u texts here has a translation to %s"), all,
                    r->form->langs[lang]);
    else if (k->nr > 0)
        finding_add(r->list, FINDING_WARNING, at,
                    /* TRANSLATORS: how many of how many, language, lines */
                    P_("%u text of %u has no translation to %s: line %s",
                       "%u texts of %u have no translation to %s: lines %s",
                       k->nr),
                    k->nr, all, r->form->langs[lang], k->lines);
}

static void check_column(struct form_reading *r, const struct form_sheet *s,
                         enum form_column c)
{
    struct lack lacks[FORM_LANGS_MAX] = {{.nr = 0}};
    unsigned all = 0;

    for (size_t i = 0; i < s->nr; i++) {
        unsigned langs = langs_of(r, s, &s->rows[i], c);
        if (langs == 0)
            continue;
        all++;
        for (size_t l = 0; l < r->form->langs_nr; l++)
            if ((langs & 1u << l) == 0)
                note(&lacks[l], s->rows[i].line);
    }
    for (size_t l = 0; l < r->form->langs_nr; l++)
        tell(r, FINDING_AT(s->name, 0, form_column_name(c)), l, &lacks[l], all);
}

void form_lint_langs(struct form_reading *r)
{
    const struct form_sheet *const sheets[] = {&r->survey, &r->choices,
                                               &r->external};

    for (size_t i = 0; i < ARR_NR(sheets); i++)
        for (size_t c = 0; c < COLUMN_NR; c++)
            if (form_column_has_langs((enum form_column)c) &&
                has_column(sheets[i], (enum form_column)c))
                check_column(r, sheets[i], (enum form_column)c);
}
