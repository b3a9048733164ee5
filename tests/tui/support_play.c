/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/support_play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

void play_begin(struct play *p, const char *script)
{
    p->out = (struct buf)BUF_INIT(1 << 20);
    p->script = script_new(script, &p->out, 24, 80);
    p->canvas = script_canvas(p->script);
    p->tui = tui_new(p->canvas);
}

bool play_run(struct play *p)
{
    struct err e = ERR_INIT;
    bool quit = tui_run(p->tui);

    if (!script_ok(p->script, &e))
        fail_msg("%s\n%s", e.text, buf_text(&p->out));
    return quit;
}

void play_end(struct play *p)
{
    tui_free(p->tui);
    script_free(p->script);
    buf_release(&p->out);
}

void play_shows(const struct play *p, const char *text)
{
    if (!strstr(buf_text(&p->out), text))
        fail_msg("not on the screen: %s\n%s", text, buf_text(&p->out));
}

void play_lacks(const struct play *p, const char *text)
{
    if (strstr(buf_text(&p->out), text))
        fail_msg("on the screen: %s\n%s", text, buf_text(&p->out));
}
