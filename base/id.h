/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ID_H
#define BASE_ID_H
/*
 * A 128-bit identifier, drawn at random (RFC 9562 version 4 layout), so that
 * offices without a line never give the same one twice.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/entropy.h"

struct id {
    uint8_t bytes[16];
};

enum { ID_TEXT_BYTES = 37, ID_NUMBER_BYTES = 10 };

struct id id_new(const struct entropy_source *s);
bool id_equal(const struct id *a, const struct id *b);
bool id_is_zero(const struct id *a);

/* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"; and back, either letter case. */
void id_print(const struct id *a, char out[ID_TEXT_BYTES]);
bool id_parse(const char *s, struct id *out);

/* A number people can say over the telephone, "4F7K-2M9Q": the first 40 random
 * bits in Crockford's base 32 (no I, L, O, U). It needs no hub: two of 20,000
 * cases share one with a chance of 1 in 5,000. */
void id_print_number(const struct id *a, char out[ID_NUMBER_BYTES]);

/* Folds what people type to the printed form (case, missing hyphen, O for 0,
 * I and L for 1); false when it cannot be a number. */
bool id_fold_number(const char *s, char out[ID_NUMBER_BYTES]);

#endif
