/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what the gate did not take waits with its author, office and reason,
 * none of it lost; it goes into the log when the reason is gone and not before,
 * whatever reason that was; and whatever a stored row of it holds, it is shown
 * and judged without harm, and what was altered never passes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/aside.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/store_int.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* A hub, an office whose work waits there, and one elsewhere. ayele counts
 * things at the office: a role that writes nothing into cases. */
struct three {
    struct office hub, o, elsewhere;
    struct id own, foreign; /* cases of the office and of the other one */
    struct pool *pool;
};

static void send(struct office *o, struct office *hub)
{
    MUST(office_send(o, hub, NULL, e));
}

static int begin(void **state)
{
    static struct three t;
    office_open_hub(&t.hub);
    office_open(&t.o, "Gasera", "ET041114", 1);
    office_open(&t.elsewhere, "Mekele", "ET0104", 2);
    office_admit(&t.hub, &t.o);
    office_admit(&t.hub, &t.elsewhere);
    t.pool = pool_new();
    t.own = office_open_case(&t.o, "ET041114/03", "Selam");
    t.foreign = office_open_case(&t.elsewhere, "ET010401", "Hirut");
    MUST(office_write_user(t.o.store, "ayele", "me-officer", e));
    MUST(office_write_user(t.o.store, "marta", "me-officer", e));
    send(&t.o, &t.hub);
    send(&t.elsewhere, &t.hub);
    *state = &t;
    return 0;
}

static int end(void **state)
{
    struct three *t = *state;
    pool_free(t->pool);
    office_close(&t->elsewhere);
    office_close(&t->o);
    office_close(&t->hub);
    return 0;
}

static void force(struct office *o, const char *author, const char *kind,
                  struct stream stream, struct id record)
{
    office_force(o, &(struct office_forced){.author = author,
                                            .kind = kind,
                                            .stream = stream,
                                            .record = record,
                                            .path = "notes",
                                            .text = "forced"});
}

static void write_visit(struct three *t, const char *author,
                        const struct id *of)
{
    force(&t->o, author, "visit", stream_of_id(STREAM_CASE, of),
          id_new(store_entropy(t->o.store)));
}

static void give_role(struct three *t, const char *login)
{
    MUST(office_write_user(t->o.store, login, "social-worker", e));
    send(&t->o, &t->hub);
}

/* The reasons of what waits at the hub, in order, with blanks between. */
static const char *waiting(struct three *t)
{
    struct aside_list l;
    const char *all = "";
    MUST(aside_list_load(t->hub.store, t->pool, &l, e));
    for (size_t i = 0; i < l.nr; i++)
        all = pool_printf(t->pool, "%s%s%s", all, i > 0 ? " " : "",
                          l.items[i].reason);
    return all;
}

static int64_t judge(struct three *t)
{
    int64_t nr = -1;
    MUST(aside_judge(t->hub.store, t->o.site_no, &nr, e));
    return nr;
}

static int64_t number(struct three *t, const char *sql)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(t->hub.store), sql, DB_NOTHING, 0, &n, e));
    return n;
}

static void spoil(struct three *t, const char *sql)
{
    MUST(db_run(store_db(t->hub.store), sql, DB_NOTHING, e));
}

static void verify_ok(struct three *t)
{
    struct verify_count count;
    MUST(verify_all(t->hub.store, &count, e));
}

/* ---- reasons ---- */

static void each_reason_has_words(void **state)
{
    static const char *const reasons[] = {"not-allowed",       "out-of-scope",
                                          "not-approved",      "misfit",
                                          "follows-set-aside", "fork"};
    (void)state;
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        assert_non_null(strchr(aside_reason_words(reasons[i]), ' '));
    /* of a newer hub: its own word is better than none */
    assert_string_equal(aside_reason_words("eclipse"), "eclipse");
}

static void what_waits_is_listed_with_who_and_of_what(void **state)
{
    struct three *t = *state;
    struct aside_list l;
    char number[ID_NUMBER_BYTES];
    write_visit(t, "ayele", &t->own);
    write_visit(t, "worker", &t->own);
    write_visit(t, "worker", &t->foreign);
    struct stream place = stream_of_place("ET041114/03");
    force(&t->o, "ayele", "community", place,
          entity_once_id(&place, "community"));
    send(&t->o, &t->hub);
    MUST(aside_list_load(t->hub.store, t->pool, &l, e));
    assert_int_equal(l.nr, 4);
    assert_string_equal(waiting(t), "not-allowed follows-set-aside "
                                    "out-of-scope not-allowed");
    id_print_number(&t->own, number);
    assert_string_equal(l.items[0].case_number, number);
    assert_string_equal(l.items[0].author, "ayele");
    assert_string_equal(l.items[1].author, "worker");
    assert_string_equal(l.items[1].kind, "visit");
    assert_string_equal(l.items[1].office, "Gasera");
    assert_int_equal(l.items[1].changes, 2);
    assert_string_equal(l.items[3].case_number, "");
    assert_string_equal(l.items[3].kind, "community");
}

