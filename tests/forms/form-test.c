/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a form file becomes the form it describes, however its headers and
 * types are spelled; what is wrong is told with its line and column, all of it
 * in one go; and no file, however broken, does more than give findings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "forms/kind.h"
#include "forms/pack.h"
#include "forms/record.h"
#include "tests/forms/support_form.h"

/* ---- whole forms ---- */

static const char household[] =
    "survey\n"
    ",Type,Name,label::English (en),label::Amharic (am),hint:English,"
    "Relevance,bind::required,Constraint Message,read only,x_access,x_was\n"
    ",Select One yn,told,Has the family been told?,ለቤተሰቡ ተነግሯል?,Ask,,TRUE,"
    ",,,\n"
    ",begin group,home,Home,-,,${told} = ‘yes’,,,,,\n"
    ",int,people,How many\\nlive there?,,,,no,Count again,yes,sealed,old\n"
    ",select_all_that_apply need,needs,Needs,,,,,,,,\n"
    ",end_group,home,,,,,,,,,\n"
    ",hidden,none_typed,,,,,,,,,\n"
    "choices\n,list name,Value,caption::english\n"
    ",yn,yes,Yes\n,yn,no,No\n,need,food,Food\n,need,school,School\n"
    "settings\n,form_id,form_title,version,default_language\n"
    ",household,The household,3,English (en)\n";

static struct form *read_with(const char *csv, struct finding_list *l)
{
    struct err e = ERR_INIT;

    return form_read(csv, strlen(csv), l, &e);
}

static void spellings_of_all_years_are_read(void **state)
{
    struct finding_list l = {.items = NULL};
    struct form *f = read_with(household, &l);
    const struct field *people, *needs;

    (void)state;
    assert_non_null(f);
    assert_string_equal(f->id, "household");
    assert_string_equal(f->title, "The household");
    assert_string_equal(f->version, "3");
    assert_int_equal(f->langs_nr, 2);
    assert_string_equal(f->langs[0], "en");
    assert_string_equal(f->langs[1], "am");
    assert_int_equal(f->fields_nr, 5);
    people = form_field(f, "home/people");
    needs = form_field(f, "home/needs");
    assert_int_equal(people->type, FIELD_INTEGER);
    assert_int_equal(people->depth, 1);
    assert_string_equal(people->sensitivity, "sealed");
    assert_true(people->read_only);
    assert_null(people->required);
    assert_non_null(form_field(f, "told")->required);
    assert_int_equal(form_field(f, "home")->group_end, 4);
    assert_int_equal(needs->list->nr, 2);
    assert_null(form_field(f, "people"));
    /* only fields with answers have a place in the list of paths */
    assert_int_equal(f->paths_nr, 4);
    assert_int_equal(form_field(f, "home")->path_nr, FORM_NO_PATH);
    assert_int_equal(needs->path_nr, 2);
    assert_ptr_equal(&f->fields[f->paths[2]], needs);
    form_free(f);
    finding_list_release(&l);
}

static void labels_fall_back(void **state)
{
    struct finding_list l = {.items = NULL};
    struct form *f = read_with(household, &l);
    size_t am = form_lang(f, "am");
    const struct field *people = form_field(f, "home/people");

    (void)state;
    assert_string_equal(field_label(f, form_field(f, "told"), am),
                        "ለቤተሰቡ ተነግሯል?");
    assert_string_equal(field_label(f, form_field(f, "home"), am), "Home");
    assert_string_equal(field_label(f, people, am), "How many\nlive there?");
    assert_string_equal(field_label(f, form_field(f, "none_typed"), am),
                        "none_typed");
    assert_string_equal(field_hint(f, form_field(f, "told"), am), "Ask");
    assert_string_equal(field_hint(f, people, am), "");
    assert_string_equal(field_constraint_message(f, people, am), "Count again");
    assert_string_equal(
        choice_label(f, &form_field(f, "told")->list->items[1], am), "No");
    assert_int_equal(form_lang(f, "om"), 0);
    form_free(f);
    finding_list_release(&l);
}

