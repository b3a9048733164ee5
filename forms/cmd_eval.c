/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/cmd_eval.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "forms/expr.h"
#include "forms/xml_tree.h"

enum { INPUT_BYTES_MAX = 64 * 1024 * 1024 };

static const struct report_column columns[] = {
    {"type", N_("type"), 8},
    {"value", N_("value"), 0},
};

/* The answer of a date is its text, as in the fields of a form. */
static const char *type_name(enum expr_type type)
{
    return type == EXPR_NUMBER    ? "number"
           : type == EXPR_BOOLEAN ? "boolean"
                                  : "string";
}

/* Zero below nothing is told apart, as scripts that compare want it. */
static const char *text_of(const struct expr_value *v, struct pool *pool)
{
    if (v->type == EXPR_NUMBER && v->number == 0 && 1 / v->number < 0)
        return "-0";
    return expr_to_string(v, pool);
}

static void answer(struct report *r, const char *text, size_t size,
                   const struct expr_env *env)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct expr *x = expr_read(pool, text, size, &e);
    struct expr_value v;

    if (x != NULL && expr_eval(x, env, pool, &v, &e)) {
        report_cell(r, type_name(v.type));
        report_cell(r, text_of(&v, pool));
    } else {
        report_cell(r, "error");
        report_cell(r, e.text);
    }
    pool_free(pool);
}

/* Undoes the escapes of one line in place; returns how long it is then. */
static size_t unescape(char *line, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        char next = i + 1 < size ? line[i + 1] : '\0';
        if (line[i] != '\\' || strchr("\\tnr", next) == NULL || next == '\0') {
            line[n++] = line[i];
            continue;
        }
        line[n++] = next == 't'   ? '\t'
                    : next == 'n' ? '\n'
                    : next == 'r' ? '\r'
                                  : '\\';
        i++;
    }
    return n;
}

static void answer_lines(struct report *r, struct buf *lines,
                         const struct expr_env *env)
{
    char *line = lines->data, *end = line + lines->size;

    report_rows_begin(r, "results", columns, ARR_NR(columns));
    while (line < end) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (stop == NULL)
            stop = end;
        answer(r, line, unescape(line, (size_t)(stop - line)), env);
        line = stop + 1;
    }
    report_table_end(r);
}

static bool load(const struct cmd_call *call, struct xml_tree **tree,
                 struct expr_env *env, struct err *e)
{
    const char *file = cmd_option(call, "instance");
    const char *context = cmd_option(call, "context");
    struct buf bytes = BUF_INIT(XML_TREE_BYTES_MAX);
    bool ok;

    if (file == NULL)
        return context == NULL ||
               err_set(e, ERR_USAGE,
                       _("--context needs --instance, the document it is "
                         "a place in"));
    ok = buf_read_file(&bytes, file, e);
    if (ok && (*tree = xml_tree_read(buf_text(&bytes), bytes.size, e)) == NULL)
        ok = err_wrap(e, "%s", file);
    buf_release(&bytes);
    if (!ok || !xml_tree_stand(*tree, context != NULL ? context : "/", e))
        return false;
    xml_tree_env(*tree, env);
    return true;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct buf lines = BUF_INIT(INPUT_BYTES_MAX);
    struct xml_tree *tree = NULL;
    struct expr_env env = {
        .self = EXPR_ROOT,
        .now_ms = stamp_now_ms(&call->stamp),
        .zone = stamp_zone_minutes,
        .lang = cmd_option(call, "lang"),
        .entropy = &call->entropy,
    };
    bool ok;

    env.today = stamp_local_day(env.now_ms);
    ok = load(call, &tree, &env, e) && buf_read_file(&lines, "-", e);
    if (ok)
        answer_lines(call->report, &lines, &env);
    xml_tree_free(tree);
    buf_release(&lines);
    return ok;
}

static const struct cmd_option options[] = {
    {.name = "instance",
     .value = "FILE",
     .help = N_("an XML document that paths look into")},
    {.name = "context",
     .value = "PATH",
     .help = N_("the place in it where expressions stand, such as "
                "/data/child[2]; the document when not given")},
    {.name = "lang",
     .value = "CODE",
     .help = N_("the language of texts and of the names of months")},
    {.name = NULL},
};

const struct cmd cmd_form_eval = {
    .name = "form eval",
    .summary = N_("say what expressions give"),
    .detail = N_("Reads expressions of the form language from standard input, "
                 "one a line, and prints a line for each: number, string or "
                 "boolean, a tab and the value, or error, a tab and why. "
                 "Backslash, tab and newline are written \\\\, \\t and \\n on "
                 "both sides. The time zone is that of the system (TZ)."),
    .options = options,
    .run = run,
};
