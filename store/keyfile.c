/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: two equal copies, one at 0 and one at 4096, each
 *
 *   mark 8 | generation 8 | mode 4 | memory KiB 4 | passes 4 | salt 16
 *   16 slots | MAC 32 | checksum 32
 *
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
 * random bytes; so is every field of a full one to those without a key.
 *
 * The checksum needs no key and picks out the copy that was damaged by
 * accident; the MAC under the database key then finds what was changed by
 * intent. A hub's file keeps the key itself where a person's slot has its seal.
 */
#include "store/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/secret.h"

enum {
    MARK = 8,
    SALT = crypto_pwhash_argon2id_SALTBYTES,
    HASH = 32,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    /* within a slot */
    SLOT_COMMIT = NONCE,
    SLOT_KEY = SLOT_COMMIT + HASH,
    SLOT_LOGIN = SLOT_KEY + KEYFILE_KEY_BYTES + TAG,
    SLOT_BYTES = SLOT_LOGIN + KEYFILE_LOGIN_BYTES + TAG,
    /* within a copy */
    AT_GENERATION = MARK,
    AT_MODE = AT_GENERATION + 8,
    AT_MEMORY = AT_MODE + 4,
    AT_PASSES = AT_MEMORY + 4,
    AT_SALT = AT_PASSES + 4,
    AT_SLOTS = AT_SALT + SALT,
    AT_MAC = AT_SLOTS + KEYFILE_SLOTS * SLOT_BYTES,
    AT_CHECKSUM = AT_MAC + HASH,
    COPY_BYTES = AT_CHECKSUM + HASH,
    COPY_AT = 4096, /* the second copy: in another block of any disk */
    FILE_BYTES = COPY_AT + COPY_BYTES,

    LOCK_TRIES = 100,
    LOCK_WAIT_MS = 100,
};

/* What a file may ask for; more is a damaged or a hostile file. */
enum {
    MEMORY_MIN_KIB = 19 * 1024,
    MEMORY_MAX_KIB = 128 * 1024,
    PASSES_MAX = 1000,
};

enum mode { MODE_PEOPLE = 1, MODE_OPEN = 2 };

static const char mark[MARK + 1] = "HWKEYS01";
static const char hub_login[] = "hub";

/* One copy, taken apart. The slots stay as they lie on the disk. */
struct copy {
    uint64_t generation;
    enum mode mode;
    struct keyfile_cost cost;
    uint8_t salt[SALT];
    uint8_t slots[KEYFILE_SLOTS][SLOT_BYTES];
    uint8_t mac[HASH];
};

struct copies {
    struct copy items[2];
    size_t nr; /* whole ones, the newest first; equal ones once */
};

/* ---- bytes and hashes ---- */

static void put_be(uint8_t *to, size_t n, uint64_t value)
{
    for (size_t i = n; i-- > 0; value >>= 8)
        to[i] = (uint8_t)value;
}

static uint64_t get_be(const uint8_t *from, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | from[i];
    return value;
}

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

static void copy_put(const struct copy *c, uint8_t out[COPY_BYTES])
{
    memcpy(out, mark, MARK);
    put_be(out + AT_GENERATION, 8, c->generation);
    put_be(out + AT_MODE, 4, c->mode);
    put_be(out + AT_MEMORY, 4, c->cost.memory_kib);
    put_be(out + AT_PASSES, 4, c->cost.passes);
    memcpy(out + AT_SALT, c->salt, SALT);
    memcpy(out + AT_SLOTS, c->slots, sizeof c->slots);
    memcpy(out + AT_MAC, c->mac, HASH);
    crypto_generichash(out + AT_CHECKSUM, HASH, out, AT_CHECKSUM, NULL, 0);
}