static void what_will_surprise_is_a_warning(void **state)
{
    struct finding_list l = {.items = NULL};
    struct form *f = read_with(household, &l);

    (void)state;
    assert_true(support_form_has(&l, FINDING_WARNING, 4, "relevant",
                                 "curly quotation marks"));
    assert_true(support_form_has(&l, FINDING_WARNING, 8, "calculation",
                                 "nothing is computed"));
    assert_true(support_form_has(&l, FINDING_WARNING, 0, "label",
                                 "3 texts of 4 have no translation"));
    assert_int_equal(l.all_nr, 6);
    assert_int_equal(l.errors_nr, 0);
    form_free(f);
    finding_list_release(&l);
}

/* ---- single findings ---- */

/* Rows under the columns type, name, label, relevant, calculation, required,
 * constraint, default; they begin in line 3. */
static const struct {
    const char *rows;
    enum finding_grade grade;
    unsigned row;
    const char *column, *text;
} faults[] = {
    {",number,a,A\n", FINDING_ERROR, 3, "type", "\"number\" is not known"},
    {",begin_repeat,a,A\n", FINDING_ERROR, 3, "type", "repeat a has no end"},
    {",begin_loop,a,A\n,end_loop\n", FINDING_ERROR, 3, "type",
     "cannot be asked here"},
    {",db:person,a,A\n", FINDING_ERROR, 3, "type", "cannot be asked here"},
    {",begin_group,a,A\n,text,b,B\n,end_repeat\n", FINDING_ERROR, 5, "type",
     "a repeat ends here"},
    {",begin_repeat,a,A\n,begin_repeat,b,B\n,begin_repeat,c,C\n"
     ",begin_repeat,d,D\n,text,e,E\n,end_repeat\n,end_repeat\n,end_repeat\n"
     ",end_repeat\n",
     FINDING_ERROR, 6, "type", "more than 3 deep"},
    {",,,A heading\n,text,a,A\n", FINDING_WARNING, 3, "type",
     "row is left out"},
    {",select_one_from_file,a,A\n", FINDING_ERROR, 3, "type",
     "list is missing"},
    {",range,a,A\n,text,b,B,${a} > '2'\n,integer,b_x,\n", FINDING_WARNING, 5,
     "label", "no label"},
    {",,a,A\n", FINDING_ERROR, 3, "type", "the type is missing"},
    {",text,,A\n", FINDING_ERROR, 3, "name", "the name is missing"},
    {",text,1a,A\n", FINDING_ERROR, 3, "name", "begins with a letter"},
    {",text,a b,A\n", FINDING_ERROR, 3, "name", "begins with a letter"},
    {",text,ሀ,A\n", FINDING_ERROR, 3, "name", "begins with a letter"},
    {",text,a,A\n,integer,a,A\n", FINDING_ERROR, 4, "name", "a second time"},
    {",select_one none,a,A\n", FINDING_ERROR, 3, "type", "no choice list none"},
    {",select_one,a,A\n", FINDING_ERROR, 3, "type", "list is missing"},
    {",select_one yn or_not,a,A\n", FINDING_WARNING, 3, "type",
     "\"or_not\" behind the type is not used"},
    {",text,a\n", FINDING_WARNING, 3, "label", "no label"},
    {",begin_group,g,G\n,text,a,A\n", FINDING_ERROR, 3, "type", "has no end"},
    {",text,a,A\n,end_group\n", FINDING_ERROR, 4, "type", "no group is open"},
    {",begin group,g,G\n,text,a,A\n,end group,h\n", FINDING_WARNING, 5, "name",
     "the open group is g"},
    {",text,a,A,${b} = 1\n", FINDING_ERROR, 3, "relevant", "no field ${b}"},
    {",text,a,A,1 +\n", FINDING_ERROR, 3, "relevant", "at character 4"},
    {",text,a,A,,,,../../x\n", FINDING_ERROR, 3, "constraint",
     "leads out of the form"},
    {",text,a,A,,,,/data/x\n", FINDING_ERROR, 3, "constraint",
     "no field /data/x"},
    {",text,a,A,,,,\"regex(., '(a')\"\n", FINDING_ERROR, 3, "constraint",
     "a ) is missing"},
    {",text,a,A,,,maybe(\n", FINDING_ERROR, 3, "required", "no function"},
    {",text,a,A,,,,selected(.)\n", FINDING_ERROR, 3, "constraint",
     "takes 2 values"},
    {",text,a,A,\"true() or if(1,2)\"\n", FINDING_ERROR, 3, "relevant",
     "takes 3 values"},
    {",calculate,a,,,\"digest('x', 'SHA-3')\"\n", FINDING_ERROR, 3,
     "calculation", "digest() does not know"},
    {",calculate,a,,,\"jr:choice-name('yes', '${b}')\"\n", FINDING_ERROR, 3,
     "calculation", "no field ${b}"},
    {",calculate,a,,,${b}\n,calculate,b,,,${c}\n,calculate,c,,,${a}\n",
     FINDING_ERROR, 0, "calculation", "in a circle: a, b, c, a"},
    {",text,a,A,${a} = 'x'\n", FINDING_ERROR, 3, "relevant", "a circle"},
    {",begin_group,g,G,${x} = 1\n,integer,x,X\n,end_group\n", FINDING_ERROR, 0,
     NULL, "a circle"},
    {",integer,a,A,,,,,three\n", FINDING_WARNING, 3, "default",
     "no whole number"},
    {",select_one yn,a,A,,,,,maybe\n", FINDING_WARNING, 3, "default",
     "no choice \"maybe\""},
    {",select_one yn,a,A,,,,,'yes'\n", FINDING_WARNING, 3, "default",
     "without quotation marks"},
    {",date,a,A,,,,. > date('2026-02-30')\n", FINDING_WARNING, 3, "constraint",
     "does not exist"},
    {",note,a,A,,,yes\n", FINDING_WARNING, 3, "type", "holds no answer"},
    {",begin_group,g,G\n,text,a,A\n,end_group\n,begin_group,h,H\n,text,a,A\n"
     ",end_group\n,text,b,B,${a} = 1\n",
     FINDING_ERROR, 9, "relevant", "2 fields have the name a"},
};

