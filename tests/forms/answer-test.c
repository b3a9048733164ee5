/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: an answer of each type becomes the one value it means and comes back
 * as the same answer; what is not of the type is refused; people read labels
 * and dates in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "forms/answer.h"
#include "tests/forms/support_form.h"

static const char csv[] =
    "survey\n,type,name,label::English (en),label::Amharic (am)\n"
    ",text,t,T,ቲ\n,integer,i,I,አይ\n,decimal,d,D,ዲ\n,date,b,B,ቢ\n"
    ",select_one need,one,One,አንድ\n,select_multiple need,many,Many,ብዙ\n"
    ",note,n,N,ኤን\n"
    "choices\n,list_name,name,label::English (en),label::Amharic (am),"
    "x_retired\n"
    ",need,food,Food,ምግብ,\n,need,school,School,ትምህርት,\n"
    ",need,old,Old,አሮጌ,yes\n"
    "settings\n,form_id,version,default_language\n,trial,1,English (en)\n";

struct world {
    struct form *form;
    struct pool *pool;
};

static int set_up(void **state)
{
    static struct world w;

    w.form = support_form(csv);
    w.pool = pool_new();
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    form_free(w->form);
    pool_free(w->pool);
    return 0;
}

/* The answer that is kept for an answer that was typed. */
static const struct {
    const char *field, *typed, *kept;
    enum value_type type;
} good[] = {
    {"t", "ሰላም ነው", "ሰላም ነው", VALUE_TEXT},
    {"t", "two\nlines\tand a tab", "two\nlines\tand a tab", VALUE_TEXT},
    {"t", " ", "", VALUE_NONE},
    {"i", "12", "12", VALUE_INTEGER},
    {"i", "-7", "-7", VALUE_INTEGER},
    {"i", "007", "7", VALUE_INTEGER},
    {"d", "12.50", "12.5", VALUE_DECIMAL},
    {"d", "-0.05", "-0.05", VALUE_DECIMAL},
    {"d", "3", "3", VALUE_DECIMAL},
    {"d", "3.", "3", VALUE_DECIMAL},
    {"d", "0.000000000000000001", "0.000000000000000001", VALUE_DECIMAL},
    {"d", "0.0", "0", VALUE_DECIMAL},
    {"b", "2026-11-21", "2026-11-21", VALUE_DATE},
    {"b", "1899-01-05", "1899-01-05", VALUE_DATE},
    {"one", "school", "school", VALUE_CHOICES},
    {"one", "old", "old", VALUE_CHOICES}, /* retired, yet answered once */
    {"many", "school food", "school food", VALUE_CHOICES},
    {"many", "  food   food ", "food", VALUE_CHOICES},
    {"many", "", "", VALUE_NONE},
};

static void an_answer_comes_back(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < ARR_NR(good); i++) {
        const struct field *d = form_field(w->form, good[i].field);
        struct err e = ERR_INIT;
        struct value v;
        if (!answer_to_value(d, good[i].typed, w->pool, &v, &e))
            fail_msg("%s: %s", good[i].typed, e.text);
        assert_int_equal(v.type, good[i].type);
        assert_string_equal(answer_from_value(d, &v, w->pool), good[i].kept);
    }
}

static const struct {
    const char *field, *typed, *why;
} bad[] = {
    {"t", "a\x1b[2Jb", "cannot be kept"},
    {"t", "\xff", "cannot be kept"},
    {"i", "twelve", "no whole number"},
    {"i", "1.5", "no whole number"},
    {"i", "9999999999999999999", "no whole number"},
    {"d", "1,5", "no number"},
    {"d", "1e5", "no number"},
    {"d", ".5", "no number"},
    {"d", "1.2.3", "no number"},
    {"d", "-", "no number"},
    {"d", "1234567890123456789", "no number"},
    {"b", "2026-02-30", "28 days"},
    {"b", "21/11/2026", "no date"},
    {"one", "hunger", "no choice \"hunger\""},
    {"one", "food school", "no choice"},
    {"many", "food hunger", "no choice \"hunger\""},
    {"n", "x", "holds no answer"},
};

