/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "forms/csv.h"
#include "forms/form.h"
#include "forms/pack.h"

static const struct report_column columns[] = {
    {"sheet", N_("sheet"), 9},     {"row", N_("line"), 5},
    {"column", N_("column"), 24},  {"grade", N_("grade"), 8},
    {"finding", N_("finding"), 0},
};

static const char *grade_name(enum finding_grade g)
{
    return g == FINDING_ERROR ? "error" : "warning";
}

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
        report_cell(r, grade_name(f->grade));
        report_cell(r, f->text);
    }
    report_table_end(r);
}

/* The name of a built-in form, else a path. The bytes are the pack's or in b,
 * which the caller releases. */
static bool load(const char *name, struct buf *b, const char **bytes,
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

static bool run_check(struct cmd_call *call, struct err *e)
{
    struct buf b = BUF_INIT(CSV_BYTES_MAX);
    struct finding_list list = {.items = NULL};
    struct err first = ERR_INIT; /* it stands among the findings, too */
    const char *bytes;
    size_t size;
    struct form *f;
    bool ok = false;

    if (!load(call->args[0], &b, &bytes, &size, e))
        goto out;
    f = form_read(bytes, size, &list, &first);
    if (f != NULL) {
        report_fact(call->report, "form", N_("form"), f->id);
        report_fact(call->report, "version", N_("version"), f->version);
        report_fact_int(call->report, "fields", N_("fields"),
                        (int64_t)f->paths_nr);
    }
    report_findings(call->report, &list);
    call->findings = list.all_nr > 0;
    form_free(f);
    ok = true;
out:
    finding_list_release(&list);
    buf_release(&b);
    return ok;
}

const struct cmd cmd_form_check = {
    .name = "form check",
    .args = "FORM",
    .summary = N_("say what is wrong with a form"),
    .detail = N_("FORM is a CSV file in the layout of pyxform (the sheet's "
                 "name in the first column), or the form_id of a built-in "
                 "form. An error keeps the form from being used; a warning "
                 "does not."),
    .args_min = 1,
    .args_max = 1,
    .run = run_check,
};
