/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: expressions and choices of a form that is filled reach into its lists,
 * whether they stand on the sheet of choices or in a file that became part of
 * the form; what they give follows the answers, and what is kept speaks the
 * form's default language whatever the screen speaks.
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
#include "forms/answer.h"
#include "forms/choice_list.h"
#include "forms/record.h"
#include "tests/forms/support_form.h"

/* Places and people here are invented. */
#define LISTS                                                                  \
    "choices\n"                                                                \
    ",list_name,name,label::English (en),label::Amharic (am),zone,pay\n"       \
    ",zone,z1,Upper,ላይኛው,,\n"                                          \
    ",zone,z2,Lower,ታችኛው,,\n"                                          \
    ",village-near,v1,Hill,ኮረብታ,z1,3\n"                                \
    ",village-near,v2,River,ወንዝ,z1,5\n"                                  \
    ",village-near,v3,Bridge,ድልድይ,z2,9\n"                              \
    ",s,code,title,title,,\n"                                                  \
    "settings\n,form_id,form_title,version\n,lists,Lists,1\n"                  \
    "_clinic.csv\n"                                                            \
    ",code,title,title::Amharic (am),zone,beds,x_retired\n"                    \
    ",c1,Old mill,ወፍጮ ቤት,z1,12,\n"                                   \
    ",c2,\"Market, east\",ገበያ,z1,7,\n"                                   \
    ",c3,Ford,መሻገሪያ,z2,30,\n"                                        \
    ",c4,Closed,,z2,1,yes\n"                                                   \
    ",,Nowhere,,z2,2,\n"                                                       \
    "_word.csv\n,name,label,label::am\n,w1,Bread,ዳቦ\n,w2,Water,ውሃ\n"

#define SURVEY                                                                      \
    "survey\n"                                                                      \
    ",type,name,label::English (en),label::Amharic (am),hint,calculation,"          \
    "choice_filter,parameters,appearance\n"                                         \
    ",select_one zone,zone,Zone,ዞን,The zone,,,,\n"                              \
    ",select_one village-near,village,Village,መንደር,,,zone = ${zone},,\n"    \
    ",select_one_from_file clinic.csv,clinic,Clinic,ክሊኒክ,,,zone = ${zone}," \
    "value=code label=title,\n"                                                     \
    ",select_multiple_from_file word.csv,words,Words,ቃላት,,,,,\n"

