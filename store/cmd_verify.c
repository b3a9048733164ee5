/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"
#include "base/i18n.h"
#include "store/fold.h"
#include "store/store.h"
#include "store/unlock.h"
#include "store/verify.h"

static bool run_verify(struct cmd_call *call, struct err *e);
static bool run_rebuild(struct cmd_call *call, struct err *e);

const struct cmd cmd_verify = {
    .name = "verify",
    .summary = N_("prove that the file is what was written"),
    .detail = N_("Reads every page, recomputes every chain of changes and "
                 "compares the computed tables with the log. Changes nothing."),
    .run = run_verify};

const struct cmd cmd_rebuild = {
    .name = "rebuild",
    .summary = N_("compute the tables of the screens anew from the log"),
    .detail = N_("The cure when verify says that the tables do not come out "
                 "of the log as they stand. Nothing that was entered is "
                 "touched."),
    .run = run_rebuild};

static bool run_verify(struct cmd_call *call, struct err *e)
{
    struct verify_count count;
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && verify_all(s, &count, e);
    store_close(s);
    if (!good)
        return false;
    report_fact_int(call->report, "chains", _("chains"), count.chains);
    report_fact_int(call->report, "changes", _("changes"), count.changes);
    report_fact_int(call->report, "set_aside", _("set aside"), count.set_aside);
    report_line(call->report, _("Pages, chains and tables are whole."));
    call->findings = count.set_aside > 0;
    return true;
}

static bool run_rebuild(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && fold_rebuild(s, e);
    store_close(s);
    if (good)
        report_line(call->report, _("The tables were computed anew."));
    return good;
}
