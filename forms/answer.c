/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/answer.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/answer_int.h"
#include "forms/calendar.h"
#include "forms/field_type.h"

enum { DIGITS_MAX = 18 };

/* One more digit on a smaller number still fits. */
#define NUMBER_MAX INT64_C(100000000000000000)

/* ---- to values ---- */

bool answer_text_to_value(const struct field *d, const char *answer,
                          struct pool *pool, struct value *v, struct err *e)
{
    size_t n = strnlen(answer, VALUE_TEXT_BYTES_MAX + 1);

    (void)d, (void)pool;
    if (n > VALUE_TEXT_BYTES_MAX)
        return err_set(e, ERR_FULL,
                       _("This text is too long: at most 64 kB fit here"));
    if (!utf8_is_clean(answer, n))
        return err_set(e, ERR_INPUT,
                       _("This text holds characters that cannot be kept"));
    *v = (struct value){.type = VALUE_TEXT, .text = answer, .text_bytes = n};
    return true;
}

bool answer_integer_to_value(const struct field *d, const char *answer,
                             struct pool *pool, struct value *v, struct err *e)
{
    int64_t n;

    (void)d, (void)pool;
    if (!str_to_int(answer, -INT64_C(999999999999999999),
                    INT64_C(999999999999999999), &n))
        return err_set(e, ERR_INPUT,
                       _("This is no whole number: type digits only, such as "
                         "12"));
    *v = (struct value){.type = VALUE_INTEGER, .number = n};
    return true;
}

/* "-12.50": a sign, digits, a point and digits. Without a locale: the decimal
 * mark is the point, as in every form file. */
static bool parse_decimal(const char *s, struct value *v)
{
    bool negative = *s == '-', behind_point = false, any = false;

    for (s += negative; *s != '\0'; s++) {
        if (*s == '.' && !behind_point && any) {
            behind_point = true;
            continue;
        }
        if (!isdigit((unsigned char)*s) || v->number >= NUMBER_MAX ||
            v->scale == DIGITS_MAX)
            return false;
        any = true;
        v->number = 10 * v->number + (*s - '0');
        v->scale += behind_point;
    }
    while (v->scale > 0 && v->number % 10 == 0) {
        v->number /= 10;
        v->scale--;
    }
    if (negative)
        v->number = -v->number;
    return any;
}

bool answer_decimal_to_value(const struct field *d, const char *answer,
                             struct pool *pool, struct value *v, struct err *e)
{
    struct value got = {.type = VALUE_DECIMAL};

    (void)d, (void)pool;
    if (!parse_decimal(answer, &got))
        return err_set(e, ERR_INPUT,
                       _("This is no number: type digits and perhaps a point, "
                         "such as 12.5"));
    *v = got;
    return true;
}

bool answer_date_to_value(const struct field *d, const char *answer,
                          struct pool *pool, struct value *v, struct err *e)
{
    int64_t day;

    (void)d, (void)pool;
    if (!calendar_parse(CALENDAR_GREGORIAN, answer, &day, e))
        return false;
    *v = (struct value){.type = VALUE_DATE, .number = day};
    return true;
}

/* The next word of "a b c" at *s, which moves behind it. */
static const char *next_word(const char **s, size_t *n)
{
    *s += strspn(*s, " \t\n");
    *n = strcspn(*s, " \t\n");
    *s += *n;
    return *n > 0 ? *s - *n : NULL;
}

static bool find_choice(const struct field *d, const char *name, size_t n,
                        uint32_t *index, struct err *e)
{
    const struct choice *c = choice_find(d->list, name, n);

    if (c == NULL)
        return err_set(e, ERR_INPUT, _("There is no choice \"%.*s\" here"),
                       n < 60 ? (int)n : 60, name);
    *index = (uint32_t)(c - d->list->items);
    return true;
}

/* Of a file that is not there nothing is known: any code will do. */
static bool is_code(const struct field *d, const char *name, size_t n,
                    struct err *e)
{
    uint32_t ignored;

