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

enum { HEADER_BYTES = 96 };

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
    [COLUMN_CHOICE_FILTER] = {{"choice_filter"}, false},
    [COLUMN_REPEAT_COUNT] = {{"repeat_count", "count", "repeatcount"}, false},
    [COLUMN_TRIGGER] = {{"trigger"}, false},
    [COLUMN_PARAMETERS] = {{"parameters"}, false},
    [COLUMN_SAVE_TO] = {{"save_to"}, false},
    [COLUMN_DISABLED] = {{"disabled"}, false},
    [COLUMN_X_ACCESS] = {{"x_access"}, false},
    [COLUMN_X_PURPOSE] = {{"x_purpose"}, true},
    [COLUMN_X_WAS] = {{"x_was"}, false},
    [COLUMN_X_RETIRED] = {{"x_retired"}, false},
    [COLUMN_X_TITLE] = {{"x_title"}, true},
    [COLUMN_LIST_NAME] = {{"list_name", "dataset"}, false},
    [COLUMN_FORM_ID] = {{"form_id", "id_string"}, false},
    [COLUMN_FORM_TITLE] = {{"form_title", "title"}, false},
    [COLUMN_VERSION] = {{"version"}, false},
    [COLUMN_DEFAULT_LANGUAGE] = {{"default_language"}, false},
    [COLUMN_DUPLICATES] = {{"allow_choice_duplicates"}, false},
    [COLUMN_ENTITY_ID] = {{"entity_id"}, false},
    [COLUMN_CREATE_IF] = {{"create_if"}, false},
    [COLUMN_UPDATE_IF] = {{"update_if"}, false},
    [COLUMN_REPEAT] = {{"repeat"}, false},
};

/* Known to XLSForm, kept in the file, of no effect here. Only the part before
 * "::" counts. */
static const char *const ignored[] = {
    "media",          "body",           "bind",
    "instance",       "guidance_hint",  "autoplay",
    "rows",           "intent",         "note",
    "comment",        "comments",       "control",
    "image",          "audio",          "video",
    "big_image",      "style",          "instance_name",
    "namespaces",     "public_key",     "auto_send",
    "submission_url", "auto_delete",    "noapperrorstring",
    "sms_keyword",    "sms_separator",  "sms_field",
    "sms_option",     "compact_prefix", "prefix",
    "delimiter",      "kuid",           "clean_topic_element_name",
};

/* Names of languages without a code in brackets, and codes of three letters
 * of languages that have one of two. */
static const struct {
    const char *name, *code;
} lang_names[] = {
    {"english", "en"},     {"amharic", "am"},      {"tigrinya", "ti"},
    {"tigrigna", "ti"},    {"tigirigna", "ti"},    {"oromo", "om"},
    {"afaan oromo", "om"}, {"afaan oromoo", "om"}, {"oromiffa", "om"},
    {"afan oromo", "om"},  {"somali", "so"},       {"afar", "aa"},
    {"sidama", "sid"},     {"wolaytta", "wal"},    {"arabic", "ar"},
    {"french", "fr"},      {"francais", "fr"},     {"français", "fr"},
    {"swahili", "sw"},     {"kiswahili", "sw"},    {"spanish", "es"},
    {"espanol", "es"},     {"español", "es"},      {"portuguese", "pt"},
    {"português", "pt"},   {"portugues", "pt"},    {"dari", "prs"},
    {"pashto", "ps"},      {"ukrainian", "uk"},    {"russian", "ru"},
    {"kurdish", "ku"},     {"bengali", "bn"},      {"german", "de"},
    {"eng", "en"},         {"amh", "am"},          {"tir", "ti"},
    {"orm", "om"},         {"som", "so"},          {"aar", "aa"},
    {"ara", "ar"},         {"fra", "fr"},          {"fre", "fr"},
    {"swa", "sw"},         {"spa", "es"},          {"por", "pt"},
};

