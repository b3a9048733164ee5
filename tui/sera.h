/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_SERA_H
#define TUI_SERA_H
/*
 * Ethiopic letters in Latin spelling, after the System for Ethiopic
 * Representation in ASCII that people know from messages and forums: a
 * consonant and a vowel make one letter (se, su, si, sa, sE, s, so). It serves
 * terminals that have no Ethiopic letters, people whose keyboard has none, and
 * search keys. A vowel after a vowelless consonant is set off by an
 * apostrophe: s'a are two letters, sa is one.
 *
 * Typing is converted as it goes: struct sera_typing keeps the Latin letters
 * of the syllable under way, and each key says what to put in place of it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum { SERA_LATIN_BYTES = 8, SERA_PENDING_BYTES = 8 };

/* The Latin spelling of one Ethiopic letter or sign and its length; 0 (and
 * nothing in out) when it is no such letter or shows nothing by itself. */
size_t sera_to_latin(uint32_t c, char out[SERA_LATIN_BYTES]);

/* The Ethiopic letter spelt by the longest part of s (n bytes) from its
 * front; the length of that part, 0 when it spells none. */
size_t sera_from_latin(const char *s, size_t n, uint32_t *c);

/* Whole texts; what has no other spelling stays as it is. */
void sera_add_latin(struct buf *to, const char *s, size_t n);
void sera_add_ethiopic(struct buf *to, const char *s, size_t n);

struct sera_typing {
    char pending[SERA_PENDING_BYTES]; /* Latin letters of this syllable */
    size_t nr;
    size_t shown; /* characters before the cursor that stand for them */
};

struct sera_step {
    size_t erase;   /* characters before the cursor to take away first */
    char text[4];   /* then put this one, */
    size_t text_nr; /* so many bytes */
};

/* A typed key in Ethiopic mode. Any key but a letter ends the syllable. */
struct sera_step sera_type(struct sera_typing *t, uint32_t key);

/* The cursor moved or something was erased: the next key starts anew. */
void sera_end(struct sera_typing *t);

#endif
