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
#include "base/i18n.h"
#include "base/str.h"
#include "forms/name_key.h"
#include "forms/short_name.h"
#include "forms/sound.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/right_int.h"
#include "store/setting.h"
#include "store/store.h"

/* ---- what is looked for ---- */

/* One sound begins so many names that what it finds tells nothing. */
enum { BEGUN_MIN = 2 };

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

/* ---- statements: ?1 place, ?2 clashing, ?3 from, ?4 limit, ?5 to ?7 who asks
 * (how far names are read, login, office's place), then words ---- */

#define LAST "\xF4\x8F\xBF\xBF" /* U+10FFFF, behind every letter */
#define ON   " || '" LAST "'"   /* "BETWEEN w AND w ON": begins with w */
/* Whether the case is more than a number to who asks. */
#define SEEN "(?5 >= 4 OR (?5 > 0 AND ?5 >= " RIGHT_NEARNESS(6, 7) "))"
#define COLUMNS                                                                \
    " c.place, c.opened_ms, c.updated_ms, c.clashes, c.last_change,"           \
    " s.stream_id, " SEEN                                                      \
    " FROM casefile c JOIN stream s ON s.stream_id = c.stream_id"
#define CASES "SELECT s.key, c.number, c.name, '0' || c.sort_key," COLUMNS
#define CASE_FILTER                                                            \
    " WHERE (?1 IS NULL OR c.place = ?1 OR (c.place > ?1 AND"                  \
    " c.place < ?1 || ':' AND ?1 NOT LIKE '%/%'))"                             \
    " AND (?2 = 0 OR c.clashes > 0) AND " SEEN

/* How well one more word fits, NULL when it does not. */
#define FIT(low, whole, begun)                                                 \
    ", CASE WHEN ?" #low " IS NULL THEN 0 ELSE (SELECT MIN(CASE"               \
    " WHEN t.term BETWEEN ?" #low " AND ?" #low ON " THEN 0"                   \
    " WHEN t.sound = ?" #whole " THEN 1"                                       \
    " WHEN t.sound BETWEEN ?" #begun " AND ?" #begun ON " THEN 2"              \
    " END) FROM term t WHERE t.stream_id = c.stream_id) END"
#define FITS                                                                   \
    FIT(11, 12, 13)                                                            \
    FIT(14, 15, 16) FIT(17, 18, 19) FIT(20, 21, 22) FIT(23, 24, 25)
/* The cases that the first word fits, and how well all words do. */
#define FOUND                                                                  \
    "WITH f AS MATERIALIZED (SELECT c.stream_id, c.sort_key,"                  \
    " max(w.fit" FITS ") AS fit FROM (SELECT stream_id, MIN(fit) AS fit FROM"  \
    " (SELECT stream_id, 0 AS fit FROM term WHERE term BETWEEN ?8 AND ?8" ON   \
    " UNION ALL SELECT stream_id, 1 FROM term WHERE sound = ?9"                \
    " UNION ALL SELECT stream_id, 2 FROM term WHERE sound BETWEEN ?10"         \
    " AND ?10" ON ") GROUP BY stream_id) w"                                    \
    " JOIN casefile c ON c.stream_id = w.stream_id"                            \
    " JOIN stream s ON s.stream_id = c.stream_id" CASE_FILTER ") "
/* The page is cut before the rest of its rows is fetched. */
#define FOUND_PAGE(compare, order)                                             \
    FOUND "SELECT s.key, c.number, c.name, p.fit_key," COLUMNS                 \
          " JOIN (SELECT stream_id, fit || sort_key AS fit_key FROM f"         \
          " WHERE fit IS NOT NULL AND (?3 IS NULL OR fit_key " compare         \
          " ?3) ORDER BY fit_key" order " LIMIT ?4) p"                         \
          " ON p.stream_id = c.stream_id ORDER BY p.fit_key" order

/* [has words][backwards] */
static const char *const page_sql[2][2] = {
    {CASES CASE_FILTER " AND c.sort_key > COALESCE(?3, '')"
                       " ORDER BY c.sort_key LIMIT ?4",
     CASES CASE_FILTER " AND c.sort_key < COALESCE(?3, '" LAST "')"
                       " ORDER BY c.sort_key DESC LIMIT ?4"},
    {FOUND_PAGE(">", ""), FOUND_PAGE("<", " DESC")},
};

/* [has words] */
static const char *const count_sql[2] = {
    "SELECT COUNT(*) FROM casefile c"
    " JOIN stream s ON s.stream_id = c.stream_id" CASE_FILTER,
    FOUND "SELECT COUNT(fit) FROM f",
};

/* ---- who asks ---- */

#define BIND_WHO(s)                                                            \
    db_int(right_reach_of_names(store_role(s))), db_text(store_login(s)),      \
        db_text(store_place(s))

/* ---- lists ---- */

/* A case that is a number stands behind all others (no fit has this digit), in
 * an order that tells nothing. */
