/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a form made for Kobo or ODK means here what it means there: its types
 * and their answers, repeats, other-specify, choice filters, triggers,
 * entities and languages; and `form_load` makes a form of what is sound in a
 * file that has errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "forms/answer.h"
#include "forms/book.h"
#include "forms/field_type.h"
#include "forms/record.h"
#include "tests/forms/support_form.h"

static struct form *read_with(const char *csv, struct finding_list *l)
{
    struct err e = ERR_INIT;

    return form_read(csv, strlen(csv), l, &e);
}

static struct record *fill(const struct form *f)
{
    return record_new(f, (struct record_moment){.today = 20778,
                                                .now_ms = 20778 * 86400000LL});
}

/* ---- types ---- */

static const struct {
    const char *text;
    enum field_type type;
    const char *name, *rest;
} types[] = {
    {"text", FIELD_TEXT, "text", ""},
    {"dateTime", FIELD_MOMENT, "datetime", ""},
    {"time", FIELD_TIME, "time", ""},
    {"range", FIELD_RANGE, "range", ""},
    {"barcode", FIELD_BARCODE, "barcode", ""},
    {"geopoint", FIELD_GEOPOINT, "geopoint", ""},
    {"start-geopoint", FIELD_META, "start geopoint", ""},
    {"geotrace", FIELD_SHAPE, "geotrace", ""},
    {"geoshape", FIELD_SHAPE, "geoshape", ""},
    {"acknowledge", FIELD_ACKNOWLEDGE, "acknowledge", ""},
    {"tel", FIELD_PHONE, "tel", ""},
    {"rank l", FIELD_RANK, "rank", "l"},
    {"select_one_from_file w.csv", FIELD_SELECT_ONE, "select one from file",
     "w.csv"},
    {"select_multiple_from_file w.csv", FIELD_SELECT_MULTIPLE,
     "select multiple from file", "w.csv"},
    {"select_one_external l", FIELD_SELECT_ONE, "select one external", "l"},
    {"select one from l or_other", FIELD_SELECT_ONE, "select one from",
     "l or_other"},
    {"Select_Multiple  l", FIELD_SELECT_MULTIPLE, "select multiple", "l"},
    {"image", FIELD_FILE, "image", ""},
    {"audio", FIELD_FILE, "audio", ""},
    {"video", FIELD_FILE, "video", ""},
    {"file", FIELD_FILE, "file", ""},
    {"signature", FIELD_FILE, "signature", ""},
    {"start", FIELD_META, "start", ""},
    {"end", FIELD_META, "end", ""},
    {"today", FIELD_META, "today", ""},
    {"deviceid", FIELD_META, "deviceid", ""},
    {"username", FIELD_META, "username", ""},
    {"email", FIELD_META, "email", ""},
    {"phonenumber", FIELD_META, "phonenumber", ""},
    {"audit", FIELD_META, "audit", ""},
    {"hidden", FIELD_CALCULATE, "hidden", ""},
    {"begin_repeat", FIELD_REPEAT, "begin repeat", ""},
};

static void every_spelling_finds_its_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(types); i++) {
        struct field_type_found t;
        if (!field_type_find(types[i].text, &t))
            fail_msg("%s is not known", types[i].text);
        assert_int_equal(t.def->type, types[i].type);
        assert_string_equal(t.name, types[i].name);
        assert_string_equal(t.rest, types[i].rest);
    }
    assert_int_equal(field_type_bracket("end"), FIELD_NO_BRACKET);
    assert_int_equal(field_type_bracket("End_Group"), FIELD_END_GROUP);
    assert_int_equal(field_type_bracket("endrepeat"), FIELD_END_REPEAT);
    assert_int_equal(field_type_bracket("begin group"), FIELD_BEGIN);
    assert_true(field_type_is_refused("osm building"));
    assert_true(field_type_is_refused("db:person"));
    assert_false(field_type_is_refused("note"));
}

