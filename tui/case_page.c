/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/case_page.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/kind.h"
#include "store/duplicate.h"
#include "store/formdef.h"
#include "store/retain.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/worker.h"
#include "tui/desk.h"
#include "tui/tui.h"
#include "tui/unseal.h"
#include "tui/wrap.h"

enum { PLACE_SHOWN_BYTES = 200, PLACE_LEVELS_MAX = 6, NUMBER_COLS_MAX = 8 };

struct case_page {
    struct pool *pool;
    struct desk *desk;
    const struct canvas *canvas;
    int text_cols;
    int64_t sent; /* log position the hub has */
    struct casefile file;
    struct case_line *items;
    size_t nr, alloc;
};

/* ---- lines ---- */

static struct case_line *add(struct case_page *p, enum case_line_kind kind,
                             const char *label, const char *text)
{
    struct case_line *line = &ARR_PUSH(p);

    *line = (struct case_line){.kind = kind, .label = label, .text = text};
    return line;
}

static void add_blank(struct case_page *p)
{
    add(p, CASE_LINE_BLANK, "", "");
}

/* A wrapped text, taken line by line; "" once it is through. */
struct folding {
    const char *text;
    size_t size, at;
    int cols;
};

static struct folding fold(const char *text, int cols)
{
    return (struct folding){text, strlen(text), 0, cols};
}

static const char *next_fold(struct case_page *p, struct folding *f)
{
    struct wrap_line line;

    if (f->at >= f->size)
        return "";
    line = wrap_next(p->canvas, f->text, f->size, f->at, f->cols);
    f->at = line.next > f->at ? line.next : f->size;
    return pool_strn(p->pool, f->text + line.start, line.end - line.start);
}

/* Question and answer side by side, each as many lines as it needs. */
static void add_pair(struct case_page *p, const struct case_line *model)
{
    struct folding label = fold(model->label, CASE_LABEL_COLS);
    struct folding text = fold(model->text, p->text_cols);
    struct case_line line = *model;

    do {
        line.label = next_fold(p, &label);
        line.text = next_fold(p, &text);
        ARR_PUSH(p) = line;
        line.kind = CASE_LINE_MORE;
        line.quiet = true;
    } while (label.at < label.size || text.at < text.size);
}

static void add_fact(struct case_page *p, const char *label, const char *text)
{
    struct case_line line = {
        .kind = CASE_LINE_ANSWER, .label = label, .text = text};

    if (*text)
        add_pair(p, &line);
}

/* ---- one record ---- */

struct section {
    const struct entity *entity;
    const struct form *form;
    struct answer_style style;
    bool all_unsent; /* then the mark at the heading says it for all */
    const struct record *record; /* its rows and answers */
    size_t last;        /* group or row of the answer before; RECORD_NONE */
    const char *number; /* before the next question: "S-1"; or NULL */
};

static bool is_unsent(const struct case_page *p, const struct entity_value *v)
{
    return v->dot.epoch == store_epoch(p->desk->store) &&
           v->change_id > p->sent && !store_is_hub(p->desk->store);
}

static size_t count_unsent(const struct case_page *p, const struct entity *x)
{
    size_t nr = 0;

    for (size_t i = 0; i < x->values_nr; i++)
        nr += is_unsent(p, &x->values[i]);
    return nr;
}

static int64_t entity_updated_ms(const struct entity *x)
{
    int64_t at_ms = x->created_ms;

    for (size_t i = 0; i < x->values_nr; i++)
        if (x->values[i].at_ms > at_ms)
            at_ms = x->values[i].at_ms;
    return at_ms;
}

/* The answer before this one stands in that group too. */
static bool is_inside(const struct section *s, size_t group)
{
    size_t node = s->last;

    while (node != RECORD_NONE && node != group)
        node = record_parent(s->record, node);
    return node == group;
}

static const char *label_of(struct case_page *p, const struct section *s,
                            size_t node)
{
    const struct field *d = &s->form->fields[record_field(s->record, node)];

    return record_text(s->record, node, field_label(s->form, d, s->style.lang),
                       s->style.lang, p->pool);
}