static const struct {
    const char *expression, *value;
} facts[] = {
    /* lists of the sheet of choices */
    {"count(instance('village-near')/root/item)", "3"},
    {"instance('village-near')/root/item[name = ${village}]/label", "River"},
    {"instance('village-near')/root/item[name = ${village}]/pay", "5"},
    {"instance('zone')/root/item[2]/name", "z2"},
    {"instance('village-near')/root/item[last()]/name", "v3"},
    {"count(instance('village-near')/root/item[zone = ${zone}])", "2"},
    {"sum(instance('village-near')/root/item[zone = ${zone}]/pay)", "8"},
    {"join('+', instance('village-near')/root/item/name)", "v1+v2+v3"},
    {"instance('village-near')/root/item[pay > 4][zone = 'z2']/name", "v3"},
    {"instance('village-near')/root/item[zone = current()/../zone and "
     "pay < 4]/name",
     "v1"},
    {"count(instance('village-near')/root/item[name = 'v1']/*)", "5"},
    {"name(instance('zone')/root/item/..)", "root"},
    {"position(instance('zone')/root/item[name = 'z2'])", "2"},
    {"instance('zone')/root/item[name = 'nothing']/label", ""},
    {"instance('zone')/root/item[name = ${zone}]/itextId", "zone-0"},
    {"instance('village-near')/root/item[1]/name/../../item[2]/name", "v2"},
    {"instance('zone')/root/item[1]/following-sibling::item/name", "z2"},
    {"count(instance('zone')/root//name)", "2"},
    {"pulldata('village-near', 'pay', 'name', ${village})", "5"},
    /* lists of files */
    {"pulldata('clinic', 'beds', 'code', ${clinic})", "7"},
    {"pulldata('clinic.csv', 'beds', 'code', ${clinic})", "7"},
    {"pulldata('clinic', 'title', 'code', ${clinic})", "Market, east"},
    {"pulldata('clinic', 'title::Amharic (am)', 'code', 'c1')", "ወፍጮ ቤት"},
    {"pulldata('clinic', 'code', 'zone', 'z2')", "c3"},
    {"pulldata('clinic', 'code', concat('zo', 'ne'), 'z1')", "c1"},
    {"pulldata('clinic', 'beds', 'code', 'nothing')", ""},
    {"pulldata('clinic', concat('be', 'ds'), 'code', 'c3') + 1", "31"},
    {"pulldata('clinic', concat('no', 'thing'), 'code', 'c3')", ""},
    {"instance('clinic')/root/item[code = ${clinic}]/beds", "7"},
    {"count(instance('clinic')/root/item)", "5"},
    {"max(instance('clinic')/root/item[zone = ${zone}]/beds)", "12"},
    {"instance('word')/root/item[name = selected-at(${words}, 1)]/label",
     "Bread"},
    /* names of choices, texts by id */
    {"jr:choice-name(${village}, '${village}')", "River"},
    {"jr:choice-name(${clinic}, '${clinic}')", "Market, east"},
    {"jr:choice-name(selected-at(${words}, 0), '${words}')", "Water"},
    {"jr:choice-name('nothing', '${clinic}')", ""},
    {"jr:itext('zone-1')", "Lower"},
    {"jr:itext('village-near-2')", "Bridge"},
    {"jr:itext('village-near-v1')", "Hill"},
    {"jr:itext('static_instance-zone-0')", "Upper"},
    {"jr:itext('/lists/zone:label')", "Zone"},
    {"jr:itext('/data/zone:hint')", "The zone"},
    {"jr:itext('/data/zone:nothing')", ""},
    {"jr:itext('/data/nothing:label')", ""},
    {"jr:itext('nothing')", ""},
    {"jr:itext('zone-7')", ""},
    {"jr:itext(instance('zone')/root/item[name = ${zone}]/itextId)", "Upper"},
};

/* ---- a form with lists, its answers given ---- */

struct sheet {
    struct form *form;
    struct record *record;
    uint64_t seed;
    struct entropy_source entropy;
};

static void put(struct sheet *s, const char *name, const char *answer)
{
    record_set(s->record, support_form_index(s->form, name), answer);
}

static const char *value(const struct sheet *s, const char *name)
{
    return record_value(s->record, support_form_index(s->form, name));
}

static int zone_of_addis(int64_t at_ms)
{
    (void)at_ms;
    return 180;
}

static void open_sheet(struct sheet *s, const char *rows)
{
    char *text = NULL;
    struct record_moment now = {
        .today = 20778, .now_ms = 1795262400000, .zone = zone_of_addis};

    assert_true(asprintf(&text, "%s%s%s", SURVEY, rows, LISTS) > 0);
    s->form = support_form(text);
    free(text);
    s->seed = 11;
    s->entropy = entropy_seeded(&s->seed);
    now.entropy = &s->entropy;
    s->record = record_new(s->form, now);
    put(s, "zone", "z1");
    put(s, "village", "v2");
    put(s, "clinic", "c2");
    put(s, "words", "w2 w1");
}

static void close_sheet(struct sheet *s)
{
    record_free(s->record);
    form_free(s->form);
}

static void add_fact(char **text, size_t i)
{
    char *more = NULL;

    assert_true(asprintf(&more, "%s,calculate,f%zu,,,,\"%s\",,,\n",
                         *text != NULL ? *text : "", i,
                         facts[i].expression) > 0);
    free(*text);
    *text = more;
}