static const char asked[] =
    "survey\n,type,name,label,parameters\n"
    ",time,t,T,\n,dateTime,m,M,\n,geopoint,g,G,\n,acknowledge,k,K,\n"
    ",range,r,R,start=0 end=10 step=2\n,range,q,Q,start=0 end=1 step=0.25\n"
    ",rank need,o,O,\n,select_multiple_from_file w.csv,w,W,\n"
    ",select_one_from_file w.csv,v,V,\n,select_one need,n,N,\n"
    "choices\n,list_name,name,label\n,need,food,Food\n,need,a roof,Roof\n"
    "settings\n,form_id,version\n,f,1\n";

/* What is typed, and the answer that is kept; NULL: refused. */
static const struct {
    const char *path, *typed, *kept;
} answers[] = {
    {"t", "14:30", "14:30:00.000"},
    {"t", "8:05:07.25+03:00", "08:05:07.250"},
    {"t", "24:00", NULL},
    {"t", "8", NULL},
    {"m", "2026-11-21T14:30", "2026-11-21T14:30"},
    {"m", "2026-11-21 14:30:00.000+03:00", "2026-11-21T14:30:00.000+03:00"},
    {"m", "2026-02-30T10:00", NULL},
    {"m", "2026-11-21", NULL},
    {"g", "9.03, 38.74", "9.03 38.74 0 0"},
    {"g", "-9.03 38.74 2355 4.5", "-9.03 38.74 2355 4.5"},
    {"g", "91 0", NULL},
    {"g", "9.03", NULL},
    {"g", "1 2 3 4 5", NULL},
    {"k", "ok", "OK"},
    {"k", "yes", NULL},
    {"r", "4", "4"},
    {"r", "5", NULL},
    {"r", "12", NULL},
    {"r", "4.5", NULL},
    {"q", "0.75", "0.75"},
    {"q", "0.3", NULL},
    {"o", "food", NULL},
    {"w", " a  b ", "a b"},
    {"v", "a b", "a b"},
    {"n", "a roof", "a roof"},
};

static void answers_of_each_type_are_checked(void **state)
{
    struct finding_list l = {.items = NULL};
    struct form *f;

    (void)state;
    /* the blank in a choice's name is an error, for a rank */
    assert_null(read_with(asked, &l));
    assert_int_equal(l.errors_nr, 1);
    finding_list_release(&l);
    {
        struct err e = ERR_INIT;
        struct book *b = book_read(asked, strlen(asked), &l, &e);
        f = form_load(b, NULL, &l, &e);
        book_free(b);
    }
    assert_non_null(f);
    for (size_t i = 0; i < ARR_NR(answers); i++) {
        struct pool *pool = pool_new();
        const struct field *d = form_field(f, answers[i].path);
        struct err e = ERR_INIT;
        struct value v;
        bool ok = answer_to_value(d, answers[i].typed, pool, &v, &e);
        if (ok != (answers[i].kept != NULL))
            fail_msg("%s %s: %s", answers[i].path, answers[i].typed, e.text);
        if (ok)
            assert_string_equal(answer_from_value(d, &v, pool),
                                answers[i].kept);
        pool_free(pool);
    }
    form_free(f);
    finding_list_release(&l);
}

static void the_program_fills_in_what_it_knows(void **state)
{
    struct form *f = support_form("survey\n,type,name,label\n,start,s\n"
                                  ",today,t\n,deviceid,d\n,text,a,A\n"
                                  "settings\n,form_id,version\n,f,1\n");
    struct record *r = fill(f);

    (void)state;
    assert_true(str_starts(record_answer(r, 0), "2026-11-21T"));
    assert_string_equal(record_answer(r, 1), "2026-11-21");
    assert_string_equal(record_answer(r, 2), "");
    assert_int_equal(record_next(r, FORM_ROOT), 3);
    assert_false(record_is_dirty(r));
    record_free(r);
    form_free(f);
}

/* ---- structure ---- */

