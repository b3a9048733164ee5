/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what cannot be asked for or decided is refused with its sentence: no
 * kind or reason, a request that is decided, one's own, another's to take back,
 * a case that is held, not held, or gone; and a refusal changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/db.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/store_int.h"
#include "store/verdict.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* The deed must be refused with that code, in words that hold these. */
#define REFUSED(call, why_code, words)                                         \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (call)                                                              \
            fail_msg("done: %s", #call);                                       \
        if (e_.code != (why_code) || strstr(e_.text, words) == NULL)           \
            fail_msg("%s: (%d) %s", #call, (int)e_.code, e_.text);             \
    } while (0)

struct desk {
    struct office o;
    struct pool *pool;
    struct id case_id;
    struct stream stream;
};

static void sit_down(struct desk *k, const char *login)
{
    str_copy(k->o.store->login, sizeof k->o.store->login, login);
}

static int begin(void **state)
{
    static struct desk k;
    k = (struct desk){.pool = pool_new()};
    office_open(&k.o, "Gasera", "ET041114", 3);
    str_copy(k.o.store->role, sizeof k.o.store->role, "case-manager");
    MUST(office_write_user(k.o.store, "almaz", "case-manager", e));
    MUST(office_write_user(k.o.store, "bekele", "case-manager", e));
    k.case_id = office_open_case(&k.o, "ET041114/03", "Selam");
    k.stream = stream_of_id(STREAM_CASE, &k.case_id);
    sit_down(&k, "almaz");
    *state = &k;
    return 0;
}

static int end(void **state)
{
    struct desk *k = *state;
    pool_free(k->pool);
    office_close(&k->o);
    return 0;
}

static int64_t changes(struct desk *k)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(k->o.store),
                    "SELECT COUNT(*) FROM change WHERE op <> 12", DB_NOTHING, 0,
                    &n, e));
    return n;
}

static struct approval load(struct desk *k, const struct id *request)
{
    struct approval a = {0};
    MUST(approval_load(k->o.store, request, k->pool, &a, e));
    return a;
}

static struct approval ask(struct desk *k, bool hold)
{
    struct id request;
    if (hold)
        MUST(hold_request(k->o.store, &k->stream, true, "court", &request, e));
    else
        MUST(purge_request(k->o.store, &k->case_id, "mistake", &request, e));
    return load(k, &request);
}

