/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of a database while others work in it. SQLite takes the pages in
 * pieces and begins again when somebody commits in between; after a few such
 * beginnings the rest is taken in one go, for which writers wait. For who holds
 * the file SQLite waits by itself, as at any read.
 */
#include <sqlite3.h>

#include "base/i18n.h"
#include "store/db_int.h"

enum {
    PIECE_PAGES = 512,
    BEGINNINGS_MAX = 5,
};

static int step(sqlite3_backup *b, const struct db_copy_watch *watch)
{
    int rest = 0, begun = 0, rc;
    do {
        rc = sqlite3_backup_step(b, begun < BEGINNINGS_MAX ? PIECE_PAGES : -1);
        int now = sqlite3_backup_remaining(b);
        int all = sqlite3_backup_pagecount(b);
        begun += now >= rest; /* the first beginning, and each one after it */
        rest = now;
        if (watch && watch->told && (rc == SQLITE_OK || rc == SQLITE_DONE))
            watch->told(watch->arg, all - rest, all);
    } while (rc == SQLITE_OK);
    return rc;
}

static bool copy(struct db *from, struct db *to,
                 const struct db_copy_watch *watch, struct err *e)
{
    sqlite3_backup *b =
        sqlite3_backup_init(db_handle(to), "main", db_handle(from), "main");
    if (!b)
        return db_fail(to, sqlite3_extended_errcode(db_handle(to)), e);
    int rc = step(b, watch);
    sqlite3_backup_finish(b); /* says the same once more */
    return rc == SQLITE_DONE || db_fail(to, rc, e);
}

bool db_copy_into(struct db *from, struct db *to,
                  const struct db_copy_watch *watch, struct err *e)
{
    struct err ignored = ERR_INIT, first = ERR_INIT;
    bool ok = copy(from, to, watch, &first);
    /* a free page torn by a power cut is the one damage that can be mended */
    if (!ok && first.code == ERR_CORRUPT && db_mend(from, &ignored))
        ok = copy(from, to, watch, &first);
    if (!ok)
        *e = first;
    return ok;
}
