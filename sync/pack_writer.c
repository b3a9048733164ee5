/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "forms/form.h"
#include "sync/pack_int.h"

struct pack_writer {
    struct pack_tables t;
    bool any;  /* a save was written: "as before" means something */
    bool kind; /* one that has a kind */
    /* of the save being written */
    const struct form *form; /* whose paths go by index; NULL: none */
    size_t path_at;          /* the index expected next */
};

struct pack_writer *pack_writer_new(const struct pack_shared *shared)
{
    struct pack_writer *w = mem_alloc(sizeof *w);
    pack_tables_init(&w->t, shared);
    return w;
}

void pack_writer_free(struct pack_writer *w)
{
    if (w == NULL)
        return;
    pack_tables_release(&w->t);
    mem_free(w);
}

/* A reference to what the roster knows; else PACK_NEW, and it is added: the
 * caller writes it in full. */
static bool put_reference(struct roster *r, const void *bytes, size_t n,
                          struct buf *out)
{
    size_t number = 0;
    if (roster_find(r, bytes, n, &number)) {
        buf_add_varint(out, number + PACK_KNOWN);
        return true;
    }
    buf_add_varint(out, PACK_NEW);
    roster_add(r, bytes, n);
    return false;
}

static void put_epoch(struct pack_writer *w, uint64_t epoch, struct buf *out)
{
    if (!put_reference(w->t.epochs, &epoch, sizeof epoch, out))
        buf_add_be64(out, epoch);
}

static void put_text(struct roster *r, const char *text, struct buf *out)
{
    size_t n = strlen(text);
    if (!put_reference(r, text, n, out))
        buf_add_block(out, text, n);
}

static bool has_stream_id(const struct save *save)
{
    if (save->stream.kind == STREAM_PLACE)
        return false;
    struct id id = stream_id(&save->stream);
    return id_equal(&id, &save->record);
}

static bool is_same_form(const struct pack_writer *w, const struct save *save)
{
    size_t n = 0;
    if (save->form == NULL || w->t.form == PACK_NO_FORM)
        return save->form == NULL && w->t.form == PACK_NO_FORM;
    const char *before = roster_get(w->t.forms, w->t.form, &n);
    return before != NULL && memcmp(before, save->form, HASH_BYTES) == 0;
}

static uint8_t flags_of(const struct pack_writer *w, const struct save *save)
{
    const struct pack_tables *t = &w->t;
    bool same_chain = w->any && t->epoch == save->epoch &&
                      stream_equal(&t->stream, &save->stream);
    uint8_t flags = same_chain ? 0 : PACK_CHAIN;
    if (!w->any || strcmp(t->author, save->author) != 0)
        flags |= PACK_AUTHOR;
    if (save->erased)
        return flags | PACK_ERASED;
    if (!has_stream_id(save))
        flags |= PACK_RECORD;
    if (!w->kind || strcmp(t->kind, save->kind) != 0 || !is_same_form(w, save))
        flags |= PACK_KIND;
    if (save->edits[0].salt != NULL)
        return flags | PACK_SALTS;
    if (save->seed != NULL && save->first_seq != 1)
        flags |= PACK_SEED;
    return flags;
}

static void put_chain(struct pack_writer *w, const struct save *save,
                      struct buf *out)
{
    struct pack_tables *t = &w->t;
    struct buf key = BUF_INIT(0);
    pack_chain_key(&key, save->epoch, &save->stream);
    if (roster_find(t->chains, key.data, key.size, &t->chain)) {
        buf_add_varint(out, t->chain + PACK_KNOWN);
    } else {
        enum { EPOCH_BYTES = 8 }; /* the key is epoch, then stream */
        buf_add_varint(out, PACK_NEW);
        put_epoch(w, save->epoch, out);
        if (!put_reference(t->streams, key.data + EPOCH_BYTES,
                           key.size - EPOCH_BYTES, out))
            stream_encode(out, &save->stream);
        t->chain = pack_chain_add(t, save->epoch, &save->stream);
    }
    t->epoch = save->epoch;
    t->stream = save->stream;
    buf_release(&key);
}

static void put_form(struct pack_writer *w, const struct save *save,
                     struct buf *out)
{
    struct pack_tables *t = &w->t;
    struct buf key = BUF_INIT(HASH_BYTES + PACK_FORM_ID_BYTES_MAX);
    t->form = PACK_NO_FORM;
    if (save->form == NULL) {
        buf_add_varint(out, PACK_FORM_NONE);
        return;
    }
    buf_add(&key, save->form, HASH_BYTES);
    buf_add_str(&key, save->form_id);
    if (roster_find(t->forms, key.data, key.size, &t->form)) {
        buf_add_varint(out, t->form + PACK_FORM_KNOWN);
    } else {
        buf_add_varint(out, PACK_FORM_NEW);
        buf_add(out, save->form, HASH_BYTES);
        buf_add_block(out, save->form_id, strlen(save->form_id));
        t->form = roster_nr(t->forms);
        roster_add(t->forms, key.data, key.size);
    }
    buf_release(&key);
}