static void nothing_passes_while_its_reason_stands(void **state)
{
    struct three *t = *state;
    write_visit(t, "ayele", &t->own);
    write_visit(t, "worker", &t->own);
    write_visit(t, "worker", &t->foreign);
    send(&t->o, &t->hub);
    int64_t before = number(t, "SELECT COUNT(*) FROM change");
    assert_int_equal(judge(t), 0);
    assert_string_equal(waiting(t),
                        "not-allowed follows-set-aside out-of-scope");
    assert_int_equal(number(t, "SELECT COUNT(*) FROM change"), before);
    verify_ok(t);
}

/* What only followed is judged by itself once what stood before it passed. */
static void what_followed_waits_for_its_own_reason(void **state)
{
    struct three *t = *state;
    write_visit(t, "ayele", &t->own);
    write_visit(t, "marta", &t->own);
    write_visit(t, "worker", &t->own);
    send(&t->o, &t->hub);
    give_role(t, "ayele");
    assert_string_equal(waiting(t), "not-allowed follows-set-aside");
    give_role(t, "marta");
    assert_string_equal(waiting(t), "");
    verify_ok(t);
}

static void all_that_followed_passes_in_its_order(void **state)
{
    struct three *t = *state;
    write_visit(t, "ayele", &t->own);
    for (int i = 0; i < 20; i++)
        write_visit(t, "worker", &t->own);
    send(&t->o, &t->hub);
    assert_int_equal(number(t, "SELECT COUNT(*) FROM quarantine"), 21);
    give_role(t, "ayele");
    assert_string_equal(waiting(t), "");
    verify_ok(t);
}

/* A record that another case has already fits nowhere, now or later. */
static void what_fits_no_record_stays_a_misfit(void **state)
{
    struct three *t = *state;
    struct id visit = id_new(store_entropy(t->hub.store));
    force(&t->elsewhere, "worker", "visit",
          stream_of_id(STREAM_CASE, &t->foreign), visit);
    send(&t->elsewhere, &t->hub);
    write_visit(t, "ayele", &t->own);
    force(&t->o, "worker", "visit", stream_of_id(STREAM_CASE, &t->own), visit);
    send(&t->o, &t->hub);
    assert_string_equal(waiting(t), "not-allowed follows-set-aside");
    give_role(t, "ayele");
    assert_string_equal(waiting(t), "misfit");
    assert_int_equal(judge(t), 0);
    verify_ok(t);
}

/* ---- two people ---- */

static struct approval ask_for_purge(struct three *t)
{
    struct approval a;
    struct id request;
    MUST(purge_request(t->o.store, &t->own, "mistake", &request, e));
    MUST(approval_load(t->o.store, &request, t->pool, &a, e));
    return a;
}

/* The office erased its case before the other person's yes was known. */
static void a_purge_passes_once_two_people_stand_behind_it(void **state)
{
    struct three *t = *state;
    struct approval a = ask_for_purge(t), approved = a;
    send(&t->o, &t->hub);
    approved.state = APPROVAL_APPROVED;
    MUST(purge_carry_out(t->o.store, &approved, e));
    send(&t->o, &t->hub);
    assert_string_equal(waiting(t), "not-approved");
    assert_int_equal(judge(t), 0);
    str_copy(t->hub.store->login, sizeof t->hub.store->login, "dawit");
    str_copy(t->hub.store->role, sizeof t->hub.store->role, "expert");
    MUST(approval_decide(t->hub.store, &a, APPROVAL_APPROVED, NULL, e));
    assert_int_equal(judge(t), 1);
    assert_int_equal(number(t, "SELECT COUNT(*) FROM purge"), 1);
    str_copy(t->hub.store->role, sizeof t->hub.store->role, "administrator");
    assert_string_equal(waiting(t), "");
    verify_ok(t);
}

/* Behind what waited for a role comes what nobody approved. */
static void what_followed_may_want_two_people(void **state)
{
    struct three *t = *state;
    struct approval a = ask_for_purge(t);
    send(&t->o, &t->hub);
    write_visit(t, "ayele", &t->own);
    a.state = APPROVAL_APPROVED;
    MUST(purge_carry_out(t->o.store, &a, e));
    send(&t->o, &t->hub);
    give_role(t, "ayele");
    assert_string_equal(waiting(t), "not-approved");
    verify_ok(t);
}

/* What waits of a case that is purged meanwhile says nothing any more: it is
 * listed as work of nobody, and never passes. */
static void of_a_purged_case_the_place_in_the_chain_waits(void **state)
{
    struct three *t = *state;
    struct aside_list l;
    write_visit(t, "ayele", &t->own);
    send(&t->o, &t->hub);
    spoil(t, "UPDATE quarantine SET save = head");
    MUST(aside_list_load(t->hub.store, t->pool, &l, e));
    assert_string_equal(l.items[0].author, "");
    assert_string_equal(l.items[0].kind, "");
    give_role(t, "ayele");
    assert_string_equal(waiting(t), "not-allowed");
}

/* ---- rows that are spoilt ---- */

