/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keyfile_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/secret.h"

enum {
    MEMORY_MIN_KIB = 19 * 1024,
    MEMORY_MAX_KIB = 128 * 1024,
    PASSES_MAX = 1000,
    MEMINFO_BYTES = 64 * 1024,
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

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint32_t keyfile_cost_memory(const char *meminfo, uint64_t limit_bytes)
{
    static const char label[] = "MemAvailable:";
    unsigned long available = 0;
    const char *at = strstr(meminfo, label);
    if (at != NULL)
        available = strtoul(at + strlen(label), NULL, 10);
    uint64_t kib = least(available / 4, limit_bytes / 1024 / 3);
    return kib < MEMORY_MIN_KIB ? MEMORY_MIN_KIB
                                : (uint32_t)least(kib, MEMORY_MAX_KIB);
}

uint32_t keyfile_cost_passes(int64_t took_ms)
{
    uint64_t passes = 1000 / (took_ms > 0 ? (uint64_t)took_ms : 1);
    return passes < 1 ? 1 : (uint32_t)least(passes, PASSES_MAX);
}

/* An unlimited process has the largest number there is. */
static uint32_t memory_suiting(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    struct buf meminfo = BUF_INIT(MEMINFO_BYTES);
    struct err ignored = ERR_INIT;
    buf_read_file(&meminfo, "/proc/meminfo", &ignored);
    getrlimit(RLIMIT_AS, &limit);
    uint32_t kib = keyfile_cost_memory(buf_text(&meminfo), limit.rlim_cur);
    buf_release(&meminfo);
    return kib;
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
    secret_start();
    if (str_equal(wish, "least"))
        return cost;
    cost.memory_kib = memory_suiting();
    int64_t before = elapsed_ms();
    if (!stretch_raw(out, "a stretch to take the time of", salt, cost)) {
        cost.memory_kib = MEMORY_MIN_KIB;
        return cost;
    }
    cost.passes = keyfile_cost_passes(elapsed_ms() - before);
    return cost;
}
