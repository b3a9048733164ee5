/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The typed text and the marks say the same: after each key the marks are
 * made of the text as far as it is understood, and after a choice from the
 * list the text is made of the marks.
 */
#include "tui/pick.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tui/list_array.h"
#include "tui/tui.h"
#include "tui/wrap.h"

enum {
    TYPED_BYTES = 512,
    FIELD_MIN = 10,
    FIELD_MAX = 24,
    OPTIONS_SHOWN_MAX = 24,
    CODE_SHORT_MAX = 3,
    LABEL_ROWS = 3,
    MARK_COLS = 3,
    CODE_COLS = 16,
    BESIDE_LABEL_COLS = 25 /* of the marks, the codes and what is between */
};

struct pick {
    struct pick_plan plan;
    struct edit *edit;
    bool *chosen;
    unsigned changes;
    char *misread; /* the word that was not understood */
};

struct pick *pick_new(const struct pick_plan *plan)
{
    struct pick *p = mem_alloc(sizeof *p);
    struct edit_plan edit = {TYPED_BYTES, false, tui_clip(plan->tui)};

    p->plan = *plan;
    p->edit = edit_new(&edit);
    p->chosen = mem_alloc(plan->source.nr + 1);
    return p;
}

void pick_free(struct pick *p)
{
    if (!p)
        return;
    edit_free(p->edit);
    mem_free(p->chosen);
    mem_free(p->misread);
    mem_free(p);
}

static struct pick_option option(const struct pick *p, size_t i)
{
    return p->plan.source.option(p->plan.source.arg, i);
}

bool pick_is_chosen(const struct pick *p, size_t index)
{
    return index < p->plan.source.nr && p->chosen[index];
}

int64_t pick_first(const struct pick *p)
{
    for (size_t i = 0; i < p->plan.source.nr; i++)
        if (p->chosen[i])
            return (int64_t)i;
    return PICK_NONE;
}

unsigned pick_changes(const struct pick *p)
{
    return p->changes;
}

static void set(struct pick *p, size_t i, bool on)
{
    if (p->chosen[i] != on)
        p->changes++;
    p->chosen[i] = on;
}

static void unmark(struct pick *p)
{
    for (size_t i = 0; i < p->plan.source.nr; i++)
        set(p, i, false);
}

/* The text of the field, from the marks. */
static void write_codes(struct pick *p)
{
    struct buf codes = BUF_INIT(TYPED_BYTES);

    for (size_t i = 0; i < p->plan.source.nr; i++)
        if (p->chosen[i]) {
            if (codes.size > 0)
                buf_add_byte(&codes, ' ');
            buf_add_str(&codes, option(p, i).code);
        }
    edit_set(p->edit, buf_text(&codes));
    buf_release(&codes);
}

void pick_clear(struct pick *p)
{
    unmark(p);
    edit_set(p->edit, "");
}

void pick_choose(struct pick *p, size_t index, bool on)
{
    if (index >= p->plan.source.nr)
        return;
    if (on && !p->plan.multiple)
        unmark(p);
    set(p, index, on);
    write_codes(p);
}

void pick_set_source(struct pick *p, struct pick_source source)
{
    struct pick_source old = p->plan.source;
    bool *chosen = mem_alloc(source.nr + 1);

    for (size_t i = 0; i < old.nr; i++)
        for (size_t j = 0; p->chosen[i] && j < source.nr; j++)
            if (str_equal(option(p, i).code, source.option(source.arg, j).code))
                chosen[j] = true;
    mem_free(p->chosen);
    p->chosen = chosen;
    p->plan.source = source;
    p->changes++;
    write_codes(p);
}

/* ---- what was typed ---- */

static bool is_start(const char *s, size_t n, const char *of)
{
    return strncasecmp(s, of, n) == 0;
}

/* "3" is the third where no code or label begins so. */
static int64_t by_place(const struct pick *p, const char *s, size_t n)
{
    char *number = mem_copy_strn(s, n);
    int64_t place = 0;
    bool is_number = str_to_int(number, 1, (int64_t)p->plan.source.nr, &place);

    mem_free(number);
    return is_number ? place - 1 : PICK_NONE;
}

