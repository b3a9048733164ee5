/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_PEOPLE_H
#define TESTS_STORE_SUPPORT_PEOPLE_H
/*
 * An office on disk with two people, almaz (case manager) and bekele (community
 * service worker), and a clock the test moves.
 */
#include "store/store.h"
#include "store/user.h"
#include "tests/store/support_disk.h"

#define PEOPLE_ALMAZ  "coffee under the acacia"
#define PEOPLE_BEKELE "the road to the river"

struct people {
    struct disk disk;
    struct store *store; /* opened by almaz */
    int64_t now_ms;
    char keys[DISK_PATH];
    struct err e;
};

int people_new(void **state);
int people_end(void **state);

/* Another process's eyes: the office opened once more. NULL with p->e. */
struct store *people_open(struct people *p, const char *passphrase);

/* Writes a setting "note.NAME", and reads it (0: there is none). */
bool people_write(struct people *p, struct store *s, const char *name,
                  int64_t value);
int64_t people_read(struct people *p, struct store *s, const char *name);

#endif