#define VISITS                                                                 \
    "SELECT COUNT(*) FROM record r JOIN word k ON k.word_id = r.kind_id"       \
    " WHERE k.text = 'visit'"

/* A visit that would pass, were its row as it was: while the role arrived that
 * it waits for, the row stood aside, and nothing judged it. */
static void let_visit_wait(struct three *t)
{
    write_visit(t, "ayele", &t->own);
    send(&t->o, &t->hub);
    MUST(office_write_user(t->o.store, "ayele", "social-worker", e));
    spoil(t, "UPDATE quarantine SET site_no = -site_no");
    send(&t->o, &t->hub);
    spoil(t, "UPDATE quarantine SET site_no = -site_no");
}

static void an_altered_head_lets_nothing_pass(void **state)
{
    static const char *const heads[] = {"zeroblob(32)", "zeroblob(31)", "''",
                                        "save"};
    struct three *t = *state;
    char sql[100];
    let_visit_wait(t);
    spoil(t, "CREATE TEMP TABLE kept AS SELECT head FROM quarantine");
    for (size_t i = 0; i < ARR_NR(heads); i++) {
        snprintf(sql, sizeof sql, "UPDATE quarantine SET head = %s", heads[i]);
        spoil(t, sql);
        assert_int_equal(judge(t), 0);
        assert_string_equal(waiting(t), "not-allowed");
        assert_int_equal(number(t, VISITS), 0);
    }
    spoil(t, "UPDATE quarantine SET head = (SELECT head FROM kept)");
    assert_int_equal(judge(t), 1);
    assert_int_equal(number(t, VISITS), 1);
    verify_ok(t);
}

static struct buf stored(struct three *t)
{
    struct buf b = BUF_INIT(10000);
    struct rows *q = db_query(store_db(t->hub.store),
                              "SELECT save FROM quarantine", DB_NOTHING);
    assert_true(rows_next(q));
    buf_add(&b, rows_blob(q, 0), rows_size(q, 0));
    MUST(rows_end(q, e));
    return b;
}

static void store_bytes(struct three *t, const void *bytes, size_t n)
{
    MUST(db_run(store_db(t->hub.store), "UPDATE quarantine SET save = ?",
                DB_BIND(db_blob(bytes, n)), e));
}

/* Listed, and judged with a result or a sentence, and not passed. */
static void try_bytes(struct three *t, const struct buf *b, size_t n,
                      const char *how, size_t at)
{
    struct err why = ERR_INIT;
    struct aside_list l;
    int64_t nr = 0;
    store_bytes(t, b->data, n);
    MUST(aside_list_load(t->hub.store, t->pool, &l, e));
    assert_int_equal(l.nr, 1);
    if (!aside_judge(t->hub.store, t->o.site_no, &nr, &why) &&
        (why.text[0] == '\0' || why.code == ERR_BUG))
        fail_msg("%s at %zu: %s", how, at, why.text);
    if (nr != 0 || db_is_writing(store_db(t->hub.store)) ||
        number(t, "SELECT COUNT(*) FROM quarantine") != 1)
        fail_msg("%s at %zu: it passed", how, at);
}

static void no_altered_byte_of_what_waits_passes(void **state)
{
    static const uint8_t masks[] = {0x01, 0x80, 0xff};
    struct three *t = *state;
    let_visit_wait(t);
    struct buf whole = stored(t);
    int64_t before = number(t, "SELECT COUNT(*) FROM change");
    for (size_t i = 0; i < whole.size; i++) {
        try_bytes(t, &whole, i, "cut", i);
        for (size_t m = 0; m < ARR_NR(masks); m++) {
            whole.data[i] = (char)(whole.data[i] ^ masks[m]);
            try_bytes(t, &whole, whole.size, "altered", i);
            whole.data[i] = (char)(whole.data[i] ^ masks[m]);
        }
    }
    assert_int_equal(number(t, "SELECT COUNT(*) FROM change"), before);
    store_bytes(t, whole.data, whole.size);
    assert_int_equal(judge(t), 1);
    buf_release(&whole);
    verify_ok(t);
}

static void of_an_office_that_is_not_there_nothing_is_judged(void **state)
{
    struct three *t = *state;
    struct err e = ERR_INIT;
    int64_t nr = 1;
    assert_false(aside_judge(t->hub.store, 99, &nr, &e));
    assert_true(e.text[0] != '\0');
    assert_int_equal(nr, 0);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_has_words),
        PROOF(what_waits_is_listed_with_who_and_of_what),
        PROOF(nothing_passes_while_its_reason_stands),
        PROOF(what_followed_waits_for_its_own_reason),
        PROOF(all_that_followed_passes_in_its_order),
        PROOF(what_fits_no_record_stays_a_misfit),
        PROOF(a_purge_passes_once_two_people_stand_behind_it),
        PROOF(what_followed_may_want_two_people),
        PROOF(of_a_purged_case_the_place_in_the_chain_waits),
        PROOF(an_altered_head_lets_nothing_pass),
        PROOF(no_altered_byte_of_what_waits_passes),
        PROOF(of_an_office_that_is_not_there_nothing_is_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
