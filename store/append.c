/* SPDX-License-Identifier: Apache-2.0 */
#include "store/append_int.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/erase_int.h"
#include "store/fold.h"
#include "store/formdef.h"
#include "store/fulltext.h"
#include "store/intern_int.h"
#include "store/purge.h"
#include "store/store.h"

bool append_chain_broken(struct err *e)
{
    return err_set(e, ERR_CORRUPT,
                   _("The end of a chain of changes is damaged, and nothing "
                     "can be written behind it. Keep this file and restore "
                     "the last backup (homeward restore)"));
}

static bool read_chain(struct rows *q, struct append_chain *c)
{
    int64_t last = rows_int(q, 1), seed_at = rows_int(q, 5);
    c->chain_id = rows_int(q, 0);
    c->last_seq = (uint64_t)last;
    c->seed_seq = (uint64_t)seed_at;
    return last >= 0 && seed_at > 0 && seed_at - 1 <= last &&
           column_bytes(q, 2, c->first_seed, sizeof c->first_seed) &&
           column_bytes(q, 3, c->next_seed, sizeof c->next_seed) &&
           column_bytes(q, 4, c->head, sizeof c->head);
}

bool append_chain_load(struct store *s, uint64_t epoch,
                       const struct stream *stream, const uint8_t *seed,
                       struct append_chain *c, struct err *e)
{
    struct db *db = store_db(s);
    *c = (struct append_chain){.seed_seq = 1};
    if (!intern_epoch(db, epoch, 0, epoch == store_epoch(s), &c->epoch_id, e) ||
        !intern_stream_find(db, stream, &c->stream_id, e))
        return false;
    struct rows *q = db_query(
        db,
        "SELECT chain_id, last_seq, first_seed, next_seed, head, seed_seq"
        " FROM chain WHERE stream_id = ? AND epoch_id = ?",
        DB_BIND(db_int(c->stream_id), db_int(c->epoch_id)));
    bool whole = true;
    if (rows_next(q)) {
        whole = read_chain(q, c);
    } else {
        change_head_start(c->head, epoch, stream);
        if (seed != NULL) {
            memcpy(c->first_seed, seed, sizeof c->first_seed);
            memcpy(c->next_seed, seed, sizeof c->next_seed);
        }
    }
    return rows_end(q, e) && (whole || append_chain_broken(e));
}

/* A record begins with create, and a case with its own record: that is where
 * it says to which place it belongs, and thereby who may see it. */
static bool check_begins(struct store *s, const struct save *save,
                         struct err *e)
{
    int64_t number = INTERN_NONE;
    struct id case_id = stream_id(&save->stream);
    if (save->edits[0].op != CHANGE_CREATE)
        return err_set(e, ERR_PROTOCOL,
                       _("A change came for a record that was never created"));
    if (save->stream.kind != STREAM_CASE || id_equal(&case_id, &save->record))
        return true;
    if (!intern_stream_find(store_db(s), &save->stream, &number, e))
        return false;
    return number != INTERN_NONE ||
           err_set(e, ERR_PROTOCOL,
                   _("A change came for a case that was never opened"));
}

/* Only a form's version is hashed: its name must be the one the version has,
 * or the same bytes would fill other fields at other offices. */
static bool check_form(struct store *s, const struct save *save, struct err *e)
{
    const struct formdef *d =
        save->form != NULL ? formdef_by_hash(s, save->form) : NULL;
    return d == NULL || str_equal(d->form->id, save->form_id) ||
           err_set(e, ERR_PROTOCOL,
                   _("A change calls a form by another name than it has"));
}

bool append_check_record(struct store *s, const struct save *save,
                         struct err *e)
{
    struct intern_record r;
    int64_t stream_id = 0, kind_id = 0;
    if (!check_form(s, save, e) ||
        !intern_record_find(store_db(s), &save->record, &r, e))
        return false;
    if (r.record_id == INTERN_NONE)
        return check_begins(s, save, e);
    if (!intern_stream_find(store_db(s), &save->stream, &stream_id, e) ||
        !intern_word(store_db(s), save->kind, &kind_id, e))
        return false;
    if (r.stream_id != stream_id || r.kind_id != kind_id)
        return err_set(e, ERR_PROTOCOL,
                       _("A change names another case or kind than its record "
                         "has"));
    return true;
}

/* The place a new stream belongs to: of a case what create says, of a place
 * its own code, else the site's. */
