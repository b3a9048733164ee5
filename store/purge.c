/* SPDX-License-Identifier: Apache-2.0 */
#include "store/purge.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/erase_int.h"
#include "store/fact_int.h"
#include "store/hold.h"
#include "store/intern_int.h"
#include "store/purge_int.h"
#include "store/store.h"

#define KIND_WORD "purge"

static const struct purge_reason reasons[] = {
    {"retention", N_("the time to keep it is over"), N_("time is over")},
    {"request", N_("the child or the family asked for it"), N_("family asks")},
    {"mistake", N_("it was opened by mistake"), N_("mistake")},
    {"double", N_("the same child has another case"), N_("double")},
};

const struct purge_reason *purge_reason_list(size_t *nr)
{
    *nr = ARR_NR(reasons);
    return reasons;
}

const struct purge_reason *purge_reason_find(const char *name)
{
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        if (str_equal(reasons[i].name, name))
            return &reasons[i];
    return NULL;
}

/* ---- the list ---- */

bool purge_is_done(struct store *s, const struct stream *stream, bool *purged,
                   struct err *e)
{
    int64_t nr = 0;
    *purged = false;
    if (!db_get_int(
            store_db(s),
            "SELECT COUNT(*) FROM stream t"
            " JOIN purge p ON p.stream_id = t.stream_id"
            " WHERE t.kind = ? AND t.key = ?",
            DB_BIND(db_int(stream->kind), db_blob(stream->key, stream->size)),
            0, &nr, e))
        return false;
    *purged = nr > 0;
    return true;
}

bool purge_list_load(struct store *s, struct pool *pool, struct purge_list *out,
                     struct err *e)
{
    struct {
        struct purge *items;
        size_t nr, alloc;
    } l = {0};
    struct rows *q = db_query(store_db(s),
                              "SELECT t.key, p.reason, p.asked_by,"
                              " p.decided_by, p.alone, p.at_ms FROM purge p"
                              " JOIN stream t ON t.stream_id = p.stream_id"
                              " ORDER BY p.at_ms DESC, p.stream_id",
                              DB_NOTHING);
    while (rows_next(q)) {
        struct purge *p = &ARR_PUSH(&l);
        *p = (struct purge){.reason = pool_str(pool, rows_text(q, 1)),
                            .asked_by = pool_str(pool, rows_text(q, 2)),
                            .decided_by = pool_str(pool, rows_text(q, 3)),
                            .alone = rows_int(q, 4) != 0,
                            .at_ms = rows_int(q, 5)};
        if (rows_size(q, 0) == sizeof p->case_id.bytes)
            memcpy(p->case_id.bytes, rows_blob(q, 0), sizeof p->case_id.bytes);
        id_print_number(&p->case_id, p->number);
    }
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return rows_end(q, e);
}

/* ---- what the gate asks ---- */

bool purge_check_open(struct store *s, const struct stream *stream,
                      struct err *e)
{
    bool purged = false;
    return purge_is_done(s, stream, &purged, e) &&
           (!purged || err_set(e, ERR_DENIED,
                               _("This case was purged: nothing more can be "
                                 "written into it")));
}

bool purge_is_one(const struct save *save)
{
    for (size_t i = 0; i < save->edits_nr; i++)
        if (save->edits[i].op == CHANGE_PURGE)
            return true;
    return false;
}

bool purge_is_approved(struct store *s, const struct save *save, bool *approved,
                       struct err *e)
{
    struct err why = ERR_INIT;
    struct approval a;
    struct id id;
    bool good = purge_is_done(s, &save->stream, approved, e);
    if (!good || *approved) /* a second one changes nothing */
        return good;
    struct pool *pool = pool_new();
    if (str_equal(save->kind, KIND_WORD) &&
        id_parse(fact_text_in(save, "approval", pool), &id)) {
        if (approval_load(s, &id, pool, &a, &why))
            *approved = a.state == APPROVAL_APPROVED &&
                        str_equal(a.kind, "purge") &&
                        stream_equal(&a.stream, &save->stream);
        else if (why.code != ERR_NOT_FOUND)
            good = err_set(e, why.code, "%s", why.text);
    }
    pool_free(pool);
    return good;
}

