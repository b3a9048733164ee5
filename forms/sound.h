/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_SOUND_H
#define FORMS_SOUND_H
/*
 * How a name sounds, as a short key that is the same for the spellings people
 * use for one name, in Ethiopic and in Latin letters, Amharic and Oromo
 * (Qubee) spelling alike: Tsehay, Tsehai, Xahaay and the name in Ethiopic all
 * give "thy". It serves search, and the hunt for one child in two cases.
 *
 * What is made one: letters that differ by an ejective or by habit only (ts tz
 * x th: t, q: k, c ch: c, ph p: f, kh: h, v: b, dh: d, gn ny: n), doubled
 * letters, and all vowels inside a word: no two clerks agree on them
 * (Mohammed, Muhammad, Mehamed). What is kept: the consonants in their order;
 * a vowel at the front (a, e for e and i, u for o and u); at the end whether
 * there is none, an open one (a) or a round one (u), which tells many a boy's
 * name from a girl's; y and w where they stand before a vowel or close the
 * word. sh stays two letters, so that "s" begins it.
 *
 * A key says "may be the same name", never that it is: Hasan and Husen share
 * one, and tests/forms/sound.tsv lists what is known to meet and not to meet.
 * Whoever compares people asks for more than one name, and a person decides.
 *
 * Keys are small letters of ASCII and compare as bytes. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

enum {
    SOUND_BYTES = 32,
    SOUND_VERSION = 1, /* raise it when a key changes: stores keep keys */
};

struct sound {
    char whole[SOUND_BYTES]; /* the word as it stands */
    char begun[SOUND_BYTES]; /* what the key of every word that goes on from
                                these letters begins with, but for a letter
                                that the next one turns into another (k and h,
                                g and n): a key press later it is right again */
};

/* The sound of one folded word (name_key_word). False, and two empty keys, when
 * it has none: a digit makes a number of it, and numbers are never folded;
 * letters of other scripts are not known here. */
bool sound_of(const char *word, size_t n, struct sound *out);

/* A folded text behind the titles at its front (Ato, W/ro, Obbo ...): nobody
 * looks for a title. All of it when it is nothing else. */
const char *sound_skip_titles(const char *folded);

#endif