    return d->list->is_missing || find_choice(d, name, n, &ignored, e);
}

/* Choices of a list in a file are kept by their codes: the next version of the
 * file owes nothing to this one, and the codes say what was meant even then. */
static bool take_tokens(const struct field *d, const char *answer,
                        struct pool *pool, struct value *v, struct err *e)
{
    char *text = pool_alloc(pool, strlen(answer) + 1), *to = text;
    const char *word;
    size_t n;

    while ((word = next_word(&answer, &n)) != NULL) {
        if (!is_code(d, word, n, e))
            return false;
        if (to > text)
            *to++ = ' ';
        memcpy(to, word, n);
        to += n;
    }
    *v = (struct value){
        .type = VALUE_TOKENS, .text = text, .text_bytes = (size_t)(to - text)};
    return true;
}

static bool has_index(const uint32_t *items, size_t nr, uint32_t index)
{
    for (size_t i = 0; i < nr; i++)
        if (items[i] == index)
            return true;
    return false;
}

bool answer_choices_to_value(const struct field *d, const char *answer,
                             struct pool *pool, struct value *v, struct err *e)
{
    size_t max =
        d->list->nr < VALUE_CHOICES_MAX ? d->list->nr : VALUE_CHOICES_MAX;
    uint32_t *items = pool_alloc(pool, max * sizeof *items), index = 0;
    size_t nr = 0, n;
    const char *word;

    if (d->list->file != NULL)
        return answer_text_to_value(d, answer, pool, v, e) &&
               take_tokens(d, answer, pool, v, e);
    while ((word = next_word(&answer, &n)) != NULL) {
        if (!find_choice(d, word, n, &index, e))
            return false;
        if (has_index(items, nr, index))
            continue;
        if (nr == max)
            return err_set(e, ERR_FULL, _("These are too many choices"));
        items[nr++] = index;
    }
    *v = (struct value){
        .type = VALUE_CHOICES, .choices = items, .choices_nr = nr};
    return true;
}

bool answer_choice_to_value(const struct field *d, const char *answer,
                            struct pool *pool, struct value *v, struct err *e)
{
    uint32_t *item = pool_alloc(pool, sizeof *item);
    size_t n = str_trim(&answer);

    if (d->list->file != NULL) {
        if (!answer_text_to_value(d, answer, pool, v, e) ||
            !is_code(d, answer, n, e))
            return false;
        *v = (struct value){
            .type = VALUE_TOKENS, .text = answer, .text_bytes = n};
        return true;
    }
    if (!find_choice(d, answer, n, item, e))
        return false;
    *v =
        (struct value){.type = VALUE_CHOICES, .choices = item, .choices_nr = 1};
    return true;
}

bool answer_none_to_value(const struct field *d, const char *answer,
                          struct pool *pool, struct value *v, struct err *e)
{
    (void)answer, (void)pool, (void)v;
    return err_set(e, ERR_INPUT, _("\"%s\" holds no answer"), d->name);
}

bool answer_to_value(const struct field *d, const char *answer,
                     struct pool *pool, struct value *v, struct err *e)
{
    if (str_is_blank(answer)) {
        *v = (struct value){.type = VALUE_NONE};
        return true;
    }
    return field_type_def(d->type)->to_value(d, answer, pool, v, e);
}

/* ---- from values ---- */

static const char *print_decimal(const struct value *v, struct pool *pool)
{
    uint64_t n = v->number < 0 ? -(uint64_t)v->number : (uint64_t)v->number;
    char digits[64];
    int nr, scale = v->scale < DIGITS_MAX ? (int)v->scale : DIGITS_MAX;

    nr = snprintf(digits, sizeof digits, "%0*" PRIu64, scale + 1, n);
    return pool_printf(pool, "%s%.*s%s%s", v->number < 0 ? "-" : "", nr - scale,
                       digits, scale > 0 ? "." : "", digits + nr - scale);
}

