/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: while a form is filled, what is asked, computed, required and wrong
 * follows from the answers, at every step and in whatever order they come;
 * nothing typed is lost; and only what the person changed counts as changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/entropy.h"
#include "base/str.h"
#include "forms/record.h"
#include "tests/forms/support_form.h"

static const struct record_moment now = {.today = 20778,
                                         .now_ms = 1795262400000};

/* A form of a test, and a record that is filled. */
struct sheet {
    struct form *form;
    struct record *record;
};

static struct sheet sheet_of(const char *rows)
{
    char *text = support_form_text(rows);
    struct sheet s = {.form = support_form(text)};

    s.record = record_new(s.form, now);
    mem_free(text);
    return s;
}

static void release(struct sheet *s)
{
    record_free(s->record);
    form_free(s->form);
}

static void put(struct sheet *s, const char *path, const char *answer)
{
    record_set(s->record, support_form_index(s->form, path), answer);
}

static void load(struct sheet *s, const char *path, const char *answer)
{
    record_load(s->record, support_form_index(s->form, path), answer);
}

static const char *value(const struct sheet *s, const char *path)
{
    return record_value(s->record, support_form_index(s->form, path));
}

static bool asked(const struct sheet *s, const char *path)
{
    return record_is_relevant(s->record, support_form_index(s->form, path));
}

static bool touched(const struct sheet *s, const char *path)
{
    return record_is_touched(s->record, support_form_index(s->form, path));
}

static bool wrong(const struct sheet *s, const char *path, bool blank_too,
                  const char *why)
{
    struct err e = ERR_INIT;
    bool is_wrong = record_problem(s->record, support_form_index(s->form, path),
                                   0, blank_too, &e);

    return is_wrong && strstr(e.text, why) != NULL;
}

/* ---- relevance ---- */

static const char nested[] =
    ",select_one yn,told,Told\n"
    ",begin_group,g,G,${told} = 'yes'\n"
    ",begin_group,h,H\n"
    ",integer,n,N\n"
    ",calculate,twice,,,${n} * 2\n"
    ",end_group\n"
    ",end_group\n"
    ",calculate,outside,,,\"coalesce(${n}, 'none')\"\n";

static void a_group_takes_its_fields_with_it(void **state)
{
    struct sheet s = sheet_of(nested);

    (void)state;
    assert_false(asked(&s, "g/h/n"));
    put(&s, "told", "yes");
    assert_true(asked(&s, "g/h/n"));
    assert_true(asked(&s, "g/h"));
    put(&s, "g/h/n", "4");
    assert_string_equal(value(&s, "g/h/twice"), "8");
    assert_string_equal(value(&s, "outside"), "4");
    put(&s, "told", "no");
    assert_false(asked(&s, "g/h/n"));
    assert_string_equal(value(&s, "g/h/n"), "");
    assert_string_equal(value(&s, "outside"), "none");
    release(&s);
}

static void what_was_typed_comes_back(void **state)
{
    struct sheet s = sheet_of(nested);
    size_t n = support_form_index(s.form, "g/h/n");

    (void)state;
    put(&s, "told", "yes");
    put(&s, "g/h/n", "4");
    put(&s, "told", "");
    assert_string_equal(record_answer(s.record, n), "4");
    put(&s, "g/h/n", "5"); /* also what is typed while nothing asks for it */
    put(&s, "told", "yes");
    assert_string_equal(value(&s, "g/h/n"), "5");
    assert_string_equal(value(&s, "g/h/twice"), "10");
    release(&s);
}

/* ---- computing ---- */

static void a_chain_is_computed_in_one_go(void **state)
{
    struct sheet s = sheet_of(",calculate,d,,,${c} + 1\n"
                              ",calculate,c,,,${b} + 1\n"
                              ",integer,b,B,${a} > 0\n,integer,a,A\n"
                              ",note,big,Big,${d} > 10\n");

    (void)state;
    assert_string_equal(value(&s, "d"), ""); /* blank, not NaN */
    put(&s, "b", "3");
    assert_string_equal(value(&s, "d"), "");
    put(&s, "a", "1");
    assert_string_equal(value(&s, "d"), "5");
    assert_false(asked(&s, "big"));
    put(&s, "b", "30");
    assert_string_equal(value(&s, "d"), "32");
    assert_true(asked(&s, "big"));
    release(&s);
}

