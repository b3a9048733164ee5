/* SPDX-License-Identifier: Apache-2.0 */
#include "store/casefile.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "forms/value.h"
#include "store/clash_int.h"
#include "store/db.h"
#include "store/intern_int.h"
#include "store/setting.h"
#include "store/store.h"

/* ---- computing ---- */

static const char *const name_paths[] = {"given_name", "father_name",
                                         "grandfather_name"};

/* Marks take no column, so what fits into the columns may still be too long. */
static void fit_name(const struct value *v, char *out, size_t out_bytes)
{
    char fit[CASEFILE_NAME_BYTES + 4];
    snprintf(fit, sizeof fit, "%.*s", (int)utf8_fit(v->text, v->text_bytes, 40),
             v->text);
    str_copy(out, out_bytes, fit);
}

/* Names may stand inside groups of the form: the last part of the path
 * counts. Of clashing values the newest is shown, the mark tells the rest. */
static bool load_name(struct store *s, int64_t record_id, const char *last,
                      char *out, size_t out_bytes, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT c.value FROM cell l"
        " JOIN field f ON f.field_id = l.field_id"
        " JOIN change c ON c.change_id = l.change_id"
        " JOIN chain h ON h.chain_id = c.chain_id"
        " JOIN epoch p ON p.epoch_id = h.epoch_id"
        " WHERE l.record_id = ?1 AND (f.path = ?2 OR f.path LIKE '%/' || ?2)"
        " ORDER BY c.at_ms DESC, p.epoch, c.seq LIMIT 1",
        DB_BIND(db_int(record_id), db_text(last)));
    struct value v;
    out[0] = '\0';
    if (rows_next(q) && rows_size(q, 0) > 0 &&
        value_decode(rows_blob(q, 0), rows_size(q, 0), NULL, 0, &v) &&
        v.type == VALUE_TEXT)
        fit_name(&v, out, out_bytes);
    return rows_end(q, e);
}

static bool full_name(struct store *s, int64_t record_id,
                      char out[CASEFILE_NAME_BYTES], struct err *e)
{
    struct buf b = BUF_INIT(CASEFILE_NAME_BYTES - 1);
    bool good = true;
    for (size_t i = 0; good && i < ARR_NR(name_paths); i++) {
        char part[CASEFILE_NAME_BYTES];
        good = load_name(s, record_id, name_paths[i], part, sizeof part, e);
        if (good && part[0] != '\0')
            buf_printf(&b, "%s%s", b.size > 0 ? " " : "", part);
    }
    str_copy(out, CASEFILE_NAME_BYTES, buf_text(&b));
    buf_release(&b);
    return good;
}

static bool add_term(struct store *s, const char *term, size_t n,
                     int64_t stream_id, struct err *e)
{
    return db_run(store_db(s),
                  "INSERT INTO term(term, stream_id) VALUES(?, ?)"
                  " ON CONFLICT DO NOTHING",
                  DB_BIND(db_textn(term, n), db_int(stream_id)), e);
}

static bool write_terms(struct store *s, int64_t stream_id,
                        const char *folded_name, const char *number,
                        struct err *e)
{
    const char *at = folded_name, *word;
    char folded_number[2 * ID_NUMBER_BYTES];
    size_t n;
    if (!db_run(store_db(s), "DELETE FROM term WHERE stream_id = ?",
                DB_BIND(db_int(stream_id)), e))
        return false;
    while ((n = name_key_word(&at, &word)) > 0)
        if (!add_term(s, word, n, stream_id, e))
            return false;
    name_key_fold(number, folded_number, sizeof folded_number);
    for (at = folded_number; (n = name_key_word(&at, &word)) > 0;)
        if (!add_term(s, word, n, stream_id, e))
            return false;
    return true;
}

struct summary {
    int64_t record_id, opened_ms, updated_ms, last_change, clashes;
    char place[PLACE_CODE_BYTES];
};

static bool load_summary(struct store *s, int64_t stream_id,
                         const struct id *id, struct summary *m, struct err *e)
{
    struct rows *q = db_query(
        store_db(s),
        "SELECT r.record_id, r.created_ms, t.place,"
        " (SELECT MAX(c.at_ms) FROM record o"
        "   JOIN change c ON c.record_id = o.record_id"
        "   WHERE o.stream_id = t.stream_id),"
        " (SELECT MAX(c.change_id) FROM record o"
        "   JOIN change c ON c.record_id = o.record_id"
        "   JOIN chain h ON h.chain_id = c.chain_id"
        "   JOIN epoch p ON p.epoch_id = h.epoch_id AND p.own = 1"
        "   WHERE o.stream_id = t.stream_id),"
        " (SELECT COUNT(*) FROM " CLASH_FROM
        "   record o JOIN cell l ON l.record_id = o.record_id"
        "   WHERE o.stream_id = ?1" CLASH_WHERE ")"
        " FROM stream t LEFT JOIN record r ON r.uuid = ?2"
        " WHERE t.stream_id = ?1",
        DB_BIND(db_int(stream_id), db_blob(id->bytes, sizeof id->bytes)));
    *m = (struct summary){0};
    if (rows_next(q)) {
        m->record_id = rows_int(q, 0);
        m->opened_ms = rows_int(q, 1);
        str_copy(m->place, sizeof m->place, rows_text(q, 2));
        m->updated_ms = rows_int(q, 3);
        m->last_change = rows_int(q, 4);
        m->clashes = rows_int(q, 5);
    }
    return rows_end(q, e);
}

