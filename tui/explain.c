/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/explain.h"

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/markup.h"

static const char *const allowed[] = {
    [FIELD_TEXT] = N_("Any text."),
    [FIELD_INTEGER] = N_("A whole number, in digits: 12."),
    [FIELD_DECIMAL] = N_("A number, perhaps with a point: 12.5."),
    [FIELD_SELECT_ONE] =
        N_("One of these: its code, the start of its words, or its number in "
           "the list. F4 opens the list."),
    [FIELD_SELECT_MULTIPLE] =
        N_("Any of these, with blanks between them: codes, starts of words, or "
           "numbers in the list. F4 opens the list; Space marks there."),
    [FIELD_TIME] =
        N_("A time of the day: 14:30, 1430. By the clock that counts from six "
           "in the morning: 3:30d in the day, 3:30n in the night."),
    [FIELD_MOMENT] =
        N_("A day, a blank and a time: 12/3/2019 14:30, T-1 9:00. T "
           "is today."),
    [FIELD_GEOPOINT] =
        N_("Latitude and longitude in degrees: 9.03 38.74. Altitude and "
           "accuracy in metres may follow."),
    [FIELD_ACKNOWLEDGE] = N_("OK, or x, when you have read this."),
    [FIELD_RANK] =
        N_("All of these, the first one first, with blanks between them: "
           "codes, numbers in the list or starts of words."),
    [FIELD_FILE] =
        N_("The path of a file on this PC. Its name is kept, and a mark "
           "of what is in it; the file itself stays where it is."),
};

static const char *allowed_days(enum calendar c)
{
    return c == CALENDAR_ETHIOPIAN
               ? _("A day of the Ethiopian calendar: 12/3/2019, 12/3, 12; T is "
                   "today, T-1 yesterday, +3d in three days, -2w two weeks "
                   "ago. "
                   "With g behind it, a day of the Gregorian calendar: "
                   "21/11/2026g.")
               : _("A day of the Gregorian calendar: 21/11/2026, 21/11, 21; T "
                   "is today, T-1 yesterday, +3d in three days, -2w two weeks "
                   "ago. With e behind it, a day of the Ethiopian calendar: "
                   "12/3/2019e.");
}

static void add_paragraph(struct buf *out, const char *text)
{
    if (*text)
        buf_printf(out, "%s\n", text);
}

/* The form's own rule, unless it was just said to be broken. */
static void add_rule(const struct entry_style *style, const struct field *d,
                     const char *said, struct buf *out)
{
    const char *rule = field_constraint_message(style->form, d, style->lang);

    if (!str_equal(rule, said))
        add_paragraph(out, rule);
}

static void add_allowed(const struct entry_style *style, const struct field *d,
                        struct buf *out)
{
    if (d->read_only)
        add_paragraph(out, _("This is only shown here."));
    else if (d->type == FIELD_DATE)
        add_paragraph(out, allowed_days(style->calendar));
    else if (d->type == FIELD_RANGE)
        buf_printf(out, _("A number from %g to %g, in steps of %g.\n"),
                   d->range.start, d->range.end, d->range.step);
    else if (d->type < ARR_NR(allowed) && allowed[d->type])
        add_paragraph(out, _(allowed[d->type]));
}

/* Those that are offered now. */
static void add_choices(const struct entry_style *style, size_t node,
                        struct buf *out)
{
    const struct choice_list *l = entry_style_field(style, node)->list;
    struct pool *pool = pool_new();
    unsigned nr = 0;

    for (size_t i = 0; l && i < l->nr; i++)
        if (record_offers(style->record, node, i))
            buf_printf(out, "%4u  %-14s %s\n", ++nr, l->items[i].name,
                       markup_strip(
                           choice_label(style->form, &l->items[i], style->lang),
                           pool));
    pool_free(pool);
}

/* One answer that stands, with who gave it. */
static void add_value(const struct entry_style *style, const struct field *d,
                      const struct entity_value *v, struct buf *out)
{
    struct answer_style as = {.lang = style->lang,
                              .lang_code = style->form->langs[style->lang],
                              .ethiopian =
                                  style->calendar == CALENDAR_ETHIOPIAN};
    struct pool *pool = pool_new();
    const char *words = answer_print(style->form, d, v->answer, &as, pool);
    char at[STAMP_ISO_BYTES];

    stamp_print_local(v->at_ms, at);
    if (!*words)
        words = _("(blank)");
    if (*v->office)
        /* TRANSLATORS: an answer, who gave it, at which office, when */
        buf_printf(out, _("  %s (%s, %s, %s)\n"), words, v->author, v->office,
                   at);
    else
        buf_printf(out, _("  %s (%s, %s)\n"), words, v->author, at);
    pool_free(pool);
}

static void add_history(const struct sitting *s,
                        const struct entry_style *style, size_t node,
                        struct buf *out)
{
    const struct entity *x = sitting_seen(s);
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    const struct entity_value *v;

    record_path(sitting_record(s), node, &path);
    v = x ? entity_value(x, buf_text(&path)) : NULL;
    if (v)
        add_paragraph(out, v->clashes
                               ? _("Several answers stand, given without "
                                   "knowing of each other. The newest is "
                                   "shown; saving another answer here replaces "
                                   "them all:")
                               : _("The answer that stands:"));
    for (; v && v < x->values + x->values_nr &&
           str_equal(v->path, buf_text(&path));
         v++)
        add_value(style, entry_style_field(style, node), v, out);
    buf_release(&path);
}

/* The child has a right to know, and so has who asks. */
static void add_purpose(const struct entry_style *style, const struct field *d,
                        struct buf *out)
{
    const char *purpose = field_purpose(style->form, d, style->lang);

    if (*purpose)
        buf_printf(out, _("Why this is asked: %s\n"), purpose);
}

void explain_field(const struct sitting *s, const struct entry_style *style,
                   size_t node, struct buf *out)
{
    const struct field *d = entry_style_field(style, node);
    const struct record *r = sitting_record(s);
    struct pool *pool = pool_new();
    struct err problem = ERR_INIT;

    add_paragraph(out, entry_style_label(style, node, pool));
    add_paragraph(out, entry_style_hint(style, node, pool));
    add_purpose(style, d, out);
    if (record_is_required(r, node))
        add_paragraph(out, _("* An answer is expected here."));
    if (entry_problem(style, r, node, &problem))
        buf_printf(out, "! %s\n", problem.text);
    add_allowed(style, d, out);
    add_rule(style, d, problem.text, out);
    add_choices(style, node, out);
    add_history(s, style, node, out);
    add_paragraph(out,
                  _("Esc goes back to the form; F9 there lists all its keys."));
    pool_free(pool);
}
