/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of a plant is the file of the VFS behind it, with a table of methods
 * of its own: one entry is the bug, the others are the real ones. The table
 * stands behind the file, in the same block of memory.
 */
#include "tests/store/support_plant.h"

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "store/vfs.h"
#include "store/vfs_face_int.h"

struct plant {
    struct vfs_face over; /* first: what SQLite calls points back here */
    enum plant_kind kind;
};

struct extra {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    sqlite3_vfs *base;
    const char *path; /* SQLite's, valid as long as the file is open */
};

static const char *const names[PLANT_KINDS] = {"", "sync", "lock", "peek"};

enum plant_kind plant_kind_of(const char *name)
{
    for (int i = 1; i < PLANT_KINDS; i++)
        if (str_equal(name, names[i]))
            return (enum plant_kind)i;
    return PLANT_NONE;
}

static const struct extra *extra_of(const sqlite3_file *f)
{
    return (const struct extra *)f->pMethods;
}

/* ---- the bugs ---- */

static int no_sync(sqlite3_file *f, int flags)
{
    (void)f, (void)flags;
    return SQLITE_OK;
}

/* Looks at its own file through a second descriptor before it writes. */
static int write_twice_open(sqlite3_file *f, const void *from, int n,
                            sqlite3_int64 offset)
{
    const struct extra *x = extra_of(f);
    sqlite3_file *second = mem_alloc((size_t)x->base->szOsFile);
    int rc = x->base->xOpen(x->base, x->path, second,
                            SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE, NULL);
    if (second->pMethods)
        second->pMethods->xClose(second);
    mem_free(second);
    return rc == SQLITE_OK ? x->real->xWrite(f, from, n, offset) : rc;
}

/* Zeros out of a file that is not empty are what a failed peek gives. */
static int peek_or_fail(sqlite3_file *f, void *to, int n, sqlite3_int64 offset)
{
    const struct extra *x = extra_of(f);
    sqlite3_int64 size = 0;
    int rc = x->real->xRead(f, to, n, offset);
    if (rc != SQLITE_OK || n == VFS_PAGE_BYTES)
        return rc;
    for (int i = 0; i < n; i++)
        if (((const uint8_t *)to)[i] != 0)
            return rc;
    rc = x->real->xFileSize(f, &size);
    return rc == SQLITE_OK && size > 0 ? SQLITE_IOERR_DATA : rc;
}

static void infect(struct extra *x, enum plant_kind kind, int flags)
{
    bool pages = flags & SQLITE_OPEN_MAIN_DB;
    if (kind == PLANT_SYNC && !pages)
        x->methods.xSync = no_sync;
    else if (kind == PLANT_LOCK && pages)
        x->methods.xWrite = write_twice_open;
    else if (kind == PLANT_PEEK && pages)
        x->methods.xRead = peek_or_fail;
}

/* ---- the VFS ---- */

static int open_file(sqlite3_vfs *face, const char *path, sqlite3_file *out,
                     int flags, int *out_flags)
{
    struct plant *p = face->pAppData;
    sqlite3_vfs *base = p->over.base;
    struct extra *x = (struct extra *)((char *)out + base->szOsFile);
    int rc = base->xOpen(base, path, out, flags, out_flags);
    if (rc != SQLITE_OK || !out->pMethods)
        return rc;
    *x = (struct extra){*out->pMethods, out->pMethods, base, path};
    infect(x, p->kind, flags);
    out->pMethods = &x->methods;
    return rc;
}

struct plant *plant_new(enum plant_kind kind, const char *vfs_name,
                        struct err *e)
{
    const struct vfs_face_plan plan = {vfs_name, "planted",
                                       sizeof(struct extra), open_file};
    struct plant *p = mem_alloc(sizeof *p);
    p->kind = kind;
    if (vfs_face_begin(&p->over, &plan, e))
        return p;
    mem_free(p);
    return NULL;
}

void plant_free(struct plant *p)
{
    if (!p)
        return;
    vfs_face_end(&p->over);
    mem_free(p);
}

const char *plant_vfs(const struct plant *p)
{
    return p->over.name;
}
