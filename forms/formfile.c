/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/formfile.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/report.h"
#include "base/str.h"
#include "forms/field_type.h"
#include "forms/pack.h"
#include "forms/sidefile.h"
#include "forms/xlsx.h"

/* ---- a form by name ---- */

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

static const struct pack_file *find_builtin(const char *name)
{
    struct buf file = BUF_INIT(128);
    const struct pack_file *p = NULL;

    buf_printf(&file, "%s.csv", name);
    if (!buf_failed(&file))
        p = pack_file_find(buf_text(&file));
    buf_release(&file);
    return p;
}

bool formfile_is_builtin(const char *name)
{
    return find_builtin(name) != NULL;
}

static bool take_book(struct formfile *n, const char *name, const char *bytes,
                      size_t size, struct err *e)
{
    id_of_path(name, n->id);
    n->book = book_read(bytes, size, &n->findings, e);
    return n->book != NULL;
}

static void take_form(struct formfile *n)
{
    struct err first = ERR_INIT; /* it stands among the findings, too */

    n->form = form_load(n->book, n->id, &n->findings, &first);
}

bool formfile_take(struct formfile *n, const char *name, const char *bytes,
                   size_t size, struct err *e)
{
    if (!take_book(n, name, bytes, size, e))
        return false;
    take_form(n);
    return true;
}

bool formfile_load(struct formfile *n, const char *name, struct err *e)
{
    const struct pack_file *p = find_builtin(name);
    struct buf b = BUF_INIT(XLSX_BYTES_MAX);
    bool ok;

    if (p != NULL)
        return formfile_take(n, name, p->bytes, p->size, e);
    ok = buf_read_file(&b, name, e) &&
         take_book(n, name, buf_text(&b), b.size, e);
    buf_release(&b); /* the book has its own copy, and a form may be large */
    if (ok && !str_equal(name, "-")) /* lists in files become part of it */
        sidefile_embed(n->book, name, &n->findings);
    if (ok)
        take_form(n);
    return ok;
}

void formfile_release(struct formfile *n)
{
    form_free(n->form);
    book_free(n->book);
    finding_list_release(&n->findings);
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
static const char *where_it_runs(const struct formfile *n)
{
    bool here = n->form != NULL && n->findings.errors_nr == 0;
    bool kobo = n->findings.kobo_nr == 0;

    if (here)
        return kobo ? "both" : "here";
    return kobo ? "Kobo" : "neither";
}

int64_t formfile_count_questions(const struct form *f)
{
    int64_t nr = 0;

    for (size_t i = 0; i < f->fields_nr; i++) {
        const struct field_type_def *t = field_type_def(f->fields[i].type);
        nr += t->holds_value && t->is_asked;
    }
    return nr;
}

void formfile_report(const struct formfile *n, struct report *r)
{
    if (n->form != NULL) {
        report_fact(r, "form", N_("form"), n->form->id);
        report_fact(r, "version", N_("version"), n->form->version);
        report_fact_int(r, "fields", N_("fields"), (int64_t)n->form->paths_nr);
        report_fact_int(r, "questions", N_("questions"),
                        formfile_count_questions(n->form));
    }
    report_fact(r, "runs", N_("runs"), where_it_runs(n));
    report_findings(r, &n->findings);
}

/* ---- out of here ---- */

static void tell_file(void *arg, const char *file)
{
    report_fact(arg, "list", N_("list"), file);
}

/* Of a list: a longer one makes a workbook that takes more memory than an old
 * PC has, and stands in its file in any case. */
enum { CELLS_IN_WORKBOOK_MAX = 100000 };

/* The converter of Kobo and ODK reads a CSV form only when it knows every sheet
 * in it; a workbook may have others. */
static void drop_files(struct book *b, size_t cells_max)
{
    size_t kept = 0;

    for (size_t i = 0; i < b->nr; i++)
        if (!sidefile_is_sheet(&b->items[i]) ||
            b->items[i].nr * b->items[i].rows[0].nr <= cells_max)
            b->items[kept++] = b->items[i];
    b->nr = kept;
}

bool formfile_write_csv(const struct book *b, const char *path, struct err *e)
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

bool formfile_write_xlsx(const struct book *b, const char *path, struct err *e)
{
    struct buf out = BUF_INIT(XLSX_BYTES_MAX);
    bool ok = xlsx_write(b, &out, e) && file_replace(path, &out, 0644, e);

    buf_release(&out);
    return ok;
}

bool formfile_export(struct book *b, bool is_xlsx, const char *path,
                     struct report *r, struct err *e)
{
    bool ok = sidefile_export(b, path, tell_file, r, e);

    drop_files(b, is_xlsx ? CELLS_IN_WORKBOOK_MAX : 0);
    ok = ok && (is_xlsx ? formfile_write_xlsx(b, path, e)
                        : formfile_write_csv(b, path, e));
    if (ok)
        report_fact(r, "file", N_("written"), path);
    return ok;
}