#define MASKED_KEY "9"

static void mask_row(struct casefile *c, int64_t stream_id)
{
    struct casefile bare = {.id = c->id, .masked = true};
    memcpy(bare.number, c->number, sizeof bare.number);
    snprintf(bare.sort_key, sizeof bare.sort_key, MASKED_KEY "%019lld",
             (long long)stream_id);
    *c = bare;
}

static void read_row(struct rows *q, int64_t sent, struct casefile *c)
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
    c->clashes = rows_int(q, 7);
    c->unsent = rows_int(q, 8) > sent;
    if (rows_int(q, 10) == 0)
        mask_row(c, rows_int(q, 9));
}

/* How far the hub has this office's log; a hub has nobody to send to. */
static bool sent_position(struct store *s, int64_t *sent, struct err *e)
{
    *sent = store_is_hub(s) ? INT64_MAX : 0;
    return store_is_hub(s) || setting_get_int(s, "sync.sent", sent, e);
}

static struct rows *query_page(struct store *s,
                               const struct casefile_query *query,
                               const struct casefile_page *page)
{
    struct db_value place = db_text(query->place),
                    clashing = db_int(query->clashing),
                    limit = db_int((int64_t)page->room_nr);
    struct words w;
    words_of(&w, query->text);
    const char *sql = page_sql[w.nr > 0][page->backwards];
    if (w.nr > 0)
        return db_query(store_db(s), sql,
                        DB_BIND(place, clashing, db_text(page->from), limit,
                                BIND_WHO(s), BIND_WORDS(&w)));
    /* a key taken while words narrowed the list goes on in the whole of it */
    const char *from = page->from;
    from = from != NULL && *from != '\0' ? from + 1 : from;
    return db_query(
        store_db(s), sql,
        DB_BIND(place, clashing, db_text(from), limit, BIND_WHO(s)));
}

/* Adds rows to a page, up to its room. */
static bool take_rows(struct rows *q, int64_t sent, struct casefile_page *page,
                      struct err *e)
{
    while (page->nr < page->room_nr && rows_next(q))
        read_row(q, sent, &page->room[page->nr++]);
    return rows_end(q, e);
}

/* [backwards] */
static const char *const masked_sql[2] = {
    CASES " WHERE NOT " SEEN " AND s.stream_id > ?3"
          " ORDER BY c.stream_id LIMIT ?4",
    CASES " WHERE NOT " SEEN " AND s.stream_id < ?3"
          " ORDER BY c.stream_id DESC LIMIT ?4"};

/* What is only a number answers to no condition. */
static bool wants_masked(struct store *s, const struct casefile_query *query)
{
    return right_reach_of_names(store_role(s)) != RIGHT_ALL &&
           str_is_blank(query->text) && query->place == NULL &&
           !query->clashing;
}

static bool is_masked_key(const char *key)
{
    return key != NULL && str_starts(key, MASKED_KEY);
}

static bool take_masked(struct store *s, struct casefile_page *page,
                        int64_t sent, struct err *e)
{
    int64_t from = page->backwards ? INT64_MAX : 0;
    if (is_masked_key(page->from))
        (void)str_to_int(page->from + strlen(MASKED_KEY), 0, INT64_MAX, &from);
    return page->nr == page->room_nr ||
           take_rows(
               db_query(store_db(s), masked_sql[page->backwards],
                        DB_BIND(db_null(), db_null(), db_int(from),
                                db_int((int64_t)(page->room_nr - page->nr)),
                                BIND_WHO(s))),
               sent, page, e);
}

static bool take_seen(struct store *s, const struct casefile_query *query,
                      struct casefile_page *page, int64_t sent, struct err *e)
{
    return page->nr == page->room_nr ||
           take_rows(query_page(s, query, page), sent, page, e);
}

bool casefile_page_load(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, struct err *e)
{
    int64_t sent = 0;
    bool masked = wants_masked(s, query);
    bool behind = is_masked_key(page->from);
    page->nr = 0;
    if (!sent_position(s, &sent, e))
        return false;
    if (!page->backwards)
        return (behind || take_seen(s, query, page, sent, e)) &&
               (!masked || take_masked(s, page, sent, e));
    if (masked && (behind || page->from == NULL) &&
        !take_masked(s, page, sent, e))
        return false;
    struct casefile_page rest = *page;
    rest.from = behind ? NULL : page->from;
    if (!take_seen(s, query, &rest, sent, e))
        return false;
    page->nr = rest.nr;
    return true;
}

/* Cases that are only a number count, too, where all are listed. */
static bool count_all(struct store *s, const struct casefile_query *query,
                      struct db_value place, struct db_value clashing,
                      int64_t *count, struct err *e)
{
    if (wants_masked(s, query))
        return db_get_int(store_db(s), "SELECT COUNT(*) FROM casefile",
                          DB_NOTHING, 0, count, e);
    return db_get_int(
        store_db(s), count_sql[0],
        DB_BIND(place, clashing, db_null(), db_null(), BIND_WHO(s)), 0, count,
        e);
}