/* Titles of groups and rows above a node, outermost first, those not shown
 * yet. A number, as standards within a group have one, goes before the question
 * itself. */
static void add_groups(struct case_page *p, struct section *s, size_t node)
{
    size_t parent = record_parent(s->record, node);
    const char *label;

    if (parent == RECORD_NONE || is_inside(s, parent))
        return;
    add_groups(p, s, parent);
    label = label_of(p, s, parent);
    if (record_kind(s->record, parent) == RECORD_ROW)
        label = pool_printf(p->pool, "%s %zu", label,
                            record_row_number(s->record, parent));
    else if (record_parent(s->record, parent) != RECORD_NONE &&
             canvas_columns(p->canvas, label, strlen(label)) <=
                 NUMBER_COLS_MAX) {
        s->number = label;
        return;
    }
    add_blank(p);
    add(p, CASE_LINE_GROUP, label, "")->entity = s->entity;
}

static const char *print_value(struct case_page *p, const struct section *s,
                               const struct field *d,
                               const struct entity_value *v)
{
    char place[PLACE_SHOWN_BYTES];

    if (v->masked)
        return unseal_words(p->desk->store);
    if (!*v->answer)
        return _("(blank)");
    if (!strstr(d->appearance, "place") || !place_is_code(v->answer))
        return answer_print(s->form, d, v->answer, &s->style, p->pool);
    place_print(v->answer, place, sizeof place);
    return pool_printf(p->pool, "%s (%s)", place, v->answer);
}

static const char *print_who(struct case_page *p, const struct entity_value *v)
{
    char when[DESK_WHEN_BYTES], number[ID_NUMBER_BYTES] = "";
    struct id id;

    desk_print_when(p->desk, v->at_ms, when);
    if (v->from) {
        id = stream_id(v->from);
        id_print_number(&id, number);
    }
    return pool_printf(p->pool, "%s, %s%s%s%s%s", when, v->author,
                       *v->office ? ", " : "", v->office, *number ? ", " : "",
                       number);
}

/* All values of a field: one, or those that clash with who wrote them. */
static void add_values(struct case_page *p, struct section *s, size_t node,
                       const struct entity_value *first)
{
    const struct entity *x = s->entity;
    const struct field *d = &s->form->fields[record_field(s->record, node)];
    struct case_line line = {
        .kind = CASE_LINE_ANSWER, .label = label_of(p, s, node), .entity = x};

    if (s->number)
        line.label = pool_printf(p->pool, "%s  %s", s->number, line.label);
    s->number = NULL;
    for (const struct entity_value *v = first;
         v < x->values + x->values_nr && str_equal(v->path, first->path); v++) {
        line.value = v;
        line.clashes = v->clashes;
        line.quiet = s->all_unsent && !v->clashes;
        line.unsent = is_unsent(p, v);
        line.text = print_value(p, s, d, v);
        if (v->clashes)
            line.text =
                pool_printf(p->pool, "%s (%s)", line.text, print_who(p, v));
        add_pair(p, &line);
        line.label = "";
        if (!v->clashes) /* others that stand say the same */
            break;
    }
}

/* What is shown of a node; NULL: nothing. */
static const struct entity_value *value_of(const struct section *s, size_t node)
{
    const struct field *d = &s->form->fields[record_field(s->record, node)];
    const struct entity_value *v;

    if (record_kind(s->record, node) != RECORD_FIELD || !field_holds_value(d) ||
        d->type == FIELD_CALCULATE)
        return NULL;
    v = entity_value_of(s->entity, s->record, node);
    return v && (*v->answer || v->masked || v->clashes) ? v : NULL;
}