static void repeats_have_their_place(void **state)
{
    struct form *f = support_form(
        "survey\n,type,name,label,repeat_count,calculation\n"
        ",integer,n,How many,,\n,begin_repeat,child,Child,${n},\n"
        ",text,called,Name,,\n,begin_group,g,G,,\n,calculate,place,,,"
        "position(..)\n,end_group,,,,\n,end_repeat,,,,\n"
        ",begin_repeat,child2,Child,,\n,text,called,Name,,\n,end_repeat,,,,\n"
        "settings\n,form_id,version\n,f,1\n");
    const struct field *child = form_field(f, "child");
    const struct field *place = form_field(f, "child/g/place");

    (void)state;
    assert_int_equal(child->type, FIELD_REPEAT);
    assert_non_null(child->repeat_count);
    assert_int_equal(child->group_end, 5);
    assert_int_equal(child->repeat, FORM_ROOT);
    assert_int_equal(place->repeat, support_form_index(f, "child"));
    assert_int_equal(place->depth, 2);
    assert_non_null(form_field(f, "child2/called"));
    assert_int_equal(child->path_nr, FORM_NO_PATH);
    form_free(f);
}

static void or_other_asks_which(void **state)
{
    struct finding_list l = {.items = NULL};
    struct form *f =
        read_with("survey\n,type,name,label::Amharic (am)\n"
                  ",select_multiple need or_other,n,N\n"
                  "choices\n,list_name,name,label::Amharic (am),zone\n"
                  ",need,food,Food,1\n"
                  "settings\n,form_id,version\n,f,1\n",
                  &l);
    const struct field *n, *which;
    struct record *r;

    (void)state;
    assert_non_null(f);
    assert_int_equal(l.all_nr, 0);
    n = form_field(f, "n");
    which = form_field(f, "n_other");
    assert_int_equal(n->list->nr, 2);
    assert_string_equal(choice_label(f, &n->list->items[1], 0), "ሌላ");
    assert_int_equal(which->type, FIELD_TEXT);
    assert_string_not_equal(field_label(f, which, 0), "n_other");
    r = fill(f);
    assert_false(record_is_relevant(r, 1));
    record_set(r, 0, "food other");
    assert_true(record_is_relevant(r, 1));
    record_free(r);
    form_free(f);
    finding_list_release(&l);
}

static void filters_cut_lists(void **state)
{
    struct form *f = support_form(
        "survey\n,type,name,label,choice_filter\n"
        ",select_one region,r,R,\n"
        ",select_one_external zone,z,Z,region=${r} and name != 'gone'\n"
        "choices\n,list_name,name,label\n,region,north,N\n,region,south,S\n"
        "external_choices\n,list_name,name,label,region,count\n"
        ",zone,a,A,north,1\n,zone,b,B,south,1\n,zone,gone,C,north,1\n"
        "settings\n,form_id,version\n,f,1\n");
    struct record *r = fill(f);

    (void)state;
    assert_string_equal(f->fields[1].list->columns[0], "region");
    assert_string_equal(f->fields[1].list->items[1].extra[0], "south");
    assert_false(record_offers(r, 1, 0));
    record_set(r, 0, "north");
    assert_true(record_offers(r, 1, 0));
    assert_false(record_offers(r, 1, 1));
    assert_false(record_offers(r, 1, 2));
    assert_true(record_offers(r, 0, 1));
    record_free(r);
    form_free(f);
}

static void triggers_alone_set_off_a_calculation(void **state)
{
    struct form *f =
        support_form("survey\n,type,name,label,calculation,trigger\n"
                     ",integer,a,A,,\n,integer,b,B,,\n"
                     ",text,c,C,concat(${b}),${a}\n"
                     "settings\n,form_id,version\n,f,1\n");
    struct record *r = fill(f);

    (void)state;
    assert_int_equal(f->fields[2].triggers_nr, 1);
    record_set(r, 1, "5");
    assert_string_equal(record_answer(r, 2), "");
    record_set(r, 0, "1");
    assert_string_equal(record_answer(r, 2), "5");
    record_set(r, 1, "6");
    assert_string_equal(record_answer(r, 2), "5");
    record_set(r, 2, "mine");
    record_refresh(r);
    assert_string_equal(record_answer(r, 2), "mine");
    record_free(r);
    form_free(f);
}

