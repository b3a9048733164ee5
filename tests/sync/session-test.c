/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two ends of the conversation, with nothing but bytes between them,
 * bring every change where it belongs, once, whatever the pieces and the order
 * of syncs; what nobody edited twice at once is equal everywhere, what two
 * edited at once stands twice everywhere; and an end that was put back in time
 * or is somebody else is told so, with nothing lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/mem.h"
#include "store/change.h"
#include "store/conflict.h"
#include "store/peer.h"
#include "sync/hello.h"
#include "tests/sync/support_pair.h"

#define WOREDA_A "ET041114"
#define WOREDA_B "ET030101"

static const size_t whole = 1 << 20;

static void sync_well(struct pair *p, struct pair_office *o, size_t piece)
{
    struct pair_result r = pair_sync(p, o, PAIR_NO_CUT, piece);
    if (r.failed)
        fail_msg("%s", r.error.text);
    assert_true(r.done);
}

static void assert_same_case(struct store *a, struct store *b,
                             const struct id *id)
{
    uint8_t of_a[32], of_b[32];
    pair_state(a, id, of_a);
    pair_state(b, id, of_b);
    assert_memory_equal(of_a, of_b, sizeof of_a);
}

static void a_case_travels_by_the_hub_to_the_office_of_its_place(void **state)
{
    (void)state;
    struct pair p;
    struct id room[4];
    pair_open(&p, 1);
    struct pair_office *centre = pair_add(&p, "Transit centre", "ET14");
    struct pair_office *woreda = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, centre->store, WOREDA_A);
    pair_set(&p, centre->store, &id, "given_name", "ሰላም");
    sync_well(&p, centre, whole);
    sync_well(&p, woreda, whole);
    assert_int_equal(pair_cases(woreda->store, room, 4), 1);
    assert_same_case(centre->store, woreda->store, &id);
    pair_set(&p, woreda->store, &id, "given_name", "ሰላማዊት");
    sync_well(&p, woreda, whole);
    sync_well(&p, centre, whole);
    assert_same_case(centre->store, woreda->store, &id);
    assert_same_case(p.hub, woreda->store, &id);
    pair_close(&p);
}

/* An office that mostly reads must not look through all it ever received for
 * work of its own at each sync. */
static void what_came_is_looked_through_once(void **state)
{
    (void)state;
    struct pair p;
    struct peer_hub hub;
    struct err e = ERR_INIT;
    bool found = false;
    pair_open(&p, 1);
    struct pair_office *centre = pair_add(&p, "Transit centre", "ET14");
    struct pair_office *woreda = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, centre->store, WOREDA_A);
    sync_well(&p, centre, whole);
    sync_well(&p, woreda, whole);
    sync_well(&p, woreda, whole);
    assert_true(peer_hub_load(woreda->store, &hub, &found, &e));
    assert_int_equal(
        hub.sent,
        pair_number(woreda->store, "SELECT MAX(change_id) FROM change"));
    pair_set(&p, woreda->store, &id, "given_name", "Selam");
    sync_well(&p, woreda, whole);
    assert_same_case(p.hub, woreda->store, &id);
    pair_close(&p);
}

static void what_does_not_concern_an_office_does_not_reach_it(void **state)
{
    (void)state;
    struct pair p;
    struct id room[4];
    pair_open(&p, 2);
    struct pair_office *a = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct pair_office *b = pair_add(&p, "Another woreda", WOREDA_B);
    pair_new_case(&p, a->store, WOREDA_A);
    sync_well(&p, a, whole);
    sync_well(&p, b, whole);
    assert_int_equal(pair_cases(b->store, room, 4), 0);
    pair_close(&p);
}

