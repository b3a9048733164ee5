/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "base/utf8.h"

enum { TEXT_BYTES = 1 << 16, HELP_COLUMNS = 78, HELP_INDENT = 26 };

/* How many of the words spell the name; 0 when they do not. */
static size_t words_in_name(const char *name, char *const *words,
                            size_t words_nr)
{
    size_t i;

    for (i = 0; i < words_nr; i++) {
        size_t n = strlen(words[i]);

        if (!n || strncmp(name, words[i], n) != 0)
            return 0;
        if (name[n] == '\0')
            return i + 1;
        if (name[n] != ' ')
            return 0;
        name += n + 1;
    }
    return 0;
}

const struct cmd *cmd_find(const struct cmd *const *table, size_t nr,
                           char *const *words, size_t words_nr, size_t *used)
{
    const struct cmd *found = NULL;
    size_t i;

    *used = 0;
    for (i = 0; i < nr; i++) {
        size_t n = words_in_name(table[i]->name, words, words_nr);

        if (n > *used) {
            found = table[i];
            *used = n;
        }
        if (words_nr == 0 && table[i]->name[0] == '\0')
            found = table[i];
    }
    return found;
}

/* The option that the word names ("--site" or "--site=..."), its place in the
 * table and where the value behind "=" begins; NULL when there is none. */
static const struct cmd_option *find_option(const struct cmd_option *table,
                                            const char *word, size_t *index,
                                            const char **value)
{
    const char *name = word + 2;
    size_t i, n = strcspn(name, "=");

    for (i = 0; table && table[i].name; i++) {
        if (strlen(table[i].name) == n &&
            strncmp(table[i].name, name, n) == 0) {
            *index = i;
            *value = name[n] ? name + n + 1 : NULL;
            return &table[i];
        }
    }
    return NULL;
}

/* Takes the option at words[0]; *used says whether the next word was its
 * value. */
static bool take_option(struct cmd_call *call, char *const *words,
                        size_t words_nr, size_t *used, struct err *e)
{
    const struct cmd_option *o;
    const char *value;
    size_t index;

    *used = 1;
    o = find_option(call->cmd->options, words[0], &index, &value);
    if (!o)
        return err_set(e, ERR_USAGE,
                       _("There is no option %s; try: homeward %s --help"),
                       words[0], call->cmd->name);
    assert(index < CMD_OPTIONS_MAX);
    if (call->options[index])
        return err_set(e, ERR_USAGE, _("The option --%s is given twice"),
                       o->name);
    if (!o->value && value)
        return err_set(e, ERR_USAGE,
                       _("The option --%s stands alone, without a value"),
                       o->name);
    if (o->value && !value) {
        if (words_nr < 2)
            return err_set(e, ERR_USAGE,
                           _("The option --%s needs a value: --%s %s"), o->name,
                           o->name, o->value);
        value = words[1];
        *used = 2;
    }
    call->options[index] = o->value ? value : "";
    return true;
}

static bool take_argument(struct cmd_call *call, const char *word,
                          struct err *e)
{
    size_t max = call->cmd->args_max;

    assert(max <= CMD_ARGS_MAX);
    if (call->args_nr == max)
        return err_set(e, ERR_USAGE,
                       max ? _("\"%s\" is one word too many (a value with "
                               "blanks needs quotes); try: homeward %s --help")
                           : _("\"%s\" is not needed here; try: homeward %s "
                               "--help"),
                       word, call->cmd->name);
    call->args[call->args_nr++] = word;
    return true;
}

static bool check_complete(const struct cmd_call *call, struct err *e)
{
    const struct cmd_option *o = call->cmd->options;
    size_t i;

    for (i = 0; o && o[i].name; i++) {
        if (o[i].required && !call->options[i])
            return err_set(
                e, ERR_USAGE, _("Please give --%s %s; see: homeward %s --help"),
                o[i].name, o[i].value ? o[i].value : "", call->cmd->name);
    }
    if (call->args_nr < call->cmd->args_min)
        return err_set(e, ERR_USAGE, _("Something is missing: homeward %s %s"),
                       call->cmd->name, call->cmd->args ? call->cmd->args : "");
    return true;
}

bool cmd_parse(struct cmd_call *call, char *const *words, size_t words_nr,
               struct err *e)
{
    bool options_end = false;
    size_t i, used;

    for (i = 0; i < words_nr; i += used) {
        used = 1;
        if (options_end || words[i][0] != '-' || words[i][1] == '\0') {
            if (!take_argument(call, words[i], e))
                return false;
        } else if (str_equal(words[i], "--")) {
            options_end = true;
        } else if (words[i][1] != '-') {
            return err_set(e, ERR_USAGE,
                           _("There is no option %s; try: homeward %s --help"),
                           words[i], call->cmd->name);
        } else if (!take_option(call, words + i, words_nr - i, &used, e)) {
            return false;
        }
    }
    return check_complete(call, e);
}

static size_t option_index(const struct cmd_call *call, const char *name)
{
    const struct cmd_option *o = call->cmd->options;
    size_t i;

    for (i = 0; o && o[i].name; i++) {
        if (str_equal(o[i].name, name))
            return i;
    }
    assert(!"the descriptor lists every option that the command asks for");
    return 0;
}

const char *cmd_option(const struct cmd_call *call, const char *name)
{
    return call->options[option_index(call, name)];
}

bool cmd_has(const struct cmd_call *call, const char *name)
{
    return cmd_option(call, name) != NULL;
}

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

static void help_option(const struct cmd_option *o, struct line *l)
{
    buf_printf(&l->text, "  --%s%s%s", o->name, o->value ? " " : "",
               o->value ? o->value : "");
    l->indent = HELP_INDENT;
    if (utf8_columns(buf_text(&l->text), l->text.size) + 2 > HELP_INDENT)
        line_end(l);
    line_indent(l);
    line_words(l, _(o->help), strlen(_(o->help)));
    line_end(l);
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