static void add_answers(struct case_page *p, struct section *s)
{
    int64_t now = store_now_ms(p->desk->store);
    struct record_moment m = {.today = stamp_local_day(now),
                              .now_ms = now,
                              .zone = stamp_zone_minutes};
    struct record *r = record_new(s->form, m);

    entity_fill(s->entity, r);
    s->record = r;
    s->last = RECORD_NONE;
    for (size_t i = record_walk(r, RECORD_NONE); i != RECORD_NONE;
         i = record_walk(r, i)) {
        const struct entity_value *v = value_of(s, i);

        if (!v)
            continue;
        add_groups(p, s, i);
        add_values(p, s, i, v);
        s->last = record_parent(r, i);
    }
    record_free(r);
}

/* Answers to questions the form no longer asks are shown too. */
static void add_strays(struct case_page *p, const struct section *s)
{
    for (size_t i = 0; i < s->entity->values_nr; i++) {
        const struct entity_value *v = &s->entity->values[i];
        struct case_line line = {
            .kind = CASE_LINE_ANSWER,
            .label = v->path,
            .text = v->masked ? unseal_words(p->desk->store) : v->answer,
            .clashes = v->clashes,
            .unsent = is_unsent(p, v),
            .quiet = s->all_unsent && !v->clashes,
            .entity = s->entity,
            .value = v};

        if (!s->form || !form_heir(s->form, v->path))
            add_pair(p, &line);
    }
}

static void add_heading(struct case_page *p, const struct entity *x,
                        const char *what, const char *when)
{
    struct case_line *line;

    add_blank(p);
    line = add(p, CASE_LINE_RECORD, what, when);
    line->entity = x;
    line->unsent = count_unsent(p, x) > 0;
    line->clashes = x->clashes_nr > 0;
}

static void add_record(struct case_page *p, const struct entity *x)
{
    const struct kind *kind = formdef_kind(p->desk->store, x->kind);
    struct err ignored = ERR_INIT;
    const struct formdef *def =
        formdef_current(p->desk->store, x->form_id, &ignored);
    struct section s = {.entity = x, .form = def ? def->form : NULL};
    char when[CALENDAR_WORDS_BYTES];

    s.all_unsent = count_unsent(p, x) == x->values_nr;
    desk_print_date(p->desk, x->created_ms, when);
    if (x->stream.kind == STREAM_CASE)
        add_heading(p, x, kind ? kind_label(kind, p->desk->lang) : x->kind,
                    pool_printf(p->pool, "%s, %s", when, x->author));
    if (s.form) {
        s.style = (struct answer_style){
            .lang = form_lang(s.form, p->desk->lang),
            .lang_code = p->desk->lang,
            .ethiopian = p->desk->calendar == CALENDAR_ETHIOPIAN};
        add_answers(p, &s);
    }
    add_strays(p, &s);
}

/* ---- who the child is ---- */

static const char *answer_named(struct case_page *p, const struct entity *x,
                                const char *name)
{
    const struct entity_value *v = entity_value_named(x, name);
    struct err ignored = ERR_INIT;
    const struct formdef *def =
        formdef_current(p->desk->store, x->form_id, &ignored);
    const struct field *d = v && def ? form_field(def->form, v->path) : NULL;
    struct answer_style style;

    if (!d)
        return v ? v->answer : "";
    style = (struct answer_style){.lang = form_lang(def->form, p->desk->lang),
                                  .lang_code = p->desk->lang,
                                  .ethiopian =
                                      p->desk->calendar == CALENDAR_ETHIOPIAN};
    return answer_print(def->form, d, v->answer, &style, p->pool);
}

/* From the birth date; else from the age told at registration, and the years
 * that have passed since. */
static const char *print_age(struct case_page *p, const struct entity *x)
{
    const struct entity_value *born = entity_value_named(x, "birth_date");
    const struct entity_value *told = entity_value_named(x, "age_years");
    int64_t today = stamp_local_day(store_now_ms(p->desk->store));
    struct err ignored = ERR_INIT;
    int64_t day, years;

    if (born &&
        calendar_parse(CALENDAR_GREGORIAN, born->answer, &day, &ignored))
        years = calendar_years_between(day, today);
    else if (told && str_to_int(told->answer, 0, 150, &years))
        years += calendar_years_between(stamp_local_day(told->at_ms), today);
    else
        return "";
    return pool_printf(p->pool, P_("%d year", "%d years", (unsigned long)years),
                       (int)years);
}

