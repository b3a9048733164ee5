/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/name_key.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arr.h"
#include "base/utf8.h"

/* Series of eight letters each that sound alike, and what they fold to. */
static const struct {
    uint32_t from, to;
} alike[] = {
    {0x1210, 0x1200}, /* hha as ha */
    {0x1280, 0x1200}, /* xa as ha */
    {0x1220, 0x1230}, /* sza as sa */
    {0x12D0, 0x12A0}, /* pharyngeal a as a */
    {0x1340, 0x1338}, /* tza as tsa */
};

static const char latin1_base[] = /* U+00C0 to U+00FF */
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

static uint32_t fold_ethiopic(uint32_t c)
{
    for (size_t i = 0; i < ARR_NR(alike); i++)
        if (c >= alike[i].from && c < alike[i].from + 8) {
            c = alike[i].to + (c - alike[i].from);
            break;
        }
    /* first and fourth order of ha and a sound the same */
    if (c == 0x1203)
        return 0x1200;
    return c == 0x12A3 ? 0x12A0 : c;
}

/* 0: a word break. */
static uint32_t fold_char(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return c;
    if (c >= 0xC0 && c <= 0xFF)
        return latin1_base[c - 0xC0] == ' ' ? 0
                                            : (uint32_t)latin1_base[c - 0xC0];
    if (c >= 0x1200 && c <= 0x135A)
        return fold_ethiopic(c);
    return c < 0x100 || (c >= 0x1360 && c <= 0x1368) ? 0 : c;
}

static bool is_skipped(uint32_t c)
{
    return c == '\'' || c == 0x2019 || utf8_char_columns(c) == 0;
}

void name_key_fold(const char *text, char *out, size_t out_bytes)
{
    size_t n = strlen(text), used = 0, len = 1;
    bool at_break = false;
    for (size_t i = 0; i < n; i += len) {
        uint32_t c = utf8_decode(text + i, n - i, &len);
        char bytes[4];
        if (c >= 0x20 && is_skipped(c))
            continue;
        c = fold_char(c);
        if (c == 0) {
            at_break = used > 0;
            continue;
        }
        size_t size = utf8_encode(c, bytes);
        if (used + size + at_break + 1 > out_bytes)
            break;
        if (at_break)
            out[used++] = ' ';
        at_break = false;
        memcpy(out + used, bytes, size);
        used += size;
    }
    out[used] = '\0';
}

size_t name_key_word(const char **at, const char **word)
{
    while (**at == ' ')
        (*at)++;
    *word = *at;
    size_t n = strcspn(*at, " ");
    *at += n;
    return n;
}
