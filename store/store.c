/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <string.h>

#include "store/db.h"
#include "store/store_int.h"

const char *store_dir(const struct store *s)
{
    return s->dir != NULL ? s->dir : "";
}

const char *store_login(const struct store *s)
{
    return s->login;
}

const char *store_role(const struct store *s)
{
    return s->role;
}

const char *store_site_name(const struct store *s)
{
    return s->site_name;
}

const char *store_place(const struct store *s)
{
    return s->place;
}

bool store_is_hub(const struct store *s)
{
    return s->is_hub;
}

const struct id *store_site_id(const struct store *s)
{
    return &s->site_id;
}

uint64_t store_epoch(const struct store *s)
{
    return s->epoch;
}

const uint8_t *store_sign_public(const struct store *s)
{
    return s->sign_public;
}

struct db *store_db(struct store *s)
{
    return s->db;
}

bool store_is_moved(struct store *s)
{
    return db_is_moved(s->db);
}

int64_t store_now_ms(const struct store *s)
{
    return stamp_now_ms(&s->env.stamp);
}

const struct entropy_source *store_entropy(const struct store *s)
{
    return &s->env.entropy;
}

struct formdef_cache *store_forms(struct store *s)
{
    return s->forms;
}

void store_copy_key(const struct store *s, uint8_t key[32])
{
    memcpy(key, s->secret->key, sizeof s->secret->key);
}

void store_sign(const struct store *s, const void *bytes, size_t n,
                uint8_t sig[64])
{
    crypto_sign_detached(sig, NULL, bytes, n, s->secret->sign);
}

bool store_check_sign(const uint8_t public_key[STORE_SIGN_BYTES],
                      const void *bytes, size_t n, const uint8_t sig[64])
{
    return crypto_sign_verify_detached(sig, bytes, n, public_key) == 0;
}
