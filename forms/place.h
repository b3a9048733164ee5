/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_PLACE_H
#define FORMS_PLACE_H
/*
 * The tree of places: country, region, zone, woreda by published P-codes
 * (places.csv of the pack; OCHA, CSA, BoFED, CC BY-IGO), and the Kebele, which
 * has none: it is written under its woreda as PCODE/KEBELE, "ET041114/03".
 * The parent's code is the first part of the child's.
 *
 * Codes change between editions, so an unknown code is kept and shown as it
 * stands and never refused when it comes with old data.
 */
#include <stdbool.h>
#include <stddef.h>

enum {
    PLACE_CODE_BYTES = 32,
    PLACE_KEBELE_BYTES = 20, /* letters, digits, hyphen */
};

struct place {
    const char *code, *parent, *level, *name, *other_names;
};

/* All places of the pack in order of code; lives as long as the program. */
const struct place *place_list(size_t *nr);

/* NULL when the pack has no such code (a Kebele's code is never in it). */
const struct place *place_find(const char *code);

/* Well formed: ET and pairs of digits, 2 to 8 characters, and behind a woreda (8)
 * perhaps a Kebele part. Says nothing about whether the pack knows it. */
bool place_is_code(const char *code);

/* True when inner is outer or lies below it. */
bool place_is_within(const char *inner, const char *outer);

/* The code above into out; false at the top. */
bool place_parent(const char *code, char out[PLACE_CODE_BYTES]);

/* "Kebele 03, Gasera, Bale", or the code itself where the name is unknown;
 * always NUL-terminated, cut at a whole character. */
void place_print(const char *code, char *out, size_t out_bytes);

#endif
