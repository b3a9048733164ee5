/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_BACKUP_INT_H
#define STORE_BACKUP_INT_H
/*
 * What making (backup.c) and restoring (backup_restore.c) share: the file as it
 * lies on the disk (backup_file.c).
 */
#include <stddef.h>

#include "store/backup.h"
#include "store/keyfile.h"

enum {
    BACKUP_HEADER_AT = 61440, /* the key file has room up to here */
    BACKUP_DB_AT = 65536,     /* a whole number of pages */
};

/* What stands between the slots and the database. */
struct backup_header {
    int64_t made_ms;
    size_t keys_bytes; /* length of the key file */
};

/* Writes the key file's bytes and the header into a new file, or (keys NULL)
 * the header into one that begins with a key file already. Synced. */
struct buf;
bool backup_file_begin(const char *path, const struct buf *keys,
                       int64_t made_ms, struct err *e);
bool backup_file_header(const char *path, struct backup_header *h,
                        struct err *e);

/* The key file in it, as it was. */
bool backup_file_keys(const char *path, const struct backup_header *h,
                      struct buf *out, struct err *e);

/* The database of a backup, through the two VFSs it needs. */
struct backup_db {
    struct vfs_shift *shift;
    struct vfs *vfs;
    struct db *db;
};
bool backup_db_open(struct backup_db *b, const char *path,
                    const uint8_t key[KEYFILE_KEY_BYTES], bool create,
                    struct err *e);
void backup_db_close(struct backup_db *b);

/* Reads every page and what the backup says of itself. */
bool backup_db_check(struct db *db, struct backup_info *out, struct err *e);

/* Gives from the name to, which must be free; then syncs the folder. */
bool backup_file_name(const char *from, const char *to, struct err *e);
bool backup_file_sync_folder(const char *path, struct err *e);

#endif
