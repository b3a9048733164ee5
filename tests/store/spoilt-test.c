/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever stands in a column of the database, nothing that reads it
 * crashes or runs for ever: each thing that people do ends, with a result or
 * with a sentence, and not as if the program were at fault. And the proof
 * (verify) tells that column, unless nothing is computed from it.
 *
 * A page that opens was sealed by a holder of the key. But an older page can be
 * put back, and an older program may have had a fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/db.h"
#include "store/erase_int.h"
#include "store/formdef.h"
#include "store/frame.h"
#include "store/peer.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/verify.h"
#include "tests/store/support_desk.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

#ifdef HOMEWARD_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* ---- spoiling ---- */

/* In place of COLUMN stands its name. */
static const char *const spoilers[] = {
    "NULL",
    "x''",
    "x'04'",
    "x'ff80fe'",
    "'x'",
    "-1",
    "0",
    "4611686018427387904",
    "COLUMN + 1",
    "zeroblob(16)",
    "zeroblob(70000)",
    "CAST(substr(COLUMN, 1, length(COLUMN) - 1) AS BLOB)",
    "CAST(COLUMN || 'y' AS BLOB)",
};

static void put_in(struct buf *b, const char *text, const char *column)
{
    const char *at;
    while ((at = strstr(text, "COLUMN")) != NULL) {
        buf_add(b, text, (size_t)(at - text));
        buf_printf(b, "\"%s\"", column);
        text = at + strlen("COLUMN");
    }
    buf_add_str(b, text);
}

/* False when the engine does not take it, or nothing changed. */
static bool spoil(struct store *s, const char *table, const char *column,
                  const char *with)
{
    struct buf b = BUF_INIT(1000);
    struct err e = ERR_INIT;
    buf_printf(&b, "UPDATE OR IGNORE \"%s\" SET \"%s\" = ", table, column);
    put_in(&b, with, column);
    buf_printf(&b, " WHERE \"%s\" IS NOT ", column);
    put_in(&b, with, column);
    /* "3y" is read as the 3 that it was */
    put_in(&b, " AND (typeof(COLUMN) <> 'integer' OR COLUMN <> CAST(", column);
    put_in(&b, with, column);
    buf_add_str(&b, " AS INTEGER))");
    bool good =
        db_script(store_db(s), buf_text(&b), &e) && db_changed(store_db(s)) > 0;
    buf_release(&b);
    return good;
}

/* True when it ended well. */
static bool run(struct desk *k, const struct desk_deed *d, const char *what)
{
    struct err why = ERR_INIT;
    struct store *both[] = {k->o.store, k->hub.store};
    const struct office was[] = {k->o, k->hub};
    for (size_t i = 0; i < ARR_NR(both); i++)
        MUST(db_begin(store_db(both[i]), e));
    bool done = d->run(k, &why);
    if (!done && (why.code == ERR_NONE || why.text[0] == '\0'))
        fail_msg("%s, %s: does not say why", what, d->name);
    if (!done && why.code == ERR_BUG)
        fail_msg("%s, %s: blames the program: %s", what, d->name, why.text);
    for (size_t i = 0; i < ARR_NR(both); i++)
        db_end(store_db(both[i]), false, &(struct err)ERR_INIT);
    pool_free(k->pool);
    k->pool = pool_new();
    k->o = was[0];
    k->hub = was[1];
    desk_sit_down(k);
    return done;
}

/* Columns, or whole tables, of which verify has no way to tell. */
static const struct {
    const char *table, *column, *why;
} quiet[] = {
    {"draft", "", "what is typed: no change stands behind it yet"},
    {"frame_out", "", "what is on its way, until the hub has it"},
    {"peer_site", "", "whom the administrator let in: no log says so"},
    {"purge", "", "the purge list, of which a copy stands beside the file"},
    {"quarantine", "", "what was never taken into the log"},
    {"setting", "", "of this PC alone"},
    {"epoch", "ended", "how far a restored file had come"},
    {"epoch", "own",
     "whether it was drawn here: a hub computes nothing from it"},
    {"epoch", "site_no", "whose epoch it is the hub says"},
    {"stream", "opener", "so is who may see a case"},
    {"evidence", "evidence_id", "only their order counts"},
    {"evidence", "at_ms", "when it came, not what"},
    {"field", "computed", "any number but 0 says yes"},
    {"change", "change_id", "of one that says nothing, only the order"},
    {"field", "field_id", "of a field without a value likewise"},
    {"form", "name", "a version is known by its hash"},
};

