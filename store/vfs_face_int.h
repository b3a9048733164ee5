/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VFS_FACE_INT_H
#define STORE_VFS_FACE_INT_H
/*
 * What SQLite calls of a VFS that stands before another one and cares for the
 * bytes of files alone: everything but opening goes on to the one behind.
 * First member of whoever is such a VFS; randomness comes from libsodium.
 */
#include <sqlite3.h>
#include <stddef.h>

#include "base/err.h"

struct vfs_face {
    sqlite3_vfs face;  /* pAppData points back here */
    sqlite3_vfs *base; /* what touches the disk */
    char name[40];
};

struct vfs_face_plan {
    const char *base_name; /* NULL: SQLite's own */
    const char *prefix;    /* of a name that nobody else has */
    size_t file_bytes;     /* of a file of ours; the base's stands behind it */
    int (*open)(sqlite3_vfs *face, const char *path, sqlite3_file *out,
                int flags, int *out_flags);
};

/* Makes it known to SQLite until vfs_face_end. */
bool vfs_face_begin(struct vfs_face *v, const struct vfs_face_plan *plan,
                    struct err *e);
void vfs_face_end(struct vfs_face *v);

#endif