static void expressions_reach_into_lists(void **state)
{
    struct sheet s;
    char *rows = NULL, name[16];

    (void)state;
    for (size_t i = 0; i < ARR_NR(facts); i++)
        add_fact(&rows, i);
    open_sheet(&s, rows);
    for (size_t i = 0; i < ARR_NR(facts); i++) {
        snprintf(name, sizeof name, "f%zu", i);
        if (!str_equal(value(&s, name), facts[i].value))
            print_error("%s\n", facts[i].expression);
        assert_string_equal(value(&s, name), facts[i].value);
    }
    put(&s, "village", "v1");
    assert_string_equal(value(&s, "f1"), "Hill");
    close_sheet(&s);
    free(rows);
}

/* ---- choices of files ---- */

static bool offers(const struct sheet *s, const char *name, const char *code)
{
    size_t node = support_form_index(s->form, name);
    const struct choice_list *l = s->form->fields[node].list;
    const struct choice *c = choice_find(l, code, strlen(code));

    assert_non_null(c);
    return record_offers(s->record, node, (size_t)(c - l->items));
}

static void choices_of_a_file_are_choices(void **state)
{
    struct answer_style style = {.lang = 1, .lang_code = "am"};
    struct pool *pool = pool_new();
    const struct field *clinic, *words;
    struct sheet s;

    (void)state;
    open_sheet(&s, "");
    clinic = form_field(s.form, "clinic");
    words = form_field(s.form, "words");
    assert_true(offers(&s, "clinic", "c1"));
    assert_false(offers(&s, "clinic", "c3")); /* of the other zone */
    put(&s, "zone", "z2");
    assert_false(offers(&s, "clinic", "c1"));
    assert_true(offers(&s, "clinic", "c3"));
    assert_false(offers(&s, "clinic", "c4")); /* retired */
    assert_false(offers(&s, "clinic", ""));   /* a row without a code */
    assert_string_equal(answer_print(s.form, clinic, "c3", &style, pool),
                        "መሻገሪያ");
    assert_string_equal(answer_print(s.form, clinic, "c4", &style, pool),
                        "Closed"); /* no translation */
    assert_string_equal(answer_print(s.form, words, "w2 w1", &style, pool),
                        "ውሃ, ዳቦ");
    close_sheet(&s);
    pool_free(pool);
}

static void answers_are_kept_by_code(void **state)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct value v;
    struct sheet s;
    size_t node;

    (void)state;
    open_sheet(&s, "");
    node = support_form_index(s.form, "clinic");
    assert_true(
        answer_to_value(form_field(s.form, "clinic"), "c2", pool, &v, &e));
    assert_int_equal(v.type, VALUE_TOKENS);
    assert_true(
        answer_to_value(form_field(s.form, "words"), " w2  w1", pool, &v, &e));
    assert_int_equal(v.type, VALUE_TOKENS);
    assert_int_equal(v.text_bytes, 5);
    assert_memory_equal(v.text, "w2 w1", 5);
    put(&s, "clinic", "c9");
    assert_true(record_problem(s.record, node, 0, false, &e));
    assert_string_equal(e.text, "There is no choice \"c9\" here");
    /* a code that an earlier version had */
    record_load(s.record, node, "c9");
    record_refresh(s.record);
    assert_false(record_problem(s.record, node, 0, false, &e));
    close_sheet(&s);
    pool_free(pool);
}

static void search_offers_the_rows_of_a_file(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, ",select_one s,found,Found,ተገኘ,,,,,"
                   "\"minimal search('clinic', 'matches', 'zone', ${zone})\"\n"
                   ",select_one s,part,Part,ክፍል,,,,,"
                   "\"search('clinic', 'contains', 'title', 'r', "
                   "'zone', 'z1')\"\n"
                   ",select_one s,any,Any,ማንኛውም,,,,,search('clinic')\n");
    assert_true(offers(&s, "found", "c1"));
    assert_false(offers(&s, "found", "c3"));
    assert_false(offers(&s, "part", "c1"));
    assert_true(offers(&s, "part", "c2"));
    assert_false(offers(&s, "part", "c3"));
    assert_true(offers(&s, "any", "c3"));
    assert_string_equal(
        choice_label(s.form,
                     choice_find(form_field(s.form, "any")->list, "c3", 2), 0),
        "Ford");
    close_sheet(&s);
}

/* ---- language, time, chance ---- */

