/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done with a key file. Every change is made to the copy that the
 * caller's database key proves, under a lock on the folder, so that two
 * programs at once cannot lose one another's slot.
 */
#include "store/keyfile.h"
#include "store/keyfile_int.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/secret.h"

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

/* ---- making ---- */

bool keyfile_check_passphrase(const char *passphrase, struct err *e)
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
                       struct keyfile_cost cost, const uint8_t *key)
{
    memset(c, 0, sizeof *c);
    c->version = KEYFILE_VERSION;
    c->mode = mode;
    c->cost = cost;
    randombytes_buf(c->salt, KEYFILE_SALT_BYTES);
    for (int i = 0; i < KEYFILE_SLOTS; i++)
        keyfile_slot_empty(c->slots[i], key);
}

bool keyfile_create(const char *path, const char *login, const char *passphrase,
                    struct keyfile_cost cost, struct keyfile_unlocked *out,
                    struct err *e)
{
    struct keyfile_copy c;
    if (!keyfile_cost_allowed(cost))
        return err_set(e, ERR_BUG, _("Nobody can open such a key file"));
    if (!refuse_existing(path, e) || !check_login(login, e) ||
        !keyfile_check_passphrase(passphrase, e))
        return false;
    uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
    memset(out, 0, sizeof *out);
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, login);
    copy_begin(&c, KEYFILE_MODE_PEOPLE, cost, out->key);
    bool ok = keyfile_stretch(&c, passphrase, wrap, e);
    if (ok) {
        keyfile_slot_put(c.slots[0], wrap, out);
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
    secret_start();
    if (!refuse_existing(path, e))
        return false;
    memset(out, 0, sizeof *out);
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, hub_login);
    copy_begin(&c, KEYFILE_MODE_OPEN, keyfile_cost_least(), out->key);
    memcpy(c.slots[0] + KEYFILE_OPEN_KEY_AT, out->key, sizeof out->key);
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

bool keyfile_fits(const char *path, const uint8_t key[KEYFILE_KEY_BYTES])
{
    struct keyfile_copies all;
    struct err ignored = ERR_INIT;
    bool fits = false;
    if (!keyfile_load(&all, path, &ignored))
        return false;
    for (size_t i = 0; i < all.nr && !fits; i++)
        fits = keyfile_is_authentic(&all.items[i], key);
    mem_wipe(&all, sizeof all);
    return fits;
}

/* ---- changing slots ---- */

/* An edit of the slots of the copy that who's key proves. */
struct edit {
    const struct keyfile_unlocked *who;
    const char *login;
    const char *passphrase;
    const uint8_t *wrap; /* the passphrase, if it is stretched already */
};

typedef bool edit_fn(struct keyfile_copy *c, const struct edit *edit,
                     struct err *e);

/* The copy that the key proves; *alone: the other one, if any, is under the
 * same key. */
static bool find_copy(struct keyfile_copies *all, const uint8_t *key,
                      struct keyfile_copy **out, bool *alone, struct err *e)
{
    size_t nr = 0;
    *out = NULL;
    for (size_t i = all->nr; i-- > 0;)
        if (keyfile_is_authentic(&all->items[i], key)) {
            *out = &all->items[i];
            nr++;
        }
    *alone = nr == all->nr;
    return *out || err_set(e, ERR_DENIED,
                           _("The key file is not the one this office was "
                             "opened with: close and unlock again"));
}

static bool check_people(const struct keyfile_copy *c, bool alone,
                         struct err *e)
{
    if (c->mode == KEYFILE_MODE_OPEN)
        return err_set(e, ERR_INPUT, _("A hub's key file has no passphrases"));
    return alone || err_set(e, ERR_BUSY,
                            _("A change of this office's key was cut short: "
                              "close and unlock again, then it is mended"));
}

static bool edit_file(const char *path, const struct edit *edit, edit_fn *fn,
                      struct err *e)
{
    struct keyfile_copies all;
    struct keyfile_copy *c;
    bool alone;
    int fd;
    if (!keyfile_lock(path, &fd, e))
        return false;
    bool ok = keyfile_load(&all, path, e) &&
              find_copy(&all, edit->who->key, &c, &alone, e) &&
              check_people(c, alone, e);
    if (ok) {
        keyfile_slot_renew_all(c, edit->who->key);
        ok = fn(c, edit, e) && keyfile_save(c, path, edit->who->key, e);
    }
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
    bool ok =
        edit->wrap != NULL || keyfile_stretch(c, edit->passphrase, wrap, e);
    if (ok)
        keyfile_slot_put(slot, edit->wrap != NULL ? edit->wrap : wrap, &owner);
    secret_free(wrap);
    mem_wipe(&owner, sizeof owner);
    return ok;
}

