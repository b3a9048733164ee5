/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_ERASE_INT_H
#define STORE_ERASE_INT_H
/*
 * Destroying what changes say while their chain still verifies (formats.md 2).
 * Of an erased change its row stays, with who, when and what it replaced, and
 * what it committed to; record, kind, form, path, value and salt are gone. The
 * ratchet of its chain starts anew behind it (chain.seed_seq); salts of changes
 * that stay before it are kept singly. A chain of which nothing was erased has
 * no row in either table.
 *
 * Whole saves are erased, because they live and die together.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/change.h"

struct store;

/* What stands beside the row of a change that came erased, or with its salt by
 * itself; nothing for all others. */
bool erase_note(struct store *s, int64_t chain_id, uint64_t seq,
                const struct edit *edit, struct err *e);
bool erase_keep_salt(struct store *s, int64_t chain_id, uint64_t seq,
                     const uint8_t salt[CHANGE_SALT_BYTES], struct err *e);

/* Destroys every save of a stream but those of the records to keep;
 * with them everything computed from them, drafts, and what was set aside.
 * Inside the caller's transaction. Does nothing where nothing is left.  */
struct erase_keep {
    const int64_t *records;
    size_t nr;
};
bool erase_stream(struct store *s, const struct stream *stream,
                  const struct erase_keep *keep, struct err *e);

#endif
