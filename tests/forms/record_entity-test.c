/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what a filled form says of entities follows from its answers: which
 * are created or changed, under which label, with which properties, once for
 * the form or once for each row; a sheet of entities that cannot be followed is
 * told with its row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/str.h"
#include "forms/record_entity.h"
#include "tests/forms/support_form.h"

#define SURVEY                                                                 \
    "survey\n,type,name,label,save_to,calculation,relevant\n"                  \
    ",text,head,Head,households#head,,\n"                                      \
    ",text,known,Known as,,,\n"                                                \
    ",begin_group,home,Home,,,\n"                                              \
    ",text,water,Water,households#water,,${known} = ''\n"                      \
    ",end_group,,,,,\n"                                                        \
    ",begin_repeat,child,Child,,,\n"                                           \
    ",text,given,Given name,children#given_name,,\n"                           \
    ",integer,age,Age,children#age,,\n"                                        \
    ",end_repeat,,,,,\n"                                                       \
    ",calculate,nr,,households#size,count(${child}),\n"
#define SETTINGS "settings\n,form_id,version\n,e,1\n"

static const char whole[] =
    SURVEY "entities\n,list_name,entity_id,create_if,update_if,label,repeat\n"
           ",households,${known},${known} = '',${known} != '',"
           "\"concat('House of ', ${head})\",\n"
           ",children,,${age} < 18,,${given},${child}\n" SETTINGS;

struct sheet {
    struct form *form;
    struct record *record;
    struct pool *pool;
    uint64_t seed;
    struct entropy_source entropy;
    const struct record_entity *items;
    size_t nr;
};

static void ask(struct sheet *s)
{
    s->items = record_entity_list(s->record, s->pool, &s->nr);
}

static void put(struct sheet *s, const char *path, const char *answer)
{
    size_t node = record_set_path(s->record, path);

    assert_int_not_equal(node, RECORD_NONE);
    record_set(s->record, node, answer);
    ask(s);
}

static void open_sheet(struct sheet *s, const char *csv)
{
    struct record_moment now = {.today = 20778};

    *s = (struct sheet){.form = support_form(csv), .pool = pool_new()};
    s->seed = 5;
    s->entropy = entropy_seeded(&s->seed);
    now.entropy = &s->entropy;
    s->record = record_new(s->form, now);
    ask(s);
}

static void close_sheet(struct sheet *s)
{
    record_free(s->record);
    form_free(s->form);
    pool_free(s->pool);
}

/* NULL when the entity has no such property. */
static const char *property(const struct record_entity *x, const char *name)
{
    for (size_t i = 0; i < x->properties_nr; i++)
        if (str_equal(x->properties[i].name, name))
            return x->properties[i].value;
    return NULL;
}

static void one_of_the_form(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, whole);
    put(&s, "head", "Almaz");
    put(&s, "home/water", "well");
    assert_int_equal(s.nr, 1);
    assert_string_equal(s.items[0].dataset, "households");
    assert_int_equal(s.items[0].row, RECORD_NONE);
    assert_true(s.items[0].creates);
    assert_false(s.items[0].updates);
    assert_string_equal(s.items[0].id, "");
    assert_string_equal(s.items[0].label, "House of Almaz");
    assert_int_equal(s.items[0].properties_nr, 3);
    assert_string_equal(property(&s.items[0], "head"), "Almaz");
    assert_string_equal(property(&s.items[0], "water"), "well");
    assert_string_equal(property(&s.items[0], "size"), "0");
    close_sheet(&s);
}

static void a_known_one_is_changed(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, whole);
    put(&s, "known", "h-17");
    assert_int_equal(s.nr, 1);
    assert_false(s.items[0].creates);
    assert_true(s.items[0].updates);
    assert_string_equal(s.items[0].id, "h-17");
    assert_string_equal(property(&s.items[0], "head"), ""); /* emptied */
    assert_null(property(&s.items[0], "water"));            /* not asked */
    close_sheet(&s);
}

