/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both calendars go through the Julian day number, a count of days. The
 * Ethiopian one repeats every 1,461 days; the Gregorian one is counted in
 * whole years before 1 January of the year, leap days included.
 */
#include "forms/calendar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"

enum {
    YEAR_MAX = 9999,
    MONTHS_MAX = 13,
    PAGUME = 13,
    JDN_OF_DAY_0 = 2440588,     /* of 1970-01-01 */
    JDN_OF_ORDINAL_0 = 1721425, /* of the day before 0001-01-01 */
    JDN_ETHIOPIAN = 1723856,    /* from which four-year rounds are counted */
    FOUR_YEARS = 4 * 365 + 1,
    OFFSET_MAX = 100000, /* units a typed "+3d" may reach */
};

static const char *const latin[2][MONTHS_MAX] = {
    [CALENDAR_GREGORIAN] = {"January", "February", "March", "April", "May",
                            "June", "July", "August", "September", "October",
                            "November", "December", "?"},
    [CALENDAR_ETHIOPIAN] = {"Meskerem", "Tikimt", "Hidar", "Tahsas", "Tir",
                            "Yekatit", "Megabit", "Miyazya", "Ginbot", "Sene",
                            "Hamle", "Nehase", "Pagume"},
};

static const char *const ethiopic[2][MONTHS_MAX] = {
    [CALENDAR_GREGORIAN] = {"ጃንዩወሪ", "ፌብሩወሪ", "ማርች", "ኤፕሪል", "ሜይ", "ጁን", "ጁላይ",
                            "ኦገስት", "ሴፕቴምበር", "ኦክቶበር", "ኖቬምበር", "ዲሴምበር", "?"},
    [CALENDAR_ETHIOPIAN] = {"መስከረም", "ጥቅምት", "ኅዳር", "ታኅሣሥ", "ጥር", "የካቲት",
                            "መጋቢት", "ሚያዝያ", "ግንቦት", "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን"},
};

/* 1970-01-01 was a Thursday, so day 0 comes first. */
static const char *const weekdays[2][7] = {
    {"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday",
     "Wednesday"},
    {"ሐሙስ", "ዓርብ", "ቅዳሜ", "እሑድ", "ሰኞ", "ማክሰኞ", "ረቡዕ"},
};

