/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tui/canvas_text.h"

enum { UNTIL_TRIES = 2000, SCREEN_BYTES_MAX = 1 << 20 };

struct script {
    struct canvas *canvas;
    struct buf *out;
    const char *at;   /* the next line */
    const char *rest; /* what is left of the line under way; NULL: none */
    const char *end;  /* of that line */
    const struct step *step;
    unsigned line, tries;
    int wait_ms;
    bool looks_again; /* the loop is to be left without a key */
    struct err err;
};

/* What a step does when the loop asks for a key. */
struct step {
    const char *name;
    uint32_t (*next)(struct script *s, int timeout_ms);
};

static uint32_t done(struct script *s)
{
    s->rest = NULL;
    return K_NONE;
}

static uint32_t broken(struct script *s, const char *why)
{
    err_set(&s->err, ERR_INPUT, _("Line %u of the script: %s"), s->line, why);
    return K_HANGUP;
}

static void skip_blanks(struct script *s)
{
    while (s->rest < s->end && *s->rest == ' ')
        s->rest++;
}

static uint32_t next_key(struct script *s, int timeout_ms)
{
    const char *name;
    uint32_t key;

    (void)timeout_ms;
    skip_blanks(s);
    if (s->rest == s->end)
        return done(s);
    name = s->rest;
    while (s->rest < s->end && *s->rest != ' ')
        s->rest++;
    key = key_parse(name, (size_t)(s->rest - name));
    return key == K_NONE ? broken(s, _("no such key")) : key;
}

static uint32_t next_type(struct script *s, int timeout_ms)
{
    size_t len;
    uint32_t key;

    (void)timeout_ms;
    if (s->rest == s->end)
        return done(s);
    key = utf8_decode(s->rest, (size_t)(s->end - s->rest), &len);
    s->rest += len;
    return key;
}

static uint32_t next_snap(struct script *s, int timeout_ms)
{
    int row, col;

    if (timeout_ms == 0) /* let the loop paint first */
        return K_TIMEOUT;
    canvas_text_print(s->canvas, s->out);
    canvas_text_cursor(s->canvas, &row, &col);
    buf_printf(s->out, "-- cursor %d %d\n", row, col);
    return done(s);
}

static bool number(struct script *s, int64_t *nr)
{
    const char *from = s->rest;
    char *text;
    bool ok;

    while (s->rest < s->end && *s->rest != ' ')
        s->rest++;
    text = mem_copy_strn(from, (size_t)(s->rest - from));
    ok = str_to_int(text, 0, 1000000, nr);
    mem_free(text);
    skip_blanks(s);
    return ok;
}

static uint32_t next_wait(struct script *s, int timeout_ms)
{
    int64_t ms;

    if (s->wait_ms == 0) {
        if (!number(s, &ms))
            return broken(s, _("how many milliseconds?"));
        s->wait_ms = (int)ms;
    }
    if (timeout_ms >= 0 && timeout_ms <= s->wait_ms) {
        s->wait_ms -= timeout_ms;
        if (s->wait_ms == 0)
            s->rest = NULL;
        return K_TIMEOUT;
    }
    /* the loop waits for longer: it has to look at the clock again */
    canvas_text_pass(s->canvas, s->wait_ms);
    s->looks_again = true;
    s->wait_ms = 0;
    return done(s);
}

static uint32_t next_until(struct script *s, int timeout_ms)
{
    struct buf screen = BUF_INIT(SCREEN_BYTES_MAX);
    char *text;
    bool found;

    if (timeout_ms == 0)
        return K_TIMEOUT;
    text = mem_copy_strn(s->rest, (size_t)(s->end - s->rest));
    canvas_text_print(s->canvas, &screen);
    found = strstr(buf_text(&screen), text) != NULL;
    mem_free(text);
    buf_release(&screen);
    if (found) {
        s->tries = 0;
        return done(s);
    }
    return ++s->tries > UNTIL_TRIES ? broken(s, _("waited in vain"))
                                    : K_TIMEOUT;
}

static uint32_t next_resize(struct script *s, int timeout_ms)
{
    int64_t rows, cols;

    (void)timeout_ms;
    if (!number(s, &rows) || !number(s, &cols) || rows < 1 || cols < 1)
        return broken(s, _("resize ROWS COLUMNS"));
    canvas_text_resize(s->canvas, (int)rows, (int)cols);
    done(s);
    return K_RESIZE;
}

static uint32_t next_hangup(struct script *s, int timeout_ms)
{
    (void)s;
    (void)timeout_ms;
    return K_HANGUP;
}

static const struct step steps[] = {
    {"key", next_key},       {"type", next_type},   {"snap", next_snap},
    {"wait", next_wait},     {"until", next_until}, {"resize", next_resize},
    {"hangup", next_hangup},
};

/* Takes the next line apart; false at the end. */
static bool read_line(struct script *s)
{
    size_t n, word;

    if (!*s->at)
        return false;
    n = strcspn(s->at, "\n");
    s->line++;
    s->rest = s->at;
    s->end = s->at + n;
    s->at += n + (s->at[n] == '\n');
    word = strcspn(s->rest, " \n");
    s->step = NULL;
    for (size_t i = 0; i < ARR_NR(steps); i++)
        if (strlen(steps[i].name) == word &&
            memcmp(steps[i].name, s->rest, word) == 0)
            s->step = &steps[i];
    if (n == 0 || *s->rest == '#')
        s->rest = NULL;
    else if (s->step)
        s->rest += word + (s->rest + word < s->end);
    return true;
}

static uint32_t next(void *arg, int timeout_ms)
{
    struct script *s = arg;

    for (;;) {
        uint32_t key;

        if (!s->rest && !read_line(s))
            return K_HANGUP;
        if (!s->rest)
            continue;
        if (!s->step)
            return broken(s, _("no such step"));
        key = s->step->next(s, timeout_ms);
        if (key != K_NONE || s->looks_again) {
            s->looks_again = false;
            return key;
        }
    }
}

struct script *script_new(const char *text, struct buf *out, int rows, int cols)
{
    struct script *s = mem_alloc(sizeof *s);

    s->at = text;
    s->out = out;
    s->canvas = canvas_text_new(rows, cols, (struct canvas_text_keys){next, s});
    return s;
}

void script_free(struct script *s)
{
    if (!s)
        return;
    canvas_close(s->canvas);
    mem_free(s);
}

struct canvas *script_canvas(struct script *s)
{
    return s->canvas;
}

bool script_ok(const struct script *s, struct err *e)
{
    return s->err.code == ERR_NONE ||
           err_set(e, s->err.code, "%s", s->err.text);
}
