/* SPDX-License-Identifier: Apache-2.0 */
/* How answers look to which nobody types at the moment. */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/markup.h"
#include "forms/place.h"
#include "tui/entry_int.h"
#include "tui/pick.h"
#include "tui/typed.h"
#include "tui/wrap.h"

enum { PLACE_WORDS_BYTES = 200 };

/* A word of the appearance, "w4 multiline". */
static bool appears(const struct field *d, const char *word)
{
    const char *at = d->appearance;
    size_t n = strlen(word);

    while (at && (at = strstr(at, word)) != NULL) {
        if ((at == d->appearance || at[-1] == ' ') &&
            (at[n] == '\0' || at[n] == ' '))
            return true;
        at += n;
    }
    return false;
}

/* What does not fit in a line, or has several, is long wherever it came
 * from: nothing is cut. */
static enum entry_way way_of_text(const struct field *d, const char *answer)
{
    if (appears(d, "multiline") || strchr(answer, '\n') ||
        strlen(answer) > ENTRY_LINE_BYTES)
        return ENTRY_LONG;
    return appears(d, "place") ? ENTRY_PLACE : ENTRY_LINE;
}

enum entry_way entry_way_of(const struct field *d, const char *answer)
{
    static const enum entry_way ways[] = {
        [FIELD_DATE] = ENTRY_DAY,
        [FIELD_SELECT_ONE] = ENTRY_PICK,
        [FIELD_SELECT_MULTIPLE] = ENTRY_PICK,
    };

    if (d->type == FIELD_TEXT)
        return way_of_text(d, answer);
    if (typed_is_short(d))
        return ENTRY_SHORT;
    if (d->list && d->list->is_missing)
        return ENTRY_LINE; /* the choices are not here: their code is typed */
    return d->type < ARR_NR(ways) ? ways[d->type] : ENTRY_LINE;
}

static bool day_of(const char *answer, int64_t *day)
{
    struct err ignored = ERR_INIT;

    return calendar_parse(CALENDAR_GREGORIAN, answer, day, &ignored);
}

void entry_typed(const struct entry_style *style, const struct field *d,
                 const char *answer, struct buf *out)
{
    char text[CALENDAR_TEXT_BYTES];
    int64_t day;

    if (typed_is_of(d)) {
        typed_show(style, d, answer, out);
    } else if (entry_way_of(d, answer) != ENTRY_DAY) {
        buf_add_str(out, answer);
    } else if (day_of(answer, &day)) {
        calendar_print(style->calendar, day, text);
        buf_add_str(out, text);
    } else {
        buf_add_str(out, answer + (*answer == ENTRY_UNREAD_DAY));
    }
}

/* The field holds the day in the person's calendar: the words behind it say
 * which that is and give the other. */
static const char *words_of_day(const struct entry_style *style,
                                const char *answer, struct pool *pool)
{
    char words[CALENDAR_WORDS_BYTES];
    const char *lang =
        style->form->langs_nr ? style->form->langs[style->lang] : "";
    int64_t day;

    if (!day_of(answer, &day))
        return "";
    if (style->calendar == CALENDAR_ETHIOPIAN) {
        calendar_print_words(CALENDAR_GREGORIAN, day, lang, words);
        /* TRANSLATORS: behind a day of the Ethiopian calendar, "2019-03-12";
         * the Gregorian day follows */
        return pool_printf(pool, _("E.C. = %s"), words);
    }
    calendar_print_words(CALENDAR_ETHIOPIAN, day, lang, words);
    /* TRANSLATORS: behind a Gregorian day; the Ethiopian one follows */
    return pool_printf(pool, _("= %s E.C."), words);
}

static const char *words_of_place(const char *answer, struct pool *pool)
{
    char words[PLACE_WORDS_BYTES];

    if (!place_is_code(answer))
        return "";
    place_print(answer, words, sizeof words);
    return str_equal(words, answer) ? "" : pool_str(pool, words);
}

/* What is none of the answers says nothing. */
static const char *words_of_choices(const struct entry_style *style,
                                    const struct field *d, const char *answer,
                                    struct pool *pool)
{
    struct answer_style as = {.lang = style->lang};
    struct err ignored = ERR_INIT;
    struct value v;

    return answer_to_value(d, answer, pool, &v, &ignored)
               ? markup_strip(answer_print(style->form, d, answer, &as, pool),
                              pool)
               : "";
}

const char *entry_words(const struct entry_style *style, size_t node,
                        const char *answer, struct pool *pool)
{
    const struct field *d = entry_style_field(style, node);

    switch (entry_way_of(d, answer)) {
    case ENTRY_DAY:
        return words_of_day(style, answer, pool);
    case ENTRY_SHORT:
        return typed_words(style, d, answer, pool);
    case ENTRY_PLACE:
        return words_of_place(answer, pool);
    case ENTRY_PICK:
        return words_of_choices(style, d, answer, pool);
    case ENTRY_LINE:
    case ENTRY_LONG:
        break;
    }
    return answer;
}

/* ---- rows ---- */

static int rows_of(const struct canvas *c, const char *text, int cols)
{
    size_t n = strlen(text), at = 0;
    int rows = 0;

    for (; at < n && rows < ENTRY_ROWS_MAX; rows++)
        at = wrap_next(c, text, n, at, cols).next;
    return rows > 0 ? rows : 1;
}

/* Labels over the whole width, in the place of codes that do not fit; NULL:
 * they do, or what stands there is no answer. */
static const char *wide_labels(const struct entry_style *style, size_t node,
                               const char *answer, int code_cols,
                               struct pool *pool)
{
    const struct field *d = entry_style_field(style, node);
    const char *words;

