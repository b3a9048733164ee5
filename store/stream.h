/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STREAM_H
#define STORE_STREAM_H
/*
 * A stream: what a change belongs to, and the grain of need to know. A case
 * has one, a place has one (community and structural facts), a site has one
 * (its users and settings) and one of what was read there, and the hub has one
 * that every site receives (offices, forms). formats.md 1.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/reader.h"

enum stream_kind { /* kept, hashed and sent: never renumber */
                   STREAM_NONE = 0,
                   STREAM_CASE = 1,  /* key: the case's id */
                   STREAM_PLACE = 2, /* key: the place's code, text */
                   STREAM_SITE =
                       3, /* key: the site's id; goes to the hub only */
                   STREAM_SHARED =
                       4, /* key: the hub's site id; goes to every site */
                   STREAM_READS =
                       5, /* key: the site's id; who looked at what (audit.h);
                             goes to the hub only, and last */
};

enum { STREAM_KEY_BYTES = 32 };

struct stream {
    uint8_t kind;
    uint8_t size; /* of key in use */
    uint8_t key[STREAM_KEY_BYTES];
};

struct stream stream_of_id(enum stream_kind kind, const struct id *id);
struct stream stream_of_place(const char *code); /* code: place_is_code */
bool stream_equal(const struct stream *a, const struct stream *b);

/* The id of a case, site or shared stream; the code of a place stream. */
struct id stream_id(const struct stream *s);
const char *stream_place(const struct stream *s,
                         char out[STREAM_KEY_BYTES + 1]);

/* Whether kind, size and key make one: of a place, its code; of any other, an
 * id. */
bool stream_is_whole(const struct stream *s);

/* Canonical: kind, length, key. Decoding refuses unknown kinds and sizes. */
void stream_encode(struct buf *b, const struct stream *s);
bool stream_decode(struct reader *r, struct stream *s);

#endif
