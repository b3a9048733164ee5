/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/roster.h"

#include <string.h>

#include "base/arr.h"
#include "base/mem.h"

struct item {
    const char *bytes;
    size_t size;
    uint32_t hash;
};

struct roster {
    struct pool *pool;
    struct item *items;
    size_t nr, alloc;
    /* open addressing, number + 1 in each slot, 0 empty; at most half full */
    uint32_t *slots;
    size_t slots_nr; /* a power of two */
};

enum { SLOTS_MIN = 64 };

struct roster *roster_new(void)
{
    struct roster *r = mem_alloc(sizeof *r);
    r->pool = pool_new();
    r->slots_nr = SLOTS_MIN;
    r->slots = mem_alloc(r->slots_nr * sizeof *r->slots);
    return r;
}

void roster_free(struct roster *r)
{
    if (r == NULL)
        return;
    pool_free(r->pool);
    ARR_RELEASE(r);
    mem_free(r->slots);
    mem_free(r);
}

/* FNV-1a */
static uint32_t hash_bytes(const uint8_t *p, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 16777619u;
    return h;
}

static void put_slot(struct roster *r, uint32_t hash, size_t number)
{
    size_t at = hash & (r->slots_nr - 1);
    while (r->slots[at] != 0)
        at = (at + 1) & (r->slots_nr - 1);
    r->slots[at] = (uint32_t)number + 1;
}

static void grow_slots(struct roster *r)
{
    mem_free(r->slots);
    r->slots_nr *= 2;
    r->slots = mem_alloc(r->slots_nr * sizeof *r->slots);
    for (size_t i = 0; i < r->nr; i++)
        put_slot(r, r->items[i].hash, i);
}

bool roster_find(const struct roster *r, const void *bytes, size_t n,
                 size_t *number)
{
    uint32_t hash = hash_bytes(bytes, n);
    size_t at = hash & (r->slots_nr - 1);
    for (; r->slots[at] != 0; at = (at + 1) & (r->slots_nr - 1)) {
        const struct item *it = &r->items[r->slots[at] - 1];
        if (it->hash == hash && it->size == n &&
            memcmp(it->bytes, bytes, n) == 0) {
            *number = r->slots[at] - 1;
            return true;
        }
    }
    return false;
}

void roster_add(struct roster *r, const void *bytes, size_t n)
{
    if (r->nr == ROSTER_ITEMS_MAX)
        return;
    uint32_t hash = hash_bytes(bytes, n);
    ARR_PUSH(r) = (struct item){pool_strn(r->pool, bytes, n), n, hash};
    if (2 * r->nr > r->slots_nr)
        grow_slots(r);
    else
        put_slot(r, hash, r->nr - 1);
}

const char *roster_get(const struct roster *r, uint64_t number, size_t *n)
{
    if (number >= r->nr)
        return NULL;
    *n = r->items[number].size;
    return r->items[number].bytes;
}

size_t roster_nr(const struct roster *r)
{
    return r->nr;
}
