/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On the disk
 *
 *   page     ciphertext 4056 | nonce 24 | tag 16
 *   journal  header 512, in clear: mark, count of records, a random number,
 *            the database's size in pages, sector and page size
 *            record: page number 4 | page, sealed as above | checksum 4, masked
 *
 * Additional data of a seal is the file's role and the page number, so a page
 * opens only in its own place, and a journal's page never as a database page.
 *
 * Journal headers stay in clear because sealing them would buy nothing: what
 * they say is in the lengths of the two files, and a header torn by a power
 * cut must read as the end of the journal, so a forged one could always be
 * passed off as torn. A record's checksum is a sum over plain text; it goes out
 * under a keystream of its own key and the nonce of that record's page.
 *
 * SQLite writes and reads a record in three steps (number, page, checksum),
 * each at the offset where the one before ended. A file remembers the last
 * step; anything out of step is refused, never guessed at.
 */
#include "store/vfs.h"
#include "store/vfs_face_int.h"
#include "store/vfs_int.h"

#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/keyfile.h"
#include "store/secret.h"

enum {
    PAGE = VFS_PAGE_BYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLAIN = PAGE - NONCE - TAG, /* bytes of a page that carry content */
    SECTOR = 512,
    NUMBER = 4, /* a page number or a checksum in the journal */
    JOURNAL_MARK = 8,
    JOURNAL_COUNT = JOURNAL_MARK + 4, /* the rewrite that counts records */
    JOURNAL_BLANK = 28, /* the zeros that end a journal kept in place */
};

_Static_assert(NONCE + TAG == VFS_RESERVED_BYTES, "a seal fills the reserve");

struct keys {
    uint8_t page[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    uint8_t mask[crypto_stream_xchacha20_KEYBYTES];
};

struct vfs {
    struct vfs_face over; /* first: what SQLite calls points back here */
    struct keys *keys;    /* guarded memory */
};

enum role { ROLE_PAGES = 'p', ROLE_JOURNAL = 'j' };

/* Where a journal stands inside a record. */
struct step {
    enum { STEP_NONE, STEP_NUMBER, STEP_PAGE } done;
    sqlite3_int64 end; /* the offset at which the next step must begin */
    uint32_t page;
    uint8_t nonce[NONCE];
};

struct file {
    sqlite3_file face; /* first, for SQLite knows no more of us */
    struct vfs *vfs;
    sqlite3_file *real; /* the base VFS's file, in the same block of memory */
    struct step step;
};

static const uint8_t journal_mark[JOURNAL_MARK] = {0xd9, 0xd5, 0x05, 0xf9,
                                                   0x20, 0xa1, 0x63, 0xd7};

/* ---- sealing ---- */

struct bound {
    uint8_t bytes[8];
};

static struct bound bound_to(enum role role, uint32_t page)
{
    return (struct bound){{'h', 'w', 1, (uint8_t)role, (uint8_t)(page >> 24),
                           (uint8_t)(page >> 16), (uint8_t)(page >> 8),
                           (uint8_t)page}};
}

/* Never in place: plain is SQLite's own page cache. */
static void seal(const struct keys *keys, struct bound bound,
                 const uint8_t *plain, uint8_t out[PAGE])
{
    uint8_t *nonce = out + PLAIN, *tag = nonce + NONCE;
    randombytes_buf(nonce, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        out, tag, NULL, plain, PLAIN, bound.bytes, sizeof bound.bytes, NULL,
        nonce, keys->page);
}

/* In place. Not authentic: the page becomes zeros and the answer is false. */
static bool unseal(const struct keys *keys, struct bound bound,
                   uint8_t page[PAGE])
{
    bool good = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                    page, NULL, page, PLAIN, page + PLAIN + NONCE, bound.bytes,
                    sizeof bound.bytes, page + PLAIN, keys->page) == 0;
    memset(good ? page + PLAIN : page, 0, good ? PAGE - PLAIN : PAGE);
    return good;
}

/* ---- the database file ---- */

static struct file *file_of(sqlite3_file *f)
{
    return (struct file *)f;
}

static uint32_t page_at(sqlite3_int64 offset)
{
    return (uint32_t)(offset / PAGE) + 1;
}

/* A page of which only a part is there is damaged; one past the end is the
 * short read that SQLite expects. */
static int short_page(struct file *f, uint8_t *to, sqlite3_int64 offset)
{
    sqlite3_int64 size = 0;
    memset(to, 0, PAGE);
    int rc = f->real->pMethods->xFileSize(f->real, &size);
    if (rc != SQLITE_OK)
        return rc;
    return size > offset ? SQLITE_IOERR_DATA : SQLITE_IOERR_SHORT_READ;
}

