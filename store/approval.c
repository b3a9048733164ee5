/* SPDX-License-Identifier: Apache-2.0 */
#include "store/approval.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/fact_int.h"
#include "store/office.h"
#include "store/right.h"
#include "store/store.h"

#define KIND_WORD "approval"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static const struct approval_kind kinds[] = {
    {"purge", N_("purge the case"), 30},
    {"hold", N_("hold it back from purging"), 30},
    {"release", N_("end the hold"), 30},
    {"merge", N_("take two cases for one"), 30},
    {"part", N_("part two cases again"), 30},
    {"closure", N_("close the case"), 30},
};

static const struct {
    enum approval_state state;
    const char *name, *label;
} states[] = {
    {APPROVAL_OPEN, "open", N_("waits")},
    {APPROVAL_APPROVED, "approved", N_("approved")},
    {APPROVAL_REFUSED, "refused", N_("refused")},
    {APPROVAL_WITHDRAWN, "withdrawn", N_("withdrawn")},
    {APPROVAL_EXPIRED, "expired", N_("expired")},
};

const struct approval_kind *approval_kind_list(size_t *nr)
{
    *nr = ARR_NR(kinds);
    return kinds;
}

const struct approval_kind *approval_kind_find(const char *name)
{
    for (size_t i = 0; i < ARR_NR(kinds); i++)
        if (str_equal(kinds[i].name, name))
            return &kinds[i];
    return NULL;
}

const char *approval_state_name(enum approval_state state)
{
    return states[state].name;
}

const char *approval_state_label(enum approval_state state)
{
    return _(states[state].label);
}

/* ---- the row that finds it ---- */

#define REFRESH                                                                \
    "INSERT INTO approval(record_id, stream_id, asked_ms, undecided)"          \
    " SELECT r.record_id, r.stream_id, r.created_ms, NOT EXISTS("              \
    "  SELECT 1 FROM cell l JOIN field f ON f.field_id = l.field_id"           \
    "  WHERE l.record_id = r.record_id AND f.path = 'state')"                  \
    " FROM record r JOIN word k ON k.word_id = r.kind_id"                      \
    " WHERE k.text = '" KIND_WORD "'"

bool approval_refresh(struct store *s, int64_t record_id, struct err *e)
{
    return db_run(store_db(s),
                  REFRESH " AND r.record_id = ? ON CONFLICT(record_id) DO"
                          " UPDATE SET asked_ms = excluded.asked_ms,"
                          " undecided = excluded.undecided",
                  DB_BIND(db_int(record_id)), e);
}

bool approval_refresh_all(struct store *s, struct err *e)
{
    return db_run(store_db(s), REFRESH, DB_NOTHING, e);
}

bool approval_count_open(struct store *s, int64_t *count, struct err *e)
{
    return db_get_int(store_db(s),
                      "SELECT COUNT(*) FROM approval WHERE undecided = 1"
                      " AND asked_ms > ?",
                      DB_BIND(db_int(store_now_ms(s) - INT64_C(30) * DAY_MS)),
                      0, count, e);
}

/* ---- loading ---- */

/* One change of a request, as the log tells it. */
struct fact_row {
    const char *path, *text, *author;
    uint64_t epoch;
    int64_t at_ms;
};

static bool office_name(struct store *s, uint64_t epoch, struct pool *pool,
                        const char **out, struct err *e)
{
    char name[STORE_NAME_BYTES];
    if (!office_name_of_epoch(s, epoch, name, e))
        return false;
    *out = pool_str(pool, name);
    return true;
}

/* What a record says by one path. The names are those of the log. */
static void take_text(struct approval *a, const struct fact_row *f)
{
    const struct {
        const char *path, **to;
    } texts[] = {{"kind", &a->kind},
                 {"reason", &a->reason},
                 {"detail", &a->detail},
                 {"answer", &a->decided_reason}};
    struct id id;
    for (size_t i = 0; i < ARR_NR(texts); i++)
        if (str_equal(texts[i].path, f->path))
            *texts[i].to = f->text;
    if (str_equal(f->path, "other") && id_parse(f->text, &id))
        a->other = stream_of_id(STREAM_CASE, &id);
}

