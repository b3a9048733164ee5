/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout is made whole and kept until something changes: a typed letter
 * costs no wrapping. Blocks are in the form's order, each some rows high.
 */
#include "tui/form_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "tui/wrap.h"

enum { NUMBER_COLS_MAX = 8 };

struct block {
    size_t field;
    int top, rows;     /* on the page; what is wrong included */
    int body;          /* rows of label and answer */
    int answer;        /* rows of the answer alone */
    const char *text;  /* label; the form's */
    const char *wrong; /* sentence, or NULL; in the pool */
    char mark;         /* '!' or ' ' */
    bool expected;     /* an answer is: `*` before it */
};

struct block_list {
    struct block *items;
    size_t nr, alloc;
};

struct form_page {
    const struct sitting *sitting;
    const struct entry_style *style;
    const struct canvas *canvas;
    struct pool *pool;  /* texts of this layout */
    const char *number; /* to stand before the next question; or NULL */
    struct block_list blocks;
    int cols, rows; /* of the window it was laid out for */
    int first;      /* row of the page at the top of the window */
    int total;      /* rows */
    bool stale;
};

struct form_page *form_page_new(const struct sitting *s,
                                const struct entry_style *style,
                                const struct canvas *c)
{
    struct form_page *p = mem_alloc(sizeof *p);

    p->sitting = s;
    p->style = style;
    p->canvas = c;
    p->cols = CANVAS_COLS_MIN;
    p->rows = CANVAS_ROWS_MIN;
    p->stale = true;
    return p;
}

void form_page_free(struct form_page *p)
{
    if (!p)
        return;
    pool_free(p->pool);
    ARR_RELEASE(&p->blocks);
    mem_free(p);
}

void form_page_expire(struct form_page *p)
{
    p->stale = true;
}

/* ---- stops ---- */

static bool is_typed_in(const struct sitting *s, size_t field)
{
    const struct field *d = &sitting_form(s)->fields[field];

    return field_holds_value(d) && !d->read_only;
}

size_t form_page_next(const struct sitting *s, size_t field)
{
    do
        field = record_next(sitting_record(s), field);
    while (field != FORM_ROOT && !is_typed_in(s, field));
    return field;
}

size_t form_page_prev(const struct sitting *s, size_t field)
{
    do
        field = record_prev(sitting_record(s), field);
    while (field != FORM_ROOT && !is_typed_in(s, field));
    return field;
}

/* ---- laying out ---- */

static int rows_of(const struct canvas *c, const char *text, int cols)
{
    size_t n = strlen(text), at = 0;
    int rows = 0;

    for (; at < n; rows++)
        at = wrap_next(c, text, n, at, cols).next;
    return rows > 0 ? rows : 1;
}

static int answer_col(void)
{
    return FORM_PAGE_MARGIN + FORM_PAGE_LABEL_COLS + FORM_PAGE_GAP;
}

static int answer_cols(const struct form_page *p)
{
    return p->cols - answer_col();
}

static void push(struct form_page *p, struct block b)
{
    b.top = p->total;
    p->total += b.rows;
    ARR_PUSH(&p->blocks) = b;
}

/* A blank row above, but for the first. A number ("S-1"), as standards within
 * a group have one, stands before the question itself. */
static void push_heading(struct form_page *p, size_t field)
{
    const struct field *d = &p->style->form->fields[field];
    const char *label = field_label(p->style->form, d, p->style->lang);
    struct block b = {.field = field, .mark = ' ', .text = label};

    if (d->labels[0] == NULL)
        return;
    if (d->depth > 0 &&
        canvas_columns(p->canvas, label, strlen(label)) <= NUMBER_COLS_MAX) {
        p->number = label;
        return;
    }
    b.body = b.rows = rows_of(p->canvas, label, p->cols - FORM_PAGE_MARGIN);
    p->total += p->total > 0;
    push(p, b);
}

static void push_note(struct form_page *p, size_t field)
{
    const struct field *d = &p->style->form->fields[field];
    struct block b = {.field = field, .mark = ' '};

    b.text = field_label(p->style->form, d, p->style->lang);
    b.body = b.rows =
        rows_of(p->canvas, b.text, p->cols - 2 * FORM_PAGE_MARGIN);
    push(p, b);
}