static int page_fetch(struct file *f, uint8_t *to, sqlite3_int64 offset)
{
    int rc = f->real->pMethods->xRead(f->real, to, PAGE, offset);
    if (rc == SQLITE_IOERR_SHORT_READ)
        return short_page(f, to, offset);
    if (rc != SQLITE_OK) {
        memset(to, 0, PAGE);
        return rc;
    }
    struct bound bound = bound_to(ROLE_PAGES, page_at(offset));
    return unseal(f->vfs->keys, bound, to) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

/* SQLite looks into the file's header before it holds a lock and before it
 * looks for a hot journal. After a power cut, or beside a writer, page 1 may be
 * half written then; the journal can still mend it, so a peek that fails must
 * not. Whoever needs the page reads it whole, under the lock, and fails hard.
 */
static int page_peek(struct file *f, void *to, int n, int from)
{
    uint8_t page[PAGE];
    if (page_fetch(f, page, 0) == SQLITE_OK)
        memcpy(to, page + from, (size_t)n);
    else
        memset(to, 0, (size_t)n);
    mem_wipe(page, sizeof page);
    return SQLITE_OK;
}

static int page_read(sqlite3_file *face, void *to, int n, sqlite3_int64 offset)
{
    struct file *f = file_of(face);
    if (n == PAGE && offset % PAGE == 0)
        return page_fetch(f, to, offset);
    if (offset >= 0 && n > 0 && offset + n <= PAGE)
        return page_peek(f, to, n, (int)offset);
    return SQLITE_IOERR_READ;
}

/* Every write of ours. A used-up quota is a full disk to whoever works here;
 * SQLite knows it as a failed write. */
static int put(struct file *f, const void *from, int n, sqlite3_int64 offset)
{
    int cause = 0;
    int rc = f->real->pMethods->xWrite(f->real, from, n, offset);
    if (rc != SQLITE_IOERR_WRITE)
        return rc;
    f->real->pMethods->xFileControl(f->real, SQLITE_FCNTL_LAST_ERRNO, &cause);
    return cause == EDQUOT || cause == EFBIG ? SQLITE_FULL : rc;
}

static int page_put(struct file *f, const uint8_t *plain, sqlite3_int64 offset)
{
    uint8_t sealed[PAGE];
    seal(f->vfs->keys, bound_to(ROLE_PAGES, page_at(offset)), plain, sealed);
    return put(f, sealed, PAGE, offset);
}

/* SQLite never writes pages that were taken and given back within one
 * transaction. A hole would read as zeros, and zeros are no sealed page. */
static int fill_gap(struct file *f, sqlite3_int64 offset)
{
    static const uint8_t zeros[PAGE];
    sqlite3_int64 size = 0;
    int rc = f->real->pMethods->xFileSize(f->real, &size);
    sqlite3_int64 at = (size + PAGE - 1) / PAGE * PAGE;
    for (; rc == SQLITE_OK && at < offset; at += PAGE)
        rc = page_put(f, zeros, at);
    return rc;
}

/* A first page that leaves no room for seals (or asks for a WAL) would have
 * the ends of all its pages cut off; better it is never written. */
static bool header_suits(const uint8_t *page)
{
    static const uint8_t magic[16] = "SQLite format 3";
    if (memcmp(page, magic, sizeof magic) != 0)
        return true;
    return page[16] == PAGE >> 8 && page[17] == 0 && page[18] == 1 &&
           page[19] == 1 && page[20] == VFS_RESERVED_BYTES;
}

static int page_write(sqlite3_file *face, const void *from, int n,
                      sqlite3_int64 offset)
{
    struct file *f = file_of(face);
    if (n != PAGE || offset % PAGE != 0)
        return SQLITE_IOERR_WRITE;
    if (offset == 0 && !header_suits(from))
        return SQLITE_IOERR_WRITE;
    int rc = fill_gap(f, offset);
    return rc == SQLITE_OK ? page_put(f, from, offset) : rc;
}

static int page_truncate(sqlite3_file *face, sqlite3_int64 size)
{
    struct file *f = file_of(face);
    if (size % PAGE != 0)
        return SQLITE_IOERR_TRUNCATE;
    return f->real->pMethods->xTruncate(f->real, size);
}

/* ---- the rollback journal ---- */

static void mask(const struct file *f, const uint8_t *from, uint8_t to[NUMBER])
{
    crypto_stream_xchacha20_xor(to, from, NUMBER, f->step.nonce,
                                f->vfs->keys->mask);
}

static void step_number(struct file *f, const uint8_t *b, sqlite3_int64 offset)
{
    f->step.done = STEP_NUMBER;
    f->step.end = offset + NUMBER;
    f->step.page = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                   (uint32_t)b[2] << 8 | b[3];
}

static void step_page(struct file *f, const uint8_t *sealed,
                      sqlite3_int64 offset)
{
    f->step.done = STEP_PAGE;
    f->step.end = offset + PAGE;
    memcpy(f->step.nonce, sealed + PLAIN, NONCE);
}

/* Forgets the step and says whether it was this one, just before offset. */
static bool step_take(struct file *f, int done, sqlite3_int64 offset)
{
    bool next = (int)f->step.done == done && f->step.end == offset;
    f->step.done = STEP_NONE;
    return next;
}

static int number_read(struct file *f, uint8_t *to, sqlite3_int64 offset)
{
    bool checksum = step_take(f, STEP_PAGE, offset);
    int rc = f->real->pMethods->xRead(f->real, to, NUMBER, offset);
    if (rc != SQLITE_OK)
        return rc;
    if (checksum)
        mask(f, to, to);
    else
        step_number(f, to, offset);
    return SQLITE_OK;
}

/* SQLite counts only records it has synced, so one that does not open was
 * damaged since: an error, never the end of the journal. */
static int record_read(struct file *f, uint8_t *to, sqlite3_int64 offset)
{
    if (!step_take(f, STEP_NUMBER, offset))
        return SQLITE_IOERR_READ;
    int rc = f->real->pMethods->xRead(f->real, to, PAGE, offset);
    if (rc != SQLITE_OK) {
        memset(to, 0, PAGE);
        return rc;
    }
    step_page(f, to, offset);
    struct bound bound = bound_to(ROLE_JOURNAL, f->step.page);
    return unseal(f->vfs->keys, bound, to) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int journal_read(sqlite3_file *face, void *to, int n,
                        sqlite3_int64 offset)
{
    struct file *f = file_of(face);
    if (n == NUMBER)
        return number_read(f, to, offset);
    if (n == PAGE)
        return record_read(f, to, offset);
    f->step.done = STEP_NONE;
    return f->real->pMethods->xRead(f->real, to, n, offset);
}

static int number_write(struct file *f, const uint8_t *from,
                        sqlite3_int64 offset)
{
    uint8_t out[NUMBER];
    if (step_take(f, STEP_PAGE, offset)) {
        mask(f, from, out);
    } else {
        memcpy(out, from, NUMBER);
        step_number(f, from, offset);
    }
    return put(f, out, NUMBER, offset);
}

static int record_write(struct file *f, const uint8_t *from,
                        sqlite3_int64 offset)
{
    uint8_t sealed[PAGE];
    if (!step_take(f, STEP_NUMBER, offset))
        return SQLITE_IOERR_WRITE;
    seal(f->vfs->keys, bound_to(ROLE_JOURNAL, f->step.page), from, sealed);
    step_page(f, sealed, offset);
    return put(f, sealed, PAGE, offset);
}

/* What SQLite may write into a journal beside records, by length and content;
 * the name of a super-journal, for one, is nothing of the kind. */
static bool header_part(const uint8_t *from, int n, sqlite3_int64 offset)
{
    if (offset % SECTOR != 0)
        return false;
    /* the mark and the count come once the records are synced */
    if (n == SECTOR && sodium_is_zero(from, JOURNAL_COUNT))
        return true;
    if (n == SECTOR || n == JOURNAL_COUNT)
        return memcmp(from, journal_mark, JOURNAL_MARK) == 0;
    return (n == 1 || n == JOURNAL_BLANK) && sodium_is_zero(from, (size_t)n);
}

static int journal_write(sqlite3_file *face, const void *from, int n,
                         sqlite3_int64 offset)
{
    struct file *f = file_of(face);
    if (n == NUMBER)
        return number_write(f, from, offset);
    if (n == PAGE)
        return record_write(f, from, offset);
    f->step.done = STEP_NONE;
    if (!header_part(from, n, offset))
        return SQLITE_IOERR_WRITE;
    return put(f, from, n, offset);
}

static int journal_truncate(sqlite3_file *face, sqlite3_int64 size)
{
    struct file *f = file_of(face);
    f->step.done = STEP_NONE;
    return f->real->pMethods->xTruncate(f->real, size);
}

/* ---- what both kinds share ---- */

static int file_close(sqlite3_file *face)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xClose(f->real);
}

static int file_sync(sqlite3_file *face, int flags)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xSync(f->real, flags);
}

