/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/cmd_form.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/book.h"
#include "forms/canon.h"
#include "forms/diff.h"
#include "forms/field_type.h"
#include "forms/form.h"
#include "forms/pack.h"
#include "forms/xlsx.h"

/* ---- a form by name ---- */

/* A form named on the command line, with what was found in it. */
struct named_form {
    struct book *book;
    struct form *form; /* without what has errors; NULL: nothing is left */
    struct finding_list findings;
    char id[64]; /* of the file: its name without folder and ending */
};

static void release(struct named_form *n)
{
    form_free(n->form);
    book_free(n->book);
    finding_list_release(&n->findings);
}

/* "surveys/My form.xlsx" is known as "My_form" until it says otherwise. */
static void id_of_path(const char *path, char id[64])
{
    const char *slash = strrchr(path, '/');
    char *dot;

    str_copy(id, 64, slash != NULL ? slash + 1 : path);
    dot = strrchr(id, '.');
    if (dot != NULL && dot > id)
        *dot = '\0';
    for (char *s = id; *s != '\0'; s++)
        if (*s == ' ')
            *s = '_';
}

/* The name of a built-in form, else a path. The bytes are the pack's or in b,
 * which the caller releases. */
static bool load_bytes(const char *name, struct buf *b, const char **bytes,
                       size_t *size, struct err *e)
{
    struct buf file = BUF_INIT(128);
    const struct pack_file *p = NULL;

    buf_printf(&file, "%s.csv", name);
    if (!buf_failed(&file))
        p = pack_file_find(buf_text(&file));
    buf_release(&file);
    if (p == NULL && !buf_read_file(b, name, e))
        return false;
    *bytes = p != NULL ? p->bytes : buf_text(b);
    *size = p != NULL ? p->size : b->size;
    return true;
}

/* False only when there are no sheets to be had; release it in any case. */
static bool load(const char *name, struct named_form *n, struct err *e)
{
    struct buf b = BUF_INIT(XLSX_BYTES_MAX);
    struct err first = ERR_INIT; /* it stands among the findings, too */
    const char *bytes;
    size_t size;
    bool ok = false;

    id_of_path(name, n->id);
    if (load_bytes(name, &b, &bytes, &size, e))
        n->book = book_read(bytes, size, &n->findings, e);
    if (n->book != NULL) {
        n->form = form_load(n->book, n->id, &n->findings, &first);
        ok = true;
    }
    buf_release(&b);
    return ok;
}

/* ---- what was found ---- */

static const struct report_column columns[] = {
    {"sheet", N_("sheet"), 9},    {"row", N_("line"), 5},
    {"column", N_("column"), 24}, {"grade", N_("grade"), 8},
    {"kobo", N_("in Kobo"), 8},   {"finding", N_("finding"), 0},
};

static void report_findings(struct report *r, const struct finding_list *l)
{
    report_fact_int(r, "errors", N_("errors"), (int64_t)l->errors_nr);
    report_fact_int(r, "warnings", N_("warnings"),
                    (int64_t)(l->all_nr - l->errors_nr));
    report_table_begin(r, "findings", columns, ARR_NR(columns));
    for (size_t i = 0; i < l->nr; i++) {
        const struct finding *f = &l->items[i];
        report_cell(r, f->sheet);
        report_cell_int(r, f->row);
        report_cell(r, f->column);
        report_cell(r, f->grade == FINDING_ERROR ? "error" : "warning");
        report_cell(r, f->kobo_refuses ? "refused" : "");
        report_cell(r, f->text);
    }
    report_table_end(r);
}

/* Where the form runs as it is written. */
static const char *where_it_runs(const struct named_form *n)
{
    bool here = n->form != NULL && n->findings.errors_nr == 0;
    bool kobo = n->findings.kobo_nr == 0;

    if (here)
        return kobo ? "both" : "here";
    return kobo ? "Kobo" : "neither";
}

static int64_t count_questions(const struct form *f)
{
    int64_t nr = 0;

    for (size_t i = 0; i < f->fields_nr; i++) {
        const struct field_type_def *t = field_type_def(f->fields[i].type);
        nr += t->holds_value && t->is_asked;
    }
    return nr;
}

static void report_form(struct report *r, const struct named_form *n)
{
    if (n->form != NULL) {
        report_fact(r, "form", N_("form"), n->form->id);
        report_fact(r, "version", N_("version"), n->form->version);
        report_fact_int(r, "fields", N_("fields"), (int64_t)n->form->paths_nr);
        report_fact_int(r, "questions", N_("questions"),
                        count_questions(n->form));
    }
    report_fact(r, "runs", N_("runs"), where_it_runs(n));
    report_findings(r, &n->findings);
}

static bool run_check(struct cmd_call *call, struct err *e)
{
    struct named_form n = {.book = NULL};
    bool ok = load(call->args[0], &n, e);

    if (ok) {
        report_form(call->report, &n);
        call->findings = n.findings.all_nr > 0;
    }
    release(&n);
    return ok;
}

const struct cmd cmd_form_check = {
    .name = "form check",
    .args = "FORM",
    .summary = N_("say what is wrong with a form"),
    .detail = N_("FORM is an .xlsx workbook, a CSV file in the layout of "
                 "pyxform (the sheet's name in the first column), or the "
                 "form_id of a built-in form. What has an error is left out "
                 "when the form is run; a warning is told and nothing more. "
                 "\"runs\" says where the form runs as it is written: here, in "
                 "Kobo, both or neither."),
    .args_min = 1,
    .args_max = 1,
    .run = run_check,
};

