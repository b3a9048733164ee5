/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

/* Longer than a sentence may be, so that the cut is made by str_copy, which
 * knows where a character ends. */
enum { DRAFT_BYTES = 2 * ERR_TEXT_BYTES };

static const struct {
    const char *name;
    int exit_code;
} codes[] = {
    [ERR_NONE] = {"none", 0},           [ERR_INPUT] = {"input", 1},
    [ERR_USAGE] = {"usage", 2},         [ERR_DENIED] = {"denied", 3},
    [ERR_NOT_FOUND] = {"not-found", 1}, [ERR_BUSY] = {"busy", 1},
    [ERR_FULL] = {"full", 1},           [ERR_IO] = {"io", 1},
    [ERR_CORRUPT] = {"corrupt", 1},     [ERR_VERSION] = {"version", 1},
    [ERR_NETWORK] = {"network", 5},     [ERR_PROTOCOL] = {"protocol", 1},
    [ERR_CANCELLED] = {"cancelled", 1}, [ERR_BUG] = {"bug", 1},
};

static const struct {
    int number;
    enum err_code code;
} causes[] = {{ENOSPC, ERR_FULL},   {EDQUOT, ERR_FULL},
              {EFBIG, ERR_FULL},    {ENOENT, ERR_NOT_FOUND},
              {EACCES, ERR_DENIED}, {EPERM, ERR_DENIED}};

/* Takes the draft as the sentence. Parts of it may come from a file or the
 * other side: no escape, newline or change of direction in them may reach the
 * terminal, and no byte that is not UTF-8. */
static void keep(struct err *e, const char *draft)
{
    size_t left = strlen(draft), n = 0, len, size;
    char letter[4];

    for (; left; draft += len, left -= len, n += size) {
        uint32_t c = utf8_decode(draft, left, &len);

        if (!utf8_is_valid(draft, len))
            c = '?';
        else if (c < ' ' || !utf8_is_clean(draft, len))
            c = ' ';
        size = utf8_encode(c, letter);
        if (n + size >= sizeof e->text)
            break;
        memcpy(e->text + n, letter, size);
    }
    e->text[n] = '\0';
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    char draft[DRAFT_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(draft, sizeof draft, fmt, ap);
    va_end(ap);
    e->code = code;
    keep(e, draft);
    return false;
}

/* Puts the words, a colon and the tail into the error. */
static void keep_with_tail(struct err *e, const char *words, const char *tail)
{
    char draft[2 * DRAFT_BYTES];

    snprintf(draft, sizeof draft, "%s: %s", words, tail);
    keep(e, draft);
}

bool err_wrap(struct err *e, const char *fmt, ...)
{
    char words[DRAFT_BYTES], tail[ERR_TEXT_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    str_copy(tail, sizeof tail, e->text);
    keep_with_tail(e, words, tail);
    return false;
}

bool err_errno(struct err *e, const char *fmt, ...)
{
    int number = errno; /* before anything below can change it */
    char words[DRAFT_BYTES], reason[128];
    va_list ap;
    size_t i;

    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    e->code = ERR_IO;
    for (i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (causes[i].number == number)
            e->code = causes[i].code;
    }
    keep_with_tail(e, words, strerror_r(number, reason, sizeof reason));
    return false;
}

int err_exit_code(enum err_code code)
{
    return codes[code].exit_code;
}

const char *err_code_name(enum err_code code)
{
    return codes[code].name;
}
