/* SPDX-License-Identifier: Apache-2.0 */
#include "store/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

void hash_of(uint8_t out[HASH_BYTES], const char *tag, const void *bytes,
             size_t n)
{
    unsigned char personal[crypto_generichash_blake2b_PERSONALBYTES] = {0};
    size_t tag_bytes = strlen(tag);
    assert(tag_bytes <= sizeof personal); /* cover: bug: tags are ours */
    memcpy(personal, tag, tag_bytes);
    crypto_generichash_blake2b_salt_personal(out, HASH_BYTES, bytes, n, NULL, 0,
                                             NULL, personal);
}

void hash_buf(uint8_t out[HASH_BYTES], const char *tag, const struct buf *b)
{
    assert(!buf_failed(b)); /* cover: bug: callers know what they hash */
    hash_of(out, tag, b->data, b->size);
}
