/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LINE_SSH_H
#define SYNC_LINE_SSH_H
/*
 * A line to a hub over SSH. The helper program beside this one (helper.h) does
 * the speaking in a process of its own: this process never loads an SSH
 * library, the helper never sees the database, and killing it is always safe.
 */
#include "base/buf.h"
#include "base/err.h"
#include "sync/address.h"
#include "sync/line.h"

struct line_ssh_to {
    const struct address *address;
    const char *host_key;    /* pinned: "ssh-ed25519 AAAA..." */
    const char *private_key; /* OpenSSH text */
    const char *command;     /* the exec request */
};

/* Starts the helper and hands it the request; whether the hub was reached
 * shows with the first line_exchange. ERR_IO when it cannot be started. */
struct line *line_ssh_open(const struct line_ssh_to *to, struct err *e);

/* Asks a hub for its host key, without logging in: its line and "SHA256:..."
 * for people to compare. */
bool line_ssh_scan(const struct address *address, struct buf *key_line,
                   struct buf *fingerprint, struct err *e);

/* A new key pair. Wipe private_text after use. */
bool line_ssh_keygen(struct buf *private_text, struct buf *public_line,
                     struct err *e);

#endif
