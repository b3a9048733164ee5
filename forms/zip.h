/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_ZIP_H
#define FORMS_ZIP_H
/*
 * A zip archive in memory, as far as workbooks need it: members stored or
 * deflated, found through the directory at the end of the file; no
 * encryption, no zip64, one volume. The file comes from a mail attachment, so
 * every offset is checked, and a member gives no more bytes than its directory
 * entry says, than a limit allows and than an honest file would pack into so
 * few. Its checksum is checked.
 *
 * The archive borrows the bytes it was opened on; names are its own.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
    ZIP_MEMBERS_MAX = 2000,
    ZIP_MEMBER_BYTES_MAX = 64 * 1024 * 1024,
    ZIP_RATIO_MAX = 200,          /* unpacked to packed bytes ... */
    ZIP_RATIO_FREE = 1024 * 1024, /* ... beyond the first so many */
};

struct zip;

struct zip_member {
    const char *name; /* as it stands in the directory */
    uint32_t offset;  /* of its own header */
    uint32_t packed_bytes, bytes;
    uint32_t crc;
    uint16_t method; /* 0 stored, 8 deflated */
};

/* NULL with ERR_INPUT when the bytes are no zip archive that can be read,
 * ERR_FULL over a limit. The caller frees it. */
struct zip *zip_open(const char *bytes, size_t size, struct err *e);
void zip_close(struct zip *z); /* NULL is fine */

/* The member of that name, letter case aside; NULL when there is none. */
const struct zip_member *zip_find(const struct zip *z, const char *name);

/* Unpacks a member piece by piece into `take`, which may refuse with *e.
 * Nothing of the member's size is held in memory. */
typedef bool zip_take_fn(void *arg, const char *bytes, size_t n, struct err *e);
bool zip_read(const struct zip *z, const struct zip_member *m,
              zip_take_fn *take, void *arg, struct err *e);

/* ---- writing ---- */

/* Appends a member, deflated, to an archive that grows in b; zip_write_end
 * adds the directory. One writer, one archive. */
struct zip_writer {
    struct buf *out;
    struct zip_member *items;
    size_t nr, alloc;
};
void zip_write(struct zip_writer *w, const char *name, const char *bytes,
               size_t n);
/* False with ERR_FULL when the archive did not fit into the buffer. Releases
 * what the writer holds in any case. */
bool zip_write_end(struct zip_writer *w, struct err *e);

#endif
