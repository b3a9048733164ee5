/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_device.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/mem.h"

enum { NAME_BYTES = 64, NODES = 4 };

struct image {
    uint8_t *bytes;
    size_t size, alloc;
};

struct handle;

struct node {
    char name[NAME_BYTES];
    struct image now;  /* what programs see */
    struct image disk; /* what is on the platter */
    bool exists;       /* programs see it */
    bool on_disk;      /* its name is on the platter */
    struct handle *handles;
};

struct pending {
    struct node *node;
    bool truncate;
    size_t offset, n;
    uint8_t *bytes;
};

struct process {
    sqlite3_vfs vfs; /* pAppData points back here */
    struct device *device;
    char name[NAME_BYTES];
    int number;
    bool dead;
};

struct device {
    struct process processes[DEVICE_PROCESSES];
    struct node nodes[NODES];
    struct {
        struct pending *items;
        size_t nr, alloc;
    } pending;
    uint64_t dice;
    uint64_t events;
    uint64_t cut_at, error_at; /* event numbers; 0: no plan */
    enum device_cut how;
    int error_code;
    bool error_lasts;
    bool cut;
    int victim;
};

struct handle {
    sqlite3_file face;
    struct node *node;
    struct process *process;
    struct handle *next;
    int level; /* of SQLite's locks */
};

/* ---- images, dice ---- */

static uint64_t roll(struct device *d, uint64_t sides)
{
    struct entropy_source s = entropy_seeded(&d->dice);
    return entropy_u64(&s) % sides;
}

static void image_resize(struct image *i, size_t size)
{
    if (size > i->alloc) {
        i->alloc = 2 * size;
        i->bytes = mem_resize(i->bytes, i->alloc, 1);
    }
    if (size > i->size)
        memset(i->bytes + i->size, 0, size - i->size);
    i->size = size;
}

static void image_write(struct image *i, size_t at, const void *from, size_t n)
{
    if (at + n > i->size)
        image_resize(i, at + n);
    memcpy(i->bytes + at, from, n);
}

static void image_copy(struct image *to, const struct image *from)
{
    image_resize(to, from->size);
    if (from->size > 0)
        memcpy(to->bytes, from->bytes, from->size);
}

/* ---- events ---- */

static void pending_drop(struct device *d, const struct node *node)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->pending.nr; i++) {
        struct pending *p = &d->pending.items[i];
        if (!node || p->node == node)
            mem_free(p->bytes);
        else
            d->pending.items[kept++] = *p;
    }
    d->pending.nr = kept;
}

static void die(struct device *d, int number)
{
    d->processes[number].dead = true;
    for (size_t i = 0; i < NODES; i++)
        for (struct handle *h = d->nodes[i].handles; h; h = h->next)
            if (h->process->number == number)
                h->level = SQLITE_LOCK_NONE;
}

/* What happens at this event: SQLITE_OK and it is done, or a code and it is
 * not. *torn: it must be left pending although it fails. */
static int event(struct process *p, bool *torn)
{
    struct device *d = p->device;
    *torn = false;
    if (p->dead)
        return SQLITE_IOERR;
    d->events++;
    if (d->error_at && (d->events == d->error_at ||
                        (d->error_lasts && d->events > d->error_at)))
        return d->error_code;
    if (!d->cut_at || d->events != d->cut_at)
        return SQLITE_OK;
    d->cut = true;
    d->victim = p->number;
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        if (d->how != DEVICE_KILL || i == p->number)
            die(d, i);
    *torn = d->how != DEVICE_KILL;
    return SQLITE_IOERR;
}

static void pend(struct device *d, struct pending p, const void *bytes)
{
    if (bytes) {
        p.bytes = mem_alloc(p.n);
        memcpy(p.bytes, bytes, p.n);
    }
    ARR_PUSH(&d->pending) = p;
}

/* ---- a cut ---- */

static void apply_sectors(struct device *d, const struct pending *p)
{
    size_t at = 0;
    while (at < p->n) {
        uint8_t garbage[DEVICE_SECTOR];
        size_t end = (p->offset + at) / DEVICE_SECTOR * DEVICE_SECTOR +
                     DEVICE_SECTOR - p->offset;
        size_t n = (end < p->n ? end : p->n) - at;
        uint64_t fate = roll(d, 3);
        struct entropy_source s = entropy_seeded(&d->dice);
        if (fate > 1)
            entropy_fill(&s, garbage, sizeof garbage);
        if (fate > 0)
            image_write(&p->node->disk, p->offset + at,
                        fate == 1 ? p->bytes + at : garbage, n);
        at += n;
    }
}

static void apply(struct device *d, const struct pending *p, bool torn)
{
    if (p->truncate)
        image_resize(&p->node->disk, p->n);
    else if (torn)
        apply_sectors(d, p);
    else
        image_write(&p->node->disk, p->offset, p->bytes, p->n);
}

