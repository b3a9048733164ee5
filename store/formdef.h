/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FORMDEF_H
#define STORE_FORMDEF_H
/*
 * Form definitions by id and by version. A version is H over its canonical
 * CSV. The pack's forms are always there, in the version this program brings;
 * an office may have forms of its own beside them (publish.h), in the version
 * its settings name (form.current.ID, a hash). A version that was used or
 * published is kept in the file with its text, so that old answers stay
 * readable. Read once, owned by the store, constant.
 *
 * Each form is of a kind of record: the pack's forms of those in kinds.csv. A
 * form of the office makes a kind of its own, of which a case has many; its
 * name, kept in every change, is "form:" and the form's id, so that no kind of
 * a later pack can be meant by it. What is too long for that is cut, with a
 * piece of H over the id behind it: form:a_very_long_form~1f0c94d2.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forms/form.h"
#include "forms/kind.h"
#include "store/hash.h"

struct store;
struct pool;

enum { FORMDEF_ID_BYTES_MAX = 64 }; /* as much as a change may carry */

struct formdef {
    const struct form *form;
    const struct kind *kind; /* of the records filled with it */
    uint8_t hash[HASH_BYTES];
};

/* The version in use of a form. ERR_NOT_FOUND when there is no such form. */
const struct formdef *formdef_current(struct store *s, const char *form_id,
                                      struct err *e);

/* The same of the form that records of that kind are filled with. ERR_INPUT
 * for kinds without a form, which the program itself writes. */
const struct formdef *formdef_of_kind(struct store *s, const char *kind,
                                      struct err *e);

/* A kind of the pack or of the office's own forms; NULL when neither. */
const struct kind *formdef_kind(struct store *s, const char *name);

/* Whether these bytes are the text of that version: all that a file says it is
 * has to be. */
bool formdef_is_text_of(const uint8_t hash[HASH_BYTES], const void *csv,
                        size_t size);

/* Any version this program or this file knows; NULL when it knows it not. */
const struct formdef *formdef_by_hash(struct store *s,
                                      const uint8_t hash[HASH_BYTES]);

/* The canonical text of a version; the store's. */
const char *formdef_csv(const struct formdef *d, size_t *size);

/* ---- the office's own forms ---- */

struct formdef_list {
    const struct formdef **items;
    size_t nr;
};
/* Those in use, in order of title; the array is in the pool. */
bool formdef_list_load(struct store *s, struct pool *pool,
                       struct formdef_list *out, struct err *e);

/* A version by its canonical text, known from now on but neither kept nor in
 * use. NULL with ERR_INPUT when nothing can be made of it. */
const struct formdef *formdef_add(struct store *s, const char *csv, size_t size,
                                  struct err *e);

/* Keeps the version's text in the file; call it with the first save. */
bool formdef_keep(struct store *s, const struct formdef *d, struct err *e);

/* Keeps it and makes it the version in use of its form (not of the pack's). */
bool formdef_use(struct store *s, const struct formdef *d, struct err *e);

/* ---- the pack ---- */

/* The pack's versions in order of hash: both ends of a conversation that have
 * the same digest may name a form by its place in this order. Forms of an
 * office's own are not among them. */
size_t formdef_pack_nr(struct store *s);
const struct formdef *formdef_pack_at(struct store *s, size_t i);
void formdef_pack_digest(struct store *s, uint8_t out[HASH_SHORT_BYTES]);

struct formdef_cache;
struct formdef_cache *formdef_cache_new(void);
void formdef_cache_free(struct formdef_cache *c);

#endif
