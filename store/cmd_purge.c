/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/calendar.h"
#include "store/casefile.h"
#include "store/hold.h"
#include "store/purge.h"
#include "store/retain.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run_purge(struct cmd_call *call, struct err *e);
static bool run_hold(struct cmd_call *call, struct err *e);

static const struct cmd_option purge_options[] = {
    {"reason", "WORD", N_("retention, request, mistake or double"), false},
    {"due", NULL, N_("list the cases whose time to be kept is over"), false},
    {"run", NULL, N_("carry out what was approved and is not done yet"), false},
    {"list", NULL, N_("list the cases that were purged"), false},
    {"lang", "CODE", N_("language of the labels: en, am"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_purge = {
    .name = "purge",
    .args = "[CASE]",
    .summary = N_("ask that all a case says be destroyed, everywhere"),
    .detail = N_("A second person approves it (homeward approval approve). "
                 "Then every name, answer, draft and search word of the case "
                 "is destroyed on this PC at once, and at the hub and at every "
                 "office that holds it with their next sync. What stays is "
                 "that there was a case, that it was purged, when, by whom and "
                 "for which of the four reasons. It cannot be undone."),
    .options = purge_options,
    .args_max = 1,
    .run = run_purge};

static const struct cmd_option hold_options[] = {
    {"reason", "TEXT", N_("why; whoever decides reads it"), true},
    {"release", NULL, N_("ask for the end of the hold"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_hold = {
    .name = "hold",
    .args = "CASE",
    .summary = N_("ask that a case be held back from purging"),
    .detail = N_("For a court, an inquiry or a family's claim. A second person "
                 "approves the hold, and its end. A held case refuses to be "
                 "purged."),
    .options = hold_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_hold};

static void tell_request(struct report *r, const struct id *request)
{
    char number[ID_NUMBER_BYTES];
    id_print_number(request, number);
    report_fact(r, "request", _("request"), number);
    report_line(r,
                _("Another person decides: homeward approval approve %s, or on "
                  "the screen of requests."),
                number);
}

static bool ask(struct cmd_call *call, struct store *s, struct err *e)
{
    const char *reason = cmd_option(call, "reason");
    struct casefile c;
    struct id request;
    if (reason == NULL)
        return err_set(e, ERR_USAGE,
                       _("Say why: --reason retention, request, mistake or "
                         "double"));
    if (!casefile_resolve(s, call->args[0], &c, e) ||
        !purge_request(s, &c.id, reason, &request, e))
        return false;
    tell_request(call->report, &request);
    return true;
}

static bool run_approved(struct cmd_call *call, struct store *s, struct err *e)
{
    int64_t nr = 0;
    if (!purge_run(s, &nr, e))
        return false;
    report_fact_int(call->report, "purged", _("purged"), nr);
    return true;
}

static const struct report_column due_columns[] = {
    {"number", N_("Case"), 9},    {"due", N_("Due since"), 10},
    {"class", N_("Kept as"), 22}, {"held", N_("Held"), 5},
    {"action", N_("Then it"), 0},
};

static void add_due(struct report *r, const struct retain *x, const char *lang)
{
    static const char *const actions[] = {[RETENTION_DESTROY] = "destroy",
                                          [RETENTION_ANONYMISE] = "anonymise",
                                          [RETENTION_REVIEW] = "review"};
    char day[CALENDAR_TEXT_BYTES];
    bool json = report_is_json(r);
    calendar_print(CALENDAR_GREGORIAN, x->due_day, day);
    report_cell(r, x->number);
    report_cell(r, day);
    report_cell(r, json ? x->rule->id : retention_label(x->rule, lang));
    report_cell(r, x->hold.held ? (json ? "yes" : _("yes")) : "");
    report_cell(r, json ? actions[x->rule->action]
                        : retention_action_label(x->rule));
}

static bool list_due(struct cmd_call *call, struct store *s, struct err *e)
{
    const char *lang = cmd_option(call, "lang");
    struct pool *pool = pool_new();
    struct retain_list l;
    bool good = retain_due_load(s, pool, &l, e);
    if (good) {
        report_table_begin(call->report, "due", due_columns,
                           ARR_NR(due_columns));
        for (size_t i = 0; i < l.nr; i++)
            add_due(call->report, &l.items[i], lang != NULL ? lang : "en");
        report_table_end(call->report);
        report_fact_int(call->report, "count", _("cases"), (int64_t)l.nr);
    }
    pool_free(pool);
    return good;
}

static const struct report_column purged_columns[] = {
    {"number", N_("Case"), 9},        {"at", N_("Purged"), 16},
    {"asked_by", N_("Asked by"), 12}, {"decided_by", N_("Approved by"), 12},
    {"alone", N_("Alone"), 6},        {"reason", N_("Because"), 0},
};

static bool list_purged(struct cmd_call *call, struct store *s, struct err *e)
{
    struct report *r = call->report;
    struct pool *pool = pool_new();
    struct purge_list l;
    bool json = report_is_json(r), good = purge_list_load(s, pool, &l, e);
    report_table_begin(r, "purged", purged_columns, ARR_NR(purged_columns));
    for (size_t i = 0; good && i < l.nr; i++) {
        const struct purge *p = &l.items[i];
        const struct purge_reason *why = purge_reason_find(p->reason);
        char when[STAMP_ISO_BYTES];
        (json ? stamp_print_iso : stamp_print_local)(p->at_ms, when);
        report_cell(r, p->number);
        report_cell(r, when);
        report_cell(r, p->asked_by);
        report_cell(r, p->decided_by);
        report_cell(r, p->alone ? (json ? "yes" : _("yes")) : "");
        report_cell(r, why != NULL && !json ? _(why->label) : p->reason);
    }
    report_table_end(r);
    pool_free(pool);
    return good;
}

static bool run_purge(struct cmd_call *call, struct err *e)
{
    static const struct {
        const char *option;
        bool (*run)(struct cmd_call *call, struct store *s, struct err *e);
    } lists[] = {
        {"due", list_due}, {"run", run_approved}, {"list", list_purged}};
    bool (*deed)(struct cmd_call *, struct store *, struct err *) =
        call->args_nr == 1 ? ask : NULL;
    for (size_t i = 0; i < ARR_NR(lists); i++)
        if (cmd_has(call, lists[i].option)) {
            if (deed != NULL)
                return err_set(e, ERR_USAGE,
                               _("Name a case, or say one of --due, --run and "
                                 "--list"));
            deed = lists[i].run;
        }
    if (deed == NULL)
        return err_set(e, ERR_USAGE,
                       _("Name a case, or say one of --due, --run and --list"));
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && deed(call, s, e);
    store_close(s);
    return good;
}

static bool run_hold(struct cmd_call *call, struct err *e)
{
    struct casefile c;
    struct id request;
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && casefile_resolve(s, call->args[0], &c, e);
    if (good) {
        struct stream stream = stream_of_id(STREAM_CASE, &c.id);
        good = hold_request(s, &stream, !cmd_has(call, "release"),
                            cmd_option(call, "reason"), &request, e);
    }
    if (good)
        tell_request(call->report, &request);
    store_close(s);
    return good;
}