static void power_cut(struct device *d)
{
    size_t prefix = roll(d, d->pending.nr + 1);
    for (size_t i = 0; i < d->pending.nr; i++) {
        uint64_t fate = roll(d, 3);
        if (d->how == DEVICE_PREFIX ? i < prefix : fate > 0)
            apply(d, &d->pending.items[i], d->how == DEVICE_TORN && fate == 2);
    }
    pending_drop(d, NULL);
    for (size_t i = 0; i < NODES; i++) {
        struct node *n = &d->nodes[i];
        /* a name made or taken away, and the folder not synced since */
        if (n->exists != n->on_disk)
            n->on_disk = roll(d, 2);
        n->exists = n->on_disk;
        if (!n->exists)
            image_resize(&n->disk, 0);
        image_copy(&n->now, &n->disk);
    }
}

void device_boot(struct device *d)
{
    if (d->cut && d->how != DEVICE_KILL)
        power_cut(d);
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        d->processes[i].dead = false;
    d->cut = false;
    d->cut_at = 0;
    d->victim = -1;
}

/* ---- files ---- */

static struct handle *handle_of(sqlite3_file *f)
{
    return (struct handle *)f;
}

/* As POSIX has it: whichever descriptor of a file a process closes, all its
 * locks on that file are gone, and nobody is told. */
static int file_close(sqlite3_file *f)
{
    struct handle *h = handle_of(f), **at = &h->node->handles;
    while (*at != h)
        at = &(*at)->next;
    *at = h->next;
    for (struct handle *o = h->node->handles; o; o = o->next)
        if (o->process == h->process)
            o->level = SQLITE_LOCK_NONE;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 offset)
{
    struct handle *h = handle_of(f);
    const struct image *i = &h->node->now;
    size_t at = (size_t)offset, want = (size_t)n;
    if (h->process->dead)
        return SQLITE_IOERR_READ;
    size_t got = at >= i->size ? 0 : want > i->size - at ? i->size - at : want;
    if (got > 0)
        memcpy(to, i->bytes + at, got);
    memset((uint8_t *)to + got, 0, want - got);
    return got == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *f, const void *from, int n,
                      sqlite3_int64 offset)
{
    struct handle *h = handle_of(f);
    bool torn;
    int rc = event(h->process, &torn);
    struct pending p = {h->node, false, (size_t)offset, (size_t)n, NULL};
    if (rc == SQLITE_OK || torn)
        pend(h->process->device, p, from);
    if (rc == SQLITE_OK)
        image_write(&h->node->now, p.offset, from, p.n);
    return rc;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct handle *h = handle_of(f);
    bool torn;
    int rc = event(h->process, &torn);
    struct pending p = {h->node, true, 0, (size_t)size, NULL};
    if (rc == SQLITE_OK || torn)
        pend(h->process->device, p, NULL);
    if (rc == SQLITE_OK)
        image_resize(&h->node->now, p.n);
    return rc;
}

static int file_sync(sqlite3_file *f, int flags)
{
    struct handle *h = handle_of(f);
    bool torn;
    int rc = event(h->process, &torn);
    (void)flags;
    if (rc != SQLITE_OK)
        return rc;
    pending_drop(h->process->device, h->node);
    image_copy(&h->node->disk, &h->node->now);
    h->node->on_disk = true;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    struct handle *h = handle_of(f);
    *size = (sqlite3_int64)h->node->now.size;
    return h->process->dead ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

/* The highest lock that another handle holds on the file. */
static int others_level(const struct handle *h)
{
    int highest = SQLITE_LOCK_NONE;
    for (struct handle *o = h->node->handles; o; o = o->next)
        if (o != h && o->level > highest)
            highest = o->level;
    return highest;
}

static int file_lock(sqlite3_file *f, int level)
{
    struct handle *h = handle_of(f);
    int others = others_level(h);
    if (h->process->dead)
        return SQLITE_IOERR_LOCK;
    if (level <= h->level)
        return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED ? others >= SQLITE_LOCK_PENDING
                                    : others >= SQLITE_LOCK_RESERVED)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
        h->level = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
    }
    h->level = level;
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *f, int level)
{
    struct handle *h = handle_of(f);
    if (h->level > level)
        h->level = level;
    return SQLITE_OK;
}

