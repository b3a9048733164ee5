/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_form.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/kind.h"
#include "tui/explain.h"
#include "tui/flaws.h"
#include "tui/form_hint.h"
#include "tui/form_page.h"
#include "tui/form_row.h"
#include "tui/form_spot.h"
#include "tui/key.h"
#include "tui/lang.h"
#include "tui/lookalike.h"
#include "tui/sitting.h"
#include "tui/tui.h"
#include "tui/unseal.h"
#include "tui/view_text.h"
#include "tui/wrap.h"

enum {
    OPTIONS_BYTES = 4096,
    SAID_COLS = CANVAS_COLS_MIN - 2,
    KEEP_AFTER_MS = 2000,
    EXPLAIN_BYTES = 128 * 1024,
    TITLE_BYTES = 240
};

static const char *const hint_behind_rows =
    N_("+ adds one more, - takes the last one out, Enter goes on");

struct view_form {
    struct view *view;
    struct tui *tui;
    struct sitting *sitting;
    struct entry_style style;
    struct form_page *page;
    size_t focus;            /* the question with the cursor; FORM_ROOT: none */
    struct entry *entry;     /* its answer; NULL: none */
    struct lookalike *alike; /* of a new case; NULL: not looked for */
    enum action actions[FORM_SPOT_ACTIONS_MAX];
    bool ethiopic;       /* carried from field to field */
    bool touched;        /* something was typed there since */
    size_t blank_before; /* expected answers an earlier save left open */
    bool warned;         /* its answer was found wrong once as it stands */
};

static const struct form *form(const struct view_form *f)
{
    return sitting_form(f->sitting);
}

/* ---- what is typed, and the draft ---- */

/* What the entry means or, if that is nothing, what stands in it. */
static void take_typed(const struct view_form *f, struct buf *answer)
{
    struct err ignored = ERR_INIT;

    entry_take(f->entry, answer, &ignored);
}

static void put_typed(struct view_form *f)
{
    struct buf answer = BUF_INIT(VALUE_TEXT_BYTES_MAX);

    if (f->entry && f->touched) {
        take_typed(f, &answer);
        if (sitting_set(f->sitting, f->focus, buf_text(&answer)))
            form_page_expire(f->page);
    }
    buf_release(&answer);
}

static void show_failure(struct view_form *f, bool good, const struct err *e)
{
    if (!good)
        tui_fail(f->tui, e);
}

static void keep_draft(struct view_form *f)
{
    struct err e = ERR_INIT;

    show_failure(f, sitting_keep(f->sitting, &e), &e);
}

static void keep_answer(void *arg, const char *answer)
{
    struct view_form *f = arg;
    struct err e = ERR_INIT;

    show_failure(f, sitting_keep_typed(f->sitting, f->focus, answer, &e), &e);
}

/* After two idle seconds, before a suspend, or when the line is lost. */
static void view_form_keep(void *self)
{
    struct view_form *f = self;
    struct buf answer = BUF_INIT(VALUE_TEXT_BYTES_MAX);

    if (f->entry && f->touched) {
        take_typed(f, &answer);
        keep_answer(f, buf_text(&answer));
    } else {
        keep_draft(f);
    }
    buf_release(&answer);
}

static bool is_dirty(const struct view_form *f)
{
    return sitting_is_dirty(f->sitting) ||
           (f->entry && entry_is_changed(f->entry));
}

/* ---- the cursor ---- */

static bool is_on_note(const struct view_form *f)
{
    return f->focus != FORM_ROOT &&
           entry_style_field(&f->style, f->focus)->type == FIELD_NOTE;
}

static bool is_at_sealed(const struct view_form *f)
{
    return f->focus != FORM_ROOT &&
           record_is_sealed(sitting_record(f->sitting), f->focus);
}

static void list_actions(struct view_form *f)
{
    const struct form_spot spot = {f->sitting, f->focus,      f->entry,
                                   f->alike,   is_on_note(f), is_at_sealed(f)};

    form_spot_actions(&spot, f->actions);
}

