/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: form check sees what runs and will surprise (questions nobody can
 * come to, choices that are not there, truth kept as text, values that never
 * stay the same, blanks in sums, missing translations), tells it where it
 * stands, once, as a warning that Kobo does not refuse; and says nothing of
 * forms that do the same things rightly.
 */
#include "tests/forms/support_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"

/* Rows under the columns type, name, label, relevant, calculation, required,
 * constraint, default; they begin in line 3. One finding each, in that line. */
struct seen {
    const char *rows;
    unsigned row;
    const char *column, *text;
};

#define ASKED ",select_one yn,a,A\n,integer,n,N\n,select_multiple need,m,M\n"
/* what follows stands in line 6 */

static void sees(const char *rows, unsigned row, const char *column,
                 const char *text)
{
    char *csv = support_form_text(rows);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct form *f = form_read(csv, strlen(csv), &l, &e);

    assert_non_null(f);
    if (l.all_nr != 1 ||
        !support_form_has(&l, FINDING_WARNING, row, column, text))
        fail_msg("%s gave %zu findings, first: line %u, %s: %s", rows, l.all_nr,
                 l.nr > 0 ? l.items[0].row : 0,
                 l.nr > 0 ? l.items[0].column : "",
                 l.nr > 0 ? l.items[0].text : "");
    assert_int_equal(l.kobo_nr, 0);
    form_free(f);
    mem_free(csv);
    finding_list_release(&l);
}

static void each_is_seen(const struct seen *items, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        sees(items[i].rows, items[i].row, items[i].column, items[i].text);
}

static void is_silent(const char *rows)
{
    char *csv = support_form_text(rows);

    form_free(support_form_silent(csv));
    mem_free(csv);
}

/* ---- questions nobody can come to ---- */

static const struct seen unreached[] = {
    {",text,x,X,false()\n", 3, "relevant", "x stays out of every record"},
    {",text,x,X,1 = 2,,yes\n", 3, "relevant", "x needs an answer and is never"},
    {",text,x,X,not(true())\n", 3, "relevant", "never hold"},
    {ASKED ",text,x,X,${a} = 'yes' and ${a} = 'no'\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,${a} = 'yes' and ${a} != 'yes'\n", 6, "relevant",
     "never"},
    {ASKED ",text,x,X,\"selected(${a}, 'yes') and selected(${a}, 'no')\"\n", 6,
     "relevant", "never"},
    {ASKED ",text,x,X,${a} != 'yes' and ${a} != 'no' and ${a} != ''\n", 6,
     "relevant", "never"},
    {ASKED ",text,x,X,not(${a} = 'yes' or ${a} != 'yes')\n", 6, "relevant",
     "never"},
    {ASKED ",text,x,X,${n} > 5 and ${n} < 3\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,5 < ${n} and 3 > ${n}\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,${n} > 2 and ${n} < 3\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,${n} = 4 and ${n} = 5\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,${n} = '' and ${n} > 0\n", 6, "relevant", "never"},
    {ASKED ",text,x,X,(${n} = 1 or ${n} = 2) and ${n} > 2\n", 6, "relevant",
     "never"},
    {ASKED ",text,x,X,\"selected(${m}, 'food') and not(selected(${m}, "
           "'food'))\"\n",
     6, "relevant", "never"},
    {ASKED ",text,x,X,\"${m} = 'food' and selected(${m}, 'school')\"\n", 6,
     "relevant", "never"},
    /* the group around it */
    {ASKED ",begin_group,g,G,${a} = 'yes'\n,text,x,X,${a} = 'no'\n"
           ",end_group\n",
     7, "relevant", "never"},
    {ASKED ",begin_group,g,G,${a} = 'yes' and ${a} = 'no'\n,text,x,X,,,yes\n"
           ",text,y,Y,,,yes\n,text,z,Z,${n} > 1\n,end_group\n",
     6, "relevant", "nothing in g is ever asked, not even the 2 questions"},
    {",begin_group,g,G,false()\n,text,x,X\n,end_group\n", 3, "relevant",
     "nothing in g is ever asked"},
    /* a question that is only asked otherwise */
    {ASKED ",text,x,X,${a} = 'yes'\n,text,y,Y,${x} != '' and ${a} = 'no'\n", 7,
     "relevant", "never"},
    /* an answer that is never taken */
    {",integer,n,N,,,,. < 18\n,text,x,X,${n} >= 18\n", 4, "relevant", "never"},
    {",integer,n,N,,,,. > 18 and . < 3\n", 3, "constraint", "no answer to n"},
};

