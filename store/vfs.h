/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VFS_H
#define STORE_VFS_H
/*
 * The page VFS: the one file through which SQLite touches the disk, and the
 * seam at which SQLCipher could take its place. Every page is sealed with
 * XChaCha20-Poly1305 under a fresh random nonce; nonce (24) and tag (16) stand
 * in the page's 40 reserved bytes; file role and page number are bound in.
 * Nothing is ever in clear on the disk: no header, no journal, no temp file.
 *
 * Rollback journal only. What would bypass sealing is refused: WAL, mmap,
 * temp and super-journal files, partial page writes. security.md 1.3 lists
 * twelve ways this goes wrong, and a thirteenth was found here: a free page
 * torn by a power cut is in no journal and stops every copy (db_check.c mends
 * it). tests/store/vfs-test.c has a test for each, in a table at its head.
 *
 * Nothing but this VFS ever opens the database file: POSIX drops a process's
 * locks when any descriptor of the file is closed.
 */
#include <stdint.h>

#include "base/err.h"

enum { VFS_KEY_BYTES = 32, VFS_PAGE_BYTES = 4096, VFS_RESERVED_BYTES = 40 };

struct vfs;

/* Registers a VFS of its own for one database key; what seals pages and masks
 * checksums is derived from it and kept in guarded memory. The database that
 * uses it must be closed before vfs_free. */
struct vfs *vfs_new(const uint8_t key[VFS_KEY_BYTES], struct err *e);
void vfs_free(struct vfs *v); /* NULL is fine; wipes the key */

const char *vfs_name(const struct vfs *v); /* for sqlite3_open_v2 */

#endif
