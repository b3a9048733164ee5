/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/record.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/field_type.h"
#include "forms/record_int.h"

/* ---- life ---- */

struct record *record_new(const struct form *f, struct record_moment m)
{
    struct record *r = mem_alloc(sizeof *r);

    r->form = f;
    r->moment = m;
    r->first = r->last = RECORD_NONE;
    r->news = mem_alloc((f->fields_nr + 1) * sizeof *r->news);
    r->starts = mem_alloc((f->fields_nr + 1) * sizeof *r->starts);
    record_grow(r, FORM_ROOT, RECORD_NONE);
    record_compute(r, true);
    return r;
}

void record_free(struct record *r)
{
    if (r == NULL)
        return;
    record_release_nodes(r);
    mem_free(r->news);
    mem_free(r);
}

const struct form *record_form(const struct record *r)
{
    return r->form;
}

/* ---- nodes ---- */

enum record_kind record_kind(const struct record *r, size_t node)
{
    return record_at(r, node)->kind;
}

size_t record_field(const struct record *r, size_t node)
{
    return record_at(r, node)->field;
}

size_t record_parent(const struct record *r, size_t node)
{
    return record_at(r, node)->parent;
}

bool record_may_add(const struct record *r, size_t repeat)
{
    return record_def(r, repeat)->repeat_count == NULL;
}

size_t record_rows_nr(const struct record *r, size_t repeat)
{
    return record_at(r, repeat)->rows_nr;
}

size_t record_row_number(const struct record *r, size_t row)
{
    return record_at(r, row)->number;
}

size_t record_row_repeat(const struct record *r, size_t row)
{
    return record_at(r, row)->repeat;
}

size_t record_dropped_nr(const struct record *r)
{
    return r->dropped.nr;
}

const char *record_dropped(const struct record *r, size_t i)
{
    return r->dropped.items[i];
}

/* ---- answers ---- */

static const char *text_or_blank(const char *s)
{
    return s != NULL ? s : "";
}

const char *record_answer(const struct record *r, size_t node)
{
    const struct node *n = record_at(r, node);

    return n->sealed ? "" : text_or_blank(n->answer);
}

const char *record_value(const struct record *r, size_t node)
{
    return record_at(r, node)->relevant ? record_answer(r, node) : "";
}

const char *record_counts(const struct record *r, size_t node)
{
    const struct node *n = record_at(r, node);

    return n->relevant ? text_or_blank(n->answer) : "";
}

void record_set(struct record *r, size_t node, const char *answer)
{
    record_at(r, node)->typed = true;
    record_at(r, node)->sealed = false;
    if (!record_put_answer(r, node, str_is_blank(answer) ? "" : answer))
        return;
    if (record_at(r, node)->relevant)
        record_mark(r, node);
    record_compute(r, false);
}

static void forget_defaults(struct record *r)
{
    for (size_t i = 0; i < r->nodes.nr; i++) {
        if (!record_at(r, i)->typed)
            record_put_answer(r, i, "");
        record_at(r, i)->reached = false;
    }
    r->is_loaded = true;
}

void record_load(struct record *r, size_t node, const char *answer)
{
    struct node *n = record_at(r, node);

    if (!r->is_loaded)
        forget_defaults(r);
    record_put_answer(r, node, str_is_blank(answer) ? "" : answer);
    mem_free(n->loaded);
    n->loaded = n->answer != NULL ? mem_copy_str(n->answer) : NULL;
    n->typed = false;
}

void record_refresh(struct record *r)
{
    record_compute(r, true);
}

/* ---- questions ---- */

bool record_is_relevant(const struct record *r, size_t node)
{
    return record_at(r, node)->relevant;
}

bool record_is_required(const struct record *r, size_t node)
{
    const struct field *d = record_def(r, node);

    return record_at(r, node)->relevant && field_holds_value(d) &&
           d->required != NULL && record_holds(r, node, d->required, false);
}

