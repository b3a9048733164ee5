/* SPDX-License-Identifier: Apache-2.0 */
#include "store/entity.h"

#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/answer.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/draft.h"
#include "store/office.h"
#include "store/right.h"
#include "store/right_int.h"
#include "store/store.h"

/* ---- loading ---- */

/* Besides each value what tells it from another: its bytes, its form. */
struct value_list {
    struct {
        struct entity_value shown;
        const void *bytes;
        size_t size;
        int64_t form;
        bool computed;
    } * items;
    size_t nr, alloc;
    struct {
        struct entity_row *items;
        size_t nr, alloc;
    } rows;
};

/* The answer of canonical bytes under the form version they were given in;
 * shown raw when that version is not known here. */
static const char *answer_of(struct store *s, struct rows *q, const char *path,
                             struct pool *pool)
{
    static const struct field plain = {.type = FIELD_TEXT};
    uint32_t room[VALUE_CHOICES_MAX];
    struct value v;
    const struct formdef *def = NULL;
    if (rows_size(q, 2) == 0)
        return "";
    if (!value_decode(rows_blob(q, 2), rows_size(q, 2), room, VALUE_CHOICES_MAX,
                      &v))
        return "?";
    if (rows_size(q, 3) == HASH_BYTES)
        def = formdef_by_hash(s, rows_blob(q, 3));
    const struct field *d = def != NULL ? form_field(def->form, path) : NULL;
    return answer_from_value(d != NULL ? d : &plain, &v, pool);
}

static bool office_of(struct store *s, uint64_t epoch, struct pool *pool,
                      const char **out, struct err *e)
{
    char name[STORE_NAME_BYTES];
    if (!office_name_of_epoch(s, epoch, name, e))
        return false;
    *out = pool_str(pool, name);
    return true;
}

static bool differ(const struct value_list *l, size_t a, size_t b)
{
    return l->items[a].form != l->items[b].form ||
           l->items[a].size != l->items[b].size ||
           memcmp(l->items[a].bytes, l->items[b].bytes, l->items[a].size) != 0;
}

/* By the rule of clash_int.h; values of one path stand together. */
static void mark_clashes(struct value_list *l, struct entity *x)
{
    for (size_t i = 0, nr; i < l->nr; i += nr) {
        bool clash = false, asked = !l->items[i].computed;
        for (nr = 1; i + nr < l->nr && str_equal(l->items[i].shown.path,
                                                 l->items[i + nr].shown.path);
             nr++)
            clash = clash || (asked && differ(l, i, i + nr));
        for (size_t k = i; k < i + nr; k++)
            l->items[k].shown.clashes = clash;
        x->clashes_nr += clash;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct entity_row *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->dot.epoch != y->dot.epoch)
        return x->dot.epoch < y->dot.epoch ? -1 : 1;
    return (x->dot.seq > y->dot.seq) - (x->dot.seq < y->dot.seq);
}

static void give_values(const struct value_list *l, struct pool *pool,
                        struct entity *x)
{
    x->values = pool_alloc(pool, l->nr * sizeof *x->values);
    x->values_nr = l->nr;
    for (size_t i = 0; i < l->nr; i++)
        x->values[i] = l->items[i].shown;
    x->rows = pool_copy(pool, l->rows.items, l->rows.nr * sizeof *x->rows);
    x->rows_nr = l->rows.nr;
    if (x->rows_nr > 1)
        qsort(x->rows, x->rows_nr, sizeof *x->rows, by_time);
}

static bool is_row(enum change_op op)
{
    return op == CHANGE_ADD_ROW || op == CHANGE_DROP_ROW;
}

static void add_row(struct value_list *l, struct rows *q, struct pool *pool)
{
    ARR_PUSH(&l->rows) = (struct entity_row){
        .path = pool_str(pool, rows_text(q, 0)),
        .dot = {(uint64_t)rows_int(q, 4), (uint64_t)rows_int(q, 5)},
        .at_ms = rows_int(q, 7),
        .dropped = rows_int(q, 1) == CHANGE_DROP_ROW};
}

