/* SPDX-License-Identifier: Apache-2.0 */
#include "store/apply.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/kind.h"
#include "store/entity.h"
#include "store/right.h"
#include "store/store.h"

struct line {
    json_t *json;
    json_t *set;
    const char *place;  /* NULL: none */
    const char *reason; /* for opening what is sealed; NULL: none */
    bool has_case;
    struct id case_id, record;
    bool has_record;
    const struct kind *kind;
    const struct formdef *def;
    int64_t at_ms; /* 0: now */
    struct pool *pool;
    struct record *filled;
    struct entity seen;
    bool is_new;
};

/* ---- taking the line apart ---- */

/* What is not there is null; jansson's own questions ask each time. */
static json_type type_of(const json_t *v)
{
    return v != NULL ? json_typeof(v) : JSON_NULL;
}

static bool take_text(const struct line *l, const char *key, const char **out,
                      struct err *e)
{
    const json_t *v = json_object_get(l->json, key);
    *out = NULL;
    if (type_of(v) == JSON_NULL)
        return true;
    *out = json_string_value(v);
    return *out != NULL ||
           err_set(e, ERR_INPUT, _("\"%s\" must be a text"), key);
}

static bool take_id(const struct line *l, const char *key, struct id *id,
                    bool *given, struct err *e)
{
    const char *text;
    if (!take_text(l, key, &text, e))
        return false;
    *given = text != NULL;
    return text == NULL || id_parse(text, id) ||
           err_set(e, ERR_INPUT, _("\"%s\" is not an identifier (UUID)"), key);
}

static bool check_keys(const struct line *l, struct err *e)
{
    static const char *const known[] = {"case", "record", "form",  "at",
                                        "set",  "place",  "reason"};
    for (void *at = json_object_iter(l->json); at != NULL;
         at = json_object_iter_next(l->json, at)) {
        const char *key = json_object_iter_key(at);
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found = found || str_equal(key, known[i]);
        if (!found)
            return err_set(e, ERR_INPUT, _("\"%.40s\" means nothing here"),
                           key);
    }
    return true;
}

static bool take_form(struct store *s, struct line *l, struct err *e)
{
    const char *form;
    if (!take_text(l, "form", &form, e))
        return false;
    if (form == NULL)
        return err_set(e, ERR_INPUT, _("\"form\" is missing"));
    l->def = formdef_current(s, form, e);
    if (l->def == NULL)
        return false;
    l->kind = l->def->kind;
    return true;
}

static bool take_home(struct line *l, struct err *e)
{
    if (!take_text(l, "place", &l->place, e) ||
        !take_id(l, "case", &l->case_id, &l->has_case, e) ||
        !take_id(l, "record", &l->record, &l->has_record, e))
        return false;
    if (l->place != NULL && !place_is_code(l->place))
        return err_set(e, ERR_INPUT,
                       _("\"%.40s\" is not a place code: write one like "
                         "ET041114 or ET041114/03"),
                       l->place);
    if (l->kind->home == KIND_OF_CASE && !l->has_case)
        return err_set(e, ERR_INPUT, _("\"case\" is missing"));
    if (l->kind->home == KIND_OF_PLACE && l->place == NULL)
        return err_set(e, ERR_INPUT, _("\"place\" is missing"));
    return true;
}

static bool take_line(struct store *s, struct line *l, struct err *e)
{
    const char *at;
    if (type_of(l->json) != JSON_OBJECT)
        return err_set(e, ERR_INPUT, _("The line is not a JSON object"));
    l->set = json_object_get(l->json, "set");
    if (type_of(l->set) != JSON_OBJECT)
        return err_set(e, ERR_INPUT,
                       _("\"set\" must be an object of paths and values"));
    if (!check_keys(l, e) || !take_form(s, l, e) || !take_home(l, e) ||
        !take_text(l, "at", &at, e) || !take_text(l, "reason", &l->reason, e))
        return false;
    return at == NULL || stamp_parse_iso(at, &l->at_ms) ||
           err_set(e, ERR_INPUT,
                   _("\"at\" is not a time like 2026-11-21T09:30:00Z"));
}

