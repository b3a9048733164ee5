/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/casefile.h"
#include "store/purge.h"
#include "store/store.h"
#include "store/unlock.h"
#include "store/verdict.h"

static bool run_list(struct cmd_call *call, struct err *e);
static bool run_approve(struct cmd_call *call, struct err *e);
static bool run_refuse(struct cmd_call *call, struct err *e);
static bool run_withdraw(struct cmd_call *call, struct err *e);

static const struct cmd_option list_options[] = {
    {"all", NULL, N_("decided ones, too"), false},
    {"lang", "CODE", N_("language of the labels: en, am"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_approval_list = {
    .name = "approval list",
    .args = "[CASE]",
    .summary = N_("what waits for a second person's decision"),
    .detail = N_("Purging a case, holding it back from that and the like need "
                 "two people: one asks, another approves or refuses by the "
                 "number of the request. A request nobody decides is void "
                 "after 30 days."),
    .options = list_options,
    .args_max = 1,
    .run = run_list};

const struct cmd cmd_approval_approve = {
    .name = "approval approve",
    .args = "NUMBER",
    .summary = N_("approve what another person asked for, and carry it out"),
    .detail = N_("Whoever asked cannot approve, but for the only person of an "
                 "office; the record then says so for good."),
    .args_min = 1,
    .args_max = 1,
    .run = run_approve};

static const struct cmd_option refuse_options[] = {
    {"reason", "TEXT", N_("why; whoever asked reads it"), true},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_approval_refuse = {
    .name = "approval refuse",
    .args = "NUMBER",
    .summary = N_("refuse what another person asked for"),
    .options = refuse_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_refuse};

const struct cmd cmd_approval_withdraw = {
    .name = "approval withdraw",
    .args = "NUMBER",
    .summary = N_("take back what you asked for"),
    .args_min = 1,
    .args_max = 1,
    .run = run_withdraw};

static const struct report_column columns[] = {
    {"number", N_("Request"), 9}, {"asked", N_("Asked"), 16},
    {"by", N_("By"), 12},         {"case", N_("Case"), 9},
    {"state", N_("State"), 9},    {"kind", N_("Asks to"), 22},
    {"kept", N_("Kept"), 9},      {"reason", N_("Because"), 0},
};

/* A purge's reason is a word of the program's. */
static const char *reason_of(const struct approval *a, bool json)
{
    const struct purge_reason *r =
        str_equal(a->kind, "purge") ? purge_reason_find(a->reason) : NULL;
    return r != NULL && !json ? _(r->label) : a->reason;
}

static void add_row(struct report *r, const struct approval *a)
{
    char number[ID_NUMBER_BYTES], when[STAMP_ISO_BYTES];
    char kept[ID_NUMBER_BYTES] = "";
    bool json = report_is_json(r);
    const struct approval_kind *k = approval_kind_find(a->kind);
    if (a->other.kind == STREAM_CASE) {
        const struct id id = stream_id(&a->other);
        id_print_number(&id, kept);
    }
    id_print_number(&a->id, number);
    (json ? stamp_print_iso : stamp_print_local)(a->asked_ms, when);
    report_cell(r, number);
    report_cell(r, when);
    report_cell(r, a->asked_by);
    report_cell(r, a->case_number);
    report_cell(r, json ? approval_state_name(a->state)
                        : approval_state_label(a->state));
    report_cell(r, k != NULL && !json ? _(k->label) : a->kind);
    report_cell(r, kept);
    report_cell(r, reason_of(a, json));
}

static bool show_list(struct cmd_call *call, const struct unlock_view *view,
                      struct err *e)
{
    struct approval_query query = {.open_only = !cmd_has(call, "all")};
    struct approval_list l;
    struct casefile c;
    struct stream stream;
    if (call->args_nr == 1) {
        if (!casefile_resolve(view->store, call->args[0], &c, e))
            return false;
        stream = stream_of_id(STREAM_CASE, &c.id);
        query.stream = &stream;
    }
    if (!approval_list_load(view->store, &query, view->pool, &l, e))
        return false;
    report_table_begin(call->report, "approvals", columns, ARR_NR(columns));
    for (size_t i = 0; i < l.nr; i++)
        add_row(call->report, &l.items[i]);
    report_table_end(call->report);
    report_fact_int(call->report, "count", _("requests"), (int64_t)l.nr);
    return true;
}

static bool run_list(struct cmd_call *call, struct err *e)
{
    return unlock_reader(call, show_list, e);
}

static bool decide(struct cmd_call *call, enum approval_state to,
                   const char *reason, struct err *e)
{
    struct approval a;
    struct store *s = unlock_store(call, e);
    struct pool *pool = pool_new();
    bool good = s != NULL && approval_resolve(s, call->args[0], pool, &a, e) &&
                verdict_give(s, &a, to, reason, e) &&
                approval_load(s, &a.id, pool, &a, e);
    if (good)
        report_fact(call->report, "state", _("state of the request"),
                    report_is_json(call->report)
                        ? approval_state_name(a.state)
                        : approval_state_label(a.state));
    pool_free(pool);
    store_close(s);
    return good;
}

static bool run_approve(struct cmd_call *call, struct err *e)
{
    return decide(call, APPROVAL_APPROVED, NULL, e);
}

static bool run_refuse(struct cmd_call *call, struct err *e)
{
    return decide(call, APPROVAL_REFUSED, cmd_option(call, "reason"), e);
}

static bool run_withdraw(struct cmd_call *call, struct err *e)
{
    return decide(call, APPROVAL_WITHDRAWN, NULL, e);
}
