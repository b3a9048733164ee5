/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a line that breaks after any byte, in either direction, loses nothing
 * and doubles nothing: the next sync brings both ends to the same state, with
 * every change once, chains and computed tables as they should be, and what
 * had arrived is not sent again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sync/support_pair.h"

#define WOREDA "ET041114"

enum { TURN = 40 }; /* cuts on one set of stores before it is made anew */

struct bench {
    struct pair pair;
    struct pair_office *ours, *other;
    struct id case_id;
    unsigned turns;
    unsigned points, bad;
};

static void must_sync(struct bench *b, struct pair_office *o)
{
    struct pair_result r = pair_sync(&b->pair, o, PAIR_NO_CUT, 1 << 20);
    if (!r.done)
        fail_msg("%s", r.error.text);
}

static void set_up(struct bench *b, uint64_t seed)
{
    pair_open(&b->pair, seed);
    b->ours = pair_add(&b->pair, "Gasera woreda", WOREDA);
    b->other = pair_add(&b->pair, "Transit centre", "ET14");
    b->case_id = pair_new_case(&b->pair, b->other->store, WOREDA);
    b->turns = 0;
    must_sync(b, b->other);
    must_sync(b, b->ours);
    must_sync(b, b->ours);
}

static void tear_down(struct bench *b)
{
    pair_verify(b->ours->store);
    pair_verify(b->pair.hub);
    pair_close(&b->pair);
}

/* Something waits at both ends: new work of this office, and at the hub work
 * of another office on the same case. */
static void make_work(struct bench *b)
{
    struct pair *p = &b->pair;
    char text[64];
    snprintf(text, sizeof text, "seen on day %u, all well", b->points);
    pair_set(p, b->other->store, &b->case_id, "notes", text);
    pair_set(p, b->other->store, &b->case_id, "given_name", "ሰላም");
    must_sync(b, b->other);
    snprintf(text, sizeof text, "telephoned on day %u", b->points);
    pair_set(p, b->ours->store, &b->case_id, "nickname", text);
    pair_new_case(p, b->ours->store, WOREDA);
}

static int64_t changes_in(struct store *s)
{
    return pair_number(s, "SELECT COUNT(*) FROM change c"
                          " JOIN chain h ON h.chain_id = c.chain_id"
                          " JOIN stream t ON t.stream_id = h.stream_id"
                          " WHERE t.kind = 1");
}

static bool is_whole(struct bench *b)
{
    uint8_t here[32], there[32];
    struct id cases[2 * TURN + 8], at_hub[2 * TURN + 8];
    size_t nr = pair_cases(b->ours->store, cases, 2 * TURN + 8);
    if (nr != pair_cases(b->pair.hub, at_hub, 2 * TURN + 8) ||
        changes_in(b->ours->store) != changes_in(b->pair.hub) ||
        pair_number(b->pair.hub, "SELECT COUNT(*) FROM quarantine") != 0)
        return false;
    for (size_t i = 0; i < nr; i++) {
        pair_state(b->ours->store, &cases[i], here);
        pair_state(b->pair.hub, &cases[i], there);
        if (memcmp(here, there, sizeof here) != 0)
            return false;
    }
    return true;
}

/* One cut, and the sync after it. True when the line did not break: every
 * byte has had its turn. */
static bool try_cut(struct bench *b, struct pair_cut cut, size_t piece)
{
    make_work(b);
    struct pair_result r = pair_sync(&b->pair, b->ours, cut, piece);
    if (r.failed) {
        print_message("# %s\n", r.error.text);
        b->bad++;
        return true;
    }
    struct pair_result after =
        pair_sync(&b->pair, b->ours, PAIR_NO_CUT, 1 << 20);
    b->points++;
    if (!after.done || !is_whole(b) || after.office.repeated > 0 ||
        after.hub.repeated > 0)
        b->bad++;
    if (++b->turns == TURN) {
        tear_down(b);
        set_up(b, b->points);
    }
    return r.done;
}

static void every_byte_to(bool to_hub)
{
    static const size_t pieces[] = {1 << 20, 1, 19};
    struct bench b = {0};
    bool unbroken = false;
    set_up(&b, 7);
    for (size_t at = 0; !unbroken; at += pair_is_slow() ? 23 : 1) {
        struct pair_cut cut = PAIR_NO_CUT;
        *(to_hub ? &cut.to_hub : &cut.to_office) = at;
        unbroken = try_cut(&b, cut, pieces[at % 3]);
    }
    tear_down(&b);
    print_message("# %s: %u cut points, %u bad\n",
                  to_hub ? "to the hub" : "to the office", b.points, b.bad);
    assert_int_equal(b.bad, 0);
    assert_in_range(b.points, 8, 100000);
}

/* Several frames both ways; too many bytes to cut at each, so at every 37th. */
static void make_much_work(struct bench *b)
{
    struct entropy_source noise = entropy_seeded(&b->pair.noise);
    char text[3000];
    for (unsigned i = 0; i < 6; i++) {
        for (size_t k = 0; k < sizeof text - 1; k++)
            text[k] = (char)('a' + entropy_u64(&noise) % 26);
        text[sizeof text - 1] = '\0';
        pair_set(&b->pair, i % 2 ? b->ours->store : b->other->store,
                 &b->case_id, i % 2 ? "nickname" : "notes", text);
    }
    must_sync(b, b->other);
}

static void a_line_cut_among_several_frames_loses_nothing(void **state)
{
    (void)state;
    struct bench b = {0};
    set_up(&b, 9);
    for (size_t at = 0; at < 9000; at += pair_is_slow() ? 1501 : 37) {
        struct pair_cut cut = PAIR_NO_CUT;
        *(b.points % 2 ? &cut.to_hub : &cut.to_office) = at;
        make_much_work(&b);
        try_cut(&b, cut, 1 << 20);
    }
    tear_down(&b);
    print_message("# among several frames: %u cut points, %u bad\n", b.points,
                  b.bad);
    assert_int_equal(b.bad, 0);
}

static void a_line_cut_after_any_byte_to_the_hub_loses_nothing(void **state)
{
    (void)state;
    every_byte_to(true);
}

static void a_line_cut_after_any_byte_to_the_office_loses_nothing(void **state)
{
    (void)state;
    every_byte_to(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_cut_after_any_byte_to_the_hub_loses_nothing),
        cmocka_unit_test(a_line_cut_after_any_byte_to_the_office_loses_nothing),
        cmocka_unit_test(a_line_cut_among_several_frames_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
