/* SPDX-License-Identifier: Apache-2.0 */
#include "store/change.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "forms/place.h"
#include "store/append_int.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/intern_int.h"
#include "store/purge.h"
#include "store/right_gate_int.h"
#include "store/store.h"

/* ---- the checks ---- */

static bool is_clean_word(const char *s, size_t max_bytes)
{
    size_t n = strlen(s);
    return n <= max_bytes && utf8_is_clean(s, n);
}

static bool check_value(const struct edit *edit, struct err *e)
{
    uint32_t choices[VALUE_CHOICES_MAX];
    struct value v;
    if (edit->value_bytes == 0)
        return true;
    if (edit->value_bytes > CHANGE_VALUE_BYTES_MAX)
        return err_set(e, ERR_INPUT,
                       _("A field holds at most 64 kB of text: split the "
                         "note"));
    if (!value_decode(edit->value, edit->value_bytes, choices,
                      VALUE_CHOICES_MAX, &v))
        return err_set(e, ERR_INPUT, _("A value is not in its proper form"));
    if ((v.type == VALUE_TEXT || v.type == VALUE_TOKENS) &&
        !utf8_is_clean(v.text, v.text_bytes))
        return err_set(e, ERR_INPUT,
                       _("A text holds control characters or is not UTF-8"));
    return true;
}

static bool check_edit(const struct save *save, size_t i, struct err *e)
{
    const struct edit *edit = &save->edits[i];
    if (edit->op < CHANGE_CREATE || edit->op > CHANGE_READ)
        return err_set(e, ERR_VERSION,
                       _("A change of a kind this program does not know"));
    if ((edit->op == CHANGE_CREATE) != (edit->path[0] == '\0') ||
        (edit->op == CHANGE_CREATE && i > 0))
        return err_set(e, ERR_PROTOCOL,
                       _("A record begins with create and names no field "
                         "there"));
    if (!is_clean_word(edit->path, CHANGE_PATH_BYTES_MAX))
        return err_set(e, ERR_INPUT, _("A field's path is not well formed"));
    if (edit->replaces_nr > CHANGE_REPLACES_MAX)
        return err_set(e, ERR_INPUT,
                       _("An edit replaces more than %d values at once"),
                       CHANGE_REPLACES_MAX);
    return check_value(edit, e);
}

/* A case is opened by create with the place where the child belongs. */
static bool check_case_place(const struct save *save, struct err *e)
{
    const struct edit *first = &save->edits[0];
    struct value v;
    char code[PLACE_CODE_BYTES];
    struct id id = stream_id(&save->stream);
    if (save->stream.kind != STREAM_CASE || first->op != CHANGE_CREATE ||
        !id_equal(&id, &save->record))
        return true;
    if (!value_decode(first->value, first->value_bytes, NULL, 0, &v) ||
        v.type != VALUE_TEXT || v.text_bytes >= sizeof code)
        return err_set(e, ERR_INPUT,
                       _("A case needs the place where the child belongs"));
    snprintf(code, sizeof code, "%.*s", (int)v.text_bytes, v.text);
    return place_is_code(code) ||
           err_set(e, ERR_INPUT,
                   _("\"%s\" is not a place code: write one like ET041114 or "
                     "ET041114/03"),
                   code);
}

/* Nothing is left to look at but what stands around the contents. */
static bool check_erased(const struct save *save, struct err *e)
{
    for (size_t i = 0; i < save->edits_nr; i++)
        if (save->edits[i].commit == NULL ||
            save->edits[i].op != CHANGE_ERASED ||
            save->edits[i].value_bytes > 0 ||
            save->edits[i].replaces_nr > CHANGE_REPLACES_MAX)
            return err_set(e, ERR_PROTOCOL,
                           _("An erased change is not well formed"));
    return (save->author[0] != '\0' &&
            is_clean_word(save->author, CHANGE_AUTHOR_BYTES_MAX)) ||
           err_set(e, ERR_INPUT,
                   _("A save's kind, form or author is not well formed"));
}

bool change_check(const struct save *save, struct err *e)
{
    enum { EDIT_BYTES = 8, DOT_BYTES = 16 };
    size_t total = 0;
    if (save->edits_nr > CHANGE_EDITS_MAX)
        return err_set(e, ERR_INPUT,
                       _("One save holds at most %d changes: save in two "
                         "steps"),
                       CHANGE_EDITS_MAX);
    if (save->edits_nr == 0)
        return err_set(e, ERR_INPUT, _("A save without changes"));
    if (save->erased)
        return check_erased(save, e);
    if (save->kind[0] == '\0' || save->author[0] == '\0' ||
        !is_clean_word(save->kind, CHANGE_KIND_BYTES_MAX) ||
        !is_clean_word(save->author, CHANGE_AUTHOR_BYTES_MAX) ||
        (save->form != NULL &&
         (save->form_id == NULL || !is_clean_word(save->form_id, 64))))
        return err_set(e, ERR_INPUT,
                       _("A save's kind, form or author is not well formed"));
    for (size_t i = 0; i < save->edits_nr; i++) {
        /* all that a frame has to carry: such a save must fit into one */
        total += EDIT_BYTES + save->edits[i].value_bytes +
                 strlen(save->edits[i].path) +
                 save->edits[i].replaces_nr * DOT_BYTES;
        if (!check_edit(save, i, e))
            return false;
    }
    if (total > CHANGE_SAVE_BYTES_MAX)
        return err_set(e, ERR_INPUT,
                       _("One save holds at most 200 kB: save in two steps"));
    return check_case_place(save, e);
}

/* ---- the gate for local saves ---- */

static bool append_local(struct store *s, struct save *save, struct err *e)
{
    struct append_chain chain;
    uint8_t seed[CHANGE_SALT_BYTES];
    entropy_fill(store_entropy(s), seed, sizeof seed);
    save->epoch = store_epoch(s);
    if (!purge_check_open(s, &save->stream, e) ||
        !append_check_record(s, save, e) || !right_gate_local(s, save, e) ||
        !append_chain_load(s, save->epoch, &save->stream, seed, &chain, e))
        return false;
    save->first_seq = chain.last_seq + 1;
    return append_save(s, &chain, save, e) && purge_obey(s, &save->stream, e) &&
           casefile_refresh(s, &save->stream, e);
}

bool change_append(struct store *s, const struct save *save, struct err *e)
{
    struct save own = *save;
    if (!change_check(save, e) || !db_begin(store_db(s), e))
        return false;
    return db_end(store_db(s), append_local(s, &own, e), e);
}

bool change_seen(struct store *s, const struct id *record, const char *form_id,
                 const char *path, struct dot_set *dots, struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT p.epoch, c.seq FROM record r"
                 " JOIN field f ON f.form = ? AND f.path = ?"
                 " JOIN cell l ON l.record_id = r.record_id"
                 "  AND l.field_id = f.field_id"
                 " JOIN change c ON c.change_id = l.change_id"
                 " JOIN chain h ON h.chain_id = c.chain_id"
                 " JOIN epoch p ON p.epoch_id = h.epoch_id"
                 " WHERE r.uuid = ? ORDER BY p.epoch, c.seq",
                 DB_BIND(db_text(form_id), db_text(path),
                         db_blob(record->bytes, sizeof record->bytes)));
    for (dots->nr = 0; dots->nr < CHANGE_REPLACES_MAX && rows_next(q);
         dots->nr++)
        dots->items[dots->nr] =
            (struct dot){(uint64_t)rows_int(q, 0), (uint64_t)rows_int(q, 1)};
    return rows_end(q, e);
}
