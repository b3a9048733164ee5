/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HUBKEY_H
#define SYNC_HUBKEY_H
/*
 * DIR/hub-key: what an office must know of a hub before the first line is
 * opened, as a text file to be handed over on a stick or on paper:
 *
 *     homeward-hub-key 1
 *     host ssh-ed25519 AAAA...
 *     sign 64 hexadecimal digits
 *
 * host is the key its SSH server shows, sign the one it signs frames with.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

struct hubkey {
    char host[128]; /* "ssh-ed25519 AAAA..." */
    uint8_t sign[STORE_SIGN_BYTES];
    bool
        sign_known; /* false: the first answer tells it, over the pinned line */
};

void hubkey_print(const struct hubkey *k, struct buf *text);

/* Such a file, or just the host's public key as ssh-keygen (.pub) or
 * ssh-keyscan writes it; anything else is ERR_INPUT. */
bool hubkey_parse(const char *text, struct hubkey *k, struct err *e);

/* An SSH public key as this program writes it: type and base64, one blank. */
bool hubkey_is_ssh_line(const char *line);

#endif
