/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout is made whole and kept until something changes: a typed letter
 * costs no wrapping. Blocks are in the form's order, each some rows high.
 */
#include "tui/form_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "tui/unseal.h"
#include "tui/wrap.h"

enum { NUMBER_COLS_MAX = 8, NOTE_ROWS_PASSED = 3 };

struct block {
    size_t node;
    int top, rows;     /* on the page; what is wrong included */
    int body;          /* rows of label and answer */
    int answer;        /* rows of the answer alone */
    const char *text;  /* label; the form's */
    const char *wrong; /* sentence, or NULL; in the pool */
    char mark;         /* '!' or ' ' */
    bool expected;     /* an answer is: `*` before it */
    bool sealed;
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
    int cols, rows;   /* of the window it was laid out for */
    size_t read_node; /* the note that is read on, and rows of it read */
    int read;
    int first; /* row of the page at the top of the window */
    int total; /* rows */
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
    p->read_node = FORM_ROOT;
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

static int rows_of(const struct canvas *c, const char *text, int cols)
{
    size_t n = strlen(text), at = 0;
    int rows = 0;

    for (; at < n; rows++)
        at = wrap_next(c, text, n, at, cols).next;
    return rows > 0 ? rows : 1;
}

/* ---- stops ---- */

static int note_cols(const struct form_page *p)
{
    return p->cols - 2 * FORM_PAGE_MARGIN;
}

/* What is to be read out as a whole is not run past. */
static bool is_long_note(const struct form_page *p, size_t node)
{
    struct pool *pool;
    bool is_long;

    if (entry_style_field(p->style, node)->type != FIELD_NOTE)
        return false;
    pool = pool_new();
    is_long = rows_of(p->canvas, entry_style_label(p->style, node, pool),
                      note_cols(p)) > NOTE_ROWS_PASSED;
    pool_free(pool);
    return is_long;
}

static bool is_typed_in(const struct form_page *p, size_t node)
{
    const struct record *r = sitting_record(p->sitting);
    const struct field *d = entry_style_field(p->style, node);

    if (record_kind(r, node) != RECORD_FIELD)
        return record_kind(r, node) == RECORD_REPEAT;
    return field_holds_value(d) && !d->read_only;
}

static bool is_stop(const struct form_page *p, size_t node)
{
    return is_typed_in(p, node) || is_long_note(p, node);
}

size_t form_page_next(const struct form_page *p, size_t node)
{
    do
        node = record_next(sitting_record(p->sitting), node);
    while (node != FORM_ROOT && !is_stop(p, node));
    return node;
}

size_t form_page_prev(const struct form_page *p, size_t node)
{
    do
        node = record_prev(sitting_record(p->sitting), node);
    while (node != FORM_ROOT && !is_stop(p, node));
    return node;
}

/* ---- laying out ---- */

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

/* A blank row above, but for the first. A number ("S-1"), as standards
 * within a group have one, stands before the question itself. */
static void push_heading(struct form_page *p, size_t node)
{
    const struct field *d = entry_style_field(p->style, node);
    const char *label = entry_style_label(p->style, node, p->pool);
    struct block b = {.node = node, .mark = ' ', .text = label};

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

/* "Child 2": a row says which it is, also where the form has no label. */
static void push_row_heading(struct form_page *p, size_t row)
{
    struct block b = {.node = row, .mark = ' '};

    b.text = pool_printf(p->pool, "%s %zu",
                         entry_style_label(p->style, row, p->pool),
                         record_row_number(p->style->record, row));
    b.body = b.rows = rows_of(p->canvas, b.text, p->cols - FORM_PAGE_MARGIN);
    p->total += p->total > 0;
    push(p, b);
}

/* Behind the rows: where one is added. */
static void push_repeat(struct form_page *p, size_t repeat)
{
    struct block b = {.node = repeat, .mark = ' '};

    /* TRANSLATORS: behind the rows of a list within a form: "+ Child" adds
     * one more; the sign is the key */
    b.text = pool_printf(p->pool, _("[+] %s"),
                         entry_style_label(p->style, repeat, p->pool));
    b.body = b.rows = rows_of(p->canvas, b.text, p->cols - 2);
    p->total += record_rows_nr(p->style->record, repeat) > 0;
    push(p, b);
}

static void push_note(struct form_page *p, size_t node)
{
    struct block b = {.node = node, .mark = ' '};

    b.text = entry_style_label(p->style, node, p->pool);
    b.body = b.rows = rows_of(p->canvas, b.text, note_cols(p));
    push(p, b);
}

static const char *label_of(struct form_page *p, size_t node)
{
    const char *label = entry_style_label(p->style, node, p->pool);

    if (p->number)
        label = pool_printf(p->pool, "%s  %s", p->number, label);
    p->number = NULL;
    return label;
}

static const char *sealed_words(const struct form_page *p)
{
    return unseal_words(sitting_task(p->sitting)->store);
}

static void push_question(struct form_page *p, size_t node)
{
    const struct record *r = sitting_record(p->sitting);
    struct block b = {.node = node, .mark = ' '};
    struct err problem = ERR_INIT;

    b.text = label_of(p, node);
    b.expected = record_is_required(r, node);
    b.body = rows_of(p->canvas, b.text, FORM_PAGE_LABEL_COLS);
    b.sealed = record_is_sealed(r, node);
    b.answer = b.sealed ? rows_of(p->canvas, sealed_words(p), answer_cols(p))
                        : entry_rows(p->style, node, record_answer(r, node),
                                     p->canvas, answer_cols(p));
    if (b.answer > b.body)
        b.body = b.answer;
    b.rows = b.body;
    if (entry_problem(p->style, r, node, &problem)) {
        b.wrong = pool_str(p->pool, problem.text);
        b.rows += rows_of(p->canvas, b.wrong, p->cols - 3 * FORM_PAGE_MARGIN);
    }
    if (b.wrong || sitting_clashes(p->sitting, node))
        b.mark = '!';
    push(p, b);
}

static bool is_around(const struct record *r, size_t group, size_t node)
{
    while (node != RECORD_NONE && node != group)
        node = record_parent(r, node);
    return node == group;
}

/* The headings around a node that nothing before it stood under: those from
 * the outermost on that the one before is not in, too. */
static void push_headings(struct form_page *p, size_t node, size_t *headed)
{
    const struct record *r = p->style->record;
    size_t around[FORM_DEPTH_MAX + 1], nr = 0;

    for (size_t g = record_parent(r, node);
         g != RECORD_NONE && nr <= FORM_DEPTH_MAX && g != *headed;
         g = record_parent(r, g))
        if (!is_around(r, g, *headed))
            around[nr++] = g;
    while (nr-- > 0)
        if (record_kind(r, around[nr]) == RECORD_ROW)
            push_row_heading(p, around[nr]);
        else
            push_heading(p, around[nr]);
    *headed = record_parent(r, node);
}

static void lay_out(struct form_page *p)
{
    const struct record *r = sitting_record(p->sitting);
    size_t headed = RECORD_NONE;

    pool_free(p->pool);
    p->pool = pool_new();
    p->number = NULL;
    p->blocks.nr = 0;
    p->total = 0;
    for (size_t i = record_next(r, FORM_ROOT); i != FORM_ROOT;
         i = record_next(r, i)) {
        push_headings(p, i, &headed);
        if (record_kind(r, i) == RECORD_REPEAT)
            push_repeat(p, i);
        else if (entry_style_field(p->style, i)->type == FIELD_NOTE)
            push_note(p, i);
        else
            push_question(p, i);
    }
    p->stale = false;
}

/* ---- the window ---- */

static const struct block *find(const struct form_page *p, size_t node)
{
    for (size_t i = 0; i < p->blocks.nr; i++)
        if (p->blocks.items[i].node == node)
            return &p->blocks.items[i];
    return NULL;
}

/* Rows that should be seen together: the question with the headings and
 * notes before it, and the notes behind it, if all that fits. */
static void wanted(const struct form_page *p, const struct block *b, int *top,
                   int *end)
{
    const struct block *first = p->blocks.items;
    const struct block *last = first + p->blocks.nr - 1;
    const struct block *above = b, *below = b;

    while (above > first && !is_typed_in(p, above[-1].node))
        above--;
    while (below < last && !is_typed_in(p, below[1].node))
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

/* How far down a note of more rows than the window has was read. */
static int rows_read(const struct form_page *p, const struct block *b)
{
    return b->node == p->read_node ? p->read : 0;
}

bool form_page_read_on(struct form_page *p, size_t focus)
{
    const struct block *b = find(p, focus);
    int seen;

    if (!b)
        return false;
    seen = p->first + p->rows - b->top;
    if (seen >= b->rows)
        return false;
    p->read_node = focus;
    p->read = seen - 1;
    return true;
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
    if (focus != p->read_node)
        p->read = 0;
    if (b && rows_read(p, b) > 0)
        p->first = b->top + rows_read(p, b) < most ? b->top + p->read : most;
    else if (b)
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
        if (is_stop(p, b->node))
            to = b->node;
    }
    if (to == focus) /* a question higher than the window is passed, too */
        to = down ? form_page_next(p, focus) : form_page_prev(p, focus);
    return to != FORM_ROOT ? to : focus;
}

/* ---- drawing ---- */

/* Rows of a text from that row and column on, those that are in the window.
 */
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

/* Where the cursor is. */
struct focus {
    size_t node;
    struct entry *entry;
};

static void draw_question(const struct form_page *p, struct canvas *c,
                          struct area a, const struct block *b,
                          struct focus focus)
{
    bool focused = b->node == focus.node;
    struct entry *entry = focused ? focus.entry : NULL;
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
    if (b->sealed) {
        draw_text(c, a, SPAN(row, answer.col, answer.cols),
                  focused ? ROLE_FOCUS : ROLE_HINT, sealed_words(p));
        if (focused && !above)
            canvas_cursor(c, row, answer.col);
    } else if (!above && answer.rows > 0 && entry)
        entry_draw(entry, c, answer);
    else if (!above && answer.rows > 0)
        entry_draw_answer(p->style, b->node,
                          record_answer(sitting_record(p->sitting), b->node), c,
                          answer);
    if (b->wrong)
        draw_text(c, a,
                  SPAN(row + b->body, left + FORM_PAGE_MARGIN,
                       p->cols - 3 * FORM_PAGE_MARGIN),
                  ROLE_ERROR, b->wrong);
}

/* What stands on one line, or several, of the whole width. */
static void draw_line(const struct form_page *p, struct canvas *c,
                      struct area a, const struct block *b, bool focused)
{
    bool heads = record_kind(p->style->record, b->node) == RECORD_ROW ||
                 field_is_group(entry_style_field(p->style, b->node));
    int left = heads ? 0 : FORM_PAGE_MARGIN;
    struct span at = SPAN(a.row + b->top - p->first, a.col + left,
                          p->cols - left - FORM_PAGE_MARGIN);

    draw_text(c, a, at, heads ? ROLE_HEADING : ROLE_WARN, b->text);
    if (!focused)
        return;
    if (at.row < a.row)
        at.row = a.row;
    canvas_put(c, SPAN(at.row, a.col, 1), ROLE_FOCUS, ">");
    canvas_cursor(c, at.row, a.col);
}

static void draw_repeat(const struct form_page *p, struct canvas *c,
                        struct area a, const struct block *b, bool focused)
{
    int row = a.row + b->top - p->first;

    draw_text(c, a, SPAN(row, a.col + FORM_PAGE_MARGIN, p->cols - 2),
              focused ? ROLE_FOCUS : ROLE_LABEL, b->text);
    if (focused && row >= a.row)
        canvas_cursor(c, row, a.col + FORM_PAGE_MARGIN + 1);
}

static void draw_block(const struct form_page *p, struct canvas *c,
                       struct area a, const struct block *b, struct focus focus)
{
    bool focused = b->node == focus.node;

    if (record_kind(p->style->record, b->node) == RECORD_REPEAT)
        draw_repeat(p, c, a, b, focused);
    else if (field_holds_value(entry_style_field(p->style, b->node)))
        draw_question(p, c, a, b, focus);
    else
        draw_line(p, c, a, b, focused);
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
            draw_block(p, c, a, b, (struct focus){focus, entry});
    }
}
