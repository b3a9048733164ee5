/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement text serves every query of its kind: a bound left open matches
 * all. A word of the search fits a case in one of three ways, best first (enum
 * casefile_fit); a case fits as badly as its worst word does. The fit stands as
 * a digit in front of the sort key, so that the best come first and a page
 * still goes on from one key.
 *
 * What a query finds is put into a table of TEMP, which lives in memory: the
 * page, the one before it and their number are asked of that, and the next
 * page too, as long as nobody has saved anything.
 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/name_key.h"
#include "forms/short_name.h"
#include "forms/sound.h"
#include "store/casefile_int.h"
#include "store/db.h"
#include "store/fulltext.h"
#include "store/right.h"
#include "store/store.h"
#include "store/store_int.h"

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
    char number[ID_NUMBER_BYTES];
    text = text != NULL ? text : "";
    /* a number typed without its hyphen; "Getachew" could be one, but for the
     * digit that nobody has in a name */
    if (strpbrk(text, "0123456789") != NULL && id_fold_number(text, number))
        text = number;
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
 * ?1 to ?3 who asks (CASEFILE_SEEN). Of what words fit: ?4 the number that is
 * asked for, ?5 words in answers, then the words of names, three values each.
 * Of what is left of that, or of all: ?4 place, ?5 clashing, ?6 unsent behind,
 * ?7 worker, ?8 workers of all offices, ?9 opened since, ?10 unvisited since
 * (ms), ?11 the same as a day, ?12 merged; where both are one statement, those
 * but the last twenty further on. */

/* "BETWEEN w AND w ON": begins with w */
#define ON " || '" CASEFILE_LAST "'"
#define ASKED(place, clashing, unsent, opened, before, day)                    \
    " WHERE (?" #place " IS NULL OR c.place = ?" #place                        \
    " OR (c.place > ?" #place " AND c.place < ?" #place " || ':'"              \
    " AND ?" #place " NOT LIKE '%/%'))"                                        \
    " AND (?" #clashing " = 0 OR c.clashes > 0)"                               \
    " AND (?" #unsent " IS NULL OR c.last_change > ?" #unsent ")"              \
    " AND c.opened_ms >= ?" #opened " AND (?" #before " = 0"                   \
    " OR (c.opened_ms < ?" #before " AND c.visited < ?" #day "))"
#define WORKS(worker, all)                                                     \
    "o.login = ?" #worker " AND o.works = 1 AND (o.here = 1 OR ?" #all " = 1)"
#define CASE_FILTER                                                            \
    ASKED(4, 5, 6, 9, 10, 11)                                                  \
    " AND (?7 IS NULL OR EXISTS(SELECT 1 FROM worker o"                        \
    "  WHERE o.stream_id = c.stream_id AND " WORKS(                            \
        7, 8) ")"                                                              \
              "  OR (EXISTS(SELECT 1 FROM duplicate)"                          \
              "   AND EXISTS(SELECT 1 FROM duplicate WHERE says = s.key)"      \
              "   AND EXISTS(SELECT 1 FROM duplicate d"                        \
              "    CROSS JOIN casefile b ON b.stream_id = d.stream_id"         \
              "    JOIN worker o ON o.stream_id = b.stream_id"                 \
              "    WHERE b.kept = s.key AND " WORKS(                           \
                  7, 8) ")))"                                                  \
                        " AND (?12 = 1 OR c.kept IS NULL) AND " CASEFILE_SEEN
/* How well one more word fits, NULL when it does not. */
#define FIT(low, whole, begun)                                                 \
    ", CASE WHEN ?" #low " IS NULL THEN 0 ELSE (SELECT MIN(CASE"               \
    " WHEN t.term BETWEEN ?" #low " AND ?" #low ON " THEN 0"                   \
    " WHEN t.sound = ?" #whole " THEN 1"                                       \
    " WHEN t.sound BETWEEN ?" #begun " AND ?" #begun ON " THEN 2"              \
    " END) FROM term t WHERE t.stream_id = w.stream_id) END"
#define FITS                                                                   \
    FIT(9, 10, 11)                                                             \
    FIT(12, 13, 14) FIT(15, 16, 17) FIT(18, 19, 20) FIT(21, 22, 23)
/* The cases that the first word fits, and how well all words do. */
#define NAMED                                                                  \
    "SELECT w.stream_id, max(w.fit" FITS ") AS fit FROM"                       \
    " (SELECT stream_id, MIN(fit) AS fit FROM"                                 \
    " (SELECT stream_id, 0 AS fit FROM term WHERE term BETWEEN ?6 AND ?6" ON   \
    " UNION ALL SELECT stream_id, 1 FROM term WHERE sound = ?7"                \
    " UNION ALL SELECT stream_id, 2 FROM term WHERE sound BETWEEN ?8"          \
    " AND ?8" ON ") GROUP BY stream_id) w"
/* Those of which an answer that stands holds all words: of the newest answers,
 * FULLTEXT_FOUND_MAX. */