static void questions_nobody_can_come_to(void **state)
{
    (void)state;
    each_is_seen(unreached, ARR_NR(unreached));
}

static const char *const reached[] = {
    ASKED ",text,x,X,${a} = 'yes' or ${a} = 'no'\n",
    ASKED ",text,x,X,${a} != 'yes' and ${a} != 'no'\n", /* blank */
    ASKED ",text,x,X,${n} > 2 and ${n} < 4\n",
    ASKED ",text,x,X,${n} != 2 and ${n} != 3 and ${n} >= 2\n",
    ASKED ",text,x,X,(${n} = 1 or ${n} = 2) and ${n} >= 2\n",
    ASKED ",text,x,X,\"selected(${m}, 'food') and selected(${m}, "
          "'school')\"\n",
    ASKED ",text,x,X,\"selected(${m}, 'food') and ${m} != 'food'\"\n",
    ASKED ",text,x,X,not(${n} > 2) and not(${n} <= 2)\n", /* blank */
    ASKED ",text,x,X,${a} = 'yes'\n,text,y,Y,${x} = '' and ${a} = 'no'\n",
    ",decimal,n,N\n,text,x,X,${n} > 2 and ${n} < 3\n",
    ",text,n,N\n,text,x,X,${n} > 2 and ${n} < 3\n",
    ",date,d,D\n,text,x,X,${d} > '2026-01-01' and ${d} < '2026-02-01'\n",
    ",date,d,D\n,text,x,X,${d} >= date('2026-01-01') and ${d} = today()\n",
    ",text,t,T\n,text,x,X,\"regex(${t}, 'a+') and ${t} = 'aa'\"\n",
    ",calculate,c,,,today()\n,text,x,X,${c} > '2026-01-01'\n",
    ",integer,n,N,,,,. > 5 and . < 18\n,text,x,X,${n} >= 17\n",
    ASKED ",text,x,X,${n}\n",
    ASKED ",text,x,X,${a} and ${n} and ${m}\n",
    ASKED ",text,x,X,\"selected(${m}, 'food') and not(selected(${m}, "
          "'none'))\"\n",
    /* other rows of a repeat have other answers */
    (",begin_repeat,r,R\n,select_one yn,a,A\n"
     ",text,x,X,../../r/a = 'yes' and ../../r/a = 'no'\n,end_repeat\n"),
    (",begin_repeat,r,R\n,select_one yn,a,A\n,end_repeat\n"
     ",text,x,X,${a} = 'yes' and ${a} = 'no'\n"),
};

static void what_can_be_reached_is_let_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(reached); i++)
        is_silent(reached[i]);
}

static void in_a_row_of_a_repeat_there_is_one_answer(void **state)
{
    (void)state;
    sees(",begin_repeat,r,R\n,select_one yn,a,A\n"
         ",text,x,X,${a} = 'yes' and ${a} = 'no'\n,end_repeat\n",
         5, "relevant", "never");
}

/* Sides that multiply, questions that hang on one another: no time is lost. */
static void what_takes_too_long_is_let_alone(void **state)
{
    struct buf b = BUF_INIT(1 << 20);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct form *f;

    (void)state;
    buf_add_str(&b, "survey\n,type,name,label,relevant\n,integer,q0,Q,\n");
    for (int i = 1; i < 3990; i++)
        buf_printf(&b, ",integer,q%d,Q,(${q%d} = 1 or ${q%d} = 2)\n", i, i - 1,
                   i - 1);
    buf_add_str(&b, ",text,x,X,\"");
    for (int i = 0; i < 300; i++)
        buf_printf(&b, "(${q%d} > 1 or ${q%d} < 1) and ", i, i);
    buf_add_str(&b, "${q0} > 3 and ${q0} < 2\"\n"
                    "settings\n,form_id,version\n,f,1\n");
    f = form_read(buf_text(&b), b.size, &l, &e);
    assert_non_null(f);
    form_free(f);
    buf_release(&b);
    finding_list_release(&l);
}