/* The value of the query's row, without its office. */
static struct entity_value *add_value(struct store *s, struct value_list *l,
                                      struct rows *q, struct pool *pool)
{
    (void)ARR_PUSH(l);
    l->items[l->nr - 1].size = rows_size(q, 2);
    l->items[l->nr - 1].bytes =
        pool_copy(pool, rows_blob(q, 2), rows_size(q, 2));
    l->items[l->nr - 1].form = rows_int(q, 9);
    l->items[l->nr - 1].computed = rows_int(q, 10) != 0;
    struct entity_value *v = &l->items[l->nr - 1].shown;
    *v = (struct entity_value){
        .path = pool_str(pool, rows_text(q, 0)),
        .dot = {(uint64_t)rows_int(q, 4), (uint64_t)rows_int(q, 5)},
        .author = pool_str(pool, rows_text(q, 6)),
        .office = "",
        .at_ms = rows_int(q, 7),
        .change_id = rows_int(q, 8)};
    v->answer = answer_of(s, q, v->path, pool);
    return v;
}

/* A class may have become stricter since the answer was given, or the answer
 * may come from a newer form: the stricter one counts. */
static enum right_class class_of(struct store *s, const struct entity *x,
                                 const struct formdef *given, const char *path)
{
    struct right_field field = {NULL, x->kind, &x->stream, path};
    bool known;
    enum right_class now = right_class_of(s, &field, &known);
    if (given == NULL)
        return now;
    field.def = given;
    enum right_class then = right_class_of(s, &field, &known);
    return then > now ? then : now;
}

static void mask(struct store *s, const struct entity *x, struct rows *q,
                 struct entity_value *v)
{
    const struct formdef *given = rows_size(q, 3) == HASH_BYTES
                                      ? formdef_by_hash(s, rows_blob(q, 3))
                                      : NULL;
    v->masked = !x->sees[class_of(s, x, given, v->path)];
    if (v->masked) {
        v->kept = v->answer;
        v->answer = "";
    }
}

static bool load_values(struct store *s, int64_t record_id, struct pool *pool,
                        struct entity *x, struct err *e)
{
    struct value_list l = {0};
    struct right_sight sight;
    if (!right_sight(s, &x->stream, x->kind, &sight, e))
        return false;
    memcpy(x->sees, sight.sees, sizeof x->sees);
    bool good = true;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT f.path, c.op, c.value, v.hash, p.epoch, c.seq, a.text,"
                 " c.at_ms, c.change_id, c.form_id, f.computed FROM cell l"
                 " JOIN field f ON f.field_id = l.field_id"
                 " JOIN change c ON c.change_id = l.change_id"
                 " JOIN chain h ON h.chain_id = c.chain_id"
                 " JOIN epoch p ON p.epoch_id = h.epoch_id"
                 " JOIN word a ON a.word_id = c.author_id"
                 " LEFT JOIN form v ON v.form_id = c.form_id"
                 " WHERE l.record_id = ?"
                 " ORDER BY f.path, c.at_ms DESC, p.epoch, c.seq",
                 DB_BIND(db_int(record_id)));
    while (good && rows_next(q)) {
        if (is_row((enum change_op)rows_int(q, 1))) {
            add_row(&l, q, pool);
            continue;
        }
        struct entity_value *v = add_value(s, &l, q, pool);
        mask(s, x, q, v);
        good = office_of(s, v->dot.epoch, pool, &v->office, e);
    }
    good = rows_end(q, e) && good;
    mark_clashes(&l, x);
    give_values(&l, pool, x);
    ARR_RELEASE(&l.rows);
    ARR_RELEASE(&l);
    return good;
}

#define ENTITY_COLUMNS                                                         \
    "SELECT r.uuid, t.kind, t.key, k.text, r.form, a.text, r.created_ms,"      \
    " r.record_id FROM record r JOIN stream t ON t.stream_id = r.stream_id"    \
    " JOIN word k ON k.word_id = r.kind_id"                                    \
    " JOIN word a ON a.word_id = r.author_id"