    if (entry_way_of(d, answer) != ENTRY_PICK ||
        strlen(answer) < (size_t)code_cols - 2) /* the cursor is behind */
        return NULL;
    words = entry_words(style, node, answer, pool);
    return *words ? words : NULL;
}

int entry_rows(const struct entry_style *style, size_t node, const char *answer,
               const struct canvas *c, int cols)
{
    const struct field *d = entry_style_field(style, node);
    enum entry_way way = entry_way_of(d, answer);
    struct pool *pool = pool_new();
    const char *wide =
        wide_labels(style, node, answer, pick_field_columns(cols), pool);
    int rows = 1;

    if (wide && !d->read_only)
        rows = rows_of(c, wide, cols - 2);
    else if (way == ENTRY_LONG || d->read_only)
        rows = rows_of(c, entry_words(style, node, answer, pool), cols - 2);
    else if (way != ENTRY_LINE)
        rows = rows_of(c, entry_words(style, node, answer, pool),
                       cols - pick_field_columns(cols) - 1);
    pool_free(pool);
    return rows;
}

/* ---- drawing ---- */

void entry_draw_wrapped(struct canvas *c, struct area a, enum role role,
                        const char *text)
{
    size_t n = strlen(text), at = 0;
    const char *more = canvas_glyph(c, GLYPH_ELLIPSIS);

    for (int row = 0; row < a.rows && at < n; row++) {
        struct wrap_line line = wrap_next(c, text, n, at, a.cols);
        bool cut = row == a.rows - 1 && line.next < n;
        int taken = canvas_putn(c, SPAN(a.row + row, a.col, a.cols), role,
                                text + line.start, line.end - line.start);

        if (cut && taken >= a.cols)
            taken = a.cols - 1;
        if (cut)
            canvas_put(c, SPAN(a.row + row, a.col + taken, a.cols - taken),
                       role, more);
        at = line.next;
    }
}

void entry_draw_long(struct canvas *c, struct area a, enum role brackets,
                     const char *text)
{
    struct area inner = {a.row, a.col + 1, a.rows, a.cols - 2};

    entry_draw_wrapped(c, inner, ROLE_FIELD, text);
    canvas_put(c, SPAN(a.row, a.col, 1), brackets, "[");
    canvas_put(c, SPAN(a.row + a.rows - 1, a.col + a.cols - 1, 1), brackets,
               "]");
}

static void draw_field(struct canvas *c, struct span at, const char *text)
{
    size_t n = strlen(text);
    bool more = canvas_columns(c, text, n) > at.width - 2;

    canvas_put(c, SPAN(at.row, at.col, 1), ROLE_TEXT, "[");
    canvas_putn(c, SPAN(at.row, at.col + 1, at.width - 2), ROLE_FIELD, text, n);
    canvas_put(c, SPAN(at.row, at.col + at.width - 1, 1), ROLE_TEXT,
               more ? ">" : "]");
}

static void draw_coded(const struct entry_style *style, size_t node,
                       const char *answer, struct canvas *c, struct area a)
{
    struct pool *pool = pool_new();
    struct buf typed = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    int code = pick_field_columns(a.cols), taken = code + 1;

    entry_typed(style, entry_style_field(style, node), answer, &typed);
    draw_field(c, SPAN(a.row, a.col, code), buf_text(&typed));
    entry_draw_wrapped(
        c, (struct area){a.row, a.col + taken, a.rows, a.cols - taken},
        ROLE_FIELD, entry_words(style, node, answer, pool));
    buf_release(&typed);
    pool_free(pool);
}

bool entry_draw_labels(const struct entry_style *style, size_t node,
                       const char *answer, struct canvas *c, struct area a)
{
    struct pool *pool = pool_new();
    const char *wide =
        wide_labels(style, node, answer, pick_field_columns(a.cols), pool);

    if (wide)
        entry_draw_long(c, a, ROLE_TEXT, wide);
    pool_free(pool);
    return wide != NULL;
}

static void draw_read_only(const struct entry_style *style, size_t node,
                           const char *answer, struct canvas *c, struct area a)
{
    struct pool *pool = pool_new();
    struct area inner = {a.row, a.col + 1, a.rows, a.cols - 2};

    entry_draw_wrapped(c, inner, ROLE_TEXT,
                       entry_words(style, node, answer, pool));
    pool_free(pool);
}

void entry_draw_answer(const struct entry_style *style, size_t node,
                       const char *answer, struct canvas *c, struct area a)
{
    const struct field *d = entry_style_field(style, node);
    enum entry_way way = entry_way_of(d, answer);

    if (d->read_only)
        draw_read_only(style, node, answer, c, a);
    else if (way == ENTRY_LINE)
        draw_field(c, SPAN(a.row, a.col, a.cols), answer);
    else if (way == ENTRY_LONG)
        entry_draw_long(c, a, ROLE_TEXT, answer);
    else if (!entry_draw_labels(style, node, answer, c, a))
        draw_coded(style, node, answer, c, a);
}

bool entry_problem(const struct entry_style *style, const struct record *r,
                   size_t node, struct err *problem)
{
    const struct field *d = entry_style_field(style, node);
    const char *answer = record_value(r, node);
    int64_t day;

    if (d->type == FIELD_DATE && *answer == ENTRY_UNREAD_DAY)
        return !calendar_parse_typed(style->calendar, answer + 1, style->today,
                                     &day, problem) ||
               !err_set(problem, ERR_INPUT,
                        _("This date was not understood: type it again"));
    return record_problem(r, node, style->lang, false, problem);
}
