/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: who looked at what is a change in a chain like any other, on the disk
 * two seconds later; it holds no name and no searched word, yet a search can be
 * recognised by who knows the word; nothing is marked as unsent by it, and it
 * goes to the hub only once 64 wait or a week has passed; failed unlocks are
 * not forgotten; supervisors may read it, others not; what a right refuses is
 * written down with the right and the case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/verify.h"
#include "tests/store/support_disk.h"
#include "tests/store/support_office.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

static void note(struct store *s, enum audit_kind kind, const char *reason)
{
    MUST(audit_note(s, &(struct audit_event){.kind = kind, .reason = reason},
                    e));
}

/* Those that are on the disk. */
static size_t lines(struct store *s, const struct audit_query *asked,
                    struct audit_line *room, size_t room_nr)
{
    struct audit_page page = {.room = room, .room_nr = room_nr};
    MUST(audit_page_load(s, asked, &page, e));
    return page.nr;
}

static size_t count(struct store *s)
{
    struct audit_line room[200];
    return lines(s, &(struct audit_query){.kind = -1}, room, ARR_NR(room));
}

static void a_trace_is_on_the_disk_after_two_seconds(void **state)
{
    struct office o;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    assert_int_equal(audit_wait_ms(o.store), -1);
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &id, e));
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &id, e)); /* once */
    assert_int_equal(audit_wait_ms(o.store), AUDIT_BATCH_MS);
    assert_int_equal(count(o.store), 0);
    o.now_ms += AUDIT_BATCH_MS;
    assert_int_equal(audit_wait_ms(o.store), 0);
    MUST(audit_flush(o.store, e));
    assert_int_equal(count(o.store), 1);
    assert_int_equal(audit_wait_ms(o.store), -1);
    note(o.store, AUDIT_EXPORT, "list of cases"); /* does not wait */
    assert_int_equal(count(o.store), 2);
    office_close(&o);
}

static void a_trace_says_who_when_what_and_about_whom(void **state)
{
    struct office o;
    struct audit_line x[4];
    char number[ID_NUMBER_BYTES];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    int64_t at_ms = o.now_ms;
    MUST(audit_note_case(o.store, AUDIT_OPEN_SEALED, &id, e));
    o.now_ms += 5000;
    note(o.store, AUDIT_PRINT, "plan\nof the case");
    assert_int_equal(lines(o.store, &(struct audit_query){.kind = -1}, x, 4),
                     2);
    assert_int_equal(x[0].kind, AUDIT_PRINT); /* the newest first */
    assert_string_equal(x[0].reason, "plan of the case");
    assert_true(id_is_zero(&x[0].case_id));
    assert_int_equal(x[1].kind, AUDIT_OPEN_SEALED);
    assert_int_equal(x[1].at_ms, at_ms);
    assert_string_equal(x[1].login, store_login(o.store));
    assert_string_equal(x[1].office, "Gasera");
    assert_true(id_equal(&x[1].case_id, &id));
    id_print_number(&id, number);
    assert_string_equal(x[1].number, number);
    office_close(&o);
}

static void traces_are_found_by_person_case_day_and_kind(void **state)
{
    struct office o;
    struct audit_line x[8];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id a = office_open_case(&o, "ET041114/03", "Selam");
    struct id b = office_open_case(&o, "ET041114/03", "Dawit");
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &a, e));
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &b, e));
    MUST(audit_flush(o.store, e));
    o.now_ms += DAY_MS;
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &a, e));
    note(o.store, AUDIT_PRINT, NULL);
    const struct audit_query of_a = {.case_id = &a, .kind = -1};
    const struct audit_query late = {.since_ms = o.now_ms, .kind = -1};
    const struct audit_query prints = {.kind = AUDIT_PRINT};
    const struct audit_query nobody = {.login = "nobody", .kind = -1};
    assert_int_equal(lines(o.store, &of_a, x, 8), 2);
    assert_int_equal(lines(o.store, &late, x, 8), 2);
    assert_int_equal(lines(o.store, &prints, x, 8), 1);
    assert_int_equal(lines(o.store, &nobody, x, 8), 0);
    office_close(&o);
}

