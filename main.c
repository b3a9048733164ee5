/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Homeward follows children through the months after they come home. This file
 * finds the command in the table, gives it what it needs and shows what it
 * found. The commands stand beside their nouns, in cmd_*.c.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/cmd.h"
#include "base/home.h"
#include "base/i18n.h"
#include "store/secret.h"
#include "tui/prompt.h"

#define VERSION "0.1"

/* Every command, in the order of --help: X(show) is cmd_show. The one whose
 * name is "" runs when no command is given. */
/* clang-format off */
#define COMMANDS(X)                                                            \
    X(screens) X(init) X(join) X(sync)                                         \
    X(list) X(find) X(show) X(duplicates) X(conflicts) X(apply) X(assign)      \
    X(approval_list) X(approval_approve) X(approval_refuse)                    \
    X(approval_withdraw) X(purge) X(hold)                                      \
    X(form_list) X(form_check) X(form_import) X(form_export) X(form_diff)      \
    X(form_try) X(form_fill) X(form_eval)                                      \
    X(date) X(audit) X(verify) X(rebuild) X(backup) X(restore)                 \
    X(user_list) X(user_add) X(user_role) X(user_passwd) X(user_remove)        \
    X(user_recovery)                                                           \
    X(hub_init) X(hub_admit) X(hub_sites) X(hub_sshd_config) X(hub_serve)      \
    X(demo)
/* clang-format on */

#define DECLARE(name) extern const struct cmd cmd_##name;
#define ADDRESS(name) &cmd_##name,
COMMANDS(DECLARE)
static const struct cmd *const commands[] = {COMMANDS(ADDRESS) NULL};
static const size_t commands_nr = ARR_NR(commands) - 1;

enum { EXIT_FINDINGS = 4 };

static void to_stdout(void *arg, const char *bytes, size_t n)
{
    (void)arg;
    fwrite(bytes, 1, n, stdout); /* main asks ferror once, at the end */
}

static bool no_command(const char *word, struct err *e)
{
    if (!word)
        return err_set(e, ERR_USAGE,
                       _("Please name a command; see: homeward --help"));
    return err_set(e, ERR_USAGE,
                   _("There is no command \"%.60s\"; see: homeward --help"),
                   word);
}

/* Finds the command that the words begin with and runs it, or shows help. */
static bool run(struct cmd_call *call, const struct cmd_globals *g,
                char **words, size_t words_nr, struct err *e)
{
    struct buf dir = BUF_INIT(PATH_MAX);
    bool done = true;
    size_t used;

    call->cmd = cmd_match(commands, commands_nr, words, words_nr, &used);
    if (g->version)
        report_fact(call->report, "version", "homeward", VERSION);
    else if (g->help && words_nr == 0)
        cmd_overview(commands, commands_nr, call->report);
    else if (!call->cmd)
        done = no_command(words_nr ? words[0] : NULL, e);
    else if (g->help)
        cmd_help(call->cmd, call->report);
    else if ((done = cmd_parse(call, words + used, words_nr - used, e) &&
                     home_dir(g->dir, &dir, e))) {
        call->dir = buf_text(&dir);
        done = call->cmd->run(call, e);
    }
    buf_release(&dir);
    return done;
}

int main(int argc, char **argv)
{
    size_t words_nr = argc > 0 ? (size_t)argc - 1 : 0;
    struct cmd_globals g = {0};
    struct err e = ERR_INIT;
    char program[PATH_MAX];
    struct prompt prompt;
    struct cmd_call call;
    bool done;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* progress is news while new */
    signal(SIGXFSZ, SIG_IGN); /* a limit on sizes is a full disk, said so */
    umask(077); /* whatever is written here is for this person alone */
    home_program(argc > 0 ? argv[0] : "homeward", program);
    home_language(program);
    done = secret_harden(&e) && cmd_take_globals(&g, argv + 1, &words_nr, &e);
    prompt = (struct prompt){g.passphrase_file};
    call = (struct cmd_call){.program = program,
                             .host = prompt_host(&prompt),
                             .report =
                                 report_new(g.json && !g.help, to_stdout, NULL),
                             .stamp = stamp_system(),
                             .entropy = entropy_system()};
    report_fit(call.report, prompt_columns(STDOUT_FILENO));
    done = done && run(&call, &g, argv + 1, words_nr, &e);
    report_free(call.report);
    if ((fflush(stdout) != 0 || ferror(stdout)) && done)
        done = err_errno(&e, _("Cannot show the result"));
    if (!done)
        prompt_fault(e.text);
    return !done ? err_exit_code(e.code) : call.findings ? EXIT_FINDINGS : 0;
}
