/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot of a person:
 *
 *   nonce 24 | commitment 32 | sealed key 32 + tag 16 | sealed login 33 + tag
 * 16
 *
 * The passphrase, stretched with the file's salt and cost, is that person's
 * wrapping key. The commitment is a hash of wrapping key and nonce: it finds
 * the slot, and it ties the slot to one wrapping key, which the seal alone does
 * not. The login is sealed under the database key, so that whoever holds that
 * key can tell the slots apart without anyone's passphrase. An empty slot is
 * random bytes; so is every field of a full one to those without a key. A
 * hub's file keeps the key itself where a person's slot has its seal.
 */
#include "store/keyfile.h"
#include "store/keyfile_int.h"

#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/secret.h"

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SLOT_COMMIT = NONCE,
    SLOT_KEY = SLOT_COMMIT + KEYFILE_HASH_BYTES,
    SLOT_LOGIN = SLOT_KEY + KEYFILE_KEY_BYTES + TAG,
};

_Static_assert(SLOT_LOGIN + KEYFILE_LOGIN_BYTES + TAG == KEYFILE_SLOT_BYTES,
               "a slot is filled to its end");

static const char hub_login[] = "hub";

void keyfile_derive(const uint8_t key[KEYFILE_KEY_BYTES], const char *purpose,
                    uint8_t out[KEYFILE_KEY_BYTES])
{
    static const uint8_t domain[] = "homeward-key:";
    crypto_generichash_state s;
    crypto_generichash_init(&s, key, KEYFILE_KEY_BYTES, KEYFILE_KEY_BYTES);
    crypto_generichash_update(&s, domain, sizeof domain - 1);
    crypto_generichash_update(&s, (const uint8_t *)purpose, strlen(purpose));
    crypto_generichash_final(&s, out, KEYFILE_KEY_BYTES);
    mem_wipe(&s, sizeof s);
}

/* ---- slots ---- */

static void commit_to(const uint8_t *wrap, const uint8_t *nonce,
                      uint8_t out[KEYFILE_HASH_BYTES])
{
    static const uint8_t domain[] = "homeward-slot:";
    crypto_generichash_state s;
    crypto_generichash_init(&s, wrap, KEYFILE_KEY_BYTES, KEYFILE_HASH_BYTES);
    crypto_generichash_update(&s, domain, sizeof domain - 1);
    crypto_generichash_update(&s, nonce, NONCE);
    crypto_generichash_final(&s, out, KEYFILE_HASH_BYTES);
    mem_wipe(&s, sizeof s);
}

static void slot_empty(uint8_t *slot)
{
    randombytes_buf(slot, KEYFILE_SLOT_BYTES);
}

static void slot_put(uint8_t *slot, const uint8_t *wrap,
                     const struct keyfile_unlocked *who)
{
    uint8_t login_key[KEYFILE_KEY_BYTES];
    char login[KEYFILE_LOGIN_BYTES] = "";
    str_copy(login, sizeof login, who->login);
    keyfile_derive(who->key, "slot-login", login_key);
    randombytes_buf(slot, NONCE);
    commit_to(wrap, slot, slot + SLOT_COMMIT);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        slot + SLOT_KEY, NULL, who->key, sizeof who->key, slot + SLOT_COMMIT,
        KEYFILE_HASH_BYTES, NULL, slot, wrap);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        slot + SLOT_LOGIN, NULL, (const uint8_t *)login, sizeof login,
        slot + SLOT_COMMIT, KEYFILE_HASH_BYTES, NULL, slot, login_key);
    mem_wipe(login_key, sizeof login_key);
}

/* Whose slot it is, to a holder of the database key; false: an empty one. */
static bool slot_login(const uint8_t *slot, const uint8_t *key,
                       char out[KEYFILE_LOGIN_BYTES])
{
    uint8_t login_key[KEYFILE_KEY_BYTES];
    keyfile_derive(key, "slot-login", login_key);
    bool full = crypto_aead_xchacha20poly1305_ietf_decrypt(
                    (uint8_t *)out, NULL, NULL, slot + SLOT_LOGIN,
                    KEYFILE_LOGIN_BYTES + TAG, slot + SLOT_COMMIT,
                    KEYFILE_HASH_BYTES, slot, login_key) == 0;
    mem_wipe(login_key, sizeof login_key);
    out[full ? KEYFILE_LOGIN_BYTES - 1 : 0] = '\0';
    return full;
}

static bool slot_open(const uint8_t *slot, const uint8_t *wrap,
                      struct keyfile_unlocked *out)
{
    uint8_t commit[KEYFILE_HASH_BYTES];
    commit_to(wrap, slot, commit);
    if (sodium_memcmp(commit, slot + SLOT_COMMIT, KEYFILE_HASH_BYTES) != 0)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out->key, NULL, NULL, slot + SLOT_KEY, KEYFILE_KEY_BYTES + TAG,
               slot + SLOT_COMMIT, KEYFILE_HASH_BYTES, slot, wrap) == 0 &&
           slot_login(slot, out->key, out->login);
}