static bool edit_add(struct keyfile_copy *c, const struct edit *edit,
                     struct err *e)
{
    if (keyfile_slot_find(c, edit->who->key, edit->login))
        return err_set(e, ERR_INPUT, _("%s has a passphrase already"),
                       edit->login);
    uint8_t *slot = keyfile_slot_find(c, edit->who->key, NULL);
    if (!slot)
        return err_set(e, ERR_FULL,
                       _("All %d places for people on this PC are taken: "
                         "remove someone who has left"),
                       (int)KEYFILE_SLOTS);
    return edit_seal(c, slot, edit, e);
}

static bool no_slot(const char *login, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, _("%s has no passphrase here"), login);
}

static bool edit_change(struct keyfile_copy *c, const struct edit *edit,
                        struct err *e)
{
    uint8_t *slot = keyfile_slot_find(c, edit->who->key, edit->login);
    return slot ? edit_seal(c, slot, edit, e) : no_slot(edit->login, e);
}

static void list_logins(const struct keyfile_copy *c, const uint8_t *key,
                        struct keyfile_logins *out)
{
    bool has_pair;
    out->nr = 0;
    for (size_t i = 0; i < KEYFILE_SLOTS; i++)
        if (keyfile_slot_owner(c, i, key, out->items[out->nr], &has_pair))
            out->nr++;
}

static bool edit_remove(struct keyfile_copy *c, const struct edit *edit,
                        struct err *e)
{
    struct keyfile_logins people;
    uint8_t *slot = keyfile_slot_find(c, edit->who->key, edit->login);
    if (!slot)
        return no_slot(edit->login, e);
    list_logins(c, edit->who->key, &people);
    if (people.nr == 1)
        return err_set(e, ERR_INPUT,
                       _("%s is the last person who can open this office's "
                         "file: add another one first"),
                       edit->login);
    keyfile_slot_empty(slot, edit->who->key);
    return true;
}

bool keyfile_add(const char *path, const struct keyfile_unlocked *who,
                 const char *login, const char *passphrase, struct err *e)
{
    const struct edit edit = {who, login, passphrase, NULL};
    return check_login(login, e) && keyfile_check_passphrase(passphrase, e) &&
           edit_file(path, &edit, edit_add, e);
}

bool keyfile_change(const char *path, const struct keyfile_unlocked *who,
                    const char *login, const char *passphrase, struct err *e)
{
    const struct edit edit = {who, login, passphrase, NULL};
    return keyfile_check_passphrase(passphrase, e) &&
           edit_file(path, &edit, edit_change, e);
}

bool keyfile_remove(const char *path, const struct keyfile_unlocked *who,
                    const char *login, struct err *e)
{
    const struct edit edit = {who, login, NULL, NULL};
    return edit_file(path, &edit, edit_remove, e);
}

bool keyfile_list(const char *path, const struct keyfile_unlocked *who,
                  struct keyfile_logins *out, struct err *e)
{
    struct keyfile_copies all;
    struct keyfile_copy *c;
    bool alone;
    out->nr = 0;
    if (!keyfile_load(&all, path, e))
        return false;
    bool ok = find_copy(&all, who->key, &c, &alone, e);
    if (ok && c->mode == KEYFILE_MODE_PEOPLE)
        list_logins(c, who->key, out);
    mem_wipe(&all, sizeof all);
    return ok;
}

/* ---- opening ---- */

/* Which slot of a copy opened, and the wrapping key that opened it. */
struct attempt {
    const char *passphrase;
    uint8_t *wrap; /* guarded memory */
    bool has_pair;
};

static bool open_slot(const struct keyfile_copy *c, struct attempt *a,
                      struct keyfile_unlocked *out, bool *opened, struct err *e)
{
    char login[KEYFILE_LOGIN_BYTES];
    *opened = false;
    if (!a->passphrase)
        return true;
    if (!keyfile_stretch(c, a->passphrase, a->wrap, e))
        return false;
    for (size_t i = 0; i < KEYFILE_SLOTS && !*opened; i++) {
        *opened = keyfile_slot_open(c, c->slots[i], a->wrap, out);
        if (*opened)
            keyfile_slot_owner(c, i, out->key, login, &a->has_pair);
    }
    return true;
}

