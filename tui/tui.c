/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/tui.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/edit.h"
#include "tui/foot.h"
#include "tui/view_help.h"

enum {
    CLIP_BYTES_MAX = 64 * 1024,
    STATUS_BYTES_MAX = 256,
    LAZY_PAINT_MS = 250, /* what comes by itself is painted no more often */
    FOR_EVER = -1
};

struct watch {
    int fd;
    tui_watch_fn *fn;
    void *arg;
};

struct view_stack {
    struct view **items;
    size_t nr, alloc;
};

struct watch_list {
    struct watch *items;
    size_t nr, alloc;
};

/* What the program itself does for an action no screen takes. */
struct hook {
    void (*fn)(void *arg);
    void *arg;
};

struct tui {
    struct canvas *canvas;
    struct keymap *keymap;
    struct foot foot;
    struct view_stack views;
    struct watch_list watches;
    struct buf clip;
    bool dirty; /* what is on the screen is no longer true */
    bool lazy;  /* so too, but it may wait for LAZY_PAINT_MS */
    bool quitting, hung_up;
    int modals;         /* loops within the loop, serving a question */
    bool quit_wanted;   /* seen inside one of them, to be done outside */
    int64_t pressed_ms; /* when the last key came */
    int64_t painted_ms;
    int idle_ms;
    bool idle_done;
    void (*on_idle)(void *arg);
    void *idle_arg;
    struct hook hooks[ACTION_NR];
    struct hook fail;  /* fn set: called behind each error */
    struct hook reset; /* fn set: wanted */
};

struct tui *tui_new(struct canvas *c)
{
    struct tui *t = mem_alloc(sizeof *t);

    t->canvas = c;
    t->keymap = keymap_new();
    t->clip = (struct buf)BUF_INIT(CLIP_BYTES_MAX);
    t->pressed_ms = canvas_clock_ms(c);
    if (c->notice)
        foot_say(&t->foot, ROLE_WARN, c->notice);
    return t;
}

void tui_free(struct tui *t)
{
    if (!t)
        return;
    while (t->views.nr > 0)
        view_free(t->views.items[--t->views.nr]);
    ARR_RELEASE(&t->views);
    ARR_RELEASE(&t->watches);
    keymap_free(t->keymap);
    buf_wipe(&t->clip);
    mem_free(t);
}

struct canvas *tui_canvas(struct tui *t)
{
    return t->canvas;
}

struct keymap *tui_keymap(struct tui *t)
{
    return t->keymap;
}

struct buf *tui_clip(struct tui *t)
{
    return &t->clip;
}

void tui_redraw(struct tui *t)
{
    t->dirty = true;
}

/* ---- the stack ---- */

static struct view *top(const struct tui *t)
{
    return t->views.nr ? t->views.items[t->views.nr - 1] : NULL;
}

void tui_push(struct tui *t, struct view *v)
{
    v->tui = t;
    ARR_PUSH(&t->views) = v;
    t->dirty = true;
}

void tui_close(struct tui *t, struct view *v)
{
    for (size_t i = 0; i < t->views.nr; i++) {
        if (t->views.items[i] != v)
            continue;
        memmove(t->views.items + i, t->views.items + i + 1,
                (t->views.nr - i - 1) * sizeof *t->views.items);
        t->views.nr--;
        view_free(v);
        v = top(t);
        if (v && i == t->views.nr && v->ops->shown)
            v->ops->shown(v->self);
        break;
    }
    t->dirty = true;
}

void tui_close_top(struct tui *t)
{
    if (top(t))
        tui_close(t, top(t));
}

static bool is_open(const struct tui *t, const struct view *v)
{
    for (size_t i = 0; i < t->views.nr; i++)
        if (t->views.items[i] == v)
            return true;
    return false;
}

void tui_quit(struct tui *t)
{
    t->quitting = true;
}

static void close_asking(struct tui *t, struct view *v)
{
    if (view_may_close(v) && is_open(t, v))
        tui_close(t, v);
}

/* Every view is asked, the top one first; one that says no stays, and so does
 * the program. Inside a question the view that asked is still at work, so it
 * cannot be closed under its feet: that waits for the outer loop. */