static void entities_say_where_answers_go(void **state)
{
    struct form *f = support_form(
        "survey\n,type,name,label,save_to\n,text,a,A,given_name\n"
        "entities\n,list_name,label,create_if\n,children,${a},${a} != ''\n"
        "settings\n,form_id,version\n,f,1\n");

    (void)state;
    assert_int_equal(f->entities_nr, 1);
    assert_string_equal(f->entities[0].dataset, "children");
    assert_non_null(f->entities[0].label);
    assert_non_null(f->entities[0].create_if);
    assert_null(f->entities[0].entity_id);
    assert_int_equal(f->fields[0].entity, 0);
    assert_string_equal(f->fields[0].save_to, "given_name");
    form_free(f);
}

static void plain_labels_are_the_default(void **state)
{
    struct form *f = support_form("survey\n,type,name,label,label::French\n"
                                  ",text,a,Plain,Fr\n"
                                  "settings\n,form_id,version\n,f,1\n");

    (void)state;
    assert_string_equal(f->langs[0], "default");
    assert_string_equal(f->langs[1], "fr");
    assert_string_equal(field_label(f, &f->fields[0], 0), "Plain");
    assert_string_equal(field_label(f, &f->fields[0], 1), "Fr");
    form_free(f);
}

static void spellings_of_languages_are_one(void **state)
{
    struct form *f =
        support_form("survey\n,type,name,label::Tigirigna,hint::tigrinya,"
                     "required_message::Tigrinya (ti),constraint_message::tir\n"
                     ",text,a,A,B,C,D\nsettings\n,form_id,version\n,f,1\n");

    (void)state;
    assert_int_equal(f->langs_nr, 1);
    assert_string_equal(f->langs[0], "ti");
    assert_string_equal(field_hint(f, &f->fields[0], 0), "B");
    assert_string_equal(field_constraint_message(f, &f->fields[0], 0), "D");
    form_free(f);
}

/* ---- findings that are no errors here, or none there ---- */

static const struct {
    const char *csv;
    enum finding_grade grade;
    bool kobo_refuses;
    const char *text;
} findings[] = {
    {"survey\n,type,name,label\n,osm x,a,A\n,text,b,B\n", FINDING_ERROR, false,
     "cannot be asked here"},
    {"survey\n,type,name,label\n,number,a,A\n,text,b,B\n", FINDING_ERROR, true,
     "is not known"},
    {"survey\n,type,name,label,label\n,text,b,B,C\n", FINDING_WARNING, true,
     "stands here twice"},
    {"survey\n,type,name,label,relevant\n,text,a,A,FALSE\n", FINDING_WARNING,
     false, "always blank"},
    {"survey\n,type,name,label,relevant\n,begin_group,g,G,\n,text,a,A,\n"
     ",text,c,C,${a} = 1\n,end_group,,,\n,begin_group,h,H,\n,text,a,A,\n"
     ",end_group,,,\n",
     FINDING_WARNING, true, "the nearest one is used: g/a"},
    {"survey\n,type,name,label,save_to\n,text,a,A,x\n", FINDING_ERROR, true,
     "no sheet \"entities\""},
    {"survey\n,type,name,label,parameters\n,range,a,A,step=0\n", FINDING_ERROR,
     true, "a step that is not 0"},
    {"survey\n,type,name,label,trigger\n,text,a,A,b\n", FINDING_ERROR, true,
     "such as ${age}"},
    {"survey\n,type,name,label,choice_filter\n,select_one l,a,A,zone = 1\n"
     "choices\n,list_name,name,label\n,l,x,X\n",
     FINDING_ERROR, true, "no column zone"},
    {"survey\n,type,name,label,repeat_count\n,text,a,A,3\n", FINDING_WARNING,
     false, "not used here"},
    {"survey\n,type,name,label::French,label::English\n,text,a,A,B\n"
     "settings\n,form_id,version,default_language\n,f,1,Dutch\n",
     FINDING_WARNING, false, "default language dutch"},
};