const char *form_column_name(enum form_column column)
{
    return column < COLUMN_NR ? column_defs[column].names[0] : "";
}

bool form_column_has_langs(enum form_column column)
{
    return column < COLUMN_NR && column_defs[column].by_lang;
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
    bool nested;             /* it stood behind "bind::" or the like */
};

/* What stands before a name that is the same without it. */
static bool is_wrapper(const char *base)
{
    static const char *const wrappers[] = {"bind", "body", "control", "jr"};

    for (size_t i = 0; i < ARR_NR(wrappers); i++)
        if (str_equal(wrappers[i], base))
            return true;
    return false;
}

/* "Constraint Message::English (en)" to "constraint_message" and the rest. */
static void split_header(const char *text, struct header *h)
{
    const char *colon = strchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);

    h->lang = NULL;
    if (colon != NULL)
        h->lang = colon + 1 + strspn(colon + 1, ": ");
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    if (n >= sizeof h->base)
        n = sizeof h->base - 1;
    for (size_t i = 0; i < n; i++)
        h->base[i] = isspace((unsigned char)text[i]) || text[i] == '-'
                         ? '_'
                         : (char)tolower((unsigned char)text[i]);
    h->base[n] = '\0';
    if (h->lang != NULL && is_wrapper(h->base)) {
        split_header(h->lang, h);
        h->nested = true;
    }
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

enum form_column form_header(const char *header, const char **lang)
{
    struct header h = {.nested = false};
    enum form_column c;

    str_trim(&header);
    split_header(header, &h);
    c = column_of(&h);
    *lang = form_column_has_langs(c) ? h.lang : NULL;
    return c;
}

/* "Amharic (am)", "amharic" and "am" are one language. */
void form_lang_code(const char *text, char out[FORM_LANG_BYTES])
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
            str_copy(out, FORM_LANG_BYTES, lang_names[i].code);
            return;
        }
    str_copy(out, FORM_LANG_BYTES, name);
}

/* The language's index in the form, added when it is new; FORM_NO_LANG when
 * the form has too many. */
static size_t lang_index(struct form_reading *r, const char *text)
{
    struct form *f = r->form;
    char code[FORM_LANG_BYTES];

    form_lang_code(text, code);
    for (size_t i = 0; i < f->langs_nr; i++)
        if (str_equal(f->langs[i], code))
            return i;
    if (f->langs_nr == FORM_LANGS_MAX)
        return FORM_NO_LANG;
    f->langs[f->langs_nr] = pool_str(f->pool, code);
    return f->langs_nr++;
}

bool form_is_kobos(const char *header)
{
    str_trim(&header);
    return header[0] == '$' || str_starts(header, "kobo--") ||
           str_equal(header, "__version__");
}

static bool is_ignored(const struct header *h)
{
    if (h->nested || str_starts(h->base, "x_"))
        return true;
    for (size_t i = 0; i < ARR_NR(ignored); i++)
        if (str_equal(ignored[i], h->base))
            return true;
    return false;
}

/* A column without a header: notes of the author, or a header that was lost. */
static void take_nameless(struct form_reading *r, const struct form_sheet *s,
                          size_t at)
{
    for (size_t i = 0; i < s->nr; i++) {
        if (str_is_blank(csv_cell(&s->rows[i], at)))
            continue;
        finding_add(r->list, FINDING_WARNING,
                    FINDING_AT(s->name, s->rows[i].line, ""),
                    _("column %zu has no header, so what stands in it from "
                      "this line on is not used"),
                    at + 1);
        return;
    }
}

/* A comma too many moves what stands behind it out of the sheet. */
static void check_width(struct form_reading *r, const struct form_sheet *s)
{
    for (size_t i = 0; i < s->nr; i++) {
        for (size_t at = s->header->nr; at < s->rows[i].nr; at++) {
            if (str_is_blank(s->rows[i].cells[at]))
                continue;
            finding_add(r->list, FINDING_WARNING,
                        FINDING_AT(s->name, s->rows[i].line, ""),
                        _("this line goes on behind the last header, and what "
                          "stands there is not used: %.60s"),
                        s->rows[i].cells[at]);
            return;
        }
    }
}