/* Limits are checked here, before anything is sized by them. */
static bool copy_get(struct copy *c, const uint8_t in[COPY_BYTES])
{
    uint8_t sum[HASH];
    crypto_generichash(sum, HASH, in, AT_CHECKSUM, NULL, 0);
    if (memcmp(in, mark, MARK) != 0 || memcmp(sum, in + AT_CHECKSUM, HASH) != 0)
        return false;
    uint64_t mode = get_be(in + AT_MODE, 4);
    c->generation = get_be(in + AT_GENERATION, 8);
    c->mode = mode == MODE_OPEN ? MODE_OPEN : MODE_PEOPLE;
    c->cost.memory_kib = (uint32_t)get_be(in + AT_MEMORY, 4);
    c->cost.passes = (uint32_t)get_be(in + AT_PASSES, 4);
    memcpy(c->salt, in + AT_SALT, SALT);
    memcpy(c->slots, in + AT_SLOTS, sizeof c->slots);
    memcpy(c->mac, in + AT_MAC, HASH);
    return mode == c->mode && c->cost.memory_kib >= MEMORY_MIN_KIB &&
           c->cost.memory_kib <= MEMORY_MAX_KIB && c->cost.passes >= 1 &&
           c->cost.passes <= PASSES_MAX;
}

static void copy_mac(const struct copy *c, const uint8_t *key,
                     uint8_t out[HASH])
{
    uint8_t mac_key[KEYFILE_KEY_BYTES], bytes[COPY_BYTES];
    keyfile_derive(key, "header-mac", mac_key);
    copy_put(c, bytes);
    crypto_generichash(out, HASH, bytes, AT_MAC, mac_key, sizeof mac_key);
    mem_wipe(mac_key, sizeof mac_key);
    mem_wipe(bytes, sizeof bytes); /* an open file's bytes hold the key */
}

static bool copy_is_authentic(const struct copy *c, const uint8_t *key)
{
    uint8_t mac[HASH];
    copy_mac(c, key, mac);
    return sodium_memcmp(mac, c->mac, HASH) == 0;
}

/* ---- reading and replacing the file ---- */

static bool check_mode(int fd, const char *path, const struct copies *all,
                       struct err *e)
{
    struct stat st;
    if (all->items[0].mode != MODE_OPEN)
        return true;
    if (fstat(fd, &st) != 0)
        return err_errno(e, _("Reading %s"), path);
    if (st.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(e, ERR_DENIED,
                       _("Other accounts can read %s, which holds the key of "
                         "this hub: run chmod 600 on it"),
                       path);
    return true;
}

static void copies_sort(struct copies *all, bool first, bool second)
{
    struct copy *a = &all->items[0], *b = &all->items[1], spare;
    all->nr = (size_t)first + (size_t)second;
    if (!first && second)
        *a = *b;
    if (all->nr < 2)
        return;
    if (memcmp(a, b, sizeof *a) == 0) {
        all->nr = 1;
    } else if (b->generation > a->generation) {
        spare = *a;
        *a = *b;
        *b = spare;
    }
}

static ssize_t read_whole(int fd, uint8_t *to, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = read(fd, to + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static bool copies_load(struct copies *all, const char *path, struct err *e)
{
    uint8_t bytes[FILE_BYTES] = {0};
    memset(all, 0, sizeof *all); /* padding too: copies are compared whole */
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, _("Opening the key file %s"), path);
    bool ok = read_whole(fd, bytes, sizeof bytes) >= 0 ||
              err_errno(e, _("Reading the key file %s"), path);
    if (ok) {
        bool first = copy_get(&all->items[0], bytes);
        bool second = copy_get(&all->items[1], bytes + COPY_AT);
        copies_sort(all, first, second);
        if (all->nr == 0)
            ok = err_set(e, ERR_CORRUPT,
                         _("Both copies in the key file %s are damaged: put "
                           "back the key file of a backup"),
                         path);
    }
    ok = ok && check_mode(fd, path, all, e);
    close(fd);
    mem_wipe(bytes, sizeof bytes);
    return ok;
}

static bool write_whole(int fd, const uint8_t *from, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, from, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        from += put;
        n -= (size_t)put;
    }
    return true;
}

/* A descriptor of the folder that path lies in. */
static int folder_open(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? mem_copy_str(".")
                   : slash == path
                       ? mem_copy_str("/")
                       : mem_copy_strn(path, (size_t)(slash - path));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(folder);
    return fd;
}

static bool write_new(const char *path, const uint8_t *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  S_IRUSR | S_IWUSR);
    if (fd < 0)
        return false;
    bool ok = fchmod(fd, S_IRUSR | S_IWUSR) == 0 && write_whole(fd, bytes, n) &&
              fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

/* Write, sync, rename, sync of the folder: a power cut leaves the old file or
 * the new one. */
static bool file_replace(const char *path, const uint8_t *bytes, size_t n,
                         struct err *e)
{
    char *new_path = mem_alloc(strlen(path) + sizeof ".new");
    snprintf(new_path, strlen(path) + sizeof ".new", "%s.new", path);
    int folder = folder_open(path);
    bool ok = folder >= 0 && write_new(new_path, bytes, n) &&
              rename(new_path, path) == 0 && fsync(folder) == 0;
    if (!ok) {
        err_errno(e, _("Writing the key file %s"), path);
        unlink(new_path);
    }
    if (folder >= 0)
        close(folder);
    mem_free(new_path);
    return ok;
}

static bool copy_save(struct copy *c, const char *path, const uint8_t *key,
                      struct err *e)
{
    uint8_t bytes[FILE_BYTES] = {0};
    c->generation++;
    copy_mac(c, key, c->mac);
    copy_put(c, bytes);
    memcpy(bytes + COPY_AT, bytes, COPY_BYTES);
    bool ok = file_replace(path, bytes, sizeof bytes, e);
    mem_wipe(bytes, sizeof bytes);
    return ok;
}

/* ---- slots ---- */

static void commit_to(const uint8_t *wrap, const uint8_t *nonce,
                      uint8_t out[HASH])
{
    static const uint8_t domain[] = "homeward-slot:";
    crypto_generichash_state s;
    crypto_generichash_init(&s, wrap, KEYFILE_KEY_BYTES, HASH);
    crypto_generichash_update(&s, domain, sizeof domain - 1);
    crypto_generichash_update(&s, nonce, NONCE);
    crypto_generichash_final(&s, out, HASH);
    mem_wipe(&s, sizeof s);
}

static void slot_empty(uint8_t *slot)
{
    randombytes_buf(slot, SLOT_BYTES);
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
        HASH, NULL, slot, wrap);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        slot + SLOT_LOGIN, NULL, (const uint8_t *)login, sizeof login,
        slot + SLOT_COMMIT, HASH, NULL, slot, login_key);
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
                    KEYFILE_LOGIN_BYTES + TAG, slot + SLOT_COMMIT, HASH, slot,
                    login_key) == 0;
    mem_wipe(login_key, sizeof login_key);
    out[full ? KEYFILE_LOGIN_BYTES - 1 : 0] = '\0';
    return full;
}

