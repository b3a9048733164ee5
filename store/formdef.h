/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FORMDEF_H
#define STORE_FORMDEF_H
/*
 * Form definitions by id and by version. A version is H over its canonical
 * CSV. The pack's forms are always there; a version that was used is kept in
 * the file with its text, so that old answers stay readable after the program
 * is renewed. Read once, owned by the store, constant.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forms/form.h"
#include "store/hash.h"

struct store;

struct formdef {
    const struct form *form;
    uint8_t hash[HASH_BYTES];
};

/* The version in use of a form. ERR_NOT_FOUND names the forms there are. */
const struct formdef *formdef_current(struct store *s, const char *form_id,
                                      struct err *e);

/* Any version this program or this file knows; NULL when it knows it not. */
const struct formdef *formdef_by_hash(struct store *s,
                                      const uint8_t hash[HASH_BYTES]);

/* Keeps the version's text in the file; call it with the first save. */
bool formdef_keep(struct store *s, const struct formdef *d, struct err *e);

/* The pack's versions in order of hash: both ends of a conversation that have
 * the same digest may name a form by its place in this order. */
size_t formdef_pack_nr(struct store *s);
const struct formdef *formdef_pack_at(struct store *s, size_t i);
void formdef_pack_digest(struct store *s, uint8_t out[HASH_SHORT_BYTES]);

struct formdef_cache;
struct formdef_cache *formdef_cache_new(void);
void formdef_cache_free(struct formdef_cache *c);

#endif