static void put_head(struct pack_writer *w, const struct save *save,
                     struct buf *out)
{
    struct pack_tables *t = &w->t;
    size_t flags_at = out->size;
    uint8_t flags = flags_of(w, save);
    buf_add_byte(out, flags);
    if (flags & PACK_CHAIN)
        put_chain(w, save, out);
    if (save->first_seq != pack_chain_next(t, t->chain)) {
        flags |= PACK_SEQ;
        buf_add_varint(out, save->first_seq);
    }
    if (!buf_failed(out))
        out->data[flags_at] = (char)flags;
    if (pack_has_seed(flags, save->first_seq))
        buf_add(out, save->seed, CHANGE_SALT_BYTES);
    if (flags & PACK_RECORD && !put_reference(t->records, save->record.bytes,
                                              sizeof save->record.bytes, out))
        buf_add(out, save->record.bytes, sizeof save->record.bytes);
    if (flags & PACK_AUTHOR)
        put_text(t->authors, save->author, out);
    if (flags & PACK_KIND) {
        put_text(t->kinds, save->kind, out);
        put_form(w, save, out);
    }
    buf_add_zigzag(out, (int64_t)((uint64_t)save->at_ms - (uint64_t)t->at_ms));
}

/* The roster's own copy lives as long as the writer; a text it had no room
 * for is compared as different. */
static const char *kept(const struct roster *r, const char *text)
{
    size_t number = 0, n = 0;
    return roster_find(r, text, strlen(text), &number)
               ? roster_get(r, number, &n)
               : "";
}

static uint8_t replaces_code(const struct save *save, size_t i)
{
    const struct edit *edit = &save->edits[i];
    if (edit->replaces_nr == 0)
        return PACK_REPLACES_NOTHING;
    if (edit->replaces_nr == 1 && edit->replaces[0].epoch == save->epoch &&
        edit->replaces[0].seq < save->first_seq + i)
        return PACK_REPLACES_ONE;
    return PACK_REPLACES_DOTS;
}

static void put_replaces(struct pack_writer *w, const struct save *save,
                         size_t i, struct buf *out)
{
    const struct edit *edit = &save->edits[i];
    uint8_t code = replaces_code(save, i);
    if (code == PACK_REPLACES_ONE)
        buf_add_varint(out, save->first_seq + i - edit->replaces[0].seq - 1);
    if (code != PACK_REPLACES_DOTS)
        return;
    buf_add_varint(out, edit->replaces_nr);
    for (size_t k = 0; k < edit->replaces_nr; k++) {
        put_epoch(w, edit->replaces[k].epoch, out);
        buf_add_varint(out, edit->replaces[k].seq);
    }
}

static void put_erased(struct pack_writer *w, const struct save *save, size_t i,
                       struct buf *out)
{
    buf_add_byte(out, replaces_code(save, i));
    put_replaces(w, save, i, out);
    buf_add(out, save->edits[i].commit, HASH_BYTES);
}

static void put_edit(struct pack_writer *w, const struct save *save, size_t i,
                     struct buf *out)
{
    const struct edit *edit = &save->edits[i];
    const struct field *field = w->form != NULL && edit->path[0]
                                    ? form_field(w->form, edit->path)
                                    : NULL;
    /* a path with rows in it goes as text: the list has paths without */
    bool by_index = field != NULL && field->path_nr != FORM_NO_PATH &&
                    str_equal(field->path, edit->path);
    uint8_t head = (uint8_t)edit->op | replaces_code(save, i);
    if (!by_index)
        head |= PACK_PATH_TEXT;
    if (edit->value_bytes > 0)
        head |= PACK_VALUE;
    buf_add_byte(out, head);
    if (by_index) {
        buf_add_zigzag(out, (int64_t)field->path_nr - (int64_t)w->path_at);
        w->path_at = field->path_nr + 1;
    } else {
        buf_add_block(out, edit->path, strlen(edit->path));
    }
    put_replaces(w, save, i, out);
    if (edit->value_bytes > 0)
        buf_add_block(out, edit->value, edit->value_bytes);
    if (save->edits[0].salt != NULL)
        buf_add(out, edit->salt, CHANGE_SALT_BYTES);
}

void pack_write(struct pack_writer *w, const struct save *save, struct buf *out)
{
    struct pack_tables *t = &w->t;
    put_head(w, save, out);
    t->author = kept(t->authors, save->author);
    if (!save->erased)
        t->kind = kept(t->kinds, save->kind);
    t->at_ms = save->at_ms;
    w->any = true;
    w->kind = w->kind || !save->erased;
    w->form = pack_form_of(t, t->form);
    w->path_at = 0;
    buf_add_varint(out, save->edits_nr);
    for (size_t i = 0; i < save->edits_nr; i++)
        (save->erased ? put_erased : put_edit)(w, save, i, out);
    pack_chain_note(t, t->chain, save->first_seq + save->edits_nr - 1);
}

size_t pack_estimate(const struct save *save)
{
    enum { HEAD_BYTES = 100, EDIT_BYTES = 8, DOT_BYTES = 12 };
    size_t aside = save->erased                  ? HASH_BYTES
                   : save->edits[0].salt != NULL ? CHANGE_SALT_BYTES
                                                 : 0;
    size_t n = HEAD_BYTES;
    for (size_t i = 0; i < save->edits_nr; i++)
        n += EDIT_BYTES + aside + strlen(save->edits[i].path) +
             save->edits[i].value_bytes +
             save->edits[i].replaces_nr * DOT_BYTES;
    return n;
}
