/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/keyfile.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"site", "NAME", N_("name of the office, as others will see it"), true},
    {"place", "PCODE[/KEBELE]",
     N_("place code of the office: ET041114, or "
        "ET041114/03 for a Kebele"),
     true},
    {"user", "LOGIN", N_("login of the first person: small letters"), true},
    {"role", "ROLE", N_("role of that person: see below"), true},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_init = {
    .name = "init",
    .summary = N_("make a new office on this PC"),
    .detail = N_(
        "Makes the office's encrypted file in its folder and asks for the "
        "first person's passphrase, twice. There is no way back into the file "
        "without a passphrase.\n\n"
        "Roles: community-worker, para-worker, social-worker, case-manager, "
        "expert, ledger, ledger-auditor, data-officer, me-officer, "
        "administrator."),
    .options = options,
    .run = run};

static bool run(struct cmd_call *call, struct err *e)
{
    struct store_env env = {call->stamp, call->entropy};
    struct store_new n = {.site_name = cmd_option(call, "site"),
                          .place = cmd_option(call, "place"),
                          .login = cmd_option(call, "user"),
                          .role = cmd_option(call, "role")};
    char passphrase[KEYFILE_PASSPHRASE_BYTES], place[200];
    if (!store_check_new(call->dir, &n, e) ||
        !unlock_new_passphrase(call, passphrase, sizeof passphrase, e))
        return false;
    bool good = store_create(call->dir, &n, passphrase, env, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (!good)
        return false;
    place_print(n.place, place, sizeof place);
    report_fact(call->report, "office", _("Office"), n.site_name);
    report_fact(call->report, "place", _("Place"), place);
    report_fact(call->report, "folder", _("Folder"), call->dir);
    report_line(call->report, _("The office is ready: homeward opens it."));
    return true;
}
