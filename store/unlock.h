/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_UNLOCK_H
#define STORE_UNLOCK_H
/*
 * How every command of the command line opens its office: the passphrase comes
 * from the host (typed, or from a file the person named), is used once and
 * wiped. A hub needs none.
 */
#include "base/cmd.h"

struct store;

/* NULL with *e when it does not open. The caller closes it. */
struct store *unlock_store(struct cmd_call *call, struct err *e);

/* The same; the passphrase that opened it is kept in out for a command that has
 * to prove it once more. Wipe it. */
struct store *unlock_store_keep(struct cmd_call *call, char *out, size_t size,
                                struct err *e);

/* Before a command shows names or answers. On a person's terminal that is a
 * look; into a file or another program it is an export, for there it stays, and
 * leaves its trace before the first byte (stream: of which case; NULL: of
 * many). Nothing where the role reads no names. False: then show nothing. */
struct stream;
bool unlock_note_export(struct cmd_call *call, struct store *s,
                        const struct stream *stream, struct err *e);

/* A passphrase for a new office, asked for twice, at least 8 characters. */
bool unlock_new_passphrase(struct cmd_call *call, char *out, size_t size,
                           struct err *e);

/* What a command needs that shows answers: the office open, a pool for what it
 * loads, the language of its option --lang (English without one). */
struct pool;
struct unlock_view {
    struct store *store;
    struct pool *pool;
    const char *lang;
};

/* Opens the office, lets show fill the report, closes and frees everything. */
typedef bool unlock_show_fn(struct cmd_call *call,
                            const struct unlock_view *view, struct err *e);
bool unlock_reader(struct cmd_call *call, unlock_show_fn *show, struct err *e);

#endif
