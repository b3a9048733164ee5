/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a child registered twice is noticed, also while the second
 * registration is being typed; two cases taken for one are one line in lists
 * and lose nothing; parting them brings both back; and offices that merged
 * apart from each other, even in a ring, agree on which case is kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/apply.h"
#include "store/approval.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/fold.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

static struct id id_at(int n)
{
    char text[ID_TEXT_BYTES];
    struct id id;
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    return id;
}

static struct id open_child(struct office *o, int n, const char *given,
                            const char *father)
{
    char line[600];
    bool saved = false;
    snprintf(line, sizeof line,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":{"
             "\"given_name\":\"%s\",\"father_name\":\"%s\","
             "\"grandfather_name\":\"Gebre\",\"sex\":\"female\","
             "\"birth_precision\":\"age\",\"age_years\":\"12\"}}",
             n, given, father);
    MUST(apply_line(o->store, line, strlen(line), &saved, e));
    assert_true(saved);
    return id_at(n);
}

static size_t listed(struct office *o, bool merged)
{
    struct casefile_query query = {.merged = merged};
    int64_t nr = 0;
    MUST(casefile_count(o->store, &query, &nr, e));
    return (size_t)nr;
}

/* From the row itself: to a hub's administrator each case is a number. */
static struct id kept_of(struct office *o, struct id id)
{
    struct id kept = {{0}};
    struct rows *q = db_query(store_db(o->store),
                              "SELECT c.kept FROM casefile c"
                              " JOIN stream s ON s.stream_id = c.stream_id"
                              " WHERE s.kind = 1 AND s.key = ?",
                              DB_BIND(db_blob(id.bytes, sizeof id.bytes)));
    assert_true(rows_next(q));
    if (rows_size(q, 0) == sizeof kept.bytes)
        memcpy(kept.bytes, rows_blob(q, 0), sizeof kept.bytes);
    MUST(rows_end(q, e));
    return kept;
}

static void check_whole(struct office *o)
{
    struct verify_count count;
    MUST(verify_all(o->store, &count, e));
}

static size_t alike_of(struct office *o, struct id id, struct id *first)
{
    struct pool *pool = pool_new();
    struct alike_person who;
    struct duplicate_list l;
    MUST(duplicate_person_load(o->store, &id, &who, e));
    MUST(duplicate_list_load(o->store, &who, &id, pool, &l, e));
    if (l.nr > 0)
        *first = l.items[0].file.id;
    pool_free(pool);
    return l.nr;
}

/* The office has one person, who asks and decides. */
static void ask_and_do(struct office *o, const char *kind, const struct id *id,
                       const struct id *kept)
{
    const struct approval_ask ask = {.kind = kind,
                                     .stream = stream_of_id(STREAM_CASE, id),
                                     .other = stream_of_id(STREAM_CASE, kept),
                                     .reason = "the mother says so"};
    struct approval a;
    struct id request;
    struct pool *pool = pool_new();
    MUST(approval_request(o->store, &ask, &request, e));
    MUST(approval_load(o->store, &request, pool, &a, e));
    MUST(verdict_give(o->store, &a, APPROVAL_APPROVED, NULL, e));
    pool_free(pool);
}

static void a_child_registered_twice_is_noticed(void **state)
{
    struct office o;
    struct id first = {{0}};
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    struct id a = open_child(&o, 1, "Hirut", "Tola");
    struct id b = open_child(&o, 2, "ሂሩት", "Tolla");
    struct id c = open_child(&o, 3, "Chaltu", "Mamo");
    assert_int_equal(alike_of(&o, a, &first), 1);
    assert_true(id_equal(&first, &b));
    assert_int_equal(alike_of(&o, c, &first), 0);
    o.now_ms += 1000;
    /* a mended name is compared anew, the old one no longer */
    office_set(&o, &b, "given_name", "Bekele", true);
    office_set(&o, &b, "father_name", "Worku", true);
    assert_int_equal(alike_of(&o, a, &first), 0);
    check_whole(&o);
    office_close(&o);
}

static void the_likest_case_stands_first(void **state)
{
    struct office o;
    struct pool *pool = pool_new();
    struct alike_person who;
    struct duplicate_list l;
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    struct id id = open_child(&o, 1, "Hirut", "Tola");
    open_child(&o, 2, "Herut", "Tolla");
    open_child(&o, 3, "Hirut", "Tola");
    open_child(&o, 4, "Herut", "Tola");
    MUST(duplicate_person_load(o.store, &id, &who, e));
    MUST(duplicate_list_load(o.store, &who, &id, pool, &l, e));
    assert_true(l.nr >= 2);
    for (size_t i = 1; i < l.nr; i++)
        assert_true(l.items[i - 1].match.score >= l.items[i].match.score);
    assert_true(l.items[0].match.score > l.items[l.nr - 1].match.score);
    pool_free(pool);
    office_close(&o);
}

static void typed_answers_are_compared(void **state)
{
    struct office o;
    struct pool *pool = pool_new();
    const struct formdef *def = NULL;
    struct alike_person who;
    struct duplicate_list l;
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    open_child(&o, 1, "Hirut", "Tola");
    MUST((def = formdef_current(o.store, "registration", e)) != NULL);
    struct record *r =
        record_new(def->form, (struct record_moment){.today = 20700});
    record_set(r, record_find(r, "given_name"), "Hiruut");
    duplicate_person_of(r, "ET041114", 20700, &who);
    assert_false(alike_is_enough(&who)); /* one name is nobody */
    record_set(r, record_find(r, "father_name"), "Toola");
    record_set(r, record_find(r, "sex"), "female");
    duplicate_person_of(r, "ET041114", 20700, &who);
    assert_true(alike_is_enough(&who));
    MUST(duplicate_list_load(o.store, &who, NULL, pool, &l, e));
    assert_int_equal(l.nr, 1);
    assert_string_equal(l.items[0].file.name, "Hirut Tola Gebre");
    record_free(r);
    pool_free(pool);
    office_close(&o);
}

