/* SPDX-License-Identifier: Apache-2.0 */
#include "store/right.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/id.h"
#include "base/str.h"
#include "forms/kind.h"
#include "forms/role.h"
#include "store/audit.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/formdef.h"
#include "store/right_int.h"
#include "store/store_int.h"

/* ---- the table ---- */

static const char *home_of(enum stream_kind stream)
{
    if (stream == STREAM_CASE)
        return RIGHT_OF_CASE;
    return stream == STREAM_PLACE ? RIGHT_OF_PLACE : RIGHT_OF_SITE;
}

static bool is_at_home(const struct kind *k, enum stream_kind stream)
{
    static const char *const homes[] = {[KIND_OF_CASE] = RIGHT_OF_CASE,
                                        [KIND_OF_PLACE] = RIGHT_OF_PLACE,
                                        [KIND_OF_SITE] = RIGHT_OF_SITE};
    return str_equal(homes[k->home], home_of(stream));
}

enum right_reach right_reach_in(const char *role, const char *kind,
                                enum stream_kind stream, enum right_class class,
                                enum right_action action)
{
    const struct kind *k = kind_find(kind);
    enum right_reach of_home =
        right_reach(role, home_of(stream), class, action);
    enum right_reach of_kind = right_reach(role, kind, class, action);
    if (k == NULL && stream != STREAM_CASE)
        return of_home;
    if (k == NULL || is_at_home(k, stream))
        return of_kind;
    return of_kind < of_home ? of_kind : of_home;
}

/* ---- how near ---- */

static bool ask_nearness(struct store *s, const struct stream *stream,
                         enum right_reach *nearness, struct err *e)
{
    int64_t n = RIGHT_OWN;
    struct id id = stream_id(stream);
    if (stream->kind != STREAM_CASE && stream->kind != STREAM_PLACE) {
        *nearness = id_equal(&id, store_site_id(s)) ? RIGHT_OWN : RIGHT_ALL;
        return true;
    }
    bool good = db_get_int(
        store_db(s),
        "SELECT " RIGHT_NEARNESS(1, 2) " FROM stream s"
                                       " WHERE s.kind = ?3 AND s.key = ?4",
        DB_BIND(db_text(s->login), db_text(s->place), db_int(stream->kind),
                db_blob(stream->key, stream->size)),
        RIGHT_OWN, &n, e);
    *nearness = (enum right_reach)n;
    return good;
}

/* A save asks several times over about one case. Within its transaction nobody
 * else writes, so an answer holds until this one does. */
bool right_nearness(struct store *s, const struct stream *stream,
                    enum right_reach *nearness, struct err *e)
{
    int64_t moment = db_moment(store_db(s));
    if (moment >= 0 && s->near.moment == moment &&
        stream_equal(&s->near.stream, stream)) {
        *nearness = s->near.reach;
        return true;
    }
    s->near.moment = -1;
    if (!ask_nearness(s, stream, nearness, e))
        return false;
    s->near.moment = moment;
    s->near.stream = *stream;
    s->near.reach = *nearness;
    return true;
}

/* ---- the sentence ---- */

/* The roles that reach further than the asker's, by name. */
static void roles_that_may(const struct right_ask *ask, enum right_reach mine,
                           struct buf *b)
{
    size_t nr;
    const struct role *roles = role_list(&nr);
    enum stream_kind stream =
        ask->stream != NULL ? (enum stream_kind)ask->stream->kind : STREAM_NONE;
    for (size_t i = 0; i < nr; i++) {
        enum right_reach reach =
            stream != STREAM_NONE
                ? right_reach_in(roles[i].id, ask->kind, stream, ask->class,
                                 ask->action)
                : right_reach(roles[i].id, ask->kind, ask->class, ask->action);
        if (reach > mine)
            buf_printf(b, "%s%s", b->size > 0 ? ", " : "", roles[i].label_en);
    }
}

static bool refuse(const struct store *s, const struct right_ask *ask,
                   enum right_reach mine, struct err *e)
{
    struct buf who = BUF_INIT(ERR_TEXT_BYTES);
    const struct role *role = role_find(s->role);
    const char *label = role != NULL ? role->label_en : s->role;
    const char *verb = _(right_action_verb(ask->action));
    roles_that_may(ask, mine, &who);
    if (who.size == 0)
        err_set(e, ERR_DENIED, _("Nobody at this office may %s this"), verb);
    else if (mine == RIGHT_NONE)
        err_set(e, ERR_DENIED,
                _("The role %s may not %s this: ask one of these: %s"), label,
                verb, buf_text(&who));
    else
        err_set(e, ERR_DENIED,
                _("This is not among yours to %s: ask who works on it, or one "
                  "of these: %s"),
                verb, buf_text(&who));
    buf_release(&who);
    return false;
}