static void what_is_not_of_the_type_is_refused(void **state)
{
    struct world *w = *state;

    for (size_t i = 0; i < ARR_NR(bad); i++) {
        struct err e = ERR_INIT;
        struct value v;
        if (answer_to_value(form_field(w->form, bad[i].field), bad[i].typed,
                            w->pool, &v, &e))
            fail_msg("%s was taken", bad[i].typed);
        if (strstr(e.text, bad[i].why) == NULL)
            fail_msg("%s: %s", bad[i].typed, e.text);
    }
}

static void a_text_has_a_largest_size(void **state)
{
    struct world *w = *state;
    char *text = mem_alloc(VALUE_TEXT_BYTES_MAX + 2);
    struct err e = ERR_INIT;
    struct value v;

    memset(text, 'x', VALUE_TEXT_BYTES_MAX);
    assert_true(
        answer_to_value(form_field(w->form, "t"), text, w->pool, &v, &e));
    text[VALUE_TEXT_BYTES_MAX] = 'x';
    assert_false(
        answer_to_value(form_field(w->form, "t"), text, w->pool, &v, &e));
    assert_int_equal(e.code, ERR_FULL);
    mem_free(text);
}

/* Values of another version of the form are shown, not lost. */
static void what_the_form_cannot_explain_is_shown(void **state)
{
    static const uint32_t beyond[] = {1, 7};
    struct world *w = *state;
    const struct field *many = form_field(w->form, "many");
    const struct field *text = form_field(w->form, "t");
    struct value v = {
        .type = VALUE_CHOICES, .choices = beyond, .choices_nr = 2};

    assert_string_equal(answer_from_value(many, &v, w->pool), "school #7");
    assert_string_equal(answer_from_value(text, &v, w->pool), "#1 #7");
    v = (struct value){.type = VALUE_TOKENS, .text = "a b", .text_bytes = 3};
    assert_string_equal(answer_from_value(many, &v, w->pool), "a b");
    v = (struct value){.type = VALUE_DATE, .number = INT64_MIN};
    assert_string_equal(answer_from_value(text, &v, w->pool),
                        "#-9223372036854775808");
    v = (struct value){.type = VALUE_DECIMAL, .number = INT64_MIN, .scale = 18};
    assert_string_equal(answer_from_value(text, &v, w->pool),
                        "-9.223372036854775808");
    v = (struct value){.type = VALUE_TIME, .number = 3723004};
    assert_string_equal(answer_from_value(text, &v, w->pool), "01:02:03.004");
}

static void people_read_labels_and_words(void **state)
{
    struct world *w = *state;
    const struct form *f = w->form;
    struct answer_style en = {.lang_code = "en"};
    struct answer_style am = {
        .lang = form_lang(f, "am"), .lang_code = "am", .ethiopian = 1};

    assert_string_equal(
        answer_print(f, form_field(f, "many"), "school food", &en, w->pool),
        "School, Food");
    assert_string_equal(
        answer_print(f, form_field(f, "many"), "school #7", &am, w->pool),
        "ትምህርት, #7");
    assert_string_equal(
        answer_print(f, form_field(f, "b"), "2026-11-21", &en, w->pool),
        "21 November 2026");
    assert_string_equal(
        answer_print(f, form_field(f, "b"), "2026-11-21", &am, w->pool),
        "12 ኅዳር 2019");
    assert_string_equal(
        answer_print(f, form_field(f, "b"), "not yet", &am, w->pool),
        "not yet");
    assert_string_equal(answer_print(f, form_field(f, "i"), "7", &en, w->pool),
                        "7");
    assert_string_equal(answer_print(f, form_field(f, "i"), "", &en, w->pool),
                        "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_back),
        cmocka_unit_test(what_is_not_of_the_type_is_refused),
        cmocka_unit_test(a_text_has_a_largest_size),
        cmocka_unit_test(what_the_form_cannot_explain_is_shown),
        cmocka_unit_test(people_read_labels_and_words),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
