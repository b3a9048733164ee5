/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "store/aside.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/right.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"settle", "N", N_("settle clash number N of the list"), false},
    {"choose", "K", N_("with --settle: value K of that clash stands"), false},
    {"undo", NULL, N_("take back what you settled last; it clashes again"),
     false},
    {"lang", "CODE", N_("language of the labels: en, am"), false},
    {"reason", "TEXT", N_("open what is sealed in CASE, for this reason"),
     false},
    {"aside", NULL,
     N_("instead: work that was received and waits, with who and why"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_conflicts = {
    .name = "conflicts",
    .args = "[CASE]",
    .summary = N_("values that clash; settle one with --settle N --choose K"),
    .detail = N_("Two people changed one field without knowing of each other. "
                 "Both values are kept until a person chooses. Lines of one "
                 "clash share a number; --choose names the value. What two "
                 "cases of one child say differently clashes, too. --undo "
                 "takes your last settling back.\n\n"
                 "--aside lists what another office sent and the gate did not "
                 "take: nothing of it is lost. What a role does not allow is "
                 "taken by the hub as soon as the office gives its author one "
                 "that does. For supervisors and administrators."),
    .options = options,
    .args_max = 1,
    .run = run};

static const struct report_column columns[] = {
    {"clash", NULL, 0}, {"value", NULL, 0},  {"number", NULL, 0},
    {"field", NULL, 0}, {"answer", NULL, 0}, {"by", NULL, 0},
    {"at", NULL, 0},    {"masked", NULL, 0},
};

/* The answer stands last: it takes the room that is left. */
static const struct report_column text_columns[] = {
    {"clash", N_("Clash"), 5}, {"value", N_("Value"), 5},
    {"number", N_("Case"), 9}, {"field", N_("Question"), 18},
    {"by", N_("By"), 14},      {"answer", N_("Answer"), 0},
};

/* ---- what waits ---- */

static const struct report_column aside_columns[] = {
    {"at", N_("Came"), 16},       {"office", N_("Office"), 14},
    {"author", N_("By"), 10},     {"number", N_("Case"), 9},
    {"kind", N_("Kind"), 10},     {"changes", N_("Changes"), 7},
    {"reason", N_("Because"), 0},
};

static bool show_aside(struct cmd_call *call, const struct unlock_view *view,
                       struct err *e)
{
    struct report *r = call->report;
    struct aside_list l;
    bool json = report_is_json(r);
    if (!aside_list_load(view->store, view->pool, &l, e))
        return false;
    report_table_begin(r, "aside", aside_columns, ARR_NR(aside_columns));
    for (size_t i = 0; i < l.nr; i++) {
        const struct aside *a = &l.items[i];
        char when[STAMP_ISO_BYTES];
        (json ? stamp_print_iso : stamp_print_local)(a->at_ms, when);
        report_cell(r, when);
        report_cell(r, a->office);
        report_cell(r, a->author);
        report_cell(r, a->case_number);
        report_cell(r, a->kind);
        report_cell_int(r, a->changes);
        report_cell(r, json ? a->reason : aside_reason_words(a->reason));
    }
    report_table_end(r);
    report_fact_int(r, "count", _("saves that wait"), (int64_t)l.nr);
    call->findings = l.nr > 0;
    return true;
}

static void add_value(struct report *r, const struct unlock_view *view,
                      const struct conflict *c, size_t n, size_t k)
{
    struct err ignored = ERR_INIT;
    const struct entity_value *v = &c->entity.values[c->first + k];
    const struct formdef *def =
        formdef_current(view->store, c->entity.form_id, &ignored);
    const struct field *d = def != NULL ? form_field(def->form, v->path) : NULL;
    const char *label = v->path, *answer = v->answer;
    char when[STAMP_ISO_BYTES];
    bool json = report_is_json(r);
    if (d != NULL && !json) {
        struct answer_style style = {.lang = form_lang(def->form, view->lang),
                                     .lang_code = view->lang};
        label = field_label(def->form, d, style.lang);
        answer = answer_print(def->form, d, v->answer, &style, view->pool);
    }
    (json ? stamp_print_iso : stamp_print_local)(v->at_ms, when);
    report_cell_int(r, (int64_t)n + 1);
    report_cell_int(r, (int64_t)k + 1);
    report_cell(r, c->case_number[0] != '\0' ? c->case_number : c->case_name);
    report_cell(r, label);
    if (json) {
        report_cell(r, answer);
        report_cell(r, pool_printf(view->pool, "%s, %s", v->author, v->office));
        report_cell(r, when);
        report_cell_int(r, v->masked);
        return;
    }
    report_cell(
        r, pool_printf(view->pool, "%s, %s, %s", v->author, v->office, when));
    report_cell(r, v->masked ? _("(sealed)") : answer);
}

static bool settle(struct cmd_call *call, struct store *s,
                   const struct conflict_list *l, struct err *e)
{
    int64_t n = 0, k = 0;
    const char *choose = cmd_option(call, "choose");
    if (!str_to_int(cmd_option(call, "settle"), 1, (int64_t)l->nr, &n))
        return err_set(e, ERR_INPUT, _("There is no clash of that number"));
    if (choose == NULL ||
        !str_to_int(choose, 1, (int64_t)l->items[n - 1].nr, &k))
        return err_set(e, ERR_USAGE,
                       _("Say which value stands: --choose 1 to %zu"),
                       l->items[n - 1].nr);
    if (!conflict_settle(s, &l->items[n - 1], (size_t)k - 1, e))
        return false;
    report_fact_int(call->report, "settled", _("settled"), 1);
    return true;
}

static bool undo(struct cmd_call *call, struct store *s,
                 const struct id *case_id, struct err *e)
{
    if (!conflict_undo(s, case_id, e))
        return false;
    report_fact_int(call->report, "undone", _("taken back"), 1);
    return true;
}

static bool may_look(struct cmd_call *call, struct store *s,
                     const struct id *case_id, struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, case_id);
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", &stream};
    return right_may(s, &ask, e) &&
           (!cmd_has(call, "reason") ||
            right_unseal(s, &stream, cmd_option(call, "reason"), e));
}

static bool show(struct cmd_call *call, const struct unlock_view *view,
                 struct err *e)
{
    struct conflict_list l;
    struct casefile c;
    bool one = call->args_nr == 1, json;
    if (cmd_has(call, "aside"))
        return show_aside(call, view, e);
    if (one && !casefile_resolve(view->store, call->args[0], &c, e))
        return false;
    if (one && !may_look(call, view->store, &c.id, e))
        return false;
    if (!one && cmd_has(call, "reason"))
        return err_set(e, ERR_USAGE,
                       _("Say of which case the sealed answers are to be "
                         "opened: conflicts CASE --reason TEXT"));
    if (cmd_has(call, "undo"))
        return undo(call, view->store, one ? &c.id : NULL, e);
    if (!conflict_list_load(view->store, one ? &c.id : NULL, view->pool, &l, e))
        return false;
    if (cmd_has(call, "settle"))
        return settle(call, view->store, &l, e);
    const struct stream stream =
        one ? stream_of_id(STREAM_CASE, &c.id) : (struct stream){0};
    if (!unlock_note_export(call, view->store, one ? &stream : NULL, e))
        return false;
    json = report_is_json(call->report);
    report_table_begin(call->report, "conflicts", json ? columns : text_columns,
                       json ? ARR_NR(columns) : ARR_NR(text_columns));
    for (size_t i = 0; i < l.nr; i++)
        for (size_t k = 0; k < l.items[i].nr; k++)
            add_value(call->report, view, &l.items[i], i, k);
    report_table_end(call->report);
    report_fact_int(call->report, "count", _("clashes"), (int64_t)l.nr);
    return true;
}

static bool run(struct cmd_call *call, struct err *e)
{
    return unlock_reader(call, show, e);
}
