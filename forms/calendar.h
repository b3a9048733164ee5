/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CALENDAR_H
#define FORMS_CALENDAR_H
/*
 * Days and the two calendars. A day is a count since 1970-01-01 (Gregorian
 * 1970-01-01 is 0); that is what is stored. The Ethiopian calendar has twelve
 * months of 30 days and Pagume with 5, 6 when year % 4 == 3, without a century
 * exception. Method and test pairs: domain.md 7.4. Pure; no locale, no clock.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum calendar { CALENDAR_GREGORIAN, CALENDAR_ETHIOPIAN };

struct calendar_date {
    int year, month, day; /* month and day from 1 */
};

enum {
    CALENDAR_TEXT_BYTES = 16,   /* "2026-11-21" and room */
    CALENDAR_WORDS_BYTES = 64,  /* "12 Hidar 2019" in any language */
    CALENDAR_DAY_MIN = -719162, /* 0001-01-01, Gregorian */
    CALENDAR_DAY_MAX = 2932896, /* 9999-12-31, Gregorian */
};

/* False when the day does not exist in that calendar, or the year is outside
 * 1 to 9999. */
bool calendar_to_day(enum calendar c, struct calendar_date d, int64_t *day);
/* A day before year 1 or after year 9999 gives the first or last there is. */
struct calendar_date calendar_from_day(enum calendar c, int64_t day);

int calendar_days_in_month(enum calendar c, int year, int month);

/* "2019-03-12": ISO digits in that calendar. */
void calendar_print(enum calendar c, int64_t day,
                    char out[CALENDAR_TEXT_BYTES]);

/* "12 Hidar 2019"; lang "am" gives Ethiopic month names, else Latin ones. */
void calendar_print_words(enum calendar c, int64_t day, const char *lang,
                          char out[CALENDAR_WORDS_BYTES]);

/* Exactly Y-M-D in that calendar (1 to 4, 1 to 2 and 1 to 2 digits). The
 * sentence says why an impossible day is refused: "2016-13-06 does not exist:
 * Pagume 2016 has 5 days". */
bool calendar_parse(enum calendar c, const char *s, int64_t *day,
                    struct err *e);

/* What a clerk types in a date field, read in that calendar: Y-M-D, D/M/Y,
 * D/M and D (year, month of today), T for today, T-1, T+3, +3d, -2w, +1m. A
 * trailing "g" or "e" chooses the other calendar for this one entry. Adding
 * months keeps the day where it can; the days of Pagume are no month. */
bool calendar_parse_typed(enum calendar c, const char *s, int64_t today,
                          int64_t *day, struct err *e);

/* The name of a month (from 1) or of a day's weekday; "am" gives Ethiopic, else
 * Latin letters. Never NULL: "?" beyond the last month. */
const char *calendar_month_name(enum calendar c, int month, const char *lang);
const char *calendar_weekday_name(int64_t day, const char *lang);

/* Whole years between two days by the Gregorian calendar (age). */
int calendar_years_between(int64_t from, int64_t to);

#endif
