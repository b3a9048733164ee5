/* SPDX-License-Identifier: Apache-2.0 */
/* What a hub asks of a received save that merges two cases or parts them. */
#include "base/mem.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/duplicate_int.h"
#include "store/entity.h"
#include "store/fact_int.h"
#include "store/purge.h"
#include "store/store.h"

/* The edits that say which case is kept, in the record that is read for it,
 * whatever kind the save calls it; *one: the first of them. */
static size_t kept_edits(const struct save *save, const struct edit **one)
{
    const struct id record = entity_once_id(&save->stream, DUPLICATE_KIND);
    size_t nr = 0;
    *one = NULL;
    if (save->erased || save->stream.kind != STREAM_CASE ||
        !id_equal(&save->record, &record))
        return 0;
    for (size_t i = 0; i < save->edits_nr; i++)
        if (str_equal(save->edits[i].path, DUPLICATE_KEPT) && nr++ == 0)
            *one = &save->edits[i];
    return nr;
}

bool duplicate_is_one(const struct save *save)
{
    const struct edit *one;
    return kept_edits(save, &one) > 0;
}

/* Whether two people asked for what the save says. One who refused without
 * knowing of it does not undo it: what was done is parted again. */
static bool allows(const struct approval *a, const struct id *kept)
{
    const struct id other = stream_id(&a->other);
    return a->was_approved && (id_is_zero(kept) ? str_equal(a->kind, "part")
                                                : str_equal(a->kind, "merge") &&
                                                      id_equal(&other, kept));
}

/* Each office carries a request out once: an old one does not merge again what
 * was parted since. */
static bool was_used(struct store *s, const struct save *save,
                     const struct id *request, bool *used, struct err *e)
{
    char text[ID_TEXT_BYTES];
    struct buf b = BUF_INIT(2 * ID_TEXT_BYTES);
    int64_t nr = 0;
    id_print(request, text);
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = ID_TEXT_BYTES - 1};
    value_encode(&b, &v);
    bool good = db_get_int(
        store_db(s),
        "SELECT COUNT(*) FROM record r"
        " JOIN change c ON c.record_id = r.record_id"
        " JOIN field f ON f.field_id = c.field_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE r.uuid = ? AND f.path = '" DUPLICATE_APPROVAL "'"
        " AND p.epoch = ? AND c.value = ?",
        DB_BIND(db_blob(save->record.bytes, sizeof save->record.bytes),
                db_int((int64_t)save->epoch), db_blob(b.data, b.size)),
        0, &nr, e);
    buf_release(&b);
    *used = nr > 0;
    return good;
}

/* Who settles between two answers chooses one that two people gave; every other
 * save names the request it carries out. */
static bool is_backed(struct store *s, const struct save *save,
                      const struct approval_list *l, struct pool *pool,
                      bool *backed, struct err *e)
{
    const struct edit *one;
    struct id kept = {{0}}, named = {{0}};
    bool used = false;
    *backed = false;
    if (kept_edits(save, &one) != 1) /* one asked for, another slipped in */
        return true;
    bool settles = one->op == CHANGE_SETTLE;
    (void)id_parse(fact_text_in(save, DUPLICATE_KEPT, pool), &kept);
    if (!settles &&
        !id_parse(fact_text_in(save, DUPLICATE_APPROVAL, pool), &named))
        return true;
    for (size_t i = 0; i < l->nr && !*backed; i++)
        *backed = allows(&l->items[i], &kept) &&
                  (settles || id_equal(&l->items[i].id, &named));
    if (!*backed || settles)
        return true;
    bool good = was_used(s, save, &named, &used, e);
    *backed = !used;
    return good;
}

bool duplicate_is_approved(struct store *s, const struct save *save,
                           bool *approved, struct err *e)
{
    struct approval_list l = {NULL, 0};
    const struct approval_query query = {.stream = &save->stream};
    bool good = purge_is_done(s, &save->stream, approved, e);
    if (!good || *approved) /* its requests are gone, and it says nothing */
        return good;
    struct pool *pool = pool_new();
    good = approval_list_load(s, &query, pool, &l, e) &&
           is_backed(s, save, &l, pool, approved, e);
    pool_free(pool);
    return good;
}
