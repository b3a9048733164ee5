/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reader.h"
#include "forms/form.h"
#include "sync/pack_int.h"

struct pack_reader {
    struct pack_tables t;
    struct reader in;
    struct pool *pool; /* of the save given out last */
    bool any;          /* a save was read: "as before" means something */
    bool kind;         /* one that has a kind */
    bool salts;        /* the edits of this one come with theirs */
    /* of the save being read */
    const struct form *form; /* whose paths go by index; NULL: none */
    size_t path_at;          /* the index expected next */
};

struct pack_reader *pack_reader_new(const struct pack_shared *shared)
{
    struct pack_reader *r = mem_alloc(sizeof *r);
    pack_tables_init(&r->t, shared);
    return r;
}

void pack_reader_free(struct pack_reader *r)
{
    if (r == NULL)
        return;
    pack_tables_release(&r->t);
    pool_free(r->pool);
    mem_free(r);
}

void pack_read_begin(struct pack_reader *r, const void *bytes, size_t n)
{
    r->in = reader_of(bytes, n);
}

/* Every get_ function gives something harmless once the reader has failed;
 * pack_read looks once, at the end. */
static void fail(struct pack_reader *r)
{
    r->in.failed = true;
}

/* The bytes of a reference of a fixed size; introduced ones are added. */
static const void *get_fixed(struct pack_reader *r, struct roster *roster,
                             size_t size)
{
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    if (reference == PACK_NEW) {
        const uint8_t *bytes = reader_bytes(&r->in, size);
        if (bytes != NULL)
            roster_add(roster, bytes, size);
        return bytes;
    }
    return roster_get(roster, reference - PACK_KNOWN, &n);
}

static uint64_t get_epoch(struct pack_reader *r)
{
    uint64_t epoch = 0;
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    if (reference == PACK_NEW) {
        epoch = reader_be64(&r->in);
        roster_add(r->t.epochs, &epoch, sizeof epoch);
        return epoch;
    }
    const char *known = roster_get(r->t.epochs, reference - PACK_KNOWN, &n);
    if (known == NULL)
        fail(r);
    else
        memcpy(&epoch, known, sizeof epoch);
    return epoch;
}

/* A block without NUL, as a string in the pool of this save. */
static const char *get_block_text(struct pack_reader *r, size_t max_bytes)
{
    size_t n = 0;
    const uint8_t *bytes = reader_block(&r->in, max_bytes, &n);
    if (bytes == NULL || memchr(bytes, '\0', n) != NULL) {
        fail(r);
        return "";
    }
    return pool_strn(r->pool, (const char *)bytes, n);
}

/* A referenced or introduced text, for the life of the save. *before is what
 * "as before" will mean: nothing when the roster had no room to keep it. */
static const char *get_text(struct pack_reader *r, struct roster *roster,
                            size_t max_bytes, const char **before)
{
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    if (reference == PACK_NEW) {
        const char *text = get_block_text(r, max_bytes);
        size_t number = roster_nr(roster);
        if (reader_failed(&r->in))
            return "";
        roster_add(roster, text, strlen(text));
        *before =
            number < ROSTER_ITEMS_MAX ? roster_get(roster, number, &n) : "";
        return text;
    }
    const char *text = roster_get(roster, reference - PACK_KNOWN, &n);
    if (text == NULL) {
        fail(r);
        return "";
    }
    *before = text;
    return text;
}

static void get_stream(struct pack_reader *r, struct stream *stream)
{
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    if (reference == PACK_NEW) {
        const uint8_t *from = r->in.at;
        if (stream_decode(&r->in, stream))
            roster_add(r->t.streams, from, (size_t)(r->in.at - from));
        else
            fail(r);
        return;
    }
    const char *bytes = roster_get(r->t.streams, reference - PACK_KNOWN, &n);
    struct reader known = reader_of(bytes, bytes != NULL ? n : 0);
    if (bytes == NULL || !stream_decode(&known, stream))
        fail(r);
}

static void get_chain(struct pack_reader *r)
{
    struct pack_tables *t = &r->t;
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    if (reference == PACK_NEW) {
        t->epoch = get_epoch(r);
        get_stream(r, &t->stream);
        if (!reader_failed(&r->in))
            t->chain = pack_chain_add(t, t->epoch, &t->stream);
        return;
    }
    const char *key = roster_get(t->chains, reference - PACK_KNOWN, &n);
    if (key == NULL) {
        fail(r);
        return;
    }
    struct reader known = reader_of(key, n);
    t->chain = (size_t)(reference - PACK_KNOWN);
    t->epoch = reader_be64(&known);
    if (!stream_decode(&known, &t->stream))
        fail(r);
}

