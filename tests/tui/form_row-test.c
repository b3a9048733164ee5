/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: on a form with a repeat a person adds rows with one key, fills them,
 * sees which is which, takes one out after a question, and finds all of it
 * again in the draft and in what was saved; where another answer counts the
 * rows they come by themselves; choices are those the filter lets through, and
 * labels say what was answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/formdef.h"
#include "tests/tui/support_filling.h"

static const char family[] =
    "survey\n"
    ",type,name,label::English (en),label::Amharic (am),repeat_count,"
    "choice_filter,x_purpose\n"
    ",text,head,Head,ኃላፊ,,,To know who answers\n"
    ",begin_repeat,child,Child,ልጅ,,,\n"
    ",text,given,Given name,ስም,,,\n"
    ",select_one yn,school,Does ${given} go to school,${given} ትማራለች,,,\n"
    ",end_repeat,,,,,,\n"
    ",integer,goats,How many goats,ስንት ፍየል,,,\n"
    ",begin_repeat,goat,Goat,ፍየል,${goats},,\n"
    ",select_one place,where,Where,የት,,,\n"
    ",select_one part,part,Which part,ክፍል,,place = ${where},\n"
    ",end_repeat,,,,,,\n"
    "choices\n,list_name,name,label::English (en),place\n"
    ",yn,yes,Yes,\n,yn,no,No,\n"
    ",place,hill,Hill,\n,place,river,River,\n"
    ",part,top,Top,hill\n,part,foot,Foot,hill\n,part,bank,Bank,river\n"
    "settings\n,form_title,form_id,version\n,Family,family,1\n";

static void begin(struct filling *k)
{
    struct err e = ERR_INIT;
    const struct formdef *d;

    filling_open(k);
    d = formdef_add(k->store, family, strlen(family), &e);
    filling_must(d != NULL && formdef_use(k->store, d, &e), &e);
    filling_ask(k, d->kind->name, "family");
}

#define TWO_CHILDREN                                                           \
    "type Almaz\nkey Enter +\ntype Hana\nkey Enter\ntype yes\nkey Enter +\n"   \
    "type Dawit\nkey Enter\n"

static void rows_are_added_with_one_key(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TWO_CHILDREN "snap\n");
    play_shows(&k.play, "[+] Child");
    play_shows(&k.play, "Child 1");
    play_shows(&k.play, "Child 2");
    play_shows(&k.play, "Does Hana go to school");
    play_shows(&k.play, "Does Dawit go to school");
    filling_put(&k);
    filling_close(&k);
}

static void what_was_added_is_saved(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TWO_CHILDREN "key F2 y\n");
    filling_put(&k);
    k.task.is_new = false;
    filling_play(&k, "snap\n");
    play_shows(&k.play, "[Dawit");
    play_shows(&k.play, "Child 2");
    filling_put(&k);
    assert_int_equal(filling_drafts(&k).nr, 0);
    filling_close(&k);
}

static void a_draft_has_the_rows(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TWO_CHILDREN "key Esc l\n");
    filling_put(&k);
    filling_play(&k, "snap\n");
    play_shows(&k.play, "[Hana");
    play_shows(&k.play, "[Dawit");
    filling_put(&k);
    filling_close(&k);
}

static void one_is_taken_out_after_a_question(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, TWO_CHILDREN "key Enter - y\nsnap\n");
    play_shows(&k.play, "[Hana");
    play_lacks(&k.play, "[Dawit");
    filling_put(&k);
    filling_close(&k);
}

static void a_plus_typed_into_an_answer_is_a_letter(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "type A+B-C\nkey Enter\nsnap\n");
    play_shows(&k.play, "[A+B-C");
    play_lacks(&k.play, "Child 1");
    filling_put(&k);
    filling_close(&k);
}

static void the_form_counts_its_rows(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key Enter Enter\ntype 2\nkey Enter\nsnap\n");
    play_shows(&k.play, "Goat 1");
    play_shows(&k.play, "Goat 2");
    play_lacks(&k.play, "[+] Goat");
    filling_put(&k);
    filling_close(&k);
}

static void choices_follow_the_answer_before(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key Enter Enter\ntype 1\nkey Enter\n"
                     "type river\nkey Enter F4\nsnap\n");
    play_shows(&k.play, "Bank");
    play_lacks(&k.play, "Foot");
    filling_put(&k);
    filling_close(&k);
}

static void f1_says_why_it_is_asked(void **state)
{
    struct filling k;

    (void)state;
    begin(&k);
    filling_play(&k, "key F1\nsnap\n");
    play_shows(&k.play, "Why this is asked: To know who answers");
    filling_put(&k);
    filling_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_added_with_one_key),
        cmocka_unit_test(what_was_added_is_saved),
        cmocka_unit_test(a_draft_has_the_rows),
        cmocka_unit_test(one_is_taken_out_after_a_question),
        cmocka_unit_test(a_plus_typed_into_an_answer_is_a_letter),
        cmocka_unit_test(the_form_counts_its_rows),
        cmocka_unit_test(choices_follow_the_answer_before),
        cmocka_unit_test(f1_says_why_it_is_asked),
    };

    return cmocka_run_group_tests_name("form_row", tests, NULL, NULL);
}
