/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ENTROPY_H
#define BASE_ENTROPY_H
/*
 * Randomness for identifiers, seeds and nonces, behind an interface so that a
 * simulation can be repeated from its seed. The system source never runs dry:
 * getrandom waits until it is seeded; a failure aborts.
 */
#include <stddef.h>
#include <stdint.h>

struct entropy_source {
    void (*fill)(void *arg, void *to, size_t n);
    void *arg;
};

struct entropy_source entropy_system(void);

/* A repeatable generator (SplitMix64) whose state the caller owns. For tests
 * and simulations only: never for keys. */
struct entropy_source entropy_seeded(uint64_t *state);

void entropy_fill(const struct entropy_source *s, void *to, size_t n);
uint64_t entropy_u64(const struct entropy_source *s);

#endif
