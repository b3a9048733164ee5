/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: paths with all axes, sets, lists, texts and rows of repeats give what
 * tests/forms/expr_node.tsv says of its document; numbers of dates follow the
 * zone, also on the day the clocks change; chance is drawn where there is some.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/expr.h"
#include "forms/xml_tree.h"

static const char visit[] = "/h:html/h:head/model/instance[1]";

static struct xml_tree *document(void)
{
    struct buf b = BUF_INIT(1 << 20);
    struct err e = ERR_INIT;
    struct xml_tree *t = NULL;

    if (buf_read_file(&b, "tests/forms/expr_node.xml", &e))
        t = xml_tree_read(buf_text(&b), b.size, &e);
    if (t == NULL)
        fail_msg("%s", e.text);
    buf_release(&b);
    return t;
}

/* "V" is the visit; "en:" in front is a language. */
static void stand(struct xml_tree *t, const char *place, struct expr_env *env)
{
    struct buf path = BUF_INIT(1000);
    struct err e = ERR_INIT;

    env->lang = str_starts(place, "am:")   ? "am"
                : str_starts(place, "en:") ? "en"
                                           : NULL;
    if (env->lang != NULL)
        place += 3;
    buf_printf(&path, "%s%s", place[0] == 'V' ? visit : "",
               place + (place[0] == 'V'));
    if (!xml_tree_stand(t, buf_text(&path), &e))
        fail_msg("%s", e.text);
    buf_release(&path);
    xml_tree_env(t, env);
}

static bool evaluate(const char *text, const struct expr_env *env,
                     struct pool *pool, const char **out, struct err *e)
{
    struct expr *x = expr_read(pool, text, strlen(text), e);
    struct expr_value v;

    if (x == NULL || !expr_eval(x, env, pool, &v, e))
        return false;
    *out = expr_to_string(&v, pool);
    return true;
}

static bool line_holds(const char *expression, const char *expected,
                       const struct expr_env *env)
{
    struct pool *pool = pool_new();
    struct err e = ERR_INIT;
    const char *got = "";
    bool ok = evaluate(expression, env, pool, &got, &e);
    bool holds = expected[0] == '!'
                     ? !ok && strstr(e.text, expected + 1) != NULL
                     : ok && str_equal(got, expected);

    if (!holds)
        print_error("%s\n  expected %s\n  got      %s%s\n", expression,
                    expected, ok ? "" : "!", ok ? got : e.text);
    pool_free(pool);
    return holds;
}

static void the_table_holds(void **state)
{
    struct buf b = BUF_INIT(1 << 20);
    struct xml_tree *t = document();
    struct err e = ERR_INIT;
    unsigned lines = 0, wrong = 0;

    (void)state;
    if (!buf_read_file(&b, "tests/forms/expr_node.tsv", &e))
        fail_msg("%s", e.text);
    for (char *line = b.data, *end; *line != '\0'; line = end) {
        struct expr_env env = {.today = 20778};
        char *cells[3] = {line};
        end = strchr(line, '\n');
        assert_non_null(end);
        *end++ = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        for (int i = 1; i < 3; i++) {
            cells[i] = strchr(cells[i - 1], '\t');
            assert_non_null(cells[i]);
            *cells[i]++ = '\0';
        }
        stand(t, cells[0], &env);
        lines++;
        wrong += !line_holds(cells[1], cells[2], &env);
    }
    xml_tree_free(t);
    buf_release(&b);
    assert_int_equal(wrong, 0);
    assert_true(lines > 100);
}

/* ---- zones ---- */

/* Three hours ahead, four from 2026-03-29T00:00Z on. */
static int summer(int64_t at_ms)
{
    return at_ms >= INT64_C(1774742400000) ? 240 : 180;
}

static void days_begin_at_the_local_midnight(void **state)
{
    static const struct {
        const char *expression, *expected;
    } rows[] = {
        {"number(date('1970-01-02')) * 24", "21"},
        {"number('1970-01-02') * 24", "21"},
        {"round((date('2026-03-30') - date('2026-03-29')) * 24, 6)", "23"},
        {"string(date-time('2026-03-28T12:00:00'))",
         "2026-03-28T12:00:00.000+03:00"},
        {"string(date-time('2026-03-29T12:00:00'))",
         "2026-03-29T12:00:00.000+04:00"},
        {"string(date-time('2026-03-29T12:00:00Z'))",
         "2026-03-29T16:00:00.000+04:00"},
        {"string(date(date('2026-03-29') + 1))", "2026-03-30"},
        {"string(date(0))", "1970-01-01T03:00:00.000+03:00"},
        {"string(date(-0.125))", "1970-01-01"},
        {"number(date(1))", "1"},
        {"number(date(1.5))", "0.875"},
        {"number(date('1970-01-02T00:00:00Z'))", "1"},
        {"string(date(date-time('2026-05-01T23:30:00')))", "2026-05-01"},
        {"format-date-time('2026-05-01T21:30:00Z', '%Y-%m-%d %H:%M')",
         "2026-05-02 01:30"},
        {"decimal-time('06:00')", "0.25"},
        {"decimal-time('06:00:00.000+01:00') * 24", "8"},
        {"decimal-time('24:60')", "NaN"},
        {"decimal-date-time('1970-01-01T03:00:00')", "0"},
        {"string(now())", "1970-01-01T03:00:00.000+03:00"},
        {"'2026-03-30' > date('2026-03-29')", "true"},
    };
    const struct expr_env env = {.zone = summer};

    (void)state;
    for (size_t i = 0; i < ARR_NR(rows); i++)
        assert_true(line_holds(rows[i].expression, rows[i].expected, &env));
}

static void the_zone_of_the_system_is_asked_at_each_moment(void **state)
{
    const struct expr_env env = {.zone = stamp_zone_minutes};
    const char *kept = getenv("TZ");
    char *before = kept != NULL ? mem_copy_str(kept) : NULL;

    (void)state;
    setenv("TZ", "XST5XDT,M3.2.0,M11.1.0", 1);
    tzset();
    assert_true(line_holds("string(date-time('2026-01-15T12:00:00Z'))",
                           "2026-01-15T07:00:00.000-05:00", &env));
    assert_true(line_holds("string(date-time('2026-07-15T12:00:00Z'))",
                           "2026-07-15T08:00:00.000-04:00", &env));
    if (before != NULL)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    mem_free(before);
}

/* ---- chance ---- */

static void chance_is_drawn_from_the_source_given(void **state)
{
    uint64_t seed = 7;
    const struct entropy_source entropy = entropy_seeded(&seed);
    const struct expr_env env = {.entropy = &entropy}, none = {.today = 0};

    (void)state;
    assert_true(line_holds("random() != random()", "true", &env));
    assert_true(line_holds("random() >= 0 and random() < 1", "true", &env));
    assert_true(line_holds("regex(uuid(), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-"
                           "[0-9a-f]{12}')",
                           "true", &env));
    assert_true(line_holds("uuid() = uuid()", "false", &env));
    assert_true(line_holds("regex(uuid(9), '[A-Za-z0-9]{9}')", "true", &env));
    assert_true(line_holds("uuid(-1)", "!cannot be used", &env));
    assert_true(line_holds("uuid(1000000)", "!cannot be used", &env));
    assert_true(line_holds("random()", "!cannot be used", &none));
    assert_true(line_holds("uuid()", "!cannot be used", &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds),
        cmocka_unit_test(days_begin_at_the_local_midnight),
        cmocka_unit_test(the_zone_of_the_system_is_asked_at_each_moment),
        cmocka_unit_test(chance_is_drawn_from_the_source_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
