/* SPDX-License-Identifier: Apache-2.0 */
#include "store/right_gate_int.h"

#include <string.h>

#include "base/str.h"
#include "forms/kind.h"
#include "forms/role.h"
#include "store/formdef.h"
#include "store/intern_int.h"
#include "store/office.h"
#include "store/peer.h"
#include "store/right.h"
#include "store/right_int.h"
#include "store/store.h"

/* ---- what a save does ---- */

/* What is to be asked about: few things, however many edits. */
struct demand {
    bool wants[RIGHT_ACTIONS][RIGHT_CLASSES];
};

/* A record of which there is one may be begun by two offices that do not know
 * of each other; any other is begun once. */
static bool begins(struct store *s, const struct save *save, bool *is_new,
                   struct err *e)
{
    const struct kind *k = kind_find(save->kind);
    struct intern_record r = {.record_id = INTERN_NONE};
    *is_new = save->edits[0].op == CHANGE_CREATE;
    if (!*is_new || (k != NULL && k->once))
        return true;
    if (!intern_record_find(store_db(s), &save->record, &r, e))
        return false;
    *is_new = r.record_id == INTERN_NONE;
    return true;
}

/* A purge is no one person's act: that two decided it is asked by purge.h, here
 * and at the hub. What comes erased says nothing that could be judged. */
static bool is_judged_elsewhere(const struct save *save)
{
    return save->erased || str_equal(save->kind, "purge");
}

/* What form an office fills is not always known at its hub: there such a
 * field counts as one that stands with the case. */
static bool take_demand(struct store *s, const struct save *save,
                        struct demand *d, struct err *e)
{
    bool is_new = false, known = true;
    const struct formdef *def =
        save->form != NULL ? formdef_by_hash(s, save->form) : NULL;
    memset(d, 0, sizeof *d);
    if (is_judged_elsewhere(save))
        return true;
    if (!begins(s, save, &is_new, e))
        return false;
    for (size_t i = 0; i < save->edits_nr; i++) {
        const struct edit *x = &save->edits[i];
        const struct right_field field = {def, save->kind, &save->stream,
                                          x->path};
        enum right_class class = right_class_of(s, &field, &known);
        enum right_action action = is_new ? RIGHT_CREATE : RIGHT_EDIT;
        d->wants[action][known ? class : RIGHT_CASE] = true;
    }
    return true;
}

/* ---- local ---- */

/* What a person did is written down whatever the person may. */
bool right_gate_local(struct store *s, const struct save *save, struct err *e)
{
    struct demand d;
    if (save->stream.kind == STREAM_READS)
        return true;
    if (!take_demand(s, save, &d, e))
        return false;
    for (int a = 0; a < RIGHT_ACTIONS; a++)
        for (int c = 0; c < RIGHT_CLASSES; c++) {
            const struct right_ask ask = {(enum right_action)a,
                                          (enum right_class)c, save->kind,
                                          &save->stream};
            if (d.wants[a][c] && !right_may(s, &ask, e))
                return false;
        }
    return true;
}

/* ---- received ---- */

static bool role_allows(const char *role, const struct save *save,
                        const struct demand *d)
{
    for (int a = 0; a < RIGHT_ACTIONS; a++)
        for (int c = 0; c < RIGHT_CLASSES; c++)
            if (d->wants[a][c] &&
                right_reach_in(
                    role, save->kind, (enum stream_kind)save->stream.kind,
                    (enum right_class)c, (enum right_action)a) == RIGHT_NONE)
                return false;
    return true;
}

/* roles: ids with blanks between them. */
static bool one_allows(const char *roles, const struct save *save,
                       const struct demand *d)
{
    while (*roles != '\0') {
        char role[STORE_LOGIN_BYTES];
        size_t n = strcspn(roles, " ");
        if (n < sizeof role) {
            memcpy(role, roles, n);
            role[n] = '\0';
            if (role_allows(role, save, d))
                return true;
        }
        roles += n;
        roles += strspn(roles, " ");
    }
    return false;
}

bool right_gate_received(struct store *s, const struct peer_site *site,
                         const struct save *save, bool *allowed, struct err *e)
{
    char claimed[STORE_LOGIN_BYTES];
    struct demand d;
    *allowed = true;
    if (save->stream.kind != STREAM_CASE && save->stream.kind != STREAM_PLACE)
        return true;
    if (!take_demand(s, save, &d, e) ||
        !office_role_at(s, &site->id, save->author, claimed, sizeof claimed, e))
        return false;
    *allowed = one_allows(site->roles, save, &d) &&
               (claimed[0] == '\0' || role_allows(claimed, save, &d));
    return true;
}