#define NOTED                                                                  \
    "SELECT DISTINCT r.stream_id, 3 FROM (SELECT row FROM " DB_TEXT_MATCH(     \
        "?5") " LIMIT 2000) n"                                                 \
              " CROSS JOIN cell l ON l.change_id = n.row"                      \
              " CROSS JOIN record r ON r.record_id = l.record_id"
_Static_assert(FULLTEXT_FOUND_MAX == 2000, "NOTED names it");
/* A case kept under another leads to that one: whoever sees it as a number
 * alone gets there by that number, and by no name of it. */
#define FITTED(fits)                                                           \
    "INSERT INTO temp.fitted(stream_id, fit) SELECT x.stream_id, MIN(x.fit)"   \
    " FROM (" fits ") x JOIN casefile k ON k.stream_id = x.stream_id"          \
    " JOIN stream i ON i.stream_id = x.stream_id WHERE x.fit IS NOT NULL"      \
    " AND (k.kept IS NULL OR k.number = ?4 OR " CASEFILE_SEEN_ITSELF(          \
        "i") ")"                                                               \
             " GROUP BY x.stream_id"
/* Each case once, by what fits it best; for one that is kept under another that
 * one, unless both are asked for. */
#define FILL " INTO temp.found(key, stream_id)"
static const char fitted_cases_sql[] =
    "INSERT" FILL " SELECT MIN(x.fit) || c.sort_key, c.stream_id"
    " FROM temp.fitted x JOIN casefile k ON k.stream_id = x.stream_id"
    " JOIN casefile c ON c.stream_id = CASE WHEN ?12 = 1 OR k.kept IS NULL"
    "  THEN k.stream_id ELSE (SELECT t.stream_id FROM stream t"
    "   WHERE t.kind = 1 AND t.key = k.kept) END"
    " JOIN stream s ON s.stream_id = c.stream_id" CASE_FILTER
    " GROUP BY c.stream_id ORDER BY 1";
#define FILTERED(key)                                                          \
    "INSERT" FILL " SELECT '0' || c." key ", c.stream_id FROM casefile c"      \
    " JOIN stream s ON s.stream_id = c.stream_id" CASE_FILTER                  \
    " ORDER BY c." key

/* The same where no case is said to be another: each then fits by itself. */
#define DIRECT(fits)                                                           \
    "INSERT" FILL " SELECT x.fit || c.sort_key, c.stream_id FROM (" fits ") x" \
    " JOIN casefile c ON c.stream_id = x.stream_id"                            \
    " JOIN stream s ON s.stream_id = c.stream_id" ASKED(                       \
        24, 25, 26, 29, 30,                                                    \
        31) " AND (?27 IS NULL OR EXISTS(SELECT 1 FROM worker o"               \
            "  WHERE o.stream_id = c.stream_id AND " WORKS(                    \
                27, 28) "))"                                                   \
                        " AND x.fit IS NOT NULL"                               \
                        " AND " CASEFILE_SEEN_ITSELF("s") " ORDER BY 1"

/* [with notes] */
static const char *const fitted_sql[2] = {FITTED(NAMED),
                                          FITTED(NAMED " UNION ALL " NOTED)};

/* [with notes] */
static const char *const direct_sql[2] = {
    DIRECT(NAMED), DIRECT("SELECT stream_id, MIN(fit) AS fit FROM (" NAMED
                          " UNION ALL " NOTED ") GROUP BY stream_id")};

static const char *const filtered_sql[CASEFILE_SORTS] = {
    [CASEFILE_BY_NAME] = FILTERED("sort_key"),
    [CASEFILE_BY_NUMBER] = FILTERED("number_key"),
    [CASEFILE_BY_CHANGE] = FILTERED("change_key"),
    [CASEFILE_BY_OPENED] = FILTERED("opened_key"),
};

/* ---- finding ---- */

struct casefile_found {
    bool made;          /* the tables are there */
    bool holds;         /* and holds what asked asks, as of generation */
    int64_t generation; /* db_generation */
    struct buf asked;
};

/* What is asked, as a statement wants it bound. */
struct asked {
    const char *fitted; /* NULL: found needs no first step */
    bool merged;        /* some case is said to be another */
    const char *found;
    const struct db_value *of_fitted, *of_found;
    struct words words;
    struct buf notes;
    const char *number; /* in number_room; NULL: no number is asked for */
    char number_room[ID_NUMBER_BYTES];
    int64_t sent;
};

bool casefile_found_wanted(const struct casefile_query *query)
{
    return !str_is_blank(query->text) || query->place != NULL ||
           query->worker != NULL || query->opened_since_ms != 0 ||
           query->unvisited_since != 0 || query->clashing || query->unsent;
}

static bool ask_merged(struct store *s, bool *merged, struct err *e)
{
    int64_t n = 0;
    bool good =
        db_get_int(store_db(s), "SELECT EXISTS(SELECT 1 FROM duplicate)",
                   DB_NOTHING, 0, &n, e);
    *merged = n != 0;
    return good;
}