/* Behind the rows of a repeat and on a note nothing is typed. */
static void enter(struct view_form *f, size_t node)
{
    const struct record *r = sitting_record(f->sitting);

    entry_free(f->entry);
    f->entry = NULL;
    f->focus = node;
    f->touched = f->warned = false;
    if (node != FORM_ROOT && record_kind(r, node) != RECORD_REPEAT &&
        !is_on_note(f) && !is_at_sealed(f)) {
        f->entry = entry_new(f->tui, &f->style, node, record_answer(r, node));
        entry_set_ethiopic(f->entry, f->ethiopic);
    }
    list_actions(f);
}

/* A question may vanish under the cursor when an answer elsewhere changes, as
 * a repeated or a mended one does. */
static void enter_again(struct view_form *f)
{
    size_t node = f->focus;

    if (node != FORM_ROOT &&
        !record_is_relevant(sitting_record(f->sitting), node)) {
        size_t next = form_page_next(f->page, node);

        node = next != FORM_ROOT ? next : form_page_prev(f->page, node);
    }
    if (node == FORM_ROOT)
        node = form_page_next(f->page, FORM_ROOT);
    enter(f, node);
}

/* The first time an impossible answer stops the person, with the reason. */
static bool stops_at_fault(struct view_form *f)
{
    struct err problem = ERR_INIT;

    if (f->warned || !f->touched ||
        !entry_problem(&f->style, sitting_record(f->sitting), f->focus,
                       &problem))
        return false;
    form_page_expire(f->page);
    entry_refresh(f->entry);
    f->warned = true;
    tui_fail(f->tui, &problem);
    tui_forget_keys(f->tui);
    return true;
}

/* True when the person may go on. */
static bool leave(struct view_form *f)
{
    if (!f->entry)
        return true;
    entry_settle(f->entry);
    put_typed(f);
    keep_draft(f);
    if (stops_at_fault(f))
        return false;
    lookalike_look(f->alike, f->tui, f->sitting);
    return true;
}

/* A note that is passed is said, for the cursor never stands on a short one:
 * its first line, for what is asked stays in sight. */
static void say_note(struct view_form *f, const char *note)
{
    const struct canvas *c = tui_canvas(f->tui);
    size_t n = strlen(note);
    struct wrap_line line = wrap_next(c, note, n, 0, SAID_COLS);

    tui_say(f->tui, ROLE_WARN, "%.*s%s", (int)(line.end - line.start),
            note + line.start,
            line.next < n ? canvas_glyph(c, GLYPH_ELLIPSIS) : "");
}

static void say_notes(struct view_form *f, size_t from, size_t to)
{
    const struct record *r = sitting_record(f->sitting);
    struct pool *pool = pool_new();

    for (size_t i = record_walk(r, from); i != to && i != RECORD_NONE;
         i = record_walk(r, i))
        if (entry_style_field(&f->style, i)->type == FIELD_NOTE &&
            record_is_relevant(r, i))
            say_note(f, entry_style_label(&f->style, i, pool));
    pool_free(pool);
}

/* ---- saving ---- */

/* Field work cannot always wait for the last answer; who said so at a save
 * before is not asked again. */
static bool may_stay_blank(struct view_form *f)
{
    struct buf question = BUF_INIT(200);
    size_t first = FORM_ROOT, nr = flaws_count_blank(&f->style, &first);
    bool yes = true;

    if (nr > f->blank_before) {
        buf_printf(&question,
                   P_("%zu expected answer is still blank. Save all the same?",
                      "%zu expected answers are still blank. Save all the "
                      "same?",
                      (unsigned long)nr),
                   nr);
        yes = tui_confirm(f->tui, buf_text(&question));
        if (!yes)
            enter(f, first);
    }
    buf_release(&question);
    return yes;
}

static bool is_right(struct view_form *f)
{
    size_t first = FORM_ROOT, nr = flaws_count_wrong(&f->style, &first);
    struct err problem = ERR_INIT;

    if (nr == 0)
        return true;
    enter(f, first);
    entry_problem(&f->style, sitting_record(f->sitting), first, &problem);
    if (nr > 1)
        err_wrap(&problem, _("Not saved, %zu answers are marked !"), nr);
    else
        err_wrap(&problem, _("Not saved"));
    form_page_expire(f->page);
    tui_fail(f->tui, &problem);
    return false;
}

