/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement text serves every query of its kind: a bound left open matches
 * all. A word of the search fits a case in one of three ways, best first (enum
 * casefile_fit); a case fits as badly as its worst word does. The fit stands as
 * a digit in front of the sort key, so that the best come first and a page
 * still goes on from one key.
 */
#include "store/casefile.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/name_key.h"
#include "forms/short_name.h"
#include "forms/sound.h"
#include "store/casefile_int.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/fulltext.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/store.h"

/* ---- what is looked for ---- */

/* One sound begins so many names that what it finds tells nothing. */
enum { BEGUN_MIN = 2, DAY_MS = 24 * 60 * 60 * 1000 };

/* A word w asks for a term in [w, w + U+10FFFF); its sounds likewise. */
struct word {
    char low[NAME_KEY_BYTES];
    size_t low_bytes;
    struct sound sound;
};

struct words {
    struct word of[CASEFILE_WORDS_MAX];
    size_t nr;
};

/* The search starts from the cases the first word fits: the longest leaves
 * the fewest. */
static void longest_first(struct words *w)
{
    size_t longest = 0;
    for (size_t i = 1; i < w->nr; i++)
        if (w->of[i].low_bytes > w->of[longest].low_bytes)
            longest = i;
    struct word first = w->of[longest];
    w->of[longest] = w->of[0];
    w->of[0] = first;
}

static void fold_text(const char *text, char folded[NAME_KEY_BYTES])
{
    struct buf b = BUF_INIT(4096);
    text = text != NULL ? text : "";
    if (short_name_expand(text, &b))
        text = buf_text(&b);
    name_key_fold(text, folded, NAME_KEY_BYTES);
    buf_release(&b);
}

static void words_of(struct words *w, const char *text)
{
    char folded[NAME_KEY_BYTES];
    const char *at, *word;
    size_t n;
    memset(w, 0, sizeof *w);
    fold_text(text, folded);
    at = sound_skip_titles(folded);
    while (w->nr < CASEFILE_WORDS_MAX && (n = name_key_word(&at, &word)) > 0) {
        struct word *next = &w->of[w->nr++];
        snprintf(next->low, sizeof next->low, "%.*s", (int)n, word);
        next->low_bytes = n;
        sound_of(word, n, &next->sound);
        if (strlen(next->sound.begun) < BEGUN_MIN)
            next->sound.begun[0] = '\0';
    }
    longest_first(w);
}

/* What is not there binds NULL, which nothing equals. */
static struct db_value bind(const char *s)
{
    return *s != '\0' ? db_text(s) : db_null();
}

#define BIND_WORD(w) bind((w).low), bind((w).sound.whole), bind((w).sound.begun)
#define BIND_WORDS(w)                                                          \
    BIND_WORD((w)->of[0]), BIND_WORD((w)->of[1]), BIND_WORD((w)->of[2]),       \
        BIND_WORD((w)->of[3]), BIND_WORD((w)->of[4]), BIND_WORD((w)->of[5])
_Static_assert(CASEFILE_WORDS_MAX == 6, "BIND_WORDS and FITS name each word");

/* ---- statements ----
 *
 * ?1 to ?3 who asks (CASEFILE_SEEN), ?4 place, ?5 clashing, ?6 from, ?7 limit,
 * ?8 unsent behind, ?9 worker, ?10 opened since, ?11 unvisited since (ms), ?12
 * the same as a day, ?13 merged, ?14 workers of all offices, ?15 words in
 * answers, then the words of names, three values each */

#define LAST "\xF4\x8F\xBF\xBF" /* U+10FFFF, behind every letter */
#define ON   " || '" LAST "'"   /* "BETWEEN w AND w ON": begins with w */
#define CASE_FILTER                                                            \
    " WHERE (?4 IS NULL OR c.place = ?4 OR (c.place > ?4 AND"                  \
    " c.place < ?4 || ':' AND ?4 NOT LIKE '%/%'))"                             \
    " AND (?5 = 0 OR c.clashes > 0)"                                           \
    " AND (?8 IS NULL OR c.last_change > ?8)"                                  \
    " AND (?9 IS NULL OR EXISTS(SELECT 1 FROM worker o"                        \
    "  WHERE o.stream_id = c.stream_id AND o.login = ?9 AND o.works = 1"       \
    "  AND (o.here = 1 OR ?14 = 1)))"                                          \
    " AND c.opened_ms >= ?10"                                                  \
    " AND (?11 = 0 OR (c.opened_ms < ?11 AND c.visited < ?12))"                \
    " AND (?13 = 1 OR c.kept IS NULL) AND " CASEFILE_SEEN