static void faults_are_told_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(faults); i++) {
        struct finding_list l = {.items = NULL};
        char *text = support_form_text(faults[i].rows);
        struct form *f = read_with(text, &l);
        if (!support_form_has(&l, faults[i].grade, faults[i].row,
                              faults[i].column, faults[i].text))
            fail_msg("%s gave %s", faults[i].rows,
                     l.nr > 0 ? l.items[0].text : "nothing");
        assert_int_equal(f == NULL, l.errors_nr > 0);
        form_free(f);
        mem_free(text);
        finding_list_release(&l);
    }
}

static void all_faults_come_in_one_go(void **state)
{
    char *text = support_form_text(",number,a,A\n,text,b,B,${nobody} = 1\n"
                                   ",select_one gone,c,C\n,text,d,D,1 +\n");
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;

    (void)state;
    assert_null(form_read(text, strlen(text), &l, &e));
    assert_int_equal(l.errors_nr, 4);
    assert_string_equal(e.text,
                        "Line 3 (survey, type): the type \"number\" is not "
                        "known; this row is left out");
    mem_free(text);
    finding_list_release(&l);
}

/* Sheets and settings, whole files. */
static const struct {
    const char *csv;
    enum finding_grade grade;
    unsigned row;
    const char *text;
} files[] = {
    {"", FINDING_ERROR, 0, "no sheet \"survey\""},
    {"survey\n", FINDING_ERROR, 0, "no sheet \"survey\""},
    {"survey\n,type,name\n", FINDING_ERROR, 0, "no fields"},
    {"survey\n,type,name\n,text,a\n", FINDING_ERROR, 0, "no form_id"},
    {"survey\n,type,name\n,text,a\nsettings\n,form_id\n,x\n", FINDING_WARNING,
     0, "no version"},
    {"survey\n,type,name,colour\n,text,a\n", FINDING_WARNING, 2,
     "not known and is not used"},
    {"survey\n,type,name,type\n,text,a,date\n", FINDING_WARNING, 2, "twice"},
    {"survey\n,type,name\n,text,a\nsurvey\n,type,name\n", FINDING_ERROR, 4,
     "twice"},
    {"osm\n,x\n,y\nsurvey\n,type,name\n,text,a\n", FINDING_WARNING, 1,
     "sheet is not known"},
    {",type,name\n,text,a\n", FINDING_ERROR, 1, "name of a sheet is missing"},
    {"survey\n,type,name\n,\"text,a\n", FINDING_ERROR, 0, ""},
    {"survey\n,type,name\n,text,a\nchoices\n,list_name,name\n,l,x\n,l,x\n",
     FINDING_WARNING, 7, "a second time"},
    {"survey\n,type,name\n,text,a\nchoices\n,list_name,name\n,l,x y\n",
     FINDING_WARNING, 0, "holds a blank"},
    {"survey\n,type,name\n,select_multiple l,a\nchoices\n,list_name,name\n"
     ",l,x y\n",
     FINDING_ERROR, 0, "a blank in"},
    {"survey\n,type,name\n,text,a\nchoices\n,list_name,name\n,,x\n,l,\n",
     FINDING_ERROR, 6, "name of the list"},
    {"survey\n,type,name,x_access\n,text,a,secret\n", FINDING_ERROR, 3,
     "open, case or sealed"},
    {"survey\n,type,name,trigger\n,text,a,\n,text,b,\"${a}, then\"\n",
     FINDING_ERROR, 4, "a trigger is the name of a field"},
    {"survey\n,type,name,\n,text,a,x\n", FINDING_WARNING, 3,
     "column 3 has no header"},
    {"survey\n,type,name\n,text,a,x\n", FINDING_WARNING, 3,
     "behind the last header"},
    {"survey\n,type,name\nx,text,a\n", FINDING_ERROR, 3,
     "the name of a sheet, and the rest of this line is lost"},
};

