/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two steps. First the word is spelt in letters of one alphabet: a consonant
 * each (S stands for sh), and the vowels a e i o u. Then each letter, seen
 * between its neighbours, is kept, changed or dropped. Ethiopic is spelt by a
 * table of syllables and never passes the table of Latin spellings: its t
 * before h are two letters.
 */
#include "forms/sound.h"

#include <stdint.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"

enum { LETTERS_MAX = 64, ROW = 8 };

struct letters {
    char of[LETTERS_MAX];
    size_t nr;
};

/* ---- spelling ---- */

/* Longer spellings stand first. */
static const struct {
    const char *latin;
    char letter;
} spellings[] = {
    {"tch", 'c'}, {"ch", 'c'}, {"ck", 'k'}, {"dh", 'd'}, {"dj", 'j'},
    {"gh", 'g'},  {"gn", 'n'}, {"kh", 'h'}, {"ou", 'u'}, {"ph", 'f'},
    {"sh", 'S'},  {"th", 't'}, {"ts", 't'}, {"tz", 't'}, {"zh", 'j'},
    {"p", 'f'},   {"q", 'k'},  {"v", 'b'},  {"x", 't'},
};

/* Consonants of the Ethiopic rows from U+1200 on, eight letters a row. */
static const char *const rows[] = {
    "h",  "l",  "h",  "m", "s", "r", "s",  "S", "k", "kw", "k",
    "kw", "b",  "b",  "t", "c", "h", "hw", "n", "n", "",   "k",
    "kw", "h",  "hw", "w", "",  "z", "j",  "y", "d", "d",  "j",
    "g",  "gw", "g",  "t", "c", "f", "t",  "t", "f", "f",
};
static const char orders[ROW + 1] = "euiae-oa"; /* -: no vowel */
static const char orders_alone[ROW + 1] = "auiaeeoe";
static const char *const rare[] = {"ra", "ma", "fa"}; /* U+1358: rya mya fya */

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiou", c) != NULL;
}

static void add(struct letters *l, char c)
{
    if (l->nr < LETTERS_MAX)
        l->of[l->nr++] = c;
}

static void add_text(struct letters *l, const char *s)
{
    while (*s != '\0')
        add(l, *s++);
}

static bool add_ethiopic(struct letters *l, uint32_t c)
{
    size_t row = (c - 0x1200) / ROW, order = c % ROW;
    if (c < 0x1200 || c > 0x135A)
        return false;
    if (row >= ARR_NR(rows)) {
        add_text(l, rare[c - 0x1358]);
        return true;
    }
    bool alone = rows[row][0] == '\0';
    char vowel = (alone ? orders_alone : orders)[order];
    add_text(l, rows[row]);
    if (order == ROW - 1 && !alone)
        add(l, 'w');
    if (vowel != '-')
        add(l, vowel);
    return true;
}

/* A doubled letter is one; returns how many bytes were read. */
static size_t add_latin(struct letters *l, const char *s, size_t n)
{
    char letter = *s;
    size_t used = 1;
    for (size_t i = 0; i < ARR_NR(spellings); i++) {
        size_t size = strlen(spellings[i].latin);
        if (size <= n && memcmp(s, spellings[i].latin, size) == 0) {
            letter = spellings[i].letter;
            used = size;
            break;
        }
    }
    if (l->nr == 0 || l->of[l->nr - 1] != letter)
        add(l, letter);
    return used;
}

static bool spell(const char *word, size_t n, struct letters *l)
{
    l->nr = 0;
    for (size_t i = 0, len; i < n; i += len) {
        uint32_t c = utf8_decode(word + i, n - i, &len);
        if (c >= 'a' && c <= 'z')
            len = add_latin(l, word + i, n - i);
        else if (!add_ethiopic(l, c))
            return false;
    }
    return l->nr > 0;
}

/* ---- what is heard ---- */

/* A letter between its neighbours; '\0' beyond the ends of the word. */
struct place {
    char before, here, after;
    size_t nr;  /* of letters before */
    bool whole; /* no letter will follow at the end */
};

static bool is_round(char vowel)
{
    return vowel == 'o' || vowel == 'u';
}

/* Iyasu, Eyasu and Iasu: the front vowel is heard with the y. */
static char heard_first_vowel(const struct place *p)
{
    bool front = p->here == 'e' || p->here == 'i';
    if (p->here == 'i' && is_vowel(p->after))
        return 'y';
    if (front && p->after == 'y')
        return '\0';
    if (p->here == 'u' && is_vowel(p->after))
        return 'w';
    return front ? 'e' : is_round(p->here) ? 'u' : 'a';
}