static void read_entity(struct rows *q, struct pool *pool, struct entity *x)
{
    *x = (struct entity){.id = column_id(q, 0),
                         .stream = column_stream(q, 1),
                         .kind = pool_str(pool, rows_text(q, 3)),
                         .form_id = pool_str(pool, rows_text(q, 4)),
                         .author = pool_str(pool, rows_text(q, 5)),
                         .created_ms = rows_int(q, 6)};
}

bool entity_load(struct store *s, const struct id *id, struct pool *pool,
                 struct entity *out, struct err *e)
{
    int64_t record_id = 0;
    struct rows *q = db_query(store_db(s), ENTITY_COLUMNS " WHERE r.uuid = ?",
                              DB_BIND(db_blob(id->bytes, sizeof id->bytes)));
    if (rows_next(q)) {
        read_entity(q, pool, out);
        record_id = rows_int(q, 7);
    }
    if (!rows_end(q, e))
        return false;
    if (record_id == 0)
        return err_set(e, ERR_NOT_FOUND, _("This office holds no such record"));
    return load_values(s, record_id, pool, out, e);
}

bool entity_load_last(struct store *s, const char *kind,
                      const struct id *except, struct pool *pool,
                      struct entity *out, struct err *e)
{
    int64_t record_id = 0;
    struct rows *q =
        db_query(store_db(s),
                 ENTITY_COLUMNS " WHERE k.text = ? AND a.text = ?"
                                " AND r.uuid <> ?"
                                " ORDER BY r.created_ms DESC,"
                                " r.record_id DESC LIMIT 1",
                 DB_BIND(db_text(kind), db_text(store_login(s)),
                         db_blob(except->bytes, sizeof except->bytes)));
    if (rows_next(q)) {
        read_entity(q, pool, out);
        record_id = rows_int(q, 7);
    }
    if (!rows_end(q, e))
        return false;
    if (record_id == 0)
        return err_set(e, ERR_NOT_FOUND,
                       _("There is no record of yours before this one"));
    return load_values(s, record_id, pool, out, e);
}

bool entity_list_load(struct store *s, const struct stream *stream,
                      struct pool *pool, struct entity_list *out, struct err *e)
{
    struct {
        struct entity *items;
        size_t nr, alloc;
    } l = {0};
    bool good = true;
    struct rows *q = db_query(
        store_db(s),
        ENTITY_COLUMNS " WHERE t.kind = ? AND t.key = ?"
                       " ORDER BY r.created_ms, r.record_id",
        DB_BIND(db_int(stream->kind), db_blob(stream->key, stream->size)));
    while (good && rows_next(q)) {
        struct entity *x = &ARR_PUSH(&l);
        read_entity(q, pool, x);
        good = load_values(s, rows_int(q, 7), pool, x, e);
    }
    good = rows_end(q, e) && good;
    out->items = pool_copy(pool, l.items, l.nr * sizeof *l.items);
    out->nr = l.nr;
    ARR_RELEASE(&l);
    return good;
}

const struct entity_value *entity_value(const struct entity *x,
                                        const char *path)
{
    for (size_t i = 0; i < x->values_nr; i++)
        if (str_equal(x->values[i].path, path))
            return &x->values[i];
    return NULL;
}

const struct entity_value *entity_value_of(const struct entity *x,
                                           const struct record *r, size_t node)
{
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    record_path(r, node, &path);
    const struct entity_value *v = entity_value(x, buf_text(&path));
    buf_release(&path);
    if (v != NULL ||
        record_form(r)->fields[record_field(r, node)].was[0] == '\0')
        return v;
    for (size_t i = 0; i < x->values_nr; i++)
        if (record_was_called(r, node, x->values[i].path))
            return &x->values[i];
    return NULL;
}

const struct entity_value *entity_value_named(const struct entity *x,
                                              const char *name)
{
    for (size_t i = 0; i < x->values_nr; i++) {
        const char *slash = strrchr(x->values[i].path, '/');
        const char *last = slash != NULL ? slash + 1 : x->values[i].path;
        if (str_equal(last, name))
            return &x->values[i];
    }
    return NULL;
}

