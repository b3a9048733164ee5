/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of dates. A date that does not exist is blank: the worker who
 * typed it is told by the field's own check, not by every sum it goes into. */
#include <math.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "forms/calendar.h"
#include "forms/expr_int.h"

enum { MS_OF_MINUTE = 60000, MS_OF_DAY = 86400000, FORMAT_BYTES_MAX = 4096 };

static bool call_today(struct expr_call *c, struct expr_value *out,
                       struct err *e)
{
    const struct expr_env *env = c->run->env;

    (void)e;
    *out = expr_date(c->run, env->today);
    return true;
}

static bool call_now(struct expr_call *c, struct expr_value *out, struct err *e)
{
    const struct expr_env *env = c->run->env;

    (void)e;
    *out = expr_moment(c->run, env->now_ms);
    return true;
}

static int64_t day_of(int64_t ms)
{
    return ms / MS_OF_DAY - (ms % MS_OF_DAY < 0);
}

/* The argument as local time, in milliseconds since 1970-01-01; false when it
 * is no date. A number is days. The first and the last day are days of here,
 * not of UTC. */
static bool local_ms(struct expr_call *c, int64_t *ms, bool *is_moment)
{
    struct expr_value v = expr_scalar(c->run, &c->args[0]), date;
    int64_t at;

    if (v.type == EXPR_BOOLEAN)
        return false;
    if (v.type == EXPR_STRING)
        v = expr_date_of_string(c->run, v.string, &date)
                ? date
                : expr_number(expr_to_number(&v));
    if (!(v.number >= CALENDAR_DAY_MIN - 1 && v.number <= CALENDAR_DAY_MAX + 1))
        return false;
    *is_moment = v.type != EXPR_DATE;
    at = (int64_t)llround(v.number * MS_OF_DAY);
    *ms = at;
    if (!c->run->env->local_days)
        *ms += (int64_t)expr_zone(c->run->env, at) * MS_OF_MINUTE;
    return day_of(*ms) >= CALENDAR_DAY_MIN && day_of(*ms) <= CALENDAR_DAY_MAX;
}

/* A moment loses its time; one written as text keeps it as a number, though not
 * as a text. A whole number of days is midnight in UTC,
 * which may be another time here. */
static bool call_date(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    struct expr_value v = expr_scalar(c->run, &c->args[0]);
    int64_t ms;
    bool is_moment;

    (void)e;
    *out = expr_string("");
    if (!local_ms(c, &ms, &is_moment))
        return true;
    if (v.type == EXPR_NUMBER && v.number == floor(v.number) &&
        ms % MS_OF_DAY != 0) {
        *out = expr_moment(c->run, (int64_t)v.number * MS_OF_DAY);
        return true;
    }
    *out = expr_date(c->run, day_of(ms));
    if (v.type == EXPR_STRING)
        out->number = expr_arg_number(c, 0);
    return true;
}

static bool call_date_time(struct expr_call *c, struct expr_value *out,
                           struct err *e)
{
    int64_t ms;
    bool is_moment;

    (void)e;
    if (!local_ms(c, &ms, &is_moment))
        *out = expr_string("");
    else if (is_moment)
        *out = expr_moment(c->run, expr_at_of_local(c->run->env, ms));
    else
        *out = expr_date(c->run, day_of(ms));
    return true;
}

static bool call_decimal_date_time(struct expr_call *c, struct expr_value *out,
                                   struct err *e)
{
    int64_t ms;
    bool is_moment;

    (void)e;
    *out = expr_number(NAN);
    if (local_ms(c, &ms, &is_moment))
        out->number = expr_days_of_local(c->run->env, ms);
    return true;
}

/* The part of the day gone by, 0 to 1. */
static bool call_decimal_time(struct expr_call *c, struct expr_value *out,
                              struct err *e)
{
    int64_t ms;
    bool is_moment;

    (void)e;
    *out = expr_number(NAN);
    if (expr_time_of_string(c->run, expr_arg_string(c, 0), &ms) ||
        local_ms(c, &ms, &is_moment))
        out->number = (double)(ms - day_of(ms) * MS_OF_DAY) / MS_OF_DAY;
    return true;
}

/* ---- format-date ---- */

