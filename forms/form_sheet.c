/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column is which: form authors write headers as their tools and their
 * years taught them, "relevant", "Relevance", "bind::relevant", "label:Amharic
 * (am)". All are brought to one spelling and looked up in one table.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/form_int.h"

enum { LANG_CODE_BYTES = 16, HEADER_BYTES = 96 };

static const struct column_def {
    const char *names[5]; /* XLSForm's first */
    bool by_lang;
} column_defs[COLUMN_NR] = {
    [COLUMN_TYPE] = {{"type"}, false},
    [COLUMN_NAME] = {{"name", "value"}, false},
    [COLUMN_LABEL] = {{"label", "caption"}, true},
    [COLUMN_HINT] = {{"hint"}, true},
    [COLUMN_REQUIRED] = {{"required"}, false},
    [COLUMN_REQUIRED_MESSAGE] = {{"required_message", "requiredmsg"}, true},
    [COLUMN_RELEVANT] = {{"relevant", "relevance"}, false},
    [COLUMN_CONSTRAINT] = {{"constraint"}, false},
    [COLUMN_CONSTRAINT_MESSAGE] = {{"constraint_message", "constraintmsg",
                                    "constraining_message"},
                                   true},
    [COLUMN_CALCULATION] = {{"calculation", "calculate"}, false},
    [COLUMN_DEFAULT] = {{"default"}, false},
    [COLUMN_APPEARANCE] = {{"appearance"}, false},
    [COLUMN_READ_ONLY] = {{"read_only", "readonly"}, false},
    [COLUMN_DISABLED] = {{"disabled"}, false},
    [COLUMN_X_ACCESS] = {{"x_access"}, false},
    [COLUMN_X_RETIRED] = {{"x_retired"}, false},
    [COLUMN_LIST_NAME] = {{"list_name"}, false},
    [COLUMN_FORM_ID] = {{"form_id", "id_string"}, false},
    [COLUMN_FORM_TITLE] = {{"form_title", "title"}, false},
    [COLUMN_VERSION] = {{"version"}, false},
    [COLUMN_DEFAULT_LANGUAGE] = {{"default_language"}, false},
    [COLUMN_DUPLICATES] = {{"allow_choice_duplicates"}, false},
    [COLUMN_CHOICE_FILTER] = {{"choice_filter"}, false},
};

/* Known to XLSForm, kept in the file, of no effect here. Only the part before
 * "::" counts. */
static const char *const ignored[] = {
    "media",         "body",        "bind",         "instance",
    "guidance_hint", "autoplay",    "rows",         "intent",
    "note",          "comment",     "comments",     "trigger",
    "parameters",    "save_to",     "repeat_count", "image",
    "audio",         "video",       "big_image",    "style",
    "instance_name", "namespaces",  "public_key",   "submission_url",
    "auto_send",     "auto_delete",
};

/* Names of languages without a code in brackets. */
static const struct {
    const char *name, *code;
} lang_names[] = {
    {"english", "en"},     {"amharic", "am"},   {"tigrinya", "ti"},
    {"tigrigna", "ti"},    {"tigirigna", "ti"}, {"oromo", "om"},
    {"afaan oromo", "om"}, {"oromiffa", "om"},  {"afan oromo", "om"},
    {"somali", "so"},      {"afar", "aa"},      {"sidama", "sid"},
    {"wolaytta", "wal"},   {"arabic", "ar"},    {"french", "fr"},
    {"swahili", "sw"},     {"spanish", "es"},   {"portuguese", "pt"},
};

const char *form_column_name(enum form_column column)
{
    return column_defs[column].names[0];
}

static bool is_one_of(const char *text, const char *const *words)
{
    size_t n = str_trim(&text);

    for (; *words != NULL; words++)
        if (strlen(*words) == n && strncasecmp(text, *words, n) == 0)
            return true;
    return false;
}

bool form_says_yes(const char *text)
{
    static const char *const words[] = {"yes", "true", "true()", "1", NULL};

    return is_one_of(text, words);
}

bool form_says_no(const char *text)
{
    static const char *const words[] = {"no", "false", "false()", "0", NULL};

    return is_one_of(text, words);
}

/* ---- headers ---- */

struct header {
    char base[HEADER_BYTES]; /* lower-case, "_" for blanks */
    const char *lang;        /* what stands behind the colons; NULL: nothing */
};

