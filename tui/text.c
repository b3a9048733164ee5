/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The undo journal is a list of replacements: at this offset these bytes gave
 * way to those. Undoing swaps them back, redoing swaps again. The journal is
 * bounded: the oldest steps go first.
 */
#include "tui/text.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tui/key.h"

enum { STEPS_MAX = 1000, JOURNAL_BYTES_MAX = 512 * 1024 };

struct step {
    size_t at;
    char *gone, *come;
    size_t gone_nr, come_nr;
};

struct journal {
    struct step *items;
    size_t nr, alloc;
    size_t done;  /* steps before this one are in the text, later ones undone */
    size_t bytes; /* kept in all steps */
};

struct text {
    struct buf bytes;
    size_t at;
    bool lines, secret;
    bool typing; /* the next letter joins the last step */
    unsigned changes;
    struct journal journal;
};

static void step_release(struct journal *j, struct step *s)
{
    j->bytes -= s->gone_nr + s->come_nr;
    mem_free(s->gone);
    mem_free(s->come);
}

static void journal_cut(struct journal *j)
{
    while (j->nr > j->done)
        step_release(j, &j->items[--j->nr]);
}

static void journal_release(struct journal *j)
{
    j->done = 0;
    journal_cut(j);
    ARR_RELEASE(j);
}

static void journal_drop_oldest(struct journal *j)
{
    step_release(j, &j->items[0]);
    memmove(j->items, j->items + 1, --j->nr * sizeof *j->items);
    j->done--;
}

static void journal_add(struct journal *j, struct step s)
{
    journal_cut(j);
    s.gone = mem_copy_strn(s.gone_nr ? s.gone : "", s.gone_nr);
    s.come = mem_copy_strn(s.come_nr ? s.come : "", s.come_nr);
    ARR_PUSH(j) = s;
    j->bytes += s.gone_nr + s.come_nr;
    j->done = j->nr;
    while (j->nr > 1 && (j->nr > STEPS_MAX || j->bytes > JOURNAL_BYTES_MAX))
        journal_drop_oldest(j);
}

/* A letter typed behind the last one joins its step; a word that begins
 * after a blank does not. */
static bool journal_join(struct journal *j, const struct step *s)
{
    struct step *last;

    if (j->nr == 0 || j->done != j->nr || s->gone_nr > 0)
        return false;
    last = &j->items[j->nr - 1];
    if (last->gone_nr > 0 || last->at + last->come_nr != s->at ||
        s->come[0] == '\n' || last->come[last->come_nr - 1] == '\n' ||
        (s->come[0] != ' ' && last->come[last->come_nr - 1] == ' '))
        return false;
    last->come = mem_resize(last->come, last->come_nr + s->come_nr + 1, 1);
    memcpy(last->come + last->come_nr, s->come, s->come_nr);
    last->come_nr += s->come_nr;
    last->come[last->come_nr] = '\0';
    j->bytes += s->come_nr;
    return true;
}

struct text *text_new(const struct text_plan *plan)
{
    struct text *t = mem_alloc(sizeof *t);

    t->bytes = (struct buf)BUF_INIT(plan->max_bytes);
    t->lines = plan->lines;
    t->secret = plan->secret;
    return t;
}

static void bytes_release(struct text *t)
{
    if (t->secret)
        buf_wipe(&t->bytes);
    else
        buf_release(&t->bytes);
}

void text_free(struct text *t)
{
    if (!t)
        return;
    bytes_release(t);
    journal_release(&t->journal);
    mem_free(t);
}

/* Puts `come` in the place of `gone_nr` bytes at `at`; it is known to fit. */
static void replace(struct text *t, size_t at, size_t gone_nr, const char *come,
                    size_t come_nr)
{
    struct buf next = BUF_INIT(t->bytes.max);
    const char *s = buf_text(&t->bytes);

    buf_add(&next, s, at);
    buf_add(&next, come, come_nr);
    buf_add(&next, s + at + gone_nr, t->bytes.size - at - gone_nr);
    bytes_release(t);
    t->bytes = next;
    t->at = at + come_nr;
    t->changes++;
}

static bool may_stand(const struct text *t, uint32_t c)
{
    return key_is_text(c) || (c == '\n' && t->lines);
}

/* What of s may stand in the text, up to the room there is; a newline or tab
 * in a line becomes a blank. */
static void add_clean(const struct text *t, struct buf *clean, const char *s,
                      size_t n)
{
    for (size_t i = 0, next; i < n; i = next) {
        size_t len;
        uint32_t c = utf8_decode(s + i, n - i, &len);

        next = i + len;
        if (c == 0xFFFD && len == 1)
            continue;
        if (clean->size + len > clean->max)
            break;
        if (may_stand(t, c))
            buf_add(clean, s + i, len);
        else if (c == '\n' || c == '\t')
            buf_add_byte(clean, ' ');
    }
}