void record_seal(struct record *r, size_t node)
{
    record_at(r, node)->sealed = true;
}

void record_unseal(struct record *r)
{
    for (size_t i = 0; i < r->nodes.nr; i++)
        record_at(r, i)->sealed = false;
}

bool record_is_sealed(const struct record *r, size_t node)
{
    return record_at(r, node)->sealed;
}

static bool is_other_than_loaded(const struct node *n)
{
    return !str_equal(text_or_blank(n->answer), text_or_blank(n->loaded));
}

bool record_is_dirty(const struct record *r)
{
    for (size_t i = 0; i < r->order_nr; i++) {
        const struct node *n = record_at(r, r->order[i]);
        if (n->typed && is_other_than_loaded(n))
            return true;
    }
    return r->is_rearranged;
}

bool record_is_typed(const struct record *r, size_t node)
{
    return record_at(r, node)->typed;
}

bool record_is_touched(const struct record *r, size_t node)
{
    const struct node *n = record_at(r, node);

    if (n->kind == RECORD_ROW)
        return !n->is_kept && record_may_add(r, n->repeat);
    if (!n->relevant || n->sealed || !is_other_than_loaded(n))
        return false;
    return n->typed || record_is_dirty(r);
}

/* In which language what was answered is said, where. */
struct saying {
    const struct record *record;
    size_t node, lang;
    struct pool *pool;
};

static bool wrong(struct err *problem, const char *message,
                  const char *otherwise)
{
    err_set(problem, ERR_INPUT, "%s", message[0] != '\0' ? message : otherwise);
    return true;
}

/* A message of the form's author, with what was answered in it. */
static bool wrong_by_form(const struct saying *s, struct err *problem,
                          const char *message, const char *otherwise)
{
    struct pool *pool = pool_new();

    wrong(problem, record_text(s->record, s->node, message, s->lang, pool),
          otherwise);
    pool_free(pool);
    return true;
}

static bool has_wrong_type(const struct record *r, size_t node,
                           struct err *problem)
{
    struct pool *pool = pool_new();
    struct value v;
    bool ok = answer_to_value(record_def(r, node), record_value(r, node), pool,
                              &v, problem);

    pool_free(pool);
    return !ok;
}

/* A code that the list in a file has lost since is no fault of the person. */
static bool is_code_of_before(const struct record *r, size_t node)
{
    const struct field *d = record_def(r, node);

    return d->list != NULL && d->list->file != NULL &&
           !is_other_than_loaded(record_at(r, node));
}

bool record_problem(const struct record *r, size_t node, size_t lang,
                    bool blank_too, struct err *problem)
{
    const struct form *f = r->form;
    const struct field *d = record_def(r, node);
    const struct saying s = {.record = r, .node = node, .lang = lang};

    if (!record_at(r, node)->relevant || !field_holds_value(d) ||
        record_at(r, node)->sealed)
        return false;
    if (record_at(r, node)->answer == NULL)
        return blank_too && record_is_required(r, node) &&
               wrong_by_form(&s, problem, field_required_message(f, d, lang),
                             _("An answer is needed here"));
    if (!is_code_of_before(r, node) && has_wrong_type(r, node, problem))
        return true;
    return d->constraint != NULL &&
           !record_holds(r, node, d->constraint, false) &&
           wrong_by_form(&s, problem, field_constraint_message(f, d, lang),
                         _("This answer is not possible here; check it"));
}

bool record_offers(const struct record *r, size_t node, size_t choice)
{
    const struct field *d = record_def(r, node);
    const struct choice *c = &d->list->items[choice];
    struct err ignored = ERR_INIT;
    struct expr_value v;
    struct pool *pool;
    bool yes = true;

    if (c->retired || c->name[0] == '\0')
        return false;
    if (d->choice_filter == NULL)
        return true;
    pool = pool_new();
    if (record_evaluate(r,
                        (struct record_ask){
                            .node = node, .x = d->choice_filter, .choice = c},
                        pool, &v, &ignored))
        yes = expr_to_boolean(&v);
    pool_free(pool);
    return yes;
}