static bool is_leap(enum calendar c, int year)
{
    if (c == CALENDAR_ETHIOPIAN)
        return year % 4 == 3;
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int months_in_year(enum calendar c)
{
    return c == CALENDAR_ETHIOPIAN ? MONTHS_MAX : 12;
}

int calendar_days_in_month(enum calendar c, int year, int month)
{
    static const int gregorian[12] = {31, 28, 31, 30, 31, 30,
                                      31, 31, 30, 31, 30, 31};

    if (month < 1 || month > months_in_year(c))
        return 0;
    if (c == CALENDAR_ETHIOPIAN)
        return month < PAGUME ? 30 : 5 + is_leap(c, year);
    return gregorian[month - 1] + (month == 2 && is_leap(c, year));
}

static int64_t gregorian_ordinal_before(int64_t year)
{
    int64_t past = year - 1;

    return 365 * past + past / 4 - past / 100 + past / 400;
}

static int64_t jdn_from_date(enum calendar c, struct calendar_date d)
{
    int64_t year = d.year, days = 0;

    if (c == CALENDAR_ETHIOPIAN)
        return JDN_ETHIOPIAN + 365 + 365 * (year - 1) + year / 4 +
               30 * d.month + d.day - 31;
    for (int month = 1; month < d.month; month++)
        days += calendar_days_in_month(c, d.year, month);
    return JDN_OF_ORDINAL_0 + gregorian_ordinal_before(year) + days + d.day;
}

bool calendar_to_day(enum calendar c, struct calendar_date d, int64_t *day)
{
    if (d.year < 1 || d.year > YEAR_MAX || d.day < 1 ||
        d.day > calendar_days_in_month(c, d.year, d.month))
        return false;
    *day = jdn_from_date(c, d) - JDN_OF_DAY_0;
    return true;
}

static struct calendar_date ethiopian_from_jdn(int64_t jdn)
{
    int64_t rounds = (jdn - JDN_ETHIOPIAN) / FOUR_YEARS;
    int64_t left = (jdn - JDN_ETHIOPIAN) % FOUR_YEARS;
    int64_t of_year = left % 365 + 365 * (left / (FOUR_YEARS - 1));

    return (struct calendar_date){
        .year = (int)(4 * rounds + left / 365 - left / (FOUR_YEARS - 1)),
        .month = (int)(of_year / 30 + 1),
        .day = (int)(of_year % 30 + 1),
    };
}

static struct calendar_date gregorian_from_jdn(int64_t jdn)
{
    int64_t ordinal = jdn - JDN_OF_ORDINAL_0;
    int64_t year = ordinal * 400 / 146097 + 2; /* at most two too late */
    struct calendar_date d = {.month = 1};

    while (gregorian_ordinal_before(year) >= ordinal)
        year--;
    d.year = (int)year;
    d.day = (int)(ordinal - gregorian_ordinal_before(year));
    while (d.day > calendar_days_in_month(CALENDAR_GREGORIAN, d.year, d.month))
        d.day -= calendar_days_in_month(CALENDAR_GREGORIAN, d.year, d.month++);
    return d;
}

struct calendar_date calendar_from_day(enum calendar c, int64_t day)
{
    int64_t first = 0, last = 0;
    struct calendar_date start = {1, 1, 1}, end = {YEAR_MAX, 1, 1};

    end.month = months_in_year(c);
    end.day = calendar_days_in_month(c, end.year, end.month);
    if (!calendar_to_day(c, start, &first) || !calendar_to_day(c, end, &last))
        return start;
    if (day < first)
        return start;
    if (day > last)
        return end;
    return c == CALENDAR_ETHIOPIAN ? ethiopian_from_jdn(day + JDN_OF_DAY_0)
                                   : gregorian_from_jdn(day + JDN_OF_DAY_0);
}

void calendar_print(enum calendar c, int64_t day, char out[CALENDAR_TEXT_BYTES])
{
    struct calendar_date d = calendar_from_day(c, day);

    snprintf(out, CALENDAR_TEXT_BYTES, "%04d-%02d-%02d", d.year % 10000,
             d.month % 100, d.day % 100);
}

const char *calendar_month_name(enum calendar c, int month, const char *lang)
{
    if (month < 1 || month > MONTHS_MAX)
        return "?";
    return str_equal(lang, "am") ? ethiopic[c][month - 1] : latin[c][month - 1];
}

const char *calendar_weekday_name(int64_t day, const char *lang)
{
    return weekdays[str_equal(lang, "am")][(day % 7 + 7) % 7];
}

void calendar_print_words(enum calendar c, int64_t day, const char *lang,
                          char out[CALENDAR_WORDS_BYTES])
{
    struct calendar_date d = calendar_from_day(c, day);

    snprintf(out, CALENDAR_WORDS_BYTES, "%d %s %d", d.day,
             calendar_month_name(c, d.month, lang), d.year);
}

/* ---- reading ---- */

/* Up to digits_max digits at *s, which moves behind them; -1 when none. */
static int take_number(const char **s, int digits_max)
{
    int n = 0, digits = 0;

    for (; isdigit((unsigned char)**s) && digits < digits_max; digits++)
        n = 10 * n + (*(*s)++ - '0');
    return digits == 0 || isdigit((unsigned char)**s) ? -1 : n;
}

static bool take_char(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

static bool refuse_day(enum calendar c, struct calendar_date d, struct err *e)
{
    int days = calendar_days_in_month(c, d.year, d.month);

    if (d.year < 1 || d.year > YEAR_MAX)
        return err_set(e, ERR_INPUT,
                       _("%04d-%02d-%02d does not exist: years go from 1 to "
                         "9999"),
                       d.year, d.month, d.day);
    if (days == 0)
        return err_set(e, ERR_INPUT,
                       _("%04d-%02d-%02d does not exist: months go from 1 to "
                         "%d"),
                       d.year, d.month, d.day, months_in_year(c));
    return err_set(e, ERR_INPUT,
                   /* TRANSLATORS: a date, a month, a year, days in it */
                   _("%04d-%02d-%02d does not exist: %s %d has %d days"),
                   d.year, d.month, d.day, calendar_month_name(c, d.month, ""),
                   d.year, days);
}

static bool take_iso(const char *s, struct calendar_date *d)
{
    return (d->year = take_number(&s, 4)) >= 0 && take_char(&s, '-') &&
           (d->month = take_number(&s, 2)) >= 0 && take_char(&s, '-') &&
           (d->day = take_number(&s, 2)) >= 0 && *s == '\0';
}

bool calendar_parse(enum calendar c, const char *s, int64_t *day, struct err *e)
{
    struct calendar_date d = {0, 0, 0};

    if (!take_iso(s, &d))
        return err_set(e, ERR_INPUT,
                       _("This is no date: write year-month-day, such as "
                         "2019-03-12"));
    return calendar_to_day(c, d, day) || refuse_day(c, d, e);
}

/* D, D/M or D/M/Y, what is missing being that of today. */
static bool take_slashed(const char *s, struct calendar_date *d)
{
    if ((d->day = take_number(&s, 2)) < 0)
        return false;
    if (*s == '\0')
        return true;
    if (!take_char(&s, '/') || (d->month = take_number(&s, 2)) < 0)
        return false;
    if (*s == '\0')
        return true;
    return take_char(&s, '/') && (d->year = take_number(&s, 4)) >= 0 &&
           *s == '\0';
}

static bool add_months(enum calendar c, int64_t from, int64_t months,
                       int64_t *day)
{
    struct calendar_date d = calendar_from_day(c, from);
    int64_t count;
    int days;

    if (d.month == PAGUME) {
        d.month = PAGUME - 1;
        d.day = 30;
    }
    count = (int64_t)d.year * 12 + d.month - 1 + months;
    if (count < 12 || count / 12 > YEAR_MAX)
        return false;
    d.year = (int)(count / 12);
    d.month = (int)(count % 12) + 1;
    days = calendar_days_in_month(c, d.year, d.month);
    if (d.day > days)
        d.day = days;
    return calendar_to_day(c, d, day);
}

/* "+3d", "-2w", "+1m", "+1y", and after T also "-1" for days; *ok tells
 * whether that day exists. False when s is nothing of the kind. */
static bool take_offset(enum calendar c, const char *s, int64_t today,
                        int64_t *day, bool *ok)
{
    static const struct {
        char letter;
        int days, months;
    } units[] = {
        {'d', 1, 0}, {'w', 7, 0}, {'m', 0, 1}, {'y', 0, 12}, {'\0', 1, 0}};
    int sign = *s == '-' ? -1 : 1, n;

    if (*s != '-' && *s != '+')
        return false;
    s++;
    if ((n = take_number(&s, 5)) < 0 || n > OFFSET_MAX)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (*s != units[i].letter || (*s != '\0' && s[1] != '\0'))
            continue;
        *day = today + (int64_t)sign * n * units[i].days;
        *ok = units[i].months == 0 ||
              add_months(c, today, (int64_t)sign * n * units[i].months, day);
        return true;
    }
    return false;
}

/* Lower-case, without blanks at the ends and without the letter that chooses
 * a calendar for this entry. False when it is far too long for a date. */
static bool tidy(const char *s, enum calendar *c, char *out, size_t out_bytes)
{
    size_t n = str_trim(&s);

    if (n == 0 || n >= out_bytes)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)tolower((unsigned char)s[i]);
    if (n > 1 && (out[n - 1] == 'g' || out[n - 1] == 'e'))
        *c = out[--n] == 'g' ? CALENDAR_GREGORIAN : CALENDAR_ETHIOPIAN;
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return n > 0;
}