/* A hold, and from when on the case is not to be kept: only where there is
 * something to say. */
static bool add_keeping(struct case_page *p, const struct entity_list *l,
                        struct err *e)
{
    char day[CALENDAR_WORDS_BYTES];
    struct retain r;

    if (!retain_of_records(p->desk->store, &p->file, l, p->pool, &r, e))
        return false;
    if (r.hold.held) {
        desk_print_date(p->desk, r.hold.by.decided_ms, day);
        add_fact(p, _("Held back from purging"),
                 pool_printf(p->pool, "%s, %s, %s: %s", day, r.hold.by.asked_by,
                             r.hold.by.decided_by, r.hold.by.reason));
    }
    if (r.started) {
        calendar_print_words(p->desk->calendar, r.due_day, p->desk->lang, day);
        add_fact(p, _("To be kept until"),
                 pool_printf(p->pool, "%s (%s)", day,
                             retention_label(r.rule, p->desk->lang)));
    }
    return true;
}

/* "almaz, dawit (another office)" */
static const char *print_workers(struct case_page *p)
{
    struct stream stream = stream_of_id(STREAM_CASE, &p->file.id);
    struct worker_list l = {NULL, 0};
    struct err ignored = ERR_INIT;
    const char *text = "";

    if (!worker_list_load(p->desk->store, &stream, p->pool, &l, &ignored))
        return "";
    for (size_t i = 0; i < l.nr; i++)
        if (l.items[i].works)
            text = pool_printf(p->pool, "%s%s%s%s", text, *text ? ", " : "",
                               l.items[i].login,
                               l.items[i].here ? "" : _(" (elsewhere)"));
    return text;
}

static void add_child(struct case_page *p, const struct entity *x)
{
    char place[PLACE_SHOWN_BYTES], opened[CALENDAR_WORDS_BYTES];

    place_print(p->file.place, place, sizeof place);
    desk_print_date(p->desk, p->file.opened_ms, opened);
    add_fact(p, _("Name"), p->file.name);
    add_fact(p, _("Number"), p->file.number);
    if (x) {
        add_fact(p, _("Sex"), answer_named(p, x, "sex"));
        add_fact(p, _("Age"), print_age(p, x));
    }
    add_fact(p, _("Place"), pool_str(p->pool, place));
    add_fact(p, _("Case opened"), pool_str(p->pool, opened));
    add_fact(p, _("Worker"), print_workers(p));
}

/* ---- all records, by kind ---- */

static const struct entity *find_kind(const struct entity_list *l,
                                      const char *kind)
{
    for (size_t i = 0; i < l->nr; i++)
        if (str_equal(l->items[i].kind, kind))
            return &l->items[i];
    return NULL;
}

/* What is not there yet is said, with the key that begins it. */
static void add_missing(struct case_page *p, const struct kind *kind)
{
    static const struct {
        const char *kind, *hint;
    } hints[] = {{"checklist", N_("none yet; t fills it")},
                 {"visit", N_("none yet; v writes one down")}};

    if (!right_has(p->desk->store, RIGHT_CREATE, kind->name, RIGHT_OPEN))
        return;
    for (size_t i = 0; i < ARR_NR(hints); i++)
        if (str_equal(hints[i].kind, kind->name)) {
            add_blank(p);
            add(p, CASE_LINE_HINT, kind_label(kind, p->desk->lang),
                _(hints[i].hint));
        }
}

/* Who works on the case stands beside the child's name. */
static bool is_shown_above(const struct kind *k)
{
    return str_equal(k->name, "worker");
}

