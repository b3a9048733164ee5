/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run_list(struct cmd_call *call, struct err *e);
static bool run_find(struct cmd_call *call, struct err *e);

#define FILTERS                                                                \
    {"place", "PCODE", N_("only cases of this place and below"), false},       \
        {"worker", "LOGIN", N_("only those this person works on"), false},     \
        {"unsent", NULL, N_("only those with work that is only on this PC"),   \
         false},                                                               \
        {"clashes", NULL, N_("only those where values clash"), false},         \
        {"opened-since", "DATE",                                               \
         N_("opened on that day or later: 2026-11-21"), false},                \
        {"no-visit", "DAYS", N_("opened and not visited for so many days"),    \
         false},                                                               \
    {                                                                          \
        "merged", NULL, N_("also cases kept under another one"), false         \
    }

static const struct cmd_option list_options[] = {
    FILTERS,
    {"sort", "ORDER", N_("name, number, changed or opened"), false},
    {NULL, NULL, NULL, false}};

static const struct cmd_option find_options[] = {
    FILTERS,
    {"notes", NULL, N_("look into answers too, not at names alone"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_list = {
    .name = "list",
    .summary = N_("the cases this office holds, in order of name"),
    .detail = N_("The mark ! stands for values that clash, + for work that is "
                 "only on this PC, = for a case kept under another one. "
                 "Ordered by changed or opened, the newest come first. "
                 "A case that is not yours is a number, behind the others; no "
                 "search and no condition finds it."),
    .options = list_options,
    .run = run_list};

const struct cmd cmd_find = {
    .name = "find",
    .args = "TEXT",
    .summary = N_("cases by number or by words of a name"),
    .detail = N_("Each word must begin a word of the name, or a half of the "
                 "number. Names that are spelt as typed come first, then "
                 "those that sound alike, in Ethiopic or in Latin letters: "
                 "Tsehay, Tsehai and Xahaay find each other. Titles before "
                 "the name make no difference. With --notes, cases of which "
                 "one answer holds all the words come last; sealed answers "
                 "are never searched, and nothing by who reads no answers."),
    .options = find_options,
    .args_min = 1,
    .args_max = CMD_ARGS_MAX,
    .run = run_find};

static const struct report_column columns[] = {
    {"number", N_("Number"), 10},  {"id", NULL, 0},
    {"name", N_("Name"), 30},      {"place", N_("Place"), 12},
    {"updated", N_("Changed"), 0}, {"clashes", NULL, 0},
    {"unsent", NULL, 0},           {"opened", NULL, 0},
    {"kept_under", NULL, 0},       {"masked", NULL, 0},
};

/* What a person reads leaves the machine's columns out. */
static const struct report_column text_columns[] = {
    {"number", N_("Number"), 10},  {"marks", "", 3},
    {"name", N_("Name"), 30},      {"place", N_("Place"), 14},
    {"updated", N_("Changed"), 0},
};

static void add_text(struct report *r, const struct casefile *c)
{
    char when[STAMP_ISO_BYTES];
    char marks[4] = {c->clashes > 0 ? '!' : ' ', c->unsent ? '+' : ' ',
                     id_is_zero(&c->kept) ? ' ' : '=', '\0'};
    stamp_print_local(c->updated_ms, when);
    report_cell(r, c->number);
    report_cell(r, marks);
    report_cell(r, c->masked ? _("(not yours)") : c->name);
    report_cell(r, c->place);
    report_cell(r, c->masked ? "" : when);
}

static void add_json(struct report *r, const struct casefile *c)
{
    char id[ID_TEXT_BYTES], kept[ID_TEXT_BYTES];
    char when[STAMP_ISO_BYTES], opened[STAMP_ISO_BYTES];
    id_print(&c->id, id);
    id_print(&c->kept, kept);
    stamp_print_iso(c->updated_ms, when);
    stamp_print_iso(c->opened_ms, opened);
    report_cell(r, c->number);
    report_cell(r, id);
    report_cell(r, c->name);
    report_cell(r, c->place);
    report_cell(r, c->masked ? "" : when);
    report_cell_int(r, c->clashes);
    report_cell_int(r, c->unsent);
    report_cell(r, c->masked ? "" : opened);
    report_cell(r, id_is_zero(&c->kept) ? NULL : kept);
    report_cell_int(r, c->masked);
}

static bool add_pages(struct cmd_call *call, struct store *s,
                      const struct casefile_query *query, struct err *e)
{
    struct casefile room[64];
    char from[CASEFILE_KEY_BYTES];
    struct casefile_page page = {.room = room, .room_nr = ARR_NR(room)};
    do {
        if (!casefile_page_load(s, query, &page, e))
            return false;
        for (size_t i = 0; i < page.nr; i++)
            if (report_is_json(call->report))
                add_json(call->report, &room[i]);
            else
                add_text(call->report, &room[i]);
        if (page.nr > 0)
            str_copy(from, sizeof from, room[page.nr - 1].sort_key);
        page.from = from;
    } while (page.nr == ARR_NR(room));
    return true;
}

/* ---- what is asked ---- */

static bool ask_days(struct cmd_call *call, struct casefile_query *query,
                     struct err *e)
{
    enum { DAYS_MAX = 36500 };
    const char *since = cmd_option(call, "opened-since");
    const char *unvisited = cmd_option(call, "no-visit");
    int64_t days = 0;
    if (since != NULL && !stamp_parse_iso(since, &query->opened_since_ms))
        return err_set(e, ERR_USAGE,
                       _("\"%.40s\" is no day: write it like 2026-11-21"),
                       since);
    if (unvisited == NULL)
        return true;
    if (!str_to_int(unvisited, 1, DAYS_MAX, &days))
        return err_set(e, ERR_USAGE,
                       _("--no-visit wants a number of days, not \"%.40s\""),
                       unvisited);
    query->unvisited_since =
        stamp_local_day(stamp_now_ms(&call->stamp)) - days + 1;
    return true;
}

static bool ask_order(const char *order, struct casefile_query *query,
                      struct err *e)
{
    return order == NULL || casefile_sort_find(order, &query->sort) ||
           err_set(e, ERR_USAGE,
                   _("--sort knows name, number, changed and opened, not "
                     "\"%.40s\""),
                   order);
}

static bool ask(struct cmd_call *call, struct casefile_query *query,
                struct err *e)
{
    query->place = cmd_option(call, "place");
    query->worker = cmd_option(call, "worker");
    query->unsent = cmd_has(call, "unsent");
    query->clashing = cmd_has(call, "clashes");
    query->merged = cmd_has(call, "merged");
    return ask_days(call, query, e);
}

static bool list(struct cmd_call *call, const struct casefile_query *query,
                 struct err *e)
{
    struct store *s = unlock_store(call, e);
    int64_t count = 0;
    bool json = report_is_json(call->report);
    bool good = s != NULL &&
                (query->text == NULL || audit_note_search(s, query->text, e)) &&
                unlock_note_export(call, s, NULL, e) &&
                casefile_count(s, query, &count, e);
    if (good)
        audit_flush(s, &(struct err)ERR_INIT); /* before anything is shown */
    if (good) {
        report_table_begin(call->report, "cases", json ? columns : text_columns,
                           json ? ARR_NR(columns) : ARR_NR(text_columns));
        good = add_pages(call, s, query, e);
        report_table_end(call->report);
        report_fact_int(call->report, "count", _("cases"), count);
    }
    store_close(s);
    return good;
}

static bool run_list(struct cmd_call *call, struct err *e)
{
    struct casefile_query query = {.text = NULL};
    return ask(call, &query, e) &&
           ask_order(cmd_option(call, "sort"), &query, e) &&
           list(call, &query, e);
}

static bool run_find(struct cmd_call *call, struct err *e)
{
    struct buf text = BUF_INIT(1024);
    for (size_t i = 0; i < call->args_nr; i++)
        buf_printf(&text, "%s%s", i > 0 ? " " : "", call->args[i]);
    struct casefile_query query = {.text = buf_text(&text),
                                   .notes = cmd_has(call, "notes")};
    bool good = ask(call, &query, e) && list(call, &query, e);
    buf_release(&text);
    return good;
}