/* How well one more word fits, NULL when it does not. */
#define FIT(low, whole, begun)                                                 \
    ", CASE WHEN ?" #low " IS NULL THEN 0 ELSE (SELECT MIN(CASE"               \
    " WHEN t.term BETWEEN ?" #low " AND ?" #low ON " THEN 0"                   \
    " WHEN t.sound = ?" #whole " THEN 1"                                       \
    " WHEN t.sound BETWEEN ?" #begun " AND ?" #begun ON " THEN 2"              \
    " END) FROM term t WHERE t.stream_id = w.stream_id) END"
#define FITS                                                                   \
    FIT(19, 20, 21)                                                            \
    FIT(22, 23, 24) FIT(25, 26, 27) FIT(28, 29, 30) FIT(31, 32, 33)
/* The cases that the first word fits, and how well all words do. */
#define NAMED                                                                  \
    "SELECT w.stream_id, max(w.fit" FITS ") AS fit FROM"                       \
    " (SELECT stream_id, MIN(fit) AS fit FROM"                                 \
    " (SELECT stream_id, 0 AS fit FROM term WHERE term BETWEEN ?16 AND ?16" ON \
    " UNION ALL SELECT stream_id, 1 FROM term WHERE sound = ?17"               \
    " UNION ALL SELECT stream_id, 2 FROM term WHERE sound BETWEEN ?18"         \
    " AND ?18" ON ") GROUP BY stream_id) w"
/* Those of which an answer that stands holds all words: of the newest answers,
 * FULLTEXT_FOUND_MAX. */
#define NOTED                                                                  \
    "SELECT DISTINCT r.stream_id, 3 FROM (SELECT row FROM " DB_TEXT_MATCH(     \
        "?15") " LIMIT 2000) n"                                                \
               " CROSS JOIN cell l ON l.change_id = n.row"                     \
               " CROSS JOIN record r ON r.record_id = l.record_id"
_Static_assert(FULLTEXT_FOUND_MAX == 2000, "NOTED names it");
/* Each case once, by what fits it best. */
#define FOUND_OF(fits)                                                         \
    "WITH f AS MATERIALIZED (SELECT c.stream_id, c.sort_key, MIN(x.fit) AS"    \
    " fit FROM (" fits ") x JOIN casefile c ON c.stream_id = x.stream_id"      \
    " JOIN stream s ON s.stream_id = c.stream_id" CASE_FILTER                  \
    " AND x.fit IS NOT NULL GROUP BY c.stream_id) "
#define FOUND       FOUND_OF(NAMED)
#define FOUND_NOTED FOUND_OF(NAMED " UNION ALL " NOTED)

/* A page of a list: walks along the order's own index. */
#define LISTED(key, compare, end, order)                                       \
    "SELECT s.key, c.number, c.name, '0' || c." key CASEFILE_COLUMNS           \
        CASE_FILTER " AND c." key compare "COALESCE(?6, " end ")"              \
    " ORDER BY c." key order " LIMIT ?7"
#define LISTED_BOTH(key)                                                       \
    {                                                                          \
        LISTED(key, " > ", "''", ""),                                          \
            LISTED(key, " < ", "'" LAST "'", " DESC")                          \
    }
/* Of a search: cut before the rest of its rows is fetched. */
#define FOUND_PAGE(found, compare, order)                                      \
    found "SELECT s.key, c.number, c.name, p.fit_key" CASEFILE_COLUMNS         \
          " JOIN (SELECT stream_id, fit || sort_key AS fit_key FROM f"         \
          " WHERE (?6 IS NULL OR fit_key " compare                             \
          " ?6) ORDER BY fit_key" order " LIMIT ?7) p"                         \
          " ON p.stream_id = c.stream_id ORDER BY p.fit_key" order