/* How much a decision weighs against another that did not know of it. */
static int weight(enum approval_state state)
{
    static const int weights[] = {[APPROVAL_APPROVED] = 1,
                                  [APPROVAL_WITHDRAWN] = 2,
                                  [APPROVAL_REFUSED] = 3,
                                  [APPROVAL_EXPIRED] = 0};
    return weights[state];
}

/* The word of a decision counts when the right person wrote it: whoever asked
 * withdraws, another one decides, or the same one alone, marked so. */
static bool take_state(struct store *s, struct approval *a,
                       const struct fact_row *f, struct pool *pool,
                       struct err *e)
{
    bool alone = str_equal(f->text, "approved-alone");
    bool same = str_equal(f->author, a->asked_by);
    enum approval_state to = alone ? APPROVAL_APPROVED : APPROVAL_OPEN;
    for (size_t i = 0; i < ARR_NR(states); i++)
        if (str_equal(states[i].name, f->text))
            to = states[i].state;
    if ((to == APPROVAL_APPROVED && same != alone) ||
        (to == APPROVAL_WITHDRAWN && !same))
        return true;
    a->was_approved = a->was_approved || to == APPROVAL_APPROVED;
    if (weight(to) <= weight(a->state))
        return true;
    a->state = to;
    a->alone = alone;
    a->decided_by = f->author;
    a->decided_ms = f->at_ms;
    return office_name(s, f->epoch, pool, &a->decided_office, e);
}

static bool read_fact(struct rows *q, struct pool *pool, struct fact_row *f)
{
    struct value v;
    if (!column_text(q, 1, &v))
        return false;
    *f = (struct fact_row){.path = pool_str(pool, rows_text(q, 0)),
                           .text = pool_strn(pool, v.text, v.text_bytes),
                           .author = pool_str(pool, rows_text(q, 2)),
                           .at_ms = rows_int(q, 3),
                           .epoch = (uint64_t)rows_int(q, 4)};
    return true;
}

/* The kind is told by its first writer; who that was asked. Texts that clash
 * are told as first written, decisions by their weight. */
static bool load_facts(struct store *s, struct pool *pool, struct approval *a,
                       struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT f.path, c.value, a.text, c.at_ms, p.epoch FROM record r"
        " JOIN cell l ON l.record_id = r.record_id"
        " JOIN field f ON f.field_id = l.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " JOIN word a ON a.word_id = c.author_id WHERE r.uuid = ?"
        " ORDER BY f.path = 'state', c.at_ms DESC, p.epoch, c.seq",
        DB_BIND(db_blob(a->id.bytes, sizeof a->id.bytes)));
    struct fact_row f;
    bool good = true;
    while (good && rows_next(q)) {
        if (!read_fact(q, pool, &f))
            continue;
        if (str_equal(f.path, "kind")) {
            a->asked_by = f.author;
            good = office_name(s, f.epoch, pool, &a->asked_office, e);
        }
        if (str_equal(f.path, "state"))
            good = take_state(s, a, &f, pool, e);
        else
            take_text(a, &f);
    }
    return rows_leave(q, good, e);
}

static void note_expired(const struct store *s, struct approval *a)
{
    const struct approval_kind *k = approval_kind_find(a->kind);
    int64_t days = k != NULL ? k->days : 30;
    if (a->state == APPROVAL_OPEN &&
        a->asked_ms <= store_now_ms(s) - days * DAY_MS)
        a->state = APPROVAL_EXPIRED;
}

static void read_row(struct rows *q, struct pool *pool, struct approval *a)
{
    *a = (struct approval){.id = column_id(q, 0),
                           .stream = column_stream(q, 2),
                           .kind = "",
                           .reason = "",
                           .detail = "",
                           .asked_by = "",
                           .asked_office = "",
                           .decided_by = "",
                           .decided_office = "",
                           .decided_reason = "",
                           .asked_ms = rows_int(q, 1),
                           .case_number = "",
                           .case_name = pool_str(pool, rows_text(q, 4))};
    if (a->stream.kind ==
        STREAM_CASE) { /* a purged one has no row of its own */
        struct id case_id = stream_id(&a->stream);
        char number[ID_NUMBER_BYTES];
        id_print_number(&case_id, number);
        a->case_number = pool_str(pool, number);
    }
}