static int file_size(sqlite3_file *face, sqlite3_int64 *size)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xFileSize(f->real, size);
}

static int file_lock(sqlite3_file *face, int level)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xLock(f->real, level);
}

static int file_unlock(sqlite3_file *face, int level)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xUnlock(f->real, level);
}

static int file_is_reserved(sqlite3_file *face, int *out)
{
    struct file *f = file_of(face);
    return f->real->pMethods->xCheckReservedLock(f->real, out);
}

/* Only what neither moves nor sizes bytes goes through: no size hints, no
 * chunks (they leave holes), no mmap, no batched atomic writes. */
static int file_control(sqlite3_file *face, int op, void *arg)
{
    static const int passed[] = {SQLITE_FCNTL_HAS_MOVED, SQLITE_FCNTL_LOCKSTATE,
                                 SQLITE_FCNTL_LAST_ERRNO, SQLITE_FCNTL_SYNC,
                                 SQLITE_FCNTL_COMMIT_PHASETWO};
    struct file *f = file_of(face);
    for (size_t i = 0; i < ARR_NR(passed); i++)
        if (op == passed[i])
            return f->real->pMethods->xFileControl(f->real, op, arg);
    return SQLITE_NOTFOUND;
}

/* Larger than a page's share and a journal header would have a page's length.
 */