static void results_are_answers_of_the_fields_type(void **state)
{
    struct sheet s =
        sheet_of(",date,review,Review,,today() + 30\n"
                 ",date,day,Day,,now()\n,text,t,T,,true()\n"
                 ",decimal,part,Part,,1 div 3\n,integer,many,Many,,3.0\n"
                 ",integer,none,None,,'x' * 2\n"
                 ",calculate,age,,,int((today() - ${review}) div 365.25)\n");

    (void)state;
    assert_string_equal(value(&s, "review"), "2026-12-21");
    assert_string_equal(value(&s, "day"), "2026-11-21");
    assert_string_equal(value(&s, "t"), "true");
    assert_string_equal(value(&s, "part"), "0.3333333333333333");
    assert_string_equal(value(&s, "many"), "3");
    assert_string_equal(value(&s, "none"), "");
    assert_string_equal(value(&s, "age"), "0");
    release(&s);
}

static void a_sum_over_a_group_follows_its_fields(void **state)
{
    struct sheet s = sheet_of(
        ",begin_group,g,G\n,integer,a,A\n,integer,b,B\n,end_group\n"
        ",calculate,sum,,,sum(${g}/*)\n,calculate,n,,,count-non-empty(/x/g/*)\n"
        ",calculate,some,,,count(/x/g/*[. > 5])\n");

    (void)state;
    put(&s, "g/a", "4");
    assert_string_equal(value(&s, "sum"), "4");
    assert_string_equal(value(&s, "n"), "1");
    put(&s, "g/b", "6");
    assert_string_equal(value(&s, "sum"), "10");
    assert_string_equal(value(&s, "some"), "1");
    release(&s);
}

static void once_keeps_what_it_has(void **state)
{
    struct sheet s = sheet_of(",integer,a,A\n,calculate,first,,,once(${a})\n");

    (void)state;
    put(&s, "a", "4");
    put(&s, "a", "5");
    assert_string_equal(value(&s, "first"), "4");
    release(&s);
}

/* ---- defaults ---- */

static const char defaults[] =
    ",date,on,On,,,,,today()\n"
    ",select_one yn,told,Told,,,,,no\n"
    ",integer,n,N,${told} = 'yes',,,,3\n"
    ",text,name,Name,,,,,\"concat('seen ', ${on})\"\n";

static void a_default_is_given_once(void **state)
{
    struct sheet s = sheet_of(defaults);
    size_t n = support_form_index(s.form, "n");

    (void)state;
    assert_string_equal(value(&s, "on"), "2026-11-21");
    assert_string_equal(value(&s, "told"), "no");
    assert_string_equal(value(&s, "name"), "seen 2026-11-21");
    assert_string_equal(record_answer(s.record, n), ""); /* not reached */
    put(&s, "told", "yes");
    assert_string_equal(value(&s, "n"), "3");
    put(&s, "n", "");
    put(&s, "told", "no");
    put(&s, "told", "yes");
    assert_string_equal(value(&s, "n"), ""); /* the person emptied it */
    put(&s, "on", "");
    assert_string_equal(value(&s, "on"), "");
    release(&s);
}

static void an_existing_record_gets_no_defaults(void **state)
{
    struct sheet s = sheet_of(defaults);

    (void)state;
    load(&s, "name", "Hana");
    record_refresh(s.record);
    assert_string_equal(value(&s, "on"), "");
    assert_string_equal(value(&s, "name"), "Hana");
    put(&s, "told", "yes"); /* asked for the first time */
    assert_string_equal(value(&s, "n"), "3");
    release(&s);
}

/* ---- what is to be saved ---- */

static void only_what_the_person_changed_is_touched(void **state)
{
    struct sheet s = sheet_of(",text,a,A\n,text,b,B\n"
                              ",calculate,day,,,today()\n"
                              ",calculate,both,,,\"concat(${a}, ${b})\"\n");

    (void)state;
    load(&s, "a", "x");
    load(&s, "b", "y");
    load(&s, "day", "2026-11-01");
    load(&s, "both", "xy");
    record_refresh(s.record);
    assert_string_equal(value(&s, "day"), "2026-11-21");
    assert_false(record_is_dirty(s.record)); /* only time has passed */
    assert_false(touched(&s, "day"));
    put(&s, "a", "z");
    assert_true(record_is_dirty(s.record));
    assert_true(touched(&s, "a"));
    assert_true(touched(&s, "both"));
    assert_true(touched(&s, "day"));
    assert_false(touched(&s, "b"));
    put(&s, "a", "x");
    assert_false(record_is_dirty(s.record));
    assert_false(touched(&s, "both"));
    release(&s);
}

static void emptied_is_touched_and_not_asked_is_not(void **state)
{
    struct sheet s = sheet_of(nested);

    (void)state;
    load(&s, "told", "yes");
    load(&s, "g/h/n", "4");
    record_refresh(s.record);
    put(&s, "told", "no");
    assert_false(touched(&s, "g/h/n")); /* the case keeps its 4 */
    put(&s, "told", "yes");
    put(&s, "g/h/n", "  ");
    assert_true(touched(&s, "g/h/n"));
    assert_string_equal(value(&s, "g/h/n"), "");
    release(&s);
}

