/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/sitting.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/stamp.h"
#include "base/str.h"
#include "store/feed.h"
#include "store/store.h"

struct sitting {
    struct form_task task; /* its texts live in the pool */
    struct pool *pool;
    struct record *record;
    struct entity *seen; /* NULL: new */
    struct entity *last; /* for sitting_repeat; NULL: not looked for yet */
    int64_t today;
    int64_t seen_to; /* log position when this form, or its draft, was begun */
    bool had_draft;
    bool on_disk;  /* a draft of this record is */
    bool unkept;   /* the draft on disk is behind */
    size_t behind; /* questions answered by others since it was begun */
};

static const struct draft *find_draft(const struct draft_list *l,
                                      const struct id *record)
{
    for (size_t i = 0; i < l->nr; i++)
        if (id_equal(&l->items[i].record, record))
            return &l->items[i];
    return NULL;
}

static bool load_draft(struct sitting *s, struct err *e)
{
    const struct draft *d = s->task.draft;
    struct draft_list list = {0};

    if (!d) {
        if (!draft_list_load(s->task.store, s->pool, &list, e))
            return false;
        d = find_draft(&list, &s->task.record);
    }
    if (d) {
        draft_fill(d, s->record);
        s->seen_to = d->seen;
        if (s->seen) {
            s->behind = draft_behind(d, s->seen);
            draft_blind(d, s->seen);
        }
    }
    s->had_draft = s->on_disk = d != NULL;
    s->task.draft = NULL; /* the caller's, and no longer needed */
    return true;
}

/* A draft of a new record may have been overtaken: somebody else began the same
 * one (of those a case has once) and saved it. */
static bool load_seen(struct sitting *s, struct err *e)
{
    struct err why = ERR_INIT;

    s->seen = pool_alloc(s->pool, sizeof *s->seen);
    if (entity_load(s->task.store, &s->task.record, s->pool, s->seen, &why)) {
        s->task.is_new = false;
        entity_fill(s->seen, s->record);
        return true;
    }
    s->seen = NULL;
    if (s->task.is_new && why.code == ERR_NOT_FOUND)
        return true;
    *e = why;
    return false;
}

static bool load(struct sitting *s, struct err *e)
{
    int64_t now = store_now_ms(s->task.store);
    struct record_moment m = {.now_ms = now,
                              .zone = stamp_zone_minutes,
                              .entropy = store_entropy(s->task.store)};

    m.today = s->today = stamp_local_day(now);
    s->record = record_new(s->task.def->form, m);
    if (!feed_end(s->task.store, &s->seen_to, e))
        return false;
    return load_seen(s, e) && load_draft(s, e);
}

struct sitting *sitting_new(const struct form_task *task, struct err *e)
{
    struct sitting *s = mem_alloc(sizeof *s);

    s->pool = pool_new();
    s->task = *task;
    s->task.kind = pool_str(s->pool, task->kind);
    s->task.subject = pool_str(s->pool, task->subject ? task->subject : "");
    s->task.place = task->place ? pool_str(s->pool, task->place) : NULL;
    if (load(s, e))
        return s;
    sitting_free(s);
    return NULL;
}

void sitting_free(struct sitting *s)
{
    if (!s)
        return;
    record_free(s->record);
    pool_free(s->pool);
    mem_free(s);
}

const struct form_task *sitting_task(const struct sitting *s)
{
    return &s->task;
}

const struct record *sitting_record(const struct sitting *s)
{
    return s->record;
}

const struct form *sitting_form(const struct sitting *s)
{
    return s->task.def->form;
}

int64_t sitting_today(const struct sitting *s)
{
    return s->today;
}

const struct entity *sitting_seen(const struct sitting *s)
{
    return s->seen;
}

/* What stands for a node's path; NULL: nothing. */
static const struct entity_value *value_of(const struct sitting *s,
                                           const struct entity *x, size_t node)
{
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);
    const struct entity_value *v;

    record_path(s->record, node, &path);
    v = entity_value(x, buf_text(&path));
    buf_release(&path);
    return v;
}

