/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/assign.h"
#include "store/casefile.h"
#include "store/right.h"
#include "store/store.h"
#include "store/unlock.h"
#include "store/worker.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"end", NULL, N_("the person no longer works on the case"), false},
    {"lang", "CODE", N_("language of the labels: en, am"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_assign = {
    .name = "assign",
    .args = "CASE [LOGIN]",
    .summary = N_("who works on a case; name one more person"),
    .detail = N_("Without LOGIN: who works on the case and who did. A case "
                 "manager names people of this office, or ends it with --end. "
                 "Who opens a case works on it. Community and para-social "
                 "workers see the cases they work on, and those that came "
                 "from another office and that nobody works on yet."),
    .options = options,
    .args_min = 1,
    .args_max = 2,
    .run = run};

static const struct report_column columns[] = {
    {"login", N_("Login"), 16},
    {"here", N_("Of this office"), 14},
    {"named", N_("Named"), 5},
    {"works", N_("Works on it"), 0},
};

static bool show_workers(struct report *r, const struct unlock_view *view,
                         const struct stream *stream, struct err *e)
{
    struct worker_list l;
    if (!worker_list_load(view->store, stream, view->pool, &l, e))
        return false;
    report_table_begin(r, "workers", columns, ARR_NR(columns));
    for (size_t i = 0; i < l.nr; i++) {
        const bool facts[] = {l.items[i].here, l.items[i].named,
                              l.items[i].works};
        report_cell(r, l.items[i].login);
        for (size_t k = 0; k < ARR_NR(facts); k++) {
            if (report_is_json(r))
                report_cell_int(r, facts[k]);
            else
                report_cell(r, facts[k] ? _("yes") : _("no"));
        }
    }
    report_table_end(r);
    return true;
}

static bool show(struct cmd_call *call, const struct unlock_view *view,
                 struct err *e)
{
    struct casefile c;
    if (!casefile_resolve(view->store, call->args[0], &c, e))
        return false;
    const struct stream stream = stream_of_id(STREAM_CASE, &c.id);
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", &stream};
    if (call->args_nr == 2 && !assign_worker(view->store, &c.id, call->args[1],
                                             !cmd_has(call, "end"), e))
        return false;
    if (!right_may(view->store, &ask, e))
        return false;
    report_fact(call->report, "number", _("Case"), c.number);
    return show_workers(call->report, view, &stream, e);
}

static bool run(struct cmd_call *call, struct err *e)
{
    return unlock_reader(call, show, e);
}
