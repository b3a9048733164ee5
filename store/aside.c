/* SPDX-License-Identifier: Apache-2.0 */
#include "store/aside.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/id.h"
#include "base/reader.h"
#include "base/str.h"
#include "store/append_int.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/intake_int.h"
#include "store/office.h"
#include "store/peer.h"
#include "store/purge.h"
#include "store/saved_int.h"
#include "store/store.h"

static const struct {
    const char *reason, *words;
} reasons[] = {
    {"not-allowed", N_("the author's role does not allow it")},
    {"out-of-scope", N_("the case is not that office's")},
    {"not-approved", N_("no two people approved it")},
    {"misfit", N_("it fits no record here")},
    {"follows-set-aside", N_("it follows what waits")},
    {"fork", N_("the office wrote two things under one number")},
};

const char *aside_reason_words(const char *reason)
{
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        if (str_equal(reasons[i].reason, reason))
            return _(reasons[i].words);
    return reason;
}

/* ---- the list ---- */

struct list {
    struct aside *items;
    size_t nr, alloc;
};

static bool read_aside(struct store *s, struct rows *q, struct pool *pool,
                       struct aside *a, struct err *e)
{
    struct save save = {.author = "", .kind = ""};
    struct reader stream = reader_of(rows_blob(q, 2), rows_size(q, 2));
    char office[STORE_NAME_BYTES], number[ID_NUMBER_BYTES] = "";
    *a = (struct aside){.reason = pool_str(pool, rows_text(q, 0)),
                        .at_ms = rows_int(q, 4),
                        .changes = rows_int(q, 6) - rows_int(q, 5) + 1};
    stream_decode(&stream, &a->stream);
    if (!saved_decode(rows_blob(q, 3), rows_size(q, 3), pool, &save))
        save.author = save.kind = "";
    a->author = save.author;
    a->kind = save.kind;
    if (a->stream.kind == STREAM_CASE) {
        const struct id id = stream_id(&a->stream);
        id_print_number(&id, number);
    }
    a->case_number = pool_str(pool, number);
    bool good = office_name_of_epoch(s, (uint64_t)rows_int(q, 1), office, e);
    a->office = good ? pool_str(pool, office) : "";
    return good;
}

bool aside_list_load(struct store *s, struct pool *pool, struct aside_list *out,
                     struct err *e)
{
    struct list l = {0};
    bool good = audit_may_read(s, e);
    if (!good)
        return false;
    struct rows *q = db_query(store_db(s),
                              "SELECT reason, epoch, stream, save, at_ms, seq,"
                              " last_seq FROM quarantine"
                              " ORDER BY quarantine_id",
                              DB_NOTHING);
    while (good && rows_next(q))
        good = read_aside(s, q, pool, &ARR_PUSH(&l), e);
    good = rows_end(q, good ? e : &(struct err)ERR_INIT) && good;
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return good;
}

/* ---- judging anew ---- */

/* One row on its way. */
struct waiting {
    int64_t row;
    bool follows; /* held back by what stands before it alone */
    struct save save;
    const uint8_t *head; /* of its chain behind it, as it was received */
};

struct waiting_list {
    struct waiting *items;
    size_t nr, alloc;
};

static bool load_waiting(struct store *s, int64_t site_no, struct pool *pool,
                         struct waiting_list *l, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT quarantine_id, reason, save, head"
                              " FROM quarantine WHERE site_no = ?"
                              " AND reason <> 'fork' ORDER BY quarantine_id",
                              DB_BIND(db_int(site_no)));
    while (rows_next(q)) {
        struct waiting w = {.row = rows_int(q, 0)};
        w.follows = str_equal(rows_text(q, 1), "follows-set-aside");
        if (rows_size(q, 3) != HASH_BYTES ||
            !saved_decode(rows_blob(q, 2), rows_size(q, 2), pool, &w.save))
            continue;
        w.head = pool_copy(pool, rows_blob(q, 3), HASH_BYTES);
        ARR_PUSH(l) = w;
    }
    return rows_end(q, e);
}

/* The gate's questions in the gate's order (intake.c). */
static bool judge(struct store *s, const struct peer_site *site,
                  const struct save *save, const char **reason, struct err *e)
{
    struct err why = ERR_INIT;
    bool approved = true;
    if (!intake_reason_against(s, site, save, reason, e) || *reason != NULL)
        return *reason != NULL;
    if (!save->erased && !append_check_record(s, save, &why)) {
        *reason = "misfit";
        return why.code == ERR_PROTOCOL || err_set(e, why.code, "%s", why.text);
    }
    if (!intake_is_approved(s, save, &approved, e))
        return false;
    if (!approved)
        *reason = "not-approved";
    return true;
}

static bool write_reason(struct store *s, struct waiting *w, const char *reason,
                         struct err *e)
{
    w->follows = false;
    return db_run(store_db(s),
                  "UPDATE quarantine SET reason = ? WHERE quarantine_id = ?",
                  DB_BIND(db_text(reason), db_int(w->row)), e);
}

/* *passed: the log has it, with the head it had when it came. Where what was
 * erased meanwhile took a salt with it, the head cannot come out: it stays. */
static bool pass(struct store *s, struct append_chain *c,
                 const struct waiting *w, bool *passed, struct err *e)
{
    *passed = false;
    if (!db_begin(store_db(s), e))
        return false;
    bool good = append_save(s, c, &w->save, e);
    *passed = good && memcmp(c->head, w->head, HASH_BYTES) == 0;
    good =
        good &&
        (!*passed ||
         (db_run(store_db(s), "DELETE FROM quarantine WHERE quarantine_id = ?",
                 DB_BIND(db_int(w->row)), e) &&
          purge_obey(s, &w->save.stream, e) &&
          casefile_refresh(s, &w->save.stream, e)));
    if (good && !*passed) {
        db_end(store_db(s), false, &(struct err)ERR_INIT);
        return true;
    }
    return db_end(store_db(s), good, e);
}

static bool try_one(struct store *s, const struct peer_site *site,
                    struct waiting *w, bool *passed, struct err *e)
{
    struct append_chain c;
    const char *reason = NULL;
    *passed = false;
    if (!append_chain_load(s, w->save.epoch, &w->save.stream, w->save.seed, &c,
                           e))
        return false;
    if (w->save.first_seq != c.last_seq + 1)
        return true;
    if (!judge(s, site, &w->save, &reason, e))
        return false;
    if (reason != NULL)
        return !w->follows || write_reason(s, w, reason, e);
    return pass(s, &c, w, passed, e);
}

/* In the order in which they came; once more while any of them passed, for one
 * may have waited for another's record. */
bool aside_judge(struct store *s, int64_t site_no, int64_t *nr, struct err *e)
{
    struct peer_site site;
    struct waiting_list l = {0};
    struct pool *pool = pool_new();
    bool good = peer_site_load(s, site_no, &site, e) &&
                load_waiting(s, site_no, pool, &l, e);
    bool any = good;
    *nr = 0;
    while (good && any) {
        any = false;
        for (size_t i = 0; good && i < l.nr; i++) {
            bool passed = false;
            good = l.items[i].row == 0 ||
                   try_one(s, &site, &l.items[i], &passed, e);
            if (passed)
                l.items[i].row = 0;
            any = any || passed;
            *nr += passed;
        }
    }
    ARR_RELEASE(&l);
    pool_free(pool);
    return good || err_wrap(e, _("Judging anew what was set aside"));
}
