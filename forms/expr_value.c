/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and their conversions. Numbers are read and printed with a point as
 * decimal mark: the program keeps LC_NUMERIC at "C" (base/home.c). An ISO date
 * counts as its day wherever a number is wanted, so that answers kept as text
 * can be compared.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "forms/calendar.h"
#include "forms/expr_int.h"

enum { MS_OF_MINUTE = 60000, MINUTES_OF_DAY = 1440, MS_OF_DAY = 86400000 };

/* JavaRosa takes numbers this close for equal, and prints them alike. */
static const double NEARLY = 1e-12;

struct expr_value expr_string(const char *s)
{
    return (struct expr_value){.type = EXPR_STRING, .string = s};
}

struct expr_value expr_number(double n)
{
    return (struct expr_value){.type = EXPR_NUMBER, .number = n};
}

struct expr_value expr_boolean(bool b)
{
    return (struct expr_value){.type = EXPR_BOOLEAN, .boolean = b};
}

/* ---- dates ---- */

int expr_zone(const struct expr_env *env, int64_t at_ms)
{
    return env->zone != NULL ? env->zone(at_ms) : 0;
}

static int64_t zone_ms(const struct expr_env *env, int64_t at_ms)
{
    return (int64_t)expr_zone(env, at_ms) * MS_OF_MINUTE;
}

/* The clock of the day before and that of the day after; where they differ, the
 * one that shows this time. An hour that comes twice is the first of them, one
 * that is left out runs on by the clock before. */
int64_t expr_at_of_local(const struct expr_env *env, int64_t local_ms)
{
    int64_t before = local_ms - zone_ms(env, local_ms - MS_OF_DAY);
    int64_t after = local_ms - zone_ms(env, local_ms + MS_OF_DAY);
    bool shows_before = before + zone_ms(env, before) == local_ms;
    bool shows_after = after + zone_ms(env, after) == local_ms;

    return shows_after && !shows_before ? after : before;
}

double expr_days_of_local(const struct expr_env *env, int64_t local_ms)
{
    int64_t ms = env->local_days ? local_ms : expr_at_of_local(env, local_ms);

    return (double)ms / MS_OF_DAY;
}

struct expr_value expr_date(struct expr_run *run, int64_t day)
{
    char text[CALENDAR_TEXT_BYTES];
    struct expr_value v = {.type = EXPR_DATE};