/* The newest first; the list comes in order of creation. */
static void add_of_case(struct case_page *p, const struct entity_list *l)
{
    size_t nr;
    const struct kind *kinds = kind_list(&nr);

    for (size_t k = 0; k < nr; k++) {
        /* what the program writes itself has screens of its own */
        if (kinds[k].home != KIND_OF_CASE || !*kinds[k].form ||
            is_shown_above(&kinds[k]))
            continue;
        if (!find_kind(l, kinds[k].name))
            add_missing(p, &kinds[k]);
        for (size_t i = l->nr; i-- > 0;)
            if (str_equal(l->items[i].kind, kinds[k].name))
                add_record(p, &l->items[i]);
    }
    for (size_t i = l->nr; i-- > 0;)
        /* the office's own forms, another's, a newer program's */
        if (!kind_find(l->items[i].kind))
            add_record(p, &l->items[i]);
}

/* ---- the place, and those above it ---- */

static void add_place_record(struct case_page *p, const struct entity *x,
                             const struct kind *kind, const char *code)
{
    char place[PLACE_SHOWN_BYTES], age[DESK_WHEN_BYTES];

    place_print(code, place, sizeof place);
    desk_print_age(p->desk, entity_updated_ms(x), age);
    add_heading(
        p, x,
        pool_printf(p->pool, "%s: %s", kind_label(kind, p->desk->lang), place),
        /* TRANSLATORS: "answered 40 days ago, almaz" */
        pool_printf(p->pool, _("answered %s, %s"), age,
                    x->values_nr > 0 ? x->values[0].author : x->author));
    add_record(p, x);
}

static bool add_of_place(struct case_page *p, const char *code, size_t *found,
                         struct err *e)
{
    struct stream stream = stream_of_place(code);
    struct entity_list l = {NULL, 0};
    size_t nr;
    const struct kind *kinds = kind_list(&nr);

    if (!entity_list_load(p->desk->store, &stream, p->pool, &l, e))
        return false;
    for (size_t k = 0; k < nr; k++)
        for (size_t i = 0; i < l.nr; i++)
            if (kinds[k].home == KIND_OF_PLACE &&
                str_equal(l.items[i].kind, kinds[k].name)) {
                add_place_record(p, &l.items[i], &kinds[k], code);
                *found += 1;
            }
    return true;
}

static bool add_places(struct case_page *p, struct err *e)
{
    char code[PLACE_CODE_BYTES], above[PLACE_CODE_BYTES];
    bool more = place_is_code(p->file.place);
    size_t found = 0;

    str_copy(code, sizeof code, p->file.place);
    for (int level = 0; more && level < PLACE_LEVELS_MAX; level++) {
        if (!add_of_place(p, code, &found, e))
            return false;
        more = place_parent(code, above);
        str_copy(code, sizeof code, more ? above : "");
    }
    if (found == 0) {
        add_blank(p);
        add(p, CASE_LINE_HINT, _("Checklists of the place"),
            _("none yet; p fills one"));
    }
    return true;
}

/* ---- one child in two cases ---- */

/* Where what follows comes from: the number and place of its own case. */
static void add_origin(struct case_page *p, const struct casefile *c)
{
    char place[PLACE_SHOWN_BYTES];

    place_print(c->place, place, sizeof place);
    if (c->masked)
        str_copy(place, sizeof place, _("(not yours)"));
    add_blank(p);
    add(p, CASE_LINE_HINT,
        pool_printf(p->pool, _("From case %s, the same child"), c->number),
        pool_str(p->pool, place));
}

/* What the program writes itself has screens of its own. */
static bool is_answered(const struct entity *x)
{
    const struct kind *kind = kind_find(x->kind);

    return !kind || *kind->form;
}

static bool add_kept_here(struct case_page *p, const struct id *id,
                          struct err *e)
{
    struct id_list under = {NULL, 0};
    bool good = duplicate_under(p->desk->store, id, p->pool, &under, e);

