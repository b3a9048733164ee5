/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/str.h"
#include "store/store.h"

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

/* ---- an office to call them in ---- */

void command_office_begin(struct command_office *k)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "almaz",
                                       .role = "case-manager"};
    struct err e = ERR_INIT;
    uint64_t seed = 9;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    *k = (struct command_office){.d = disk_new(),
                                 .c = {.typed = COMMAND_PHRASE,
                                       .fresh = COMMAND_OTHER,
                                       .seed = 5,
                                       .now_ms = 1795255200000,
                                       .shown = BUF_INIT(1000000)}};
    k->c.folder = k->d.folder;
    for (size_t i = 0; i < ARR_NR(k->numbers); i++)
        k->c.names[i] = k->numbers[i];
    struct store_env env = {stamp_fixed(&k->c.now_ms), entropy_seeded(&seed)};
    if (!store_create(k->d.folder, &n, COMMAND_PHRASE, env, &e))
        fail_msg("%s", e.text);
}

void command_office_end(struct command_office *k)
{
    buf_release(&k->c.shown);
    disk_clear(&k->d);
}

struct store *command_office_enter(struct command_office *k)
{
    static uint64_t seed = 11;
    struct err e = ERR_INIT;
    struct store_env env = {stamp_fixed(&k->c.now_ms), entropy_seeded(&seed)};
    struct store *s = store_open(k->d.folder, COMMAND_PHRASE, env, &e);
    if (s == NULL)
        fail_msg("%s", e.text);
    return s;
}

void command_office_write(struct command_office *k, const char *name,
                          const char *text)
{
    char path[DISK_PATH];
    disk_name(&k->d, name, path);
    disk_write(path, (struct bytes){(uint8_t *)(uintptr_t)text, strlen(text)});
}
