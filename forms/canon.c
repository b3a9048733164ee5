/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/canon.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/form_int.h"
#include "forms/sidefile.h"

/* A column of the sheet that is made. */
struct made_column {
    enum form_column column; /* COLUMN_NR: the author's own */
    size_t from;             /* where its cells stand in the rows so far */
    const char *header;
};

struct made_sheet {
    struct pool *pool;
    struct {
        struct made_column *items;
        size_t nr, alloc;
    } columns;
    struct {
        struct csv_row *items;
        size_t nr, alloc;
    } rows;
};

/* ---- headers ---- */

/* "Amharic (am)" of "amharic", "am" or itself. */
static const char *print_lang(struct pool *pool, const char *text)
{
    char code[FORM_LANG_BYTES];
    size_t n = str_trim(&text);
    const char *own = pool_strn(pool, text, n);

    form_lang_code(own, code);
    if (str_equal(own, code) || str_equal(code, "default") ||
        strchr(own, '(') != NULL)
        return own;
    return pool_printf(pool, "%s (%s)", own, code);
}

static const char *print_header(struct pool *pool, const char *text,
                                enum form_column column, const char *lang)
{
    if (column == COLUMN_NR) {
        size_t n = str_trim(&text);
        return pool_strn(pool, text, n);
    }
    if (lang == NULL)
        return form_column_name(column);
    return pool_printf(pool, "%s::%s", form_column_name(column),
                       print_lang(pool, lang));
}

/* The name of the list stands first, what is not known last, the rest as the
 * columns are numbered; what is equal stays in the author's order. */
static int rank(const struct made_column *c)
{
    return c->column == COLUMN_LIST_NAME ? -1 : (int)c->column;
}

static void sort_columns(struct made_sheet *s)
{
    for (size_t i = 1; i < s->columns.nr; i++) {
        struct made_column c = s->columns.items[i];
        size_t at = i;
        for (; at > 0 && rank(&s->columns.items[at - 1]) > rank(&c); at--)
            s->columns.items[at] = s->columns.items[at - 1];
        s->columns.items[at] = c;
    }
}

static struct made_column *find_made(const struct made_sheet *s,
                                     const char *header)
{
    for (size_t i = 0; i < s->columns.nr; i++)
        if (str_equal(s->columns.items[i].header, header))
            return &s->columns.items[i];
    return NULL;
}

/* Columns on a sheet of choices may be called anything: only these mean what
 * they mean elsewhere. */
static enum form_column column_on(bool is_choices, enum form_column c)
{
    return !is_choices || c == COLUMN_LIST_NAME || c == COLUMN_NAME ||
                   c == COLUMN_LABEL || c == COLUMN_X_RETIRED
               ? c
               : COLUMN_NR;
}

/* The question that Kobo adds at each download; no author knows of it. */
static bool is_kobos_row(const struct csv_row *header,
                         const struct csv_row *row)
{
    return str_equal(csv_cell(row, csv_column(header, "name")),
                     "__version__") &&
           str_equal(csv_cell(row, csv_column(header, "type")), "calculate");
}

/* A column that stands in the header twice: the first one counts. */
static bool is_taken(const size_t *to, size_t nr, size_t column)
{
    for (size_t i = 0; i < nr; i++)
        if (to[i] == column)
            return true;
    return false;
}

/* Where the columns of this header go; new ones are added. */
static size_t *map_columns(struct made_sheet *s, const struct csv_row *header,
                           bool is_choices)
{
    size_t *to = mem_alloc(header->nr * sizeof *to);

    for (size_t i = 0; i < header->nr; i++) {
        const char *lang, *text = header->cells[i];
        enum form_column c = column_on(is_choices, form_header(text, &lang));
        struct made_column *found;

        to[i] = CSV_NO_COLUMN;
        if (str_is_blank(text) || form_is_kobos(text))
            continue;
        text = print_header(s->pool, text, c, lang);
        found = find_made(s, text);
        if (found == NULL) {
            to[i] = s->columns.nr;
            ARR_PUSH(&s->columns) =
                (struct made_column){.column = c, .header = text};
        } else if (!is_taken(to, i, (size_t)(found - s->columns.items))) {
            to[i] = (size_t)(found - s->columns.items);
        }
    }
    return to;
}

/* ---- cells ---- */

/* Texts show their line breaks; elsewhere a line break is only a blank. */
static const char *tidy_cell(struct pool *pool, const struct made_column *c,
                             const char *text)
{
    bool keeps = c->column == COLUMN_NR || form_column_has_langs(c->column);
    size_t n = str_trim(&text);
    struct buf b = BUF_INIT(2 * CSV_CELL_BYTES_MAX);
    struct pool *scratch = pool_new(); /* a long cell would stay thrice */
    const char *out;

    if (!keeps && c->column != COLUMN_DEFAULT &&
        c->column != COLUMN_FORM_TITLE) {
        bool mended = false;
        text = form_mend(scratch, pool_strn(scratch, text, n), &mended);
        n = strlen(text);
    }
    for (size_t i = 0; i < n; i++) {
        if (text[i] != '\n')
            buf_add_byte(&b, (uint8_t)text[i]);
        else
            buf_add_str(&b, keeps ? "\\n" : " ");
    }
    out = pool_strn(pool, buf_text(&b),
                    b.size < CSV_CELL_BYTES_MAX ? b.size : CSV_CELL_BYTES_MAX);
    buf_release(&b);
    pool_free(scratch);
    return out;
}

static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->nr; i++)
        if (!str_is_blank(row->cells[i]))
            return false;
    return true;
}

/* The rows of a sheet that is read, under the columns as they stand so far;
 * sorting moves the cells along. */