/* The slot of a login, or NULL; login NULL: the first empty slot. */
static uint8_t *slot_find(struct keyfile_copy *c, const uint8_t *key,
                          const char *login)
{
    char owner[KEYFILE_LOGIN_BYTES];
    for (int i = 0; i < KEYFILE_SLOTS; i++) {
        bool full = slot_login(c->slots[i], key, owner);
        if (login ? full && str_equal(owner, login) : !full)
            return c->slots[i];
    }
    return NULL;
}

static int slots_full(struct keyfile_copy *c, const uint8_t *key)
{
    char owner[KEYFILE_LOGIN_BYTES];
    int nr = 0;
    for (int i = 0; i < KEYFILE_SLOTS; i++)
        nr += slot_login(c->slots[i], key, owner);
    return nr;
}

/* ---- the deeds ---- */

static bool check_passphrase(const char *passphrase, struct err *e)
{
    size_t n = strlen(passphrase);
    if (utf8_chars(passphrase, n) < KEYFILE_PASSPHRASE_MIN)
        return err_set(e, ERR_INPUT,
                       _("A passphrase has at least %d characters; a few words "
                         "in a row are easy to keep in mind"),
                       (int)KEYFILE_PASSPHRASE_MIN);
    if (n >= KEYFILE_PASSPHRASE_BYTES)
        return err_set(e, ERR_INPUT, _("A passphrase has at most %d bytes"),
                       KEYFILE_PASSPHRASE_BYTES - 1);
    return true;
}

static bool check_login(const char *login, struct err *e)
{
    size_t n = strlen(login);
    if (n > 0 && n < KEYFILE_LOGIN_BYTES)
        return true;
    return err_set(e, ERR_INPUT, _("A login has 1 to %d bytes"),
                   KEYFILE_LOGIN_BYTES - 1);
}

static bool refuse_existing(const char *path, struct err *e)
{
    if (access(path, F_OK) != 0)
        return true;
    return err_set(e, ERR_INPUT,
                   _("There is a key file %s already: choose another folder"),
                   path);
}

static void copy_begin(struct keyfile_copy *c, enum keyfile_mode mode,
                       struct keyfile_cost cost)
{
    memset(c, 0, sizeof *c);
    c->mode = mode;
    c->cost = cost;
    randombytes_buf(c->salt, KEYFILE_SALT_BYTES);
    for (int i = 0; i < KEYFILE_SLOTS; i++)
        slot_empty(c->slots[i]);
}

bool keyfile_create(const char *path, const char *login, const char *passphrase,
                    struct keyfile_cost cost, struct keyfile_unlocked *out,
                    struct err *e)
{
    struct keyfile_copy c;
    if (!keyfile_cost_allowed(cost))
        return err_set(e, ERR_BUG, _("Nobody can open such a key file"));
    if (!refuse_existing(path, e) || !check_login(login, e) ||
        !check_passphrase(passphrase, e))
        return false;
    uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
    copy_begin(&c, KEYFILE_MODE_PEOPLE, cost);
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, login);
    bool ok = keyfile_stretch(&c, passphrase, wrap, e);
    if (ok) {
        slot_put(c.slots[0], wrap, out);
        ok = keyfile_save(&c, path, out->key, e);
    }
    secret_free(wrap);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

bool keyfile_create_open(const char *path, struct keyfile_unlocked *out,
                         struct err *e)
{
    struct keyfile_copy c;
    if (sodium_init() < 0)
        return err_set(e, ERR_BUG, _("The cipher library cannot be used"));
    if (!refuse_existing(path, e))
        return false;
    copy_begin(&c, KEYFILE_MODE_OPEN, keyfile_cost_least());
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, hub_login);
    memcpy(c.slots[0] + SLOT_KEY, out->key, sizeof out->key);
    bool ok = keyfile_save(&c, path, out->key, e);
    mem_wipe(&c, sizeof c);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

bool keyfile_is_open(const char *path, bool *open, struct err *e)
{
    struct keyfile_copies all;
    if (!keyfile_load(&all, path, e))
        return false;
    *open = all.items[0].mode == KEYFILE_MODE_OPEN;
    mem_wipe(&all, sizeof all);
    return true;
}

/* One copy: does a slot open, and is the copy then what its writer wrote? */
static bool unlock_copy(const struct keyfile_copy *c, const char *passphrase,
                        struct keyfile_unlocked *out, struct err *e)
{
    bool opened = false;
    if (c->mode == KEYFILE_MODE_OPEN) {
        memcpy(out->key, c->slots[0] + SLOT_KEY, sizeof out->key);
        str_copy(out->login, sizeof out->login, hub_login);
        opened = true;
    } else if (passphrase) {
        uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
        if (!keyfile_stretch(c, passphrase, wrap, e)) {
            secret_free(wrap);
            return false;
        }
        for (int i = 0; i < KEYFILE_SLOTS && !opened; i++)
            opened = slot_open(c->slots[i], wrap, out);
        secret_free(wrap);
    }
    if (!opened)
        return err_set(e, ERR_DENIED,
                       _("The passphrase does not open this office's file"));
    return keyfile_is_authentic(c, out->key) ||
           err_set(e, ERR_CORRUPT,
                   _("The key file was changed by something other than this "
                     "program: put back the key file of a backup"));
}