static void a_request_says_what_and_why(void **state)
{
    struct desk *k = *state;
    struct id id;
    char long_reason[APPROVAL_REASON_BYTES_MAX + 2];
    struct approval_ask asked = {
        .kind = "dance", .stream = k->stream, .reason = "joy"};
    int64_t before = changes(k);
    memset(long_reason, 'a', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = '\0';
    REFUSED(approval_request(k->o.store, &asked, &id, e), ERR_INPUT,
            "Nobody decides on a \"dance\"");
    asked.kind = "closure";
    asked.reason = " \t";
    REFUSED(approval_request(k->o.store, &asked, &id, e), ERR_INPUT,
            "sentence or two");
    asked.reason = long_reason;
    REFUSED(approval_request(k->o.store, &asked, &id, e), ERR_INPUT,
            "sentence or two");
    REFUSED(purge_request(k->o.store, &k->case_id, "tired", &id, e), ERR_INPUT,
            "one of these reasons");
    REFUSED(hold_request(k->o.store, &k->stream, false, "over", &id, e),
            ERR_INPUT, "not held");
    assert_int_equal(changes(k), before);
    asked.reason = long_reason + 1;
    asked.detail = "";
    MUST(approval_request(k->o.store, &asked, &id, e));
    asked.reason = "again";
    REFUSED(approval_request(k->o.store, &asked, &id, e), ERR_INPUT,
            "almaz asked for the same already");
}

static void who_asked_takes_back_and_another_decides(void **state)
{
    struct desk *k = *state;
    struct approval a = ask(k, true);
    int64_t before = changes(k);
    REFUSED(verdict_give(k->o.store, &a, APPROVAL_APPROVED, NULL, e),
            ERR_DENIED, "asked for this yourself");
    sit_down(k, "bekele");
    REFUSED(verdict_give(k->o.store, &a, APPROVAL_WITHDRAWN, NULL, e),
            ERR_DENIED, "Only almaz");
    REFUSED(verdict_give(k->o.store, &a, APPROVAL_REFUSED, " ", e), ERR_INPUT,
            "Say why it is refused");
    assert_int_equal(changes(k), before);
    MUST(verdict_give(k->o.store, &a, APPROVAL_REFUSED, "no court asks", e));
    assert_string_equal(load(k, &a.id).decided_reason, "no court asks");
}

static void what_is_decided_is_not_decided_again(void **state)
{
    static const struct {
        enum approval_state to;
        const char *by, *reason;
    } ends[] = {{APPROVAL_APPROVED, "bekele", NULL},
                {APPROVAL_REFUSED, "bekele", "no"},
                {APPROVAL_WITHDRAWN, "almaz", NULL}};
    struct desk *k = *state;
    for (size_t i = 0; i < ARR_NR(ends); i++) {
        sit_down(k, "almaz");
        struct id request;
        const struct approval_ask asked = {
            .kind = "closure", .stream = k->stream, .reason = "all is well"};
        MUST(approval_request(k->o.store, &asked, &request, e));
        struct approval a = load(k, &request);
        sit_down(k, ends[i].by);
        MUST(verdict_give(k->o.store, &a, ends[i].to, ends[i].reason, e));
        a = load(k, &request);
        assert_int_equal(a.state, ends[i].to);
        for (size_t n = 0; n < ARR_NR(ends); n++) {
            sit_down(k, ends[n].by);
            REFUSED(verdict_give(k->o.store, &a, ends[n].to, "late", e),
                    ERR_INPUT, approval_state_label(ends[i].to));
        }
    }
}

/* Not even with the word of two people, and not a second time. */
static void a_held_case_is_not_purged_nor_held_twice(void **state)
{
    struct desk *k = *state;
    struct approval purge = ask(k, false), hold = ask(k, true);
    struct id id;
    REFUSED(purge_carry_out(k->o.store, &purge, e), ERR_DENIED,
            "Nobody approved");
    sit_down(k, "bekele");
    MUST(verdict_give(k->o.store, &hold, APPROVAL_APPROVED, NULL, e));
    int64_t before = changes(k);
    hold = load(k, &hold.id);
    REFUSED(purge_carry_out(k->o.store, &hold, e), ERR_DENIED,
            "Nobody approved");
    REFUSED(verdict_give(k->o.store, &purge, APPROVAL_APPROVED, NULL, e),
            ERR_DENIED, "held since");
    REFUSED(hold_request(k->o.store, &k->stream, true, "again", &id, e),
            ERR_INPUT, "held already");
    REFUSED(purge_request(k->o.store, &k->case_id, "request", &id, e),
            ERR_DENIED, "held since");
    assert_int_equal(load(k, &purge.id).state, APPROVAL_OPEN);
    assert_int_equal(changes(k), before);
}

static void of_a_purged_case_nothing_is_asked_or_written(void **state)
{
    struct desk *k = *state;
    struct approval a = ask(k, false);
    struct id id;
    int64_t nr = 0;
    sit_down(k, "bekele");
    MUST(verdict_give(k->o.store, &a, APPROVAL_APPROVED, NULL, e));
    a = load(k, &a.id);
    MUST(purge_carry_out(k->o.store, &a, e)); /* done already */
    MUST(purge_run(k->o.store, &nr, e));
    assert_int_equal(nr, 0);
    REFUSED(purge_request(k->o.store, &k->case_id, "mistake", &id, e),
            ERR_DENIED, "was purged");
    REFUSED(hold_request(k->o.store, &k->stream, true, "court", &id, e),
            ERR_DENIED, "was purged");
}

/* What a place asks for goes by who may approve there. */
static void a_request_about_a_place_names_no_case(void **state)
{
    struct desk *k = *state;
    struct id request;
    const struct approval_ask asked = {.kind = "closure",
                                       .stream = stream_of_place("ET041114/03"),
                                       .reason = "the office moves"};
    MUST(approval_request(k->o.store, &asked, &request, e));
    struct approval a = load(k, &request);
    assert_string_equal(a.case_number, "");
    sit_down(k, "bekele");
    MUST(verdict_give(k->o.store, &a, APPROVAL_APPROVED, NULL, e));
    assert_int_equal(load(k, &request).state, APPROVAL_APPROVED);
}

/* An office whose clock is broken asks: nobody's sum of days overflows. */
static void a_request_from_the_end_of_time_only_waits(void **state)
{
    struct desk *k = *state;
    struct approval a = ask(k, true);
    MUST(db_run(store_db(k->o.store), "UPDATE approval SET asked_ms = ?",
                DB_BIND(db_int(INT64_MAX)), e));
    assert_int_equal(load(k, &a.id).state, APPROVAL_OPEN);
    MUST(db_run(store_db(k->o.store), "UPDATE approval SET asked_ms = ?",
                DB_BIND(db_int(INT64_MIN)), e));
    assert_int_equal(load(k, &a.id).state, APPROVAL_EXPIRED);
}

static void a_number_nobody_gave_finds_nothing(void **state)
{
    struct desk *k = *state;
    struct approval a;
    struct id none = {{7}};
    ask(k, true);
    REFUSED(approval_resolve(k->o.store, "", k->pool, &a, e), ERR_NOT_FOUND,
            "no request");
    REFUSED(approval_resolve(k->o.store, "selam", k->pool, &a, e),
            ERR_NOT_FOUND, "no request");
    REFUSED(approval_resolve(k->o.store, "0000-0000", k->pool, &a, e),
            ERR_NOT_FOUND, "no request");
    REFUSED(approval_load(k->o.store, &none, k->pool, &a, e), ERR_NOT_FOUND,
            "no such request");
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(a_request_says_what_and_why),
        PROOF(who_asked_takes_back_and_another_decides),
        PROOF(what_is_decided_is_not_decided_again),
        PROOF(a_held_case_is_not_purged_nor_held_twice),
        PROOF(of_a_purged_case_nothing_is_asked_or_written),
        PROOF(a_request_about_a_place_names_no_case),
        PROOF(a_request_from_the_end_of_time_only_waits),
        PROOF(a_number_nobody_gave_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
