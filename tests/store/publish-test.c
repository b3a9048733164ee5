/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a form that an office imports can be filled there and is of a kind of
 * its own; a new version is taken when every kept answer stays in sight, and
 * refused with the paths when not; another process sees it at once, the
 * conversation with the hub not at all; an office without the form keeps its
 * records, and reads them once it has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "store/apply.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/publish.h"
#include "tests/store/support_office.h"

#define CASE   "11111111-1111-4111-8111-111111111111"
#define RECORD "22222222-2222-4222-8222-222222222222"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

#define HEAD         "survey\n,type,name,label,x_was\n"
#define LIST         "choices\n,list_name,name,label,x_retired\n"
#define SETTINGS(id) "settings\n,form_id,form_title,version\n," id ",Home,1\n"
#define WATER                                                                  \
    HEAD ",integer,rooms,Rooms,\n,select_one w,water,Water,\n" LIST            \
         ",w,tap,Tap,\n,w,river,River,\n" SETTINGS("water")

static bool publish(struct store *s, const char *csv, struct publish *p,
                    struct err *e)
{
    struct finding_list l = {0};
    struct book *b = book_read(csv, strlen(csv), &l, e);
    bool good;

    assert_non_null(b);
    good = publish_form(s, b, "f", p, e);
    book_free(b);
    finding_list_release(&l);
    return good;
}

static const struct formdef *must_publish(struct store *s, const char *csv,
                                          bool is_new)
{
    struct publish p;
    const struct formdef *d;

    MUST(publish(s, csv, &p, e));
    assert_int_equal(p.is_new, is_new);
    d = p.def;
    publish_clear(&p);
    return d;
}

static void refuses(struct store *s, const char *csv, const char *words)
{
    struct publish p;
    struct err e = ERR_INIT;

    assert_false(publish(s, csv, &p, &e));
    assert_int_equal(e.code, ERR_INPUT);
    if (strstr(e.text, words) == NULL)
        fail_msg("%s is not in: %s", words, e.text);
    assert_null(p.def);
    publish_clear(&p);
}

static bool apply(struct store *s, const char *json)
{
    bool saved = false;

    MUST(apply_line(s, json, strlen(json), &saved, e));
    return saved;
}

static void open_case(struct store *s)
{
    apply(s, "{\"case\":\"" CASE "\",\"form\":\"registration\","
             "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"Selam\"}}");
}

#define FILL(form, set)                                                        \
    "{\"case\":\"" CASE "\",\"record\":\"" RECORD "\",\"form\":\"" form        \
    "\",\"set\":{" set "}}"

/* The answer under a path of RECORD; "(none)" when there is none. */
static const char *answer(struct store *s, const char *path, struct pool *pool)
{
    struct entity x;
    struct id id;
    const struct entity_value *v;

    assert_true(id_parse(RECORD, &id));
    MUST(entity_load(s, &id, pool, &x, e));
    v = entity_value(&x, path);
    if (v == NULL)
        return "(none)";
    return v->masked ? v->kept : v->answer;
}

static int begin(void **state)
{
    static struct office o;

    office_open(&o, "Gasera", "ET041114", 3);
    *state = &o;
    return 0;
}

static int end(void **state)
{
    office_close(*state);
    return 0;
}

/* ---- a form ---- */

static void an_imported_form_is_filled_like_any_other(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    struct pool *pool = pool_new();
    struct formdef_list l;
    struct err why = ERR_INIT;
    const struct formdef *d = must_publish(s, WATER, true);

    assert_string_equal(d->kind->name, "form:water");
    assert_string_equal(kind_label(d->kind, "am"), "Home");
    assert_ptr_equal(formdef_current(s, "water", &why), d);
    assert_ptr_equal(formdef_of_kind(s, "form:water", &why), d);
    assert_ptr_equal(formdef_kind(s, "form:water"), d->kind);
    MUST(formdef_list_load(s, pool, &l, e));
    assert_int_equal(l.nr, 1);
    open_case(s);
    assert_true(apply(s, FILL("water", "\"rooms\":2,\"water\":\"river\"")));
    assert_string_equal(answer(s, "water", pool), "river");
    assert_false(apply(s, FILL("water", "\"rooms\":2")));
    assert_null(formdef_kind(s, "form:nothing"));
    assert_null(formdef_of_kind(s, "form:nothing", &why));
    assert_int_equal(why.code, ERR_NOT_FOUND);
    pool_free(pool);
}

