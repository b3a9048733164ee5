/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/sera.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"

/*
 * Unicode sets eight columns to a consonant: the seven orders, then a
 * labialised form. Six consonants have a row of labialised forms of their own
 * ('W' in the consonant), with holes; their eighth column is read "oa".
 */
enum { COLUMNS = 8, ALL = 0xFF, NO_8TH = 0x7F, LABIAL = 0x3D };

static const char *const vowels[COLUMNS] = {"e", "u", "i", "a",
                                            "E", "",  "o", "Wa"};
static const char *const alone[COLUMNS] = {"a", "u", "i", "A",
                                           "E", "I", "o", "ea"};

static const struct row {
    uint16_t first;
    uint8_t holds; /* bit i: column i exists */
    bool oa;       /* column 7 is read "oa", not "Wa" */
    const char *consonant;
    const char *const *vowels;
} rows[] = {
    {0x1200, ALL, true, "h", vowels},
    {0x1208, ALL, false, "l", vowels},
    {0x1210, ALL, false, "H", vowels},
    {0x1218, ALL, false, "m", vowels},
    {0x1220, ALL, false, "`s", vowels},
    {0x1228, ALL, false, "r", vowels},
    {0x1230, ALL, false, "s", vowels},
    {0x1238, ALL, false, "x", vowels},
    {0x1240, ALL, true, "q", vowels},
    {0x1248, LABIAL, false, "qW", vowels},
    {0x1250, NO_8TH, false, "Q", vowels},
    {0x1258, LABIAL, false, "QW", vowels},
    {0x1260, ALL, false, "b", vowels},
    {0x1268, ALL, false, "v", vowels},
    {0x1270, ALL, false, "t", vowels},
    {0x1278, ALL, false, "c", vowels},
    {0x1280, ALL, true, "`h", vowels},
    {0x1288, LABIAL, false, "`hW", vowels},
    {0x1290, ALL, false, "n", vowels},
    {0x1298, ALL, false, "N", vowels},
    {0x12A0, ALL, false, "", alone},
    {0x12A8, ALL, true, "k", vowels},
    {0x12B0, LABIAL, false, "kW", vowels},
    {0x12B8, NO_8TH, false, "K", vowels},
    {0x12C0, LABIAL, false, "KW", vowels},
    {0x12C8, ALL, true, "w", vowels},
    {0x12D0, NO_8TH, false, "`", alone},
    {0x12D8, ALL, false, "z", vowels},
    {0x12E0, ALL, false, "Z", vowels},
    {0x12E8, ALL, true, "y", vowels},
    {0x12F0, ALL, false, "d", vowels},
    {0x12F8, ALL, false, "D", vowels},
    {0x1300, ALL, false, "j", vowels},
    {0x1308, ALL, true, "g", vowels},
    {0x1310, LABIAL, false, "gW", vowels},
    {0x1318, ALL, false, "G", vowels},
    {0x1320, ALL, false, "T", vowels},
    {0x1328, ALL, false, "C", vowels},
    {0x1330, ALL, false, "P", vowels},
    {0x1338, ALL, false, "S", vowels},
    {0x1340, ALL, true, "`S", vowels},
    {0x1348, ALL, false, "f", vowels},
    {0x1350, ALL, false, "p", vowels},
};

/* Numerals take a grave in front, for a plain digit stays a digit. */
static const struct {
    uint16_t c;
    bool input; /* also read back */
    const char *latin;
} signs[] = {
    {0x1358, true, "rYa"},  {0x1359, true, "mYa"},    {0x135A, true, "fYa"},
    {0x1360, true, "`**"},  {0x1361, true, ":"},      {0x1362, true, "::"},
    {0x1363, true, "`,"},   {0x1364, true, "`;"},     {0x1365, true, "`-:"},
    {0x1366, true, ":-"},   {0x1367, true, "`?"},     {0x1368, true, ":|:"},
    {0x1369, true, "`1"},   {0x136A, true, "`2"},     {0x136B, true, "`3"},
    {0x136C, true, "`4"},   {0x136D, true, "`5"},     {0x136E, true, "`6"},
    {0x136F, true, "`7"},   {0x1370, true, "`8"},     {0x1371, true, "`9"},
    {0x1372, true, "`10"},  {0x1373, true, "`20"},    {0x1374, true, "`30"},
    {0x1375, true, "`40"},  {0x1376, true, "`50"},    {0x1377, true, "`60"},
    {0x1378, true, "`70"},  {0x1379, true, "`80"},    {0x137A, true, "`90"},
    {0x137B, true, "`100"}, {0x137C, true, "`10000"},
};

static const char *vowel_of(const struct row *r, unsigned column)
{
    return column == 7 && r->oa ? "oa" : r->vowels[column];
}

static size_t spell(char out[SERA_LATIN_BYTES], const char *a, const char *b)
{
    size_t n = strlen(a);

    str_copy(out, SERA_LATIN_BYTES, a);
    str_copy(out + n, SERA_LATIN_BYTES - n, b);
    return n + strlen(out + n);
}

