/* SPDX-License-Identifier: Apache-2.0 */
/* From the page of a case: what is asked of a second person. */
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/approval.h"
#include "store/duplicate.h"
#include "store/hold.h"
#include "store/purge.h"
#include "tui/desk.h"
#include "tui/lookalike.h"
#include "tui/tui.h"
#include "tui/view_approvals.h"

static void tell(struct desk *d, bool asked, const struct err *e)
{
    if (asked)
        tui_say(d->tui, ROLE_GOOD, "%s",
                _("Asked: another person decides, by r in the list of cases"));
    else if (e->code != ERR_CANCELLED)
        tui_fail(d->tui, e);
}

static bool ask_purge(struct desk *d, const struct id *case_id, struct err *e)
{
    static const char *const digits[] = {"1", "2", "3", "4"};
    struct ask_option options[ARR_NR(digits)];
    struct id request;
    size_t nr;
    const struct purge_reason *reasons = purge_reason_list(&nr);
    int answer;

    for (size_t i = 0; i < nr && i < ARR_NR(digits); i++)
        options[i] = (struct ask_option){digits[i], reasons[i].brief};
    answer = tui_choose(d->tui, _("Why?"), options,
                        nr < ARR_NR(digits) ? nr : ARR_NR(digits));
    if (answer < 0)
        return err_set(e, ERR_CANCELLED, _("Nothing was asked"));
    return purge_request(d->store, case_id, reasons[answer].name, &request, e);
}

static bool ask_hold(struct desk *d, const struct id *case_id, bool on,
                     struct err *e)
{
    struct stream stream = stream_of_id(STREAM_CASE, case_id);
    struct buf reason = BUF_INIT(APPROVAL_REASON_BYTES_MAX);
    struct id request;
    bool good = tui_prompt(d->tui, _("Why?"), &reason, false)
                    ? hold_request(d->store, &stream, on, buf_text(&reason),
                                   &request, e)
                    : err_set(e, ERR_CANCELLED, _("Nothing was asked"));

    buf_release(&reason);
    return good;
}

static bool ask_why(struct desk *d, const struct approval_ask *ask,
                    struct buf *why, struct err *e)
{
    struct approval_ask whole = *ask;
    struct id request;

    if (!tui_prompt(d->tui, _("Why?"), why, false))
        return err_set(e, ERR_CANCELLED, _("Nothing was asked"));
    whole.reason = buf_text(why);
    return approval_request(d->store, &whole, &request, e);
}

/* The case on whose page it is asked is the one that is kept. */
static bool ask_same(struct desk *d, const struct id *case_id, struct err *e)
{
    struct lookalike *x = lookalike_new(d->lang);
    struct buf why = BUF_INIT(APPROVAL_REASON_BYTES_MAX);
    struct approval_ask ask = {.kind = "merge",
                               .other = stream_of_id(STREAM_CASE, case_id)};
    bool good = lookalike_pick(x, d->tui, d->store, case_id, e) &&
                duplicate_may_merge(d->store, lookalike_picked(x), case_id, e);

    if (good) {
        ask.stream = stream_of_id(STREAM_CASE, lookalike_picked(x));
        good = ask_why(d, &ask, &why, e);
    }
    buf_release(&why);
    lookalike_free(x);
    return good;
}

/* Which of several; the first of the group is the kept one. */
static const struct id *choose_below(struct desk *d,
                                     const struct id_list *group)
{
    static const char *const digits[] = {"1", "2", "3", "4", "5"};
    struct ask_option options[ARR_NR(digits)];
    char numbers[ARR_NR(digits)][ID_NUMBER_BYTES];
    size_t nr = group->nr - 1 < ARR_NR(digits) ? group->nr - 1 : ARR_NR(digits);
    int answer = 0;

    for (size_t i = 0; i < nr; i++) {
        id_print_number(&group->items[i + 1], numbers[i]);
        options[i] = (struct ask_option){digits[i], numbers[i]};
    }
    if (nr > 1)
        answer = tui_choose(d->tui, _("Part which case?"), options, nr);
    return answer < 0 ? NULL : &group->items[answer + 1];
}

static bool ask_part(struct desk *d, const struct id *case_id, struct err *e)
{
    struct pool *pool = pool_new();
    struct buf why = BUF_INIT(APPROVAL_REASON_BYTES_MAX);
    struct approval_ask ask = {.kind = "part"};
    struct id_list group;
    const struct id *below = NULL;
    bool good = duplicate_group(d->store, case_id, pool, &group, e);

    if (good && group.nr < 2)
        good = err_set(e, ERR_INPUT,
                       _("No other case was taken for one with this one"));
    else if (good && !(below = choose_below(d, &group)))
        good = err_set(e, ERR_CANCELLED, _("Nothing was asked"));
    if (good) {
        ask.stream = stream_of_id(STREAM_CASE, below);
        ask.other = stream_of_id(STREAM_CASE, &group.items[0]);
        good = ask_why(d, &ask, &why, e);
    }
    buf_release(&why);
    pool_free(pool);
    return good;
}

void view_approvals_ask(struct desk *d, const struct id *case_id)
{
    static const struct ask_option options[] = {{N_("p"), N_("Purge it")},
                                                {N_("h"), N_("Hold it")},
                                                {N_("e"), N_("End the hold")},
                                                {N_("s"), N_("Same child")},
                                                {N_("t"), N_("Part")}};
    struct err e = ERR_INIT;
    bool asked;

    switch (tui_choose(d->tui, _("Ask to"), options, ARR_NR(options))) {
    case 0:
        asked = ask_purge(d, case_id, &e);
        break;
    case 1:
        asked = ask_hold(d, case_id, true, &e);
        break;
    case 2:
        asked = ask_hold(d, case_id, false, &e);
        break;
    case 3:
        asked = ask_same(d, case_id, &e);
        break;
    case 4:
        asked = ask_part(d, case_id, &e);
        break;
    default:
        return;
    }
    tell(d, asked, &e);
}
