/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homeward form try: a form on the screen as a worker would fill it, in an
 * office that is made in memory for this and gone afterwards; what was saved
 * there is printed. So an author sees what a form does without an office, and
 * nothing typed in a trial is ever kept.
 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/canon.h"
#include "forms/formfile.h"
#include "store/apply.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "store/setting.h"
#include "store/store.h"
#include "tui/canvas_curses.h"
#include "tui/desk.h"
#include "tui/tui.h"
#include "tui/view_form.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"lang", "CODE", N_("language of the questions: en, am"), false},
    {"mono", NULL, N_("no colours"), false},
    {"ascii", NULL, N_("no line-drawing characters"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_form_try = {
    .name = "form try",
    .args = "FORM",
    .summary = N_("fill a form on the screen without keeping anything"),
    .detail = N_("FORM is an .xlsx workbook, a CSV file, or the form_id of a "
                 "built-in form. What has an error is left out, as form check "
                 "tells. F2 saves and ends; then the answers are printed as "
                 "they would be kept. Nothing is written to disk."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run};

struct trial {
    struct cmd_call *call;
    struct store *store;
    struct formfile file;
    const struct formdef *def;
    struct id record;
};

/* The canonical text is what an office would keep. */
static bool take_form(struct trial *t, struct err *e)
{
    struct buf csv = BUF_INIT(CSV_BYTES_MAX);
    struct book *canonical;

    if (!formfile_load(&t->file, t->call->args[0], e))
        return false;
    if (t->file.form == NULL)
        return err_set(e, ERR_INPUT, _("There is no form in %s"),
                       t->call->args[0]);
    if (formfile_is_builtin(t->call->args[0])) {
        t->def = formdef_current(t->store, t->call->args[0], e);
        return t->def != NULL;
    }
    canonical = canon_new(t->file.book, t->file.form->id);
    book_write_csv(canonical, &csv);
    t->def = formdef_add(t->store, buf_text(&csv), csv.size, e);
    book_free(canonical);
    buf_release(&csv);
    return t->def != NULL;
}

static bool open_office(struct trial *t, struct err *e)
{
    const struct store_new n = {.site_name = "Trial",
                                .place = "ET",
                                .login = "trial",
                                .role = "social-worker"};
    const struct store_env env = {t->call->stamp, t->call->entropy};
    const char *lang = cmd_option(t->call, "lang");

    t->store = store_open_memory(&n, env, e);
    return t->store != NULL &&
           (lang == NULL ||
            setting_set(t->store, "ui.lang", lang, strlen(lang), e));
}

/* A case for the form to be about; its registration opens one by itself. */
static bool open_case(struct trial *t, const struct id *id, struct err *e)
{
    char line[200], text[ID_TEXT_BYTES];
    bool saved;

    if (t->def->kind->opens_case)
        return true;
    id_print(id, text);
    snprintf(line, sizeof line,
             "{\"case\":\"%s\",\"form\":\"registration\",\"place\":\"ET\","
             "\"set\":{\"given_name\":\"Trial\"}}",
             text);
    return apply_line(t->store, line, strlen(line), &saved, e);
}

static struct view *new_view(struct trial *t, struct tui *tui, struct err *e)
{
    struct id subject = id_new(store_entropy(t->store));
    struct form_task task = {.store = t->store,
                             .def = t->def,
                             .kind = t->def->kind->name,
                             .is_new = true,
                             .stream = stream_of_id(STREAM_CASE, &subject)};

    t->record =
        t->def->kind->opens_case ? subject : id_new(store_entropy(t->store));
    task.record = t->record;
    if (t->def->kind->opens_case)
        task.place = store_place(t->store);
    if (t->def->kind->home == KIND_OF_PLACE)
        task.stream = stream_of_place(store_place(t->store));
    else if (!open_case(t, &subject, e))
        return NULL;
    return view_form_new(tui, &task, e);
}

/* Keys that every screen serves. */
static void next_calendar(void *arg)
{
    struct desk *d = arg;
    struct err e = ERR_INIT;

    if (!desk_next_calendar(d, &e))
        tui_fail(d->tui, &e);
    tui_refresh(d->tui);
}

static bool fill(struct trial *t, struct canvas *c, struct err *e)
{
    struct desk d = {.store = t->store, .calendar = CALENDAR_ETHIOPIAN};
    struct tui *tui = tui_new(c);
    struct view *v = new_view(t, tui, e);

    d.tui = tui;
    tui_on(tui, ACTION_CALENDAR, next_calendar, &d);
    if (v != NULL) {
        tui_push(tui, v);
        tui_run(tui);
    }
    tui_free(tui);
    return v != NULL;
}

/* ---- what was saved ---- */

static const struct report_column columns[] = {
    {"path", N_("path"), 40},
    {"answer", N_("answer"), 0},
};

static bool report_saved(struct trial *t, struct err *e)
{
    struct report *r = t->call->report;
    struct pool *pool = pool_new();
    struct entity x;
    bool found = entity_load(t->store, &t->record, pool, &x, e);

    if (!found && e->code == ERR_NOT_FOUND) {
        *e = (struct err)ERR_INIT;
        report_line(r, "%s", _("Nothing was saved in this trial"));
        found = true;
    } else if (found) {
        report_table_begin(r, "answers", columns, ARR_NR(columns));
        for (size_t i = 0; i < x.values_nr; i++) {
            report_cell(r, x.values[i].path);
            report_cell(r, x.values[i].answer);
        }
        report_table_end(r);
    }
    pool_free(pool);
    return found;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct canvas_curses_options look = {.mono = cmd_has(call, "mono"),
                                         .ascii = cmd_has(call, "ascii")};
    struct trial t = {.call = call};
    struct canvas *c = NULL;
    bool ok = open_office(&t, e) && take_form(&t, e) &&
              (c = canvas_curses_open(&look, e)) != NULL && fill(&t, c, e);

    canvas_close(c);
    ok = ok && report_saved(&t, e);
    store_close(t.store);
    formfile_release(&t.file);
    return ok;
}
