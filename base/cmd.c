/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"

#include <assert.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"

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

const struct cmd *cmd_match(const struct cmd *const *table, size_t nr,
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
        if (table[i]->name[0] == '\0' && (words_nr == 0 || words[0][0] == '-'))
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
                       _("There is no option %.60s; try: homeward %s --help"),
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
                       max ? _("\"%.60s\" is one word too many (a value with "
                               "blanks needs quotes); try: homeward %s --help")
                           : _("\"%.60s\" is not needed here; try: homeward %s "
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
            return err_set(
                e, ERR_USAGE,
                _("There is no option %.60s; try: homeward %s --help"),
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

/* Sets the switch that the word names; false when it names none. */
static bool take_switch(struct cmd_globals *g, const char *word)
{
    const struct {
        const char *word;
        bool *given;
    } switches[] = {{"--json", &g->json},
                    {"--help", &g->help},
                    {"-h", &g->help},
                    {"--version", &g->version}};
    size_t i;

    for (i = 0; i < ARR_NR(switches); i++) {
        if (str_equal(word, switches[i].word)) {
            *switches[i].given = true;
            return true;
        }
    }
    return false;
}

/* Whether the word is -d or --passphrase-file: where its value goes, and the
 * value when it stands behind "=". */
static const char **find_value(struct cmd_globals *g, const char *word,
                               const char **value)
{
    static const char long_form[] = "--passphrase-file=";

    *value = NULL;
    if (str_equal(word, "-d"))
        return &g->dir;
    if (str_equal(word, "--passphrase-file"))
        return &g->passphrase_file;
    if (!str_starts(word, long_form))
        return NULL;
    *value = word + strlen(long_form);
    return &g->passphrase_file;
}

bool cmd_take_globals(struct cmd_globals *g, char **words, size_t *words_nr,
                      struct err *e)
{
    size_t i, kept = 0, nr = *words_nr;

    for (i = 0; i < nr && !str_equal(words[i], "--"); i++) {
        const char *value, **place;

        if (take_switch(g, words[i]))
            continue;
        place = find_value(g, words[i], &value);
        if (!place) {
            words[kept++] = words[i];
            continue;
        }
        if (!value && i + 1 == nr)
            return err_set(e, ERR_USAGE,
                           _("The option %s needs a value behind it"),
                           words[i]);
        *place = value ? value : words[++i];
    }
    for (; i < nr; i++) /* from "--" on: not ours */
        words[kept++] = words[i];
    *words_nr = kept;
    return true;
}