static void get_form(struct pack_reader *r)
{
    struct pack_tables *t = &r->t;
    size_t n = 0;
    uint64_t reference = reader_varint(&r->in);
    t->form = PACK_NO_FORM;
    if (reference == PACK_FORM_NONE)
        return;
    if (reference != PACK_FORM_NEW) {
        t->form = (size_t)(reference - PACK_FORM_KNOWN);
        if (roster_get(t->forms, t->form, &n) == NULL)
            fail(r);
        return;
    }
    struct buf key = BUF_INIT(HASH_BYTES + PACK_FORM_ID_BYTES_MAX);
    const uint8_t *hash = reader_bytes(&r->in, HASH_BYTES);
    const char *id = get_block_text(r, PACK_FORM_ID_BYTES_MAX);
    t->form = roster_nr(t->forms);
    if (hash == NULL || id[0] == '\0' || t->form == ROSTER_ITEMS_MAX) {
        fail(r);
        return;
    }
    buf_add(&key, hash, HASH_BYTES);
    buf_add_str(&key, id);
    roster_add(t->forms, key.data, key.size);
    buf_release(&key);
}

static void get_record(struct pack_reader *r, uint8_t flags, struct save *save)
{
    if (!(flags & PACK_RECORD)) {
        if (r->t.stream.kind == STREAM_PLACE)
            fail(r);
        else
            save->record = stream_id(&r->t.stream);
        return;
    }
    const void *bytes = get_fixed(r, r->t.records, sizeof save->record.bytes);
    if (bytes == NULL)
        fail(r);
    else
        memcpy(save->record.bytes, bytes, sizeof save->record.bytes);
}

static void get_kind_and_form(struct pack_reader *r, uint8_t flags,
                              struct save *save)
{
    size_t n = 0;
    save->kind = r->t.kind;
    if (flags & PACK_KIND) {
        save->kind = get_text(r, r->t.kinds, CHANGE_KIND_BYTES_MAX, &r->t.kind);
        get_form(r);
    }
    if (r->t.form == PACK_NO_FORM || reader_failed(&r->in))
        return;
    const char *key = roster_get(r->t.forms, r->t.form, &n);
    save->form = (const uint8_t *)key;
    save->form_id = key + HASH_BYTES;
}

/* Contents that are gone have no record, kind, salts or ratchet; a salt by
 * itself makes the ratchet needless. */
static bool flags_fit(uint8_t flags)
{
    const uint8_t contents = PACK_RECORD | PACK_KIND | PACK_SEED | PACK_SALTS;
    if (flags & PACK_ERASED)
        return (flags & contents) == 0;
    return (flags & (PACK_SEED | PACK_SALTS)) != (PACK_SEED | PACK_SALTS);
}

static void get_head(struct pack_reader *r, struct save *save)
{
    struct pack_tables *t = &r->t;
    uint8_t flags = reader_byte(&r->in);
    uint8_t must = r->any ? 0 : PACK_CHAIN | PACK_AUTHOR;
    if (!(flags & PACK_ERASED) && !r->kind)
        must |= PACK_KIND;
    if ((flags & must) != must || !flags_fit(flags))
        fail(r);
    if (flags & PACK_CHAIN)
        get_chain(r);
    save->epoch = t->epoch;
    save->stream = t->stream;
    save->first_seq =
        flags & PACK_SEQ ? reader_varint(&r->in) : pack_chain_next(t, t->chain);
    if (save->first_seq == 1 && flags & PACK_SEED)
        fail(r); /* it is there anyway */
    if (pack_has_seed(flags, save->first_seq))
        save->seed = reader_bytes(&r->in, CHANGE_SALT_BYTES);
    save->erased = flags & PACK_ERASED;
    r->salts = flags & PACK_SALTS;
    if (!save->erased)
        get_record(r, flags, save);
    save->author = t->author;
    if (flags & PACK_AUTHOR)
        save->author =
            get_text(r, t->authors, CHANGE_AUTHOR_BYTES_MAX, &t->author);
    save->kind = "";
    if (!save->erased)
        get_kind_and_form(r, flags, save);
    t->at_ms = (int64_t)((uint64_t)t->at_ms + (uint64_t)reader_zigzag(&r->in));
    save->at_ms = t->at_ms;
}

static const char *get_path(struct pack_reader *r, uint8_t head)
{
    if (head & PACK_PATH_TEXT)
        return get_block_text(r, CHANGE_PATH_BYTES_MAX);
    uint64_t at = (uint64_t)r->path_at + (uint64_t)reader_zigzag(&r->in);
    if (r->form == NULL || at >= r->form->paths_nr) {
        fail(r);
        return "";
    }
    r->path_at = (size_t)at + 1;
    return r->form->fields[r->form->paths[at]].path;
}