static void the_same_file_again_changes_nothing(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    const struct formdef *d = must_publish(s, WATER, true);

    assert_ptr_equal(must_publish(s, WATER, false), d);
}

static void the_hub_hears_nothing_of_it(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    uint8_t before[HASH_SHORT_BYTES], after[HASH_SHORT_BYTES];
    size_t nr = formdef_pack_nr(s);

    formdef_pack_digest(s, before);
    must_publish(s, WATER, true);
    formdef_pack_digest(s, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(formdef_pack_nr(s), nr);
}

static void a_form_with_errors_is_asked_without_them(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    const struct formdef *d = must_publish(
        s, HEAD ",integer,rooms,Rooms,\n,osm,map,Map,\n" SETTINGS("water"),
        true);

    assert_int_equal(d->form->fields_nr, 1);
}

/* ---- names ---- */

static void a_long_name_makes_a_short_kind_of_its_own(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    const char *a =
        must_publish(s,
                     HEAD ",text,t,T,\n" SETTINGS(
                         "a_very_long_name_of_a_survey_about_water"),
                     true)
            ->kind->name;
    const char *b = must_publish(s,
                                 HEAD ",text,t,T,\n" SETTINGS(
                                     "a_very_long_name_of_a_survey_about_food"),
                                 true)
                        ->kind->name;
    struct err e = ERR_INIT;

    assert_true(strlen(a) == CHANGE_KIND_BYTES_MAX);
    assert_true(strncmp(a, "form:a_very_long_name_o~", 24) == 0);
    assert_true(strcmp(a, b) != 0);
    assert_string_equal(formdef_of_kind(s, a, &e)->form->id,
                        "a_very_long_name_of_a_survey_about_water");
    refuses(s,
            HEAD ",text,t,T,\n" SETTINGS(
                "this_form_id_is_longer_than_what_a_change_may_carry_in_its_"
                "header_"),
            "1 to 64 bytes");
}

static void a_built_in_form_stays_as_it_is(void **state)
{
    struct store *s = ((struct office *)*state)->store;

    refuses(s, HEAD ",text,t,T,\n" SETTINGS("visit"), "built in");
}

static void a_form_that_asks_nothing_is_refused(void **state)
{
    struct store *s = ((struct office *)*state)->store;

    refuses(s, HEAD ",note,n,Read this,\n" SETTINGS("water"),
            "Nothing is asked");
}

/* ---- versions ---- */

static void what_hides_answers_is_refused_by_path(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    const struct formdef *d = must_publish(s, WATER, true);
    struct err e = ERR_INIT;

    refuses(s,
            HEAD ",select_one w,water,Water,\n" LIST
                 ",w,tap,Tap,\n,w,river,River,\n" SETTINGS("water"),
            "rooms (removed)");
    refuses(
        s, HEAD ",integer,rooms,Rooms,\n,text,water,Water,\n" SETTINGS("water"),
        "water (retyped: select one to text)");
    refuses(s,
            HEAD ",integer,rooms,Rooms,\n,select_one w,water,Water,\n" LIST
                 ",w,tap,Tap,\n" SETTINGS("water"),
            "water (withdrawn: the choice river)");
    assert_ptr_equal(formdef_current(s, "water", &e), d);
}

static void many_paths_are_counted(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    struct buf b = BUF_INIT(10000);

    buf_add_str(&b, HEAD);
    for (int i = 0; i < 40; i++)
        buf_printf(&b, ",text,question_number_%d,Q,\n", i);
    buf_add_str(&b, SETTINGS("many"));
    must_publish(s, buf_text(&b), true);
    refuses(s, HEAD ",text,other,Q,\n" SETTINGS("many"), "(40 in all)");
    buf_release(&b);
}

static void a_choice_retired_is_read_but_not_offered(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    struct pool *pool = pool_new();
    const struct formdef *d;

    must_publish(s, WATER, true);
    open_case(s);
    apply(s, FILL("water", "\"water\":\"river\""));
    d = must_publish(
        s,
        HEAD
        ",integer,rooms,Rooms,\n,select_one w,water,Water,\n" LIST
        ",w,well,Well,\n,w,river,River,yes\n,w,tap,Tap,\n" SETTINGS("water"),
        true);
    assert_true(
        choice_find(form_field(d->form, "water")->list, "river", 5)->retired);
    /* the choice is kept by its place in the list of that version */
    assert_string_equal(answer(s, "water", pool), "river");
    pool_free(pool);
}

static void answers_follow_a_declared_rename(void **state)
{
    struct store *s = ((struct office *)*state)->store;
    struct pool *pool = pool_new();
    const struct formdef *d;
    struct record *r;
    struct entity x;
    struct id id;

    must_publish(s, WATER, true);
    open_case(s);
    apply(s, FILL("water", "\"rooms\":2"));
    d = must_publish(s,
                     HEAD ",begin group,home,Home,\n,integer,nr,Nr,rooms\n"
                          ",end group,,,\n,select_one w,water,Water,\n" LIST
                          ",w,tap,Tap,\n,w,river,River,\n" SETTINGS("water"),
                     true);
    assert_true(id_parse(RECORD, &id));
    MUST(entity_load(s, &id, pool, &x, e));
    r = record_new(d->form, (struct record_moment){.today = 20000});
    entity_fill(&x, r);
    assert_string_equal(
        record_answer(
            r, (size_t)(form_field(d->form, "home/nr") - d->form->fields)),
        "2");
    record_free(r);
    /* what is seen already is not written once more */
    assert_false(apply(s, FILL("water", "\"nr\":2")));
    assert_true(apply(s, FILL("water", "\"nr\":3")));
    assert_string_equal(answer(s, "home/nr", pool), "3");
    pool_free(pool);
}

/* ---- other processes, other offices ---- */

static void another_process_sees_it_at_once(void **state)
{
    static const struct store_new n = {.site_name = "Gasera",
                                       .place = "ET041114",
                                       .login = "almaz",
                                       .role = "case-manager"};
    char dir[] = "/tmp/homeward-publish-XXXXXX", path[64];
    struct store_env env = store_env_system();
    struct store *screens, *command;
    struct err why = ERR_INIT;

    (void)state;
    setenv("HOMEWARD_KDF_COST", "least", 1);
    assert_non_null(mkdtemp(dir));
    MUST(store_create(dir, &n, "a long enough phrase", env, e));
    MUST((screens = store_open(dir, "a long enough phrase", env, e)) != NULL);
    MUST((command = store_open(dir, "a long enough phrase", env, e)) != NULL);
    assert_null(formdef_current(screens, "water", &why));
    must_publish(command, WATER, true);
    assert_int_equal(formdef_current(screens, "water", &why)->form->fields_nr,
                     2);
    must_publish(command,
                 HEAD ",integer,rooms,Rooms,\n,select_one w,water,Water,\n"
                      ",text,more,More,\n" LIST
                      ",w,tap,Tap,\n,w,river,River,\n" SETTINGS("water"),
                 true);
    assert_int_equal(formdef_current(screens, "water", &why)->form->fields_nr,
                     3);
    store_close(screens);
    store_close(command);
    snprintf(path, sizeof path, "%s/homeward.db", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/homeward.keys", dir);
    unlink(path);
    rmdir(dir);
}

static void an_office_without_the_form_keeps_the_record(void **state)
{
    struct office hub, *o = *state;
    struct pool *pool = pool_new();
    struct intake_count count;

    office_open_hub(&hub);
    office_admit(&hub, o);
    must_publish(o->store, WATER, true);
    open_case(o->store);
    apply(o->store, FILL("water", "\"rooms\":2,\"water\":\"river\""));
    MUST(office_send(o, &hub, &count, e));
    assert_null(formdef_kind(hub.store, "form:water"));
    assert_string_equal(answer(hub.store, "rooms", pool), "2");
    assert_string_not_equal(answer(hub.store, "water", pool), "(none)");
    must_publish(hub.store, WATER, true);
    assert_string_equal(answer(hub.store, "water", pool), "river");
    office_close(&hub);
    pool_free(pool);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(an_imported_form_is_filled_like_any_other),
        TEST(the_same_file_again_changes_nothing),
        TEST(the_hub_hears_nothing_of_it),
        TEST(a_form_with_errors_is_asked_without_them),
        TEST(a_long_name_makes_a_short_kind_of_its_own),
        TEST(a_built_in_form_stays_as_it_is),
        TEST(a_form_that_asks_nothing_is_refused),
        TEST(what_hides_answers_is_refused_by_path),
        TEST(many_paths_are_counted),
        TEST(a_choice_retired_is_read_but_not_offered),
        TEST(answers_follow_a_declared_rename),
        TEST(another_process_sees_it_at_once),
        TEST(an_office_without_the_form_keeps_the_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
