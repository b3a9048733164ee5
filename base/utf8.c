/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/arr.h"

struct range {
    uint32_t first, last;
};

/* Marks that stand on the character before them, and characters that take no
 * room at all. Sorted. */
static const struct range zero_columns[] = {
    {0x0300, 0x036F},   /* combining diacritics */
    {0x0483, 0x0489},   /* Cyrillic */
    {0x0591, 0x05BD},   /* Hebrew points */
    {0x05BF, 0x05BF},   /* ... */
    {0x05C1, 0x05C2},   /* ... */
    {0x05C4, 0x05C5},   /* ... */
    {0x05C7, 0x05C7},   /* ... */
    {0x0610, 0x061A},   /* Arabic marks */
    {0x064B, 0x065F},   /* ... vowels */
    {0x0670, 0x0670},   /* ... */
    {0x06D6, 0x06DC},   /* ... */
    {0x06DF, 0x06E4},   /* ... */
    {0x06E7, 0x06E8},   /* ... */
    {0x06EA, 0x06ED},   /* ... */
    {0x1160, 0x11FF},   /* Hangul vowels and finals */
    {0x135D, 0x135F},   /* Ethiopic gemination and vowel length */
    {0x1AB0, 0x1ACE},   /* combining diacritics extended */
    {0x1DC0, 0x1DFF},   /* combining diacritics supplement */
    {0x200B, 0x200F},   /* zero width space, joiners, direction marks */
    {0x202A, 0x202E},   /* direction overrides */
    {0x2060, 0x2064},   /* word joiner, invisible operators */
    {0x20D0, 0x20F0},   /* marks for symbols */
    {0x302A, 0x302D},   /* ideographic tone marks */
    {0x3099, 0x309A},   /* kana voicing */
    {0xFE00, 0xFE0F},   /* variation selectors */
    {0xFE20, 0xFE2F},   /* combining half marks */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xE0100, 0xE01EF}, /* variation selectors supplement */
};

/* Characters two columns wide. Sorted. */
static const struct range two_columns[] = {
    {0x1100, 0x115F},   /* Hangul initials */
    {0x2E80, 0x303E},   /* CJK radicals, punctuation */
    {0x3041, 0x33FF},   /* kana, compatibility */
    {0x3400, 0x4DBF},   /* CJK extension A */
    {0x4E00, 0xA4CF},   /* CJK, Yi */
    {0xA960, 0xA97C},   /* Hangul initials extended */
    {0xAC00, 0xD7A3},   /* Hangul */
    {0xF900, 0xFAFF},   /* CJK compatibility */
    {0xFE10, 0xFE19},   /* vertical forms */
    {0xFE30, 0xFE6F},   /* CJK compatibility forms */
    {0xFF01, 0xFF60},   /* full width Latin */
    {0xFFE0, 0xFFE6},   /* full width signs */
    {0x1F300, 0x1F320}, /* pictures */
    {0x1F32D, 0x1F335}, /* ... */
    {0x1F337, 0x1F37C}, /* ... */
    {0x1F3A0, 0x1F3CA}, /* ... */
    {0x1F400, 0x1F43E}, /* ... */
    {0x1F442, 0x1F4FC}, /* ... */
    {0x1F600, 0x1F64F}, /* faces */
    {0x1F680, 0x1F6C5}, /* transport */
    {0x1F90C, 0x1F93A}, /* people */
    {0x1F947, 0x1F9FF}, /* ... */
    {0x20000, 0x3FFFD}, /* CJK extensions */
};