static void get_dots(struct pack_reader *r, struct edit *edit)
{
    uint64_t nr = reader_varint(&r->in);
    if (nr == 0 || nr > CHANGE_REPLACES_MAX) {
        fail(r);
        return;
    }
    struct dot *dots = pool_alloc(r->pool, (size_t)nr * sizeof *dots);
    for (size_t k = 0; k < nr; k++) {
        dots[k].epoch = get_epoch(r);
        dots[k].seq = reader_varint(&r->in);
    }
    edit->replaces = dots;
    edit->replaces_nr = (size_t)nr;
}

static void get_one_dot(struct pack_reader *r, const struct save *save,
                        uint64_t seq, struct edit *edit)
{
    uint64_t back = reader_varint(&r->in);
    if (back >= seq - 1) { /* before the chain's first change */
        fail(r);
        return;
    }
    struct dot dot = {save->epoch, seq - 1 - back};
    edit->replaces = pool_copy(r->pool, &dot, sizeof dot);
    edit->replaces_nr = 1;
}

static void get_replaces(struct pack_reader *r, const struct save *save,
                         uint64_t seq, uint8_t head, struct edit *edit)
{
    uint8_t replaces = head & PACK_REPLACES;
    if (replaces == PACK_REPLACES_ONE)
        get_one_dot(r, save, seq, edit);
    else if (replaces == PACK_REPLACES_DOTS)
        get_dots(r, edit);
    else if (replaces != PACK_REPLACES_NOTHING)
        fail(r);
}

static void get_erased(struct pack_reader *r, const struct save *save,
                       uint64_t seq, struct edit *edit)
{
    uint8_t head = reader_byte(&r->in);
    if (head & ~PACK_REPLACES)
        fail(r);
    edit->op = CHANGE_ERASED;
    edit->path = "";
    get_replaces(r, save, seq, head, edit);
    edit->commit = reader_bytes(&r->in, HASH_BYTES);
}

static void get_edit(struct pack_reader *r, const struct save *save,
                     uint64_t seq, struct edit *edit)
{
    uint8_t head = reader_byte(&r->in);
    edit->op = (enum change_op)(head & PACK_OP);
    edit->path = get_path(r, head);
    get_replaces(r, save, seq, head, edit);
    if (head & PACK_VALUE) {
        edit->value =
            reader_block(&r->in, CHANGE_VALUE_BYTES_MAX, &edit->value_bytes);
        if (edit->value_bytes == 0)
            fail(r);
    }
}

/* How many edits: each takes two bytes at least, so a wrong count cannot ask
 * for much memory. */
static size_t get_edits_nr(struct pack_reader *r)
{
    uint64_t nr = reader_varint(&r->in);
    if (nr == 0 || nr > PACK_EDITS_MAX || nr > r->in.left / 2)
        fail(r);
    return reader_failed(&r->in) ? 0 : (size_t)nr;
}

static bool broken(struct err *e)
{
    return err_set(e, ERR_PROTOCOL, _("A received frame is not well formed"));
}

bool pack_read(struct pack_reader *r, struct save *save, bool *more,
               struct err *e)
{
    *save = (struct save){0};
    *more = r->in.left > 0 && !reader_failed(&r->in);
    if (reader_failed(&r->in))
        return broken(e);
    if (!*more)
        return true;
    pool_free(r->pool);
    r->pool = pool_new();
    get_head(r, save);
    r->any = true;
    r->kind = r->kind || !save->erased;
    r->form = reader_failed(&r->in) ? NULL : pack_form_of(&r->t, r->t.form);
    r->path_at = 0;
    save->edits_nr = get_edits_nr(r);
    /* seq never wraps: a chain of 2^63 changes is no chain */
    if (save->first_seq == 0 || save->first_seq > INT64_MAX - PACK_EDITS_MAX)
        fail(r);
    if (reader_failed(&r->in))
        return broken(e);
    struct edit *edits = pool_alloc(r->pool, save->edits_nr * sizeof *edits);
    for (size_t i = 0; i < save->edits_nr && !reader_failed(&r->in); i++) {
        (save->erased ? get_erased : get_edit)(r, save, save->first_seq + i,
                                               &edits[i]);
        if (r->salts)
            edits[i].salt = reader_bytes(&r->in, CHANGE_SALT_BYTES);
    }
    if (reader_failed(&r->in))
        return broken(e);
    save->edits = edits;
    pack_chain_note(&r->t, r->t.chain, save->first_seq + save->edits_nr - 1);
    return true;
}
