/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: only canonical bytes decode: what decodes encodes to the same bytes
 * again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "forms/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    uint32_t room[64];
    struct value v;
    struct buf b = BUF_INIT(2 * VALUE_TEXT_BYTES_MAX);
    if (value_decode(bytes, n, room, 64, &v)) {
        value_encode(&b, &v);
        if (b.size != n || memcmp(b.data, bytes, n) != 0)
            abort();
    }
    buf_release(&b);
    return 0;
}