static void quit_asking(struct tui *t)
{
    struct view *v;

    if (t->modals > 0) {
        t->quit_wanted = true;
        return;
    }
    while ((v = top(t)) != NULL && !t->hung_up) {
        close_asking(t, v);
        if (is_open(t, v)) {
            t->quit_wanted = false; /* asking again would never end */
            return;
        }
    }
    t->quitting = true;
}

static void keep_all(struct tui *t)
{
    for (size_t i = t->views.nr; i-- > 0;) {
        struct view *v = t->views.items[i];

        if (v->ops->keep)
            v->ops->keep(v->self);
    }
}

/* ---- drawing ---- */

static void draw_small(struct canvas *c, int rows, int cols)
{
    /* TRANSLATORS: for a window of very few columns: keep it short */
    canvas_printf(c, SPAN(0, 0, cols), ROLE_TEXT, _("Too small: %dx%d"), cols,
                  rows);
    canvas_printf(c, SPAN(1, 0, cols), ROLE_TEXT,
                  _("Make this window %dx%d or larger"), CANVAS_COLS_MIN,
                  CANVAS_ROWS_MIN);
    canvas_cursor(c, 0, 0);
}

static void draw_title(const struct tui *t, const struct view *v, int cols)
{
    struct buf status = BUF_INIT(STATUS_BYTES_MAX);
    int taken;

    if (v->ops->status)
        v->ops->status(v->self, &status);
    taken = canvas_columns(t->canvas, buf_text(&status), status.size);
    canvas_put(t->canvas, SPAN(0, 0, cols - taken - 1), ROLE_TITLE,
               view_title(v));
    canvas_put_right(t->canvas, SPAN(0, 0, cols), ROLE_TEXT, buf_text(&status));
    buf_release(&status);
}

/* The lowest view that must be drawn: those above it are overlays. */
static size_t lowest_drawn(const struct tui *t)
{
    size_t i = t->views.nr - 1;

    while (i > 0 && t->views.items[i]->ops->overlay)
        i--;
    return i;
}

static void draw_views(struct tui *t, int rows, int cols)
{
    size_t base = lowest_drawn(t);
    const struct view *v = top(t);
    struct foot_bar bar = {t->keymap, view_actions(v), view_typing(v),
                           v->ops->overlay};
    struct area a = {1, 0, rows - 1 - FOOT_ROWS, cols};

    draw_title(t, t->views.items[base], cols);
    for (size_t i = base; i < t->views.nr; i++) {
        t->views.items[i]->ops->draw(t->views.items[i]->self, t->canvas, a);
        if (i == base) /* over what it needs of it, under a question */
            foot_draw(&t->foot, t->canvas, &bar);
    }
}

static void paint(struct tui *t)
{
    int rows, cols;

    if (t->hung_up || t->views.nr == 0)
        return;
    canvas_size(t->canvas, &rows, &cols);
    canvas_erase(t->canvas);
    canvas_cursor(t->canvas, rows - 1, 0);
    if (canvas_is_small(t->canvas))
        draw_small(t->canvas, rows, cols);
    else
        draw_views(t, rows, cols);
    canvas_paint(t->canvas);
    t->dirty = t->lazy = false;
    t->painted_ms = canvas_clock_ms(t->canvas);
}

/* ---- keys ---- */

static void suspend(struct tui *t)
{
    keep_all(t);
    canvas_suspend(t->canvas);
}

static void redraw(struct tui *t)
{
    canvas_repaint(t->canvas);
}

static void back(struct tui *t)
{
    if (t->views.nr > 1)
        close_asking(t, top(t));
    else if (tui_confirm(t, _("Leave Homeward?")))
        quit_asking(t);
}

static void help(struct tui *t)
{
    const struct view *v = top(t);

    if (v->ops->title) /* questions have no help of their own */
        tui_push(t, view_help_new(t, v));
}

static const struct {
    enum action action;
    void (*act)(struct tui *t);
} deeds[] = {
    {ACTION_HELP, help},     {ACTION_MENU, help},
    {ACTION_BACK, back},     {ACTION_QUIT, quit_asking},
    {ACTION_REDRAW, redraw}, {ACTION_SUSPEND, suspend},
};

static void act_global(struct tui *t, const struct press *p)
{
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action) {
            deeds[i].act(t);
            return;
        }
    if (t->hooks[p->action].fn)
        t->hooks[p->action].fn(t->hooks[p->action].arg);
    else
        canvas_bell(t->canvas);
}

