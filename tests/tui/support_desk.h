/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TUI_SUPPORT_DESK_H
#define TESTS_TUI_SUPPORT_DESK_H
/*
 * An office in memory on screens in memory: begin, apply lines, push a view of
 * the desk, play. It is 21 November 2026, noon; the office is Gasera's.
 */
#include "base/id.h"
#include "tests/tui/support_play.h"
#include "tui/desk.h"

struct desk_play {
    struct play play;
    struct desk desk;
    int64_t now_ms; /* the test moves it */
    uint64_t seed;
};

#define DESK_PLAY_CASE "00000001-0000-4000-8000-000000000001"

void desk_play_begin(struct desk_play *p, const char *script);
void desk_play_end(struct desk_play *p);

/* Pushes the view, plays the script to its end. */
void desk_play_run(struct desk_play *p, struct view *v);

/* One line as for `homeward apply`; fails the test when it is refused. */
void desk_play_apply(struct desk_play *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* DESK_PLAY_CASE, with the registration of a girl called Selam. */
struct id desk_play_open_case(struct desk_play *p);

/* Somebody else, "dawit", wrote another text without having seen ours. */
void desk_play_clash(struct desk_play *p, const char *record, const char *path,
                     const char *text);

#endif
