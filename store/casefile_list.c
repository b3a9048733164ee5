/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of all cases walks along the index of its order. What a search or a
 * filter leaves of it stands in temp.found (casefile_found_load).
 */
#include "store/casefile.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "store/casefile_int.h"
#include "store/clash_int.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/store.h"

/* ---- statements ----
 *
 * ?1 to ?3 who asks (CASEFILE_SEEN), ?4 from, ?5 limit, ?6 merged */

#define LISTED(key, compare, end, order)                                       \
    "SELECT s.key, c.number, c.name, '0' || c." key CASEFILE_COLUMNS(          \
        "1") " WHERE c." key compare "COALESCE(?4, " end ")"                   \
             " AND (?6 = 1 OR c.kept IS NULL) AND " CASEFILE_SEEN              \
             " ORDER BY c." key order " LIMIT ?5"
#define LISTED_BOTH(key)                                                       \
    {                                                                          \
        LISTED(key, " > ", "''", ""),                                          \
            LISTED(key, " < ", "'" CASEFILE_LAST "'", " DESC")                 \
    }
/* Cut before the rest of its rows is fetched. */
#define FOUND(compare, order)                                                  \
    "SELECT s.key, c.number, c.name, p.key" CASEFILE_COLUMNS(                  \
        "1") " JOIN (SELECT key, stream_id FROM temp.found WHERE ?4 IS NULL"   \
             " OR key " compare " ?4 ORDER BY key" order " LIMIT ?5) p"        \
             " ON p.stream_id = c.stream_id ORDER BY p.key" order

/* [order][backwards] */
static const char *const listed_sql[CASEFILE_SORTS][2] = {
    [CASEFILE_BY_NAME] = LISTED_BOTH("sort_key"),
    [CASEFILE_BY_NUMBER] = LISTED_BOTH("number_key"),
    [CASEFILE_BY_CHANGE] = LISTED_BOTH("change_key"),
    [CASEFILE_BY_OPENED] = LISTED_BOTH("opened_key"),
};

/* [backwards] */
static const char *const found_sql[2] = {FOUND(">", ""), FOUND("<", " DESC")};

/* ---- orders ---- */

static const char *const sort_names[CASEFILE_SORTS] = {
    [CASEFILE_BY_NAME] = "name",
    [CASEFILE_BY_NUMBER] = "number",
    [CASEFILE_BY_CHANGE] = "changed",
    [CASEFILE_BY_OPENED] = "opened",
};

const char *casefile_sort_name(enum casefile_sort sort)
{
    return sort_names[sort];
}

bool casefile_sort_find(const char *name, enum casefile_sort *sort)
{
    for (int i = 0; i < CASEFILE_SORTS; i++)
        if (str_equal(sort_names[i], name)) {
            *sort = (enum casefile_sort)i;
            return true;
        }
    return false;
}

/* ---- lists ---- */

/* A case that is a number stands behind all others (no fit has this digit), in
 * an order that tells nothing. */
#define MASKED_KEY "9"

void casefile_masked_key(int64_t stream_id, char out[CASEFILE_KEY_BYTES])
{
    snprintf(out, CASEFILE_KEY_BYTES, MASKED_KEY "%019lld",
             (long long)stream_id);
}

static bool is_masked_key(const char *key)
{
    return key != NULL && str_starts(key, MASKED_KEY);
}

static void mask_row(struct casefile *c, int64_t stream_id)
{
    struct casefile bare = {.id = c->id, .masked = true};
    memcpy(bare.number, c->number, sizeof bare.number);
    casefile_masked_key(stream_id, bare.sort_key);
    *c = bare;
}

void casefile_read_row(struct rows *q, int64_t sent, struct casefile *c)
{
    memset(c, 0, sizeof *c);
    c->id = column_id(q, 0);
    str_copy(c->number, sizeof c->number, rows_text(q, 1));
    str_copy(c->name, sizeof c->name, rows_text(q, 2));
    str_copy(c->sort_key, sizeof c->sort_key, rows_text(q, 3));
    c->fit = (enum casefile_fit)(c->sort_key[0] - '0');
    str_copy(c->place, sizeof c->place, rows_text(q, 4));
    c->opened_ms = rows_int(q, 5);
    c->updated_ms = rows_int(q, 6);
    c->visited = rows_int(q, 7);
    c->clashes = rows_int(q, 8);
    c->unsent = rows_int(q, 9) > sent;
    c->kept = column_id(q, 10);
    if (rows_int(q, 12) == 0)
        mask_row(c, rows_int(q, 11));
}

bool casefile_sent(struct store *s, int64_t *sent, struct err *e)
{
    *sent = store_is_hub(s) ? INT64_MAX : 0;
    return store_is_hub(s) || setting_get_int(s, "sync.sent", sent, e);
}

static struct rows *query_page(struct store *s,
                               const struct casefile_query *query,
                               const struct casefile_page *page, bool found)
{
    struct db_value limit = db_int((int64_t)page->room_nr);
    if (found)
        return db_query(
            store_db(s), found_sql[page->backwards],
            DB_BIND(CASEFILE_BIND_WHO(s), db_text(page->from), limit));
    /* a key taken while words narrowed the list goes on in the whole of it */
    const char *from = page->from;
    if (from != NULL && *from != '\0')
        from++;
    return db_query(store_db(s), listed_sql[query->sort][page->backwards],
                    DB_BIND(CASEFILE_BIND_WHO(s), db_text(from), limit,
                            db_int(query->merged)));
}