/* A column that is none of ours. On a sheet of choices it is for filters. */
static void take_unknown(struct form_reading *r, struct form_sheet *s,
                         size_t at, const struct header *h)
{
    const char *text = s->header->cells[at];

    if (str_is_blank(text)) {
        take_nameless(r, s, at);
        return;
    }
    if (is_ignored(h) || form_is_kobos(text))
        return;
    str_trim(&text);
    if (s == &r->choices || s == &r->external)
        ARR_PUSH(&s->extra) = at;
    else
        finding_add(r->list, FINDING_WARNING,
                    FINDING_AT(s->name, s->header->line, text),
                    _("this column is not known and is not used"));
}

static void take_column(struct form_reading *r, struct form_sheet *s, size_t at,
                        enum form_column c, size_t lang)
{
    if (s->at[c][lang] == CSV_NO_COLUMN)
        s->at[c][lang] = at;
    else
        finding_add(r->list, FINDING_WARNING_HERE,
                    FINDING_AT(s->name, s->header->line, s->header->cells[at]),
                    _("this column stands here twice; the first one counts"));
}

/* On a sheet of choices any other column is for filters, whatever its name
 * means elsewhere. */
static bool means_something(const struct form_reading *r,
                            const struct form_sheet *s, enum form_column c)
{
    return (s != &r->choices && s != &r->external) || c == COLUMN_LIST_NAME ||
           c == COLUMN_NAME || c == COLUMN_LABEL || c == COLUMN_X_RETIRED;
}

static void find_columns(struct form_reading *r, struct form_sheet *s)
{
    for (size_t i = 0; i < s->header->nr; i++) {
        const char *text = s->header->cells[i];
        struct header h = {.nested = false};
        enum form_column c;
        size_t lang = FORM_NO_LANG;

        str_trim(&text);
        split_header(text, &h);
        c = column_of(&h);
        if (c == COLUMN_NR || !means_something(r, s, c)) {
            take_unknown(r, s, i, &h);
            continue;
        }
        if (column_defs[c].by_lang && h.lang != NULL) {
            lang = lang_index(r, h.lang);
            if (lang == FORM_NO_LANG) {
                finding_add(r->list, FINDING_ERROR_HERE,
                            FINDING_AT(s->name, s->header->line, text),
                            _("a form has at most %d languages"),
                            FORM_LANGS_MAX);
                continue;
            }
        }
        take_column(r, s, i, c, lang);
    }
}

/* ---- sheets ---- */

enum { SHEETS_NR = 5 };

static void all_sheets(struct form_reading *r, struct form_sheet *all[])
{
    all[0] = &r->survey; /* first: its labels say which languages there are */
    all[1] = &r->choices;
    all[2] = &r->external;
    all[3] = &r->entities;
    all[4] = &r->settings;
}

static void warn_sheet(struct form_reading *r, const struct book_sheet *b)
{
    if (b->name[0] == '\0')
        finding_add(r->list, FINDING_ERROR, FINDING_AT("", b->line, ""),
                    _("the name of a sheet is missing in the first column"));
    else if (b->name[0] != '_' && !str_starts(b->name, "x_"))
        finding_add(r->list, FINDING_WARNING, FINDING_AT(b->name, b->line, ""),
                    _("this sheet is not known and is not used"));
}

static struct form_sheet *sheet_of(struct form_reading *r, const char *name)
{
    struct form_sheet *all[SHEETS_NR];

