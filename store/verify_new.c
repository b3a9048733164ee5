/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came since the last full proof. That proof left a trace in the log, and
 * the trace bears the head of the log as it was proved: so the checkpoint is
 * itself a link of a chain, and nobody without the database key can move it.
 * Chains are taken one by one, each from where it stood at the checkpoint.
 */
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/store.h"
#include "store/verify_int.h"

struct verify_new {
    struct store *store;
    int64_t from; /* log position of the checkpoint; 0: none, all is new */
    int64_t looked;
    struct {
        int64_t *items;
        size_t nr, alloc;
    } chains;
    size_t next;
};

/* The newest proof of this very office. */
static bool find_checkpoint(struct store *s, char head[AUDIT_REASON_BYTES],
                            struct err *e)
{
    struct audit_line line;
    const struct audit_query query = {.kind = AUDIT_VERIFY};
    struct audit_page page = {.room = &line, .room_nr = 1};
    head[0] = '\0';
    do {
        if (!audit_page_load(s, &query, &page, e))
            return false;
        page.before = page.nr > 0 ? line.change_id : 0;
    } while (page.nr > 0 && !str_equal(line.office, store_site_name(s)));
    if (page.nr > 0)
        str_copy(head, AUDIT_REASON_BYTES, line.reason);
    return true;
}

static bool check_checkpoint(struct verify_new *v, struct err *e)
{
    char head[AUDIT_REASON_BYTES];
    bool holds = true;
    if (!find_checkpoint(v->store, head, e))
        return false;
    if (head[0] != '\0' &&
        !verify_head_holds(store_db(v->store), head, &holds, &v->from, e))
        return false;
    return holds ||
           err_set(e, ERR_CORRUPT,
                   _("The log no longer holds what was proved last (%s): parts "
                     "of the file were put back to an older state. Keep this "
                     "file and restore the last backup (homeward restore)"),
                   head);
}

static bool find_chains(struct verify_new *v, struct err *e)
{
    struct rows *q = db_query(store_db(v->store),
                              "SELECT DISTINCT chain_id FROM change"
                              " WHERE change_id > ?",
                              DB_BIND(db_int(v->from)));
    while (rows_next(q))
        ARR_PUSH(&v->chains) = rows_int(q, 0);
    return rows_end(q, e);
}

struct verify_new *verify_new_begin(struct store *s, struct err *e)
{
    struct verify_new *v = mem_alloc(sizeof *v);
    v->store = s;
    if (check_checkpoint(v, e) && find_chains(v, e))
        return v;
    verify_new_free(v);
    return NULL;
}

void verify_new_free(struct verify_new *v)
{
    if (v == NULL)
        return;
    ARR_RELEASE(&v->chains);
    mem_free(v);
}

int64_t verify_new_changes(const struct verify_new *v)
{
    return v->looked;
}

/* The chain as it stood at the checkpoint. */
static bool begin_walk(struct verify_new *v, int64_t chain_id,
                       struct verify_walk *w, struct err *e)
{
    *w = (struct verify_walk){.chain_id = chain_id};
    struct rows *q =
        db_query(store_db(v->store),
                 "SELECT h.first_seed, c.seq, c.head, h.seed_seq FROM chain h"
                 " LEFT JOIN change c ON c.chain_id = h.chain_id AND c.seq ="
                 "  (SELECT d.seq FROM change d WHERE d.chain_id = h.chain_id"
                 "   AND d.change_id <= ? ORDER BY d.seq DESC LIMIT 1)"
                 " WHERE h.chain_id = ?",
                 DB_BIND(db_int(v->from), db_int(chain_id)));
    bool found = rows_next(q) && column_bytes(q, 0, w->seed, sizeof w->seed);
    if (found)
        w->seed_seq = (uint64_t)rows_int(q, 3);
    if (found && column_bytes(q, 2, w->head, HASH_BYTES))
        w->seq = (uint64_t)rows_int(q, 1);
    for (uint64_t n = w->seed_seq; n <= w->seq; n++)
        change_seed_next(w->seed);
    return rows_end(q, e) && (found || verify_walk_broken(v->store, w, e));
}

static bool walk_chain(struct verify_new *v, int64_t chain_id, struct err *e)
{
    struct verify_walk w;
    int64_t last = 0;
    if (!begin_walk(v, chain_id, &w, e) ||
        !db_get_int(store_db(v->store),
                    "SELECT last_seq FROM chain WHERE chain_id = ?",
                    DB_BIND(db_int(chain_id)), 0, &last, e))
        return false;
    v->looked += last - (int64_t)w.seq;
    while (w.seq < (uint64_t)last)
        if (!verify_walk_save(v->store, &w, e))
            return false;
    return verify_walk_end(v->store, &w, e);
}

bool verify_new_step(struct verify_new *v, int64_t changes, bool *done,
                     struct err *e)
{
    int64_t until = v->looked + changes;
    struct db *db = store_db(v->store);
    /* one state of the file for what is compared; nothing is written */
    if (!db_look_begin(db, e))
        return false;
    bool good = true;
    while (good && v->next < v->chains.nr && v->looked < until)
        good = walk_chain(v, v->chains.items[v->next++], e);
    db_look_end(db);
    *done = v->next == v->chains.nr;
    return good;
}
