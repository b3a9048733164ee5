/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever stands in a line of JSON, applying it ends with the line
 * taken, or with a sentence that names what is wrong and nothing written: names
 * with values of every type, rows, texts that are too long, records of another
 * case or form, and what is no JSON at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/db.h"
#include "store/entity.h"
#include "store/formdef.h"
#include "tests/store/support_office.h"

#define CASE   "11111111-1111-4111-8111-111111111111"
#define RECORD "22222222-2222-4222-8222-222222222222"
#define OPEN                                                                   \
    "{\"case\":\"" CASE "\",\"form\":\"registration\","                        \
    "\"place\":\"ET041114/03\",\"set\":{\"given_name\":\"Selam\"}}"
#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s", e_.text);                                           \
    } while (0)

/* Rows that people add and rows that the form counts, notes and groups, and one
 * name in two groups. */
static const char home[] =
    "survey\n,type,name,label,repeat_count\n"
    ",text,head,Head,\n"
    ",note,hint,Hint,\n"
    ",begin_group,here,Here,\n,text,same,Same,\n,end_group,,,\n"
    ",begin_group,there,There,\n,text,same,Same,\n,end_group,,,\n"
    ",begin_repeat,child,Child,\n"
    ",note,told,Told,\n"
    ",text,given,Given name,\n"
    ",end_repeat,,,\n"
    ",begin_repeat,meal,Meal,2\n"
    ",text,what,What,\n"
    ",end_repeat,,,\n"
    ",begin_repeat,loan,Loan,\n,text,sum,Sum,\n,end_repeat,,,\n"
    "settings\n,form_id,form_title,version\n,home,Home,1\n";

struct desk {
    struct office o;
    char row[100]; /* path of the row that home has */
};

static bool apply(struct desk *k, const char *line, size_t n, struct err *e)
{
    bool saved = false;
    return apply_line(k->o.store, line, n, &saved, e);
}

static void must_apply(struct desk *k, const char *line)
{
    struct err e = ERR_INIT;
    if (!apply(k, line, strlen(line), &e))
        fail_msg("%.200s: %s", line, e.text);
}

/* A line that sets something in the one record of "home". */
static const char *home_line(struct buf *line, const char *set)
{
    buf_clear(line);
    buf_printf(line,
               "{\"case\":\"" CASE "\",\"record\":\"" RECORD
               "\",\"form\":\"home\",\"set\":%s}",
               set);
    return buf_text(line);
}

static void load(struct desk *k, struct pool *pool, struct entity *x)
{
    struct id id;
    assert_true(id_parse(RECORD, &id));
    MUST(entity_load(k->o.store, &id, pool, x, e));
}

static int begin(void **state)
{
    static struct desk k;
    const struct formdef *d;
    struct buf line = BUF_INIT(1000);
    struct pool *pool = pool_new();
    struct entity x;
    office_open(&k.o, "Gasera", "ET041114", 3);
    MUST((d = formdef_add(k.o.store, home, strlen(home), e)) != NULL &&
         formdef_use(k.o.store, d, e));
    must_apply(&k, OPEN);
    must_apply(&k, home_line(&line, "{\"child\":[{\"given\":\"Abebe\"}]}"));
    load(&k, pool, &x);
    assert_int_equal(x.rows_nr, 1);
    str_copy(k.row, sizeof k.row, x.rows[0].path);
    pool_free(pool);
    buf_release(&line);
    *state = &k;
    return 0;
}

static int end(void **state)
{
    struct desk *k = *state;
    office_close(&k->o);
    return 0;
}

static int64_t count_changes(struct desk *k)
{
    int64_t n = 0;
    MUST(db_get_int(store_db(k->o.store), "SELECT COUNT(*) FROM change",
                    DB_NOTHING, 0, &n, e));
    return n;
}

/* Refused, with a sentence that holds the words, and nothing written. */
static void refused(struct desk *k, const char *line, size_t n,
                    const char *words)
{
    struct err e = ERR_INIT;
    int64_t before = count_changes(k);
    if (apply(k, line, n, &e))
        fail_msg("taken: %.200s", line);
    if (strstr(e.text, words) == NULL)
        fail_msg("%.200s: \"%s\" does not say %s", line, e.text, words);
    assert_int_equal(count_changes(k), before);
}

/* ---- no JSON ---- */

