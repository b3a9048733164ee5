/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_BENCH_H
#define TESTS_STORE_SUPPORT_BENCH_H
/*
 * A bench for the page VFS: a folder, a VFS for one key, a file opened below
 * SQLite, and an office above it. What goes wrong here fails the test.
 */
#include <sqlite3.h>

#include "store/vfs_int.h"
#include "tests/store/support_disk.h"

enum {
    BENCH_NONCE_AT = VFS_PAGE_BYTES - VFS_RESERVED_BYTES,
    BENCH_TAG_AT = VFS_PAGE_BYTES - 16,
    BENCH_RECORD = VFS_PAGE_BYTES + 8, /* of a journal */
    BENCH_HEADER = 512,                /* of a journal */
};

extern const uint8_t bench_key[VFS_KEY_BYTES];
extern const uint8_t bench_other_key[VFS_KEY_BYTES];

struct bench {
    struct disk disk;
    char journal[DISK_PATH];
    struct vfs *vfs;
    sqlite3_file *file; /* opened below SQLite; NULL: none */
    struct err e;
};

/* Set-up and tear-down of a cmocka test. */
int bench_new(void **state);
int bench_end(void **state);

/* ---- below SQLite ---- */

int bench_open(struct bench *b, const char *path, int kind);
const sqlite3_io_methods *bench_open_pages(struct bench *b);
const sqlite3_io_methods *bench_open_journal(struct bench *b);
void bench_close(struct bench *b);

/* A page of one letter, zeros where the seal will stand. */
void bench_fill(uint8_t page[VFS_PAGE_BYTES], uint8_t with);
void bench_put(struct bench *b, int number, uint8_t with);
int bench_get(struct bench *b, int number, uint8_t page[VFS_PAGE_BYTES]);

/* A record of page 9 into the open journal, as SQLite writes one. */
void bench_put_record(struct bench *b, int64_t at, const uint8_t *page,
                      const uint8_t sum[4]);

/* Changes one byte of a file as it lies there. */
void bench_flip(const char *path, size_t at, uint8_t mask);

/* ---- above it ---- */

/* A sealed office with so many transactions of the workload in it. */
void bench_make_office(struct bench *b, int steps);

/* Opens, checks the whole file, reads the state; b->e says why not. */
bool bench_is_whole(struct bench *b, int *last, uint64_t *digest);

/* A process that dies in the middle of transaction n, pages already written:
 * it leaves a database in pieces and a journal that can mend it. */
void bench_die_in_transaction(struct bench *b, int n);

#endif