static void a_new_record_is_clean_until_something_is_typed(void **state)
{
    struct sheet s = sheet_of(defaults);

    (void)state;
    assert_false(record_is_dirty(s.record));
    assert_false(touched(&s, "on"));
    put(&s, "name", "Hana");
    assert_true(touched(&s, "on")); /* a default is saved with the rest */
    release(&s);
}

/* ---- what is wrong ---- */

static const char checked[] =
    ",integer,age,Age,,,yes,. >= 0 and . <= 25\n"
    ",date,born,Born,${age} > 3,,${age} > 10,. <= today()\n"
    ",select_multiple need,needs,Needs,,,,\"not(selected(., 'none') and "
    "count-selected(.) > 1)\"\n"
    ",note,bye,Bye\n";

static void problems_are_told(void **state)
{
    struct sheet s = sheet_of(checked);

    (void)state;
    assert_false(wrong(&s, "age", false, ""));
    assert_true(wrong(&s, "age", true, "needed"));
    put(&s, "age", "x");
    assert_true(wrong(&s, "age", false, "whole number"));
    put(&s, "age", "26");
    assert_true(wrong(&s, "age", false, "not possible"));
    put(&s, "age", "9");
    assert_false(wrong(&s, "age", true, ""));
    assert_false(wrong(&s, "born", true, "")); /* blank: no constraint */
    put(&s, "age", "14");
    assert_true(wrong(&s, "born", true, "needed"));
    put(&s, "born", "2026-11-22");
    assert_true(wrong(&s, "born", false, "not possible"));
    put(&s, "age", "2");
    assert_false(wrong(&s, "born", true, "")); /* not asked any more */
    put(&s, "needs", "none food");
    assert_true(wrong(&s, "needs", false, "not possible"));
    put(&s, "needs", "school food");
    assert_false(wrong(&s, "needs", true, ""));
    assert_false(wrong(&s, "bye", true, ""));
    release(&s);
}

static void the_forms_own_words_come_first(void **state)
{
    struct form *f = support_form(
        "survey\n,type,name,label::en,label::am,required,constraint,"
        "constraint_message::en,constraint_message::am,required_message::en\n"
        ",integer,a,A,ሀ,yes,. > 3,Too small,በጣም ትንሽ,Say it\n"
        "settings\n,form_id,version\n,f,1\n");
    struct record *r = record_new(f, now);
    struct err e = ERR_INIT;

    (void)state;
    assert_true(record_problem(r, 0, form_lang(f, "am"), true, &e));
    assert_string_equal(e.text, "Say it");
    record_set(r, 0, "1");
    assert_true(record_problem(r, 0, form_lang(f, "am"), true, &e));
    assert_string_equal(e.text, "በጣም ትንሽ");
    assert_true(record_is_required(r, 0));
    record_free(r);
    form_free(f);
}

/* ---- walking ---- */

static void the_walk_stops_where_a_person_does(void **state)
{
    struct sheet s = sheet_of(",calculate,c,,,1\n,text,a,A\n"
                              ",begin_group,g,G,${a} = 'x'\n,note,b,B\n"
                              ",text,d,D\n,end_group\n,integer,e,E\n");
    size_t a = support_form_index(s.form, "a");
    size_t e = support_form_index(s.form, "e"), asks, answered;

    (void)state;
    assert_int_equal(record_next(s.record, FORM_ROOT), a);
    assert_int_equal(record_next(s.record, a), e);
    assert_true(record_next(s.record, e) == FORM_ROOT);
    assert_int_equal(record_prev(s.record, FORM_ROOT), e);
    assert_int_equal(record_prev(s.record, e), a);
    assert_true(record_prev(s.record, a) == FORM_ROOT);
    put(&s, "a", "x");
    assert_int_equal(record_next(s.record, a),
                     support_form_index(s.form, "g/b"));
    assert_int_equal(record_prev(s.record, e),
                     support_form_index(s.form, "g/d"));
    record_progress(s.record, &asks, &answered);
    assert_int_equal(asks, 3);
    assert_int_equal(answered, 1);
    release(&s);
}

/* ---- any order ---- */

static const char tangled[] =
    ",calculate,sum,,,\"sum(/x/g/*) + coalesce(${c}, 0)\"\n"
    ",integer,a,A\n,integer,b,B,${a} > 2\n"
    ",begin_group,g,G,${b} != 3\n"
    ",integer,c,C,${a} > 1\n,integer,d,D,${c} > 1 or ${a} = 5\n"
    ",begin_group,h,H,${d} > 2\n,text,t,T,,,,,\n,calculate,e,,,${c} * ${d}\n"
    ",calculate,k,,,${a} * 10\n"
    ",end_group\n,end_group\n"
    ",text,f,F,${sum} > 6 or ${e} = 4\n"
    ",calculate,all,,,\"join('-', ${a}, ${b}, ${c}, ${d}, ${e}, ${k}, "
    "${f})\"\n";

