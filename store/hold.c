/* SPDX-License-Identifier: Apache-2.0 */
#include "store/hold.h"

#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "store/store.h"

/* A release names the hold it ends, so that an older one never ends a newer
 * hold, in whatever order they come in. */
static bool is_released(const struct approval_list *l, const struct approval *a)
{
    char id[ID_TEXT_BYTES];
    id_print(&a->id, id);
    for (size_t i = 0; i < l->nr; i++)
        if (str_equal(l->items[i].kind, "release") &&
            l->items[i].state == APPROVAL_APPROVED &&
            str_equal(l->items[i].detail, id))
            return true;
    return false;
}

bool hold_load(struct store *s, const struct stream *stream, struct pool *pool,
               struct hold *out, struct err *e)
{
    struct approval_list l;
    *out = (struct hold){0};
    if (!approval_list_load(s, &(struct approval_query){.stream = stream}, pool,
                            &l, e))
        return false;
    for (size_t i = 0; i < l.nr && !out->held; i++) {
        const struct approval *a = &l.items[i];
        out->held = str_equal(a->kind, "hold") &&
                    a->state == APPROVAL_APPROVED && !is_released(&l, a);
        out->by = *a;
    }
    return true;
}

bool hold_request(struct store *s, const struct stream *stream, bool on,
                  const char *reason, struct id *request, struct err *e)
{
    char id[ID_TEXT_BYTES] = "";
    struct approval_ask ask = {.kind = on ? "hold" : "release",
                               .stream = *stream,
                               .reason = reason,
                               .detail = id};
    struct pool *pool = pool_new();
    struct hold h;
    bool good = hold_load(s, stream, pool, &h, e);
    if (good && h.held == on)
        good = on ? err_set(e, ERR_INPUT, _("The case is held already"))
                  : err_set(e, ERR_INPUT, _("The case is not held"));
    if (good && h.held)
        id_print(&h.by.id, id);
    good = good && approval_request(s, &ask, request, e);
    pool_free(pool);
    return good;
}

bool hold_check(struct store *s, const struct stream *stream, struct err *e)
{
    struct pool *pool = pool_new();
    struct hold h;
    char when[STAMP_ISO_BYTES];
    bool good = hold_load(s, stream, pool, &h, e);
    if (good && h.held) {
        stamp_print_local(h.by.decided_ms, when);
        good = err_set(e, ERR_DENIED,
                       _("This case is held since %.10s by %s and %s, and "
                         "cannot be purged: first two people must end the "
                         "hold"),
                       when, h.by.asked_by, h.by.decided_by);
    }
    pool_free(pool);
    return good;
}