static bool is_quiet(const char *table, const char *column)
{
    for (size_t i = 0; i < ARR_NR(quiet); i++)
        if (str_equal(quiet[i].table, table) &&
            (quiet[i].column[0] == '\0' || str_equal(quiet[i].column, column)))
            return true;
    return false;
}

/* As a program that was just started. */
static void forget_forms(struct store *s)
{
    formdef_cache_free(s->forms);
    s->forms = formdef_cache_new();
}

static void try_column(struct desk *k, const char *table, const char *column,
                       const char *with)
{
    char what[200];
    snprintf(what, sizeof what, "%s.%s = %s", table, column, with);
    MUST(db_begin(store_db(k->o.store), e));
    MUST(db_begin(store_db(k->hub.store), e));
    if (spoil(k->at->store, table, column, with)) {
        if (str_equal(table, "form"))
            forget_forms(k->at->store);
        if (run(k, &desk_deeds[0], what) && !is_quiet(table, column))
            fail_msg("%s: nobody tells", what);
        for (size_t i = 1; i < desk_deeds_nr; i++)
            run(k, &desk_deeds[i], what);
    }
    db_end(store_db(k->o.store), false, &(struct err)ERR_INIT);
    db_end(store_db(k->hub.store), false, &(struct err)ERR_INIT);
    if (db_is_writing(store_db(k->at->store)))
        fail_msg("%s: a transaction is left open", what);
    if (str_equal(table, "form"))
        forget_forms(k->at->store);
}

/* All columns of the tables of ours, with a blank between table and column. */
static const char columns_sql[] =
    "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
    " AND t.name NOT LIKE 'text\\_%' ESCAPE '\\' ORDER BY 1, c.cid";

struct columns {
    struct {
        const char *table, *name;
    } * items;
    size_t nr, alloc;
};

static void find_columns(struct store *s, struct pool *pool, struct columns *l)
{
    struct err e = ERR_INIT;
    struct rows *q = db_query(store_db(s), columns_sql, DB_NOTHING);
    while (rows_next(q)) {
        (void)ARR_PUSH(l);
        l->items[l->nr - 1].table = pool_str(pool, rows_text(q, 0));
        l->items[l->nr - 1].name = pool_str(pool, rows_text(q, 1));
    }
    if (!rows_end(q, &e))
        fail_msg("%s", e.text);
    assert_true(l->nr > 100);
}

/* Minutes of work: every so manyeth is tried, more with LONG. */
static void spoil_all(struct desk *k)
{
    size_t step = getenv("LONG") != NULL ? 7 : SANITIZED ? 397 : 197;
    struct columns l = {NULL, 0, 0};
    struct pool *pool = pool_new();
    find_columns(k->at->store, pool, &l);
    for (size_t i = 0; i < desk_deeds_nr; i++)
        if (!run(k, &desk_deeds[i], "nothing"))
            fail_msg("%s fails though nothing is spoilt", desk_deeds[i].name);
    for (size_t i = 0; i < l.nr * ARR_NR(spoilers); i += step)
        try_column(k, l.items[i / ARR_NR(spoilers)].table,
                   l.items[i / ARR_NR(spoilers)].name,
                   spoilers[i % ARR_NR(spoilers)]);
    for (size_t i = 0; i < desk_deeds_nr; i++)
        if (!run(k, &desk_deeds[i], "nothing any more"))
            fail_msg("%s fails though nothing is any more", desk_deeds[i].name);
    ARR_RELEASE(&l);
    pool_free(pool);
}

static void an_office_whose_file_is_spoilt(void **state)
{
    struct desk k;
    (void)state;
    desk_open(&k);
    k.at = &k.o;
    spoil_all(&k);
    desk_close(&k);
}

static void a_hub_whose_file_is_spoilt(void **state)
{
    struct desk k;
    (void)state;
    desk_open(&k);
    k.at = &k.hub;
    spoil_all(&k);
    desk_close(&k);
}

/* ---- what verify says ---- */