static void broken_files_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARR_NR(files); i++) {
        struct finding_list l = {.items = NULL};
        struct form *f = read_with(files[i].csv, &l);
        if (!support_form_has(&l, files[i].grade, files[i].row, NULL,
                              files[i].text))
            fail_msg("%s gave %s", files[i].csv,
                     l.nr > 0 ? l.items[0].text : "nothing");
        assert_int_equal(f == NULL, l.errors_nr > 0);
        form_free(f);
        finding_list_release(&l);
    }
}

static void extra_columns_of_ours_are_silent(void **state)
{
    (void)state;
    form_free(
        support_form_silent("survey\n,type,name,label,x_colour,media::image\n"
                            ",text,a,A,red,a.png\n"
                            "settings\n,form_id,version\n,f,1\n"));
}

static void names_find_their_fields(void **state)
{
    char *text = support_form_text(
        ",begin_group,g,G\n,text,a,A\n,text,b,B,../a = 1 or ${a} = 2 or "
        "/trial/g/a = 3\n,end_group\n,text,c,C,/data/g/b != ''\n");
    struct form *f = support_form(text);
    size_t nr;
    const size_t *fields = expr_depends(form_field(f, "g/b")->relevant, &nr);

    (void)state;
    assert_int_equal(nr, 1);
    assert_int_equal(fields[0], support_form_index(f, "g/a"));
    fields = expr_depends(form_field(f, "c")->relevant, &nr);
    assert_int_equal(fields[0], support_form_index(f, "g/b"));
    form_free(f);
    mem_free(text);
}