static int file_sector(sqlite3_file *face)
{
    (void)face;
    return SECTOR;
}

/* Without this SQLite would journal and write whole sectors' worth of
 * neighbours; with more (atomic batches) it would write round the journal. */
static int file_traits(sqlite3_file *face)
{
    (void)face;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1 methods: no shared memory, so no WAL; no fetch, so no mmap. */
static const sqlite3_io_methods page_methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = page_read,
    .xWrite = page_write,
    .xTruncate = page_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

static const sqlite3_io_methods journal_methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = journal_read,
    .xWrite = journal_write,
    .xTruncate = journal_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

/* ---- the VFS ---- */

static struct vfs *vfs_of(sqlite3_vfs *face)
{
    return face->pAppData;
}

static const sqlite3_io_methods *methods_for(const char *path, int flags)
{
    if (!path || flags & SQLITE_OPEN_DELETEONCLOSE)
        return NULL;
    if (flags & SQLITE_OPEN_MAIN_DB)
        return &page_methods;
    return flags & SQLITE_OPEN_MAIN_JOURNAL ? &journal_methods : NULL;
}

static int open_file(sqlite3_vfs *face, const char *path, sqlite3_file *out,
                     int flags, int *out_flags)
{
    struct file *f = file_of(out);
    struct vfs *v = vfs_of(face);
    const sqlite3_io_methods *methods = methods_for(path, flags);
    memset(f, 0, sizeof *f);
    if (!methods)
        return SQLITE_CANTOPEN;
    f->vfs = v;
    f->real = (sqlite3_file *)(f + 1);
    int rc = v->over.base->xOpen(v->over.base, path, f->real, flags, out_flags);
    if (rc == SQLITE_OK)
        f->face.pMethods = methods;
    else if (f->real->pMethods)
        f->real->pMethods->xClose(f->real);
    return rc;
}

struct vfs *vfs_new_over(const uint8_t key[VFS_KEY_BYTES],
                         const char *base_name, struct err *e)
{
    const struct vfs_face_plan plan = {base_name, "homeward",
                                       sizeof(struct file), open_file};
    struct vfs *v = mem_alloc(sizeof *v);
    v->keys = secret_alloc(sizeof *v->keys);
    keyfile_derive(key, "pages", v->keys->page);
    keyfile_derive(key, "journal-mask", v->keys->mask);
    if (vfs_face_begin(&v->over, &plan, e))
        return v;
    secret_free(v->keys);
    mem_free(v);
    return NULL;
}

bool vfs_seals(void)
{
    return true;
}

struct vfs *vfs_new(const uint8_t key[VFS_KEY_BYTES], struct err *e)
{
    return vfs_new_over(key, NULL, e);
}

void vfs_free(struct vfs *v)
{
    if (!v)
        return;
    vfs_face_end(&v->over);
    secret_free(v->keys);
    mem_free(v);
}

const char *vfs_name(const struct vfs *v)
{
    return v->over.name;
}