static void what_is_kept_speaks_the_default_language(void **state)
{
    struct pool *pool = pool_new();
    struct sheet s;
    size_t note;

    (void)state;
    open_sheet(&s,
               ",calculate,said,,,,\"jr:choice-name(${zone}, '${zone}')\",,,\n"
               ",calculate,month,,,,\"format-date('2026-11-21', '%b')\",,,\n"
               ",note,told,${said}/${month},${said}/${month},,,,,\n");
    note = support_form_index(s.form, "told");
    assert_string_equal(value(&s, "said"), "Upper");
    assert_string_equal(record_text(s.record, note, "${said}", 0, pool),
                        "Upper");
    assert_string_equal(record_text(s.record, note, "${said}", 1, pool),
                        "ላይኛው");
    assert_string_not_equal(record_text(s.record, note, "${month}", 0, pool),
                            record_text(s.record, note, "${month}", 1, pool));
    assert_string_equal(value(&s, "said"), "Upper");
    close_sheet(&s);
    pool_free(pool);
}

static void days_are_whole_in_every_zone(void **state)
{
    struct sheet s;

    (void)state;
    open_sheet(&s, ",calculate,days,,,,today() + 0,,,\n"
                   ",calculate,then,,,,date(today() + 7),,,\n"
                   ",calculate,since,,,,int(now()),,,\n"
                   ",calculate,at,,,,now(),,,\n"
                   ",calculate,born,,,,today() - date('2026-11-01'),,,\n"
                   ",date,due,Due,ቀን,,today() + 7,,,\n");
    assert_string_equal(value(&s, "days"), "20778");
    assert_string_equal(value(&s, "then"), "2026-11-28");
    assert_string_equal(value(&s, "due"), "2026-11-28");
    assert_string_equal(value(&s, "born"), "20");
    assert_string_equal(value(&s, "at"), "2026-11-21T15:00:00.000+03:00");
    assert_string_equal(value(&s, "since"), "20778");
    close_sheet(&s);
}

static void chance_is_drawn_once(void **state)
{
    struct record_moment blind = {.today = 20778};
    char kept[64], other[64];
    struct record *again;
    struct sheet s;
    size_t draw, any;

    (void)state;
    open_sheet(&s,
               ",calculate,draw,,,,once(uuid()),,,\n"
               ",calculate,any,,,,random() + count-selected(${words}),,,\n");
    draw = support_form_index(s.form, "draw");
    any = support_form_index(s.form, "any");
    assert_int_equal(strlen(value(&s, "draw")), 36);
    str_copy(kept, sizeof kept, value(&s, "draw"));
    str_copy(other, sizeof other, value(&s, "any"));
    put(&s, "words", "w1");
    assert_string_equal(value(&s, "draw"), kept);
    assert_string_not_equal(value(&s, "any"), other);
    /* where nothing can be drawn, what is kept is shown */
    again = record_new(s.form, blind);
    record_load(again, draw, kept);
    record_load(again, any, other);
    record_refresh(again);
    assert_string_equal(record_value(again, draw), kept);
    assert_string_equal(record_value(again, any), other);
    record_free(again);
    close_sheet(&s);
}

/* ---- what is found ---- */

static const struct {
    const char *row;
    enum finding_grade grade;
    const char *column, *text;
} flaws[] = {
    {",select_one_from_file place.csv,a,A,A,,,,,\n", FINDING_WARNING, "type",
     "the file place.csv is not there"},
    {",select_one_from_file place.geojson,a,A,A,,,,,\n", FINDING_WARNING,
     "type", "place.geojson cannot be read"},
    {",select_one_from_file ../clinic.csv,a,A,A,,,,,\n", FINDING_WARNING,
     "type", "../clinic.csv cannot be read"},
    {",select_one_from_file clinic.csv,a,A,A,,,,,\n", FINDING_ERROR, "type",
     "clinic.csv has no column name"},
    {",select_one_from_file word.csv,a,A,A,,,pay = 1,,\n", FINDING_ERROR,
     "choice_filter", "the list word.csv has no column pay"},
    {",calculate,a,,,,\"pulldata('place', 'a', 'b', 'c')\",,,\n",
     FINDING_WARNING, "calculation", "the file place.csv is not there"},
    {",calculate,a,,,,\"pulldata('word', 'label', 'code', 'c')\",,,\n",
     FINDING_WARNING, "calculation", "the list word.csv has no column code"},
    {",select_one ${village},a,A,A,,,,,\n", FINDING_ERROR, "type",
     "the answers of a repeat cannot be offered"},
    {",select_one s,a,A,A,,,,,\"search('clinic', 'near', 'zone', 'z1')\"\n",
     FINDING_WARNING, "appearance", "search() is read as"},
    {",select_one zone,a,A,A,,,,,search('clinic')\n", FINDING_WARNING,
     "appearance", "search() is read as"},
};

