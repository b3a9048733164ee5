/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The seam proven: store/vfs.h once more, over SQLite's own VFS and without a
 * seal. Tests of the store are linked with this in place of store/vfs.c (make
 * check-seam); what they claim of the store must hold there, too. Tests of the
 * seals themselves ask vfs_seals() and are skipped.
 */
#include <stdio.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/vfs.h"
#include "store/vfs_int.h"

struct vfs {
    char base[64];
};

struct vfs *vfs_new_over(const uint8_t key[VFS_KEY_BYTES],
                         const char *base_name, struct err *e)
{
    struct vfs *v = mem_alloc(sizeof *v);
    (void)key;
    (void)e;
    str_copy(v->base, sizeof v->base, base_name ? base_name : "unix");
    return v;
}

struct vfs *vfs_new(const uint8_t key[VFS_KEY_BYTES], struct err *e)
{
    return vfs_new_over(key, NULL, e);
}

void vfs_free(struct vfs *v)
{
    mem_free(v);
}

const char *vfs_name(const struct vfs *v)
{
    return v->base;
}

bool vfs_seals(void)
{
    return false;
}
