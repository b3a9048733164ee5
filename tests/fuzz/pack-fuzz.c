/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a frame's bytes are taken apart within their bounds or refused; each
 * save is all there: the checks of the gate may look at every part of it. The
 * input is cut into frames of one conversation at bytes 0xff.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/change.h"
#include "sync/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool take_frame(struct pack_reader *r, const uint8_t *bytes, size_t n)
{
    struct err e = ERR_INIT;
    struct save save;
    bool more = true;
    pack_read_begin(r, bytes, n);
    while (more) {
        if (!pack_read(r, &save, &more, &e))
            return false;
        if (more) {
            uint8_t head[HASH_BYTES] = {0}, salt[CHANGE_SALT_BYTES] = {0};
            change_check(&save, &e);
            for (size_t i = 0; i < save.edits_nr; i++)
                change_head_next(head, &save, i, salt);
        }
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const struct pack_shared shared = {.epochs = {1, 2}};
    struct pack_reader *r = pack_reader_new(&shared);
    bool good = true;
    while (good && n > 0) {
        const uint8_t *cut = memchr(bytes, 0xff, n);
        size_t frame = cut != NULL ? (size_t)(cut - bytes) : n;
        good = take_frame(r, bytes, frame);
        frame += cut != NULL;
        bytes += frame;
        n -= frame;
    }
    pack_reader_free(r);
    return 0;
}
