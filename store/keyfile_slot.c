/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot of a person:
 *
 *   nonce 24 | commitment 32 | box of the database key 32 + 48
 *   | sealed card: login 33, public key 32 | tag 16
 *
 * The passphrase, stretched with the file's salt and cost, is that person's
 * wrapping key. From it and the slot's nonce follows a pair of keys (X25519):
 * the database key lies in a box that only the pair's secret half opens. The
 * card is sealed under the database key, so whoever holds that key can tell
 * the slots apart, and put another database key into everyone's box, without
 * anybody's passphrase. The commitment is a hash of wrapping key and nonce: it
 * finds the slot, and it ties the slot to one wrapping key.
 *
 * An empty slot is made in the same way for a pair whose secret half nobody
 * keeps, and its card has no login; so neither one file nor two files in a row
 * tell a stranger how many slots are full.
 *
 * Files of the first version (mark HWKEYS01) have slots without a pair:
 *
 *   nonce 24 | commitment 32 | sealed key 32 + tag 16 | sealed login 33 + tag
 *
 * They are read, and written anew in the present layout with the first edit;
 * the slot of a person who has not unlocked since keeps its sealed key in the
 * place of the box, and has zeros for a public key.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/keyfile_int.h"

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PUBLIC = crypto_box_PUBLICKEYBYTES,
    BOX = KEYFILE_KEY_BYTES + crypto_box_SEALBYTES,
    CARD = KEYFILE_LOGIN_BYTES + PUBLIC,
    SEALED_KEY = KEYFILE_KEY_BYTES + TAG, /* of a slot without a pair */
    SLOT_COMMIT = NONCE,
    SLOT_BOX = SLOT_COMMIT + KEYFILE_HASH_BYTES,
    SLOT_CARD = SLOT_BOX + BOX,
    OLD_LOGIN = SLOT_BOX + SEALED_KEY,
};

_Static_assert((int)(SLOT_CARD + CARD + TAG) == (int)KEYFILE_SLOT_BYTES,
               "a slot is filled to its end");
_Static_assert((int)(OLD_LOGIN + KEYFILE_LOGIN_BYTES + TAG) ==
                   (int)KEYFILE_OLD_SLOT_BYTES,
               "an old slot is filled to its end");
_Static_assert((int)SLOT_BOX == (int)KEYFILE_OPEN_KEY_AT,
               "a hub's key has one place");

/* What a holder of the database key reads in a slot. */
struct card {
    char login[KEYFILE_LOGIN_BYTES]; /* "": an empty slot */
    uint8_t public[PUBLIC];          /* zeros: a slot without a pair */
};

static void hash_slot(const char *domain, const uint8_t *wrap,
                      const uint8_t *nonce, uint8_t out[KEYFILE_HASH_BYTES])
{
    crypto_generichash_state s;
    crypto_generichash_init(&s, wrap, KEYFILE_KEY_BYTES, KEYFILE_HASH_BYTES);
    crypto_generichash_update(&s, (const uint8_t *)domain, strlen(domain));
    crypto_generichash_update(&s, nonce, NONCE);
    crypto_generichash_final(&s, out, KEYFILE_HASH_BYTES);
    mem_wipe(&s, sizeof s);
}

static void commit_to(const uint8_t *wrap, const uint8_t *nonce,
                      uint8_t out[KEYFILE_HASH_BYTES])
{
    hash_slot("homeward-slot:", wrap, nonce, out);
}

static void pair_of(const uint8_t *wrap, const uint8_t *nonce,
                    uint8_t public[PUBLIC],
                    uint8_t secret[crypto_box_SECRETKEYBYTES])
{
    uint8_t seed[crypto_box_SEEDBYTES];
    hash_slot("homeward-pair:", wrap, nonce, seed);
    crypto_box_seed_keypair(public, secret, seed);
    mem_wipe(seed, sizeof seed);
}

/* ---- cards ---- */

static void card_seal(uint8_t *slot, const uint8_t *key, const struct card *c)
{
    uint8_t card_key[KEYFILE_KEY_BYTES], plain[CARD];
    memcpy(plain, c->login, KEYFILE_LOGIN_BYTES);
    memcpy(plain + KEYFILE_LOGIN_BYTES, c->public, PUBLIC);
    keyfile_derive(key, "slot-card", card_key);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        slot + SLOT_CARD, NULL, plain, CARD, slot + SLOT_COMMIT,
        KEYFILE_HASH_BYTES, NULL, slot, card_key);
    mem_wipe(card_key, sizeof card_key);
    mem_wipe(plain, sizeof plain);
}

/* Where a version of the file keeps the card, and what it is sealed for. */
static const struct card_place {
    const char *purpose;
    size_t at, bytes;
} card_old = {"slot-login", OLD_LOGIN, KEYFILE_LOGIN_BYTES},
  card_now = {"slot-card", SLOT_CARD, CARD};

static bool card_unseal(const struct card_place *p, const uint8_t *slot,
                        const uint8_t *key, uint8_t out[CARD])
{
    uint8_t card_key[KEYFILE_KEY_BYTES];
    keyfile_derive(key, p->purpose, card_key);
    bool good =
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, NULL, NULL, slot + p->at, p->bytes + TAG, slot + SLOT_COMMIT,
            KEYFILE_HASH_BYTES, slot, card_key) == 0;
    mem_wipe(card_key, sizeof card_key);
    return good;
}

