/* SPDX-License-Identifier: Apache-2.0 */
#include "store/saved_int.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/reader.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/store.h"

struct edit_list {
    struct edit *items;
    size_t nr, alloc;
};

/* Nothing longer passes the gate, so none of it was ever hashed. */
static bool is_too_long(const struct rows *q)
{
    return rows_size(q, 8) > CHANGE_KIND_BYTES_MAX ||
           rows_size(q, 10) > CHANGE_AUTHOR_BYTES_MAX ||
           rows_size(q, 14) > CHANGE_PATH_BYTES_MAX ||
           rows_size(q, 15) > CHANGE_VALUE_BYTES_MAX;
}

/* What all rows of the save share, from its first row. */
static bool read_shared(struct rows *q, struct pool *pool, struct save *save)
{
    *save = (struct save){
        .stream = column_stream(q, 1),
        .record = column_id(q, 7),
        .form = column_copy(q, 11, HASH_BYTES, pool),
        .epoch = (uint64_t)rows_int(q, 0),
        .first_seq = (uint64_t)rows_int(q, 4),
        .at_ms = rows_int(q, 9),
        .kind = pool_str(pool, rows_text(q, 8)), /* "" of an erased one */
        .erased = rows_int(q, 13) == CHANGE_ERASED,
        .author = pool_str(pool, rows_text(q, 10)),
    };
    if (save->form != NULL)
        save->form_id = pool_str(pool, rows_text(q, 12));
    bool seeded = !save->erased && save->first_seq == (uint64_t)rows_int(q, 17);
    if (seeded)
        save->seed = column_copy(q, 3, CHANGE_SALT_BYTES, pool);
    return save->stream.kind != STREAM_NONE && seeded == (save->seed != NULL);
}

/* Only the first row's part is hashed, so the others must say the same. */
static bool is_shared(struct rows *q, const struct save *save)
{
    if (rows_int(q, 9) != save->at_ms ||
        !str_equal(rows_text(q, 10), save->author) ||
        (rows_int(q, 13) == CHANGE_ERASED) != save->erased)
        return false;
    return save->erased ||
           (column_is(q, 7, save->record.bytes, sizeof save->record.bytes) &&
            (save->form != NULL ? column_is(q, 11, save->form, HASH_BYTES)
                                : rows_is_null(q, 11)));
}

static bool read_edit(struct rows *q, struct pool *pool, struct edit *edit)
{
    struct dot room[CHANGE_REPLACES_MAX];
    *edit = (struct edit){.op = (enum change_op)rows_int(q, 13),
                          .path = pool_str(pool, rows_text(q, 14)),
                          .value_bytes = rows_size(q, 15),
                          .commit = column_copy(q, 18, HASH_BYTES, pool),
                          .salt = column_copy(q, 19, CHANGE_SALT_BYTES, pool)};
    edit->value = pool_copy(pool, rows_blob(q, 15), edit->value_bytes);
    if (edit->op == CHANGE_ERASED && edit->commit == NULL)
        return false;
    if (!fold_unpack_dots(rows_blob(q, 16), rows_size(q, 16), room,
                          CHANGE_REPLACES_MAX, &edit->replaces_nr))
        return false;
    edit->replaces = pool_copy(pool, room, edit->replaces_nr * sizeof *room);
    return true;
}

bool saved_load(struct store *s, struct saved_at at, struct pool *pool,
                struct save *save, int64_t *position, struct err *e)
{
    struct edit_list edits = {0};
    struct rows *q = db_query(
        store_db(s),
        "SELECT p.epoch, t.kind, t.key, h.first_seed, c.save_seq, c.change_id,"
        " c.head, r.uuid, k.text, c.at_ms, a.text, f.hash, f.name, c.op,"
        " d.path, c.value, c.replaces, h.seed_seq, x.commitment, y.salt, c.seq"
        " FROM change c"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " JOIN stream t ON t.stream_id = h.stream_id"
        " LEFT JOIN record r ON r.record_id = c.record_id"
        " LEFT JOIN word k ON k.word_id = r.kind_id"
        " JOIN word a ON a.word_id = c.author_id"
        " LEFT JOIN field d ON d.field_id = c.field_id"
        " LEFT JOIN form f ON f.form_id = c.form_id"
        " LEFT JOIN erased x ON x.chain_id = c.chain_id AND x.seq = c.seq"
        " LEFT JOIN kept_salt y ON y.chain_id = c.chain_id AND y.seq = c.seq"
        " WHERE c.chain_id = ?1 AND c.seq >= ?2 AND c.save_seq = ?2"
        " ORDER BY c.seq",
        DB_BIND(db_int(at.chain_id), db_int(at.save_seq)));
    bool good = true;
    while (good && rows_next(q)) {
        uint64_t seq = (uint64_t)at.save_seq + edits.nr;
        good = !is_too_long(q) &&
               (edits.nr > 0 || read_shared(q, pool, save)) &&
               (uint64_t)rows_int(q, 20) == seq && is_shared(q, save) &&
               read_edit(q, pool, &ARR_PUSH(&edits));
        *position = rows_int(q, 5);
        save->head = column_copy(q, 6, HASH_BYTES, pool);
        good = good && save->head != NULL;
    }
    good = rows_end(q, e) && (good || err_set(e, ERR_CORRUPT,
                                              _("A change of the log is "
                                                "damaged")));
    if (good && edits.nr == 0)
        good = err_set(e, ERR_CORRUPT, _("A save of the log is missing"));
    save->edits = pool_copy(pool, edits.items, edits.nr * sizeof *edits.items);
    save->edits_nr = edits.nr;
    ARR_RELEASE(&edits);
    return good;
}