/* ---- what somebody must be able to do ---- */

/* The login of the passphrase in the envelope: nobody, but it lets people in.
 */
#define RECOVERY "recovery"

/* Where nobody's role allows one of these, whoever is there does it: an office
 * of one could never become two, nor keep a backup. What an office's people may
 * do beyond it is held to the roles the hub admitted it with. */
static const struct {
    const char *kind;
    enum right_action action;
} needed[] = {
    {"user", RIGHT_CREATE}, {"user", RIGHT_EDIT}, {"site", RIGHT_EXPORT}};

static bool is_needed(const struct right_ask *ask)
{
    for (size_t i = 0; i < ARR_NR(needed); i++)
        if (needed[i].action == ask->action &&
            str_equal(needed[i].kind, ask->kind))
            return true;
    return false;
}

/* Whether somebody of this office has a role that may. */
static bool has_keeper(struct store *s, const struct right_ask *ask, bool *has,
                       struct err *e)
{
    *has = false;
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value FROM field f JOIN cell l ON l.field_id = f.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN record r ON r.record_id = l.record_id"
        " JOIN stream t ON t.stream_id = r.stream_id"
        " WHERE f.form = 'user' AND f.path = 'role' AND t.kind = ?"
        " AND t.key = ?",
        DB_BIND(db_int(STREAM_SITE),
                db_blob(s->site_id.bytes, sizeof s->site_id.bytes)));
    while (!*has && rows_next(q)) {
        char role[STORE_LOGIN_BYTES];
        struct value v;
        if (!column_text(q, 0, &v) || v.text_bytes >= sizeof role)
            continue;
        memcpy(role, v.text, v.text_bytes);
        role[v.text_bytes] = '\0';
        *has =
            right_reach(role, ask->kind, RIGHT_OPEN, ask->action) != RIGHT_NONE;
    }
    return rows_end(q, e);
}

static bool may_as_keeper(struct store *s, const struct right_ask *ask,
                          bool *may, struct err *e)
{
    bool has = false;
    *may = false;
    if (!is_needed(ask))
        return true;
    if (str_equal(s->login, RECOVERY)) {
        *may = true;
        return true;
    }
    if (!has_keeper(s, ask, &has, e))
        return false;
    *may = !has;
    return true;
}

/* ---- asking ---- */

static bool may(struct store *s, const struct right_ask *ask, bool *yes,
                enum right_reach *mine, struct err *e)
{
    enum right_reach nearness = RIGHT_OWN;
    *yes = false;
    *mine = ask->stream != NULL
                ? right_reach_in(s->role, ask->kind,
                                 (enum stream_kind)ask->stream->kind,
                                 ask->class, ask->action)
                : right_reach(s->role, ask->kind, ask->class, ask->action);
    if (*mine != RIGHT_NONE && *mine != RIGHT_ALL && ask->stream != NULL &&
        !right_nearness(s, ask->stream, &nearness, e))
        return false;
    *yes = *mine >= nearness;
    return *yes || may_as_keeper(s, ask, yes, e);
}

void right_note_refused(struct store *s, const struct right_ask *ask)
{
    struct err ignored = ERR_INIT;
    char reason[AUDIT_REASON_BYTES];
    bool tells = ask->stream != NULL && (ask->stream->kind == STREAM_CASE ||
                                         ask->stream->kind == STREAM_PLACE);
    snprintf(reason, sizeof reason, "%s %s/%s", right_action_name(ask->action),
             ask->kind, right_class_name(ask->class));
    audit_note(s,
               &(struct audit_event){.kind = AUDIT_DENIED,
                                     .stream = tells ? ask->stream : NULL,
                                     .reason = reason},
               &ignored);
}

bool right_may(struct store *s, const struct right_ask *ask, struct err *e)
{
    enum right_reach mine;
    bool yes;
    if (!may(s, ask, &yes, &mine, e) || yes)
        return yes;
    right_note_refused(s, ask);
    return refuse(s, ask, mine, e);
}

