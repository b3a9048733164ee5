/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: rows of a repeat come, go and are counted as the form says; each has
 * an id that lasts; a name means the answer of the same row, or of all rows;
 * and however rows were added, filled and dropped, everything computed is what
 * it would be had the form been filled so from the start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/entropy.h"
#include "base/str.h"
#include "forms/record.h"
#include "tests/forms/support_form.h"

struct sheet {
    struct form *form;
    struct record *record;
    uint64_t seed;
    struct entropy_source entropy;
};

static void open_sheet(struct sheet *s, const char *csv)
{
    struct record_moment now = {.today = 20778, .now_ms = 1795262400000};

    s->form = support_form(csv);
    s->seed = 7;
    s->entropy = entropy_seeded(&s->seed);
    now.entropy = &s->entropy;
    s->record = record_new(s->form, now);
}

static void close_sheet(struct sheet *s)
{
    record_free(s->record);
    form_free(s->form);
}

/* The repeat's node; the i-th row; a field of the i-th row. */
static size_t repeat_of(const struct sheet *s, const char *path)
{
    return record_find(s->record, path);
}

static size_t node_of(const struct sheet *s, const char *path, size_t i)
{
    return record_node(s->record, support_form_index(s->form, path), i);
}

static size_t add(struct sheet *s, const char *path)
{
    struct err e = ERR_INIT;
    size_t row = record_row_add(s->record, repeat_of(s, path), &e);

    assert_int_not_equal(row, RECORD_NONE);
    return row;
}

static void put(struct sheet *s, const char *path, size_t i, const char *answer)
{
    record_set(s->record, node_of(s, path, i), answer);
}

static const char *value(const struct sheet *s, const char *path, size_t i)
{
    return record_value(s->record, node_of(s, path, i));
}

#define HEAD                                                                   \
    "survey\n"                                                                 \
    ",type,name,label,relevant,calculation,repeat_count,choice_filter\n"
#define FOOT                                                                   \
    "choices\n,list_name,name,label,side\n"                                    \
    ",kin,mother,Mother,f\n,kin,father,Father,m\n"                             \
    "settings\n,form_title,form_id,version\n,Rows,rows,1\n"

static const char household[] = HEAD
    ",text,head,Head,,,,\n"
    ",begin_repeat,child,Child of ${head},,,,\n"
    ",text,given,Given name,,,,\n"
    ",integer,age,Age of ${given},,,,\n"
    ",calculate,place,,,position(..),,\n"
    ",calculate,older,,,${age} + 1,,\n"
    ",calculate,before,,,\"indexed-repeat(${given}, ${child}, "
    "position(..) - 1)\",,\n"
    ",text,school,School,${age} >= 7,,,\n"
    ",end_repeat,,,,,,\n"
    ",calculate,total,,,sum(${age}),,\n"
    ",calculate,many,,,count(${child}),,\n"
    ",calculate,names,,,\"join(' ', ${given})\",,\n"
    ",calculate,second,,,\"indexed-repeat(${given}, ${child}, 2)\",,\n" FOOT;

static void a_name_means_the_answer_in_the_same_row(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, household);
    assert_string_equal(value(&s, "many", 0), "0");
    add(&s, "child");
    add(&s, "child");
    put(&s, "child/given", 0, "Hana");
    put(&s, "child/age", 0, "9");
    put(&s, "child/given", 1, "Dawit");
    put(&s, "child/age", 1, "4");
    assert_string_equal(value(&s, "child/older", 0), "10");
    assert_string_equal(value(&s, "child/older", 1), "5");
    assert_string_equal(value(&s, "child/place", 1), "2");
    assert_string_equal(value(&s, "child/before", 0), "");
    assert_string_equal(value(&s, "child/before", 1), "Hana");
    assert_true(record_is_relevant(s.record, node_of(&s, "child/school", 0)));
    assert_false(record_is_relevant(s.record, node_of(&s, "child/school", 1)));
    close_sheet(&s);
}

static void outside_it_means_all_rows(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, household);
    for (size_t i = 0; i < 3; i++)
        add(&s, "child");
    put(&s, "child/given", 0, "Hana");
    put(&s, "child/given", 1, "Dawit");
    put(&s, "child/given", 2, "Selam");
    put(&s, "child/age", 0, "9");
    put(&s, "child/age", 2, "2");
    assert_string_equal(value(&s, "total", 0), "11");
    assert_string_equal(value(&s, "many", 0), "3");
    assert_string_equal(value(&s, "names", 0), "Hana Dawit Selam");
    assert_string_equal(value(&s, "second", 0), "Dawit");
    record_row_drop(s.record,
                    record_parent(s.record, node_of(&s, "child/age", 0)));
    assert_string_equal(value(&s, "total", 0), "2");
    assert_string_equal(value(&s, "many", 0), "2");
    assert_string_equal(value(&s, "names", 0), "Dawit Selam");
    assert_string_equal(value(&s, "second", 0), "Selam");
    assert_string_equal(value(&s, "child/place", 1), "2");
    assert_string_equal(value(&s, "child/before", 0), "");
    close_sheet(&s);
}