/* ---- import and export ---- */

static bool write_csv(const struct book *b, const char *path, struct err *e)
{
    struct buf out = BUF_INIT(CSV_BYTES_MAX);
    bool ok;

    book_write_csv(b, &out);
    ok = !buf_failed(&out)
             ? file_replace(path, &out, 0644, e)
             : err_set(e, ERR_FULL, _("The form is too large for one file"));
    buf_release(&out);
    return ok;
}

static bool write_xlsx(const struct book *b, const char *path, struct err *e)
{
    struct buf out = BUF_INIT(XLSX_BYTES_MAX);
    bool ok = xlsx_write(b, &out, e) && file_replace(path, &out, 0644, e);

    buf_release(&out);
    return ok;
}

static bool run_import(struct cmd_call *call, struct err *e)
{
    struct named_form n = {.book = NULL};
    struct book *canonical = NULL;
    bool ok = load(call->args[0], &n, e);

    if (ok && n.form == NULL)
        ok = err_set(e, ERR_INPUT, _("There is no form in %s"), call->args[0]);
    if (ok) {
        canonical = canon_new(n.book, n.form->id);
        ok = write_csv(canonical, cmd_option(call, "out"), e);
    }
    if (ok) {
        report_form(call->report, &n);
        call->findings = n.findings.all_nr > 0;
    }
    book_free(canonical);
    release(&n);
    return ok;
}

const struct cmd cmd_form_import = {
    .name = "form import",
    .args = "FILE",
    .summary = N_("turn a workbook into a form of this program"),
    .detail = N_("FILE is an .xlsx workbook or a CSV file. The form is written "
                 "to the file of --out in one fixed layout, as text that can "
                 "be compared line by line; rows keep their order and paths "
                 "their names."),
    .options = (const struct cmd_option[]){{"out", "FILE",
                                            N_("CSV file to write"), true},
                                           {NULL, NULL, NULL, false}},
    .args_min = 1,
    .args_max = 1,
    .run = run_import,
};

static bool run_export(struct cmd_call *call, struct err *e)
{
    struct named_form n = {.book = NULL};
    const char *path = cmd_option(call, "out");
    struct book *canonical = NULL;
    bool ok = false;

    if (cmd_has(call, "csv") == cmd_has(call, "xlsx"))
        return err_set(e, ERR_USAGE, _("Say either --csv or --xlsx"));
    if (!load(call->args[0], &n, e))
        goto out;
    canonical = canon_new(n.book, n.form != NULL ? n.form->id : NULL);
    ok = cmd_has(call, "csv") ? write_csv(canonical, path, e)
                              : write_xlsx(canonical, path, e);
    if (ok)
        report_fact(call->report, "file", N_("written"), path);
out:
    book_free(canonical);
    release(&n);
    return ok;
}

const struct cmd cmd_form_export = {
    .name = "form export",
    .args = "FORM",
    .summary = N_("write a form for Kobo, ODK or a spreadsheet program"),
    .detail = N_("FORM is the form_id of a built-in form, or a file as form "
                 "check takes it."),
    .options =
        (const struct cmd_option[]){
            {"csv", NULL, N_("as CSV, one file"), false},
            {"xlsx", NULL, N_("as a workbook"), false},
            {"out", "FILE", N_("file to write"), true},
            {NULL, NULL, NULL, false}},
    .args_min = 1,
    .args_max = 1,
    .run = run_export,
};

/* ---- versions ---- */

static void report_diff(struct report *r, const struct diff *d)
{
    static const struct report_column change_columns[] = {
        {"change", N_("change"), 10},
        {"path", N_("path"), 48},
        {"detail", N_("what"), 0},
    };

    report_fact_int(r, "changes", N_("changes"), (int64_t)d->nr);
    report_fact_int(r, "breaking", N_("not to be published"),
                    (int64_t)d->broken);
    report_table_begin(r, "differences", change_columns,
                       ARR_NR(change_columns));
    for (size_t i = 0; i < d->nr; i++) {
        report_cell(r, diff_kind_name(d->items[i].kind));
        report_cell(r, d->items[i].path);
        report_cell(r, d->items[i].detail);
    }
    report_table_end(r);
}

static bool load_form(const char *name, struct named_form *n, struct err *e)
{
    return load(name, n, e) &&
           (n->form != NULL ||
            err_set(e, ERR_INPUT, _("There is no form in %s"), name));
}

static bool run_diff(struct cmd_call *call, struct err *e)
{
    struct named_form old = {.book = NULL}, new = {.book = NULL};
    struct diff *d = NULL;
    bool ok =
        load_form(call->args[0], &old, e) && load_form(call->args[1], &new, e);

    if (ok) {
        d = diff_new(old.form, new.form);
        report_diff(call->report, d);
        call->findings = d->broken > 0;
    }
    diff_free(d);
    release(&old);
    release(&new);
    return ok;
}

const struct cmd cmd_form_diff = {
    .name = "form diff",
    .args = "OLD NEW",
    .summary = N_("say what a new version of a form changes for kept answers"),
    .detail = N_("OLD and NEW are forms as form check takes them. Ends with 4 "
                 "when NEW removes a question without saying so (x_was), "
                 "changes its type, or takes away a choice that was not "
                 "retired: such a version is not to be published."),
    .args_min = 2,
    .args_max = 2,
    .run = run_diff,
};
