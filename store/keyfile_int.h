/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KEYFILE_INT_H
#define STORE_KEYFILE_INT_H
/*
 * What the parts of the key file share: keyfile.c (deeds), keyfile_slot.c (what
 * lies in a slot), keyfile_disk.c (the bytes and their safe replacement),
 * keyfile_cost.c (the stretching of passphrases).
 */
#include <sodium.h>
#include <stddef.h>

#include "store/keyfile.h"

enum {
    KEYFILE_HASH_BYTES = 32,
    KEYFILE_SALT_BYTES = crypto_pwhash_argon2id_SALTBYTES,
    KEYFILE_OPEN_KEY_AT =
        crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + KEYFILE_HASH_BYTES,
    KEYFILE_SLOT_BYTES = KEYFILE_OPEN_KEY_AT + KEYFILE_KEY_BYTES +
                         crypto_box_SEALBYTES + KEYFILE_LOGIN_BYTES +
                         crypto_box_PUBLICKEYBYTES +
                         crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEYFILE_OLD_SLOT_BYTES = KEYFILE_OPEN_KEY_AT + KEYFILE_KEY_BYTES +
                             KEYFILE_LOGIN_BYTES +
                             2 * crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

enum keyfile_mode { KEYFILE_MODE_PEOPLE = 1, KEYFILE_MODE_OPEN = 2 };
enum keyfile_version { KEYFILE_VERSION_OLD = 1, KEYFILE_VERSION = 2 };

/* One copy, taken apart. The slots stay as they lie on the disk. */
struct keyfile_copy {
    enum keyfile_version version;
    uint64_t generation;
    enum keyfile_mode mode;
    struct keyfile_cost cost;
    uint8_t salt[KEYFILE_SALT_BYTES];
    uint8_t slots[KEYFILE_SLOTS][KEYFILE_SLOT_BYTES];
    uint8_t mac[KEYFILE_HASH_BYTES];
};

struct keyfile_copies {
    struct keyfile_copy items[2];
    size_t nr; /* whole ones, the newest first; equal ones once */
};

/* ---- keyfile_disk.c ---- */

/* The copies that are whole by their checksums and ask for no more than a key
 * file may; ERR_CORRUPT when there is none. Wipe them after use. */
bool keyfile_load(struct keyfile_copies *all, const char *path, struct err *e);

/* Whether nobody without the database key has changed it. */
bool keyfile_is_authentic(const struct keyfile_copy *c, const uint8_t *key);

/* Counts the generation up, puts the MAC in, replaces the file with two copies
 * of this one; a power cut leaves the old file or the new one. */
bool keyfile_save(struct keyfile_copy *c, const char *path, const uint8_t *key,
                  struct err *e);

/* The same while the key is being changed: c, under the new key, is one of the
 * file's copies; earlier, as it stands, is the other. */
bool keyfile_save_turn(struct keyfile_copy *c, const uint8_t *key,
                       const struct keyfile_copy *earlier, const char *path,
                       struct err *e);

/* Waits, at most 10 s, until nobody else changes key files in that folder; the
 * lock ends when *fd is closed. */
bool keyfile_lock(const char *path, int *fd, struct err *e);

/* ---- keyfile_slot.c ---- */

/* Fills a slot for the person of that wrapping key; or for nobody. */
void keyfile_slot_put(uint8_t *slot, const uint8_t *wrap,
                      const struct keyfile_unlocked *who);
void keyfile_slot_empty(uint8_t *slot, const uint8_t *key);

bool keyfile_slot_open(const struct keyfile_copy *c, const uint8_t *slot,
                       const uint8_t *wrap, struct keyfile_unlocked *out);

/* Whose slot it is, to a holder of the database key; false: an empty one.
 * has_pair false: of the first version of the file, and not moved since. */
bool keyfile_slot_owner(const struct keyfile_copy *c, size_t i,
                        const uint8_t *key, char login[KEYFILE_LOGIN_BYTES],
                        bool *has_pair);

/* The slot of a login, or NULL; login NULL: the first empty slot. */
uint8_t *keyfile_slot_find(struct keyfile_copy *c, const uint8_t *key,
                           const char *login);

/* Brings a copy of the first version to the present layout. */
void keyfile_slot_renew_all(struct keyfile_copy *c, const uint8_t *key);

/* Puts another database key into all boxes; false when a slot has no pair. */
bool keyfile_slot_move_all(struct keyfile_copy *c, const uint8_t *key,
                           const uint8_t *new_key);

/* ---- keyfile_cost.c ---- */

/* The least that any key file asks for. */
struct keyfile_cost keyfile_cost_least(void);

/* Whether a key file may ask for it: checked before memory is taken. */
bool keyfile_cost_allowed(struct keyfile_cost cost);

/* What keyfile_calibrate reckons with, apart from the machine: the memory in
 * KiB where /proc/meminfo says that, and a process may have so many bytes of
 * addresses; and the passes when one takes so long. */
uint32_t keyfile_cost_memory(const char *meminfo, uint64_t limit_bytes);
uint32_t keyfile_cost_passes(int64_t took_ms);

/* The wrapping key of a passphrase; ERR_FULL when memory is short. */
bool keyfile_stretch(const struct keyfile_copy *c, const char *passphrase,
                     uint8_t out[KEYFILE_KEY_BYTES], struct err *e);

#endif
