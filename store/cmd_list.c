/* SPDX-License-Identifier: Apache-2.0 */
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

static const struct cmd_option options[] = {
    {"place", "PCODE", N_("only cases of this place and below"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_list = {
    .name = "list",
    .summary = N_("the cases this office holds, in order of name"),
    .detail = N_("The mark ! stands for values that clash, + for work that is "
                 "only on this PC. A case that is not yours is a number, "
                 "behind the others; no search by name finds it."),
    .options = options,
    .run = run_list};

const struct cmd cmd_find = {
    .name = "find",
    .args = "TEXT",
    .summary = N_("cases by number or by words of a name"),
    .detail = N_("Each word must begin a word of the name, or a half of the "
                 "number. Names that are spelt as typed come first, then "
                 "those that sound alike, in Ethiopic or in Latin letters: "
                 "Tsehay, Tsehai and Xahaay find each other. Titles before "
                 "the name make no difference."),
    .options = options,
    .args_min = 1,
    .args_max = CMD_ARGS_MAX,
    .run = run_find};

static const struct report_column columns[] = {
    {"number", N_("Number"), 10},  {"id", NULL, 0},
    {"name", N_("Name"), 30},      {"place", N_("Place"), 12},
    {"updated", N_("Changed"), 0}, {"clashes", NULL, 0},
    {"unsent", NULL, 0},           {"masked", NULL, 0},
};

/* What a person reads leaves the machine's columns out. */
static const struct report_column text_columns[] = {
    {"number", N_("Number"), 10},  {"marks", "", 2},
    {"name", N_("Name"), 30},      {"place", N_("Place"), 14},
    {"updated", N_("Changed"), 0},
};

static void add_row(struct report *r, const struct casefile *c)
{
    char id[ID_TEXT_BYTES], when[STAMP_ISO_BYTES];
    if (!report_is_json(r)) {
        char marks[3] = {c->clashes > 0 ? '!' : ' ', c->unsent ? '+' : ' ', 0};
        stamp_print_local(c->updated_ms, when);
        report_cell(r, c->number);
        report_cell(r, marks);
        report_cell(r, c->masked ? _("(not yours)") : c->name);
        report_cell(r, c->place);
        report_cell(r, c->masked ? "" : when);
        return;
    }
    id_print(&c->id, id);
    stamp_print_iso(c->updated_ms, when);
    report_cell(r, c->number);
    report_cell(r, id);
    report_cell(r, c->name);
    report_cell(r, c->place);
    report_cell(r, c->masked ? "" : when);
    report_cell_int(r, c->clashes);
    report_cell_int(r, c->unsent);
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
            add_row(call->report, &room[i]);
        if (page.nr > 0)
            str_copy(from, sizeof from, room[page.nr - 1].sort_key);
        page.from = from;
    } while (page.nr == ARR_NR(room));
    return true;
}

static bool list(struct cmd_call *call, const char *text, struct err *e)
{
    struct casefile_query query = {.text = text,
                                   .place = cmd_option(call, "place")};
    struct store *s = unlock_store(call, e);
    int64_t count = 0;
    bool json = report_is_json(call->report);
    bool good = s != NULL && (text == NULL || audit_note_search(s, text, e)) &&
                casefile_count(s, &query, &count, e);
    if (good)
        audit_flush(s, &(struct err)ERR_INIT); /* before anything is shown */
    if (good) {
        report_table_begin(call->report, "cases", json ? columns : text_columns,
                           json ? ARR_NR(columns) : ARR_NR(text_columns));
        good = add_pages(call, s, &query, e);
        report_table_end(call->report);
        report_fact_int(call->report, "count", _("cases"), count);
    }
    store_close(s);
    return good;
}

static bool run_list(struct cmd_call *call, struct err *e)
{
    return list(call, NULL, e);
}

static bool run_find(struct cmd_call *call, struct err *e)
{
    struct buf text = BUF_INIT(1024);
    for (size_t i = 0; i < call->args_nr; i++)
        buf_printf(&text, "%s%s", i > 0 ? " " : "", call->args[i]);
    bool good = list(call, buf_text(&text), e);
    buf_release(&text);
    return good;
}