bool sitting_clashes(const struct sitting *s, size_t node)
{
    const struct entity_value *v = s->seen ? value_of(s, s->seen, node) : NULL;

    return v && v->clashes;
}

bool sitting_had_draft(const struct sitting *s)
{
    return s->had_draft;
}

size_t sitting_behind(const struct sitting *s)
{
    return s->behind;
}

bool sitting_is_dirty(const struct sitting *s)
{
    return record_is_dirty(s->record);
}

bool sitting_set(struct sitting *s, size_t node, const char *answer)
{
    if (str_equal(record_answer(s->record, node), answer))
        return false;
    record_set(s->record, node, answer);
    s->unkept = true;
    return true;
}

void sitting_unseal(struct sitting *s)
{
    if (s->seen)
        entity_unseal(s->seen, s->record);
}

size_t sitting_add_row(struct sitting *s, size_t repeat, struct err *e)
{
    size_t row = record_row_add(s->record, repeat, e);

    s->unkept = s->unkept || row != RECORD_NONE;
    return row;
}

void sitting_drop_row(struct sitting *s, size_t row)
{
    record_row_drop(s->record, row);
    s->unkept = true;
}

/* ---- the draft ---- */

bool sitting_drop(struct sitting *s, struct err *e)
{
    if (s->on_disk && !draft_delete(s->task.store, &s->task.record, e))
        return false;
    s->on_disk = s->unkept = false;
    return true;
}

static bool write_draft(struct sitting *s, struct err *e)
{
    struct draft d = {.record = s->task.record,
                      .stream = s->seen ? s->seen->stream : s->task.stream,
                      .is_new = s->task.is_new,
                      .seen = s->seen_to};

    str_copy(d.kind, sizeof d.kind, s->task.kind);
    str_copy(d.place, sizeof d.place, s->task.place ? s->task.place : "");
    if (!draft_save(s->task.store, &d, s->record, e))
        return err_wrap(e, _("Keeping the draft"));
    s->on_disk = true;
    s->unkept = false;
    return true;
}

bool sitting_keep(struct sitting *s, struct err *e)
{
    if (!s->unkept)
        return true;
    return sitting_is_dirty(s) ? write_draft(s, e) : sitting_drop(s, e);
}

bool sitting_keep_typed(struct sitting *s, size_t node, const char *answer,
                        struct err *e)
{
    char *before = mem_copy_str(record_answer(s->record, node));
    bool good = true;

    if (sitting_set(s, node, answer)) {
        good = sitting_keep(s, e);
        record_set(s->record, node, before);
        s->unkept = true; /* of what the record holds again */
    } else {
        good = sitting_keep(s, e);
    }
    mem_free(before);
    return good;
}

/* ---- saving ---- */

bool sitting_save(struct sitting *s, bool *saved, struct err *e)
{
    struct entity_edit edit = {.seen = s->seen,
                               .stream = s->task.stream,
                               .id = s->task.record,
                               .kind = s->task.kind,
                               .place = s->task.place,
                               .form = s->task.def,
                               .record = s->record};

    /* a save deletes the draft by itself; without changes there is none */
    if (!entity_save(s->task.store, &edit, saved, e))
        return false;
    return *saved || sitting_drop(s, e);
}

/* ---- the record before ---- */

bool sitting_repeat(struct sitting *s, size_t node, const char **answer,
                    struct err *e)
{
    const struct entity_value *v;

    if (!s->last) {
        struct entity *last = pool_alloc(s->pool, sizeof *last);

        if (!entity_load_last(s->task.store, s->task.kind, &s->task.record,
                              s->pool, last, e))
            return false;
        s->last = last;
    }
    v = value_of(s, s->last, node);
    *answer = v ? v->answer : "";
    return true;
}