static bool refresh_stream(struct store *s, int64_t stream_id,
                           const struct id *id, struct err *e)
{
    struct summary m;
    char name[CASEFILE_NAME_BYTES], number[ID_NUMBER_BYTES];
    char folded[NAME_KEY_BYTES], sort_key[CASEFILE_KEY_BYTES];
    if (!load_summary(s, stream_id, id, &m, e))
        return false;
    if (m.record_id == INTERN_NONE) /* the case's own record is not here yet */
        return true;
    if (!full_name(s, m.record_id, name, e))
        return false;
    id_print_number(id, number);
    name_key_fold(name, folded, sizeof folded);
    snprintf(sort_key, sizeof sort_key, "%s %s/%lld", folded, number,
             (long long)stream_id);
    return db_run(
               store_db(s),
               "INSERT INTO casefile(stream_id, record_id, number, name,"
               " sort_key, place, opened_ms, updated_ms, last_change, clashes)"
               " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
               " ON CONFLICT(stream_id) DO UPDATE SET name = excluded.name,"
               " sort_key = excluded.sort_key, place = excluded.place,"
               " opened_ms = excluded.opened_ms,"
               " updated_ms = excluded.updated_ms,"
               " last_change = excluded.last_change,"
               " clashes = excluded.clashes",
               DB_BIND(db_int(stream_id), db_int(m.record_id), db_text(number),
                       db_text(name), db_text(sort_key), db_text(m.place),
                       db_int(m.opened_ms), db_int(m.updated_ms),
                       db_int(m.last_change), db_int(m.clashes)),
               e) &&
           write_terms(s, stream_id, folded, number, e);
}

bool casefile_refresh(struct store *s, const struct stream *stream,
                      struct err *e)
{
    struct id id = stream_id(stream);
    int64_t number = 0;
    if (stream->kind != STREAM_CASE)
        return true;
    return intern_stream_find(store_db(s), stream, &number, e) &&
           (number == INTERN_NONE || refresh_stream(s, number, &id, e));
}

bool casefile_refresh_all(struct store *s, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT stream_id, key FROM stream"
                              " WHERE kind = ? ORDER BY stream_id",
                              DB_BIND(db_int(STREAM_CASE)));
    bool good = true;
    while (good && rows_next(q)) {
        struct id id = {{0}};
        if (rows_size(q, 1) == sizeof id.bytes)
            memcpy(id.bytes, rows_blob(q, 1), sizeof id.bytes);
        good = refresh_stream(s, rows_int(q, 0), &id, e);
    }
    return good ? rows_end(q, e) : (rows_end(q, &(struct err)ERR_INIT), false);
}

/* ---- listing ---- */

/* The query text as up to CASEFILE_WORDS_MAX folded words; a word w asks for a
 * term in [w, w + U+10FFFF). */
struct bounds {
    char low[CASEFILE_WORDS_MAX][NAME_KEY_BYTES];
    size_t nr;
};

static void bounds_of(struct bounds *b, const char *text)
{
    char folded[NAME_KEY_BYTES];
    const char *at = folded, *word;
    size_t n;
    b->nr = 0;
    name_key_fold(text != NULL ? text : "", folded, sizeof folded);
    while (b->nr < CASEFILE_WORDS_MAX && (n = name_key_word(&at, &word)) > 0) {
        snprintf(b->low[b->nr], NAME_KEY_BYTES, "%.*s", (int)n, word);
        b->nr++;
    }
}

/* One statement text serves every query: a bound left open matches all. */
#define WORD_MATCH(n)                                                          \
    " AND (?" #n " IS NULL OR EXISTS(SELECT 1 FROM term t WHERE t.stream_id"   \
    " = c.stream_id AND t.term >= ?" #n " AND t.term < ?" #n " || '\xF4\x8F"   \
    "\xBF\xBF'))"
#define CASE_COLUMNS                                                           \
    "SELECT s.key, c.number, c.name, c.sort_key, c.place, c.opened_ms,"        \
    " c.updated_ms, c.clashes, c.last_change FROM "
#define CASE_FILTER                                                            \
    " WHERE (?1 IS NULL OR c.place = ?1 OR (c.place > ?1 AND"                  \
    " c.place < ?1 || ':' AND ?1 NOT LIKE '%/%'))"                             \
    " AND (?2 = 0 OR c.clashes > 0)" WORD_MATCH(4) WORD_MATCH(5) WORD_MATCH(6) \
        WORD_MATCH(7) WORD_MATCH(8)