/* ---- choices that are not there ---- */

static const struct seen choices[] = {
    {ASKED ",text,x,X,${a} = 'yess'\n", 6, "relevant",
     "${a} is never \"yess\": the list yn has no such choice"},
    {ASKED ",text,x,X,'Yes' = ${a}\n", 6, "relevant", "\"Yes\""},
    {ASKED ",text,x,X,${a} != 'yess'\n", 6, "relevant", "\"yess\""},
    {ASKED ",text,x,X,${a} = 1\n", 6, "relevant", "is never 1"},
    {ASKED ",text,x,X,\"selected(${m}, 'foods')\"\n", 6, "relevant",
     "${m} is never \"foods\": the list need"},
    {ASKED ",text,x,X,\"not(selected(${m}, 'foods'))\"\n", 6, "relevant",
     "\"foods\""},
    {ASKED ",text,x,X,\"selected-at(${m}, 0) = 'foods'\"\n", 6, "relevant",
     "\"foods\""},
    {ASKED ",calculate,x,,,\"if(${a} = 'yess', 1, 2)\"\n", 6, "calculation",
     "\"yess\""},
    {",select_multiple need,m,M,,,,\"not(selected(., 'non'))\"\n", 3,
     "constraint", "\"non\""},
    /* ten times the same in one cell is one finding */
    {ASKED ",text,x,X,${a} = 'yess' or ${n} = 1 and ${a} = 'yess'\n", 6,
     "relevant", "\"yess\""},
};

static void choices_that_are_not_there(void **state)
{
    (void)state;
    each_is_seen(choices, ARR_NR(choices));
}

static void choices_that_are_there_are_let_alone(void **state)
{
    (void)state;
    is_silent(ASKED ",text,x,X,${a} = 'yes' or ${a} = ''\n");
    is_silent(ASKED ",text,x,X,\"selected(${m}, 'food') or ${m} = 'food "
                    "school' or selected(${m}, '')\"\n");
    is_silent(",select_one yn or_other,a,A\n,text,x,X,${a} = 'other'\n");
    is_silent(",text,t,T\n,text,x,X,${t} = 'anything'\n");
}

/* ---- truth kept as text ---- */

static const struct seen truths[] = {
    {ASKED ",calculate,c,,,${n} > 3\n,text,x,X,${c}\n", 7, "relevant",
     "write ${c} = 'true'"},
    {ASKED ",calculate,c,,,${n} > 3\n,text,x,X,not(${c})\n", 7, "relevant",
     "either counts as true"},
    {ASKED ",calculate,c,,,\"selected(${m}, 'food')\"\n"
           ",text,x,X,${c} and ${n} = 1\n",
     7, "relevant", "either counts as true"},
    {ASKED ",calculate,c,,,\"if(${n} = 1, true(), false())\"\n"
           ",text,x,X,${c} = true()\n",
     7, "relevant", "either counts as true"},
    {ASKED ",calculate,c,,,${n} = 1 or ${n} = 2\n"
           ",calculate,x,,,\"if(${c}, 'a', 'b')\"\n",
     7, "calculation", "either counts as true"},
    {ASKED ",calculate,c,,,${n} = 1\n,text,x,X,${c} = 1\n", 7, "relevant",
     "which is no number"},
};

static void truth_kept_as_text(void **state)
{
    (void)state;
    each_is_seen(truths, ARR_NR(truths));
    is_silent(ASKED ",calculate,c,,,${n} > 3\n,text,x,X,${c} = 'true'\n");
    is_silent(ASKED ",calculate,c,,,\"if(${n} > 3, 1, 0)\"\n"
                    ",text,x,X,${c} = 1\n");
}

/* ---- values that never stay, blanks ---- */

static const struct seen others[] = {
    {",calculate,c,,,now()\n", 3, "calculation", "now() gives something else"},
    {",calculate,c,,,random() * 10\n", 3, "calculation", "random()"},
    {",calculate,c,,,\"concat('a', uuid())\"\n", 3, "calculation", "uuid()"},
    {",begin_repeat,r,R\n,integer,n,N\n,end_repeat\n,calculate,c,,,sum(${n})\n",
     6, "calculation", "leaves out ${n} where it is blank"},
    {",integer,n,N\n,integer,k,K,,,yes\n,calculate,c,,,\"max(${n}, ${k})\"\n",
     5, "calculation", "max() leaves out ${n}"},
};