/* Adds rows to a page, up to its room. */
static bool take_rows(struct rows *q, int64_t sent, struct casefile_page *page,
                      struct err *e)
{
    while (page->nr < page->room_nr && rows_next(q))
        casefile_read_row(q, sent, &page->room[page->nr++]);
    return rows_end(q, e);
}

/* ?4 merged, ?5 from, ?6 limit; [backwards] */
#define MASKED                                                                 \
    "SELECT s.key, c.number, c.name, ''" CASEFILE_COLUMNS(                     \
        "0") " WHERE (?4 = 1 OR c.kept IS NULL) AND NOT " CASEFILE_SEEN
static const char *const masked_sql[2] = {
    MASKED " AND c.stream_id > ?5 ORDER BY c.stream_id LIMIT ?6",
    MASKED " AND c.stream_id < ?5 ORDER BY c.stream_id DESC LIMIT ?6"};

/* What is only a number answers to no condition. */
static bool wants_masked(struct store *s, const struct casefile_query *query)
{
    return right_reach_of_names(store_role(s)) != RIGHT_ALL &&
           !casefile_found_wanted(query);
}

static bool take_masked(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, int64_t sent, struct err *e)
{
    int64_t from = page->backwards ? INT64_MAX : 0;
    struct db_value limit = db_int((int64_t)(page->room_nr - page->nr));
    if (is_masked_key(page->from))
        (void)str_to_int(page->from + strlen(MASKED_KEY), 0, INT64_MAX, &from);
    return page->nr == page->room_nr ||
           take_rows(
               db_query(store_db(s), masked_sql[page->backwards],
                        DB_BIND(CASEFILE_BIND_WHO(s), db_int(query->merged),
                                db_int(from), limit)),
               sent, page, e);
}

static bool take_seen(struct store *s, const struct casefile_query *query,
                      struct casefile_page *page, int64_t sent, struct err *e)
{
    bool found = casefile_found_wanted(query);
    return page->nr == page->room_nr ||
           ((!found || casefile_found_load(s, query, e)) &&
            take_rows(query_page(s, query, page, found), sent, page, e));
}

static bool take_page(struct store *s, const struct casefile_query *query,
                      struct casefile_page *page, int64_t sent, struct err *e)
{
    bool masked = wants_masked(s, query);
    bool behind = is_masked_key(page->from);
    if (!page->backwards)
        return (behind || take_seen(s, query, page, sent, e)) &&
               (!masked || take_masked(s, query, page, sent, e));
    if (masked && (behind || page->from == NULL) &&
        !take_masked(s, query, page, sent, e))
        return false;
    struct casefile_page rest = *page;
    rest.from = behind ? NULL : page->from;
    if (!take_seen(s, query, &rest, sent, e))
        return false;
    page->nr = rest.nr;
    return true;
}

bool casefile_page_load(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, struct err *e)
{
    int64_t sent = 0;
    page->nr = 0;
    return casefile_sent(s, &sent, e) && take_page(s, query, page, sent, e);
}

/* Those that are only a number count, too, where all are listed. */
bool casefile_count(struct store *s, const struct casefile_query *query,
                    int64_t *count, struct err *e)
{
    if (casefile_found_wanted(query))
        return casefile_found_load(s, query, e) &&
               db_get_int(store_db(s), "SELECT COUNT(*) FROM temp.found",
                          DB_NOTHING, 0, count, e);
    return db_get_int(store_db(s),
                      "SELECT COUNT(*) FROM casefile c"
                      " JOIN stream s ON s.stream_id = c.stream_id"
                      " WHERE (?4 = 1 OR c.kept IS NULL)"
                      " AND (?5 = 1 OR " CASEFILE_SEEN ")",
                      DB_BIND(CASEFILE_BIND_WHO(s), db_int(query->merged),
                              db_int(wants_masked(s, query))),
                      0, count, e);
}

bool casefile_tally_load(struct store *s, struct casefile_tally *t,
                         struct err *e)
{
    int64_t sent = 0;
    if (!casefile_sent(s, &sent, e))
        return false;
    *t = (struct casefile_tally){0};
    struct rows *q = db_query(
        store_db(s),
        /* materialized: else it is asked four times of each case who sees it */
        "WITH x AS MATERIALIZED (SELECT c.last_change, c.clashes,"
        " " CASEFILE_SEEN " AS seen"
        " FROM casefile c JOIN stream s ON s.stream_id = c.stream_id"
        " WHERE c.kept IS NULL)"
        " SELECT COALESCE(SUM(x.seen), 0), COUNT(*) - COALESCE(SUM(x.seen), 0),"
        " COALESCE(SUM(x.seen AND x.last_change > ?4), 0),"
        " COALESCE(SUM(x.seen * MIN(x.clashes, 9999)), 0) + (SELECT COUNT(*)"
        "  FROM " CLASH_FROM
        "  stream t JOIN record r ON r.stream_id = t.stream_id"
        "  JOIN cell l ON l.record_id = r.record_id"
        "  WHERE t.kind = ?5" CLASH_WHERE ") FROM x",
        DB_BIND(CASEFILE_BIND_WHO(s), db_int(sent), db_int(STREAM_PLACE)));
    if (rows_next(q)) {
        t->cases = rows_int(q, 0);
        t->masked = rows_int(q, 1);
        t->unsent = rows_int(q, 2);
        t->clashes = rows_int(q, 3);
    }
    return rows_end(q, e);
}
