/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homeward form fill: what follows from answers, without a screen and without
 * an office: for authors, and for scripts that try a form.
 */
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/formfile.h"
#include "forms/record.h"
#include "forms/record_entity.h"

enum { INPUT_BYTES_MAX = 4 * 1024 * 1024 };

struct filling {
    struct report *report;
    struct record *record;
    struct pool *pool;
    size_t lang;
    bool flawed;
};

/* ---- answers in ---- */

static bool take_line(struct filling *f, char *line, unsigned number,
                      struct err *e)
{
    char *tab = strchr(line, '\t');
    size_t node;

    if (str_is_blank(line))
        return true;
    if (tab == NULL)
        return err_set(e, ERR_INPUT,
                       _("Line %u is no path, a tab and an answer"), number);
    *tab = '\0';
    node = record_set_path(f->record, line);
    if (node == RECORD_NONE || record_kind(f->record, node) != RECORD_FIELD)
        return err_set(e, ERR_NOT_FOUND,
                       _("Line %u: the form has no question %s"), number, line);
    record_set(f->record, node, tab + 1);
    return true;
}

static bool take_answers(struct filling *f, struct err *e)
{
    struct buf text = BUF_INIT(INPUT_BYTES_MAX);
    bool ok = buf_read_file(&text, "-", e);
    char *line = text.data, *end = line + text.size;

    for (unsigned number = 1; ok && line < end; number++) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (stop == NULL)
            stop = end;
        *stop = '\0';
        ok = take_line(f, line, number, e);
        line = stop + 1;
    }
    buf_release(&text);
    return ok;
}

/* ---- what follows, out ---- */

static const struct report_column answer_columns[] = {
    {"path", N_("path"), 32},
    {"answer", N_("answer"), 24},
    {"shown", N_("shown as"), 24},
    {"problem", N_("problem"), 0},
};

static void report_node(struct filling *f, size_t node)
{
    const struct form *form = record_form(f->record);
    const struct field *d = &form->fields[record_field(f->record, node)];
    const struct answer_style style = {.lang = f->lang,
                                       .lang_code = form->langs[f->lang]};
    const char *answer = record_value(f->record, node);
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    struct err problem = ERR_INIT;
    bool flawed = record_problem(f->record, node, f->lang, true, &problem);

    if (answer[0] != '\0' || flawed) {
        record_path(f->record, node, &path);
        report_cell(f->report, buf_text(&path));
        report_cell(f->report, answer);
        report_cell(f->report, answer_print(form, d, answer, &style, f->pool));
        report_cell(f->report, flawed ? problem.text : "");
        f->flawed = f->flawed || flawed;
    }
    buf_release(&path);
}

static void report_answers(struct filling *f)
{
    const struct record *r = f->record;

    report_table_begin(f->report, "answers", answer_columns,
                       ARR_NR(answer_columns));
    for (size_t i = record_walk(r, RECORD_NONE); i != RECORD_NONE;
         i = record_walk(r, i))
        if (record_kind(r, i) == RECORD_FIELD &&
            field_holds_value(&record_form(r)->fields[record_field(r, i)]))
            report_node(f, i);
    report_table_end(f->report);
}

static const struct report_column entity_columns[] = {
    {"list", N_("list"), 16},
    {"action", N_("action"), 8},
    {"id", N_("id"), 20},
    {"row", N_("row"), 16},
    {"property", N_("property"), 16},
    {"value", N_("value"), 0},
};

static const char *action_of(const struct record_entity *x)
{
    if (x->creates && x->updates)
        return "either";
    return x->creates ? "create" : "update";
}

/* The label stands among the properties. */
static void report_entity(struct filling *f, const struct record_entity *x)
{
    struct buf row = BUF_INIT(RECORD_PATH_BYTES);

    if (x->row != RECORD_NONE)
        record_path(f->record, x->row, &row);
    for (size_t i = 0; i <= x->properties_nr; i++) {
        report_cell(f->report, x->dataset);
        report_cell(f->report, action_of(x));
        report_cell(f->report, x->id);
        report_cell(f->report, buf_text(&row));
        report_cell(f->report, i == 0 ? "label" : x->properties[i - 1].name);
        report_cell(f->report, i == 0 ? x->label : x->properties[i - 1].value);
    }
    buf_release(&row);
}

static void report_entities(struct filling *f)
{
    size_t nr;
    const struct record_entity *all =
        record_entity_list(f->record, f->pool, &nr);

    report_table_begin(f->report, "entities", entity_columns,
                       ARR_NR(entity_columns));
    for (size_t i = 0; i < nr; i++)
        report_entity(f, &all[i]);
    report_table_end(f->report);
}

/* ---- the command ---- */

static bool fill(struct cmd_call *call, const struct form *form, struct err *e)
{
    int64_t now = stamp_now_ms(&call->stamp);
    const struct record_moment m = {.today = stamp_local_day(now),
                                    .now_ms = now,
                                    .zone = stamp_zone_minutes,
                                    .entropy = &call->entropy};
    const char *lang = cmd_option(call, "lang");
    struct filling f = {.report = call->report,
                        .record = record_new(form, m),
                        .pool = pool_new(),
                        .lang = lang != NULL ? form_lang(form, lang) : 0};
    bool ok = take_answers(&f, e);

    if (ok) {
        report_answers(&f);
        if (form->entities_nr > 0)
            report_entities(&f);
        call->findings = f.flawed;
    }
    pool_free(f.pool);
    record_free(f.record);
    return ok;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct formfile file = {.book = NULL};
    const char *name = call->args[0];
    bool ok = formfile_load(&file, name, e);

    if (ok && file.form == NULL)
        ok = err_set(e, ERR_INPUT, _("There is no form in %s"), name);
    ok = ok && fill(call, file.form, e);
    formfile_release(&file);
    return ok;
}

static const struct cmd_option options[] = {
    {"lang", "CODE", N_("the language answers and problems are shown in"),
     false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_form_fill = {
    .name = "form fill",
    .args = "FORM",
    .summary = N_("say what follows from answers to a form"),
    .detail = N_("Reads answers from standard input, one a line: the path of "
                 "a question, a tab and the answer, such as "
                 "\"children[1]/age\", which makes the row. Prints every "
                 "answer there is then, also those that were computed, what "
                 "is wrong, and the entities that the form says are to be "
                 "created or changed. FORM is a file or the form_id of a "
                 "built-in form; nothing is kept."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