/* Both ways, as the screen pages: each line once, in order. */
static void pages_follow_one_another(void **state)
{
    struct office o;
    struct audit_line x[7];
    struct audit_page page = {.room = x, .room_nr = 7};
    const struct audit_query all = {.kind = -1};
    size_t seen = 0;
    int64_t last = INT64_MAX;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    for (int i = 0; i < 30; i++, o.now_ms++)
        note(o.store, AUDIT_PRINT, NULL);
    do {
        MUST(audit_page_load(o.store, &all, &page, e));
        for (size_t i = 0; i < page.nr; i++, seen++) {
            assert_true(x[i].change_id < last);
            page.before = last = x[i].change_id;
        }
    } while (page.nr > 0);
    assert_int_equal(seen, 30);
    page.backwards = true;
    page.before = last;
    MUST(audit_page_load(o.store, &all, &page, e));
    assert_int_equal(page.nr, 7);
    assert_true(x[0].change_id > last && x[1].change_id > x[0].change_id);
    office_close(&o);
}

static void a_search_is_recognised_by_the_word_alone(void **state)
{
    struct office o, other;
    struct audit_line x[4];
    char ours[AUDIT_REASON_BYTES];
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    office_open(&other, "Goba", "ET041107", 2);
    MUST(audit_note_search(o.store, "Selam Tesfaye", e));
    MUST(audit_note_search(o.store, "  ", e)); /* is no search */
    MUST(audit_flush(o.store, e));
    const struct audit_query by_word = {.kind = AUDIT_SEARCH,
                                        .word = "TESFAYE"};
    const struct audit_query other_word = {.kind = AUDIT_SEARCH,
                                           .word = "Abebe"};
    assert_int_equal(lines(o.store, &by_word, x, 4), 1);
    assert_int_equal(lines(o.store, &other_word, x, 4), 0);
    assert_int_equal(count(o.store), 1);
    str_copy(ours, sizeof ours, x[0].reason);
    assert_null(strstr(ours, "elam"));
    /* another office's key makes other hashes of the same words */
    MUST(audit_note_search(other.store, "Selam Tesfaye", e));
    MUST(audit_flush(other.store, e));
    assert_int_equal(
        lines(other.store, &(struct audit_query){.kind = -1}, x, 4), 1);
    assert_string_not_equal(ours, x[0].reason);
    office_close(&o);
    office_close(&other);
}

/* A trace taken out, or told otherwise, breaks its chain. */
static void no_trace_is_changed_unseen(void **state)
{
    static const char *const harms[] = {
        "UPDATE change SET at_ms = at_ms + 1 WHERE op = 12",
        "UPDATE change SET value = NULL WHERE op = 12",
        ("DELETE FROM change WHERE change_id ="
         " (SELECT MAX(change_id) FROM change WHERE op = 12)"),
    };
    (void)state;
    for (size_t i = 0; i < ARR_NR(harms); i++) {
        struct office o;
        struct verify_count counts;
        struct err why = ERR_INIT;
        office_open(&o, "Gasera", "ET041114", 1);
        note(o.store, AUDIT_PRINT, "plan");
        note(o.store, AUDIT_EXPORT, "cases");
        MUST(verify_all(o.store, &counts, e));
        MUST(db_script(store_db(o.store), harms[i], e));
        assert_false(verify_all(o.store, &counts, &why));
        assert_int_equal(why.code, ERR_CORRUPT);
        assert_non_null(strstr(why.text, "traces of office"));
        office_close(&o);
    }
}

static void looking_marks_nothing_as_unsent(void **state)
{
    struct office o;
    struct casefile c;
    struct casefile_tally t;
    int64_t saves = 0, bytes = 0, end = 0;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    MUST(feed_end(o.store, &end, e));
    MUST(setting_set_int(o.store, "sync.sent", end, e));
    for (int i = 0; i < 100; i++, o.now_ms += AUDIT_BATCH_MS) {
        MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &id, e));
        MUST(audit_flush(o.store, e));
    }
    MUST(casefile_load(o.store, &id, &c, e));
    MUST(casefile_tally_load(o.store, &t, e));
    MUST(feed_waiting(o.store, end, &saves, &bytes, e));
    assert_false(c.unsent);
    assert_int_equal(t.unsent, 0);
    assert_int_equal(saves, 0);
    office_close(&o);
}

/* Traces and others in a feed of own saves, in their order. */
static void fed(struct store *s, int *work, int *traces, bool *last)
{
    struct feed *f = feed_own(s, 0);
    struct save save;
    int64_t position = 0;
    bool more = true;
    *work = *traces = 0;
    *last = true;
    for (;;) {
        MUST(feed_next(f, &save, &position, &more, e));
        if (!more)
            break;
        bool is_trace = save.stream.kind == STREAM_READS;
        *traces += is_trace;
        *work += !is_trace;
        *last = *last && (is_trace || *traces == 0);
    }
    feed_free(f);
}

