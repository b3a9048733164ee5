/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_EXPR_TOKEN_INT_H
#define FORMS_EXPR_TOKEN_INT_H
/*
 * What the reader of expressions holds in its hand: one token, which it looks
 * at and takes. A broken token (a quotation mark that never closes) sets the
 * error and fits nothing, so that the reader stops at it.
 */
#include "forms/expr_int.h"

enum expr_token_kind {
    EXPR_TOKEN_END,
    EXPR_TOKEN_STRING,
    EXPR_TOKEN_NUMBER,
    EXPR_TOKEN_NAME,
    EXPR_TOKEN_REF, /* ${name}: text is the name */
    EXPR_TOKEN_SYMBOL,
    EXPR_TOKEN_BROKEN, /* the sentence is set */
};

struct expr_token {
    enum expr_token_kind kind;
    const char *text;
    size_t size, at;
};

struct expr_parser {
    struct pool *pool;
    const char *text;
    size_t size, at; /* at: behind the token */
    struct expr_token token;
    unsigned depth;
    const char *doubt; /* what will surprise, the first of it */
    struct err *e;
};

void expr_token_advance(struct expr_parser *p);

/* Whether the token is this symbol or name; take goes on behind it. */
bool expr_token_is(const struct expr_parser *p, const char *text);
bool expr_token_take(struct expr_parser *p, const char *text);

/* Behind a value, where a name that begins with an operator and goes on with a
 * digit ("1 div2") is that operator. */
bool expr_token_is_operator(const struct expr_parser *p, const char *text);
void expr_token_take_operator(struct expr_parser *p, const char *text);

/* Whether these one or two characters come behind the token, blanks left out.
 */
bool expr_token_followed_by(const struct expr_parser *p, const char *text);

/* How many bytes of the token a sentence shows: whole characters only. */
int expr_token_shown(const struct expr_token *t);

/* Says what is wrong and where; people count characters from 1. Always NULL. */
void *expr_token_refuse(struct expr_parser *p, size_t at, const char *what);

/* Says what is needed in place of the token. Always NULL. */
void *expr_token_unexpected(struct expr_parser *p, const char *needed);

#endif
