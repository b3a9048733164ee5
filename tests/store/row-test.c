/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: rows of a repeat are kept with lasting ids; two offices add, fill and
 * drop rows without knowing of each other and end with the same rows; what one
 * wrote into a row the other dropped is not lost but shown as a clash; drafts
 * and renames carry rows; and nothing is written where nothing changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/apply.h"
#include "store/conflict.h"
#include "store/draft.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "tests/store/support_office.h"

#define CASE   "11111111-1111-4111-8111-111111111111"
#define RECORD "22222222-2222-4222-8222-222222222222"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

static const char home[] =
    "survey\n,type,name,label,calculation\n"
    ",text,head,Head,\n"
    ",begin_repeat,child,Child,\n"
    ",text,given,Given name,\n"
    ",begin_repeat,illness,Illness,\n"
    ",text,what,What,\n"
    ",end_repeat,,,\n,end_repeat,,,\n"
    ",calculate,names,,\"join(' ', ${given})\"\n"
    "settings\n,form_id,form_title,version\n,home,Home,1\n";

static const char renamed[] =
    "survey\n,type,name,label,calculation,x_was\n"
    ",text,head,Head,,\n"
    ",begin_repeat,kid,Child,,child\n"
    ",text,given,Given name,,child/given\n"
    ",begin_repeat,illness,Illness,,child/illness\n"
    ",text,what,What,,child/illness/what\n"
    ",end_repeat,,,,\n,end_repeat,,,,\n"
    ",calculate,names,,\"join(' ', ${given})\",\n"
    "settings\n,form_id,form_title,version\n,home,Home,2\n";

static void use_form(struct office *o, const char *csv)
{
    const struct formdef *d;

    MUST((d = formdef_add(o->store, csv, strlen(csv), e)) != NULL &&
         formdef_use(o->store, d, e));
}

static void apply(struct office *o, const char *set)
{
    char line[2000];
    bool saved = false;

    o->now_ms += 1000;
    snprintf(line, sizeof line,
             "{\"case\":\"" CASE "\",\"record\":\"" RECORD
             "\",\"form\":\"home\",\"set\":%s}",
             set);
    MUST(apply_line(o->store, line, strlen(line), &saved, e));
    assert_true(saved);
}

static void open_case(struct office *o)
{
    static const char line[] =
        "{\"case\":\"" CASE "\",\"form\":\"registration\",\"place\":"
        "\"ET041114/03\",\"set\":{\"given_name\":\"Hana\"}}";
    bool saved = false;

    MUST(apply_line(o->store, line, strlen(line), &saved, e));
}

/* Two offices and their hub; the first has opened the case. */
struct pair {
    struct office hub, a, b;
};

static void meet(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        MUST(office_send(&p->a, &p->hub, NULL, e));
        MUST(office_send(&p->b, &p->hub, NULL, e));
        MUST(office_fetch(&p->a, &p->hub, NULL, e));
        MUST(office_fetch(&p->b, &p->hub, NULL, e));
    }
}

static void open_pair(struct pair *p)
{
    office_open_hub(&p->hub);
    office_open(&p->a, "Gasera", "ET041114", 3);
    office_open(&p->b, "Zone", "ET0411", 4);
    office_admit(&p->hub, &p->a);
    office_admit(&p->hub, &p->b);
    use_form(&p->a, home);
    use_form(&p->b, home);
    open_case(&p->a);
    apply(&p->a, "{\"head\":\"Almaz\",\"child\":[{\"given\":\"Hana\"},"
                 "{\"given\":\"Dawit\",\"illness\":[{\"what\":\"Fever\"}]}]}");
    meet(p);
}

static void close_pair(struct pair *p)
{
    office_close(&p->a);
    office_close(&p->b);
    office_close(&p->hub);
}

/* ---- looking at the record ---- */

struct look {
    struct pool *pool;
    struct entity entity;
    struct record *record;
    uint64_t seed;
    struct entropy_source entropy;
};

