/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/fill.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "forms/kind.h"
#include "store/casefile.h"
#include "store/draft.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "store/right.h"
#include "store/setting.h"
#include "tui/desk.h"
#include "tui/tui.h"
#include "tui/view_case.h"
#include "tui/view_form.h"
#include "tui/view_place.h"

enum { SUBJECT_BYTES = 256, PLACE_KINDS_MAX = 9 };

static const char last_place[] = "ui.place"; /* of the setting */

static bool fail(struct desk *d, const struct err *e)
{
    tui_fail(d->tui, e);
    return false;
}

/* Shows the form of task->kind; everything but def is set. */
static bool show(struct desk *d, struct form_task *task)
{
    struct err e = ERR_INIT;
    struct view *v = NULL;

    struct right_ask ask = {task->is_new ? RIGHT_CREATE : RIGHT_EDIT,
                            RIGHT_OPEN, task->kind, &task->stream};

    if (!right_may(d->store, &ask, &e))
        return fail(d, &e);
    task->def = formdef_of_kind(d->store, task->kind, &e);
    if (task->def) {
        task->kind = task->def->kind->name; /* the store's, whoever named it */
        v = view_form_new(d->tui, task, &e);
    }
    if (!v)
        return fail(d, &e);
    tui_push(d->tui, v);
    return true;
}

/* ---- a new case ---- */

static void open_case(void *arg, const struct id *id)
{
    struct desk *d = arg;
    struct err e = ERR_INIT;
    struct view *v = view_case_new(d, id, &e);

    if (v)
        tui_push(d->tui, v);
    else
        fail(d, &e);
}

static bool first_place(struct desk *d, char code[PLACE_CODE_BYTES],
                        struct err *e)
{
    struct buf b = BUF_INIT(PLACE_CODE_BYTES - 1);
    bool good = setting_get(d->store, last_place, &b, e);

    str_copy(code, PLACE_CODE_BYTES,
             b.size > 0 ? buf_text(&b) : store_place(d->store));
    buf_release(&b);
    return good;
}

bool fill_new_case(struct desk *d, struct id *id)
{
    static const struct view_place_plan plan = {
        .title = N_("Where does the child belong?")};
    char code[PLACE_CODE_BYTES];
    struct err e = ERR_INIT;
    struct form_task task = {.store = d->store,
                             .kind = "case",
                             .is_new = true,
                             .open_case = open_case,
                             .open_arg = d};

    if (!first_place(d, code, &e))
        return fail(d, &e);
    if (!view_place_choose(d->tui, &plan, code))
        return false;
    if (!setting_set(d->store, last_place, code, strlen(code), &e))
        return fail(d, &e);
    *id = id_new(store_entropy(d->store));
    task.record = *id;
    task.stream = stream_of_id(STREAM_CASE, id);
    task.place = code;
    return show(d, &task);
}

/* ---- records ---- */

/* The record of a kind that stands once in a stream, begun or not. */
static bool find_once(struct desk *d, struct form_task *task, struct err *e)
{
    struct pool *pool = pool_new();
    struct entity_list list = {NULL, 0};
    bool good = entity_list_load(d->store, &task->stream, pool, &list, e);

    task->record = entity_once_id(&task->stream, task->kind);
    for (size_t i = 0; good && i < list.nr; i++)
        if (str_equal(list.items[i].kind, task->kind)) {
            task->record = list.items[i].id;
            task->is_new = false;
        }
    pool_free(pool);
    return good;
}

static bool show_of_kind(struct desk *d, struct form_task *task)
{
    const struct kind *kind = formdef_kind(d->store, task->kind);
    struct err e = ERR_INIT;

    task->store = d->store;
    task->is_new = true;
    task->record = id_new(store_entropy(d->store));
    if (kind && kind->once && !find_once(d, task, &e))
        return fail(d, &e);
    return show(d, task);
}

bool fill_of_case(struct desk *d, const struct casefile *c, const char *kind)
{
    char subject[SUBJECT_BYTES];
    struct form_task task = {.kind = kind,
                             .subject = subject,
                             .stream = stream_of_id(STREAM_CASE, &c->id)};

    snprintf(subject, sizeof subject, "%s %s", c->number, c->name);
    return show_of_kind(d, &task);
}

bool fill_record(struct desk *d, const struct entity *x, const char *subject)
{
    struct form_task task = {.store = d->store,
                             .kind = x->kind,
                             .subject = subject,
                             .stream = x->stream,
                             .record = x->id};

    return show(d, &task);
}

bool fill_draft(struct desk *d, const struct draft *draft)
{
    struct form_task task = view_form_task_of_draft(d->store, draft);
    struct casefile c;
    struct err ignored = ERR_INIT;
    char subject[SUBJECT_BYTES] = "";
    struct id id = stream_id(&draft->stream);

    if (str_equal(draft->kind, "case")) {
        task.open_case = open_case;
        task.open_arg = d;
    }
    if (draft->stream.kind == STREAM_CASE &&
        casefile_load(d->store, &id, &c, &ignored)) {
        snprintf(subject, sizeof subject, "%s %s", c.number, c.name);
        task.subject = subject;
    }
    return show(d, &task);
}

/* ---- places ---- */

/* Which of the checklists about a place; NULL: none after all. */
static const struct kind *choose_place_kind(struct desk *d)
{
    static const char *const digits[PLACE_KINDS_MAX] = {"1", "2", "3", "4", "5",
                                                        "6", "7", "8", "9"};
    const struct kind *found[PLACE_KINDS_MAX];
    struct ask_option options[PLACE_KINDS_MAX];
    size_t nr, found_nr = 0;
    const struct kind *kinds = kind_list(&nr);
    int answer;

    for (size_t i = 0; i < nr && found_nr < PLACE_KINDS_MAX; i++) {
        if (kinds[i].home != KIND_OF_PLACE || !*kinds[i].form)
            continue;
        options[found_nr] = (struct ask_option){digits[found_nr],
                                                kind_label(&kinds[i], d->lang)};
        found[found_nr++] = &kinds[i];
    }
    answer = tui_choose(d->tui, _("Which?"), options, found_nr);
    return answer < 0 ? NULL : found[answer];
}

bool fill_of_place(struct desk *d, const char *place)
{
    static const struct view_place_plan plan = {.title =
                                                    N_("About which place?")};
    char code[PLACE_CODE_BYTES], subject[SUBJECT_BYTES];
    const struct kind *kind;
    struct form_task task = {.subject = subject};

    str_copy(code, sizeof code, place);
    if (!view_place_choose(d->tui, &plan, code))
        return false;
    kind = choose_place_kind(d);
    if (!kind)
        return false;
    place_print(code, subject, sizeof subject);
    task.kind = kind->name;
    task.stream = stream_of_place(code);
    return show_of_kind(d, &task);
}