static void what_is_no_json_is_told_by_its_place(void **state)
{
    static const struct {
        const char *line;
        size_t n; /* 0: as long as it is */
        const char *words;
    } lines[] = {
        {"", 0, "ends too early"},
        {"{", 0, "ends too early"},
        {"{\"form\":\"visit\"", 0, "ends too early"},
        {"{} {}", 0, "something stands behind it"},
        {"{\"form\":\"a\",\"form\":\"b\"}", 0, "one name stands in it twice"},
        {"{\"form\":\"\xff\"}", 0, "not UTF-8"},
        {"{\"form\":\"\\u0000\"}", 0, "NUL"},
        {"{\"\\u0000\":1}", 0, "NUL"},
        {"{\"form\":1e999}", 0, "too large"},
        {"{\"form\":99999999999999999999}", 0, "too large"},
        {"{form}", 0, "not well formed"},
        {"{}\0{}", 5, "behind it"},
    };
    for (size_t i = 0; i < ARR_NR(lines); i++)
        refused(*state, lines[i].line,
                lines[i].n > 0 ? lines[i].n : strlen(lines[i].line),
                lines[i].words);
    struct buf deep = BUF_INIT(10000);
    for (int i = 0; i < 5000; i++)
        buf_add_byte(&deep, '[');
    refused(*state, buf_text(&deep), deep.size, "nested too deeply");
    buf_release(&deep);
}

/* ---- the names beside "set" ---- */

static const struct {
    const char *name, *good;
} names[] = {
    {"form", "visit"},   {"case", CASE},
    {"record", RECORD},  {"at", "2026-11-20T08:00:00Z"},
    {"place", "ET0411"}, {"reason", "a doctor asks"},
};

static void a_name_holds_a_text(void **state)
{
    static const char *const values[] = {"7",     "1.5", "true",
                                         "false", "[]",  "{}"};
    struct buf line = BUF_INIT(1000);
    char words[60];
    for (size_t i = 0; i < ARR_NR(names) * ARR_NR(values); i++) {
        size_t wrong = i / ARR_NR(values);
        buf_clear(&line);
        buf_add_str(&line, "{\"set\":{}");
        for (size_t n = 0; n < ARR_NR(names); n++)
            if (n == wrong)
                buf_printf(&line, ",\"%s\":%s", names[n].name,
                           values[i % ARR_NR(values)]);
            else
                buf_printf(&line, ",\"%s\":\"%s\"", names[n].name,
                           names[n].good);
        buf_add_byte(&line, '}');
        snprintf(words, sizeof words, "\"%s\" must be a text",
                 names[wrong].name);
        refused(*state, buf_text(&line), line.size, words);
    }
    buf_release(&line);
}

static void null_is_as_if_nothing_stood_there(void **state)
{
    must_apply(*state, "{\"case\":null,\"record\":null,\"at\":null,"
                       "\"reason\":null,\"place\":\"ET041114/03\","
                       "\"form\":\"checklist_community\",\"set\":{}}");
    must_apply(*state, "{\"case\":\"" CASE "\",\"record\":null,\"at\":null,"
                       "\"place\":null,\"form\":\"visit\",\"set\":"
                       "{\"notes\":null}}");
    refused(*state, "{\"form\":null,\"set\":{}}", 22, "\"form\" is missing");
    refused(*state, "{\"form\":\"visit\",\"set\":null}", 27, "must be an obj");
}

/* Each would be a fine line but for one thing. */
static void what_a_line_is_about_must_fit(void **state)
{
    static const struct {
        const char *line, *words;
    } lines[] = {
        {"[]", "not a JSON object"},
        {"{\"form\":\"visit\"}", "\"set\" must be an object"},
        {"{\"form\":\"visit\",\"set\":[]}", "\"set\" must be an object"},
        {"{\"form\":\"visit\",\"set\":{},\"row\":1}", "\"row\" means nothing"},
        {"{\"form\":\"visit\",\"set\":{}}", "\"case\" is missing"},
        {"{\"form\":\"checklist_community\",\"set\":{}}",
         "\"place\" is missing"},
        {"{\"form\":\"checklist_community\",\"place\":\"Gasera\",\"set\":{}}",
         "not a place code"},
        {"{\"form\":\"visit\",\"case\":\"" CASE "\",\"record\":\"x\","
         "\"set\":{}}",
         "not an identifier"},
        {"{\"form\":\"visit\",\"case\":\"" CASE "\",\"at\":\"noon\","
         "\"set\":{}}",
         "not a time"},
        {"{\"form\":\"registration\",\"case\":\"" CASE "\",\"record\":\"" RECORD
         "\",\"set\":{}}",
         "case's own id"},
        {"{\"form\":\"visit\",\"case\":\"" CASE "\",\"record\":\"" CASE
         "\",\"set\":{}}",
         "belongs to another case, place or form"},
        {"{\"form\":\"home\",\"case\":\"" RECORD "\",\"record\":\"" RECORD
         "\",\"set\":{}}",
         "belongs to another case, place or form"},
        {"{\"form\":\"checklist_individual\",\"case\":\"" RECORD
         "\",\"set\":{}}",
         "registration comes first"},
    };
    for (size_t i = 0; i < ARR_NR(lines); i++)
        refused(*state, lines[i].line, strlen(lines[i].line), lines[i].words);
}

