/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of texts. A text is a row of characters, never of bytes. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/id.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/expr_int.h"
#include "forms/pattern.h"

enum { UUID_MAX = 1024 };

/* A piece of a text as a value. */
static bool give(struct expr_call *c, const char *s, size_t n,
                 struct expr_value *out, struct err *e)
{
    if (!expr_spend(c->run, n + 1, e))
        return false;
    *out = expr_string(pool_strn(c->run->pool, s, n));
    return true;
}

static bool call_string(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    if (!expr_arg_here(c, e))
        return false;
    *out = expr_string(expr_arg_string(c, 0));
    return true;
}

static bool call_string_length(struct expr_call *c, struct expr_value *out,
                               struct err *e)
{
    const char *s;

    if (!expr_arg_here(c, e))
        return false;
    s = expr_arg_string(c, 0);
    *out = expr_number((double)utf8_chars(s, strlen(s)));
    return true;
}

/* All values from an argument on, with a separator between. */
static bool join(struct expr_call *c, size_t from, const char *separator,
                 struct expr_value *out, struct err *e)
{
    struct expr_value *all;
    size_t nr, size = 1, at = 0;
    char *text;

    if (!expr_args_spread(c, from, &all, &nr, e))
        return false;
    for (size_t i = 0; i < nr; i++) {
        all[i].string = expr_to_string(&all[i], c->run->pool);
        size += strlen(all[i].string) + (i > 0 ? strlen(separator) : 0);
    }
    if (!expr_spend(c->run, size, e))
        return false;
    text = pool_alloc(c->run->pool, size);
    for (size_t i = 0; i < nr; i++) {
        size_t n = i > 0 ? strlen(separator) : 0;
        memcpy(text + at, separator, n);
        at += n;
        n = strlen(all[i].string);
        memcpy(text + at, all[i].string, n);
        at += n;
    }
    *out = expr_string(text);
    return true;
}

static bool call_concat(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    return join(c, 0, "", out, e);
}

static bool call_join(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    return join(c, 1, expr_arg_string(c, 0), out, e);
}

static bool call_contains(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    (void)e;
    *out = expr_boolean(strstr(expr_arg_string(c, 0), expr_arg_string(c, 1)) !=
                        NULL);
    return true;
}

static bool call_starts_with(struct expr_call *c, struct expr_value *out,
                             struct err *e)
{
    (void)e;
    *out =
        expr_boolean(str_starts(expr_arg_string(c, 0), expr_arg_string(c, 1)));
    return true;
}

static bool call_ends_with(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    (void)e;
    *out = expr_boolean(str_ends(expr_arg_string(c, 0), expr_arg_string(c, 1)));
    return true;
}

/* Where the character with this number begins; the end when there is none. */
static size_t byte_of(const char *s, double number)
{
    size_t n = strlen(s), at = 0, length;

    for (double i = 0; i < number && at < n; i++) {
        utf8_decode(s + at, n - at, &length);
        at += length;
    }
    return at;
}

/* Characters from (counted from 0) up to but without to. */
static bool slice(struct expr_call *c, double from, double to,
                  struct expr_value *out, struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    size_t start, end;

    if (!(from < to))
        return give(c, "", 0, out, e);
    start = byte_of(s, from);
    end = byte_of(s, to);
    return give(c, s + start, end - start, out, e);
}

/* From 0; a negative place counts from the end. */
static bool call_substr(struct expr_call *c, struct expr_value *out,
                        struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    double length = (double)utf8_chars(s, strlen(s));
    double from = trunc(expr_arg_number(c, 1));
    double to = c->nr > 2 ? trunc(expr_arg_number(c, 2)) : length;

    if (from < 0)
        from = fmax(0, length + from);
    if (to < 0)
        to = length + to;
    return slice(c, from, to, out, e);
}

/* From 1, and a length: XPath rounds both before it looks. */
static bool call_substring(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    double from = floor(expr_arg_number(c, 1) + 0.5);
    double to = INFINITY;

    if (isnan(from))
        return give(c, "", 0, out, e);
    if (c->nr > 2)
        to = from + floor(expr_arg_number(c, 2) + 0.5);
    return slice(c, fmax(from, 1) - 1, to - 1, out, e);
}

static bool call_substring_before(struct expr_call *c, struct expr_value *out,
                                  struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    const char *found = strstr(s, expr_arg_string(c, 1));

    return give(c, s, found != NULL ? (size_t)(found - s) : 0, out, e);
}

static bool call_substring_after(struct expr_call *c, struct expr_value *out,
                                 struct err *e)
{
    const char *what = expr_arg_string(c, 1);
    const char *found = strstr(expr_arg_string(c, 0), what);

    (void)e;
    *out = expr_string(found != NULL ? found + strlen(what) : "");
    return true;
}

/* The place of a character in a text, from 0; -1 when it is not there. */
static double place_of(const char *text, uint32_t wanted)
{
    size_t n = strlen(text), at = 0, length;

    for (double i = 0; at < n; i++) {
        if (utf8_decode(text + at, n - at, &length) == wanted)
            return i;
        at += length;
    }
    return -1;
}

/* Letter by letter; one without a partner is left out. */
static bool call_translate(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    const char *s = expr_arg_string(c, 0), *from = expr_arg_string(c, 1);
    const char *to = expr_arg_string(c, 2);
    size_t n = strlen(s), at = 0, size = 0, length;
    char *text;

    if (!expr_spend(c->run, 4 * n + 1, e) ||
        !expr_spend_reading(c->run, n * (strlen(from) + strlen(to)), e))
        return false;
    text = pool_alloc(c->run->pool, 4 * n + 1);
    for (; at < n; at += length) {
        double place = place_of(from, utf8_decode(s + at, n - at, &length));
        const char *by = place < 0 ? s + at : to + byte_of(to, place);
        size_t by_bytes = length;
        if (place >= 0 && *by == '\0')
            continue;
        if (place >= 0)
            utf8_decode(by, strlen(by), &by_bytes);
        memcpy(text + size, by, by_bytes);
        size += by_bytes;
    }
    *out = expr_string(text);
    return true;
}