/* i and u that glide into the next vowel, or end a word after one, are the y
 * and w of other spellings; so is o in Teodros. */
static char heard_glide(const struct place *p)
{
    bool closes = p->whole && p->after == '\0' && is_vowel(p->before);
    bool after_vowel = is_vowel(p->before) && p->before != 'i';
    if (p->here == 'i' &&
        ((after_vowel && is_vowel(p->after)) || closes || is_round(p->after)))
        return 'y';
    if (p->here == 'u' && (is_vowel(p->after) || closes))
        return 'w';
    if (p->here == 'o' && p->before == 'e' && p->after != '\0' &&
        !is_vowel(p->after) && p->after != 'w' && p->after != 'y')
        return 'w';
    return '\0';
}

static char heard_vowel(const struct place *p)
{
    if (p->nr == 0)
        return heard_first_vowel(p);
    char glide = heard_glide(p);
    if (glide != '\0' || !p->whole || p->after != '\0')
        return glide;
    return is_round(p->here) ? 'u' : 'a';
}

/* Before a and e the y of Maryam is not heard (Mariam), that of Ayele is. */
static char heard_y(const struct place *p)
{
    bool after_vowel = is_vowel(p->before) && p->before != 'i';
    bool front = p->nr == 1 && (p->before == 'e' || p->before == 'i');
    if (p->nr == 0 || is_round(p->after))
        return 'y';
    if (front)
        return p->after == '\0' || is_vowel(p->after) ? 'y' : '\0';
    if (p->after == '\0')
        return !p->whole ? '\0' : after_vowel ? 'y' : 'a';
    return after_vowel && is_vowel(p->after) && p->after != 'i' ? 'y' : '\0';
}

static char heard_w(const struct place *p)
{
    bool opens = is_vowel(p->after) && p->after != 'u';
    bool closes = p->whole && p->after == '\0' && is_vowel(p->before);
    return p->nr == 0 || opens || closes ? 'w' : '\0';
}

static char heard(const struct place *p)
{
    if (is_vowel(p->here))
        return heard_vowel(p);
    if (p->here == 'y')
        return heard_y(p);
    return p->here == 'w' ? heard_w(p) : p->here;
}

static void key_of(const struct letters *l, bool whole, char out[SOUND_BYTES])
{
    size_t n = l->nr, used = 0;
    /* Sarah is Sara */
    if (whole && n > 1 && l->of[n - 1] == 'h' && is_vowel(l->of[n - 2]))
        n--;
    for (size_t i = 0; i < n && used + 3 < SOUND_BYTES; i++) {
        struct place p = {.before = i > 0 ? l->of[i - 1] : '\0',
                          .here = l->of[i],
                          .after = i + 1 < n ? l->of[i + 1] : '\0',
                          .nr = i,
                          .whole = whole};
        char c = heard(&p);
        if (c == '\0')
            continue;
        out[used++] = c == 'S' ? 's' : c;
        if (c == 'S')
            out[used++] = 'h';
    }
    out[used] = '\0';
}

bool sound_of(const char *word, size_t n, struct sound *out)
{
    struct letters l;
    memset(out, 0, sizeof *out);
    if (!spell(word, n, &l))
        return false;
    key_of(&l, true, out->whole);
    key_of(&l, false, out->begun);
    return true;
}

/* ---- titles ---- */

/* Folded, a blank behind each. */
static const char *const titles[] = {
    "ato ",      "w ro ",    "w rt ",    "w rit ",   "wro ",
    "woizero ",  "weyzero ", "woyzero ", "weizero ", "weyzerit ",
    "woizerit ", "obbo ",    "adde ",    "aadde ",   "አቶ ",
    "ወ ሮ ",      "ወ ሪት ",    "ወይዘሮ ",    "ወይዘሪት ",
};

static size_t title_at(const char *folded)
{
    for (size_t i = 0; i < ARR_NR(titles); i++)
        if (str_starts(folded, titles[i]))
            return strlen(titles[i]);
    return 0;
}

const char *sound_skip_titles(const char *folded)
{
    const char *at = folded;
    for (size_t n; (n = title_at(at)) > 0;)
        at += n;
    return *at != '\0' ? at : folded;
}
