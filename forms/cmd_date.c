/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmd.h"

#include "base/i18n.h"
#include "forms/calendar.h"

static const struct cmd_option options[] = {
    {.name = "gregorian", .help = N_("DATE is in the Gregorian calendar")},
    {.name = NULL},
};

static bool run(struct cmd_call *call, struct err *e)
{
    enum calendar c =
        cmd_has(call, "gregorian") ? CALENDAR_GREGORIAN : CALENDAR_ETHIOPIAN;
    char text[CALENDAR_TEXT_BYTES];
    int64_t day;

    if (!calendar_parse(c, call->args[0], &day, e))
        return false;
    calendar_print(CALENDAR_ETHIOPIAN, day, text);
    report_fact(call->report, "ethiopian", N_("Ethiopian"), text);
    calendar_print(CALENDAR_GREGORIAN, day, text);
    report_fact(call->report, "gregorian", N_("Gregorian"), text);
    return true;
}

const struct cmd cmd_date = {
    .name = "date",
    .args = "DATE",
    .summary = N_("show a date in both calendars"),
    .detail = N_("DATE is year-month-day in the Ethiopian calendar, such as "
                 "2019-03-12. A day that does not exist is refused: Pagume "
                 "has a sixth day only every fourth year."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
