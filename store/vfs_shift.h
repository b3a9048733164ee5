/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VFS_SHIFT_H
#define STORE_VFS_SHIFT_H
/*
 * A VFS that leaves the first bytes of a database file alone: a backup is one
 * file, its key slots first, the sealed database behind them. It lies between
 * the page VFS (vfs_int.h) and the system's, and shifts every offset; journals
 * go through as they are. Nothing is unsealed here.
 */
#include <stdint.h>

#include "base/err.h"

struct vfs_shift;

/* offset: bytes that belong to somebody else, a multiple of the page size.
 * Databases opened over it are closed before vfs_shift_free. */
struct vfs_shift *vfs_shift_new(int64_t offset, struct err *e);
void vfs_shift_free(struct vfs_shift *v); /* NULL is fine */

const char *vfs_shift_name(const struct vfs_shift *v); /* for vfs_new_over */

#endif
