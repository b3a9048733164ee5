/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_sync.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/conflict.h"
#include "store/feed.h"
#include "store/peer.h"
#include "sync/sync.h"
#include "tui/desk.h"
#include "tui/task.h"
#include "tui/tui.h"
#include "tui/view_conflicts.h"
#include "tui/wrap.h"

enum {
    NEWS_MS = 500,  /* numbers change on the screen no more often */
    SAID_LINES = 8, /* how many lines of the result are kept */
    SIZE_BYTES = 32,
    LEFT = 2
};

enum sync_state { SYNC_NO_HUB, SYNC_RUNNING, SYNC_STOPPING, SYNC_ENDED };

struct sync_view {
    struct desk *desk;
    struct view *view;
    struct task *task; /* NULL unless running or stopping */
    enum sync_state state;
    struct peer_hub hub;
    int64_t waiting_saves, waiting_bytes; /* before it started */
    struct sync_progress news;            /* as it came last */
    struct sync_progress shown;
    int64_t shown_ms;
    char said[SAID_LINES][TASK_LINE_BYTES]; /* the result, line by line */
    size_t said_nr;
    int code;
    char trouble[TASK_LINE_BYTES]; /* what went wrong, or "" */
    int64_t clashes;               /* in this office, after it */
};

/* ---- the child ---- */

/* "about 2 kB": one figure behind the point as long as it matters. */
static void print_size(int64_t bytes, char out[SIZE_BYTES])
{
    if (bytes < 1000)
        snprintf(out, SIZE_BYTES, _("%d bytes"), (int)bytes);
    else if (bytes < 100 * 1000)
        snprintf(out, SIZE_BYTES, _("%d.%d kB"), (int)(bytes / 1000),
                 (int)(bytes % 1000 / 100));
    else
        snprintf(out, SIZE_BYTES, _("%d kB"), (int)(bytes / 1000));
}

static void child_line(void *arg, const char *line)
{
    struct sync_view *x = arg;
    int64_t now = canvas_clock_ms(tui_canvas(x->desk->tui));

    if (sync_progress_read(line, &x->news)) {
        if (now - x->shown_ms < NEWS_MS)
            return;
        x->shown = x->news;
        x->shown_ms = now;
    } else if (x->said_nr < SAID_LINES && !str_is_blank(line) &&
               !strstr(line, "homeward ")) { /* names a command to type */
        str_copy(x->said[x->said_nr++], TASK_LINE_BYTES, line);
    }
}

static void child_ended(void *arg, int code, const char *said)
{
    static const char name[] = "homeward: ";
    struct sync_view *x = arg;
    struct err ignored = ERR_INIT;

    x->state = SYNC_ENDED;
    x->code = code;
    x->shown = x->news;
    if (str_starts(said, name))
        said += sizeof name - 1;
    str_copy(x->trouble, sizeof x->trouble, said);
    task_free(x->task); /* which owns what was said */
    x->task = NULL;
    conflict_count(x->desk->store, &x->clashes, &ignored);
    tui_redraw(x->desk->tui);
}

/* The key of the open file goes through a pipe, the login behind it: nobody is
 * asked for the passphrase again. */
static bool start_child(struct sync_view *x, struct err *e)
{
    const struct desk *d = x->desk;
    const char *const argv[] = {d->program,   "-d",       d->dir, "sync",
                                "--progress", "--key-fd", "3",    NULL};
    uint8_t secret[32 + STORE_LOGIN_BYTES];
    size_t login_bytes = strlen(store_login(d->store));
    struct task_plan plan = {.argv = argv,
                             .secret = secret,
                             .secret_bytes = 32 + login_bytes,
                             .line = child_line,
                             .ended = child_ended,
                             .arg = x};

    store_copy_key(d->store, secret);
    memcpy(secret + 32, store_login(d->store), login_bytes);
    x->task = task_start(d->tui, &plan, e);
    mem_wipe(secret, sizeof secret);
    return x->task != NULL;
}

