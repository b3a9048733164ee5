/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/pump.h"

#include "base/i18n.h"

enum {
    OUT_ENOUGH = 8 * 1024, /* waiting to be written: no further frame yet */
    OUT_MAX = 1024 * 1024,
    IN_MAX = 64 * 1024,
    LAST_WORD_MS = 2000,
};

struct pump {
    struct session *session;
    struct line *line;
    struct buf out, in;
    bool ended; /* the other side closed */
};

/* All the session has to say now, as far as the line can be expected to take
 * it: answers to what just came always, frames while little waits. */
static bool gather(struct pump *p, struct err *e)
{
    for (;;) {
        size_t before = p->out.size;
        if (before >= OUT_ENOUGH)
            return true;
        if (!session_give(p->session, &p->out, e))
            return false;
        if (p->out.size == before)
            return true;
    }
}

static bool step(struct pump *p, struct err *e)
{
    if (!line_exchange(p->line, &p->out, &p->in, LINE_IDLE_MS, &p->ended, e))
        return false;
    bool good = session_take(p->session, p->in.data, p->in.size, e);
    buf_clear(&p->in);
    return good;
}

/* A refusal reaches the other side if the line still takes it. */
static void last_word(struct pump *p)
{
    struct err ignored = ERR_INIT;
    session_give(p->session, &p->out, &ignored);
    while (p->out.size > 0 && !p->ended) {
        buf_clear(&p->in);
        if (!line_exchange(p->line, &p->out, &p->in, LAST_WORD_MS, &p->ended,
                           &ignored))
            return;
    }
}

static void release(struct pump *p)
{
    buf_release(&p->out);
    buf_release(&p->in);
}

static bool lost(struct line *l, struct err *e)
{
    return line_reason(l, e) &&
           err_set(e, ERR_NETWORK,
                   _("The hub ended the line early: what arrived is kept; "
                     "sync again"));
}

bool pump_office(struct session *s, struct line *l,
                 const struct pump_watch *watch, struct err *e)
{
    struct pump p = {.session = s,
                     .line = l,
                     .out = BUF_INIT(OUT_MAX),
                     .in = BUF_INIT(IN_MAX)};
    bool good = true;
    while (good && !p.ended) {
        good = gather(&p, e);
        if (!good || (session_is_done(s) && p.out.size == 0))
            break;
        good = step(&p, e);
        if (watch != NULL && watch->told != NULL)
            watch->told(watch->arg, session_count(s));
    }
    if (!good)
        last_word(&p);
    if (good && !session_is_done(s))
        good = lost(l, e);
    release(&p);
    return good;
}

bool pump_hub(struct session *s, struct line *l, struct err *e)
{
    struct pump p = {.session = s,
                     .line = l,
                     .out = BUF_INIT(OUT_MAX),
                     .in = BUF_INIT(IN_MAX)};
    bool good = true;
    while (good && !p.ended) {
        good = gather(&p, e) && step(&p, e);
    }
    if (!good)
        last_word(&p);
    else if (!session_may_end(s))
        good = err_set(e, ERR_NETWORK,
                       _("The line ended in the middle of a message"));
    release(&p);
    return good;
}