static void place_of_new_stream(struct store *s, const struct save *save,
                                char out[PLACE_CODE_BYTES])
{
    const struct edit *first = &save->edits[0];
    struct value v;
    snprintf(out, PLACE_CODE_BYTES, "%s", store_place(s));
    if (save->stream.kind == STREAM_PLACE) {
        char code[STREAM_KEY_BYTES + 1];
        snprintf(out, PLACE_CODE_BYTES, "%.*s", PLACE_CODE_BYTES - 1,
                 stream_place(&save->stream, code));
    } else if (save->stream.kind == STREAM_CASE && first->op == CHANGE_CREATE &&
               value_decode(first->value, first->value_bytes, NULL, 0, &v) &&
               v.type == VALUE_TEXT && v.text_bytes < PLACE_CODE_BYTES) {
        snprintf(out, PLACE_CODE_BYTES, "%.*s", (int)v.text_bytes, v.text);
    }
}

static bool begin_chain(struct store *s, struct append_chain *c,
                        const struct save *save, uint64_t epoch, struct err *e)
{
    struct db *db = store_db(s);
    char place[PLACE_CODE_BYTES];
    if (c->stream_id == INTERN_NONE) {
        place_of_new_stream(s, save, place);
        if (!intern_stream_add(db, &save->stream, place, epoch, &c->stream_id,
                               e))
            return false;
    }
    if (!db_run(db,
                "INSERT INTO chain(epoch_id, stream_id, first_seed, last_seq,"
                " next_seed, head) VALUES(?, ?, ?, 0, ?, ?)",
                DB_BIND(db_int(c->epoch_id), db_int(c->stream_id),
                        db_blob(c->first_seed, sizeof c->first_seed),
                        db_blob(c->next_seed, sizeof c->next_seed),
                        db_blob(c->head, sizeof c->head)),
                e))
        return false;
    c->chain_id = db_last_id(db);
    return true;
}

/* The numbers that all rows of one save share. */
struct row_ids {
    int64_t record, form, author;
    uint64_t save_seq;
    const char *form_name; /* what fields are interned under */
};

/* Offices may begin one record without knowing of each other: whoever did so
 * first, by the times told, is named everywhere, whatever came in first. */
static bool note_begun(struct store *s, const struct row_ids *ids,
                       const struct save *save, struct err *e)
{
    if (save->edits[0].op != CHANGE_CREATE)
        return true;
    return db_run(store_db(s),
                  "UPDATE record SET created_ms = ?1, author_id = ?2"
                  " WHERE record_id = ?3 AND (created_ms > ?1"
                  "  OR (created_ms = ?1 AND ?4 < (SELECT text FROM word"
                  "   WHERE word_id = author_id)))",
                  DB_BIND(db_int(save->at_ms), db_int(ids->author),
                          db_int(ids->record), db_text(save->author)),
                  e);
}

static bool record_id_of(struct store *s, const struct append_chain *c,
                         const struct save *save, struct row_ids *ids,
                         struct err *e)
{
    struct db *db = store_db(s);
    struct intern_record r;
    int64_t kind = 0;
    if (save->erased) {
        ids->record = INTERN_NONE;
        return true;
    }
    if (!intern_record_find(db, &save->record, &r, e))
        return false;
    ids->record = r.record_id;
    if (ids->record != INTERN_NONE)
        return note_begun(s, ids, save, e);
    if (!intern_word(db, save->kind, &kind, e) ||
        !db_run(db,
                "INSERT INTO record(uuid, stream_id, kind_id, form,"
                " created_ms, author_id) VALUES(?, ?, ?, ?, ?, ?)",
                DB_BIND(db_blob(save->record.bytes, sizeof save->record.bytes),
                        db_int(c->stream_id), db_int(kind),
                        db_text(ids->form_name), db_int(save->at_ms),
                        db_int(ids->author)),
                e))
        return false;
    ids->record = db_last_id(db);
    return true;
}

static bool shared_ids(struct store *s, const struct append_chain *c,
                       const struct save *save, struct row_ids *ids,
                       struct err *e)
{
    struct db *db = store_db(s);
    *ids = (struct row_ids){.save_seq = c->last_seq + 1};
    ids->form_name = save->form != NULL ? save->form_id : save->kind;
    if (save->form != NULL &&
        !intern_form(db, save->form, save->form_id, &ids->form, e))
        return false;
    return intern_word(db, save->author, &ids->author, e) &&
           record_id_of(s, c, save, ids, e);
}

static struct db_value blob_or_null(const void *bytes, size_t n)
{
    return n == 0 ? db_null() : db_blob(bytes, n);
}

/* Of a version that this file does not know nothing is. */
static bool is_computed(struct store *s, const struct save *save,
                        const char *path)
{
    const struct formdef *def =
        save->form != NULL ? formdef_by_hash(s, save->form) : NULL;
    const struct field *d = def != NULL ? form_field(def->form, path) : NULL;
    return d != NULL && d->type == FIELD_CALCULATE;
}

