/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes that are hashed (formats.md 2). One head follows from the one
 * before, the header of the change and a commitment to its value, so that a
 * value can be destroyed later and the chain still verifies.
 */
#include "store/change.h"

#include <string.h>

void change_head_start(uint8_t head[HASH_BYTES], uint64_t epoch,
                       const struct stream *stream)
{
    struct buf b = BUF_INIT(128);
    buf_add_be64(&b, epoch);
    stream_encode(&b, stream);
    hash_buf(head, "chain", &b);
    buf_release(&b);
}

static void add_text(struct buf *b, const char *s)
{
    buf_add_block(b, s, strlen(s));
}

static void add_header(struct buf *b, const struct save *save, size_t i)
{
    const struct edit *edit = &save->edits[i];
    buf_add_be64(b, save->epoch);
    stream_encode(b, &save->stream);
    buf_add_varint(b, save->first_seq + i);
    buf_add_varint(b, save->first_seq);
    add_text(b, save->author);
    buf_add_be64(b, (uint64_t)save->at_ms);
    buf_add_varint(b, edit->replaces_nr);
    for (size_t k = 0; k < edit->replaces_nr; k++) {
        buf_add_be64(b, edit->replaces[k].epoch);
        buf_add_varint(b, edit->replaces[k].seq);
    }
}

void change_commit(uint8_t out[HASH_BYTES], const struct save *save, size_t i,
                   const uint8_t salt[CHANGE_SALT_BYTES])
{
    static const uint8_t no_form[HASH_BYTES];
    const struct edit *edit = &save->edits[i];
    struct buf b = BUF_INIT(CHANGE_VALUE_BYTES_MAX + 1024);
    buf_add(&b, salt, CHANGE_SALT_BYTES);
    buf_add(&b, save->record.bytes, sizeof save->record.bytes);
    add_text(&b, save->kind);
    buf_add(&b, save->form != NULL ? save->form : no_form, HASH_BYTES);
    add_text(&b, edit->path);
    buf_add_byte(&b, (uint8_t)edit->op);
    buf_add_block(&b, edit->value, edit->value_bytes);
    hash_buf(out, "commit", &b);
    buf_release(&b);
}

void change_head_next(uint8_t head[HASH_BYTES], const struct save *save,
                      size_t i, const uint8_t salt[CHANGE_SALT_BYTES])
{
    uint8_t commit[HASH_BYTES];
    struct buf b = BUF_INIT(4096);
    if (save->erased)
        memcpy(commit, save->edits[i].commit, sizeof commit);
    else
        change_commit(commit, save, i, salt);
    buf_add(&b, head, HASH_BYTES);
    add_header(&b, save, i);
    buf_add(&b, commit, sizeof commit);
    hash_buf(head, "head", &b);
    buf_release(&b);
}

void change_step(uint8_t head[HASH_BYTES], uint8_t seed[CHANGE_SALT_BYTES],
                 const struct save *save, size_t i)
{
    uint8_t salt[CHANGE_SALT_BYTES];
    if (save->edits[i].salt != NULL)
        memcpy(salt, save->edits[i].salt, sizeof salt);
    else
        change_salt(seed, salt);
    change_head_next(head, save, i, salt);
    change_seed_next(seed);
}

void change_salt(const uint8_t seed[CHANGE_SALT_BYTES],
                 uint8_t salt[CHANGE_SALT_BYTES])
{
    uint8_t h[HASH_BYTES];
    hash_of(h, "salt", seed, CHANGE_SALT_BYTES);
    memcpy(salt, h, CHANGE_SALT_BYTES);
}

void change_seed_next(uint8_t seed[CHANGE_SALT_BYTES])
{
    uint8_t h[HASH_BYTES];
    hash_of(h, "next", seed, CHANGE_SALT_BYTES);
    memcpy(seed, h, CHANGE_SALT_BYTES);
}
