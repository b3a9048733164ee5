/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/right.h"
#include "store/store.h"
#include "store/unlock.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"reason", "TEXT", N_("open what is sealed, for this reason"), false},
    {"lang", "CODE", N_("language of the labels: en, am"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_show = {
    .name = "show",
    .args = "CASE",
    .summary = N_("one case with all its records, and the facts of its place"),
    .detail = N_("CASE is a case number, an id, or words of the name that fit "
                 "one case only. Where two values clash, both stand there. "
                 "Sealed answers (concerns, disclosures) are shown with "
                 "--reason, to those whose role allows it; the reason is "
                 "kept. A case that is not yours is a number."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run};

static const struct report_column columns[] = {
    {"record", NULL, 36}, {"kind", NULL, 12},   {"path", NULL, 0},
    {"answer", NULL, 0},  {"author", NULL, 0},  {"office", NULL, 0},
    {"at", NULL, 0},      {"clashes", NULL, 0}, {"masked", NULL, 0},
};

/* The answer stands last: it takes the room that is left. */
static const struct report_column text_columns[] = {
    {"record", N_("Record"), 14},
    {"field", N_("Question"), 25},
    {"mark", "", 1},
    {"by", N_("By"), 8},
    {"answer", N_("Answer"), 0},
};

static void json_rows(struct report *r, const struct entity *x)
{
    char id[ID_TEXT_BYTES], when[STAMP_ISO_BYTES];
    id_print(&x->id, id);
    for (size_t i = 0; i < x->values_nr; i++) {
        const struct entity_value *v = &x->values[i];
        stamp_print_iso(v->at_ms, when);
        report_cell(r, id);
        report_cell(r, x->kind);
        report_cell(r, v->path);
        report_cell(r, v->answer);
        report_cell(r, v->author);
        report_cell(r, v->office);
        report_cell(r, when);
        report_cell_int(r, v->clashes);
        report_cell_int(r, v->masked);
    }
}

/* One record being shown. */
struct shown {
    const struct unlock_view *view;
    const struct entity *entity;
    const struct form *form; /* NULL: this office does not know it */
    const char *kind;        /* its name, for people */
};

static void text_row(struct report *r, const struct shown *x,
                     const struct entity_value *v, const char *question,
                     const char *answer)
{
    report_cell(r, x->kind);
    report_cell(r, question);
    report_cell(r, v->clashes ? "!" : "");
    report_cell(r, v->author);
    report_cell(r, v->masked ? _("(sealed)") : answer);
}

static const char *label_of(const struct shown *x, const struct record *r,
                            size_t node)
{
    size_t lang = form_lang(x->form, x->view->lang);
    const char *label =
        field_label(x->form, &x->form->fields[record_field(r, node)], lang);
    return record_text(r, node, label, lang, x->view->pool);
}

/* "Child 2, Given name": a question in a row says which. */
static const char *question_of(const struct shown *x, const struct record *r,
                               size_t node)
{
    const char *label = label_of(x, r, node);
    for (size_t n = record_parent(r, node); n != RECORD_NONE;
         n = record_parent(r, n))
        if (record_kind(r, n) == RECORD_ROW)
            label = pool_printf(x->view->pool, "%s %zu, %s", label_of(x, r, n),
                                record_row_number(r, n), label);
    return label;
}

static void node_rows(struct report *r, const struct shown *x,
                      const struct record *filled, size_t node)
{
    const struct field *d = &x->form->fields[record_field(filled, node)];
    struct answer_style style = {.lang = form_lang(x->form, x->view->lang),
                                 .lang_code = x->view->lang};
    const struct entity_value *first =
        record_kind(filled, node) == RECORD_FIELD && field_holds_value(d)
            ? entity_value_of(x->entity, filled, node)
            : NULL;
    const struct entity_value *end = x->entity->values + x->entity->values_nr;
    for (const struct entity_value *v = first;
         v != NULL && v < end && strcmp(v->path, first->path) == 0; v++) {
        text_row(r, x, v, question_of(x, filled, node),
                 answer_print(x->form, d, v->answer, &style, x->view->pool));
        if (!v->clashes) /* others that stand say the same */
            break;
    }
}

static void form_rows(struct report *r, const struct shown *x)
{
    int64_t now = store_now_ms(x->view->store);
    struct record_moment m = {.today = stamp_local_day(now),
                              .now_ms = now,
                              .zone = stamp_zone_minutes};
    struct record *filled = record_new(x->form, m);
    entity_fill(x->entity, filled);
    for (size_t n = record_walk(filled, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(filled, n))
        node_rows(r, x, filled, n);
    record_free(filled);
}

/* What the form does not ask, or no longer, stands under its path. */
static void stray_rows(struct report *r, const struct shown *x)
{
    for (size_t i = 0; i < x->entity->values_nr; i++) {
        const struct entity_value *v = &x->entity->values[i];
        if (x->form == NULL || form_heir(x->form, v->path) == NULL)
            text_row(r, x, v, v->path, v->answer);
    }
}

static void text_rows(struct report *r, const struct unlock_view *view,
                      const struct entity *entity)
{
    struct err ignored = ERR_INIT;
    const struct kind *kind = formdef_kind(view->store, entity->kind);
    const struct formdef *def =
        formdef_current(view->store, entity->form_id, &ignored);
    struct shown x = {.view = view,
                      .entity = entity,
                      .form = def != NULL ? def->form : NULL,
                      .kind = kind != NULL ? kind_label(kind, view->lang)
                                           : entity->kind};
    if (x.form != NULL)
        form_rows(r, &x);
    stray_rows(r, &x);
}

static bool add_stream(struct report *r, const struct unlock_view *view,
                       const struct stream *stream, struct err *e)
{
    struct entity_list list;
    if (!entity_list_load(view->store, stream, view->pool, &list, e))
        return false;
    for (size_t i = 0; i < list.nr; i++) {
        if (!duplicate_weave(view->store, &list.items[i], view->pool, e))
            return false;
        if (report_is_json(r))
            json_rows(r, &list.items[i]);
        else
            text_rows(r, view, &list.items[i]);
    }
    return true;
}

/* The place of the case and every place above it. */
static bool add_places(struct report *r, const struct unlock_view *view,
                       const char *place, struct err *e)
{
    char code[PLACE_CODE_BYTES], above[PLACE_CODE_BYTES];
    snprintf(code, sizeof code, "%s", place);
    for (bool more = place_is_code(code); more;) {
        struct stream stream = stream_of_place(code);
        if (!add_stream(r, view, &stream, e))
            return false;
        more = place_parent(code, above);
        snprintf(code, sizeof code, "%s", above);
    }
    return true;
}

/* Records of the cases kept under this one: their ids and kinds say whose. None
 * of those that are only a number to who asks. */
static bool add_kept(struct report *r, const struct unlock_view *view,
                     const struct id *id, struct err *e)
{
    struct id_list under;
    bool good = duplicate_under(view->store, id, view->pool, &under, e);
    for (size_t i = 0; good && i < under.nr; i++) {
        struct stream stream = stream_of_id(STREAM_CASE, &under.items[i]);
        bool may = false;
        good = right_may_see(view->store, &stream, &may, e) &&
               (!may || add_stream(r, view, &stream, e));
    }
    return good;
}

static bool add_links(struct report *r, const struct unlock_view *view,
                      const struct casefile *c, struct err *e)
{
    struct id_list under;
    struct casefile kept;
    struct err ignored = ERR_INIT;
    if (!id_is_zero(&c->kept) &&
        casefile_load(view->store, &c->kept, &kept, &ignored))
        report_fact(r, "kept_under", _("Same child as"), kept.number);
    if (!duplicate_under(view->store, &c->id, view->pool, &under, e))
        return false;
    if (under.nr > 0)
        report_fact_int(r, "kept_here", _("Cases of the same child below"),
                        (int64_t)under.nr);
    return true;
}

/* Who may look leaves the trace of it before anything is shown: the reader may
 * go away in the middle. */
static bool begin(struct cmd_call *call, struct store *s,
                  const struct stream *stream, struct err *e)
{
    const struct right_ask ask = {RIGHT_READ, RIGHT_CASE, "case", stream};
    const struct audit_event look = {.kind = AUDIT_OPEN_CASE, .stream = stream};
    if (!right_may(s, &ask, e) ||
        (cmd_has(call, "reason") &&
         !right_unseal(s, stream, cmd_option(call, "reason"), e)) ||
        !audit_note(s, &look, e) || !unlock_note_export(call, s, stream, e))
        return false;
    audit_flush(s, &(struct err)ERR_INIT);
    return true;
}

static bool show(struct cmd_call *call, const struct unlock_view *view,
                 struct err *e)
{
    struct report *r = call->report;
    struct casefile c;
    char id[ID_TEXT_BYTES], place[200];
    bool json = report_is_json(r);
    if (!casefile_resolve(view->store, call->args[0], &c, e))
        return false;
    struct stream stream = stream_of_id(STREAM_CASE, &c.id);
    if (!begin(call, view->store, &stream, e))
        return false;
    id_print(&c.id, id);
    place_print(c.place, place, sizeof place);
    report_fact(r, "number", _("Case"), c.number);
    report_fact(r, "id", _("Id"), id);
    report_fact(r, "name", _("Name"), c.name);
    report_fact(r, "place", _("Place"), json ? c.place : place);
    report_fact_int(r, "clashes", _("Clashes"), c.clashes);
    report_fact_bool(r, "unsent", _("Only on this PC"), c.unsent);
    if (!add_links(r, view, &c, e))
        return false;
    report_table_begin(r, "values", json ? columns : text_columns,
                       json ? ARR_NR(columns) : ARR_NR(text_columns));
    bool good = add_stream(r, view, &stream, e) &&
                add_kept(r, view, &c.id, e) && add_places(r, view, c.place, e);
    report_table_end(r);
    return good;
}

static bool run(struct cmd_call *call, struct err *e)
{
    return unlock_reader(call, show, e);
}