static void what_cannot_be_reached_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(flaws); i++) {
        struct finding_list l = {0};
        struct err e = ERR_INIT;
        char *text = NULL;

        assert_true(asprintf(&text, "%s%s%s", SURVEY, flaws[i].row, LISTS) > 0);
        form_free(form_read(text, strlen(text), &l, &e));
        if (!support_form_has(&l, flaws[i].grade, 7, flaws[i].column,
                              flaws[i].text))
            fail_msg("%s", flaws[i].text);
        finding_list_release(&l);
        free(text);
    }
}

static void a_question_without_its_file_takes_any_code(void **state)
{
    static const char text[] =
        "survey\n,type,name,label\n,select_one_from_file place.csv,a,A\n"
        "settings\n,form_id,form_title,version\n,x,X,1\n";
    struct finding_list l = {0};
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    struct form *f = form_read(text, strlen(text), &l, &e);
    struct value v;

    (void)state;
    assert_non_null(f);
    assert_true(f->fields[0].list->is_missing);
    assert_true(answer_to_value(&f->fields[0], "p 7", pool, &v, &e));
    assert_int_equal(v.type, VALUE_TOKENS);
    form_free(f);
    pool_free(pool);
    finding_list_release(&l);
}

/* ---- a long list ---- */

enum { MANY = 20000 };

static void a_long_list_is_reached_to_its_end(void **state)
{
    static const char head[] =
        "survey\n,type,name,label,calculation\n"
        ",text,code,Code,\n"
        ",calculate,a,,\"pulldata('long', 'label', 'name', ${code})\"\n"
        ",calculate,b,,instance('long')/root/item[name = ${code}]/label\n"
        ",calculate,c,,\"instance('long')/root/item[${code} = name]/label\"\n"
        "settings\n,form_id,form_title,version\n,long,Long,1\n"
        "_long.csv\n,name,label,a,b\n";
    struct buf text = BUF_INIT(4 * 1024 * 1024);
    struct record_moment now = {.today = 20778};
    struct sheet s = {.form = NULL};

    (void)state;
    buf_add_str(&text, head);
    for (int i = 0; i < MANY; i++)
        buf_printf(&text, ",n%d,Label %d,x,y\n", i, i);
    s.form = support_form(buf_text(&text));
    s.record = record_new(s.form, now);
    put(&s, "code", "n19999");
    assert_string_equal(value(&s, "a"), "Label 19999");
    assert_string_equal(value(&s, "b"), "Label 19999");
    assert_string_equal(value(&s, "c"), "Label 19999");
    put(&s, "code", "n0");
    assert_string_equal(value(&s, "b"), "Label 0");
    close_sheet(&s);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_reach_into_lists),
        cmocka_unit_test(choices_of_a_file_are_choices),
        cmocka_unit_test(answers_are_kept_by_code),
        cmocka_unit_test(search_offers_the_rows_of_a_file),
        cmocka_unit_test(what_is_kept_speaks_the_default_language),
        cmocka_unit_test(days_are_whole_in_every_zone),
        cmocka_unit_test(chance_is_drawn_once),
        cmocka_unit_test(what_cannot_be_reached_is_told),
        cmocka_unit_test(a_question_without_its_file_takes_any_code),
        cmocka_unit_test(a_long_list_is_reached_to_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
