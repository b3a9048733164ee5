/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"
#include "base/i18n.h"
#include "store/fold.h"
#include "store/store.h"
#include "store/unlock.h"
#include "store/verify.h"

static bool run_verify(struct cmd_call *call, struct err *e);
static bool run_rebuild(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"head", NULL, N_("only print the head, to write it on paper"), false},
    {"against", "HEAD", N_("tell whether the file still holds that state"),
     false},
    {"new", NULL, N_("only what came since the last full proof"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_verify = {
    .name = "verify",
    .summary = N_("prove that the file is what was written"),
    .detail = N_("Reads every page, recomputes every chain of changes, checks "
                 "the signatures of what was received and compares the "
                 "computed tables with the log. Notes that it did so.\n\n"
                 "The head stands for everything entered up to now. Write it "
                 "in the shift book: when somebody puts an older copy of the "
                 "file in its place, --against says so."),
    .options = options,
    .run = run_verify};

const struct cmd cmd_rebuild = {
    .name = "rebuild",
    .summary = N_("compute the tables of the screens anew from the log"),
    .detail = N_("The cure when verify says that the tables do not come out "
                 "of the log as they stand. Nothing that was entered is "
                 "touched."),
    .run = run_rebuild};

static bool report_head(struct cmd_call *call, struct store *s, struct err *e)
{
    char head[VERIFY_HEAD_BYTES];
    if (!verify_head(s, head, e))
        return false;
    report_fact(call->report, "head", _("head"), head);
    return true;
}

static bool against(struct cmd_call *call, struct store *s, const char *head,
                    struct err *e)
{
    bool holds = false;
    if (!verify_against(s, head, &holds, e))
        return false;
    if (!holds)
        return err_set(e, ERR_CORRUPT,
                       _("The file no longer holds what that head stands for: "
                         "an older copy was put in its place, or the head is "
                         "of another office. Ask who had this PC; sync, and "
                         "telephone the administrator"));
    report_fact_bool(call->report, "holds", _("holds that state"), holds);
    return true;
}

static bool only_new(struct cmd_call *call, struct store *s, struct err *e)
{
    bool done = false;
    struct verify_new *v = verify_new_begin(s, e);
    bool good = v != NULL;
    while (good && !done)
        good = verify_new_step(v, INT64_MAX / 2, &done, e);
    if (good)
        report_fact_int(call->report, "changes", _("changes"),
                        verify_new_changes(v));
    verify_new_free(v);
    return good;
}

static bool everything(struct cmd_call *call, struct store *s, struct err *e)
{
    struct verify_count count;
    if (!verify_all(s, &count, e))
        return false;
    report_fact_int(call->report, "chains", _("chains"), count.chains);
    report_fact_int(call->report, "changes", _("changes"), count.changes);
    report_fact_int(call->report, "frames", _("signed frames"), count.frames);
    report_fact_int(call->report, "set_aside", _("set aside"), count.set_aside);
    report_line(call->report,
                _("Pages, chains, signatures and tables are whole."));
    call->findings = count.set_aside > 0;
    if (call->findings)
        report_line(call->report, _("What was set aside waits: see homeward "
                                    "conflicts --aside."));
    return report_head(call, s, e);
}

static bool verify(struct cmd_call *call, struct store *s, struct err *e)
{
    if (cmd_option(call, "against") != NULL)
        return against(call, s, cmd_option(call, "against"), e);
    if (cmd_has(call, "head"))
        return report_head(call, s, e);
    return cmd_has(call, "new") ? only_new(call, s, e) : everything(call, s, e);
}

static bool run_verify(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && verify(call, s, e);
    store_close(s);
    return good;
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
