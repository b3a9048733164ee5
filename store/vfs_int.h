/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_VFS_INT_H
#define STORE_VFS_INT_H
/*
 * The page VFS over another VFS than the system's own, so that a device that
 * loses power on command can lie under the very code that offices run.
 */
#include <stdbool.h>

#include "store/vfs.h"

/* As vfs_new; base_name is the name of a registered VFS, or NULL for the
 * system's. ERR_BUG when there is none of that name. */
struct vfs *vfs_new_over(const uint8_t key[VFS_KEY_BYTES],
                         const char *base_name, struct err *e);

/* Whether pages are sealed: not in the plain stand-in that proves the seam
 * (tests/store/seam_plain.c). */
bool vfs_seals(void);

#endif