/* One copy: does a slot open, and is the copy then what its writer wrote? */
static bool unlock_copy(const struct keyfile_copy *c, struct attempt *a,
                        struct keyfile_unlocked *out, struct err *e)
{
    bool opened = true;
    if (c->mode == KEYFILE_MODE_OPEN) {
        memcpy(out->key, c->slots[0] + KEYFILE_OPEN_KEY_AT, sizeof out->key);
        str_copy(out->login, sizeof out->login, hub_login);
        a->has_pair = true;
    } else if (!open_slot(c, a, out, &opened, e)) {
        return false;
    }
    if (!opened)
        return err_set(e, ERR_DENIED,
                       _("The passphrase does not open this office's file"));
    return keyfile_is_authentic(c, out->key) ||
           err_set(e, ERR_CORRUPT,
                   _("The key file was changed by something other than this "
                     "program: put back the key file of a backup"));
}

/* Both copies are tried: they hold two keys while the key is changed. */
static bool unlock_copies(const struct keyfile_copies *all, struct attempt *a,
                          struct keyfile_unlocked *out, struct err *e)
{
    struct keyfile_unlocked other = {.login = ""};
    bool ok = unlock_copy(&all->items[0], a, out, e);
    if (all->nr < 2)
        return ok;
    if (!ok)
        return unlock_copy(&all->items[1], a, out, e);
    struct err ignored = ERR_INIT;
    if (unlock_copy(&all->items[1], a, &other, &ignored) &&
        sodium_memcmp(other.key, out->key, sizeof other.key) != 0) {
        out->cut_short = true;
        memcpy(out->earlier, other.key, sizeof out->earlier);
    }
    mem_wipe(&other, sizeof other);
    return true;
}

bool keyfile_unlock(const char *path, const char *passphrase,
                    struct keyfile_unlocked *out, struct err *e)
{
    struct keyfile_copies all;
    struct err ignored = ERR_INIT;
    struct attempt a = {.passphrase = passphrase};
    memset(out, 0, sizeof *out);
    secret_start();
    if (!keyfile_load(&all, path, e))
        return false;
    a.wrap = secret_alloc(KEYFILE_KEY_BYTES);
    bool ok = unlock_copies(&all, &a, out, e);
    mem_wipe(&all, sizeof all);
    if (ok && !a.has_pair) {
        /* the same passphrase again: so the slot gets its pair; a disk that
         * cannot be written is no reason to stay outside */
        const struct edit edit = {out, out->login, NULL, a.wrap};
        edit_file(path, &edit, edit_change, &ignored);
    }
    secret_free(a.wrap);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

/* ---- a change of key ---- */

/* Names those whose slots have no pair. */
static bool refuse_old_slots(const struct keyfile_copy *c, const uint8_t *key,
                             struct err *e)
{
    char login[KEYFILE_LOGIN_BYTES];
    struct buf names = BUF_INIT(KEYFILE_SLOTS * (KEYFILE_LOGIN_BYTES + 2));
    bool has_pair;
    for (size_t i = 0; i < KEYFILE_SLOTS; i++)
        if (keyfile_slot_owner(c, i, key, login, &has_pair) && !has_pair) {
            buf_add_str(&names, names.size > 0 ? ", " : "");
            buf_add_str(&names, login);
        }
    bool none = names.size == 0;
    if (!none)
        err_set(e, ERR_INPUT,
                _("The key can be changed once these people have unlocked "
                  "with this version of the program: %s. Or give them new "
                  "passphrases with homeward user passwd"),
                buf_text(&names));
    buf_release(&names);
    return none;
}

bool keyfile_turn(const char *path, const struct keyfile_unlocked *who,
                  uint8_t new_key[KEYFILE_KEY_BYTES], struct err *e)
{
    struct keyfile_copies all;
    struct keyfile_copy *c, next;
    bool alone;
    randombytes_buf(new_key, KEYFILE_KEY_BYTES);
    if (!keyfile_load(&all, path, e))
        return false;
    bool ok =
        find_copy(&all, who->key, &c, &alone, e) && check_people(c, alone, e);
    if (ok) {
        next = *c;
        keyfile_slot_renew_all(&next, who->key);
        ok =
            refuse_old_slots(&next, who->key, e) &&
            (keyfile_slot_move_all(&next, who->key, new_key) ||
             err_set(e, ERR_CORRUPT, _("A slot of the key file is damaged"))) &&
            keyfile_save_turn(&next, new_key, c, path, e);
    }
    mem_wipe(&all, sizeof all);
    if (!ok)
        mem_wipe(new_key, KEYFILE_KEY_BYTES);
    return ok;
}

bool keyfile_keep(const char *path, const uint8_t key[KEYFILE_KEY_BYTES],
                  struct err *e)
{
    struct keyfile_copies all;
    struct keyfile_copy *c;
    bool alone;
    if (!keyfile_load(&all, path, e))
        return false;
    bool ok = find_copy(&all, key, &c, &alone, e) &&
              (alone || keyfile_save(c, path, key, e));
    mem_wipe(&all, sizeof all);
    return ok;
}