/* False: the slot says nothing to the holder of this key. */
static bool card_read(const struct keyfile_copy *c, const uint8_t *slot,
                      const uint8_t *key, struct card *out)
{
    uint8_t plain[CARD] = {0};
    bool old = c->version == KEYFILE_VERSION_OLD;
    bool good = card_unseal(old ? &card_old : &card_now, slot, key, plain);
    memset(out, 0, sizeof *out);
    if (good) {
        memcpy(out->login, plain, KEYFILE_LOGIN_BYTES - 1);
        memcpy(out->public, plain + KEYFILE_LOGIN_BYTES, PUBLIC);
    }
    mem_wipe(plain, sizeof plain);
    return good && (!old || out->login[0] != '\0');
}

/* ---- slots ---- */

void keyfile_slot_put(uint8_t *slot, const uint8_t *wrap,
                      const struct keyfile_unlocked *who)
{
    struct card card = {{0}, {0}};
    uint8_t secret[crypto_box_SECRETKEYBYTES];
    randombytes_buf(slot, NONCE);
    commit_to(wrap, slot, slot + SLOT_COMMIT);
    pair_of(wrap, slot, card.public, secret);
    mem_wipe(secret, sizeof secret);
    str_copy(card.login, sizeof card.login, who->login);
    crypto_box_seal(slot + SLOT_BOX, who->key, KEYFILE_KEY_BYTES, card.public);
    card_seal(slot, who->key, &card);
}

void keyfile_slot_empty(uint8_t *slot, const uint8_t *key)
{
    struct keyfile_unlocked nobody = {.login = ""};
    uint8_t wrap[KEYFILE_KEY_BYTES];
    randombytes_buf(wrap, sizeof wrap);
    memcpy(nobody.key, key, sizeof nobody.key);
    keyfile_slot_put(slot, wrap, &nobody);
    mem_wipe(wrap, sizeof wrap);
    mem_wipe(&nobody, sizeof nobody);
}

static bool open_box(const struct keyfile_copy *c, const uint8_t *slot,
                     const uint8_t *wrap, uint8_t key[KEYFILE_KEY_BYTES])
{
    uint8_t public[PUBLIC], secret[crypto_box_SECRETKEYBYTES];
    pair_of(wrap, slot, public, secret);
    bool opened =
        c->version != KEYFILE_VERSION_OLD &&
        crypto_box_seal_open(key, slot + SLOT_BOX, BOX, public, secret) == 0;
    mem_wipe(secret, sizeof secret);
    return opened ||
           crypto_aead_xchacha20poly1305_ietf_decrypt(
               key, NULL, NULL, slot + SLOT_BOX, SEALED_KEY, slot + SLOT_COMMIT,
               KEYFILE_HASH_BYTES, slot, wrap) == 0;
}

bool keyfile_slot_open(const struct keyfile_copy *c, const uint8_t *slot,
                       const uint8_t *wrap, struct keyfile_unlocked *out)
{
    uint8_t commit[KEYFILE_HASH_BYTES];
    struct card card;
    commit_to(wrap, slot, commit);
    if (sodium_memcmp(commit, slot + SLOT_COMMIT, KEYFILE_HASH_BYTES) != 0 ||
        !open_box(c, slot, wrap, out->key) ||
        !card_read(c, slot, out->key, &card))
        return false;
    str_copy(out->login, sizeof out->login, card.login);
    return true;
}

bool keyfile_slot_owner(const struct keyfile_copy *c, size_t i,
                        const uint8_t *key, char login[KEYFILE_LOGIN_BYTES],
                        bool *has_pair)
{
    struct card card;
    bool full = card_read(c, c->slots[i], key, &card) && card.login[0] != '\0';
    str_copy(login, KEYFILE_LOGIN_BYTES, card.login);
    *has_pair = full && !sodium_is_zero(card.public, sizeof card.public);
    return full;
}

uint8_t *keyfile_slot_find(struct keyfile_copy *c, const uint8_t *key,
                           const char *login)
{
    char owner[KEYFILE_LOGIN_BYTES];
    bool has_pair;
    for (size_t i = 0; i < KEYFILE_SLOTS; i++) {
        bool full = keyfile_slot_owner(c, i, key, owner, &has_pair);
        if (login ? full && str_equal(owner, login) : !full)
            return c->slots[i];
    }
    return NULL;
}

/* ---- all slots of a copy ---- */

void keyfile_slot_renew_all(struct keyfile_copy *c, const uint8_t *key)
{
    if (c->version != KEYFILE_VERSION_OLD)
        return;
    for (size_t i = 0; i < KEYFILE_SLOTS; i++) {
        struct card card;
        uint8_t *slot = c->slots[i];
        if (!card_read(c, slot, key, &card)) {
            keyfile_slot_empty(slot, key);
            continue;
        }
        randombytes_buf(slot + SLOT_BOX + SEALED_KEY, BOX - SEALED_KEY);
        card_seal(slot, key, &card);
    }
    c->version = KEYFILE_VERSION;
}

bool keyfile_slot_move_all(struct keyfile_copy *c, const uint8_t *key,
                           const uint8_t *new_key)
{
    for (size_t i = 0; i < KEYFILE_SLOTS; i++) {
        struct card card;
        uint8_t *slot = c->slots[i];
        bool known = card_read(c, slot, key, &card) &&
                     !sodium_is_zero(card.public, sizeof card.public);
        if (!known) /* cover: bug - the copy's MAC fits, old slots are none */
            return false;
        crypto_box_seal(slot + SLOT_BOX, new_key, KEYFILE_KEY_BYTES,
                        card.public);
        card_seal(slot, new_key, &card);
    }
    return true;
}