bool calendar_parse_typed(enum calendar c, const char *s, int64_t today,
                          int64_t *day, struct err *e)
{
    char text[24];
    struct calendar_date d;
    bool ok = true;

    if (!tidy(s, &c, text, sizeof text))
        goto unclear;
    if (str_equal(text, "t")) {
        *day = today;
        return true;
    }
    if (take_offset(c, text + (text[0] == 't'), today, day, &ok)) {
        if (ok && *day >= CALENDAR_DAY_MIN && *day <= CALENDAR_DAY_MAX)
            return true;
        return err_set(e, ERR_INPUT, _("That is too many days from today"));
    }
    d = calendar_from_day(c, today);
    if (take_iso(text, &d) ||
        (d = calendar_from_day(c, today), take_slashed(text, &d)))
        return calendar_to_day(c, d, day) || refuse_day(c, d, e);
unclear:
    return err_set(e, ERR_INPUT,
                   _("This is no date: type day/month/year, year-month-day, T "
                     "for today or T-1 for yesterday"));
}

int calendar_years_between(int64_t from, int64_t to)
{
    struct calendar_date a = calendar_from_day(CALENDAR_GREGORIAN, from);
    struct calendar_date b = calendar_from_day(CALENDAR_GREGORIAN, to);
    bool before = b.month < a.month || (b.month == a.month && b.day < a.day);

    return b.year - a.year - before;
}
