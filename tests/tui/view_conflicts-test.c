/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a clash shows both values with who, where and when; one key settles
 * it as a new change that everybody gets; nothing is settled by moving or
 * leaving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/casefile.h"
#include "store/conflict.h"
#include "store/entity.h"
#include "tests/tui/support_desk.h"
#include "tui/view_conflicts.h"

/* Two clashes in one case, the script, and what stands afterwards. */
static void play_two(struct desk_play *p, const char *script)
{
    desk_play_begin(p, script);
    desk_play_open_case(p);
    desk_play_clash(p, DESK_PLAY_CASE, "father_name", "Girma");
    desk_play_clash(p, DESK_PLAY_CASE, "grandfather_name", "Negash");
    desk_play_run(p, view_conflicts_new(&p->desk, NULL));
}

static int64_t clashes_left(struct desk_play *p)
{
    int64_t nr = -1;
    struct err e = ERR_INIT;

    assert_true(conflict_count(p->desk.store, &nr, &e));
    return nr;
}

static void stands(struct desk_play *p, const char *name, const char *answer)
{
    struct pool *pool = pool_new();
    struct entity x;
    struct id id;
    struct err e = ERR_INIT;

    assert_true(id_parse(DESK_PLAY_CASE, &id));
    assert_true(entity_load(p->desk.store, &id, pool, &x, &e));
    assert_string_equal(entity_value_named(&x, name)->answer, answer);
    pool_free(pool);
}

static void both_values_are_shown_with_their_authors(void **state)
{
    struct desk_play p;

    (void)state;
    play_two(&p, "snap\n");
    play_shows(&p.play, "1 of 2\n");
    play_shows(&p.play, "> ! 0000-0080 Selam Tesfaye Wolde    Registration");
    play_shows(&p.play, "Father's name\n");
    play_shows(&p.play, "  1  Tesfaye\n     almaz, Gasera WSA, 12 Hidar 2019");
    play_shows(&p.play, "\n  Type the number of the answer that stands.\n");
    play_shows(&p.play, "  2  Girma\n     dawit, Gasera WSA, 11 Hidar 2019");
    assert_int_equal(clashes_left(&p), 2);
    desk_play_end(&p);
}

static void a_digit_settles(void **state)
{
    struct desk_play p;

    (void)state;
    play_two(&p, "key 2\nsnap\n");
    assert_int_equal(clashes_left(&p), 1);
    stands(&p, "father_name", "Girma");
    play_shows(&p.play, "Settled; it can be changed again on the case: Girma");
    play_shows(&p.play, "Grandfather's name\n");
    desk_play_end(&p);
}

static void enter_on_the_value_settles(void **state)
{
    struct desk_play p;

    (void)state;
    play_two(&p, "key Down Enter\nsnap\nkey Down\nsnap\nkey Enter\nsnap\n");
    play_shows(&p.play, "Which one stands?");
    assert_int_equal(clashes_left(&p), 1);
    stands(&p, "grandfather_name", "Negash");
    desk_play_end(&p);
}

static void looking_settles_nothing(void **state)
{
    struct desk_play p;

    (void)state;
    play_two(&p, "key Enter Down Up Esc\nkey 3\nkey Down Up Esc\n");
    assert_int_equal(clashes_left(&p), 2);
    desk_play_end(&p);
}

static void what_is_settled_waits_to_be_sent(void **state)
{
    struct desk_play p;
    struct id id;
    struct casefile c;
    struct err e = ERR_INIT;

    (void)state;
    play_two(&p, "key 1\nkey 1\nsnap\n");
    play_shows(&p.play, "Nothing clashes");
    assert_true(id_parse(DESK_PLAY_CASE, &id));
    assert_true(casefile_load(p.desk.store, &id, &c, &e));
    assert_true(c.unsent);
    assert_int_equal(c.clashes, 0);
    stands(&p, "father_name", "Tesfaye");
    desk_play_end(&p);
}

static void u_takes_the_last_settling_back(void **state)
{
    struct desk_play p;

    (void)state;
    play_two(&p, "key 2\nkey u\nsnap\nkey u\nsnap\n");
    play_shows(&p.play, "Taken back: what you settled last clashes again");
    play_shows(&p.play, "You settled nothing of late that still stands");
    play_shows(&p.play, "1 of 2\n");
    assert_int_equal(clashes_left(&p), 2);
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_values_are_shown_with_their_authors),
        cmocka_unit_test(a_digit_settles),
        cmocka_unit_test(enter_on_the_value_settles),
        cmocka_unit_test(looking_settles_nothing),
        cmocka_unit_test(what_is_settled_waits_to_be_sent),
        cmocka_unit_test(u_takes_the_last_settling_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