/* Whether a path is of something in a row, or in one inside it. */
static bool is_within(const char *path, const char *row)
{
    size_t n = strlen(row);
    return strncmp(path, row, n) == 0 && path[n] == '/';
}

/* Also where nothing is kept: that alone would tell something. What is
 * calculated is not asked for, and follows from the rest. */
static void seal(const struct entity *x, struct record *r)
{
    for (size_t n = record_walk(r, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(r, n)) {
        const struct field *d = &record_form(r)->fields[record_field(r, n)];
        if (record_kind(r, n) == RECORD_FIELD && field_holds_value(d) &&
            d->type != FIELD_CALCULATE &&
            !x->sees[right_class_read(d->sensitivity)])
            record_seal(r, n);
    }
    for (size_t i = 0; i < x->values_nr; i++) {
        size_t n = x->values[i].masked ? record_find(r, x->values[i].path)
                                       : RECORD_NONE;
        if (n != RECORD_NONE)
            record_seal(r, n);
    }
}

void entity_fill(const struct entity *x, struct record *r)
{
    for (size_t i = 0; i < x->rows_nr; i++)
        if (!x->rows[i].dropped)
            (void)record_load_path(r, x->rows[i].path);
    for (size_t i = 0; i < x->values_nr; i++) {
        const struct entity_value *v = &x->values[i];
        if (i > 0 && str_equal(v[-1].path, v->path))
            continue; /* the newest stands first */
        const char *answer = v->masked ? v->kept : v->answer;
        size_t node = answer[0] != '\0' ? record_load_path(r, v->path)
                                        : record_find(r, v->path);
        if (node != RECORD_NONE && record_kind(r, node) == RECORD_FIELD &&
            field_holds_value(&record_form(r)->fields[record_field(r, node)]))
            record_load(r, node, answer);
    }
    seal(x, r);
    record_refresh(r);
}

void entity_unseal(struct entity *x, struct record *r)
{
    for (size_t i = 0; i < x->values_nr; i++)
        if (x->values[i].masked) {
            x->values[i].answer = x->values[i].kept;
            x->values[i].masked = false;
        }
    x->sees[RIGHT_SEALED] = true;
    record_unseal(r);
}

/* ---- saving ---- */

struct edit_list {
    struct edit *items;
    size_t nr, alloc;
    struct pool *pool;
};

/* All dots that stand for a path and that the person saw. */
static void cite_seen(const struct entity *seen, const char *path,
                      struct edit_list *l, struct edit *edit)
{
    struct dot dots[CHANGE_REPLACES_MAX];
    size_t nr = 0;
    for (size_t i = 0; seen != NULL && i < seen->values_nr; i++)
        if (!seen->values[i].unseen && nr < CHANGE_REPLACES_MAX &&
            str_equal(seen->values[i].path, path))
            dots[nr++] = seen->values[i].dot;
    edit->replaces = pool_copy(l->pool, dots, nr * sizeof *dots);
    edit->replaces_nr = nr;
}

static bool push_answer(struct edit_list *l, const struct entity_edit *x,
                        size_t node, const char *path, struct err *e)
{
    const struct field *d =
        &record_form(x->record)->fields[record_field(x->record, node)];
    const char *answer = record_value(x->record, node);
    struct value v;
    struct buf b = BUF_INIT(CHANGE_VALUE_BYTES_MAX + 16);
    if (!answer_to_value(d, answer, l->pool, &v, e))
        return false;
    struct edit *edit = &ARR_PUSH(l);
    *edit = (struct edit){.op = CHANGE_CLEAR, .path = path};
    if (v.type != VALUE_NONE) {
        value_encode(&b, &v);
        edit->op = CHANGE_SET;
        edit->value = pool_copy(l->pool, b.data, b.size);
        edit->value_bytes = b.size;
    }
    cite_seen(x->seen, path, l, edit);
    buf_release(&b);
    return true;
}

/* What stands now in the log for the field, as the person saw it. */
static const char *answer_seen(const struct entity_edit *x, size_t node)
{
    const struct entity_value *v =
        x->seen != NULL ? entity_value_of(x->seen, x->record, node) : NULL;
    if (v == NULL)
        return "";
    return v->masked ? v->kept : v->answer;
}

static bool is_to_save(const struct entity_edit *x, size_t node)
{
    const struct field *d =
        &record_form(x->record)->fields[record_field(x->record, node)];
    return record_kind(x->record, node) == RECORD_FIELD &&
           !record_is_sealed(x->record, node) && field_holds_value(d) &&
           record_is_relevant(x->record, node) &&
           (!x->only_typed || d->type == FIELD_CALCULATE ||
            record_is_typed(x->record, node));
}

/* ---- rows ---- */

static void cite_rows(const struct entity *seen, const char *path,
                      struct edit_list *l, struct edit *edit)
{
    struct dot dots[CHANGE_REPLACES_MAX];
    size_t nr = 0;
    for (size_t i = 0; seen != NULL && i < seen->rows_nr; i++)
        if (nr < CHANGE_REPLACES_MAX && str_equal(seen->rows[i].path, path))
            dots[nr++] = seen->rows[i].dot;
    edit->replaces = pool_copy(l->pool, dots, nr * sizeof *dots);
    edit->replaces_nr = nr;
}

static void push_row(struct edit_list *l, const struct entity *seen,
                     const char *path, enum change_op op)
{
    struct edit *edit = &ARR_PUSH(l);
    *edit = (struct edit){.op = op, .path = pool_str(l->pool, path)};
    cite_rows(seen, path, l, edit);
}

/* A value that is in a dropped row and was seen there. */
static void push_clear(struct edit_list *l, const struct entity *seen,
                       const char *path)
{
    struct edit *edit = &ARR_PUSH(l);
    *edit = (struct edit){.op = CHANGE_CLEAR, .path = path};
    cite_seen(seen, path, l, edit);
}

/* The row, the rows in it, and every answer in them, each once. */
static void push_drop(struct edit_list *l, const struct entity *seen,
                      const char *row)
{
    push_row(l, seen, row, CHANGE_DROP_ROW);
    for (size_t i = 0; i < seen->rows_nr; i++) {
        const struct entity_row *w = &seen->rows[i];
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || str_equal(seen->rows[k].path, w->path);
        if (!again && is_within(w->path, row))
            push_row(l, seen, w->path, CHANGE_DROP_ROW);
    }
    for (size_t i = 0; i < seen->values_nr; i++)
        if (is_within(seen->values[i].path, row) &&
            (i == 0 ||
             !str_equal(seen->values[i - 1].path, seen->values[i].path)))
            push_clear(l, seen, seen->values[i].path);
}

static bool is_within_another(const struct record *r, size_t dropped)
{
    for (size_t i = 0; i < record_dropped_nr(r); i++)
        if (is_within(record_dropped(r, dropped), record_dropped(r, i)))
            return true;
    return false;
}

/* A row with an answer in it that the person does not see. */
static bool hides_something(const struct entity *seen, const char *row)
{
    for (size_t i = 0; i < seen->values_nr; i++)
        if (seen->values[i].masked && is_within(seen->values[i].path, row))
            return true;
    return false;
}

static bool collect_drops(struct store *s, const struct entity_edit *x,
                          struct edit_list *l, struct err *e)
{
    const struct record *r = x->record;
    for (size_t i = 0; x->seen != NULL && i < record_dropped_nr(r); i++) {
        if (is_within_another(r, i))
            continue;
        if (hides_something(x->seen, record_dropped(r, i)))
            return right_refuse_sealed(s, &x->seen->stream, e);
        push_drop(l, x->seen, record_dropped(r, i));
    }
    return true;
}

/* ---- the save ---- */

static bool collect_node(const struct entity_edit *x, size_t node,
                         struct edit_list *l, struct err *e)
{
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    bool good = true;
    record_path(x->record, node, &path);
    if (buf_failed(&path))
        good = err_set(e, ERR_INPUT,
                       _("The names of this form's groups are "
                         "too long together"));
    else if (record_kind(x->record, node) == RECORD_ROW)
        push_row(l, x->seen, buf_text(&path), CHANGE_ADD_ROW);
    else if (!str_equal(record_value(x->record, node), answer_seen(x, node)))
        good = push_answer(l, x, node, pool_str(l->pool, buf_text(&path)), e);
    buf_release(&path);
    return good;
}

/* What the person typed over an answer that is kept and not shown. */
static bool overwrites_unseen(const struct entity_edit *x, size_t node)
{
    const struct entity_value *v =
        x->seen != NULL && record_kind(x->record, node) == RECORD_FIELD
            ? entity_value_of(x->seen, x->record, node)
            : NULL;
    return v != NULL && v->masked && record_is_typed(x->record, node);
}

static bool collect(struct store *s, const struct entity_edit *x,
                    struct edit_list *l, struct err *e)
{
    const struct record *r = x->record;
    if (!collect_drops(s, x, l, e))
        return false;
    for (size_t n = record_walk(r, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(r, n)) {
        bool wanted = record_kind(r, n) == RECORD_ROW ? record_is_touched(r, n)
                                                      : is_to_save(x, n);
        if (wanted && overwrites_unseen(x, n))
            return right_refuse_sealed(s, &x->seen->stream, e);
        if (wanted && !collect_node(x, n, l, e))
            return false;
    }
    return true;
}

/* A record begins with create; of a case its value is the child's place. */
static void push_create(const struct entity_edit *x, struct edit_list *l)
{
    struct buf b = BUF_INIT(256);
    struct edit *edit = &ARR_PUSH(l);
    *edit = (struct edit){.op = CHANGE_CREATE, .path = ""};
    if (x->place != NULL) {
        struct value v = {.type = VALUE_TEXT,
                          .text = x->place,
                          .text_bytes = strlen(x->place)};
        value_encode(&b, &v);
        edit->value = pool_copy(l->pool, b.data, b.size);
        edit->value_bytes = b.size;
    }
    buf_release(&b);
}

static bool append_edits(struct store *s, const struct entity_edit *x,
                         const struct edit_list *l, struct err *e)
{
    struct save save = {
        .stream = x->seen != NULL ? x->seen->stream : x->stream,
        .record = x->seen != NULL ? x->seen->id : x->id,
        .kind = x->seen != NULL ? x->seen->kind : x->kind,
        .form = x->form->hash,
        .form_id = x->form->form->id,
        .author = store_login(s),
        .at_ms = x->at_ms != 0 ? x->at_ms : store_now_ms(s),
        .edits = l->items,
        .edits_nr = l->nr,
    };
    if (!db_begin(store_db(s), e))
        return false;
    /* an edit nobody looked at is not the one the draft is about */
    return db_end(store_db(s),
                  formdef_keep(s, x->form, e) && change_append(s, &save, e) &&
                      (x->only_typed || draft_delete(s, &save.record, e)),
                  e);
}

bool entity_save(struct store *s, const struct entity_edit *x, bool *saved,
                 struct err *e)
{
    struct edit_list l = {.pool = pool_new()};
    if (x->seen == NULL)
        push_create(x, &l);
    size_t begun = l.nr;
    bool good = collect(s, x, &l, e);
    *saved = good && l.nr > begun;
    if (*saved)
        good = append_edits(s, x, &l, e);
    *saved = *saved && good;
    ARR_RELEASE(&l);
    pool_free(l.pool);
    return good || err_wrap(e, _("Saving"));
}

struct id entity_once_id(const struct stream *stream, const char *kind)
{
    struct buf b = BUF_INIT(256);
    uint8_t h[HASH_BYTES];
    struct id id;
    stream_encode(&b, stream);
    buf_add_str(&b, kind);
    hash_buf(h, "once", &b);
    buf_release(&b);
    memcpy(id.bytes, h, sizeof id.bytes);
    return id;
}