static void path_of(const struct sheet *s, size_t node, char out[100])
{
    struct buf b = BUF_INIT(100);

    record_path(s->record, node, &b);
    str_copy(out, 100, buf_text(&b));
    buf_release(&b);
}

static void a_row_keeps_its_id_whatever_comes_and_goes(void **state)
{
    struct sheet s;
    char before[100], after[100];
    size_t node, first;

    (void)state;
    open_sheet(&s, household);
    first = add(&s, "child");
    add(&s, "child");
    node = node_of(&s, "child/given", 1);
    put(&s, "child/given", 1, "Dawit");
    path_of(&s, node, before);
    record_row_drop(s.record, first);
    add(&s, "child");
    path_of(&s, node, after);
    assert_string_equal(before, after);
    assert_int_equal(record_find(s.record, after), node);
    assert_string_equal(record_answer(s.record, node), "Dawit");
    assert_ptr_equal(
        form_field(s.form, after),
        &s.form->fields[support_form_index(s.form, "child/given")]);
    close_sheet(&s);
}

static const char counted[] =
    HEAD ",integer,how_many,How many,,,,\n"
         ",begin_repeat,child,Child,,,${how_many},\n"
         ",text,given,Given name,,,,\n"
         ",end_repeat,,,,,,\n"
         ",calculate,names,,,\"join(' ', ${given})\",,\n"
         ",calculate,many,,,count(${child}),,\n" FOOT;

static void the_form_counts_rows_and_none_is_lost(void **state)
{
    struct sheet s;
    char path[100];

    (void)state;
    open_sheet(&s, counted);
    put(&s, "how_many", 0, "3");
    put(&s, "child/given", 0, "Hana");
    put(&s, "child/given", 2, "Selam");
    path_of(&s, node_of(&s, "child/given", 2), path);
    assert_string_equal(path, "child[3]/given");
    assert_string_equal(value(&s, "many", 0), "3");
    put(&s, "how_many", 0, "1");
    assert_string_equal(value(&s, "names", 0), "Hana");
    assert_string_equal(value(&s, "many", 0), "1");
    put(&s, "how_many", 0, "3");
    assert_string_equal(value(&s, "child/given", 2), "Selam");
    put(&s, "how_many", 0, "100000");
    assert_string_equal(value(&s, "many", 0), "1000");
    put(&s, "how_many", 0, "");
    assert_string_equal(value(&s, "many", 0), "0");
    close_sheet(&s);
}

static void the_form_asks_where_a_row_may_be_added(void **state)
{
    struct sheet s;
    size_t node, stops = 0;

    (void)state;
    open_sheet(&s, household);
    add(&s, "child");
    for (node = record_next(s.record, RECORD_NONE); node != RECORD_NONE;
         node = record_next(s.record, node))
        stops++;
    assert_int_equal(stops, 4); /* head, given, age, one more child */
    node = record_prev(s.record, RECORD_NONE);
    assert_int_equal(record_kind(s.record, node), RECORD_REPEAT);
    assert_true(record_may_add(s.record, node));
    close_sheet(&s);
}

static const char nested[] = HEAD
    ",begin_repeat,house,House,,,,\n"
    ",text,street,Street,,,,\n"
    ",begin_repeat,room,Room,,,,\n"
    ",begin_repeat,bed,Bed,,,,\n"
    ",text,who,Who,,,,\n"
    ",calculate,where,,,\"concat(${street}, ' ', position(../..), ' ', "
    "position(..))\",,\n"
    ",end_repeat,,,,,,\n"
    ",calculate,beds,,,count(${bed}),,\n"
    ",end_repeat,,,,,,\n"
    ",calculate,all,,,\"join('+', ${who})\",,\n"
    ",calculate,one,,,\"indexed-repeat(${who}, ${room}, 2, ${bed}, 1)\",,\n"
    ",end_repeat,,,,,,\n"
    ",calculate,everybody,,,count(${bed}),,\n" FOOT;

