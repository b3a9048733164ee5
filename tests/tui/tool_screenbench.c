/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool_screenbench DIR LINES: makes an office in DIR/screens of the cases in
 * LINES (as for `homeward apply`), opens it anew, and prints how long the list
 * of cases takes to stand there and to narrow, key by key. On a screen in
 * memory: what a terminal adds is counted in bytes elsewhere.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/apply.h"
#include "store/db.h"
#include "store/store.h"
#include "tui/canvas_text.h"
#include "tui/desk.h"
#include "tui/tui.h"
#include "tui/view_cases.h"

enum { LINES_BYTES_MAX = 64 << 20, FIRST_PAINT_MS = 150, FIND_MS = 50 };

static const char passphrase[] = "invented children only";

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void tell(const char *what, double figure, int budget)
{
    printf("%s: %.1f ms, budget %d ms, %s\n", what, figure, budget,
           figure <= budget ? "met" : "MISSED");
}

static uint32_t no_key(void *arg, int timeout_ms)
{
    (void)arg;
    (void)timeout_ms;
    return K_HANGUP;
}

static bool apply_all(struct store *s, const char *path, struct err *e)
{
    struct buf b = BUF_INIT(LINES_BYTES_MAX);
    bool good = buf_read_file(&b, path, e) && db_begin(store_db(s), e);
    const char *at = buf_text(&b);
    bool saved;

    for (size_t n; good && *at; at += n + (at[n] == '\n')) {
        n = strcspn(at, "\n");
        good = apply_line(s, at, n, &saved, e);
    }
    good = good && db_end(store_db(s), true, e);
    buf_release(&b);
    return good;
}

static struct store *make_office(const char *dir, const char *lines,
                                 struct err *e)
{
    static const struct store_new office = {.site_name = "Gasera WSA",
                                            .place = "ET041114",
                                            .login = "almaz",
                                            .role = "social-worker"};
    struct store_env env = store_env_system();
    struct store *s = NULL;

    if (store_create(dir, &office, passphrase, env, e))
        s = store_open(dir, passphrase, env, e);
    if (s && !apply_all(s, lines, e)) {
        store_close(s);
        return NULL;
    }
    store_close(s);
    return s ? store_open(dir, passphrase, env, e) : NULL;
}

static void draw(struct view *v, struct canvas *c)
{
    canvas_erase(c);
    v->ops->draw(v->self, c, (struct area){1, 0, 21, 80});
    canvas_paint(c);
}

static void find(struct view *v, struct canvas *c, const char *word)
{
    struct press begin = {'/', ACTION_FIND}, end = {K_ESC, ACTION_BACK};
    char what[64];
    double worst = 0;

    view_press(v, &begin);
    for (const char *at = word; *at; at++) {
        struct press p = {(uint32_t)*at, ACTION_NONE};
        double start = now_ms();

        view_press(v, &p);
        draw(v, c);
        worst = now_ms() - start > worst ? now_ms() - start : worst;
    }
    view_press(v, &end);
    snprintf(what, sizeof what, "worst key of finding \"%s\"", word);
    tell(what, worst, FIND_MS);
}

static void measure(struct store *s)
{
    struct canvas *c =
        canvas_text_new(24, 80, (struct canvas_text_keys){no_key, NULL});
    struct desk d = {.tui = tui_new(c), .env = store_env_system()};
    double start = now_ms();
    struct view *v;

    desk_take(&d, s);
    v = view_cases_new(&d);
    tui_push(d.tui, v);
    draw(v, c);
    tell("list of cases after unlocking", now_ms() - start, FIRST_PAINT_MS);
    find(v, c, "a");
    find(v, c, "yonas te");
    find(v, c, "zzzz");
    tui_free(d.tui);
    canvas_close(c);
    desk_lock(&d);
}

int main(int argc, char **argv)
{
    char dir[4096];
    struct err e = ERR_INIT;
    struct store *s;

    if (argc != 3) {
        fputs("usage: tool_screenbench DIR LINES\n", stderr);
        return 2;
    }
    snprintf(dir, sizeof dir, "%s/screens", argv[1]);
    s = make_office(dir, argv[2], &e);
    if (!s) {
        fprintf(stderr, "tool_screenbench: %s\n", e.text);
        return 1;
    }
    measure(s);
    return 0;
}
