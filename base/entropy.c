/* SPDX-License-Identifier: Apache-2.0 */
#include "base/entropy.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

static void fill_from_system(void *arg, void *to, size_t n)
{
    uint8_t *at = to;

    (void)arg;
    while (n) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); /* an identifier that is not random would be worse */
        at += got;
        n -= (size_t)got;
    }
}

struct entropy_source entropy_system(void)
{
    return (struct entropy_source){fill_from_system, NULL};
}

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void fill_from_seed(void *arg, void *to, size_t n)
{
    uint8_t *at = to;
    uint64_t word = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        /* byte by byte: the same run on every kind of machine */
        if (i % 8 == 0)
            word = splitmix64(arg);
        at[i] = (uint8_t)(word >> (i % 8 * 8));
    }
}

struct entropy_source entropy_seeded(uint64_t *state)
{
    return (struct entropy_source){fill_from_seed, state};
}

void entropy_fill(const struct entropy_source *s, void *to, size_t n)
{
    s->fill(s->arg, to, n);
}

uint64_t entropy_u64(const struct entropy_source *s)
{
    uint8_t bytes[8];
    uint64_t n = 0;
    size_t i;

    entropy_fill(s, bytes, sizeof bytes);
    for (i = 0; i < sizeof bytes; i++)
        n |= (uint64_t)bytes[i] << (8 * i);
    return n;
}