static void look_at(struct look *l, struct office *o)
{
    struct record_moment m = {.now_ms = o->now_ms};
    const struct formdef *d;
    struct id id;

    *l = (struct look){.pool = pool_new(), .seed = o->seed + 99};
    l->entropy = entropy_seeded(&l->seed);
    m.entropy = &l->entropy;
    assert_true(id_parse(RECORD, &id));
    MUST((d = formdef_current(o->store, "home", e)) != NULL);
    MUST(entity_load(o->store, &id, l->pool, &l->entity, e));
    l->record = record_new(d->form, m);
    entity_fill(&l->entity, l->record);
}

static void look_away(struct look *l)
{
    record_free(l->record);
    pool_free(l->pool);
}

static void save(struct office *o, struct look *l, bool expected)
{
    bool saved = !expected;
    struct err e = ERR_INIT;
    struct entity_edit x = {.seen = &l->entity,
                            .form = formdef_current(o->store, "home", &e),
                            .record = l->record};

    o->now_ms += 1000;
    if (!entity_save(o->store, &x, &saved, &e))
        fail_msg("%s", e.text);
    assert_int_equal(saved, expected);
}

static const char *names(struct look *l)
{
    return record_value(l->record, record_find(l->record, "names"));
}

static void assert_names(struct office *o, const char *expected)
{
    struct look l;

    look_at(&l, o);
    assert_string_equal(names(&l), expected);
    look_away(&l);
}

static size_t row(struct look *l, const char *field, size_t i)
{
    const struct field *d = form_field(record_form(l->record), field);

    return record_node(l->record, (size_t)(d - record_form(l->record)->fields),
                       i);
}

/* ---- the claims ---- */

static void rows_reach_the_other_office(void **state)
{
    struct pair p;
    struct look l;

    (void)state;
    open_pair(&p);
    look_at(&l, &p.b);
    assert_string_equal(names(&l), "Hana Dawit");
    assert_string_equal(
        record_answer(l.record, row(&l, "child/illness/what", 0)), "Fever");
    assert_false(record_is_dirty(l.record));
    save(&p.b, &l, false);
    look_away(&l);
    close_pair(&p);
}

static void both_add_and_both_see_all(void **state)
{
    struct pair p;

    (void)state;
    open_pair(&p);
    apply(&p.a, "{\"child\":[{\"given\":\"Selam\"}]}");
    p.b.now_ms = p.a.now_ms + 5000;
    apply(&p.b, "{\"child\":[{\"given\":\"Yonas\"}]}");
    meet(&p);
    assert_names(&p.a, "Hana Dawit Selam Yonas");
    assert_names(&p.b, "Hana Dawit Selam Yonas");
    close_pair(&p);
}

static void a_dropped_row_is_gone_everywhere(void **state)
{
    struct pair p;
    struct look l;

    (void)state;
    open_pair(&p);
    look_at(&l, &p.b);
    record_row_drop(l.record, row(&l, "child", 1));
    assert_string_equal(names(&l), "Hana");
    save(&p.b, &l, true);
    look_away(&l);
    meet(&p);
    assert_names(&p.a, "Hana");
    assert_names(&p.b, "Hana");
    look_at(&l, &p.a);
    assert_int_equal(l.entity.clashes_nr, 0);
    save(&p.a, &l, false);
    look_away(&l);
    close_pair(&p);
}