static void two_edits_at_once_stand_at_both_offices(void **state)
{
    (void)state;
    struct pair p;
    int64_t n = 0;
    struct err e = ERR_INIT;
    pair_open(&p, 3);
    struct pair_office *a = pair_add(&p, "Transit centre", "ET14");
    struct pair_office *b = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, a->store, WOREDA_A);
    sync_well(&p, a, whole);
    sync_well(&p, b, whole);
    pair_set(&p, a->store, &id, "risk_level", "high");
    pair_set(&p, b->store, &id, "risk_level", "low");
    sync_well(&p, a, whole);
    sync_well(&p, b, whole);
    sync_well(&p, a, whole);
    assert_true(conflict_count(a->store, &n, &e));
    assert_int_equal(n, 1);
    assert_true(conflict_count(b->store, &n, &e));
    assert_int_equal(n, 1);
    assert_same_case(a->store, b->store, &id);
    pair_close(&p);
}

static void nothing_to_say_costs_almost_nothing(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 4);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    pair_new_case(&p, o->store, WOREDA_A);
    sync_well(&p, o, whole);
    sync_well(&p, o, whole); /* the cursor moves over the own changes */
    struct pair_result r = pair_sync(&p, o, PAIR_NO_CUT, whole);
    assert_true(r.done);
    assert_int_equal(r.to_hub, 0);
    assert_in_range(r.to_office, 1, 24);
    pair_close(&p);
}

static const char *const paths[] = {"given_name",  "nickname",
                                    "risk_level",  "notes",
                                    "father_name", "x/unknown/path"};

static void edit_at_random(struct pair *p, struct pair_office *o)
{
    struct id room[64];
    char text[160];
    struct entropy_source noise = entropy_seeded(&p->noise);
    size_t nr = pair_cases(o->store, room, 64);
    uint64_t dice = entropy_u64(&noise);
    if (nr == 0 || dice % 5 == 0) {
        pair_new_case(p, o->store, dice % 2 ? WOREDA_A : WOREDA_B);
        return;
    }
    snprintf(text, sizeof text, "invented %llu %.*s", (long long)dice % 1000ull,
             (int)(dice >> 20) % 100,
             "a child who came home says what home is, and we write it down "
             "as it was said, word by word, in the order of the visit");
    pair_set(p, o->store, &room[(dice >> 8) % nr],
             paths[(dice >> 16) % (sizeof paths / sizeof *paths)], text);
}

static void random_edits_end_equal(struct pair *p, unsigned rounds)
{
    struct entropy_source noise = entropy_seeded(&p->noise);
    static const size_t pieces[] = {1, 7, 100, 4096, 1 << 20};
    struct id room[64];
    for (unsigned i = 0; i < rounds; i++) {
        uint64_t dice = entropy_u64(&noise);
        struct pair_office *o = &p->offices[dice % p->nr];
        for (unsigned k = 0; k < (dice >> 8) % 6; k++)
            edit_at_random(p, o);
        if ((dice >> 16) % 3 == 0)
            sync_well(p, o, pieces[(dice >> 24) % 5]);
    }
    for (unsigned round = 0; round < 2; round++)
        for (size_t i = 0; i < p->nr; i++)
            sync_well(p, &p->offices[i], whole);
    for (size_t i = 0; i < p->nr; i++) {
        size_t nr = pair_cases(p->offices[i].store, room, 64);
        for (size_t k = 0; k < nr; k++)
            assert_same_case(p->offices[i].store, p->hub, &room[k]);
        assert_int_equal(
            pair_number(p->offices[i].store, "SELECT COUNT(*) FROM quarantine"),
            0);
        pair_verify(p->offices[i].store);
    }
    pair_verify(p->hub);
}

static void random_edits_at_three_offices_end_equal(void **state)
{
    (void)state;
    for (uint64_t seed = 10; seed < (pair_is_slow() ? 11 : 16); seed++) {
        struct pair p;
        pair_open(&p, seed);
        pair_add(&p, "Transit centre", "ET");
        pair_add(&p, "Gasera woreda", WOREDA_A);
        pair_add(&p, "Another woreda", WOREDA_B);
        random_edits_end_equal(&p, pair_is_slow() ? 15 : 60);
        pair_close(&p);
    }
}