/* True when it is on disk and the view may close. */
static bool save(struct view_form *f)
{
    struct err e = ERR_INIT;
    bool saved = false;

    if (f->entry) {
        entry_settle(f->entry);
        put_typed(f);
        keep_draft(f);
        enter_again(f);
    }
    if (!is_right(f) || !may_stay_blank(f))
        return false;
    if (!sitting_save(f->sitting, &saved, &e)) {
        tui_fail(f->tui, &e);
        return false;
    }
    if (saved)
        tui_say(f->tui, ROLE_GOOD,
                _("Saved. Only on this PC until the next sync"));
    else
        tui_say(f->tui, ROLE_HINT, _("Nothing was changed, nothing saved"));
    return true;
}

/* ---- the title ---- */

static void set_title(struct view_form *f)
{
    const struct form_task *task = sitting_task(f->sitting);
    const struct kind *kind = kind_find(task->kind);
    struct buf title = BUF_INIT(TITLE_BYTES);

    buf_add_str(&title, kind ? kind_label(kind, form(f)->langs[f->style.lang])
                             : form_title(form(f), f->style.lang));
    if (*task->subject)
        buf_printf(&title, ": %s", task->subject);
    view_set_title(f->view, buf_text(&title));
    buf_release(&title);
}

/* ---- what keys do ---- */

static enum view_answer do_save(struct view_form *f, const struct press *p)
{
    (void)p;
    return save(f) ? VIEW_CLOSE : VIEW_HANDLED;
}

/* Enter ends the form behind its last question; other keys only say so. */
static enum view_answer at_the_end(struct view_form *f, const struct press *p)
{
    if (p->key == K_ENTER &&
        tui_confirm(f->tui, _("That was the last question. Save now?")))
        return do_save(f, p);
    tui_say(f->tui, ROLE_HINT, _("This is the last question: F2 saves"));
    return VIEW_HANDLED;
}

/* Of a note that is longer than the screen each key shows more first. */
static bool reads_on(struct view_form *f)
{
    return is_on_note(f) && form_page_read_on(f->page, f->focus);
}

static enum view_answer do_next(struct view_form *f, const struct press *p)
{
    size_t from = f->focus, to;

    if (!leave(f) || reads_on(f))
        return VIEW_HANDLED;
    to = form_page_next(f->page, from);
    if (to == FORM_ROOT) {
        enter_again(f);
        return at_the_end(f, p);
    }
    enter(f, to);
    say_notes(f, from, to);
    return VIEW_HANDLED;
}

static enum view_answer do_prev(struct view_form *f, const struct press *p)
{
    size_t to;

    (void)p;
    if (!leave(f))
        return VIEW_HANDLED;
    to = form_page_prev(f->page, f->focus);
    if (to != FORM_ROOT)
        enter(f, to);
    return VIEW_HANDLED;
}

static enum view_answer leap(struct view_form *f, bool down)
{
    if (leave(f) && !(down && reads_on(f)))
        enter(f, form_page_leap(f->page, f->focus, down));
    return VIEW_HANDLED;
}

static enum view_answer do_page_down(struct view_form *f, const struct press *p)
{
    (void)p;
    return leap(f, true);
}

static enum view_answer do_page_up(struct view_form *f, const struct press *p)
{
    (void)p;
    return leap(f, false);
}

static enum view_answer do_explain(struct view_form *f, const struct press *p)
{
    struct buf text = BUF_INIT(EXPLAIN_BYTES);

    (void)p;
    if (!f->entry && !is_on_note(f))
        return VIEW_IGNORED;
    explain_field(f->sitting, &f->style, f->focus, &text);
    tui_push(f->tui,
             view_text_new(f->tui, _("About this question"), buf_text(&text)));
    buf_release(&text);
    return VIEW_HANDLED;
}

static enum view_answer do_repeat(struct view_form *f, const struct press *p)
{
    struct err e = ERR_INIT;
    const char *answer;

    (void)p;
    if (!f->entry)
        return VIEW_IGNORED;
    if (!sitting_repeat(f->sitting, f->focus, &answer, &e)) {
        tui_fail(f->tui, &e);
    } else if (!*answer) {
        tui_say(f->tui, ROLE_HINT,
                _("Your record before this one has no answer here"));
    } else {
        entry_put(f->entry, answer);
        f->touched = true;
        f->view->tick_ms = KEEP_AFTER_MS;
    }
    return VIEW_HANDLED;
}

