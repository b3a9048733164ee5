/* SPDX-License-Identifier: Apache-2.0 */
#include "store/vfs_shift.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/vfs_face_int.h"

struct vfs_shift {
    struct vfs_face over; /* first: what SQLite calls points back here */
    sqlite3_int64 offset;
};

struct file {
    sqlite3_file face; /* first, for SQLite knows no more of us */
    sqlite3_file *real;
    sqlite3_int64 offset; /* 0 for journals */
};

static struct file *file_of(sqlite3_file *f)
{
    return (struct file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return file_of(f)->real;
}

static int file_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), to, n,
                                       at + file_of(f)->offset);
}

static int file_write(sqlite3_file *f, const void *from, int n,
                      sqlite3_int64 at)
{
    return real_of(f)->pMethods->xWrite(real_of(f), from, n,
                                        at + file_of(f)->offset);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return real_of(f)->pMethods->xTruncate(real_of(f),
                                           size + file_of(f)->offset);
}

static int file_sync(sqlite3_file *f, int flags)
{
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    int rc = real_of(f)->pMethods->xFileSize(real_of(f), size);
    *size = *size > file_of(f)->offset ? *size - file_of(f)->offset : 0;
    return rc;
}

static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_is_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

/* ---- the VFS ---- */

static struct vfs_shift *shift_of(sqlite3_vfs *face)
{
    return face->pAppData;
}

static int open_file(sqlite3_vfs *face, const char *path, sqlite3_file *out,
                     int flags, int *out_flags)
{
    struct file *f = file_of(out);
    struct vfs_shift *v = shift_of(face);
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    f->offset = flags & SQLITE_OPEN_MAIN_DB ? v->offset : 0;
    int rc = v->over.base->xOpen(v->over.base, path, f->real, flags, out_flags);
    if (rc == SQLITE_OK)
        f->face.pMethods = &methods;
    else if (f->real->pMethods)
        f->real->pMethods->xClose(f->real);
    return rc;
}

struct vfs_shift *vfs_shift_new(int64_t offset, struct err *e)
{
    const struct vfs_face_plan plan = {NULL, "shifted", sizeof(struct file),
                                       open_file};
    struct vfs_shift *v = mem_alloc(sizeof *v);
    v->offset = offset;
    if (vfs_face_begin(&v->over, &plan, e))
        return v;
    mem_free(v);
    return NULL;
}

void vfs_shift_free(struct vfs_shift *v)
{
    if (!v)
        return;
    vfs_face_end(&v->over);
    mem_free(v);
}

const char *vfs_shift_name(const struct vfs_shift *v)
{
    return v->over.name;
}
