/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/entry.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/markup.h"
#include "forms/place.h"
#include "tui/entry_int.h"
#include "tui/pick.h"
#include "tui/tui.h"
#include "tui/typed.h"
#include "tui/view_notes.h"
#include "tui/view_place.h"

struct way;

struct entry {
    struct tui *tui;
    const struct entry_style *style;
    size_t node;
    const struct field *d;
    const struct way *way;
    struct edit *edit;   /* of a line, a day, a place */
    struct pick *pick;   /* of choices; else NULL */
    char *label;         /* as it reads here */
    size_t *offered;     /* the list's indexes behind the pick's */
    const char **labels; /* of these, in the pool */
    struct pool *pool;
    struct buf text; /* of a long text */
    char *start;     /* what was typed when it was made */
    char *said;    /* and when it was made or put last: the words are of that */
    bool fresh;    /* no key yet: a letter replaces what is there */
    bool ethiopic; /* wished; effective where letters are typed */
};

/* What the ways of typing an answer differ in. */
struct way {
    const enum action *actions;
    bool replaces; /* the first letter takes the place of the answer */
    bool letters;  /* Ethiopic letters make sense */
    const char *(*typed)(const struct entry *n);
    void (*put)(struct entry *n, const char *typed);
    bool (*take)(const struct entry *n, struct buf *out, struct err *e);
    void (*settle)(struct entry *n); /* or NULL */
    enum edit_answer (*press)(struct entry *n, const struct press *p,
                              const struct entry_keep *keep);
    void (*draw)(struct entry *n, struct canvas *c, struct area a);
};

/* The list opens by itself: what was typed ahead was not meant for it. */
static void wake(struct entry *n)
{
    canvas_bell(tui_canvas(n->tui));
    tui_forget_keys(n->tui);
}

static const char *typed(const struct entry *n)
{
    return n->way->typed(n);
}

static void say(struct entry *n)
{
    mem_free(n->said);
    n->said = mem_copy_str(typed(n));
}

/* ---- a line: text and numbers ---- */

static const char *line_typed(const struct entry *n)
{
    return edit_get(n->edit);
}

static void line_put(struct entry *n, const char *text)
{
    edit_set(n->edit, text);
}

/* A number as it is always written, "012" as "12". */
static bool take_number(const struct entry *n, const char *text,
                        struct buf *out, struct err *e)
{
    struct pool *pool = pool_new();
    char *s = pool_str(pool, text), *comma = strchr(s, ',');
    struct value v;
    bool good;

    if (comma && n->d->type == FIELD_DECIMAL)
        *comma = '.';
    good = answer_to_value(n->d, s, pool, &v, e);
    buf_add_str(out, good ? answer_from_value(n->d, &v, pool) : text);
    pool_free(pool);
    return good;
}

static bool line_take(const struct entry *n, struct buf *out, struct err *e)
{
    const char *s = typed(n);
    size_t nr = str_trim(&s);
    char *text = mem_copy_strn(s, nr);
    bool good = true;

    if (typed_is_of(n->d))
        good = typed_take(n->style, n->d, text, out, e);
    else if (n->d->type == FIELD_TEXT)
        buf_add_str(out, text);
    else
        good = take_number(n, text, out, e);
    mem_free(text);
    return good;
}

static enum edit_answer line_press(struct entry *n, const struct press *p,
                                   const struct entry_keep *keep)
{
    (void)keep;
    return edit_press(n->edit, p);
}

static void line_draw(struct entry *n, struct canvas *c, struct area a)
{
    edit_draw(n->edit, c, SPAN(a.row, a.col, a.cols), true);
}

/* ---- a day, a place: a short field and what it says behind it ---- */

static void draw_words(const struct entry *n, struct canvas *c, struct area a)
{
    struct pool *pool = pool_new();
    struct buf answer = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    struct err ignored = ERR_INIT;
    int taken = pick_field_columns(a.cols) + 1;

    a.col += taken;
    a.cols -= taken;
    canvas_blank(c, a);
    if (n->way->take(n, &answer, &ignored))
        entry_draw_wrapped(
            c, a, ROLE_FIELD,
            entry_words(n->style, n->node, buf_text(&answer), pool));
    buf_release(&answer);
    pool_free(pool);
}

/* While letters come the words would change with each: they wait. */
static void coded_draw(struct entry *n, struct canvas *c, struct area a)
{
    edit_draw(n->edit, c, SPAN(a.row, a.col, pick_field_columns(a.cols)), true);
    if (str_equal(typed(n), n->said))
        draw_words(n, c, a);
}

