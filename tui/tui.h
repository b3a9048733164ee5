/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_TUI_H
#define TUI_TUI_H
/*
 * The screens and the loop that serves them. Keys that wait are all served
 * before the screen is painted once; when nothing happens nothing is sent.
 * A message on the foot line stays until the next key.
 *
 * The tui borrows its canvas; it owns the views pushed, the keymap, and the
 * text cut last. When the line is lost every view is told to keep what was
 * typed, and tui_run returns.
 */
#include <stdarg.h>

#include "tui/ask.h"
#include "tui/keymap.h"
#include "tui/view.h"

struct buf;
struct err;
struct tui;

struct tui *tui_new(struct canvas *c);
void tui_free(struct tui *t); /* frees the views too; NULL is fine */

/* Serves keys until the last view is closed, someone quits or the line is
 * lost (false: whoever comes next should not ask or print). */
bool tui_run(struct tui *t);

/* The view becomes the top one and the tui's. */
void tui_push(struct tui *t, struct view *v);

/* The same, and serves keys until that view is closed: for questions whose
 * answer is needed on the next line. False when the program is to end: treat
 * it as no answer. */
bool tui_modal(struct tui *t, struct view *v);

/* Closes the view (frees it) at the next chance, also from a callback. */
void tui_close(struct tui *t, struct view *v);
void tui_close_top(struct tui *t);

void tui_quit(struct tui *t); /* without asking anyone */

/* One sentence on the message line, until the next key. */
void tui_say(struct tui *t, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void tui_fail(struct tui *t,
              const struct err *e); /* as an error, with a beep */

/* Calls fn behind every tui_fail: whoever owns what the views work on looks
 * whether it is still there. */
void tui_on_fail(struct tui *t, void (*fn)(void *arg), void *arg);

/* Says it and paints at once, before work that takes more than a moment. */
void tui_busy(struct tui *t, const char *sentence);

/* Questions on the message line. Confirm is false on Back, hang-up and no;
 * choose gives the index or ASK_CANCELLED; prompt lets a line of text be
 * typed (out holds what stands there first) and is false on Back. */
bool tui_confirm(struct tui *t, const char *question);
int tui_choose(struct tui *t, const char *question,
               const struct ask_option *options, size_t nr);
bool tui_prompt(struct tui *t, const char *label, struct buf *out, bool secret);

/* Calls fn from the loop whenever fd can be read; several at once are fine.
 * The screen follows at most four times a second. */
typedef void tui_watch_fn(void *arg, int fd);
void tui_watch(struct tui *t, int fd, tui_watch_fn *fn, void *arg);
void tui_unwatch(struct tui *t, int fd);

/* Calls fn once after so long without a key (a lock screen); again after the
 * next key. 0 switches it off. */
void tui_on_idle(struct tui *t, int idle_ms, void (*fn)(void *arg), void *arg);

/* Forgets the keys that wait. Type-ahead is sacred, but for one case: an error
 * stops the cursor, and what was typed ahead was meant for other fields. */
void tui_forget_keys(struct tui *t);

/* The screen no longer shows what is true. */
void tui_redraw(struct tui *t);

struct canvas *tui_canvas(struct tui *t);
struct keymap *tui_keymap(struct tui *t);
struct buf *tui_clip(struct tui *t); /* text cut last, shared by all fields */

/* What the program does when an action comes that no screen takes: locking,
 * another language. One fn an action. */
void tui_on(struct tui *t, enum action a, void (*fn)(void *arg), void *arg);

/* At the next turn of the outermost loop every view is told to keep what was
 * typed and is closed unasked, questions count as not answered, the text cut
 * last is wiped; then fn pushes what comes instead (a lock screen). Keys that
 * wait go to that. */
void tui_reset(struct tui *t, void (*then)(void *arg), void *arg);

/* What the top view shows was made with other settings: its `shown` is called
 * as after another view. */
void tui_refresh(struct tui *t);

/* Acts as if a key of that action had been pressed on the top view. */
void tui_act(struct tui *t, enum action a);

#endif
