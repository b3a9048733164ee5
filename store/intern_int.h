/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INTERN_INT_H
#define STORE_INTERN_INT_H
/*
 * Short numbers for what recurs in the log: words, forms, fields, streams,
 * epochs, records. Each function finds the number or makes one, inside the
 * caller's transaction. Numbers are this file's own and never leave it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "store/stream.h"

struct db;

enum { INTERN_NONE = 0 }; /* "no such thing" from the _find functions */

bool intern_word(struct db *db, const char *text, int64_t *id, struct err *e);
bool intern_form(struct db *db, const uint8_t *hash, const char *name,
                 int64_t *id, struct err *e);
/* computed: when it is new, that nobody answers it. */
struct intern_path {
    const char *form, *path;
    bool computed;
};
bool intern_field(struct db *db, const struct intern_path *x, int64_t *id,
                  struct err *e);
bool intern_epoch(struct db *db, uint64_t epoch, int64_t site_no, bool own,
                  int64_t *id, struct err *e);

bool intern_field_find(struct db *db, const char *form, const char *path,
                       int64_t *id, struct err *e);
bool intern_stream_find(struct db *db, const struct stream *stream, int64_t *id,
                        struct err *e);
bool intern_stream_add(struct db *db, const struct stream *stream,
                       const char *place, uint64_t opener, int64_t *id,
                       struct err *e);

struct intern_record {
    int64_t record_id, stream_id, kind_id;
};
/* record_id INTERN_NONE: not known. */
bool intern_record_find(struct db *db, const struct id *uuid,
                        struct intern_record *r, struct err *e);

#endif