static bool day_take(const struct entry *n, struct buf *out, struct err *e)
{
    char text[CALENDAR_TEXT_BYTES];
    int64_t day;

    if (str_is_blank(typed(n)))
        return true;
    if (!calendar_parse_typed(n->style->calendar, typed(n), n->style->today,
                              &day, e)) {
        buf_add_byte(out, ENTRY_UNREAD_DAY);
        buf_add_str(out, typed(n));
        return false;
    }
    calendar_print(CALENDAR_GREGORIAN, day, text);
    buf_add_str(out, text);
    return true;
}

/* A code in capitals, or the name of one place only; else as typed, for the
 * form says what is allowed. */
static bool place_take(const struct entry *n, struct buf *out, struct err *e)
{
    char code[PLACE_CODE_BYTES] = "";
    const char *s = typed(n);
    size_t nr = str_trim(&s);
    char *text = mem_copy_strn(s, nr);

    (void)e;
    if (strncasecmp(text, "ET", 2) == 0 && text[2] >= '0' && text[2] <= '9')
        memcpy(text, "ET", 2);
    if (*text && !place_is_code(text) && view_place_match(text, code) == 1)
        buf_add_str(out, code);
    else
        buf_add_str(out, text);
    mem_free(text);
    return true;
}

static void place_choose(struct entry *n, const char *words)
{
    struct view_place_plan plan = {.words = words};
    char code[PLACE_CODE_BYTES] = "";

    if (place_is_code(typed(n)))
        str_copy(code, sizeof code, typed(n));
    if (view_place_choose(n->tui, &plan, code)) {
        edit_set(n->edit, code);
        say(n);
    }
}

static void place_settle(struct entry *n)
{
    char code[PLACE_CODE_BYTES];
    char *words = mem_copy_str(typed(n));

    if (!str_is_blank(words) && !place_is_code(words) &&
        view_place_match(words, code) > 1) {
        wake(n);
        place_choose(n, words);
    }
    mem_free(words);
}

static enum edit_answer place_press(struct entry *n, const struct press *p,
                                    const struct entry_keep *keep)
{
    if (p->action == ACTION_PICK || (p->key == '?' && edit_is_empty(n->edit))) {
        place_choose(n, NULL);
        return EDIT_DONE;
    }
    return line_press(n, p, keep);
}

/* ---- choices ---- */

static const char *pick_entry_typed(const struct entry *n)
{
    return pick_typed(n->pick);
}

static void pick_entry_put(struct entry *n, const char *text)
{
    pick_type(n->pick, text);
}

static bool pick_entry_take(const struct entry *n, struct buf *out,
                            struct err *e)
{
    const char *word;
    char *before = mem_copy_str(typed(n));

    if (!pick_settle(n->pick, &word)) {
        buf_add_str(out, before);
        mem_free(before);
        return err_set(e, ERR_INPUT,
                       pick_starts(n->pick, word) > 1
                           ? _("\"%.60s\" begins several answers: F4 lists "
                               "them")
                           : _("No answer here is called \"%.60s\": F4 lists "
                               "them"),
                       word);
    }
    buf_add_str(out, typed(n));
    pick_type(n->pick, before);
    mem_free(before);
    return true;
}

static void pick_entry_settle(struct entry *n)
{
    const char *word;

    if (!pick_settle(n->pick, &word) && pick_starts(n->pick, word) > 1) {
        wake(n);
        pick_open(n->pick);
    }
}

static enum edit_answer pick_entry_press(struct entry *n, const struct press *p,
                                         const struct entry_keep *keep)
{
    (void)keep;
    return pick_press(n->pick, p);
}

static void pick_entry_draw(struct entry *n, struct canvas *c, struct area a)
{
    if (n->fresh && entry_draw_labels(n->style, n->node, typed(n), c, a)) {
        canvas_cursor(c, a.row, a.col + 1);
        return;
    }
    pick_draw(n->pick, c, SPAN(a.row, a.col, a.cols), true);
    draw_words(n, c, a); /* in full, where the pick has one row */
}

static struct pick_option option(void *arg, size_t index)
{
    const struct entry *n = arg;
    const struct choice *o = &n->d->list->items[n->offered[index]];

    return (struct pick_option){o->name, n->labels[index]};
}

static bool is_answered(const char *answer, const char *name)
{
    size_t n = strlen(name);

    while (*answer) {
        size_t word = strcspn(answer, " ");

        if (word == n && memcmp(answer, name, n) == 0)
            return true;
        answer += word + (answer[word] == ' ');
    }
    return false;
}

