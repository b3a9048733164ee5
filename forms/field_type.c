/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/field_type.h"

#include <ctype.h>
#include <string.h>

#include "base/arr.h"
#include "forms/answer_int.h"

static const struct field_type_def defs[] = {
    {
        .type = FIELD_TEXT,
        .names = {"text", "string"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_INTEGER,
        .names = {"integer", "int"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_NUMBER,
        .to_value = answer_integer_to_value,
    },
    {
        .type = FIELD_DECIMAL,
        .names = {"decimal"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_NUMBER,
        .to_value = answer_decimal_to_value,
    },
    {
        .type = FIELD_RANGE,
        .names = {"range"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_NUMBER,
        .to_value = answer_range_to_value,
    },
    {
        .type = FIELD_DATE,
        .names = {"date"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_DATE,
        .to_value = answer_date_to_value,
        .print = answer_date_print,
    },
    {
        .type = FIELD_TIME,
        .names = {"time"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_time_to_value,
    },
    {
        .type = FIELD_MOMENT,
        .names = {"datetime", "date time"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_DATE,
        .to_value = answer_moment_to_value,
    },
    {
        .type = FIELD_SELECT_ONE,
        .names = {"select one", "select one from", "select1"},
        .source = FIELD_LIST_OF_FORM,
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_choice_to_value,
        .print = answer_choices_print,
    },
    {
        .type = FIELD_SELECT_MULTIPLE,
        .names = {"select multiple", "select all that apply",
                  "select multiple from", "select all that apply from"},
        .source = FIELD_LIST_OF_FORM,
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_choices_to_value,
        .print = answer_choices_print,
    },
    {
        .type = FIELD_RANK,
        .names = {"rank", "odk:rank"},
        .source = FIELD_LIST_OF_FORM,
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_rank_to_value,
        .print = answer_choices_print,
    },
    {
        .type = FIELD_BARCODE,
        .names = {"barcode"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_PHONE,
        .names = {"tel", "phone number"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_GEOPOINT,
        .names = {"geopoint", "gps", "location"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_geopoint_to_value,
    },
    {
        .type = FIELD_SHAPE,
        .names = {"geotrace", "geoshape", "gps trace", "gps shape"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_ACKNOWLEDGE,
        .names = {"acknowledge", "trigger"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_ok_to_value,
    },
    {
        .type = FIELD_FILE,
        .names = {"image", "photo", "audio", "video", "file", "signature"},
        .holds_value = true,
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_NOTE,
        .names = {"note"},
        .is_asked = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_none_to_value,
    },
    {
        .type = FIELD_CALCULATE,
        .names = {"calculate", "hidden", "calculation"},
        .holds_value = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_META,
        .names = {"start", "end", "today", "deviceid", "username", "email"},
        .holds_value = true,
        .compares_as = EXPR_STRING,
        .to_value = answer_text_to_value,
    },
    {
        .type = FIELD_GROUP,
        .names = {"begin group"},
        .compares_as = EXPR_STRING,
        .to_value = answer_none_to_value,
    },
    {
        .type = FIELD_REPEAT,
        .names = {"begin repeat"},
        .compares_as = EXPR_STRING,
        .to_value = answer_none_to_value,
    },
};

/* Further spellings: types that are one of the above but for a detail. */
static const struct spelling {
    const char *name;
    enum field_type type;
    enum field_list_source source;
} spellings[] = {
    {"add text prompt", FIELD_TEXT, FIELD_LIST_NONE},
    {"q string", FIELD_TEXT, FIELD_LIST_NONE},
    {"add integer prompt", FIELD_INTEGER, FIELD_LIST_NONE},
    {"add decimal prompt", FIELD_DECIMAL, FIELD_LIST_NONE},
    {"add date prompt", FIELD_DATE, FIELD_LIST_NONE},
    {"add note prompt", FIELD_NOTE, FIELD_LIST_NONE},
    {"select one external", FIELD_SELECT_ONE, FIELD_LIST_OF_FORM},
    {"select multiple external", FIELD_SELECT_MULTIPLE, FIELD_LIST_OF_FORM},
    {"select one from file", FIELD_SELECT_ONE, FIELD_LIST_OF_FILE},
    {"select multiple from file", FIELD_SELECT_MULTIPLE, FIELD_LIST_OF_FILE},
    {"add select one prompt using", FIELD_SELECT_ONE, FIELD_LIST_OF_FORM},
    {"add select multiple prompt using", FIELD_SELECT_MULTIPLE,
     FIELD_LIST_OF_FORM},
    {"picture", FIELD_FILE, FIELD_LIST_NONE},
    {"binary", FIELD_FILE, FIELD_LIST_NONE},
    {"start time", FIELD_META, FIELD_LIST_NONE},
    {"end time", FIELD_META, FIELD_LIST_NONE},
    {"device id", FIELD_META, FIELD_LIST_NONE},
    {"imei", FIELD_META, FIELD_LIST_NONE},
    {"simserial", FIELD_META, FIELD_LIST_NONE},
    {"sim serial", FIELD_META, FIELD_LIST_NONE},
    {"simid", FIELD_META, FIELD_LIST_NONE},
    {"sim id", FIELD_META, FIELD_LIST_NONE},
    {"subscriberid", FIELD_META, FIELD_LIST_NONE},
    {"subscriber id", FIELD_META, FIELD_LIST_NONE},
    {"phonenumber", FIELD_META, FIELD_LIST_NONE},
    {"user name", FIELD_META, FIELD_LIST_NONE},
    {"uri:deviceid", FIELD_META, FIELD_LIST_NONE},
    {"audit", FIELD_META, FIELD_LIST_NONE},
    {"start geopoint", FIELD_META, FIELD_LIST_NONE},
};

/* Types of other tools, or of parts of XLSForm, that nothing here answers. */
static const char *const refused[] = {
    "osm",          "background audio", "background geopoint",
    "begin loop",   "begin kobomatrix", "begin score",
    "begin rank",   "include",          "csv external",
    "xml external",
};

const struct field_type_def *field_type_def(enum field_type type)
{
    for (size_t i = 0; i < ARR_NR(defs); i++)
        if (defs[i].type == type)
            return &defs[i];
    return NULL;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '_' || c == '-';
}

/* How much of the text spells the name, letter case and the kind of gap aside
 * ("begin group", "begin_group", "Begin-Group"); 0 when it does not. */
static size_t spelled(const char *text, const char *name)
{
    size_t n = 0;

    for (; *name != '\0'; name++) {
        if (*name == ' ') {
            if (!is_gap(text[n]))
                return 0;
            while (is_gap(text[n]))
                n++;
        } else if (tolower((unsigned char)text[n++]) != *name) {
            return 0;
        }
    }
    return text[n] == '\0' || strchr(" \t\n", text[n]) != NULL ? n : 0;
}

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t\n");
}

static bool find_def(const char *text, struct field_type_found *found)
{
    for (size_t i = 0; i < ARR_NR(defs); i++) {
        for (size_t k = 0; k < FIELD_TYPE_NAMES_MAX; k++) {
            const char *name = defs[i].names[k];
            size_t n = name != NULL ? spelled(text, name) : 0;
            if (n > found->bytes)
                *found = (struct field_type_found){&defs[i], name,
                                                   defs[i].source, NULL, n};
        }
    }
    return found->bytes > 0;
}

static bool find_spelling(const char *text, struct field_type_found *found)
{
    for (size_t i = 0; i < ARR_NR(spellings); i++) {
        size_t n = spelled(text, spellings[i].name);
        if (n > found->bytes)
            *found = (struct field_type_found){
                field_type_def(spellings[i].type), spellings[i].name,
                spellings[i].source, NULL, n};
    }
    return found->bytes > 0;
}

bool field_type_find(const char *text, struct field_type_found *found)
{
    *found = (struct field_type_found){.bytes = 0};
    text = skip_blanks(text);
    find_def(text, found);
    if (!find_spelling(text, found))
        return false;
    found->rest = skip_blanks(text + found->bytes);
    return true;
}

bool field_type_is_refused(const char *text)
{
    text = skip_blanks(text);
    for (size_t i = 0; i < ARR_NR(refused); i++)
        if (spelled(text, refused[i]) > 0)
            return true;
    return strncmp(text, "db:", 3) == 0;
}

/* What may stand between begin or end and the word for what begins or ends. */
static const char *behind_gap(const char *text, const char *word)
{
    size_t n = strlen(word);

    text = skip_blanks(text);
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)text[i]) != word[i])
            return NULL;
    for (text += n; is_gap(*text);)
        text++;
    return text;
}

enum field_bracket field_type_bracket(const char *text)
{
    static const struct {
        const char *word;
        enum field_bracket bracket;
    } words[] = {
        {"group", FIELD_END_GROUP}, {"repeat", FIELD_END_REPEAT},
        {"loop", FIELD_END_OTHER},  {"kobomatrix", FIELD_END_OTHER},
        {"score", FIELD_END_OTHER}, {"rank", FIELD_END_OTHER},
    };
    const char *rest = behind_gap(text, "end");

    for (size_t i = 0; rest != NULL && i < ARR_NR(words); i++)
        if (spelled(rest, words[i].word) > 0)
            return words[i].bracket;
    rest = behind_gap(text, "begin");
    for (size_t i = 0; rest != NULL && i < ARR_NR(words); i++)
        if (spelled(rest, words[i].word) > 0)
            return FIELD_BEGIN;
    return FIELD_NO_BRACKET;
}
