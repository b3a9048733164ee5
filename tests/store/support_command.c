/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/str.h"

/* clang-format off */
#define COMMANDS(X)                                                            \
    X(init) X(list) X(find) X(show) X(duplicates) X(conflicts) X(apply)        \
    X(assign) X(approval_list) X(approval_approve) X(approval_refuse)          \
    X(approval_withdraw) X(purge) X(hold) X(form_list) X(form_check)           \
    X(form_import) X(form_export) X(form_diff) X(audit) X(verify) X(rebuild)   \
    X(backup) X(restore) X(user_list) X(user_add) X(user_role) X(user_passwd)  \
    X(user_remove) X(user_recovery)
/* clang-format on */
#define DECLARE(name) extern const struct cmd cmd_##name;
#define ADDRESS(name) &cmd_##name,
COMMANDS(DECLARE)
static const struct cmd *const commands[] = {COMMANDS(ADDRESS)};

enum { WORDS_MAX = 16, LINE_BYTES = 1024 };

static void keep_shown(void *arg, const char *bytes, size_t n)
{
    buf_add(arg, bytes, n);
}

static bool type(void *arg, const char *prompt, bool confirm, char *out,
                 size_t size, struct err *e)
{
    const struct command_desk *d = arg;
    (void)prompt, (void)e;
    str_copy(out, size, confirm ? d->fresh : d->typed);
    return true;
}

static bool type_fresh(void *arg, const char *prompt, const char *path,
                       char *out, size_t size, struct err *e)
{
    const struct command_desk *d = arg;
    (void)prompt, (void)path, (void)e;
    str_copy(out, size, d->fresh);
    return true;
}

static bool answer(void *arg, const char *question)
{
    (void)question;
    return !((const struct command_desk *)arg)->says_no;
}

static void hear(void *arg, const char *sentence)
{
    (void)arg, (void)sentence;
}

static size_t words_of(const struct command_desk *d, const char *line,
                       char text[LINE_BYTES], char *words[WORDS_MAX])
{
    struct buf b = BUF_INIT(LINE_BYTES - 1);
    size_t nr = 0;
    for (const char *at = line; *at != '\0'; at++)
        if (at[0] == '@' && at[1] == '/')
            buf_add_str(&b, d->folder);
        else if (at[0] == '@')
            buf_add_str(&b, d->names[*++at - '1']);
        else
            buf_add(&b, at, 1);
    str_copy(text, LINE_BYTES, buf_text(&b));
    buf_release(&b);
    for (char *at = text; *at != '\0' && nr < WORDS_MAX;) {
        words[nr++] = at;
        at += strcspn(at, " ");
        if (*at != '\0')
            *at++ = '\0';
    }
    return nr;
}

bool command_run(struct command_desk *d, const char *line, struct err *e)
{
    char text[LINE_BYTES], *words[WORDS_MAX];
    size_t nr = words_of(d, line, text, words), used = 0;
    buf_clear(&d->shown);
    struct cmd_call call = {
        .cmd = cmd_match(commands, ARR_NR(commands), words, nr, &used),
        .dir = d->folder,
        .report = report_new(d->json, keep_shown, &d->shown),
        .host = {type, type_fresh, answer, hear, false, d},
        .stamp = stamp_fixed(&d->now_ms),
        .entropy = entropy_seeded(&d->seed)};
    if (call.cmd == NULL)
        fail_msg("no command: %s", line);
    bool good =
        cmd_parse(&call, words + used, nr - used, e) && call.cmd->run(&call, e);
    d->findings = call.findings;
    report_free(call.report);
    return good;
}
