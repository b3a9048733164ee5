/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keyfile_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/i18n.h"
#include "base/str.h"

enum {
    MEMORY_MIN_KIB = 19 * 1024,
    MEMORY_MAX_KIB = 128 * 1024,
    PASSES_MAX = 1000,
};

struct keyfile_cost keyfile_cost_least(void)
{
    return (struct keyfile_cost){MEMORY_MIN_KIB, 1};
}

bool keyfile_cost_allowed(struct keyfile_cost cost)
{
    return cost.memory_kib >= MEMORY_MIN_KIB &&
           cost.memory_kib <= MEMORY_MAX_KIB && cost.passes >= 1 &&
           cost.passes <= PASSES_MAX;
}

static bool stretch_raw(uint8_t out[KEYFILE_KEY_BYTES], const char *passphrase,
                        const uint8_t *salt, struct keyfile_cost cost)
{
    return crypto_pwhash(out, KEYFILE_KEY_BYTES, passphrase, strlen(passphrase),
                         salt, cost.passes, (size_t)cost.memory_kib * 1024,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool keyfile_stretch(const struct keyfile_copy *c, const char *passphrase,
                     uint8_t out[KEYFILE_KEY_BYTES], struct err *e)
{
    if (stretch_raw(out, passphrase, c->salt, c->cost))
        return true;
    return err_set(e, ERR_FULL,
                   _("Checking the passphrase needs %u MB of free memory: "
                     "close other programs and try again"),
                   c->cost.memory_kib / 1024);
}

static uint64_t available_kib(void)
{
    unsigned long kib = 0;
    char line[128];
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
            break;
    fclose(f);
    return kib;
}

static uint32_t memory_suiting(void)
{
    struct rlimit limit;
    uint64_t kib = available_kib() / 4;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        limit.rlim_cur / 1024 / 3 < kib)
        kib = limit.rlim_cur / 1024 / 3;
    if (kib > MEMORY_MAX_KIB)
        return MEMORY_MAX_KIB;
    return kib < MEMORY_MIN_KIB ? MEMORY_MIN_KIB : (uint32_t)kib;
}

static int64_t elapsed_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct keyfile_cost keyfile_calibrate(void)
{
    static const uint8_t salt[KEYFILE_SALT_BYTES];
    uint8_t out[KEYFILE_KEY_BYTES];
    struct keyfile_cost cost = keyfile_cost_least();
    const char *wish = getenv("HOMEWARD_KDF_COST");
    if (sodium_init() < 0 || str_equal(wish, "least"))
        return cost;
    cost.memory_kib = memory_suiting();
    int64_t before = elapsed_ms();
    if (!stretch_raw(out, "a stretch to take the time of", salt, cost)) {
        cost.memory_kib = MEMORY_MIN_KIB;
        return cost;
    }
    int64_t took = elapsed_ms() - before;
    int64_t passes = 1000 / (took > 0 ? took : 1);
    cost.passes = (uint32_t)(passes < 1            ? 1
                             : passes > PASSES_MAX ? PASSES_MAX
                                                   : passes);
    return cost;
}
