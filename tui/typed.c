/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/typed.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/answer.h"
#include "store/hash.h"

enum { MS_A_MINUTE = 60000, MINUTES_A_DAY = 1440, SHORT_BYTES = 64 };

/* What is typed and kept at one field; a row of the table is made of these. */
struct typing {
    const struct entry_style *style;
    const struct field *field;
    const char *text; /* trimmed */
};

/* Through the type's own check and back: the answer as it is always written. */
static bool take_canonical(const struct typing *t, const char *answer,
                           struct buf *out, struct err *e)
{
    struct pool *pool = pool_new();
    struct value v;
    bool good = answer_to_value(t->field, answer, pool, &v, e);

    if (good)
        buf_add_str(out, answer_from_value(t->field, &v, pool));
    pool_free(pool);
    return good;
}

static bool take_plain(const struct typing *t, struct buf *out, struct err *e)
{
    return take_canonical(t, t->text, out, e);
}

/* ---- times of the day ---- */

static int digits_at(const char **s, int most)
{
    int n = -1, nr = 0;

    for (; nr < most && isdigit((unsigned char)**s); ++*s, nr++)
        n = 10 * (n < 0 ? 0 : n) + (**s - '0');
    return n;
}

/* "3:30d", in the day, is half past nine in the morning; "3:30n", in the
 * night, in the evening. */
static bool count_from_six(char sign, int *hours)
{
    sign = (char)tolower((unsigned char)sign);
    if (sign == '\0')
        return true;
    if ((sign != 'd' && sign != 'n') || *hours < 1 || *hours > 12)
        return false;
    *hours = (*hours % 12 + (sign == 'd' ? 6 : 18)) % 24;
    return true;
}

/* "14:30", "14.30", "1430", "9", "3:30d": minutes of the day. */
static bool read_time(const char *s, int *minutes)
{
    size_t nr = strspn(s, "0123456789");
    int hours = digits_at(&s, nr > 2 ? (int)nr - 2 : 2), rest = 0;

    if (nr > 2)
        rest = digits_at(&s, 2);
    else if (*s == ':' || *s == '.') {
        s++;
        rest = digits_at(&s, 2);
    }
    if (nr == 0 || nr > 4 || rest < 0 || rest > 59 || hours > 23 ||
        (*s != '\0' && s[1] != '\0') || !count_from_six(*s, &hours))
        return false;
    *minutes = 60 * hours + rest;
    return true;
}

static bool take_time(const struct typing *t, struct buf *out, struct err *e)
{
    char text[SHORT_BYTES];
    int minutes;

    if (!read_time(t->text, &minutes))
        return take_plain(t, out, e);
    snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
    return take_canonical(t, text, out, e);
}

/* "14:30:00.000+03:00" as "14:30": seconds only where there are some. */
static void show_time(const struct typing *t, struct buf *out)
{
    const char *s = t->text;
    size_t whole = strcspn(s, ".+-Z");

    if (whole == 8 && strncmp(s + 5, ":00", 3) == 0)
        whole = 5;
    buf_add(out, s, whole);
}

static const char *words_of_time(const struct typing *t, struct pool *pool)
{
    int minutes = 0, hours;
    char hour_text[6];

    str_copy(hour_text, sizeof hour_text, t->text);
    if (t->style->calendar != CALENDAR_ETHIOPIAN ||
        !read_time(hour_text, &minutes))
        return "";
    hours = (minutes / 60 + 6) % 12;
    if (hours == 0)
        hours = 12;
    if (minutes >= 6 * 60 && minutes < 18 * 60)
        /* TRANSLATORS: a time by the clock that counts from six in the
         * morning: 3:30 in the day is half past nine */
        return pool_printf(pool, _("= %d:%02d in the day, Ethiopian clock"),
                           hours, minutes % 60);
    return pool_printf(pool, _("= %d:%02d in the night, Ethiopian clock"),
                       hours, minutes % 60);
}

/* ---- a day with a time ---- */