/* What is computed again after a change is all that a change can reach: a
 * record filled step by step equals one that is computed as a whole. */
static void step_by_step_equals_all_at_once(void **state)
{
    uint64_t seed = 1;
    struct entropy_source noise = entropy_seeded(&seed);
    struct sheet s = sheet_of(tangled);

    (void)state;
    for (int i = 0; i < 3000; i++) {
        static const char *const answers[] = {"", "1", "2", "3", "4", "5"};
        size_t field = entropy_u64(&noise) % s.form->fields_nr;
        struct record *whole = record_new(s.form, now);
        if (s.form->fields[field].calculation == NULL)
            record_set(s.record, field,
                       answers[entropy_u64(&noise) % ARR_NR(answers)]);
        for (size_t k = 0; k < s.form->fields_nr; k++)
            if (s.form->fields[k].calculation == NULL)
                record_load(whole, k, record_answer(s.record, k));
        record_refresh(whole);
        for (size_t k = 0; k < s.form->fields_nr; k++) {
            assert_string_equal(record_value(s.record, k),
                                record_value(whole, k));
            assert_int_equal(record_is_relevant(s.record, k),
                             record_is_relevant(whole, k));
        }
        record_free(whole);
    }
    release(&s);
}

static void a_child_is_registered(void **state)
{
    struct form *f = support_form_pack("registration");
    struct record *r = record_new(f, now);
    struct err e = ERR_INIT;
    unsigned stops = 0;

    (void)state;
    for (size_t i = record_next(r, FORM_ROOT); i != FORM_ROOT;
         i = record_next(r, i), stops++) {
        const struct field *d = &f->fields[i];
        if (d->list != NULL)
            record_set(r, i, d->list->items[0].name);
        else if (d->type == FIELD_DATE)
            record_set(r, i, "2020-01-05");
        else if (str_equal(d->path, "phone"))
            record_set(r, i, "0911 000 000");
        else if (d->type == FIELD_TEXT && strstr(d->path, "place") != NULL)
            record_set(r, i, "ET041114/03");
        else
            record_set(r, i, d->type == FIELD_INTEGER ? "9" : "invented");
        if (record_problem(r, i, 0, true, &e))
            fail_msg("%s: %s", d->path, e.text);
    }
    assert_true(stops > 30);
    assert_true(record_is_dirty(r));
    record_free(r);
    form_free(f);
}

static void a_path_to_brothers_and_sisters_follows_them(void **state)
{
    struct sheet s = sheet_of(",calculate,next,,,following-sibling::b * 2\n"
                              ",integer,b,B\n");

    (void)state;
    put(&s, "b", "4");
    assert_string_equal(value(&s, "next"), "8");
    put(&s, "b", "5");
    assert_string_equal(value(&s, "next"), "10");
    release(&s);
}

static void a_choice_is_called_by_its_name(void **state)
{
    struct sheet s = sheet_of(",select_one yn,fed,Fed?\n"
                              ",calculate,name,,,\"jr:choice-name(${fed}, "
                              "'${fed}')\"\n");

    (void)state;
    assert_string_equal(value(&s, "name"), "");
    put(&s, "fed", "yes");
    assert_string_equal(value(&s, "name"), "Yes");
    put(&s, "fed", "no");
    assert_string_equal(value(&s, "name"), "No");
    put(&s, "fed", "perhaps");
    assert_string_equal(value(&s, "name"), "");
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_to_brothers_and_sisters_follows_them),
        cmocka_unit_test(a_choice_is_called_by_its_name),
        cmocka_unit_test(a_group_takes_its_fields_with_it),
        cmocka_unit_test(what_was_typed_comes_back),
        cmocka_unit_test(a_chain_is_computed_in_one_go),
        cmocka_unit_test(results_are_answers_of_the_fields_type),
        cmocka_unit_test(a_sum_over_a_group_follows_its_fields),
        cmocka_unit_test(once_keeps_what_it_has),
        cmocka_unit_test(a_default_is_given_once),
        cmocka_unit_test(an_existing_record_gets_no_defaults),
        cmocka_unit_test(only_what_the_person_changed_is_touched),
        cmocka_unit_test(emptied_is_touched_and_not_asked_is_not),
        cmocka_unit_test(a_new_record_is_clean_until_something_is_typed),
        cmocka_unit_test(problems_are_told),
        cmocka_unit_test(the_forms_own_words_come_first),
        cmocka_unit_test(the_walk_stops_where_a_person_does),
        cmocka_unit_test(step_by_step_equals_all_at_once),
        cmocka_unit_test(a_child_is_registered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