static void traces_wait_for_64_or_a_week_and_go_last(void **state)
{
    struct office o;
    int work, traces;
    bool last, due = true;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    for (int i = 0; i < 20; i++)
        note(o.store, AUDIT_PRINT, NULL);
    office_open_case(&o, "ET041114/03", "Selam");
    fed(o.store, &work, &traces, &last);
    assert_int_equal(traces, 0);
    assert_true(work > 0);
    int before = work;
    o.now_ms += 7 * (int64_t)DAY_MS - 1000;
    MUST(feed_reads_due(o.store, &due, e));
    assert_false(due);
    o.now_ms += 1000;
    fed(o.store, &work, &traces, &last);
    assert_int_equal(traces, 20); /* a week */
    assert_int_equal(work, before);
    assert_true(last);
    office_close(&o);
    office_open(&o, "Gasera", "ET041114", 1);
    for (int i = 0; i < FEED_READS_NR - 2; i++)
        note(o.store, AUDIT_PRINT, NULL);
    MUST(feed_reads_due(o.store, &due, e));
    assert_false(due); /* 62, and the record of them */
    note(o.store, AUDIT_PRINT, NULL);
    MUST(feed_reads_due(o.store, &due, e));
    assert_true(due);
    office_close(&o);
}

static void a_failed_unlock_waits_for_the_next_one(void **state)
{
    static const struct store_new office = {.site_name = "Gasera",
                                            .place = "ET041114",
                                            .login = "almaz",
                                            .role = "case-manager"};
    struct disk d = disk_new();
    struct err why = ERR_INIT;
    struct audit_line x[4];
    (void)state;
    MUST(store_create(d.folder, &office, "a long enough phrase",
                      store_env_system(), e));
    for (int i = 0; i < 3; i++)
        assert_null(store_open(d.folder, "another phrase altogether",
                               store_env_system(), &why));
    assert_int_equal(why.code, ERR_DENIED);
    struct store *s =
        store_open(d.folder, "a long enough phrase", store_env_system(), &why);
    assert_non_null(s);
    assert_int_equal(
        lines(s, &(struct audit_query){.kind = AUDIT_UNLOCK_FAILED}, x, 4), 3);
    store_close(s);
    s = store_open(d.folder, "a long enough phrase", store_env_system(), &why);
    assert_non_null(s); /* told once */
    assert_int_equal(
        lines(s, &(struct audit_query){.kind = AUDIT_UNLOCK_FAILED}, x, 4), 3);
    assert_int_equal(
        lines(s, &(struct audit_query){.kind = AUDIT_UNLOCK}, x, 4),
        1); /* written when it was closed */
    store_close(s);
    disk_clear(&d);
}

static void supervisors_may_read_and_others_not(void **state)
{
    static const struct {
        const char *role;
        bool reads, names;
    } cases[] = {
        {"community-worker", false, false},
        {"para-worker", false, false},
        {"social-worker", false, false},
        {"case-manager", true, true},
        {"expert", true, true},
        {"ledger", false, false},
        {"ledger-auditor", false, false},
        {"data-officer", false, false},
        {"me-officer", false, false},
        {"administrator", true, false},
    };
    (void)state;
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        struct store_new n = {.site_name = "Gasera",
                              .place = "ET041114",
                              .login = "almaz",
                              .role = cases[i].role};
        struct err why = ERR_INIT;
        struct store *s = store_open_memory(&n, store_env_system(), &why);
        assert_non_null(s);
        assert_int_equal(audit_may_read(s, &why), cases[i].reads);
        assert_int_equal(audit_may_name(s), cases[i].names);
        assert_true(cases[i].reads || why.code == ERR_DENIED);
        store_close(s);
    }
}

static void who_looked_last_is_somebody_else(void **state)
{
    struct office o;
    struct audit_line x;
    bool found = true;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &id, e));
    MUST(audit_flush(o.store, e));
    MUST(audit_last_look(o.store, &id, &x, &found, e));
    assert_false(found);
    MUST(db_script(store_db(o.store),
                   "UPDATE word SET text = 'dawit' WHERE word_id ="
                   " (SELECT MAX(author_id) FROM change WHERE op = 12)",
                   e));
    MUST(audit_last_look(o.store, &id, &x, &found, e));
    assert_true(found);
    assert_string_equal(x.login, "dawit");
    office_close(&o);
}

/* What was refused says which right and about which case, and no name; what is
 * only looked up for a list leaves nothing. */
