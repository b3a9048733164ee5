/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recovery.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "store/hash.h"

enum {
    GROUPS = 8,
    RANDOM_BYTES = 2 * (GROUPS - 1),
    ALL_BYTES = 2 * GROUPS, /* two bytes a group */
    GROUP_LETTERS = 5,
    LETTERS = GROUPS * GROUP_LETTERS,
};

/* No letters that sound or look like one another where it can be helped. */
static const char consonants[] = "bdfghjklmnprstvz";
static const char vowels[] = "aiou";

/* Bits of each letter of a group, the first highest. */
static const struct letter {
    const char *from;
    int bits;
} letters[GROUP_LETTERS] = {{consonants, 4},
                            {vowels, 2},
                            {consonants, 4},
                            {vowels, 2},
                            {consonants, 4}};

static void add_check(uint8_t bytes[ALL_BYTES])
{
    uint8_t h[HASH_BYTES];
    hash_of(h, "recovery", bytes, RANDOM_BYTES);
    memcpy(bytes + RANDOM_BYTES, h, ALL_BYTES - RANDOM_BYTES);
}

static void print_group(unsigned word, char *out)
{
    int shift = 16;
    for (int i = 0; i < GROUP_LETTERS; i++) {
        shift -= letters[i].bits;
        out[i] = letters[i].from[word >> shift & ((1u << letters[i].bits) - 1)];
    }
}

static void print_all(const uint8_t bytes[ALL_BYTES], char out[RECOVERY_BYTES])
{
    for (int g = 0; g < GROUPS; g++) {
        char *at = out + g * (GROUP_LETTERS + 1);
        print_group((unsigned)bytes[2 * g] << 8 | bytes[2 * g + 1], at);
        at[GROUP_LETTERS] = g + 1 < GROUPS ? '-' : '\0';
    }
}

void recovery_make(const struct entropy_source *entropy,
                   char out[RECOVERY_BYTES])
{
    uint8_t bytes[ALL_BYTES];
    entropy_fill(entropy, bytes, RANDOM_BYTES);
    add_check(bytes);
    print_all(bytes, out);
    mem_wipe(bytes, sizeof bytes);
}

/* The letters alone, small; false: not so many, or something else too. */
static bool take_letters(const char *typed, char out[LETTERS])
{
    size_t n = 0;
    for (; *typed; typed++) {
        if (*typed == ' ' || *typed == '-')
            continue;
        if (n == LETTERS || !isalpha((unsigned char)*typed))
            return false;
        out[n++] = (char)tolower((unsigned char)*typed);
    }
    return n == LETTERS;
}

static bool read_group(const char *group, unsigned *word)
{
    *word = 0;
    for (int i = 0; i < GROUP_LETTERS; i++) {
        const char *found = strchr(letters[i].from, group[i]);
        if (!found)
            return false;
        *word = *word << letters[i].bits | (unsigned)(found - letters[i].from);
    }
    return true;
}

enum recovery_shape recovery_read(const char *typed, char out[RECOVERY_BYTES])
{
    char text[LETTERS];
    uint8_t bytes[ALL_BYTES], right[ALL_BYTES];
    unsigned word;
    bool good = true;
    if (!take_letters(typed, text))
        return RECOVERY_NO;
    for (int g = 0; g < GROUPS && good; g++) {
        good = read_group(text + g * GROUP_LETTERS, &word);
        bytes[2 * g] = (uint8_t)(word >> 8);
        bytes[2 * g + 1] = (uint8_t)word;
    }
    memcpy(right, bytes, sizeof right);
    if (good) {
        add_check(right);
        good = memcmp(right, bytes, sizeof right) == 0;
    }
    if (good)
        print_all(bytes, out);
    mem_wipe(text, sizeof text);
    mem_wipe(bytes, sizeof bytes);
    mem_wipe(right, sizeof right);
    return good ? RECOVERY_YES : RECOVERY_SLIP;
}
