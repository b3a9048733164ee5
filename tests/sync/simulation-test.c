/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two to six offices and a hub that edit, settle, sync over lines cut
 * at any byte, write while a sync runs, set their clocks wrong by ten years
 * and are closed and opened again, or find a disk full, end with every value at
 * every office that may see it, none lost, none doubled, none at an office that
 * may not; chains and computed tables are what they should be. Of cases that
 * somebody purges meanwhile nothing is left at anybody who may see them.
 *
 * One seed is one history. SEEDS=N runs N of them, FROM=N begins at that seed.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/fold.h"
#include "store/peer.h"
#include "tests/sync/support_sim.h"

enum { SEEDS = 40, SEEDS_SLOW = 2, STEPS = 160, ON_DISK_EVERY = 40 };

static struct tally {
    unsigned seeds, syncs, cuts, full, saves, on_disk;
} tally;

static void jump_clock(struct sim *m, size_t writer)
{
    enum { DAYS = 20 * 365 };
    const int64_t day_ms = 86400000;
    m->clocks[writer] = INT64_C(1790000000000) +
                        ((int64_t)sim_pick(m, DAYS) - DAYS / 2) * day_ms;
}

static void compute_again(struct sim *m, size_t writer)
{
    struct err e = ERR_INIT;
    if (!fold_rebuild(sim_store(m, writer), &e))
        fail_msg("%s", e.text);
}

/* ---- a sync, and what happens meanwhile ---- */

static size_t some_bytes(struct sim *m)
{
    return sim_pick(m, (size_t)1 << (4 + sim_pick(m, 10)));
}

static struct pair_result sync_office(struct sim *m, size_t office, bool cuts)
{
    struct pair_cut cut = PAIR_NO_CUT;
    static const size_t pieces[] = {1 << 20, 1, 37, 500};
    size_t piece = pieces[sim_pick(m, ARR_NR(pieces))];
    if (cuts && sim_pick(m, 3) > 0)
        *(sim_pick(m, 2) ? &cut.to_hub : &cut.to_office) = some_bytes(m);
    struct pair_result r =
        pair_sync(&m->pair, &m->pair.offices[office], cut, piece);
    if (r.failed)
        fail_msg("%s", r.error.text);
    assert_int_equal(r.hub.set_aside + r.office.set_aside, 0);
    assert_int_equal(r.hub.repeated + r.office.repeated, 0);
    tally.syncs++;
    tally.cuts += !r.done;
    sim_check_scope(m, office);
    return r;
}

/* While one office speaks with the hub: its screens save, and so does another
 * office, whose own sync goes through in between. */
static void meanwhile(void *arg)
{
    struct sim *m = arg;
    size_t other = sim_pick(m, m->pair.nr);
    if (sim_pick(m, 30) > 0)
        return;
    m->pair.meanwhile = NULL;
    sim_edit(m, sim_writer(m));
    if (other != m->speaking && sim_pick(m, 2) > 0)
        sync_office(m, other, true);
    m->pair.meanwhile = meanwhile;
}

static void sync_step(struct sim *m, size_t writer)
{
    if (writer == SIM_HUB)
        return;
    m->pair.meanwhile = meanwhile;
    m->pair.arg = m;
    m->speaking = writer;
    sync_office(m, writer, true);
    m->pair.meanwhile = NULL;
}

static void allow_pages(struct store *s, int64_t nr)
{
    struct err e = ERR_INIT;
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA max_page_count=%" PRId64, nr);
    if (!db_script(store_db(s), sql, &e))
        fail_msg("%s", e.text);
}

/* The disk of one end is full in the middle of it: that sync may fail, and
 * with a sentence that says so; nothing else may come of it. */
static void sync_on_a_full_disk(struct sim *m, size_t writer)
{
    enum { ALL_PAGES = 1 << 30 };
    if (writer == SIM_HUB)
        return;
    struct store *full = sim_store(m, sim_pick(m, 2) ? writer : SIM_HUB);
    int64_t pages = pair_number(full, "PRAGMA page_count");
    allow_pages(full, pages + (int64_t)sim_pick(m, 4));
    struct pair_result r =
        pair_sync(&m->pair, &m->pair.offices[writer], PAIR_NO_CUT, 1 << 20);
    if (r.failed && r.error.code != ERR_FULL && r.error.code != ERR_NETWORK)
        fail_msg("%s", r.error.text);
    assert_false(db_is_writing(store_db(full)));
    allow_pages(full, ALL_PAGES);
    tally.full += r.failed;
    sim_check_scope(m, writer);
}

