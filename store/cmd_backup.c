/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/backup.h"
#include "store/keyfile.h"
#include "store/unlock.h"

static bool run_backup(struct cmd_call *call, struct err *e);
static bool run_restore(struct cmd_call *call, struct err *e);

static const struct cmd_option backup_options[] = {
    {"check", NULL, N_("open FILE and read all of it, make none"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_backup = {
    .name = "backup",
    .args = "FILE",
    .summary = N_("one sealed file from which the office can be restored"),
    .detail = N_("Others can work meanwhile. FILE opens with any passphrase "
                 "that is valid today, and with nothing else; a hub's asks "
                 "for a passphrase of its own. It is read back whole before "
                 "it is reported as made. Keep it on another disk, and make a "
                 "new one each week: after 35 days it has expired and is to "
                 "be destroyed, for what was erased since stands in it "
                 "still."),
    .options = backup_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_backup};

static const struct cmd_option restore_options[] = {
    {"replace", NULL,
     N_("put it in the place of the office that is here; its files are kept "
        "aside"),
     false},
    {"expired", NULL, N_("take a backup older than 35 days, too"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_restore = {
    .name = "restore",
    .args = "FILE",
    .summary = N_("make the office anew from a backup"),
    .detail = N_("Leave the screens first, and name the folder with -d. The "
                 "passphrase is one that was valid when the backup was made. "
                 "What was entered since comes back from the hub with the "
                 "next sync, as far as it had been sent. If it is cut off, "
                 "run it again."),
    .options = restore_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_restore};

/* ---- progress: a line for each tenth ---- */

struct telling {
    struct cmd_call *call;
    int64_t tenth;
};

static void told(void *arg, int64_t done, int64_t all)
{
    struct telling *t = arg;
    char sentence[80];
    int64_t tenth = all > 0 ? done * 10 / all : 10;
    if (t->call->host.progress == NULL || tenth == t->tenth)
        return;
    t->tenth = tenth;
    snprintf(sentence, sizeof sentence, _("%lld of %lld pages"),
             (long long)done, (long long)all);
    t->call->host.progress(t->call->host.arg, sentence);
}

static void report_info(struct cmd_call *call, const struct backup_info *x)
{
    char when[STAMP_ISO_BYTES], until[STAMP_ISO_BYTES];
    bool json = report_is_json(call->report);
    int64_t end_ms = x->made_ms + (int64_t)BACKUP_DAYS * 24 * 60 * 60 * 1000;
    (json ? stamp_print_iso : stamp_print_local)(x->made_ms, when);
    (json ? stamp_print_iso : stamp_print_local)(end_ms, until);
    report_fact(call->report, "office", _("Office"), x->site_name);
    report_fact(call->report, "made", _("made"), when);
    report_fact(call->report, "expires", _("expires"), until);
    report_fact_int(call->report, "cases", _("cases"), x->cases);
    report_fact_int(call->report, "changes", _("changes"), x->changes);
    report_fact(call->report, "head", _("head"), x->head);
}

static bool ask(struct cmd_call *call, const char *prompt, char *out,
                size_t size, struct err *e)
{
    return call->host.passphrase(call->host.arg, prompt, false, out, size, e);
}

static bool check(struct cmd_call *call, struct err *e)
{
    struct backup_info info;
    char passphrase[KEYFILE_PASSPHRASE_BYTES];
    if (!ask(call, _("Passphrase of the day of the backup"), passphrase,
             sizeof passphrase, e))
        return false;
    bool good = backup_check(call->args[0], passphrase, &info, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (!good)
        return false;
    report_info(call, &info);
    report_line(call->report, _("The backup opens and is whole."));
    call->findings = stamp_now_ms(&call->stamp) - info.made_ms >
                     (int64_t)BACKUP_DAYS * 24 * 60 * 60 * 1000;
    if (call->findings)
        report_line(call->report, _("It has expired: destroy it."));
    return true;
}

static bool make(struct cmd_call *call, struct store *s, struct err *e)
{
    struct telling t = {call, -1};
    const struct backup_watch watch = {told, &t};
    struct backup_info info;
    char passphrase[KEYFILE_PASSPHRASE_BYTES] = "";
    bool own = store_is_hub(s);
    if (own && !unlock_new_passphrase(call, passphrase, sizeof passphrase, e))
        return false;
    bool good = backup_write(s, call->args[0], own ? passphrase : NULL, &watch,
                             &info, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (!good)
        return false;
    report_info(call, &info);
    report_line(call->report,
                _("The backup was read back and is whole. Keep it on another "
                  "disk; destroy it when it has expired."));
    return true;
}

static bool run_backup(struct cmd_call *call, struct err *e)
{
    if (cmd_has(call, "check"))
        return check(call, e);
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && make(call, s, e);
    store_close(s);
    return good;
}

static bool run_restore(struct cmd_call *call, struct err *e)
{
    struct telling t = {call, -1};
    const struct backup_watch watch = {told, &t};
    char passphrase[KEYFILE_PASSPHRASE_BYTES];
    struct backup_info info;
    struct backup_restore how = {.path = call->args[0],
                                 .dir = call->dir,
                                 .passphrase = passphrase,
                                 .replace = cmd_has(call, "replace"),
                                 .expired = cmd_has(call, "expired"),
                                 .env = {call->stamp, call->entropy},
                                 .watch = &watch};
    if (!ask(call, _("Passphrase of the day of the backup"), passphrase,
             sizeof passphrase, e))
        return false;
    bool good = backup_restore(&how, &info, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (!good)
        return false;
    report_info(call, &info);
    report_line(call->report,
                _("The office is restored. Sync now: what was sent since the "
                  "backup comes back from the hub."));
    return true;
}
