/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stream.h"

#include <assert.h>
#include <string.h>

#include "forms/place.h"

struct stream stream_of_id(enum stream_kind kind, const struct id *id)
{
    struct stream s = {.kind = (uint8_t)kind, .size = sizeof id->bytes};
    /* said in the source, each time */
    assert(kind != STREAM_PLACE && kind != STREAM_NONE); /* cover: bug */
    memcpy(s.key, id->bytes, sizeof id->bytes);
    return s;
}

struct stream stream_of_place(const char *code)
{
    struct stream s = {.kind = STREAM_PLACE};
    size_t n = strlen(code);
    assert(place_is_code(code) && n <= sizeof s.key); /* cover: bug: stream.h */
    s.size = (uint8_t)n;
    memcpy(s.key, code, n);
    return s;
}

bool stream_equal(const struct stream *a, const struct stream *b)
{
    return a->kind == b->kind && a->size == b->size &&
           memcmp(a->key, b->key, a->size) == 0;
}

struct id stream_id(const struct stream *s)
{
    struct id id = {{0}};
    if (s->size == sizeof id.bytes)
        memcpy(id.bytes, s->key, sizeof id.bytes);
    return id;
}

const char *stream_place(const struct stream *s, char out[STREAM_KEY_BYTES + 1])
{
    size_t n = s->kind == STREAM_PLACE ? s->size : 0;
    memcpy(out, s->key, n);
    out[n] = '\0';
    return out;
}

bool stream_is_whole(const struct stream *s)
{
    char code[STREAM_KEY_BYTES + 1];
    if (s->kind == STREAM_PLACE)
        return place_is_code(stream_place(s, code));
    return s->kind >= STREAM_CASE && s->kind <= STREAM_READS &&
           s->size == sizeof(struct id);
}

void stream_encode(struct buf *b, const struct stream *s)
{
    buf_add_byte(b, s->kind);
    buf_add_block(b, s->key, s->size);
}

bool stream_decode(struct reader *r, struct stream *s)
{
    size_t n = 0;
    *s = (struct stream){.kind = reader_byte(r)};
    const uint8_t *key = reader_block(r, STREAM_KEY_BYTES, &n);
    s->size = (uint8_t)n;
    if (key != NULL)
        memcpy(s->key, key, n);
    if (stream_is_whole(s))
        return true;
    *s = (struct stream){.kind = STREAM_NONE};
    return false;
}
