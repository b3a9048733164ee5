/* SPDX-License-Identifier: Apache-2.0 */
#include "store/feed.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/fold.h"
#include "store/peer.h"
#include "store/saved_int.h"
#include "store/setting.h"
#include "store/store.h"

enum { FEED_BATCH = 256 };

/* A save that may be sent, by the numbers of its first change. */
struct candidate {
    int64_t first_change;
    struct saved_at at;
};

struct feed {
    struct store *store;
    int64_t end;     /* of the log, before it was last looked at */
    int64_t site_no; /* 0: own saves */
    int64_t after;   /* looked at up to here */
    bool in_reads;   /* of own saves: the traces of reading, which go last */
    int64_t reads;   /* position of the last of them given out; 0 none */
    struct peer_site site;
    struct candidate batch[FEED_BATCH];
    size_t next, nr;
    struct pool *pool; /* of the save last given out */
};

static struct feed *feed_new(struct store *s, int64_t site_no, int64_t after)
{
    struct feed *f = mem_alloc(sizeof *f);
    f->store = s;
    f->site_no = site_no;
    f->after = after;
    return f;
}

struct feed *feed_own(struct store *s, int64_t after)
{
    return feed_new(s, 0, after);
}

struct feed *feed_for_site(struct store *s, int64_t site_no, int64_t after)
{
    return feed_new(s, site_no, after);
}

void feed_free(struct feed *f)
{
    if (f == NULL)
        return;
    pool_free(f->pool);
    mem_free(f);
}

bool feed_in_scope(enum stream_kind kind, const char *stream_place_code,
                   const char *site_place, bool opened_by_site,
                   bool is_own_site_stream)
{
    switch (kind) {
    case STREAM_CASE:
        return opened_by_site || place_is_within(stream_place_code, site_place);
    case STREAM_PLACE: /* facts flow down, and up to those who oversee it */
        return place_is_within(site_place, stream_place_code) ||
               place_is_within(stream_place_code, site_place);
    case STREAM_SITE:
    case STREAM_READS:
        return is_own_site_stream;
    case STREAM_SHARED:
        return true;
    case STREAM_NONE:
        break;
    }
    return false;
}

static bool row_in_scope(const struct feed *f, struct rows *q)
{
    int64_t kind = rows_int(q, 3), opener_site = rows_int(q, 5);
    if (f->site_no == 0)
        return true;
    bool is_own = column_is(q, 6, f->site.id.bytes, sizeof f->site.id.bytes);
    return feed_in_scope((enum stream_kind)kind, rows_text(q, 4), f->site.place,
                         opener_site == f->site_no, is_own);
}

/* The next candidates; after moves over what is out of scope too. */
static bool fill_batch(struct feed *f, struct err *e)
{
    if (f->site_no != 0 && f->site.no == 0 &&
        !peer_site_load(f->store, f->site_no, &f->site, e))
        return false;
    f->next = f->nr = 0;
    struct rows *q = db_query(
        store_db(f->store),
        "SELECT c.change_id, c.chain_id, c.save_seq, t.kind, t.place,"
        " o.site_no, t.key FROM change c"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " JOIN stream t ON t.stream_id = h.stream_id"
        " LEFT JOIN epoch o ON o.epoch = t.opener"
        " WHERE c.change_id > ?1 AND c.seq = c.save_seq"
        " AND ((?2 = 0 AND p.own = 1 AND (t.kind = ?4) = ?5"
        "   AND (p.ended = 0 OR c.change_id <= p.ended))"
        "  OR (?2 <> 0 AND (p.site_no <> ?2 OR c.change_id <= p.ended)))"
        " ORDER BY c.change_id LIMIT ?3",
        DB_BIND(db_int(f->after), db_int(f->site_no), db_int(FEED_BATCH),
                db_int(STREAM_READS), db_int(f->in_reads)));
    size_t seen = 0;
    for (; rows_next(q); seen++) {
        f->after = rows_int(q, 0);
        if (row_in_scope(f, q))
            f->batch[f->nr++] =
                (struct candidate){f->after, {rows_int(q, 1), rows_int(q, 2)}};
    }
    if (!rows_end(q, e))
        return false;
    /* A full batch without one in scope: look further. */
    return f->nr > 0 || seen < FEED_BATCH || fill_batch(f, e);
}

/* After the work come the traces of reading, when they are due. The end of the
 * log stays where the work ended: positions of traces are counted apart. */
static bool begin_reads(struct feed *f, struct err *e)
{
    bool due = false;
    if (f->site_no != 0 || f->in_reads || f->next < f->nr)
        return true;
    if (!feed_reads_due(f->store, &due, e))
        return false;
    if (!due)
        return true;
    f->in_reads = true;
    f->after = 0;
    return setting_get_int(f->store, "sync.reads", &f->after, e) &&
           fill_batch(f, e);
}