/* The checklist of a child is one record, named or not, whatever else the case
 * has. */
static void of_kinds_of_which_there_is_one_the_line_names_none(void **state)
{
    static const char first[] =
        "{\"form\":\"checklist_individual\",\"case\":\"" CASE
        "\",\"set\":{\"%s\":\"known\"}}";
    struct desk *k = *state;
    struct pool *pool = pool_new();
    struct entity_list l;
    struct id id;
    char line[300], text[ID_TEXT_BYTES];
    snprintf(line, sizeof line, first, "I_SE_1_state");
    must_apply(k, line);
    snprintf(line, sizeof line, first, "I_SE_2_state");
    must_apply(k, line);
    assert_true(id_parse(CASE, &id));
    struct stream stream = stream_of_id(STREAM_CASE, &id);
    MUST(entity_list_load(k->o.store, &stream, pool, &l, e));
    assert_int_equal(l.nr, 3); /* and the registration, and home */
    id_print(&l.items[2].id, text);
    snprintf(line, sizeof line,
             "{\"form\":\"checklist_individual\",\"case\":\"" CASE
             "\",\"record\":\"%s\",\"set\":{\"%s\":null}}",
             text, "I_SE_1_state");
    must_apply(k, line);
    MUST(entity_list_load(k->o.store, &stream, pool, &l, e));
    assert_int_equal(l.nr, 3);
    pool_free(pool);
}

/* A reason to open what is sealed is of no use to who may not. */
static void a_reason_opens_nothing_for_who_may_not(void **state)
{
    struct desk *k = *state;
    static const char line[] =
        "{\"form\":\"home\",\"case\":\"" CASE "\",\"record\":\"" RECORD
        "\",\"reason\":\"a doctor asks\",\"set\":{\"head\":\"Almaz\"}}";
    struct err e = ERR_INIT;
    must_apply(k, line);
    office_become(&k->o, "data-officer");
    assert_false(apply(k, line, sizeof line - 1, &e));
    assert_int_equal(e.code, ERR_DENIED);
}

/* ---- what stands in "set" ---- */

static void an_answer_that_fits_nothing_is_refused_by_name(void **state)
{
    static const struct {
        const char *set, *words; /* @ is the path of the row there is */
    } sets[] = {
        {"{\"nothing\":1}", "no field \"nothing\""},
        {"{\"same\":\"x\"}", "no field \"same\""}, /* which of the two? */
        {"{\"hint\":\"x\"}", "no field \"hint\""},
        {"{\"here\":\"x\"}", "no field \"here\""},
        {"{\"given\":\"x\"}", "no field \"given\""},
        {"{\"loan/sum\":1}", "no field \"loan/sum\""},
        {"{\"child[none]/given\":\"x\"}", "no field \"child[none]"},
        {"{\"@/told\":\"x\"}", "no field"},
        {"{\"@\":\"x\"}", "null drops it"},
        {"{\"child\":7}", "list of objects"},
        {"{\"child\":null}", "list of objects"},
        {"{\"child\":[7]}", "A row is an object"},
        {"{\"child\":[{},null]}", "A row is an object"},
        {"{\"child\":[{\"nothing\":1}]}", "no field \"nothing\""},
        {"{\"child\":[{\"head\":1}]}", "no field \"head\""},
        {"{\"child\":[{\"told\":1}]}", "no field \"told\""},
        {"{\"child\":[{\"@/given\":1}]}", "no field"},
        {"{\"child\":[{\"given\":{}}]}", "a value is"},
        {"{\"meal\":[{\"what\":\"Injera\"}]}", "how many rows"},
        {"{\"head\":{}}", "a value is"},
        {"{\"head\":[[]]}", "a value is"},
        {"{\"head\":[\"a\",{},\"b\"]}", "a value is"},
        {"{\"head\":[null]}", "a value is"},
    };
    struct desk *k = *state;
    struct buf line = BUF_INIT(1000), set = BUF_INIT(1000);
    for (size_t i = 0; i < ARR_NR(sets); i++) {
        buf_clear(&set);
        for (const char *at = sets[i].set; *at != '\0'; at++)
            if (*at == '@')
                buf_add_str(&set, k->row);
            else
                buf_add_byte(&set, (uint8_t)*at);
        home_line(&line, buf_text(&set));
        refused(k, buf_text(&line), line.size, sets[i].words);
    }
    buf_release(&set);
    buf_release(&line);
}