static void fields_are_computed_behind_what_they_read(void **state)
{
    char *text = support_form_text(
        ",calculate,c,,,${b} + 1\n,calculate,b,,,${a} + 1\n,integer,a,A\n");
    struct form *f = support_form(text);

    (void)state;
    assert_int_equal(f->order[0], support_form_index(f, "a"));
    assert_int_equal(f->order[1], support_form_index(f, "b"));
    assert_int_equal(f->order[2], support_form_index(f, "c"));
    form_free(f);
    mem_free(text);
}

static void findings_are_counted_beyond_what_is_kept(void **state)
{
    struct buf b = BUF_INIT(1 << 20);
    struct finding_list l = {.items = NULL};

    (void)state;
    buf_add_str(&b, "survey\n,type,name,label\n");
    for (int i = 0; i < 700; i++)
        buf_printf(&b, ",number,n%d,N\n", i);
    assert_null(read_with(b.data, &l));
    assert_int_equal(l.nr, 500);
    assert_true(l.errors_nr >= 700);
    buf_release(&b);
    finding_list_release(&l);
}

/* ---- mutations ---- */

enum { LINES_MAX = 100, CELLS_MAX = 20 };

struct lines {
    const char *items[LINES_MAX];
    size_t sizes[LINES_MAX];
    size_t nr;
};

static struct lines cut_lines(const char *text)
{
    struct lines l = {.nr = 0};

    for (; *text != '\0'; text += l.sizes[l.nr++]) {
        l.items[l.nr] = text;
        l.sizes[l.nr] = strcspn(text, "\n") + 1;
    }
    return l;
}

static void add_line(struct buf *b, const struct lines *l, size_t i)
{
    buf_add(b, l->items[i], l->sizes[i]);
}

/* Read it; when it is a form, fill all of it with something. */
static void survive(struct buf *b)
{
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    struct form *f = form_read(buf_text(b), b->size, &l, &e);

    assert_int_equal(f == NULL, l.errors_nr > 0);
    if (f == NULL) {
        assert_true(e.text[0] != '\0');
    } else {
        struct record_moment now = {.today = 20778};
        struct record *r = record_new(f, now);
        for (size_t i = record_next(r, FORM_ROOT); i != FORM_ROOT;
             i = record_next(r, i))
            record_set(r, i, "3");
        for (size_t i = 0; i < f->fields_nr; i++)
            record_problem(r, i, 0, true, &e);
        record_free(r);
    }
    form_free(f);
    finding_list_release(&l);
    buf_clear(b);
}

static const char mutated[] =
    "survey\n"
    ",type,name,label::English (en),relevant,calculation,required,constraint\n"
    ",select_one yn,told,Told?,,,yes,\n"
    ",begin_group,home,Home,${told} = 'yes',,,\n"
    ",integer,people,People,,,yes,. > 0 and . < 40\n"
    ",begin_group,inner,Inner,,,,\n"
    ",select_multiple need,needs,Needs,${people} > 2,,,count-selected(.) < 3\n"
    ",end_group,inner,,,,,\n"
    ",end_group,home,,,,,\n"
    ",date,seen,Seen,,today() - 3,,. <= today()\n"
    ",calculate,sum,,,${people} + count-selected(${needs}),,\n"
    ",note,hint,Many,${sum} > 5,,,\n"
    "choices\n,list_name,name,label::English (en)\n"
    ",yn,yes,Yes\n,yn,no,No\n,need,food,Food\n,need,school,School\n"
    "settings\n,form_id,version,default_language\n,m,1,English (en)\n";

static void every_row_may_be_lost_or_swapped(void **state)
{
    struct lines l = cut_lines(mutated);
    struct buf b = BUF_INIT(1 << 16);

    (void)state;
    for (size_t lost = 0; lost < l.nr; lost++) {
        for (size_t i = 0; i < l.nr; i++)
            if (i != lost)
                add_line(&b, &l, i);
        survive(&b);
    }
    for (size_t x = 0; x < l.nr; x++) {
        for (size_t y = x + 1; y < l.nr; y++) {
            for (size_t i = 0; i < l.nr; i++)
                add_line(&b, &l, i == x ? y : i == y ? x : i);
            survive(&b);
        }
    }
    buf_release(&b);
}