static const char *print_day(int64_t day, struct pool *pool)
{
    char text[CALENDAR_TEXT_BYTES];

    /* beyond the calendars' years the bare number is the honest answer */
    if (day < CALENDAR_DAY_MIN || day > CALENDAR_DAY_MAX)
        return pool_printf(pool, "#%" PRId64, day);
    calendar_print(CALENDAR_GREGORIAN, day, text);
    return pool_str(pool, text);
}

static const char *print_choices(const struct field *d, const struct value *v,
                                 struct pool *pool)
{
    struct buf text = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    const char *names;

    for (size_t i = 0; i < v->choices_nr; i++) {
        uint32_t index = v->choices[i];
        if (i > 0)
            buf_add_byte(&text, ' ');
        if (d->list != NULL && index < d->list->nr)
            buf_add_str(&text, d->list->items[index].name);
        else
            buf_printf(&text, "#%" PRIu32, index);
    }
    names = pool_str(pool, buf_text(&text));
    buf_release(&text);
    return names;
}

static const char *print_time(int64_t ms, struct pool *pool)
{
    int seconds = (int)(ms / 1000 % 86400);

    return pool_printf(pool, "%02d:%02d:%02d.%03d", seconds / 3600,
                       seconds / 60 % 60, seconds % 60, (int)(ms % 1000));
}

const char *answer_from_value(const struct field *d, const struct value *v,
                              struct pool *pool)
{
    switch (v->type) {
    case VALUE_NONE:
        return "";
    case VALUE_INTEGER:
        return pool_printf(pool, "%" PRId64, v->number);
    case VALUE_DECIMAL:
        return print_decimal(v, pool);
    case VALUE_DATE:
        return print_day(v->number, pool);
    case VALUE_CHOICES:
        return print_choices(d, v, pool);
    case VALUE_TIME:
        return print_time(v->number, pool);
    case VALUE_TEXT:
    case VALUE_TOKENS:
    case VALUE_MOMENT:
        break;
    }
    return pool_strn(pool, v->text != NULL ? v->text : "", v->text_bytes);
}

/* ---- for people ---- */

const char *answer_date_print(const struct form *f, const struct field *d,
                              const char *answer,
                              const struct answer_style *style,
                              struct pool *pool)
{
    char words[CALENDAR_WORDS_BYTES];
    struct err ignored = ERR_INIT;
    int64_t day;

    (void)f, (void)d;
    if (!calendar_parse(CALENDAR_GREGORIAN, answer, &day, &ignored))
        return answer;
    calendar_print_words(style->ethiopian ? CALENDAR_ETHIOPIAN
                                          : CALENDAR_GREGORIAN,
                         day, style->lang_code, words);
    return pool_str(pool, words);
}

const char *answer_choices_print(const struct form *f, const struct field *d,
                                 const char *answer,
                                 const struct answer_style *style,
                                 struct pool *pool)
{
    const char *text = "", *word;
    const struct choice *whole = NULL;
    size_t n = str_trim(&answer);

    if (d->type == FIELD_SELECT_ONE) /* whose names may hold blanks */
        whole = choice_find(d->list, answer, n);
    if (whole != NULL)
        return choice_label(f, whole, style->lang);
    while ((word = next_word(&answer, &n)) != NULL) {
        const struct choice *c = choice_find(d->list, word, n);
        const char *label = c != NULL ? choice_label(f, c, style->lang)
                                      : pool_strn(pool, word, n);
        text =
            text[0] == '\0' ? label : pool_printf(pool, "%s, %s", text, label);
    }
    return text;
}

const char *answer_print(const struct form *f, const struct field *d,
                         const char *answer, const struct answer_style *style,
                         struct pool *pool)
{
    const struct field_type_def *t = field_type_def(d->type);

    if (str_is_blank(answer))
        return "";
    return t->print != NULL ? t->print(f, d, answer, style, pool) : answer;
}