bool casefile_count(struct store *s, const struct casefile_query *query,
                    int64_t *count, struct err *e)
{
    struct db_value place = db_text(query->place),
                    clashing = db_int(query->clashing);
    struct words w;
    words_of(&w, query->text);
    if (w.nr == 0)
        return count_all(s, query, place, clashing, count, e);
    return db_get_int(store_db(s), count_sql[1],
                      DB_BIND(place, clashing, db_null(), db_null(),
                              BIND_WHO(s), BIND_WORDS(&w)),
                      0, count, e);
}

bool casefile_tally_load(struct store *s, struct casefile_tally *t,
                         struct err *e)
{
    int64_t sent = 0;
    if (!sent_position(s, &sent, e))
        return false;
    *t = (struct casefile_tally){0};
    struct rows *q = db_query(
        store_db(s),
        "SELECT COUNT(*), COALESCE(SUM(last_change > ?1), 0),"
        " COALESCE(SUM(clashes), 0) + (SELECT COUNT(*) FROM " CLASH_FROM
        "  stream t JOIN record r ON r.stream_id = t.stream_id"
        "  JOIN cell l ON l.record_id = r.record_id"
        "  WHERE t.kind = ?2" CLASH_WHERE ") FROM casefile",
        DB_BIND(db_int(sent), db_int(STREAM_PLACE)));
    if (rows_next(q)) {
        t->cases = rows_int(q, 0);
        t->unsent = rows_int(q, 1);
        t->clashes = rows_int(q, 2);
    }
    return rows_end(q, e);
}

bool casefile_load(struct store *s, const struct id *id, struct casefile *c,
                   struct err *e)
{
    int64_t sent = 0;
    bool found = false;
    if (!sent_position(s, &sent, e))
        return false;
    struct rows *q =
        db_query(store_db(s), CASES " WHERE s.kind = 1 AND s.key = ?1",
                 DB_BIND(db_blob(id->bytes, sizeof id->bytes), db_null(),
                         db_null(), db_null(), BIND_WHO(s)));
    if (rows_next(q)) {
        read_row(q, sent, c);
        found = true;
    }
    if (!rows_end(q, e))
        return false;
    return found ||
           err_set(e, ERR_NOT_FOUND, _("This office holds no such case"));
}

/* Of what words found, only what they name whole: a beginning that happens to
 * sound alike is no one's name. */
static bool load_two(struct store *s, const char *text, bool sounds,
                     struct casefile_page *page, struct err *e)
{
    struct casefile_query query = {.text = text};
    if (!casefile_page_load(s, &query, page, e))
        return false;
    enum casefile_fit worst =
        sounds ? CASEFILE_SOUNDS_WHOLE : CASEFILE_AS_WRITTEN;
    while (page->nr > 0 && (page->room[page->nr - 1].fit > worst ||
                            page->room[page->nr - 1].fit > page->room[0].fit))
        page->nr--;
    return true;
}

/* By its whole number, also when it is nothing more to who asks. */
static bool load_number(struct store *s, const char *number,
                        struct casefile_page *page, struct err *e)
{
    struct id id = {{0}};
    bool found = false;
    struct rows *q = db_query(store_db(s),
                              "SELECT s.key FROM casefile c"
                              " JOIN stream s ON s.stream_id = c.stream_id"
                              " WHERE c.number = ? LIMIT 1",
                              DB_BIND(db_text(number)));
    if (rows_next(q) && rows_size(q, 0) == sizeof id.bytes) {
        memcpy(id.bytes, rows_blob(q, 0), sizeof id.bytes);
        found = true;
    }
    page->nr = found;
    return rows_end(q, e) &&
           (!found || casefile_load(s, &id, &page->room[0], e));
}

bool casefile_resolve(struct store *s, const char *typed, struct casefile *c,
                      struct err *e)
{
    struct id id;
    struct casefile two[2];
    char number[ID_NUMBER_BYTES];
    struct casefile_page page = {.room = two, .room_nr = ARR_NR(two)};
    if (id_parse(typed, &id))
        return casefile_load(s, &id, c, e);
    if (id_fold_number(typed, number) && !load_two(s, number, false, &page, e))
        return false;
    if (page.nr == 0 && id_fold_number(typed, number) &&
        !load_number(s, number, &page, e))
        return false;
    if (page.nr == 0 && !load_two(s, typed, true, &page, e))
        return false;
    if (page.nr == 0 || str_is_blank(typed))
        return err_set(e, ERR_NOT_FOUND,
                       _("No case fits \"%.40s\": give its number, or words "
                         "of the name"),
                       typed);
    if (page.nr > 1)
        return err_set(e, ERR_INPUT,
                       _("More than one case fits \"%.40s\": give the case "
                         "number"),
                       typed);
    *c = two[0];
    return true;
}