/* "12/3/2019 14:30": the day as in a field of days. */
static bool take_moment(const struct typing *t, struct buf *out, struct err *e)
{
    const char *gap = strrchr(t->text, ' ');
    char day_text[SHORT_BYTES], date[CALENDAR_TEXT_BYTES], text[SHORT_BYTES];
    int minutes, zone;
    int64_t day, at_ms;

    if (gap == NULL || (size_t)(gap - t->text) >= sizeof day_text)
        return err_set(e, ERR_INPUT,
                       _("Type the day, a blank and the time: T 14:30"));
    str_copy(day_text, (size_t)(gap - t->text) + 1, t->text);
    if (!calendar_parse_typed(t->style->calendar, day_text, t->style->today,
                              &day, e))
        return false;
    if (!read_time(gap + 1, &minutes))
        return err_set(e, ERR_INPUT,
                       _("This is no time of the day: type it as 14:30"));
    calendar_print(CALENDAR_GREGORIAN, day, date);
    at_ms = (day * MINUTES_A_DAY + minutes) * MS_A_MINUTE;
    zone = stamp_zone_minutes(at_ms);
    snprintf(text, sizeof text, "%sT%02d:%02d:00.000%c%02d:%02d", date,
             minutes / 60, minutes % 60, zone < 0 ? '-' : '+',
             (zone < 0 ? -zone : zone) / 60, (zone < 0 ? -zone : zone) % 60);
    return take_canonical(t, text, out, e);
}

/* The day of a moment, and where its time stands; NULL: it is none. */
static const char *split_moment(const char *answer, int64_t *day)
{
    struct err ignored = ERR_INIT;
    char date[CALENDAR_TEXT_BYTES];
    size_t n = strcspn(answer, "T");

    if (answer[n] != 'T' || n + 1 > sizeof date)
        return NULL;
    str_copy(date, n + 1, answer);
    return calendar_parse(CALENDAR_GREGORIAN, date, day, &ignored)
               ? answer + n + 1
               : NULL;
}

static void show_moment(const struct typing *t, struct buf *out)
{
    struct typing time = *t;
    char date[CALENDAR_TEXT_BYTES];
    int64_t day;

    time.text = split_moment(t->text, &day);
    if (time.text == NULL) {
        buf_add_str(out, t->text);
        return;
    }
    calendar_print(t->style->calendar, day, date);
    buf_printf(out, "%s ", date);
    show_time(&time, out);
}

static const char *words_of_moment(const struct typing *t, struct pool *pool)
{
    char words[CALENDAR_WORDS_BYTES];
    enum calendar other = t->style->calendar == CALENDAR_ETHIOPIAN
                              ? CALENDAR_GREGORIAN
                              : CALENDAR_ETHIOPIAN;
    const struct form *f = t->style->form;
    int64_t day;

    if (split_moment(t->text, &day) == NULL)
        return "";
    calendar_print_words(other, day,
                         f->langs_nr ? f->langs[t->style->lang] : "", words);
    return pool_printf(pool, "= %s", words);
}

/* ---- OK ---- */

static bool take_ok(const struct typing *t, struct buf *out, struct err *e)
{
    /* TRANSLATORS: words that mean OK when typed, with blanks between them */
    const char *words = _("ok yes y x");
    size_t n = strlen(t->text);

    for (const char *s = words; *s != '\0'; s += strcspn(s, " ")) {
        s += strspn(s, " ");
        if (n > 0 && strcspn(s, " ") == n && strncasecmp(s, t->text, n) == 0)
            return take_canonical(t, "OK", out, e);
    }
    return take_plain(t, out, e);
}

/* ---- an order ---- */

/* The one choice a word means: its code, its number in the list, the start of
 * its label. */
static const struct choice *choice_of(const struct typing *t, const char *word,
                                      size_t n)
{
    const struct choice_list *l = t->field->list;
    const struct choice *found = choice_find(l, word, n);
    char number[8];
    int64_t place;
    size_t nr = 0;

    str_copy(number, n < sizeof number ? n + 1 : sizeof number, word);
    if (found == NULL && n < sizeof number &&
        str_to_int(number, 1, (int64_t)l->nr, &place))
        return &l->items[place - 1];
    for (size_t i = 0; found == NULL && i < l->nr; i++)
        nr += strncasecmp(
                  choice_label(t->style->form, &l->items[i], t->style->lang),
                  word, n) == 0;
    for (size_t i = 0; nr == 1 && i < l->nr; i++)
        if (strncasecmp(
                choice_label(t->style->form, &l->items[i], t->style->lang),
                word, n) == 0)
            found = &l->items[i];
    return found;
}

static bool take_order(const struct typing *t, struct buf *out, struct err *e)
{
    struct buf codes = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    const char *s = t->text;
    bool good;

    for (s += strspn(s, " ,;"); *s != '\0'; s += strspn(s, " ,;")) {
        size_t n = strcspn(s, " ,;");
        const struct choice *c = choice_of(t, s, n);

        if (codes.size > 0)
            buf_add_byte(&codes, ' ');
        if (c != NULL)
            buf_add_str(&codes, c->name);
        else
            buf_add(&codes, s, n);
        s += n;
    }
    good = take_canonical(t, buf_text(&codes), out, e);
    buf_release(&codes);
    return good;
}

