/* SPDX-License-Identifier: Apache-2.0 */
/* Types of answers that few of our own forms have and those of others do:
 * times, places, ranges, orders. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/answer_int.h"

enum { PLACE_NUMBERS = 4, DAY_TEXT_BYTES = 10 };

/* Digits at *s, which moves behind them; -1 when there are none or too many. */
static int take_digits(const char **s, int most)
{
    int n = 0, digits = 0;

    for (; isdigit((unsigned char)**s) && digits < most; ++*s, digits++)
        n = 10 * n + (**s - '0');
    return digits > 0 ? n : -1;
}

/* "8:30", "08:30:15", "08:30:15.250": milliseconds of the day, and where the
 * text goes on. */
static bool take_time(const char **s, int64_t *ms)
{
    int hours = take_digits(s, 2), minutes, seconds = 0, thousandths = 0;

    if (hours < 0 || hours > 23 || *(*s)++ != ':')
        return false;
    minutes = take_digits(s, 2);
    if (**s == ':') {
        ++*s;
        seconds = take_digits(s, 2);
    }
    if (**s == '.') {
        int scale = 100;
        for (++*s; isdigit((unsigned char)**s); ++*s, scale /= 10)
            thousandths += scale * (**s - '0');
    }
    *ms = ((hours * INT64_C(60) + minutes) * 60 + seconds) * 1000 + thousandths;
    return minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
}

/* "", "Z", "+03:00": what other programs add to a time. */
static bool is_zone(const char *s)
{
    if (*s == '\0' || str_equal(s, "Z"))
        return true;
    if (*s != '+' && *s != '-')
        return false;
    s++;
    if (take_digits(&s, 2) < 0)
        return false;
    return *s == '\0' || (*s++ == ':' && take_digits(&s, 2) >= 0 && *s == '\0');
}

bool answer_time_to_value(const struct field *d, const char *answer,
                          struct pool *pool, struct value *v, struct err *e)
{
    int64_t ms = 0;

    (void)d, (void)pool;
    str_trim(&answer);
    if (!take_time(&answer, &ms) || !is_zone(answer + strspn(answer, " ")))
        return err_set(e, ERR_INPUT,
                       _("This is no time of the day: type it as 14:30"));
    *v = (struct value){.type = VALUE_TIME, .number = ms};
    return true;
}

bool answer_moment_to_value(const struct field *d, const char *answer,
                            struct pool *pool, struct value *v, struct err *e)
{
    size_t n = str_trim(&answer);
    char *text = pool_strn(pool, answer, n);
    const char *at = text;
    int64_t ms = 0, time;
    bool ok = n > DAY_TEXT_BYTES;

    (void)d;
    if (ok) {
        at = text + DAY_TEXT_BYTES;
        ok = (*at == 'T' || *at == ' ');
        text[DAY_TEXT_BYTES] = 'T';
        at++;
        ok = ok && take_time(&at, &time) && is_zone(at);
    }
    if (ok && *at == '\0') /* no zone: as if at Greenwich, said so nowhere */
        ok = stamp_parse_iso(pool_printf(pool, "%sZ", text), &ms);
    else if (ok)
        ok = stamp_parse_iso(text, &ms);
    if (!ok)
        return err_set(e, ERR_INPUT,
                       _("This is no date with a time: type it as "
                         "2026-11-21T14:30"));
    *v = (struct value){.type = VALUE_MOMENT,
                        .number = ms,
                        .text = text,
                        .text_bytes = strlen(text)};
    return true;
}

bool answer_range_to_value(const struct field *d, const char *answer,
                           struct pool *pool, struct value *v, struct err *e)
{
    const struct field_range *range = &d->range;
    double low = fmin(range->start, range->end);
    double high = fmax(range->start, range->end);
    bool ok = range->whole ? answer_integer_to_value(d, answer, pool, v, e)
                           : answer_decimal_to_value(d, answer, pool, v, e);
    double n, steps;

    if (!ok)
        return false;
    n = strtod(answer, NULL);
    steps = (n - range->start) / range->step;
    if (n < low || n > high)
        return err_set(e, ERR_INPUT, _("This must be from %g to %g"), low,
                       high);
    if (fabs(steps - round(steps)) > 1e-6)
        return err_set(e, ERR_INPUT, _("From %g on, this goes in steps of %g"),
                       range->start, fabs(range->step));
    return true;
}

static const char *take_number(const char *s, double *n)
{
    char *end;

    s += strspn(s, " ,");
    *n = strtod(s, &end);
    return end > s && strcspn(s, "xXnN") >= (size_t)(end - s) ? end : NULL;
}

/* "9.03 38.74", with a comma or not, and with altitude and accuracy or not. */
bool answer_geopoint_to_value(const struct field *d, const char *answer,
                              struct pool *pool, struct value *v, struct err *e)
{
    double n[PLACE_NUMBERS] = {0};
    const char *at = answer;
    int nr = 0;

    (void)d;
    while (at[strspn(at, " ,")] != '\0' && nr < PLACE_NUMBERS) {
        at = take_number(at, &n[nr]);
        if (at == NULL)
            break;
        nr++;
    }
    if (at == NULL || nr < 2 || at[strspn(at, " ")] != '\0' ||
        fabs(n[0]) > 90 || fabs(n[1]) > 180)
        return err_set(e, ERR_INPUT,
                       _("This is no place: type latitude and longitude in "
                         "degrees, such as 9.03 38.74"));
    v->text = pool_printf(pool, "%.9g %.9g %.6g %.6g", n[0], n[1], n[2], n[3]);
    v->text_bytes = strlen(v->text);
    v->type = VALUE_TEXT;
    return true;
}

bool answer_ok_to_value(const struct field *d, const char *answer,
                        struct pool *pool, struct value *v, struct err *e)
{
    size_t n = str_trim(&answer);

    (void)d, (void)pool;
    if (n != 2 || tolower((unsigned char)answer[0]) != 'o' ||
        tolower((unsigned char)answer[1]) != 'k')
        return err_set(e, ERR_INPUT,
                       _("Type OK when you have read this, or leave it blank"));
    *v = (struct value){.type = VALUE_TEXT, .text = "OK", .text_bytes = 2};
    return true;
}

bool answer_rank_to_value(const struct field *d, const char *answer,
                          struct pool *pool, struct value *v, struct err *e)
{
    if (!answer_choices_to_value(d, answer, pool, v, e))
        return false;
    if (v->type == VALUE_CHOICES && v->choices_nr < d->list->nr)
        return err_set(e, ERR_INPUT,
                       _("Put all %zu of these in order, the first one "
                         "first"),
                       d->list->nr);
    return true;
}
