/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a table of expressions from other projects' test suites against ours
 * and prints for each suite how many give what the table says:
 *
 *     tool_conformance CASES DOCS [ACCEPTED]
 *
 * CASES is tab separated: suite, file, test, document, context, expression,
 * type, expected, flags; DOCS is the folder of the documents. ACCEPTED lists
 * failures we stand by, one a line: a regular expression that is searched for
 * in "suite expression type expected" (one blank between), a tab, the reason.
 * Failures that are not accepted are listed and make the tool end with 1.
 */
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/stamp.h"
#include "base/str.h"
#include "forms/expr.h"
#include "forms/xml_tree.h"

enum { COLUMNS = 9, FILE_MAX = 64 << 20 };

/* The tables differ in the hour they were recorded in. */
static const struct suite {
    const char *name, *zone;
} suites[] = {
    {"javarosa", "UTC"},
    {"web-forms", "America/Phoenix"},
    {"enketo", "America/Denver"},
    {"openrosa-xpath-evaluator", "America/Denver"},
};

struct test_case {
    const char *suite, *file, *name, *doc, *context, *expression;
    const char *type, *expected, *flags;
};

struct accepted {
    regex_t pattern;
    unsigned used;
    const char *reason;
};

struct accepted_list {
    struct accepted *items;
    size_t nr, alloc;
};

struct tally {
    unsigned all, passed, accepted;
    unsigned plain, plain_passed; /* without a document */
};

struct runner {
    const char *docs;
    struct accepted_list accepted;
    struct tally tallies[ARR_NR(suites)];
    unsigned failed;
};

/* ---- the table ---- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);

    return c != '\0' && at != NULL ? (int)(at - digits) : 0;
}

static void unescape(char *s)
{
    char *to = s;

    for (; *s != '\0'; s++) {
        if (*s != '\\') {
            *to++ = *s;
            continue;
        }
        s++;
        if (*s == 'x') {
            *to++ = (char)(16 * hex_digit(s[1]) + hex_digit(s[2]));
            s += 2;
        } else {
            *to++ = *s == 't' ? '\t' : *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s;
        }
    }
    *to = '\0';
}

static bool split(char *line, struct test_case *c)
{
    char *fields[COLUMNS];

    for (int i = 0; i < COLUMNS; i++) {
        fields[i] = line;
        line = line != NULL ? strchr(line, '\t') : NULL;
        if (line != NULL)
            *line++ = '\0';
        else if (i < COLUMNS - 2)
            return false;
    }
    for (int i = 0; i < COLUMNS; i++) {
        if (fields[i] == NULL) /* no flags: their tab may be missing */
            fields[i] = fields[i - 1] + strlen(fields[i - 1]);
        unescape(fields[i]);
    }
    memcpy(c,
           &(struct test_case){fields[0], fields[1], fields[2], fields[3],
                               fields[4], fields[5], fields[6], fields[7],
                               fields[8]},
           sizeof *c);
    return true;
}

/* ---- one case ---- */

static bool matches(const char *expected, const char *got)
{
    char pattern[512];
    size_t n = strlen(expected);
    regex_t regex;
    bool yes;

    if (n < 2 || n - 2 >= sizeof pattern)
        return false;
    memcpy(pattern, expected + 1, n - 2);
    pattern[n - 2] = '\0';
    for (char *d; (d = strstr(pattern, "\\d")) != NULL;) {
        char rest[512];
        str_copy(rest, sizeof rest, d + 2);
        snprintf(d, sizeof pattern - (size_t)(d - pattern), "[0-9]%s", rest);
    }
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    yes = regexec(&regex, got, 0, NULL, 0) == 0;
    regfree(&regex);
    return yes;
}

static bool numbers_agree(double got, double expected)
{
    if (isnan(expected) || isnan(got))
        return isnan(expected) && isnan(got);
    return got == expected || fabs(got - expected) < 1e-12;
}

static bool compare(const struct test_case *c, const struct expr_value *v,
                    struct pool *pool)
{
    const char *got = expr_to_string(v, pool);
    double number;

    if (str_equal(c->type, "boolean"))
        return str_equal(expr_to_boolean(v) ? "true" : "false", c->expected);
    if (str_starts(c->type, "number")) {
        number = expr_to_number(v);
        if (str_starts(c->type, "number-rounded/")) {
            double f = strtod(c->type + strlen("number-rounded/"), NULL);
            number = floor(number * f + 0.5) / f;
        }
        return numbers_agree(number, strtod(c->expected, NULL));
    }
    if (str_equal(c->type, "string-match"))
        return matches(c->expected, got);
    if (str_equal(c->type, "dateTime"))
        return str_starts(got, c->expected);
    return str_equal(got, c->expected);
}

static struct xml_tree *load(const struct runner *r, const struct test_case *c)
{
    struct buf path = BUF_INIT(4096), bytes = BUF_INIT(FILE_MAX);
    struct xml_tree *t = NULL;
    struct err e = ERR_INIT;

    buf_printf(&path, "%s/%s.xml", r->docs, c->doc);
    if (buf_read_file(&bytes, buf_text(&path), &e))
        t = xml_tree_read(buf_text(&bytes), bytes.size, &e);
    if (t == NULL || !xml_tree_stand(t, c->context, &e))
        printf("# %s: %s\n", buf_text(&path), e.text);
    buf_release(&path);
    buf_release(&bytes);
    return t;
}

/* Evaluates; false with what came instead in got. */
static bool try_case(const struct runner *r, const struct test_case *c,
                     struct pool *pool, char *got, size_t got_bytes)
{
    struct entropy_source entropy = entropy_system();
    struct expr_env env = {.self = EXPR_ROOT,
                           .now_ms = 1795262400000,
                           .zone = stamp_zone_minutes,
                           .entropy = &entropy};
    struct xml_tree *t = str_equal(c->doc, "-") ? NULL : load(r, c);
    struct err e = ERR_INIT;
    struct expr_value v;
    struct expr *x;
    bool evaluated, passed;