void saved_encode(struct buf *b, const struct save *save)
{
    buf_add_be64(b, save->epoch);
    stream_encode(b, &save->stream);
    buf_add_varint(b, save->first_seq);
    buf_add_block(b, save->seed, save->seed != NULL ? CHANGE_SALT_BYTES : 0);
    buf_add(b, save->record.bytes, sizeof save->record.bytes);
    buf_add_block(b, save->kind, strlen(save->kind));
    buf_add_block(b, save->form, save->form != NULL ? HASH_BYTES : 0);
    buf_add_block(b, save->form_id,
                  save->form_id != NULL ? strlen(save->form_id) : 0);
    buf_add_block(b, save->author, strlen(save->author));
    buf_add_be64(b, (uint64_t)save->at_ms);
    buf_add_varint(b, save->edits_nr);
    for (size_t i = 0; i < save->edits_nr; i++) {
        const struct edit *edit = &save->edits[i];
        struct buf dots = BUF_INIT(CHANGE_REPLACES_MAX * 20);
        fold_pack_dots(&dots, edit->replaces, edit->replaces_nr);
        buf_add_byte(b, (uint8_t)edit->op);
        buf_add_block(b, edit->path, strlen(edit->path));
        buf_add_block(b, edit->value, edit->value_bytes);
        buf_add_block(b, dots.data, dots.size);
        if (save->erased)
            buf_add(b, edit->commit, HASH_BYTES);
        buf_release(&dots);
    }
}

static const char *read_word(struct reader *r, struct pool *pool, size_t max)
{
    size_t n = 0;
    const uint8_t *at = reader_block(r, max, &n);
    const char *word = pool_strn(pool, (const char *)at, n);
    r->failed = r->failed || strlen(word) != n;
    return word;
}

/* A block that is there or not; of one length when it is. */
static const uint8_t *read_optional(struct reader *r, struct pool *pool,
                                    size_t size)
{
    size_t n = 0;
    const uint8_t *at = reader_block(r, size, &n);
    r->failed = r->failed || (n > 0 && n != size);
    return n > 0 ? pool_copy(pool, at, n) : NULL;
}

static bool decode_edit(struct reader *r, struct pool *pool, struct edit *edit)
{
    struct dot room[CHANGE_REPLACES_MAX];
    const uint8_t *commit = NULL;
    size_t n = 0;
    *edit = (struct edit){.op = (enum change_op)reader_byte(r)};
    edit->path = read_word(r, pool, CHANGE_SAVE_BYTES_MAX);
    const uint8_t *value =
        reader_block(r, CHANGE_SAVE_BYTES_MAX, &edit->value_bytes);
    edit->value = pool_copy(pool, value, edit->value_bytes);
    const uint8_t *dots = reader_block(r, CHANGE_REPLACES_MAX * 20, &n);
    if (edit->op == CHANGE_ERASED &&
        (commit = reader_bytes(r, HASH_BYTES)) != NULL)
        edit->commit = pool_copy(pool, commit, HASH_BYTES);
    if (reader_failed(r) ||
        !fold_unpack_dots(dots, n, room, CHANGE_REPLACES_MAX,
                          &edit->replaces_nr))
        return false;
    edit->replaces = pool_copy(pool, room, edit->replaces_nr * sizeof *room);
    return true;
}

static bool decode_edits(struct reader *r, struct pool *pool, struct save *save)
{
    uint64_t nr = reader_varint(r);
    if (nr == 0 || nr > CHANGE_EDITS_MAX)
        return false;
    struct edit *edits = pool_alloc(pool, (size_t)nr * sizeof *edits);
    for (size_t i = 0; i < nr; i++)
        if (!decode_edit(r, pool, &edits[i]) ||
            (edits[i].op == CHANGE_ERASED) != (edits[0].op == CHANGE_ERASED))
            return false;
    save->edits = edits;
    save->edits_nr = (size_t)nr;
    save->erased = edits[0].op == CHANGE_ERASED;
    return reader_done(r);
}

bool saved_decode(const void *bytes, size_t n, struct pool *pool,
                  struct save *save)
{
    struct reader r = reader_of(bytes, n);
    *save = (struct save){.epoch = reader_be64(&r)};
    if (!stream_decode(&r, &save->stream))
        return false;
    save->first_seq = reader_varint(&r);
    save->seed = read_optional(&r, pool, CHANGE_SALT_BYTES);
    const uint8_t *record = reader_bytes(&r, sizeof save->record.bytes);
    if (record == NULL)
        return false;
    memcpy(save->record.bytes, record, sizeof save->record.bytes);
    save->kind = read_word(&r, pool, CHANGE_KIND_BYTES_MAX);
    save->form = read_optional(&r, pool, HASH_BYTES);
    const char *form_id = read_word(&r, pool, CHANGE_SAVE_BYTES_MAX);
    save->form_id = save->form != NULL ? form_id : NULL;
    if (save->form == NULL && form_id[0] != '\0')
        return false;
    save->author = read_word(&r, pool, CHANGE_AUTHOR_BYTES_MAX);
    save->at_ms = (int64_t)reader_be64(&r);
    return decode_edits(&r, pool, save);
}
