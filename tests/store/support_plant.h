/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_SUPPORT_PLANT_H
#define TESTS_STORE_SUPPORT_PLANT_H
/*
 * Bugs that a VFS could have, planted on purpose: a harness that does not find
 * them proves nothing when it finds nothing. A plant stands before the VFS
 * under test and does everything as that one does, but for one thing.
 */
#include "base/err.h"

enum plant_kind {
    PLANT_NONE,
    PLANT_SYNC, /* says that the journal is on the platter, and it is not */
    PLANT_LOCK, /* opens the file a second time and closes it again, which
                   drops every lock that this process holds on it */
    PLANT_PEEK, /* a header that cannot be read yet, because the journal has
                   still to mend it, is an error and not zeros */
    PLANT_KINDS
};

struct plant;

/* "sync", "lock", "peek"; PLANT_NONE when it is none of them. */
enum plant_kind plant_kind_of(const char *name);

/* Before the registered VFS of that name, which must outlive it. */
struct plant *plant_new(enum plant_kind kind, const char *vfs_name,
                        struct err *e);
void plant_free(struct plant *p); /* NULL is fine */

const char *plant_vfs(const struct plant *p);

#endif
