/* SPDX-License-Identifier: Apache-2.0 */
/*
 * homeward form ...: what an author of forms needs. A form is named by its
 * form_id or by its file; the office is opened only when it has to be.
 */
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/canon.h"
#include "forms/diff.h"
#include "forms/formfile.h"
#include "forms/merge.h"
#include "store/db.h"
#include "store/formdef.h"
#include "store/publish.h"
#include "store/store.h"
#include "store/unlock.h"

/* ---- a form by name ---- */

/* A name that is no path may be the form_id of one of the office's own. */
static bool may_be_id(const char *name)
{
    return strchr(name, '/') == NULL && !str_ends(name, ".csv") &&
           !str_ends(name, ".xlsx") && !str_ends(name, ".xls");
}

static bool load_own(struct formfile *f, struct store *s, const char *name,
                     struct err *e)
{
    const struct formdef *d = formdef_current(s, name, e);
    size_t size = 0;
    const char *csv = d != NULL ? formdef_csv(d, &size) : NULL;
    return d != NULL && formfile_take(f, name, csv, size, e);
}

/* Built in, else a file, else the office's own: *office is opened for that,
 * unless it is open, and the caller closes it. */
static bool load(struct cmd_call *call, struct store **office,
                 struct formfile *f, const char *name, struct err *e)
{
    struct err why = ERR_INIT, ignored = ERR_INIT;
    if (formfile_load(f, name, &why))
        return true;
    if (why.code != ERR_NOT_FOUND || !may_be_id(name) ||
        !store_exists(call->dir, &ignored)) {
        *e = why;
        return false;
    }
    if (*office == NULL)
        *office = unlock_store(call, e);
    return *office != NULL && load_own(f, *office, name, e);
}

static bool has_form(const struct formfile *f, const char *name, struct err *e)
{
    return f->form != NULL ||
           err_set(e, ERR_INPUT, _("There is no form in %s"), name);
}

/* ---- check ---- */

static bool run_check(struct cmd_call *call, struct err *e)
{
    struct formfile f = {.book = NULL};
    struct store *office = NULL;
    bool ok = load(call, &office, &f, call->args[0], e);

    if (ok) {
        formfile_report(&f, call->report);
        call->findings = f.findings.all_nr > 0;
    }
    formfile_release(&f);
    store_close(office);
    return ok;
}

const struct cmd cmd_form_check = {
    .name = "form check",
    .args = "FORM",
    .summary = N_("say what is wrong with a form"),
    .detail = N_("FORM is an .xlsx workbook, a CSV file in the layout of "
                 "pyxform (the sheet's name in the first column), or the "
                 "form_id of a form that is built in or that the office has. "
                 "Lists in CSV files are read from the folder of FORM. "
                 "What has an error is left out "
                 "when the form is run; a warning runs and will surprise. "
                 "\"runs\" says where the form runs as it is written: here, in "
                 "Kobo, both or neither."),
    .args_min = 1,
    .args_max = 1,
    .run = run_check,
};

/* ---- what a version changes ---- */

static void report_diff(struct report *r, const struct diff *d)
{
    static const struct report_column columns[] = {
        {"change", N_("change"), 10},
        {"path", N_("path"), 48},
        {"detail", N_("what"), 0},
    };

    report_fact_int(r, "changes", N_("changes"), (int64_t)d->nr);
    report_fact_int(r, "breaking", N_("not to be published"),
                    (int64_t)d->broken);
    report_table_begin(r, "differences", columns, ARR_NR(columns));
    for (size_t i = 0; i < d->nr; i++) {
        report_cell(r, diff_kind_name(d->items[i].kind));
        report_cell(r, d->items[i].path);
        report_cell(r, d->items[i].detail);
    }
    report_table_end(r);
}