static bool slot_open(const uint8_t *slot, const uint8_t *wrap,
                      struct keyfile_unlocked *out)
{
    uint8_t commit[HASH];
    commit_to(wrap, slot, commit);
    if (sodium_memcmp(commit, slot + SLOT_COMMIT, HASH) != 0)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               out->key, NULL, NULL, slot + SLOT_KEY, KEYFILE_KEY_BYTES + TAG,
               slot + SLOT_COMMIT, HASH, slot, wrap) == 0 &&
           slot_login(slot, out->key, out->login);
}

/* The slot of a login, or NULL; login NULL: the first empty slot. */
static uint8_t *slot_find(struct copy *c, const uint8_t *key, const char *login)
{
    char owner[KEYFILE_LOGIN_BYTES];
    for (int i = 0; i < KEYFILE_SLOTS; i++) {
        bool full = slot_login(c->slots[i], key, owner);
        if (login ? full && str_equal(owner, login) : !full)
            return c->slots[i];
    }
    return NULL;
}

static int slots_full(struct copy *c, const uint8_t *key)
{
    char owner[KEYFILE_LOGIN_BYTES];
    int nr = 0;
    for (int i = 0; i < KEYFILE_SLOTS; i++)
        nr += slot_login(c->slots[i], key, owner);
    return nr;
}

/* ---- stretching ---- */