static int file_is_reserved(sqlite3_file *f, int *out)
{
    struct handle *h = handle_of(f);
    *out = h->level >= SQLITE_LOCK_RESERVED ||
           others_level(h) >= SQLITE_LOCK_RESERVED;
    return h->process->dead ? SQLITE_IOERR_CHECKRESERVEDLOCK : SQLITE_OK;
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    (void)f, (void)op, (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *f)
{
    (void)f;
    return DEVICE_SECTOR;
}

static int file_traits(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
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

/* ---- the VFS of a process ---- */

static struct process *process_of(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static struct node *node_of(struct device *d, const char *name, bool make)
{
    struct node *unused = NULL;
    for (size_t i = 0; i < NODES; i++) {
        if (strcmp(d->nodes[i].name, name) == 0)
            return &d->nodes[i];
        if (!unused && d->nodes[i].name[0] == '\0')
            unused = &d->nodes[i];
    }
    if (!make || !unused)
        return NULL;
    snprintf(unused->name, sizeof unused->name, "%s", name);
    return unused;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *out,
                     int flags, int *out_flags)
{
    struct process *p = process_of(vfs);
    struct handle *h = handle_of(out);
    memset(h, 0, sizeof *h);
    struct node *n = path ? node_of(p->device, path, true) : NULL;
    if (p->dead || !n || (!n->exists && !(flags & SQLITE_OPEN_CREATE)))
        return SQLITE_CANTOPEN;
    n->exists = true;
    *h = (struct handle){{&methods}, n, p, n->handles, SQLITE_LOCK_NONE};
    n->handles = h;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct process *p = process_of(vfs);
    struct node *n = node_of(p->device, path, false);
    bool torn;
    if (!n || !n->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    int rc = event(p, &torn);
    struct pending gone = {n, true, 0, 0, NULL};
    if (rc == SQLITE_OK || torn)
        pend(p->device, gone, NULL);
    if (rc != SQLITE_OK)
        return rc;
    image_resize(&n->now, 0);
    n->exists = false;
    if (sync_folder) {
        pending_drop(p->device, n);
        image_resize(&n->disk, 0);
        n->on_disk = false;
    }
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    struct process *p = process_of(vfs);
    struct node *n = node_of(p->device, path, false);
    (void)flags;
    *out = n && n->exists;
    return p->dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
    (void)vfs;
    snprintf(out, (size_t)n, "%s", path);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int n, char *out)
{
    struct entropy_source s = entropy_seeded(&process_of(vfs)->device->dice);
    entropy_fill(&s, out, (size_t)n);
    return n;
}

/* Nobody else runs meanwhile, so waiting is pointless. */
static int sleep_us(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int current_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 2461000.5;
    return SQLITE_OK;
}

static void process_open(struct device *d, int number)
{
    struct process *p = &d->processes[number];
    snprintf(p->name, sizeof p->name, "device-%p-%d", (void *)d, number);
    p->device = d;
    p->number = number;
    p->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = NAME_BYTES - 1,
        .zName = p->name,
        .pAppData = p,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = sleep_us,
        .xCurrentTime = current_time,
    };
    sqlite3_vfs_register(&p->vfs, 0);
}

/* ---- the device ---- */

struct device *device_new(uint64_t seed)
{
    struct device *d = mem_alloc(sizeof *d);
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        process_open(d, i);
    device_clear(d, seed);
    return d;
}

void device_clear(struct device *d, uint64_t seed)
{
    pending_drop(d, NULL);
    for (size_t i = 0; i < NODES; i++) {
        struct node *n = &d->nodes[i];
        n->exists = n->on_disk = false;
        n->name[0] = '\0';
        image_resize(&n->now, 0);
        image_resize(&n->disk, 0);
    }
    d->dice = seed;
    d->events = 0;
    d->cut_at = d->error_at = 0;
    d->cut = false;
    device_boot(d);
}

void device_free(struct device *d)
{
    device_clear(d, 0);
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        sqlite3_vfs_unregister(&d->processes[i].vfs);
    for (size_t i = 0; i < NODES; i++) {
        mem_free(d->nodes[i].now.bytes);
        mem_free(d->nodes[i].disk.bytes);
    }
    ARR_RELEASE(&d->pending);
    mem_free(d);
}

const char *device_vfs(const struct device *d, int process)
{
    return d->processes[process].name;
}

uint64_t device_events(const struct device *d)
{
    return d->events;
}

void device_plan_cut(struct device *d, uint64_t nth, enum device_cut how)
{
    d->cut_at = nth ? d->events + nth : 0;
    d->how = how;
}

void device_plan_error(struct device *d, uint64_t nth, int code, bool lasting)
{
    d->error_at = nth ? d->events + nth : 0;
    d->error_code = code;
    d->error_lasts = lasting;
}

bool device_is_cut(const struct device *d)
{
    return d->cut;
}

int device_victim(const struct device *d)
{
    return d->victim;
}

static bool image_holds(const struct image *i, const void *what, unsigned n)
{
    return i->size > 0 && memmem(i->bytes, i->size, what, n) != NULL;
}

bool device_holds(const struct device *d, const void *what, unsigned n)
{
    for (size_t i = 0; i < NODES; i++)
        if (image_holds(&d->nodes[i].now, what, n) ||
            image_holds(&d->nodes[i].disk, what, n))
            return true;
    for (size_t i = 0; i < d->pending.nr; i++) {
        const struct pending *p = &d->pending.items[i];
        if (p->bytes && memmem(p->bytes, p->n, what, n))
            return true;
    }
    return false;
}