/* 64 kB are the most, whether in one text or in the parts of a list. */
static void a_text_ends_at_64_kb(void **state)
{
    enum { MAX = 64 * 1024 };
    struct desk *k = *state;
    struct buf line = BUF_INIT(4 * MAX), set = BUF_INIT(4 * MAX);
    for (int i = 0; i < 3; i++) {
        buf_clear(&set);
        buf_add_str(&set, "{\"head\":[\"");
        for (size_t n = 0; n < MAX; n++)
            buf_add_byte(&set, 'a');
        buf_add_str(&set, i == 0 ? "\"]}" : i == 1 ? "a\"]}" : "\",1]}");
        home_line(&line, buf_text(&set));
        if (i == 0)
            must_apply(k, buf_text(&line));
        else
            refused(k, buf_text(&line), line.size, "at most 64 kB");
    }
    buf_release(&set);
    buf_release(&line);
}

static void a_thousand_rows_are_enough(void **state)
{
    struct buf line = BUF_INIT(10000), set = BUF_INIT(10000);
    buf_add_str(&set, "{\"child\":[{}");
    for (int i = 0; i < RECORD_ROWS_MAX; i++)
        buf_add_str(&set, ",{}");
    buf_add_str(&set, "]}");
    home_line(&line, buf_text(&set));
    refused(*state, buf_text(&line), line.size, "No further row");
    buf_release(&set);
    buf_release(&line);
}

static void values_of_every_type_are_answers(void **state)
{
    static const struct {
        const char *json, *answer;
    } values[] = {
        {"\"Almaz\"", "Almaz"},
        {"7", "7"},
        {"-3", "-3"},
        {"1.5", "1.5"},
        {"true", "true"},
        {"false", "false"},
        {"null", ""},
        {"[]", ""},
        {"[\"a\",2,true]", "a 2 true"},
    };
    struct desk *k = *state;
    struct buf line = BUF_INIT(1000);
    char set[100];
    for (size_t i = 0; i < ARR_NR(values); i++) {
        struct pool *pool = pool_new();
        struct entity x;
        must_apply(k, home_line(&line, "{\"head\":\"before\"}"));
        snprintf(set, sizeof set, "{\"head\":%s}", values[i].json);
        must_apply(k, home_line(&line, set));
        load(k, pool, &x);
        assert_string_equal(entity_value(&x, "head")->answer, values[i].answer);
        pool_free(pool);
    }
    buf_release(&line);
}

static void a_row_goes_by_null_and_its_answers_by_path(void **state)
{
    struct desk *k = *state;
    struct buf line = BUF_INIT(1000);
    struct pool *pool = pool_new();
    struct entity x;
    char set[200];
    snprintf(set, sizeof set, "{\"%s/given\":\"Hirut\",\"here/same\":\"x\"}",
             k->row);
    must_apply(k, home_line(&line, set));
    snprintf(set, sizeof set, "%s/given", k->row);
    load(k, pool, &x);
    assert_string_equal(entity_value(&x, set)->answer, "Hirut");
    assert_string_equal(entity_value(&x, "here/same")->answer, "x");
    snprintf(set, sizeof set, "{\"%s\":null}", k->row);
    must_apply(k, home_line(&line, set));
    load(k, pool, &x);
    for (size_t i = 0; i < x.rows_nr; i++)
        assert_true(x.rows[i].dropped);
    pool_free(pool);
    buf_release(&line);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(what_is_no_json_is_told_by_its_place),
        PROOF(a_name_holds_a_text),
        PROOF(null_is_as_if_nothing_stood_there),
        PROOF(what_a_line_is_about_must_fit),
        PROOF(of_kinds_of_which_there_is_one_the_line_names_none),
        PROOF(a_reason_opens_nothing_for_who_may_not),
        PROOF(an_answer_that_fits_nothing_is_refused_by_name),
        PROOF(a_text_ends_at_64_kb),
        PROOF(a_thousand_rows_are_enough),
        PROOF(values_of_every_type_are_answers),
        PROOF(a_row_goes_by_null_and_its_answers_by_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
