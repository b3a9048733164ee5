/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_DISK_H
#define TESTS_STORE_SUPPORT_DISK_H
/*
 * A folder of its own for each test, and the bytes of files as they lie there.
 * Raw reads and writes of a database are only for moments when no connection
 * of this process has it open.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_FOLDER = 256, DISK_PATH = 512 };

/* Makes a folder under TMPDIR and the path of a file in it; the caller ends
 * with disk_clear, which removes the folder with all its files. */
struct disk {
    char folder[DISK_FOLDER];
    char path[DISK_PATH]; /* folder/homeward.db */
};

struct disk disk_new(void);
void disk_clear(struct disk *d);

/* folder/name, in a buffer of the caller. */
void disk_name(const struct disk *d, const char *name, char out[DISK_PATH]);

struct bytes {
    uint8_t *data;
    size_t size;
};

struct bytes disk_read(const char *path); /* no file: size 0 */
void disk_write(const char *path, struct bytes b);
void bytes_free(struct bytes *b);
bool bytes_hold(struct bytes b, const void *what, size_t n);

#endif
