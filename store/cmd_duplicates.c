/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "store/approval.h"
#include "store/duplicate.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"same-as", "KEPT", N_("with CASE: asks that KEPT be kept for both"),
     false},
    {"reason", "TEXT", N_("with --same-as and --part: why, for who decides"),
     false},
    {"part", NULL, N_("with CASE: asks that it be a case of its own again"),
     false},
    {"lang", "CODE", N_("language of the reasons: en, am"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_duplicates = {
    .name = "duplicates",
    .args = "[CASE]",
    .summary = N_("cases that may be of one child, with the reasons"),
    .detail = N_("Names are compared by sound and spelling, with sex, age and "
                 "place. A higher score is likelier; below 100 nothing is "
                 "shown. Nobody but a person can say that two cases are of one "
                 "child: one asks for it with --same-as, another approves. "
                 "Lists then show KEPT alone, both numbers find it, and what "
                 "both say differently stands among the clashes. --part asks "
                 "for the way back. Without CASE the whole office is looked "
                 "through."),
    .options = options,
    .args_max = 1,
    .run = run};

static const struct report_column columns[] = {
    {"number", NULL, 0}, {"other", NULL, 0}, {"other_id", NULL, 0},
    {"name", NULL, 0},   {"place", NULL, 0}, {"score", NULL, 0},
    {"reasons", NULL, 0}};

/* The reasons stand last: they take the room that is left. */
static const struct report_column text_columns[] = {
    {"number", N_("Case"), 9}, {"other", N_("Like"), 9},
    {"name", N_("Name"), 22},  {"score", N_("Score"), 5},
    {"reasons", N_("Why"), 0},
};

struct printing {
    struct report *report;
    const char *lang;
    int64_t pairs;
};

static bool add_pair(void *arg, const struct casefile *c,
                     const struct duplicate *d, struct err *e)
{
    struct printing *p = arg;
    struct report *r = p->report;
    char reasons[600], id[ID_TEXT_BYTES];
    (void)e;
    const char *name = d->file.masked ? _("(not yours)") : d->file.name;
    alike_print(&d->match, p->lang, reasons, sizeof reasons);
    id_print(&d->file.id, id);
    report_cell(r, c->number);
    report_cell(r, d->file.number);
    if (report_is_json(r))
        report_cell(r, id);
    report_cell(r, report_is_json(r) ? d->file.name : name);
    if (report_is_json(r))
        report_cell(r, d->file.place);
    report_cell_int(r, d->match.score);
    report_cell(r, reasons);
    p->pairs++;
    return true;
}

static bool of_case(struct printing *p, const struct unlock_view *view,
                    const struct casefile *c, struct err *e)
{
    struct alike_person who;
    struct duplicate_list list = {NULL, 0};
    if (!duplicate_person_load(view->store, &c->id, &who, e) ||
        !duplicate_list_load(view->store, &who, &c->id, view->pool, &list, e))
        return false;
    for (size_t i = 0; i < list.nr; i++)
        add_pair(p, c, &list.items[i], e);
    return true;
}

/* Two people: who asks here does not decide (homeward approval). */
static bool ask(struct cmd_call *call, struct store *s,
                const struct approval_ask *asked, struct err *e)
{
    struct id id;
    char number[ID_NUMBER_BYTES];
    if (!approval_request(s, asked, &id, e))
        return false;
    id_print_number(&id, number);
    report_fact(call->report, "request", _("Request"), number);
    report_line(call->report, "%s",
                _("Another person decides: see homeward approval list"));
    return true;
}

static bool ask_merge(struct cmd_call *call, struct store *s,
                      const struct casefile *c, struct err *e)
{
    struct casefile kept;
    if (!casefile_resolve(s, cmd_option(call, "same-as"), &kept, e) ||
        !duplicate_may_merge(s, &c->id, &kept.id, e))
        return false;
    const struct approval_ask asked = {
        .kind = "merge",
        .stream = stream_of_id(STREAM_CASE, &c->id),
        .other = stream_of_id(STREAM_CASE, &kept.id),
        .reason = cmd_option(call, "reason")};
    return ask(call, s, &asked, e);
}

static bool ask_part(struct cmd_call *call, struct store *s,
                     const struct casefile *c, struct err *e)
{
    if (!duplicate_may_part(s, &c->id, e))
        return false;
    const struct approval_ask asked = {
        .kind = "part",
        .stream = stream_of_id(STREAM_CASE, &c->id),
        .other = stream_of_id(STREAM_CASE, &c->kept),
        .reason = cmd_option(call, "reason")};
    return ask(call, s, &asked, e);
}

static bool show(struct cmd_call *call, const struct unlock_view *view,
                 struct err *e)
{
    struct printing p = {call->report, view->lang, 0};
    struct casefile c;
    bool json = report_is_json(call->report), good = true;
    if (call->args_nr > 0 &&
        !casefile_resolve(view->store, call->args[0], &c, e))
        return false;
    if (cmd_has(call, "same-as"))
        return ask_merge(call, view->store, &c, e);
    if (cmd_has(call, "part"))
        return ask_part(call, view->store, &c, e);
    if (!unlock_note_export(call, view->store, NULL, e))
        return false;
    report_table_begin(call->report, "duplicates",
                       json ? columns : text_columns,
                       json ? ARR_NR(columns) : ARR_NR(text_columns));
    good = call->args_nr > 0 ? of_case(&p, view, &c, e)
                             : duplicate_walk(view->store, add_pair, &p, e);
    report_table_end(call->report);
    report_fact_int(call->report, "count", _("pairs that look alike"), p.pairs);
    return good;
}

static bool run(struct cmd_call *call, struct err *e)
{
    if ((cmd_has(call, "part") || cmd_has(call, "same-as")) &&
        call->args_nr == 0)
        return err_set(e, ERR_USAGE,
                       _("Name the case first: see homeward duplicates "
                         "--help"));
    return unlock_reader(call, show, e);
}