static bool look_further(struct feed *f, struct err *e)
{
    if (f->in_reads)
        return fill_batch(f, e);
    /* The end is read first: what another process commits in between lies
     * behind it and is found the next time, never passed over. */
    return feed_end(f->store, &f->end, e) && fill_batch(f, e) &&
           begin_reads(f, e);
}

bool feed_next(struct feed *f, struct save *save, int64_t *position, bool *more,
               struct err *e)
{
    int64_t at = 0;
    if (f->next == f->nr && !look_further(f, e))
        return false;
    *more = f->next < f->nr;
    *position = f->end;
    if (!*more)
        return true;
    const struct candidate *c = &f->batch[f->next++];
    pool_free(f->pool);
    f->pool = pool_new();
    if (!saved_load(f->store, c->at, f->pool, save, &at, e))
        return false;
    if (f->in_reads)
        f->reads = at;
    else
        *position = at;
    return true;
}

int64_t feed_reads(const struct feed *f)
{
    return f->reads;
}

bool feed_end(struct store *s, int64_t *position, struct err *e)
{
    return db_get_int(store_db(s), "SELECT MAX(change_id) FROM change",
                      DB_NOTHING, 0, position, e);
}

bool feed_mark(struct store *s, int64_t position,
               uint8_t mark[HASH_SHORT_BYTES], bool *found, struct err *e)
{
    uint8_t h[HASH_BYTES], head[HASH_BYTES];
    struct buf b = BUF_INIT(128);
    memset(mark, 0, HASH_SHORT_BYTES);
    *found = position == 0;
    if (position == 0)
        return true;
    struct rows *q =
        db_query(store_db(s), "SELECT head FROM change WHERE change_id = ?",
                 DB_BIND(db_int(position)));
    if (rows_next(q) && column_bytes(q, 0, head, sizeof head)) {
        buf_add_be64(&b, store_epoch(s));
        buf_add_be64(&b, (uint64_t)position);
        buf_add(&b, head, sizeof head);
        hash_buf(h, "mark", &b);
        memcpy(mark, h, HASH_SHORT_BYTES);
        *found = true;
    }
    buf_release(&b);
    return rows_end(q, e);
}

/* Positions and numbers rise together within a chain, so only what waits is
 * looked at, however many went before. */
static bool reads_waiting(struct store *s, int64_t *nr, int64_t *oldest_ms,
                          struct err *e)
{
    int64_t sent = 0;
    if (!setting_get_int(s, "sync.reads", &sent, e))
        return false;
    *nr = 0;
    *oldest_ms = INT64_MAX;
    struct rows *q = db_query(
        store_db(s),
        "SELECT h.last_seq - COALESCE((SELECT c.seq FROM change c"
        "  WHERE c.chain_id = h.chain_id"
        "  AND (c.change_id <= ?1 OR (p.ended > 0 AND c.change_id > p.ended))"
        "  ORDER BY c.seq DESC LIMIT 1), 0), h.chain_id, h.last_seq"
        " FROM stream t JOIN chain h ON h.stream_id = t.stream_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id AND p.own = 1"
        " WHERE t.kind = ?2",
        DB_BIND(db_int(sent), db_int(STREAM_READS)));
    bool good = true;
    while (good && rows_next(q)) {
        int64_t waits = rows_int(q, 0), at = 0;
        if (waits <= 0)
            continue;
        good = db_get_int(
            store_db(s),
            "SELECT at_ms FROM change WHERE chain_id = ? AND seq = ?",
            DB_BIND(db_int(rows_int(q, 1)), db_int(rows_int(q, 2) - waits + 1)),
            INT64_MAX, &at, e);
        *nr += waits;
        *oldest_ms = at < *oldest_ms ? at : *oldest_ms;
    }
    return rows_leave(q, good, e);
}

bool feed_reads_due(struct store *s, bool *due, struct err *e)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    int64_t nr = 0, oldest_ms = 0;
    if (!reads_waiting(s, &nr, &oldest_ms, e))
        return false;
    *due = nr >= FEED_READS_NR ||
           (nr > 0 &&
            store_now_ms(s) - oldest_ms >= (int64_t)FEED_READS_DAYS * DAY_MS);
    return true;
}

bool feed_waiting(struct store *s, int64_t after, int64_t *saves,
                  int64_t *value_bytes, struct err *e)
{
    *saves = *value_bytes = 0;
    struct rows *q = db_query(
        store_db(s),
        "SELECT SUM(c.seq = c.save_seq),"
        " SUM(COALESCE(LENGTH(c.value), 0)) FROM change c"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN stream t ON t.stream_id = h.stream_id AND t.kind <> ?"
        " JOIN epoch p ON p.epoch_id = h.epoch_id AND p.own = 1"
        " WHERE c.change_id > ? AND (p.ended = 0 OR c.change_id <= p.ended)",
        DB_BIND(db_int(STREAM_READS), db_int(after)));
    if (rows_next(q)) {
        *saves = rows_int(q, 0);
        *value_bytes = rows_int(q, 1);
    }
    return rows_end(q, e);
}
