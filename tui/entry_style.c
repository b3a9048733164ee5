/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/entry_style.h"

#include <string.h>

#include "base/buf.h"
#include "base/home.h"
#include "base/str.h"
#include "forms/markup.h"
#include "store/setting.h"

enum { SETTING_BYTES = 32, NAME_BYTES = 64 };

/* A setting that cannot be read is one nobody made. */
static bool read_setting(struct store *s, const char *name,
                         char out[SETTING_BYTES])
{
    struct buf value = BUF_INIT(SETTING_BYTES - 1);
    struct err ignored = ERR_INIT;
    bool found = setting_get(s, name, &value, &ignored) && value.size > 0;

    if (found)
        str_copy(out, SETTING_BYTES, buf_text(&value));
    buf_release(&value);
    return found;
}

static void screens_language(struct store *s, char out[SETTING_BYTES])
{
    if (!read_setting(s, "ui.lang", out))
        home_asked_language(out);
}

static void name_of_choice(struct store *s, char out[NAME_BYTES])
{
    struct buf name = BUF_INIT(NAME_BYTES - 1);
    char screens[SETTING_BYTES];

    screens_language(s, screens);
    buf_printf(&name, "ui.form_lang.%s", screens);
    str_copy(out, NAME_BYTES, buf_text(&name));
    buf_release(&name);
}

struct entry_style entry_style_of(struct store *s, const struct record *r,
                                  int64_t today)
{
    const struct form *f = record_form(r);
    struct entry_style style = {f, 0, CALENDAR_ETHIOPIAN, today, r};
    char name[NAME_BYTES], value[SETTING_BYTES];

    name_of_choice(s, name);
    if (!read_setting(s, name, value))
        screens_language(s, value);
    style.lang = form_lang(f, value);
    if (read_setting(s, "ui.calendar", value) && str_equal(value, "gregorian"))
        style.calendar = CALENDAR_GREGORIAN;
    return style;
}

const struct field *entry_style_field(const struct entry_style *style,
                                      size_t node)
{
    return &style->form->fields[record_field(style->record, node)];
}

const char *entry_style_label(const struct entry_style *style, size_t node,
                              struct pool *pool)
{
    const struct field *d = entry_style_field(style, node);
    const char *text = field_label(style->form, d, style->lang);

    return record_text(style->record, node, markup_strip(text, pool),
                       style->lang, pool);
}

const char *entry_style_hint(const struct entry_style *style, size_t node,
                             struct pool *pool)
{
    const struct field *d = entry_style_field(style, node);
    const char *text = field_hint(style->form, d, style->lang);

    return record_text(style->record, node, markup_strip(text, pool),
                       style->lang, pool);
}

void entry_style_next_language(struct entry_style *style, struct store *s)
{
    struct err ignored = ERR_INIT; /* failing that it holds for this form */
    char name[NAME_BYTES];
    const char *code;

    style->lang = (style->lang + 1) % style->form->langs_nr;
    code = style->form->langs[style->lang];
    name_of_choice(s, name);
    setting_set(s, name, code, strlen(code), &ignored);
}