    for (size_t i = 0; good && i < under.nr; i++) {
        struct stream stream = stream_of_id(STREAM_CASE, &under.items[i]);
        struct entity_list l = {NULL, 0};
        struct casefile c;

        good = casefile_load(p->desk->store, &under.items[i], &c, e) &&
               entity_list_load(p->desk->store, &stream, p->pool, &l, e);
        if (!good)
            break;
        add_origin(p, &c);
        for (size_t k = c.masked ? 0 : l.nr; k-- > 0;)
            if (is_answered(&l.items[k]))
                add_record(p, &l.items[k]);
    }
    return good;
}

/* The numbers under which the child is known, too. */
static bool add_numbers(struct case_page *p, const struct id *id, struct err *e)
{
    struct id_list under = {NULL, 0};
    const char *text = "";

    if (!duplicate_under(p->desk->store, id, p->pool, &under, e))
        return false;
    for (size_t i = 0; i < under.nr; i++) {
        char number[ID_NUMBER_BYTES];

        id_print_number(&under.items[i], number);
        text = pool_printf(p->pool, "%s%s%s", text, *text ? ", " : "", number);
    }
    add_fact(p, _("Also known as case"), text);
    return true;
}

static bool weave_all(struct case_page *p, struct entity_list *l, struct err *e)
{
    for (size_t i = 0; i < l->nr; i++)
        if (!duplicate_weave(p->desk->store, &l->items[i], p->pool, e))
            return false;
    return true;
}

static void add_kept_under(struct case_page *p)
{
    struct casefile kept;
    struct err ignored = ERR_INIT;

    if (!id_is_zero(&p->file.kept) &&
        casefile_load(p->desk->store, &p->file.kept, &kept, &ignored))
        add_fact(p, _("Same child as"),
                 pool_printf(p->pool, "%s %s", kept.number,
                             kept.masked ? _("(not yours)") : kept.name));
}

/* ---- the page ---- */

static bool load(struct case_page *p, const struct id *id, struct err *e)
{
    struct stream stream = stream_of_id(STREAM_CASE, id);
    struct entity_list l = {NULL, 0};

    if (!setting_get_int(p->desk->store, "sync.sent", &p->sent, e) ||
        !casefile_load(p->desk->store, id, &p->file, e) ||
        !entity_list_load(p->desk->store, &stream, p->pool, &l, e) ||
        !weave_all(p, &l, e))
        return false;
    add_child(p, find_kind(&l, "case"));
    add_kept_under(p);
    if (!add_numbers(p, id, e) || !add_keeping(p, &l, e))
        return false;
    add_of_case(p, &l);
    return add_kept_here(p, id, e) && add_places(p, e);
}

struct case_page *case_page_load(struct desk *d, const struct id *id,
                                 int text_cols, struct err *e)
{
    struct case_page *p = mem_alloc(sizeof *p);

    p->pool = pool_new();
    p->desk = d;
    p->canvas = tui_canvas(d->tui);
    p->text_cols = text_cols > 1 ? text_cols : 1;
    if (load(p, id, e))
        return p;
    case_page_free(p);
    return NULL;
}

void case_page_free(struct case_page *p)
{
    if (!p)
        return;
    ARR_RELEASE(p);
    pool_free(p->pool);
    mem_free(p);
}

const struct casefile *case_page_file(const struct case_page *p)
{
    return &p->file;
}

size_t case_page_lines(const struct case_page *p)
{
    return p->nr;
}

const struct case_line *case_page_line(const struct case_page *p, size_t i)
{
    return &p->items[i];
}

static bool same_line(const struct case_line *a, const struct case_line *b)
{
    return a->kind == b->kind && a->entity && b->entity &&
           id_equal(&a->entity->id, &b->entity->id) &&
           str_equal(a->value ? a->value->path : NULL,
                     b->value ? b->value->path : NULL);
}

size_t case_page_find(const struct case_page *p, const struct case_line *line,
                      size_t place)
{
    for (size_t i = 0; i < p->nr; i++)
        if (same_line(&p->items[i], line))
            return i;
    return place < p->nr ? place : p->nr - 1;
}
