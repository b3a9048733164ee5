/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: two equal copies, one at 0 and one at 4096, each
 *
 *   mark 8 | generation 8 | mode 4 | memory KiB 4 | passes 4 | salt 16
 *   16 slots | MAC 32 | checksum 32
 *
 * The checksum needs no key and picks out the copy that was damaged by
 * accident; the MAC under the database key then finds what was changed by
 * intent.
 */
#include "store/keyfile_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"

enum {
    MARK = 8,
    AT_GENERATION = MARK,
    AT_MODE = AT_GENERATION + 8,
    AT_MEMORY = AT_MODE + 4,
    AT_PASSES = AT_MEMORY + 4,
    AT_SALT = AT_PASSES + 4,
    AT_SLOTS = AT_SALT + KEYFILE_SALT_BYTES,
    COPY_BYTES =
        AT_SLOTS + KEYFILE_SLOTS * KEYFILE_SLOT_BYTES + 2 * KEYFILE_HASH_BYTES,
    COPY_AT = 4096, /* the second copy: in another block of any disk */
    FILE_BYTES = COPY_AT + COPY_BYTES,

    LOCK_TRIES = 100,
    LOCK_WAIT_MS = 100,
};

/* What differs between the versions of the file. */
static const struct layout {
    enum keyfile_version version;
    char mark[MARK + 1];
    size_t slot_bytes;
} layouts[] = {{KEYFILE_VERSION, "HWKEYS02", KEYFILE_SLOT_BYTES},
               {KEYFILE_VERSION_OLD, "HWKEYS01", KEYFILE_OLD_SLOT_BYTES}};

_Static_assert(COPY_BYTES <= COPY_AT, "the copies lie one behind the other");

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

static const struct layout *layout_of(enum keyfile_version version)
{
    return version == KEYFILE_VERSION ? &layouts[0] : &layouts[1];
}

/* Where the MAC stands; the checksum follows it. */
static size_t mac_at(const struct layout *l)
{
    return AT_SLOTS + KEYFILE_SLOTS * l->slot_bytes;
}

static void copy_put(const struct keyfile_copy *c, uint8_t out[COPY_BYTES])
{
    const struct layout *l = layout_of(c->version);
    size_t mac = mac_at(l), checksum = mac + KEYFILE_HASH_BYTES;
    memset(out, 0, COPY_BYTES);
    memcpy(out, l->mark, MARK);
    put_be(out + AT_GENERATION, 8, c->generation);
    put_be(out + AT_MODE, 4, c->mode);
    put_be(out + AT_MEMORY, 4, c->cost.memory_kib);
    put_be(out + AT_PASSES, 4, c->cost.passes);
    memcpy(out + AT_SALT, c->salt, KEYFILE_SALT_BYTES);
    for (size_t i = 0; i < KEYFILE_SLOTS; i++)
        memcpy(out + AT_SLOTS + i * l->slot_bytes, c->slots[i], l->slot_bytes);
    memcpy(out + mac, c->mac, KEYFILE_HASH_BYTES);
    crypto_generichash(out + checksum, KEYFILE_HASH_BYTES, out, checksum, NULL,
                       0);
}

static const struct layout *layout_in(const uint8_t in[COPY_BYTES])
{
    uint8_t sum[KEYFILE_HASH_BYTES];
    for (size_t i = 0; i < ARR_NR(layouts); i++) {
        const struct layout *l = &layouts[i];
        size_t checksum = mac_at(l) + KEYFILE_HASH_BYTES;
        crypto_generichash(sum, KEYFILE_HASH_BYTES, in, checksum, NULL, 0);
        if (memcmp(in, l->mark, MARK) == 0 &&
            memcmp(sum, in + checksum, KEYFILE_HASH_BYTES) == 0)
            return l;
    }
    return NULL;
}

/* Limits are checked here, before anything is sized by them. */
static bool copy_get(struct keyfile_copy *c, const uint8_t in[COPY_BYTES])
{
    const struct layout *l = layout_in(in);
    if (!l)
        return false;
    uint64_t mode = get_be(in + AT_MODE, 4);
    c->version = l->version;
    c->generation = get_be(in + AT_GENERATION, 8);
    c->mode =
        mode == KEYFILE_MODE_OPEN ? KEYFILE_MODE_OPEN : KEYFILE_MODE_PEOPLE;
    c->cost.memory_kib = (uint32_t)get_be(in + AT_MEMORY, 4);
    c->cost.passes = (uint32_t)get_be(in + AT_PASSES, 4);
    memcpy(c->salt, in + AT_SALT, KEYFILE_SALT_BYTES);
    for (size_t i = 0; i < KEYFILE_SLOTS; i++)
        memcpy(c->slots[i], in + AT_SLOTS + i * l->slot_bytes, l->slot_bytes);
    memcpy(c->mac, in + mac_at(l), KEYFILE_HASH_BYTES);
    return mode == c->mode && keyfile_cost_allowed(c->cost);
}

static void copy_mac(const struct keyfile_copy *c, const uint8_t *key,
                     uint8_t out[KEYFILE_HASH_BYTES])
{
    uint8_t mac_key[KEYFILE_KEY_BYTES], bytes[COPY_BYTES];
    keyfile_derive(key, "header-mac", mac_key);
    copy_put(c, bytes);
    crypto_generichash(out, KEYFILE_HASH_BYTES, bytes,
                       mac_at(layout_of(c->version)), mac_key, sizeof mac_key);
    mem_wipe(mac_key, sizeof mac_key);
    mem_wipe(bytes, sizeof bytes); /* an open file's bytes hold the key */
}

bool keyfile_is_authentic(const struct keyfile_copy *c, const uint8_t *key)
{
    uint8_t mac[KEYFILE_HASH_BYTES];
    copy_mac(c, key, mac);
    return sodium_memcmp(mac, c->mac, KEYFILE_HASH_BYTES) == 0;
}

/* ---- reading and replacing the file ---- */

static bool check_mode(int fd, const char *path,
                       const struct keyfile_copies *all, struct err *e)
{
    struct stat st;
    if (all->items[0].mode != KEYFILE_MODE_OPEN)
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

static void copies_sort(struct keyfile_copies *all, bool first, bool second)
{
    struct keyfile_copy *a = &all->items[0], *b = &all->items[1], spare;
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

bool keyfile_load(struct keyfile_copies *all, const char *path, struct err *e)
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

static bool save_pair(const struct keyfile_copy *first,
                      const struct keyfile_copy *second, const char *path,
                      struct err *e)
{
    uint8_t bytes[FILE_BYTES] = {0};
    copy_put(first, bytes);
    copy_put(second, bytes + COPY_AT);
    bool ok = file_replace(path, bytes, sizeof bytes, e);
    mem_wipe(bytes, sizeof bytes);
    return ok;
}

bool keyfile_save(struct keyfile_copy *c, const char *path, const uint8_t *key,
                  struct err *e)
{
    c->generation++;
    copy_mac(c, key, c->mac);
    return save_pair(c, c, path, e);
}

bool keyfile_save_turn(struct keyfile_copy *c, const uint8_t *key,
                       const struct keyfile_copy *earlier, const char *path,
                       struct err *e)
{
    c->generation++;
    copy_mac(c, key, c->mac);
    return save_pair(c, earlier, path, e);
}

/* Two administrators at once must not lose one another's slot. */
bool keyfile_lock(const char *path, int *fd, struct err *e)
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