/* ---- the record it is about ---- */

static struct stream stream_of(const struct line *l)
{
    return l->kind->home == KIND_OF_PLACE
               ? stream_of_place(l->place)
               : stream_of_id(STREAM_CASE, &l->case_id);
}

/* Of kinds of which there is one, the line need not name the record. */
static bool find_only_record(struct store *s, struct line *l, struct err *e)
{
    struct entity_list list;
    struct stream stream = stream_of(l);
    if (!entity_list_load(s, &stream, l->pool, &list, e))
        return false;
    for (size_t i = 0; i < list.nr; i++)
        if (str_equal(list.items[i].kind, l->kind->name)) {
            l->record = list.items[i].id;
            l->has_record = true;
        }
    if (!l->has_record)
        l->record = entity_once_id(&stream, l->kind->name);
    l->has_record = true;
    return true;
}

static bool choose_record(struct store *s, struct line *l, struct err *e)
{
    if (l->kind->opens_case) {
        if (l->has_record && !id_equal(&l->record, &l->case_id))
            return err_set(e, ERR_INPUT,
                           _("The registration of a case has the case's own "
                             "id as \"record\""));
        l->record = l->case_id;
        l->has_record = true;
    } else if (!l->has_record && l->kind->once && !find_only_record(s, l, e)) {
        return false;
    }
    if (!l->has_record)
        l->record = id_new(store_entropy(s));
    return true;
}

