/* SPDX-License-Identifier: Apache-2.0 */
#include "store/verdict.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/purge.h"
#include "store/store.h"

/* The case the request is about is kept under the other one. */
static bool merge(struct store *s, const struct approval *a, struct err *e)
{
    struct id id = stream_id(&a->stream), kept = stream_id(&a->other);
    return duplicate_merge(s, &id, &kept, &a->id, e);
}

static bool part(struct store *s, const struct approval *a, struct err *e)
{
    struct id id = stream_id(&a->stream);
    return duplicate_part(s, &id, &a->id, e);
}

/* What an approval does at once; kinds that are not here are looked up by
 * others when they need them (hold.h). */
static const struct {
    const char *kind;
    bool (*act)(struct store *s, const struct approval *a, struct err *e);
} acts[] = {
    {"purge", purge_carry_out},
    {"merge", merge},
    {"part", part},
};

static bool carry_out(struct store *s, const struct approval *a, struct err *e)
{
    struct approval approved;
    struct pool *pool = pool_new();
    bool good = approval_load(s, &a->id, pool, &approved, e);
    for (size_t i = 0; good && i < ARR_NR(acts); i++)
        if (str_equal(acts[i].kind, a->kind))
            good = acts[i].act(s, &approved, e);
    pool_free(pool);
    return good;
}

static bool give_one(struct store *s, const struct approval *a,
                     enum approval_state to, const char *reason, struct err *e)
{
    return approval_decide(s, a, to, reason, e) &&
           (to != APPROVAL_APPROVED || carry_out(s, a, e)) &&
           audit_note(s,
                      &(struct audit_event){.kind = AUDIT_APPROVE,
                                            .stream = &a->stream,
                                            .reason = a->kind},
                      e);
}

static bool give_all(struct store *s, const struct approval_list *l,
                     enum approval_state to, const char *reason, struct err *e)
{
    for (size_t i = 0; i < l->nr; i++)
        if (!give_one(s, &l->items[i], to, reason, e))
            return false;
    return true;
}

/* All of one child is purged or nothing: what was asked for with it is decided
 * with it. The list is complete before the first case is gone. */
bool verdict_give(struct store *s, const struct approval *a,
                  enum approval_state to, const char *reason, struct err *e)
{
    struct approval_list others = {NULL, 0};
    struct pool *pool = pool_new();
    bool good =
        audit_flush(s, e) && /* noted before: stays, whatever becomes of this */
        db_begin(store_db(s), e) &&
        db_end(store_db(s),
               purge_others(s, a, to == APPROVAL_APPROVED, pool, &others, e) &&
                   give_one(s, a, to, reason, e) &&
                   give_all(s, &others, to, reason, e),
               e);
    pool_free(pool);
    return good && purge_list_keep(s, e);
}
