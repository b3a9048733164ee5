/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DB_INT_H
#define STORE_DB_INT_H
/*
 * What the parts of the database share (db.c, db_check.c), and the way in for
 * tests that put a faulty device under it.
 */
#include "store/db.h"

struct sqlite3;
struct sqlite3_file;

/* As db_open, but pages go through the registered VFS of that name, which
 * stays the caller's and must outlive the db; NULL is the system's. create
 * also takes a file that exists and is empty. */
struct db *db_open_over(const char *path, const char *vfs_name, bool create,
                        struct err *e);

/* For db_copy.c, which alone besides db.c and the VFSes speaks to SQLite. */
struct sqlite3 *db_handle(struct db *db);

/* Copies all pages into an open database, in pieces, so that others can work
 * meanwhile; told hears how far it is. */
struct db_copy_watch {
    void (*told)(void *arg, int64_t done, int64_t all);
    void *arg;
};
bool db_copy_into(struct db *from, struct db *to,
                  const struct db_copy_watch *watch, struct err *e);

/* How much of the file is kept in memory: a share of the machine's, of which it
 * has so many pages (-1: not known). */
int64_t db_cache_kib(int64_t pages, int64_t page_bytes);

/* The database file as the VFS sees it; NULL when it is not open. */
struct sqlite3_file *db_file(struct db *db);

/* Sets the error that a code of SQLite's stands for; returns false, which make
 * cover is told (tests/cover/false.h), hence the brackets. */
bool(db_fail)(struct db *db, int code, struct err *e);

/* Whether a page (from 1) of the file opens under the key. */
bool db_page_opens(struct db *db, uint32_t number);

/* Fills free pages that do not open; see db_check.c. Not while writing. */
bool db_mend(struct db *db, struct err *e);

#endif