#define FOUND_BOTH(found)                                                      \
    {                                                                          \
        FOUND_PAGE(found, ">", ""), FOUND_PAGE(found, "<", " DESC")            \
    }

/* [order][backwards] */
static const char *const listed_sql[CASEFILE_SORTS][2] = {
    [CASEFILE_BY_NAME] = LISTED_BOTH("sort_key"),
    [CASEFILE_BY_NUMBER] = LISTED_BOTH("number_key"),
    [CASEFILE_BY_CHANGE] = LISTED_BOTH("change_key"),
    [CASEFILE_BY_OPENED] = LISTED_BOTH("opened_key"),
};

/* [with notes][backwards] */
static const char *const found_sql[2][2] = {FOUND_BOTH(FOUND),
                                            FOUND_BOTH(FOUND_NOTED)};

/* [with notes] */
static const char *const count_found_sql[2] = {
    FOUND "SELECT COUNT(fit) FROM f", FOUND_NOTED "SELECT COUNT(fit) FROM f"};

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
    if (rows_size(q, 0) == sizeof c->id.bytes)
        memcpy(c->id.bytes, rows_blob(q, 0), sizeof c->id.bytes);
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
    if (rows_size(q, 10) == sizeof c->kept.bytes)
        memcpy(c->kept.bytes, rows_blob(q, 10), sizeof c->kept.bytes);
    if (rows_int(q, 12) == 0)
        mask_row(c, rows_int(q, 11));
}

bool casefile_sent(struct store *s, int64_t *sent, struct err *e)
{
    *sent = store_is_hub(s) ? INT64_MAX : 0;
    return store_is_hub(s) || setting_get_int(s, "sync.sent", sent, e);
}

/* What is asked, as the statements want it bound. */
struct asked {
    struct words words;
    struct buf notes;
    int64_t sent;
};

static bool ask(struct store *s, const struct casefile_query *query,
                struct asked *a, struct err *e)
{
    a->notes = (struct buf)BUF_INIT(4096);
    if (!casefile_sent(s, &a->sent, e))
        return false;
    words_of(&a->words, query->text);
    /* of who reads names alone, no answer may tell where words stand */
    if (query->notes && a->words.nr > 0 &&
        right_has(s, RIGHT_READ, RIGHT_OF_CASE, RIGHT_CASE))
        fulltext_words(query->text, &a->notes);
    return true;
}

#define BIND_FILTER(s, query, a, from, limit)                                  \
    CASEFILE_BIND_WHO(s), db_text((query)->place), db_int((query)->clashing),  \
        from, limit, (query)->unsent ? db_int((a)->sent) : db_null(),          \
        db_text((query)->worker), db_int((query)->opened_since_ms),            \
        db_int((query)->unvisited_since *DAY_MS),                              \
        db_int((query)->unvisited_since), db_int((query)->merged),             \
        db_int(store_is_hub(s))
#define BIND_SEARCH(s, query, a, from, limit)                                  \
    BIND_FILTER(s, query, a, from, limit), bind(buf_text(&(a)->notes)),        \
        BIND_WORDS(&(a)->words)