static void a_break_is_named_by_what_it_is_about(void **state)
{
    static const char *const words[] = {[STREAM_CASE] = "case ",
                                        [STREAM_PLACE] = "place ET041114",
                                        [STREAM_SITE] = "users of office",
                                        [STREAM_SHARED] = "what the hub tells",
                                        [STREAM_READS] = "traces of office"};
    struct desk k;
    (void)state;
    desk_open(&k);
    desk_write_of_place(&k);
    for (int kind = STREAM_CASE; kind <= STREAM_READS; kind++) {
        struct err why = ERR_INIT;
        struct verify_count count;
        MUST(db_begin(store_db(k.o.store), e));
        MUST(db_run(store_db(k.o.store),
                    "UPDATE change SET at_ms = at_ms + 1 WHERE chain_id IN"
                    " (SELECT h.chain_id FROM chain h JOIN stream t"
                    "  ON t.stream_id = h.stream_id WHERE t.kind = ?)",
                    DB_BIND(db_int(kind)), e));
        assert_false(verify_all(k.o.store, &count, &why));
        assert_int_equal(why.code, ERR_CORRUPT);
        if (strstr(why.text, words[kind]) == NULL)
            fail_msg("%s: %s", words[kind], why.text);
        db_end(store_db(k.o.store), false, &why);
    }
    desk_close(&k);
}

static bool prove_new(struct store *s, struct err *e)
{
    bool done = false, good = true;
    struct verify_new *v = verify_new_begin(s, e);
    while (v != NULL && good && !done)
        good = verify_new_step(v, 3, &done, e);
    good = good && v != NULL;
    verify_new_free(v);
    return good;
}

static void what_came_since_the_last_proof_is_told_too(void **state)
{
    static const char *const harms[] = {
        "UPDATE chain SET first_seed = x'00'",
        "UPDATE chain SET seed_seq = 4611686018427387904",
        "UPDATE chain SET head = x''",
        "UPDATE chain SET head = zeroblob(32)",
        "UPDATE chain SET next_seed = zeroblob(15)",
        "UPDATE chain SET next_seed = zeroblob(16)",
        "UPDATE chain SET last_seq = last_seq + 1",
        "UPDATE chain SET last_seq = last_seq - 1",
        "DELETE FROM chain WHERE chain_id = (SELECT MAX(chain_id) FROM chain)",
        "UPDATE change SET head = x'01'",
        "UPDATE change SET head = x'01' WHERE change_id ="
        " (SELECT MAX(change_id) FROM change)",
        "UPDATE change SET save_seq = 1",
        "UPDATE change SET seq = seq + 4611686018427387904",
        "UPDATE change SET seq = seq + 5 WHERE change_id ="
        " (SELECT MAX(change_id) FROM change)",
        "UPDATE change SET author_id = 99",
        "UPDATE change SET author_id = author_id + 1 WHERE seq > save_seq",
        "UPDATE change SET record_id = 1 WHERE seq > save_seq",
        "UPDATE change SET at_ms = at_ms + 1 WHERE seq > save_seq",
        "UPDATE change SET op = 0 WHERE seq > save_seq",
        "UPDATE change SET op = 0 WHERE seq = save_seq",
        "UPDATE change SET value = zeroblob(70000) WHERE op = 2",
        "UPDATE change SET replaces = x'01' WHERE op = 2",
        "UPDATE word SET text = text || printf('%40d', word_id)",
        "UPDATE stream SET key = substr(key, 1, 3)",
        "UPDATE epoch SET epoch = epoch + 1",
    };
    (void)state;
    for (size_t i = 0; i < ARR_NR(harms); i++) {
        struct office o;
        struct verify_count count;
        struct err why = ERR_INIT;
        office_open(&o, "Gasera", "ET041114", 1);
        struct id id = office_open_case(&o, "ET041114/03", "Selam");
        MUST(verify_all(o.store, &count, e));
        office_set(&o, &id, "father_name", "Tesfaye", true);
        office_open_case(&o, "ET041114/03", "Dawit");
        MUST(prove_new(o.store, e));
        MUST(db_script(store_db(o.store), harms[i], e));
        if (prove_new(o.store, &why))
            fail_msg("nobody tells: %s", harms[i]);
        if (why.code != ERR_CORRUPT)
            fail_msg("%s: %s", harms[i], why.text);
        office_close(&o);
    }
}

