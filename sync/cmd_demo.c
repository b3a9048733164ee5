/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/peer.h"
#include "store/store.h"
#include "sync/demo.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"port", "N", N_("loopback port of the hub's sshd (22822)"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_demo = {
    .name = "demo",
    .args = "DIR",
    .summary = N_("a made-up caseload to look at and to sync"),
    .detail = N_(
        "Makes DIR/hub, DIR/transit, DIR/kebele and DIR/woreda with 60 "
        "invented "
        "children and DIR/passphrase, which opens the three offices. Start the "
        "hub's door with: sshd -f DIR/hub/sshd_config (its full path), then "
        "sync from the screens or with homeward -d DIR/kebele sync. Takes a "
        "few seconds; DIR must not exist."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run};

enum { DEMO_PORT = 22822 };

/* Weak on purpose and no secret: nobody in the demonstration is real. */
static const char passphrase[] = "invented children only";

static bool write_passphrase(const char *dir, struct err *e)
{
    struct buf path = BUF_INIT(4096), text = BUF_INIT(64);
    buf_printf(&text, "%s\n", passphrase);
    bool good = file_path(&path, dir, "passphrase", e) &&
                file_replace(buf_text(&path), &text, 0600, e);
    buf_release(&path);
    buf_release(&text);
    return good;
}

static bool run(struct cmd_call *call, struct err *e)
{
    const char *dir = call->args[0], *port = cmd_option(call, "port");
    struct demo d = {.dir = dir,
                     .program = call->program,
                     .passphrase = passphrase,
                     .env = {call->stamp, call->entropy},
                     .port = DEMO_PORT};
    const struct passwd *me = getpwuid(getuid());
    d.user = me != NULL ? me->pw_name : "root";
    if (port != NULL && !str_to_int(port, 1, 65535, &d.port))
        return err_set(e, ERR_USAGE, _("A port is a number from 1 to 65535"));
    if (mkdir(dir, 0700) != 0)
        return err_errno(e, _("The folder %s cannot be made"), dir);
    if (!write_passphrase(dir, e) || !demo_make(&d, e))
        return false;
    report_fact(call->report, "folder", _("Folder"), dir);
    report_fact(call->report, "passphrase", _("Passphrase"), passphrase);
    report_fact_int(call->report, "cases", _("Invented children"), d.cases);
    report_line(call->report,
                _("Open an office: homeward -d %s/transit --passphrase-file "
                  "%s/passphrase"),
                dir, dir);
    return true;
}
