/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: who reads the traces at 80 columns reads the whole of the chosen one:
 * what was done, for which reason, and about whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/office.h"
#include "store/right.h"
#include "tests/tui/support_desk.h"
#include "tui/view_audit.h"

static void a_sealed_look_is_read_with_its_reason(void **state)
{
    struct desk_play p;
    struct err e = ERR_INIT;
    struct id id;
    struct stream stream;

    (void)state;
    desk_play_begin(&p, "snap\nkey Down\nsnap\n");
    id = desk_play_open_case(&p);
    stream = stream_of_id(STREAM_CASE, &id);
    assert_true(right_unseal(p.desk.store, &stream,
                             "the court in Goba asked for the report", &e));
    assert_true(office_write_user(p.desk.store, store_login(p.desk.store),
                                  "case-manager", &e) &&
                store_renew_role(p.desk.store, &e));
    struct view *v = view_audit_new(&p.desk, NULL, &e);
    assert_non_null(v);
    desk_play_run(&p, v);
    play_shows(&p.play, "read the traces");
    play_shows(&p.play,
               "opened sealed answers: the court in Goba asked for the "
               "report. ");
    desk_play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_look_is_read_with_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
