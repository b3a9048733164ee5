/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KEYFILE_H
#define STORE_KEYFILE_H
/*
 * DIR/homeward.keys: 16 slots, each holding the database key for one person,
 * behind a key that Argon2id makes from that person's passphrase. Full slots
 * and empty ones look alike, so how many people there are cannot be seen. The
 * file holds two copies with a generation number and a MAC keyed by the
 * database key over all parameters, so that the cost cannot be lowered unseen;
 * it is replaced by write, sync, rename, sync of the folder (formats.md 7).
 *
 * One salt serves the file: one stretching of a passphrase tries all slots.
 *
 * The database key can be changed without anybody's passphrase. Each slot
 * belongs to a pair of keys of its own: the secret half follows from the
 * passphrase, the public half is kept where holders of the database key can
 * read it. Whoever changes the key puts the new one into each slot's box with
 * the public half, and can open none of the boxes. So a person who has left
 * and kept copies of everything, old key and public halves included, can
 * neither open the new file nor take anybody's secret half from the old one.
 * What remains is what no change of keys can mend: a person who may still write
 * on the PC's disk can put the two old files back. The hub notices that at the
 * next sync, because it has seen a later state.
 *
 * While a key is being changed (rotation.h) one copy is under the new key and
 * the other under the earlier one. Cut short there, the next unlock gets both
 * keys from one passphrase, looks which one the database opens with, and keeps
 * that one alone.
 *
 * A hub's file has one open slot instead: a random key that only its account
 * may read (mode 0600), so that no connection stretches anything.
 */
#include <stdbool.h>
#include <stddef.h>
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
    bool cut_short; /* a change of key was: the database may need `earlier` */
    uint8_t earlier[KEYFILE_KEY_BYTES];
};

/* The cost of stretching: memory in KiB and passes. */
struct keyfile_cost {
    uint32_t memory_kib, passes;
};

/* What suits this PC: memory max(19, min(128, a quarter of what is available,
 * a third of the address-space limit)) MiB, passes raised to about a second.
 * HOMEWARD_KDF_COST=least gives 19 MiB and 1 pass to tests and the demo. */
struct keyfile_cost keyfile_calibrate(void);

/* Refuses (ERR_INPUT) what no passphrase may be: under 8 characters, over 255
 * bytes. */
bool keyfile_check_passphrase(const char *passphrase, struct err *e);

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
 * A file of the first version is brought to the present one on the way.
 */
bool keyfile_unlock(const char *path, const char *passphrase,
                    struct keyfile_unlocked *out, struct err *e);

/* Whether the file was written under this database key: false when another
 * program has changed the key since, or the file cannot be read. */
bool keyfile_fits(const char *path, const uint8_t key[KEYFILE_KEY_BYTES]);

/* Adds a slot, replaces the passphrase of a login, removes a login's slot (not
 * the last). All need the unlocked key. */
bool keyfile_add(const char *path, const struct keyfile_unlocked *who,
                 const char *login, const char *passphrase, struct err *e);
bool keyfile_change(const char *path, const struct keyfile_unlocked *who,
                    const char *login, const char *passphrase, struct err *e);
bool keyfile_remove(const char *path, const struct keyfile_unlocked *who,
                    const char *login, struct err *e);

struct keyfile_logins {
    char items[KEYFILE_SLOTS][KEYFILE_LOGIN_BYTES];
    size_t nr;
};

/* Who has a slot, to the holder of the key. */
bool keyfile_list(const char *path, const struct keyfile_unlocked *who,
                  struct keyfile_logins *out, struct err *e);

/* ---- a change of key; the caller holds keyfile_lock (keyfile_int.h) ---- */

/* Draws a new key and puts it beside the one of who, for everybody who has a
 * slot. ERR_INPUT names those who must unlock once before, because their slots
 * are of the first version of the file. */
bool keyfile_turn(const char *path, const struct keyfile_unlocked *who,
                  uint8_t new_key[KEYFILE_KEY_BYTES], struct err *e);

/* Keeps the one key that the database opens with. Nothing happens when it is
 * the only one already. */
bool keyfile_keep(const char *path, const uint8_t key[KEYFILE_KEY_BYTES],
                  struct err *e);

/* 32 bytes for a purpose ("pages", "journal-mask", "header-mac"), derived from
 * the database key. */
void keyfile_derive(const uint8_t key[KEYFILE_KEY_BYTES], const char *purpose,
                    uint8_t out[KEYFILE_KEY_BYTES]);

#endif