static enum view_answer do_add_row(struct view_form *f, const struct press *p)
{
    const struct record *r = sitting_record(f->sitting);
    size_t repeat = form_row_repeat_at(r, f->focus), row;
    struct err e = ERR_INIT;

    if (repeat == RECORD_NONE || (f->entry && key_is_text(p->key)))
        return VIEW_IGNORED;
    if (!record_may_add(r, repeat)) {
        tui_say(f->tui, ROLE_HINT,
                _("How many there are here follows from another answer"));
        return VIEW_HANDLED;
    }
    if (!leave(f))
        return VIEW_HANDLED;
    row = sitting_add_row(f->sitting, repeat, &e);
    if (row == RECORD_NONE)
        tui_fail(f->tui, &e);
    else
        enter(f, form_page_next(f->page, row));
    form_page_expire(f->page);
    keep_draft(f);
    return VIEW_HANDLED;
}

static enum view_answer do_drop_row(struct view_form *f, const struct press *p)
{
    const struct record *r = sitting_record(f->sitting);
    size_t row = form_row_at(r, f->focus), repeat;

    if (row == RECORD_NONE || (f->entry && key_is_text(p->key)))
        return VIEW_IGNORED;
    repeat = record_row_repeat(r, row);
    if (!record_may_add(r, repeat)) {
        tui_say(f->tui, ROLE_HINT,
                _("How many there are here follows from another answer"));
        return VIEW_HANDLED;
    }
    if (!form_row_may_drop(f->tui, &f->style, row))
        return VIEW_HANDLED;
    enter(f, repeat);
    sitting_drop_row(f->sitting, row);
    form_page_expire(f->page);
    keep_draft(f);
    return VIEW_HANDLED;
}

/* Letters are text in a form, so the key comes as a letter here. */
static enum view_answer do_unseal(struct view_form *f, const struct press *p)
{
    struct store *s = sitting_task(f->sitting)->store;

    if (p->key != 'u' && p->action != ACTION_UNSEAL) {
        tui_say(f->tui, ROLE_HINT, "%s", unseal_words(s));
    } else if (unseal_ask(f->tui, s, &sitting_seen(f->sitting)->stream)) {
        sitting_unseal(f->sitting);
        enter(f, f->focus);
        form_page_expire(f->page);
    }
    return VIEW_HANDLED;
}

/* Where a text has no translation the screen may look as before. */
static void say_language(struct view_form *f)
{
    if (form(f)->langs_nr < 2) {
        tui_say(f->tui, ROLE_HINT, _("This form speaks one language only"));
        return;
    }
    /* TRANSLATORS: the language of a form, in its own words */
    tui_say(f->tui, ROLE_HINT, _("The questions are in: %s"),
            lang_name(form(f)->langs[f->style.lang]));
}

static enum view_answer do_language(struct view_form *f, const struct press *p)
{
    (void)p;
    put_typed(f);
    entry_style_next_language(&f->style, sitting_task(f->sitting)->store);
    set_title(f);
    enter_again(f);
    form_page_expire(f->page);
    say_language(f);
    return VIEW_HANDLED;
}

static enum view_answer do_alike(struct view_form *f, const struct press *p)
{
    const struct form_task *task = sitting_task(f->sitting);
    struct id chosen;

    (void)p;
    if (!f->alike)
        return VIEW_IGNORED;
    if (!leave(f) || !lookalike_choose(f->alike, f->tui, f->sitting, &chosen))
        return VIEW_HANDLED;
    task->open_case(task->open_arg, &chosen);
    return VIEW_CLOSE;
}

static const struct {
    enum action action;
    enum view_answer (*act)(struct view_form *f, const struct press *p);
} deeds[] = {
    {ACTION_SAVE, do_save},       {ACTION_NEXT_FIELD, do_next},
    {ACTION_PREV_FIELD, do_prev}, {ACTION_PAGE_DOWN, do_page_down},
    {ACTION_PAGE_UP, do_page_up}, {ACTION_HELP, do_explain},
    {ACTION_REPEAT, do_repeat},   {ACTION_LANGUAGE, do_language},
    {ACTION_ADD_ROW, do_add_row}, {ACTION_DROP_ROW, do_drop_row},
    {ACTION_ALIKE, do_alike},     {ACTION_UNSEAL, do_unseal},
};