static const char *label_of(struct form_page *p, const struct field *d)
{
    const char *label = field_label(p->style->form, d, p->style->lang);

    if (p->number)
        label = pool_printf(p->pool, "%s  %s", p->number, label);
    p->number = NULL;
    return label;
}

static void push_question(struct form_page *p, size_t field)
{
    const struct record *r = sitting_record(p->sitting);
    struct block b = {.field = field, .mark = ' '};
    struct err problem = ERR_INIT;

    b.text = label_of(p, &p->style->form->fields[field]);
    b.expected = record_is_required(r, field);
    b.body = rows_of(p->canvas, b.text, FORM_PAGE_LABEL_COLS);
    b.answer = entry_rows(p->style, field, record_answer(r, field), p->canvas,
                          answer_cols(p));
    if (b.answer > b.body)
        b.body = b.answer;
    b.rows = b.body;
    if (entry_problem(p->style, r, field, &problem)) {
        b.wrong = pool_str(p->pool, problem.text);
        b.rows += rows_of(p->canvas, b.wrong, p->cols - 3 * FORM_PAGE_MARGIN);
    }
    if (b.wrong || sitting_clashes(p->sitting, field))
        b.mark = '!';
    push(p, b);
}

/* The headings around a question that nothing before it stood under. */
static void push_headings(struct form_page *p, size_t field, size_t *headed)
{
    const struct form *f = p->style->form;
    size_t around[FORM_DEPTH_MAX + 1], nr = 0;

    for (size_t g = f->fields[field].parent;
         g != FORM_ROOT && nr <= FORM_DEPTH_MAX; g = f->fields[g].parent)
        around[nr++] = g;
    while (nr-- > 0)
        if (*headed == FORM_ROOT || around[nr] > *headed) {
            push_heading(p, around[nr]);
            *headed = around[nr];
        }
}

static void lay_out(struct form_page *p)
{
    const struct form *f = p->style->form;
    const struct record *r = sitting_record(p->sitting);
    size_t headed = FORM_ROOT;

    pool_free(p->pool);
    p->pool = pool_new();
    p->number = NULL;
    p->blocks.nr = 0;
    p->total = 0;
    for (size_t i = record_next(r, FORM_ROOT); i != FORM_ROOT;
         i = record_next(r, i)) {
        push_headings(p, i, &headed);
        if (f->fields[i].type == FIELD_NOTE)
            push_note(p, i);
        else
            push_question(p, i);
    }
    p->stale = false;
}

/* ---- the window ---- */

static const struct block *find(const struct form_page *p, size_t field)
{
    for (size_t i = 0; i < p->blocks.nr; i++)
        if (p->blocks.items[i].field == field)
            return &p->blocks.items[i];
    return NULL;
}

/* Rows that should be seen together: the question with the headings and notes
 * before it, and the notes behind it, if all that fits. */
static void wanted(const struct form_page *p, const struct block *b, int *top,
                   int *end)
{
    const struct block *first = p->blocks.items;
    const struct block *last = first + p->blocks.nr - 1;
    const struct block *above = b, *below = b;

    while (above > first && !is_typed_in(p->sitting, above[-1].field))
        above--;
    while (below < last && !is_typed_in(p->sitting, below[1].field))
        below++;
    *top = above == first ? 0 : above->top;
    *end = below->top + below->rows;
    if (*end - *top > p->rows)
        *end = b->top + b->rows;
    if (*end - *top > p->rows)
        *top = b->top;
}

/* No question is cut at the upper edge, if that can be had. */
static void begin_whole(struct form_page *p, int latest)
{
    for (size_t i = 0; i < p->blocks.nr; i++) {
        const struct block *b = &p->blocks.items[i];
        int end = b->top + b->rows;

        if (b->top < p->first && end > p->first && end <= latest) {
            p->first = end;
            return;
        }
    }
}

static void follow(struct form_page *p, size_t focus)
{
    const struct block *b = find(p, focus);
    int top, end, most = p->total - p->rows;

    if (b) {
        wanted(p, b, &top, &end);
        if (top < p->first)
            p->first = end - p->rows / 2 < top ? end - p->rows / 2 : top;
        else if (end > p->first + p->rows)
            p->first = top - p->rows / 2;
        if (p->first > top)
            p->first = top;
        if (p->first < end - p->rows)
            p->first = end - p->rows;
    }
    if (p->first > most)
        p->first = most;
    if (p->first < 0)
        p->first = 0;
    if (b)
        begin_whole(p, top);
}

