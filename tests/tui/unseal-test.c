/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: sealed answers stand on no screen until they are opened with a
 * reason, on the page of the case and in its form, and saving the form leaves
 * them as they were; a case that is not theirs is a number to whoever looks at
 * the list; keys a role may not use are not offered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/entity.h"
#include "store/office.h"
#include "tests/tui/support_desk.h"
#include "tui/fill.h"
#include "tui/view_case.h"
#include "tui/view_cases.h"

static void begin(struct desk_play *p, struct id *id, const char *script)
{
    desk_play_begin(p, script);
    *id = desk_play_open_case(p);
    desk_play_apply(p,
                    "{\"case\":\"%s\",\"place\":\"ET041114/03\","
                    "\"form\":\"registration\",\"set\":{"
                    "\"concerns\":[\"gbv\"],\"concerns_note\":\"the uncle\"}}",
                    DESK_PLAY_CASE);
}

static void become(struct desk_play *p, const char *role)
{
    struct err e = ERR_INIT;

    if (!office_write_user(p->desk.store, store_login(p->desk.store), role,
                           &e) ||
        !store_renew_role(p->desk.store, &e))
        fail_msg("%s", e.text);
}

static void show_case(struct desk_play *p, const struct id *id)
{
    struct err e = ERR_INIT;

    desk_play_run(p, view_case_new(&p->desk, id, &e));
}

/* The registration, as Enter on the page opens it. */
static void show_form(struct desk_play *p, const struct id *id)
{
    struct pool *pool = pool_new();
    struct entity x;
    struct err e = ERR_INIT;

    assert_true(entity_load(p->desk.store, id, pool, &x, &e));
    assert_true(fill_record(&p->desk, &x, "Selam"));
    play_run(&p->play);
    pool_free(pool);
}

static void the_page_shows_it_after_a_reason(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "key PgDn\nsnap\n");
    show_case(&p, &id);
    play_shows(&p.play, "(sealed: u opens it with a reason)");
    play_lacks(&p.play, "the uncle");
    desk_play_end(&p);
    begin(&p, &id, "key u\ntype Visit today\nkey Enter\nkey PgDn\nsnap\n");
    show_case(&p, &id);
    play_shows(&p.play, "the uncle");
    desk_play_end(&p);
}

static void without_a_reason_it_stays_sealed(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "key u\nkey Enter\nsnap\nkey PgDn\nsnap\n");
    show_case(&p, &id);
    play_shows(&p.play, "Sealed answers open with a reason");
    play_lacks(&p.play, "the uncle");
    desk_play_end(&p);
}

/* What stands, whoever may see it. */
static void stands(struct desk_play *p, const struct id *id, const char *name,
                   const char *text)
{
    struct pool *pool = pool_new();
    struct entity x;
    struct err e = ERR_INIT;

    assert_true(entity_load(p->desk.store, id, pool, &x, &e));
    const struct entity_value *v = entity_value_named(&x, name);
    assert_non_null(v);
    assert_false(v->clashes);
    assert_string_equal(v->masked ? v->kept : v->answer, text);
    pool_free(pool);
}

static void a_form_is_saved_around_it(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "key Down\nkey ^U\ntype Hana\nkey F2\nsnap\nkey y\nsnap\n");
    show_form(&p, &id);
    play_lacks(&p.play, "the uncle");
    stands(&p, &id, "given_name", "Hana");
    stands(&p, &id, "concerns_note", "the uncle");
    stands(&p, &id, "concerns", "gbv");
    desk_play_end(&p);
}

/* Letters are text in a form; at a sealed question u is the key. */
static void a_form_opens_it_where_the_cursor_is(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id,
          "key PgDn PgDn PgDn S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab "
          "S-Tab\nsnap\nkey x\nsnap\nkey u\ntype Visit\nkey Enter\nsnap\n");
    show_form(&p, &id);
    play_shows(&p.play, "Sealed: u opens it with a reason, which is kept");
    play_shows(&p.play, "[the uncle ");
    desk_play_end(&p);
}

static void a_case_that_is_not_theirs_is_a_number(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "snap\nkey Enter\nsnap\nkey / S e l a m\nsnap\n");
    become(&p, "administrator");
    desk_play_run(&p, view_cases_new(&p.desk));
    play_shows(&p.play, "(not yours)");
    play_shows(&p.play, "may not see this");
    play_lacks(&p.play, "Selam Tesfaye");
    play_lacks(&p.play, "n New");
    desk_play_end(&p);
}

static void keys_a_role_may_not_use_are_not_offered(void **state)
{
    struct desk_play p;
    struct id id;

    (void)state;
    begin(&p, &id, "snap\n");
    become(&p, "expert");
    show_case(&p, &id);
    play_shows(&p.play, "Selam");
    play_shows(&p.play, "u Unseal");
    play_lacks(&p.play, "v Visit");
    play_lacks(&p.play, "t Checklist");
    play_lacks(&p.play, "v writes one down");
    desk_play_end(&p);
    begin(&p, &id, "snap\n");
    become(&p, "community-worker");
    show_case(&p, &id);
    play_shows(&p.play, "v Visit");
    play_lacks(&p.play, "u Unseal");
    desk_play_end(&p);
}

static void a_case_manager_names_who_works_on_it(void **state)
{
    struct desk_play p;
    struct id id;
    struct err e = ERR_INIT;

    (void)state;
    begin(&p, &id, "key a\ntype girma\nkey Enter\nsnap\n");
    if (!office_write_user(p.desk.store, "girma", "para-worker", &e))
        fail_msg("%s", e.text);
    become(&p, "case-manager");
    show_case(&p, &id);
    play_shows(&p.play, "girma");
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_shows_it_after_a_reason),
        cmocka_unit_test(without_a_reason_it_stays_sealed),
        cmocka_unit_test(a_form_is_saved_around_it),
        cmocka_unit_test(a_form_opens_it_where_the_cursor_is),
        cmocka_unit_test(a_case_that_is_not_theirs_is_a_number),
        cmocka_unit_test(keys_a_role_may_not_use_are_not_offered),
        cmocka_unit_test(a_case_manager_names_who_works_on_it),
    };

    return cmocka_run_group_tests_name("unseal", tests, NULL, NULL);
}