/* F2 in a text of several lines, as Enter in one of one line. */
static enum view_answer go_on(struct view_form *f)
{
    static const struct press enter_key = {K_ENTER, ACTION_NEXT_FIELD};

    return do_next(f, &enter_key);
}

static enum view_answer press_entry(struct view_form *f, const struct press *p)
{
    struct entry_keep keep = {keep_answer, f};
    enum edit_answer answer;

    if (!f->entry)
        return VIEW_IGNORED;
    answer = entry_press(f->entry, p, &keep);
    f->ethiopic = entry_is_ethiopic(f->entry);
    if (answer == EDIT_REFUSED) {
        canvas_bell(tui_canvas(f->tui));
        tui_say(f->tui, ROLE_WARN, _("No more fits in this field"));
    }
    if (answer == EDIT_IGNORED)
        return VIEW_IGNORED;
    f->warned = false;
    if (entry_is_changed(f->entry))
        f->touched = true;
    if (f->touched && p->action == ACTION_PICK) {
        put_typed(f); /* in full at once, for it was taken from the list */
        keep_draft(f);
    } else if (f->touched && entry_is_long(f->entry)) {
        put_typed(f); /* whole when it comes back, and of another height */
        keep_draft(f);
    } else if (f->touched) {
        f->view->tick_ms = KEEP_AFTER_MS;
    }
    return answer == EDIT_LEFT ? go_on(f) : VIEW_HANDLED;
}

/* Who types on while a note has the cursor means the question behind it. */
static enum view_answer type_behind_note(struct view_form *f,
                                         const struct press *p)
{
    size_t note = f->focus;

    go_on(f);
    return f->focus != note && f->entry && p->key != ' ' ? press_entry(f, p)
                                                         : VIEW_HANDLED;
}

/* Letters behind rows are a mistake, and must not be commands: L would lock
 * the office, q leave the form. */
static enum view_answer press_behind_rows(struct view_form *f,
                                          const struct press *p)
{
    if (p->key == '+' || p->key == ' ')
        return do_add_row(f, p);
    if (p->key == '-')
        return do_drop_row(f, p);
    if (!key_is_text(p->key))
        return VIEW_IGNORED;
    canvas_bell(tui_canvas(f->tui));
    tui_say(f->tui, ROLE_HINT, _("Nothing is typed here: %s"),
            _(hint_behind_rows));
    return VIEW_HANDLED;
}

static enum view_answer view_form_press(void *self, const struct press *p)
{
    struct view_form *f = self;

    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action)
            return deeds[i].act(f, p);
    if (p->key == '?' && f->entry && entry_is_empty(f->entry) &&
        !entry_style_field(&f->style, f->focus)->list)
        return do_explain(f, p);
    if (is_at_sealed(f) && key_is_text(p->key))
        return do_unseal(f, p);
    if (is_on_note(f) && key_is_text(p->key))
        return type_behind_note(f, p);
    if (!f->entry && f->focus != FORM_ROOT)
        return press_behind_rows(f, p);
    return press_entry(f, p);
}

/* ---- leaving ---- */

static bool view_form_may_close(void *self)
{
    static const struct ask_option options[] = {
        {N_("s"), N_("Save")},
        {N_("l"), N_("Leave as draft")},
        {N_("t"), N_("Throw away")},
    };
    struct view_form *f = self;
    struct err e = ERR_INIT;
    int answer;

    if (!is_dirty(f))
        return true;
    answer = tui_choose(f->tui, _("This form is not saved."), options,
                        ARR_NR(options));
    if (answer == 0)
        return save(f);
    if (answer == 1) {
        put_typed(f);
        if (sitting_keep(f->sitting, &e)) {
            tui_say(f->tui, ROLE_GOOD,
                    _("Kept as a draft: d in the list of cases goes on"));
            return true;
        }
    } else if (answer == 2 && sitting_drop(f->sitting, &e)) {
        return true;
    }
    if (e.code != ERR_NONE)
        tui_fail(f->tui, &e);
    return false;
}

/* ---- drawing ---- */

/* Where nothing is typed: what can be done there. */
static const char *hint_of(const struct view_form *f, struct pool *pool)
{
    if (f->entry)
        return entry_style_hint(&f->style, f->focus, pool);
    if (is_at_sealed(f))
        return unseal_hint(sitting_task(f->sitting)->store);
    if (is_on_note(f))
        return _("To be read: Enter goes on, F1 shows it on a page of its own");
    return f->focus == FORM_ROOT ? "" : _(hint_behind_rows);
}

