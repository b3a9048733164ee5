/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H
/*
 * Growable bytes with a maximum. A failed append (over the maximum) sticks:
 * later appends do nothing, and the caller checks buf_failed once at the end.
 * data is always NUL-terminated beyond size, so text can be read in place.
 * The owner of the struct releases it; a zeroed struct with max 0 is a valid
 * empty buffer that refuses every byte.
 *
 * Numbers are written in one canonical way: varints of 7 bits a byte, least
 * significant first, no overlong forms; fixed-width integers big-endian.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data;
    size_t size;  /* bytes in use */
    size_t alloc; /* bytes taken, data[size] included */
    size_t max;   /* size never exceeds this */
    bool failed;  /* an append did not fit */
};

#define BUF_INIT(max_bytes)                                                    \
    {                                                                          \
        NULL, 0, 0, (max_bytes), false                                         \
    }

void buf_release(struct buf *b); /* frees; ready for use again */
void buf_clear(struct buf *b);   /* empties, keeps the memory, un-fails */
void buf_wipe(struct buf *b);    /* overwrites, then releases: for secrets */

bool buf_failed(const struct buf *b);
const char *buf_text(const struct buf *b); /* "" when nothing was added */

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, const char *s);
void buf_add_byte(struct buf *b, uint8_t byte);
void buf_add_varint(struct buf *b, uint64_t n);
void buf_add_zigzag(struct buf *b, int64_t n); /* small negatives stay small */
void buf_add_be32(struct buf *b, uint32_t n);
void buf_add_be64(struct buf *b, uint64_t n);
void buf_add_block(struct buf *b, const void *bytes, size_t n); /* varint n,
                                                                    bytes */
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Drops the first n bytes and moves the rest to the front. */
void buf_drop(struct buf *b, size_t n);

/* Reads a whole file (or standard input, path "-") up to b->max; the sentence
 * names the path when it cannot or when the file is larger. */
struct err;
bool buf_read_file(struct buf *b, const char *path, struct err *e);

#endif
