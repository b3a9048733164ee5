/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/support_filling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/stamp.h"
#include "base/str.h"
#include "store/store.h"

enum { TODAY = 20778, MS_A_DAY = 86400000 }; /* 21 November 2026 */

void filling_must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

void filling_ask(struct filling *k, const char *kind, const char *form_id)
{
    struct err e = ERR_INIT;

    k->task = (struct form_task){.store = k->store,
                                 .kind = kind,
                                 .stream = k->task.stream,
                                 .is_new = true};
    k->task.def = formdef_current(k->store, form_id, &e);
    filling_must(k->task.def != NULL, &e);
    k->task.record = id_new(store_entropy(k->store));
}

void filling_ask_case(struct filling *k)
{
    filling_ask(k, "case", "registration");
    k->task.stream = stream_of_id(STREAM_CASE, &k->task.record);
    k->task.place = "ET041106/03";
}

void filling_save(struct filling *k, const char *const *answers,
                  const struct entity *seen)
{
    struct err e = ERR_INIT;
    struct record_moment m = {.today = k->now_ms / MS_A_DAY};
    struct record *r = record_new(k->task.def->form, m);
    bool saved = false;

    for (size_t i = 0; answers[i]; i += 2) {
        const struct field *d = form_field(k->task.def->form, answers[i]);

        assert_non_null(d);
        record_set(r, (size_t)(d - k->task.def->form->fields), answers[i + 1]);
    }
    filling_must(entity_save(k->store,
                             &(struct entity_edit){.seen = seen,
                                                   .stream = k->task.stream,
                                                   .id = k->task.record,
                                                   .kind = k->task.kind,
                                                   .place = k->task.place,
                                                   .form = k->task.def,
                                                   .record = r,
                                                   .only_typed = true},
                             &saved, &e),
                 &e);
    assert_true(saved);
    record_free(r);
}

void filling_open(struct filling *k)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041106",
                                       .login = "aster",
                                       .role = "social-worker"};
    static const char *const name[] = {"given_name", "Selam", NULL};
    struct err e = ERR_INIT;

    setenv("TZ", "UTC", 1);
    *k = (struct filling){.now_ms = (int64_t)TODAY * MS_A_DAY + 36000000,
                          .seed = 5,
                          .pool = pool_new()};
    k->store = store_open_memory(
        &n,
        (struct store_env){stamp_fixed(&k->now_ms), entropy_seeded(&k->seed)},
        &e);
    filling_must(k->store != NULL, &e);
    filling_ask_case(k);
    filling_save(k, name, NULL);
    filling_ask(k, "visit", "visit");
}

void filling_close(struct filling *k)
{
    store_close(k->store);
    pool_free(k->pool);
}

/* What the form was opened from. */
static void below_draw(void *self, struct canvas *c, struct area a)
{
    (void)self;
    canvas_put(c, SPAN(a.row, a.col, a.cols), ROLE_TEXT, "(the case)");
}

static void below_free(void *self)
{
    (void)self;
}

static const struct view_ops below_ops = {
    .title = "Below", .draw = below_draw, .free = below_free};

void filling_play(struct filling *k, const char *script)
{
    struct err e = ERR_INIT;
    struct view *v;

    play_begin(&k->play, script);
    tui_push(k->play.tui, view_new(&below_ops, NULL));
    v = view_form_new(k->play.tui, &k->task, &e);
    filling_must(v != NULL, &e);
    tui_push(k->play.tui, v);
    play_run(&k->play);
}

void filling_put(struct filling *k)
{
    play_end(&k->play);
}

const char *filling_stands(struct filling *k, const char *path)
{
    struct entity *x = pool_alloc(k->pool, sizeof *x);
    struct err ignored = ERR_INIT;
    const struct entity_value *v;

    if (!entity_load(k->store, &k->task.record, k->pool, x, &ignored))
        return NULL;
    v = entity_value(x, path);
    return v ? v->answer : "";
}

size_t filling_values(struct filling *k, const char *path)
{
    struct entity x;
    struct err e = ERR_INIT;
    size_t nr = 0;

    filling_must(entity_load(k->store, &k->task.record, k->pool, &x, &e), &e);
    for (size_t i = 0; i < x.values_nr; i++)
        nr += str_equal(x.values[i].path, path);
    return nr;
}

struct draft_list filling_drafts(struct filling *k)
{
    struct draft_list list;
    struct err e = ERR_INIT;

    filling_must(draft_list_load(k->store, k->pool, &list, &e), &e);
    return list;
}

const char *filling_drafted(struct filling *k, const char *path)
{
    struct draft_list list = filling_drafts(k);
    const struct form *f = k->task.def->form;
    struct record_moment m = {.today = k->now_ms / MS_A_DAY};
    struct record *r = record_new(f, m);
    const char *answer;

    assert_int_equal(list.nr, 1);
    draft_fill(&list.items[0], r);
    answer = pool_str(
        k->pool, record_answer(r, (size_t)(form_field(f, path) - f->fields)));
    record_free(r);
    return answer;
}