static const struct block *neighbour(const struct form_page *p,
                                     const struct block *b, bool down)
{
    size_t i = (size_t)(b - p->blocks.items);

    if (down)
        return i + 1 < p->blocks.nr ? b + 1 : NULL;
    return i > 0 ? b - 1 : NULL;
}

/* PgDn may come before a paint, so the layout is not taken for granted. */
size_t form_page_leap(struct form_page *p, size_t focus, bool down)
{
    const struct block *from, *b;
    size_t to = focus;

    if (p->stale)
        lay_out(p);
    from = find(p, focus);
    for (b = from; b; b = neighbour(p, b, down)) {
        if (abs(b->top - from->top) > p->rows)
            break;
        if (is_typed_in(p->sitting, b->field))
            to = b->field;
    }
    return to;
}

/* ---- drawing ---- */

/* Rows of a text from that row and column on, those that are in the window. */
static void draw_text(struct canvas *c, struct area window, struct span at,
                      enum role role, const char *text)
{
    size_t n = strlen(text), done = 0;

    for (; done < n; at.row++) {
        struct wrap_line line = wrap_next(c, text, n, done, at.width);

        if (at.row >= window.row && at.row < window.row + window.rows)
            canvas_putn(c, at, role, text + line.start, line.end - line.start);
        done = line.next;
    }
}

static void draw_question(const struct form_page *p, struct canvas *c,
                          struct area a, const struct block *b,
                          struct entry *entry)
{
    int row = a.row + b->top - p->first, left = a.col + FORM_PAGE_MARGIN;
    struct area answer = {row, a.col + answer_col(), b->answer, answer_cols(p)};
    char mark[2] = {b->mark, '\0'};
    bool above = row < a.row;

    if (!above)
        canvas_put(c, SPAN(row, a.col, 1), ROLE_ERROR, mark);
    if (!above && b->expected)
        canvas_put(c, SPAN(row, a.col + answer_col() - 1, 1), ROLE_LABEL, "*");
    draw_text(c, a, SPAN(row, left, FORM_PAGE_LABEL_COLS), ROLE_LABEL, b->text);
    if (answer.rows > a.row + a.rows - row)
        answer.rows = a.row + a.rows - row;
    if (!above && answer.rows > 0 && entry)
        entry_draw(entry, c, answer);
    else if (!above && answer.rows > 0)
        entry_draw_answer(p->style, b->field,
                          record_answer(sitting_record(p->sitting), b->field),
                          c, answer);
    if (b->wrong)
        draw_text(c, a,
                  SPAN(row + b->body, left + FORM_PAGE_MARGIN,
                       p->cols - 3 * FORM_PAGE_MARGIN),
                  ROLE_ERROR, b->wrong);
}

static void draw_block(const struct form_page *p, struct canvas *c,
                       struct area a, const struct block *b,
                       struct entry *entry)
{
    enum field_type type = p->style->form->fields[b->field].type;
    int row = a.row + b->top - p->first;
    struct span head = SPAN(row, a.col, p->cols - FORM_PAGE_MARGIN);
    struct span note =
        SPAN(row, a.col + FORM_PAGE_MARGIN, p->cols - 2 * FORM_PAGE_MARGIN);

    if (field_is_group(&p->style->form->fields[b->field]))
        draw_text(c, a, head, ROLE_HEADING, b->text);
    else if (type == FIELD_NOTE)
        draw_text(c, a, note, ROLE_WARN, b->text);
    else
        draw_question(p, c, a, b, entry);
}

void form_page_draw(struct form_page *p, struct canvas *c, struct area a,
                    size_t focus, struct entry *entry)
{
    if (p->stale || p->cols != a.cols) {
        p->cols = a.cols;
        lay_out(p);
    }
    p->rows = a.rows;
    follow(p, focus);
    for (size_t i = 0; i < p->blocks.nr; i++) {
        const struct block *b = &p->blocks.items[i];

        if (b->top + b->rows > p->first && b->top < p->first + p->rows)
            draw_block(p, c, a, b, b->field == focus ? entry : NULL);
    }
}