    calendar_print(CALENDAR_GREGORIAN, day, text);
    v.number = expr_days_of_local(run->env, day * MS_OF_DAY);
    v.string = pool_str(run->pool, text);
    return v;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct expr_value expr_moment(struct expr_run *run, int64_t at_ms)
{
    int zone_minutes = expr_zone(run->env, at_ms);
    int64_t local = at_ms + (int64_t)zone_minutes * MS_OF_MINUTE;
    int64_t day = floor_div(local, MS_OF_DAY);
    int ms = (int)(local - day * MS_OF_DAY);
    int zone = zone_minutes < 0 ? -zone_minutes : zone_minutes;
    char text[CALENDAR_TEXT_BYTES];
    struct expr_value v = {.type = EXPR_MOMENT};

    calendar_print(CALENDAR_GREGORIAN, day, text);
    v.number = (double)(run->env->local_days ? local : at_ms) / MS_OF_DAY;
    v.string =
        pool_printf(run->pool, "%sT%02d:%02d:%02d.%03d%c%02d:%02d", text,
                    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000,
                    zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
    return v;
}

/* Two digits below max, moving on; -1 when there are none. */
static int take_two(const char **s, int max)
{
    int n;

    if (!isdigit((unsigned char)(*s)[0]) || !isdigit((unsigned char)(*s)[1]))
        return -1;
    n = 10 * ((*s)[0] - '0') + (*s)[1] - '0';
    *s += 2;
    return n < max ? n : -1;
}

/* "Z", "+03:00", "+03" or nothing, which leaves the zone open. */
static bool take_zone(const char **s, bool *has_zone, int *zone_minutes)
{
    int sign, hours, minutes = 0;

    *has_zone = **s != '\0';
    if (**s == '\0')
        return true;
    if (**s == 'Z') {
        (*s)++;
        *zone_minutes = 0;
        return true;
    }
    if (**s != '+' && **s != '-')
        return false;
    sign = *(*s)++ == '-' ? -1 : 1;
    hours = take_two(s, 15);
    if (**s == ':')
        (*s)++;
    if (**s != '\0')
        minutes = take_two(s, 60);
    if (hours < 0 || minutes < 0)
        return false;
    *zone_minutes = sign * (60 * hours + minutes);
    return true;
}

/* "hh:mm", "hh:mm:ss" or "hh:mm:ss.fff" as milliseconds of the day. */
static bool take_time(const char **s, int *ms)
{
    int hours = take_two(s, 25), minutes, seconds = 0, scale = 100;

    if (hours < 0 || *(*s)++ != ':' || (minutes = take_two(s, 60)) < 0)
        return false;
    if (**s == ':') {
        (*s)++;
        if ((seconds = take_two(s, 60)) < 0)
            return false;
    }
    *ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
    if (**s != '.')
        return true;
    for ((*s)++; isdigit((unsigned char)**s); scale /= 10)
        *ms += (*(*s)++ - '0') * scale;
    return true;
}

/* An ISO date, or date and time, as it stands in a text. */
struct iso {
    int64_t day;
    int ms; /* of the day */
    bool is_moment, has_zone;
    int zone_minutes;
};

static bool parse_iso(const char *s, struct iso *out)
{
    char date[11];
    struct err ignored = ERR_INIT;

    *out = (struct iso){.day = 0};
    while (isspace((unsigned char)*s))
        s++;
    if (strnlen(s, 10) < 10 || s[4] != '-' || s[7] != '-')
        return false;
    memcpy(date, s, 10);
    date[10] = '\0';
    if (!calendar_parse(CALENDAR_GREGORIAN, date, &out->day, &ignored))
        return false;
    s += 10;
    out->is_moment = *s == 'T' || (*s == ' ' && isdigit((unsigned char)s[1]));
    if (out->is_moment) {
        s++;
        if (!take_time(&s, &out->ms) ||
            !take_zone(&s, &out->has_zone, &out->zone_minutes))
            return false;
    }
    return str_is_blank(s);
}

bool expr_is_date(const char *s)
{
    struct iso iso;

    return parse_iso(s, &iso);
}

bool expr_date_of_string(struct expr_run *run, const char *s,
                         struct expr_value *out)
{
    struct iso iso;
    int64_t ms;

    if (!parse_iso(s, &iso))
        return false;
    ms = iso.day * MS_OF_DAY + iso.ms;
    if (!iso.is_moment)
        *out = expr_date(run, iso.day);
    else if (iso.has_zone)
        *out = expr_moment(run, ms - (int64_t)iso.zone_minutes * MS_OF_MINUTE);
    else
        *out = expr_moment(run, expr_at_of_local(run->env, ms));
    return true;
}

bool expr_time_of_string(struct expr_run *run, const char *s, int64_t *ms)
{
    int64_t today = run->env->today * MS_OF_DAY;
    int zone = 0, of_day;
    bool has_zone;

    while (isspace((unsigned char)*s))
        s++;
    if (!take_time(&s, &of_day) || !take_zone(&s, &has_zone, &zone) ||
        !str_is_blank(s))
        return false;
    *ms = of_day;
    if (has_zone)
        *ms += (int64_t)(expr_zone(run->env, today) - zone) * MS_OF_MINUTE;
    return true;
}

/* ---- numbers and texts ---- */

/* Digits, a point, a minus in front, blanks around: nothing else is a number,
 * no exponent and no name. */
static bool parse_number(const char *s, double *n)
{
    size_t size = str_trim(&s), digits = 0, points = 0;
    char text[400];

    for (size_t i = 0; i < size; i++) {
        if (isdigit((unsigned char)s[i]))
            digits++;
        else if (s[i] == '.')
            points++;
        else if (s[i] != '-' || i != 0)
            return false;
    }
    if (digits == 0 || points > 1 || size >= sizeof text)
        return false;
    memcpy(text, s, size);
    text[size] = '\0';
    *n = strtod(text, NULL);
    return true;
}

static double number_of_string(const char *s)
{
    struct iso iso;
    double n;

    if (parse_number(s, &n))
        return n;
    if (!parse_iso(s, &iso))
        return NAN;
    return (double)iso.day +
           ((double)iso.ms / MS_OF_MINUTE - iso.zone_minutes) / MINUTES_OF_DAY;
}

double expr_to_number(const struct expr_value *v)
{
    switch (v->type) {
    case EXPR_STRING:
        return number_of_string(v->string);
    case EXPR_BOOLEAN:
        return v->boolean;
    default:
        return v->number;
    }
}

bool expr_to_boolean(const struct expr_value *v)
{
    switch (v->type) {
    case EXPR_STRING:
        return v->string[0] != '\0';
    case EXPR_BOOLEAN:
        return v->boolean;
    case EXPR_NUMBER:
        return fabs(v->number) > NEARLY;
    default:
        return true;
    }
}

/* The shortest digits that give the same number again; printf writes them with
 * an exponent, which the form language does not know, so the point is put
 * where it belongs. */
static const char *print_digits(double n, struct pool *pool)
{
    char text[40], *digits = text + 1;
    const char *sign = n < 0 ? "-" : "";
    int exponent, nr, precision = 1;

    do {
        snprintf(text, sizeof text, "%.*e", precision, fabs(n));
    } while (precision++ < 16 && strtod(text, NULL) != fabs(n));
    exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    nr = (int)(strchr(text, 'e') - digits);
    digits[0] = text[0]; /* where the point was */
    while (nr > 1 && digits[nr - 1] == '0')
        nr--;
    digits[nr] = '\0';
    if (exponent < 0)
        return pool_printf(pool, "%s0.%.*d%s", sign, -exponent - 1, 0, digits);
    if (exponent < nr - 1)
        return pool_printf(pool, "%s%.*s.%s", sign, exponent + 1, digits,
                           digits + exponent + 1);
    return pool_printf(pool, "%s%s%.*d", sign, digits, exponent - nr + 1, 0);
}

static const char *string_of_number(double n, struct pool *pool)
{
    if (isnan(n))
        return "NaN";
    if (isinf(n))
        return n < 0 ? "-Infinity" : "Infinity";
    if (fabs(n) < NEARLY)
        return "0";
    if (fabs(n) < 1e15 && fabs(n - nearbyint(n)) < NEARLY)
        return pool_printf(pool, "%.0f", nearbyint(n));
    return print_digits(n, pool);
}

const char *expr_to_string(const struct expr_value *v, struct pool *pool)
{
    switch (v->type) {
    case EXPR_BOOLEAN:
        return v->boolean ? "true" : "false";
    case EXPR_NUMBER:
        return string_of_number(v->number, pool);
    default:
        return v->string;
    }
}