/* A hub is told of the proofs at its offices; its own is another. */
static void a_proof_at_an_office_is_none_of_the_hubs(void **state)
{
    struct desk k;
    struct verify_count count;
    (void)state;
    desk_open(&k);
    MUST(verify_all(k.hub.store, &count, e));
    MUST(verify_all(k.o.store, &count, e));
    k.o.now_ms += (int64_t)8 * 24 * 60 * 60 * 1000;
    MUST(office_send(&k.o, &k.hub, NULL, e));
    MUST(prove_new(k.hub.store, e));
    desk_close(&k);
}

/* With what went along, so that it does not go again. */
static void a_frame_the_hub_holds_is_noted_once(void **state)
{
    static const uint8_t sig[FRAME_SIG_BYTES] = {3};
    const struct peer_frame first = {8, 5, 0}, second = {9, 6, 4};
    struct desk k;
    uint8_t hash[HASH_BYTES];
    int64_t reads = 0;
    bool held = false;
    (void)state;
    desk_open(&k);
    frame_sig_hash(hash, sig);
    MUST(peer_note_frame(k.o.store, &first, sig, e));
    MUST(peer_note_frame(k.o.store, &second, sig, e));
    MUST(peer_frame_held(k.o.store, 9, hash, &held, e));
    assert_true(held);
    MUST(setting_get_int(k.o.store, "sync.reads", &reads, e));
    assert_int_equal(reads, 4);
    MUST(peer_note_frame(k.o.store, &first, sig, e));
    MUST(peer_frame_held(k.o.store, 8, hash, &held, e));
    assert_false(held); /* it is behind the ninth */
    MUST(peer_frame_held(k.o.store, 0, hash, &held, e));
    assert_false(held);
    desk_close(&k);
}

/* What is erased cannot be erased again with other bytes. */
static void a_damaged_chain_is_not_erased(void **state)
{
    static const char *const harms[] = {
        "UPDATE change SET seq = seq + 5 WHERE change_id ="
        " (SELECT MAX(change_id) FROM change)",
        "UPDATE change SET seq = seq + 1, save_seq = save_seq + 1"
        " WHERE change_id = (SELECT MAX(change_id) FROM change)",
        "UPDATE chain SET first_seed = x'01'",
        "UPDATE change SET save_seq = 0",
    };
    (void)state;
    for (size_t i = 0; i < ARR_NR(harms); i++) {
        struct office o;
        struct err why = ERR_INIT;
        office_open(&o, "Gasera", "ET041114", 1);
        struct id id = office_open_case(&o, "ET041114/03", "Selam");
        const struct stream stream = stream_of_id(STREAM_CASE, &id);
        office_set(&o, &id, "father_name", "Tesfaye", true);
        MUST(db_script(store_db(o.store), harms[i], e));
        MUST(db_begin(store_db(o.store), e));
        assert_false(erase_stream(o.store, &stream,
                                  &(struct erase_keep){NULL, 0}, &why));
        db_end(store_db(o.store), false, &(struct err)ERR_INIT);
        assert_int_equal(why.code, ERR_CORRUPT);
        office_close(&o);
    }
}

/* What a search made on its way goes with what was written around it. */
static void a_search_taken_back_leaves_searching_as_it_was(void **state)
{
    struct desk k;
    (void)state;
    desk_open(&k);
    for (int i = 0; i < 2; i++) {
        MUST(db_begin(store_db(k.o.store), e));
        MUST(desk_search(&k, e));
        db_end(store_db(k.o.store), false, &(struct err)ERR_INIT);
    }
    MUST(desk_search(&k, e));
    MUST(desk_search(&k, e));
    desk_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_office_whose_file_is_spoilt),
        cmocka_unit_test(a_hub_whose_file_is_spoilt),
        cmocka_unit_test(a_break_is_named_by_what_it_is_about),
        cmocka_unit_test(what_came_since_the_last_proof_is_told_too),
        cmocka_unit_test(a_proof_at_an_office_is_none_of_the_hubs),
        cmocka_unit_test(a_frame_the_hub_holds_is_noted_once),
        cmocka_unit_test(a_damaged_chain_is_not_erased),
        cmocka_unit_test(a_search_taken_back_leaves_searching_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