static void deliver(struct tui *t, const struct press *p)
{
    struct view *v = top(t);

    t->dirty = true;
    if (!v)
        return;
    switch (view_press(v, p)) {
    case VIEW_IGNORED:
        act_global(t, p);
        break;
    case VIEW_HANDLED:
        break;
    case VIEW_CLOSE:
        tui_close(t, v);
        break;
    case VIEW_QUIT:
        quit_asking(t);
        break;
    }
}

void tui_act(struct tui *t, enum action a)
{
    struct press p = {K_NONE, a};

    deliver(t, &p);
}

/* In a window too small to show what a key does, keys do nothing. */
static void press(struct tui *t, uint32_t key)
{
    const struct view *v = top(t);
    struct press p = {
        key, keymap_action(t->keymap, view_actions(v), view_typing(v), key)};

    t->pressed_ms = canvas_clock_ms(t->canvas);
    t->idle_done = false;
    if (canvas_is_small(t->canvas)) {
        if (p.action == ACTION_SUSPEND)
            suspend(t);
        return;
    }
    foot_clear(&t->foot);
    deliver(t, &p);
}

/* ---- waiting ---- */

static void sooner(int *wait_ms, int64_t due_ms, int64_t now_ms)
{
    int64_t left = due_ms > now_ms ? due_ms - now_ms : 0;

    if (*wait_ms == FOR_EVER || left < *wait_ms)
        *wait_ms = (int)left;
}

static int next_wait(const struct tui *t)
{
    int64_t now = canvas_clock_ms(t->canvas);
    const struct view *v = top(t);
    int wait_ms = FOR_EVER;

    if (v->tick_ms > 0)
        sooner(&wait_ms, t->pressed_ms + v->tick_ms, now);
    if (t->idle_ms > 0 && !t->idle_done)
        sooner(&wait_ms, t->pressed_ms + t->idle_ms, now);
    if (t->lazy)
        sooner(&wait_ms, t->painted_ms + LAZY_PAINT_MS, now);
    return wait_ms;
}

static void ticks(struct tui *t)
{
    int64_t idle = canvas_clock_ms(t->canvas) - t->pressed_ms;
    struct view *v = top(t);

    if (t->lazy && canvas_clock_ms(t->canvas) - t->painted_ms >= LAZY_PAINT_MS)
        t->dirty = true;
    if (v && v->tick_ms > 0 && idle >= v->tick_ms) {
        v->tick_ms = 0;
        if (v->ops->tick)
            v->ops->tick(v->self);
    }
    if (t->idle_ms > 0 && !t->idle_done && idle >= t->idle_ms) {
        t->idle_done = true;
        t->dirty = true;
        t->on_idle(t->idle_arg);
    }
}

/* A callback may watch or unwatch, so what is ready is looked up anew. */
static void call_ready(struct tui *t, const struct pollfd *fds, size_t nr)
{
    for (size_t i = 0; i < nr; i++) {
        if (!fds[i].revents)
            continue;
        for (size_t j = 0; j < t->watches.nr; j++)
            if (t->watches.items[j].fd == fds[i].fd) {
                struct watch w = t->watches.items[j];

                w.fn(w.arg, w.fd);
                break;
            }
    }
    t->lazy = true;
}

enum { WATCHES_MAX = 8 };

static uint32_t wait_for_key(struct tui *t)
{
    struct pollfd fds[WATCHES_MAX];
    size_t nr = t->watches.nr;
    uint32_t key;

    for (size_t i = 0; i < nr; i++)
        fds[i] = (struct pollfd){t->watches.items[i].fd, POLLIN, 0};
    key = canvas_key(t->canvas, next_wait(t), fds, nr);
    if (key == K_WATCH)
        call_ready(t, fds, nr);
    return key;
}

static void resize(struct tui *t)
{
    for (size_t i = 0; i < t->views.nr; i++)
        if (t->views.items[i]->ops->resize)
            t->views.items[i]->ops->resize(t->views.items[i]->self);
    t->dirty = true;
}

void tui_forget_keys(struct tui *t)
{
    uint32_t key;

    do {
        key = canvas_key(t->canvas, 0, NULL, 0);
        if (key == K_RESIZE)
            resize(t);
    } while (key != K_TIMEOUT && key != K_HANGUP);
}

static void hang_up(struct tui *t)
{
    keep_all(t);
    t->hung_up = true;
}