/* ---- files ---- */

/* The name of a file is what stands behind its last slash. */
static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool take_file(const struct typing *t, struct buf *out, struct err *e)
{
    struct buf bytes = BUF_INIT(TYPED_FILE_BYTES_MAX);
    struct err why = ERR_INIT;
    uint8_t h[HASH_BYTES];

    (void)e; /* a file that is not here is named all the same */
    buf_add_str(out, name_of(t->text));
    if (!str_equal(t->text, "-") && buf_read_file(&bytes, t->text, &why)) {
        hash_buf(h, "attachment", &bytes);
        buf_add_byte(out, ' ');
        for (size_t i = 0; i < TYPED_HASH_BYTES; i++)
            buf_printf(out, "%02x", h[i]);
    }
    buf_release(&bytes);
    return true;
}

/* Where the name ends: before the blank and the hash, if there is one. */
static size_t name_bytes(const char *answer)
{
    size_t n = strlen(answer);

    if (n > 2 * TYPED_HASH_BYTES &&
        answer[n - 2 * TYPED_HASH_BYTES - 1] == ' ' &&
        strspn(answer + n - 2 * TYPED_HASH_BYTES, "0123456789abcdef") ==
            2 * TYPED_HASH_BYTES)
        return n - 2 * TYPED_HASH_BYTES - 1;
    return n;
}

/* Whole, hash and all: so it can be left as it stands. */
static void show_file(const struct typing *t, struct buf *out)
{
    buf_add_str(out, t->text);
}

static const char *words_of_file(const struct typing *t, struct pool *pool)
{
    size_t n = name_bytes(t->text);

    if (t->text[n] != '\0')
        return pool_strn(pool, t->text, n);
    return _("no file of this name here: only the name is kept");
}

/* ---- the table ---- */

static void show_plain(const struct typing *t, struct buf *out)
{
    buf_add_str(out, t->text);
}

static const char *words_of_order(const struct typing *t, struct pool *pool)
{
    struct answer_style as = {.lang = t->style->lang};

    return answer_print(t->style->form, t->field, t->text, &as, pool);
}

static const struct row {
    enum field_type type;
    bool is_short;
    bool (*take)(const struct typing *t, struct buf *out, struct err *e);
    void (*show)(const struct typing *t, struct buf *out);
    const char *(*words)(const struct typing *t, struct pool *pool);
} rows[] = {
    {FIELD_TIME, true, take_time, show_time, words_of_time},
    {FIELD_MOMENT, true, take_moment, show_moment, words_of_moment},
    {FIELD_GEOPOINT, false, take_plain, show_plain, NULL},
    {FIELD_ACKNOWLEDGE, true, take_ok, show_plain, NULL},
    {FIELD_RANK, true, take_order, show_plain, words_of_order},
    {FIELD_FILE, true, take_file, show_file, words_of_file},
};

static const struct row *row_of(const struct field *d)
{
    for (size_t i = 0; i < ARR_NR(rows); i++)
        if (rows[i].type == d->type)
            return &rows[i];
    return NULL;
}

bool typed_is_of(const struct field *d)
{
    return row_of(d) != NULL;
}

bool typed_is_short(const struct field *d)
{
    const struct row *row = row_of(d);

    return row != NULL && row->is_short;
}

bool typed_take(const struct entry_style *style, const struct field *d,
                const char *text, struct buf *out, struct err *e)
{
    size_t n = str_trim(&text);
    char *trimmed = mem_copy_strn(text, n);
    struct typing t = {style, d, trimmed};
    struct buf answer = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    bool good = n == 0 || row_of(d)->take(&t, &answer, e);

    buf_add_str(out, good ? buf_text(&answer) : trimmed);
    buf_release(&answer);
    mem_free(trimmed);
    return good;
}

void typed_show(const struct entry_style *style, const struct field *d,
                const char *answer, struct buf *out)
{
    row_of(d)->show(&(struct typing){style, d, answer}, out);
}

const char *typed_words(const struct entry_style *style, const struct field *d,
                        const char *answer, struct pool *pool)
{
    const struct row *row = row_of(d);

    return *answer != '\0' && row->words != NULL
               ? row->words(&(struct typing){style, d, answer}, pool)
               : "";
}
