/* SPDX-License-Identifier: Apache-2.0 */
#include "store/column_int.h"
#include "store/fact_int.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "store/db.h"
#include "store/store.h"

static bool is_known(struct store *s, const struct id *record, bool *known,
                     struct err *e)
{
    int64_t nr = 0;
    if (!db_get_int(store_db(s), "SELECT COUNT(*) FROM record WHERE uuid = ?",
                    DB_BIND(db_blob(record->bytes, sizeof record->bytes)), 0,
                    &nr, e))
        return false;
    *known = nr > 0;
    return true;
}

static enum change_op op_of(const struct fact *f)
{
    if (f->text == NULL)
        return CHANGE_CLEAR;
    return f->op ? f->op : CHANGE_SET;
}

static void encode_text(struct buf *b, const char *text)
{
    if (text == NULL)
        return;
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    value_encode(b, &v);
}

bool fact_write(struct store *s, struct save *save, const struct fact *facts,
                size_t nr, struct err *e)
{
    struct edit edits[FACT_NR_MAX + 1] = {{.op = CHANGE_CREATE, .path = ""}};
    struct buf values[FACT_NR_MAX];
    struct dot_set *seen = mem_alloc(FACT_NR_MAX * sizeof *seen);
    bool known = false;
    assert(nr <= FACT_NR_MAX);
    bool good = is_known(s, &save->record, &known, e);
    size_t n = known ? 0 : 1;
    for (size_t i = 0; i < nr; i++, n++) {
        values[i] = (struct buf)BUF_INIT(CHANGE_VALUE_BYTES_MAX);
        encode_text(&values[i], facts[i].text);
        edits[n] = (struct edit){.op = op_of(&facts[i]),
                                 .path = facts[i].path,
                                 .value = values[i].data,
                                 .value_bytes = values[i].size,
                                 .replaces = seen[i].items};
        good = good && change_seen(s, &save->record, save->kind, facts[i].path,
                                   &seen[i], e);
        edits[n].replaces_nr = good ? seen[i].nr : 0;
    }
    save->edits = edits;
    save->edits_nr = n;
    save->at_ms = store_now_ms(s);
    save->author = store_login(s);
    good = good && change_append(s, save, e);
    for (size_t i = 0; i < nr; i++)
        buf_release(&values[i]);
    mem_free(seen);
    return good;
}

bool fact_load(struct store *s, const struct fact_at *at, struct pool *pool,
               const char **out, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value FROM record r"
        " JOIN field f ON f.form = ? AND f.path = ?"
        " JOIN cell l ON l.record_id = r.record_id"
        "  AND l.field_id = f.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE r.uuid = ? ORDER BY c.at_ms DESC, p.epoch, c.seq LIMIT 1",
        DB_BIND(db_text(at->kind), db_text(at->path),
                db_blob(at->record->bytes, sizeof at->record->bytes)));
    struct value v;
    *out = "";
    if (rows_next(q) && column_text(q, 0, &v))
        *out = pool_strn(pool, v.text, v.text_bytes);
    return rows_end(q, e);
}

const char *fact_text_in(const struct save *save, const char *path,
                         struct pool *pool)
{
    struct value v;
    for (size_t i = 0; i < save->edits_nr; i++)
        if (str_equal(save->edits[i].path, path) &&
            value_decode(save->edits[i].value, save->edits[i].value_bytes, NULL,
                         0, &v) &&
            v.type == VALUE_TEXT)
            return pool_strn(pool, v.text, v.text_bytes);
    return "";
}
