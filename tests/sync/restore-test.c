/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: an office that was restored from a backup gets back from the hub what
 * it had sent since, and gives what the hub lacks, old and new, each under the
 * dots it had; then there is nothing more to say. The file it replaced, if it
 * comes back, is refused and loses nothing.
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

#include "store/audit.h"
#include "store/backup.h"
#include "store/feed.h"
#include "store/verify.h"
#include "tests/sync/support_pair.h"

#define PHRASE "a long enough phrase"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

enum { PATH = 512, CASES = 16 };

struct lost_pc {
    struct pair pair;
    char folder[64], old[PATH], fresh[PATH], file[PATH];
    struct store_env env;
    struct pair_office office;
};

static void begin(struct lost_pc *x)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "almaz",
                                       .role = "case-manager"};
    struct err why = ERR_INIT;
    *x = (struct lost_pc){.folder = "/tmp/homeward-XXXXXX"};
    assert_non_null(mkdtemp(x->folder));
    snprintf(x->old, PATH, "%s/old", x->folder);
    snprintf(x->fresh, PATH, "%s/fresh", x->folder);
    snprintf(x->file, PATH, "%s/backup", x->folder);
    pair_open(&x->pair, 3);
    x->env = (struct store_env){stamp_fixed(&x->pair.now_ms),
                                entropy_seeded(&x->pair.noise)};
    MUST(store_create(x->old, &n, PHRASE, x->env, e));
    x->office.store = store_open(x->old, PHRASE, x->env, &why);
    assert_non_null(x->office.store);
    pair_join(&x->pair, &x->office);
}

static void end(struct lost_pc *x)
{
    static const char *const names[] = {"old/homeward.db",
                                        "old/homeward.db-journal",
                                        "old/homeward.keys",
                                        "old",
                                        "fresh/homeward.db",
                                        "fresh/homeward.keys",
                                        "fresh/homeward.db-journal",
                                        "fresh",
                                        "third/homeward.db",
                                        "third/homeward.keys",
                                        "third/homeward.db-journal",
                                        "third",
                                        "backup"};
    char path[PATH];
    store_close(x->office.store);
    pair_close(&x->pair);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, PATH, "%s/%s", x->folder, names[i]);
        remove(path);
    }
    assert_int_equal(rmdir(x->folder), 0);
}

static struct pair_result must_sync(struct lost_pc *x)
{
    struct pair_result r = pair_sync(&x->pair, &x->office, PAIR_NO_CUT, 4096);
    if (!r.done)
        fail_msg("%s", r.error.text);
    assert_int_equal(r.hub.set_aside, 0);
    assert_int_equal(r.office.set_aside, 0);
    return r;
}

static void make_backup(struct lost_pc *x)
{
    struct backup_info info;
    MUST(backup_write(x->office.store, x->file, NULL, NULL, &info, e));
}

static void restore(struct lost_pc *x)
{
    struct backup_info info;
    struct err why = ERR_INIT;
    const struct backup_restore how = {
        .path = x->file, .dir = x->fresh, .passphrase = PHRASE, .env = x->env};
    store_close(x->office.store);
    MUST(backup_restore(&how, &info, e));
    x->office.store = store_open(x->fresh, PHRASE, x->env, &why);
    assert_non_null(x->office.store);
}

static void new_case(struct lost_pc *x)
{
    x->pair.now_ms += 1000;
    pair_new_case(&x->pair, x->office.store, "ET041114/03");
}

/* Both hold so many cases, and both files prove whole. */
static void both_hold(struct lost_pc *x, size_t nr)
{
    struct id room[CASES];
    struct verify_count count;
    assert_int_equal(pair_cases(x->office.store, room, CASES), nr);
    assert_int_equal(pair_cases(x->pair.hub, room, CASES), nr);
    MUST(verify_all(x->office.store, &count, e));
    MUST(verify_all(x->pair.hub, &count, e));
}

static void nothing_more_to_say(struct lost_pc *x)
{
    struct pair_result r = must_sync(x);
    assert_int_equal(r.office.changes_sent, 0);
    assert_int_equal(r.office.changes_received, 0);
    assert_int_equal(r.office.repeated + r.hub.repeated, 0);
}

