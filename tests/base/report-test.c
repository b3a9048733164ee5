/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: one set of calls gives readable text and valid JSON, and nothing in a
 * value can move the cursor or break the JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/report.h"

static const struct report_column columns[] = {
    {"number", "Number", 9}, {"name", "Name", 6}, {"age", "Age", 0}};

static void into_buf(void *arg, const char *bytes, size_t n)
{
    buf_add(arg, bytes, n);
}

static void fill(struct report *r)
{
    report_line(r, "Sent %d changes", 3);
    report_fact_int(r, "sent", "changes sent", -3);
    report_fact_bool(r, "whole", "complete", true);
    report_fact(r, "hub", "hub", "a \"b\"\n\x1b[2J");
    report_fact(r, "none", "none", NULL);
    report_table_begin(r, "cases", columns, ARR_NR(columns));
    report_cell(r, "4F7K-2M9Q");
    report_cell(r, "ሰላም");
    report_cell_int(r, 12);
    report_cell(r, "too long for it");
    report_cell(r, NULL);
    report_cell(r, "");
    report_table_end(r);
    report_table_begin(r, "empty", columns, ARR_NR(columns));
    report_table_end(r);
}

static void text_is_aligned_and_plain(void **state)
{
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    assert_false(report_is_json(r));
    fill(r);
    report_free(r);
    assert_string_equal(buf_text(&b), "Sent 3 changes\n"
                                      "changes sent: -3\n"
                                      "complete: yes\n"
                                      "hub: a \"b\"  [2J\n"
                                      "none: \n"
                                      "Number     Name    Age\n"
                                      "4F7K-2M9Q  ሰላም     12\n"
                                      "too long for it\n");
    buf_release(&b);
}

static void json_is_one_object(void **state)
{
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(true, into_buf, &b);

    (void)state;
    assert_true(report_is_json(r));
    fill(r);
    report_free(r);
    assert_string_equal(
        buf_text(&b),
        "{\n"
        "  \"sent\": -3,\n"
        "  \"whole\": true,\n"
        "  \"hub\": \"a \\\"b\\\"\\n\\u001b[2J\",\n"
        "  \"none\": null,\n"
        "  \"cases\": [\n"
        "    {\"number\": \"4F7K-2M9Q\", \"name\": \"ሰላም\", \"age\": 12},\n"
        "    {\"number\": \"too long for it\", \"name\": null, \"age\": \"\"}\n"
        "  ],\n"
        "  \"empty\": []\n"
        "}\n");
    buf_release(&b);
}

static void an_empty_json_report_is_an_empty_object(void **state)
{
    struct buf b = BUF_INIT(100);

    (void)state;
    report_free(report_new(true, into_buf, &b));
    assert_string_equal(buf_text(&b), "{}\n");
    buf_clear(&b);
    report_free(report_new(false, into_buf, &b));
    assert_string_equal(buf_text(&b), "");
    report_free(NULL);
    buf_release(&b);
}

static void strings_are_escaped_and_repaired(void **state)
{
    struct buf b = BUF_INIT(1000);

    (void)state;
    report_json_string(&b, "\\\t\x7f\xC2\x9B\xE2\x80\xAE ሰ\xFF\0z", 15);
    assert_string_equal(buf_text(&b), "\"\\\\\\t\\u007f\\u009b\\u202e "
                                      "ሰ\xEF\xBF\xBD\\u0000z\"");
    buf_release(&b);
}

/* A worker at a terminal of 80 columns saw rows run over its edge and words
 * cut in two. */
static void rows_and_sentences_fit_the_terminal(void **state)
{
    static const struct report_column fitted[] = {
        {"q", "Question", 8}, {"by", "By", 4}, {"answer", "Answer", 0}};
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    report_fit(r, 30);
    report_line(r, "Give the enrolment to the hub of the region");
    report_text(r, "AllowUsers of a name that is longer", 33);
    report_table_begin(r, "values", fitted, ARR_NR(fitted));
    report_cell(r, "Where now?");
    report_cell(r, "al");
    report_cell(r, "With the aunt in the hills");
    report_table_end(r);
    report_free(r);
    assert_string_equal(buf_text(&b), "Give the enrolment to the hub\n"
                                      "of the region\n"
                                      "AllowUsers of a name that is long\n"
                                      "Question  By    Answer\n"
                                      "Where     al    With the aunt\n"
                                      "now?            in the hills\n");
    buf_release(&b);
}

/* Counts what arrives while the table is still open. */
static void count(void *arg, const char *bytes, size_t n)
{
    size_t *total = arg;

    (void)bytes;
    *total += n;
}

static void tables_stream(void **state)
{
    size_t total = 0, before;
    struct report *r = report_new(true, count, &total);
    int i;

    (void)state;
    report_table_begin(r, "cases", columns, 1);
    for (i = 0; i < 1000; i++) {
        before = total;
        report_cell(r, "x");
        assert_true(total >= before + 10);
    }
    report_table_end(r);
    report_free(r);
}

static void rows_for_scripts_can_be_taken_apart(void **state)
{
    struct buf b = BUF_INIT(10000);
    struct report *r = report_new(false, into_buf, &b);

    (void)state;
    report_rows_begin(r, "rows", columns, ARR_NR(columns));
    report_cell(r, "a\tb\\c\n");
    report_cell(r, NULL);
    report_cell_int(r, 12);
    report_cell(r, "ሰላም\r");
    report_cell(r, "\x1b[2J \xe2\x80\xae");
    report_cell(r, "");
    report_table_end(r);
    report_table_begin(r, "cases", columns, ARR_NR(columns));
    report_cell(r, "1");
    report_cell(r, "x");
    report_cell(r, "9");
    report_table_end(r);
    report_free(r);
    assert_string_equal(buf_text(&b), "a\\tb\\\\c\\n\t\t12\n"
                                      "ሰላም\\r\t\\x1b[2J \\u202e\t\n"
                                      "Number     Name    Age\n"
                                      "1          x       9\n");
    buf_release(&b);

    r = report_new(true, into_buf, &b);
    report_rows_begin(r, "rows", columns, 1);
    report_cell(r, "a\tb");
    report_table_end(r);
    report_free(r);
    assert_string_equal(buf_text(&b), "{\n  \"rows\": [\n"
                                      "    {\"number\": \"a\\tb\"}\n  ]\n}\n");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_aligned_and_plain),
        cmocka_unit_test(json_is_one_object),
        cmocka_unit_test(an_empty_json_report_is_an_empty_object),
        cmocka_unit_test(strings_are_escaped_and_repaired),
        cmocka_unit_test(rows_and_sentences_fit_the_terminal),
        cmocka_unit_test(tables_stream),
        cmocka_unit_test(rows_for_scripts_can_be_taken_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
