/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/retention.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/calendar.h"

/* The words of retention.csv; another word there does not compile. */
#define ACTION_destroy   RETENTION_DESTROY
#define ACTION_anonymise RETENTION_ANONYMISE
#define ACTION_review    RETENTION_REVIEW

static const struct retention classes[] = {
#define ROW(id_, field_, value_, years_, clock_, action_, basis_, en, am)      \
    {                                                                          \
        .id = id_,                                                             \
        .when_field = field_,                                                  \
        .when_value = value_,                                                  \
        .years = years_,                                                       \
        .clock = clock_,                                                       \
        .action = ACTION_##action_,                                            \
        .basis = basis_,                                                       \
        .label_en = en,                                                        \
        .label_am = am,                                                        \
    },
#include "forms/pack/retention.inc"
#undef ROW
};

const struct retention *retention_list(size_t *nr)
{
    *nr = ARR_NR(classes);
    return classes;
}

const struct retention *retention_find(const char *id)
{
    for (size_t i = 0; i < ARR_NR(classes); i++)
        if (str_equal(classes[i].id, id))
            return &classes[i];
    return NULL;
}

const struct retention *retention_pick(retention_answer_fn *answer, void *arg)
{
    const struct retention *r = classes;
    const struct retention *last = &classes[ARR_NR(classes) - 1];
    while (r < last && !str_equal(answer(arg, r->when_field), r->when_value))
        r++;
    return r;
}

int64_t retention_due_day(const struct retention *r, int64_t started)
{
    struct calendar_date d = calendar_from_day(CALENDAR_GREGORIAN, started);
    int64_t day = started;
    d.year += r->years;
    if (d.day > calendar_days_in_month(CALENDAR_GREGORIAN, d.year, d.month)) {
        d.day = 1;
        d.month++;
    }
    return calendar_to_day(CALENDAR_GREGORIAN, d, &day) ? day : INT64_MAX;
}

const char *retention_label(const struct retention *r, const char *lang)
{
    return str_equal(lang, "am") && r->label_am[0] != '\0' ? r->label_am
                                                           : r->label_en;
}

const char *retention_action_label(const struct retention *r)
{
    static const char *const labels[] = {
        [RETENTION_DESTROY] = N_("is to be purged"),
        [RETENTION_ANONYMISE] = N_("is to be kept without names"),
        [RETENTION_REVIEW] = N_("is to be looked at by two people"),
    };
    return _(labels[r->action]);
}