static void start(struct sync_view *x)
{
    struct store *s = x->desk->store;
    struct err e = ERR_INIT;
    bool found = false;

    x->said_nr = 0;
    x->code = 0;
    x->trouble[0] = '\0';
    x->news = x->shown = (struct sync_progress){0};
    x->shown_ms = canvas_clock_ms(tui_canvas(x->desk->tui)) - NEWS_MS;
    x->state = SYNC_NO_HUB;
    if (peer_hub_load(s, &x->hub, &found, &e) && !found)
        return;
    x->state = SYNC_RUNNING;
    if (found &&
        feed_waiting(s, x->hub.sent, &x->waiting_saves, &x->waiting_bytes,
                     &e) &&
        start_child(x, &e))
        return;
    x->state = SYNC_ENDED;
    x->code = 1;
    str_copy(x->trouble, sizeof x->trouble, e.text);
}

static void stop(struct sync_view *x)
{
    x->state = SYNC_STOPPING;
    task_stop(x->task);
}

/* ---- keys ---- */

static bool is_running(const struct sync_view *x)
{
    return x->state == SYNC_RUNNING || x->state == SYNC_STOPPING;
}

/* A second Esc does not wait for the child to stop: closing kills it. */
static enum view_answer sync_press(void *self, const struct press *p)
{
    struct sync_view *x = self;
    bool leave = p->action == ACTION_BACK;

    if (leave && x->state == SYNC_RUNNING) {
        stop(x);
        return VIEW_HANDLED;
    }
    if (leave || (p->action == ACTION_OPEN && !is_running(x)))
        return VIEW_CLOSE;
    if (is_running(x))
        return VIEW_IGNORED;
    if (p->action == ACTION_SYNC)
        start(x);
    else if (p->action == ACTION_CONFLICTS)
        tui_push(x->desk->tui, view_conflicts_new(x->desk, NULL));
    else
        return VIEW_IGNORED;
    return VIEW_HANDLED;
}

/* ---- drawing ---- */

/* Paragraphs one below the other; a text may be wrapped over several rows. */
struct writer {
    struct canvas *canvas;
    struct span at;
    int rows_left;
};

static void write_text(struct writer *w, enum role role, const char *text)
{
    size_t n = strlen(text), from = 0;

    while (from < n && w->rows_left > 0) {
        struct wrap_line line =
            wrap_next(w->canvas, text, n, from, w->at.width);

        canvas_putn(w->canvas, w->at, role, text + line.start,
                    line.end - line.start);
        w->at.row++;
        w->rows_left--;
        from = line.next;
    }
}