/* One key or event. The screen is painted only when no key waits. */
static void step(struct tui *t)
{
    uint32_t key = canvas_key(t->canvas, 0, NULL, 0);

    if (key == K_TIMEOUT) {
        if (t->dirty)
            paint(t);
        key = wait_for_key(t);
    }
    if (key == K_TIMEOUT || key == K_WATCH)
        ticks(t);
    else if (key == K_RESIZE)
        resize(t);
    else if (key == K_HANGUP)
        hang_up(t);
    else if (key != K_NONE)
        press(t, key);
}

static bool over(const struct tui *t)
{
    return t->quitting || t->hung_up || t->views.nr == 0;
}

/* Outside all questions, so that nobody stands on what is freed. */
static void reset(struct tui *t)
{
    struct hook then = t->reset;

    t->reset.fn = NULL;
    keep_all(t);
    while (t->views.nr > 0)
        view_free(t->views.items[--t->views.nr]);
    foot_clear(&t->foot);
    buf_wipe(&t->clip);
    t->dirty = true;
    then.fn(then.arg);
}

bool tui_run(struct tui *t)
{
    while (!over(t)) {
        if (t->reset.fn) {
            reset(t);
            continue;
        }
        if (t->quit_wanted) {
            t->quit_wanted = false;
            quit_asking(t);
        } else {
            step(t);
        }
    }
    return !t->hung_up;
}

bool tui_modal(struct tui *t, struct view *v)
{
    tui_push(t, v);
    t->modals++;
    while (!over(t) && !t->quit_wanted && !t->reset.fn && is_open(t, v))
        step(t);
    t->modals--;
    if (!is_open(t, v))
        return !t->quitting && !t->hung_up && !t->quit_wanted && !t->reset.fn;
    tui_close(t, v); /* it may point into its caller's stack */
    return false;
}

/* ---- messages and what comes by itself ---- */

void tui_say(struct tui *t, enum role role, const char *fmt, ...)
{
    char message[FOOT_MESSAGE_BYTES];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    foot_say(&t->foot, role, message);
    t->dirty = true;
}

/* Over what stands on the screen: the next paint draws all of it anew. */
void tui_busy(struct tui *t, const char *sentence)
{
    int rows, cols;

    canvas_size(t->canvas, &rows, &cols);
    canvas_blank(t->canvas, (struct area){rows - FOOT_ROWS, 0, 1, cols});
    canvas_put(t->canvas, SPAN(rows - FOOT_ROWS, 0, cols), ROLE_TEXT, sentence);
    canvas_cursor(t->canvas, rows - FOOT_ROWS, 0);
    canvas_paint(t->canvas);
    t->dirty = true;
}

void tui_fail(struct tui *t, const struct err *e)
{
    foot_say(&t->foot, ROLE_ERROR, e->text);
    canvas_bell(t->canvas);
    t->dirty = true;
    if (t->fail.fn)
        t->fail.fn(t->fail.arg);
}

void tui_on_fail(struct tui *t, void (*fn)(void *arg), void *arg)
{
    t->fail = (struct hook){fn, arg};
}

void tui_watch(struct tui *t, int fd, tui_watch_fn *fn, void *arg)
{
    assert(t->watches.nr < WATCHES_MAX);
    ARR_PUSH(&t->watches) = (struct watch){fd, fn, arg};
}

void tui_unwatch(struct tui *t, int fd)
{
    for (size_t i = 0; i < t->watches.nr; i++)
        if (t->watches.items[i].fd == fd) {
            t->watches.items[i] = t->watches.items[--t->watches.nr];
            return;
        }
}

void tui_on(struct tui *t, enum action a, void (*fn)(void *arg), void *arg)
{
    t->hooks[a] = (struct hook){fn, arg};
}

void tui_reset(struct tui *t, void (*then)(void *arg), void *arg)
{
    t->reset = (struct hook){then, arg};
}

void tui_refresh(struct tui *t)
{
    struct view *v = top(t);

    if (v && v->ops->shown)
        v->ops->shown(v->self);
    t->dirty = true;
}

void tui_on_idle(struct tui *t, int idle_ms, void (*fn)(void *arg), void *arg)
{
    t->idle_ms = idle_ms;
    t->on_idle = fn;
    t->idle_arg = arg;
}