/* A choice that was withdrawn, or that the form's filter leaves out now, is
 * offered only where it was the answer. */
static void offer(struct entry *n, const char *answer)
{
    const struct choice_list *l = n->d->list;
    struct pick_plan plan = {.source = {.option = option, .arg = n},
                             .tui = n->tui,
                             .title = n->label,
                             .multiple = n->d->type == FIELD_SELECT_MULTIPLE};

    n->pool = pool_new();
    n->offered = mem_alloc(l->nr * sizeof *n->offered);
    n->labels = mem_alloc(l->nr * sizeof *n->labels);
    for (size_t i = 0; i < l->nr; i++)
        if (record_offers(n->style->record, n->node, i) ||
            is_answered(answer, l->items[i].name))
            n->offered[plan.source.nr++] = i;
    for (size_t i = 0; i < plan.source.nr; i++)
        n->labels[i] =
            markup_strip(choice_label(n->style->form, &l->items[n->offered[i]],
                                      n->style->lang),
                         n->pool);
    n->pick = pick_new(&plan);
}

/* ---- long text ---- */

static const char *long_typed(const struct entry *n)
{
    return buf_text(&n->text);
}

static void long_put(struct entry *n, const char *text)
{
    buf_clear(&n->text);
    buf_add_str(&n->text, text);
}

static bool long_take(const struct entry *n, struct buf *out, struct err *e)
{
    (void)e;
    buf_add_str(out, typed(n));
    return true;
}

static bool opens_notes(const struct press *p)
{
    return p->action == ACTION_OPEN || p->action == ACTION_PICK ||
           p->action == ACTION_ERASE_BACK || p->action == ACTION_PASTE ||
           (p->action == ACTION_NONE && key_is_text(p->key));
}

static enum edit_answer long_press(struct entry *n, const struct press *p,
                                   const struct entry_keep *keep)
{
    bool types = p->action != ACTION_OPEN && p->action != ACTION_PICK;
    struct view_notes_plan plan = {n->label, &n->ethiopic, keep->kept,
                                   keep->arg};

    if (!opens_notes(p))
        return EDIT_IGNORED;
    return view_notes_edit(n->tui, &plan, &n->text, types ? p : NULL)
               ? EDIT_LEFT
               : EDIT_DONE;
}

static void long_draw(struct entry *n, struct canvas *c, struct area a)
{
    entry_draw_long(c, a, ROLE_FOCUS, typed(n));
    canvas_cursor(c, a.row, a.col + 1);
}

/* ---- the ways ---- */

/* The order is the key bar's: what differs stands last, so that a step to the
 * next question sends little. Enter opens before it goes on. */
#define ENTRY_DEEDS ACTION_SAVE, ACTION_REPEAT, ACTION_LANGUAGE
#define ENTRY_STEPS                                                            \
    ACTION_NEXT_FIELD, ACTION_PREV_FIELD, ACTION_PAGE_UP, ACTION_PAGE_DOWN

static const enum action line_actions[] = {
    ENTRY_DEEDS, ACTION_ETHIOPIC, ENTRY_STEPS, EDIT_ACTIONS, ACTION_NONE};
static const enum action list_actions[] = {
    ENTRY_DEEDS, ACTION_PICK, ENTRY_STEPS, EDIT_ACTIONS, ACTION_NONE};
static const enum action long_actions[] = {
    ENTRY_DEEDS,  ACTION_OPEN,     ENTRY_STEPS, ACTION_ERASE_BACK,
    ACTION_PASTE, ACTION_ETHIOPIC, ACTION_NONE};

static const struct way ways[] = {
    [ENTRY_LINE] = {.actions = line_actions,
                    .letters = true,
                    .typed = line_typed,
                    .put = line_put,
                    .take = line_take,
                    .press = line_press,
                    .draw = line_draw},
    [ENTRY_LONG] = {.actions = long_actions,
                    .letters = true,
                    .typed = long_typed,
                    .put = long_put,
                    .take = long_take,
                    .press = long_press,
                    .draw = long_draw},
    [ENTRY_SHORT] = {.actions = line_actions,
                     .replaces = true,
                     .typed = line_typed,
                     .put = line_put,
                     .take = line_take,
                     .press = line_press,
                     .draw = coded_draw},
    [ENTRY_DAY] = {.actions = line_actions,
                   .replaces = true,
                   .typed = line_typed,
                   .put = line_put,
                   .take = day_take,
                   .press = line_press,
                   .draw = coded_draw},
    [ENTRY_PICK] = {.actions = list_actions,
                    .replaces = true,
                    .typed = pick_entry_typed,
                    .put = pick_entry_put,
                    .take = pick_entry_take,
                    .settle = pick_entry_settle,
                    .press = pick_entry_press,
                    .draw = pick_entry_draw},
    [ENTRY_PLACE] = {.actions = list_actions,
                     .replaces = true,
                     .typed = line_typed,
                     .put = line_put,
                     .take = place_take,
                     .settle = place_settle,
                     .press = place_press,
                     .draw = coded_draw},
};

