/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H
/*
 * An office's file, open: the handle every other noun of this room takes
 * first. It owns the database, the signing key (in guarded memory) and the
 * form definitions read so far. One process, one thread; never across a fork.
 *
 * Reading order of the room: stream.h, change.h (the gate), fold.h, feed.h and
 * intake.h (what sync uses), casefile.h (what screens use).
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/entropy.h"
#include "base/err.h"
#include "base/id.h"
#include "base/stamp.h"
#include "forms/place.h"

struct store;
struct db;

enum {
    STORE_NAME_BYTES = 64,  /* an office's name */
    STORE_LOGIN_BYTES = 33, /* a login: letters, digits, . _ - */
    STORE_SIGN_BYTES = 32,  /* Ed25519 public key */
    STORE_SCHEMA_VERSION = 9,
};

struct store_env {
    struct stamp_source stamp;
    struct entropy_source entropy;
};

/* The system's clock and randomness. */
struct store_env store_env_system(void);

struct store_new {
    const char *site_name; /* "Gasera women and social affairs" */
    const char *place; /* PCODE or PCODE/KEBELE; a hub: "ET" or its region */
    const char *login; /* the first user; a hub: "hub" */
    const char *role;  /* id from roles.csv */
    bool is_hub;
};

/* What store_create refuses, told before anybody types a passphrase: a bad
 * name, place, login or role; a dir that holds an office. */
bool store_check_new(const char *dir, const struct store_new *n, struct err *e);

/* Makes an office in dir (created with mode 0700 when missing): key file and
 * database, its site id, signing key and first epoch, its first user.
 * passphrase NULL with is_hub: a random key file. Refuses a dir that has one.
 */
bool store_create(const char *dir, const struct store_new *n,
                  const char *passphrase, struct store_env env, struct err *e);

/* Opens: ERR_NOT_FOUND when dir has no office, ERR_DENIED for the wrong
 * passphrase, ERR_VERSION when a newer program made it. */
struct store *store_open(const char *dir, const char *passphrase,
                         struct store_env env, struct err *e);

/* The same with the database key itself, which a parent process passed over an
 * inherited pipe; login is whose session it is. */
struct store *store_open_key(const char *dir, const uint8_t key[32],
                             const char *login, struct store_env env,
                             struct err *e);

/* A store in memory, plain: for tests and simulations only. */
struct store *store_open_memory(const struct store_new *n, struct store_env env,
                                struct err *e);

void store_close(struct store *s); /* wipes keys; NULL is fine */

/* Whether dir holds an office; false is ERR_NOT_FOUND and says how to make one
 */
bool store_exists(const char *dir, struct err *e);
bool store_is_hub_dir(const char *dir); /* opens without a passphrase */

/* ---- what this office is ---- */
const char *store_dir(const struct store *s);
const char *store_login(const struct store *s); /* who unlocked it */
const char *store_role(const struct store *s);
/* Reads the role again, after it was changed (also by another process). */
bool store_renew_role(struct store *s, struct err *e);
const char *store_site_name(const struct store *s);
const char *store_place(const struct store *s);
bool store_is_hub(const struct store *s);
const struct id *store_site_id(const struct store *s);
uint64_t store_epoch(const struct store *s);
const uint8_t *store_sign_public(const struct store *s);
struct db *store_db(struct store *s);
/* Whether another program has put another file in this one's place (a change
 * of key): what is open can no longer be saved in, and has to be opened anew.
 */
bool store_is_moved(struct store *s);
int64_t store_now_ms(const struct store *s);
const struct entropy_source *store_entropy(const struct store *s);

/* After a restore: from here on this file writes under a new epoch, and what
 * it wrote before stays under the old one. */
bool store_renew_epoch(struct store *s, struct err *e);

/* Copies the database key for a child process; wipe it after use. */
void store_copy_key(const struct store *s, uint8_t key[32]);

/* Signs with the site's key; 64 bytes (Ed25519). Checks one of another's. */
void store_sign(const struct store *s, const void *bytes, size_t n,
                uint8_t sig[64]);
bool store_check_sign(const uint8_t public_key[STORE_SIGN_BYTES],
                      const void *bytes, size_t n, const uint8_t sig[64]);

#endif
