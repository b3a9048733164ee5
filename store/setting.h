/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SETTING_H
#define STORE_SETTING_H
/*
 * Named values of this one PC that are not part of the log: where the hub is,
 * how far a sync got, the language of the screens. Names are dotted words:
 * "hub.address", "sync.cursor", "ui.lang".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct store;

/* *out stays as it is when the setting does not exist; false only on error. */
bool setting_get_int(struct store *s, const char *name, int64_t *out,
                     struct err *e);
/* Bytes are put in b (cleared first); nothing when it does not exist. */
bool setting_get(struct store *s, const char *name, struct buf *b,
                 struct err *e);
bool setting_set_int(struct store *s, const char *name, int64_t value,
                     struct err *e);
bool setting_set(struct store *s, const char *name, const void *bytes, size_t n,
                 struct err *e);

#endif
