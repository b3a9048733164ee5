/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a sync runs beside the screen; its numbers, its result and what went
 * wrong are shown in plain words; Esc stops it; without a hub the screen says
 * how to join one. The program started is a script that plays the part of
 * `homeward sync`, and gets the key of the file and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/peer.h"
#include "tests/tui/support_desk.h"
#include "tui/view_sync.h"

static char folder[] = "/tmp/homeward-sync-XXXXXX";
static char program[64];

static void write_program(const char *body)
{
    FILE *f = fopen(program, "w");

    assert_non_null(f);
    fprintf(f, "#!/bin/sh\n%s", body);
    fclose(f);
    assert_int_equal(chmod(program, 0700), 0);
}

static void begin(struct desk_play *p, const char *script, const char *body)
{
    struct peer_hub hub = {.address = "ssh://homeward@hub.example:22"};
    struct err e = ERR_INIT;

    desk_play_begin(p, script);
    desk_play_open_case(p);
    p->desk.program = program;
    write_program(body);
    assert_true(peer_hub_save(p->desk.store, &hub, &e));
}

static void without_a_hub_it_says_how_to_join(void **state)
{
    struct desk_play p;

    (void)state;
    desk_play_begin(&p, "snap\n");
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "This office has joined no hub yet");
    play_shows(&p.play, "homeward join ssh://");
    desk_play_end(&p);
}

static void what_waits_and_what_came_is_shown(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p, "until Done.\nsnap\n",
          "echo progress 3 12 2100 4300\n"
          "echo 'changes sent: 3'\n"
          "echo 'Synced: everything is at the hub.'\n");
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "Hub: ssh://homeward@hub.example:22");
    play_shows(&p.play, "Last sync: never");
    /* the case, and the office's first user */
    play_shows(&p.play, "Waited to be sent: 2 saves, about ");
    play_shows(&p.play, "changes sent: 3");
    play_shows(&p.play, "Synced: everything is at the hub.");
    desk_play_end(&p);
}

static void numbers_are_shown_while_it_runs(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p, "until Received: 12 changes\nsnap\n",
          "echo progress 3 12 2100 4300\nsleep 600\n");
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "Syncing. Esc stops it, which is always safe.");
    play_shows(&p.play, "Sent: 3 changes, 2.1 kB. Received: 12 changes, 4.3");
    desk_play_end(&p);
}

static void a_lost_line_is_said_with_what_to_do(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p, "until The line was lost\nsnap\n",
          "echo 'homeward: The hub does not answer.' >&2\nexit 5\n");
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "What arrived is kept; s goes on from there.");
    play_shows(&p.play, "  The hub does not answer.\n");
    desk_play_end(&p);
}

static void esc_stops_it_and_s_starts_again(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p,
          "until Syncing\nkey Esc\nuntil Stopped.\nsnap\nkey s\n"
          "until Syncing\nsnap\nkey Esc\nuntil Stopped.\nkey Esc\n",
          "exec sleep 600\n");
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "Stopped. What arrived is kept");
    desk_play_end(&p);
}

static void the_child_gets_the_key_and_the_login(void **state)
{
    struct desk_play p;
    uint8_t secret[32 + 5] = {0};
    char hex[2 * sizeof secret + 1];

    (void)state;
    begin(&p, "until Done.\nsnap\n",
          "echo \"$@\"\n"
          "od -An -v -tx1 <&3 | tr -d ' \\n'\n");
    store_copy_key(p.desk.store, secret);
    memcpy(secret + 32, "almaz", 5);
    str_hex(hex, secret, sizeof secret);
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "-d /nowhere sync --progress --key-fd 3\n");
    play_shows(&p.play, hex);
    desk_play_end(&p);
}

static void a_program_that_is_not_there_is_no_crash(void **state)
{
    struct desk_play p;

    (void)state;
    begin(&p, "until did not work\nsnap\n", "");
    p.desk.program = "/nowhere/homeward";
    desk_play_run(&p, view_sync_new(&p.desk));
    play_shows(&p.play, "Nothing is lost.");
    desk_play_end(&p);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(program, sizeof program, "%s/homeward", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(program);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_hub_it_says_how_to_join),
        cmocka_unit_test(what_waits_and_what_came_is_shown),
        cmocka_unit_test(numbers_are_shown_while_it_runs),
        cmocka_unit_test(a_lost_line_is_said_with_what_to_do),
        cmocka_unit_test(esc_stops_it_and_s_starts_again),
        cmocka_unit_test(the_child_gets_the_key_and_the_login),
        cmocka_unit_test(a_program_that_is_not_there_is_no_crash),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