/* "Constraint Message::English (en)" to "constraint_message" and the rest. */
static void split_header(const char *text, struct header *h)
{
    const char *colon = strchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);

    h->lang = NULL;
    if (colon != NULL)
        h->lang = colon + (colon[1] == ':' ? 2 : 1);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    if (n >= sizeof h->base)
        n = sizeof h->base - 1;
    for (size_t i = 0; i < n; i++)
        h->base[i] = isspace((unsigned char)text[i])
                         ? '_'
                         : (char)tolower((unsigned char)text[i]);
    h->base[n] = '\0';
    if (str_equal(h->base, "bind") && h->lang != NULL)
        split_header(h->lang, h);
}

/* The column of a header; COLUMN_NR when it is none of ours. */
static enum form_column column_of(const struct header *h)
{
    for (size_t c = 0; c < COLUMN_NR; c++)
        for (size_t i = 0; i < ARR_NR(column_defs[c].names); i++)
            if (column_defs[c].names[i] != NULL &&
                str_equal(column_defs[c].names[i], h->base))
                return (enum form_column)c;
    return COLUMN_NR;
}

/* "Amharic (am)", "amharic" and "am" are one language. */
static void lang_code(const char *text, char out[LANG_CODE_BYTES])
{
    char name[HEADER_BYTES];
    const char *open = strrchr(text, '('), *close;
    size_t n = str_trim(&text);

    close = open != NULL ? strchr(open, ')') : NULL;
    if (close != NULL) {
        text = open + 1;
        n = (size_t)(close - text);
    }
    if (n >= sizeof name)
        n = sizeof name - 1;
    for (size_t i = 0; i < n; i++)
        name[i] = (char)tolower((unsigned char)text[i]);
    name[n] = '\0';
    for (size_t i = 0; i < ARR_NR(lang_names); i++)
        if (str_equal(name, lang_names[i].name)) {
            str_copy(out, LANG_CODE_BYTES, lang_names[i].code);
            return;
        }
    str_copy(out, LANG_CODE_BYTES, name);
}

/* The language's index in the form, added when it is new; FORM_NO_LANG when
 * the form has too many. */
static size_t lang_index(struct form_reading *r, const char *text)
{
    struct form *f = r->form;
    char code[LANG_CODE_BYTES];

    lang_code(text, code);
    for (size_t i = 0; i < f->langs_nr; i++)
        if (str_equal(f->langs[i], code))
            return i;
    if (f->langs_nr == FORM_LANGS_MAX)
        return FORM_NO_LANG;
    f->langs[f->langs_nr] = pool_str(f->pool, code);
    return f->langs_nr++;
}

static void warn_unknown(struct form_reading *r, const struct form_sheet *s,
                         const char *header, const struct header *h)
{
    if (str_starts(h->base, "x_") || str_is_blank(header))
        return;
    for (size_t i = 0; i < ARR_NR(ignored); i++)
        if (str_equal(ignored[i], h->base))
            return;
    finding_add(r->list, FINDING_WARNING,
                FINDING_AT(s->name, s->header->line, header),
                _("this column is not known and is not used"));
}

static void find_columns(struct form_reading *r, struct form_sheet *s)
{
    for (size_t i = 1; i < s->header->nr; i++) {
        const char *text = s->header->cells[i];
        struct header h;
        enum form_column c;
        size_t lang = FORM_NO_LANG;

        str_trim(&text);
        split_header(text, &h);
        c = column_of(&h);
        if (c == COLUMN_NR) {
            warn_unknown(r, s, text, &h);
            continue;
        }
        if (column_defs[c].by_lang && h.lang != NULL) {
            lang = lang_index(r, h.lang);
            if (lang == FORM_NO_LANG) {
                finding_add(r->list, FINDING_ERROR,
                            FINDING_AT(s->name, s->header->line, text),
                            _("a form has at most %d languages"),
                            FORM_LANGS_MAX);
                continue;
            }
        }
        if (s->at[c][lang] != CSV_NO_COLUMN)
            finding_add(r->list, FINDING_WARNING,
                        FINDING_AT(s->name, s->header->line, text),
                        _("this column stands here twice; the first "
                          "one counts"));
        else
            s->at[c][lang] = i;
    }
}

/* ---- sheets ---- */

static struct form_sheet *sheet_of(struct form_reading *r, const char *name)
{
    struct form_sheet *all[] = {&r->survey, &r->choices, &r->settings};