/* ---- a history ---- */

static void (*const deeds[])(struct sim *m, size_t writer) = {
    sync_on_a_full_disk,
    sim_new_case,
    sim_edit,
    sim_edit,
    sim_edit,
    sim_visit,
    sim_place_facts,
    sim_sit_down,
    sim_save_sitting,
    sim_settle,
    sim_purge,
    sync_step,
    sync_step,
    sync_step,
    jump_clock,
    compute_again,
    sim_reopen,
};

static void go_on(struct sim *m)
{
    for (unsigned i = 0; i < STEPS; i++)
        deeds[sim_pick(m, ARR_NR(deeds))](m, sim_writer(m));
}

/* Everybody syncs, and once more for what the others brought. */
static void come_to_rest(struct sim *m)
{
    for (unsigned round = 0; round < 2; round++)
        for (size_t i = 0; i < m->pair.nr; i++)
            assert_true(sync_office(m, i, false).done);
}

static void check_sent(struct sim *m, size_t office)
{
    struct err e = ERR_INIT;
    struct store *s = sim_store(m, office);
    struct peer_hub hub;
    bool found = false;
    int64_t saves = 0, bytes = 0;
    if (!peer_hub_load(s, &hub, &found, &e) ||
        !feed_waiting(s, hub.sent, &saves, &bytes, &e))
        fail_msg("%s", e.text);
    assert_int_equal(saves, 0);
}

static void live(uint64_t seed, const char *dir)
{
    struct sim m;
    sim_open(&m, seed, dir);
    go_on(&m);
    come_to_rest(&m);
    for (size_t i = 0; i <= m.pair.nr; i++) {
        size_t writer = i == m.pair.nr ? SIM_HUB : i;
        sim_check_state(&m, writer);
        sim_check_scope(&m, writer);
        pair_verify(sim_store(&m, writer));
        if (writer != SIM_HUB)
            check_sent(&m, writer);
    }
    tally.seeds++;
    tally.saves += (unsigned)m.values.nr;
    tally.on_disk += dir != NULL;
    sim_close(&m);
}

/* On files, in a folder that goes again. */
static void live_on_disk(uint64_t seed)
{
    char dir[] = "/tmp/homeward-sim-XXXXXX", path[256];
    static const char *const files[] = {"homeward.db", "homeward.db-journal",
                                        "homeward.keys", "homeward.purged"};
    assert_non_null(mkdtemp(dir));
    live(seed, dir);
    for (size_t i = 0; i < SIM_WRITERS; i++) {
        for (size_t k = 0; k < ARR_NR(files); k++) {
            snprintf(path, sizeof path, "%s/%zu/%s", dir, i, files[k]);
            unlink(path);
        }
        snprintf(path, sizeof path, "%s/%zu", dir, i);
        rmdir(path);
    }
    assert_int_equal(rmdir(dir), 0);
}

static uint64_t wished(const char *name, uint64_t otherwise)
{
    int64_t n = 0;
    const char *text = getenv(name);
    return text != NULL && str_to_int(text, 0, INT32_MAX, &n) ? (uint64_t)n
                                                              : otherwise;
}

static void offices_end_equal_whatever_happens_on_the_way(void **state)
{
    uint64_t from = wished("FROM", 1);
    uint64_t nr = wished("SEEDS", pair_is_slow() ? SEEDS_SLOW : SEEDS);
    (void)state;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    for (uint64_t seed = from; seed < from + nr; seed++) {
        if (getenv("SEEDS") != NULL)
            print_message("# seed %llu\r", (unsigned long long)seed);
        if (seed % ON_DISK_EVERY == 0)
            live_on_disk(seed);
        else
            live(seed, NULL);
    }
    print_message("# %u seeds (%u on disk): %u syncs, %u of them cut, "
                  "%u on a full disk, %u values, 0 lost\n",
                  tally.seeds, tally.on_disk, tally.syncs, tally.cuts,
                  tally.full, tally.saves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offices_end_equal_whatever_happens_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
