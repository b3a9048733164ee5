/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `homeward` without a command runs: the screens. They begin at the
 * passphrase, or, when that comes from a file, at the list of cases.
 */
#include "base/cmd.h"
#include "base/i18n.h"
#include "store/secret.h"
#include "store/store.h"
#include "store/unlock.h"
#include "tui/canvas_curses.h"
#include "tui/desk.h"
#include "tui/prompt.h"
#include "tui/tui.h"
#include "tui/view_cases.h"
#include "tui/view_unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"mono", NULL, N_("no colours; NO_COLOR in the environment asks the same"),
     false},
    {"ascii", NULL, N_("no line-drawing characters"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_screens = {
    .name = "",
    .summary = N_("the screens: cases, forms, clashes, sync"),
    .options = options,
    .run = run};

/* ---- what keys do on every screen ---- */

static void ask_passphrase(void *arg)
{
    struct desk *d = arg;

    desk_lock(d);
    canvas_forget(tui_canvas(d->tui));
    tui_push(d->tui, view_unlock_new(d));
}

static void lock(void *arg)
{
    tui_reset(((struct desk *)arg)->tui, ask_passphrase, arg);
}

static void ask_again(void *arg)
{
    struct desk *d = arg;

    ask_passphrase(d);
    tui_say(d->tui, ROLE_WARN, "%s",
            _("This office's key was changed by another program. Type your "
              "passphrase again; nothing saved is lost."));
}

/* An error may be due to a change of key in another program: then this one
 * holds a file that is not the office's any more. */
static void look_whether_moved(void *arg)
{
    struct desk *d = arg;

    if (d->store && store_is_moved(d->store))
        tui_reset(d->tui, ask_again, d);
}

static void next_language(void *arg)
{
    struct desk *d = arg;
    struct err e = ERR_INIT;

    if (!desk_next_language(d, &e))
        tui_fail(d->tui, &e);
    tui_refresh(d->tui);
}

static void next_calendar(void *arg)
{
    struct desk *d = arg;
    struct err e = ERR_INIT;

    if (!desk_next_calendar(d, &e))
        tui_fail(d->tui, &e);
    tui_refresh(d->tui);
}

/* ---- a sitting ---- */

static void serve(struct desk *d, struct canvas *c)
{
    d->tui = tui_new(c);
    tui_on(d->tui, ACTION_LOCK, lock, d);
    tui_on_fail(d->tui, look_whether_moved, d);
    tui_on(d->tui, ACTION_LANGUAGE, next_language, d);
    tui_on(d->tui, ACTION_CALENDAR, next_calendar, d);
    tui_push(d->tui, d->store ? view_cases_new(d) : view_unlock_new(d));
    tui_run(d->tui);
    tui_free(d->tui);
}

/* A hub, or a passphrase in a file: nobody is asked. */
static bool open_silently(struct cmd_call *call, struct desk *d, struct err *e)
{
    struct store *s;

    if (!store_is_hub_dir(call->dir) && !prompt_is_silent(&call->host))
        return true;
    s = unlock_store(call, e);
    if (s)
        desk_take(d, s);
    return s != NULL;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct canvas_curses_options look = {.mono = cmd_has(call, "mono"),
                                         .ascii = cmd_has(call, "ascii")};
    struct desk d = {.dir = call->dir,
                     .program = call->program,
                     .env = {call->stamp, call->entropy},
                     .calendar = CALENDAR_ETHIOPIAN};
    struct canvas *c;

    home_asked_language(d.lang);
    if (!store_exists(call->dir, e) || !secret_harden(e) ||
        !open_silently(call, &d, e))
        return false;
    c = canvas_curses_open(&look, e);
    if (c)
        serve(&d, c);
    canvas_close(c);
    desk_lock(&d);
    return c != NULL;
}
