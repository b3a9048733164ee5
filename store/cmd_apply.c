/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/db.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

const struct cmd cmd_apply = {
    .name = "apply",
    .args = "FILE",
    .summary = N_("edits from a file of JSON lines (- is standard input)"),
    .detail = N_(
        "One edit a line, through the same checks as the screens:\n\n"
        "{\"case\":UUID,\"record\":UUID,\"form\":ID,\"at\":ISO,"
        "\"set\":{PATH:VALUE}}\n\n"
        "\"place\":PCODE stands on the line that opens a case: where the "
        "child belongs. Without \"case\" the facts of \"place\" itself are "
        "meant. \"record\" may be left out for records of which there is one, "
        "\"at\" for now. null clears a field; a list is several choices. A bad "
        "line is refused with its number and reason, the rest is applied "
        "(then the exit code is 4). \"reason\" opens what is sealed in "
        "that case, for whoever may see it: without it no answer can be put "
        "in the place of one that is sealed."),
    .args_min = 1,
    .args_max = 1,
    .run = run};

/* formats.md 7: bulk edits commit every 500 lines */
enum { APPLY_BATCH_LINES = 500, APPLY_LINE_BYTES_MAX = 1024 * 1024 };

static const struct report_column columns[] = {
    {"line", N_("Line"), 8}, {"reason", N_("Refused because"), 0}};

struct refusal {
    int64_t line;
    char *text;
};

struct tally {
    int64_t line, applied, unchanged;
};

struct progress {
    struct store *store;
    struct tally now, kept; /* so far; and what is durably in the file */
    struct {
        struct refusal *items;
        size_t nr, alloc;
    } refused;
};

/* Errors that are the line's own fault; any other ends the work. */
static bool is_lines_fault(enum err_code code)
{
    return code == ERR_INPUT || code == ERR_DENIED || code == ERR_NOT_FOUND ||
           code == ERR_VERSION || code == ERR_PROTOCOL;
}

static bool apply_one(struct progress *p, const struct buf *line, struct err *e)
{
    bool saved = false;
    struct err why = ERR_INIT;
    if (buf_failed(line))
        err_set(&why, ERR_INPUT, _("The line is longer than 1 MiB"));
    else if (apply_line(p->store, line->data, line->size, &saved, &why)) {
        p->now.applied += saved;
        p->now.unchanged += !saved;
        return true;
    }
    if (!is_lines_fault(why.code)) {
        *e = why;
        return false;
    }
    struct refusal *r = &ARR_PUSH(&p->refused);
    r->line = p->now.line;
    r->text = mem_copy_str(why.text);
    return true;
}

/* The next line without its end, however long: what is over the maximum makes
 * the buffer fail and is passed over. False at the end of the file. */
static bool read_line(FILE *in, struct buf *line)
{
    int c = getc(in);
    buf_clear(line);
    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getc(in))
        buf_add_byte(line, (uint8_t)c);
    return true;
}

/* A NUL is no blank, nor is what did not fit: what stands behind them would be
 * passed over unsaid. */
static bool is_empty(const struct buf *line)
{
    return !buf_failed(line) && strlen(buf_text(line)) == line->size &&
           str_is_blank(buf_text(line));
}

static bool apply_file(struct progress *p, FILE *in, struct err *e)
{
    struct buf line = BUF_INIT(APPLY_LINE_BYTES_MAX);
    bool good = true, more = true;
    while (good && more) {
        good = db_begin(store_db(p->store), e);
        for (int i = 0; good && i < APPLY_BATCH_LINES; i++) {
            more = read_line(in, &line);
            if (!more)
                break;
            p->now.line++;
            if (!is_empty(&line))
                good = apply_one(p, &line, e);
        }
        good = db_is_writing(store_db(p->store)) &&
               db_end(store_db(p->store), good, e);
        if (good)
            p->kept = p->now;
    }
    buf_release(&line);
    if (good && ferror(in))
        return err_errno(e, _("The file cannot be read to its end"));
    return good || err_wrap(e, _("Line %lld"), (long long)p->now.line);
}

/* Work that broke off says up to which line it is kept: those lines are not to
 * be given again. */
static void report(struct cmd_call *call, const struct progress *p, bool good)
{
    struct report *r = call->report;
    if (!good)
        report_fact_int(r, "lines_done", _("lines done"), p->kept.line);
    report_fact_int(r, "applied", _("applied"), p->kept.applied);
    report_fact_int(r, "unchanged", _("nothing new"), p->kept.unchanged);
    report_fact_int(r, "refused", _("refused"), (int64_t)p->refused.nr);
    if (p->refused.nr == 0 && !report_is_json(r))
        return;
    report_table_begin(r, "refusals", columns, ARR_NR(columns));
    for (size_t i = 0; i < p->refused.nr; i++) {
        report_cell_int(r, p->refused.items[i].line);
        report_cell(r, p->refused.items[i].text);
    }
    report_table_end(r);
    call->findings = p->refused.nr > 0;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct progress p = {0};
    bool is_stdin = str_equal(call->args[0], "-");
    FILE *in = is_stdin ? stdin : fopen(call->args[0], "r");
    if (in == NULL)
        return err_errno(e, _("The file %s cannot be opened"), call->args[0]);
    p.store = unlock_store(call, e);
    bool good = p.store != NULL && apply_file(&p, in, e);
    if (good || p.now.line > 0)
        report(call, &p, good);
    store_close(p.store);
    for (size_t i = 0; i < p.refused.nr; i++)
        mem_free(p.refused.items[i].text);
    ARR_RELEASE(&p.refused);
    if (!is_stdin)
        fclose(in);
    return good;
}