/* ---- the noun ---- */

static void start_from(struct entry *n, const char *answer)
{
    struct buf text = BUF_INIT(VALUE_TEXT_BYTES_MAX);

    entry_typed(n->style, n->d, answer, &text);
    n->way->put(n, buf_text(&text));
    n->fresh = true;
    say(n);
    buf_release(&text);
}

static char *new_label(const struct entry *n)
{
    struct pool *pool = pool_new();
    char *label = mem_copy_str(entry_style_label(n->style, n->node, pool));

    pool_free(pool);
    return label;
}

struct entry *entry_new(struct tui *t, const struct entry_style *style,
                        size_t node, const char *answer)
{
    struct entry *n = mem_alloc(sizeof *n);
    struct edit_plan edit = {ENTRY_LINE_BYTES, false, tui_clip(t)};

    n->tui = t;
    n->style = style;
    n->node = node;
    n->d = entry_style_field(style, node);
    n->way = &ways[entry_way_of(n->d, answer)];
    n->label = new_label(n);
    n->edit = edit_new(&edit);
    n->text = (struct buf)BUF_INIT(VALUE_TEXT_BYTES_MAX);
    if (n->d->list)
        offer(n, answer);
    start_from(n, answer);
    n->start = mem_copy_str(typed(n));
    return n;
}

void entry_free(struct entry *n)
{
    if (!n)
        return;
    edit_free(n->edit);
    pick_free(n->pick);
    buf_release(&n->text);
    mem_free(n->label);
    mem_free(n->offered);
    mem_free(n->labels);
    pool_free(n->pool);
    mem_free(n->start);
    mem_free(n->said);
    mem_free(n);
}

const enum action *entry_actions(const struct entry *n)
{
    return n->way->actions;
}

bool entry_is_empty(const struct entry *n)
{
    return *typed(n) == '\0';
}

bool entry_is_long(const struct entry *n)
{
    return n->way == &ways[ENTRY_LONG];
}

bool entry_is_changed(const struct entry *n)
{
    return !str_equal(typed(n), n->start);
}

bool entry_is_ethiopic(const struct entry *n)
{
    return n->ethiopic;
}

/* Words of the other script in numbers, days and codes would help nobody. */
static bool takes_letters(const struct entry *n)
{
    return n->way->letters && n->d->type == FIELD_TEXT;
}

void entry_set_ethiopic(struct entry *n, bool on)
{
    n->ethiopic = on;
    edit_set_ethiopic(n->edit, on && takes_letters(n));
}

void entry_put(struct entry *n, const char *answer)
{
    start_from(n, answer);
}

void entry_refresh(struct entry *n)
{
    n->fresh = true;
}

bool entry_take(const struct entry *n, struct buf *out, struct err *e)
{
    return n->way->take(n, out, e);
}

void entry_print_options(const struct entry *n, struct buf *out)
{
    if (n->way != &ways[ENTRY_PICK])
        return;
    pick_print_options(n->pick, out);
    if (out->size == 0)
        buf_add_str(out, _("Nothing to choose from yet: that follows from an "
                           "answer elsewhere"));
}

void entry_settle(struct entry *n)
{
    if (n->way->settle)
        n->way->settle(n);
}

/* Looking at the list is not typing: what stands there is still replaced. */
static bool opens_list(const struct entry *n, const struct press *p)
{
    return n->way == &ways[ENTRY_PICK] && p->action == ACTION_PICK;
}

enum edit_answer entry_press(struct entry *n, const struct press *p,
                             const struct entry_keep *keep)
{
    bool fresh = n->fresh;

    if (p->action == ACTION_ETHIOPIC) {
        entry_set_ethiopic(n, !n->ethiopic);
        return EDIT_DONE;
    }
    n->fresh = fresh && opens_list(n, p);
    if (fresh && n->way->replaces && p->action == ACTION_NONE &&
        key_is_text(p->key) && p->key != '?' && p->key != ' ')
        n->way->put(n, "");
    return n->way->press(n, p, keep);
}

void entry_draw(struct entry *n, struct canvas *c, struct area a)
{
    n->way->draw(n, c, a);
}