static void values_that_never_stay_and_blanks_in_sums(void **state)
{
    (void)state;
    each_is_seen(others, ARR_NR(others));
    is_silent(",calculate,c,,,once(random())\n");
    is_silent(",start,s\n,calculate,c,,,today()\n");
    is_silent(",integer,n,N,,,,,random()\n"); /* a default is made once */
    is_silent(",begin_repeat,r,R\n,integer,n,N,,,yes\n,end_repeat\n"
              ",calculate,c,,,sum(${n})\n");
}

static void a_trigger_keeps_a_value(void **state)
{
    (void)state;
    form_free(
        support_form_silent("survey\n,type,name,label,calculation,trigger\n"
                            ",text,a,A\n,calculate,c,,now(),${a}\n"
                            "settings\n,form_id,version\n,f,1\n"));
}

/* ---- translations ---- */

static const char translated[] =
    "survey\n"
    ",type,name,label::English (en),label::Amharic (am),hint::English (en),"
    "constraint_message::Amharic (am)\n"
    ",text,a,A,ሀ,Say a,\n"
    ",text,b,B,-,Say b,ለ\n"
    ",text,c,C,,,\n"
    ",text,d,D,መ,,\n"
    "choices\n,list_name,name,label::English (en),label::Amharic (am)\n"
    ",l,one,One,አንድ\n,l,two,,ሁለት\n"
    "settings\n,form_id,version,default_language\n,f,1,English (en)\n";

static void missing_translations_are_counted_by_column_and_language(
    void **state)
{
    static const struct {
        const char *sheet, *column, *text;
    } wanted[] = {
        {"survey", "label",
         "2 texts of 4 have no translation to am: lines 4, 5"},
        {"survey", "hint", "none of the 2 texts here has a translation to am"},
        {"survey", "constraint_message",
         "1 text of 1 has no translation to en: line 4"},
        {"choices", "label", "1 text of 2 has no translation to en: line 10"},
    };
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct form *f = form_read(translated, strlen(translated), &l, &e);

    (void)state;
    assert_non_null(f);
    for (size_t i = 0; i < ARR_NR(wanted); i++) {
        assert_string_equal(l.items[i].sheet, wanted[i].sheet);
        assert_string_equal(l.items[i].column, wanted[i].column);
        assert_string_equal(l.items[i].text, wanted[i].text);
        assert_int_equal(l.items[i].row, 0);
    }
    assert_int_equal(l.all_nr, ARR_NR(wanted));
    assert_int_equal(l.errors_nr + l.kobo_nr, 0);
    form_free(f);
    finding_list_release(&l);
}

static void many_missing_lines_are_cut_short(void **state)
{
    struct buf b = BUF_INIT(1 << 16);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;

    (void)state;
    buf_add_str(&b, "survey\n,type,name,label::en,label::am\n,text,a,A,ሀ\n");
    for (int i = 0; i < 300; i++)
        buf_printf(&b, ",text,n%d,N\n", i);
    buf_add_str(&b, "settings\n,form_id,version\n,f,1\n");
    form_free(form_read(buf_text(&b), b.size, &l, &e));
    assert_int_equal(l.all_nr, 1);
    assert_string_equal(l.items[0].text, "300 texts of 301 have no translation "
                                         "to am: lines 4, 5, 6, 7, 8, ...");
    buf_release(&b);
    finding_list_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_nobody_can_come_to),
        cmocka_unit_test(what_can_be_reached_is_let_alone),
        cmocka_unit_test(in_a_row_of_a_repeat_there_is_one_answer),
        cmocka_unit_test(what_takes_too_long_is_let_alone),
        cmocka_unit_test(choices_that_are_not_there),
        cmocka_unit_test(choices_that_are_there_are_let_alone),
        cmocka_unit_test(truth_kept_as_text),
        cmocka_unit_test(values_that_never_stay_and_blanks_in_sums),
        cmocka_unit_test(a_trigger_keeps_a_value),
        cmocka_unit_test(
            missing_translations_are_counted_by_column_and_language),
        cmocka_unit_test(many_missing_lines_are_cut_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