static bool run_diff(struct cmd_call *call, struct err *e)
{
    struct formfile old = {.book = NULL}, new = {.book = NULL};
    struct store *office = NULL;
    struct diff *d = NULL;
    const char *const *names = call->args;
    bool ok =
        load(call, &office, &old, names[0], e) && has_form(&old, names[0], e) &&
        load(call, &office, &new, names[1], e) && has_form(&new, names[1], e);

    if (ok) {
        d = diff_new(old.form, new.form);
        report_diff(call->report, d);
        call->findings = d->broken > 0;
    }
    diff_free(d);
    formfile_release(&old);
    formfile_release(&new);
    store_close(office);
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

/* ---- import ---- */

/* What the form lost on its way comes back from the built-in one. */
static struct book *canonical(const struct formfile *f, struct err *e)
{
    struct formfile builtin = {.book = NULL};
    struct book *fresh = canon_new(f->book, f->form->id), *both = NULL;

    if (!formfile_is_builtin(f->form->id))
        return fresh;
    if (formfile_load(&builtin, f->form->id, e))
        both = merge_new(builtin.book, fresh, f->form->id);
    formfile_release(&builtin);
    book_free(fresh);
    return both;
}

static bool import_to_file(struct cmd_call *call, const struct formfile *f,
                           struct err *e)
{
    struct book *b = canonical(f, e);
    bool ok = b != NULL && formfile_write_csv(b, cmd_option(call, "out"), e);

    if (ok)
        formfile_report(f, call->report);
    book_free(b);
    return ok;
}

static const char *what_came_of_it(const struct publish *p)
{
    if (!p->is_new)
        return _("nothing changed");
    return p->diff != NULL ? _("a new version") : _("a new form");
}

static void report_publish(struct cmd_call *call, const struct formfile *f,
                           const struct publish *p)
{
    struct report *r = call->report;

    report_fact_bool(r, "changed", _("changed"), p->is_new && p->def != NULL);
    formfile_report(f, r);
    if (p->diff != NULL)
        report_diff(r, p->diff);
    if (p->def != NULL)
        report_line(r, "%s: %s", p->def->form->title, what_came_of_it(p));
    if (p->def != NULL && p->same_version)
        report_line(r,
                    _("It still calls itself version %s: give what changed "
                      "another one, so that people can tell them apart"),
                    p->def->form->version);
}

static bool import_to_office(struct cmd_call *call, const struct formfile *f,
                             struct err *e)
{
    struct store *s = unlock_store(call, e);
    struct publish p = {.def = NULL};
    bool ok;

    if (s == NULL)
        return false;
    ok = publish_form(s, f->book, f->form->id, &p, e);
    if (ok || p.diff != NULL)
        report_publish(call, f, &p);
    publish_clear(&p);
    store_close(s);
    return ok;
}

static bool run_import(struct cmd_call *call, struct err *e)
{
    struct formfile f = {.book = NULL};
    bool ok =
        formfile_load(&f, call->args[0], e) && has_form(&f, call->args[0], e);

    if (ok)
        ok = cmd_has(call, "out") ? import_to_file(call, &f, e)
                                  : import_to_office(call, &f, e);
    if (ok)
        call->findings = f.findings.all_nr > 0;
    formfile_release(&f);
    return ok;
}

const struct cmd cmd_form_import = {
    .name = "form import",
    .args = "FILE",
    .summary = N_("make a workbook a form of this office"),
    .detail = N_(
        "FILE is an .xlsx workbook or a CSV file. Lists in CSV files that "
        "stand in the same folder become part of the form. Its questions can "
        "then be "
        "asked about every case (f on the screen of a case; apply). What has "
        "an error is told and left out.\n\n"
        "A form the office has already gets a new version. Columns whose name "
        "begins with x_, which Kobo does not give back, are taken over from "
        "the version before, by path; so are retired choices. A version that "
        "would hide kept answers is refused: a question under a new name "
        "gives its old path in x_was, a choice is retired (yes in x_retired) "
        "and not removed, a question no longer asked stays with false() in "
        "relevant, a type never changes. Built-in forms are not "
        "replaced.\n\n"
        "With --out no office is needed: the form is written to that file in "
        "one fixed layout, as text that can be compared line by line; a "
        "built-in form gets back what it lost."),
    .options =
        (const struct cmd_option[]){
            {"out", "FILE", N_("CSV file to write instead"), false},
            {NULL, NULL, NULL, false}},
    .args_min = 1,
    .args_max = 1,
    .run = run_import,
};

/* ---- export ---- */

static bool run_export(struct cmd_call *call, struct err *e)
{
    struct formfile f = {.book = NULL};
    struct store *office = NULL;
    const char *path = cmd_option(call, "out");
    struct book *b = NULL;
    bool ok = false;

    if (cmd_has(call, "csv") == cmd_has(call, "xlsx"))
        return err_set(e, ERR_USAGE, _("Say either --csv or --xlsx"));
    if (!load(call, &office, &f, call->args[0], e))
        goto out;
    b = canon_new(f.book, f.form != NULL ? f.form->id : NULL);
    formfile_release(&f); /* a long list and its form take much memory */
    f = (struct formfile){.book = NULL};
    ok = formfile_export(b, cmd_has(call, "xlsx"), path, call->report, e);
out:
    book_free(b);
    formfile_release(&f);
    store_close(office);
    return ok;
}

const struct cmd cmd_form_export = {
    .name = "form export",
    .args = "FORM",
    .summary = N_("write a form for Kobo, ODK or a spreadsheet program"),
    .detail = N_("FORM is the form_id of a form that is built in or that the "
                 "office has, or a file as form check takes it. Lists that "
                 "stand in files are written beside it."),
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

/* ---- list ---- */

static bool add_form(struct report *r, struct store *s, const struct formdef *d,
                     struct err *e)
{
    const struct form *f = d->form;
    struct buf langs = BUF_INIT(FORM_LANGS_MAX * 20);
    int64_t records = 0;

    if (!db_get_int(store_db(s), "SELECT COUNT(*) FROM record WHERE form = ?",
                    DB_BIND(db_text(f->id)), 0, &records, e))
        return false;
    for (size_t i = 0; i < f->langs_nr; i++)
        buf_printf(&langs, "%s%s", i > 0 ? " " : "", f->langs[i]);
    report_cell(r, f->id);
    report_cell(r, f->version);
    report_cell(r, buf_text(&langs));
    report_cell_int(r, formfile_count_questions(f));
    report_cell_int(r, records);
    report_cell(r, formfile_is_builtin(f->id) ? _("built in") : _("imported"));
    report_cell(r, f->title);
    buf_release(&langs);
    return true;
}

static bool show_list(struct report *r, struct store *s, struct pool *pool,
                      struct err *e)
{
    static const struct report_column columns[] = {
        {"form", N_("Form"), 22},      {"version", N_("Version"), 10},
        {"languages", N_("Lang."), 8}, {"questions", N_("Asks"), 6},
        {"records", N_("Records"), 8}, {"source", N_("Source"), 9},
        {"title", N_("Title"), 0},
    };
    struct formdef_list own;
    size_t kinds_nr;
    const struct kind *kinds = kind_list(&kinds_nr);
    bool good = formdef_list_load(s, pool, &own, e);

    report_table_begin(r, "forms", columns, ARR_NR(columns));
    for (size_t i = 0; good && i < kinds_nr; i++)
        if (kinds[i].form[0] != '\0') {
            const struct formdef *d = formdef_current(s, kinds[i].form, e);
            good = d != NULL && add_form(r, s, d, e);
        }
    for (size_t i = 0; good && i < own.nr; i++)
        good = add_form(r, s, own.items[i], e);
    report_table_end(r);
    return good;
}

static bool run_list(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    struct pool *pool = pool_new();
    bool ok = s != NULL && show_list(call->report, s, pool, e);

    pool_free(pool);
    store_close(s);
    return ok;
}

const struct cmd cmd_form_list = {
    .name = "form list",
    .summary = N_("the forms of this office, and how much each is used"),
    .detail = N_("Built-in forms come with the program; imported ones are "
                 "this office's own. \"Records\" counts what was filled "
                 "with each."),
    .run = run_list,
};