    all_sheets(r, all);
    for (size_t i = 0; i < SHEETS_NR; i++)
        if (strcasecmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

static void find_sheets(struct form_reading *r)
{
    for (size_t i = 0; i < r->book->nr; i++) {
        const struct book_sheet *b = &r->book->items[i];
        struct form_sheet *s = sheet_of(r, b->name);

        if (s == NULL) {
            warn_sheet(r, b);
        } else if (s->header != NULL) {
            finding_add(r->list, FINDING_ERROR,
                        FINDING_AT(s->name, b->line, ""),
                        _("this sheet stands here twice"));
        } else if (b->nr > 0) {
            s->header = &b->rows[0];
            s->rows = s->header + 1;
            s->nr = b->nr - 1;
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

/* Whether the sheet has the labels in no language in particular. */
static bool has_plain_labels(const struct form_sheet *s)
{
    for (size_t i = 0; s->header != NULL && i < s->header->nr; i++) {
        const char *lang;
        if (form_header(s->header->cells[i], &lang) == COLUMN_LABEL &&
            lang == NULL)
            return true;
    }
    return false;
}

/* The default language gets index 0: the one that settings name, else that of
 * labels without a language, else the first that a column has. */
static void find_default_language(struct form_reading *r)
{
    const struct form_sheet *s = &r->settings;
    const char *lang, *text = "";

    for (size_t i = 0; s->nr > 0 && i < s->header->nr; i++)
        if (str_is_blank(text) &&
            form_header(s->header->cells[i], &lang) == COLUMN_DEFAULT_LANGUAGE)
            text = csv_cell(s->rows, i);
    if (!str_is_blank(text))
        lang_index(r, text);
    else if (has_plain_labels(&r->survey))
        lang_index(r, "default");
}

/* A default language without a single column would leave every label to the
 * fallback. */
static void check_default_language(struct form_reading *r)
{
    const struct form_sheet *both[] = {&r->survey, &r->choices};
    struct form *f = r->form;

    for (size_t i = 0; i < ARR_NR(both); i++)
        if (both[i]->at[COLUMN_LABEL][0] != CSV_NO_COLUMN)
            return;
    if (!str_equal(f->langs[0], "default"))
        finding_add(r->list, FINDING_WARNING,
                    FINDING_AT("settings", 0,
                               form_column_name(COLUMN_DEFAULT_LANGUAGE)),
                    _("no label is in the default language %s; "
                      "others are shown"),
                    f->langs[0]);
}

void form_find_sheets(struct form_reading *r)
{
    struct form_sheet *all[SHEETS_NR];

    init_sheet(&r->survey, "survey");
    init_sheet(&r->choices, "choices");
    init_sheet(&r->external, "external_choices");
    init_sheet(&r->settings, "settings");
    init_sheet(&r->entities, "entities");
    all_sheets(r, all);
    find_sheets(r);
    find_default_language(r); /* before any column is looked at */
    for (size_t i = 0; i < SHEETS_NR; i++)
        if (all[i]->header != NULL) {
            find_columns(r, all[i]);
            check_width(r, all[i]);
        }

    if (r->form->langs_nr == 0)
        lang_index(r, "default");
    check_default_language(r);
}

void form_release_sheets(struct form_reading *r)
{
    struct form_sheet *all[SHEETS_NR];

    all_sheets(r, all);
    for (size_t i = 0; i < SHEETS_NR; i++)
        ARR_RELEASE(&all[i]->extra);
}

/* ---- cells ---- */

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

/* Translators leave a dash where they have nothing. */
const char *form_text(struct pool *pool, const char *cell)
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
        texts[l] = form_text(f->pool, csv_cell(row, s->at[column][l]));
    if (texts[0] == NULL)
        texts[0] = form_text(f->pool, form_cell(s, row, column));
    /* never a blank label because of a language */
    for (size_t l = 1; l < f->langs_nr && texts[0] == NULL; l++)
        texts[0] = s->at[column][0] == CSV_NO_COLUMN ? texts[l] : NULL;
    return texts;
}