static void what_was_sent_since_comes_back(void **state)
{
    struct lost_pc x;
    (void)state;
    begin(&x);
    new_case(&x);
    must_sync(&x);
    new_case(&x); /* in the backup, not yet sent then */
    make_backup(&x);
    new_case(&x);
    must_sync(&x);
    new_case(&x); /* in no backup, but at the hub */
    must_sync(&x);
    restore(&x);
    struct id room[CASES];
    assert_int_equal(pair_cases(x.office.store, room, CASES), 2);
    new_case(&x);
    struct pair_result r = must_sync(&x);
    assert_true(r.office.changes_received > 0);
    both_hold(&x, 5);
    nothing_more_to_say(&x);
    end(&x);
}

static void what_the_hub_lacks_goes_up(void **state)
{
    struct lost_pc x;
    (void)state;
    begin(&x);
    new_case(&x);
    must_sync(&x);
    new_case(&x);
    make_backup(&x);
    restore(&x);
    new_case(&x);
    must_sync(&x);
    both_hold(&x, 3);
    nothing_more_to_say(&x);
    end(&x);
}

/* An office that never met its hub before the backup. */
static void a_backup_from_before_the_first_sync(void **state)
{
    struct lost_pc x;
    (void)state;
    begin(&x);
    new_case(&x);
    make_backup(&x);
    must_sync(&x);
    new_case(&x);
    must_sync(&x);
    restore(&x);
    must_sync(&x);
    both_hold(&x, 2);
    nothing_more_to_say(&x);
    end(&x);
}

static void restored_twice(void **state)
{
    struct lost_pc x;
    (void)state;
    begin(&x);
    new_case(&x);
    make_backup(&x);
    must_sync(&x);
    restore(&x);
    new_case(&x);
    must_sync(&x);
    snprintf(x.fresh, PATH, "%s/third", x.folder);
    restore(&x);
    new_case(&x);
    must_sync(&x);
    both_hold(&x, 3);
    nothing_more_to_say(&x);
    end(&x);
}

static void the_file_left_behind_is_refused(void **state)
{
    struct lost_pc x;
    struct err why = ERR_INIT;
    struct id room[CASES];
    (void)state;
    begin(&x);
    new_case(&x);
    must_sync(&x);
    make_backup(&x);
    restore(&x);
    must_sync(&x);
    struct store *restored = x.office.store;
    x.office.store = store_open(x.old, PHRASE, x.env, &why);
    assert_non_null(x.office.store);
    new_case(&x);
    struct pair_result r = pair_sync(&x.pair, &x.office, PAIR_NO_CUT, 4096);
    assert_false(r.done);
    assert_int_equal(pair_cases(x.office.store, room, CASES), 2);
    assert_int_equal(pair_cases(x.pair.hub, room, CASES), 1);
    store_close(x.office.store);
    x.office.store = restored;
    end(&x);
}

/* Traces come back as well, and are not sent a second time. */
static void traces_come_back_too(void **state)
{
    struct lost_pc x;
    bool due = true;
    (void)state;
    begin(&x);
    new_case(&x);
    must_sync(&x);
    make_backup(&x);
    for (int i = 0; i < FEED_READS_NR; i++)
        MUST(audit_note(x.office.store,
                        &(struct audit_event){.kind = AUDIT_PRINT}, e));
    must_sync(&x);
    restore(&x);
    must_sync(&x);
    struct audit_line room[2 * FEED_READS_NR];
    struct audit_page page = {.room = room, .room_nr = 2 * FEED_READS_NR};
    MUST(audit_page_load(x.office.store,
                         &(struct audit_query){.kind = AUDIT_PRINT}, &page, e));
    assert_int_equal(page.nr, FEED_READS_NR);
    MUST(feed_reads_due(x.office.store, &due, e));
    assert_false(due);
    nothing_more_to_say(&x);
    end(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sent_since_comes_back),
        cmocka_unit_test(what_the_hub_lacks_goes_up),
        cmocka_unit_test(a_backup_from_before_the_first_sync),
        cmocka_unit_test(the_file_left_behind_is_refused),
        cmocka_unit_test(traces_come_back_too),
        cmocka_unit_test(restored_twice),
    };
    setenv("HOMEWARD_KDF_COST", "least", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
