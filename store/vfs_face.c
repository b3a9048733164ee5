/* SPDX-License-Identifier: Apache-2.0 */
#include "store/vfs_face_int.h"

#include <sodium.h>
#include <stdio.h>

#include "base/i18n.h"

static sqlite3_vfs *base_of(sqlite3_vfs *face)
{
    return ((struct vfs_face *)face->pAppData)->base;
}

static int delete_file(sqlite3_vfs *face, const char *path, int sync_folder)
{
    return base_of(face)->xDelete(base_of(face), path, sync_folder);
}

static int access_file(sqlite3_vfs *face, const char *path, int flags, int *out)
{
    return base_of(face)->xAccess(base_of(face), path, flags, out);
}

static int full_path(sqlite3_vfs *face, const char *path, int n, char *out)
{
    return base_of(face)->xFullPathname(base_of(face), path, n, out);
}

static int randomness(sqlite3_vfs *face, int n, char *out)
{
    (void)face;
    randombytes_buf(out, (size_t)n);
    return n;
}

static int sleep_us(sqlite3_vfs *face, int us)
{
    return base_of(face)->xSleep(base_of(face), us);
}

static int current_time(sqlite3_vfs *face, double *out)
{
    return base_of(face)->xCurrentTime(base_of(face), out);
}

static int last_error(sqlite3_vfs *face, int n, char *out)
{
    sqlite3_vfs *base = base_of(face);
    return base->xGetLastError ? base->xGetLastError(base, n, out) : 0;
}

static void fill(struct vfs_face *v, const struct vfs_face_plan *plan)
{
    v->face = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)plan->file_bytes + v->base->szOsFile,
        .mxPathname = v->base->mxPathname,
        .zName = v->name,
        .pAppData = v,
        .xOpen = plan->open,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = sleep_us,
        .xCurrentTime = current_time,
        .xGetLastError = last_error,
    };
}

bool vfs_face_begin(struct vfs_face *v, const struct vfs_face_plan *plan,
                    struct err *e)
{
    uint64_t mark;
    randombytes_buf(&mark, sizeof mark);
    snprintf(v->name, sizeof v->name, "%s-%016llx", plan->prefix,
             (unsigned long long)mark);
    v->base = sqlite3_vfs_find(plan->base_name);
    if (v->base == NULL)
        return err_set(e, ERR_BUG,
                       _("The database engine of this PC cannot be used"));
    fill(v, plan);
    return sqlite3_vfs_register(&v->face, 0) == SQLITE_OK ||
           err_set(e, ERR_FULL,
                   _("There is too little free memory: close other programs"));
}

void vfs_face_end(struct vfs_face *v)
{
    sqlite3_vfs_unregister(&v->face);
}