/* The first three letters, in whatever script. */
static void add_short(struct buf *b, const char *name)
{
    size_t n = strlen(name), at = 0;

    for (int i = 0; i < 3 && at < n; i++)
        at = utf8_next(name, n, at);
    buf_add(b, name, at);
}

struct parts {
    struct calendar_date date;
    int64_t day;
    int ms; /* of the day */
    const char *lang;
};

/* What stands behind a percent sign; false when nothing is meant by it. */
static bool add_part(struct buf *b, char letter, const struct parts *p)
{
    const struct {
        char letter;
        int digits, number;
    } numbers[] = {
        {'Y', 4, p->date.year},       {'y', 2, p->date.year % 100},
        {'m', 2, p->date.month},      {'n', 1, p->date.month},
        {'d', 2, p->date.day},        {'e', 1, p->date.day},
        {'H', 2, p->ms / 3600000},    {'h', 1, p->ms / 3600000},
        {'M', 2, p->ms / 60000 % 60}, {'S', 2, p->ms / 1000 % 60},
        {'3', 3, p->ms % 1000},
    };

    for (size_t i = 0; i < ARR_NR(numbers); i++) {
        if (numbers[i].letter != letter)
            continue;
        buf_printf(b, "%0*d", numbers[i].digits, numbers[i].number);
        return true;
    }
    if (letter == 'b')
        add_short(
            b, calendar_month_name(CALENDAR_GREGORIAN, p->date.month, p->lang));
    else if (letter == 'a')
        add_short(b, calendar_weekday_name(p->day, p->lang));
    else if (letter == '%')
        buf_add_byte(b, '%');
    else
        return false;
    return true;
}

static bool format(struct expr_call *c, struct buf *b, const struct parts *p,
                   struct err *e)
{
    for (const char *s = expr_arg_string(c, 1); *s != '\0'; s++) {
        if (*s != '%') {
            buf_add_byte(b, (uint8_t)*s);
            continue;
        }
        s++;
        if (*s == '\0' || !add_part(b, *s, p))
            return err_set(e, ERR_INPUT,
                           _("%%%.1s is no part of a date; known are %s"), s,
                           "%Y %y %m %n %b %d %e %H %h %M %S %3 %a");
    }
    return !buf_failed(b) ||
           err_set(e, ERR_FULL, _("this form of a date is too long"));
}

static bool call_format_date(struct expr_call *c, struct expr_value *out,
                             struct err *e)
{
    struct buf b = BUF_INIT(FORMAT_BYTES_MAX);
    struct parts p = {.lang = c->run->env->lang};
    int64_t ms;
    bool is_moment, ok;

    if (!local_ms(c, &ms, &is_moment)) {
        *out = expr_string("");
        return true;
    }
    p.day = day_of(ms);
    p.ms = (int)(ms - p.day * MS_OF_DAY);
    p.date = calendar_from_day(CALENDAR_GREGORIAN, p.day);
    ok = format(c, &b, &p, e) && expr_spend(c->run, b.size, e);
    if (ok)
        *out = expr_string(pool_str(c->run->pool, buf_text(&b)));
    buf_release(&b);
    return ok;
}

/* A date written into the form can be seen to be none before anybody uses it.
 */
static const char *doubt_date(const struct expr_node *call)
{
    const struct expr_node *arg = call->args[0];

    if (arg->kind != EXPR_LITERAL || arg->literal.type != EXPR_STRING)
        return NULL;
    return expr_is_date(arg->literal.string)
               ? NULL
               : _("a date in it does not exist and counts as "
                   "blank; write year-month-day");
}

static const struct expr_func items[] = {
    {.name = "today", 0, 0, .call = call_today},
    {.name = "now", 0, 0, .call = call_now},
    {.name = "date", 1, 1, .call = call_date, .doubt = doubt_date},
    {.name = "date-time", 1, 1, .call = call_date_time, .doubt = doubt_date},
    {.name = "decimal-date-time",
     1,
     1,
     .call = call_decimal_date_time,
     .doubt = doubt_date},
    {.name = "decimal-time", 1, 1, .call = call_decimal_time},
    {.name = "format-date",
     2,
     2,
     .speaks = true,
     .call = call_format_date,
     .doubt = doubt_date},
    {.name = "format-date-time",
     2,
     2,
     .speaks = true,
     .call = call_format_date,
     .doubt = doubt_date},
};

const struct expr_func_table expr_date_table = {items, ARR_NR(items)};
