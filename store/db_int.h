/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DB_INT_H
#define STORE_DB_INT_H
/*
 * The database over a VFS that is already there, so that tests can put a
 * faulty device under it.
 */
#include "store/db.h"

/* As db_open, but pages go through the registered VFS of that name, which
 * stays the caller's and must outlive the db; NULL is the system's. create
 * also takes a file that exists and is empty. */
struct db *db_open_over(const char *path, const char *vfs_name, bool create,
                        struct err *e);

#endif