static void what_a_right_refuses_leaves_a_trace(void **state)
{
    struct office o;
    struct audit_line x[8];
    struct err why = ERR_INIT;
    bool may = true;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    const struct stream stream = stream_of_id(STREAM_CASE, &id);
    struct right_ask ask = {RIGHT_READ, RIGHT_SEALED, "case", &stream};
    office_become(&o, "ledger");
    MUST(right_may_see(o.store, &stream, &may, e));
    assert_false(may);
    assert_int_equal(audit_wait_ms(o.store), -1);
    assert_false(right_may(o.store, &ask, &why));
    assert_false(right_may(o.store, &ask, &why)); /* once */
    assert_false(right_unseal(o.store, &stream, "visit", &why));
    assert_false(audit_may_read(o.store, &why));
    assert_non_null(strstr(why.text, "Case manager"));
    assert_false(audit_is_reader(o.store));
    struct save save = {.stream = stream,
                        .record = id,
                        .kind = "case",
                        .author = store_login(o.store),
                        .at_ms = o.now_ms};
    const struct edit edit = {.op = CHANGE_CLEAR, .path = "given_name"};
    save.edits = &edit;
    save.edits_nr = 1;
    assert_false(change_append(o.store, &save, &why));
    assert_int_equal(why.code, ERR_DENIED);
    MUST(audit_flush(o.store, e));
    const struct audit_query denied = {.kind = AUDIT_DENIED};
    assert_int_equal(lines(o.store, &denied, x, 8), 3);
    assert_string_equal(x[2].reason, "read case/sealed");
    assert_true(id_equal(&x[2].case_id, &id));
    assert_string_equal(x[1].reason, "read trace/open");
    assert_true(id_is_zero(&x[1].case_id));
    assert_true(str_starts(x[0].reason, "edit case/"));
    assert_true(id_equal(&x[0].case_id, &id));
    office_close(&o);
}

/* Traces are no matter of rights: of the passphrase in the envelope, which has
 * no role, they are written too. */
static void who_has_no_right_at_all_is_written_down(void **state)
{
    struct office o;
    (void)state;
    office_open(&o, "Gasera", "ET041114", 1);
    str_copy(o.store->login, sizeof o.store->login, "recovery");
    o.store->role[0] = '\0';
    note(o.store, AUDIT_EXPORT, "list");
    assert_int_equal(count(o.store), 1);
    office_close(&o);
}

/* The hub takes an office's traces, and only from that office. */
static void the_hub_takes_traces_of_their_own_office(void **state)
{
    struct office hub, o, other;
    struct err why = ERR_INIT;
    struct intake_count counts;
    struct audit_line x[200];
    (void)state;
    office_open_hub(&hub);
    office_open(&o, "Gasera", "ET041114", 1);
    office_open(&other, "Goba", "ET041107", 2);
    office_admit(&hub, &o);
    office_admit(&hub, &other);
    struct id id = office_open_case(&o, "ET041114/03", "Selam");
    MUST(audit_note_case(o.store, AUDIT_OPEN_CASE, &id, e));
    for (int i = 0; i < FEED_READS_NR; i++)
        note(o.store, AUDIT_PRINT, NULL);
    if (!office_send(&o, &hub, &counts, &why))
        fail_msg("%s", why.text);
    assert_int_equal(counts.set_aside, 0);
    size_t nr = lines(hub.store, &(struct audit_query){.kind = -1}, x, 200);
    assert_int_equal(nr, FEED_READS_NR + 1);
    assert_string_equal(x[0].office, "Gasera");
    const struct audit_query of_case = {.case_id = &id, .kind = -1};
    assert_int_equal(lines(hub.store, &of_case, x, 200), 1);
    if (!office_fetch(&other, &hub, &counts, &why))
        fail_msg("%s", why.text);
    assert_int_equal(count(other.store), 0); /* goes to the hub only */
    office_close(&o);
    office_close(&other);
    office_close(&hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_is_on_the_disk_after_two_seconds),
        cmocka_unit_test(a_trace_says_who_when_what_and_about_whom),
        cmocka_unit_test(traces_are_found_by_person_case_day_and_kind),
        cmocka_unit_test(pages_follow_one_another),
        cmocka_unit_test(a_search_is_recognised_by_the_word_alone),
        cmocka_unit_test(no_trace_is_changed_unseen),
        cmocka_unit_test(looking_marks_nothing_as_unsent),
        cmocka_unit_test(traces_wait_for_64_or_a_week_and_go_last),
        cmocka_unit_test(a_failed_unlock_waits_for_the_next_one),
        cmocka_unit_test(supervisors_may_read_and_others_not),
        cmocka_unit_test(who_looked_last_is_somebody_else),
        cmocka_unit_test(what_a_right_refuses_leaves_a_trace),
        cmocka_unit_test(who_has_no_right_at_all_is_written_down),
        cmocka_unit_test(the_hub_takes_traces_of_their_own_office),
    };
    setenv("HOMEWARD_KDF_COST", "least", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
