/* SPDX-License-Identifier: Apache-2.0 */
#include "store/draft.h"

#include <string.h>

#include "base/arr.h"
#include "base/reader.h"
#include "base/str.h"
#include "forms/value.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/purge.h"
#include "store/store.h"

enum { DRAFT_BYTES_MAX = 2 * 1024 * 1024 };

#define DROPPED "-"

/* Rows stand before what is in them; one that was dropped has a sign in place
 * of an answer. */
static void add_drafted(struct buf *b, const char *path, const char *answer)
{
    buf_add_block(b, path, strlen(path));
    buf_add_block(b, answer, strlen(answer));
}

static bool is_to_keep(const struct record *r, size_t node)
{
    const struct field *d = &record_form(r)->fields[record_field(r, node)];
    return record_kind(r, node) != RECORD_REPEAT &&
           (record_kind(r, node) == RECORD_ROW || field_holds_value(d)) &&
           record_is_touched(r, node);
}

static void encode_answers(struct buf *b, const struct record *r)
{
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    for (size_t i = 0; i < record_dropped_nr(r); i++)
        add_drafted(b, record_dropped(r, i), DROPPED);
    for (size_t n = record_walk(r, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(r, n)) {
        if (!is_to_keep(r, n))
            continue;
        buf_clear(&path);
        record_path(r, n, &path);
        add_drafted(b, buf_text(&path),
                    record_kind(r, n) == RECORD_FIELD ? record_answer(r, n)
                                                      : "");
    }
    buf_release(&path);
}

bool draft_save(struct store *s, const struct draft *d, const struct record *r,
                struct err *e)
{
    struct buf answers = BUF_INIT(DRAFT_BYTES_MAX);
    struct buf stream = BUF_INIT(64);
    encode_answers(&answers, r);
    stream_encode(&stream, &d->stream);
    bool good =
        purge_check_open(s, &d->stream, e) &&
        db_run(
            store_db(s),
            "INSERT INTO draft(login, record, kind, stream, place, at_ms, "
            "is_new,"
            " answers, seen) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(login, record) DO UPDATE SET at_ms = excluded.at_ms,"
            " answers = excluded.answers",
            DB_BIND(db_text(store_login(s)),
                    db_blob(d->record.bytes, sizeof d->record.bytes),
                    db_text(d->kind), db_blob(stream.data, stream.size),
                    db_text(d->place), db_int(store_now_ms(s)),
                    db_int(d->is_new),
                    db_blob(buf_text(&answers), answers.size), db_int(d->seen)),
            e);
    buf_release(&stream);
    buf_release(&answers);
    return good;
}

bool draft_delete(struct store *s, const struct id *record, struct err *e)
{
    return db_run(store_db(s),
                  "DELETE FROM draft WHERE login = ? AND record = ?",
                  DB_BIND(db_text(store_login(s)),
                          db_blob(record->bytes, sizeof record->bytes)),
                  e);
}

static void read_draft(struct rows *q, struct pool *pool, struct draft *d)
{
    struct reader r = reader_of(rows_blob(q, 2), rows_size(q, 2));
    *d = (struct draft){.record = column_id(q, 0),
                        .is_new = rows_int(q, 5) != 0,
                        .at_ms = rows_int(q, 4),
                        .seen = rows_int(q, 7),
                        .answers_bytes = rows_size(q, 6)};
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
    return !reader_failed(in);
}

static void fill_in(struct record *r, const char *path, const char *answer)
{
    size_t node = record_find(r, path);
    if (path[0] != '\0' && path[strlen(path) - 1] == ']' &&
        str_equal(answer, DROPPED)) {
        if (node != RECORD_NONE)
            record_row_drop(r, node);
        return;
    }
    node = record_set_path(r, path);
    if (node != RECORD_NONE && record_kind(r, node) == RECORD_FIELD)
        record_set(r, node, answer);
}

void draft_fill(const struct draft *d, struct record *r)
{
    struct reader in = reader_of(d->answers, d->answers_bytes);
    struct drafted x;
    while (next_drafted(&in, &x)) {
        char *path = mem_copy_strn((const char *)x.path, x.path_bytes);
        char *text = mem_copy_strn((const char *)x.answer, x.answer_bytes);
        fill_in(r, path, text);
        mem_free(text);
        mem_free(path);
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

size_t draft_behind(const struct draft *d, const struct entity *x)
{
    size_t nr = 0;
    bool counted = false; /* the path at hand */
    for (size_t i = 0; i < x->values_nr; i++) {
        if (i == 0 || !str_equal(x->values[i].path, x->values[i - 1].path))
            counted = false;
        if (!counted && x->values[i].change_id > d->seen) {
            counted = true;
            nr++;
        }
    }
    return nr;
}

/* Names may stand inside groups of the form. */
static bool path_ends(const struct drafted *x, const char *last)
{
    size_t n = strlen(last);
    return x->path_bytes >= n &&
           memcmp(x->path + x->path_bytes - n, last, n) == 0 &&
           (x->path_bytes == n || x->path[x->path_bytes - n - 1] == '/');
}

void draft_name(const struct draft *d, char *out, size_t out_bytes)
{
    static const char *const names[] = {"given_name", "father_name",
                                        "grandfather_name"};
    struct buf b = BUF_INIT(1024);
    for (size_t i = 0; i < ARR_NR(names); i++) {
        struct reader in = reader_of(d->answers, d->answers_bytes);
        struct drafted x;
        while (next_drafted(&in, &x))
            if (path_ends(&x, names[i]) && x.answer_bytes > 0)
                buf_printf(&b, "%s%.*s", b.size > 0 ? " " : "",
                           (int)x.answer_bytes, (const char *)x.answer);
    }
    str_copy(out, out_bytes, buf_failed(&b) ? "" : buf_text(&b));
    buf_release(&b);
}