#define COLUMNS                                                                \
    "SELECT r.uuid, a.asked_ms, t.kind, t.key, c.name"                         \
    " FROM approval a JOIN record r ON r.record_id = a.record_id"              \
    " JOIN stream t ON t.stream_id = a.stream_id"                              \
    " LEFT JOIN casefile c ON c.stream_id = a.stream_id"

struct list {
    struct approval *items;
    size_t nr, alloc;
};

static bool load_rows(struct store *s, struct rows *q, struct pool *pool,
                      struct list *l, struct err *e)
{
    bool good = true;
    while (good && rows_next(q)) {
        struct approval *a = &ARR_PUSH(l);
        read_row(q, pool, a);
        good = load_facts(s, pool, a, e);
        note_expired(s, a);
    }
    return rows_leave(q, good, e);
}

static struct rows *query_of(struct store *s,
                             const struct approval_query *query)
{
    if (query->stream == NULL)
        return db_query(store_db(s),
                        COLUMNS " WHERE a.undecided >= ?"
                                " ORDER BY a.asked_ms, a.record_id",
                        DB_BIND(db_int(query->open_only)));
    return db_query(store_db(s),
                    COLUMNS " WHERE a.undecided >= ? AND t.kind = ?"
                            " AND t.key = ? ORDER BY a.asked_ms, a.record_id",
                    DB_BIND(db_int(query->open_only),
                            db_int(query->stream->kind),
                            db_blob(query->stream->key, query->stream->size)));
}

bool approval_list_load(struct store *s, const struct approval_query *query,
                        struct pool *pool, struct approval_list *out,
                        struct err *e)
{
    struct list l = {0};
    bool good = load_rows(s, query_of(s, query), pool, &l, e);
    size_t nr = 0;
    for (size_t i = 0; i < l.nr; i++)
        if (!query->open_only || l.items[i].state == APPROVAL_OPEN)
            l.items[nr++] = l.items[i];
    out->items = pool_copy(pool, l.items, nr * sizeof *l.items);
    out->nr = nr;
    ARR_RELEASE(&l);
    return good;
}

bool approval_load(struct store *s, const struct id *id, struct pool *pool,
                   struct approval *out, struct err *e)
{
    struct list l = {0};
    bool good =
        load_rows(s,
                  db_query(store_db(s), COLUMNS " WHERE r.uuid = ?",
                           DB_BIND(db_blob(id->bytes, sizeof id->bytes))),
                  pool, &l, e);
    if (good && l.nr > 0)
        *out = l.items[0];
    else if (good)
        good =
            err_set(e, ERR_NOT_FOUND, _("This office knows no such request"));
    ARR_RELEASE(&l);
    return good;
}

bool approval_resolve(struct store *s, const char *typed, struct pool *pool,
                      struct approval *out, struct err *e)
{
    struct approval_list l;
    char number[ID_NUMBER_BYTES], own[ID_NUMBER_BYTES];
    if (!approval_list_load(s, &(struct approval_query){0}, pool, &l, e))
        return false;
    for (size_t i = l.nr; i-- > 0;) {
        id_print_number(&l.items[i].id, own);
        if (id_fold_number(typed, number) && str_equal(own, number)) {
            *out = l.items[i];
            return true;
        }
    }
    return err_set(e, ERR_NOT_FOUND,
                   _("There is no request with this number: see homeward "
                     "approval list"));
}

/* ---- asking ---- */

static bool check_ask(struct store *s, const struct approval_ask *ask,
                      struct err *e)
{
    struct approval_query query = {.stream = &ask->stream, .open_only = true};
    struct approval_list l;
    bool good = true;
    if (approval_kind_find(ask->kind) == NULL)
        return err_set(e, ERR_INPUT, _("Nobody decides on a \"%s\""),
                       ask->kind);
    if (str_is_blank(ask->reason) ||
        strlen(ask->reason) > APPROVAL_REASON_BYTES_MAX)
        return err_set(e, ERR_INPUT,
                       _("Say in a sentence or two why: the person who "
                         "decides reads it"));
    struct pool *pool = pool_new();
    good = approval_list_load(s, &query, pool, &l, e);
    for (size_t i = 0; good && i < l.nr; i++)
        if (str_equal(l.items[i].kind, ask->kind) &&
            stream_equal(&l.items[i].other, &ask->other))
            good = err_set(e, ERR_INPUT,
                           _("%s asked for the same already: it waits for a "
                             "decision"),
                           l.items[i].asked_by);
    pool_free(pool);
    return good;
}