static void what_was_written_into_a_dropped_row_clashes(void **state)
{
    struct pair p;
    struct look l;
    struct conflict_list clashes;
    struct pool *pool = pool_new();

    (void)state;
    open_pair(&p);
    look_at(&l, &p.b);
    record_row_drop(l.record, row(&l, "child", 1));
    save(&p.b, &l, true);
    look_away(&l);
    look_at(&l, &p.a);
    record_set(l.record, row(&l, "child/given", 1), "Dawit T.");
    save(&p.a, &l, true);
    look_away(&l);
    meet(&p);
    for (int i = 0; i < 2; i++) {
        struct office *o = i == 0 ? &p.a : &p.b;
        look_at(&l, o);
        /* the name; what is computed of the names is nobody's answer */
        assert_int_equal(l.entity.clashes_nr, 1);
        assert_int_equal(record_nodes_nr(l.record, 1), 2);
        look_away(&l);
        MUST(conflict_list_load(o->store, NULL, pool, &clashes, e));
        assert_int_equal(clashes.nr, 1);
    }
    /* the blank is chosen: the row goes */
    for (size_t i = 0; i < clashes.items[0].nr; i++)
        if (clashes.items[0]
                .entity.values[clashes.items[0].first + i]
                .answer[0] == '\0')
            MUST(conflict_settle(p.b.store, &clashes.items[0], i, e));
    meet(&p);
    assert_names(&p.a, "Hana");
    assert_names(&p.b, "Hana");
    pool_free(pool);
    close_pair(&p);
}

static void both_drop_the_same_row(void **state)
{
    struct pair p;
    struct look l;

    (void)state;
    open_pair(&p);
    for (int i = 0; i < 2; i++) {
        struct office *o = i == 0 ? &p.a : &p.b;
        look_at(&l, o);
        record_row_drop(l.record, row(&l, "child", 0));
        save(o, &l, true);
        look_away(&l);
    }
    meet(&p);
    look_at(&l, &p.a);
    assert_string_equal(names(&l), "Dawit");
    assert_int_equal(l.entity.clashes_nr, 0);
    look_away(&l);
    close_pair(&p);
}

static void a_draft_keeps_rows(void **state)
{
    struct pair p;
    struct look l, again;
    struct draft d = {.seen = 0};
    struct draft_list list;
    struct err why = ERR_INIT;
    size_t repeat, added;

    (void)state;
    open_pair(&p);
    look_at(&l, &p.a);
    repeat = record_row_repeat(l.record, row(&l, "child", 0));
    record_row_drop(l.record, row(&l, "child", 0));
    added = record_row_add(l.record, repeat, &why);
    record_set(l.record, record_walk(l.record, added), "Selam");
    assert_true(record_is_dirty(l.record));
    d.record = l.entity.id;
    d.stream = l.entity.stream;
    str_copy(d.kind, sizeof d.kind, l.entity.kind);
    MUST(draft_save(p.a.store, &d, l.record, e));
    look_at(&again, &p.a);
    MUST(draft_list_load(p.a.store, again.pool, &list, e));
    assert_int_equal(list.nr, 1);
    draft_fill(&list.items[0], again.record);
    assert_string_equal(names(&again), "Dawit Selam");
    save(&p.a, &again, true);
    assert_names(&p.a, "Dawit Selam");
    look_away(&again);
    look_away(&l);
    close_pair(&p);
}

static void rows_are_found_after_a_rename(void **state)
{
    struct pair p;
    struct look l;

    (void)state;
    open_pair(&p);
    use_form(&p.a, renamed);
    look_at(&l, &p.a);
    assert_string_equal(names(&l), "Hana Dawit");
    assert_string_equal(record_answer(l.record, row(&l, "kid/illness/what", 0)),
                        "Fever");
    assert_string_equal(
        entity_value_of(&l.entity, l.record, row(&l, "kid/given", 1))->answer,
        "Dawit");
    save(&p.a, &l, false);
    look_away(&l);
    close_pair(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_reach_the_other_office),
        cmocka_unit_test(both_add_and_both_see_all),
        cmocka_unit_test(a_dropped_row_is_gone_everywhere),
        cmocka_unit_test(what_was_written_into_a_dropped_row_clashes),
        cmocka_unit_test(both_drop_the_same_row),
        cmocka_unit_test(a_draft_keeps_rows),
        cmocka_unit_test(rows_are_found_after_a_rename),
    };

    return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
