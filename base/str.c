/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <string.h>

static bool is_ascii_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool str_equal(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);

    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_is_blank(const char *s)
{
    while (s && is_ascii_blank(*s))
        s++;
    return !s || !*s;
}

size_t str_trim(const char **s)
{
    size_t n;

    while (is_ascii_blank(**s))
        (*s)++;
    n = strlen(*s);
    while (n && is_ascii_blank((*s)[n - 1]))
        n--;
    return n;
}

bool str_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
    bool negative = *s == '-';
    int64_t n = 0;

    if (*s == '-' || *s == '+')
        s++;
    if (!*s)
        return false;
    for (; *s; s++) {
        int digit = *s - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* counted downwards when negative: INT64_MIN has no positive twin */
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, negative ? -digit : digit, &n))
            return false;
    }
    if (n < min || n > max)
        return false;
    *out = n;
    return true;
}

bool str_copy(char *to, size_t to_bytes, const char *from)
{
    size_t n = strlen(from);
    bool whole = n < to_bytes;

    if (!whole) {
        n = to_bytes - 1;
        /* back to the first byte of the character that does not fit */
        while (n && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(to, from, n);
    to[n] = '\0';
    return whole;
}

void str_hex(char *to, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *from = bytes;
    size_t i;

    for (i = 0; i < n; i++) {
        *to++ = digits[from[i] >> 4];
        *to++ = digits[from[i] & 15];
    }
    *to = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool str_unhex(void *to, size_t n, const char *hex)
{
    uint8_t *out = to;
    size_t i;

    if (strlen(hex) != 2 * n)
        return false;
    for (i = 0; i < n; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}
