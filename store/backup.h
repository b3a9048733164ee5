/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H
/*
 * A backup is one file: the key slots as they stand that day, then the sealed
 * database. So it alone restores, with any passphrase that was valid then, and
 * nothing in it is ever in clear. A hub, which opens without a passphrase, is
 * given one for its backup.
 *
 *   0       the key file (keyfile.h), followed by zeros
 *   61440   "HWBACKUP", format, length of the key file, when it was made
 *   65536   the database, sealed pages (vfs.h)
 *
 * It is made beside its name (FILE.part), read back whole, and gets its name
 * last: what bears the name is whole. A backup expires after 35 days: what was
 * erased since then stands in it still.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"
#include "store/verify.h"

enum { BACKUP_DAYS = 35 };

struct backup_watch {
    void (*told)(void *arg, int64_t done, int64_t all); /* pages */
    void *arg;
};

struct backup_info {
    char site_name[STORE_NAME_BYTES];
    bool is_hub;
    int64_t made_ms, cases, changes;
    int64_t bytes;                /* of the file that was written; else 0 */
    char head[VERIFY_HEAD_BYTES]; /* of the state it holds */
};

/* Whether the unlocked person may carry the office out and in again: the table
 * of rights, kind "site", export. ERR_DENIED says who may. */
bool backup_may(struct store *s, struct err *e);

/* Makes one while others work. path must not exist (ERR_INPUT). passphrase: of
 * a hub's backup; NULL for an office. It is opened and checked before it counts
 * as made. ERR_DENIED as backup_may. */
bool backup_write(struct store *s, const char *path, const char *passphrase,
                  const struct backup_watch *watch, struct backup_info *out,
                  struct err *e);

/* Opens it with a passphrase and reads all of it. ERR_DENIED: not a passphrase
 * of that day; ERR_CORRUPT: damaged, or no backup at all. */
bool backup_check(const char *path, const char *passphrase,
                  struct backup_info *out, struct err *e);

/* When the last one was made on this PC; 0: never. */
bool backup_last(struct store *s, int64_t *at_ms, struct err *e);

/* Makes the office of a backup in dir, for whoever may (backup_may) by the
 * roles in it. Cases of the purge list in dir are destroyed in the copy before
 * anything can read it. An office that is there is replaced only when replace
 * says so, and kept aside in dir/before-restore-TIME. The file is proved whole
 * and writes under a new epoch before it takes its place; what a cut leaves is
 * taken up by restoring again, or goes when the office is opened next.
 * expired: take one older than 35 days too. */
struct backup_restore {
    const char *path, *dir, *passphrase;
    bool replace, expired;
    struct store_env env;
    const struct backup_watch *watch; /* may be NULL */
};
bool backup_restore(const struct backup_restore *r, struct backup_info *out,
                    struct err *e);

/* Takes away the copy of a restore that was cut off; nothing while one is at
 * work. For the opening of the store. */
void backup_clear_cut(const char *dir);

#endif