bool approval_request(struct store *s, const struct approval_ask *ask,
                      struct id *id, struct err *e)
{
    char other[ID_TEXT_BYTES] = "";
    struct save save = {.stream = ask->stream, .kind = KIND_WORD};
    struct fact facts[4] = {{.path = "kind", .text = ask->kind},
                            {.path = "reason", .text = ask->reason}};
    size_t nr = 2;
    if (!check_ask(s, ask, e))
        return false;
    save.record = *id = id_new(store_entropy(s));
    if (ask->detail != NULL && ask->detail[0] != '\0')
        facts[nr++] = (struct fact){.path = "detail", .text = ask->detail};
    if (ask->other.kind == STREAM_CASE) {
        struct id case_id = stream_id(&ask->other);
        id_print(&case_id, other);
        facts[nr++] = (struct fact){.path = "other", .text = other};
    }
    return fact_write(s, &save, facts, nr, e);
}

/* ---- deciding ---- */

/* A person of this office counts while a role stands for the login. */
static bool is_alone(struct store *s, bool *alone, struct err *e)
{
    int64_t people = 0;
    struct stream own = stream_of_id(STREAM_SITE, store_site_id(s));
    if (!db_get_int(store_db(s),
                    "SELECT COUNT(DISTINCT r.record_id) FROM stream t"
                    " JOIN record r ON r.stream_id = t.stream_id"
                    " JOIN cell l ON l.record_id = r.record_id"
                    " JOIN field f ON f.field_id = l.field_id"
                    "  AND f.form = 'user' AND f.path = 'role'"
                    " JOIN change c ON c.change_id = l.change_id"
                    "  AND LENGTH(c.value) > 2"
                    " WHERE t.kind = ? AND t.key = ?",
                    DB_BIND(db_int(own.kind), db_blob(own.key, own.size)), 0,
                    &people, e))
        return false;
    *alone = people <= 1;
    return true;
}

bool approval_may_decide(struct store *s, const struct approval *a, bool *alone,
                         struct err *e)
{
    const struct right_ask ask = {
        RIGHT_APPROVE, RIGHT_CASE,
        a->stream.kind == STREAM_CASE ? "case" : RIGHT_OF_PLACE, &a->stream};
    bool only_one = false;
    *alone = false;
    if (a->state != APPROVAL_OPEN)
        return err_set(e, ERR_INPUT, _("This request is %s already"),
                       approval_state_label(a->state));
    if (!is_alone(s, &only_one, e))
        return false;
    *alone = only_one && str_equal(a->asked_by, store_login(s));
    if (*alone)
        return true;
    if (str_equal(a->asked_by, store_login(s)))
        return err_set(e, ERR_DENIED,
                       _("You asked for this yourself: another person "
                         "decides"));
    return right_may(s, &ask, e);
}

static bool check_withdraw(struct store *s, const struct approval *a,
                           struct err *e)
{
    if (a->state != APPROVAL_OPEN)
        return err_set(e, ERR_INPUT, _("This request is %s already"),
                       approval_state_label(a->state));
    return str_equal(a->asked_by, store_login(s)) ||
           err_set(e, ERR_DENIED,
                   _("Only %s, who asked, can withdraw this: refuse it"),
                   a->asked_by);
}

bool approval_decide(struct store *s, const struct approval *a,
                     enum approval_state to, const char *reason, struct err *e)
{
    bool alone = false;
    struct save save = {
        .stream = a->stream, .record = a->id, .kind = KIND_WORD};
    struct fact facts[2] = {{.path = "state"},
                            {.path = "answer", .text = reason}};
    if (to == APPROVAL_WITHDRAWN ? !check_withdraw(s, a, e)
                                 : !approval_may_decide(s, a, &alone, e))
        return false;
    if (to == APPROVAL_REFUSED && str_is_blank(reason))
        return err_set(e, ERR_INPUT,
                       _("Say why it is refused: the person who asked reads "
                         "it"));
    facts[0].text = alone && to == APPROVAL_APPROVED ? "approved-alone"
                                                     : approval_state_name(to);
    return fact_write(s, &save, facts, str_is_blank(reason) ? 1 : 2, e);
}