/* x->kind NULL: this office holds none of that id. */
static bool find_entity(struct store *s, const struct id *id, struct pool *pool,
                        struct entity *x, struct err *e)
{
    struct err why = ERR_INIT;
    if (entity_load(s, id, pool, x, &why))
        return true;
    *x = (struct entity){.kind = NULL};
    if (why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

/* A record's id is not yet a case's. */
static bool check_case_open(struct store *s, const struct line *l,
                            struct err *e)
{
    struct entity x;
    if (l->kind->home != KIND_OF_CASE)
        return true;
    if (l->kind->opens_case)
        return l->place != NULL ||
               err_set(e, ERR_INPUT,
                       _("\"place\" is missing: the line that opens a case "
                         "says where the child belongs"));
    struct stream stream = stream_of(l);
    if (!find_entity(s, &l->case_id, l->pool, &x, e))
        return false;
    return (x.kind != NULL && stream_equal(&x.stream, &stream)) ||
           err_set(e, ERR_NOT_FOUND,
                   _("This office holds no such case: its registration comes "
                     "first"));
}

static bool load_record(struct store *s, struct line *l, struct err *e)
{
    struct stream stream = stream_of(l);
    if (!choose_record(s, l, e) ||
        (l->reason != NULL && !right_unseal(s, &stream, l->reason, e)))
        return false;
    if (!find_entity(s, &l->record, l->pool, &l->seen, e))
        return false;
    if (l->seen.kind == NULL) {
        l->is_new = true;
        return check_case_open(s, l, e);
    }
    if (!stream_equal(&stream, &l->seen.stream) ||
        !str_equal(l->seen.kind, l->kind->name))
        return err_set(e, ERR_INPUT,
                       _("\"record\" belongs to another case, place or form"));
    return true;
}

/* ---- the answers ---- */

/* A path within a group (or the form, FORM_ROOT), or the name alone where only
 * one field there has it. */
static size_t find_field(const struct form *f, size_t group, const char *path)
{
    size_t found = FORM_ROOT, nr = 0, from = 0, to = f->fields_nr, skip = 0;
    if (group != FORM_ROOT) {
        from = group + 1;
        to = f->fields[group].group_end;
        skip = strlen(f->fields[group].path) + 1;
    }
    for (size_t i = from; i < to; i++) {
        const struct field *d = &f->fields[i];
        if (d->type == FIELD_GROUP || d->type == FIELD_NOTE)
            continue;
        if (str_equal(d->path + skip, path))
            return i;
        if (str_equal(d->name, path) && d->repeat == group) {
            found = i;
            nr++;
        }
    }
    return nr == 1 ? found : FORM_ROOT;
}

static bool add_scalar(struct buf *b, const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_STRING:
        buf_add(b, json_string_value(v), json_string_length(v));
        return true;
    case JSON_INTEGER:
        buf_printf(b, "%" PRId64, (int64_t)json_integer_value(v));
        return true;
    case JSON_REAL:
        buf_printf(b, "%.15g", json_real_value(v));
        return true;
    case JSON_TRUE:
        buf_add_str(b, "true");
        return true;
    case JSON_FALSE:
        buf_add_str(b, "false");
        return true;
    default:
        return false;
    }
}

static bool answer_of(struct buf *b, const char *path, const json_t *v,
                      struct err *e)
{
    bool good = true;
    buf_clear(b);
    if (type_of(v) == JSON_ARRAY) {
        for (size_t i = 0; good && i < json_array_size(v); i++) {
            if (i > 0)
                buf_add_byte(b, ' ');
            good = add_scalar(b, json_array_get(v, i));
        }
    } else if (type_of(v) != JSON_NULL) {
        good = add_scalar(b, v);
    }
    if (buf_failed(b))
        return err_set(e, ERR_INPUT,
                       _("%s: a field holds at most 64 kB of text"), path);
    return good ||
           err_set(e, ERR_INPUT,
                   _("%s: a value is a text, a number, a list or null"), path);
}

/* The node of a key: a path with the ids of rows in it, as `show --json` gives
 * it, or a field of the row that the object stands for. */
static size_t find_node(const struct line *l, size_t row, const char *path)
{
    const struct record *r = l->filled;
    size_t group = row == RECORD_NONE ? FORM_ROOT : record_field(r, row);
    size_t field;
    if (strchr(path, '[') != NULL)
        return row == RECORD_NONE ? record_find(r, path) : RECORD_NONE;
    field = find_field(record_form(r), group, path);
    for (size_t n = record_walk(r, row); field != FORM_ROOT && n != RECORD_NONE;
         n = record_walk(r, n))
        if (record_field(r, n) == field && record_kind(r, n) != RECORD_ROW)
            return n;
    return RECORD_NONE;
}

static bool set_object(struct line *l, size_t row, json_t *set, struct err *e);

/* A list of objects: each is a new row. */
static bool add_rows(struct line *l, size_t repeat, const char *path,
                     const json_t *rows, struct err *e)
{
    if (type_of(rows) != JSON_ARRAY)
        return err_set(e, ERR_INPUT,
                       _("%s: rows are added by a list of objects, "
                         "\"%s\": [{...}]"),
                       path, path);
    if (!record_may_add(l->filled, repeat))
        return err_set(e, ERR_INPUT,
                       _("%s: the form itself says how many rows there are; "
                         "name them by number, \"%s[1]/...\""),
                       path, path);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        size_t row = record_row_add(l->filled, repeat, e);
        if (row == RECORD_NONE ||
            !set_object(l, row, json_array_get(rows, i), e))
            return false;
    }
    return true;
}

static bool set_one(struct line *l, size_t node, const char *path,
                    const json_t *v, struct err *e)
{
    struct record *r = l->filled;
    struct buf b = BUF_INIT(VALUE_TEXT_BYTES_MAX);
    bool good = true;
    if (record_kind(r, node) == RECORD_REPEAT)
        return add_rows(l, node, path, v, e);
    if (record_kind(r, node) == RECORD_ROW) {
        if (type_of(v) != JSON_NULL)
            return err_set(e, ERR_INPUT,
                           _("%s is a row: null drops it, its answers are "
                             "set one by one"),
                           path);
        record_row_drop(r, node);
        return true;
    }
    good = answer_of(&b, path, v, e);
    if (good)
        record_set(r, node, buf_text(&b));
    buf_release(&b);
    return good;
}