static void one_large_save_makes_one_large_frame(void **state)
{
    (void)state;
    struct pair p;
    char *text = mem_alloc(60001);
    struct entropy_source noise;
    pair_open(&p, 5);
    noise = entropy_seeded(&p.noise);
    struct pair_office *a = pair_add(&p, "Transit centre", "ET");
    struct pair_office *b = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, a->store, WOREDA_A);
    for (size_t i = 0; i < 60000; i++)
        text[i] = (char)('!' + entropy_u64(&noise) % 90);
    pair_set(&p, a->store, &id, "notes", text);
    struct pair_result r = pair_sync(&p, a, PAIR_NO_CUT, 1000);
    assert_true(r.done);
    assert_int_equal(r.office.frames_sent, 2);
    sync_well(&p, b, 1000);
    assert_same_case(a->store, b->store, &id);
    mem_free(text);
    pair_close(&p);
}

/* The gate counts all that a frame has to carry, so what it lets in fits. */
static void the_largest_save_the_gate_takes_can_be_sent(void **state)
{
    (void)state;
    struct pair p;
    struct err e = ERR_INIT;
    pair_open(&p, 7);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, o->store, WOREDA_A);
    struct entropy_source noise = entropy_seeded(&p.noise);
    struct edit edits[1000];
    struct dot dots[CHANGE_REPLACES_MAX];
    struct pool *pool = pool_new();
    struct save save = {.stream = stream_of_id(STREAM_CASE, &id),
                        .record = id,
                        .kind = "case",
                        .author = "almaz",
                        .edits = edits,
                        .edits_nr = ARR_NR(edits)};
    for (size_t i = 0; i < CHANGE_REPLACES_MAX; i++)
        dots[i] = (struct dot){entropy_u64(&noise), 1 + i};
    for (size_t i = 0; i < ARR_NR(edits); i++)
        edits[i] = (struct edit){
            .op = CHANGE_SET,
            .path = pool_printf(pool, "field/%016llx",
                                (unsigned long long)entropy_u64(&noise)),
            .replaces = dots,
            .replaces_nr = 9};
    assert_true(change_append(o->store, &save, &e));
    for (size_t i = 0; i < ARR_NR(edits); i++)
        edits[i].replaces_nr = CHANGE_REPLACES_MAX;
    assert_false(change_append(o->store, &save, &e));
    assert_int_equal(e.code, ERR_INPUT);
    sync_well(&p, o, whole);
    pool_free(pool);
    pair_close(&p);
}

static void many_small_saves_are_gathered_into_frames_of_4_kb(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 6);
    struct pair_office *a = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct entropy_source noise = entropy_seeded(&p.noise);
    struct id id = pair_new_case(&p, a->store, WOREDA_A);
    for (unsigned i = 0; i < (pair_is_slow() ? 700 : 1500); i++) {
        char text[64];
        snprintf(text, sizeof text, "note %016llx of the day",
                 (unsigned long long)entropy_u64(&noise));
        pair_set(&p, a->store, &id, paths[i % 4], text);
    }
    int64_t waiting = pair_number(a->store, "SELECT COUNT(*) FROM change");
    struct pair_result r = pair_sync(&p, a, PAIR_NO_CUT, whole);
    assert_true(r.done);
    assert_int_equal(r.office.changes_sent, waiting);
    int64_t mean = r.office.packed_sent / r.office.frames_sent;
    assert_in_range(mean, 2500, 5000);
    pair_close(&p);
}

/* ---- refusals ---- */

static void refused_with(struct pair *p, struct pair_office *o,
                         enum err_code code, const char *word)
{
    struct pair_result r = pair_sync(p, o, PAIR_NO_CUT, whole);
    assert_false(r.done);
    assert_true(r.failed);
    assert_int_equal(r.error.code, code);
    assert_non_null(strstr(r.error.text, word));
}

static void a_revoked_office_is_told_so(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 20);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    pair_run(p.hub, "UPDATE peer_site SET state = 2");
    refused_with(&p, o, ERR_DENIED, "no longer lets");
    pair_close(&p);
}