bool purge_note(struct store *s, int64_t stream_id, const struct save *save,
                struct err *e)
{
    if (!str_equal(save->kind, KIND_WORD) || !purge_is_one(save) ||
        save->stream.kind != STREAM_CASE)
        return true;
    struct pool *pool = pool_new();
    bool good = db_run(
        store_db(s),
        "INSERT INTO purge(stream_id, reason, asked_by, decided_by, alone,"
        " at_ms) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        DB_BIND(db_int(stream_id), db_text(fact_text_in(save, "reason", pool)),
                db_text(fact_text_in(save, "asked_by", pool)),
                db_text(save->author),
                db_int(fact_text_in(save, "alone", pool)[0] != '\0'),
                db_int(save->at_ms)),
        e);
    pool_free(pool);
    return good;
}

/* ---- obeying ---- */

struct kept {
    int64_t *items;
    size_t nr, alloc;
};

/* The request that a purge names stays with it: who asked, who decided. */
static bool keep_approval(struct store *s, const struct id *purge,
                          int64_t stream_id, struct kept *kept, struct err *e)
{
    struct pool *pool = pool_new();
    const char *text = "";
    struct id id;
    struct intern_record r = {0};
    int64_t kind = 0;
    bool good =
        fact_load(s, &(struct fact_at){purge, KIND_WORD, "approval"}, pool,
                  &text, e) &&
        (!id_parse(text, &id) || intern_record_find(store_db(s), &id, &r, e)) &&
        intern_word(store_db(s), "approval", &kind, e);
    if (good && r.record_id != INTERN_NONE && r.stream_id == stream_id &&
        r.kind_id == kind)
        ARR_PUSH(kept) = r.record_id;
    pool_free(pool);
    return good;
}

static bool load_kept(struct store *s, int64_t stream_id, struct kept *kept,
                      struct err *e)
{
    bool good = true;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT r.record_id, r.uuid FROM record r"
                 " JOIN word k ON k.word_id = r.kind_id"
                 " WHERE r.stream_id = ? AND k.text = '" KIND_WORD "'",
                 DB_BIND(db_int(stream_id)));
    while (good && rows_next(q)) {
        struct id id = {{0}};
        ARR_PUSH(kept) = rows_int(q, 0);
        if (rows_size(q, 1) == sizeof id.bytes)
            memcpy(id.bytes, rows_blob(q, 1), sizeof id.bytes);
        good = keep_approval(s, &id, stream_id, kept, e);
    }
    return rows_leave(q, good, e);
}

bool purge_obey(struct store *s, const struct stream *stream, struct err *e)
{
    struct kept kept = {0};
    int64_t stream_id = 0;
    bool purged = false;
    if (!purge_is_done(s, stream, &purged, e))
        return false;
    if (!purged)
        return true;
    bool good =
        intern_stream_find(store_db(s), stream, &stream_id, e) &&
        load_kept(s, stream_id, &kept, e) &&
        erase_stream(s, stream, &(struct erase_keep){kept.items, kept.nr}, e);
    ARR_RELEASE(&kept);
    return good || err_wrap(e, _("Purging a case"));
}

/* ---- one child in several cases ---- */

/* Who says that the child has another case means this one alone. */
static bool is_of_child(const char *reason)
{
    return !str_equal(reason, "double");
}

/* The open request to purge one case; *found. */
static bool find_request(struct store *s, const struct id *case_id,
                         struct pool *pool, struct approval *out, bool *found,
                         struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, case_id);
    const struct approval_query query = {.stream = &stream, .open_only = true};
    struct approval_list l;
    *found = false;
    if (!approval_list_load(s, &query, pool, &l, e))
        return false;
    for (size_t i = 0; i < l.nr && !*found; i++) {
        *out = l.items[i];
        *found = str_equal(out->kind, "purge") && is_of_child(out->reason);
    }
    return true;
}

bool purge_others(struct store *s, const struct approval *a, bool all,
                  struct pool *pool, struct approval_list *out, struct err *e)
{
    struct id_list group = {NULL, 0};
    *out = (struct approval_list){NULL, 0};
    if (!str_equal(a->kind, "purge") || !is_of_child(a->reason) ||
        a->stream.kind != STREAM_CASE)
        return true;
    const struct id id = stream_id(&a->stream);
    if (!duplicate_group(s, &id, pool, &group, e))
        return false;
    out->items = pool_alloc(pool, group.nr * sizeof *out->items);
    for (size_t i = 0; i < group.nr; i++) {
        char number[ID_NUMBER_BYTES];
        bool found = false;
        if (id_equal(&group.items[i], &id))
            continue;
        if (!find_request(s, &group.items[i], pool, &out->items[out->nr],
                          &found, e))
            return false;
        id_print_number(&group.items[i], number);
        if (all && !found)
            return err_set(e, ERR_INPUT,
                           _("Case %s is of the same child, and nobody asked "
                             "to purge it: ask again, so that both go "
                             "together"),
                           number);
        out->nr += found;
    }
    return true;
}