size_t sera_to_latin(uint32_t c, char out[SERA_LATIN_BYTES])
{
    for (size_t i = 0; i < ARR_NR(rows); i++) {
        unsigned column = c - rows[i].first;

        if (c >= rows[i].first && column < COLUMNS)
            return rows[i].holds >> column & 1
                       ? spell(out, rows[i].consonant,
                               vowel_of(&rows[i], column))
                       : 0;
    }
    for (size_t i = 0; i < ARR_NR(signs); i++)
        if (signs[i].c == c)
            return spell(out, signs[i].latin, "");
    return 0;
}

static bool begins(const char *s, size_t n, const char *with)
{
    return strlen(with) <= n && memcmp(s, with, strlen(with)) == 0;
}

static void match_row(const struct row *r, const char *s, size_t n,
                      size_t *best, uint32_t *c)
{
    size_t skip = strlen(r->consonant);

    if (!begins(s, n, r->consonant))
        return;
    for (unsigned i = 0; i < COLUMNS; i++) {
        const char *vowel = vowel_of(r, i);
        size_t len = skip + strlen(vowel);

        if ((r->holds >> i & 1) && len > *best &&
            begins(s + skip, n - skip, vowel)) {
            *best = len;
            *c = r->first + i;
        }
    }
}

size_t sera_from_latin(const char *s, size_t n, uint32_t *c)
{
    size_t best = 0;

    for (size_t i = 0; i < ARR_NR(rows); i++)
        match_row(&rows[i], s, n, &best, c);
    for (size_t i = 0; i < ARR_NR(signs); i++)
        if (strlen(signs[i].latin) > best && begins(s, n, signs[i].latin)) {
            best = strlen(signs[i].latin);
            *c = signs[i].c;
        }
    if (best == 0 && begins(s, n, "e")) { /* how many spell the lone vowel */
        *c = 0x12A5;
        best = 1;
    }
    return best;
}

static bool is_sixth(uint32_t c)
{
    return c >= 0x1200 && c < 0x1358 && c % COLUMNS == 5;
}

void sera_add_latin(struct buf *to, const char *s, size_t n)
{
    uint32_t before = 0;

    for (size_t at = 0, len; at < n; at += len) {
        char latin[SERA_LATIN_BYTES];
        uint32_t c = utf8_decode(s + at, n - at, &len);
        size_t latin_nr = sera_to_latin(c, latin);

        if (latin_nr && is_sixth(before) && strchr("aeiouAEI", latin[0]))
            buf_add_byte(to, '\'');
        if (latin_nr)
            buf_add(to, latin, latin_nr);
        else if (utf8_char_columns(c) > 0 || c < 0x1300)
            buf_add(to, s + at, len);
        before = c;
    }
}

void sera_add_ethiopic(struct buf *to, const char *s, size_t n)
{
    for (size_t at = 0; at < n;) {
        char letter[4];
        uint32_t c;
        size_t len = sera_from_latin(s + at, n - at, &c);

        if (len)
            buf_add(to, letter, utf8_encode(c, letter));
        else if (s[at] != '\'')
            buf_add_byte(to, (uint8_t)s[at]);
        at += len ? len : 1;
    }
}

void sera_end(struct sera_typing *t)
{
    t->nr = 0;
    t->shown = 0;
}

static bool row_continues(const struct row *r, const char *s, size_t n)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char latin[SERA_LATIN_BYTES];

        if ((r->holds >> i & 1) &&
            spell(latin, r->consonant, vowel_of(r, i)) > n &&
            begins(latin, strlen(latin), s))
            return true;
    }
    return false;
}

/* Some spelling goes on from these letters. */
static bool continues(const char *s, size_t n)
{
    for (size_t i = 0; i < ARR_NR(rows); i++)
        if (row_continues(&rows[i], s, n))
            return true;
    for (size_t i = 0; i < ARR_NR(signs); i++)
        if (strlen(signs[i].latin) > n &&
            begins(signs[i].latin, strlen(signs[i].latin), s))
            return true;
    return false;
}

/* Letters that spell nothing yet show as typed, until what follows makes them
 * a letter. */
static bool take(struct sera_typing *t, struct sera_step *step)
{
    uint32_t c;

    if (sera_from_latin(t->pending, t->nr, &c) == t->nr) {
        step->erase = t->shown;
        step->text_nr = utf8_encode(c, step->text);
        t->shown = 1;
        return true;
    }
    if (!continues(t->pending, t->nr))
        return false;
    step->text[0] = t->pending[t->nr - 1];
    step->text_nr = 1;
    t->shown++;
    return true;
}

struct sera_step sera_type(struct sera_typing *t, uint32_t key)
{
    struct sera_step step = {0, "", 0};
    bool in_syllable = t->nr > 0;

    if (key <= ' ' || key >= 0x7f || key == '\'') {
        sera_end(t);
        if (key != '\'' || !in_syllable) /* else it only sets a vowel off */
            step.text_nr = utf8_encode(key, step.text);
        return step;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
        if (t->nr + 1 < sizeof t->pending) {
            t->pending[t->nr++] = (char)key;
            t->pending[t->nr] = '\0';
            if (take(t, &step))
                return step;
        }
        sera_end(t); /* the key begins the next syllable */
    }
    step.text_nr = utf8_encode(key, step.text);
    return step;
}