/* The line with one of its cells replaced; false when it has not so many. */
static bool add_with_cell(struct buf *b, const struct lines *l, size_t line,
                          size_t cell, const char *with)
{
    const char *s = l->items[line], *end = s + l->sizes[line] - 1;
    size_t n = 0;

    for (; s <= end; n++) {
        size_t size = strcspn(s, ",\n");
        if (n == cell)
            buf_add_str(b, with);
        else
            buf_add(b, s, size);
        buf_add_byte(b, (uint8_t)s[size]);
        s += size + 1;
    }
    return cell < n;
}

static void every_cell_may_be_emptied_or_replaced(void **state)
{
    static const char *const with[] = {
        "",         "${told}", "${home}", "((((",  "begin_group",
        "text",     "..",      "/",       "'",     "select_one need",
        "\xff\xfe", "today()", "sum(/*)", "people"};
    struct lines l = cut_lines(mutated);
    struct buf b = BUF_INIT(1 << 16);

    (void)state;
    for (size_t w = 0; w < ARR_NR(with); w++) {
        for (size_t line = 0; line < l.nr; line++) {
            for (size_t cell = 0; cell < CELLS_MAX; cell++) {
                bool has = false;
                for (size_t i = 0; i < l.nr; i++) {
                    if (i == line)
                        has = add_with_cell(&b, &l, i, cell, with[w]);
                    else
                        add_line(&b, &l, i);
                }
                survive(&b);
                if (!has)
                    break;
            }
        }
    }
    buf_release(&b);
}

static void every_cut_of_a_form_is_survived(void **state)
{
    struct buf b = BUF_INIT(1 << 16);

    (void)state;
    for (size_t n = 0; n < strlen(mutated); n++) {
        buf_add(&b, mutated, n);
        survive(&b);
    }
    buf_release(&b);
}

static void has_no_findings(const char *id)
{
    struct buf name = BUF_INIT(64);
    struct finding_list l = {.items = NULL};
    struct err e = ERR_INIT;
    const struct pack_file *p;

    buf_printf(&name, "%s.csv", id);
    p = pack_file_find(buf_text(&name));
    assert_non_null(p);
    form_free(form_read(p->bytes, p->size, &l, &e));
    for (size_t i = 0; i < l.nr; i++)
        fail_msg("%s, line %u, %s: %s", id, l.items[i].row, l.items[i].column,
                 l.items[i].text);
    buf_release(&name);
    finding_list_release(&l);
}

static void the_forms_of_the_pack_have_no_findings(void **state)
{
    size_t nr;
    const struct kind *k = kind_list(&nr);
    unsigned forms = 0;

    (void)state;
    for (size_t i = 0; i < nr; i++) {
        if (k[i].form[0] == '\0')
            continue;
        has_no_findings(k[i].form);
        forms++;
    }
    assert_true(forms >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_all_years_are_read),
        cmocka_unit_test(labels_fall_back),
        cmocka_unit_test(what_will_surprise_is_a_warning),
        cmocka_unit_test(faults_are_told_with_their_place),
        cmocka_unit_test(all_faults_come_in_one_go),
        cmocka_unit_test(broken_files_are_told),
        cmocka_unit_test(extra_columns_of_ours_are_silent),
        cmocka_unit_test(names_find_their_fields),
        cmocka_unit_test(fields_are_computed_behind_what_they_read),
        cmocka_unit_test(findings_are_counted_beyond_what_is_kept),
        cmocka_unit_test(every_row_may_be_lost_or_swapped),
        cmocka_unit_test(every_cell_may_be_emptied_or_replaced),
        cmocka_unit_test(every_cut_of_a_form_is_survived),
        cmocka_unit_test(the_forms_of_the_pack_have_no_findings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
