/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: csv_read gives the cells that RFC 4180 says a text holds, with the
 * line each row begins on; and whatever breaks a rule or a limit is refused
 * with the number of the line at fault, never read wrongly and never a crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "forms/csv.h"

static struct csv *read_text(const char *text)
{
    struct err e = ERR_INIT;
    struct csv *c = csv_read(text, strlen(text), &e);
    if (c == NULL)
        fail_msg("refused: %s", e.text);
    return c;
}

/* Rows of a file written as one string: cells end in "|", rows in LF. */
static void assert_reads_as(const char *text, const char *want)
{
    struct buf got = BUF_INIT(1024);
    struct csv *c = read_text(text);
    for (size_t i = 0; i < c->nr; i++) {
        for (size_t k = 0; k < c->items[i].nr; k++)
            buf_printf(&got, "%s|", csv_cell(&c->items[i], k));
        buf_add_str(&got, "\n");
    }
    csv_free(c);
    assert_string_equal(buf_text(&got), want);
    buf_release(&got);
}

static void cells_are_read_as_the_rfc_says(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"a", "a|\n"},
        {"a,b\nc,d\n", "a|b|\nc|d|\n"},
        {"a,b\r\nc,d\r\n", "a|b|\nc|d|\n"},
        {"\xEF\xBB\xBF"
         "a,b\n",
         "a|b|\n"},
        {"\xEF\xBB\xBF\"a\",b\n", "a|b|\n"},
        {"a,,\n", "a|||\n"},
        {",\n", "||\n"},
        {"\n\na\n\n\r\nb\n", "a|\nb|\n"},
        {"\"\"\n\"a\"\n", "a|\n"},
        {"\"a,b\",\"say \"\"yes\"\"\"\n", "a,b|say \"yes\"|\n"},
        {"\"\"\"\"\n", "\"|\n"},
        {"\"one\ntwo\r\nthree\",x", "one\ntwo\nthree|x|\n"},
        {" a , b\n", " a | b|\n"},
        {"ጾታ,ሴት\n", "ጾታ|ሴት|\n"},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++)
        assert_reads_as(cases[i].text, cases[i].want);
}

static void each_row_knows_the_line_it_begins_on(void **state)
{
    (void)state;
    struct csv *c = read_text("a\n\n\"b\n\nb\",c\r\nd\n");
    assert_int_equal(c->nr, 3);
    assert_int_equal(c->items[0].line, 1);
    assert_int_equal(c->items[1].line, 3);
    assert_int_equal(c->items[2].line, 6);
    csv_free(c);
}

static void a_cell_beyond_the_row_is_empty(void **state)
{
    (void)state;
    struct csv *c = read_text("name,form,form\nvisit\n");
    const struct csv_row *header = &c->items[0];
    assert_int_equal(csv_column(header, "form"), 1);
    assert_true(csv_column(header, "For") == CSV_NO_COLUMN);
    assert_string_equal(csv_cell(&c->items[1], 1), "");
    assert_string_equal(csv_cell(&c->items[1], CSV_NO_COLUMN), "");
    csv_free(c);
}

static void assert_refused(const char *bytes, size_t size, const char *part,
                           enum err_code code)
{
    struct err e = ERR_INIT;
    struct csv *c = csv_read(bytes, size, &e);
    if (c != NULL)
        fail_msg("read, but should be refused with: %s", part);
    assert_int_equal(e.code, code);
    if (strstr(e.text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, part);
}

static void what_is_no_csv_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *part;
    } cases[] = {
#define TEXT(s) s, sizeof s - 1
        {TEXT("a\nb,\"c\nd\n"), "Line 2: a cell opens"},
        {TEXT("\""), "Line 1: a cell opens"},
        {TEXT("a\nsay \"yes\"\n"), "Line 2: a quotation mark stands inside"},
        {TEXT("a\n\"b\nb\" c,d\n"), "Line 3: text stands between"},
        {TEXT("a\n\nb,\xC0\xAF\n"), "Line 3: the text is not UTF-8"},
        {TEXT("a\nb,\xE1\x8C"), "Line 2: the text is not UTF-8"},
        {TEXT("a\nb\0c\n"), "Line 2: a cell holds a control"},
        {TEXT("a\n\"b\0\"\n"), "Line 2: a cell holds a control"},
        {TEXT("a\x1B[2J\n"), "Line 1: a cell holds a control"},
        {TEXT("a\rb\n"), "Line 1: a cell holds a control"},
#undef TEXT
    };
    for (size_t i = 0; i < ARR_NR(cases); i++)
        assert_refused(cases[i].text, cases[i].size, cases[i].part, ERR_INPUT);
}

/* So many times the same text, in a buffer the caller releases. */
static struct buf repeated(const char *text, size_t times)
{
    struct buf b = BUF_INIT(CSV_BYTES_MAX + 1);
    for (size_t i = 0; i < times; i++)
        buf_add_str(&b, text);
    assert_false(buf_failed(&b));
    return b;
}

static void every_limit_holds_and_is_reachable(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t times; /* just within; once more is over */
        const char *part;
    } cases[] = {
        {"x", CSV_CELL_BYTES_MAX, "Line 1: a cell is longer"},
        {",", CSV_COLUMNS_MAX - 1, "Line 1: more than 2000 columns"},
        {"x\n", CSV_ROWS_MAX, "Line 100001: more than 100000 rows"},
        {",,,,,,,,,,,,,,,,,,,\n", CSV_CELLS_MAX / 20,
         "Line 50001: more than 1000000 cells"},
    };
    for (size_t i = 0; i < ARR_NR(cases); i++) {
        struct err e = ERR_INIT;
        struct buf b = repeated(cases[i].text, cases[i].times);
        struct csv *c = csv_read(b.data, b.size, &e);
        assert_non_null(c);
        csv_free(c);
        buf_add_str(&b, cases[i].text);
        assert_refused(b.data, b.size, cases[i].part, ERR_FULL);
        buf_release(&b);
    }
    struct buf b = repeated("x,x,x,x\n", CSV_BYTES_MAX / 8);
    buf_add_str(&b, "x");
    assert_refused(b.data, b.size, "larger than", ERR_FULL);
    buf_release(&b);
}

/* Every cut and every changed byte of a small file: rows or a sentence. */
static void damaged_files_never_crash(void **state)
{
    (void)state;
    static const char text[] = "a,\"b\"\"\nb\"\r\n\n\"\xE1\x8C\xBE\",c\n";
    static const char bytes[] = "\",\n\r\0\xFFx";
    char damaged[sizeof text];
    for (size_t n = 0; n < sizeof text; n++) {
        for (size_t at = 0; at < n; at++) {
            for (size_t b = 0; b < sizeof bytes; b++) {
                struct err e = ERR_INIT;
                /* exactly n bytes, so that a sanitizer sees a step beyond */
                char *copy = memcpy(damaged + sizeof text - n, text, n);
                copy[at] = bytes[b];
                struct csv *c = csv_read(copy, n, &e);
                assert_true(c != NULL || e.code == ERR_INPUT);
                csv_free(c);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_read_as_the_rfc_says),
        cmocka_unit_test(each_row_knows_the_line_it_begins_on),
        cmocka_unit_test(a_cell_beyond_the_row_is_empty),
        cmocka_unit_test(what_is_no_csv_is_refused_with_its_line),
        cmocka_unit_test(every_limit_holds_and_is_reachable),
        cmocka_unit_test(damaged_files_never_crash),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
