/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_disk.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    abort();
}

struct disk disk_new(void)
{
    struct disk d;
    const char *tmp = getenv("TMPDIR");
    snprintf(d.folder, sizeof d.folder, "%s/homeward-XXXXXX",
             tmp ? tmp : "/tmp");
    need(mkdtemp(d.folder) != NULL, d.folder);
    disk_name(&d, "homeward.db", d.path);
    return d;
}

void disk_name(const struct disk *d, const char *name, char out[DISK_PATH])
{
    snprintf(out, DISK_PATH, "%s/%s", d->folder, name);
}

void disk_clear(struct disk *d)
{
    char path[DISK_PATH];
    struct dirent *entry;
    DIR *dir = opendir(d->folder);
    need(dir != NULL, d->folder);
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.') {
            disk_name(d, entry->d_name, path);
            need(unlink(path) == 0, path);
        }
    closedir(dir);
    need(rmdir(d->folder) == 0, d->folder);
}

struct bytes disk_read(const char *path)
{
    struct bytes b = {NULL, 0};
    FILE *f = fopen(path, "rb");
    if (!f)
        return b;
    need(fseek(f, 0, SEEK_END) == 0, path);
    long size = ftell(f);
    need(size >= 0 && fseek(f, 0, SEEK_SET) == 0, path);
    b.size = (size_t)size;
    b.data = mem_alloc(b.size);
    need(fread(b.data, 1, b.size, f) == b.size, path);
    fclose(f);
    return b;
}

void disk_write(const char *path, struct bytes b)
{
    FILE *f = fopen(path, "wb");
    need(f != NULL, path);
    need(fwrite(b.data, 1, b.size, f) == b.size, path);
    need(fclose(f) == 0, path);
}

void bytes_free(struct bytes *b)
{
    mem_free(b->data);
    *b = (struct bytes){NULL, 0};
}

bool bytes_hold(struct bytes b, const void *what, size_t n)
{
    return b.size > 0 && memmem(b.data, b.size, what, n) != NULL;
}
