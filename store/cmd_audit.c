/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"user", "LOGIN", N_("only what this person did"), false},
    {"case", "CASE", N_("only what was done with this case"), false},
    {"since", "DATE", N_("only from this day on, as 2026-11-21"), false},
    {"kind", "KIND", N_("only this kind, as unlock, open-case, search"), false},
    {"word", "WORD", N_("only searches for this word"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_audit = {
    .name = "audit",
    .summary = N_("who opened, searched, printed and exported what"),
    .detail = N_("The newest first. For case managers, experts and "
                 "administrators; an administrator sees numbers of cases and "
                 "no names. Kinds: unlock, unlock-failed, open-case, "
                 "open-sealed, search, print, export, backup, restore, user, "
                 "purge, denied, verify, read-audit, approve. Of searched "
                 "words only a mark is kept: --word tells who searched for a "
                 "word you know."),
    .options = options,
    .run = run};

static const struct report_column columns[] = {
    {"at", N_("When"), 17},     {"user", N_("Who"), 10},
    {"office", NULL, 0},        {"kind", N_("Kind"), 14},
    {"number", N_("Case"), 10}, {"name", N_("Name"), 0},
    {"place", NULL, 0},         {"reason", NULL, 0},
};

static const struct report_column text_columns[] = {
    {"at", N_("When"), 17},    {"user", N_("Who"), 10},
    {"what", N_("What"), 27},  {"number", N_("Case"), 10},
    {"about", N_("About"), 0},
};

static void add_json(struct report *r, const struct audit_line *l,
                     const char *name)
{
    char when[STAMP_ISO_BYTES];
    stamp_print_iso(l->at_ms, when);
    report_cell(r, when);
    report_cell(r, l->login);
    report_cell(r, l->office);
    report_cell(r, l->kind < AUDIT_KINDS_NR ? audit_kind_name(l->kind) : NULL);
    report_cell(r, l->number);
    report_cell(r, name);
    report_cell(r, l->place);
    report_cell(r, l->reason);
}

static void add_text(struct report *r, const struct audit_line *l,
                     const char *name)
{
    char when[STAMP_ISO_BYTES];
    bool says = l->kind != AUDIT_SEARCH && l->reason[0] != '\0';
    stamp_print_local(l->at_ms, when);
    report_cell(r, when);
    report_cell(r, l->login);
    report_cell(r, l->kind < AUDIT_KINDS_NR ? _(audit_kind_text(l->kind))
                                            : _("did something newer"));
    report_cell(r, l->number);
    report_cell(r, name[0] != '\0' ? name : says ? l->reason : l->place);
}

static void add_line(struct report *r, struct store *s,
                     const struct audit_line *l)
{
    struct err ignored = ERR_INIT;
    struct casefile c = {.name = ""};
    if (audit_may_name(s) && !id_is_zero(&l->case_id))
        casefile_load(s, &l->case_id, &c, &ignored);
    if (report_is_json(r))
        add_json(r, l, c.name);
    else
        add_text(r, l, c.name);
}

/* What was asked, from the options; false with a sentence. */
static bool read_query(struct cmd_call *call, struct store *s,
                       struct audit_query *query, struct casefile *c,
                       struct err *e)
{
    const char *since = cmd_option(call, "since");
    const char *kind = cmd_option(call, "kind");
    const char *typed = cmd_option(call, "case");
    *query = (struct audit_query){.login = cmd_option(call, "user"),
                                  .word = cmd_option(call, "word"),
                                  .kind = -1};
    if (since != NULL && !stamp_parse_iso(since, &query->since_ms))
        return err_set(e, ERR_USAGE,
                       _("\"%.40s\" is no date: write one like 2026-11-21"),
                       since);
    if (kind != NULL && (query->kind = audit_kind_find(kind)) < 0)
        return err_set(e, ERR_USAGE,
                       _("There is no kind \"%.40s\": see homeward audit "
                         "--help"),
                       kind);
    if (query->word != NULL)
        query->kind = AUDIT_SEARCH;
    if (typed == NULL)
        return true;
    query->case_id = &c->id;
    return id_parse(typed, &c->id) || casefile_resolve(s, typed, c, e);
}

static bool add_pages(struct report *r, struct store *s,
                      const struct audit_query *query, struct err *e)
{
    struct audit_line room[64];
    struct audit_page page = {.room = room, .room_nr = ARR_NR(room)};
    do {
        if (!audit_page_load(s, query, &page, e))
            return false;
        for (size_t i = 0; i < page.nr; i++)
            add_line(r, s, &room[i]);
        if (page.nr > 0)
            page.before = room[page.nr - 1].change_id;
    } while (page.nr == ARR_NR(room));
    return true;
}

static bool list(struct cmd_call *call, struct store *s, struct err *e)
{
    struct audit_query query;
    struct casefile c;
    bool json = report_is_json(call->report);
    if (!audit_may_read(s, e) || !read_query(call, s, &query, &c, e) ||
        !audit_note(s, &(struct audit_event){.kind = AUDIT_READ_AUDIT}, e) ||
        !unlock_note_export(call, s, NULL, e) || !audit_flush(s, e))
        return false;
    report_table_begin(call->report, "traces", json ? columns : text_columns,
                       json ? ARR_NR(columns) : ARR_NR(text_columns));
    bool good = add_pages(call->report, s, &query, e);
    report_table_end(call->report);
    return good;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && list(call, s, e);
    store_close(s);
    return good;
}
