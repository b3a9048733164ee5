/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_READER_H
#define BASE_READER_H
/*
 * Takes bytes from outside apart, the mirror of buf. The reader borrows the
 * bytes. Reading past the end, an overlong varint or a block longer than what
 * is left makes it fail; failing sticks, further reads give zeros, and the
 * caller checks reader_failed once. Nobody indexes outside bytes by hand.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *at;
    size_t left;
    bool failed;
};

struct reader reader_of(const void *bytes, size_t n);

uint8_t reader_byte(struct reader *r);
uint64_t reader_varint(struct reader *r);
int64_t reader_zigzag(struct reader *r);
uint32_t reader_be32(struct reader *r);
uint64_t reader_be64(struct reader *r);

/* The next n bytes, borrowed; NULL when there are fewer. */
const uint8_t *reader_bytes(struct reader *r, size_t n);

/* A varint length and that many bytes; more than max_bytes fails. */
const uint8_t *reader_block(struct reader *r, size_t max_bytes, size_t *n);

bool reader_failed(const struct reader *r);
bool reader_done(const struct reader *r); /* nothing left and not failed */

#endif
