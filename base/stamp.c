/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* 0001-01-01 and 9999-12-31: what four digits of a year can say */
static const int64_t first_ms = INT64_C(-62135596800000);
static const int64_t last_ms = INT64_C(253402300799999);

static int64_t system_now_ms(void *arg)
{
    const char *given = getenv("HOMEWARD_NOW");
    struct timespec now;
    int64_t at_ms;

    (void)arg;
    if (given && stamp_parse_iso(given, &at_ms))
        return at_ms;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct stamp_source stamp_system(void)
{
    return (struct stamp_source){system_now_ms, NULL};
}

static int64_t fixed_now_ms(void *arg)
{
    const int64_t *now_ms = arg;

    return *now_ms;
}

struct stamp_source stamp_fixed(int64_t *now_ms)
{
    return (struct stamp_source){fixed_now_ms, now_ms};
}

int64_t stamp_now_ms(const struct stamp_source *s)
{
    return s->now_ms(s->arg);
}

/* Division that rounds down, also before 1970; *rest is never negative. */
static int64_t divide(int64_t n, int64_t by, int64_t *rest)
{
    *rest = n % by;
    if (*rest < 0)
        *rest += by;
    return (n - *rest) / by;
}

/* Splits into whole seconds and milliseconds, kept within four-digit years. */
static time_t seconds_of(int64_t at_ms, int64_t *rest_ms)
{
    if (at_ms < first_ms)
        at_ms = first_ms;
    if (at_ms > last_ms)
        at_ms = last_ms;
    return (time_t)divide(at_ms, 1000, rest_ms);
}

int64_t stamp_local_day(int64_t at_ms)
{
    int64_t rest;
    time_t seconds = seconds_of(at_ms, &rest);
    struct tm tm;

    localtime_r(&seconds, &tm);
    return divide(((int64_t)seconds + tm.tm_gmtoff) * 1000, DAY_MS, &rest);
}

int stamp_zone_minutes(int64_t at_ms)
{
    int64_t rest;
    time_t seconds = seconds_of(at_ms, &rest);
    struct tm tm;

    localtime_r(&seconds, &tm);
    return (int)(tm.tm_gmtoff / 60);
}

void stamp_print_iso(int64_t at_ms, char out[STAMP_ISO_BYTES])
{
    int64_t rest;
    time_t seconds = seconds_of(at_ms, &rest);
    struct tm tm;
    size_t n;

    gmtime_r(&seconds, &tm);
    /* not strftime's year: it pads with blanks in some C libraries */
    n = (size_t)snprintf(out, STAMP_ISO_BYTES, "%04ld",
                         (long)tm.tm_year + 1900);
    n += strftime(out + n, STAMP_ISO_BYTES - n, "-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, STAMP_ISO_BYTES - n, ".%03dZ", (int)rest);
}

void stamp_print_local(int64_t at_ms, char out[STAMP_ISO_BYTES])
{
    int64_t rest;
    time_t seconds = seconds_of(at_ms, &rest);
    struct tm tm;
    size_t n;

    localtime_r(&seconds, &tm);
    n = (size_t)snprintf(out, STAMP_ISO_BYTES, "%04ld",
                         (long)tm.tm_year + 1900);
    strftime(out + n, STAMP_ISO_BYTES - n, "-%m-%d %H:%M", &tm);
}

/* Exactly nr digits within [min, max], or false. Moves *s behind them. */
static bool take(const char **s, int nr, int min, int max, int *out)
{
    int n = 0;

    for (; nr; nr--, (*s)++) {
        if (**s < '0' || **s > '9')
            return false;
        n = 10 * n + (**s - '0');
    }
    *out = n;
    return n >= min && n <= max;
}

static bool take_char(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

static bool take_date(const char **s, struct tm *tm)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    int year, month, day, length;
    bool leap;

    if (!take(s, 4, 1, 9999, &year) || !take_char(s, '-') ||
        !take(s, 2, 1, 12, &month) || !take_char(s, '-'))
        return false;
    leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    length = lengths[month - 1] + (month == 2 && leap);
    if (!take(s, 2, 1, length, &day))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return true;
}

/* hh:mm, then :ss, then a fraction of which three digits count. */
static bool take_time(const char **s, struct tm *tm, int *ms)
{
    int place, digit;

    if (!take(s, 2, 0, 23, &tm->tm_hour) || !take_char(s, ':') ||
        !take(s, 2, 0, 59, &tm->tm_min))
        return false;
    if (!take_char(s, ':'))
        return true;
    if (!take(s, 2, 0, 59, &tm->tm_sec))
        return false;
    if (!take_char(s, '.'))
        return true;
    for (place = 100; take(s, 1, 0, 9, &digit); place /= 10)
        *ms += place * digit;
    return place < 100; /* at least one digit */
}

/* Z or +hh:mm, in seconds east of Greenwich. */
static bool take_zone(const char **s, int *east)
{
    int sign = **s == '-' ? -1 : 1, hours, minutes;

    *east = 0;
    if (take_char(s, 'Z'))
        return true;
    if (!take_char(s, '+') && !take_char(s, '-'))
        return false;
    if (!take(s, 2, 0, 23, &hours) || !take_char(s, ':') ||
        !take(s, 2, 0, 59, &minutes))
        return false;
    *east = sign * (hours * 60 + minutes) * 60;
    return true;
}

bool stamp_parse_iso(const char *s, int64_t *at_ms)
{
    struct tm tm = {.tm_isdst = -1};
    int ms = 0, east;

    if (!take_date(&s, &tm))
        return false;
    if (!*s) {
        *at_ms = (int64_t)mktime(&tm) * 1000;
        return true;
    }
    if (!take_char(&s, 'T') || !take_time(&s, &tm, &ms) ||
        !take_zone(&s, &east) || *s)
        return false;
    *at_ms = ((int64_t)timegm(&tm) - east) * 1000 + ms;
    return true;
}
