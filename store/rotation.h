/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ROTATION_H
#define STORE_ROTATION_H
/*
 * A change of the database key: when somebody leaves who may hold a copy of the
 * file and of what opens it, or when a passphrase became known. The steps of
 * formats.md 7, each of which leaves an office that opens:
 *
 *   1  the office's file is taken alone, its journal is empty
 *   2  the key file holds the earlier key and the new one, for everybody
 *   3  homeward.db.new is written under the new key, read back, checked, synced
 *   4  it is renamed to homeward.db                       <- the key has
 * changed 5  the key file holds the new key alone 6  the earlier file, which
 * has no name any more, is overwritten
 *
 * Interrupted, the next unlock looks which key the database opens with: before
 * step 4 that undoes the change, after it that completes it. Other processes
 * that have the office open are told at their next step to unlock again; what
 * they saved and their drafts are in the new file.
 *
 * A change that is due (somebody was removed) and could not be made at once is
 * noted in the office, and made at the next unlock.
 */
#include <stdbool.h>

#include "base/err.h"

struct store;
struct keyfile_unlocked;

/* Changes the key now. The store goes on under the new one. ERR_BUSY: another
 * program holds the file; ERR_FULL: no room for a second file; nothing has
 * changed then. */
bool rotation_run(struct store *s, struct err *e);

/* Notes, in the caller's transaction, that this key has to go. */
bool rotation_note(struct store *s, struct err *e);
bool rotation_is_due(struct store *s, bool *due, struct err *e);

/* Before the database is opened: ends a change that was cut short, and leaves
 * in u->key what the database opens with. */
bool rotation_settle(const char *dir, struct keyfile_unlocked *u,
                     struct err *e);

#endif
