/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One database file taking the place of another, while other processes have
 * the first one open. They hold on to a file that has no name any more: SQLite
 * refuses to write there, and what they would read is overwritten, so that
 * they find out at their next query.
 */
#include <sqlite3.h>

#include "store/db.h"
#include "store/db_int.h"
#include "store/vfs.h"

bool db_alone(struct db *db, struct err *e)
{
    struct err ignored;
    /* in this mode the lock that a transaction took outlives it */
    if (db_script(db, "PRAGMA locking_mode=exclusive; BEGIN EXCLUSIVE; COMMIT",
                  e))
        return true;
    db_script(db, "ROLLBACK", &ignored);
    db_share(db);
    return false;
}

void db_share(struct db *db)
{
    struct err ignored;
    /* the lock goes with the next read */
    db_script(db,
              "PRAGMA locking_mode=normal; SELECT count(*) FROM sqlite_schema",
              &ignored);
}

bool db_is_moved(struct db *db)
{
    sqlite3_file *file = db_file(db);
    int moved = 0;
    return file &&
           file->pMethods->xFileControl(file, SQLITE_FCNTL_HAS_MOVED, &moved) ==
               SQLITE_OK &&
           moved;
}

void db_retire(struct db *db)
{
    static const uint8_t nothing[VFS_PAGE_BYTES];
    sqlite3_file *file = db_file(db);
    sqlite3_int64 size = 0;
    int rc = file->pMethods->xFileSize(file, &size);
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size;
         at += VFS_PAGE_BYTES)
        rc = file->pMethods->xWrite(file, nothing, VFS_PAGE_BYTES, at);
    file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}