static void write_line(struct writer *w, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void write_line(struct writer *w, enum role role, const char *fmt, ...)
{
    char text[TASK_LINE_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    write_text(w, role, text);
}

static void write_gap(struct writer *w)
{
    w->at.row++;
    w->rows_left--;
}

static void write_no_hub(struct writer *w)
{
    write_text(w, ROLE_TEXT,
               _("This office has joined no hub yet, so nothing can be sent "
                 "or fetched. All work is safe on this PC."));
    write_gap(w);
    write_text(w, ROLE_TEXT,
               _("To join, ask the administrator of the hub for its address. "
                 "Then, at the command line:"));
    write_gap(w);
    write_text(w, ROLE_FIELD,
               "  homeward join ssh://homeward@HUB:22 --out office.enrol");
    write_gap(w);
    write_text(w, ROLE_TEXT,
               _("and bring the file office.enrol to the administrator, on a "
                 "stick or by mail."));
}

static void write_before(const struct sync_view *x, struct writer *w)
{
    char size[SIZE_BYTES], when[DESK_WHEN_BYTES];

    write_line(w, ROLE_TEXT, _("Hub: %s"), x->hub.address);
    if (x->hub.last_sync_ms > 0) {
        desk_print_when(x->desk, x->hub.last_sync_ms, when);
        write_line(w, ROLE_TEXT, _("Last sync: %s"), when);
    } else {
        write_text(w, ROLE_TEXT, _("Last sync: never"));
    }
    print_size(x->waiting_bytes, size);
    if (x->waiting_saves == 0)
        write_text(w, ROLE_TEXT, _("Nothing waited to be sent"));
    else
        write_line(w, ROLE_TEXT,
                   P_("Waited to be sent: %d save, about %s",
                      "Waited to be sent: %d saves, about %s",
                      (unsigned long)x->waiting_saves),
                   (int)x->waiting_saves, size);
}

static void write_progress(const struct sync_view *x, struct writer *w)
{
    char sent[SIZE_BYTES], received[SIZE_BYTES];

    print_size(x->shown.sent_bytes, sent);
    print_size(x->shown.received_bytes, received);
    write_line(w, ROLE_TEXT,
               _("Sent: %d changes, %s. Received: %d changes, %s"),
               (int)x->shown.sent_changes, sent, (int)x->shown.received_changes,
               received);
}

static void write_result(const struct sync_view *x, struct writer *w)
{
    static const struct {
        int code;
        enum role role;
        const char *sentence;
    } ends[] = {
        {0, ROLE_GOOD, N_("Done.")},
        {4, ROLE_GOOD, N_("Done.")},
        {3, ROLE_ERROR, N_("The hub or this office does not allow it.")},
        {5, ROLE_WARN,
         N_("The line was lost. What arrived is kept; s goes on from there.")},
        {128 + 15, ROLE_WARN,
         N_("Stopped. What arrived is kept, the rest goes next time.")}};
    enum role role = ROLE_ERROR;
    const char *sentence = N_("The sync did not work. Nothing is lost.");

    for (size_t i = 0; i < ARR_NR(ends); i++)
        if (ends[i].code == x->code) {
            role = ends[i].role;
            sentence = ends[i].sentence;
        }
    write_text(w, role, _(sentence));
    if (x->code != 0)
        write_text(w, ROLE_TEXT, x->trouble);
    if (x->said_nr > 0)
        write_gap(w);
    for (size_t i = 0; i < x->said_nr; i++)
        write_text(w, ROLE_TEXT, x->said[i]);
    if (x->clashes > 0)
        write_line(w, ROLE_WARN,
                   P_("%d question has two answers; c shows both",
                      "%d questions have two answers; c shows both",
                      (unsigned long)x->clashes),
                   (int)x->clashes);
}

static void sync_draw(void *self, struct canvas *c, struct area a)
{
    struct sync_view *x = self;
    struct writer w = {c, SPAN(a.row + 1, a.col + LEFT, a.cols - 2 * LEFT),
                       a.rows - 1};
    int row;

    if (x->state == SYNC_NO_HUB) {
        canvas_cursor(c, w.at.row, a.col);
        write_no_hub(&w);
        return;
    }
    write_before(x, &w);
    write_gap(&w);
    row = w.at.row;
    if (is_running(x)) {
        write_text(&w, ROLE_HEADING,
                   x->state == SYNC_STOPPING ? _("Stopping ...")
                                             : _("Syncing. Esc stops it, which "
                                                 "is always safe."));
        write_progress(x, &w);
    } else {
        write_result(x, &w);
    }
    canvas_cursor(c, row, a.col);
}

/* ---- the view ---- */

static void sync_free(void *self)
{
    struct sync_view *x = self;

    task_free(x->task);
    mem_free(x);
}

static const enum action *sync_actions_now(const void *self)
{
    static const enum action running[] = {ACTION_BACK, ACTION_LOCK,
                                          ACTION_NONE};
    static const enum action ended[] = {ACTION_SYNC, ACTION_CONFLICTS,
                                        ACTION_OPEN, ACTION_BACK,
                                        ACTION_LOCK, ACTION_NONE};

    return is_running(self) ? running : ended;
}

static const struct view_ops sync_ops = {
    .title = N_("Sync"),
    .help = N_("Sends what was saved here to the hub and fetches what others "
               "wrote. Only changes travel, packed together. When the line is "
               "lost, what arrived is kept, and the next sync goes on from "
               "there. s syncs again."),
    .draw = sync_draw,
    .press = sync_press,
    .actions_now = sync_actions_now,
    .free = sync_free,
};

struct view *view_sync_new(struct desk *d)
{
    struct sync_view *x = mem_alloc(sizeof *x);

    x->desk = d;
    x->view = view_new(&sync_ops, x);
    start(x);
    return x->view;
}