static void two_cases_become_one_and_two_again(void **state)
{
    struct office o;
    struct pool *pool = pool_new();
    struct id_list under;
    struct err err = ERR_INIT;
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    struct id a = open_child(&o, 1, "Hirut", "Tola");
    struct id b = open_child(&o, 2, "Hiruut", "Tola"), kept;
    assert_false(duplicate_may_merge(o.store, &a, &a, &err));
    ask_and_do(&o, "merge", &b, &a);
    assert_false(
        duplicate_may_merge(o.store, &b, &a, &err)); /* is so already */
    assert_false(duplicate_may_merge(o.store, &a, &b, &err)); /* no ring here */
    kept = kept_of(&o, b);
    assert_true(id_equal(&kept, &a));
    assert_int_equal(listed(&o, false), 1);
    assert_int_equal(listed(&o, true), 2);
    MUST(duplicate_under(o.store, &a, pool, &under, e));
    assert_int_equal(under.nr, 1);
    assert_int_equal(alike_of(&o, a, &kept), 0); /* known, not asked again */
    check_whole(&o);
    ask_and_do(&o, "part", &b, &a);
    assert_false(duplicate_may_part(o.store, &b, &err));
    assert_int_equal(listed(&o, false), 2);
    check_whole(&o);
    ask_and_do(&o, "merge", &b, &a); /* and once more */
    assert_int_equal(listed(&o, false), 1);
    pool_free(pool);
    office_close(&o);
}

static void exchange(struct office *hub, struct office *a, struct office *b)
{
    MUST(office_send(a, hub, NULL, e));
    MUST(office_send(b, hub, NULL, e));
    MUST(office_fetch(a, hub, NULL, e));
    MUST(office_fetch(b, hub, NULL, e));
}

static void offices_that_merge_a_ring_apart_agree(void **state)
{
    struct office hub, x, y;
    (void)state;
    office_open_hub(&hub);
    office_open(&x, "Gasera", "ET041114", 3);
    office_open(&y, "Bale zone", "ET0411", 4);
    office_admit(&hub, &x);
    office_admit(&hub, &y);
    struct id a = open_child(&x, 1, "Hirut", "Tola");
    struct id b = open_child(&x, 2, "Hiruut", "Tola");
    struct id c = open_child(&y, 3, "Hirut", "Tolla");
    exchange(&hub, &x, &y);
    ask_and_do(&x, "merge", &a, &b); /* a is b */
    ask_and_do(&y, "merge", &b, &c); /* b is c */
    ask_and_do(&y, "merge", &c, &a);
    exchange(&hub, &x, &y);
    struct office *all[] = {&hub, &x, &y};
    struct id kept = kept_of(&hub, b);
    for (size_t i = 0; i < 3; i++) {
        struct id at = kept_of(all[i], b);
        assert_true(id_equal(&kept, &at));
        assert_int_equal(listed(all[i], false), 1);
        check_whole(all[i]);
    }
    MUST(fold_rebuild(y.store, e));
    assert_int_equal(listed(&y, false), 1);
    office_close(&x);
    office_close(&y);
    office_close(&hub);
}

/* a says b, and elsewhere b says a: the smaller id is kept by both. */
static void crossed_merges_keep_the_smaller_id(void **state)
{
    struct office hub, x, y;
    (void)state;
    office_open_hub(&hub);
    office_open(&x, "Gasera", "ET041114", 3);
    office_open(&y, "Bale zone", "ET0411", 4);
    office_admit(&hub, &x);
    office_admit(&hub, &y);
    struct id a = open_child(&x, 1, "Hirut", "Tola");
    struct id b = open_child(&x, 2, "Hiruut", "Tola");
    exchange(&hub, &x, &y);
    ask_and_do(&x, "merge", &a, &b);
    ask_and_do(&y, "merge", &b, &a);
    exchange(&hub, &x, &y);
    struct office *all[] = {&hub, &x, &y};
    for (size_t i = 0; i < 3; i++) {
        struct id of_a = kept_of(all[i], a), of_b = kept_of(all[i], b);
        assert_true(id_is_zero(&of_a));
        assert_true(id_equal(&of_b, &a));
        check_whole(all[i]);
    }
    office_close(&x);
    office_close(&y);
    office_close(&hub);
}

/* ---- a whole office ---- */

static bool count_pair(void *arg, const struct casefile *c,
                       const struct duplicate *d, struct err *e)
{
    (void)e;
    assert_false(id_equal(&c->id, &d->file.id));
    *(size_t *)arg += 1;
    return true;
}

static void a_walk_names_each_pair_once(void **state)
{
    struct office o;
    size_t pairs = 0;
    (void)state;
    office_open(&o, "Gasera", "ET0411", 1);
    open_child(&o, 1, "Hirut", "Tola");
    open_child(&o, 2, "Hiruut", "Tola");
    open_child(&o, 3, "Hirut", "Tolla");
    open_child(&o, 4, "Chaltu", "Mamo");
    MUST(duplicate_walk(o.store, count_pair, &pairs, e));
    assert_int_equal(pairs, 3);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_registered_twice_is_noticed),
        cmocka_unit_test(the_likest_case_stands_first),
        cmocka_unit_test(typed_answers_are_compared),
        cmocka_unit_test(two_cases_become_one_and_two_again),
        cmocka_unit_test(offices_that_merge_a_ring_apart_agree),
        cmocka_unit_test(crossed_merges_keep_the_smaller_id),
        cmocka_unit_test(a_walk_names_each_pair_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