static void findings_say_where_a_form_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(findings); i++) {
        struct finding_list l = {.items = NULL};
        struct err e = ERR_INIT;
        struct book *b =
            book_read(findings[i].csv, strlen(findings[i].csv), &l, &e);
        struct form *f = form_load(b, "x", &l, &e);
        bool found = false;
        for (size_t k = 0; k < l.nr; k++)
            found |= l.items[k].grade == findings[i].grade &&
                     l.items[k].kobo_refuses == findings[i].kobo_refuses &&
                     strstr(l.items[k].text, findings[i].text) != NULL;
        if (!found)
            fail_msg("%s gave %s", findings[i].text,
                     l.nr > 0 ? l.items[0].text : "nothing");
        assert_non_null(f);
        form_free(f);
        book_free(b);
        finding_list_release(&l);
    }
}

/* ---- what is sound in a broken file ---- */

static const char broken[] =
    "survey\n,type,name,label,relevant\n"
    ",number,a,A,\n,text,b,B,${nobody} = 1\n,begin_group,g,G,\n"
    ",text,b,B,\n,text,b,Again,\n,note,,A note without a name,\n"
    ",text,,No name,\n";

static void what_is_sound_is_loaded(void **state)
{
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct book *b = book_read(broken, strlen(broken), &l, &e);
    struct form *f = form_load(b, "survey_1", &l, &e);
    struct record *r;

    (void)state;
    assert_non_null(f);
    assert_string_equal(f->id, "survey_1");
    assert_int_equal(l.errors_nr, 5);
    assert_int_equal(f->fields_nr, 6);
    assert_null(form_field(f, "b")->relevant);
    assert_non_null(form_field(f, "g/b"));
    assert_string_equal(field_label(f, form_field(f, "g/b~3"), 0), "Again");
    assert_non_null(form_field(f, "g/generated_note_name_8"));
    assert_non_null(form_field(f, "g/row_9"));
    r = fill(f);
    record_set(r, 0, "x");
    assert_string_equal(record_answer(r, 0), "x");
    record_free(r);
    form_free(f);
    book_free(b);
    finding_list_release(&l);
}

/* Four thousand groups inside each other, ten thousand lists, one list with
 * one name: none takes more than a moment or more than it should. */
static void what_is_endless_is_bounded(void **state)
{
    struct buf b = BUF_INIT(1 << 24);
    struct finding_list l = {.items = NULL};

    (void)state;
    buf_add_str(&b, "survey\n,type,name,label\n");
    for (int i = 0; i < 5000; i++)
        buf_printf(&b, ",begin_repeat,name_of_a_group_%d,G\n", i);
    buf_add_str(&b, ",text,a,A\n");
    assert_null(read_with(buf_text(&b), &l));
    finding_list_release(&l);
    buf_clear(&b);
    buf_add_str(&b, "survey\n,type,name,label\n,select_one l1,a,A\n"
                    "choices\n,list_name,name,label\n");
    for (int i = 0; i < 10000; i++)
        buf_printf(&b, ",l%d,x,X\n", i);
    for (int i = 0; i < 30000; i++)
        buf_add_str(&b, ",l1,x,X\n");
    buf_add_str(&b, "settings\n,form_id,version\n,f,1\n");
    assert_null(read_with(buf_text(&b), &l));
    assert_true(support_form_has(&l, FINDING_ERROR, 0, "list_name",
                                 "at most 1000 lists"));
    finding_list_release(&l);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_finds_its_type),
        cmocka_unit_test(answers_of_each_type_are_checked),
        cmocka_unit_test(the_program_fills_in_what_it_knows),
        cmocka_unit_test(repeats_have_their_place),
        cmocka_unit_test(or_other_asks_which),
        cmocka_unit_test(filters_cut_lists),
        cmocka_unit_test(triggers_alone_set_off_a_calculation),
        cmocka_unit_test(entities_say_where_answers_go),
        cmocka_unit_test(plain_labels_are_the_default),
        cmocka_unit_test(spellings_of_languages_are_one),
        cmocka_unit_test(findings_say_where_a_form_runs),
        cmocka_unit_test(what_is_sound_is_loaded),
        cmocka_unit_test(what_is_endless_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