static void an_office_put_back_in_time_is_told_so(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 21);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    pair_new_case(&p, o->store, WOREDA_A);
    sync_well(&p, o, whole);
    /* the PC forgets that it ever sent */
    pair_run(o->store, "DELETE FROM frame_out");
    pair_run(o->store, "DELETE FROM setting WHERE name LIKE 'sync.frame%'");
    pair_run(o->store, "DELETE FROM setting WHERE name = 'sync.sent'");
    pair_new_case(&p, o->store, WOREDA_A);
    refused_with(&p, o, ERR_PROTOCOL, "restored from a backup");
    pair_close(&p);
}

static void a_hub_put_back_in_time_is_noticed(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 22);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    pair_new_case(&p, o->store, WOREDA_A);
    sync_well(&p, o, whole);
    pair_run(p.hub, "UPDATE peer_site SET frame_number = 0");
    refused_with(&p, o, ERR_PROTOCOL, "no longer has everything");
    pair_close(&p);
}

static void a_cursor_of_another_log_is_refused(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 23);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    sync_well(&p, o, whole);
    pair_run(o->store, "UPDATE setting SET value = 77"
                       " WHERE name = 'sync.cursor'");
    refused_with(&p, o, ERR_PROTOCOL, "do not continue");
    pair_close(&p);
}

static void a_hub_with_another_key_is_not_believed(void **state)
{
    (void)state;
    struct pair p;
    struct peer_hub hub;
    bool found = false;
    struct err e = ERR_INIT;
    pair_open(&p, 24);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    assert_true(peer_hub_load(o->store, &hub, &found, &e));
    hub.sign_public[3] ^= 1;
    assert_true(peer_hub_save(o->store, &hub, &e));
    refused_with(&p, o, ERR_PROTOCOL, "another key");
    pair_close(&p);
}

static void a_request_that_is_no_hello_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "ls -l", "AQE", "AQE=", "%41"};
    struct pair p;
    pair_open(&p, 25);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buf out = BUF_INIT(1000);
        struct err e = ERR_INIT;
        struct session *s = session_new_hub(p.hub, o->site_no, wrong[i]);
        assert_false(session_give(s, &out, &e));
        assert_int_equal(e.code, ERR_PROTOCOL);
        assert_int_equal(out.size, 3); /* REFUSE, length, MALFORMED */
        assert_true(session_take(s, "\x01\x00", 2, &e));
        session_free(s);
        buf_release(&out);
    }
    pair_close(&p);
}

/* ---- versions, and bytes that are not what was said ---- */

static struct pair_result sync_speaking(struct pair *p, struct pair_office *o,
                                        uint64_t min, uint64_t max)
{
    struct buf text = BUF_INIT(HELLO_TEXT_MAX);
    struct hello h;
    struct err e = ERR_INIT;
    struct session *s = session_new_office(o->store, &e);
    assert_non_null(s);
    assert_true(hello_parse(session_hello(s), &h, &e));
    session_free(s);
    h.protocol_min = min;
    h.protocol_max = max;
    hello_print(&h, &text);
    struct pair_result r = pair_sync_as(p, o, buf_text(&text));
    buf_release(&text);
    return r;
}

static void a_newer_program_steps_down_or_is_told(void **state)
{
    (void)state;
    struct pair p;
    pair_open(&p, 30);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct pair_result r = sync_speaking(&p, o, 1, 7);
    assert_true(r.done);
    r = sync_speaking(&p, o, 7, 9);
    assert_true(r.failed);
    assert_int_equal(r.error.code, ERR_VERSION);
    pair_close(&p);
}

/* Whatever a site sends, the hub's log holds whole frames of that site or
 * nothing, and the site's next true sync is complete. */
