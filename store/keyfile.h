/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KEYFILE_H
#define STORE_KEYFILE_H
/*
 * DIR/homeward.keys: 16 slots, each holding the database key sealed under a
 * key that Argon2id makes from one person's passphrase. Empty slots are random
 * bytes, so how many people there are cannot be seen. The file holds two
 * copies with a generation number and a MAC keyed by the database key over all
 * parameters, so that the cost cannot be lowered unseen; it is replaced by
 * write, sync, rename, sync of the folder (formats.md 7).
 *
 * One salt serves the file: one stretching of a passphrase tries all slots. A
 * slot also carries the login of the person it belongs to and a commitment to
 * the key.
 *
 * A hub's file has one open slot instead: a random key that only its account
 * may read (mode 0600), so that no connection stretches anything.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/entropy.h"
#include "base/err.h"

enum {
    KEYFILE_SLOTS = 16,
    KEYFILE_KEY_BYTES = 32,
    KEYFILE_LOGIN_BYTES = 33,      /* login and NUL */
    KEYFILE_PASSPHRASE_MIN = 8,    /* characters */
    KEYFILE_PASSPHRASE_BYTES = 256 /* with NUL */
};

struct keyfile_unlocked {
    uint8_t key[KEYFILE_KEY_BYTES];  /* the database key; wipe after use */
    char login[KEYFILE_LOGIN_BYTES]; /* whose slot opened; "hub" on a hub */
};

/* The cost of stretching: memory in KiB and passes. */
struct keyfile_cost {
    uint32_t memory_kib, passes;
};

/* What suits this PC: memory max(19, min(128, a quarter of what is available,
 * a third of the address-space limit)) MiB, passes raised to about a second.
 * HOMEWARD_KDF_COST=least gives 19 MiB and 1 pass to tests and the demo. */
struct keyfile_cost keyfile_calibrate(void);

/* Makes the file with a new random database key and one slot. Refuses an
 * existing file and a passphrase under 8 characters. */
bool keyfile_create(const char *path, const char *login, const char *passphrase,
                    struct keyfile_cost cost, struct keyfile_unlocked *out,
                    struct err *e);

/* A hub's file: a random key, no passphrase. */
bool keyfile_create_open(const char *path, struct keyfile_unlocked *out,
                         struct err *e);
bool keyfile_is_open(const char *path, bool *open, struct err *e);

/* ERR_DENIED "The passphrase does not open this office's file" when no slot
 * opens; ERR_CORRUPT when both copies are damaged. passphrase NULL for a hub.
 */
bool keyfile_unlock(const char *path, const char *passphrase,
                    struct keyfile_unlocked *out, struct err *e);

/* Adds a slot, replaces the passphrase of a login, removes a login's slot (not
 * the last). All need the unlocked key. */
bool keyfile_add(const char *path, const struct keyfile_unlocked *who,
                 const char *login, const char *passphrase, struct err *e);
bool keyfile_change(const char *path, const struct keyfile_unlocked *who,
                    const char *login, const char *passphrase, struct err *e);
bool keyfile_remove(const char *path, const struct keyfile_unlocked *who,
                    const char *login, struct err *e);

/* 32 bytes for a purpose ("pages", "journal-mask", "header-mac"), derived from
 * the database key. */
void keyfile_derive(const uint8_t key[KEYFILE_KEY_BYTES], const char *purpose,
                    uint8_t out[KEYFILE_KEY_BYTES]);

#endif