static bool call_normalize_space(struct expr_call *c, struct expr_value *out,
                                 struct err *e)
{
    const char *s;
    char *text;
    size_t size = 0;

    if (!expr_arg_here(c, e))
        return false;
    s = expr_arg_string(c, 0);
    if (!expr_spend(c->run, strlen(s) + 1, e))
        return false;
    text = pool_alloc(c->run->pool, strlen(s) + 1);
    for (; *s != '\0'; s++) {
        bool is_blank = strchr(" \t\r\n", *s) != NULL;
        if (!is_blank)
            text[size++] = *s;
        else if (size > 0 && text[size - 1] != ' ')
            text[size++] = ' ';
    }
    if (size > 0 && text[size - 1] == ' ')
        text[size - 1] = '\0';
    *out = expr_string(text);
    return true;
}

static bool call_regex(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    bool matches = false;

    if (!pattern_match(expr_arg_string(c, 1), expr_arg_string(c, 0), &matches,
                       e))
        return false;
    *out = expr_boolean(matches);
    return true;
}

static bool check_regex(const struct expr_node *call, struct err *e)
{
    const struct expr_node *pattern = call->args[1];

    return pattern->kind != EXPR_LITERAL ||
           pattern->literal.type != EXPR_STRING ||
           pattern_check(pattern->literal.string, e);
}

/* Without an argument a UUID, else so many letters and digits. */
static bool call_uuid(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const struct entropy_source *entropy = c->run->env->entropy;
    double n = c->nr > 0 ? expr_arg_number(c, 0) : ID_TEXT_BYTES;
    char *text;

    if (entropy == NULL || !(n >= 0 && n <= UUID_MAX))
        return err_set(e, ERR_INPUT, _("%s() cannot be used here"), "uuid");
    text = pool_alloc(c->run->pool, (size_t)n + 1);
    if (c->nr == 0) {
        struct id id = id_new(entropy);
        id_print(&id, text);
    }
    for (size_t i = 0; c->nr > 0 && i < (size_t)n; i++)
        text[i] = letters[entropy_u64(entropy) % (sizeof letters - 1)];
    *out = expr_string(text);
    return true;
}

/* ---- answers with several choices: "a b c" ---- */

/* The next word at *s, which moves behind it; NULL when there is none. */
static const char *next_word(const char **s, size_t *n)
{
    const char *word;

    while (isspace((unsigned char)**s))
        (*s)++;
    word = *s;
    while (**s != '\0' && !isspace((unsigned char)**s))
        (*s)++;
    *n = (size_t)(*s - word);
    return *n > 0 ? word : NULL;
}

bool expr_has_word(const char *words, const char *wanted)
{
    size_t wanted_bytes = str_trim(&wanted), n;
    const char *word;

    if (wanted_bytes == 0) /* nothing is chosen where nothing is */
        return str_is_blank(words);
    while ((word = next_word(&words, &n)) != NULL)
        if (n == wanted_bytes && memcmp(word, wanted, n) == 0)
            return true;
    return false;
}

static bool call_selected(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    (void)e;
    *out = expr_boolean(
        expr_has_word(expr_arg_string(c, 0), expr_arg_string(c, 1)));
    return true;
}

static bool call_selected_at(struct expr_call *c, struct expr_value *out,
                             struct err *e)
{
    const char *s = expr_arg_string(c, 0), *word;
    double place = trunc(expr_arg_number(c, 1));
    size_t n = 0;

    do
        word = next_word(&s, &n);
    while (word != NULL && place-- > 0);
    if (place != -1) /* too few words, no number, or below 0 */
        word = NULL;
    return give(c, word != NULL ? word : "", word != NULL ? n : 0, out, e);
}

static bool call_count_selected(struct expr_call *c, struct expr_value *out,
                                struct err *e)
{
    const char *s = expr_arg_string(c, 0);
    size_t n;

    (void)e;
    *out = expr_number(0);
    while (next_word(&s, &n) != NULL)
        out->number++;
    return true;
}

static const struct expr_func items[] = {
    {.name = "string", 0, 1, .call = call_string},
    {.name = "string-length", 0, 1, .call = call_string_length},
    {.name = "concat", 0, EXPR_ARGS_MAX, .call = call_concat},
    {.name = "join", 1, EXPR_ARGS_MAX, .call = call_join},
    {.name = "contains", 2, 2, .call = call_contains},
    {.name = "starts-with", 2, 2, .call = call_starts_with},
    {.name = "ends-with", 2, 2, .call = call_ends_with},
    {.name = "substr", 2, 3, .call = call_substr},
    {.name = "substring", 2, 3, .call = call_substring},
    {.name = "substring-before", 2, 2, .call = call_substring_before},
    {.name = "substring-after", 2, 2, .call = call_substring_after},
    {.name = "translate", 3, 3, .call = call_translate},
    {.name = "normalize-space", 0, 1, .call = call_normalize_space},
    {.name = "regex", 2, 2, .call = call_regex, .check = check_regex},
    {.name = "uuid", 0, 1, .call = call_uuid},
    {.name = "selected", 2, 2, .call = call_selected},
    {.name = "selected-at", 2, 2, .call = call_selected_at},
    {.name = "count-selected", 1, 1, .call = call_count_selected},
};

const struct expr_func_table expr_text_table = {items, ARR_NR(items)};