static struct rows *query_page(struct store *s,
                               const struct casefile_query *query,
                               const struct casefile_page *page,
                               const struct asked *a)
{
    bool noted = a->notes.size > 0, words = a->words.nr > 0;
    const char *from = page->from;
    /* a key taken while words narrowed the list goes on in the whole of it */
    if (!words && from != NULL && *from != '\0')
        from++;
    struct db_value limit = db_int((int64_t)page->room_nr);
    if (words)
        return db_query(
            store_db(s), found_sql[noted][page->backwards],
            DB_BIND(BIND_SEARCH(s, query, a, db_text(from), limit)));
    return db_query(store_db(s), listed_sql[query->sort][page->backwards],
                    DB_BIND(BIND_FILTER(s, query, a, db_text(from), limit)));
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
    "SELECT s.key, c.number, c.name, ''" CASEFILE_COLUMNS                      \
    " WHERE (?4 = 1 OR c.kept IS NULL) AND NOT " CASEFILE_SEEN
static const char *const masked_sql[2] = {
    MASKED " AND c.stream_id > ?5 ORDER BY c.stream_id LIMIT ?6",
    MASKED " AND c.stream_id < ?5 ORDER BY c.stream_id DESC LIMIT ?6"};

/* What is only a number answers to no condition. */
static bool wants_masked(struct store *s, const struct casefile_query *query)
{
    return right_reach_of_names(store_role(s)) != RIGHT_ALL &&
           str_is_blank(query->text) && query->place == NULL &&
           query->worker == NULL && query->opened_since_ms == 0 &&
           query->unvisited_since == 0 && !query->clashing && !query->unsent;
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
                      struct casefile_page *page, const struct asked *a,
                      struct err *e)
{
    return page->nr == page->room_nr ||
           take_rows(query_page(s, query, page, a), a->sent, page, e);
}

static bool take_page(struct store *s, const struct casefile_query *query,
                      struct casefile_page *page, const struct asked *a,
                      struct err *e)
{
    bool masked = wants_masked(s, query);
    bool behind = is_masked_key(page->from);
    if (!page->backwards)
        return (behind || take_seen(s, query, page, a, e)) &&
               (!masked || take_masked(s, query, page, a->sent, e));
    if (masked && (behind || page->from == NULL) &&
        !take_masked(s, query, page, a->sent, e))
        return false;
    struct casefile_page rest = *page;
    rest.from = behind ? NULL : page->from;
    if (!take_seen(s, query, &rest, a, e))
        return false;
    page->nr = rest.nr;
    return true;
}

bool casefile_page_load(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, struct err *e)
{
    struct asked a = {.sent = 0};
    page->nr = 0;
    if (!ask(s, query, &a, e))
        return false;
    bool good = take_page(s, query, page, &a, e);
    buf_release(&a.notes);
    return good;
}

static bool count_asked(struct store *s, const struct casefile_query *query,
                        const struct asked *a, int64_t *count, struct err *e)
{
    struct db *db = store_db(s);
    struct db_value none = db_null();
    if (a->words.nr > 0)
        return db_get_int(db, count_found_sql[a->notes.size > 0],
                          DB_BIND(BIND_SEARCH(s, query, a, none, none)), 0,
                          count, e);
    /* those that are only a number count, too, where all are listed */
    if (wants_masked(s, query))
        return db_get_int(db,
                          "SELECT COUNT(*) FROM casefile"
                          " WHERE ? = 1 OR kept IS NULL",
                          DB_BIND(db_int(query->merged)), 0, count, e);
    return db_get_int(db,
                      "SELECT COUNT(*) FROM casefile c JOIN stream s"
                      " ON s.stream_id = c.stream_id" CASE_FILTER,
                      DB_BIND(BIND_FILTER(s, query, a, none, none)), 0, count,
                      e);
}

bool casefile_count(struct store *s, const struct casefile_query *query,
                    int64_t *count, struct err *e)
{
    struct asked a = {.sent = 0};
    bool good = ask(s, query, &a, e) && count_asked(s, query, &a, count, e);
    buf_release(&a.notes);
    return good;
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
        "SELECT COUNT(*), COALESCE(SUM(last_change > ?1), 0),"
        " COALESCE(SUM(clashes), 0) + (SELECT COUNT(*) FROM " CLASH_FROM
        "  stream t JOIN record r ON r.stream_id = t.stream_id"
        "  JOIN cell l ON l.record_id = r.record_id"
        "  WHERE t.kind = ?2" CLASH_WHERE ") FROM casefile WHERE kept IS NULL",
        DB_BIND(db_int(sent), db_int(STREAM_PLACE)));
    if (rows_next(q)) {
        t->cases = rows_int(q, 0);
        t->unsent = rows_int(q, 1);
        t->clashes = rows_int(q, 2);
    }
    return rows_end(q, e);
}