static size_t add_at(struct sheet *s, const char *path, size_t i)
{
    size_t field = support_form_index(s->form, path), nr = 0;
    struct err e = ERR_INIT;

    for (size_t n = record_walk(s->record, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(s->record, n))
        if (record_field(s->record, n) == field &&
            record_kind(s->record, n) == RECORD_REPEAT && nr++ == i)
            return record_row_add(s->record, n, &e);
    fail();
    return RECORD_NONE;
}

static void rows_stand_three_deep(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, nested);
    add_at(&s, "house", 0);
    add_at(&s, "house", 0);
    put(&s, "house/street", 0, "Ras");
    put(&s, "house/street", 1, "Bole");
    add_at(&s, "house/room", 0);
    add_at(&s, "house/room", 0);
    add_at(&s, "house/room", 1);
    add_at(&s, "house/room", 1);
    add_at(&s, "house/room/bed", 1);
    add_at(&s, "house/room/bed", 1);
    add_at(&s, "house/room/bed", 3);
    put(&s, "house/room/bed/who", 0, "Hana");
    put(&s, "house/room/bed/who", 1, "Dawit");
    put(&s, "house/room/bed/who", 2, "Selam");
    assert_string_equal(value(&s, "house/room/bed/where", 1), "Ras 2 2");
    assert_string_equal(value(&s, "house/room/bed/where", 2), "Bole 2 1");
    assert_string_equal(value(&s, "house/room/beds", 1), "2");
    assert_string_equal(value(&s, "house/room/beds", 0), "0");
    assert_string_equal(value(&s, "house/all", 0), "Hana+Dawit");
    assert_string_equal(value(&s, "house/all", 1), "Selam");
    assert_string_equal(value(&s, "house/one", 0), "Hana");
    assert_string_equal(value(&s, "house/one", 1), "Selam");
    assert_string_equal(value(&s, "everybody", 0), "3");
    close_sheet(&s);
}

static void kept_rows_come_back_as_they_were(void **state)
{
    struct sheet s;
    static const char *const paths[] = {"child[kb2]/given", "child[ka1]/given",
                                        "child[ka1]/age"};

    (void)state;
    open_sheet(&s, household);
    for (size_t i = 0; i < 3; i++)
        record_load(s.record, record_load_path(s.record, paths[i]),
                    i == 2   ? "8"
                    : i == 1 ? "Dawit"
                             : "Hana");
    record_refresh(s.record);
    assert_string_equal(value(&s, "names", 0), "Hana Dawit");
    assert_string_equal(value(&s, "child/older", 1), "9");
    assert_false(record_is_dirty(s.record));
    assert_int_equal(record_load_path(s.record, "child[K1]/given"),
                     RECORD_NONE);
    assert_int_equal(record_load_path(s.record, "child/given"), RECORD_NONE);
    assert_int_equal(record_load_path(s.record, "head[a]"), RECORD_NONE);
    assert_int_equal(record_load_path(s.record, "child[a"), RECORD_NONE);
    record_row_drop(s.record, record_find(s.record, "child[kb2]"));
    assert_int_equal(record_dropped_nr(s.record), 1);
    assert_string_equal(record_dropped(s.record, 0), "child[kb2]");
    assert_true(record_is_dirty(s.record));
    close_sheet(&s);
}

static void numbered_rows_stand_in_their_order(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, counted);
    record_load(s.record, record_load_path(s.record, "child[10]/given"), "J");
    record_load(s.record, record_load_path(s.record, "child[2]/given"), "B");
    record_load(s.record, record_load_path(s.record, "how_many"), "10");
    record_refresh(s.record);
    assert_string_equal(value(&s, "child/given", 1), "B");
    assert_string_equal(value(&s, "child/given", 9), "J");
    assert_string_equal(value(&s, "many", 0), "10");
    assert_false(record_is_dirty(s.record));
    close_sheet(&s);
}

static void labels_say_what_was_answered(void **state)
{
    struct sheet s;
    struct pool *pool = pool_new();
    size_t row, age;

    (void)state;
    open_sheet(&s, household);
    row = add(&s, "child");
    add(&s, "child");
    put(&s, "head", 0, "Almaz");
    put(&s, "child/given", 1, "Dawit");
    age = node_of(&s, "child/age", 1);
    assert_string_equal(record_text(s.record, age, "Age of ${given}?", 0, pool),
                        "Age of Dawit?");
    assert_string_equal(
        record_text(s.record, row, "Child of ${head} ${nobody} ${", 0, pool),
        "Child of Almaz  ${");
    pool_free(pool);
    close_sheet(&s);
}

static const char filtered[] =
    HEAD ",begin_repeat,member,Member,,,,\n"
         ",text,side,Side,,,,\n"
         ",select_one kin,kin,Kin,,,,side = ${side}\n"
         ",end_repeat,,,,,,\n" FOOT;