bool keyfile_unlock(const char *path, const char *passphrase,
                    struct keyfile_unlocked *out, struct err *e)
{
    struct keyfile_copies all;
    bool ok = false;
    if (sodium_init() < 0)
        return err_set(e, ERR_BUG, _("The cipher library cannot be used"));
    if (!keyfile_load(&all, path, e))
        return false;
    for (size_t i = 0; i < all.nr && !ok; i++)
        ok = unlock_copy(&all.items[i], passphrase, out, e);
    mem_wipe(&all, sizeof all);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

/* An edit of the slots of the copy that who's key proves. */
struct edit {
    const struct keyfile_unlocked *who;
    const char *login;
    const char *passphrase;
};

typedef bool edit_fn(struct keyfile_copy *c, const struct edit *edit,
                     struct err *e);

static bool edit_file(const char *path, const struct edit *edit, edit_fn *fn,
                      struct err *e)
{
    struct keyfile_copies all;
    const uint8_t *key = edit->who->key;
    struct keyfile_copy *c = NULL;
    int fd;
    if (!keyfile_lock(path, &fd, e))
        return false;
    bool ok = keyfile_load(&all, path, e);
    for (size_t i = 0; ok && i < all.nr && !c; i++)
        if (keyfile_is_authentic(&all.items[i], key))
            c = &all.items[i];
    if (ok && !c)
        ok = err_set(e, ERR_DENIED,
                     _("The key file is not the one this office was opened "
                       "with: close and unlock again"));
    else if (ok && c->mode == KEYFILE_MODE_OPEN)
        ok = err_set(e, ERR_INPUT, _("A hub's key file has no passphrases"));
    ok = ok && fn(c, edit, e) && keyfile_save(c, path, key, e);
    mem_wipe(&all, sizeof all);
    close(fd);
    return ok;
}

static bool edit_seal(struct keyfile_copy *c, uint8_t *slot,
                      const struct edit *edit, struct err *e)
{
    struct keyfile_unlocked owner = *edit->who;
    uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
    str_copy(owner.login, sizeof owner.login, edit->login);
    bool ok = keyfile_stretch(c, edit->passphrase, wrap, e);
    if (ok)
        slot_put(slot, wrap, &owner);
    secret_free(wrap);
    mem_wipe(&owner, sizeof owner);
    return ok;
}

static bool edit_add(struct keyfile_copy *c, const struct edit *edit,
                     struct err *e)
{
    if (slot_find(c, edit->who->key, edit->login))
        return err_set(e, ERR_INPUT, _("%s has a passphrase already"),
                       edit->login);
    uint8_t *slot = slot_find(c, edit->who->key, NULL);
    if (!slot)
        return err_set(e, ERR_FULL,
                       _("All %d places for people on this PC are taken: "
                         "remove someone who has left"),
                       (int)KEYFILE_SLOTS);
    return edit_seal(c, slot, edit, e);
}

static bool edit_change(struct keyfile_copy *c, const struct edit *edit,
                        struct err *e)
{
    uint8_t *slot = slot_find(c, edit->who->key, edit->login);
    if (!slot)
        return err_set(e, ERR_NOT_FOUND, _("%s has no passphrase here"),
                       edit->login);
    return edit_seal(c, slot, edit, e);
}

static bool edit_remove(struct keyfile_copy *c, const struct edit *edit,
                        struct err *e)
{
    uint8_t *slot = slot_find(c, edit->who->key, edit->login);
    if (!slot)
        return err_set(e, ERR_NOT_FOUND, _("%s has no passphrase here"),
                       edit->login);
    if (slots_full(c, edit->who->key) == 1)
        return err_set(e, ERR_INPUT,
                       _("%s is the last person who can open this office's "
                         "file: add another one first"),
                       edit->login);
    slot_empty(slot);
    return true;
}

bool keyfile_add(const char *path, const struct keyfile_unlocked *who,
                 const char *login, const char *passphrase, struct err *e)
{
    const struct edit edit = {who, login, passphrase};
    return check_login(login, e) && check_passphrase(passphrase, e) &&
           edit_file(path, &edit, edit_add, e);
}

bool keyfile_change(const char *path, const struct keyfile_unlocked *who,
                    const char *login, const char *passphrase, struct err *e)
{
    const struct edit edit = {who, login, passphrase};
    return check_passphrase(passphrase, e) &&
           edit_file(path, &edit, edit_change, e);
}

bool keyfile_remove(const char *path, const struct keyfile_unlocked *who,
                    const char *login, struct err *e)
{
    const struct edit edit = {who, login, NULL};
    return edit_file(path, &edit, edit_remove, e);
}