    for (size_t i = 0; i < ARR_NR(all); i++)
        if (strcasecmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

static void warn_sheet(struct form_reading *r, const struct csv_row *row,
                       const char *name)
{
    if (name[0] != '_' && !str_starts(name, "x_") &&
        strcasecmp(name, "entities") != 0)
        finding_add(r->list, FINDING_WARNING, FINDING_AT(name, row->line, ""),
                    _("this sheet is not known and is not used"));
}

/* A sheet begins with its name in the first cell of a line; the header is the
 * next line, the rows go up to the next name. */
static void cut_sheets(struct form_reading *r)
{
    const struct csv *c = r->csv;
    size_t i = 0;

    while (i < c->nr) {
        const struct csv_row *row = &c->items[i++];
        const char *text = row->cells[0];
        char name[32];
        struct form_sheet *s;
        size_t from, n = str_trim(&text);

        if (n == 0) {
            finding_add(r->list, FINDING_ERROR, FINDING_AT("", row->line, ""),
                        _("the name of a sheet is missing in the first "
                          "column"));
            continue;
        }
        snprintf(name, sizeof name, "%.*s", n < 31 ? (int)n : 31, text);
        for (from = i; i < c->nr && str_is_blank(c->items[i].cells[0]);)
            i++;
        s = sheet_of(r, name);
        if (s == NULL) {
            warn_sheet(r, row, name);
        } else if (s->header != NULL) {
            finding_add(r->list, FINDING_ERROR,
                        FINDING_AT(s->name, row->line, ""),
                        _("this sheet stands here twice"));
        } else if (i > from) {
            s->header = &c->items[from];
            s->rows = s->header + 1;
            s->nr = i - from - 1;
        }
    }
}

static void init_sheet(struct form_sheet *s, const char *name)
{
    s->name = name;
    for (size_t c = 0; c < COLUMN_NR; c++)
        for (size_t l = 0; l <= FORM_LANGS_MAX; l++)
            s->at[c][l] = CSV_NO_COLUMN;
}

void form_find_sheets(struct form_reading *r)
{
    struct form_sheet *all[] = {&r->settings, &r->survey, &r->choices};
    const char *lang;

    init_sheet(&r->survey, "survey");
    init_sheet(&r->choices, "choices");
    init_sheet(&r->settings, "settings");
    cut_sheets(r);
    for (size_t i = 0; i < ARR_NR(all); i++) {
        if (all[i]->header == NULL)
            continue;
        find_columns(r, all[i]);
        if (all[i] != &r->settings || r->settings.nr == 0)
            continue;
        /* first comes first: index 0 is the default language */
        lang =
            form_cell(&r->settings, r->settings.rows, COLUMN_DEFAULT_LANGUAGE);
        if (!str_is_blank(lang))
            lang_index(r, lang);
    }
    if (r->form->langs_nr == 0)
        lang_index(r, "default");
}

/* ---- cells
 * ---------------------------------------------------------------------------
 */

const char *form_cell(const struct form_sheet *s, const struct csv_row *row,
                      enum form_column column)
{
    return csv_cell(row, s->at[column][FORM_NO_LANG]);
}

const char *form_cell_trimmed(struct form_reading *r,
                              const struct form_sheet *s,
                              const struct csv_row *row,
                              enum form_column column)
{
    const char *text = form_cell(s, row, column);
    size_t n = str_trim(&text);

    return pool_strn(r->form->pool, text, n);
}

/* A text for people: "\n" in the file is a new line. NULL when there is none:
 * translators leave a dash where they have nothing. */
static const char *text_of_cell(struct pool *pool, const char *cell)
{
    size_t n = str_trim(&cell);
    char *text, *to;

    if (n == 0 || (n == 1 && *cell == '-'))
        return NULL;
    text = to = pool_strn(pool, cell, n);
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] == 'n') {
            *to++ = '\n';
            from++;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

const char *const *form_cell_texts(struct form_reading *r,
                                   const struct form_sheet *s,
                                   const struct csv_row *row,
                                   enum form_column column)
{
    struct form *f = r->form;
    const char **texts = pool_alloc(f->pool, f->langs_nr * sizeof *texts);

    for (size_t l = 0; l < f->langs_nr; l++)
        texts[l] = text_of_cell(f->pool, csv_cell(row, s->at[column][l]));
    if (texts[0] == NULL)
        texts[0] = text_of_cell(f->pool, form_cell(s, row, column));
    return texts;
}
