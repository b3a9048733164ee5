/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/desk.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/setting.h"
#include "store/verify.h"
#include "tui/tui.h"
#include "tui/view_text.h"

enum { SETTING_BYTES = 64, AUDIT_RETRY_MS = 60000, PROOF_CHANGES = 200 };

/* Catalogues there are, in the order a key goes through them. */
static const char *const languages[] = {"en", "am"};

static const char *const calendar_names[] = {
    [CALENDAR_GREGORIAN] = "gregorian", [CALENDAR_ETHIOPIAN] = "ethiopian"};

static void take_language(struct desk *d)
{
    struct buf b = BUF_INIT(SETTING_BYTES);
    struct err ignored = ERR_INIT;

    if (setting_get(d->store, "ui.lang", &b, &ignored) && b.size > 0)
        str_copy(d->lang, sizeof d->lang, buf_text(&b));
    else
        home_asked_language(d->lang);
    home_speak(d->lang);
    buf_release(&b);
}

static void take_calendar(struct desk *d)
{
    struct buf b = BUF_INIT(SETTING_BYTES);
    struct err ignored = ERR_INIT;

    d->calendar = CALENDAR_ETHIOPIAN;
    if (setting_get(d->store, "ui.calendar", &b, &ignored) &&
        str_equal(buf_text(&b), calendar_names[CALENDAR_GREGORIAN]))
        d->calendar = CALENDAR_GREGORIAN;
    buf_release(&b);
}

void desk_take(struct desk *d, struct store *s)
{
    d->store = s;
    d->unproved = true;
    take_language(d);
    take_calendar(d);
}

bool desk_unlock(struct desk *d, const char *passphrase, struct err *e)
{
    struct store *s = store_open(d->dir, passphrase, d->env, e);

    if (!s)
        return false;
    desk_take(d, s);
    return true;
}

void desk_lock(struct desk *d)
{
    verify_new_free(d->proof);
    d->proof = NULL;
    store_close(d->store);
    d->store = NULL;
}

/* A disk that refuses is told once; it is tried again with the next trace. */
static int64_t write_traces(struct desk *d)
{
    struct err e = ERR_INIT;
    int64_t wait_ms = audit_wait_ms(d->store);

    if (wait_ms != 0)
        return wait_ms;
    if (audit_flush(d->store, &e))
        return -1;
    tui_fail(d->tui, &e);
    return AUDIT_RETRY_MS;
}

static void end_proof(struct desk *d)
{
    verify_new_free(d->proof);
    d->proof = NULL;
    d->unproved = false;
}

/* Somebody who waits for the disk or holds it is no break: next time. */
static void tell_break(struct desk *d, const struct err *e)
{
    end_proof(d);
    if (e->code == ERR_CORRUPT)
        tui_push(d->tui,
                 view_text_new(d->tui, _("The file is not whole"), e->text));
}

/* False when there is nothing left to prove. */
static bool prove_some(struct desk *d)
{
    struct err e = ERR_INIT;
    bool done = false;

    if (!d->unproved)
        return false;
    if (!d->proof)
        d->proof = verify_new_begin(d->store, &e);
    if (!d->proof || !verify_new_step(d->proof, PROOF_CHANGES, &done, &e))
        tell_break(d, &e);
    else if (done)
        end_proof(d);
    return d->unproved;
}

int64_t desk_turn(struct desk *d)
{
    int64_t wait_ms;

    if (!d->store)
        return -1;
    wait_ms = write_traces(d);
    return prove_some(d) ? 0 : wait_ms;
}

bool desk_next_language(struct desk *d, struct err *e)
{
    size_t next = 0;

    for (size_t i = 0; i < ARR_NR(languages); i++)
        if (str_equal(languages[i], d->lang))
            next = (i + 1) % ARR_NR(languages);
    str_copy(d->lang, sizeof d->lang, languages[next]);
    home_speak(d->lang);
    return !d->store ||
           setting_set(d->store, "ui.lang", d->lang, strlen(d->lang), e);
}

bool desk_next_calendar(struct desk *d, struct err *e)
{
    const char *name;

    d->calendar = d->calendar == CALENDAR_ETHIOPIAN ? CALENDAR_GREGORIAN
                                                    : CALENDAR_ETHIOPIAN;
    name = calendar_names[d->calendar];
    return !d->store ||
           setting_set(d->store, "ui.calendar", name, strlen(name), e);
}

const char *desk_calendar_mark(const struct desk *d)
{
    /* TRANSLATORS: short names of the Ethiopian and the Gregorian calendar */
    return d->calendar == CALENDAR_ETHIOPIAN ? _("E.C.") : _("G.C.");
}

void desk_print_day(const struct desk *d, int64_t at_ms,
                    char out[CALENDAR_TEXT_BYTES])
{
    calendar_print(d->calendar, stamp_local_day(at_ms), out);
}

void desk_print_date(const struct desk *d, int64_t at_ms,
                     char out[CALENDAR_WORDS_BYTES])
{
    calendar_print_words(d->calendar, stamp_local_day(at_ms), d->lang, out);
}

void desk_print_when(const struct desk *d, int64_t at_ms,
                     char out[DESK_WHEN_BYTES])
{
    char words[CALENDAR_WORDS_BYTES], local[STAMP_ISO_BYTES];
    const char *clock;

    desk_print_date(d, at_ms, words);
    stamp_print_local(at_ms, local);
    clock = strchr(local, ' ');
    snprintf(out, DESK_WHEN_BYTES, "%s,%s", words, clock ? clock : "");
}

void desk_print_age(const struct desk *d, int64_t at_ms,
                    char out[DESK_WHEN_BYTES])
{
    int64_t today = stamp_local_day(stamp_now_ms(&d->env.stamp));
    int64_t days = today - stamp_local_day(at_ms);

    if (days <= 0)
        snprintf(out, DESK_WHEN_BYTES, "%s", _("today"));
    else
        snprintf(out, DESK_WHEN_BYTES,
                 P_("%d day ago", "%d days ago", (unsigned long)days),
                 (int)days);
}