bool right_has(const struct store *s, enum right_action action,
               const char *kind, enum right_class class)
{
    return right_reach(s->role, kind, class, action) != RIGHT_NONE;
}

bool right_may_see(struct store *s, const struct stream *stream, bool *yes,
                   struct err *e)
{
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", stream};
    enum right_reach mine;
    return may(s, &ask, yes, &mine, e);
}

/* ---- sealed ---- */

bool right_is_unsealed(const struct store *s, const struct stream *stream)
{
    for (size_t i = 0; i < s->unsealed.nr; i++)
        if (stream_equal(&s->unsealed.items[i], stream))
            return true;
    return false;
}

/* A place's own facts have no kind that all of them share. */
static const char *kind_of_stream(const struct stream *stream)
{
    return stream->kind == STREAM_CASE ? "case" : RIGHT_OF_PLACE;
}

bool right_unseal(struct store *s, const struct stream *stream,
                  const char *reason, struct err *e)
{
    const struct right_ask ask = {RIGHT_READ, RIGHT_SEALED,
                                  kind_of_stream(stream), stream};
    if (str_is_blank(reason))
        return err_set(e, ERR_INPUT,
                       _("Sealed answers open with a reason: say why you need "
                         "to see them"));
    if (!right_may(s, &ask, e))
        return false;
    /* no trace, no look */
    if (!audit_note(s,
                    &(struct audit_event){.kind = AUDIT_OPEN_SEALED,
                                          .stream = stream,
                                          .reason = reason},
                    e))
        return false;
    if (!right_is_unsealed(s, stream))
        ARR_PUSH(&s->unsealed) = *stream;
    return true;
}

bool right_refuse_sealed(struct store *s, const struct stream *stream,
                         struct err *e)
{
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE,
                                  kind_of_stream(stream), stream};
    struct right_ask sealed = ask;
    sealed.class = RIGHT_SEALED;
    if (!right_may(s, &ask, e))
        return false;
    if (right_reach_in(s->role, ask.kind, (enum stream_kind)stream->kind,
                       RIGHT_SEALED, RIGHT_READ) == RIGHT_NONE) {
        right_note_refused(s, &sealed);
        return err_set(e, ERR_DENIED,
                       _("This answer is sealed, and not for your role: ask a "
                         "social worker or the case manager"));
    }
    return err_set(e, ERR_DENIED,
                   _("This answer is sealed: open it with a reason first"));
}

bool right_sight(struct store *s, const struct stream *stream, const char *kind,
                 struct right_sight *sight, struct err *e)
{
    enum right_reach reach[RIGHT_CLASSES], least = RIGHT_ALL;
    enum right_reach nearness = RIGHT_OWN;
    for (int c = 0; c < RIGHT_CLASSES; c++) {
        reach[c] = right_reach_in(s->role, kind, (enum stream_kind)stream->kind,
                                  (enum right_class)c, RIGHT_READ);
        if (reach[c] != RIGHT_NONE && reach[c] < least)
            least = reach[c];
    }
    if (least != RIGHT_ALL && !right_nearness(s, stream, &nearness, e))
        return false;
    for (int c = 0; c < RIGHT_CLASSES; c++)
        sight->sees[c] = reach[c] >= nearness;
    sight->sees[RIGHT_SEALED] =
        sight->sees[RIGHT_SEALED] && right_is_unsealed(s, stream);
    return true;
}

/* ---- classes ---- */

enum right_class right_class_of(struct store *s, const struct right_field *x,
                                bool *known)
{
    struct err ignored = ERR_INIT;
    const struct kind *k = kind_find(x->kind);
    const struct formdef *def = x->def;
    const struct field *d = NULL;
    bool has_form =
        k != NULL ? k->form[0] != '\0' : str_starts(x->kind, "form:");
    *known = true;
    if (x->path[0] == '\0')
        return RIGHT_OPEN;
    if (def == NULL && !has_form)
        return x->stream->kind == STREAM_CASE ? RIGHT_CASE : RIGHT_OPEN;
    if (def == NULL)
        def = formdef_of_kind(s, x->kind, &ignored);
    if (def != NULL)
        d = form_heir(def->form, x->path);
    *known = d != NULL;
    return d != NULL ? right_class_read(d->sensitivity) : RIGHT_SEALED;
}