void text_set(struct text *t, const char *s)
{
    struct buf clean = BUF_INIT(t->bytes.max);

    add_clean(t, &clean, s, strlen(s));
    replace(t, 0, t->bytes.size, buf_text(&clean), clean.size);
    journal_release(&t->journal);
    t->typing = false;
    if (t->secret)
        buf_wipe(&clean);
    buf_release(&clean);
}

const char *text_get(const struct text *t)
{
    return buf_text(&t->bytes);
}

size_t text_size(const struct text *t)
{
    return t->bytes.size;
}

size_t text_at(const struct text *t)
{
    return t->at;
}

unsigned text_changes(const struct text *t)
{
    return t->changes;
}

void text_go(struct text *t, size_t at)
{
    const char *s = text_get(t);

    if (at > t->bytes.size)
        at = t->bytes.size;
    while (at > 0 && at < t->bytes.size &&
           ((unsigned char)s[at] & 0xC0) == 0x80)
        at--;
    if (at < t->bytes.size) /* the start of the character that covers it */
        at = utf8_prev(s, t->bytes.size, utf8_next(s, t->bytes.size, at));
    t->at = at;
    t->typing = false;
}

void text_left(struct text *t)
{
    text_go(t, utf8_prev(text_get(t), t->bytes.size, t->at));
}

void text_right(struct text *t)
{
    text_go(t, utf8_next(text_get(t), t->bytes.size, t->at));
}

size_t text_line_start(const struct text *t)
{
    const char *s = text_get(t);
    size_t at = t->at;

    while (at > 0 && s[at - 1] != '\n')
        at--;
    return at;
}

size_t text_line_end(const struct text *t)
{
    return t->at + strcspn(text_get(t) + t->at, "\n");
}

size_t text_word_start(const struct text *t)
{
    const char *s = text_get(t);
    size_t at = t->at;

    while (at > 0 && (s[at - 1] == ' ' || s[at - 1] == '\n'))
        at--;
    while (at > 0 && s[at - 1] != ' ' && s[at - 1] != '\n')
        at--;
    return at;
}

static void note(struct text *t, const struct step *s, bool typed)
{
    if (t->secret)
        return;
    if (!(typed && t->typing && journal_join(&t->journal, s)))
        journal_add(&t->journal, *s);
    t->typing = typed;
}

static bool insert_clean(struct text *t, char *s, size_t n, bool typed)
{
    struct step step = {.at = t->at, .come = s, .come_nr = n};

    /* a mark joins what stands before it: no step of its own */
    note(t, &step, typed);
    replace(t, t->at, 0, s, n);
    return true;
}

bool text_insert(struct text *t, const char *s, size_t n)
{
    struct buf clean = BUF_INIT(t->bytes.max - t->bytes.size);
    size_t len = 1;
    bool ok;

    if (n > 0)
        utf8_decode(s, n, &len);
    add_clean(t, &clean, s, n);
    ok = clean.size > 0 && (clean.size == n || len != n) &&
         insert_clean(t, clean.data, clean.size, len == n);
    if (t->secret)
        buf_wipe(&clean);
    buf_release(&clean);
    return ok;
}

void text_erase(struct text *t, size_t from, size_t to, struct buf *clip)
{
    const char *s = text_get(t);
    struct step step = {.at = from, .come = NULL, .come_nr = 0};

    if (from >= to)
        return;
    step.gone = mem_copy_strn(s + from, to - from);
    step.gone_nr = to - from;
    step.come = step.gone; /* no bytes of it are taken */
    if (clip && !t->secret) {
        buf_clear(clip);
        buf_add(clip, step.gone, step.gone_nr);
    }
    note(t, &step, false);
    replace(t, from, step.gone_nr, "", 0);
    if (t->secret)
        mem_wipe(step.gone, step.gone_nr);
    mem_free(step.gone);
}

bool text_undo(struct text *t)
{
    const struct step *s;

    if (t->journal.done == 0)
        return false;
    s = &t->journal.items[--t->journal.done];
    replace(t, s->at, s->come_nr, s->gone, s->gone_nr);
    t->typing = false;
    return true;
}

bool text_redo(struct text *t)
{
    const struct step *s;

    if (t->journal.done == t->journal.nr)
        return false;
    s = &t->journal.items[t->journal.done++];
    replace(t, s->at, s->gone_nr, s->come, s->come_nr);
    t->typing = false;
    return true;
}
