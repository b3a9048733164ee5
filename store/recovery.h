/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RECOVERY_H
#define STORE_RECOVERY_H
/*
 * The passphrase in the envelope: made by the program, printed once, kept by
 * somebody at another place, for the day when nobody else can open the office.
 * Eight groups of five letters, consonant and vowel in turn, that can be read
 * aloud and typed: seven are random (112 bits), the eighth tells a slip.
 *
 *     babad-lusin-tozak-...
 *
 * It opens a slot of the key file like any other passphrase; the login of that
 * slot is RECOVERY_LOGIN, which no person can have.
 */
#include <stdbool.h>

#include "base/entropy.h"

#define RECOVERY_LOGIN "recovery"

enum { RECOVERY_BYTES = 8 * 6 }; /* with hyphens between, and NUL */

void recovery_make(const struct entropy_source *entropy,
                   char out[RECOVERY_BYTES]);

enum recovery_shape {
    RECOVERY_NO,   /* another passphrase */
    RECOVERY_SLIP, /* as long, but a letter is wrong; or somebody's own
                      sentence of forty letters */
    RECOVERY_YES
};

/* Reads what was typed: capitals, and blanks or hyphens anywhere, do not
 * matter. out, only with RECOVERY_YES: as it was made. */
enum recovery_shape recovery_read(const char *typed, char out[RECOVERY_BYTES]);

#endif
