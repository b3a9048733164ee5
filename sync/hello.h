/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HELLO_H
#define SYNC_HELLO_H
/*
 * What an office says before the hub speaks. It travels as the command of the
 * SSH exec request, so that the hub's first bytes come back with the reply:
 * base64url without padding, at most 512 bytes decoded, nothing else in it.
 * Who the office is is not said here: that comes from its SSH key. The far end
 * treats the text as hostile: one alphabet, one parser, never a shell.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/hash.h"

enum { HELLO_BYTES_MAX = 512, HELLO_TEXT_MAX = 700 };

struct hello {
    uint64_t protocol_min, protocol_max;
    uint64_t epoch;                 /* the office writes under it */
    uint64_t hub_epoch;             /* last seen of this hub; 0 none */
    int64_t cursor;                 /* position reached in the hub's feed */
    uint8_t mark[HASH_SHORT_BYTES]; /* of the feed there */
    uint64_t next_frame;
    uint8_t forms[HASH_SHORT_BYTES]; /* digest of the forms it knows */
    uint64_t dictionary;
};

/* Appends the text. */
void hello_print(const struct hello *h, struct buf *text);

/* ERR_PROTOCOL unless the text is what hello_print writes; of a newer protocol
 * there may be further bytes behind the fields known here. */
bool hello_parse(const char *text, struct hello *h, struct err *e);

#endif
