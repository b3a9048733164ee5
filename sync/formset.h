/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_FORMSET_H
#define SYNC_FORMSET_H
/*
 * The forms this end knows at the start of a conversation, in order of hash,
 * and 8 bytes that tell whether the other end knows the same ones. When they
 * agree, forms and field paths travel by index.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/hash.h"
#include "sync/pack.h"

struct store;
struct formset;

/* NULL on an error. The caller frees it; the store must outlive it. */
struct formset *formset_load(struct store *s, struct err *e);
void formset_free(struct formset *f); /* NULL is fine */

const uint8_t *formset_digest(const struct formset *f); /* HASH_SHORT_BYTES */

/* Fills the part of shared that is about forms: borrowed from the set. */
void formset_share(const struct formset *f, struct pack_shared *shared);

#endif