static void one_of_each_row(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, whole);
    put(&s, "child[1]/given", "ሰላም");
    put(&s, "child[1]/age", "7");
    put(&s, "child[2]/given", "Hana");
    put(&s, "child[2]/age", "20");
    put(&s, "child[3]/given", "Dawit");
    put(&s, "child[3]/age", "4");
    assert_int_equal(s.nr, 3); /* the household, two children */
    assert_string_equal(s.items[1].label, "ሰላም");
    assert_int_equal(s.items[1].row, record_find(s.record, "child[1]"));
    assert_string_equal(property(&s.items[1], "age"), "7");
    assert_string_equal(property(&s.items[2], "given_name"), "Dawit");
    assert_int_equal(s.items[2].properties_nr, 2);
    record_row_drop(s.record, record_find(s.record, "child[1]"));
    ask(&s);
    assert_int_equal(s.nr, 2);
    assert_string_equal(s.items[1].label, "Dawit");
    close_sheet(&s);
}

static void nothing_said_creates_always(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, "survey\n,type,name,label,save_to\n,text,a,A,b\n"
                   "entities\n,dataset,label\n,trees,${a}\n" SETTINGS);
    assert_int_equal(s.nr, 1);
    assert_true(s.items[0].creates);
    assert_string_equal(property(&s.items[0], "b"), "");
    close_sheet(&s);
}

static void an_id_alone_changes_always(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, "survey\n,type,name,label,save_to\n,text,a,A,b\n"
                   "entities\n,dataset,entity_id\n,trees,${a}\n" SETTINGS);
    put(&s, "a", "t1");
    assert_true(s.items[0].updates);
    assert_false(s.items[0].creates);
    assert_string_equal(s.items[0].id, "t1");
    assert_string_equal(s.items[0].label, "");
    close_sheet(&s);
}

#define ONE "survey\n,type,name,label,save_to\n,text,a,A,%s\n"
static const struct {
    const char *save_to, *entities;
    const char *column, *text;
} flaws[] = {
    {"b", "entities\n,dataset,label\n,my trees,${a}\n", "list_name",
     "needs a name"},
    {"b", "entities\n,dataset,label\n,__trees,${a}\n", "list_name",
     "needs a name"},
    {"name", "entities\n,dataset,label\n,trees,${a}\n", "save_to",
     "a property is named"},
    {"Label", "entities\n,dataset,label\n,trees,${a}\n", "save_to",
     "a property is named"},
    {"__b", "entities\n,dataset,label\n,trees,${a}\n", "save_to",
     "a property is named"},
    {"shrubs#b", "entities\n,dataset,label\n,trees,${a}\n", "save_to",
     "no list of entities"},
    {"b", "entities\n,dataset,label\n,trees,${a}\n,shrubs,${a}\n", "save_to",
     "several lists"},
    {"b", "entities\n,dataset,label,repeat\n,trees,${a},${a}\n", "repeat",
     "is no repeat"},
    {"b", "entities\n,dataset,create_if\n,trees,true()\n", "label",
     "needs a label"},
    {"b", "entities\n,dataset,label,update_if\n,trees,${a},true()\n",
     "entity_id", "which one is changed"},
    {"b",
     "entities\n,dataset,label,entity_id,create_if\n,trees,${a},${a},${a}\n",
     "update_if", "must be said"},
    {"b", "entities\n,dataset,label\n,trees,${nothing}\n", "label",
     "no field ${nothing}"},
    {"b", "", "save_to", "no sheet \"entities\""},
    {"b\n,text,c,C,b", "entities\n,dataset,label\n,trees,${a}\n", "save_to",
     "saved twice"},
};

static void what_cannot_be_followed_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(flaws); i++) {
        struct finding_list l = {0};
        struct err e = ERR_INIT;
        char *text = NULL;

        assert_true(asprintf(&text, ONE "%s" SETTINGS, flaws[i].save_to,
                             flaws[i].entities) > 0);
        form_free(form_read(text, strlen(text), &l, &e));
        if (!support_form_has(&l, FINDING_ERROR, 0, flaws[i].column,
                              flaws[i].text))
            fail_msg("%s, %s", flaws[i].save_to, flaws[i].text);
        finding_list_release(&l);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_the_form),
        cmocka_unit_test(a_known_one_is_changed),
        cmocka_unit_test(one_of_each_row),
        cmocka_unit_test(nothing_said_creates_always),
        cmocka_unit_test(an_id_alone_changes_always),
        cmocka_unit_test(what_cannot_be_followed_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