static bool set_object(struct line *l, size_t row, json_t *set, struct err *e)
{
    const struct form *f = l->def->form;
    if (type_of(set) != JSON_OBJECT)
        return err_set(e, ERR_INPUT,
                       _("A row is an object of names and "
                         "values"));
    for (void *at = json_object_iter(set); at != NULL;
         at = json_object_iter_next(set, at)) {
        const char *path = json_object_iter_key(at);
        size_t node = find_node(l, row, path);
        bool holds =
            node != RECORD_NONE &&
            (record_kind(l->filled, node) != RECORD_FIELD ||
             field_holds_value(&f->fields[record_field(l->filled, node)]));
        if (!holds)
            return err_set(e, ERR_INPUT,
                           _("The form %s has no field \"%.80s\""), f->id,
                           path);
        if (!set_one(l, node, path, json_object_iter_value(at), e))
            return false;
    }
    return true;
}

/* All answers first, then the checks: the order within a line is nobody's
 * business. */
static bool check_node(const struct line *l, size_t node, struct err *e)
{
    const struct record *r = l->filled;
    struct err problem = ERR_INIT;
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    bool good = true;
    record_path(r, node, &path);
    if (!record_is_relevant(r, node))
        good = err_set(e, ERR_INPUT, _("%s is not asked with these answers"),
                       buf_text(&path));
    else if (record_problem(r, node, 0, false, &problem))
        good = err_set(e, ERR_INPUT, "%s: %s", buf_text(&path), problem.text);
    buf_release(&path);
    return good;
}

static bool check_answers(const struct line *l, struct err *e)
{
    const struct record *r = l->filled;
    for (size_t n = record_walk(r, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(r, n))
        if (record_kind(r, n) == RECORD_FIELD && record_is_typed(r, n) &&
            record_answer(r, n)[0] != '\0' && !check_node(l, n, e))
            return false;
    return true;
}

static bool save_line(struct store *s, const struct line *l, bool *saved,
                      struct err *e)
{
    struct entity_edit edit = {.seen = l->is_new ? NULL : &l->seen,
                               .stream = stream_of(l),
                               .id = l->record,
                               .kind = l->kind->name,
                               .place = l->kind->opens_case ? l->place : NULL,
                               .form = l->def,
                               .record = l->filled,
                               .at_ms = l->at_ms,
                               .only_typed = true};
    return entity_save(s, &edit, saved, e);
}

static bool apply_taken(struct store *s, struct line *l, bool *saved,
                        struct err *e)
{
    int64_t now = store_now_ms(s);
    struct record_moment m = {.today = stamp_local_day(now),
                              .now_ms = now,
                              .zone = stamp_zone_minutes,
                              .entropy = store_entropy(s)};
    if (!take_line(s, l, e) || !load_record(s, l, e))
        return false;
    l->filled = record_new(l->def->form, m);
    if (!l->is_new)
        entity_fill(&l->seen, l->filled);
    return set_object(l, RECORD_NONE, l->set, e) && check_answers(l, e) &&
           save_line(s, l, saved, e);
}

/* In words of our own: the parser's quote what stands in the line. */
static const char *why_not_json(const json_error_t *why)
{
    static const struct {
        enum json_error_code code;
        const char *words;
    } reasons[] = {
        {json_error_premature_end_of_input, N_("it ends too early")},
        {json_error_end_of_input_expected, N_("something stands behind it")},
        {json_error_duplicate_key, N_("one name stands in it twice")},
        {json_error_invalid_utf8, N_("a byte in it is not UTF-8")},
        {json_error_null_character, N_("it holds a NUL character")},
        {json_error_null_byte_in_key, N_("it holds a NUL character")},
        {json_error_numeric_overflow, N_("a number in it is too large")},
        {json_error_stack_overflow, N_("it is nested too deeply")},
    };
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        if (reasons[i].code == json_error_code(why))
            return _(reasons[i].words);
    return _("it is not well formed");
}

bool apply_line(struct store *s, const char *json, size_t n, bool *saved,
                struct err *e)
{
    json_error_t why;
    struct line l = {.json = json_loadb(json, n, JSON_REJECT_DUPLICATES, &why)};
    *saved = false;
    if (l.json == NULL)
        return err_set(e, ERR_INPUT, _("Not JSON at byte %d: %s"), why.position,
                       why_not_json(&why));
    l.pool = pool_new();
    bool good = apply_taken(s, &l, saved, e);
    record_free(l.filled);
    pool_free(l.pool);
    json_decref(l.json);
    return good;
}
