/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and cells of one worksheet. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/calendar.h"
#include "forms/xlsx_int.h"

enum {
    NUMBER_BYTES = 400, /* of a number without an exponent */
    DAY_1904 = 24107,   /* 1970-01-01 counted from there */
    DAY_1900 = 25569,
    LEAP_BUG = 60, /* day 60 of 1900 is a 29 February that never was */
    ROW_MAX = 1048576
};

struct sheet_reading {
    struct xlsx_reading *r;
    struct {
        struct csv_row *items;
        size_t nr, alloc;
    } rows;
    struct {
        const char **items; /* of the row being read; NULL: nothing there */
        size_t nr, alloc;
    } cells;
    unsigned row;    /* its number, from 1 */
    size_t column;   /* of the cell being read */
    char type[12];   /* of the cell: "s", "b", "inlineStr" */
    bool shows_date; /* its style does */
    bool in_value, in_inline, in_text, in_phonetic;
    bool column_seen; /* a cell beyond the last column was told */
};

/* ---- values ---- */

/* Without an exponent, and with no more digits than the program that saved
 * the file would show. */
static void print_number(double n, char out[NUMBER_BYTES])
{
    char *end;

    if (n == floor(n)) {
        snprintf(out, NUMBER_BYTES, "%.0f", n == 0 ? 0.0 : n);
        return;
    }
    snprintf(out, NUMBER_BYTES, "%.15g", n);
    if (strchr(out, 'e') == NULL)
        return;
    snprintf(out, NUMBER_BYTES, "%.20f", n);
    for (end = out + strlen(out); end[-1] == '0';)
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

/* Days since 1970-01-01 of a spreadsheet's day. */
static int64_t unix_day(const struct sheet_reading *s, double serial)
{
    int64_t n = (int64_t)floor(serial);

    if (s->r->from_1904)
        return n - DAY_1904;
    return n - DAY_1900 + (n < LEAP_BUG);
}

/* "2024-05-01", "2024-05-01T08:30:00" or, below one day, "08:30:00". */
static bool print_date(const struct sheet_reading *s, double serial,
                       char out[NUMBER_BYTES])
{
    char day[CALENDAR_TEXT_BYTES] = "";
    int seconds = (int)lround((serial - floor(serial)) * 86400);
    int64_t n;

    if (seconds == 86400) {
        serial = floor(serial) + 1;
        seconds = 0;
    }
    n = unix_day(s, serial);
    if (n < CALENDAR_DAY_MIN || n > CALENDAR_DAY_MAX)
        return false;
    if (serial >= 1)
        calendar_print(CALENDAR_GREGORIAN, n, day);
    if (seconds == 0 && serial >= 1)
        snprintf(out, NUMBER_BYTES, "%s", day);
    else
        snprintf(out, NUMBER_BYTES, "%s%s%02d:%02d:%02d", day,
                 serial >= 1 ? "T" : "", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
    return true;
}

static bool take_number(struct sheet_reading *s, const char **out,
                        struct err *e)
{
    char text[NUMBER_BYTES], *end;
    double n = strtod(buf_text(&s->r->text), &end);

    if (end == buf_text(&s->r->text) || *end != '\0' || !isfinite(n))
        return xlsx_take_text(s->r, out, e);
    if (!s->shows_date || n < 0 || n > 1e7 || !print_date(s, n, text))
        print_number(n, text);
    buf_clear(&s->r->text);
    buf_add_str(&s->r->text, text);
    return xlsx_take_text(s->r, out, e);
}

static bool take_shared(struct sheet_reading *s, const char **out,
                        struct err *e)
{
    int64_t i;

    if (!str_to_int(buf_text(&s->r->text), 0, (int64_t)s->r->strings.nr - 1,
                    &i))
        return err_set(e, ERR_INPUT,
                       _("Row %u: the text of a cell is missing in the "
                         "workbook"),
                       s->row);
    *out = s->r->strings.items[i];
    /* one long text in very many cells is copied as often later */
    if (strlen(*out) > s->r->text_left)
        return err_set(e, ERR_FULL,
                       _("The workbook holds more than %d megabytes of text"),
                       BOOK_TEXT_BYTES_MAX >> 20);
    s->r->text_left -= strlen(*out);
    buf_clear(&s->r->text);
    return true;
}

static bool take_boolean(struct sheet_reading *s, const char **out,
                         struct err *e)
{
    (void)e;
    *out = str_equal(buf_text(&s->r->text), "1") ? "TRUE" : "FALSE";
    buf_clear(&s->r->text);
    return true;
}

/* "#N/A" is what a formula shows that came to nothing. */
static bool take_error(struct sheet_reading *s, const char **out, struct err *e)
{
    (void)e;
    finding_add(s->r->list, FINDING_WARNING,
                FINDING_AT(s->r->sheet->name, s->row, ""),
                _("the formula in column %zu shows %.20s; it was read as "
                  "blank"),
                s->column + 1, buf_text(&s->r->text));
    *out = "";
    buf_clear(&s->r->text);
    return true;
}

static const struct {
    const char *type;
    bool (*take)(struct sheet_reading *s, const char **out, struct err *e);
} takes[] = {
    {"n", take_number},
    {"s", take_shared},
    {"b", take_boolean},
    {"e", take_error},
};

/* The text of the cell, whatever its type; what is none of the above is a
 * text as it stands: "str", "inlineStr", "d". */
static bool take_value(struct sheet_reading *s, const char **out, struct err *e)
{
    for (size_t i = 0; i < ARR_NR(takes); i++)
        if (str_equal(takes[i].type, s->type))
            return takes[i].take(s, out, e);
    return xlsx_take_text(s->r, out, e);
}

/* ---- cells ---- */

/* "AB12" to 27. XLSX_COLUMNS_MAX when it is beyond what is read. */
static size_t column_of(const char *ref)
{
    size_t n = 0;

    for (; isalpha((unsigned char)*ref); ref++) {
        n = 26 * n + (size_t)(toupper((unsigned char)*ref) - 'A') + 1;
        if (n > XLSX_COLUMNS_MAX)
            return XLSX_COLUMNS_MAX;
    }
    return n > 0 ? n - 1 : XLSX_COLUMNS_MAX;
}

static void begin_cell(struct sheet_reading *s, const char **attributes)
{
    const char *ref = xlsx_attribute(attributes, "r");
    const char *type = xlsx_attribute(attributes, "t");
    const char *style = xlsx_attribute(attributes, "s");
    int64_t n = 0;

    s->column = ref != NULL ? column_of(ref) : s->column + 1;
    str_copy(s->type, sizeof s->type, type != NULL ? type : "n");
    s->shows_date = style != NULL && str_to_int(style, 0, BOOK_CELLS_MAX, &n) &&
                    (size_t)n < s->r->date_styles.nr &&
                    s->r->date_styles.items[n];
    buf_clear(&s->r->text);
}

static void warn_column(struct sheet_reading *s)
{
    if (!s->column_seen)
        finding_add(s->r->list, FINDING_WARNING,
                    FINDING_AT(s->r->sheet->name, s->row, ""),
                    _("what stands beyond column %d is not read"),
                    XLSX_COLUMNS_MAX);
    s->column_seen = true;
}

static bool end_cell(struct sheet_reading *s, struct err *e)
{
    const char *text;

    if (s->r->text.size == 0 && !buf_failed(&s->r->text))
        return true; /* a cell that only has a colour */
    if (s->column >= XLSX_COLUMNS_MAX) {
        warn_column(s);
        buf_clear(&s->r->text);
        return true;
    }
    if (!take_value(s, &text, e))
        return false;
    while (s->cells.nr <= s->column) {
        if (s->r->cells_left == 0)
            return err_set(e, ERR_FULL, _("More than %d cells"),
                           BOOK_CELLS_MAX);
        s->r->cells_left--;
        ARR_PUSH(&s->cells) = "";
    }
    s->cells.items[s->column] = text;
    return true;
}

/* ---- rows ---- */

static bool begin_row(struct sheet_reading *s, const char **attributes,
                      struct err *e)
{
    const char *ref = xlsx_attribute(attributes, "r");
    int64_t n = (int64_t)s->row + 1;

    if ((ref != NULL && !str_to_int(ref, 1, ROW_MAX, &n)) || n > ROW_MAX)
        return err_set(e, ERR_INPUT, _("A row has no number"));
    s->row = (unsigned)n;
    s->column = CSV_NO_COLUMN; /* one before the first */
    s->cells.nr = 0;
    return true;
}

static bool row_is_blank(const struct sheet_reading *s)
{
    for (size_t i = 0; i < s->cells.nr; i++)
        if (!str_is_blank(s->cells.items[i]))
            return false;
    return true;
}

static bool end_row(struct sheet_reading *s, struct err *e)
{
    struct pool *pool = s->r->book->pool;

    if (row_is_blank(s))
        return true;
    if (s->rows.nr == CSV_ROWS_MAX)
        return err_set(e, ERR_FULL, _("More than %d rows"), CSV_ROWS_MAX);
    ARR_PUSH(&s->rows) = (struct csv_row){
        .cells = pool_copy(pool, s->cells.items,
                           s->cells.nr * sizeof *s->cells.items),
        .nr = s->cells.nr,
        .line = s->row,
    };
    s->cells.nr = 0;
    return true;
}

/* ---- elements ---- */

static bool on_start(void *arg, const char *name, const char **attributes,
                     struct err *e)
{
    struct sheet_reading *s = arg;

    if (str_equal(name, "row"))
        return begin_row(s, attributes, e);
    if (str_equal(name, "c"))
        begin_cell(s, attributes);
    s->in_inline |= str_equal(name, "is");
    s->in_phonetic |= str_equal(name, "rPh");
    s->in_value = str_equal(name, "v");
    s->in_text = str_equal(name, "t") && s->in_inline && !s->in_phonetic;
    return true;
}

static bool on_end(void *arg, const char *name, struct err *e)
{
    struct sheet_reading *s = arg;

    s->in_value = s->in_text = false;
    if (str_equal(name, "is"))
        s->in_inline = false;
    else if (str_equal(name, "rPh"))
        s->in_phonetic = false;
    else if (str_equal(name, "c"))
        return end_cell(s, e);
    else if (str_equal(name, "row"))
        return end_row(s, e);
    return true;
}

static void on_text(void *arg, const char *text, size_t n)
{
    struct sheet_reading *s = arg;

    if (s->in_value || s->in_text)
        buf_add(&s->r->text, text, n);
}

bool xlsx_read_rows(struct xlsx_reading *r, const struct zip_member *m,
                    struct book_sheet *sheet, struct err *e)
{
    static const struct xlsx_handler handler = {
        .start = on_start, .end = on_end, .text = on_text};
    struct sheet_reading s = {.r = r};
    bool ok;

    r->sheet = sheet;
    ok = xlsx_parse(r, m, &handler, &s, e);
    sheet->nr = s.rows.nr;
    sheet->rows = pool_copy(r->book->pool, s.rows.items,
                            s.rows.nr * sizeof *s.rows.items);
    ARR_RELEASE(&s.rows);
    ARR_RELEASE(&s.cells);
    return ok;
}