static bool in_table(const struct range *table, size_t nr, uint32_t c)
{
    size_t low = 0, high = nr;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c > table[middle].last)
            low = middle + 1;
        else if (c < table[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

/* How many bytes a character with this first byte has; 0: none begins so. */
static size_t length_from_lead(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

static bool is_character(uint32_t c)
{
    return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

/* As utf8_decode, but says no instead of giving U+FFFD. */
static bool decode(const char *s, size_t n, uint32_t *c, size_t *len)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t *bytes = (const uint8_t *)s;
    size_t i, want = length_from_lead(bytes[0]);

    *c = bytes[0];
    *len = 1;
    if (want == 1)
        return true;
    if (want == 0 || want > n)
        return false;
    *c &= 0x7Fu >> want;
    for (i = 1; i < want; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return false;
        *c = *c << 6 | (bytes[i] & 0x3Fu);
    }
    if (*c < smallest[want] || !is_character(*c))
        return false;
    *len = want;
    return true;
}

uint32_t utf8_decode(const char *s, size_t n, size_t *len)
{
    uint32_t c;

    if (decode(s, n, &c, len))
        return c;
    *len = 1;
    return 0xFFFD;
}

size_t utf8_encode(uint32_t c, char out[4])
{
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t i, n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (!is_character(c))
        return utf8_encode(0xFFFD, out);
    for (i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)(lead[n] | c);
    return n;
}

bool utf8_is_valid(const char *s, size_t n)
{
    size_t at, len;
    uint32_t c;

    for (at = 0; at < n; at += len) {
        if (!decode(s + at, n - at, &c, &len))
            return false;
    }
    return true;
}

static bool is_dangerous(uint32_t c)
{
    if (c < 0x20)
        return c != '\n' && c != '\t';
    return (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

bool utf8_is_clean(const char *s, size_t n)
{
    size_t at, len;
    uint32_t c;

    for (at = 0; at < n; at += len) {
        if (!decode(s + at, n - at, &c, &len) || is_dangerous(c))
            return false;
    }
    return true;
}

size_t utf8_chars(const char *s, size_t n)
{
    size_t at, len, chars = 0;

    for (at = 0; at < n; at += len, chars++)
        utf8_decode(s + at, n - at, &len);
    return chars;
}

int utf8_char_columns(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (in_table(zero_columns, ARR_NR(zero_columns), c))
        return 0;
    return in_table(two_columns, ARR_NR(two_columns), c) ? 2 : 1;
}

size_t utf8_columns(const char *s, size_t n)
{
    size_t at, len, columns = 0;

    for (at = 0; at < n; at += len) {
        uint32_t c = utf8_decode(s + at, n - at, &len);

        columns += (size_t)utf8_char_columns(c);
    }
    return columns;
}

size_t utf8_fit(const char *s, size_t n, size_t columns)
{
    size_t at, len;

    for (at = 0; at < n; at += len) {
        uint32_t c = utf8_decode(s + at, n - at, &len);
        size_t width = (size_t)utf8_char_columns(c);

        if (width > columns)
            break;
        columns -= width;
    }
    return at;
}

/* Behind an Ethiopic word space a line may break as behind a blank. */
static bool is_word_end(uint32_t c)
{
    return c == ' ' || (c >= 0x1361 && c <= 0x1368);
}

size_t utf8_line(const char *s, size_t n, size_t columns)
{
    size_t fit = utf8_fit(s, n, columns), at, len, end = 0;

    if (fit == n)
        return n;
    for (at = 0; at < fit; at += len)
        if (is_word_end(utf8_decode(s + at, n - at, &len)))
            end = at + len;
    if (s[fit] == ' ' || end == 0)
        end = fit;
    if (end == 0)
        utf8_decode(s, n, &end);
    while (end > 1 && s[end - 1] == ' ')
        end--;
    return end;
}

static bool is_mark(const char *s, size_t n, size_t *len)
{
    return utf8_char_columns(utf8_decode(s, n, len)) == 0;
}

size_t utf8_next(const char *s, size_t n, size_t at)
{
    size_t len;

    if (at >= n)
        return n;
    utf8_decode(s + at, n - at, &len);
    at += len;
    while (at < n && is_mark(s + at, n - at, &len))
        at += len;
    return at;
}

/* Where the code point that ends before at begins; a stray byte counts as
 * one, as it does for utf8_decode. */
static size_t back_one(const char *s, size_t at)
{
    size_t start = at - 1, len;

    while (start > 0 && at - start < 4 && ((uint8_t)s[start] & 0xC0) == 0x80)
        start--;
    utf8_decode(s + start, at - start, &len);
    return start + len == at ? start : at - 1;
}

size_t utf8_prev(const char *s, size_t n, size_t at)
{
    size_t len;

    if (at > n)
        at = n;
    while (at > 0) {
        at = back_one(s, at);
        if (!is_mark(s + at, n - at, &len))
            break;
    }
    return at;
}
