/* SPDX-License-Identifier: Apache-2.0 */
/* The text of an expression, a token at a time, and what is wrong with it. */
#include "forms/expr_token_int.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

static bool is_name_start(unsigned char c)
{
    return isalpha(c) || c == '_' || c >= 0x80;
}

static bool is_name_part(unsigned char c)
{
    return is_name_start(c) || isdigit(c) || c == '-' || c == '.';
}

static unsigned char char_at(const struct expr_parser *p, size_t at)
{
    return at < p->size ? (unsigned char)p->text[at] : '\0';
}

void *expr_token_refuse(struct expr_parser *p, size_t at, const char *what)
{
    err_set(p->e, ERR_INPUT,
            /* TRANSLATORS: a place in an expression, what is wrong there */
            _("at character %zu: %s"), at + 1, what);
    return NULL;
}

static size_t name_end(const struct expr_parser *p, size_t at)
{
    while (is_name_part(char_at(p, at)))
        at++;
    if (char_at(p, at) == ':' && is_name_start(char_at(p, at + 1)))
        for (at++; is_name_part(char_at(p, at));)
            at++;
    return at;
}

static size_t number_end(const struct expr_parser *p, size_t at)
{
    while (isdigit(char_at(p, at)))
        at++;
    if (char_at(p, at) == '.')
        at++;
    while (isdigit(char_at(p, at)))
        at++;
    return at;
}

static size_t symbol_end(const struct expr_parser *p, size_t at)
{
    static const char *const two[] = {"!=", "<=", ">=", "//", "::", ".."};

    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (char_at(p, at) == (unsigned char)two[i][0] &&
            char_at(p, at + 1) == (unsigned char)two[i][1])
            return at + 2;
    return at + 1;
}

/* A text in quotes or a ${name}: from behind its opening to its closing. */
static struct expr_token enclosed(struct expr_parser *p,
                                  enum expr_token_kind kind, size_t opening,
                                  char closing)
{
    size_t from = p->at + opening;
    const char *end =
        from > p->size ? NULL : memchr(p->text + from, closing, p->size - from);

    if (end == NULL) {
        expr_token_refuse(p, p->at,
                          kind == EXPR_TOKEN_REF
                              ? _("the closing } is missing")
                              : _("the closing quotation mark is missing"));
        return (struct expr_token){.kind = EXPR_TOKEN_BROKEN, .at = p->at};
    }
    return (struct expr_token){kind, p->text + from,
                               (size_t)(end - (p->text + from)), p->at};
}

static void skip_blanks(struct expr_parser *p)
{
    while (p->at < p->size && isspace((unsigned char)p->text[p->at]))
        p->at++;
}

void expr_token_advance(struct expr_parser *p)
{
    unsigned char c;
    size_t end;

    skip_blanks(p);
    c = char_at(p, p->at);
    if (p->at >= p->size) {
        p->token = (struct expr_token){EXPR_TOKEN_END, "", 0, p->at};
        return;
    }
    if (c == '"' || c == '\'') {
        p->token = enclosed(p, EXPR_TOKEN_STRING, 1, (char)c);
        p->at += p->token.size + 2;
        return;
    }
    if (c == '$' && char_at(p, p->at + 1) == '{') {
        p->token = enclosed(p, EXPR_TOKEN_REF, 2, '}');
        p->at += p->token.size + 3;
        return;
    }
    p->token =
        (struct expr_token){EXPR_TOKEN_SYMBOL, p->text + p->at, 0, p->at};
    if (isdigit(c) || (c == '.' && isdigit(char_at(p, p->at + 1)))) {
        p->token.kind = EXPR_TOKEN_NUMBER;
        end = number_end(p, p->at);
    } else if (is_name_start(c)) {
        p->token.kind = EXPR_TOKEN_NAME;
        end = name_end(p, p->at);
    } else {
        end = symbol_end(p, p->at);
    }
    p->token.size = end - p->at;
    p->at = end;
}

bool expr_token_is(const struct expr_parser *p, const char *text)
{
    const struct expr_token *t = &p->token;

    return (t->kind == EXPR_TOKEN_SYMBOL || t->kind == EXPR_TOKEN_NAME) &&
           t->size == strlen(text) && memcmp(t->text, text, t->size) == 0;
}

bool expr_token_take(struct expr_parser *p, const char *text)
{
    if (!expr_token_is(p, text))
        return false;
    expr_token_advance(p);
    return true;
}

bool expr_token_is_operator(const struct expr_parser *p, const char *text)
{
    const struct expr_token *t = &p->token;
    size_t n = strlen(text);

    if (expr_token_is(p, text))
        return true;
    return t->kind == EXPR_TOKEN_NAME && t->size > n &&
           memcmp(t->text, text, n) == 0 && isdigit((unsigned char)t->text[n]);
}

void expr_token_take_operator(struct expr_parser *p, const char *text)
{
    p->at = p->token.at + strlen(text);
    expr_token_advance(p);
}

bool expr_token_followed_by(const struct expr_parser *p, const char *text)
{
    size_t at = p->at;

    while (isspace(char_at(p, at)))
        at++;
    return char_at(p, at) == (unsigned char)text[0] &&
           (text[1] == '\0' || char_at(p, at + 1) == (unsigned char)text[1]);
}

int expr_token_shown(const struct expr_token *t)
{
    size_t n = t->size < 40 ? t->size : 40;

    while (n > 0 && n < t->size && ((unsigned char)t->text[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

void *expr_token_unexpected(struct expr_parser *p, const char *needed)
{
    char what[160];

    if (p->token.kind == EXPR_TOKEN_BROKEN)
        return NULL;
    if (p->token.kind == EXPR_TOKEN_END)
        snprintf(what, sizeof what,
                 /* TRANSLATORS: what an expression needs at its end */
                 _("the expression ends too early, %s is missing"), needed);
    else
        snprintf(what, sizeof what,
                 /* TRANSLATORS: what an expression needs, what it has there */
                 _("%s is missing before \"%.*s\""), needed,
                 expr_token_shown(&p->token), p->token.text);
    return expr_token_refuse(p, p->token.at, what);
}