static bool write_change(struct store *s, const struct append_chain *c,
                         const struct row_ids *ids, const struct save *save,
                         size_t i, struct err *e)
{
    struct db *db = store_db(s);
    const struct edit *edit = &save->edits[i];
    struct buf dots = BUF_INIT(CHANGE_REPLACES_MAX * 20);
    struct fold_change fold = {.record_id = ids->record,
                               .stream_id = c->stream_id,
                               .dot = {save->epoch, c->last_seq},
                               .op = edit->op};
    fold_pack_dots(&dots, edit->replaces, edit->replaces_nr);
    fold.replaces = dots.data;
    fold.replaces_bytes = dots.size;
    const struct intern_path path = {ids->form_name, edit->path,
                                     is_computed(s, save, edit->path)};
    bool good =
        (save->erased || intern_field(db, &path, &fold.field_id, e)) &&
        db_run(db,
               "INSERT INTO change(chain_id, seq, save_seq, record_id,"
               " form_id, field_id, op, at_ms, author_id, value, replaces,"
               " head) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               DB_BIND(db_int(c->chain_id), db_int((int64_t)c->last_seq),
                       db_int((int64_t)ids->save_seq), db_int(ids->record),
                       ids->form ? db_int(ids->form) : db_null(),
                       db_int(fold.field_id), db_int(edit->op),
                       db_int(save->at_ms), db_int(ids->author),
                       blob_or_null(edit->value, edit->value_bytes),
                       blob_or_null(dots.data, dots.size),
                       db_blob(c->head, sizeof c->head)),
               e);
    fold.change_id = db_last_id(db);
    good = good && erase_note(s, c->chain_id, c->last_seq, edit, e) &&
           fold_change(s, &fold, e) &&
           fulltext_add(s, fold.change_id, save, edit, e);
    buf_release(&dots);
    return good;
}

static bool write_chain(struct store *s, const struct append_chain *c,
                        struct err *e)
{
    return db_run(store_db(s),
                  "UPDATE chain SET last_seq = ?, next_seed = ?, head = ?,"
                  " first_seed = ?, seed_seq = ? WHERE chain_id = ?",
                  DB_BIND(db_int((int64_t)c->last_seq),
                          db_blob(c->next_seed, sizeof c->next_seed),
                          db_blob(c->head, sizeof c->head),
                          db_blob(c->first_seed, sizeof c->first_seed),
                          db_int((int64_t)c->seed_seq), db_int(c->chain_id)),
                  e);
}

/* Behind a save whose salts the ratchet does not give, the ratchet starts anew;
 * the salts it gave until then are kept singly. */
static bool note_apart(struct store *s, struct append_chain *c,
                       const struct save *save, struct err *e)
{
    if (!save->erased && save->edits[0].salt == NULL)
        return true;
    for (; c->seed_seq < save->first_seq; c->seed_seq++) {
        uint8_t salt[CHANGE_SALT_BYTES];
        change_salt(c->first_seed, salt);
        change_seed_next(c->first_seed);
        if (!erase_keep_salt(s, c->chain_id, c->seed_seq, salt, e))
            return false;
    }
    c->seed_seq = c->last_seq + 1;
    memcpy(c->first_seed, c->next_seed, sizeof c->first_seed);
    return true;
}

/* What the program itself looks for among the records. */
static bool note_kind(struct store *s, const struct row_ids *ids,
                      const struct append_chain *c, const struct save *save,
                      struct err *e)
{
    if (save->erased)
        return true;
    if (str_equal(save->kind, "approval"))
        return approval_refresh(s, ids->record, e);
    return purge_note(s, c->stream_id, save, e);
}

void append_take_seed(struct append_chain *chain, const struct save *save)
{
    if (save->seed == NULL || chain->seed_seq != save->first_seq)
        return;
    memcpy(chain->first_seed, save->seed, sizeof chain->first_seed);
    memcpy(chain->next_seed, save->seed, sizeof chain->next_seed);
}

bool append_save(struct store *s, struct append_chain *chain,
                 const struct save *save, struct err *e)
{
    struct row_ids ids;
    /* the gate has made it so, or refused a gap */
    assert(save->first_seq == chain->last_seq + 1); /* cover: bug */
    append_take_seed(chain, save);
    if ((chain->chain_id == 0 &&
         !begin_chain(s, chain, save, save->epoch, e)) ||
        !shared_ids(s, chain, save, &ids, e))
        return false;
    for (size_t i = 0; i < save->edits_nr; i++) {
        change_step(chain->head, chain->next_seed, save, i);
        chain->last_seq++;
        if (!write_change(s, chain, &ids, save, i, e))
            return false;
    }
    return note_apart(s, chain, save, e) && write_chain(s, chain, e) &&
           note_kind(s, &ids, chain, save, e);
}