static bool ask(struct store *s, const struct casefile_query *query,
                struct asked *a, struct err *e)
{
    a->notes = (struct buf)BUF_INIT(4096);
    if (!casefile_sent(s, &a->sent, e) || !ask_merged(s, &a->merged, e))
        return false;
    words_of(&a->words, query->text);
    if (query->text != NULL && id_fold_number(query->text, a->number_room))
        a->number = a->number_room;
    /* of who reads names alone, no answer may tell where words stand */
    if (query->notes && a->words.nr > 0 &&
        right_has(s, RIGHT_READ, RIGHT_OF_CASE, RIGHT_CASE))
        fulltext_words(query->text, &a->notes);
    if (a->words.nr == 0) {
        a->found = filtered_sql[query->sort];
    } else if (a->merged) {
        a->fitted = fitted_sql[a->notes.size > 0];
        a->found = fitted_cases_sql;
    } else {
        a->found = direct_sql[a->notes.size > 0];
    }
    return true;
}

/* All that a statement depends on but the file. */
static void describe(const char *sql, const struct db_value *values,
                     struct buf *out)
{
    buf_add_block(out, sql, strlen(sql));
    for (; values->type != DB_END; values++) {
        buf_add_byte(out, (uint8_t)values->type);
        buf_add_zigzag(out, values->number);
        buf_add_block(out, values->bytes, values->size);
    }
}

static bool run(struct store *s, const struct asked *a, struct err *e)
{
    struct db *db = store_db(s);
    return db_run(db, "DELETE FROM temp.fitted", DB_NOTHING, e) &&
           (a->fitted == NULL || db_run(db, a->fitted, a->of_fitted, e)) &&
           db_run(db, "DELETE FROM temp.found", DB_NOTHING, e) &&
           db_run(db, a->found, a->of_found, e);
}

/* Those made while writing go again when what was written is taken back. */
static bool make_tables(struct store *s, struct casefile_found *f, bool writing,
                        struct err *e)
{
    bool good =
        f->made ||
        db_script(store_db(s),
                  "CREATE TEMP TABLE IF NOT EXISTS fitted("
                  "stream_id INTEGER PRIMARY KEY, fit INTEGER NOT NULL);"
                  "CREATE TEMP TABLE IF NOT EXISTS found("
                  "key TEXT PRIMARY KEY, stream_id INTEGER NOT NULL)"
                  " WITHOUT ROWID;",
                  e);
    f->made = f->made || (good && !writing);
    return good;
}

/* In a look, so that the generation is that of what is found. */
static bool look(struct store *s, struct casefile_found *f,
                 const struct asked *a, struct err *e)
{
    struct db *db = store_db(s);
    if (!db_look_begin(db, e))
        return false;
    if (!db_generation(db, &f->generation, e) || !run(s, a, e)) {
        db_look_end(db);
        return false;
    }
    f->holds = db_look_keep(db, e);
    return f->holds;
}

static bool refill(struct store *s, struct casefile_found *f,
                   const struct asked *a, struct err *e)
{
    struct buf asked = BUF_INIT(1 << 16);
    int64_t now = 0;
    bool writing = db_is_writing(store_db(s));
    describe(a->found, a->of_found, &asked);
    if (a->fitted != NULL)
        describe(a->fitted, a->of_fitted, &asked);
    bool good = writing || db_generation(store_db(s), &now, e);
    bool known = good && !writing && f->holds && f->generation == now &&
                 !buf_failed(&asked) && asked.size == f->asked.size &&
                 memcmp(asked.data, f->asked.data, asked.size) == 0;
    if (good && !known) {
        f->holds = false;
        good = make_tables(s, f, writing, e) &&
               (writing ? run(s, a, e) : look(s, f, a, e));
        buf_release(&f->asked);
        f->asked = asked;
    } else {
        buf_release(&asked);
    }
    return good;
}

#define BIND_WHAT_FITS(s, a)                                                   \
    CASEFILE_BIND_WHO(s), db_text((a)->number), bind(buf_text(&(a)->notes)),   \
        BIND_WORDS(&(a)->words)
#define BIND_ASKED(s, query, a)                                                \
    db_text((query)->place), db_int((query)->clashing),                        \
        (query)->unsent ? db_int((a)->sent) : db_null(),                       \
        db_text((query)->worker), db_int(store_is_hub(s)),                     \
        db_int((query)->opened_since_ms),                                      \
        db_int((query)->unvisited_since *DAY_MS),                              \
        db_int((query)->unvisited_since)

bool casefile_found_load(struct store *s, const struct casefile_query *query,
                         struct err *e)
{
    struct asked a = {.found = NULL};
    if (s->found == NULL)
        s->found = mem_alloc(sizeof *s->found);
    bool good = ask(s, query, &a, e);
    a.of_fitted = DB_BIND(BIND_WHAT_FITS(s, &a));
    a.of_found = a.words.nr > 0 && !a.merged
                     ? DB_BIND(BIND_WHAT_FITS(s, &a), BIND_ASKED(s, query, &a))
                     : DB_BIND(CASEFILE_BIND_WHO(s), BIND_ASKED(s, query, &a),
                               db_int(query->merged));
    good = good && refill(s, s->found, &a, e);
    buf_release(&a.notes);
    return good;
}

void casefile_found_free(struct casefile_found *f)
{
    if (f == NULL)
        return;
    buf_wipe(&f->asked);
    mem_free(f);
}