/* A code stands above a label, a whole one above the start of one; the start
 * of several is none of them. */
static int64_t find_option(const struct pick *p, const char *s, size_t n)
{
    int64_t found = PICK_NONE;
    size_t starts = 0;

    for (size_t i = 0; i < p->plan.source.nr; i++) {
        struct pick_option o = option(p, i);

        if (is_start(s, n, o.code) && o.code[n] == '\0')
            return (int64_t)i;
    }
    for (size_t i = 0; i < p->plan.source.nr; i++) {
        struct pick_option o = option(p, i);

        if (is_start(s, n, o.label) && o.label[n] == '\0')
            return (int64_t)i;
        if (is_start(s, n, o.label) || is_start(s, n, o.code)) {
            starts++;
            found = (int64_t)i;
        }
    }
    if (starts == 0)
        return by_place(p, s, n);
    return starts == 1 ? found : PICK_NONE;
}

static const char *next_word(const struct pick *p, const char *s, size_t *n)
{
    s += strspn(s, " ,;");
    *n = p->plan.multiple ? strcspn(s, " ,;") : str_trim(&s);
    return s;
}

/* Marks what the words name; the first that names nothing, or NULL. */
static const char *read_words(struct pick *p, size_t *bad_nr)
{
    const char *bad = NULL, *s;
    bool *chosen = mem_alloc(p->plan.source.nr + 1);
    size_t n;

    for (s = next_word(p, edit_get(p->edit), &n); n > 0;
         s = next_word(p, s + n, &n)) {
        int64_t i = find_option(p, s, n);

        if (i != PICK_NONE) {
            chosen[i] = true;
        } else if (!bad) {
            bad = s;
            *bad_nr = n;
        }
    }
    for (size_t i = 0; i < p->plan.source.nr; i++)
        set(p, i, chosen[i]);
    mem_free(chosen);
    return bad;
}

/* Reads the words and keeps the first that was not understood, if any. */
static bool settle(struct pick *p)
{
    size_t n = 0;
    const char *bad = read_words(p, &n);

    mem_free(p->misread);
    p->misread = bad ? mem_copy_strn(bad, n) : NULL;
    return !bad;
}

bool pick_settle(struct pick *p, const char **word)
{
    bool understood = settle(p);

    *word = p->misread;
    if (understood)
        write_codes(p);
    return understood;
}

const char *pick_typed(const struct pick *p)
{
    return edit_get(p->edit);
}

void pick_type(struct pick *p, const char *text)
{
    size_t n;

    edit_set(p->edit, text);
    read_words(p, &n);
}

size_t pick_starts(const struct pick *p, const char *word)
{
    size_t n = strlen(word), nr = 0;

    for (size_t i = 0; i < p->plan.source.nr; i++) {
        struct pick_option o = option(p, i);

        nr += is_start(word, n, o.label) || is_start(word, n, o.code);
    }
    return nr;
}

void pick_set_ethiopic(struct pick *p, bool on)
{
    edit_set_ethiopic(p->edit, on);
}

bool pick_is_ethiopic(const struct pick *p)
{
    return edit_is_ethiopic(p->edit);
}

bool pick_is_complete(const struct pick *p)
{
    const char *typed = edit_get(p->edit);
    size_t n = strlen(typed), fits = 0;
    bool whole = false;

    if (p->plan.multiple || n == 0)
        return false;
    for (size_t i = 0; i < p->plan.source.nr; i++) {
        struct pick_option o = option(p, i);

        whole = whole || (is_start(typed, n, o.code) && o.code[n] == '\0');
        fits += is_start(typed, n, o.code) || is_start(typed, n, o.label);
    }
    return whole && fits == 1;
}

/* A number is a place in the list only where nothing there begins with one,
 * and codes worth typing are short. */
static bool has_short_codes(const struct pick *p)
{
    for (size_t i = 0; i < p->plan.source.nr; i++)
        if (strlen(option(p, i).code) > CODE_SHORT_MAX)
            return false;
    return true;
}

static bool has_digits(const struct pick *p)
{
    for (size_t i = 0; i < p->plan.source.nr; i++) {
        struct pick_option o = option(p, i);

        if (isdigit((unsigned char)*o.code) || isdigit((unsigned char)*o.label))
            return true;
    }
    return false;
}