static bool stretch_raw(uint8_t out[KEYFILE_KEY_BYTES], const char *passphrase,
                        const uint8_t *salt, struct keyfile_cost cost)
{
    return crypto_pwhash(out, KEYFILE_KEY_BYTES, passphrase, strlen(passphrase),
                         salt, cost.passes, (size_t)cost.memory_kib * 1024,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static bool stretch(const struct copy *c, const char *passphrase, uint8_t *out,
                    struct err *e)
{
    if (stretch_raw(out, passphrase, c->salt, c->cost))
        return true;
    return err_set(e, ERR_FULL,
                   _("Checking the passphrase needs %u MB of free memory: "
                     "close other programs and try again"),
                   c->cost.memory_kib / 1024);
}

static uint64_t available_kib(void)
{
    unsigned long kib = 0;
    char line[128];
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f)
        return 0;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
            break;
    fclose(f);
    return kib;
}

static uint32_t memory_suiting(void)
{
    struct rlimit limit;
    uint64_t kib = available_kib() / 4;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        limit.rlim_cur / 1024 / 3 < kib)
        kib = limit.rlim_cur / 1024 / 3;
    if (kib > MEMORY_MAX_KIB)
        return MEMORY_MAX_KIB;
    return kib < MEMORY_MIN_KIB ? MEMORY_MIN_KIB : (uint32_t)kib;
}