static void view_form_draw(void *self, struct canvas *c, struct area a)
{
    struct view_form *f = self;
    struct pool *pool = pool_new();
    struct buf options = BUF_INIT(OPTIONS_BYTES);
    struct form_hint hint = {.hint = hint_of(f, pool)};
    struct area questions = a, below = a;

    if (f->entry)
        entry_print_options(f->entry, &options);
    hint.options = buf_text(&options);
    below.rows = form_hint_rows(&hint, c, a.cols);
    questions.rows -= below.rows;
    below.row += questions.rows;
    form_page_draw(f->page, c, questions, f->focus, f->entry);
    form_hint_draw(&hint, c, below);
    buf_release(&options);
    pool_free(pool);
}

static void view_form_status(void *self, struct buf *out)
{
    const struct view_form *f = self;
    size_t asked, answered;

    record_progress(sitting_record(f->sitting), &asked, &answered);
    if (f->ethiopic)
        buf_printf(out, "%s  ", _("Ethiopic"));
    if (form(f)->langs_nr > 1)
        buf_printf(out, "%s  ", form(f)->langs[f->style.lang]);
    /* TRANSLATORS: how many questions have an answer: 12 of 40 */
    buf_printf(out, _("%zu of %zu answered"), answered, asked);
}

static bool view_form_typing(const void *self)
{
    return ((const struct view_form *)self)->focus != FORM_ROOT;
}

static const enum action *view_form_actions(const void *self)
{
    return ((const struct view_form *)self)->actions;
}

static void view_form_free(void *self)
{
    struct view_form *f = self;

    entry_free(f->entry);
    lookalike_free(f->alike);
    form_page_free(f->page);
    sitting_free(f->sitting);
    mem_free(f);
}

static const struct view_ops view_form_ops = {
    .title = N_("Form"),
    .help = N_("Questions on the left, answers on the right. Type the answer "
               "and press Enter; what does not apply disappears. * expects an "
               "answer, ! marks one that needs another look. F1 explains the "
               "question. What is typed is kept as a draft all the time; F2 "
               "saves it."),
    .draw = view_form_draw,
    .press = view_form_press,
    .typing = view_form_typing,
    .actions_now = view_form_actions,
    .status = view_form_status,
    .may_close = view_form_may_close,
    .tick = view_form_keep,
    .keep = view_form_keep,
    .free = view_form_free,
};

/* ---- opening ---- */

struct view *view_form_new(struct tui *t, const struct form_task *task,
                           struct err *e)
{
    struct sitting *s = sitting_new(task, e);
    size_t first;
    struct view_form *f;

    if (!s)
        return NULL;
    f = mem_alloc(sizeof *f);
    f->tui = t;
    f->sitting = s;
    f->style = entry_style_of(task->store, sitting_record(s), sitting_today(s));
    f->page = form_page_new(s, &f->style, tui_canvas(t));
    f->view = view_new(&view_form_ops, f);
    if (sitting_task(s)->is_new && task->open_case)
        f->alike = lookalike_new(form(f)->langs[f->style.lang]);
    set_title(f);
    if (sitting_seen(s) != NULL && !sitting_had_draft(s))
        f->blank_before = flaws_count_blank(&f->style, &first);
    enter(f, form_page_next(f->page, FORM_ROOT));
    if (sitting_behind(s) > 0) /* somebody was quicker, here or elsewhere */
        tui_say(t, ROLE_WARN,
                P_("Your draft. %zu answer was saved since: look before F2",
                   "Your draft. %zu answers were saved since: look before F2",
                   (unsigned long)sitting_behind(s)),
                sitting_behind(s));
    else if (sitting_had_draft(s))
        tui_say(t, ROLE_WARN,
                _("This is your draft, not saved yet: F2 saves it"));
    return f->view;
}

struct form_task view_form_task_of_draft(struct store *s, const struct draft *d)
{
    const struct kind *k = kind_find(d->kind);

    return (struct form_task){.store = s,
                              .kind = k ? k->name : d->kind,
                              .stream = d->stream,
                              .record = d->record,
                              .is_new = d->is_new,
                              .place = *d->place ? d->place : NULL,
                              .draft = d};
}