/* ---- asking, and carrying out ---- */

static bool request_one(struct store *s, const struct id *case_id,
                        const char *reason, struct id *request, struct err *e)
{
    const struct approval_ask ask = {.kind = "purge",
                                     .stream =
                                         stream_of_id(STREAM_CASE, case_id),
                                     .reason = reason};
    return purge_check_open(s, &ask.stream, e) &&
           hold_check(s, &ask.stream, e) &&
           approval_request(s, &ask, request, e);
}

/* For each other case of the child that nobody has asked for yet. */
static bool request_others(struct store *s, const struct id *case_id,
                           const char *reason, struct pool *pool, struct err *e)
{
    struct id_list group;
    bool good = duplicate_group(s, case_id, pool, &group, e);
    for (size_t i = 0; good && i < group.nr; i++) {
        struct approval known;
        struct id ignored;
        bool asked = id_equal(&group.items[i], case_id);
        good = (asked ||
                find_request(s, &group.items[i], pool, &known, &asked, e)) &&
               (asked || request_one(s, &group.items[i], reason, &ignored, e));
    }
    return good;
}

bool purge_request(struct store *s, const struct id *case_id,
                   const char *reason, struct id *request, struct err *e)
{
    if (purge_reason_find(reason) == NULL)
        return err_set(e, ERR_INPUT,
                       _("A case is purged for one of these reasons: "
                         "retention, request, mistake, double"));
    struct pool *pool = pool_new();
    bool good = db_begin(store_db(s), e) &&
                db_end(store_db(s),
                       request_one(s, case_id, reason, request, e) &&
                           (!is_of_child(reason) ||
                            request_others(s, case_id, reason, pool, e)),
                       e);
    pool_free(pool);
    return good;
}

/* The deed and its trace: both or neither. */
static bool write_traced(struct store *s, const struct save *save,
                         const struct fact *facts, size_t nr, struct err *e)
{
    const struct audit_event x = {
        .kind = AUDIT_PURGE, .stream = &save->stream, .reason = facts[0].text};
    if (!db_begin(store_db(s), e))
        return false;
    struct save own = *save;
    bool good = fact_write(s, &own, facts, nr, e) && audit_note(s, &x, e);
    return db_end(store_db(s), good, e);
}

bool purge_write(struct store *s, const struct purge_why *why, struct err *e)
{
    struct save save = {.stream = why->stream,
                        .record = id_new(store_entropy(s)),
                        .kind = KIND_WORD};
    struct fact facts[4] = {
        {.path = "reason", .text = why->reason, .op = CHANGE_PURGE}};
    size_t nr = 1;
    if (why->approval[0] != '\0')
        facts[nr++] = (struct fact){.path = "approval", .text = why->approval};
    if (why->asked_by[0] != '\0')
        facts[nr++] = (struct fact){.path = "asked_by", .text = why->asked_by};
    if (why->alone)
        facts[nr++] = (struct fact){.path = "alone", .text = "yes"};
    return write_traced(s, &save, facts, nr, e);
}

bool purge_carry_out(struct store *s, const struct approval *a, struct err *e)
{
    char id[ID_TEXT_BYTES];
    bool purged = false;
    struct purge_why why = {.stream = a->stream,
                            .reason = a->reason,
                            .asked_by = a->asked_by,
                            .approval = id,
                            .alone = a->alone};
    id_print(&a->id, id);
    if (a->state != APPROVAL_APPROVED || !str_equal(a->kind, "purge"))
        return err_set(e, ERR_DENIED,
                       _("Nobody approved that this case is purged"));
    if (!purge_is_done(s, &a->stream, &purged, e))
        return false;
    return purged || (hold_check(s, &a->stream, e) && purge_write(s, &why, e));
}

bool purge_run(struct store *s, int64_t *nr, struct err *e)
{
    struct approval_list l;
    struct pool *pool = pool_new();
    bool good = approval_list_load(s, &(struct approval_query){0}, pool, &l, e);
    *nr = 0;
    for (size_t i = 0; good && i < l.nr; i++) {
        const struct approval *a = &l.items[i];
        bool purged = true;
        if (!str_equal(a->kind, "purge") || a->state != APPROVAL_APPROVED)
            continue;
        good = purge_is_done(s, &a->stream, &purged, e) &&
               (purged || purge_carry_out(s, a, e));
        *nr += good && !purged;
    }
    pool_free(pool);
    return good && purge_list_keep(s, e);
}