static void a_frame_that_was_changed_is_refused_whole(void **state)
{
    (void)state;
    struct pair p;
    unsigned refused = 0;
    pair_open(&p, 31);
    struct pair_office *o = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, o->store, WOREDA_A);
    sync_well(&p, o, whole);
    struct entropy_source noise = entropy_seeded(&p.noise);
    for (size_t at = 0; at < 260; at += pair_is_slow() ? 13 : 1) {
        struct pair_cut cut = PAIR_NO_CUT;
        cut.change_to_hub = at;
        cut.change = (uint8_t)(1 + entropy_u64(&noise) % 255);
        int64_t before =
            pair_number(p.hub, "SELECT COUNT(*) FROM change") +
            pair_number(p.hub, "SELECT COUNT(*) FROM quarantine") * 1000000;
        pair_set(&p, o->store, &id, "nickname", at % 2 ? "Mimi" : "Titi");
        pair_new_case(&p, o->store, WOREDA_A);
        struct pair_result r = pair_sync(&p, o, cut, whole);
        if (r.done)
            continue; /* the changed byte came after the last one */
        refused++;
        assert_int_equal(
            pair_number(p.hub, "SELECT COUNT(*) FROM change") +
                pair_number(p.hub, "SELECT COUNT(*) FROM quarantine") * 1000000,
            before);
        sync_well(&p, o, whole);
    }
    assert_in_range(refused, pair_is_slow() ? 8 : 120, 260);
    assert_same_case(o->store, p.hub, &id);
    pair_verify(p.hub);
    pair_close(&p);
}

/* A hub that lies can stop an office from syncing, but leaves its file whole
 * and its own work in it. */
static void a_hub_that_babbles_does_no_harm(void **state)
{
    (void)state;
    struct pair p;
    unsigned stuck = 0;
    pair_open(&p, 32);
    struct pair_office *a = pair_add(&p, "Transit centre", "ET14");
    struct pair_office *b = pair_add(&p, "Gasera woreda", WOREDA_A);
    struct id id = pair_new_case(&p, a->store, WOREDA_A);
    struct entropy_source noise = entropy_seeded(&p.noise);
    sync_well(&p, a, whole);
    for (size_t at = 0; at < 400; at += pair_is_slow() ? 29 : 1) {
        struct pair_cut cut = PAIR_NO_CUT;
        cut.change_to_office = at;
        cut.change = (uint8_t)(1 + entropy_u64(&noise) % 255);
        pair_set(&p, a->store, &id, "nickname", at % 2 ? "Mimi" : "Titi");
        sync_well(&p, a, whole);
        pair_sync(&p, b, cut, whole);
        if (!pair_sync(&p, b, PAIR_NO_CUT, whole).done) {
            /* what an administrator would do: begin from the start */
            pair_run(b->store, "DELETE FROM setting WHERE name IN"
                               " ('sync.cursor', 'sync.mark',"
                               " 'sync.hub_epoch')");
            sync_well(&p, b, whole);
            stuck++;
        }
        assert_same_case(b->store, p.hub, &id);
    }
    assert_in_range(stuck, 0, 40);
    pair_verify(b->store);
    pair_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_travels_by_the_hub_to_the_office_of_its_place),
        cmocka_unit_test(what_does_not_concern_an_office_does_not_reach_it),
        cmocka_unit_test(two_edits_at_once_stand_at_both_offices),
        cmocka_unit_test(what_came_is_looked_through_once),
        cmocka_unit_test(nothing_to_say_costs_almost_nothing),
        cmocka_unit_test(random_edits_at_three_offices_end_equal),
        cmocka_unit_test(one_large_save_makes_one_large_frame),
        cmocka_unit_test(the_largest_save_the_gate_takes_can_be_sent),
        cmocka_unit_test(many_small_saves_are_gathered_into_frames_of_4_kb),
        cmocka_unit_test(a_revoked_office_is_told_so),
        cmocka_unit_test(an_office_put_back_in_time_is_told_so),
        cmocka_unit_test(a_hub_put_back_in_time_is_noticed),
        cmocka_unit_test(a_cursor_of_another_log_is_refused),
        cmocka_unit_test(a_hub_with_another_key_is_not_believed),
        cmocka_unit_test(a_request_that_is_no_hello_is_refused),
        cmocka_unit_test(a_newer_program_steps_down_or_is_told),
        cmocka_unit_test(a_frame_that_was_changed_is_refused_whole),
        cmocka_unit_test(a_hub_that_babbles_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
