/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_HASH_H
#define STORE_HASH_H
/*
 * H of formats.md: BLAKE2b with 32 bytes out, each use under a tag of its own
 * (the personalisation of RFC 7693), so that no hash made for one purpose can
 * be passed off as another. Input is always one canonical encoding in a buf.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { HASH_BYTES = 32, HASH_SHORT_BYTES = 8 };

/* tag: at most 16 letters. */
void hash_of(uint8_t out[HASH_BYTES], const char *tag, const void *bytes,
             size_t n);
void hash_buf(uint8_t out[HASH_BYTES], const char *tag, const struct buf *b);

#endif
