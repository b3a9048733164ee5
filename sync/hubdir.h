/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HUBDIR_H
#define SYNC_HUBDIR_H
/*
 * What lies in a hub's folder beside its database, for OpenSSH's sshd, which
 * is the hub's front door, and for offices:
 *
 *     host_key          the SSH server's key, private
 *     hub-key           what offices pin (hubkey.h): to be handed out
 *     authorized_keys   one line a site: its key, and the one command it runs
 *     sshd_config       a complete configuration for an sshd of its own
 *     hub.log           counts and faults, no contents
 *
 * All of them but host_key and the log can be written again at any time.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct store;

/* Makes host_key when there is none, and hub-key beside it. */
bool hubdir_make_keys(struct store *s, struct err *e);

/* Writes authorized_keys anew, whole: a line for each active site. program is
 * what sshd is to start; both paths must not hold quotes. */
bool hubdir_write_access(struct store *s, const char *program, struct err *e);

/* The configuration as text, and written to the folder. */
struct hubdir_listen {
    const char *address; /* "127.0.0.1"; NULL: every address of the machine */
    int64_t port;
};
bool hubdir_write_sshd(const char *dir, const struct hubdir_listen *listen,
                       struct buf *text, struct err *e);

#endif