static int64_t elapsed_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct keyfile_cost keyfile_calibrate(void)
{
    static const uint8_t salt[SALT];
    uint8_t out[KEYFILE_KEY_BYTES];
    struct keyfile_cost cost = {MEMORY_MIN_KIB, 1};
    const char *wish = getenv("HOMEWARD_KDF_COST");
    if (sodium_init() < 0 || str_equal(wish, "least"))
        return cost;
    cost.memory_kib = memory_suiting();
    int64_t before = elapsed_ms();
    if (!stretch_raw(out, "a stretch to take the time of", salt, cost)) {
        cost.memory_kib = MEMORY_MIN_KIB;
        return cost;
    }
    int64_t took = elapsed_ms() - before;
    int64_t passes = 1000 / (took > 0 ? took : 1);
    cost.passes = (uint32_t)(passes < 1            ? 1
                             : passes > PASSES_MAX ? PASSES_MAX
                                                   : passes);
    return cost;
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

static void copy_begin(struct copy *c, enum mode mode, struct keyfile_cost cost)
{
    memset(c, 0, sizeof *c);
    c->mode = mode;
    c->cost = cost;
    randombytes_buf(c->salt, SALT);
    for (int i = 0; i < KEYFILE_SLOTS; i++)
        slot_empty(c->slots[i]);
}

bool keyfile_create(const char *path, const char *login, const char *passphrase,
                    struct keyfile_cost cost, struct keyfile_unlocked *out,
                    struct err *e)
{
    struct copy c;
    if (cost.memory_kib < MEMORY_MIN_KIB || cost.memory_kib > MEMORY_MAX_KIB ||
        cost.passes < 1 || cost.passes > PASSES_MAX)
        return err_set(e, ERR_BUG, _("Nobody can open such a key file"));
    if (!refuse_existing(path, e) || !check_login(login, e) ||
        !check_passphrase(passphrase, e))
        return false;
    uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
    copy_begin(&c, MODE_PEOPLE, cost);
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, login);
    bool ok = stretch(&c, passphrase, wrap, e);
    if (ok) {
        slot_put(c.slots[0], wrap, out);
        ok = copy_save(&c, path, out->key, e);
    }
    secret_free(wrap);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

bool keyfile_create_open(const char *path, struct keyfile_unlocked *out,
                         struct err *e)
{
    struct copy c;
    if (sodium_init() < 0)
        return err_set(e, ERR_BUG, _("The cipher library cannot be used"));
    if (!refuse_existing(path, e))
        return false;
    copy_begin(&c, MODE_OPEN, (struct keyfile_cost){MEMORY_MIN_KIB, 1});
    randombytes_buf(out->key, sizeof out->key);
    str_copy(out->login, sizeof out->login, hub_login);
    memcpy(c.slots[0] + SLOT_KEY, out->key, sizeof out->key);
    bool ok = copy_save(&c, path, out->key, e);
    mem_wipe(&c, sizeof c);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

bool keyfile_is_open(const char *path, bool *open, struct err *e)
{
    struct copies all;
    if (!copies_load(&all, path, e))
        return false;
    *open = all.items[0].mode == MODE_OPEN;
    mem_wipe(&all, sizeof all);
    return true;
}

/* One copy: does a slot open, and is the copy then what its writer wrote? */
static bool unlock_copy(const struct copy *c, const char *passphrase,
                        struct keyfile_unlocked *out, struct err *e)
{
    bool opened = false;
    if (c->mode == MODE_OPEN) {
        memcpy(out->key, c->slots[0] + SLOT_KEY, sizeof out->key);
        str_copy(out->login, sizeof out->login, hub_login);
        opened = true;
    } else if (passphrase) {
        uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
        if (!stretch(c, passphrase, wrap, e)) {
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
    return copy_is_authentic(c, out->key) ||
           err_set(e, ERR_CORRUPT,
                   _("The key file was changed by something other than this "
                     "program: put back the key file of a backup"));
}

bool keyfile_unlock(const char *path, const char *passphrase,
                    struct keyfile_unlocked *out, struct err *e)
{
    struct copies all;
    bool ok = false;
    if (sodium_init() < 0)
        return err_set(e, ERR_BUG, _("The cipher library cannot be used"));
    if (!copies_load(&all, path, e))
        return false;
    for (size_t i = 0; i < all.nr && !ok; i++)
        ok = unlock_copy(&all.items[i], passphrase, out, e);
    mem_wipe(&all, sizeof all);
    if (!ok)
        mem_wipe(out, sizeof *out);
    return ok;
}

/* Two administrators at once must not lose one another's slot. */
static bool folder_lock(const char *path, int *fd, struct err *e)
{
    const struct timespec pause = {0, LOCK_WAIT_MS * 1000000L};
    *fd = folder_open(path);
    if (*fd < 0)
        return err_errno(e, _("Opening the folder of %s"), path);
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        nanosleep(&pause, NULL);
    }
    close(*fd);
    return err_set(e, ERR_BUSY,
                   _("Another program is changing the key file; try again in "
                     "a moment"));
}

/* An edit of the slots of the copy that who's key proves. */
struct edit {
    const struct keyfile_unlocked *who;
    const char *login;
    const char *passphrase;
};

typedef bool edit_fn(struct copy *c, const struct edit *edit, struct err *e);

static bool edit_file(const char *path, const struct edit *edit, edit_fn *fn,
                      struct err *e)
{
    struct copies all;
    const uint8_t *key = edit->who->key;
    struct copy *c = NULL;
    int fd;
    if (!folder_lock(path, &fd, e))
        return false;
    bool ok = copies_load(&all, path, e);
    for (size_t i = 0; ok && i < all.nr && !c; i++)
        if (copy_is_authentic(&all.items[i], key))
            c = &all.items[i];
    if (ok && !c)
        ok = err_set(e, ERR_DENIED,
                     _("The key file is not the one this office was opened "
                       "with: close and unlock again"));
    else if (ok && c->mode == MODE_OPEN)
        ok = err_set(e, ERR_INPUT, _("A hub's key file has no passphrases"));
    ok = ok && fn(c, edit, e) && copy_save(c, path, key, e);
    mem_wipe(&all, sizeof all);
    close(fd);
    return ok;
}

static bool edit_seal(struct copy *c, uint8_t *slot, const struct edit *edit,
                      struct err *e)
{
    struct keyfile_unlocked owner = *edit->who;
    uint8_t *wrap = secret_alloc(KEYFILE_KEY_BYTES);
    str_copy(owner.login, sizeof owner.login, edit->login);
    bool ok = stretch(c, edit->passphrase, wrap, e);
    if (ok)
        slot_put(slot, wrap, &owner);
    secret_free(wrap);
    mem_wipe(&owner, sizeof owner);
    return ok;
}

static bool edit_add(struct copy *c, const struct edit *edit, struct err *e)
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

static bool edit_change(struct copy *c, const struct edit *edit, struct err *e)
{
    uint8_t *slot = slot_find(c, edit->who->key, edit->login);
    if (!slot)
        return err_set(e, ERR_NOT_FOUND, _("%s has no passphrase here"),
                       edit->login);
    return edit_seal(c, slot, edit, e);
}

static bool edit_remove(struct copy *c, const struct edit *edit, struct err *e)
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