void pick_print_options(const struct pick *p, struct buf *out)
{
    bool codes = has_short_codes(p), numbers = !has_digits(p);

    for (size_t i = 0; i < p->plan.source.nr && i < OPTIONS_SHOWN_MAX; i++) {
        struct pick_option o = option(p, i);

        buf_add_str(out, i > 0 ? "  " : "");
        if (codes && strcasecmp(o.code, o.label) != 0)
            buf_printf(out, "%s ", o.code);
        else if (!codes && numbers)
            buf_printf(out, "%zu ", i + 1);
        buf_add_str(out, o.label);
    }
    if (p->plan.source.nr > OPTIONS_SHOWN_MAX)
        buf_add_str(out, " ...");
}

/* ---- the list on its own screen ---- */

struct picking {
    struct pick *pick;
    struct list *list;
    struct list_array rows;
};

static void row(void *arg, size_t i, const char *key, struct list_rows *rows)
{
    const struct pick *p = arg;
    const char *on = p->plan.multiple ? "[x]" : "*";
    const char *off = p->plan.multiple ? "[ ]" : "";
    struct pick_option o = option(p, i);
    const char *cells[] = {p->chosen[i] ? on : off, o.code, o.label};

    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static bool matches(void *arg, size_t i, const char *words)
{
    struct pick_option o = option(arg, i);

    return list_array_holds(o.label, words) ||
           is_start(words, strlen(words), o.code);
}

static bool has_wide_labels(const struct pick *p, const struct canvas *c,
                            int cols)
{
    for (size_t i = 0; i < p->plan.source.nr; i++) {
        const char *label = option(p, i).label;

        if (canvas_columns(c, label, strlen(label)) > cols)
            return true;
    }
    return false;
}

/* The whole of the chosen label, where the list has no room for all. */
static void draw_label(const struct picking *q, struct canvas *c, struct area a)
{
    const char *key = list_key(q->list), *label;
    size_t n, at = 0;

    if (!key)
        return;
    label = option(q->pick, list_array_index(key)).label;
    n = strlen(label);
    for (int row = 0; row < a.rows && at < n; row++) {
        struct wrap_line line = wrap_next(c, label, n, at, a.cols);

        canvas_putn(c, SPAN(a.row + row, a.col, a.cols), ROLE_TEXT,
                    label + line.start, line.end - line.start);
        at = line.next;
    }
}

static void picking_draw(void *self, struct canvas *c, struct area a)
{
    struct picking *q = self;
    bool wide = has_wide_labels(q->pick, c, a.cols - BESIDE_LABEL_COLS);
    int below = 1 + (wide ? LABEL_ROWS : 0);
    struct area list = {a.row, a.col, a.rows - below, a.cols};
    struct area label = {a.row + list.rows, a.col + 1, below - 1, a.cols - 2};

    list_draw(q->list, c, list, true);
    draw_label(q, c, label);
    canvas_put(c, SPAN(a.row + a.rows - 1, a.col, a.cols - 1), ROLE_HINT,
               q->pick->plan.multiple
                   ? _("Letters narrow the list. Space marks an answer, Enter "
                       "goes on")
                   : _("Letters narrow the list. Enter takes the answer at "
                       "the >"));
}

/* The chosen row; for one answer only it counts, for several it joins. */
static void take(struct picking *q)
{
    const char *key = list_key(q->list);
    size_t i = key ? list_array_index(key) : 0;

    if (key)
        pick_choose(q->pick, i,
                    !q->pick->plan.multiple || !pick_is_chosen(q->pick, i));
    list_reload(q->list);
}

static enum view_answer picking_press(void *self, const struct press *p)
{
    struct picking *q = self;

    if (q->pick->plan.multiple && (p->key == ' ' || p->action == ACTION_MARK)) {
        take(q);
        return VIEW_HANDLED;
    }
    if (p->action == ACTION_BACK && !*list_narrowed(q->list))
        return VIEW_CLOSE;
    if (p->action != ACTION_OPEN && list_press(q->list, p)) {
        list_find(q->list); /* letters are always typed: one took an answer */
        return VIEW_HANDLED;
    }
    if (p->action == ACTION_OPEN) {
        if (!q->pick->plan.multiple)
            take(q);
        return VIEW_CLOSE;
    }
    return p->action == ACTION_PICK ? VIEW_CLOSE : VIEW_IGNORED;
}

static bool picking_typing(const void *self)
{
    return list_typing(((const struct picking *)self)->list);
}

static const enum action *picking_actions(const void *self)
{
    static const enum action actions[] = {ACTION_OPEN, ACTION_MARK,
                                          ACTION_FIND, LIST_ACTIONS,
                                          ACTION_PICK, ACTION_NONE};

    return picking_typing(self) ? list_find_actions() : actions;
}

static void picking_free(void *self)
{
    struct picking *q = self;

    list_free(q->list);
    list_array_release(&q->rows);
    mem_free(q);
}

static const struct view_ops picking_ops = {
    .title = N_("Answers"),
    .help = N_("The answers to this question. Type some letters to narrow the "
               "list, Enter takes the line that is marked; where several "
               "answers are allowed, Space marks each and Enter is done."),
    .draw = picking_draw,
    .press = picking_press,
    .typing = picking_typing,
    .actions_now = picking_actions,
    .free = picking_free,
};

/* At the answer given; or narrowed to the word that began several. */
static void go_to_typed(struct picking *q)
{
    const char *word = q->pick->misread;
    int64_t first = pick_first(q->pick);
    size_t len;

    if (first != PICK_NONE) {
        struct buf key = BUF_INIT(32);

        buf_printf(&key, "%d", (int)first);
        list_choose(q->list, buf_text(&key));
        buf_release(&key);
        return;
    }
    if (!word || pick_starts(q->pick, word) == 0)
        return;
    for (; *word; word += len) {
        struct press p = {utf8_decode(word, strlen(word), &len), ACTION_NONE};

        list_press(q->list, &p);
    }
}

void pick_open(struct pick *p)
{
    static const struct list_column columns[] = {{"", MARK_COLS, false},
                                                 {N_("Code"), CODE_COLS, false},
                                                 {N_("Answer"), 0, false}};
    struct picking *q = mem_alloc(sizeof *q);
    struct view *v = view_new(&picking_ops, q);

    settle(p);
    q->pick = p;
    q->rows = (struct list_array){
        .nr = p->plan.source.nr, .arg = p, .row = row, .matches = matches};
    q->list = list_new(columns, ARR_NR(columns), list_array_source(&q->rows));
    list_find(q->list);
    go_to_typed(q);
    if (p->plan.title)
        view_set_title(v, p->plan.title);
    tui_modal(p->plan.tui, v);
}

/* ---- the field ---- */

enum edit_answer pick_press(struct pick *p, const struct press *press)
{
    unsigned before = edit_changes(p->edit);
    enum edit_answer answer;
    size_t n;

    if (press->action == ACTION_PICK ||
        (press->key == '?' && edit_is_empty(p->edit))) {
        pick_open(p);
        return EDIT_DONE;
    }
    answer = edit_press(p->edit, press);
    if (edit_changes(p->edit) != before)
        read_words(p, &n);
    return answer;
}

static void add_labels(const struct pick *p, struct buf *out)
{
    for (size_t i = 0; i < p->plan.source.nr; i++)
        if (p->chosen[i]) {
            if (out->size > 0)
                buf_add_str(out, ", ");
            buf_add_str(out, option(p, i).label);
        }
}

int pick_field_columns(int columns)
{
    int field = columns / 3;

    field = field > FIELD_MAX ? FIELD_MAX : field;
    return field < FIELD_MIN ? FIELD_MIN : field;
}

void pick_draw(struct pick *p, struct canvas *c, struct span at, bool focus)
{
    struct buf labels = BUF_INIT(4096);
    int field = pick_field_columns(at.width);

    add_labels(p, &labels);
    edit_draw(p->edit, c, SPAN(at.row, at.col, field), focus);
    canvas_put(c, SPAN(at.row, at.col + field + 1, at.width - field - 1),
               ROLE_FIELD, buf_text(&labels));
    buf_release(&labels);
}
