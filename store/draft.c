/* SPDX-License-Identifier: Apache-2.0 */
#include "store/draft.h"

#include <string.h>

#include "base/arr.h"
#include "base/reader.h"
#include "base/str.h"
#include "forms/value.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/store.h"

enum { DRAFT_BYTES_MAX = 2 * 1024 * 1024 };

static void encode_answers(struct buf *b, const struct record *r)
{
    const struct form *f = record_form(r);
    for (size_t i = 0; i < f->fields_nr; i++) {
        if (!field_holds_value(&f->fields[i]) || !record_is_touched(r, i))
            continue;
        const char *answer = record_answer(r, i);
        buf_add_block(b, f->fields[i].path, strlen(f->fields[i].path));
        buf_add_block(b, answer, strlen(answer));
    }
}

bool draft_save(struct store *s, const struct draft *d, const struct record *r,
                struct err *e)
{
    struct buf answers = BUF_INIT(DRAFT_BYTES_MAX);
    struct buf stream = BUF_INIT(64);
    encode_answers(&answers, r);
    stream_encode(&stream, &d->stream);
    bool good = db_run(
        store_db(s),
        "INSERT INTO draft(login, record, kind, stream, place, at_ms, is_new,"
        " answers, seen) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(record)"
        " DO UPDATE SET login = excluded.login, at_ms = excluded.at_ms,"
        " answers = excluded.answers",
        DB_BIND(db_text(store_login(s)),
                db_blob(d->record.bytes, sizeof d->record.bytes),
                db_text(d->kind), db_blob(stream.data, stream.size),
                db_text(d->place), db_int(store_now_ms(s)), db_int(d->is_new),
                db_blob(buf_text(&answers), answers.size), db_int(d->seen)),
        e);
    buf_release(&stream);
    buf_release(&answers);
    return good;
}

bool draft_delete(struct store *s, const struct id *record, struct err *e)
{
    return db_run(store_db(s), "DELETE FROM draft WHERE record = ?",
                  DB_BIND(db_blob(record->bytes, sizeof record->bytes)), e);
}

static void read_draft(struct rows *q, struct pool *pool, struct draft *d)
{
    struct reader r = reader_of(rows_blob(q, 2), rows_size(q, 2));
    *d = (struct draft){.is_new = rows_int(q, 5) != 0,
                        .at_ms = rows_int(q, 4),
                        .seen = rows_int(q, 7),
                        .answers_bytes = rows_size(q, 6)};
    if (rows_size(q, 0) == sizeof d->record.bytes)
        memcpy(d->record.bytes, rows_blob(q, 0), sizeof d->record.bytes);
    stream_decode(&r, &d->stream);
    d->answers = pool_copy(pool, rows_blob(q, 6), d->answers_bytes);
    str_copy(d->kind, sizeof d->kind, rows_text(q, 1));
    str_copy(d->place, sizeof d->place, rows_text(q, 3));
}

bool draft_list_load(struct store *s, struct pool *pool, struct draft_list *out,
                     struct err *e)
{
    struct {
        struct draft *items;
        size_t nr, alloc;
    } l = {0};
    struct rows *q = db_query(store_db(s),
                              "SELECT record, kind, stream, place, at_ms,"
                              " is_new, answers, seen FROM draft"
                              " WHERE login = ?"
                              " ORDER BY at_ms DESC, draft_id DESC",
                              DB_BIND(db_text(store_login(s))));
    while (rows_next(q))
        read_draft(q, pool, &ARR_PUSH(&l));
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return rows_end(q, e);
}

/* The field of a path that is not NUL-terminated. */
static size_t field_at(const struct form *f, const uint8_t *path, size_t n)
{
    for (size_t i = 0; i < f->fields_nr; i++)
        if (strlen(f->fields[i].path) == n &&
            memcmp(f->fields[i].path, path, n) == 0)
            return i;
    return FORM_ROOT;
}

/* One path with its answer, as they stand in the draft. */
struct drafted {
    const uint8_t *path, *answer;
    size_t path_bytes, answer_bytes;
};

static bool next_drafted(struct reader *in, struct drafted *x)
{
    if (reader_done(in))
        return false;
    x->path = reader_block(in, 1024, &x->path_bytes);
    x->answer = reader_block(in, VALUE_TEXT_BYTES_MAX + 1, &x->answer_bytes);
    return !reader_failed(in) && x->path != NULL && x->answer != NULL;
}

void draft_fill(const struct draft *d, struct record *r)
{
    struct reader in = reader_of(d->answers, d->answers_bytes);
    struct drafted x;
    while (next_drafted(&in, &x)) {
        size_t field = field_at(record_form(r), x.path, x.path_bytes);
        char *text = mem_copy_strn((const char *)x.answer, x.answer_bytes);
        if (field != FORM_ROOT)
            record_set(r, field, text);
        mem_free(text);
    }
}

void draft_blind(const struct draft *d, struct entity *e)
{
    struct reader in = reader_of(d->answers, d->answers_bytes);
    struct drafted x;
    while (next_drafted(&in, &x))
        for (size_t i = 0; i < e->values_nr; i++) {
            struct entity_value *v = &e->values[i];
            if (v->change_id > d->seen && strlen(v->path) == x.path_bytes &&
                memcmp(v->path, x.path, x.path_bytes) == 0)
                v->unseen = true;
        }
}