static void choices_are_filtered_by_the_row(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, filtered);
    add(&s, "member");
    add(&s, "member");
    put(&s, "member/side", 0, "m");
    put(&s, "member/side", 1, "f");
    assert_false(record_offers(s.record, node_of(&s, "member/kin", 0), 0));
    assert_true(record_offers(s.record, node_of(&s, "member/kin", 0), 1));
    assert_true(record_offers(s.record, node_of(&s, "member/kin", 1), 0));
    close_sheet(&s);
}

static const char truth[] =
    HEAD ",integer,n,N,,,,\n,calculate,big,,,${n} > 3,,\n"
         ",text,a,A,${big},,,\n,text,b,B,not(${big}),,,\n"
         ",text,c,C,${big} = 'false',,,\n,text,d,D,${big} = false(),,,\n"
         ",calculate,word,,,\"concat('is ', ${big})\",,\n" FOOT;

/* "The second part of the survey was asked though nobody had agreed." */
static void what_a_calculation_finds_false_is_false(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, truth);
    put(&s, "n", 0, "1");
    assert_false(record_is_relevant(s.record, node_of(&s, "a", 0)));
    assert_true(record_is_relevant(s.record, node_of(&s, "b", 0)));
    assert_true(record_is_relevant(s.record, node_of(&s, "c", 0)));
    assert_true(record_is_relevant(s.record, node_of(&s, "d", 0)));
    assert_string_equal(value(&s, "word", 0), "is false");
    put(&s, "n", 0, "5");
    assert_true(record_is_relevant(s.record, node_of(&s, "a", 0)));
    assert_false(record_is_relevant(s.record, node_of(&s, "c", 0)));
    close_sheet(&s);
}

/* ---- any way there is the same ---- */

/* A second record of what the person answered in the first. */
static void assert_same_afresh(const struct sheet *s)
{
    struct sheet t;
    struct buf path = BUF_INIT(RECORD_PATH_BYTES);

    open_sheet(&t, household);
    for (size_t n = record_walk(s->record, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(s->record, n)) {
        buf_clear(&path);
        record_path(s->record, n, &path);
        size_t there = record_set_path(t.record, buf_text(&path));
        assert_int_not_equal(there, RECORD_NONE);
        if (record_kind(s->record, n) == RECORD_FIELD &&
            record_is_typed(s->record, n))
            record_set(t.record, there, record_answer(s->record, n));
    }
    for (size_t n = record_walk(s->record, RECORD_NONE); n != RECORD_NONE;
         n = record_walk(s->record, n)) {
        buf_clear(&path);
        record_path(s->record, n, &path);
        size_t there = record_find(t.record, buf_text(&path));
        assert_int_equal(record_is_relevant(s->record, n),
                         record_is_relevant(t.record, there));
        assert_string_equal(record_value(s->record, n),
                            record_value(t.record, there));
    }
    buf_release(&path);
    close_sheet(&t);
}

static void any_way_to_fill_it_gives_the_same(void **state)
{
    static const char *const answers[] = {"4", "7", "12", "", "x"};
    struct sheet s;
    uint64_t seed = 11;
    struct entropy_source dice = entropy_seeded(&seed);

    (void)state;
    open_sheet(&s, household);
    for (int i = 0; i < 300; i++) {
        size_t age = support_form_index(s.form, "child/age");
        size_t nr = record_nodes_nr(s.record, age);
        uint64_t throw = entropy_u64(&dice);
        if (nr == 0 || throw % 5 == 0)
            add(&s, "child");
        else if (throw % 5 == 1)
            record_row_drop(
                s.record, record_parent(s.record, record_node(s.record, age,
                                                              throw / 8 % nr)));
        else
            record_set(
                s.record,
                record_node(s.record, age - (throw % 5 != 2), throw / 8 % nr),
                answers[throw / 4096 % 5]);
        if (i % 10 == 0)
            assert_same_afresh(&s);
    }
    close_sheet(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_means_the_answer_in_the_same_row),
        cmocka_unit_test(outside_it_means_all_rows),
        cmocka_unit_test(a_row_keeps_its_id_whatever_comes_and_goes),
        cmocka_unit_test(the_form_counts_rows_and_none_is_lost),
        cmocka_unit_test(the_form_asks_where_a_row_may_be_added),
        cmocka_unit_test(rows_stand_three_deep),
        cmocka_unit_test(kept_rows_come_back_as_they_were),
        cmocka_unit_test(numbered_rows_stand_in_their_order),
        cmocka_unit_test(labels_say_what_was_answered),
        cmocka_unit_test(choices_are_filtered_by_the_row),
        cmocka_unit_test(what_a_calculation_finds_false_is_false),
        cmocka_unit_test(any_way_to_fill_it_gives_the_same),
    };

    return cmocka_run_group_tests_name("repeat", tests, NULL, NULL);
}