static void add_rows(struct made_sheet *s, const struct book_sheet *from,
                     const size_t *to)
{
    for (size_t i = 1; i < from->nr; i++) {
        const struct csv_row *row = &from->rows[i];
        const char **cells;
        struct csv_row made;

        if (is_kobos_row(&from->rows[0], row))
            continue;
        cells = pool_alloc(s->pool, s->columns.nr * sizeof *cells);
        for (size_t c = 0; c < s->columns.nr; c++)
            cells[c] = "";
        for (size_t c = 0; c < from->rows[0].nr; c++)
            if (to[c] != CSV_NO_COLUMN)
                cells[to[c]] = tidy_cell(s->pool, &s->columns.items[to[c]],
                                         csv_cell(row, c));
        made = (struct csv_row){.cells = cells, .nr = s->columns.nr};
        /* what stood only in columns that are left out leaves nothing */
        if (!is_blank(&made))
            ARR_PUSH(&s->rows) = made;
    }
}

static void add_sheet(struct made_sheet *s, const struct book_sheet *from,
                      bool is_choices)
{
    size_t *to;

    if (from == NULL || from->nr == 0)
        return;
    to = map_columns(s, &from->rows[0], is_choices);
    add_rows(s, from, to);
    mem_free(to);
}

/* A column that the sheet must have, with this text where it is blank. */
static void demand(struct made_sheet *s, enum form_column column,
                   const char *text)
{
    const char *header = form_column_name(column);
    struct made_column *c = find_made(s, header);
    size_t at = c != NULL ? (size_t)(c - s->columns.items) : s->columns.nr;

    if (c == NULL)
        ARR_PUSH(&s->columns) =
            (struct made_column){.column = column, .header = header};
    if (s->rows.nr == 0)
        ARR_PUSH(&s->rows) = (struct csv_row){.nr = 0};
    if (str_is_blank(csv_cell(&s->rows.items[0], at))) {
        const char **cells = pool_alloc(s->pool, s->columns.nr * sizeof *cells);
        for (size_t i = 0; i < s->columns.nr; i++)
            cells[i] = csv_cell(&s->rows.items[0], i);
        cells[at] = text;
        s->rows.items[0].cells = cells;
        s->rows.items[0].nr = s->columns.nr;
    }
}

/* ---- sheets ---- */

/* Numbers the columns, sorts them, and lays every row out anew. */
static void finish(struct made_sheet *s, struct book *out, const char *name)
{
    struct book_sheet made = {.name = name, .nr = s->rows.nr + 1};
    const char **header;

    if (s->columns.nr == 0)
        return;
    for (size_t i = 0; i < s->columns.nr; i++)
        s->columns.items[i].from = i;
    sort_columns(s);
    made.rows = pool_alloc(out->pool, made.nr * sizeof *made.rows);
    header = pool_alloc(out->pool, s->columns.nr * sizeof *header);
    for (size_t i = 0; i < s->columns.nr; i++)
        header[i] = s->columns.items[i].header;
    made.rows[0] =
        (struct csv_row){.cells = header, .nr = s->columns.nr, .line = 1};
    for (size_t r = 0; r < s->rows.nr; r++) {
        const char **cells =
            pool_alloc(out->pool, s->columns.nr * sizeof *cells);
        for (size_t i = 0; i < s->columns.nr; i++)
            cells[i] = csv_cell(&s->rows.items[r], s->columns.items[i].from);
        made.rows[r + 1] = (struct csv_row){
            .cells = cells, .nr = s->columns.nr, .line = (unsigned)r + 2};
    }
    ARR_PUSH(out) = made;
}

static void release(struct made_sheet *s)
{
    ARR_RELEASE(&s->columns);
    ARR_RELEASE(&s->rows);
}

static void make_sheet(const struct book *b, struct book *out, const char *name,
                       const char *id)
{
    struct made_sheet s = {.pool = out->pool};
    bool is_choices = str_equal(name, "choices");
    const struct book_sheet *from = book_find(b, name);

    add_sheet(&s, from, is_choices);
    if (is_choices)
        add_sheet(&s, book_find(b, "external_choices"), true);
    if (str_equal(name, "settings") && id != NULL) {
        demand(&s, COLUMN_FORM_ID, id);
        demand(&s, COLUMN_VERSION, "1");
    }
    if (s.rows.nr > 0 || from != NULL)
        finish(&s, out, name);
    release(&s);
}

/* A list of a file: its columns are the author's own. */
static void copy_file(const struct book_sheet *from, struct book *out)
{
    /* a cell without line breaks, and otherwise as it is */
    static const struct made_column own = {.column = COLUMN_DEFAULT};
    struct book_sheet s = {.name = pool_str(out->pool, from->name)};

    s.rows = pool_alloc(out->pool, from->nr * sizeof *s.rows);
    for (size_t i = 0; i < from->nr; i++) {
        const struct csv_row *row = &from->rows[i];
        size_t nr = from->rows[0].nr;
        const char **cells = pool_alloc(out->pool, nr * sizeof *cells);
        if (is_blank(row))
            continue;
        for (size_t c = 0; c < nr; c++)
            cells[c] = tidy_cell(out->pool, &own, csv_cell(row, c));
        s.rows[s.nr++] = (struct csv_row){cells, nr, (unsigned)s.nr + 1};
    }
    ARR_PUSH(out) = s;
}

struct book *canon_new(const struct book *b, const char *id)
{
    struct book *out = mem_alloc(sizeof *out);

    out->pool = pool_new();
    make_sheet(b, out, "survey", NULL);
    make_sheet(b, out, "choices", NULL);
    make_sheet(b, out, "settings", id);
    make_sheet(b, out, "entities", NULL);
    for (size_t i = 0; i < b->nr; i++)
        if (sidefile_is_sheet(&b->items[i]))
            copy_file(&b->items[i], out);
    return out;
}
