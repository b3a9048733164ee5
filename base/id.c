/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

#include "base/str.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct id id_new(const struct entropy_source *s)
{
    struct id a;

    entropy_fill(s, a.bytes, sizeof a.bytes);
    a.bytes[6] = (a.bytes[6] & 0x0f) | 0x40; /* version 4 */
    a.bytes[8] = (a.bytes[8] & 0x3f) | 0x80; /* variant of the RFC */
    return a;
}

bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool id_is_zero(const struct id *a)
{
    static const struct id zero;

    return id_equal(a, &zero);
}

/* Whether a hyphen stands before this byte in the printed form. */
static bool hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void id_print(const struct id *a, char out[ID_TEXT_BYTES])
{
    size_t i;

    for (i = 0; i < sizeof a->bytes; i++) {
        if (hyphen_before(i))
            *out++ = '-';
        str_hex(out, &a->bytes[i], 1);
        out += 2;
    }
}

bool id_parse(const char *s, struct id *out)
{
    struct id a;
    size_t i;

    if (strlen(s) != ID_TEXT_BYTES - 1)
        return false;
    for (i = 0; i < sizeof a.bytes; i++) {
        char pair[3];

        if (hyphen_before(i) && *s++ != '-')
            return false;
        memcpy(pair, s, 2);
        pair[2] = '\0';
        if (!str_unhex(&a.bytes[i], 1, pair))
            return false;
        s += 2;
    }
    *out = a;
    return true;
}

/* Eight symbols with the hyphen in the middle. */
static void print_symbols(const char symbols[8], char out[ID_NUMBER_BYTES])
{
    memcpy(out, symbols, 4);
    out[4] = '-';
    memcpy(out + 5, symbols + 4, 4);
    out[9] = '\0';
}

void id_print_number(const struct id *a, char out[ID_NUMBER_BYTES])
{
    uint64_t bits = 0;
    char symbols[8];
    size_t i;

    for (i = 0; i < 5; i++)
        bits = bits << 8 | a->bytes[i];
    for (i = 0; i < sizeof symbols; i++)
        symbols[i] = crockford[bits >> (35 - 5 * i) & 31];
    print_symbols(symbols, out);
}

/* The symbol a typed character stands for, or NUL. */
static char fold_symbol(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c && strchr(crockford, c) ? c : '\0';
}

bool id_fold_number(const char *s, char out[ID_NUMBER_BYTES])
{
    char symbols[8];
    size_t nr = 0;

    for (; *s; s++) {
        if (*s == '-' || *s == ' ')
            continue;
        if (nr == sizeof symbols)
            return false;
        symbols[nr] = fold_symbol(*s);
        if (!symbols[nr++])
            return false;
    }
    if (nr < sizeof symbols)
        return false;
    print_symbols(symbols, out);
    return true;
}