#define FROM_CASES "casefile c JOIN stream s ON s.stream_id = c.stream_id"
/* With a word to look for, start from its terms instead of from all cases. */
#define WITH_TERM                                                              \
    "(SELECT DISTINCT stream_id FROM term WHERE term >= ?3 AND term < ?3"      \
    " || '\xF4\x8F\xBF\xBF') w JOIN casefile c ON c.stream_id = w.stream_id"
#define FROM_TERMS WITH_TERM " JOIN stream s ON s.stream_id = c.stream_id"

/* [has words][backwards] */
static const char *const page_sql[2][2] = {
    {CASE_COLUMNS FROM_CASES CASE_FILTER
     " AND ?3 IS NULL AND c.sort_key > COALESCE(?9, '')"
     " ORDER BY c.sort_key LIMIT ?10",
     CASE_COLUMNS FROM_CASES CASE_FILTER
     " AND ?3 IS NULL AND c.sort_key < COALESCE(?9, '\xF4\x8F\xBF\xBF')"
     " ORDER BY c.sort_key DESC LIMIT ?10"},
    {CASE_COLUMNS FROM_TERMS CASE_FILTER
     " AND (?9 IS NULL OR c.sort_key > ?9) ORDER BY c.sort_key LIMIT ?10",
     CASE_COLUMNS FROM_TERMS CASE_FILTER
     " AND (?9 IS NULL OR c.sort_key < ?9) ORDER BY c.sort_key DESC"
     " LIMIT ?10"},
};

static const char *const count_sql[2] = {
    "SELECT COUNT(*) FROM casefile c" CASE_FILTER " AND ?3 IS NULL",
    "SELECT COUNT(*) FROM " WITH_TERM CASE_FILTER,
};

static struct db_value word_of(const struct bounds *b, size_t i)
{
    return i < b->nr ? db_text(b->low[i]) : db_null();
}

static void read_row(struct rows *q, int64_t sent, struct casefile *c)
{
    memset(c, 0, sizeof *c);
    if (rows_size(q, 0) == sizeof c->id.bytes)
        memcpy(c->id.bytes, rows_blob(q, 0), sizeof c->id.bytes);
    str_copy(c->number, sizeof c->number, rows_text(q, 1));
    str_copy(c->name, sizeof c->name, rows_text(q, 2));
    str_copy(c->sort_key, sizeof c->sort_key, rows_text(q, 3));
    str_copy(c->place, sizeof c->place, rows_text(q, 4));
    c->opened_ms = rows_int(q, 5);
    c->updated_ms = rows_int(q, 6);
    c->clashes = rows_int(q, 7);
    c->unsent = rows_int(q, 8) > sent;
}

/* How far the hub has this office's log; a hub has nobody to send to. */
static bool sent_position(struct store *s, int64_t *sent, struct err *e)
{
    *sent = store_is_hub(s) ? INT64_MAX : 0;
    return store_is_hub(s) || setting_get_int(s, "sync.sent", sent, e);
}

bool casefile_page_load(struct store *s, const struct casefile_query *query,
                        struct casefile_page *page, struct err *e)
{
    struct bounds b;
    int64_t sent = 0;
    bounds_of(&b, query->text);
    if (!sent_position(s, &sent, e))
        return false;
    struct rows *q =
        db_query(store_db(s), page_sql[b.nr > 0][page->backwards],
                 DB_BIND(db_text(query->place), db_int(query->clashing),
                         word_of(&b, 0), word_of(&b, 1), word_of(&b, 2),
                         word_of(&b, 3), word_of(&b, 4), word_of(&b, 5),
                         db_text(page->from), db_int((int64_t)page->room_nr)));
    for (page->nr = 0; page->nr < page->room_nr && rows_next(q); page->nr++)
        read_row(q, sent, &page->room[page->nr]);
    return rows_end(q, e);
}

bool casefile_count(struct store *s, const struct casefile_query *query,
                    int64_t *count, struct err *e)
{
    struct bounds b;
    bounds_of(&b, query->text);
    return db_get_int(store_db(s), count_sql[b.nr > 0],
                      DB_BIND(db_text(query->place), db_int(query->clashing),
                              word_of(&b, 0), word_of(&b, 1), word_of(&b, 2),
                              word_of(&b, 3), word_of(&b, 4), word_of(&b, 5)),
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
    struct rows *q = db_query(
        store_db(s), CASE_COLUMNS FROM_CASES " WHERE s.kind = 1 AND s.key = ?",
        DB_BIND(db_blob(id->bytes, sizeof id->bytes)));
    if (rows_next(q)) {
        read_row(q, sent, c);
        found = true;
    }
    if (!rows_end(q, e))
        return false;
    return found ||
           err_set(e, ERR_NOT_FOUND, _("This office holds no such case"));
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
    struct casefile_query query = {.text = typed};
    if (id_fold_number(typed, number))
        query.text = number;
    if (!casefile_page_load(s, &query, &page, e))
        return false;
    if (page.nr == 0 && query.text == number) {
        query.text = typed;
        if (!casefile_page_load(s, &query, &page, e))
            return false;
    }
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
