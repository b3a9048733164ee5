/* SPDX-License-Identifier: Apache-2.0 */
/* The help of a command and the list of all, made from the descriptors. */
#include <string.h>

#include "base/buf.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 1 << 16, HELP_COLUMNS = 78, HELP_INDENT = 26 };

/* A line of text that grows word by word and is written when it is full. */
struct line {
    struct report *report;
    struct buf text;
    size_t indent; /* columns before the first word of a further line */
};

static void line_end(struct line *l)
{
    report_line(l->report, "%s", buf_text(&l->text));
    buf_clear(&l->text);
}

static void line_indent(struct line *l)
{
    while (utf8_columns(buf_text(&l->text), l->text.size) < l->indent)
        buf_add_byte(&l->text, ' ');
}

/* Adds one word, which may hold blanks that must not be broken. */
static void line_word(struct line *l, const char *word, size_t n)
{
    size_t have = utf8_columns(buf_text(&l->text), l->text.size);

    if (have > l->indent && have + 1 + utf8_columns(word, n) > HELP_COLUMNS) {
        line_end(l);
        line_indent(l);
    } else if (have > l->indent) {
        buf_add_byte(&l->text, ' ');
    }
    buf_add(&l->text, word, n);
}

static void line_words(struct line *l, const char *text, size_t n)
{
    size_t at = 0, end;

    for (; at < n; at = end + 1) {
        for (end = at; end < n && text[end] != ' ';)
            end++;
        if (end > at)
            line_word(l, text + at, end - at);
    }
}

static void help_usage(const struct cmd *cmd, struct line *l)
{
    const struct cmd_option *o = cmd->options;
    struct buf word = BUF_INIT(TEXT_BYTES);

    buf_printf(&l->text, "%s homeward", _("usage:"));
    if (*cmd->name)
        buf_printf(&l->text, " %s", cmd->name);
    l->indent = 4;
    for (; o && o->name; o++) {
        buf_clear(&word);
        buf_printf(&word, o->required ? "--%s%s%s" : "[--%s%s%s]", o->name,
                   o->value ? " " : "", o->value ? o->value : "");
        line_word(l, buf_text(&word), word.size);
    }
    if (cmd->args)
        line_word(l, cmd->args, strlen(cmd->args));
    line_end(l);
    buf_release(&word);
}

/* Puts the explanation in its own column, on the next line when the words
 * before it are too long. */
static void help_beside(struct line *l, const char *text)
{
    l->indent = HELP_INDENT;
    if (utf8_columns(buf_text(&l->text), l->text.size) + 2 > HELP_INDENT)
        line_end(l);
    line_indent(l);
    line_words(l, text, strlen(text));
    line_end(l);
}

static void help_option(const struct cmd_option *o, struct line *l)
{
    buf_printf(&l->text, "  --%s%s%s", o->name, o->value ? " " : "",
               o->value ? o->value : "");
    help_beside(l, _(o->help));
}

/* Paragraphs are separated by an empty line and wrapped; a line that begins
 * with a blank is an example and stays as it is. */
static void help_detail(const char *text, struct line *l)
{
    l->indent = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");

        if ((n == 0 || *text == ' ') && l->text.size)
            line_end(l);
        if (n == 0)
            line_end(l);
        else if (*text == ' ')
            report_line(l->report, "%.*s", (int)n, text);
        else
            line_words(l, text, n);
        text += n + (text[n] == '\n');
    }
    if (l->text.size)
        line_end(l);
}

void cmd_help(const struct cmd *cmd, struct report *r)
{
    const struct cmd_option *o = cmd->options;
    struct line l = {.report = r, .text = BUF_INIT(TEXT_BYTES)};

    help_usage(cmd, &l);
    l.indent = 0;
    line_words(&l, _(cmd->summary), strlen(_(cmd->summary)));
    line_end(&l);
    if (o && o->name)
        report_line(r, "%s", "");
    for (; o && o->name; o++)
        help_option(o, &l);
    if (cmd->detail) {
        report_line(r, "%s", "");
        help_detail(_(cmd->detail), &l);
    }
    buf_release(&l.text);
}

void cmd_overview(const struct cmd *const *table, size_t nr, struct report *r)
{
    static const struct cmd_option globals[] = {
        {"json", NULL, N_("results as JSON, for programs"), false},
        {"passphrase-file", "FILE",
         N_("the first line of FILE unlocks, instead of typing"), false},
        {"help", NULL, N_("this list, or the help of a command"), false},
        {"version", NULL, N_("the version of this program"), false},
        {0}};
    struct line l = {.report = r, .text = BUF_INIT(TEXT_BYTES)};
    const struct cmd_option *o;
    size_t i;

    report_line(r, "%s", _("usage: homeward [-d DIR] COMMAND ..."));
    report_line(r, "%s", "");
    for (i = 0; i < nr; i++) {
        const char *name = table[i]->name;

        buf_printf(&l.text, "  %s", *name ? name : _("(none)"));
        help_beside(&l, _(table[i]->summary));
    }
    report_line(r, "\n%s", _("With every command, before or after it:"));
    buf_add_str(&l.text, "  -d DIR");
    help_beside(&l, _("the folder of the office; without it $HOMEWARD_DIR, "
                      "else homeward among your own data"));
    for (o = globals; o->name; o++)
        help_option(o, &l);
    buf_release(&l.text);
}