/* ---- texts with answers in them ---- */

static bool is_stop(const struct record *r, size_t node)
{
    const struct node *n = record_at(r, node);

    if (n->kind == RECORD_REPEAT)
        return n->relevant && record_may_add(r, node);
    return n->kind == RECORD_FIELD && n->relevant &&
           field_type_def(record_def(r, node)->type)->is_asked;
}

/* What was computed in the form's default language, in another one. */
static const char *say_again(const struct saying *s, size_t node)
{
    const struct record *r = s->record;
    const struct record_ask ask = {.node = node,
                                   .x = record_def(r, node)->calculation,
                                   .lang = r->form->langs[s->lang]};
    struct err ignored = ERR_INIT;
    struct expr_value v;

    return record_evaluate(r, ask, s->pool, &v, &ignored)
               ? expr_to_string(&v, s->pool)
               : record_value(r, node);
}

static bool is_said_by_form(const struct saying *s, size_t node)
{
    const struct node *n = record_at(s->record, node);
    const struct expr *x = record_def(s->record, node)->calculation;

    return s->lang > 0 && s->lang < s->record->form->langs_nr &&
           n->answer != NULL && n->relevant && !n->typed && x != NULL &&
           expr_speaks(x);
}

/* What ${name} is at a node: the first of the nodes it means there. Where a
 * person has yet to answer dots say so: "What does ... do?" */
static const char *answer_named(const struct saying *s, const char *name,
                                size_t n)
{
    const struct record *r = s->record;
    size_t node = s->node;
    size_t field =
        form_field_named(r->form, record_at(r, node)->field, name, n);
    const size_t *nodes;
    size_t nr;

    if (field == FORM_ROOT)
        return "";
    nodes = record_named(r, node, field, &nr);
    if (nr == 0)
        return "";
    node = r->order[nodes[0]];
    if (record_at(r, node)->answer == NULL && is_stop(r, node))
        return "...";
    return is_said_by_form(s, node) ? say_again(s, node)
                                    : record_value(r, node);
}

const char *record_text(const struct record *r, size_t node, const char *text,
                        size_t lang, struct pool *pool)
{
    const struct saying s = {r, node, lang, pool};
    struct buf out = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    const char *at, *end, *result = text;

    if (strstr(text, "${") == NULL)
        return text;
    while ((at = strstr(text, "${")) != NULL &&
           (end = strchr(at, '}')) != NULL) {
        buf_add(&out, text, (size_t)(at - text));
        at += strlen("${");
        buf_add_str(&out, answer_named(&s, at, (size_t)(end - at)));
        text = end + 1;
    }
    buf_add_str(&out, text);
    if (!buf_failed(&out))
        result = pool_str(pool, buf_text(&out));
    buf_release(&out);
    return result;
}

/* ---- the way through ---- */

size_t record_next(const struct record *r, size_t node)
{
    size_t i = node == RECORD_NONE ? 0 : record_at(r, node)->position + 1;

    for (; i < r->order_nr; i++)
        if (is_stop(r, r->order[i]))
            return r->order[i];
    return RECORD_NONE;
}

size_t record_prev(const struct record *r, size_t node)
{
    size_t i = node == RECORD_NONE ? r->order_nr : record_at(r, node)->position;

    for (; i > 0; i--)
        if (is_stop(r, r->order[i - 1]))
            return r->order[i - 1];
    return RECORD_NONE;
}

void record_progress(const struct record *r, size_t *asked, size_t *answered)
{
    *asked = *answered = 0;
    for (size_t i = 0; i < r->order_nr; i++) {
        size_t node = r->order[i];
        if (!is_stop(r, node) || record_is_sealed(r, node) ||
            !field_holds_value(record_def(r, node)))
            continue;
        ++*asked;
        *answered += record_at(r, node)->answer != NULL;
    }
}