    env.today = stamp_local_day(env.now_ms);
    if (t != NULL)
        xml_tree_env(t, &env);
    if (str_starts(c->flags, "lang="))
        env.lang = strstr(c->flags, "lang=fr") != NULL ? "fr" : "en";
    x = expr_read(pool, c->expression, strlen(c->expression), &e);
    evaluated = x != NULL && expr_eval(x, &env, pool, &v, &e);
    if (str_equal(c->type, "throws"))
        passed = !evaluated;
    else
        passed = evaluated && compare(c, &v, pool);
    snprintf(got, got_bytes, "%s%s", evaluated ? "" : "error: ",
             evaluated ? expr_to_string(&v, pool) : e.text);
    xml_tree_free(t);
    return passed;
}

static bool is_accepted(struct runner *r, const struct test_case *c)
{
    struct buf text = BUF_INIT(1 << 20);
    bool found = false;

    buf_printf(&text, "%s %s %s %s", c->suite, c->expression, c->type,
               c->expected);
    for (size_t i = 0; i < r->accepted.nr && !found; i++) {
        struct accepted *a = &r->accepted.items[i];
        found = regexec(&a->pattern, buf_text(&text), 0, NULL, 0) == 0;
        a->used += found;
    }
    buf_release(&text);
    return found;
}

static void run_case(struct runner *r, const struct test_case *c, size_t suite)
{
    struct tally *t = &r->tallies[suite];
    struct pool *pool = pool_new();
    char got[400];
    bool passed, plain = strstr(c->flags, "needs-doc") == NULL;

    passed = try_case(r, c, pool, got, sizeof got);
    t->all++;
    t->plain += plain;
    t->passed += passed;
    t->plain_passed += plain && passed;
    if (!passed && is_accepted(r, c)) {
        t->accepted++;
    } else if (!passed) {
        r->failed++;
        printf("%s %s\n  doc %s at %s\n  %s\n  expected %s %s\n  got      %s\n",
               c->suite, c->file, c->doc, c->context, c->expression, c->type,
               c->expected, got);
    }
    pool_free(pool);
}

/* ---- all of them ---- */

static bool read_accepted(struct runner *r, char *text)
{
    for (char *end; *text != '\0'; text = end) {
        struct accepted a = {.used = 0};
        char *tab = strchr(text, '\t');

        end = strchr(text, '\n');
        end = end != NULL ? end : text + strlen(text);
        if (*end == '\n')
            *end++ = '\0';
        if (*text == '#' || *text == '\0')
            continue;
        if (tab == NULL || tab >= end)
            return false;
        *tab = '\0';
        a.reason = tab + 1;
        if (regcomp(&a.pattern, text, REG_EXTENDED | REG_NOSUB) != 0)
            return false;
        ARR_PUSH(&r->accepted) = a;
    }
    return true;
}

static void run_suite(struct runner *r, const char *text, size_t suite)
{
    char *copy = mem_copy_str(text), *line = copy;

    setenv("TZ", suites[suite].zone, 1);
    tzset();
    for (char *end; *line != '\0'; line = end) {
        struct test_case c;
        end = strchr(line, '\n');
        end = end != NULL ? end : line + strlen(line);
        if (*end == '\n')
            *end++ = '\0';
        if (split(line, &c) && str_equal(c.suite, suites[suite].name))
            run_case(r, &c, suite);
    }
    mem_free(copy);
}

static double percent(unsigned part, unsigned all)
{
    return all > 0 ? 100.0 * part / all : 100;
}

static void print_tallies(const struct runner *r)
{
    for (size_t i = 0; i < r->accepted.nr; i++)
        printf("accepted %3u: %s\n", r->accepted.items[i].used,
               r->accepted.items[i].reason);
    for (size_t i = 0; i < ARR_NR(suites); i++) {
        const struct tally *t = &r->tallies[i];
        if (t->all == 0)
            continue;
        printf("%s: %u of %u; without a document %u of %u (%.1f %%), with one "
               "%u of %u (%.1f %%); accepted failures %u\n",
               suites[i].name, t->passed, t->all, t->plain_passed, t->plain,
               percent(t->plain_passed, t->plain), t->passed - t->plain_passed,
               t->all - t->plain,
               percent(t->passed - t->plain_passed, t->all - t->plain),
               t->accepted);
    }
}

int main(int argc, char **argv)
{
    struct buf cases = BUF_INIT(FILE_MAX), accepted = BUF_INIT(1 << 20);
    struct runner r = {.docs = argc > 2 ? argv[2] : ""};
    struct err e = ERR_INIT;

    if (argc < 3) {
        fputs("usage: tool_conformance CASES DOCS [ACCEPTED]\n", stderr);
        return 2;
    }
    if (!buf_read_file(&cases, argv[1], &e) ||
        (argc > 3 &&
         (!buf_read_file(&accepted, argv[3], &e) ||
          (accepted.size > 0 && !read_accepted(&r, accepted.data))))) {
        fprintf(stderr, "tool_conformance: %s\n",
                e.text[0] != '\0' ? e.text : "a line of ACCEPTED is wrong");
        return 2;
    }
    for (size_t i = 0; i < ARR_NR(suites); i++)
        run_suite(&r, buf_text(&cases), i);
    print_tallies(&r);
    for (size_t i = 0; i < r.accepted.nr; i++)
        regfree(&r.accepted.items[i].pattern);
    ARR_RELEASE(&r.accepted);
    buf_release(&accepted);
    buf_release(&cases);
    return r.failed > 0;
}
